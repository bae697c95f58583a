"""Makes the next text of a workbook: one person's changes on what is on disk, everybody else's kept. No file access.

What is written is what was meant: the new text is read again, and must say exactly that.
"""

from __future__ import annotations

from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from .change_words import changes_in_words, value_in_words
from .changes import GONE, NOBODY_SAID, Whose, at, changed_places, merged, same
from .errors import Collision, ConflictError, Location, Problem, WorkbookError
from .model import Workbook
from .reading import Document, build, read_document
from .sections import closed, opened
from .yaml_patch import apply, edits
from .yaml_tree import MAX_BYTES, YamlFault, line_at

Data = dict[str, Any]


@dataclass(frozen=True)
class Next:
    """The next document of a file, in plain words what is new in it, and how the history takes it.

    `of` is the number of the version that is undone, made again or restored.
    """

    document: Document
    what: str
    kind: str = "save"
    of: int = 0


@dataclass(frozen=True)
class Merge:
    """One person's changes, from `base` to `mine`, to be made on the document that is on disk now.

    `said` is what a collision is told with: `{theirs}` and `{mine}` stand for the two values.
    """

    name: str
    base: Data
    mine: Data
    current: Document
    whose: Whose = NOBODY_SAID
    said: str = (
        "changed on disk since it was opened ({theirs}), and here too ({mine}); choose one of the two, or reload the "
        "file and change it again"
    )

    def next(self) -> Next:
        """The document to save.

        Raises ConflictError where both sides changed the same place and nobody said whose counts, and WorkbookError
        where the value is no sound workbook.
        """
        theirs = self.current.data
        if self.base is theirs:
            return self._written(self.mine)
        collisions: list[Collision] = []
        wanted = together(self.base, self.mine, theirs, collisions, self.whose)
        if collisions:
            raise ConflictError(self.name, list(map(self._problem, collisions)), collisions)
        try:
            return self._written(wanted)
        except WorkbookError:
            build(deepcopy(self.mine), self.name)
            if problems := self._faults(wanted):
                return self._without_what_is_given_up(problems)
            raise

    def _faults(self, data: Data) -> list[Problem]:
        try:
            build(deepcopy(data), self.name)
        except WorkbookError as error:
            return error.problems
        return []

    def _without_what_is_given_up(self, problems: list[Problem]) -> Next:
        """Where both sides are sound but not together, leave out our changes at the places of theirs; else raise."""
        sides = (self.base, self.mine, self.current.data)
        collisions: list[Collision] = []
        together(*sides, collisions)
        collided = [collision.where for collision in collisions]
        given_up = [place for place in self.whose.theirs if not any(_holds(place, where) for where in collided)]
        if given_up and not self.whose.given_up:
            return replace(self, whose=replace(self.whose, given_up=given_up)).next()
        message = "; this comes of a change on disk and one here together: take back one of the two"
        problems = [replace(each, message=each.message + message) for each in problems]
        places = changed_places(self.base, self.mine)
        found = [Collision(place, *(at(side, place) for side in sides)) for place in places]
        raise ConflictError(self.name, problems, found)

    def _written(self, wanted: Data) -> Next:
        """Write the changes into the text, and read it back: it must say what was meant."""
        current = self.current
        changes = edits(current.data, wanted)
        if not changes:
            return Next(current, "nothing")
        if not all(_is_plain(change.value) for change in changes):
            return self._refused(wanted)
        with suppress(LookupError, YamlFault, UnicodeEncodeError):
            content = apply(current.text, changes, current.tree).encode()
            if len(content) > MAX_BYTES:
                message = f"would have more than {MAX_BYTES:,} bytes, so nothing was saved; shorten its texts"
                raise WorkbookError(self.name, [Problem((), message)])
            with suppress(WorkbookError):
                document = read_document(content, self.name)
                if same(document.data, wanted):
                    return Next(document, changes_in_words(changes, current.data))
        return self._refused(wanted)

    def _refused(self, wanted: Data) -> Next:
        """Say what is wrong with the value; what is only spelt in another way is written as the workbook spells it."""
        sound = data_of(build(deepcopy(wanted), self.name))
        if not same(sound, wanted) and same(data_of(build(deepcopy(sound), self.name)), sound):
            return self._written(sound)
        message = "can't be changed as the file is laid out here; nothing was saved, edit the file by hand"
        places = dict.fromkeys(change.where for change in edits(self.current.data, wanted))
        raise WorkbookError(self.name, [Problem(where, message, line_at(self.current.tree, where)) for where in places])

    def _problem(self, collision: Collision) -> Problem:
        words = {
            side: "taken out" if value is GONE else value_in_words(value)
            for side, value in (("theirs", collision.theirs), ("mine", collision.mine))
        }
        return Problem(collision.where, self.said.format(**words), line_at(self.current.tree, collision.where))


def together(base: Data, mine: Data, theirs: Data, collisions: list[Collision], whose: Whose = NOBODY_SAID) -> Data:
    """What two people's changes of a workbook's plain data make together; as `changes.merged`, section by section."""
    found: list[Collision] = []
    data: Data = closed(merged(opened(base), opened(mine), opened(theirs), found, whose))
    collisions += [
        each
        if _is_order(each)
        else Collision(each.where, at(base, each.where), at(mine, each.where), at(theirs, each.where))
        for each in found
    ]
    return data


def data_of(workbook: Workbook) -> Data:
    """A workbook's plain data."""
    data: Data = workbook.to_data()
    return data


def _is_order(collision: Collision) -> bool:
    """Whether a collision is about the order of a map, told as lists of keys, and not about what stands there."""
    return isinstance(collision.mine, list) and isinstance(collision.theirs, list) and isinstance(collision.base, list)


def _holds(place: Location, where: Location) -> bool:
    return where[: len(place)] == place


def _is_plain(value: Any) -> bool:
    """Whether a value is made of nothing that a file can't hold."""
    if isinstance(value, dict):
        return all(isinstance(key, str) and _is_plain(item) for key, item in value.items())
    if isinstance(value, list):
        return all(map(_is_plain, value))
    return value is None or isinstance(value, str | int | float | date)
