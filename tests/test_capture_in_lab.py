"""Capture in a real JupyterLab: keys reach controls and not the notebook, themes, accessibility, two at once."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from optlib import open_workbook

from .conftest import EXAMPLES
from .lab import ask, cells, opened, run_all, served

pytestmark = pytest.mark.browser

OURS = ".optlib-editor, .optlib-board, .optlib"
FOCUSABLE = "input, select, textarea, button, summary, [tabindex='0'], [contenteditable='true']"
AXE: dict[str, Any] = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    # What is right for a page isn't for the part of a page that a cell shows.
    "rules": {"region": {"enabled": False}, "page-has-heading-one": {"enabled": False}},
}


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the full example to edit."""
    return Path(shutil.copy(EXAMPLES / "optlib.yaml", tmp_path_factory.mktemp("capture") / "mine.yaml"))


@pytest.fixture(scope="module")
def address(workbook: Path) -> Iterator[str]:
    """The address of a JupyterLab on the workbook."""
    with served(workbook) as address:
        yield address


@pytest.fixture(scope="module")
def page(browser: Browser, address: str) -> Iterator[Page]:
    """The notebook of phase 0, run."""
    page = opened(browser, address, "0_project_basics", size=(1280, 9000))
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
