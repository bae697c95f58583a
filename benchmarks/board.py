"""How soon the board is there, and how soon a weight counts, against a grid of stock widgets in the same JupyterLab.

Usable is from running the cell to the grid being there; a key is timed from its press to the frame after the share of
weight has changed. The stock grid is what a user would write: a number field for each score, a slider for each weight,
and an observer in the kernel. Runs are interleaved; the figure that counts is the ratio.
Run: python benchmarks/board.py [RUNS]
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from shutil import which
from statistics import median, quantiles
from typing import Any

from playwright.sync_api import Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.conftest import BROWSERS
from tests.lab import ask, opened, served

KEYS = 40
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
SET_UP = "import optlib\nfile = optlib.open_workbook()"
BOARD = 'optlib.editors.domain(file, "b{rows}x{columns}", phase=0)'
STOCK = """
import ipywidgets as w
rows, columns = {rows}, {columns}
narrow = {{"width": "60px"}}
scores = [[w.FloatText(value=(r * 7 + c * 3) % 6, layout=narrow) for c in range(columns)] for r in range(rows)]
weights = [w.FloatSlider(value=20, min=0, max=100, step=1, layout=narrow) for _ in range(columns)]
shares, totals = [w.Label() for _ in weights], [w.Label() for _ in scores]
shares[0].add_class("stock-share")
def show(_=None):
    whole = sum(one.value for one in weights) or 1
    for share, weight in zip(shares, weights):
        share.value = f"{{weight.value / whole:.2%}}"
    for total, row in zip(totals, scores):
        total.value = f"{{sum(s.value * one.value for s, one in zip(row, weights)) / whole * 20:.1f}}"
for each in [*weights, *(cell for row in scores for cell in row)]:
    each.observe(show, "value")
show()
lines = [[*weights, w.Label("")], [*shares, w.Label("")]] + [[*row, total] for row, total in zip(scores, totals)]
columns_of_grid = {{"grid_template_columns": f"repeat({{columns + 1}}, 64px)"}}
grid = w.GridBox([each for line in lines for each in line], layout=columns_of_grid)
grid.add_class("stock-grid")
grid
"""


@dataclass(frozen=True)
class Way:
    """One way to capture scores: the cell that shows it, and where its parts are in the page."""

    name: str
    source: str
    cells: str
    slider: str
    share: str


@dataclass
class Seen:
    """What was measured of one way at one size, in milliseconds."""

    usable: list[float] = field(default_factory=list)
    keys: list[float] = field(default_factory=list)


OURS = Way("board", BOARD, ".optlib-board [role=gridcell]", ".optlib-board input[type=range]", ".optlib-board-share")
STOCK_CELLS, STOCK_SLIDER = ".stock-grid input, .stock-grid .noUi-handle", ".stock-grid .noUi-handle"
THEIRS = Way("stock", STOCK, STOCK_CELLS, STOCK_SLIDER, ".stock-share")


def workbook(path: Path, *sizes: tuple[int, int]) -> None:
    """A workbook with a domain of each size, fully scored."""
    options = {f"b{rows}x{columns}": _domain(rows, columns) for rows, columns in sizes}
    path.write_text(json.dumps({"format": "decision-workbook/1", "options": options}, indent=1), encoding="utf-8")


def _domain(rows: int, columns: int) -> dict[str, Any]:
    criteria = {f"k{column}": {"name": f"Criterion {column}"} for column in range(columns)}
    scores = {f"c{row}": {key: (row * 7 + place * 3) % 6 for place, key in enumerate(criteria)} for row in range(rows)}
    candidates = {key: {"name": f"Candidate {key}", "scores": row} for key, row in scores.items()}
    return {"criteria": criteria, "weights": dict.fromkeys(criteria, 20), "candidates": candidates}


def run_cell(page: Page, source: str) -> None:
    """Put a cell in place of the first one, and run it to its end."""
    ask(
        page,
        f"""panel.content.model.sharedModel.transact(() => {{
              panel.content.model.sharedModel.deleteCell(0);
              panel.content.model.sharedModel.insertCell(0, {{ cell_type: "code", source: {json.dumps(source)} }});
            }});
            panel.content.activeCellIndex = 0;
            window.started = performance.now();
            await app.commands.execute("notebook:run-cell");""",
    )


def measured(page: Page, way: Way, rows: int, columns: int, seen: Seen) -> None:
    """Show it once, and press keys on the slider of a weight."""
    run_cell(page, SET_UP)
    waiting = page.evaluate_handle(
        """([cells, least]) => { window.usable = new Promise((done) => {
            const look = () => (document.querySelectorAll(cells).length >= least
              ? requestAnimationFrame(() => setTimeout(() => done(performance.now() - window.started)))
              : requestAnimationFrame(look));
            look(); }); }""",
        [way.cells, rows * columns],
    )
    waiting.dispose()
    run_cell(page, way.source.format(rows=rows, columns=columns))
    seen.usable.append(page.evaluate("() => window.usable"))
    page.wait_for_timeout(1500)
    page.locator(way.slider).first.focus()
    page.evaluate(WATCH, way.share)
    for number in range(KEYS):
        page.keyboard.press("ArrowLeft" if number % 2 else "ArrowRight")
        page.wait_for_function("() => window.painted")
        page.wait_for_timeout(60)
    seen.keys += page.evaluate("() => window.times")


WATCH = """(share) => {
  Object.assign(window, { times: [], painted: true });
  const said = () => document.querySelector(share).textContent;
  document.addEventListener("keydown", (event) => {
    const before = said();
    window.painted = false;
    const look = () => {
      if (said() === before) return requestAnimationFrame(look);
      setTimeout(() => { window.times.push(performance.now() - event.timeStamp); window.painted = true; });
    };
    requestAnimationFrame(look);
  }, true);
}"""


def main(runs: int) -> None:
    """Interleave the ways and print medians, the 95th percentile and ratios."""
    small, large = (15, 12), (60, 40)
    results = {(way.name, size): Seen() for way, size in ((OURS, small), (THEIRS, small), (OURS, large))}
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        path = Path(folder) / "bench.yaml"
        workbook(path, small, large)
        browser = playwright.chromium.launch(executable_path=next(filter(None, map(which, BROWSERS))), args=ARGUMENTS)
        with served(path) as address:
            for _ in range(runs):
                for way, size in ((OURS, small), (THEIRS, small), (OURS, large)):
                    page = opened(browser, address, "0_project_basics", size=(1400, 1000))
                    measured(page, way, *size, results[way.name, size])
                    page.close()
        browser.close()
    report(runs, results)


def report(runs: int, results: dict[tuple[str, tuple[int, int]], Seen]) -> None:
    """Print what was measured."""
    print(f"{runs} interleaved runs of {KEYS} keys each in one JupyterLab, {os.cpu_count()} cores")
    for (name, (rows, columns)), seen in results.items():
        usable, keys = median(seen.usable), seen.keys
        print(
            f"{name} {rows} x {columns}: usable after {usable:6.0f} ms (worst {max(seen.usable):.0f}), "
            f"weight key to paint median {median(keys):4.0f} ms, p95 {_p95(keys):4.0f} ms"
        )
    board, stock = results["board", (15, 12)], results["stock", (15, 12)]
    print(f"ratio of stock to board at 15 x 12, usable: {median(stock.usable) / median(board.usable):.1f}")
    print(f"ratio of stock to board at 15 x 12, key to paint median: {median(stock.keys) / median(board.keys):.1f}")
    print(f"ratio of stock to board at 15 x 12, key to paint p95: {_p95(stock.keys) / _p95(board.keys):.1f}")


def _p95(times: list[float]) -> float:
    return quantiles(times, n=20)[-1]


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
