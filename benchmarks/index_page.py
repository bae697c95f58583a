"""How fast the index page over many projects is, in Chromium: size, opening, searching, sorting, unfolding, printing.

Times are those of the browser's Event Timing: from a key or click to the frame that shows what came of it, and from the
navigation to the frame that shows what the first key found. Events below 16 ms are not told apart by the browser and
count as 16. Beside them stands the longest of some frames in which nothing happened, to tell the page from the machine.
CPU is the time of the page's own thread, which others on the machine don't change.
Run: python benchmarks/index_page.py [PROJECTS] [RUNS]
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path
from shutil import which
from statistics import median
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright
from workbooks import DAY, NAMES, results

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from optlib.batch.index import index_page
from tests.conftest import BROWSERS

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
WORDS = ("health", "portal", "production python", "zzz")
OPENING, ANSWER, MEGABYTES = 1000.0, 100.0, 1.5
OBSERVE = """
window.seen = [];
new PerformanceObserver((list) => {
  for (const one of list.getEntries()) window.seen.push({ name: one.name, start: one.startTime, took: one.duration });
}).observe({ type: "event", durationThreshold: 16, buffered: true });
"""
FRAMES = """async () => {
  let longest = 0;
  for (let frame = 0; frame < 20; frame += 1) {
    const start = performance.now();
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    longest = Math.max(longest, performance.now() - start);
  }
  return longest;
}"""
SETTLED = """() => new Promise((done) => {
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 60)));
})"""
MARKS = """() => {
  const [page] = performance.getEntriesByType("navigation");
  const [paint] = performance.getEntriesByName("first-contentful-paint");
  return { parsed: page.domContentLoadedEventEnd, painted: paint?.startTime ?? 0 };
}"""


def opened(browser: Browser, place: Path) -> tuple[Page, dict[str, float]]:
    """The page, and the milliseconds until it was parsed, painted, and had answered the first key."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.add_init_script(OBSERVE)
    page.goto(place.as_uri(), wait_until="commit")
    page.get_by_role("searchbox").press("a")
    first = _settled(page)
    marks: dict[str, float] = page.evaluate(MARKS)
    answered = max((one["start"] + one["took"] for one in first), default=marks["painted"])
    return page, {**marks, "first key answered": answered}


def answers(page: Page) -> dict[str, list[float]]:
    """Milliseconds from each event to the frame that shows what came of it."""
    field, times = page.get_by_role("searchbox"), dict[str, list[float]]()
    field.fill("")
    _settled(page)
    for word in WORDS:
        field.focus()
        for key in word:
            times.setdefault("key in the search", []).append(_time(page, lambda: page.keyboard.press(key)))  # noqa: B023
        times.setdefault("search emptied", []).append(_time(page, lambda: page.keyboard.press("Control+A+Delete")))
        field.fill("")
    for name in ("Quality level", "Project", "Choices made", "Gates that block"):
        head = page.get_by_role("columnheader", name=name).get_by_role("button").first
        times.setdefault("sort", []).extend(_time(page, head.click) for _ in range(2))
    for number in range(5):
        fold = page.locator("main details > summary").nth(number * 7)
        fold.scroll_into_view_if_needed()
        times.setdefault("unfold", []).append(_time(page, fold.click))
    return times


def _time(page: Page, act: Any) -> float:
    page.evaluate("window.seen.length = 0")
    act()
    return max((one["took"] for one in _settled(page)), default=16.0)


def _settled(page: Page) -> list[dict[str, Any]]:
    """The events seen, once two frames have passed and the browser has told of them."""
    page.evaluate(
        "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 60))))"
    )
    return list(page.evaluate("window.seen"))


def work(browser: Browser, place: Path) -> dict[str, float]:
    """CPU milliseconds of the page's thread until it is painted, and for a sort."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.goto(place.as_uri())
    page.evaluate(SETTLED)
    opening = _metrics(session)["TaskDuration"] * 1000
    head = page.query_selector_all(".projects thead button")[4]
    before = _metrics(session)["TaskDuration"] * 1000
    head.evaluate("button => button.click()")
    page.evaluate(SETTLED)
    sort = _metrics(session)["TaskDuration"] * 1000 - before
    page.close()
    return {"opening, CPU": opening, "sort, CPU": sort}


def _metrics(session: Any) -> dict[str, float]:
    return {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}


def measured(browser: Browser, place: Path) -> dict[str, float]:
    """Everything about one opening of the page."""
    page, seen = opened(browser, place)
    for what, times in answers(page).items():
        seen |= {f"{what}, median": median(times), f"{what}, longest": max(times)}
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    session.send("HeapProfiler.collectGarbage")
    metrics = _metrics(session)
    seen |= {"elements": page.evaluate("document.querySelectorAll('*').length"), "DOM nodes": metrics["Nodes"]}
    seen |= {"script heap, MB": metrics["JSHeapUsedSize"] / 1e6, "idle frame, longest": page.evaluate(FRAMES)}
    start = time.perf_counter()
    page.pdf(format="A4")
    seen["print to PDF"] = (time.perf_counter() - start) * 1000
    page.close()
    return seen | work(browser, place)


def main(projects: int, runs: int) -> None:
    """Print the page's figures, medians of the runs, for projects of all examples, and for the full one alone."""
    path = next(filter(None, map(which, BROWSERS)), None)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        for bases in (NAMES, NAMES[:1]):
            start = time.perf_counter()
            rows = results(projects, failing=projects // 100, bases=bases)
            known = time.perf_counter()
            place = Path(folder) / "index.html"
            place.write_text(index_page(rows, DAY), encoding="utf-8")
            print(f"{projects} projects of {', '.join(bases)}; {runs} runs, {os.cpu_count()} cores")
            print(f"  written in {time.perf_counter() - known:.2f} s (results made in {known - start:.1f} s)")
            _print([measured(browser, place) for _ in range(runs)], place.stat().st_size / 1e6)
        browser.close()


def _print(seen: list[dict[str, float]], megabytes: float) -> None:
    middle = {what: median(one[what] for one in seen) for what in seen[0]}
    print(f"  size {megabytes:.2f} MB, {megabytes / MEGABYTES:.2f} of its budget")
    for what, value in middle.items():
        print(f"  {what:28} {value:10.1f}")
    print(f"  first key answered: {middle['first key answered'] / OPENING:.2f} of the budget of {OPENING:.0f} ms")
    worst = max(value for what, value in middle.items() if what.endswith("median"))
    print(f"  slowest answer, median: {worst / ANSWER:.2f} of the budget of {ANSWER:.0f} ms")


if __name__ == "__main__":
    main(*(int(argument) for argument in (sys.argv[1:] + ["1000", "3"][len(sys.argv) - 1 :])))
