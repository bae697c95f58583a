"""The one-page summary: what it says, that a mail program leaves it whole, and that hostile text stays text in it."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import html5lib
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from optlib import open_workbook
from optlib.decisions import candidate_name
from optlib.model import FORMAT
from optlib.open_points import domains_in
from optlib.report.mail import summary_page

from .conftest import EXAMPLES, TODAY
from .test_cli import run
from .test_hostile_text import ATTACKS, hostile_workbook
from .test_report_page import opened

NAMES = sorted(path.stem for path in EXAMPLES.glob("*.yaml"))
HTML = "{http://www.w3.org/1999/xhtml}"
LATER = date(2027, 4, 1)


def written(folder: Path, content: object = None, name: str = "", today: date = TODAY) -> Path:
    """The summary of a workbook's content, or of an example, in a file."""
    workbook = EXAMPLES / f"{name}.yaml"
    if not name:
        workbook = folder / "mine.yaml"
        workbook.write_text(json.dumps(content), encoding="utf-8")
    page = folder / "mine.summary.html"
    page.write_text(summary_page(open_workbook(workbook), today, "mine.report.html"), encoding="utf-8")
    return page


def text_of(path: Path) -> str:
    """All words of a page in one line."""
    tree = html5lib.parse(path.read_text(encoding="utf-8"))
    return " ".join("".join(tree.find(f"{HTML}body").itertext()).split())


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """The summary of the full example."""
    return written(tmp_path, name="optlib")


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """The summary of a workbook with every attack in every text."""
    return written(tmp_path, hostile_workbook())


def test_it_names_every_domain_and_what_is_chosen(example: Path) -> None:
    """Each open domain and each candidate chosen is in the words."""
    workbook = open_workbook(EXAMPLES / "optlib.yaml").workbook
    names = [domain.name for domain in domains_in(workbook, None)]
    names += [candidate_name(workbook, key, one) for key, made in workbook.decisions.items() for one in made.selected]
    assert [name for name in names if name not in text_of(example)] == []


def test_it_says_how_firm_each_choice_is_and_what_would_change_it(example: Path) -> None:
    """The first choice stands with its verdict, its share of the trials, and the nearest weight that would turn it."""
    assert re.search(r"Python Firm first in >.99.% of trials ?Rust if Performance weighs above 54.%", text_of(example))


def test_it_says_what_the_gates_say(example: Path) -> None:
    """How many pass and block, and which block first."""
    assert "required gates pass" in text_of(example)
    assert "Gates that block: Design document" in text_of(example)


def test_it_says_where_the_report_lies_and_what_it_was_made_from(example: Path) -> None:
    """Report, workbook, its hash, the day and the trials close the page."""
    sha256 = open_workbook(EXAMPLES / "optlib.yaml").sha256
    for said in ("mine.report.html", "optlib.yaml", sha256[:12], "2026-11-23", "100,000 trials"):
        assert said in text_of(example)


def test_a_trigger_that_is_due_is_marked(tmp_path: Path) -> None:
    """What was put off until a day that has come is due now."""
    assert "due now" not in text_of(written(tmp_path, name="optlib"))
    assert "Observability due now" in text_of(written(tmp_path, name="optlib", today=LATER))


def test_an_empty_workbook_has_a_summary(tmp_path: Path) -> None:
    """It says that nothing is decided, and which domains are open."""
    text = text_of(written(tmp_path, {"format": FORMAT, "quality": {"level": "experiment"}}))
    assert "Nothing is decided yet." in text
    assert "Not decided yet Languages & Runtimes" in text


@pytest.mark.parametrize("name", NAMES)
def test_it_is_valid_and_small(tmp_path: Path, name: str) -> None:
    """A strict parser takes it, and it is far from the size at which mail programs cut a message off."""
    page = written(tmp_path, name=name).read_text(encoding="utf-8")
    html5lib.HTMLParser(strict=True).parse(page)
    assert len(page.encode()) < 60_000


def test_it_needs_nothing_that_a_mail_program_takes_away(example: Path) -> None:
    """No style sheet, script, class or id, nothing that is loaded, and no address at all."""
    page = example.read_text(encoding="utf-8")
    assert re.findall(r"<(?:style|script|link|img)|\b(?:class|id|src|background)=|url\(|https?:", page) == []


def test_every_colour_has_its_ground(example: Path) -> None:
    """An element that sets the one sets the other, so that inverted they still differ."""
    styles = re.findall(r'style="([^"]*)"', example.read_text(encoding="utf-8"))
    assert len(styles) > 50
    assert [style for style in styles if len(re.findall(r"(?:^|;)(?:background-)?color:", style)) not in (0, 2)] == []


def test_hostile_text_is_shown_as_text(hostile: Path) -> None:
    """Each attack can be read, in a page that is still valid, small and made of our elements only."""
    page = hostile.read_text(encoding="utf-8")
    tree = html5lib.HTMLParser(strict=True).parse(page)
    assert ATTACKS[0] in text_of(hostile)
    assert {element.tag.removeprefix(HTML) for element in tree.iter()} <= set(
        "html head meta title body div table thead tbody tr th td h1 h2 p strong span br a em code".split()  # noqa: SIM905
    )
    assert len(page.encode()) < 60_000


def test_a_text_of_any_length_is_cut_short(tmp_path: Path) -> None:
    """A name, risk or trigger of a million letters doesn't make a summary of a million."""
    content = hostile_workbook()
    content["project"] = {"name": "n" * 300_000, "owner": "o" * 300_000, "version": "v" * 300_000}
    content["deferred"]["tooling"]["triggers"] = [{"when": "t" * 300_000}]
    assert written(tmp_path, content).stat().st_size < 60_000


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 640])
def test_it_fits_a_phone(browser: Browser, example: Path, hostile: Path, width: int) -> None:
    """Neither page scrolls sideways."""
    for page in (example, hostile):
        assert opened(browser, page, width=width).page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.browser
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_everybody_can_read_it(browser: Browser, example: Path, dark: bool) -> None:
    """Axe finds nothing, whichever the reader's scheme."""
    assert Axe().run(opened(browser, example, dark=dark).page).response["violations"] == []


@pytest.mark.browser
def test_it_asks_for_nothing(browser: Browser, hostile: Path) -> None:
    """Opening it makes no request, and no dialogue opens."""
    seen = opened(browser, hostile)
    seen.page.wait_for_timeout(500)
    assert seen.requests == [hostile.as_uri()]
    assert seen.complaints == []


def test_the_command_writes_it_beside_the_report(tmp_path: Path) -> None:
    """`--summary` names the file and it is there, as of the same day."""
    out = tmp_path / "wiki.report.html"
    arguments = ("--summary", "--light", "--as-of", "2026-11-23", "-o", out)
    result = run("report", EXAMPLES / "hhs_wiki_platform.yaml", *arguments)
    summary = tmp_path / "wiki.summary.html"
    assert result.stdout == f"Wrote {out}\nWrote {summary}\n"
    assert "as of 23 November 2026" in text_of(summary)


def test_without_a_day_the_build_s_day_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SOURCE_DATE_EPOCH names the day of report and summary, in UTC; --as-of goes before it."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795391999")
    run("report", EXAMPLES / "hhs_wiki_platform.yaml", "--summary", "--light", "-o", tmp_path / "wiki.html")
    assert "as of 22 November 2026" in text_of(tmp_path / "wiki.summary.html")
    assert "22 November 2026" in text_of(tmp_path / "wiki.html")


def test_a_build_s_day_that_is_no_number_is_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The message names the variable and what to do; nothing is written."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")
    result = run("report", EXAMPLES / "hhs_wiki_platform.yaml", "-o", tmp_path / "wiki.html")
    assert result.exit_code == 2
    assert "SOURCE_DATE_EPOCH is 'yesterday'" in result.stderr
    assert list(tmp_path.iterdir()) == []
