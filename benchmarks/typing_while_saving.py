"""How soon what is typed is on disk in JupyterLab, and whether a key waits for it: a workbook of 230 kB.

Each burst presses a key on a weight's slider a few times and stops. On disk is from the last press to another content
of the file; a key is timed to the frame after the share of weight has changed. Bursts are interleaved with the same on
a workbook of the first domain alone, whose saves cost next to nothing: their ratio says what a large save costs a key.
Run: python benchmarks/typing_while_saving.py [BURSTS]
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from pathlib import Path
from shutil import which
from statistics import median, quantiles

from playwright.sync_api import Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.board import ARGUMENTS, WATCH, run_cell
from benchmarks.saving import workbook_text
from optlib import load_catalogue, open_workbook
from tests.conftest import BROWSERS
from tests.lab import opened, served

KEYS = 12
SLIDER, SHARE = ".optlib-board input[type=range]", ".optlib-board-share"


def first_domain_alone(large: Path, small: Path) -> None:
    """A workbook that holds the first domain of another and nothing else."""
    data = open_workbook(large).workbook.to_data()
    name = next(iter(data["options"]))
    small.write_text(json.dumps({**data, "options": {name: data["options"][name]}}, indent=1), encoding="utf-8")


def prepared(page: Page, workbook: str) -> None:
    """Show the board of the first domain, with the focus on a weight."""
    run_cell(page, f"import optlib\nfile = optlib.open_workbook({workbook!r})")
    run_cell(page, f'optlib.editors.domain(file, "{load_catalogue().domains[0].id}", phase=0)')
    page.wait_for_selector(SLIDER)
    page.wait_for_timeout(2000)
    page.locator(SLIDER).first.focus()
    page.evaluate(WATCH, SHARE)


def burst(page: Page, key: str) -> list[float]:
    """Press a key several times; the milliseconds from each press to its paint."""
    page.evaluate("() => { window.times = []; }")
    for _ in range(KEYS):
        page.keyboard.press(key)
        page.wait_for_function("() => window.painted")
        page.wait_for_timeout(80)
    times: list[float] = page.evaluate("() => window.times")
    return times


def saved_after(path: Path, before: bytes) -> float:
    """The seconds from now to another content of the file."""
    start = time.perf_counter()
    while path.read_bytes() == before:
        time.sleep(0.005)
    return time.perf_counter() - start


def main(bursts: int) -> None:
    """Measure and print."""
    on_disk: list[float] = []
    keys: dict[str, list[float]] = {"large": [], "small": []}
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        path = Path(folder) / "large.yaml"
        path.write_text(workbook_text(), encoding="utf-8")
        first_domain_alone(path, path.with_name("small.yaml"))
        browser = playwright.chromium.launch(executable_path=next(filter(None, map(which, BROWSERS))), args=ARGUMENTS)
        with served(path) as address:
            pages = {
                "large": opened(browser, address, "0_project_basics", size=(1400, 1000)),
                "small": opened(browser, address, "1_core_technical", size=(1400, 1000)),
            }
            for name, page in pages.items():
                prepared(page, str(path.with_name(f"{name}.yaml")))
            for number in range(bursts):
                key = ("ArrowRight", "ArrowLeft")[number % 2]
                for name, page in pages.items():
                    keys[name] += burst(page, key)
                    if name == "large":
                        on_disk.append(after_last_key(page, path, key))
        browser.close()
    report(path, bursts, on_disk, keys)


def after_last_key(page: Page, path: Path, key: str) -> float:
    """The seconds from a last press to the file, once what was pressed before is saved."""
    page.wait_for_timeout(1500)
    before = path.read_bytes()
    page.keyboard.press(key)
    return saved_after(path, before)


def report(path: Path, bursts: int, on_disk: list[float], keys: dict[str, list[float]]) -> None:
    """Print what was measured."""
    size = len(workbook_text().encode())
    print(f"{bursts} interleaved bursts of {KEYS} keys, {path.name} of {size / 1000:.0f} kB, {os.cpu_count()} cores")
    print(f"on disk after the last key: median {median(on_disk):.2f} s, p95 {_p95(on_disk):.2f} s")
    for name, times in keys.items():
        print(f"key to paint, {name}: median {median(times):.0f} ms, p95 {_p95(times):.0f} ms")
    print(f"ratio of large to small, median: {median(keys['large']) / median(keys['small']):.2f}")


def _p95(times: list[float]) -> float:
    return quantiles(times, n=20)[-1]


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
