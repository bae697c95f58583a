"""What nbclient takes for a kernel's client: the messages to and from a child."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from queue import Empty
from typing import Any

from jupyter_client.jsonutil import extract_dates
from jupyter_client.session import Session

from .frames import CHUNK, Frames, framed
from .preloaded import Child

_IOPUB = {"stream", "display_data", "update_display_data", "execute_result", "error", "clear_output"}
_IOPUB |= {"status", "execute_input", "comm_open", "comm_msg", "comm_close", "debug_event"}


class ForkedClient:
    """Sends requests to a child, and hands out what it answers and publishes."""

    def __init__(self, child: Child) -> None:
        self.child = child
        self.session = Session()
        self.is_busy = False
        self.is_holding = True
        self.allow_stdin = False
        self.shell_channel, self.iopub_channel = Channel(self), Channel(self)
        self._held: dict[str, Any] = {}
        self._frames = Frames()
        self._unsent = bytearray()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._waiters: list[asyncio.Future[None]] = []
        self.has_ended = self._has_stopped = False
        child.channel.setblocking(False)

    def start_channels(self) -> None:
        """Nothing to start."""

    def stop_channels(self) -> None:
        """Stop listening, and end what still waits: nbclient leaves a task behind where a cell has timed out."""
        self._has_stopped = True
        self._listen(None)
        self._tell()

    def wait_for_ready(self, timeout: float) -> None:
        """It is ready since it was forked."""

    def is_alive(self) -> bool:
        """Whether more can come."""
        return not self.has_ended

    def execute(self, code: str, **more: Any) -> str:
        """Ask for a cell to be run, and return the request's id."""
        content = {"code": code, "silent": False, "user_expressions": {}, "allow_stdin": False, **more}
        self.is_busy = self.is_holding = True
        return self.request("execute_request", content)

    def kernel_info(self) -> str:
        """Ask what language this is."""
        return self.request("kernel_info_request", {})

    def request(self, kind: str, content: dict[str, Any]) -> str:
        """Send a request, and return its id."""
        message = self.session.msg(kind, content)
        self.send(message)
        return str(message["header"]["msg_id"])

    def send(self, message: dict[str, Any]) -> None:
        """Send a message as soon as the child takes it."""
        buffers = message.pop("buffers", [])
        self._unsent += framed([self.session.pack(message), *buffers])
        self._write()

    async def next(self, waiting: deque[Any], timeout: float | None) -> Any:
        """The next message of a channel; raises Empty where none comes in time, or none can come any more."""
        end = None if timeout is None else time.monotonic() + timeout
        self._listen(asyncio.get_running_loop())
        while not waiting:
            if self._has_stopped:
                raise asyncio.CancelledError
            left = None if end is None else end - time.monotonic()
            # What a cell's answer is held for is only that its outputs are taken: that isn't the cell's time.
            is_over = left is not None and left <= 0 and not self._held
            if is_over or (left is not None and self.has_ended and not self.iopub_channel.waiting):
                raise Empty
            await self._changed(None if left is None else max(left, 0.01))
        message = waiting.popleft()
        if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
            self._release(message["parent_header"].get("msg_id", ""))
        return message

    async def ended(self) -> None:
        """Wait until the child is gone and everything it published was taken."""
        self._listen(asyncio.get_running_loop())
        while not self._has_stopped and not (self.has_ended and self._is_empty()):
            await self._changed(0.05 if self.has_ended else None)

    def _is_empty(self) -> bool:
        return not (self.iopub_channel.waiting or self.shell_channel.waiting)

    async def _changed(self, timeout: float | None) -> None:
        """Wait until anything has changed. Whoever asks waits from this very moment: nothing falls in between."""
        loop = asyncio.get_running_loop()
        change = loop.create_future()
        self._waiters.append(change)
        alarm = loop.call_later(timeout, _resolve, change) if timeout is not None else None
        try:
            await change
        finally:
            if alarm is not None:
                alarm.cancel()

    def _tell(self) -> None:
        waiters, self._waiters = self._waiters, []
        for change in waiters:
            _resolve(change)

    def _listen(self, loop: asyncio.AbstractEventLoop | None) -> None:
        """Hear from the child in a loop: nbclient runs one after another, and none in between."""
        if loop is self._loop:
            return
        if self._loop is not None and not self._loop.is_closed():
            self._loop.remove_reader(self.child.channel)
            self._loop.remove_writer(self.child.channel)
            self._loop.remove_reader(self.child.pipe)
        self._loop = loop
        if loop is not None and not self.has_ended:
            loop.add_reader(self.child.channel, self._read)
            loop.add_reader(self.child.pipe, self._end)
            if self._unsent:
                loop.add_writer(self.child.channel, self._write)

    def _read(self) -> bool:
        """Take what has come; whether there may be more."""
        try:
            data = self.child.channel.recv(CHUNK)
        except (BlockingIOError, InterruptedError):
            return False
        except OSError:
            data = b""
        for body, *buffers in self._frames.feed(data):
            self._take({**self.session.unpack(body), "buffers": buffers})
        if not data:
            self._finish()
        self._tell()
        return bool(data)

    def _end(self) -> None:
        """The child has ended: take what it had sent; what it has forked may hold its socket open."""
        while self._read():
            pass
        self._finish()

    def _finish(self) -> None:
        self.has_ended = True
        self._listen(None)
        self._tell()

    def _take(self, message: dict[str, Any]) -> None:
        message["header"] = extract_dates(message["header"])
        if message["msg_type"] == "execute_reply" and self.is_holding:
            # It comes before "idle", which nbclient then waits for only a moment.
            self._held[message["parent_header"].get("msg_id", "")] = message
        elif message["msg_type"] in _IOPUB:
            self.iopub_channel.waiting.append(message)
        else:
            self.shell_channel.waiting.append(message)

    def hold_no_more(self) -> None:
        """Hand out the cell's answer although outputs are left, which nobody will take."""
        self.is_holding = False
        for request in list(self._held):
            self._release(request)

    def _release(self, request: str) -> None:
        if message := self._held.pop(request, None):
            self.shell_channel.waiting.append(message)
            self.is_busy = False
        self._tell()

    def _write(self) -> None:
        try:
            while self._unsent:
                del self._unsent[: self.child.channel.send(self._unsent)]
        except (BlockingIOError, InterruptedError):
            if self._loop is not None:
                self._loop.add_writer(self.child.channel, self._write)
            return
        except OSError:  # gone, which is noticed where an answer is waited for
            self._unsent.clear()
        if self._loop is not None:
            self._loop.remove_writer(self.child.channel)


def _resolve(change: asyncio.Future[None]) -> None:
    if not change.done():
        change.set_result(None)


class Channel:
    """One of a client's two channels."""

    def __init__(self, client: ForkedClient) -> None:
        self.client = client
        self.waiting: deque[Any] = deque()

    async def get_msg(self, timeout: float | None = None) -> Any:
        """The next message; raises Empty where none comes in time."""
        return await self.client.next(self.waiting, timeout)

    def send(self, message: dict[str, Any]) -> None:
        """Send a message to the child."""
        self.client.send(message)
