"""Carries tasks out in processes of their own, several at a time, tries crashed ones again, and says how all went."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import suppress
from dataclasses import dataclass, replace
from queue import SimpleQueue
from typing import Any, Protocol

from .results import Result
from .task import Task, last_lines

ATTEMPTS = 3  # a crash may be a lack of memory that has passed; what crashes three times is at fault itself
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


def carried_out(tasks: Iterable[tuple[Task, Result]], workers: int, seconds: float) -> Generator[Result]:
    """The result of each task as it comes; the results given are filled in with what became of them.

    When the caller stops asking, all that is running ends.
    """
    todo = list(tasks)
    idle: SimpleQueue[Worker] = SimpleQueue()
    all_workers = [_worker() for _ in range(min(workers, len(todo)))]
    for worker in all_workers:
        idle.put(worker)
    pool = ThreadPoolExecutor(max(1, len(all_workers)), thread_name_prefix="batch")
    try:
        for done in as_completed([pool.submit(_with_worker, idle, task, result, seconds) for task, result in todo]):
            yield done.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        for worker in all_workers:
            worker.end()
        pool.shutdown()
        for worker in all_workers:
            worker.close()


def _worker() -> Worker:
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


def _with_worker(idle: SimpleQueue[Worker], task: Task, result: Result, seconds: float) -> Result:
    worker, start = idle.get(), time.monotonic()
    try:
        attempt, again = 0, True
        while again and attempt < ATTEMPTS:
            attempt += 1
            with tempfile.TemporaryDirectory(prefix="optlib-batch-", ignore_cleanup_errors=True) as folder:
                own = replace(task, scratch=folder)
                ending = worker.carry_out(own, seconds)
                became, again = _became(result, own, ending, seconds)
    finally:
        idle.put(worker)
    return replace(became, attempts=attempt, seconds=round(time.monotonic() - start, 3))


def _became(result: Result, task: Task, ending: Ending, seconds: float) -> tuple[Result, bool]:
    """What an attempt led to, and whether it is worth another."""
    left = _left(task)
    failed = replace(result, status="failed", about=left.get("about", {}), log=last_lines(task.log))
    if ending.late:
        return replace(failed, error=f"took longer than {seconds:g} s; see --time-limit"), False
    if "error" in left:
        return replace(failed, error=left["error"]), bool(left.get("again"))
    if ending.status == 0 and left:
        return replace(result, status="made", about=left["about"]), False
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


def default_workers() -> int:
    """As many as there are processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
