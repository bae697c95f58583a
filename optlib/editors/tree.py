"""Reads and replaces one place of a frozen workbook, given as a path. Knows no widgets and no files."""

from __future__ import annotations

from typing import Any, TypeVar, cast

from ..model import Candidate, Decision, Deferral, DomainOptions, Score, Workbook
from ..values import Part, plain

Place = tuple[str | int, ...]
P = TypeVar("P", bound=Part)

_NEW: dict[str, Part] = {
    "options": DomainOptions(),
    "candidates": Candidate(),
    "scores": Score(),
    "decisions": Decision(),
    "deferred": Deferral(),
}
_DROPPED_WHEN_EMPTY = ("scores", "fit", "gates", "decisions", "deferred")


def value_at(workbook: Workbook, where: Place) -> Any:
    """Find the value at a place; None where nothing stands there."""
    found: Any = workbook
    for part in where:
        if isinstance(part, int):
            found = found[part] if part < len(found) else None
        elif isinstance(found, dict):
            found = found.get(part)
        else:
            found = getattr(found, part)
        if found is None:
            return None
    return found


def with_value(workbook: Workbook, where: Place, value: Any) -> Workbook:
    """Put a value at a place of a workbook; None takes away what stands there."""
    changed: Workbook = _with(workbook, where, value, "")
    return changed


def updated(former: P | None, part: type[P], /, **fields: Any) -> P:
    """Change these fields of a part and no other; without a former part, make one of what is given.

    It is not validated: `WorkbookFile.put` does that, and says what is wrong in words and with its place.
    """
    if former is None:
        given = {name: value for name, value in fields.items() if value is not False and value not in ("", None, ())}
        return cast(P, part.model_construct(**given))
    return former.model_copy(update={name: value for name, value in fields.items() if getattr(former, name) != value})


def same(one: Any, other: Any) -> bool:
    """Whether two values would stand the same in the file; nothing and emptiness are one."""
    return bool(_data(one) == _data(other))


def _with(tree: Any, where: Place, value: Any, name: str) -> Any:
    if not where:
        return value
    head, rest = where[0], where[1:]
    if isinstance(tree, tuple):
        entry = _with(tree[int(head)], rest, value, "")
        return (*tree[: int(head)], *([] if entry is None else [entry]), *tree[int(head) + 1 :])
    if isinstance(tree, dict):
        entry = _with(tree.get(head, _NEW.get(name)), rest, value, "")
        gone = entry is None or (name in _DROPPED_WHEN_EMPTY and _data(entry) is None)
        return {key: item for key, item in tree.items() if key != head} if gone else {**tree, head: entry}
    return tree.model_copy(update={str(head): _with(getattr(tree, str(head)), rest, value, str(head))})


def _data(value: Any) -> Any:
    data = plain(value)
    return None if data in ("", [], {}) else data
