"""What one report costs, in CPU seconds of the whole process tree and in wall time, cold each time.

Four ways to the same content, interleaved, medians compared; the figures that count are the ratios.

- naive: papermill once per notebook and `jupyter nbconvert --to html` once per notebook, as a script would call them.
- one process: the same two libraries in one process, with one exporter.
- optlib: `optlib report`.
- floor: the code of the cells as plain functions in one process, no kernel, and the same template.

Bytecode is compiled before anything is timed. Run: python benchmarks/report.py [RUNS]
"""

from __future__ import annotations

import ast
import compileall
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from sysconfig import get_path
from types import SimpleNamespace
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
WORKBOOK = ROOT / "data" / "examples" / "optlib.yaml"
NOTEBOOKS = ("0_project_basics", "1_core_technical", "2_production_readiness", "decision_report")
DAY = "2026-11-23"
ONE_PROCESS = """
import sys, papermill
from nbconvert import HTMLExporter
workbook, folder, *notebooks = sys.argv[1:]
exporter = HTMLExporter()
for number, notebook in enumerate(notebooks):
    executed = papermill.execute_notebook(notebook, f"{folder}/{number}.ipynb", {"workbook_path": workbook},
                                          progress_bar=False)
    page, _ = exporter.from_notebook_node(executed)
    open(f"{folder}/{number}.html", "w").write(page)
"""


def naive(folder: Path) -> None:
    """Papermill and nbconvert, once per notebook each."""
    for name in NOTEBOOKS:
        executed = folder / f"{name}.ipynb"
        source = ROOT / "notebooks" / f"{name}.ipynb"
        run("papermill", str(source), str(executed), "-p", "workbook_path", str(WORKBOOK), "--no-progress-bar")
        run("jupyter", "nbconvert", "--to", "html", str(executed))


def one_process(folder: Path) -> None:
    """Papermill and nbconvert, imported once."""
    paths = [str(ROOT / "notebooks" / f"{name}.ipynb") for name in NOTEBOOKS]
    run(sys.executable, "-c", ONE_PROCESS, str(WORKBOOK), str(folder), *paths)


def ours(folder: Path) -> None:
    """One command."""
    run("optlib", "report", str(WORKBOOK), "-o", str(folder / "report.html"), "--as-of", DAY)


def floor(folder: Path) -> None:
    """A script that calls what the cells call."""
    run(sys.executable, __file__, "floor", str(folder / "report.html"))


def write_floor(out: Path) -> None:
    """The report's content from plain calls, through the report's own template."""
    from datetime import date

    from optlib import open_workbook
    from optlib.report.export import export
    from optlib.report.inputs import read_inputs
    from optlib.report.join import join

    *phases, summary = NOTEBOOKS
    blocks = join(called(summary), {name: called(name) for name in phases}, WORKBOOK.parent)
    day = date.fromisoformat(DAY)
    page = export(blocks, open_workbook(WORKBOOK).workbook, day, inputs=read_inputs(WORKBOOK))
    out.write_text(page, encoding="utf-8")


def called(name: str) -> Any:
    """A notebook whose cells were called as plain code, in the shape of one that was executed."""
    cells = json.loads((ROOT / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
    names: dict[str, Any] = {}
    return SimpleNamespace(cells=[_called(Plain(cell), names) for cell in cells])


class Plain(dict[str, Any]):
    """A part of a notebook, whose keys are attributes too."""

    __getattr__ = dict.__getitem__


def _called(cell: Plain, names: dict[str, Any]) -> Plain:
    source = "".join(cell["source"])
    cell["source"] = source
    tags = cell["metadata"].get("tags", [])
    if cell["cell_type"] == "code" and "skip-execution" not in tags:
        cell["outputs"] = [Plain(output_type="display_data", data=data) for data in _shown(source, names)]
        if "parameters" in tags:
            names.update(workbook_path=str(WORKBOOK), as_of=DAY)
    return cell


def _shown(source: str, names: dict[str, Any]) -> list[dict[str, Any]]:
    tree = ast.parse(source)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "cell", "exec"), names)  # noqa: S102 - the shipped notebooks
    if not isinstance(last, ast.Expr):
        return []
    value = eval(compile(ast.Expression(last.value), "cell", "eval"), names)  # noqa: S307
    if hasattr(value, "figures"):
        return [{"application/vnd.plotly.v1+json": figure} for figure in value.figures]
    return [value._repr_mimebundle_()] if hasattr(value, "_repr_mimebundle_") else []


def run(*command: str) -> None:
    """Run a command of this environment quietly; its failure ends the benchmark."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, "PATH": path})


WAYS: dict[str, Callable[[Path], None]] = {"naive": naive, "one process": one_process, "optlib": ours, "floor": floor}


def measured(way: str) -> tuple[float, float]:
    """CPU and wall seconds of one run in a new folder."""
    with tempfile.TemporaryDirectory() as folder:
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        WAYS[way](Path(folder))
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return cpu, time.perf_counter() - start


def main(runs: int, ways: tuple[str, ...] = tuple(WAYS)) -> None:
    """Interleave the ways, and print medians, and how each compares with optlib."""
    compileall.compile_dir(get_path("purelib"), quiet=2)
    compileall.compile_dir(ROOT / "optlib", quiet=2)
    results: dict[str, list[tuple[float, float]]] = {way: [] for way in ways}
    for _ in range(runs):
        for way, seen in results.items():
            seen.append(measured(way))
    middle = {way: [median(values) for values in zip(*seen, strict=True)] for way, seen in results.items()}
    print(f"one report of {WORKBOOK.name}, cold; medians of {runs} interleaved runs, {os.cpu_count()} cores")
    for way, (cpu, wall) in middle.items():
        ratio = f"{cpu / middle['optlib'][0]:5.2f} x optlib's CPU, {wall / middle['optlib'][1]:5.2f} x its wall time"
        print(f"{way:11} {cpu:6.2f} CPU s {wall:6.2f} s wall   {ratio}")
    if "floor" in middle:
        print(f"optlib is {middle['optlib'][0] / middle['floor'][0]:.2f} x the floor's CPU")


if __name__ == "__main__":
    arguments = sys.argv[1:]
    if arguments[:1] == ["floor"]:
        write_floor(Path(arguments[1]))
    else:
        main(int(arguments[0]) if arguments else 3, tuple(arguments[1:]) or tuple(WAYS))
