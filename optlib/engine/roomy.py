"""nbclient's own kernels, with room for all that a cell shows."""

from __future__ import annotations

import zmq
import zmq.asyncio
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.manager import AsyncKernelManager
from traitlets import Type, default


class RoomyClient(AsyncKernelClient):
    """Takes a kernel's messages without limit.

    By default a socket holds 1,000 and the kernel drops the rest, also the one that says that the cell is done.
    """

    @default("context")
    def _roomy_context(self) -> zmq.asyncio.Context:
        self._created_context = True
        context = zmq.asyncio.Context()
        context.setsockopt(zmq.RCVHWM, 0)
        return context


class RoomyManager(AsyncKernelManager):
    """Starts kernels that are listened to in this way."""

    client_factory = Type(klass=RoomyClient, default_value=RoomyClient)
