"""Frees what a cell showed when the cell is run again, so that a notebook doesn't fill up with editors nobody sees."""

from __future__ import annotations

from collections.abc import Callable

_by_cell: dict[str, tuple[str, list[Callable[[], None]]]] = {}


def adopt(dispose: Callable[[], None]) -> None:
    """Have `dispose` called when the cell that runs now is run again; outside of a notebook it never is."""
    cell, run = _running()
    if not cell:
        return
    former_run, disposals = _by_cell.get(cell, ("", []))
    if former_run != run:
        for each in disposals:
            each()
        disposals = []
    _by_cell[cell] = (run, [*disposals, dispose])


def _running() -> tuple[str, str]:
    """The id of the cell that runs, and of this run of it; empty where there is none."""
    from IPython import get_ipython

    shell = get_ipython()
    parent = shell.get_parent() if hasattr(shell, "get_parent") else {}
    return parent.get("metadata", {}).get("cellId", ""), parent.get("header", {}).get("msg_id", "")
