"""Text in a workbook is only ever text in the report."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from optlib import make_report
from optlib.model import FORMAT, Workbook

from .conftest import EXAMPLES, ROOT, TODAY
from .test_report_page import opened

ATTACKS = [
    "<script>alert(2001)</script>",
    'Rust"><img src=q onerror=alert(2002)>',
    "See [the benchmark](JAVASCRIPT:alert(2003)).",
    "![logo](http://tracker.example/pixel.gif)",
    "Go </script><svg onload=alert(2005)>",
    "<body onpageshow=alert(2006)>Kubernetes</body>",
    "{{ 7 * 7 }}{% raw %}",
    "<meta http-equiv=refresh content='0;url=http://tracker.example'>",
    "<div style='position:fixed;inset:0;background:red'>cover</div>",
    "<style>body{display:none}</style>",
    "\u202ereversed\u202c and \u0000 control",
    "$\\unicode{x}$ <a href='x' ping='http://tracker.example'>l</a>",
]
HOSTILE = " ".join(ATTACKS)


def hostile_workbook() -> dict[str, Any]:
    """A workbook with every attack in every free text."""
    candidate = {
        "name": HOSTILE,
        "version": HOSTILE,
        "summary": HOSTILE,
        "pros": [HOSTILE],
        "cons": [HOSTILE],
        "risks": [{"risk": HOSTILE, "mitigation": HOSTILE, "likelihood": "low", "impact": "high"}],
        "fit": {"must-have": {"verdict": "meets", "note": HOSTILE}},
        "effort": {"low": 1, "likely": 2, "high": 3, "unit": "days " + HOSTILE, "note": HOSTILE},
        "references": [{"title": HOSTILE, "url": "javascript:alert(2010)"}, {"title": "", "url": HOSTILE}],
        "licence": {"spdx": HOSTILE, "source": HOSTILE},
        "scores": {"own": {"value": [1, 2, 3], "note": HOSTILE, "source": HOSTILE}},
    }
    return {
        "format": FORMAT,
        "project": {"name": HOSTILE, "summary": HOSTILE, "owner": HOSTILE, "version": HOSTILE},
        "people": {"driver": HOSTILE, "contributors": [HOSTILE]},
        "context": {
            "goals": [HOSTILE],
            "constraints": [{"id": "must-have", "statement": HOSTILE, "must": True}],
            "out_of_scope": [HOSTILE],
        },
        "quality": {
            "level": "prototype",
            "gates": {"lint": {"verdict": "pass", "by": HOSTILE, "on": "2026-01-01", "link": "javascript:alert(2011)"}},
        },
        "scale": {"min": 0, "max": 5, "anchors": {HOSTILE: HOSTILE}},
        "options": {
            "strange": {
                "name": HOSTILE,
                "question": HOSTILE,
                "criteria": {"own": {"name": HOSTILE, "asks": HOSTILE}, "other": {"unit": HOSTILE, "range": [0, 9]}},
                "weights": {"own": 2, "other": 1},
                "candidates": {"one": candidate, "two": {**candidate, "scores": {"own": 4, "other": 5}}},
            }
        },
        "decisions": {"strange": {"selected": ["one"], "status": "accepted", "rationale": HOSTILE, "by": HOSTILE}},
        "deferred": {"tooling": {"reason": HOSTILE, "triggers": [{"when": HOSTILE}]}},
        "impact": {"code_structure": [HOSTILE], "team": [HOSTILE]},
    }


@pytest.fixture(scope="module")
def hostile_report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of the hostile workbook."""
    folder = tmp_path_factory.mktemp("hostile")
    workbook = folder / "hostile.yaml"
    workbook.write_text(json.dumps(hostile_workbook()), encoding="utf-8")
    return make_report(workbook, folder / "hostile.html", today=TODAY)


def test_the_hostile_workbook_is_a_workbook() -> None:
    """What makes these texts hostile is not that the file is refused."""
    assert Workbook.model_validate(hostile_workbook()).options["strange"].name.startswith("<script>")


@pytest.mark.browser
def test_no_text_runs_loads_or_leaves(browser: Browser, hostile_report: Path) -> None:
    """No dialogue opens, nothing is requested, the page stays, and no foreign element is made of text."""
    seen = opened(browser, hostile_report)
    dialogues: list[str] = []
    seen.page.on("dialog", lambda dialogue: (dialogues.append(dialogue.message), dialogue.dismiss()))
    seen.page.evaluate("document.querySelectorAll('details').forEach(details => details.open = true)")
    seen.page.wait_for_timeout(3000)
    foreign = seen.page.evaluate(
        "document.querySelectorAll('main img, main iframe, main style, main meta, main object, main form, body body,"
        ' [onload], [onerror], [onpageshow], a[href^="javascript:" i]\').length'
    )
    assert dialogues == []
    assert seen.requests == [hostile_report.as_uri()]
    assert seen.page.url == hostile_report.as_uri()
    assert foreign == 0


@pytest.mark.browser
def test_hostile_text_is_shown(browser: Browser, hostile_report: Path) -> None:
    """Each text can be read as it was written, in the table and in the summary."""
    page = opened(browser, hostile_report, scripts=False).page
    text = page.locator("main").text_content() or ""
    assert "<script>alert(2001)</script>" in text
    assert "onerror=alert(2002)" in text
    assert "{{ 7 * 7 }}" in text
    assert "logo" in text


def test_a_notebook_output_brings_no_script(tmp_path: Path) -> None:
    """HTML that a cell of somebody's own shows is reduced to harmless tags; its text stays."""
    notebooks = tmp_path / "notebooks"
    notebooks.mkdir()
    for source in (ROOT / "notebooks").glob("*.ipynb"):
        (notebooks / source.name).write_bytes(source.read_bytes())
    summary = notebooks / "decision_report.ipynb"
    content = json.loads(summary.read_text(encoding="utf-8"))
    shown = "views.Html('<p onclick=alert(1)>mine</p><script>alert(2)</script><iframe src=http://tracker.example></iframe>')"
    cell = {
        "cell_type": "code",
        "id": "mine",
        "metadata": {},
        "source": [shown],
        "outputs": [],
        "execution_count": None,
    }
    content["cells"].append(cell)
    summary.write_text(json.dumps(content), encoding="utf-8")
    out = make_report(
        EXAMPLES / "hhs_wiki_platform.yaml", tmp_path / "r.html", today=TODAY, notebooks=notebooks, light=True
    )
    page = out.read_text(encoding="utf-8")
    assert "<p>mine</p>" in page
    assert "alert(2)" not in page
    assert "tracker.example" not in page
