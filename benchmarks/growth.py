"""How the time of a report grows with its matrix, and that of a batch with its workbooks.

A matrix of one domain grows from 5 candidates x 6 criteria to 100 x 30, a hundred times the cells. Timed are the part
of the report that shows it (ranking, evaluation and figure, each time of another workbook), and the whole command,
which has a budget. Batches of 10, 20 and 40 workbooks show whether a report costs the same in each.
Run: python benchmarks/growth.py [RUNS] [WORKBOOKS]
"""

from __future__ import annotations

import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

import yaml
from workbooks import DAY, write_workbooks

from optlib import charts, rank_domain, views
from optlib.model import FORMAT, Workbook

SIZES = ((5, 6), (20, 15), (50, 20), (100, 30))
MOST = 4.0  # times the time for a hundred times the cells
EXACT, RANGE, UNKNOWN = (
    0.7,
    0.9,
    0.97,
)  # shares of the scores that are exact, a range, said to be unknown; the rest miss
DOMAIN = "trial"


def matrix(candidates: int, criteria: int, seed: int = 1) -> dict[str, Any]:
    """A workbook with one domain of this size, scored as people do: some ranges, some gaps."""
    draw = random.Random(seed)  # noqa: S311 - not for secrets
    keys = [f"k{column}" for column in range(criteria)]
    domain = {
        "name": "Trial",
        "phase": 0,
        "criteria": {key: {"name": f"Criterion {key}"} for key in keys},
        "weights": {key: draw.randrange(1, 10) for key in keys},
        "candidates": {f"c{row}": {"scores": _scores(keys, draw)} for row in range(candidates)},
    }
    return {
        "format": FORMAT,
        "project": {"name": f"{candidates} x {criteria}"},
        "quality": {"level": "experiment"},
        "options": {DOMAIN: domain},
    }


def _scores(keys: list[str], draw: random.Random) -> dict[str, Any]:
    scores = {key: _score(draw) for key in keys}
    return {key: score for key, score in scores.items() if score is not None}


def _score(draw: random.Random) -> Any:
    kind, likely = draw.random(), draw.randrange(1, 5)
    if kind < EXACT:
        return likely
    if kind < RANGE:
        return [likely - 1, likely, likely + 1]
    return "unknown" if kind < UNKNOWN else None


def part(size: tuple[int, int], seed: int) -> tuple[float, float]:
    """CPU and wall seconds of what shows the matrix in a report; of a workbook that was ranked before, it is kept."""
    workbook = Workbook.model_validate(matrix(*size, seed))
    before, start = time.process_time(), time.perf_counter()
    ranking = rank_domain(workbook, DOMAIN)
    str(views.evaluation(workbook, ranking))
    charts.explore(workbook, ranking)
    return time.process_time() - before, time.perf_counter() - start


def command(*arguments: str) -> tuple[float, float]:
    """CPU and wall seconds of one `optlib report`, with all that it starts."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    whole = [sys.executable, "-m", "optlib.cli", "report", *arguments, "--as-of", DAY.isoformat()]
    subprocess.run(whole, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, time.perf_counter() - start


def report(size: tuple[int, int], folder: Path) -> tuple[float, float]:
    """CPU and wall seconds of the whole report of such a workbook."""
    book = folder / f"{size[0]}.yaml"
    book.write_text(yaml.safe_dump(matrix(*size), sort_keys=False), encoding="utf-8")
    return command(str(book), "-o", str(folder / "report.html"))


def batch(count: int) -> tuple[float, float]:
    """CPU and wall seconds of a report in a batch of so many."""
    with tempfile.TemporaryDirectory() as place:
        books = Path(place) / "books"
        books.mkdir()
        write_workbooks(books, count)
        cpu, wall = command(str(books / "*.yaml"), "-o", str(Path(place) / "out"), "-j", "2")
    return cpu / count, wall / count


def main(runs: int, workbooks: int) -> None:
    """Interleave the sizes and print medians and ratios."""
    part(SIZES[0], 0)  # imports
    parts: dict[tuple[int, int], list[tuple[float, float]]] = {size: [] for size in SIZES}
    reports: dict[tuple[int, int], list[tuple[float, float]]] = {size: [] for size in SIZES}
    with tempfile.TemporaryDirectory() as place:
        for run in range(1, runs + 1):
            for size in SIZES:
                parts[size].append(part(size, run))
                reports[size].append(report(size, Path(place)))
    print(f"candidates x criteria of one domain; medians of {runs} interleaved runs, {os.cpu_count()} cores")
    _print("the part that shows it", {f"{rows} x {columns}": seen for (rows, columns), seen in parts.items()})
    _print(
        "the whole report",
        {f"{rows} x {columns}": seen for (rows, columns), seen in reports.items()},
        f"a hundred times the cells may take {MOST:g} times the time",
    )
    counts = [workbooks, 2 * workbooks, 4 * workbooks]
    batches: dict[int, list[tuple[float, float]]] = {count: [] for count in counts}
    for _ in range(runs):
        for count in counts:
            batches[count].append(batch(count))
    named = {f"of {count}": seen for count, seen in batches.items()}
    _print("a report in a batch", named, "none may cost more than in a smaller batch")


def _print(what: str, seen: dict[str, list[tuple[float, float]]], budget: str = "no budget") -> None:
    print(f"{what} ({budget})")
    middle = {name: [median(column) for column in zip(*rows, strict=True)] for name, rows in seen.items()}
    first = next(iter(middle.values()))
    for name, (cpu, wall) in middle.items():
        ratios = f"{cpu / first[0]:5.2f} x the CPU, {wall / first[1]:5.2f} x the wall time of the first"
        print(f"  {name:9} {cpu:6.3f} CPU s, {wall:6.3f} s wall   {ratios}")


if __name__ == "__main__":
    main(*(int(argument) for argument in (sys.argv[1:] + ["5", "10"][len(sys.argv) - 1 :])))
