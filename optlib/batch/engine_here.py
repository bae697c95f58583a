"""The engine's server, forked from this process instead of started: all that it would import is there already."""

from __future__ import annotations

import os
import signal
import socket
import traceback
from typing import NoReturn

from ..engine import preloaded
from ..engine.server import Server


class ForkedProcess:
    """A forked process, as far as the owner of a server asks for it."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Its exit status, None while it runs."""
        return self._asked(os.WNOHANG)

    def wait(self, timeout: float | None = None) -> int | None:  # noqa: ARG002 - it ends with the socket to it
        """Its exit status, once it has ended."""
        return self._asked(0)

    def kill(self) -> None:
        """End it."""
        os.kill(self.pid, signal.SIGKILL)

    def _asked(self, how: int) -> int | None:
        if self.returncode is None:
            ended, status = os.waitpid(self.pid, how)
            if ended:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode


class ServerFromHere(preloaded.Preloaded):
    """A server that this process has forked; it must have one thread, and have preloaded."""

    def __init__(self) -> None:
        self.owner_pid = os.getpid()
        self.python = preloaded._python_variables()
        self.socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            pid = os.fork()
            if pid == 0:
                self.socket.close()
                _serve(theirs)
        self.process = ForkedProcess(pid)  # type: ignore[assignment]


def fork_server() -> None:
    """Have the notebooks of this process run in children of a server that is forked now."""
    preloaded.close_preloaded()
    preloaded._preloaded.append(ServerFromHere())


def _serve(owner: socket.socket) -> NoReturn:
    try:
        Server(owner).serve()
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(0)
