"""A process that does nothing but reports: it imports once, ranks once, and has notebooks forked from it."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from ..engine.preloaded import ONE_THREAD, CantForkError, can_fork, fork_from_here, may_fork
from ..model import Workbook
from .lean import lean


def load() -> None:
    """Import what a report and its notebooks use, while there is one thread."""
    gc.disable()  # what is imported stays: there is nothing to collect
    try:
        if can_fork():
            from ..engine.server import preload

            with _one_thread():
                preload()
        with lean():
            from . import mail, make  # noqa: F401
    finally:
        gc.enable()


def load_for_many() -> None:
    """Import also what cells of users are likely to use, and make ready what every report needs."""
    from ..engine.server import preload_likely

    with _one_thread():
        preload_likely()
    load()
    import nbformat

    from .export import packed_plotly, template

    template()
    packed_plotly()
    nbformat.validate(nbformat.v4.new_notebook())  # type: ignore[no-untyped-call]  # its schemas are compiled once


def have_forked(workbook: Workbook, today: date, phases: tuple[int, ...]) -> bool:
    """Have notebooks forked from this process, with what most of them show worked out once; whether that can be."""
    if not may_fork():
        return False
    _rank(workbook, today, phases)
    try:
        fork_from_here()
    except CantForkError:
        return False
    return True


def _rank(workbook: Workbook, today: date, phases: tuple[int, ...]) -> None:
    """Ask for what notebooks will ask for: rankings are kept with their workbook, which the forks have too."""
    from ..gates import check
    from ..open_points import open_points

    check(workbook, today)
    for phase in (*phases, None):
        open_points(workbook, today, phase)


@contextmanager
def _one_thread() -> Iterator[None]:
    """Have libraries of linear algebra start no threads while they are imported: a process with any isn't forked."""
    before = {name: os.environ.get(name) for name in ONE_THREAD}
    os.environ |= ONE_THREAD
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
