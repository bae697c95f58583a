"""A process that has imported what a report needs and forks a child for each workbook it is given, one at a time.

It is started as `python -m optlib.batch.nursery`, takes tasks as lines on standard input, answers each with a line on
standard output, and ends with its owner. After each child it ends whatever that one has left running.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import json
import os
import select
import shutil
import signal
import sys
import time
from typing import TextIO

from .task import Task, in_process_of_its_own

_ADOPT = 36  # PR_SET_CHILD_SUBREAPER of prctl(2): what a child leaves running becomes ours
_TICK = 0.02  # seconds


def main() -> None:
    """Import, say with how many threads, and carry out tasks until nobody is left to give one."""
    answers = os.fdopen(os.dup(1), "w", buffering=1, encoding="utf-8")
    os.dup2(2, 1)
    ctypes.CDLL(None).prctl(_ADOPT, 1, 0, 0, 0)
    _preload()
    gc.collect()
    gc.freeze()  # a collection in a child would touch, and so copy, every page
    _answer(answers, {"threads": len(os.listdir("/proc/self/task"))})
    while line := _line():
        given = json.loads(line)
        status, late = _carried_out(Task(**given["task"]), given["seconds"])
        _answer(answers, {"status": status, "late": late})


def _preload() -> None:
    from ..report.alone import load_for_many
    from . import about  # noqa: F401

    load_for_many()


def _answer(answers: TextIO, value: dict[str, int | bool]) -> None:
    answers.write(f"{json.dumps(value)}\n")


def _line() -> bytes:
    """The next line, read byte by byte: what is buffered would hide from `select` that the owner has gone."""
    line = bytearray()
    while (one := os.read(0, 1)) not in (b"", b"\n"):
        line += one
    return bytes(line)


def _carried_out(task: Task, seconds: float) -> tuple[int, bool]:
    """The exit status of a task's process, negative where a signal ended it, and whether its time was up."""
    child = os.fork()
    if child == 0:
        os.setsid()
        _close_ours()
        in_process_of_its_own(task)
    end = time.monotonic() + seconds
    while True:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            _end_all()
            return os.waitstatus_to_exitcode(status), False
        if time.monotonic() > end:
            _end_all()
            return -signal.SIGKILL, True
        if select.select([0], [], [], _TICK)[0]:  # no task comes while one is carried out: the owner has gone
            _end_all()
            shutil.rmtree(task.scratch, ignore_errors=True)
            os._exit(1)


def _close_ours() -> None:
    """A child reads no tasks and gives no answers."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.closerange(3, os.sysconf("SC_OPEN_MAX") if sys.platform != "linux" else 1024)


def _end_all() -> None:
    """Kill all children, and those that become ours as their parents end, until none is left."""
    with contextlib.suppress(ChildProcessError):
        while True:
            for child in _children():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)
            os.waitpid(-1, 0)


def _children() -> list[int]:
    own = os.getpid()
    return [int(name) for name in os.listdir("/proc") if name.isdecimal() and _parent_of(name) == own]


def _parent_of(process: str) -> int:
    try:
        with open(f"/proc/{process}/stat", encoding="utf-8", errors="replace") as file:
            return int(file.read().rpartition(")")[2].split()[1])
    except (OSError, ValueError, IndexError):
        return -1


if __name__ == "__main__":
    main()
