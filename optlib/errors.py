"""The errors optlib raises, each saying what is wrong, where, and what to do.

OptlibError
    WorkbookError     the workbook can't be read or saved (carries every Problem found)
        ConflictError     somebody else changed the same place of the file (carries every Collision)
        SaveError         the file itself can't be saved as things are now: disk full, read-only, locked, gone
    HistoryError      a workbook has no history, or none of that number
    RunError          a notebook failed while a report was made
    CatalogueError    the shipped catalogue is broken, or a name isn't in it
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Location = tuple[str | int, ...]


@dataclass(frozen=True)
class Problem:
    """One thing wrong in a workbook: its place, its line (from 1; 0 if unknown), what is wrong and what to do."""

    where: Location
    message: str
    line: int = 0

    @property
    def place(self) -> str:
        """The place in dotted form, as a reader would look it up: `options.data_state.weights`."""
        return dotted(self.where)


@dataclass(frozen=True)
class Collision:
    """A place that two people changed in different ways: what stood there before, and what each made of it.

    The values are plain data, `changes.GONE` where nothing stands.
    """

    where: Location
    base: Any
    mine: Any
    theirs: Any


def dotted(where: Location) -> str:
    """Write a location as `options.data_state.candidates.redis.pros[0]`."""
    text = ""
    for part in where:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


class OptlibError(Exception):
    """Anything optlib tells its user about without a traceback."""

    def _render_traceback_(self) -> list[str]:
        """Show only the words in a notebook too."""
        return [f"Error: {self}"]


class CatalogueError(OptlibError):
    """The shipped catalogue is broken, or a name isn't in it."""


class WorkbookError(OptlibError):
    """A workbook can't be read or saved; `problems` holds every fault found, not just the first."""

    def __init__(self, path: str, problems: list[Problem]) -> None:
        self.path = path
        self.problems = problems
        super().__init__("\n".join(_line(path, problem) for problem in problems))


class ConflictError(WorkbookError):
    """The file was changed on disk in the very place that is being saved; nothing was written.

    `collisions` are the places to choose at, where a choice settles it.
    """

    def __init__(self, path: str, problems: list[Problem], collisions: Sequence[Collision] = ()) -> None:
        self.collisions = tuple(collisions)
        super().__init__(path, problems)


class SaveError(WorkbookError):
    """The file can't be saved as things are now; it is as it was, and so is the value in memory.

    `is_lost` says that it is gone or holds no workbook any more, so that its last good text can be put back.
    """

    def __init__(self, path: str, problems: list[Problem], is_lost: bool = False) -> None:
        self.is_lost = is_lost
        super().__init__(path, problems)


class HistoryError(OptlibError):
    """A workbook has no history yet, or no entry of that number in it."""


class RunError(OptlibError):
    """A notebook cell failed while a report was made."""

    def __init__(self, notebook: str, cell: str, message: str) -> None:
        self.notebook = notebook
        self.cell = cell
        super().__init__(f"{notebook}, cell {cell}: {message}")


def _line(path: str, problem: Problem) -> str:
    line = f":{problem.line}" if problem.line else ""
    place = f" {problem.place}:" if problem.where else ""
    return f"{path}{line}:{place} {problem.message}"
