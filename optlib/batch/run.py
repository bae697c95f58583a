"""Runs a batch: what is unchanged is left alone, the rest is made, and everything is said in one place at the end."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from pathlib import Path

from ..errors import OptlibError
from ..report.mail import summary_path
from .errand import Errand
from .keys import Inputs, inputs_of, key_of, program_key
from .names import Job, jobs
from .results import Result, unchanged, write_results
from .shards import INDEX, WHOLE, Shard, write_index
from .store import Store, hurry, store_of
from .task import Task
from .urls import is_url
from .workers import carried_out, default_workers

SECONDS = 600.0
MEGABYTES = 4096
SOME_FAILED, NONE_MADE = 1, 2

_TOGETHER = 64  # workbooks that are read, and looked up, at once

Tell = Callable[[Result, int, int], None]
Note = Callable[[Result], None]


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
    shard: Shard = WHOLE

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

    def beside(self, report: str) -> list[str]:
        """What is to be written beside a report."""
        wanted = [(self.pdf, Path(report).with_suffix(".pdf")), (self.summary, summary_path(Path(report)))]
        return [path.as_posix() for is_wanted, path in wanted if is_wanted]


@dataclass(frozen=True)
class Batch:
    """All results, how long it took, and where the index is."""

    results: tuple[Result, ...]
    seconds: float
    index: str

    def count(self, status: str) -> int:
        """How many have a status."""
        return sum(result.status == status for result in self.results)

    @property
    def exit(self) -> int:
        """0 where every report is there, 1 where some failed, 2 where all did."""
        failed = self.count("failed")
        return 0 if not failed else NONE_MADE if failed == len(self.results) else SOME_FAILED


def run_batch(arguments: Iterable[str], folder: str | Path, how: How, tell: Tell) -> Batch:
    """Make the reports of all workbooks named, in a folder or behind a URL; one that fails stops no other.

    `tell` is called with each result as it comes, how many there are by then, and how many there will be. Raises
    OptlibError where a pattern finds nothing or the folder can't be written to.
    """
    start = time.monotonic()
    hurry.clear()
    store = store_of(str(folder))
    store.prepare()
    found = [job for job in jobs(arguments, Path.cwd()) if how.shard.has(job.report)]
    results: list[Result] = []

    def note(result: Result) -> None:
        results.append(result)
        tell(result, len(results), len(found))

    try:
        with closing(_carried_out(_errands(found, str(folder), store, how, note), how)) as carried_out_ones:
            for result in carried_out_ones:
                note(result)
    finally:
        _write(store, results, how, start)
    return Batch(tuple(results), time.monotonic() - start, store.shown(INDEX))


def _carried_out(errands: Iterable[Errand], how: How) -> Generator[Result]:
    workers = how.workers or default_workers()
    if not how.cluster:
        return carried_out(errands, workers)
    from .cluster import carried_out_on

    return carried_out_on(how.cluster, errands, workers)


def _errands(found: list[Job], folder: str, store: Store, how: How, note: Note) -> Iterator[Errand]:
    """What is left to do, looked for as it is asked for; what needs nothing done is noted on the way."""
    program, look = program_key(how.matters, how.notebooks), store.look()
    task, place = _task(how), folder if is_url(folder) else str(Path(folder).resolve())
    for some in _parts(found):
        inputs = dict(zip(some, inputs_of([job.source for job in some]), strict=True))
        keys = {job.report: key_of(program, one) for job, one in inputs.items() if isinstance(one, Inputs)}
        there = unchanged(store, keys, how.beside, look)
        for job, one in inputs.items():
            result = Result(job.shown, job.report, "failed")
            if isinstance(one, OptlibError):
                note(replace(result, error=str(one)))
            elif job.report in there:
                note(replace(there[job.report], workbook=job.shown))
            else:
                own = replace(task, keep=_keep(how, job.report))
                yield Errand(own, result, keys[job.report], job.source, place, how.seconds)


def _parts(found: list[Job]) -> Iterator[list[Job]]:
    """Some at a time: they are read together, and not all of them are held."""
    waiting = iter(found)
    while some := list(islice(waiting, _TOGETHER)):
        yield some


def _task(how: How) -> Task:
    return Task(
        workbook="",
        out="",
        scratch="",
        as_of=how.as_of.isoformat(),
        notebooks=str(how.notebooks.resolve()) if how.notebooks else "",
        light=how.light,
        pdf=how.pdf,
        summary=how.summary,
        memory=how.memory,
    )


def _keep(how: How, report: str) -> str:
    """The folder for a workbook's executed notebooks."""
    return str((how.keep / report.removesuffix(".report.html")).resolve()) if how.keep else ""


def _write(store: Store, results: list[Result], how: How, start: float) -> None:
    facts = {"as_of": how.as_of.isoformat(), "seconds": round(time.monotonic() - start, 3)}
    write_results(store, how.shard.results, results, facts)
    write_index(store, how.shard, how.as_of)
