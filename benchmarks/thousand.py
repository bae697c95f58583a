"""A thousand workbooks: what they take, what poisoned ones do to the rest, and what a second and a broken-off run do.

1. All workbooks, seeded variations of the shipped examples, into an empty folder.
2. The same again: nothing has changed, so no process may be started.
3. The same with 1 % poisoned, into another folder; the driver is killed with SIGKILL half way.
4. The same again: only the rest is made, and each poisoned workbook has its reason.

CPU seconds are those of the whole process tree, memory is the peak of the proportional set sizes of all its processes.
Run: python benchmarks/thousand.py [WORKBOOKS] [WORKERS]
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

from batch import DAY, descendants, measured
from workbooks import write_workbooks

UNCHANGED_SECONDS, MEGABYTES = 30.0, 400
_TICK = 0.005  # seconds between two looks for processes
GOOD = b"format: decision-workbook/1\nproject: {name: Poisoned}\n"
POISON = {
    "empty": b"",
    "broken YAML": b"format: decision-workbook/1\nproject: {name: [\n",
    "not UTF-8": b"\xff\xfe\x00\x01",
    "a newer format": b"format: decision-workbook/99\n",
    "larger than any workbook": GOOD + b"# " + b"x" * 6_000_000,
    "an infinite number": GOOD + b"scale: {min: 0, max: .inf}\n",
    "nested without end": GOOD + b"x-deep: " + b"[" * 100_000,
    "aliases that multiply": GOOD + b"x-a: &a [1, 1]\nx-b: [*a, *a, *a]\n",
    "a choice of nobody": GOOD + b"decisions: {tooling: {selected: [nobody], status: accepted, rationale: none}}\n",
    "the same key twice": GOOD + b"project: {name: Again}\n",
}


def command(books: Path, out: Path, workers: int) -> list[str]:
    """One command over all workbooks of a folder."""
    line = [sys.executable, "-m", "optlib.cli", "report", str(books / "*.yaml"), "-o", str(out), "-j", str(workers)]
    return [*line, "--as-of", DAY]


def run(line: list[str]) -> None:
    """Run a command quietly; where all or some fail, the results say so."""
    subprocess.run(line, check=False, capture_output=True)


def results(out: Path) -> dict[str, Any]:
    """What a batch has written of itself."""
    return dict(json.loads((out / "results.json").read_text("utf-8")))


def counted(out: Path) -> str:
    """How many were made, left alone and failed, and how many reports lie there."""
    said = results(out)
    there = len(list(out.glob("*.report.html")))
    return f"{said['made']} made, {said['unchanged']} unchanged, {said['failed']} failed; {there} reports in the folder"


def started_by(line: list[str]) -> int:
    """How many processes other than the command itself were seen while it ran."""
    seen, over = set[int](), threading.Event()

    def watch() -> None:
        while not over.wait(_TICK):
            seen.update(descendants())

    watcher = threading.Thread(target=watch)
    watcher.start()
    run(line)
    over.set()
    watcher.join()
    return max(len(seen) - 1, 0)


def poison(books: Path) -> int:
    """Put something that is no workbook in the place of one in a hundred, and say how many that are."""
    paths = sorted(books.glob("*.yaml"))
    spoilt = paths[:: max(len(paths) // max(len(paths) // 100, 1), 1)][: max(len(paths) // 100, 1)]
    for path, content in zip(spoilt, POISON.values(), strict=False):
        path.write_bytes(content)
    return min(len(spoilt), len(POISON))


def break_off(line: list[str], count: int) -> int:
    """Kill the driver once half of the workbooks are through; say how many it had reported."""
    driver = subprocess.Popen(line, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    assert driver.stderr  # noqa: S101 - a pipe
    reported = 0
    for said in driver.stderr:
        reported += said.startswith("[")
        if reported >= count // 2:
            break
    below = descendants() - {driver.pid}
    driver.send_signal(signal.SIGKILL)
    driver.wait()
    driver.stderr.close()
    start = time.perf_counter()
    while any(Path(f"/proc/{one}").exists() for one in below):
        time.sleep(_TICK)
    print(f"   killed after {reported}; its {len(below)} processes had ended {time.perf_counter() - start:.2f} s later")
    return reported


def main(count: int, workers: int) -> None:
    """Print what each run took and left."""
    print(f"{count} workbooks, {workers} workers, {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as place:
        books, out, other = (Path(place) / name for name in ("books", "out", "other"))
        books.mkdir()
        write_workbooks(books, count)
        cpu, wall, peak = measured(lambda: run(command(books, out, workers)))
        print(f"1. {counted(out)}")
        print(f"   {wall:.1f} s, {cpu:.1f} CPU s, {cpu / count:.2f} a report; peak {peak:.0f} MB (budget {MEGABYTES})")
        sizes = sum(path.stat().st_size for path in out.glob("*.report.html"))
        print(f"   reports {sizes / 1e6:.0f} MB, index {(out / 'index.html').stat().st_size / 1e6:.2f} MB")
        start = time.perf_counter()
        started = started_by(command(books, out, workers))
        took = time.perf_counter() - start
        print(f"2. {counted(out)}")
        print(f"   {took:.1f} s (budget {UNCHANGED_SECONDS:g}), {started} processes started (budget 0)")
        spoilt = poison(books)
        print(f"3. {spoilt} poisoned")
        reported = break_off(command(books, other, workers), count)
        cpu, wall, _ = measured(lambda: run(command(books, other, workers)))
        print(f"4. {counted(other)}; {reported} had been reported before")
        print(f"   {wall:.1f} s, {cpu:.1f} CPU s")
        _print_reasons(other)


def _print_reasons(out: Path) -> None:
    failed = [one for one in results(out)["results"] if one["status"] == "failed"]
    for one in failed:
        first = one["error"].splitlines()[0]
        print(f"   {one['workbook'].rpartition('/')[2]}, tried {one['attempts']} times: {first[-110:]}")
    twice = [name for name, times in Counter(one["error"] for one in failed).items() if times > 1]
    print(f"   {len(failed)} reasons, {len(twice)} of them given more than once")


if __name__ == "__main__":
    main(*(int(argument) for argument in (sys.argv[1:] + ["1000", "2"][len(sys.argv) - 1 :])))
