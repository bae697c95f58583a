"""Makes a report: checks the workbook, runs the notebooks, joins and exports them, and replaces the file at the end."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from ..atomic import write_atomically
from ..catalogue import load_catalogue
from ..engine.preloaded import close_preloaded
from ..errors import OptlibError
from ..open_points import phases_to_report
from ..places import notebooks_folder
from ..workbook_file import open_workbook
from .alone import have_forked
from .as_of import default_day
from .export import export
from .inputs import read_inputs
from .join import join
from .run import quiet, run_notebook

SUMMARY = "decision_report"

Progress = Callable[[str, int, int], None]


def make_report(  # noqa: PLR0913 - all but two are options by name
    workbook_path: Path,
    out: Path,
    *,
    today: date | None = None,
    notebooks: Path | None = None,
    keep: Path | None = None,
    light: bool = False,
    forks: int = 0,
    progress: Progress = lambda name, done, steps: None,  # noqa: ARG005 - nobody is told
) -> Path:
    """Make the HTML report of a workbook and return where it was written.

    `progress` is called before each step with what runs, how many steps are done, and how many there are. `forks` says
    how many notebooks run at a time in forks of this process, which then must be doing nothing else; by default they
    run one after the other, forked from a process that is started. Raises WorkbookError where the workbook can't be
    read, RunError where a cell fails and OptlibError where a file can't be written; a report that was there stays.
    """
    file, inputs = open_workbook(workbook_path), read_inputs(workbook_path)
    day = today or default_day()
    phases = phases_to_report(file.workbook)
    sources = notebook_paths(phases, notebooks)
    _check_place(out)
    at_once = forks if forks and have_forked(file.workbook, day, phases) else 1
    with tempfile.TemporaryDirectory(prefix="optlib-") as folder:

        def run(source: Path) -> Any:
            try:
                return run_notebook(source, workbook_path, day, Path(folder), keep is not None)
            finally:
                _keep(Path(folder) / source.name, keep)

        executed: dict[str, Any] = {}
        with quiet(), _running(run, sources, at_once) as running:
            for source, ended in zip(sources, running, strict=True):
                progress(source.stem, len(executed), len(sources) + 1)
                executed[source.stem] = ended()
    progress("the page", len(sources), len(sources) + 1)
    summary = executed.pop(SUMMARY)
    page = export(join(summary, executed, workbook_path.parent), file.workbook, day, light, inputs)
    _write(out, page)
    return out


@contextmanager
def _running(run: Callable[[Path], Any], sources: list[Path], at_once: int) -> Iterator[list[Callable[[], Any]]]:
    """For each notebook what gives it when it was run; where one fails, or that is interrupted, the others end too."""
    if at_once == 1:
        yield [partial(run, source) for source in sources]
        return
    pool = ThreadPoolExecutor(at_once, thread_name_prefix="notebook")
    try:
        yield [pool.submit(run, source).result for source in sources]
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        close_preloaded()
        pool.shutdown()


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
