"""The history of a workbook file: every version of its text, who made it and how, in one file beside it.

Lines are only ever added, under the workbook's lock, until there are too many. What is torn or garbled costs the
entries before it, never the workbook: its text is in its own file, and the history holds what led to it.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from .atomic import write_atomically
from .beside import beside, make_folder, open_beside, user
from .errors import HistoryError
from .history_lines import Entry, digest, entry_in, line_of, now, packed, unpacked, words
from .text_patch import patch_between, patched, reverted

MOST_ENTRIES = 1_000
"""More are not kept: weeks of work, and read in a few milliseconds."""
MOST_BYTES = 5_000_000
"""A history file isn't larger, but for one version that alone takes more."""
CHANGES = ("save", "restore")
"""The kinds of entries that stand for a change of one's own, to be undone."""
_TOLD = {"undo": "undid {}: {}", "redo": "made again {}: {}"}
_KEPT = 3 / 4
_TAIL = 200


@dataclass(frozen=True)
class Version:
    """One version of a workbook: its number, and when, by whom and by which change it came about."""

    number: int
    when: datetime
    who: str
    what: str
    is_current: bool = False
    is_undone: bool = False


class History:
    """The entries of one workbook's history file, oldest first; `read` brings them up to date."""

    def __init__(self, target: Path) -> None:
        self.target = target
        self.entries: list[Entry] = []
        self._place = beside(target, "history.jsonl")
        self._seen: tuple[int, ...] = ()
        self._end = 0
        self._tail = b""

    def read(self) -> None:
        """Read what was added, by whomever; raises OSError where the file can't be read."""
        with suppress(FileNotFoundError, NotADirectoryError):
            if self._signature(os.stat(self._place, follow_symlinks=False)) == self._seen:
                return
            with os.fdopen(open_beside(self._place, os.O_RDONLY, self.target), "rb") as file:
                found = os.fstat(file.fileno())
                file.seek(self._end - len(self._tail))
                if self._seen[:1] != (found.st_ino,) or file.read(len(self._tail)) != self._tail:
                    self._forget()
                    self._end = max(0, found.st_size - 2 * MOST_BYTES)
                    file.seek(self._end)
                self._take(file.read(2 * MOST_BYTES))
                self._seen = self._signature(found)
            return
        self._forget()

    def text(self, index: int, known: Mapping[str, str]) -> str | None:
        """The text of a version; None where what would lead to it is lost. `known` are other texts by their hashes."""
        start = self._anchor(index, known)
        if start is None:
            return None
        entry = self.entries[start]
        with suppress(ValueError):
            text = known[entry.after] if entry.after in known else unpacked(entry.whole)
            for step in self.entries[start + 1 : index + 1]:
                text = patched(text, step.patch or ())
            for step in reversed(self.entries[index + 1 : start + 1]):
                text = reverted(text, step.patch or ())
            return text if digest(text) == self.entries[index].after else None
        return None

    def text_before(self, index: int, known: Mapping[str, str]) -> str | None:
        """The text that a version was made of; None where there is none, or it is lost."""
        entry = self.entries[index]
        if entry.patch is None:
            return self.text(index - 1, known) if index else None
        text = self.text(index, known)
        with suppress(ValueError):
            before = None if text is None else reverted(text, entry.patch)
            return before if before is not None and digest(before) == entry.before else None
        return None

    def index(self, number: int) -> int:
        """Where the entry of a number stands; raises HistoryError where there is none."""
        for index in range(len(self.entries) - 1, -1, -1):
            if self.entries[index].number == number:
                return index
        if not self.entries:
            raise HistoryError(f"{self.target} has no history yet; the first change that is saved begins one")
        first, last = self.entries[0].number, self.entries[-1].number
        raise HistoryError(f"{self.target} has no version {number}; there are {first} to {last}")

    def to_undo(self, known: Mapping[str, str]) -> Entry | None:
        """What an undo takes back: this person's latest change that isn't undone; None where its text is lost."""
        return self._top(self._stacks(words(user()))[0], known)

    def to_redo(self, known: Mapping[str, str]) -> Entry | None:
        """The undo that a redo takes back; None where this person changed something since."""
        return self._top(self._stacks(words(user()))[1], known)

    def versions(self, current: str) -> list[Version]:
        """All versions, newest first; `current` is the hash of the text on disk."""
        undone = {entry.root: entry.kind == "undo" for entry in self.entries}
        current_index = max((i for i, entry in enumerate(self.entries) if entry.after == current), default=-1)
        found = [
            Version(
                entry.number, entry.time, entry.who, _TOLD.get(entry.kind, "{1}").format(entry.of, entry.what),
                i == current_index,
                entry.kind in CHANGES and undone[entry.number],
            )
            for i, entry in enumerate(self.entries)
        ]  # fmt: skip
        return found[::-1]

    def knows(self, text: str) -> bool:
        """Whether some version is this text; read first."""
        wanted = digest(text)
        return any(entry.after == wanted for entry in self.entries)

    def is_latest(self, text: str) -> bool:
        """Whether the latest version is this text; read first."""
        return bool(self.entries) and self.entries[-1].after == digest(text)

    def add(self, kind: str, text: str, what: str) -> None:
        """Add a text that no save of ours made; raises OSError. Only to be called by who holds the lock."""
        self.read()
        number = self._next()
        self._append(Entry(number, now(), "", words(what), kind, "", digest(text), whole=packed(text)), {})

    def note(self, kind: str, before: str, after: str, what: str, of: int = 0) -> None:
        """Add what turned one text into another; raises OSError. Only to be called by who holds the lock."""
        self.read()
        entry = Entry(
            self._next(), now(), words(user()), words(what), kind, digest(before), digest(after), of,
            patch_between(before, after),
        )  # fmt: skip
        if self._anchor(len(self.entries) - 1, {}) is None:
            entry = replace(entry, whole=packed(after))
        self._append(entry, {entry.after: after})

    def _next(self) -> int:
        return self.entries[-1].number + 1 if self.entries else 1

    def _anchor(self, index: int, known: Mapping[str, str]) -> int | None:
        """The nearest entry whose text is at hand and from which patches lead to the one at `index`."""
        for at in range(index, -1, -1):
            if self._at_hand(at, known):
                return at
            if not self._is_linked(at):
                break
        for at in range(index + 1, len(self.entries)):
            if not self._is_linked(at):
                break
            if self._at_hand(at, known):
                return at
        return None

    def _at_hand(self, index: int, known: Mapping[str, str]) -> bool:
        return bool(self.entries[index].whole) or self.entries[index].after in known

    def _is_linked(self, index: int) -> bool:
        """Whether an entry's patch leads on from the entry before."""
        entry = self.entries[index]
        return index > 0 and entry.patch is not None and entry.before == self.entries[index - 1].after

    def _stacks(self, who: str) -> tuple[list[int], list[int]]:
        """What this person can undo and redo, each the place of the entry to take back, the next one last."""
        undo: list[int] = []
        redo: list[int] = []
        for index, entry in enumerate(self.entries):
            if entry.who == who and entry.kind in ("undo", "redo"):
                source, aim = (undo, redo) if entry.kind == "undo" else (redo, undo)
                if source and self.entries[source[-1]].root == entry.root:
                    source.pop()
                aim.append(index)
            elif entry.who == who and entry.kind in CHANGES:
                undo.append(index)
                redo.clear()
        return undo, redo

    def _top(self, stack: list[int], known: Mapping[str, str]) -> Entry | None:
        is_there = bool(stack) and self._anchor(stack[-1], known) is not None
        return self.entries[stack[-1]] if is_there else None

    def _take(self, content: bytes) -> None:
        """Take the entries of some lines; what is garbled between good ones cuts what lies before."""
        *lines, _torn = content.split(b"\n")
        place = self._end
        is_cut = False
        for line in lines:
            place += len(line) + 1
            entry = entry_in(line)
            if entry is None:
                is_cut = True
                continue
            if is_cut:
                self.entries.clear()
            self.entries.append(entry)
            is_cut = False
            self._end, self._tail = place, line[-_TAIL:] + b"\n"

    def _append(self, entry: Entry, known: Mapping[str, str]) -> None:
        make_folder(self.target)
        content = line_of(entry)
        flags = os.O_RDWR | os.O_CREAT
        with os.fdopen(open_beside(self._place, flags, self.target), "r+b", buffering=0) as file:
            if os.fstat(file.fileno()).st_size < self._end:
                raise OSError(errno.EBUSY, "it is changed by another program")
            file.truncate(self._end)  # a killed program may have left a part of a line
            file.seek(self._end)
            if file.write(content) != len(content):
                file.truncate(self._end)
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            found = os.fstat(file.fileno())
        self.entries.append(entry)
        self._end += len(content)
        self._tail = content[-_TAIL:]
        self._seen = self._signature(found)
        if len(self.entries) > MOST_ENTRIES or self._end > MOST_BYTES:
            self._compact(known)

    def _compact(self, known: Mapping[str, str]) -> None:
        """Write the file anew without its oldest entries; the first that stays gets its whole text."""
        sizes = [len(line_of(entry)) for entry in self.entries]
        first = max(0, len(self.entries) - int(MOST_ENTRIES * _KEPT))
        while first < len(self.entries) - 1 and sum(sizes[first:]) > MOST_BYTES * _KEPT:
            first += 1
        texts = ((at, self.text(at, known)) for at in range(first, len(self.entries)))
        for at, text in texts:
            if text is not None:
                kept = [replace(self.entries[at], whole=packed(text)), *self.entries[at + 1 :]]
                write_atomically(self._place, b"".join(map(line_of, kept)))
                self._forget()
                return self.read()
        return None

    def _forget(self) -> None:
        self.entries = []
        self._seen, self._end, self._tail = (), 0, b""

    def _signature(self, found: os.stat_result) -> tuple[int, ...]:
        return found.st_ino, found.st_size, found.st_mtime_ns
