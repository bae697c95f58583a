"""The process that children are forked from: it imports everything once and has one thread.

It is started with a descriptor as argument: a socket of sequenced packets to the owner. Packets: `fork` with two
descriptors, the child's socket and a pipe; `interrupt PID` and `kill PID`. Into the pipe go the child's process id, as
a line, and how it ended, as another. When the owner is gone, everything ends.
"""

from __future__ import annotations

import builtins
import gc
import importlib
import os
import select
import signal
import socket
import sys
import traceback
from contextlib import suppress
from types import SimpleNamespace
from typing import Any, NoReturn

PRELOADED = (
    "optlib.engine.child",
    "ipykernel.zmqshell",
    "IPython.core.completerlib",
    "IPython.core.logger",
    "IPython.core.magics",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "tornado.platform.asyncio",
    "scipy.optimize",
    "optlib.views",
    "optlib.charts",
)
LIKELY = ("pandas", "plotly.graph_objects")
FORK, INTERRUPT, KILL = b"fork", b"interrupt", b"kill"
SIGNALS = {INTERRUPT: signal.SIGINT, KILL: signal.SIGKILL}
REFUSED = b"refused\n"
_PACKET = 64


class Server:
    """Forks, signals and reaps the children of one owner."""

    def __init__(self, owner: socket.socket) -> None:
        self.owner = owner
        self.pipes: dict[int, int] = {}
        self.wake_end, self.wake_start = os.pipe()
        os.set_blocking(self.wake_end, False)
        os.set_blocking(self.wake_start, False)
        signal.set_wakeup_fd(self.wake_start)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGTERM, lambda *_: None)  # what is to end, ends as the owner hangs up
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the owner, who says what follows from it

    def serve(self) -> None:
        """Do what the owner asks for until it is gone."""
        ends: list[Any] = [self.owner, self.wake_end]
        while True:
            ready, _, _ = select.select(ends, [], [])
            if self.wake_end in ready:
                os.read(self.wake_end, 4096)
                self.reap()
            if self.owner in ready and not self._packet():
                break
        for pid in self.pipes:
            end_group(pid, signal.SIGKILL)

    def reap(self) -> None:
        """Tell the owner of each child that has ended how, and end what it has left behind."""
        for pid in list(self.pipes):
            if os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
                continue
            end_group(pid, signal.SIGKILL)  # while the child isn't reaped, nobody else has its number
            _, status = os.waitpid(pid, 0)
            pipe = self.pipes.pop(pid)
            _tell(pipe, b"%d\n" % os.waitstatus_to_exitcode(status))
            os.close(pipe)

    def _packet(self) -> bool:
        data, descriptors, _, _ = socket.recv_fds(self.owner, _PACKET, 2)
        for descriptor in descriptors:
            os.set_inheritable(descriptor, False)
        word, _, number = data.partition(b" ")
        if word == FORK:
            self._fork(*descriptors)
        elif word in SIGNALS and int(number) in self.pipes:
            end_group(int(number), SIGNALS[word])
        return bool(data)

    def _fork(self, channel: int, pipe: int) -> None:
        if threads() != 1:
            _tell(pipe, REFUSED)
        elif pid := os.fork():
            self.pipes[pid] = pipe
            _tell(pipe, b"%d\n" % pid)
            os.close(channel)
            return
        else:
            self._become_child(channel, pipe)
        os.close(channel)
        os.close(pipe)

    def _become_child(self, channel: int, pipe: int) -> NoReturn:
        log = os.dup(2)  # the notebook's own is captured
        try:
            signal.set_wakeup_fd(-1)
            for number in (signal.SIGCHLD, signal.SIGTERM):
                signal.signal(number, signal.SIG_DFL)
            self.owner.close()
            for descriptor in (self.wake_end, self.wake_start, pipe, *self.pipes.values()):
                os.close(descriptor)
            from .child import live

            live(socket.socket(fileno=channel))
        except BaseException:
            os.write(log, traceback.format_exc().encode())
        finally:
            os._exit(1)


def threads() -> int:
    """How many threads this process has, also those that no Python code knows of."""
    return len(os.listdir("/proc/self/task"))


def end_group(pid: int, number: signal.Signals) -> None:
    """Send a signal to a child and all it has started."""
    try:
        os.killpg(pid, number)
    except (ProcessLookupError, PermissionError):  # forked a moment ago, and has no group of its own yet
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def _tell(pipe: int, line: bytes) -> None:
    with suppress(BrokenPipeError):
        os.write(pipe, line)


def preload() -> None:
    """Import what notebooks of ours use, once for all children."""
    # ipykernel offers its debugger where debugpy is there, which takes long and has no use in a batch.
    sys.modules["debugpy"] = None  # type: ignore[assignment]
    importlib.import_module("ipykernel.debugger")
    del sys.modules["debugpy"]
    for name in PRELOADED:
        importlib.import_module(name)
    importlib.import_module("optlib.catalogue").load_catalogue()
    importlib.import_module("optlib.views.render").compile_templates()
    gc.collect()
    gc.freeze()  # what is there stays there: children share its pages


def preload_likely() -> None:
    """Import what notebooks of others are likely to use."""
    # pandas asks when it is imported whether it is in a notebook, to know how wide a table may be.
    builtins.get_ipython = lambda: SimpleNamespace(kernel=None)  # type: ignore[attr-defined]
    for name in LIKELY:
        importlib.import_module(name)
    del builtins.get_ipython  # type: ignore[attr-defined]


def main() -> None:
    """Preload and serve."""
    owner = socket.socket(fileno=int(sys.argv[1]))
    preload_likely()
    preload()
    Server(owner).serve()
