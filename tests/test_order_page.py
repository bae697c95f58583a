"""The list to put in order, in a real browser: dragged, moved with keys and buttons, and what is said of it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page

from optlib.editors.order import HERE

pytestmark = pytest.mark.browser
THEMES = Path(sys.prefix) / "share" / "jupyter" / "lab" / "themes" / "@jupyterlab"
NAMES = {"fast": "Latency", "safe": "Durability", "cheap": "Cost", "easy": "Ease of running it <b>"}
HOST = """async ([source, values]) => {
  const told = [];
  const model = {
    get: (name) => values[name],
    set: (name, value) => { values[name] = value; told.forEach((each) => each()); },
    on: (_, each) => told.push(each),
    off: (_, each) => told.splice(told.indexOf(each), 1),
    save_changes: () => { window.saves += 1; },
  };
  Object.assign(window, { model, saves: 0 });
  const { default: widget } = await import(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
  window.leave = widget.render({ model, el: document.querySelector("#here") });
}"""
"""A page that holds the widget as anywidget does: what it asks of a model, and no more."""


@dataclass
class Shown:
    """The list in a page, with what it holds."""

    page: Page
    complaints: list[str]

    @property
    def value(self) -> Any:
        """The places as they are now."""
        return self.page.evaluate("model.get('value')")

    @property
    def status(self) -> str:
        """What was last said of a move."""
        return self.page.get_by_role("status").inner_text()

    def row(self, name: str) -> Locator:
        """The row of an entry."""
        return self.page.locator("li").filter(has_text=name)

    def button(self, name: str, sign: str) -> Locator:
        """A button of a row, by what is written on it."""
        return self.row(name).locator("button", has_text=sign)

    def drag(self, name: str, onto: Locator, part: float) -> None:
        """Drag a row to a part of the height of something else: 0 its upper edge, 1 its lower."""
        start, end = self.row(name).locator(".optlib-handle").bounding_box(), onto.bounding_box()
        assert start is not None
        assert end is not None
        self.page.mouse.move(start["x"] + 4, start["y"] + 4)
        self.page.mouse.down()
        self.page.mouse.move(end["x"] + 60, end["y"] + end["height"] * part, steps=5)


def shown(browser: Browser, value: list[list[str]], theme: str = "light", **more: Any) -> Shown:
    """The list with these places, in a theme of JupyterLab."""
    page = browser.new_page(viewport={"width": 900, "height": 700})
    seen = Shown(page, [])
    page.on("console", lambda message: seen.complaints.append(message.text))
    page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    colours = (THEMES / f"theme-{theme}-extension" / "index.css").read_text(encoding="utf-8")
    style = f"{colours}\n{(HERE / 'order.css').read_text(encoding='utf-8')}"
    page.set_content(
        "<!doctype html><html lang='en'><title>Order</title><meta charset='utf-8'>"
        f"<style>{style} body {{ background: var(--jp-layout-color0); color: var(--jp-ui-font-color0) }}</style>"
        "<main><h1>Order</h1><div id='here'></div></main>"
    )
    entries = [{"id": key, "name": name} for key, name in NAMES.items()]
    notes = {"fast": [0.5, "50 %"], "safe": [0.3, "30 %"]}
    values = {"label": "Criteria", "entries": entries, "value": value, "notes": notes, "disabled": False, **more}
    page.evaluate(HOST, [(HERE / "order.js").read_text(encoding="utf-8"), values])
    return seen


@pytest.fixture
def three(browser: Browser) -> Iterator[Shown]:
    """Three placed and one not."""
    seen = shown(browser, [["fast"], ["safe"], ["cheap"]])
    yield seen
    assert seen.complaints == []
    seen.page.close()


def test_rows_stand_in_their_order_with_their_rank_and_share(three: Shown) -> None:
    """Each row says its place, its name and its share; what isn't placed stands in a list of its own."""
    rows = three.page.get_by_role("list", name="Criteria").get_by_role("listitem")
    assert [row.locator(".optlib-rank").inner_text() for row in rows.all()] == ["1", "2", "3"]
    assert "Latency" in rows.nth(0).inner_text()
    assert "50 %" in rows.nth(0).inner_text()
    assert three.page.get_by_role("list", name="Not placed yet").get_by_role("listitem").count() == 1


def test_a_name_is_text_and_never_markup(three: Shown) -> None:
    """What looks like markup in a name is shown as it is written."""
    assert three.row("Ease of running it").locator(".optlib-entry").inner_text() == "Ease of running it <b>"


@pytest.mark.parametrize(
    ("name", "sign", "value", "says"),
    [
        ("Durability", "↑", [["safe"], ["fast"], ["cheap"]], "Durability is number 1 of 3"),
        ("Durability", "↓", [["fast"], ["cheap"], ["safe"]], "Durability is number 3 of 3"),
        ("Durability", "=", [["fast", "safe"], ["cheap"]], "Durability is number 1 of 3, the same as Latency"),
        ("Durability", "×", [["fast"], ["cheap"]], "Durability is taken out; 2 not placed yet"),
        ("Ease", "Place next", [["fast"], ["safe"], ["cheap"], ["easy"]], "Ease of running it <b> is number 4 of 4"),
    ],
)
def test_a_button_moves_its_row(three: Shown, name: str, sign: str, value: list[list[str]], says: str) -> None:
    """A row goes up, down, to the place above it, out, or in at the end, is saved, and the status says where it is."""
    three.button(name, sign).click()
    assert three.value == value
    assert says in three.status
    assert three.page.evaluate("saves") == 1


@pytest.mark.parametrize(
    ("sign", "value"),
    [
        ("↑", [["safe"], ["fast"], ["cheap"]]),
        ("↓", [["fast"], ["safe"], ["cheap"]]),
        ("=", [["fast"], ["safe"], ["cheap"]]),
    ],
)
def test_a_tie_is_left_by_any_move(browser: Browser, sign: str, value: list[list[str]]) -> None:
    """A row that shares a place leaves it upwards, downwards, or by pressing the same button again."""
    seen = shown(browser, [["fast", "safe"], ["cheap"]])
    assert seen.button("Durability", "=").get_attribute("aria-pressed") == "true"
    assert [seen.row(name).locator(".optlib-rank").inner_text() for name in ("Latency", "Durability")] == ["1 =", "1 ="]
    seen.button("Durability", sign).click()
    assert seen.value == value


def test_what_would_change_nothing_says_so_and_does_nothing(three: Shown) -> None:
    """The first can't go up nor share the place above; its buttons are marked idle, and save nothing."""
    for sign in ("↑", "="):
        button = three.button("Latency", sign)
        assert button.get_attribute("aria-disabled") == "true"
        button.click(force=True)
    assert three.value == [["fast"], ["safe"], ["cheap"]]
    assert three.page.evaluate("saves") == 0


def test_keys_alone_do_everything(three: Shown) -> None:
    """Tab enters the list once; arrows go between buttons, Alt with an arrow moves the row and the focus."""
    keys = three.page.keyboard
    keys.press("Tab")
    assert three.button("Latency", "↑").evaluate("button => button === document.activeElement")
    keys.press("Alt+ArrowDown")
    assert three.value == [["safe"], ["fast"], ["cheap"]]
    assert three.button("Latency", "↑").evaluate("button => button === document.activeElement")
    keys.press("ArrowDown")
    for _ in range(2):
        keys.press("ArrowRight")
    keys.press("Enter")
    assert three.value == [["safe"], ["fast", "cheap"]]
    keys.press("ArrowDown")
    keys.press("Alt+ArrowUp")
    assert three.value == [["safe"], ["fast", "cheap"], ["easy"]]


def test_the_list_is_one_stop_of_the_tab_key(three: Shown) -> None:
    """Of all its buttons one is in the tab order, so that a long list is passed with one key."""
    assert three.page.locator("button[tabindex='0']").count() == 1
    three.button("Cost", "↓").focus()
    assert three.page.locator("button[tabindex='0']").count() == 1


def test_placing_goes_on_with_the_next_that_is_open(browser: Browser) -> None:
    """Pressing Enter again and again places one after the other."""
    seen = shown(browser, [])
    seen.button("Latency", "Place next").focus()
    for _ in NAMES:
        seen.page.keyboard.press("Enter")
    assert seen.value == [["fast"], ["safe"], ["cheap"], ["easy"]]


@pytest.mark.parametrize(
    ("onto", "part", "value"),
    [
        ("Latency", 0.1, [["cheap"], ["fast"], ["safe"]]),
        ("Latency", 0.5, [["fast", "cheap"], ["safe"]]),
        ("Latency", 0.9, [["fast"], ["cheap"], ["safe"]]),
        ("Ease", 0.5, [["fast"], ["safe"]]),
    ],
)
def test_a_row_is_dragged(three: Shown, onto: str, part: float, value: list[list[str]]) -> None:
    """Dropped on the edge of another row it comes before or after it, on its middle it is the same, below it is out."""
    three.drag("Cost", three.row(onto), part)
    three.page.mouse.up()
    assert three.value == value


def test_escape_ends_a_drag(three: Shown) -> None:
    """A drag that is given up changes nothing."""
    three.drag("Cost", three.row("Latency"), 0.1)
    three.page.keyboard.press("Escape")
    three.page.mouse.up()
    assert three.value == [["fast"], ["safe"], ["cheap"]]
    assert three.page.locator(".optlib-dragged, .optlib-before").count() == 0


def test_a_value_from_outside_is_shown_in_the_same_rows(three: Shown) -> None:
    """When somebody else changes the order the rows move, keep their elements, and the focus stays in its row."""
    three.page.evaluate("document.querySelectorAll('li').forEach((row) => { row.mine = true; })")
    three.button("Cost", "↑").focus()
    three.page.evaluate("model.set('value', [['cheap'], ['fast', 'safe']])")
    rows = three.page.get_by_role("list", name="Criteria").get_by_role("listitem")
    assert [row.locator(".optlib-rank").inner_text() for row in rows.all()] == ["1", "2 =", "2 ="]
    assert all(row.evaluate("row => row.mine") for row in rows.all())
    assert three.button("Cost", "↑").evaluate("button => button === document.activeElement")


def test_keys_stay_within_the_list(three: Shown) -> None:
    """A key that JupyterLab would take for a shortcut of its own doesn't leave the list; Ctrl+S does."""
    three.page.evaluate("document.addEventListener('keydown', (event) => { (window.heard ??= []).push(event.key); })")
    three.button("Latency", "↓").focus()
    for key in ("a", "d", "0", "Control+s"):
        three.page.keyboard.press(key)
    assert three.page.evaluate("window.heard") == ["Control", "s"]


def test_a_read_only_list_moves_nothing(browser: Browser) -> None:
    """Disabled, its buttons are off and a drag does nothing."""
    seen = shown(browser, [["fast"], ["safe"]], disabled=True)
    assert seen.page.locator("button:not([disabled])").count() == 0
    seen.drag("Durability", seen.row("Latency"), 0.1)
    seen.page.mouse.up()
    assert seen.value == [["fast"], ["safe"]]


def test_a_list_that_is_gone_hears_no_more(three: Shown) -> None:
    """After it is taken away a change of its value isn't drawn any more."""
    three.page.evaluate("leave(); model.set('value', [['cheap']])")
    assert three.page.get_by_role("list", name="Criteria").get_by_role("listitem").count() == 3


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(browser: Browser, theme: str) -> None:
    """No rule of accessibility is broken, with ties, open entries and a pressed button in sight."""
    seen = shown(browser, [["fast"], ["safe", "cheap"]], theme)
    violations = Axe().run(seen.page).response["violations"]
    assert violations == [], json.dumps([(one["id"], [node["html"] for node in one["nodes"]]) for one in violations])
