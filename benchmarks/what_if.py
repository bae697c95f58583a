"""How soon a moved weight is seen in the report's what-if panel: from the slider's event to the frame that shows it.

The panel has 15 candidates and 12 criteria, nearly every event changes the order, and the page is a whole report: the
full example with one more domain. Between the events frames without one are timed, to tell the panel from the machine.
Run: python benchmarks/what_if.py [EVENTS]
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path
from shutil import which
from statistics import median, quantiles
from typing import Any

from playwright.sync_api import Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from optlib import make_report, open_workbook
from tests.conftest import BROWSERS, EXAMPLES, TODAY

CANDIDATES, CRITERIA = 15, 12
BUDGET = 50.0
DOMAIN = "trial"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
MEASURE = """async (events) => {
  const panel = [...document.querySelectorAll("details.what-if")].find((each) => each.textContent.includes("Trial"));
  panel.scrollIntoView();
  panel.querySelector("summary").click();
  const painted = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  await painted();
  const sliders = [...panel.querySelectorAll("input[type=range]")];
  const order = () => [...panel.querySelectorAll("tbody th")].map((each) => each.textContent).join();
  const times = [];
  let moved = 0;
  for (let event = 0; event < events; event += 1) {
    const slider = sliders[event % sliders.length];
    const former = order();
    await painted();
    const before = performance.now();
    await painted();
    const start = performance.now();
    slider.value = (event * 37) % 101;
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    const worked = performance.now();
    await painted();
    times.push([start - before, worked - start, performance.now() - start]);
    moved += order() === former ? 0 : 1;
  }
  return { times, moved };
}"""


def workbook(folder: Path) -> Path:
    """The full example with a domain in which every criterion has its own order of candidates."""
    data = open_workbook(EXAMPLES / "optlib.yaml").workbook.to_data()
    criteria = [f"k{column}" for column in range(CRITERIA)]
    data["options"][DOMAIN] = {
        "name": "Trial",
        "phase": 2,
        "criteria": {key: {"name": f"Criterion {key}"} for key in criteria},
        "weights": {key: 1 + column % 5 for column, key in enumerate(criteria)},
        "candidates": {
            f"c{row}": {"scores": {key: (row * (column + 2) * 7) % 51 / 10 for column, key in enumerate(criteria)}}
            for row in range(CANDIDATES)
        },
    }
    path = folder / "trial.yaml"
    path.write_text(json.dumps(data, default=str), encoding="utf-8")
    return path


def measured(page: Page, report: Path, events: int) -> dict[str, Any]:
    """Milliseconds of a frame without an event, of the script and to the frame with one; how many changed the order."""
    page.goto(report.as_uri())
    found: dict[str, Any] = page.evaluate(MEASURE, events)
    return found


def main(events: int) -> None:
    """Print the quantiles of the times, and what part of the budget they are."""
    path = next(filter(None, map(which, BROWSERS)), None)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        report = make_report(workbook(Path(folder)), Path(folder) / "trial.html", today=TODAY)
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        found = measured(browser.new_page(), report, events)
        browser.close()
    print(f"{CANDIDATES} candidates x {CRITERIA} criteria, {events} events, {os.cpu_count()} cores")
    print(f"{found['moved']} of them changed the order; rows move with motion on")
    for index, what in enumerate(("frame without", "the script alone", "event to frame")):
        times = [each[index] for each in found["times"]]
        p95 = quantiles(times, n=20)[-1]
        share = f"{p95 / BUDGET:.2f} of the budget of {BUDGET:.0f} ms"
        print(f"{what:17} median {median(times):5.1f} ms, p95 {p95:5.1f} ms, most {max(times):5.1f} ms; p95 is {share}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
