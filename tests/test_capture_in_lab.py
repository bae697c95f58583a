"""Capture in a real JupyterLab: keys reach controls and not the notebook, themes, accessibility, two at once."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from optlib import Workbook, open_workbook
from optlib.starting import new_workbook

from .conftest import EXAMPLES
from .lab import ask, becomes, cells, opened, put_notebook, run_all, served

pytestmark = pytest.mark.browser

OURS = ".optlib-editor, .optlib-board, .optlib"
FOCUSABLE = "input, select, textarea, button, summary, [tabindex='0'], [contenteditable='true']"
AXE: dict[str, Any] = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    # What is right for a page isn't for the part of a page that a cell shows.
    "rules": {"region": {"enabled": False}, "page-has-heading-one": {"enabled": False}},
}


# One domain of a phase's notebook: a whole phase is seconds of running, and shows no more of what is tried here.
DOMAIN = (
    "import optlib\nfrom optlib import views\nfile = optlib.open_workbook({workbook})",
    "optlib.editors.workbook(file)",
    "optlib.editors.domain(file, '{domain}', phase={phase})",
    "ranking = optlib.rank_domain(file.workbook, '{domain}', phase={phase})\nviews.evaluation(file.workbook, ranking)",
    "optlib.editors.decision(file, '{domain}')",
)


# Each kind of form, view and figure once.
EACH = (
    *(cell.format(workbook="", domain="languages", phase=0) for cell in DOMAIN),
    "optlib.editors.context(file)",
    "optlib.editors.quality(file)",
    "optlib.editors.gates(file, phase=0)",
    "optlib.editors.compatibility(file)",
    "optlib.editors.impact(file)",
    "today = optlib.day()\nviews.whats_open(file.workbook, today, phase=0)",
    "views.context(file.workbook)",
    "views.levels(file.workbook)",
    "views.candidates(file.workbook, 'languages')",
    "views.decision(file.workbook, 'languages', today)",
    "views.other_domains(file.workbook, today, phase=0, shown=['languages'])",
    "views.gates(file.workbook, today, phase=0)",
    "views.next_phase(file.workbook, today, phase=0)",
    "from optlib import charts\ncharts.explore(file.workbook, ranking)",
)


def put_domain(beside: Path, name: str, domain: str, phase: int, workbook: str = "") -> None:
    """Write a notebook about one domain."""
    put_notebook(beside, name, [cell.format(domain=domain, phase=phase, workbook=workbook) for cell in DOMAIN])


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the full example to edit, with two notebooks on the same domain, and one with everything once."""
    path = Path(shutil.copy(EXAMPLES / "optlib.yaml", tmp_path_factory.mktemp("capture") / "mine.yaml"))
    put_notebook(path, "each", EACH)
    for name in ("one", "other"):
        put_domain(path, name, "frameworks", phase=1)
    return path


@pytest.fixture(scope="module")
def address(workbook: Path) -> Iterator[str]:
    """The address of a JupyterLab on the workbook."""
    with served(workbook) as address:
        yield address


@pytest.fixture(scope="module")
def pages(browser: Browser, address: str) -> Iterator[tuple[Page, Page]]:
    """Both notebooks on the domain, run."""
    one, other = (opened(browser, address, name, size=(1280, 2000)) for name in ("one", "other"))
    for page in (one, other):
        run_all(page)
        page.wait_for_selector(".optlib-board [role=grid]")
    yield one, other
    one.close()
    other.close()


@pytest.fixture(scope="module")
def page(browser: Browser, address: str) -> Iterator[Page]:
    """The notebook with everything once, run."""
    page = opened(browser, address, "each", size=(1280, 9000))
    run_all(page)
    page.wait_for_selector(".optlib-board [role=grid]")
    yield page
    page.close()


def controls(page: Page) -> list[dict[str, Any]]:
    """One control of each kind in our forms that can have the focus."""
    kinds: list[dict[str, Any]] = page.evaluate(
        """([ours, focusable]) => {
            const found = new Map();
            const all = document.querySelectorAll(ours.split(", ").map(part =>
                focusable.split(", ").map(each => `${part} ${each}`).join(", ")).join(", "));
            for (const [index, element] of [...all].entries()) {
                if (!element.checkVisibility() || element.disabled) continue;
                const owner = element.closest(".optlib-board, .optlib-order, .optlib-editor, .optlib");
                const role = element.type || element.getAttribute("role") || "";
                const kind = `${owner.classList[0]} ${element.tagName} ${role}`;
                if (!found.has(kind)) { element.dataset.tried = index; found.set(kind, index); }
            }
            return [...found].map(([kind, index]) => ({ kind, index }));
        }""",
        [OURS, FOCUSABLE],
    )
    return kinds


@pytest.mark.parametrize("keys", ["a", "dd", "00", "b", "x", "Enter"])
def test_keys_in_a_control_do_nothing_to_the_notebook(page: Page, keys: str) -> None:
    """With the focus in any kind of control, JupyterLab's one-letter commands change no cell and restart no kernel."""
    before = cells(page)
    kinds = controls(page)
    assert len(kinds) >= 6
    for kind in kinds:
        page.locator(f"[data-tried='{kind['index']}']").first.focus()
        for key in [keys] if len(keys) > 2 else keys:
            page.keyboard.press(key)
        assert cells(page) == before, kind
        assert page.locator(".jp-Dialog").count() == 0, kind
        page.keyboard.press("Escape")


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_our_elements_are_accessible(page: Page, theme: str) -> None:
    """In either theme axe finds nothing in the forms, the board and the views, folded open."""
    ask(page, f"await app.commands.execute('apputils:change-theme', {{ theme: '{theme}' }})")
    page.evaluate("() => document.querySelectorAll('.optlib details').forEach(fold => { fold.open = true; })")
    results = Axe().run(page, context={"include": [[part] for part in OURS.split(", ")]}, options=AXE)
    found = [(rule["id"], node["html"][:200]) for rule in results.response["violations"] for node in rule["nodes"]]
    assert not found, "\n".join(f"{rule}: {html}" for rule, html in found)


def tab_to(page: Page, name: str, selector: str) -> None:
    """Press Tab until something with this name, in words that a screen reader would say, has the focus."""
    for _ in range(400):
        found = page.evaluate(
            """([name, selector]) => {
                const it = document.activeElement;
                const label = it.labels?.[0] ?? it.closest(".jupyter-widgets")?.querySelector("label");
                const said = [it.ariaLabel, label?.textContent, it.placeholder].map((words) => words ?? "");
                return it.matches(selector) && said.some((words) => words.startsWith(name));
            }""",
            [name, selector],
        )
        if found:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never came to {name}")


def enter_candidate(page: Page, name: str, scores: list[str]) -> None:
    """Add a candidate on the board of the domain and score it, by keys alone."""
    tab_to(page, "a known candidate", ".optlib-board input")
    page.keyboard.type(name)
    page.keyboard.press("Enter")
    for score in scores:
        page.keyboard.type(score)
        page.keyboard.press("Tab")


def cell(page: Page, name: str) -> Locator:
    """The board's cell of a candidate and a criterion."""
    return page.locator(f".optlib-board [role=gridcell][aria-label^='{name}: ']").first


def scores_of(workbook: Workbook) -> dict[str, list[object]]:
    """The scores of each language."""
    languages = workbook.options.get("languages")
    candidates = languages.candidates if languages else {}
    return {key: [score.value for score in each.scores.values()] for key, each in candidates.items()}


def test_a_decision_is_entered_from_nothing_by_keys_alone(browser: Browser, workbook: Path, address: str) -> None:
    """Candidates, scores, the choice and its reason; after a restart of the kernel the same is there."""
    path = workbook.with_name("new.yaml")
    new_workbook(path)
    put_domain(workbook, "new", "languages", phase=0, workbook=repr(str(path)))
    page = opened(browser, address, "new", size=(1280, 2000))
    run_all(page)
    page.wait_for_selector(".optlib-board [role=grid]")
    enter_candidate(page, "Python", ["5", "4", "2-4", "?"])
    enter_candidate(page, "Go", ["2", "3", "5", "3"])
    scores = {"python": [5, 4, (2, 4), "unknown"], "go": [2, 3, 5, 3]}
    becomes(page, path, scores, scores_of)
    # Somebody who looks at the screen goes on when there is what they go on to.
    expect(page.get_by_role("checkbox", name="Go").first).to_be_visible()
    tab_to(page, "Python", "input[type=checkbox]")
    page.keyboard.press("Space")
    becomes(page, path, ("python",), lambda now: "languages" in now.decisions and now.decisions["languages"].selected)
    tab_to(page, "Rationale", "textarea")
    page.keyboard.type("The team writes it every day")
    becomes(page, path, "The team writes it every day", lambda now: now.decisions["languages"].rationale)
    expect(page.get_by_text(re.compile(r"Saved \d\d:\d\d")).first).to_be_attached()
    assert scores_of(open_workbook(path).workbook) == scores
    ask(page, "await panel.sessionContext.session.kernel.restart()")
    run_all(page)
    expect(cell(page, "Python, Team proficiency")).to_have_attribute("aria-label", "Python, Team proficiency: 5 of 5")
    expect(page.get_by_label("Rationale").first).to_have_value("The team writes it every day")
    expect(page.get_by_role("checkbox", name="Python").first).to_be_checked()
    page.close()


def test_a_block_is_pasted_and_undone(pages: tuple[Page, Page], workbook: Path) -> None:
    """What was copied in a spreadsheet fills the board from the cell that has the focus; one step takes it back."""
    before = open_workbook(workbook).workbook
    page, _ = pages
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    first = cell(page, "Marimo, Productivity")
    first.focus()
    page.evaluate("() => navigator.clipboard.writeText('1\\t2\\n3\\tabc')")
    page.keyboard.press("Control+v")
    expect(first).to_have_attribute("aria-label", re.compile("^Marimo, Productivity: 1 of 5"))
    becomes(page, workbook, [1, 3], lambda now: [score(now, each, "productivity") for each in ("marimo", "streamlit")])
    expect(page.get_by_text(re.compile("1 not understood")).first).to_be_attached()
    page.keyboard.press("Control+z")
    becomes(page, workbook, before, lambda now: now)


def score(workbook: Workbook, candidate: str, criterion: str) -> object:
    """A score of a framework."""
    return workbook.options["frameworks"].candidates[candidate].scores[criterion].value


@pytest.mark.parametrize(("choice", "typed", "left"), [("Keep yours", "15", 5), ("Take the file's", "24", 2)])
def test_two_notebooks_collide(pages: tuple[Page, Page], workbook: Path, choice: str, typed: str, left: int) -> None:
    """The same score is typed in two notebooks: who enters it second is asked, and either answer stands in both."""
    fields = [cell(page, "Marimo, Community") for page in pages]
    for page, field, digit in zip(pages, fields, typed, strict=True):
        field.focus()
        page.keyboard.type(digit)
    first, second = pages
    first.keyboard.press("Enter")
    becomes(first, workbook, int(typed[0]), lambda now: score(now, "marimo", "community"))
    second.keyboard.press("Enter")
    second.get_by_role("button", name=choice).first.click()
    for field in fields:
        expect(field).to_have_attribute("aria-label", re.compile(f"^Marimo, Community: {left} of 5"))
    becomes(second, workbook, left, lambda now: score(now, "marimo", "community"))


def test_a_view_below_follows_the_board(pages: tuple[Page, Page]) -> None:
    """The evaluation that the next cell shows is reckoned anew when a weight changes, without being run again."""
    page, _ = pages
    verdict = page.locator("p:visible", has_text="points ahead of").first
    before = verdict.text_content() or ""
    page.get_by_label("Weight of Dual use as a number").fill("0")
    expect(verdict).not_to_have_text(before)
    page.keyboard.press("Control+z")
    expect(verdict).to_have_text(before)


def test_a_notebook_saved_by_hand_is_small(browser: Browser, workbook: Path, address: str) -> None:
    """Run and saved in JupyterLab, a notebook holds its views as HTML, no figures, and at most 100 KB."""
    page = opened(browser, address, "1_core_technical")
    run_all(page)
    ask(page, "await app.commands.execute('docmanager:save')")
    saved = workbook.with_name("mine-notebooks") / "1_core_technical.ipynb"
    text = saved.read_text(encoding="utf-8")
    assert len(text.encode()) <= 100_000
    assert "Option matrix" in text
    page.close()
