"""Takes the pictures of the README's tour from the real thing: a workbook made from nothing, in a real JupyterLab.

Run in the checkout, with optlib[test,lab] and a Chromium: python -m docs.tour.take_pictures
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from io import BytesIO
from pathlib import Path
from shutil import which

from PIL import Image
from playwright.sync_api import Locator, Page, sync_playwright

from tests.conftest import BROWSERS
from tests.lab import app, ask, opened, run_all, served

HERE = Path(__file__).resolve().parent
WIDTH, HEIGHT = 1280, 2400
COLOURS = 64
DAY = "2026-11-25"
CONTEXT = {
    "Name": "Grants portal",
    "Owner": "Platform team",
    "Summary": "Citizens apply for grants online, and officers decide on them.",
    "Approver": "Head of digital services",
    "Goals (one a line)": "Citizens apply online\nAn officer decides within ten days",
    "Success criteria (one a line)": "Nine in ten applications come in online",
    "Constraint 1": "Citizen data stays in the EU",
}
CANDIDATES = {
    "PostgreSQL": ["5", "4", "5", "3", "3-4"],
    "SQLite": ["4", "5", "3", "5", "5"],
    "MongoDB": ["3", "4", "4", "2-4", "?"],
}
WEIGHTS = {"Consistency": "5", "Latency": "2", "Durability": "4", "Cost": "2", "Ops": "3"}
RATIONALE = "Applications must not get lost, and the team runs it already."


def main() -> None:
    """Make the workbook, enter a decision, and write the pictures beside this script."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        workbook = Path(folder) / "grants.yaml"
        optlib("new", str(workbook))
        program = next(filter(None, map(which, BROWSERS)))
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        with served(workbook) as address:
            enter_context(opened(browser, address, "0_project_basics", size=(WIDTH, HEIGHT)))
            decide(opened(browser, address, "1_core_technical", size=(WIDTH, HEIGHT)))
        page = browser.new_page(viewport={"width": WIDTH, "height": 800})
        with app(workbook) as running:
            page.goto(running.at())
            shot(page.locator("main"), "app", height=1000)
        optlib("report", str(workbook), "--light", "--as-of", DAY)
        page.goto(workbook.with_name("grants.report.html").as_uri())
        written(page.screenshot(), "report")
        browser.close()


def enter_context(page: Page) -> None:
    """Say what is built and what bounds it."""
    run_in_light(page)
    for label, words in CONTEXT.items():
        page.get_by_label(label, exact=True).first.fill(words)
    page.get_by_label("Kind", exact=False).first.select_option("compliance")
    page.get_by_label("Must", exact=False).first.check()
    page.wait_for_timeout(2500)
    shot(page.locator(".optlib-editor", has=page.get_by_label("Goals (one a line)")).first, "context", height=744)
    page.close()


def decide(page: Page) -> None:
    """Score three data stores, weigh, and choose."""
    run_in_light(page)
    board = page.locator(".optlib-board", has=page.get_by_label("Weight of Consistency as a number")).first
    for name, scores in CANDIDATES.items():
        board.get_by_placeholder("a known candidate").fill(name)
        page.keyboard.press("Enter")
        for score in scores:
            page.keyboard.type(score)
            page.keyboard.press("Tab")
    for criterion, weight in WEIGHTS.items():
        board.get_by_label(f"Weight of {criterion} as a number").fill(weight)
    page.wait_for_timeout(4000)
    shot(board, "board")
    shot(page.locator(".optlib", has=page.get_by_text("Option matrix")).first, "evaluation", height=720)
    editor = page.locator(".optlib-editor", has_text="Decision: Data & State").first
    editor.get_by_role("checkbox", name="PostgreSQL").check()
    editor.get_by_label("Rationale").first.fill(RATIONALE)
    page.wait_for_timeout(1000)
    editor.get_by_label("Status").select_option("accepted")
    editor.get_by_label("Decided by").fill("Platform team")
    editor.get_by_label("Decided on").fill(DAY)
    page.wait_for_timeout(4000)
    shot(editor, "decision")
    page.close()


def run_in_light(page: Page) -> None:
    """Run the notebook in the light theme."""
    ask(page, "await app.commands.execute('apputils:change-theme', { theme: 'JupyterLab Light' })")
    run_all(page)
    page.wait_for_selector(".optlib-board [role=grid]")


def shot(part: Locator, name: str, height: int = 900) -> None:
    """Take a picture of a part of the page, no higher than this, with the focus nowhere."""
    part.scroll_into_view_if_needed()
    part.page.mouse.move(0, 0)
    part.page.evaluate("document.activeElement.blur()")
    written(part.screenshot(), name, height)


def written(picture: bytes, name: str, height: int = 900) -> None:
    """Write a picture with few colours, which is small and still sharp."""
    image = Image.open(BytesIO(picture)).convert("RGB")
    path = HERE / f"{name}.png"
    image.crop((0, 0, image.width, min(image.height, height))).quantize(COLOURS).save(path, optimize=True)
    print(f"{path.name}: {path.stat().st_size / 1000:.0f} kB")


def optlib(*words: str) -> None:
    """Run a command of optlib."""
    subprocess.run([sys.executable, "-m", "optlib.cli", *words], check=True)


if __name__ == "__main__":
    main()
