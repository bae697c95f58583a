"""Forks a child for each workbook it is given, one at a time, and ends whatever that one has left running.

It takes tasks as lines from its socket, answers each with a line, and ends when the other side hangs up.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import select
import shutil
import signal
import socket
import sys
import time
from collections.abc import Collection

from .task import Task, in_process_of_its_own

_ADOPT = 36  # PR_SET_CHILD_SUBREAPER of prctl(2): what a child leaves running becomes ours
_ON_PARENTS_END = 1  # PR_SET_PDEATHSIG
_TICK = 0.02  # seconds


def keep(owner: socket.socket) -> None:
    """Carry out tasks until nobody is left to give one."""
    adopt()
    end_with_parent(signal.SIGTERM)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    try:
        while line := _line(owner):
            given = json.loads(line)
            status, late = _carried_out(Task(**given["task"]), given["seconds"], owner)
            with contextlib.suppress(OSError):
                owner.sendall(f"{json.dumps({'status': status, 'late': late})}\n".encode())
    finally:
        end_all()


def adopt() -> None:
    """Become the parent of all below whose own parents end."""
    ctypes.CDLL(None).prctl(_ADOPT, 1, 0, 0, 0)


def end_with_parent(number: signal.Signals) -> None:
    """Get a signal when the parent ends, however it does."""
    ctypes.CDLL(None).prctl(_ON_PARENTS_END, number, 0, 0, 0)


def _line(owner: socket.socket) -> bytes:
    """The next line, read byte by byte: what is buffered would hide from `select` that the owner has gone."""
    line = bytearray()
    with contextlib.suppress(OSError):
        while (one := owner.recv(1)) not in (b"", b"\n"):
            line += one
    return bytes(line)


def _carried_out(task: Task, seconds: float, owner: socket.socket) -> tuple[int, bool]:
    """The exit status of a task's process, negative where a signal ended it, and whether its time was up."""
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        end_with_parent(signal.SIGKILL)
        os.setsid()
        os.closerange(3, 1024)  # it takes no tasks and gives no answers
        in_process_of_its_own(task)
    end = time.monotonic() + seconds
    while True:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            end_all()
            return os.waitstatus_to_exitcode(status), False
        if time.monotonic() > end:
            end_all()
            return -signal.SIGKILL, True
        if select.select([owner], [], [], _TICK)[0]:  # no task comes while one is carried out: the owner has gone
            end_all()
            shutil.rmtree(task.scratch, ignore_errors=True)
            sys.exit()


def end_all(but: Collection[int] = ()) -> None:
    """Kill all children, and those that become ours as their parents end, until none is left but those named."""
    while ours := [child for child in _children() if child not in but]:
        for child in ours:
            with contextlib.suppress(ProcessLookupError, ChildProcessError):
                os.kill(child, signal.SIGKILL)
                os.waitpid(child, 0)


def _children() -> list[int]:
    own = os.getpid()
    return [int(name) for name in os.listdir("/proc") if name.isdecimal() and _parent_of(name) == own]


def _parent_of(process: str) -> int:
    try:
        with open(f"/proc/{process}/stat", encoding="utf-8", errors="replace") as file:
            return int(file.read().rpartition(")")[2].split()[1])
    except (OSError, ValueError, IndexError):
        return -1
