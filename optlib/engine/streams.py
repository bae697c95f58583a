"""What a notebook writes: to sys.stdout and sys.stderr, and, by subprocesses and C code, to the file descriptors.

Both come together in the order they were written, and go out as `stream` messages: when the notebook flushes or shows
something else, at the end of a cell, and after a moment in any case.
"""

from __future__ import annotations

import codecs
import io
import os
import select
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import Any

from .frames import CHUNK

NAMES = {"stdout": 1, "stderr": 2}
MOMENT = 0.2
_LONGEST = 1 << 20  # characters kept back at most

Parent = dict[str, Any]
Send = Callable[[str, str, Parent], None]


class Turn:
    """Lets one thread at a time write to the owner, and puts off a KeyboardInterrupt until what it writes is whole."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._depth = 0
        self._is_interrupted = False

    @contextmanager
    def __call__(self) -> Iterator[None]:
        """Hold the turn."""
        is_main = threading.current_thread() is threading.main_thread()
        self._depth += is_main
        try:
            with self._lock:
                yield
        finally:
            self._depth -= is_main
            if is_main and not self._depth and self._is_interrupted:
                self._is_interrupted = False
                raise KeyboardInterrupt

    def on_interrupt(self, *_: Any) -> None:
        """The handler of SIGINT while a cell runs; Python calls it in the main thread only."""
        if self._depth:
            self._is_interrupted = True
        else:
            raise KeyboardInterrupt


class Capture:
    """Holds both streams, and a thread that reads what comes through the file descriptors."""

    def __init__(self, turn: Turn, send: Send) -> None:
        self._turn, self._send = turn, send
        self._pid = os.getpid()
        self._parent_here: ContextVar[Parent] = ContextVar("parent_of_output")
        self._parent: Parent = {}
        self._written: dict[str, list[tuple[Parent, str]]] = {name: [] for name in NAMES}
        self._size = 0
        self._flushed: list[tuple[str, Parent, list[str]]] = []
        self._since = 0.0
        self._pipes = {name: _Pipe(number) for name, number in NAMES.items()}
        self._wake_end, self._wake_start = os.pipe()
        threading.Thread(target=self._watch, name="optlib-output", daemon=True).start()

    @property
    def is_own_process(self) -> bool:
        """False in a process that the notebook forked, which has no part in this protocol."""
        return os.getpid() == self._pid

    def set_parent(self, parent: Parent) -> None:
        """From here on, and in tasks that start here, output belongs to this request."""
        self._parent = parent
        self._parent_here.set(parent)

    def write(self, name: str, text: str) -> None:
        """Take what Python code writes, after what has come through the file descriptors before."""
        if not self.is_own_process:
            os.write(NAMES[name], text.encode(errors="replace"))
            return
        with self._turn():
            self._read_pipes()
            self._take(name, self._parent_here.get(self._parent), text)
            if self._size > _LONGEST:
                self.send_all()

    def flush(self, name: str) -> None:
        """Fix the place of what was written to a stream among the other outputs; it is sent within a moment."""
        if self.is_own_process:
            with self._turn():
                self._read_pipes()
                self._fix(name)

    def send_all(self) -> None:
        """Send everything written so far."""
        with self._turn():
            self._read_pipes()
            for name in NAMES:
                self._fix(name)
            flushed, self._flushed = self._flushed, []
            self._size, self._since = 0, 0.0
            for name, parent, texts in flushed:
                self._send(name, "".join(texts), parent)

    def _take(self, name: str, parent: Parent, text: str) -> None:
        if not text:
            return
        self._written[name].append((parent, text))
        self._size += len(text)
        if not self._since:
            self._since = time.monotonic()
            with suppress(BlockingIOError):
                os.write(self._wake_start, b"!")

    def _fix(self, name: str) -> None:
        for parent, text in self._written[name]:
            last = self._flushed[-1] if self._flushed else None
            if last and last[0] == name and last[1] is parent:
                last[2].append(text)
            else:
                self._flushed.append((name, parent, [text]))
        self._written[name].clear()

    def _read_pipes(self) -> None:
        for name, pipe in self._pipes.items():
            self._take(name, self._parent, pipe.read())

    def _watch(self) -> None:
        poll = select.poll()
        for end in (self._wake_end, *(pipe.end for pipe in self._pipes.values())):
            poll.register(end, select.POLLIN)
        while True:
            since = self._since
            wait = max(since + MOMENT - time.monotonic(), 0) * 1000 if since else None
            ready = {number for number, _ in poll.poll(wait)}
            if self._wake_end in ready:
                os.read(self._wake_end, CHUNK)
            with self._turn():
                self._read_pipes()
                if self._since and time.monotonic() >= self._since + MOMENT:
                    self.send_all()


class _Pipe:
    """A pipe in the place of a file descriptor, and what of its text isn't complete yet."""

    def __init__(self, number: int) -> None:
        self.end, start = os.pipe()
        os.set_blocking(self.end, False)
        os.dup2(start, number)  # `start` stays open too: what the notebook does to its descriptor doesn't end this
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")

    def read(self) -> str:
        """What has come so far."""
        text = ""
        with suppress(BlockingIOError):
            while data := os.read(self.end, CHUNK):
                text += self._decoder.decode(data)
        return text


class Stream(io.TextIOBase):
    """Stands for sys.stdout or sys.stderr."""

    def __init__(self, capture: Capture, name: str) -> None:
        self._capture = capture
        self.name = name

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """Text is never encoded on its way."""
        return "UTF-8"

    def write(self, text: str) -> int:
        """Take text; raises TypeError for anything else, as every text stream does."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text)}")
        self._capture.write(self.name, text)
        return len(text)

    def flush(self) -> None:
        """Fix the place of what was written among the other outputs."""
        self._capture.flush(self.name)

    def fileno(self) -> int:
        """The descriptor, which is captured too: `subprocess.run(..., stdout=sys.stdout)` shows in the notebook."""
        return NAMES[self.name]

    def writable(self) -> bool:
        """Text can be written."""
        return True

    def isatty(self) -> bool:
        """No terminal."""
        return False

    def set_parent(self, parent: Parent) -> None:
        """The shell tells its streams which request it runs."""
        self._capture.set_parent(parent.get("header", parent))
