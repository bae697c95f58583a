"""What runs in a Dask worker: each of its threads has a process of its own for errands, and keeps it for the next one.

These processes end with the Dask worker, however it ends: they notice that nobody holds the other end of their pipe.
"""

from __future__ import annotations

import os
from threading import get_ident
from typing import Any

from .parcel import Answer, Parcel, answered
from .workers import Worker, new_worker

_workers: dict[int, Worker] = {}
_busy: dict[int, str] = {}


def carry_out(parcel: Parcel) -> Answer:
    """Carry out what is in a parcel, in the process of this thread."""
    thread = get_ident()
    if thread not in _workers:
        _workers[thread] = new_worker()
    worker = _workers[thread]
    _busy[thread] = parcel.mark
    try:
        return answered(parcel, worker)
    finally:
        del _busy[thread]
        if _workers.get(thread) is not worker:
            worker.close()


def stop(mark: str) -> None:
    """End what is running of the batch with this mark; its results are of no use to anybody any more."""
    for thread, batch in list(_busy.items()):
        if batch == mark and (worker := _workers.pop(thread, None)):
            worker.end()


def dask_setup(_worker: Any) -> None:
    """Called by Dask as a worker of `--cluster local` starts: Ctrl-C in the terminal is for the driver alone."""
    os.setsid()
