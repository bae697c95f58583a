"""Readies the kernel for forms: nothing they show is dropped, and what the browser sends is handled in turn.

A notebook's forms are thousands of messages at once. A kernel holds 1,000 for a server that is slow, and drops the
rest: then controls are missing, and a cell whose end is dropped seems to run for ever.

With ipykernel 7, front ends send what widgets say to a subshell, which is a thread of its own, and from 7.4 on each
message goes to the thread that last spoke to that widget. Two scores typed in a row then come in the wrong order, or at
once; forms, and the session behind them, are made for one thread, as ipywidgets itself is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import cache, partial
from threading import current_thread, main_thread
from typing import Any

_KINDS = ("comm_open", "comm_msg", "comm_close")


def ready_kernel() -> None:
    """Ready the kernel that runs this; outside of one there is nothing to do."""
    from IPython import get_ipython

    kernel = getattr(get_ipython(), "kernel", None)
    if hasattr(kernel, "shell_handlers") and current_thread() is main_thread():
        with suppress(RuntimeError):  # no event loop runs, so no messages come
            _ready(kernel, asyncio.get_running_loop())


@cache
def _ready(kernel: Any, loop: asyncio.AbstractEventLoop) -> None:
    if kernel.iopub_thread is not None:
        hold = partial(kernel.iopub_thread.schedule, partial(_hold_all, kernel.iopub_thread.socket))
        hold()
        kernel.shell.events.register("pre_execute", hold)
    _bring_home(kernel, loop)


def _hold_all(socket: Any) -> None:
    """Drop no message for a receiver that is slow; for the socket's own thread to call.

    It holds for who is connected now: who connects later is held to the limit with which the socket was bound.
    """
    import zmq

    socket.setsockopt(zmq.SNDHWM, 0)


def _bring_home(kernel: Any, loop: asyncio.AbstractEventLoop) -> None:
    """Lead messages to the main thread where the kernel asks, and hand over those that arrive on another one."""
    from ipykernel.comm import comm

    comms: Any = comm.BaseComm
    if hasattr(comms, "_reply_subshell_for"):
        comms._reply_subshell_for = lambda *_: None  # the main shell has no id
    for kind in _KINDS:
        kernel.shell_handlers[kind] = _on_main(kernel.shell_handlers[kind], loop)


def _on_main(handle: Callable[..., Any], loop: asyncio.AbstractEventLoop) -> Callable[..., Any]:
    def handled(*message: Any) -> Any:
        if current_thread() is main_thread():
            return handle(*message)
        return asyncio.wrap_future(asyncio.run_coroutine_threadsafe(_called(handle, *message), loop))

    return handled


async def _called(handle: Callable[..., Any], *message: Any) -> None:
    handle(*message)
