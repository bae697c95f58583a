"""The board for everybody, and quickly: axe in both themes, contrast, sizes, narrow pages, and large boards."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from optlib.model import Workbook

from .board_page import BoardPage, databases, shown
from .building import CHOICE, choice

pytestmark = pytest.mark.browser

AXE: dict[str, Any] = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}


def with_everything() -> Workbook:
    """A board with every step of the ramp, a gap of each kind, notes, people, and somebody eliminated."""
    steps: dict[str, Any] = {f"step{step}": (step, [max(step - 1, 0), step], step * 40, None) for step in range(6)}
    data = choice(steps, (20, 15, 10, 5), databases().to_data()["options"][CHOICE]["criteria"]).to_data()
    options = data["options"][CHOICE]
    options["candidates"]["step0"]["fit"] = {"eu": {"verdict": "fails"}}
    options["candidates"]["step1"]["fit"] = {"eu": {"verdict": "unknown"}}
    options["candidates"]["step2"]["scores"]["headroom"] = "unknown"
    options["candidates"]["step3"]["scores"]["fit"] = {"value": 3, "note": "a trial"}
    options["evaluators"] = {"ann": {"name": "Ann", "scores": {"step4": {"headroom": 2}}}}
    data["context"] = {"constraints": [{"id": "eu", "statement": "Data stays in the EU", "must": True}]}
    return Workbook.model_validate(data)


def large(candidates: int, criteria: int) -> Workbook:
    """A full board of so many candidates and criteria."""
    table = {f"c{row}": [(row * 7 + column * 3) % 6 for column in range(criteria)] for row in range(candidates)}
    specs: dict[str, Any] = {f"k{column}": {"name": f"Criterion {column}"} for column in range(criteria)}
    return choice(table, [1 + column % 5 for column in range(criteria)], specs)


def as_it_is(_: BoardPage) -> None:
    """Leave the board as it is shown at first."""


def with_a_note(board: BoardPage) -> None:
    """Open the note of a score."""
    board.cell("Step3, Fit").click()
    board.press("Shift+F2")


def with_a_criterion(board: BoardPage) -> None:
    """Open what a criterion asks."""
    board.grid.get_by_role("button", name="Run cost").click()


def with_an_addition(board: BoardPage) -> None:
    """Open the panel that adds a criterion."""
    board.page.get_by_role("button", name="Add a criterion").click()


def with_faults(board: BoardPage) -> None:
    """Type what can't be read into a cell and a weight, and go on editing another cell."""
    board.cell("Step2, Fit").click()
    board.type("abc")
    board.press("Enter")
    board.weight("Fit").click()
    board.type("-")
    board.cell("Step3, Fit").click()
    board.press("F2")


def with_a_person(board: BoardPage) -> None:
    """Show the view of a person, with a part of it selected."""
    board.page.get_by_role("combobox", name="Scores of").select_option("Ann")
    board.cell("Step2, Fit").click()
    board.press("Shift+ArrowRight", "Shift+ArrowDown")


@pytest.mark.parametrize("is_light", [True, False], ids=["light", "dark"])
@pytest.mark.parametrize(
    "prepared", [as_it_is, with_a_note, with_a_criterion, with_an_addition, with_faults, with_a_person]
)
def test_axe_finds_nothing(browser: Browser, prepared: Callable[[BoardPage], None], is_light: bool) -> None:
    """In either theme, whatever is open, selected or wrong, axe has nothing to say; contrast included."""
    board = shown(browser, with_everything(), is_light=is_light)
    prepared(board)
    found = Axe().run(board.page, context="#board", options=AXE).response["violations"]
    board.page.close()
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found] == []


@pytest.mark.parametrize("is_light", [True, False], ids=["light", "dark"])
def test_text_on_the_ramp_can_be_read(browser: Browser, is_light: bool) -> None:
    """On each of the six steps text has a contrast of at least 4.5 to 1 in either theme."""
    board = shown(browser, with_everything(), is_light=is_light)
    ratios = board.page.evaluate(
        """() => {
          const linear = (part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
          const light = (colour) => {
            const [red, green, blue] = colour.match(/[\\d.]+/g).map((part) => linear(part / 255));
            return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
          };
          return [0, 1, 2, 3, 4, 5].map((step) => {
            const { color, backgroundColor } = getComputedStyle(document.querySelector(`.optlib-board-heat${step}`));
            const [high, low] = [light(color), light(backgroundColor)].sort((one, other) => other - one);
            return (high + 0.05) / (low + 0.05);
          });
        }"""
    )
    board.page.close()
    assert min(ratios) >= 4.5


def test_targets_are_large_enough(browser: Browser) -> None:
    """Every control and every cell is at least 24 pixels high and wide."""
    board = shown(browser, with_everything())
    small = board.page.evaluate(
        """() => [...document.querySelectorAll("#board button, #board input, #board select, #board [role=gridcell]")]
          .filter((each) => each.offsetParent && Math.min(each.offsetWidth, each.offsetHeight) < 24)
          .map((each) => each.outerHTML)"""
    )
    board.page.close()
    assert small == []


def test_the_focus_is_seen(browser: Browser) -> None:
    """What has the focus has an outline of 3 pixels: a cell, a weight, a slider, a head, a button."""
    board = shown(browser, with_everything())
    board.cell("Step2, Fit").click()
    for key in ("ArrowLeft", "ArrowUp", "ArrowUp", "ArrowUp", "ArrowRight", "ArrowDown", "Shift+Tab"):
        board.press(key)
        focused = board.page.locator(":focus")
        expect(focused).to_have_css("outline-width", "3px")
        expect(focused).to_have_css("outline-style", "solid")
    board.page.close()


def test_a_narrow_page_scrolls_the_board_alone(browser: Browser) -> None:
    """At 900 pixels the page doesn't scroll sideways; names and totals stay in sight while the board does."""
    board = shown(browser, large(8, 20), size=(900, 700))
    board.cell("C3, Criterion 0").click()
    board.press("End")
    assert board.page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    region = board.page.get_by_role("region", name="Board of Choice")
    assert region.evaluate("(each) => each.scrollLeft") > 0
    for name in ("C3, rank", "C3, total"):
        expect(board.grid.locator(f"[aria-label^='{name}']")).to_be_in_viewport(ratio=0.9)
    focused = board.page.locator(":focus")
    expect(focused).to_be_in_viewport(ratio=0.9)
    hidden = focused.evaluate(
        """(cell) => {
          const { x, y, width, height } = cell.getBoundingClientRect();
          return !cell.contains(document.elementFromPoint(x + width / 2, y + height / 2));
        }"""
    )
    board.page.close()
    assert not hidden


def test_bars_stand_still_where_motion_is_unwelcome(browser: Browser) -> None:
    """With reduced motion nothing on the board moves by itself."""
    board = shown(browser, databases())
    board.page.emulate_media(reduced_motion="reduce")
    moving = board.page.evaluate(
        """() => [...document.querySelectorAll("#board *")]
          .map((each) => getComputedStyle(each))
          .filter((style) => style.transitionDuration !== "0s" || style.animationName !== "none").length"""
    )
    board.page.close()
    assert moving == 0


@pytest.mark.parametrize(("candidates", "criteria"), [(15, 12), (60, 40)])
def test_a_weight_changes_no_more_of_a_large_board_than_it_has_to(
    browser: Browser, candidates: int, criteria: int
) -> None:
    """Another weight writes totals, ranks and shares anew, and leaves the cells alone: it is painted at once."""
    board = shown(browser, large(candidates, criteria))
    totals = board.grid.locator("[aria-label*=', total: '] strong")
    first = totals.all_inner_texts()
    board.slider("Criterion 3").focus()
    touched = board.page.evaluate(
        """async () => {
          const records = [];
          const observer = new MutationObserver((some) => records.push(...some));
          const options = { subtree: true, childList: true, attributes: true, characterData: true };
          observer.observe(document.body, options);
          const slider = document.activeElement;
          slider.value = "77";
          slider.dispatchEvent(new Event("input", { bubbles: true }));
          await Promise.resolve();
          return [...records, ...observer.takeRecords()].length;
        }"""
    )
    assert len(first) == candidates
    assert totals.all_inner_texts() != first
    board.page.close()
    assert 0 < touched <= 4 * (candidates + criteria)
