"""What a report costs in a batch: against the naive way and the floor, with one and two workers, and when unchanged.

Workbooks are seeded variations of the full example. CPU seconds are those of the whole process tree, memory is the peak
of the proportional set sizes of all its processes. The floor is the same content from plain functions in one process,
per workbook once that process is warm. With `memory` first, the peak is taken of a small batch and of one ten times as
large. Run: python benchmarks/batch.py [REPORTS] [RUNS], or python benchmarks/batch.py memory [REPORTS]
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

import report as one_report
from report import ROOT, naive

EXAMPLES = ROOT / "data" / "examples"
DAY = "2026-11-23"
NAIVE_RATIO, FLOOR_RATIO, SECOND_WORKER, MEGABYTES = 40, 2.0, 1.1, 400  # the budgets
_SAMPLE_SECONDS = 0.2
_COLD = 2  # workbooks after which a process has imported, compiled and kept what it will
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


def floor(folder: Path) -> tuple[float, float]:
    """CPU and wall seconds of a workbook's content from plain functions, in one warm process."""
    command = [sys.executable, __file__, "floor", str(folder)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return float(said[0]), float(said[1])


def write_floors(folder: Path) -> None:
    """Make one after another what plain functions make of each workbook, and say what one took."""
    cpu, wall = [], []
    with tempfile.TemporaryDirectory() as out:
        for path in sorted(folder.glob("*.yaml")):
            one_report.WORKBOOK = path
            before, start = time.process_time(), time.perf_counter()
            one_report.write_floor(Path(out) / f"{path.stem}.html")
            cpu.append(time.process_time() - before)
            wall.append(time.perf_counter() - start)
    print(median(cpu[_COLD:] or cpu), median(wall[_COLD:] or wall))


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
        peak[0] = max(peak[0], sum(map(_megabytes, descendants())))


def descendants() -> set[int]:
    """The processes that this one has started, with all that those have."""
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
    floors: list[tuple[float, float]] = []
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
            floors.append(floor(books))
    _print(seen, floors, count, runs)


def _print(
    seen: dict[str, list[tuple[float, float, float]]], floors: list[tuple[float, float]], count: int, runs: int
) -> None:
    print(f"batches of {count} reports, {runs} interleaved runs, {os.cpu_count()} cores")
    middle = {way: tuple(median(column) for column in zip(*rows, strict=True)) for way, rows in seen.items()}
    for way, (cpu, wall, memory) in middle.items():
        share = 1 if way == "naive" else count
        print(f"{way:11} {cpu / share:7.2f} CPU s, {wall / share:7.2f} s wall a report, peak {memory:5.0f} MB")
    floor_cpu, floor_wall = (median(column) for column in zip(*floors, strict=True))
    print(f"{'floor':11} {floor_cpu:7.2f} CPU s, {floor_wall:7.2f} s wall a report, once warm")
    for what, column in (("CPU", 0), ("wall", 1)):
        ratio = middle["naive"][column] / (middle["two workers"][column] / count)
        print(f"ratio of naive to a report of the batch, two workers, {what}: {ratio:.1f} (budget {NAIVE_RATIO})")
    one, two = (middle[way][0] for way in ("one worker", "two workers"))
    print(f"CPU of a report of the batch against the floor: {one / count / floor_cpu:.2f} (budget {FLOOR_RATIO})")
    print(f"CPU of two workers against one: {two / one:.2f} (budget {SECOND_WORKER})")
    print(f"the same batch again, unchanged: {middle['again'][1]:.2f} s wall")


def memory(count: int) -> None:
    """Print the peak memory of a batch, and of one ten times as large."""
    peaks = []
    for reports in (count, 10 * count):
        with tempfile.TemporaryDirectory() as place:
            books = Path(place) / "workbooks"
            books.mkdir()
            write_workbooks(books, reports)
            peaks.append(measured(lambda: batch(books, Path(place) / "out", 2))[2])  # noqa: B023 - called at once
        print(f"{reports:5} reports, two workers: peak {peaks[-1]:4.0f} MB (budget {MEGABYTES})", flush=True)
    print(f"ten times the reports take {peaks[1] / peaks[0]:.2f} times the memory")


if __name__ == "__main__":
    if sys.argv[1:2] == ["floor"]:
        write_floors(Path(sys.argv[2]))
    elif sys.argv[1:2] == ["memory"]:
        memory(int((sys.argv[2:] or ["30"])[0]))
    else:
        main(*(int(argument) for argument in (sys.argv[1:] + ["50", "3"][len(sys.argv) - 1 :])))
