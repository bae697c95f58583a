"""Carries errands out in processes of their own, several at a time, and says how each went."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Generator, Iterable
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from queue import SimpleQueue
from typing import Any, Protocol

from .errand import Errand, run_errand
from .results import Result
from .task import Task

_ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
_GRACE = 5.0  # seconds for a nursery to notice that it is to end


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
    """Has a nursery fork a child for each task; a nursery that was killed itself is started again."""

    def __init__(self) -> None:
        self._ended = False
        self._process = _nursery()
        self.threads = int(self._answer().get("threads", 0))

    def carry_out(self, task: Task, seconds: float) -> Ending:
        """Have the nursery carry out a task."""
        if self._process.poll() is not None and not self._ended:
            self.close()
            self._process = _nursery()
            self._answer()
        try:
            self._tell(json.dumps({"task": json.loads(task.text()), "seconds": seconds}))
        except (OSError, ValueError):  # it has ended, or was ended while this task waited
            return Ending(-signal.SIGKILL)
        answer = self._answer()
        return Ending(answer.get("status", -signal.SIGKILL), bool(answer.get("late")))

    def end(self) -> None:
        """End the nursery, which ends its child."""
        self._ended = True
        assert self._process.stdin  # noqa: S101 - a pipe
        with suppress(OSError):
            self._process.stdin.close()
        try:
            self._process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def close(self) -> None:
        """Close what is left of a nursery that has ended."""
        assert self._process.stdin and self._process.stdout  # noqa: S101, PT018 - both are pipes
        with suppress(OSError):
            self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()

    def _tell(self, line: str) -> None:
        assert self._process.stdin  # noqa: S101 - a pipe
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout  # noqa: S101 - a pipe
        line = self._process.stdout.readline()
        return dict(json.loads(line)) if line else {}


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
        forking = Forking()
        if forking.threads == 1:
            return forking
        forking.end()
        forking.close()
    return Fresh()


def _nursery() -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "optlib.batch.nursery"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        start_new_session=True,
        env=_environment(),
    )


def _environment() -> dict[str, str]:
    return os.environ | dict.fromkeys(_ONE_THREAD, "1")


def _with_worker(idle: SimpleQueue[Worker], errand: Errand) -> Result:
    worker = idle.get()
    try:
        return run_errand(errand, worker)
    finally:
        idle.put(worker)


def default_workers() -> int:
    """As many as there are processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
