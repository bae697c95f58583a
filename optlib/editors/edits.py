"""Changes of a workbook's plain data, each of one place: set, taken out, or put in another order. Knows no widgets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from ..changes import GONE, at
from ..errors import Location

UNCHECKED: Any = object()
"""Stands for what was shown before a change, where that isn't to be held against what stands there now."""


@dataclass(frozen=True)
class Change:
    """One place's change: `after` is what is to stand there, the keys in their new order for an `order`.

    `before` is what the person saw there, GONE for nothing: so a change that somebody else made meanwhile is noticed.
    """

    kind: Literal["set", "drop", "order"]
    where: Location
    after: Any = None
    before: Any = UNCHECKED


def applied(data: Any, changes: Sequence[Change]) -> Any:
    """The data with the changes made, in their order; the given data stays as it is."""
    for change in changes:
        data = _with(data, change.where, change)
    return data


def is_stale(data: Any, change: Change) -> bool:
    """Whether something else stands there by now than the person saw, and not what they want."""
    if change.before is UNCHECKED:
        return False
    now = _spelt(at(data, change.where))
    wanted = GONE if change.kind == "drop" else change.after
    return bool(now != _spelt(change.before) and now != _spelt(wanted))


def _with(data: Any, where: Location, change: Change) -> Any:
    if not where:
        return _ordered(data, change.after) if change.kind == "order" else change.after
    head, rest = where[0], where[1:]
    if isinstance(data, list):
        index = int(head)
        middle = [] if not rest and change.kind == "drop" else [_with(_item(data, index), rest, change)]
        return [*data[:index], *middle, *data[index + 1 :]]
    known = data if isinstance(data, dict) else {} if data in (GONE, None) else {"value": data}
    if not rest and change.kind == "drop":
        return {key: value for key, value in known.items() if key != head}
    if change.kind == "drop" and head not in known:
        return known
    return {**known, head: _with(known.get(head, GONE), rest, change)}


def _item(data: list[Any], index: int) -> Any:
    return data[index] if index < len(data) else GONE


def _ordered(data: Any, keys: list[str]) -> Any:
    """The map with these keys first, in this order; keys that are not there by now are passed over."""
    known = data if isinstance(data, dict) else {}
    return {key: known[key] for key in dict.fromkeys([*keys, *known]) if key in known}


def _spelt(value: Any) -> Any:
    """A value as a browser has it: dates as text; a bare score is one whose only key is its value."""
    if isinstance(value, dict):
        spelt = {key: _spelt(item) for key, item in value.items() if item is not None}
        return spelt["value"] if set(spelt) == {"value"} else spelt
    if isinstance(value, list | tuple):
        return [_spelt(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value
