"""The page over a batch: every project, what is chosen across them, found and sorted without a server."""

from __future__ import annotations

import re
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from optlib import open_workbook
from optlib.batch.about import about
from optlib.batch.index import index_page, radar, write_index
from optlib.batch.results import Result
from optlib.model import FORMAT, Workbook

from .conftest import EXAMPLES

LATER = date(2027, 9, 1)
HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"


def of_example(name: str) -> dict[str, Any]:
    """The result of a shipped example's report."""
    facts = about(open_workbook(EXAMPLES / f"{name}.yaml").workbook, LATER)
    return asdict(Result(f"teams/{name}.yaml", f"teams/{name} 1.report.html", "made", about=facts))


def of(name: str, **content: Any) -> dict[str, Any]:
    """The result of a workbook that says only this."""
    workbook = Workbook.model_validate({"format": FORMAT, "project": {"name": name}} | content)
    return asdict(Result(f"{name}.yaml", f"{name}.report.html", "made", about=about(workbook, LATER)))


def choosing(name: str, selected: str) -> dict[str, Any]:
    """The result of a project that chose one of two data stores."""
    made = {"selected": [selected], "status": "accepted", "rationale": "It is known."}
    return of(name, options=TWO_STORES, decisions={"data_state": made})


TWO_STORES = {"data_state": {"candidates": {"ash": {"scores": {"cost": 4}}, "oak": {"scores": {"cost": 2}}}}}
FAILED = asdict(Result("bad.yaml", "bad.report.html", "failed", error="bad.yaml:2: quality.level: no such level"))


@pytest.fixture
def page(browser: Browser, tmp_path: Path) -> Page:
    """The index of the examples and of a project that has no report."""
    results = [of_example(name) for name in ("optlib", "hhs_wiki_platform", "pep374_dvcs")]
    opened = browser.new_page()
    opened.goto(write_index(tmp_path, [*results, FAILED], LATER).as_uri())
    return opened


def names(page: Page) -> list[str]:
    """The projects that are shown, from top to bottom."""
    rows = page.locator("table").first.locator("tbody tr")
    return [row.locator("th").inner_text().splitlines()[0] for row in rows.all() if row.is_visible()]


def test_every_project_is_there_with_its_level_and_findings() -> None:
    """Name, link, level, choices, verdicts, gates that block and triggers due of each project stand in its row."""
    text = re.sub(r"\s+", " ", index_page([of_example("optlib")], LATER))
    row = text[text.index("<tbody>") : text.index("</tr>", text.index("<tbody>"))]
    for said in (
        'href="teams/optlib%201.report.html"',
        "production",
        " of 9",
        "firm",
        "Data &amp; State: ",
        "Triggers",
    ):
        assert said in (text if said == "Triggers" else row)
    assert "Observability: deferred until 2027-03-31" in row


def test_a_project_without_a_report_comes_first_with_the_reason() -> None:
    """A failure stands on top, without a link, with the error in full."""
    text = index_page([of_example("optlib"), FAILED], LATER)
    assert text.index("no such level") < text.index("optlib%201.report.html")
    assert "bad.report.html" not in text


def test_candidates_are_counted_across_projects() -> None:
    """In each domain: how many chose a candidate, put it off, or chose another; the most chosen first."""
    late = of("later", options=TWO_STORES, deferred={"data_state": {"reason": "No users yet."}})
    undecided = of("open", options=TWO_STORES)
    results = [choosing("a", "ash"), choosing("b", "oak"), choosing("c", "ash"), late, undecided]
    domain = next(one for one in radar(results) if one["id"] == "data_state")
    counted = {one.name: (one.chosen, one.deferred, one.rejected) for one in domain["candidates"]}
    assert counted == {"Ash": (["a", "c"], ["later"], ["b"]), "Oak": (["b"], ["later"], ["a", "c"])}
    assert [one.name for one in domain["candidates"]] == ["Ash", "Oak"]


def test_an_empty_batch_and_an_empty_workbook_have_a_page() -> None:
    """Nothing to show is said, not an error."""
    assert "No project has candidates yet." in index_page([], LATER)
    page = index_page([of("")], LATER)
    assert ">.yaml</a>" in page
    assert "not chosen" in page


def test_what_a_workbook_says_is_text(browser: Browser, tmp_path: Path) -> None:
    """Tags in names, errors and paths are shown, never run, and the page asks nobody for anything."""
    bad = FAILED | {"error": HOSTILE, "workbook": HOSTILE}
    opened, asked = browser.new_page(), []
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("dialog", lambda dialog: pytest.fail(dialog.message))
    place = write_index(tmp_path, [of(HOSTILE, options=TWO_STORES), bad], LATER).as_uri()
    opened.goto(place)
    assert opened.locator("table").first.locator("tbody tr").count() == 2
    assert HOSTILE in opened.locator("body").inner_text()
    assert asked == [place]


def test_projects_are_found_by_words(page: Page) -> None:
    """All words must be in a row, in any case and place, also where it is folded; how many are left is said."""
    page.get_by_role("searchbox").fill("mercurial TOOLING")
    assert names(page) == ["A distributed VCS for the Python project"]
    assert page.get_by_role("status").inner_text() == "1 of 4 shown"
    page.get_by_role("searchbox").fill("")
    assert len(names(page)) == 4


def test_projects_are_sorted_by_any_column(page: Page) -> None:
    """A column's head sorts, numbers the largest first, and turns round at the second press; the keyboard will do."""
    page.get_by_role("button", name="Gates that block").press("Enter")
    assert names(page)[0].startswith("optlib")
    assert page.get_by_role("columnheader", name="Gates that block").get_attribute("aria-sort") == "descending"
    page.get_by_role("button", name="Gates that block").press("Enter")
    assert names(page)[-1].startswith("optlib")
    page.get_by_role("button", name="Project", exact=True).click()
    assert names(page) == sorted(names(page), key=str.casefold)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_nobody_is_shut_out(page: Page, scheme: Any, width: int) -> None:
    """No axe violation in either theme, wide or on a phone, and the page itself never scrolls sideways."""
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_thousand_projects_are_one_small_page(browser: Browser, tmp_path: Path) -> None:
    """The index of 1,000 projects is at most 2 MB, and answers the first words typed."""
    example = of_example("optlib")
    results = [example | {"workbook": f"p{number}.yaml", "report": f"p{number}.report.html"} for number in range(1000)]
    place = write_index(tmp_path, results, LATER)
    assert place.stat().st_size <= 2_000_000
    opened = browser.new_page()
    opened.goto(place.as_uri())
    opened.get_by_role("searchbox").fill("p777.yaml")
    assert opened.get_by_role("status").inner_text() == "1 of 1000 shown"
