"""The workbook file: opened, changed and saved so that comments stay and nothing on disk is overwritten unseen."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from .atomic import write_atomically
from .errors import ConflictError, Location, Problem, WorkbookError
from .model import Workbook
from .places import examples_folder
from .reading import Document, build, read_document
from .values import read_date
from .yaml_patch import Edit, apply, edits

ENVIRONMENT_VARIABLE = "OPTLIB_WORKBOOK"
_LOCK_SECONDS = 5.0


class WorkbookFile:
    """A workbook on disk; `workbook` is its value, `put` changes it."""

    def __init__(self, path: Path, document: Document, read_only: bool = False) -> None:
        self.path = path
        self.read_only = read_only
        self._document = document
        self._watchers: list[Callable[[Workbook], None]] = []

    @property
    def workbook(self) -> Workbook:
        """The workbook as it was last read or saved."""
        return self._document.workbook

    @property
    def sha256(self) -> str:
        """The hash of the text as it was last read or saved."""
        return sha256(self._document.text.encode()).hexdigest()

    def watch(self, told: Callable[[Workbook], None]) -> None:
        """Call `told` with the new workbook after each save."""
        self._watchers.append(told)

    def put(self, workbook: Workbook) -> None:
        """Save a new value: only the lines of what changed are rewritten.

        What somebody else saved meanwhile is merged. Raises WorkbookError where the value isn't a sound workbook, the
        file can't be written or no longer holds one, and ConflictError where both changed the same place; the file is
        then as it was.
        """
        if self.read_only:
            raise self._error(f"is a shipped example, opened to read; copy it with: optlib new --example {self._stem}")
        workbook = build(workbook.to_data(), str(self.path))
        with self._lock():
            document = self._merged(workbook)
            if document.text != self._on_disk().decode("utf-8"):
                self._write(document.text)
        self._document = document
        for told in self._watchers:
            told(document.workbook)

    def reload(self) -> Workbook:
        """Read the file again and return its workbook; raises WorkbookError and keeps the old value where it can't."""
        self._document = read_document(self._on_disk(), str(self.path))
        return self.workbook

    @property
    def _stem(self) -> str:
        return self.path.stem

    def _merged(self, workbook: Workbook) -> Document:
        base = self._document.workbook.to_data()
        content = self._on_disk()
        current = self._document
        if content != current.text.encode():
            current = read_document(content, str(self.path))
        mine = edits(base, workbook.to_data())
        theirs = edits(base, current.workbook.to_data())
        self._refuse_collisions(mine, theirs)
        wanted = None if theirs else workbook.to_data()
        return self._patched(current, mine, wanted)

    def _patched(self, current: Document, mine: list[Edit], wanted: Any) -> Document:
        """Apply the edits and read the result back; where it isn't what was meant, rewrite the whole section."""
        if not mine:
            return current
        coarse = [Edit("set", (key,), wanted[key]) for key in _sections(mine) if key in wanted] if wanted else []
        for attempt in (mine, coarse):
            try:
                document = read_document(apply(current.text, attempt).encode(), str(self.path))
            except (LookupError, ValueError, WorkbookError):
                continue
            if wanted is None or document.workbook.to_data() == wanted:
                return document
        raise self._error("this change can't be written into the file as it is laid out; edit the file by hand")

    def _refuse_collisions(self, mine: list[Edit], theirs: list[Edit]) -> None:
        taken = [_unit(edit.where) for edit in theirs]
        both = sorted({_unit(edit.where) for edit in mine if any(_overlap(_unit(edit.where), unit) for unit in taken)})
        if both:
            message = "was changed on disk since it was opened, and here too; reload the file and change it again"
            raise ConflictError(str(self.path), [Problem(where, message) for where in both])

    def _on_disk(self) -> bytes:
        return _read_bytes(self.path)

    def _write(self, text: str) -> None:
        try:
            write_atomically(self.path, text.encode())
        except OSError as error:
            raise self._error(f"can't be saved: {error.strerror}; the file is as it was") from None

    @contextmanager
    def _lock(self) -> Iterator[None]:
        target = self.path.resolve()
        lock = FileLock(target.with_name(f".{target.name}.lock"), timeout=_LOCK_SECONDS)
        try:
            lock.acquire()
        except Timeout:
            raise self._error("is being saved by another program; try again") from None
        except OSError as error:
            raise self._error(f"can't be saved: {error.strerror}; check the folder's permissions") from None
        try:
            yield
        finally:
            lock.release()

    def _error(self, message: str) -> WorkbookError:
        return WorkbookError(str(self.path), [Problem((), message)])


def open_workbook(path: str | Path = "") -> WorkbookFile:
    """Open a workbook file.

    Without a path it is the one that `optlib edit` was called with, else the shipped example, to read only. Raises
    WorkbookError with every problem of the file, each with its line.
    """
    named = str(path) or os.environ.get(ENVIRONMENT_VARIABLE, "")
    place = Path(named).expanduser() if named else examples_folder() / "optlib.yaml"
    return WorkbookFile(place, read_document(_read_bytes(place), str(place)), read_only=not named)


def day(as_of: str = "") -> date:
    """The day that dates are held against: the given one (YYYY-MM-DD), else today."""
    return read_date(as_of) if as_of else date.today()


def _read_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        message = f"there is no such file; make one with: optlib new {path}"
    except IsADirectoryError:
        message = "is a folder; name a workbook file, for example decisions.yaml"
    except OSError as error:
        message = f"can't be read: {error.strerror}"
    raise WorkbookError(str(path), [Problem((), message)])


def _sections(changes: list[Edit]) -> list[str]:
    return list(dict.fromkeys(str(change.where[0]) for change in changes if change.where))


def _unit(where: Location) -> Location:
    """The smallest thing that two people can't change at once: a field, or a whole list."""
    for index, part in enumerate(where):
        if isinstance(part, int):
            return where[:index]
    return where


def _overlap(one: Location, other: Location) -> bool:
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]


