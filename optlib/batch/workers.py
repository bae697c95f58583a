"""Carries errands out in processes of their own, several at a time, and says how each went."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Generator, Iterable
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from queue import SimpleQueue
from typing import Any, Protocol

from ..engine.preloaded import ONE_THREAD, CantForkError
from .errand import Errand, run_errand
from .keepers import new_keeper, release_keeper
from .results import Result
from .store import hurry
from .task import Task

_GRACE = 5.0  # seconds for a keeper to notice that it is to end
_CHUNK = 4096


@dataclass(frozen=True)
class Ending:
    """How a process ended: its exit status, negative for a signal, and whether its time was up."""

    status: int
    late: bool = False


class Worker(Protocol):
    """Carries out one task at a time."""

    def carry_out(self, task: Task, seconds: float) -> Ending:
        """Carry out a task in a process of its own, and end that one with all it started."""

    def end(self) -> None:
        """End what is running, for good."""

    def close(self) -> None:
        """Close what is left, once nobody uses it any more."""


class Forking:
    """Has a keeper fork a child for each task; a keeper that was killed itself is replaced."""

    def __init__(self) -> None:
        self._ended = False
        self._keeper = new_keeper()

    def carry_out(self, task: Task, seconds: float) -> Ending:
        """Have the keeper carry out a task."""
        try:
            if self._has_gone() and not self._ended:
                self._keeper.close()
                self._keeper = new_keeper(is_more=False)
            self._keeper.sendall(f"{json.dumps({'task': json.loads(task.text()), 'seconds': seconds})}\n".encode())
        except (OSError, CantForkError):  # it has ended, or was ended while this task waited
            return Ending(-signal.SIGKILL)
        answer = self._answer()
        return Ending(answer.get("status", -signal.SIGKILL), bool(answer.get("late")))

    def end(self) -> None:
        """Have the keeper end its child and itself, and wait until it has."""
        self._ended = True
        with suppress(OSError):
            self._keeper.shutdown(socket.SHUT_WR)
            select.select([self._keeper], [], [], _GRACE)

    def close(self) -> None:
        """Hang up."""
        self._keeper.close()
        release_keeper()

    def _has_gone(self) -> bool:
        """Whether the keeper has hung up: between tasks it says nothing."""
        return bool(select.select([self._keeper], [], [], 0)[0])

    def _answer(self) -> dict[str, Any]:
        line = bytearray()
        with suppress(OSError):
            while not line.endswith(b"\n") and (some := self._keeper.recv(_CHUNK)):
                line += some
        return dict(json.loads(line)) if line.endswith(b"\n") else {}


class Fresh:
    """Starts a new Python for each task, where a fork can't be trusted."""

    def __init__(self) -> None:
        self._ended = False
        self._process: subprocess.Popen[bytes] | None = None

    def carry_out(self, task: Task, seconds: float) -> Ending:
        """Carry out a task in a new process."""
        if self._ended:
            return Ending(-signal.SIGTERM)
        command = [sys.executable, "-P", "-m", "optlib.batch.task", task.text()]
        self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True, env=_environment())  # noqa: S603
        try:
            return Ending(self._process.wait(seconds))
        except subprocess.TimeoutExpired:
            return Ending(-signal.SIGTERM, late=True)
        finally:
            self._kill()

    def end(self) -> None:
        """End the process, and start none any more."""
        self._ended = True
        self._kill()

    def close(self) -> None:
        """Nothing is left."""

    def _kill(self) -> None:
        if self._process is None:
            return
        if hasattr(os, "killpg"):
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()
        self._process.wait()


def carried_out(errands: Iterable[Errand], workers: int) -> Generator[Result]:
    """The result of each errand as it comes; errands are taken as workers get idle, so that there may be any number.

    When the caller stops asking, all that is running ends.
    """
    waiting = iter(errands)
    first = list(islice(waiting, workers))
    idle: SimpleQueue[Worker] = SimpleQueue()
    all_workers = [new_worker() for _ in first]
    for worker in all_workers:
        idle.put(worker)
    pool = ThreadPoolExecutor(max(1, len(all_workers)), thread_name_prefix="batch")
    try:
        running = {pool.submit(_with_worker, idle, errand) for errand in first}
        while running:
            done, running = wait(running, return_when=FIRST_COMPLETED)
            running |= {pool.submit(_with_worker, idle, errand) for errand in islice(waiting, len(done))}
            for one in done:
                yield one.result()
    except BaseException:
        hurry.set()
        raise
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        for worker in all_workers:
            worker.end()
        pool.shutdown()
        for worker in all_workers:
            worker.close()


def new_worker() -> Worker:
    """A worker that forks, or where a fork can't be trusted, one that starts a new Python for each task."""
    if sys.platform == "linux":
        try:
            return Forking()
        except CantForkError:
            pass
    return Fresh()


def _environment() -> dict[str, str]:
    return os.environ | ONE_THREAD


def _with_worker(idle: SimpleQueue[Worker], errand: Errand) -> Result:
    worker = idle.get()
    try:
        return run_errand(errand, worker)
    finally:
        idle.put(worker)


def default_workers() -> int:
    """As many as there are processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
