"""A real ipykernel whose messages go to the owner through one socket, in order, instead of through ZeroMQ."""

from __future__ import annotations

import signal
import socket
import threading
from functools import partial
from types import SimpleNamespace
from typing import Any

from ipykernel.eventloops import enable_gui
from ipykernel.ipkernel import IPythonKernel
from jupyter_client.session import Session

from .frames import framed
from .streams import Capture, Parent, Turn

BUFFERS = "buffers"


class SocketSession(Session):
    """Packs messages as Jupyter does and writes them to the owner's socket; what was printed before goes first."""

    def connect(self, owner: socket.socket, turn: Turn) -> None:
        """Say where messages go."""
        self.owner, self.turn = owner, turn
        self.capture = Capture(turn, self._stream)

    def send(  # noqa: PLR0913, PLR0917 - the signature of a session
        self,
        stream: Any,  # noqa: ARG002
        msg_or_type: Any,
        content: Any = None,
        parent: Any = None,
        ident: Any = None,  # noqa: ARG002
        buffers: Any = None,
        track: bool = False,  # noqa: ARG002
        header: Any = None,
        metadata: Any = None,
    ) -> Any:
        """Send a message; from a process that the notebook forked nothing is sent, as in ipykernel."""
        message = msg_or_type
        if not isinstance(message, dict):
            message = self.msg(msg_or_type, content, parent, header, metadata)
        if self.capture.is_own_process:
            with self.turn():
                self.capture.send_all()
                self._write(message, buffers or message.get(BUFFERS) or [])
        return message

    def feed_identities(self, msg_list: Any, copy: bool = True) -> Any:  # noqa: ARG002 - as the kernel calls it
        """Nobody but the owner sends."""
        return [], msg_list

    def deserialize(self, msg_list: Any, content: bool = True, copy: bool = True) -> Any:  # noqa: ARG002
        """Requests come in unpacked."""
        return msg_list

    def _stream(self, name: str, text: str, parent: Parent) -> None:
        self._write(self.msg("stream", {"name": name, "text": text}, parent), [])

    def _write(self, message: Any, buffers: Any) -> None:
        body = {key: value for key, value in message.items() if key != BUFFERS}
        self.owner.sendall(framed([self.pack(body), *buffers]))


class ForkedKernel(IPythonKernel):
    """ipykernel's kernel with its channels left out: it is handed requests, one after the other."""

    shell: Any
    session: Any

    def __init__(self, **traits: Any) -> None:
        super().__init__(**traits)  # type: ignore[no-untyped-call]
        # The shell is ipykernel's own class, by whose name libraries tell a notebook from a terminal; it would look for
        # its kernel in an application.
        self.shell.enable_gui = partial(enable_gui, kernel=self)
        self._execute_sleep = 0
        # Where ipykernel 7 looks up in which thread a cell may be interrupted.
        self.shell_channel_thread = SimpleNamespace(parent_thread=threading.main_thread())

    @property
    def _supports_kernel_subshells(self) -> bool:
        return False

    def _abort_queues(self, *_: Any) -> None:
        """Nothing is queued: the owner sends a request when it has the answer to the last one."""

    def pre_handler_hook(self) -> None:
        """Let SIGINT interrupt the cell, but not in the middle of a message."""
        self.saved_sigint_handler = signal.signal(signal.SIGINT, self.session.turn.on_interrupt)
