"""What the editors of one workbook file share in a kernel: the value they show, its saving, undo, and what collides.

A change counts at once: every editor shows it. It is on disk a moment later, when the person pauses; where the file
can't be written it waits, is said, and is tried again. Knows no widgets.
"""

from __future__ import annotations

import asyncio
import atexit
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from ..changes import GONE, at
from ..errors import Collision, ConflictError, Location, WorkbookError, dotted
from ..merging import together
from ..model import Workbook
from ..reading import build
from ..words import listed
from ..workbook_file import WorkbookFile
from .edits import Change, applied, is_stale
from .pause import Pause

PAUSE = 0.4
"""Seconds without a further change after which what was typed is saved."""
LONGEST = 1.0
"""Seconds after which it is saved even while the person goes on typing."""
LOOK = 1.0
"""Seconds between two looks at the file on disk, and between two tries to save."""
_MOST_ROUNDS = 3


@dataclass(frozen=True)
class Refusal:
    """A change that can't stand: its place, and in words what is wrong and what to do."""

    where: Location
    message: str


class Session:
    """The value that the editors of a file show, and how it gets to the disk."""

    def __init__(self, file: WorkbookFile) -> None:
        self.file = file
        self.workbook = self._saved = file.workbook
        self._saving = False
        self.collisions: tuple[Collision, ...] = ()
        self.active: object = None
        self.trouble = ""
        self.can_put_back = False
        self._note = ""
        self._told: list[Callable[[], None]] = []
        self._editors: list[object] = []
        self._pause = Pause(self.flush, PAUSE, LONGEST)
        self._watching = False
        file.watch(self._follow)
        atexit.register(self.flush)

    @property
    def is_saved(self) -> bool:
        """Whether all that the editors show is on disk."""
        return self.workbook is self._saved

    @property
    def line(self) -> str:
        """Say in words whether it is saved, when and where, or why not."""
        if self.trouble:
            return f"{'Trouble with the file' if self.is_saved else 'Not saved'}: {self.trouble}"
        return self._note if self.is_saved else "Saving…"

    @property
    def can_undo(self) -> bool:
        """Whether there is a change of one's own to undo."""
        return not self.is_saved or self.file.can_undo

    @property
    def can_redo(self) -> bool:
        """Whether there is something undone to make again."""
        return self.is_saved and self.file.can_redo

    def subscribe(self, told: Callable[[], None]) -> None:
        """Call `told` after anything changed here: a value, its saving, the file on disk."""
        self._told.append(told)

    def unsubscribe(self, told: Callable[[], None]) -> None:
        """Call `told` no more."""
        self._told = [each for each in self._told if each != told]

    def opened(self, editor: object) -> None:
        """Watch the file while this editor is shown."""
        self._editors.append(editor)
        self._watch()

    def closed(self, editor: object) -> None:
        """Note that this editor is gone; without any, nobody watches the file."""
        self._editors = [each for each in self._editors if each is not editor]

    def change(self, editor: object, changed: Callable[[Workbook], Workbook]) -> None:
        """Change the value, to be saved soon; raises WorkbookError where it would be unsound, and nothing changes.

        `editor` is the one that is used now.
        """
        self.active = editor
        self.workbook = build(changed(self.workbook).to_data(), str(self.file.path))
        self._tell()
        self._pause.touch()

    def submit(self, changes: Sequence[Change], editor: object = None) -> tuple[Refusal, ...]:
        """Make all changes that are sound, and save at once; say of the others what is wrong with them.

        A change of what somebody else has changed since the person saw it becomes a collision.
        """
        self.active = editor
        now = self.workbook.to_data()
        stale = [change for change in changes if is_stale(now, change)]
        self.collide(*(_collision(change, now) for change in stale))
        refused = self._refused([change for change in changes if change not in stale])
        self.flush()
        self._tell()
        return refused

    def flush(self) -> None:
        """Save now what waits to be saved; where that can't be, say why and keep it."""
        self._pause.cancel()
        if self.is_saved or self.file.read_only:
            return
        try:
            self._save()
        except WorkbookError as error:
            self._in_trouble(error)
        except Exception as error:
            self.trouble = f"optlib failed with {error!r}; please report it. What you typed is still here"
            raise
        finally:
            self._tell()

    def settle(self, collision: Collision, mine: bool) -> tuple[Refusal, ...]:
        """End a collision: with what was wanted here, or with what stands there now."""
        self.collisions = tuple(each for each in self.collisions if each != collision)
        if not mine:
            self._tell()
            return ()
        is_map = isinstance(at(self.workbook.to_data(), collision.where), dict)
        return self.submit([_again(collision, is_map)], self.active)

    def collide(self, *fresh: Collision) -> None:
        """Add collisions; of one place only the latest counts."""
        places = {each.where for each in fresh}
        self.collisions = (*(each for each in self.collisions if each.where not in places), *fresh)
        self._tell()

    def give_up(self) -> None:
        """Show what the file says, and forget what could not be saved."""
        self._pause.cancel()
        with self._troubles():
            self.file.refresh()
        self.workbook = self._saved = self.file.workbook
        self._tell()

    def put_back(self) -> None:
        """Write the last good text where the file is gone or holds no workbook, then what waits to be saved."""
        with self._troubles():
            self.file.put_back()
            self._note = f"Written again {_now()} · {self.file.path.name}"
        self.flush()
        self._tell()

    def undo(self) -> None:
        """Undo the last change of one's own, also one of an earlier session."""
        self._step(self.file.undo, "Undone")

    def redo(self) -> None:
        """Make again what was undone last."""
        self._step(self.file.redo, "Redone")

    def look(self) -> None:
        """Look whether the file changed on disk, and take over what did; try again what could not be saved."""
        if not self.is_saved:
            return self.flush() if self.trouble else None
        before, trouble = self.file.sha256, self.trouble
        with self._troubles():
            self.file.refresh()
        if self.file.sha256 != before:
            self._note = f"Changed on disk, shown here since {_now()} · {self.file.path.name}"
        if (self.file.sha256, self.trouble) != (before, trouble):
            self._tell()
        return None

    def _step(self, act: Callable[[], Any], word: str) -> None:
        self.flush()
        if not self.is_saved:
            return
        try:
            step = act()
            self._note = f"{word} {_now()}: {step.what}" if step else f"There is nothing more to be {word.lower()}"
        except ConflictError as error:
            places = listed([dotted(each.where) for each in error.collisions])
            self._note = f"Not {word.lower()}: {places or error} was changed by somebody else since"
        except WorkbookError as error:
            self._in_trouble(error)
        self._tell()

    @contextmanager
    def _troubles(self) -> Iterator[None]:
        """Say what goes wrong with the file, and forget it when nothing does."""
        try:
            yield
            self.trouble, self.can_put_back = "", False
        except WorkbookError as error:
            self._in_trouble(error)

    def _refused(self, changes: list[Change]) -> tuple[Refusal, ...]:
        refused: list[Refusal] = []
        for _ in range(_MOST_ROUNDS):
            if not changes:
                break
            try:
                self.workbook = build(applied(self.workbook.to_data(), changes), str(self.file.path))
                break
            except WorkbookError as error:
                bad = _refusals(changes, error) or [Refusal(change.where, _all(error)) for change in changes]
                refused += bad
                places = {refusal.where for refusal in bad}
                changes = [change for change in changes if change.where not in places]
        return tuple(refused)

    def _save(self) -> None:
        self._saving = True
        try:
            left = self._put()
        finally:
            self._saving = False
        self.workbook = self._saved = self.file.workbook
        self.trouble, self.can_put_back = "", False
        fault = self.file.history_fault
        without = f", but without a version to go back to: {fault}" if fault else ""
        self._note = f"Saved {_now()} · {self.file.path.name}{without}{left}"

    def _put(self) -> str:
        """Put what waits, and say what collides: that is left as it is on disk, for the person to choose."""
        try:
            self.file.put(self.workbook)
        except ConflictError as error:
            if not error.collisions:
                raise
            places = [each.where for each in error.collisions]
            self.file.put(self.workbook, theirs=places)
            self.collide(*error.collisions)
            why = "; ".join(problem.message for problem in error.problems if problem.where not in places)
            return (
                f". Changed elsewhere too: {listed([dotted(where) for where in places])}; choose{why and f' ({why})'}"
            )
        return ""

    def _in_trouble(self, error: WorkbookError) -> None:
        self.trouble = "; ".join(dict.fromkeys(problem.message for problem in error.problems))
        self.can_put_back = getattr(error, "is_lost", False)

    def _follow(self, workbook: Workbook) -> None:
        """Take over what the file says by now, by other means than our saving; what waits to be saved goes on top."""
        if self._saving:
            return
        waiting, base = self.workbook, self._saved
        self.workbook = self._saved = workbook
        if waiting is not base:
            clashes: list[Collision] = []
            data = together(base.to_data(), waiting.to_data(), workbook.to_data(), clashes)
            self.collide(*clashes)
            with suppress(WorkbookError):
                self.workbook = build(data, str(self.file.path))
        self._tell()

    def _tell(self) -> None:
        for told in tuple(self._told):
            told()

    def _watch(self) -> None:
        """Look at the file again and again, as long as an editor shows it."""
        with suppress(RuntimeError):
            loop = asyncio.get_running_loop()
            if not self._watching and not self.file.read_only:
                self._watching = True
                loop.call_later(LOOK, self._look_again, loop)

    def _look_again(self, loop: asyncio.AbstractEventLoop) -> None:
        if not self._editors:
            self._watching = False
            return
        try:
            self.look()
        finally:
            loop.call_later(LOOK, self._look_again, loop)


@cache
def session_of(file: WorkbookFile) -> Session:
    """The session that all editors of a file share."""
    return Session(file)


def _collision(change: Change, data: Any) -> Collision:
    mine = GONE if change.kind == "drop" else change.after
    return Collision(change.where, change.before, mine, at(data, change.where))


def _again(collision: Collision, is_map: bool) -> Change:
    """The change that makes a collision end with what was wanted here; of a map, a list says the order."""
    if collision.mine is GONE:
        return Change("drop", collision.where)
    return Change("order" if is_map and isinstance(collision.mine, list) else "set", collision.where, collision.mine)


def _refusals(changes: Sequence[Change], error: WorkbookError) -> list[Refusal]:
    """The changes that lie where something is wrong, each with what is wrong there."""
    found_wrong = {
        change.where: "; ".join(problem.message for problem in error.problems if _overlap(problem.where, change.where))
        for change in changes
    }
    return [Refusal(where, message) for where, message in found_wrong.items() if message]


def _overlap(one: Location, other: Location) -> bool:
    return all(left == right for left, right in zip(one, other, strict=False))


def _all(error: WorkbookError) -> str:
    return "; ".join(f"{problem.place}: {problem.message}" for problem in error.problems)


def _now() -> str:
    return f"{datetime.now():%H:%M:%S}"
