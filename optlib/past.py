"""Keeps a workbook's history while it is saved, and makes the way back from it: undo, redo, and older versions.

The history serves the workbook: where it can't be written the save stands all the same, and `fault` says why.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Literal

from .change_words import changes_in_words
from .changes import Whose, same
from .disk import Place, reason
from .errors import HistoryError, WorkbookError
from .history import CHANGES, History, Version
from .history_lines import Entry, digest
from .merging import Data, Merge, Next
from .reading import Document, read_document
from .yaml_patch import edits

Back = Literal["undo", "redo"]

_START = "as it was before the first change that is recorded"
_OUTSIDE = "changed outside optlib"
_MOST_VALUES = 50
_SAID = {
    "undo": "changed since ({theirs}), so going back to what stood there before ({mine}) would overwrite that; change "
    "it by hand",
    "redo": "changed since ({theirs}), so making it again ({mine}) would overwrite that; change it by hand",
}


@dataclass(frozen=True)
class Step:
    """A change that was undone or made again: what it was, and when it was made."""

    what: str
    when: datetime


class Past:
    """The history of one workbook file, as its saving meets it."""

    def __init__(self, place: Place) -> None:
        self.fault = ""
        self._place = place
        self._kept_in = History(place.target)
        self._values: dict[str, str] = {}

    def learn(self, opened: Document, found: Document) -> None:
        """Note the text that was opened, and the one that is on disk now, where no save of ours made them."""
        with self._kept():
            self._history.read()
            if self._history.is_latest(found.text):
                return
            if not self._history.entries:
                self._history.add("start", opened.text, _START)
            elif opened is found or not self._history.knows(opened.text):
                self._history.add("outside", opened.text, _OUTSIDE)
            if opened is not found:
                changes = changes_in_words(edits(opened.data, found.data), opened.data)
                self._history.add("outside", found.text, f"{_OUTSIDE}: {changes}")

    def note(self, current: Document, new: Next) -> None:
        """Note what was saved just now; a change that goes back to what stood before is the undo of that."""
        if new.kind in CHANGES and new.document.text == current.text:
            return
        new = self._undoing(current, new) if new.kind == "save" else new
        with self._kept():
            self._history.note(new.kind, current.text, new.document.text, new.what, new.of)
        self._remember(current)
        self._remember(new.document)

    def note_back(self, new: Next) -> None:
        """Note that a version was written where the file was lost."""
        with self._kept():
            self._history.read()
            last = self._last()
            if last is None:
                last = new.document.text
                self._history.add("start", last, _START)
            self._history.note(new.kind, last, new.document.text, new.what, new.of)

    def top(self, kind: Back, text: str) -> Entry | None:
        """The entry that an undo or redo takes back, the disk holding this text; None where there is none."""
        known = {digest(text): text}
        try:
            self._history.read()
        except OSError as error:
            self.fault = f"the history can't be read: {reason(error)}"
            return None
        return self._history.to_undo(known) if kind == "undo" else self._history.to_redo(known)

    def taken_back(self, kind: Back, entry: Entry, current: Document, whose: Whose) -> Next:
        """The document without what the entry did: its text before, or that change taken out of what is there now.

        Raises ConflictError where somebody changed the same places since, SaveError where the text is lost.
        """
        index = self._history.index(entry.number)
        known = {digest(current.text): current.text}
        before = self._document(self._history.text_before(index, known), entry.number)
        if entry.after == digest(current.text):
            return Next(before, entry.what, kind, entry.root)
        after = self._document(self._history.text(index, known), entry.number)
        name = str(self._place.path)
        new = Merge(name, after.data, before.data, current, whose, _SAID[kind]).next()
        return Next(new.document, entry.what, kind, entry.root)

    def going_back(self, current: Document, wanted: Data) -> Next | None:
        """The document before the latest change, or before its undo, where the wanted value is that one's.

        So an editor that undoes by itself gets back the comments and the layout too.
        """
        value = _value_digest(wanted)
        for kind, entry in self._tops(current.text):
            if self._values.get(entry.before) == value:
                text = self._history.text_before(self._history.index(entry.number), {entry.after: current.text})
                document = read_document((text or "").encode(), str(self._place.path))
                return Next(document, entry.what, kind, entry.root) if same(document.data, wanted) else None
        return None

    def versions(self) -> list[Version]:
        """Every version, newest first, the one that the disk holds marked; raises HistoryError."""
        self._read()
        return self._history.versions(next(iter(self._on_disk()), ""))

    def text(self, number: int) -> str:
        """The text of a version; raises HistoryError."""
        self._read()
        return self._there(self._history.text(self._history.index(number), self._on_disk()), number)

    def text_before(self, number: int) -> str:
        """The text that a version was made of, empty where it is the first; raises HistoryError."""
        self._read()
        index = self._history.index(number)
        text = self._history.text_before(index, self._on_disk())
        return "" if text is None and index == 0 else self._there(text, number)

    def latest(self, opened: Document | None) -> Document | None:
        """The last good text: that of the last version, but the opened one where the history knows nothing of that."""
        with suppress(OSError, WorkbookError):
            self._history.read()
            is_known = opened is None or self._history.knows(opened.text)
            last = self._last() if is_known else None
            return opened if last is None else read_document(last.encode(), str(self._place.path))
        return opened

    @property
    def _history(self) -> History:
        """The history of the file that the workbook's path leads to now: a link may come to lead elsewhere."""
        if self._kept_in.target != (target := self._place.target):
            self._kept_in = History(target)
        return self._kept_in

    def _last(self) -> str | None:
        return self._history.text(len(self._history.entries) - 1, {}) if self._history.entries else None

    def _undoing(self, current: Document, new: Next) -> Next:
        """What is saved, as the undo or redo that it is where it leads back to the text before that."""
        after = digest(new.document.text)
        for kind, entry in self._tops(current.text):
            if entry.before == after:
                return replace(new, kind=kind, of=entry.root, what=entry.what)
        return new

    def _tops(self, text: str) -> Iterator[tuple[Back, Entry]]:
        """What could be undone and redone, where the disk holds just what that wrote."""
        kinds: tuple[Back, Back] = ("undo", "redo")
        for kind in kinds:
            entry = self.top(kind, text)
            if entry and entry.after == digest(text):
                yield kind, entry

    def _remember(self, document: Document) -> None:
        self._values[digest(document.text)] = _value_digest(document.data)
        while len(self._values) > _MOST_VALUES:
            del self._values[next(iter(self._values))]

    def _document(self, text: str | None, number: int) -> Document:
        why = "its text is lost"
        try:
            if text is not None:
                return read_document(text.encode(), str(self._place.path))
        except WorkbookError as error:
            why = error.problems[0].message
        raise self._place.fault(f"can't go back to what stood there at version {number}: {why}")

    def _there(self, text: str | None, number: int) -> str:
        if text is None:
            raise HistoryError(f"{self._place.path}: the text of version {number} is lost; choose a newer one")
        return text

    def _on_disk(self) -> dict[str, str]:
        try:
            text = (self._place.content() or b"").decode()
        except (WorkbookError, UnicodeDecodeError):
            return {}
        return {digest(text): text}

    def _read(self) -> None:
        try:
            self._history.read()
        except OSError as error:
            raise HistoryError(f"the history of {self._place.path} can't be read: {reason(error)}") from None

    @contextmanager
    def _kept(self) -> Iterator[None]:
        """Let a save stand whose history can't be kept, and say why."""
        try:
            yield
            self.fault = ""
        except (OSError, ValueError) as error:
            self.fault = f"the history can't be kept: {reason(error)}; what is saved is saved, but can't be undone"


def is_workbook(content: bytes) -> bool:
    """Whether a file with this content could be opened."""
    with suppress(WorkbookError):
        read_document(content, "")
        return True
    return False


def _value_digest(data: Data) -> str:
    return sha256(repr(data).encode("utf-8", "surrogatepass")).hexdigest()
