"""How much one report costs against the script a user would write, in CPU seconds of the whole process tree.

The naive way runs papermill once per notebook and `jupyter nbconvert --to html` once per notebook. Runs are interleaved
and medians compared; the figure that counts is the ratio. Run: python benchmarks/report.py [RUNS]
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
WORKBOOK = ROOT / "data" / "examples" / "optlib.yaml"
NOTEBOOKS = ("0_project_basics", "1_core_technical", "2_production_readiness", "decision_report")


def naive(folder: Path) -> None:
    """Papermill and nbconvert, once per notebook each."""
    for name in NOTEBOOKS:
        executed = folder / f"{name}.ipynb"
        source = ROOT / "notebooks" / f"{name}.ipynb"
        run("papermill", str(source), str(executed), "-p", "workbook_path", str(WORKBOOK), "--no-progress-bar")
        run("jupyter", "nbconvert", "--to", "html", str(executed))


def ours(folder: Path) -> None:
    """One command."""
    run("optlib", "report", str(WORKBOOK), "-o", str(folder / "report.html"))


def run(*command: str) -> None:
    """Run a command of this environment quietly; its failure ends the benchmark."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, "PATH": path})


def measured(way: str) -> tuple[float, float]:
    """CPU and wall seconds of one run in a new folder."""
    with tempfile.TemporaryDirectory() as folder:
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        {"naive": naive, "optlib": ours}[way](Path(folder))
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return cpu, time.perf_counter() - start


def main(runs: int) -> None:
    """Interleave the two ways and print medians and ratios."""
    results: dict[str, list[tuple[float, float]]] = {"naive": [], "optlib": []}
    for _ in range(runs):
        for way, seen in results.items():
            seen.append(measured(way))
    print(f"one report of {WORKBOOK.name}, {runs} interleaved runs, {os.cpu_count()} cores")
    for way, seen in results.items():
        print(f"{way:7} {median(cpu for cpu, _ in seen):6.1f} CPU s {median(wall for _, wall in seen):6.1f} s wall")
    for index, what in enumerate(("CPU", "wall")):
        ratio = median(pair[index] for pair in results["naive"]) / median(pair[index] for pair in results["optlib"])
        print(f"ratio of naive to optlib, {what}: {ratio:.1f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
