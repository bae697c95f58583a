"""Makes a report: checks the workbook, runs the notebooks, joins and exports them, and replaces the file at the end."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

from ..atomic import write_atomically
from ..catalogue import load_catalogue
from ..errors import OptlibError
from ..open_points import phases_to_report
from ..places import notebooks_folder
from ..workbook_file import open_workbook
from .as_of import default_day
from .export import export
from .inputs import read_inputs
from .join import join
from .run import run_notebook

SUMMARY = "decision_report"

Progress = Callable[[str, int, int], None]


def make_report(
    workbook_path: Path,
    out: Path,
    *,
    today: date | None = None,
    notebooks: Path | None = None,
    keep: Path | None = None,
    light: bool = False,
    progress: Progress = lambda name, done, steps: None,  # noqa: ARG005 - nobody is told
) -> Path:
    """Make the HTML report of a workbook and return where it was written.

    `progress` is called before each step with what runs, how many steps are done, and how many there are. Raises
    WorkbookError where the workbook can't be read, RunError where a cell fails and OptlibError where a file can't be
    written; a report that was there stays.
    """
    file, inputs = open_workbook(workbook_path), read_inputs(workbook_path)
    day = today or default_day()
    sources = notebook_paths(phases_to_report(file.workbook), notebooks)
    _check_place(out)
    with tempfile.TemporaryDirectory(prefix="optlib-") as folder:
        executed = {}
        for done, source in enumerate(sources):
            progress(source.stem, done, len(sources) + 1)
            try:
                executed[source.stem] = run_notebook(source, workbook_path, day, Path(folder), keep is not None)
            finally:
                _keep(Path(folder) / source.name, keep)
    progress("the page", len(sources), len(sources) + 1)
    summary = executed.pop(SUMMARY)
    page = export(join(summary, executed, workbook_path.parent), file.workbook, day, light, inputs)
    _write(out, page)
    return out


def notebook_paths(phases: tuple[int, ...], folder: Path | None) -> list[Path]:
    """The notebooks to run, the summary last; raises OptlibError where one is missing."""
    names = [load_catalogue().phase(phase).notebook for phase in phases]
    paths = [(folder or notebooks_folder()) / f"{name}.ipynb" for name in (*names, SUMMARY)]
    missing = [path for path in paths if not path.is_file()]
    if missing:
        raise OptlibError(f"{missing[0]}: there is no such notebook; copy a set with: optlib new --notebooks PATH")
    return paths


def default_report_path(workbook_path: Path) -> Path:
    """Where a report goes when nobody says: beside the workbook, `NAME.report.html`."""
    return workbook_path.with_name(f"{workbook_path.stem}.report.html")


def _check_place(out: Path) -> None:
    if out.is_dir():
        raise OptlibError(f"{out}: is a folder; name the HTML file to write, for example {out / 'report.html'}")
    if not out.parent.is_dir():
        raise OptlibError(f"{out.parent}: there is no such folder; make it first, or name another file with -o")


def _keep(output: Path, keep: Path | None) -> None:
    if keep is None or not output.is_file():
        return
    try:
        keep.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(output, keep / output.name)
    except OSError as error:
        raise OptlibError(f"{keep}: executed notebooks can't be kept here: {error.strerror}") from None


def _write(out: Path, page: str) -> None:
    try:
        write_atomically(out, page.encode())
    except OSError as error:
        raise OptlibError(f"{out}: the report can't be written: {error.strerror}") from None
