"""Compares plain data: what turns one value into another, and what two people's changes make together.

It knows maps, lists and what is neither; no YAML, workbook or file.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import Enum
from typing import Any

from .errors import Collision, Location


class _Nothing(Enum):
    """An enum, since its member stays the same one when it is copied or pickled."""

    GONE = "gone"


GONE: Any = _Nothing.GONE
"""Stands for what isn't there."""


@dataclass(frozen=True)
class Edit:
    """One change of a map or a list, whose entries go by key or index.

    `rename` gives a key another name; `order` puts the entries named in `after` into that order; `set` gives a value,
    to a new key behind those named in `after`; `insert` puts list items before an index; `drop` takes the entries
    named in `after` out of the collection at `where`.
    """

    kind: str
    where: Location
    value: Any = None
    after: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Whose:
    """At which places whose change counts, where two people changed the same; the nearest place, theirs before mine.

    A place also counts for what lies below it. At those of `given_up` mine gives way though nothing collides there.
    """

    mine: Collection[Location] = ()
    theirs: Collection[Location] = ()
    given_up: Collection[Location] = ()

    def at(self, where: Location) -> str:
        """Whose change counts at a place: "mine" or "theirs", and nothing where nobody said."""
        for length in range(len(where), -1, -1):
            for places, whose in ((self.theirs, "theirs"), (self.mine, "mine")):
                if where[:length] in places:
                    return whose
        return ""

    def gives_up_below(self, where: Location) -> bool:
        """Whether mine gives way somewhere below a place."""
        return any(place[: len(where)] == where for place in self.given_up)


NOBODY_SAID = Whose()


def edits(old: Any, new: Any, where: Location = (), now: Location | None = None) -> list[Edit]:
    """The changes that turn plain data `old` into `new`, to be made in this order but for the drops, which come last.

    Indexes are those after ordering and before inserting; only the drops of map keys, whose place is `now`, count the
    lists as they are in the end.
    """
    if isinstance(old, dict) and isinstance(new, dict) and old:
        return list(_map_edits(old, new, where, where if now is None else now))
    if isinstance(old, list) and isinstance(new, list) and old and new:
        return list(_list_edits(old, new, where, where if now is None else now))
    return [] if same(old, new) else [Edit("set", where, new)]


def same(one: Any, other: Any) -> bool:
    """Whether two values are equal in their types and the order of their keys too."""
    if isinstance(one, dict) and isinstance(other, dict):
        return list(one) == list(other) and all(same(value, other[key]) for key, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and bool(one == other)


def merged(
    base: Any, mine: Any, theirs: Any, collisions: list[Collision], whose: Whose = NOBODY_SAID, where: Location = ()
) -> Any:
    """What two changes of `base` make together; where they differ and nobody said whose counts, theirs stands.

    Such places are added to the collisions. Maps are merged key by key. Lists are one place, and so is a map with a
    `value`: what else it holds is said of that value.
    """
    if same(mine, theirs) or same(mine, base) or where in whose.given_up:
        return theirs
    if same(theirs, base) and not (isinstance(mine, dict) and whose.gives_up_below(where)):
        return mine
    if not isinstance(mine, dict) or not isinstance(theirs, dict) or "value" in mine or "value" in theirs:
        return _settled(Collision(where, base, mine, theirs), collisions, whose)
    known = base if isinstance(base, dict) else {}
    found = {
        key: merged(known.get(key, GONE), mine.get(key, GONE), theirs.get(key, GONE), collisions, whose, (*where, key))
        for key in {**mine, **theirs}
    }
    names = _merged_order(known, mine, theirs)
    if names is None:
        names = _settled(Collision(where, list(known), list(mine), list(theirs)), collisions, whose)
        names = [*names, *(key for key in found if key not in names)]
    return {key: found[key] for key in names if found[key] is not GONE}


def _settled(collision: Collision, collisions: list[Collision], whose: Whose) -> Any:
    side = whose.at(collision.where)
    if not side:
        collisions.append(collision)
    return collision.mine if side == "mine" else collision.theirs


def at(data: Any, where: Location) -> Any:
    """What stands at a place of plain data; GONE where nothing does."""
    for part in where:
        if isinstance(data, dict):
            data = data.get(part, GONE)
        elif isinstance(data, list) and isinstance(part, int) and 0 <= part < len(data):
            data = data[part]
        else:
            return GONE
    return data


def changed_places(old: Any, new: Any, where: Location = ()) -> Iterator[Location]:
    """The smallest places at which two values differ, as `merged` takes places."""
    if same(old, new):
        return
    maps = isinstance(old, dict) and isinstance(new, dict) and "value" not in old and "value" not in new
    found = [
        place
        for key in ({**old, **new} if maps else ())
        for place in changed_places(old.get(key, GONE), new.get(key, GONE), (*where, key))
    ]
    yield from found or [where]


def _map_edits(old: dict[str, Any], new: dict[str, Any], where: Location, now: Location) -> Iterator[Edit]:
    for key, name in _renames(old, new).items():
        yield Edit("rename", (*where, key), name)
        old = {name if each == key else each: value for each, value in old.items()}
    wanted = [key for key in new if key in old]
    if wanted != [key for key in old if key in new]:
        yield Edit("order", where, after=tuple(wanted))
    for key in wanted:
        yield from edits(old[key], new[key], (*where, key), (*now, key))
    names = list(new)
    for index, key in enumerate(names):
        if key not in old:
            yield Edit("set", (*where, key), new[key], tuple(names[:index]))
    if gone := tuple(key for key in old if key not in new):
        yield Edit("drop", now, after=gone)


def _renames(old: dict[str, Any], new: dict[str, Any]) -> dict[str, str]:
    """Keys that are gone while all that stood under them stands under a new key: the comments there go along."""
    added = [key for key in new if key not in old]
    found: dict[str, str] = {}
    for key, value in old.items():
        if key not in new and isinstance(value, dict) and value:
            name = next((name for name in added if name not in found.values() and new[name] == value), None)
            found |= {key: name} if name else {}
    return found


def _list_edits(old: list[Any], new: list[Any], where: Location, now: Location) -> Iterator[Edit]:
    changed = [index for index, item in enumerate(new) if len(old) == len(new) and not same(old[index], item)]
    if not changed and len(old) == len(new):
        return
    if len(changed) == 1:
        (index,) = changed
        yield from edits(old[index], new[index], (*where, index), (*now, index))
        return
    if moved := _moved(old, new):
        yield Edit("order", where, after=moved)
        sources = iter(moved)
        old = [old[next(sources)] if index in moved else item for index, item in enumerate(old)]
    gone: list[int] = []
    for tag, a, b, c, d in SequenceMatcher(None, _names(old), _names(new), autojunk=False).get_opcodes():
        paired = min(b - a, d - c) if tag == "replace" else 0
        for step in range(paired):
            yield from edits(old[a + step], new[c + step], (*where, a + step), (*now, c + step))
        if tag in ("insert", "replace") and d - c > paired:
            yield Edit("insert", (*where, a + paired), new[c + paired : d])
        gone += range(a + paired, b) if tag in ("delete", "replace") else []
    if gone:
        yield Edit("drop", where, after=tuple(gone))


def _moved(old: list[Any], new: list[Any]) -> tuple[int, ...]:
    """The indexes of the old items that are still there, in their new order; nothing where that is the old one."""
    places: dict[str, deque[int]] = defaultdict(deque)
    for index, name in enumerate(_names(new)):
        places[name].append(index)
    kept = {index: places[name].popleft() for index, name in enumerate(_names(old)) if places[name]}
    wanted = sorted(kept, key=lambda index: kept[index])
    return tuple(wanted) if wanted != sorted(kept) else ()


def _names(items: list[Any]) -> list[str]:
    return [f"{type(item).__name__} {item!r}" for item in items]


def _merged_order(base: dict[str, Any], mine: dict[str, Any], theirs: dict[str, Any]) -> list[str] | None:
    """All keys, in the order of whoever changed it; None where both did, differently."""
    stay = [key for key in base if key in mine and key in theirs]
    my_order, their_order = ([key for key in side if key in stay] for side in (mine, theirs))
    if stay not in (my_order, their_order) and my_order != their_order:
        return None
    lead, other = (mine, theirs) if their_order == stay else (theirs, mine)
    names = list(lead)
    before: list[str] = []
    for key in other:
        if key not in names:
            names.insert(names.index(before[-1]) + 1 if before else 0, key)
        before.append(key)
    return names
