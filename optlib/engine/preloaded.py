"""The owner's end: starts the server when it is first needed, and has it fork, interrupt and kill children."""

from __future__ import annotations

import atexit
import json
import math
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
import traceback
from dataclasses import dataclass
from pathlib import Path

from .frames import framed
from .server import FORK, INTERRUPT, KILL, REFUSED, Server, threads

VARIABLE = "OPTLIB_ENGINE"
PLAIN = "nbclient"
# Libraries of linear algebra start a thread per core when they are imported, and threads don't survive a fork.
ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS"), "1")
_SECONDS_TO_END = 5
# Without the folder that Python puts first, so that nothing there stands in for what is preloaded.
_START = "import sys; del sys.path[0]; from optlib.engine.server import main; main()"


class CantForkError(RuntimeError):
    """The server can't give a child: it didn't start, or has threads."""


@dataclass
class Child:
    """A child as its owner knows it: a socket to talk, a pipe that tells how it ended, and its process id."""

    channel: socket.socket
    pipe: int
    pid: int

    def has_ended(self, wait: float = 0) -> bool:
        """Whether the child, or the server with it, is gone."""
        return bool(select.select([self.pipe], [], [], wait)[0])

    def how_it_ended(self) -> str:
        """How a child that has ended did."""
        status = os.read(self.pipe, 64).decode().strip() or "the process it was forked from is gone"
        if status.startswith("-"):
            return f"killed by {signal.Signals(-int(status)).name}"
        return f"exit status {status}" if status.isdigit() else status

    def close(self) -> None:
        """Hang up."""
        self.channel.close()
        os.close(self.pipe)


class ForkedServer:
    """A server forked from this process, in the place of a process that was started."""

    def __init__(self, theirs: socket.socket, others: list[int]) -> None:
        self.pid = os.fork()
        if self.pid == 0:
            try:
                for descriptor in others:
                    os.close(descriptor)
                Server(theirs).serve()
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(0)
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """How it ended, None while it runs."""
        if self.returncode is None:
            done, status = os.waitpid(self.pid, os.WNOHANG)
            self.returncode = os.waitstatus_to_exitcode(status) if done else None
        return self.returncode

    def wait(self, seconds: float | None = None) -> int:
        """Wait until it has ended; raises TimeoutExpired where it hasn't in time."""
        end = time.monotonic() + (math.inf if seconds is None else seconds)
        while (code := self.poll()) is None:
            if time.monotonic() > end:
                raise subprocess.TimeoutExpired("server", seconds or 0)
            time.sleep(0.005)
        return code

    def terminate(self) -> None:
        """It ends as soon as its owner hangs up."""

    def kill(self) -> None:
        """End it."""
        os.kill(self.pid, signal.SIGKILL)


def started_server(theirs: socket.socket) -> subprocess.Popen[bytes]:
    """A server in a new Python."""
    return subprocess.Popen(  # noqa: S603 - this Python, with a module of ours
        [sys.executable, "-c", _START, str(theirs.fileno())],
        pass_fds=[theirs.fileno()],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        env={**os.environ, **ONE_THREAD},
    )


class Preloaded:
    """A server and the socket to it."""

    def __init__(self, is_forked: bool = False) -> None:
        self.owner_pid = os.getpid()
        self.python = _python_variables()
        self.socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self.process: subprocess.Popen[bytes] | ForkedServer = (
                ForkedServer(theirs, [self.socket.fileno()]) if is_forked else started_server(theirs)
            )

    def is_usable(self) -> bool:
        """Whether it runs, belongs to this process, and was started as Python would be started now."""
        return self.owner_pid == os.getpid() and self.process.poll() is None and self.python == _python_variables()

    def fork(self, folder: str, environment: dict[str, str], arguments: list[str], seconds: float) -> Child:
        """A new child in a folder; raises CantForkError where there is none in time."""
        ours, theirs = socket.socketpair()
        told, tell = os.pipe()
        try:
            with theirs:
                socket.send_fds(self.socket, [FORK], [theirs.fileno(), tell])
        except OSError:
            ours.close()
            os.close(told)
            raise CantForkError("the process to fork from is gone") from None
        finally:
            os.close(tell)
        child = Child(ours, told, 0)
        try:
            child.pid = _pid(told, seconds)
            start = {"folder": folder, "environment": environment, "arguments": arguments}
            ours.sendall(framed([json.dumps(start).encode()]))
        except BaseException:
            child.close()
            raise
        return child

    def interrupt(self, child: Child) -> None:
        """Interrupt what the child runs."""
        self._signal(INTERRUPT, child)

    def kill(self, child: Child) -> None:
        """End the child and all it has started, and wait until it has."""
        self._signal(KILL, child)
        child.has_ended(_SECONDS_TO_END)

    def close(self) -> None:
        """End the server, and with it every child; one that is still importing ends at once."""
        self.socket.close()
        if self.owner_pid != os.getpid():
            return
        self.process.terminate()
        try:
            self.process.wait(_SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _signal(self, word: bytes, child: Child) -> None:
        if not child.has_ended():
            try:
                self.socket.send(b"%s %d" % (word, child.pid))
            except OSError:
                return  # the server is gone, and its children with it


def _pid(pipe: int, seconds: float) -> int:
    end, line = time.monotonic() + seconds, b""
    while not line.endswith(b"\n"):
        if not select.select([pipe], [], [], max(end - time.monotonic(), 0))[0]:
            raise CantForkError(f"no child was forked in {seconds:g} s")
        byte = os.read(pipe, 1)
        if not byte:
            raise CantForkError("the process to fork from didn't start")
        line += byte
    if line == REFUSED:
        raise CantForkError("the process to fork from has threads")
    return int(line)


def _python_variables() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name.startswith("PYTHON")}


_lock = threading.Lock()
_preloaded: list[Preloaded] = []


def preloaded() -> Preloaded:
    """The server of this process; started where there is none."""
    with _lock:
        if _preloaded and not _preloaded[0].is_usable():
            _preloaded.pop().close()
        if not _preloaded:
            _preloaded.append(Preloaded())
        return _preloaded[0]


def fork_from_here() -> None:
    """Have the server forked from this process instead of started.

    For a process that has imported what notebooks use (see `server.preload`) and does nothing else. Raises
    CantForkError where it has more than one thread.
    """
    if threads() != 1:
        raise CantForkError("this process has threads")
    close_preloaded()
    with _lock:
        _preloaded.append(Preloaded(is_forked=True))


def close_preloaded() -> None:
    """End the server of this process, if there is one; the next notebook starts another."""
    with _lock:
        while _preloaded:
            _preloaded.pop().close()


def may_fork() -> bool:
    """Whether notebooks are run in forked children: where that is safe, and nobody wants it otherwise."""
    return os.environ.get(VARIABLE, "").strip() != PLAIN and can_fork()


def can_fork() -> bool:
    """Whether processes are forked safely here: Linux, where a process can tell that it has one thread."""
    return sys.platform == "linux" and Path("/proc/self/task").is_dir() and hasattr(socket, "SOCK_SEQPACKET")


def _forget() -> None:
    """In a fork of the owner: neither the server nor the lock is ours."""
    global _lock  # noqa: PLW0603 - held by a thread that isn't there, it would never be free
    _lock = threading.Lock()
    for one in _preloaded:
        one.socket.close()
        one.process.returncode = 0  # not ours to wait for
    _preloaded.clear()


atexit.register(close_preloaded)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
