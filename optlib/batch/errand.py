"""One workbook of a batch, from wherever it lies to its report in the batch's folder, carried out by any worker."""

from __future__ import annotations

import json
import os
import signal
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import OptlibError
from .keys import Inputs, inputs_of, key_of, program_of
from .names import place_of
from .results import Result, remember
from .store import store_of
from .task import Task, last_lines
from .urls import beside, is_url, without_secrets

if TYPE_CHECKING:
    from .workers import Ending, Worker

ATTEMPTS = 3  # a crash may be a lack of memory that has passed; what crashes three times is at fault itself


@dataclass(frozen=True)
class Errand:
    """What is to be done for one workbook, in plain values that can be sent to another machine.

    `task` has the options, its paths are filled in where it is carried out; `result` is what became of it until more is
    known; `key` says of what the report is made. What may hold a password is left out where an errand is printed.
    """

    task: Task
    result: Result
    key: str
    source: str = field(repr=False)
    folder: str = field(repr=False)
    seconds: float


@dataclass(frozen=True)
class Made:
    """What became of an attempt, and what it has left that is to be put behind a URL, by place."""

    result: Result
    again: bool
    files: dict[str, bytes]


def run_errand(errand: Errand, worker: Worker) -> Result:
    """Have a worker make the report, put it into the folder and note of what it was made; errors are in the result."""
    start = time.monotonic()
    try:
        result = _carried_out(errand, worker)
    except OptlibError as error:
        result = replace(errand.result, error=str(error))
    except OSError as error:
        result = replace(errand.result, error=f"{error.filename or tempfile.gettempdir()}: {error.strerror or error}")
    return replace(result, seconds=round(time.monotonic() - start, 3))


def _carried_out(errand: Errand, worker: Worker) -> Result:
    store, inputs = store_of(errand.folder), _fetched(errand)
    attempt, again = 0, True
    while again and attempt < ATTEMPTS:
        attempt += 1
        made = _attempted(errand, inputs, worker)
        again = made.again
    result = replace(made.result, attempts=attempt)
    if result.status == "made":
        for name in sorted(made.files, key=lambda name: name != result.report):
            store.write(name, made.files[name])
        key = key_of(program_of(errand.key), inputs) if inputs else errand.key
        remember(store, result, key, made.files.get(result.report))
    return result


def _fetched(errand: Errand) -> Inputs | None:
    """The workbook and its pictures where they lie behind a URL, which may have others by now than the key says."""
    if not is_url(errand.source):
        return None
    (inputs,) = inputs_of([errand.source])
    if isinstance(inputs, OptlibError):
        raise inputs
    return inputs


def _attempted(errand: Errand, inputs: Inputs | None, worker: Worker) -> Made:
    with tempfile.TemporaryDirectory(prefix="optlib-batch-", ignore_cleanup_errors=True) as scratch:
        fetched, made = Path(scratch) / "fetched", Path(scratch) / "made"
        task = replace(
            errand.task,
            workbook=str(put_down(inputs, fetched) if inputs else errand.source),
            out=str(_place(errand, made)),
            scratch=scratch,
        )
        result, again = _became(errand, task, worker.carry_out(task, errand.seconds))
        places = {fetched: beside(errand.source, "") if inputs else "", made: f"{errand.folder.rstrip('/')}/"}
        return Made(_as_named(result, places), again, files_in(made))


def _as_named(result: Result, places: dict[Path, str]) -> Result:
    """A result whose words name files as the user knows them."""
    for here, there in places.items():
        shown = without_secrets(there) if is_url(there) else there
        error, log = (said.replace(f"{here}{os.sep}", shown) for said in (result.error, result.log))
        result = replace(result, error=error, log=log)
    return result


def _place(errand: Errand, scratch: Path) -> Path:
    """Where the process puts the report: in its place, or where it is taken from to be put behind a URL."""
    if not is_url(errand.folder):
        return place_of(Path(errand.folder), errand.result.report).resolve()
    place = scratch / errand.result.report
    place.parent.mkdir(parents=True)
    return place


def put_down(inputs: Inputs, folder: Path) -> Path:
    """Write a workbook and the pictures beside it into a new folder, and return where the workbook is.

    A store can hold what no folder can, `plans` beside `plans/first.png`: such a picture is missing here.
    """
    folder.mkdir()
    workbook = folder / inputs.name
    workbook.write_bytes(inputs.content)
    for place, content in inputs.pictures.items():
        with suppress(OSError):
            if content and not (folder / place).exists():
                (folder / place).parent.mkdir(parents=True, exist_ok=True)
                (folder / place).write_bytes(content)
    return workbook


def files_in(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by its path from there."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _became(errand: Errand, task: Task, ending: Ending) -> tuple[Result, bool]:
    """What an attempt led to, and whether it is worth another."""
    left = _left(task)
    failed = replace(errand.result, status="failed", about=left.get("about", {}), log=last_lines(task.log))
    if ending.late:
        return replace(failed, error=f"took longer than {errand.seconds:g} s; see --time-limit"), False
    if "error" in left:
        return replace(failed, error=left["error"]), bool(left.get("again"))
    if ending.status == 0 and left:
        return replace(errand.result, status="made", about=left["about"]), False
    if ending.status < 0:
        name = signal.Signals(-ending.status).name
        return replace(failed, signal=name, error=f"its process was killed by {name}"), True
    fault = (failed.log.splitlines() or ["nothing was printed"])[-1]
    return replace(failed, error=f"its process ended with status {ending.status}: {fault}"), True


def _left(task: Task) -> dict[str, Any]:
    try:
        return dict(json.loads(task.left.read_text("utf-8")))
    except (OSError, ValueError):
        return {}
