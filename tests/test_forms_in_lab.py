"""The stock forms in a real JupyterLab: named for a screen reader, in both themes and widths, and used by keyboard."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from .conftest import EXAMPLES
from .lab import SECONDS, ask, becomes, opened, put_notebook, run_all, served

pytestmark = pytest.mark.browser
CELLS = (
    "import optlib\nfrom optlib import editors\nfile = optlib.open_workbook()",
    "editors.context(file)",
    "editors.quality(file)",
    "editors.gates(file, phase=2)",
    "from optlib.editors.form import Form\nfrom optlib.editors.fields import dropdown\n"
    "from optlib.editors.candidate_details import candidate_details\nform = Form(file)\n"
    "chosen = dropdown('Candidate', ())\nform.box(chosen, candidate_details(form, 'languages', chosen))",
    "editors.decision(file, 'frameworks')",
    "editors.decision(file, 'observability')",
    "editors.impact(file)",
    "from optlib.editors.compatibility_editor import compatibility_editor\ncompatibility_editor(file)",
    "from optlib.editors.evaluators_editor import evaluators\nform = Form(file)\n"
    "form.box(evaluators(form, 'frameworks'))",
)
FORMS = len(CELLS) - 1
HEIGHT = 14000  # all of it in sight: JupyterLab takes cells out of the page that are not


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the full example, with a notebook beside it that shows every form."""
    path = tmp_path_factory.mktemp("forms") / "mine.yaml"
    shutil.copyfile(EXAMPLES / "optlib.yaml", path)
    put_notebook(path, "forms", CELLS)
    return path


@pytest.fixture(scope="module")
def page(browser: Browser, workbook: Path) -> Iterator[Page]:
    """The notebook with all forms on it."""
    with served(workbook) as address:
        page = opened(browser, address, "forms", size=(1280, HEIGHT))
        run_all(page)
        expect(page.locator(".optlib-editor")).to_have_count(FORMS, timeout=SECONDS * 1000)
        expect(page.get_by_label("New evaluator")).to_be_visible()
        yield page


def at(page: Page, width: int, theme: str) -> None:
    """Show the page at a width, in a theme."""
    page.set_viewport_size({"width": width, "height": HEIGHT})
    ask(page, f"await app.commands.execute('apputils:change-theme', {{theme: 'JupyterLab {theme}'}})")
    page.wait_for_function(f"document.body.dataset.jpThemeLight === '{'true' if theme == 'Light' else 'false'}'")


def focused(page: Page) -> str:
    """The label of the control that has the focus."""
    return str(page.evaluate("document.activeElement.labels?.[0]?.textContent"))


def violations(page: Page) -> list[tuple[str, list[str]]]:
    """The rules of accessibility that the forms break, with where they do."""
    found = Axe().run(page, context=".optlib-editor", options={"resultTypes": ["violations"]}).response
    assert found["passes"]
    return [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found["violations"]]


@pytest.mark.parametrize("theme", ["Light", "Dark"])
@pytest.mark.parametrize("width", [1280, 900])
def test_axe_finds_nothing(page: Page, theme: str, width: int) -> None:
    """No form breaks a rule of accessibility, contrast among them."""
    at(page, width, theme)
    assert violations(page) == []


@pytest.mark.parametrize("width", [1280, 900, 640])
def test_a_form_is_no_wider_than_its_cell(page: Page, width: int) -> None:
    """Nothing of a form is cut off or has to be scrolled to sideways."""
    at(page, width, "Light")
    wider = page.evaluate(
        "[...document.querySelectorAll('.optlib-editor')].filter(each => each.scrollWidth > each.clientWidth).length"
    )
    assert wider == 0


def test_a_row_is_filled_by_keyboard(page: Page, workbook: Path) -> None:
    """Writing in the empty row makes a row and another empty one, and the focus stays where the person is."""
    at(page, 1280, "Light")
    page.get_by_label("Risk 2", exact=True).focus()
    page.keyboard.type("It breaks", delay=40)
    expect(page.get_by_label("Risk 3", exact=True)).to_be_visible(timeout=SECONDS * 1000)
    assert focused(page) == "Risk 2"
    page.keyboard.type(" often", delay=40)
    page.keyboard.press("Tab")
    page.keyboard.type("Mend it", delay=40)
    page.keyboard.press("Tab")
    page.keyboard.press("h")
    page.keyboard.press("Tab")
    page.keyboard.press("h")
    expect(page.locator(".optlib-risk-high")).to_be_visible()
    assert focused(page) == "Impact of risk 2"
    written = {"risk": "It breaks often", "mitigation": "Mend it", "likelihood": "high", "impact": "high"}
    becomes(page, workbook, written, lambda now: now.options["languages"].candidates["python"].risks[1].to_data())


def test_the_order_of_a_choice_is_changed_by_keyboard(page: Page, workbook: Path) -> None:
    """The focus follows what is moved; where it can't go further, it goes to the other button."""
    form = page.locator(".optlib-editor").nth(4)
    for name in ("Marimo", "Web app on FastAPI"):
        form.get_by_role("checkbox", name=name).check()
        expect(form.get_by_title(f"Move {name} up")).to_be_visible(timeout=SECONDS * 1000)
    form.get_by_title("Move Web app on FastAPI up").focus()
    page.keyboard.press("Enter")
    expect(form.locator(".optlib-place").nth(1)).to_contain_text("Web app on FastAPI")
    expect(form.get_by_title("Move Web app on FastAPI up")).to_be_focused()
    page.keyboard.press("Enter")
    expect(form.locator(".optlib-place").nth(0)).to_contain_text("Web app on FastAPI")
    expect(form.get_by_title("Move Web app on FastAPI down")).to_be_focused()
    order = ("fastapi", "jupyter", "marimo")
    becomes(page, workbook, order, lambda now: now.decisions["frameworks"].selected)


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_axe_finds_nothing_where_something_is_wrong(page: Page, theme: str) -> None:
    """Refusals, a choice against the ranking, a due trigger and another level can be read in both themes, too."""
    at(page, 900, theme)
    form = page.locator(".optlib-editor")
    form.nth(4).get_by_role("checkbox", name="Marimo").check()
    form.nth(4).get_by_role("checkbox", name="Jupyter").uncheck()
    form.nth(5).get_by_label("Day of trigger 1", exact=True).fill("2026-01-01")
    form.nth(4).get_by_label("Decided on").fill("25.11.2026")
    form.nth(4).get_by_label("Decided on").blur()
    form.nth(1).get_by_label("Look at another level first").select_option("Secure")
    expect(form.nth(4).locator(".optlib-against")).to_be_visible(timeout=SECONDS * 1000)
    expect(form.nth(5).get_by_text("decide it now")).to_be_visible(timeout=SECONDS * 1000)
    expect(form.nth(4).get_by_text("write 2026-11-25")).to_be_visible(timeout=SECONDS * 1000)
    assert violations(page) == []
