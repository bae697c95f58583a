"""What a report costs in a batch: against the naive way, with one and two workers, in memory, and when nothing changed.

Workbooks are seeded variations of the shipped examples. CPU seconds are those of the whole process tree, memory is the
peak of the proportional set sizes of all its processes. Run: python benchmarks/batch.py [REPORTS] [RUNS]
"""

from __future__ import annotations

import os
import random
import re
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from report import ROOT, naive

EXAMPLES = ROOT / "data" / "examples"
DAY = "2026-11-23"
_SAMPLE_SECONDS = 0.2
_SCORE = re.compile(r"(^ {10}[a-z_]+: )([1-4])$", re.MULTILINE)


def write_workbooks(folder: Path, count: int, seed: int = 1) -> None:
    """Variations of the full example: names differ, and each whole score from 1 to 4 may be one higher or lower."""
    draw = random.Random(seed)  # noqa: S311 - not for secrets
    text = (EXAMPLES / "optlib.yaml").read_text("utf-8")
    for number in range(count):
        named = text.replace("name: optlib", f"name: optlib {number}", 1)
        varied = _SCORE.sub(lambda score: f"{score[1]}{int(score[2]) + draw.choice((-1, 0, 1))}", named)
        (folder / f"project-{number}.yaml").write_text(varied, encoding="utf-8")


def batch(folder: Path, out: Path, workers: int) -> None:
    """One command over all workbooks of a folder."""
    command = [sys.executable, "-m", "optlib.cli", "report", str(folder / "*.yaml"), "-o", str(out)]
    subprocess.run([*command, "-j", str(workers), "--as-of", DAY], check=True, capture_output=True)


def measured(action: Callable[[], None]) -> tuple[float, float, float]:
    """CPU seconds, wall seconds and peak megabytes of what an action starts."""
    peak, over = [0.0], threading.Event()
    watcher = threading.Thread(target=_watch, args=(peak, over))
    watcher.start()
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    action()
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    over.set()
    watcher.join()
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall, peak[0]


def _watch(peak: list[float], over: threading.Event) -> None:
    while not over.wait(_SAMPLE_SECONDS):
        peak[0] = max(peak[0], sum(map(_megabytes, _descendants())))


def _descendants() -> set[int]:
    parents = {int(path.name): _parent(path) for path in Path("/proc").glob("[0-9]*")}
    found, new = set[int](), {os.getpid()}
    while new:
        new = {one for one, parent in parents.items() if parent in new}
        found |= new
    return found


def _parent(process: Path) -> int:
    try:
        return int((process / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return -1


def _megabytes(process: int) -> float:
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
        return next(float(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1000
    except (OSError, StopIteration):
        return 0.0


def main(count: int, runs: int) -> None:
    """Interleave the ways and print medians and ratios."""
    seen: dict[str, list[tuple[float, float, float]]] = {"naive": [], "one worker": [], "two workers": [], "again": []}
    with tempfile.TemporaryDirectory() as place:
        books = Path(place) / "workbooks"
        books.mkdir()
        write_workbooks(books, count)
        for run in range(runs):
            outs = [Path(place) / f"{run}-{workers}" for workers in (1, 2)]
            (Path(place) / f"naive-{run}").mkdir()
            seen["naive"].append(measured(lambda: naive(Path(place) / f"naive-{run}")))  # noqa: B023 - called at once
            seen["one worker"].append(measured(lambda: batch(books, outs[0], 1)))  # noqa: B023
            seen["two workers"].append(measured(lambda: batch(books, outs[1], 2)))  # noqa: B023
            seen["again"].append(measured(lambda: batch(books, outs[1], 2)))  # noqa: B023
    _print(seen, count, runs)


def _print(seen: dict[str, list[tuple[float, float, float]]], count: int, runs: int) -> None:
    print(f"batches of {count} reports, {runs} interleaved runs, {os.cpu_count()} cores")
    middle = {way: tuple(median(column) for column in zip(*rows, strict=True)) for way, rows in seen.items()}
    for way, (cpu, wall, memory) in middle.items():
        share = 1 if way == "naive" else count
        print(f"{way:11} {cpu / share:7.2f} CPU s, {wall / share:7.2f} s wall a report, peak {memory:5.0f} MB")
    for what, column in (("CPU", 0), ("wall", 1)):
        ratio = middle["naive"][column] / (middle["two workers"][column] / count)
        print(f"ratio of naive to a report of the batch, two workers, {what}: {ratio:.1f}")
    print(f"CPU of two workers against one: {middle['two workers'][0] / middle['one worker'][0]:.2f}")
    print(f"the same batch again, unchanged: {middle['again'][1]:.2f} s wall")


if __name__ == "__main__":
    main(*(int(argument) for argument in (sys.argv[1:] + ["50", "3"][len(sys.argv) - 1 :])))
