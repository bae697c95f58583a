"""The report of each shipped example for everybody: accessible, quiet, complete without scripts, narrow enough."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from optlib import make_report

from .conftest import EXAMPLES, TODAY
from .test_board_access import AXE
from .test_report_page import Opened, opened

pytestmark = pytest.mark.browser
NAMES = ("optlib", "hhs_wiki_platform", "pep374_dvcs")
WORDS = """(() => {
  const main = document.querySelector("main").cloneNode(true);
  main.querySelectorAll("script").forEach((script) => script.remove());
  return main.innerHTML.replace(/<[^>]*>/g, " ");
})()"""
UNFOLD = "document.querySelectorAll('details').forEach((details) => { details.open = true; })"


@pytest.fixture(scope="module")
def reports(full_report: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A report of each example."""
    folder = tmp_path_factory.mktemp("reports")
    made = {name: make_report(EXAMPLES / f"{name}.yaml", folder / f"{name}.html", today=TODAY) for name in NAMES[1:]}
    return {"optlib": full_report, **made}


def unfolded(seen: Opened) -> Opened:
    """The page with all that folds open, its figures drawn."""
    seen.page.evaluate(UNFOLD)
    seen.page.wait_for_function(
        "() => document.querySelectorAll('.plot svg.main-svg').length >= document.querySelectorAll('.plot').length"
    )
    return seen


@pytest.fixture(scope="module", params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    """Each example."""
    return str(request.param)


@pytest.fixture(scope="module")
def whole(browser: Browser, reports: dict[str, Path], name: str) -> Iterator[Opened]:
    """A report that is all unfolded and drawn, which takes longer than any look at it."""
    seen = unfolded(opened(browser, reports[name]))
    yield seen
    seen.page.context.close()


def violations(page: Page, dark: bool) -> list[tuple[str, list[str]]]:
    """What axe has to say in a theme."""
    page.emulate_media(color_scheme="dark" if dark else "light")
    found = Axe().run(page, options=AXE).response["violations"]
    return [(each["id"], [node["html"][:150] for node in each["nodes"]][:3]) for each in found]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_in_a_folded_page(browser: Browser, reports: dict[str, Path], name: str, dark: bool) -> None:
    """As it opens, axe has nothing to say of levels A and AA, of 2.2, and of best practice, in either theme."""
    assert violations(opened(browser, reports[name], dark=dark).page, dark) == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_in_all_that_unfolds(whole: Opened, dark: bool) -> None:
    """Nor has it of what is unfolded and drawn."""
    assert violations(whole.page, dark) == []


def test_a_report_asks_for_nothing_and_complains_of_nothing(whole: Opened, reports: dict[str, Path], name: str) -> None:
    """All unfolded and drawn, it has made one request, for the file itself, and left the console empty."""
    assert whole.requests == [reports[name].as_uri()]
    assert whole.complaints == []


@pytest.mark.parametrize("width", [320, 390, 768])
def test_a_phone_scrolls_down_only(whole: Opened, width: int) -> None:
    """With all unfolded and drawn, a page that becomes as narrow as a phone is no wider than it."""
    whole.page.set_viewport_size({"width": width, "height": 900})
    whole.page.wait_for_function("(width) => document.documentElement.scrollWidth <= width", arg=width)


def test_a_page_without_scripts_says_nearly_all(browser: Browser, reports: dict[str, Path], name: str) -> None:
    """With scripts off all tables are there, and at least 95 % of the words that scripts can show."""
    words, tables = [], []
    for scripts in (True, False):
        page = opened(browser, reports[name], scripts).page
        if scripts:
            page.evaluate("document.querySelectorAll('details:not(.explore)').forEach((one) => { one.open = true; })")
            page.wait_for_timeout(500)
        words.append(len((page.locator("main").inner_text() if scripts else _text(page)).split()))
        tables.append(page.locator("main table:not(.what-if table)").count())
        page.context.close()
    assert words[1] >= 0.95 * words[0]
    assert tables[0] == tables[1]


@pytest.mark.parametrize("key", ["Dark", "Light"])
def test_the_switch_turns_the_theme_whatever_the_system_asks(
    browser: Browser, reports: dict[str, Path], key: str
) -> None:
    """The button names the other theme; pressed, it shows it, and drawn figures follow."""
    seen = unfolded(opened(browser, reports["pep374_dvcs"], dark=key == "Light"))
    ground = "getComputedStyle(document.body).backgroundColor"
    ink = "getComputedStyle(document.querySelector('.plot text')).fill"
    before = [seen.page.evaluate(ground), seen.page.evaluate(ink)]
    seen.page.get_by_role("button", name=key, exact=True).click()
    seen.page.wait_for_timeout(500)
    after = [seen.page.evaluate(ground), seen.page.evaluate(ink)]
    assert all(one != other for one, other in zip(before, after, strict=True))
    assert seen.page.get_by_role("button", name="Light" if key == "Dark" else "Dark", exact=True).count() == 1
    seen.page.context.close()


def test_each_domain_of_the_summary_leads_to_its_section(browser: Browser, reports: dict[str, Path]) -> None:
    """A domain's name in the table of choices is a link to the heading of the last phase that shows it."""
    page = opened(browser, reports["optlib"]).page
    links = page.locator("table.choices tbody th a")
    assert links.count() == 9
    for link in links.all():
        heading = page.locator(f"[id='{(link.get_attribute('href') or '')[1:]}']")
        assert (heading.text_content() or "").strip() == (link.text_content() or "").strip()
    page.context.close()


def test_the_contents_mark_where_the_reader_is(browser: Browser, reports: dict[str, Path]) -> None:
    """The entry of the section that is being read is marked as current, for the eye and for a screen reader."""
    page = opened(browser, reports["optlib"]).page
    page.locator("nav a", has_text="Impact").click()
    page.wait_for_function("() => document.querySelector('nav [aria-current]')?.textContent === 'Impact'")
    assert page.locator("nav [aria-current]").count() == 1
    page.context.close()


def test_the_report_and_its_light_form_are_small_enough_to_mail(reports: dict[str, Path], tmp_path: Path) -> None:
    """The full example comes to at most 2.5 MB, and without the figures to 500 kB."""
    light = make_report(EXAMPLES / "optlib.yaml", tmp_path / "light.html", today=TODAY, light=True)
    assert reports["optlib"].stat().st_size <= 2_500_000
    assert light.stat().st_size <= 500_000


def _text(page: Page) -> str:
    """The words of the page without those of its data and scripts."""
    return str(page.evaluate(WORDS))
