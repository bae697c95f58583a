"""The owner's end of a nursery: one for all workers of this process, there while any of them is."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from threading import Lock

from ..engine.preloaded import ONE_THREAD, CantForkError

_PACKET = 16


class Nursery:
    """A nursery that was started. Raises CantForkError where it didn't start, or can't be forked from."""

    def __init__(self) -> None:
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - this Python, with a module of ours
                [sys.executable, "-P", "-m", "optlib.batch.nursery", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                start_new_session=True,
                env=os.environ | ONE_THREAD,
            )
        if self._socket.recv(_PACKET) != b"1":
            self.close()
            raise CantForkError("the process to fork from didn't start, or has threads")

    def keeper(self) -> socket.socket | None:
        """The socket of a new keeper; None where the nursery is gone."""
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                socket.send_fds(self._socket, [b"+"], [theirs.fileno()])
            except OSError:
                ours.close()
                return None
        return ours

    def close(self) -> None:
        """Hang up, and wait until it has ended."""
        self._socket.close()
        self._process.wait()


_lock = Lock()
_nurseries: list[Nursery] = []
_users = [0]


def new_keeper(is_more: bool = True) -> socket.socket:
    """The socket of a new keeper, for one more worker or in the place of one's last. Raises CantForkError."""
    with _lock:
        keeper = _nurseries[0].keeper() if _nurseries else None
        while keeper is None:
            while _nurseries:
                _nurseries.pop().close()
            _nurseries.append(Nursery())
            keeper = _nurseries[0].keeper()
        _users[0] += is_more
        return keeper


def release_keeper() -> None:
    """One worker less; the nursery ends with the last one."""
    with _lock:
        _users[0] -= 1
        while _nurseries and not _users[0]:
            _nurseries.pop().close()
