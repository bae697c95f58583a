"""A process that has imported what reports need, and forks a keeper for each worker of a batch that asks for one.

It is started as `python -m optlib.batch.nursery DESCRIPTOR`, a socket of sequenced packets to its owner. It says how
many threads it has; then each packet brings a keeper's socket. It ends with its owner; keepers end with theirs.
"""

from __future__ import annotations

import gc
import os
import select
import signal
import socket
import sys
from typing import Any

from .keeper import adopt, end_all, keep


def main() -> None:
    """Import, say with how many threads, and fork keepers until the owner is gone."""
    owner = socket.socket(fileno=int(sys.argv[1]))
    os.set_inheritable(owner.fileno(), False)
    os.dup2(2, 1)
    _preload()
    gc.collect()
    gc.freeze()  # a collection in a child would touch, and so copy, every page
    adopt()
    wake_end, wake_start = os.pipe()
    for end in (wake_end, wake_start):
        os.set_blocking(end, False)
    signal.set_wakeup_fd(wake_start)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    owner.send(b"%d" % len(os.listdir("/proc/self/task")))
    keepers: set[int] = set()
    ends: list[Any] = [owner, wake_end]
    while True:
        ready, _, _ = select.select(ends, [], [])
        if wake_end in ready:
            os.read(wake_end, 4096)
            _reap(keepers)
        if owner in ready:
            data, descriptors, _, _ = socket.recv_fds(owner, 1, 1)
            if not data:
                break
            keepers.add(_keeper(descriptors[0], [owner.fileno(), wake_end, wake_start]))
    for keeper in keepers:  # each ends as its own owner hangs up
        os.waitpid(keeper, 0)


def _preload() -> None:
    from ..report.alone import load_for_many
    from . import about  # noqa: F401

    load_for_many()


def _keeper(descriptor: int, ours: list[int]) -> int:
    """Fork a keeper, and return its process id."""
    keeper = os.fork()
    if keeper:
        os.close(descriptor)
        return keeper
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for end in ours:
            os.close(end)
        keep(socket.socket(fileno=descriptor))
    finally:
        os._exit(0)


def _reap(keepers: set[int]) -> None:
    """Where a keeper was killed, what it leaves behind has become ours, and is ended."""
    for keeper in list(keepers):
        if os.waitpid(keeper, os.WNOHANG)[0]:
            keepers.discard(keeper)
    end_all(but=keepers)


if __name__ == "__main__":
    main()
