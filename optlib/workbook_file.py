"""The workbook file: opened, changed and saved so that comments stay and nothing on disk is overwritten unseen."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from .atomic import write_atomically
from .changes import GONE, Clash, merged, same
from .errors import ConflictError, Problem, WorkbookError
from .model import Workbook
from .places import examples_folder
from .reading import Document, build, read_document
from .values import describe, read_date
from .yaml_patch import apply, edits
from .yaml_tree import MAX_BYTES, YamlFault, line_at

ENVIRONMENT_VARIABLE = "OPTLIB_WORKBOOK"
_LOCK_SECONDS = 5.0
_TRIES = 5


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
            self._document = self._saved(workbook)
        for told in self._watchers:
            told(self.workbook)

    def reload(self) -> Workbook:
        """Read the file again and return its workbook; raises WorkbookError and keeps the old value where it can't."""
        self._document = read_document(_read_bytes(self.path), str(self.path))
        return self.workbook

    @property
    def _stem(self) -> str:
        return self.path.stem

    def _saved(self, workbook: Workbook) -> Document:
        for _ in range(_TRIES):
            current = self._current()
            document = self._merged(workbook, current)
            if document is current:
                return document
            # An editor doesn't know our lock: what it saved in the meantime is merged too.
            if _read_bytes(self.path) == current.text.encode():
                self._write(document.text)
                return document
        raise self._error(
            "is changed all the time by another program, so nothing was saved; close that, then try again"
        )

    def _merged(self, workbook: Workbook, current: Document) -> Document:
        """The document to save: the current one, with our changes of what was read before."""
        base, mine, theirs = (value.to_data() for value in (self.workbook, workbook, current.workbook))
        clashes: list[Clash] = []
        wanted = merged(base, mine, theirs, clashes)
        if clashes:
            raise ConflictError(str(self.path), [_conflict(clash, current) for clash in clashes])
        if not same(wanted, mine):
            self._check_merged(wanted)
        return self._patched(current, theirs, wanted)

    def _current(self) -> Document:
        content = _read_bytes(self.path)
        if content == self._document.text.encode():
            return self._document
        try:
            return read_document(content, str(self.path))
        except WorkbookError as error:
            message = (
                "somebody changed the file since it was opened, so nothing was saved; repair it, then change it again"
            )
            raise WorkbookError(error.path, [*error.problems, Problem((), message)]) from None

    def _check_merged(self, wanted: Any) -> None:
        try:
            build(wanted, str(self.path))
        except WorkbookError as error:
            message = "; this comes of a change on disk and one here together: reload the file and change it again"
            problems = [replace(problem, message=problem.message + message) for problem in error.problems]
            raise ConflictError(error.path, problems) from None

    def _patched(self, current: Document, theirs: Any, wanted: Any) -> Document:
        """Write the changes into the text, and read it back: it must say what was meant."""
        changes = edits(theirs, wanted)
        if not changes:
            return current
        document = None
        with suppress(LookupError, YamlFault):
            content = apply(current.text, changes, current.tree).encode()
            if len(content) > MAX_BYTES:
                raise self._error(f"would have more than {MAX_BYTES:,} bytes, so nothing was saved; shorten its texts")
            with suppress(WorkbookError):
                document = read_document(content, str(self.path))
        if document is None or not same(document.workbook.to_data(), wanted):
            places = dict.fromkeys(change.where for change in changes)
            message = "can't be changed as the file is laid out here; nothing was saved, edit the file by hand"
            problems = [Problem(where, message, line_at(current.tree, where)) for where in places]
            raise WorkbookError(str(self.path), problems)
        return document

    def _write(self, text: str) -> None:
        try:
            write_atomically(self.path, text.encode())
        except OSError as error:
            raise self._error(f"can't be saved: {_reason(error)}; the file is as it was") from None

    @contextmanager
    def _lock(self) -> Iterator[None]:
        target = self.path.resolve()
        if not target.is_file():
            raise self._error("was moved or deleted since it was opened; put it back, then save again")
        if not os.access(target, os.W_OK):
            raise self._error("is write-protected, so nothing was saved; change the file's permissions")
        lock = FileLock(target.with_name(f".{target.name}.lock"), timeout=_LOCK_SECONDS)
        try:
            lock.acquire()
        except Timeout:
            raise self._error("is being saved by another program; try again") from None
        except OSError as error:
            raise self._error(f"can't be saved: {_reason(error)}; check the folder's permissions") from None
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
    place = Path(os.path.expanduser(named)) if named else examples_folder() / "optlib.yaml"
    return WorkbookFile(place, read_document(_read_bytes(place), str(place)), read_only=not named)


def day(as_of: str = "") -> date:
    """The day that dates are held against: the given one (YYYY-MM-DD), else today."""
    return read_date(as_of) if as_of else date.today()


def _read_bytes(path: Path) -> bytes:
    try:
        if path.exists() and not path.is_file() and not path.is_dir():
            raise WorkbookError(str(path), [Problem((), "is a pipe or a device; name a workbook file")])
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        message = f"there is no such file; make one with: optlib new {path}"
    except IsADirectoryError:
        message = "is a folder; name a workbook file, for example decisions.yaml"
    except (OSError, ValueError) as error:
        message = f"can't be read: {_reason(error)}"
    raise WorkbookError(str(path), [Problem((), message)])


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)


def _conflict(clash: Clash, current: Document) -> Problem:
    there, here = ("taken out" if value is GONE else describe(value) for value in (clash.theirs, clash.mine))
    message = (
        f"changed on disk since it was opened ({there}), and here too ({here}); reload the file and change it again"
    )
    return Problem(clash.where, message, line_at(current.tree, clash.where))
