"""The workbook file: opened, changed and saved so that comments stay and nothing on disk is overwritten unseen."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from threading import RLock

from .changes import Whose, same
from .disk import Place, bytes_to_open
from .errors import Location, Problem, SaveError, WorkbookError
from .history import Version
from .history_lines import digest
from .merging import Merge, Next, data_of
from .model import Workbook
from .past import Back, Past, Step, is_workbook
from .places import examples_folder
from .reading import Document, read_document
from .values import read_date

ENVIRONMENT_VARIABLE = "OPTLIB_WORKBOOK"
_TRIES = 5
_LOOK_SECONDS = 0.2


class WorkbookFile:
    """A workbook on disk; `workbook` is its value, `put` changes it."""

    def __init__(self, path: Path, document: Document, read_only: bool = False) -> None:
        self.path = path
        self.read_only = read_only
        self._place = Place(path)
        self._document = document
        self._past = Past(self._place)
        self._watchers: list[Callable[[Workbook], None]] = []
        self._turn = RLock()
        self._looked: tuple[int, ...] | None = None
        self._broken: SaveError | None = None

    @property
    def workbook(self) -> Workbook:
        """The workbook as it was last read or saved."""
        return self._document.workbook

    @property
    def sha256(self) -> str:
        """The hash of the text as it was last read or saved."""
        return digest(self._document.text)

    @property
    def history_fault(self) -> str:
        """Why the last save isn't in the history, where it isn't; it is saved all the same."""
        return self._past.fault

    @property
    def can_undo(self) -> bool:
        """Whether there is a change of one's own to undo, also one of an earlier session."""
        return self._top("undo")

    @property
    def can_redo(self) -> bool:
        """Whether there is something undone to make again."""
        return self._top("redo")

    def watch(self, told: Callable[[Workbook], None]) -> None:
        """Call `told` with the new workbook after each save, undo, and look at the disk that changed something."""
        self._watchers.append(told)

    def unwatch(self, told: Callable[[Workbook], None]) -> None:
        """Call `told` no more."""
        self._watchers = [each for each in self._watchers if each != told]

    def put(
        self, workbook: Workbook, mine: Collection[Location] = (), theirs: Collection[Location] = (), what: str = ""
    ) -> None:
        """Save a new value: only the lines of what changed are rewritten.

        What somebody else saved meanwhile is merged; where both changed the same place, ours counts at the places in
        `mine` and below them, that of the disk at those in `theirs`. `what` names the change in the history.

        Raises ConflictError where both changed another place, WorkbookError where the value isn't a sound workbook,
        and SaveError where the file can't be saved now; the file and the value are then as they were.
        """
        with self._turn:
            wanted, base = data_of(workbook), self._document.data

            def make(current: Document) -> Next:
                back = self._past.going_back(current, wanted) if current.data is base else None
                merge = Merge(str(self.path), base, wanted, current, Whose(mine, theirs))
                new = back or merge.next()
                return replace(new, what=what or new.what)

            is_new = False if same(wanted, base) else self._saved(make)
        self._tell(is_new)
        if same(wanted, base):
            self.refresh()

    def refresh(self) -> bool:
        """Look at the disk, and take over what somebody else changed there; say whether there was anything.

        Raises SaveError where the file is gone or holds no workbook any more; the old value is then kept.
        """
        with self._turn:
            signature, former = self._place.signature, self._document
            if signature == self._looked and self._broken:
                raise self._broken
            if signature != self._looked:
                self._looked, self._broken = signature, None
                try:
                    self._document = self._on_disk()
                except SaveError as error:
                    self._broken = error
                    raise
                except WorkbookError:
                    self._looked = None  # it may be read at the next look
                    raise
            is_new = self._document is not former
            if is_new and not self.read_only:
                with suppress(SaveError), self._place.alone(_LOOK_SECONDS):
                    self._past.learn(former, self._document)
        self._tell(is_new)
        return is_new

    def reload(self) -> Workbook:
        """Read the file again and return its workbook; raises WorkbookError and keeps the old value where it can't."""
        with self._turn:
            self._document = self._on_disk()
            return self.workbook

    def undo(self, mine: Collection[Location] = (), theirs: Collection[Location] = ()) -> Step | None:
        """Take back one's own latest change, also one of an earlier session; None where there is none.

        The text is byte for byte as before where nobody changed it since; else what others changed stays. Raises
        ConflictError where they changed the same place (`mine` and `theirs` settle it as in `put`; mine is what stood
        there before), and SaveError.
        """
        return self._step("undo", Whose(mine, theirs))

    def redo(self, mine: Collection[Location] = (), theirs: Collection[Location] = ()) -> Step | None:
        """Make again what was undone last; None where there is nothing, or something was changed since. As `undo`."""
        return self._step("redo", Whose(mine, theirs))

    def history(self) -> list[Version]:
        """Every version of the file that is known, newest first; raises HistoryError where they can't be read."""
        with self._turn:
            return self._past.versions()

    def version(self, number: int) -> str:
        """The text of a version; raises HistoryError where there is none of that number."""
        with self._turn:
            return self._past.text(number)

    def version_before(self, number: int) -> str:
        """The text that a version was made of, empty for the first; raises HistoryError."""
        with self._turn:
            return self._past.text_before(number)

    def restore(self, number: int) -> None:
        """Make a version current again, as a new one: nothing is lost, and it can be undone.

        Raises HistoryError where there is none of that number, WorkbookError where it isn't sound for this optlib, and
        SaveError where the file can't be saved.
        """
        with self._turn:
            document = read_document(self.version(number).encode(), f"{self.path}, version {number}")
            new = Next(document, f"version {number} restored", "restore", number)
            is_new = self._bring_back(new) or self._saved(lambda _: new)
        self._tell(is_new)

    def put_back(self) -> bool:
        """Write the last good text where the file is gone or holds no workbook any more; say whether that was needed.

        What stood there is kept in the folder beside it. Raises SaveError.
        """
        with self._turn:
            latest = self._past.latest(self._document) or self._document
            is_new = self._bring_back(Next(latest, "put back", "back"))
        self._tell(is_new)
        return is_new

    def _tell(self, is_new: bool) -> None:
        for told in tuple(self._watchers) if is_new else ():
            told(self.workbook)

    def _on_disk(self) -> Document:
        """What the file holds; raises SaveError where that is nothing good."""
        content = self._place.read()
        if content == self._document.text.encode():
            return self._document
        try:
            return read_document(content, str(self.path))
        except WorkbookError as error:
            message = (
                "somebody changed the file since it was opened, so nothing was saved; repair it, or put its last good "
                "text back"
            )
            raise SaveError(error.path, [*error.problems, Problem((), message)], is_lost=True) from None

    def _saved(self, make: Callable[[Document], Next]) -> bool:
        """Save what is made of what is on disk; say whether the value is another one now."""
        self._refuse_read_only()
        former = self._document
        with self._place.alone():
            for _ in range(_TRIES):
                current = self._on_disk()
                self._past.learn(former, current)
                new = make(current)
                # An editor doesn't know our lock: what it saved in the meantime is merged too.
                if self._replaced(current, new.document):
                    self._past.note(current, new)
                    return self._document is not former
        raise self._place.fault(
            "is changed all the time by another program, so nothing was saved; close that, then try again"
        )

    def _replaced(self, current: Document, new: Document) -> bool:
        """Write a document where the current one still is; also a kernel that is interrupted knows what is on disk."""
        if new.text == current.text:
            self._document = current
            return True
        try:
            is_written = self._place.write(new.text, current.text.encode())
            self._document = new if is_written else self._document
        except KeyboardInterrupt:
            if self._place.content() == new.text.encode():
                self._document = new
            raise
        return is_written

    def _top(self, kind: Back) -> bool:
        with self._turn:
            return not self.read_only and self._past.top(kind, self._document.text) is not None

    def _step(self, kind: Back, whose: Whose) -> Step | None:
        steps: list[Step | None] = [None]

        def make(current: Document) -> Next:
            entry = self._past.top(kind, current.text)
            steps[:] = [Step(entry.what, entry.time) if entry else None]
            return self._past.taken_back(kind, entry, current, whose) if entry else Next(current, "")

        with self._turn:
            is_new = self._saved(make) if self._top(kind) else False
        self._tell(is_new)
        return steps[0]

    def _bring_back(self, new: Next) -> bool:
        """Write a version where the file is lost, and keep what stands there instead; False where it isn't lost."""
        self._refuse_read_only()
        with self._place.alone(needs_file=False):
            content = self._place.content()
            if content is not None and is_workbook(content):
                return False
            kept = f"; what stood there is kept as {self._place.set_aside().name}" if content is not None else ""
            if not self._place.write(new.document.text, content):
                raise self._place.fault("is changed by another program now; try again")
            self._document, self._looked = new.document, None
            self._past.note_back(replace(new, what=new.what + kept))
            return True

    def _refuse_read_only(self) -> None:
        if self.read_only:
            raise self._place.fault(
                f"is a shipped example, opened to read; copy it with: optlib new --example {self.path.stem}"
            )


def open_workbook(path: str | Path = "") -> WorkbookFile:
    """Open a workbook file.

    Without a path it is the one that `optlib edit` was called with, else the shipped example, to read only. Raises
    WorkbookError with every problem of the file, each with its line.
    """
    named = str(path) or os.environ.get(ENVIRONMENT_VARIABLE, "")
    place = Path(os.path.expanduser(named)) if named else examples_folder() / "optlib.yaml"
    return WorkbookFile(place, _document(bytes_to_open(place), str(place)), read_only=not named)


_read_last: list[tuple[bytes, Document]] = []


def _document(content: bytes, name: str) -> Document:
    """What the bytes hold; what was read last is kept, as a report opens the same workbook in each notebook.

    A document never changes, so it may serve several files; a process that is forked has it too.
    """
    for former, document in tuple(_read_last):
        if former == content:
            return document
    document = read_document(content, name)
    _read_last[:] = [(content, document)]
    return document


def recovered(path: Path) -> WorkbookFile:
    """Open a workbook file, or where it is gone or broken what its history has last; raises WorkbookError."""
    try:
        return open_workbook(path)
    except WorkbookError:
        latest = Past(Place(path)).latest(None)
        if latest is None:
            raise
        return WorkbookFile(path, latest)


def day(as_of: str = "") -> date:
    """The day that dates are held against: the given one (YYYY-MM-DD), else today."""
    return read_date(as_of) if as_of else date.today()
