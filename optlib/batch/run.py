"""Runs a batch: what is unchanged is left alone, the rest is made, and everything is said in one place at the end."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Generator, Iterable
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from ..errors import OptlibError
from ..report.mail import summary_path
from .errand import Errand
from .keys import program_key, workbook_key
from .names import Job, jobs
from .results import Result, forget, unchanged, write_results
from .task import Task
from .workers import carried_out, default_workers

SECONDS = 600.0
MEGABYTES = 4096
SOME_FAILED, NONE_MADE = 1, 2

Tell = Callable[[Result, int, int], None]


@dataclass(frozen=True)
class How:
    """How the reports of a batch are made; the limits are those of one report's process."""

    as_of: date
    notebooks: Path | None = None
    keep: Path | None = None
    light: bool = False
    pdf: bool = False
    summary: bool = False
    workers: int = 0
    seconds: float = SECONDS
    memory: int = MEGABYTES
    cluster: str = ""

    @property
    def matters(self) -> dict[str, object]:
        """What of it changes the files that are written."""
        return {
            "as_of": self.as_of.isoformat(),
            "keep": str(self.keep or ""),
            "light": self.light,
            "pdf": self.pdf,
            "summary": self.summary,
        }

    def beside(self, report: Path) -> list[Path]:
        """What is to be written beside a report."""
        wanted = [(self.pdf, report.with_suffix(".pdf")), (self.summary, summary_path(report))]
        return [path for is_wanted, path in wanted if is_wanted]


@dataclass(frozen=True)
class Batch:
    """All results, and how long it took."""

    results: tuple[Result, ...]
    seconds: float

    def count(self, status: str) -> int:
        """How many have a status."""
        return sum(result.status == status for result in self.results)

    @property
    def exit(self) -> int:
        """0 where every report is there, 1 where some failed, 2 where all did."""
        failed = self.count("failed")
        return 0 if not failed else NONE_MADE if failed == len(self.results) else SOME_FAILED


def run_batch(arguments: Iterable[str], folder: Path, how: How, tell: Tell) -> Batch:
    """Make the reports of all workbooks named, in a folder; one that fails stops no other.

    `tell` is called with each result as it comes, how many there are by then, and how many there will be. Raises
    OptlibError where a pattern finds nothing or the folder can't be written to.
    """
    start = time.monotonic()
    _prepare(folder)
    found = jobs(arguments, Path.cwd())
    program = program_key(how.matters, how.notebooks)
    keys = {str(job.report): workbook_key(program, job.workbook) for job in found}
    results: list[Result] = []

    def note(result: Result) -> None:
        results.append(result)
        tell(result, len(results), len(found))

    try:
        tasks = []
        for job in found:
            result = unchanged(folder, str(job.report), keys[str(job.report)], how.beside(folder / job.report))
            if result is not None:
                note(result)
            else:
                tasks.append(job)
        _make(tasks, folder, how, keys, note)
    finally:
        _write(folder, results, how, start)
    return Batch(tuple(results), time.monotonic() - start)


def _make(todo: list[Job], folder: Path, how: How, keys: dict[str, str], note: Callable[[Result], None]) -> None:
    errands = (_errand(job, folder, how, keys[str(job.report)]) for job in todo)
    with closing(_carried_out(errands, how)) as results:
        for result in results:
            note(result)


def _carried_out(errands: Iterable[Errand], how: How) -> Generator[Result]:
    workers = how.workers or default_workers()
    if not how.cluster:
        return carried_out(errands, workers)
    from .cluster import carried_out_on

    return carried_out_on(how.cluster, errands, workers)


def _errand(job: Job, folder: Path, how: How, key: str) -> Errand:
    forget(folder, str(job.report))
    keep = (how.keep / job.report).with_suffix("").with_suffix("").resolve() if how.keep else ""
    task = Task(
        workbook="",
        out="",
        scratch="",
        as_of=how.as_of.isoformat(),
        notebooks=str(how.notebooks.resolve()) if how.notebooks else "",
        keep=str(keep),
        light=how.light,
        pdf=how.pdf,
        summary=how.summary,
        memory=how.memory,
    )
    result = Result(job.shown, str(job.report), "failed")
    return Errand(task, result, key, str(job.workbook), str(folder.resolve()), how.seconds)


def _prepare(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OptlibError(f"{folder}: reports can't be put here: {error.strerror}; name a folder with -o") from None
    if not os.access(folder, os.W_OK):
        raise OptlibError(f"{folder}: reports can't be put here: it can't be written to; name another folder with -o")


def _write(folder: Path, results: list[Result], how: How, start: float) -> None:
    from .index import write_index

    facts = {"as_of": how.as_of.isoformat(), "seconds": round(time.monotonic() - start, 3)}
    write_results(folder, results, facts)
    write_index(folder, [asdict(result) for result in results], how.as_of)
