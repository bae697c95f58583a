"""nbclient's own kernels, with room for all that a cell shows."""

from __future__ import annotations

from queue import Empty
from time import monotonic
from typing import Any

import zmq
import zmq.asyncio
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.channels import AsyncZMQSocketChannel
from jupyter_client.manager import AsyncKernelManager
from traitlets import Type, default

LOOK = 1.0
"""Seconds between two looks whether the kernel has answered."""
_LAUNCHER = "ipykernel_launcher"
# What the kernel runs before anything else, by its own means: it may be one of another environment. The limit is lifted
# for who is connected, before each cell, since who connects later is held to the one with which the socket was bound.
_HOLD_ALL = (
    "get_ipython().events.register('pre_execute', lambda: get_ipython().kernel.iopub_thread.schedule("
    f"lambda: get_ipython().kernel.iopub_thread.socket.setsockopt({int(zmq.SNDHWM)}, 0)))"
)


class WatchfulChannel(AsyncZMQSocketChannel):
    """Looks for an answer again and again.

    What is sent through a socket can swallow the word that something has come. nbclient sends while it waits for the
    end of a cell that writes into an output widget, and would then wait until the cell's time is up.
    """

    async def get_msg(self, timeout: float | None = None) -> dict[str, Any]:  # type: ignore[override]
        """The next message; raises Empty where none comes in time."""
        end = None if timeout is None else monotonic() + timeout
        while True:
            left = LOOK if end is None else min(LOOK, max(0.0, end - monotonic()))
            try:
                return await super().get_msg(left)
            except Empty:
                if end is not None and monotonic() >= end:
                    raise


class RoomyClient(AsyncKernelClient):
    """Takes a kernel's messages without limit.

    By default a socket holds 1,000 and the kernel drops the rest, also the one that says that the cell is done.
    """

    shell_channel_class = Type(WatchfulChannel)

    @default("context")
    def _roomy_context(self) -> zmq.asyncio.Context:
        self._created_context = True
        context = zmq.asyncio.Context()
        context.setsockopt(zmq.RCVHWM, 0)
        return context


class RoomyManager(AsyncKernelManager):
    """Starts kernels that are listened to in this way, and that hold all they have to say while nobody has time."""

    client_factory = Type(klass=RoomyClient, default_value=RoomyClient)

    def format_kernel_cmd(self, extra_arguments: list[str] | None = None) -> list[str]:
        """The command that starts the kernel."""
        command: list[str] = super().format_kernel_cmd(extra_arguments)
        return [*command, f"--IPKernelApp.exec_lines={_HOLD_ALL}"] if _LAUNCHER in command else command
