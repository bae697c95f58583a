"""What a reader sees who opens the report from an e-mail, in a real browser without a network."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from optlib import load_catalogue, open_workbook
from optlib.analysis.matrix import candidate_names
from optlib.gates import check

from .conftest import EXAMPLES, TODAY

pytestmark = pytest.mark.browser
WORKBOOK = open_workbook(EXAMPLES / "optlib.yaml").workbook


@dataclass
class Opened:
    """A page with what it asked for and complained of."""

    page: Page
    requests: list[str]
    complaints: list[str]

    @property
    def text(self) -> str:
        """All text of the page, also of what is folded, in one line."""
        return " ".join(str(self.page.evaluate("document.documentElement.textContent")).split())


def opened(browser: Browser, path: Path, scripts: bool = True, width: int = 1280, dark: bool = False) -> Opened:
    """Open a file in a new window."""
    scheme = "dark" if dark else "light"
    context = browser.new_context(
        java_script_enabled=scripts, viewport={"width": width, "height": 900}, color_scheme=scheme
    )
    seen = Opened(context.new_page(), [], [])
    seen.page.on("request", lambda request: seen.requests.append(request.url))
    seen.page.on("console", lambda message: seen.complaints.append(message.text))
    seen.page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    seen.page.goto(path.as_uri())
    return seen


def text_of(path: Path, browser: Browser) -> str:
    """The visible words of a page with scripts off, folded parts unfolded."""
    page = opened(browser, path, scripts=False).page
    return " ".join(page.locator("body").inner_text().split()) + " ".join(page.locator("body").text_content().split())  # type: ignore[union-attr]


def test_the_page_asks_for_nothing_and_complains_of_nothing(browser: Browser, full_report: Path) -> None:
    """Opening the report makes no request beyond the file itself, and no console message."""
    seen = opened(browser, full_report)
    seen.page.wait_for_timeout(500)
    assert seen.requests == [full_report.as_uri()]
    assert seen.complaints == []


def test_every_figure_is_drawn_when_it_is_unfolded(browser: Browser, full_report: Path) -> None:
    """Unfolding the figures draws each of them under the page's own security policy, still without a request."""
    seen = opened(browser, full_report)
    folded = seen.page.locator("details.explore")
    assert folded.count() >= 9
    for index in range(folded.count()):
        folded.nth(index).locator("summary").click()
    seen.page.wait_for_function(
        "document.querySelectorAll('.plot svg.main-svg').length >= document.querySelectorAll('.plot').length"
    )
    assert seen.requests == [full_report.as_uri()]
    assert seen.complaints == []


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts on", "scripts off"])
def test_everything_in_the_workbook_is_in_the_page(browser: Browser, full_report: Path, scripts: bool) -> None:
    """Every phase, domain, candidate, decision, gate and deferral is in the text, whether scripts run or not."""
    page = opened(browser, full_report, scripts).page
    text = " ".join((page.locator("body").text_content() or "").split())
    catalogue = load_catalogue()
    wanted = [f"Phase {phase}: {catalogue.phase(phase).name}" for phase in catalogue.required_phases(WORKBOOK)]
    wanted += [domain.name for domain in catalogue.domains]
    wanted += [name for domain in WORKBOOK.options for name in candidate_names(WORKBOOK, domain)]
    wanted += [finding.gate.title for finding in check(WORKBOOK, TODAY)]
    wanted += [trigger.when for deferral in WORKBOOK.deferred.values() for trigger in deferral.triggers if trigger.when]
    wanted += [decision.rationale.split(".")[0].split("`")[0] for decision in WORKBOOK.decisions.values()]
    assert [phrase for phrase in wanted if " ".join(phrase.split()) not in text] == []


def test_tables_are_complete_without_scripts(browser: Browser, full_report: Path) -> None:
    """With scripts off there are as many tables and rows as with scripts on."""
    rows = [opened(browser, full_report, scripts).page.locator("tr").count() for scripts in (True, False)]
    assert rows[0] == rows[1] > 100


@pytest.mark.parametrize("width", [320, 390, 768])
def test_a_phone_scrolls_down_only(browser: Browser, full_report: Path, width: int) -> None:
    """No part of the page is wider than a phone, also with everything unfolded; wide tables scroll inside."""
    page = opened(browser, full_report, width=width).page
    page.evaluate("document.querySelectorAll('details:not(.explore)').forEach(details => details.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_every_link_in_the_contents_leads_somewhere(browser: Browser, full_report: Path) -> None:
    """Each entry of the contents has a heading with its id, and no id stands twice."""
    page = opened(browser, full_report).page
    missing = page.evaluate(
        "[...document.querySelectorAll('nav a')].map(a => a.hash.slice(1)).filter(id => !document.getElementById(id))"
    )
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(element => element.id)")
    assert missing == []
    assert len(ids) == len(set(ids))


def test_headings_never_skip_a_level(browser: Browser, full_report: Path) -> None:
    """A heading is at most one level below the one before it, so that a screen reader's outline holds."""
    page = opened(browser, full_report).page
    levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(h => +h.tagName[1])")
    assert levels[0] == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))
