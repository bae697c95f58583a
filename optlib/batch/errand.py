"""One workbook of a batch, from wherever it lies to its report in the batch's folder, carried out by any worker."""

from __future__ import annotations

import json
import signal
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import OptlibError
from .names import place_of
from .results import Result, remember
from .task import Task, last_lines

if TYPE_CHECKING:
    from .workers import Ending, Worker

ATTEMPTS = 3  # a crash may be a lack of memory that has passed; what crashes three times is at fault itself


@dataclass(frozen=True)
class Errand:
    """What is to be done for one workbook, in plain values that can be sent to another machine.

    `task` has the options, its paths are filled in where it is carried out; `result` is what became of it until more is
    known; `key` says of what the report is made.
    """

    task: Task
    result: Result
    key: str
    source: str
    folder: str
    seconds: float


def run_errand(errand: Errand, worker: Worker) -> Result:
    """Have a worker make the report, put it into the folder and note of what it was made; errors are in the result."""
    start = time.monotonic()
    try:
        result = _attempted(errand, worker)
    except OptlibError as error:
        result = replace(errand.result, error=str(error))
    return replace(result, seconds=round(time.monotonic() - start, 3))


def _attempted(errand: Errand, worker: Worker) -> Result:
    folder = Path(errand.folder)
    task = replace(errand.task, workbook=errand.source, out=str(place_of(folder, errand.result.report).resolve()))
    attempt, again = 0, True
    while again and attempt < ATTEMPTS:
        attempt += 1
        with tempfile.TemporaryDirectory(prefix="optlib-batch-", ignore_cleanup_errors=True) as scratch:
            own = replace(task, scratch=scratch)
            result, again = _became(errand, own, worker.carry_out(own, errand.seconds))
    if result.status == "made":
        remember(folder, result, errand.key)
    return replace(result, attempts=attempt)


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
