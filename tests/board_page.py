"""The board in a plain page, with a stand-in for the kernel that notes what is sent and answers it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect

from optlib.editors.board import Board, script
from optlib.editors.board_data import board_state
from optlib.model import Workbook

from .building import CHOICE, choice

HARNESS = Path(__file__).parent / "data" / "board.html"
DATABASES: Mapping[str, Sequence[Any]] = {
    "postgresql": (4, [3, 4, 5], 120, None),
    "mysql": (3, "unknown", 90, 2),
    "sqlite": ({"value": 5, "note": "we ship it today"}, 4, None, 1),
}
CRITERIA: Mapping[str, Any] = {
    "fit": {"name": "Fit"},
    "team": {"name": "Team experience"},
    "cost": {"name": "Run cost", "unit": "USD/month", "range": [0, 200], "direction": "min"},
    "headroom": {"name": "Headroom"},
}
WEIGHTS = (20, 15, 10, 5)
INSIDE = ("applied", "competitionRanks", "fixed", "idFrom", "inverse", "readScore", "seenBy")


def modules() -> str:
    """The board's script, with the functions exported that tests ask."""
    return f"{script()}\nexport {{ {', '.join(INSIDE)} }};"


def databases(**parts: Any) -> Workbook:
    """Three candidates on four criteria, one of them measured, with every kind of score."""
    workbook = choice(DATABASES, WEIGHTS, CRITERIA, **parts)
    named = {"postgresql": "PostgreSQL", "mysql": "MySQL", "sqlite": "SQLite"}
    data = workbook.to_data()
    for key, name in named.items():
        data["options"][CHOICE]["candidates"][key] = {"name": name, **data["options"][CHOICE]["candidates"][key]}
    return Workbook.model_validate(data)


class BoardPage:
    """A page with a board, driven as a person drives it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.grid = page.get_by_role("grid")
        self.status = page.get_by_role("status")

    def cell(self, name: str) -> Locator:
        """The cell of a candidate and a criterion: `PostgreSQL, Fit`."""
        return self.grid.locator(f"[role=gridcell][aria-label^='{name}: ']")

    def weight(self, criterion: str) -> Locator:
        """The field of a weight."""
        return self.page.get_by_label(f"Weight of {criterion} as a number")

    def slider(self, criterion: str) -> Locator:
        """The slider of a weight."""
        return self.page.get_by_role("slider", name=f"Weight of {criterion}", exact=True)

    def total(self, candidate: str) -> str:
        """The total of a candidate, as it is shown."""
        return self.grid.locator(f"[aria-label^='{candidate}, total: '] strong").inner_text()

    def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        """Type a text."""
        self.page.keyboard.type(text)

    def focused(self) -> str:
        """The name of what has the focus."""
        name: str = self.page.evaluate(
            "() => document.activeElement.ariaLabel ?? document.activeElement.textContent ?? ''"
        )
        return name

    def changes(self) -> list[dict[str, Any]]:
        """All changes that were sent so far, without what stood there before."""
        sent: list[dict[str, Any]] = self.page.evaluate(
            "() => page.sent.flatMap(({ changes = [] }) => changes.map(({ before, isNew, ...change }) => change))"
        )
        return sent

    def options(self) -> dict[str, Any]:
        """What the stand-in for the kernel has of the domain, once everything is answered."""
        self.page.clock.run_for(400)
        found: dict[str, Any] = self.page.evaluate("() => Object.values(page.state.data.options)[0]")
        return found

    def paste(self, text: str) -> None:
        """Paste a text where the focus is, as the clipboard does."""
        self.page.evaluate(
            """(text) => {
              const clipboardData = new DataTransfer();
              clipboardData.setData("text/plain", text);
              const event = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
              document.activeElement.dispatchEvent(event);
            }""",
            text,
        )

    def copied(self) -> str:
        """What copying where the focus is puts into the clipboard."""
        text: str = self.page.evaluate(
            """() => {
              const clipboardData = new DataTransfer();
              const event = new ClipboardEvent("copy", { clipboardData, bubbles: true, cancelable: true });
              document.activeElement.dispatchEvent(event);
              return clipboardData.getData("text/plain");
            }"""
        )
        return text


def shown(
    browser: Browser,
    workbook: Workbook,
    domain_id: str = CHOICE,
    size: tuple[int, int] = (1280, 800),
    is_light: bool = True,
    is_timed: bool = False,
    **parts: Any,
) -> BoardPage:
    """The board of a workbook's domain in a page of its own, whose clock can be put forward unless it is timed."""
    page = browser.new_page(viewport=ViewportSize(width=size[0], height=size[1]))
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    if not is_timed:
        page.clock.install()
    page.goto(HARNESS.as_uri())
    page.evaluate("(isLight) => (document.body.dataset.jpThemeLight = isLight)", is_light)
    state = json.loads(json.dumps({"readOnly": False, **board_state(workbook, domain_id, 3), **parts}))
    page.evaluate("([source, css, state]) => page.start(source, css, state)", [modules(), Board._css, state])
    expect(page.get_by_role("grid")).to_be_visible()
    assert not faults
    return BoardPage(page)
