"""The page over a batch: every project, what is chosen across them, found and sorted without a server."""

from __future__ import annotations

import re
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import html5lib
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from benchmarks.workbooks import results as results_of_many
from optlib import open_workbook
from optlib.batch.about import about
from optlib.batch.index import index_page, radar
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


def written(folder: Path, results: list[dict[str, Any]]) -> str:
    """The address of a page over these results."""
    place = folder / "index.html"
    place.write_text(index_page(results, LATER), encoding="utf-8")
    return place.as_uri()


@pytest.fixture
def page(browser: Browser, tmp_path: Path) -> Page:
    """The index of the examples and of a project that has no report."""
    results = [of_example(name) for name in ("optlib", "hhs_wiki_platform", "pep374_dvcs")]
    opened = browser.new_page()
    opened.goto(written(tmp_path, [*results, FAILED]))
    return opened


def names(page: Page) -> list[str]:
    """The projects that are shown, from top to bottom."""
    rows = page.locator("table").first.locator("tbody tr")
    return [row.locator("th").inner_text().splitlines()[0] for row in rows.all() if row.is_visible()]


def test_every_project_is_there_with_its_level_and_findings() -> None:
    """Name, link, level, choices, verdicts, gates that block and triggers due of each project stand in its row."""
    text = re.sub(r"\s+", " ", index_page([of_example("optlib")], LATER))
    row = text[text.index("<tbody") : text.index("</tbody>")]
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
    found = radar([result["about"]["choices"] for result in results])
    domain = next(one for one in found if one["id"] == "data_state")
    counted = {one.name: one.places for one in domain["candidates"]}
    assert counted == {"Ash": ([0, 2], [3], [1]), "Oak": ([1], [3], [0, 2])}
    assert domain["said"] == "5 projects: decided in 3, deferred in 1 and open in 1."
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
    place = written(tmp_path, [of(HOSTILE, options=TWO_STORES), bad])
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


def test_what_is_searched_for_can_be_passed_on(page: Page, browser: Browser) -> None:
    """The words stand in the address, and whoever opens that sees the same projects."""
    page.get_by_role("searchbox").fill("mercurial tooling")
    expect(page).to_have_url(re.compile("#find=mercurial%20tooling$"))
    other = browser.new_page()
    other.goto(page.url)
    assert names(other) == ["A distributed VCS for the Python project"]
    assert other.get_by_role("searchbox").input_value() == "mercurial tooling"


def test_many_projects_behind_a_candidate_are_folded(browser: Browser, tmp_path: Path) -> None:
    """Of more than five projects the count is shown; unfolded, each is named and leads to its report."""
    opened = browser.new_page()
    opened.goto(written(tmp_path, [choosing(f"p{number}", "ash") for number in range(7)]))
    row = opened.locator("table.counts tbody tr").first
    assert re.sub(r"\s+", " ", row.inner_text()) == "Ash 7 – –"
    row.locator("summary").press("Enter")
    links = row.get_by_role("link").all()
    assert [link.inner_text() for link in links] == [f"p{number}" for number in range(7)]
    assert links[6].get_attribute("href") == "p6.report.html"
    assert Axe().run(opened).response["violations"] == []


def test_without_scripts_nothing_is_missing_but_the_search(browser: Browser, tmp_path: Path) -> None:
    """All projects and counts are there, and of many projects behind a candidate the first five and how many more."""
    context = browser.new_context(java_script_enabled=False)
    opened = context.new_page()
    opened.goto(written(tmp_path, [*(choosing(f"p{number}", "ash") for number in range(7)), FAILED]))
    assert len(names(opened)) == 8
    assert not opened.get_by_label("Show projects with").is_visible()
    assert "p0, p1, p2, p3, p4 and 2 more" in (opened.locator("table.counts").first.text_content() or "")
    context.close()


def test_the_domains_stand_in_the_order_of_the_catalogue() -> None:
    """Whatever the first project begins with, the catalogue's domains come first and in its order."""
    mascot = {"name": "Mascot", "phase": 0, "candidates": {"cat": {}}, "criteria": {"charm": {"name": "Charm"}}}
    options = {"mascot": mascot, "tooling": {"candidates": {"git": {}}}}
    made = {"status": "accepted", "rationale": "It is known."}
    first = of(
        "a",
        options=options,
        decisions={"mascot": {"selected": ["cat"]} | made, "tooling": {"selected": ["git"]} | made},
    )
    found = [domain["name"] for domain in radar([one["about"]["choices"] for one in (first, choosing("b", "ash"))])]
    assert found == ["Data & State", "Tooling", "Mascot"]


def test_the_page_is_valid() -> None:
    """A strict parser finds no fault in it, though quotes and end tags are left out where HTML needs none."""
    page = index_page([of_example("optlib"), of(""), FAILED], LATER)
    html5lib.HTMLParser(strict=True).parse(page)


def test_on_a_phone_each_project_is_a_block_of_named_lines(page: Page) -> None:
    """What is a column elsewhere stands below the name there, with its heading before it."""
    page.set_viewport_size({"width": 390, "height": 900})
    row = page.get_by_role("row").filter(has_text="optlib maintainers")
    cells = row.get_by_role("cell").all()
    assert len({cell.bounding_box()["x"] for cell in cells}) == 1  # type: ignore[index]
    before = "cell => getComputedStyle(cell, '::before').content"
    assert [cell.evaluate(before) for cell in cells][:2] == ['"Quality level"', '"Choices made"']


def test_on_paper_every_page_has_the_head_of_the_table(browser: Browser, tmp_path: Path) -> None:
    """Printed, the columns are named on each page, and what only a screen can do is left out."""
    opened = browser.new_page()
    opened.goto(written(tmp_path, [of(f"p{number}") for number in range(90)]))
    opened.pdf(path=tmp_path / "index.pdf")
    pages = [page.extract_text() for page in PdfReader(tmp_path / "index.pdf").pages]
    of_table = [text for text in pages if "What is chosen where" not in text]
    assert len(of_table) > 1
    assert all("Project" in text and "not chosen" in text and "due" in text for text in of_table)
    assert "Show projects with" not in "".join(pages)


def test_a_thousand_projects_are_one_small_page(browser: Browser, tmp_path: Path) -> None:
    """1,000 projects take at most 1.5 MB; what is out of view isn't laid out until it is found."""
    opened = browser.new_page()
    address = written(tmp_path, results_of_many(1000, distinct=12))
    assert (tmp_path / "index.html").stat().st_size <= 1_500_000
    opened.goto(address)
    row = opened.locator("table.projects tbody tr").filter(has_text="project-0777")
    is_laid_out = "row => row.cells[0].firstElementChild.checkVisibility({ contentVisibilityAuto: true })"
    assert not row.evaluate(is_laid_out)
    opened.get_by_role("searchbox").fill("project-0777")
    assert opened.get_by_role("status").inner_text() == "1 of 1,000 shown"
    assert row.evaluate(is_laid_out)
