"""The life of one child: it becomes a process of its own, runs cells as a kernel, and ends with its owner."""

from __future__ import annotations

import asyncio
import atexit
import ctypes
import json
import logging
import os
import random
import signal
import socket
import sys
from contextlib import suppress
from types import SimpleNamespace
from typing import Any

from IPython.core.shellapp import InteractiveShellApp
from tornado.ioloop import IOLoop
from traitlets.config import Config
from traitlets.config.loader import KeyValueConfigLoader

from .frames import CHUNK, Frames
from .kernel import BUFFERS, ForkedKernel, SocketSession
from .streams import Stream, Turn

SHUTDOWN = "shutdown_request"
EXECUTE = "execute_request"
_PR_SET_PDEATHSIG = 1


def live(owner: socket.socket) -> None:
    """Run what the owner asks for until it hangs up or asks for the end, and exit."""
    become_own_process()
    frames = Frames()
    start, early = _start(owner, frames)
    take_surroundings(start)
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    is_asked = loop.run_until_complete(_serve(owner, frames, early, start["arguments"]))
    if is_asked:
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(0)


def become_own_process() -> None:
    """Take a session of one's own, die with the parent, and read nothing."""
    os.setsid()
    parent = os.getppid()
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it was gone before that took effect
        os._exit(1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)


def take_surroundings(start: dict[str, Any]) -> None:
    """Take the owner's environment and the notebook's folder; random numbers start anew."""
    os.environ.clear()
    os.environ.update(start["environment"])
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    os.chdir(start["folder"])
    sys.argv = ["optlib"]
    like_a_kernel: Any = SimpleNamespace(ignore_cwd=False)
    InteractiveShellApp.init_path(like_a_kernel)  # type: ignore[no-untyped-call]  # adds the notebook's folder
    random.seed()
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed()


def _start(owner: socket.socket, frames: Frames) -> tuple[dict[str, Any], list[list[bytes]]]:
    """The first message, and what has come behind it."""
    while True:
        data = owner.recv(CHUNK)
        if not data:
            os._exit(0)
        if messages := list(frames.feed(data)):
            return json.loads(messages[0][0]), messages[1:]


async def _serve(owner: socket.socket, frames: Frames, early: list[list[bytes]], arguments: list[str]) -> bool:
    """Answer requests; True when asked for the end, False where the owner is gone or a cell has quit."""
    log = _log()
    session = SocketSession()
    session.connect(owner, Turn())
    kernel = _kernel(session, arguments, log)
    _wake_for_signals(asyncio.get_running_loop())
    queue: asyncio.Queue[list[bytes]] = asyncio.Queue()
    for message in early:
        queue.put_nowait(message)
    asyncio.get_running_loop().add_reader(owner, _read, owner, frames, queue)
    while message := await queue.get():
        request = {**session.unpack(message[0]), BUFFERS: message[1:]}
        kind = request["header"]["msg_type"]
        if kind == SHUTDOWN:
            return True
        if kind == EXECUTE and kernel.shell.exit_now:
            return False
        await kernel.dispatch_shell(request)
    return False


def _read(owner: socket.socket, frames: Frames, queue: asyncio.Queue[list[bytes]]) -> None:
    try:
        data = owner.recv(CHUNK)
    except OSError:
        data = b""
    for message in frames.feed(data):
        queue.put_nowait(message)
    if not data:
        asyncio.get_running_loop().remove_reader(owner)
        queue.put_nowait([])  # nothing more can come


def _wake_for_signals(loop: asyncio.AbstractEventLoop) -> None:
    """Have the loop go round when a signal comes, so that an interrupt ends a cell that awaits something.

    ipykernel hands an interrupt to the loop, but by itself a loop that waits would see it only when it wakes.
    """
    end, start = socket.socketpair()
    end.setblocking(False)
    start.setblocking(False)
    loop.add_reader(end, lambda: end.recv(CHUNK))
    signal.set_wakeup_fd(start.detach(), warn_on_full_buffer=False)


def _log() -> logging.Logger:
    """Where the kernel says that it is at fault itself: to the owner's stderr, which isn't the notebook's."""
    handler = logging.StreamHandler(os.fdopen(os.dup(2), "w"))
    handler.setLevel(logging.ERROR)
    log = logging.getLogger("optlib.engine.child")
    log.propagate = False
    log.addHandler(handler)
    return log


def _kernel(session: SocketSession, arguments: list[str], log: logging.Logger) -> ForkedKernel:
    sys.stdout, sys.stderr = Stream(session.capture, "stdout"), Stream(session.capture, "stderr")
    # History would be a database and a thread; nbclient keeps it in memory, and so do `In`, `Out` and %history.
    config = Config({"HistoryManager": {"enabled": False}})
    config.merge(KeyValueConfigLoader(argv=arguments).load_config())
    kernel = ForkedKernel.instance(session=session, config=config, log=log, user_ns=None)
    kernel.io_loop = IOLoop.current()
    kernel.shell.exit_now = False
    kernel.shell.extension_manager.load_extension("storemagic")
    return kernel
