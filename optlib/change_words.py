"""Says in plain words what changed between two values of plain data: `options.data_state.weights.cost: 2 → 3`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice
from typing import Any

from .changes import GONE, Edit, at
from .errors import dotted
from .words import digits

_LONGEST = 40


def changes_in_words(changes: Sequence[Edit], old: Any) -> str:
    """The first change of the old data, and how many more there are."""
    lines = [line for change in changes for line in _lines(change, old)]
    more = f" … and {len(lines) - 1} more" if len(lines) > 1 else ""
    return f"{lines[0]}{more}" if lines else "nothing"


def _lines(change: Edit, old: Any) -> Iterator[str]:
    place = dotted(change.where) or "the workbook"
    before = at(old, change.where)
    match change.kind:
        case "rename":
            yield f"{place}: renamed to {change.value}"
        case "order":
            yield f"{place}: in another order"
        case "insert":
            yield from (f"{dotted(change.where[:-1])}: {value_in_words(value)} added" for value in change.value)
        case "drop" if isinstance(before, list):
            yield from (f"{place}: {value_in_words(at(before, (index,)))} taken out" for index in change.after)
        case "drop":
            yield from (f"{dotted((*change.where, key))}: taken out" for key in change.after)
        case _ if before is GONE and isinstance(change.value, dict) and "value" not in change.value:
            yield f"{place}: added"
        case _:
            yield f"{place}: {value_in_words(before)} → {value_in_words(change.value)}"


def value_in_words(value: Any) -> str:  # noqa: PLR0911 - one answer for each kind of value
    """A value, shortened, as a person would name it."""
    if value is GONE or value is None:
        return "nothing"
    if isinstance(value, dict):
        named = next(
            (value[key] for key in ("value", "name", "title", "risk", "statement", "id") if key in value), None
        )
        return value_in_words(named) if named is not None else f"{len(value)} entries"
    if isinstance(value, list):
        few = ", ".join(map(value_in_words, islice(value, 4)))
        return f"[{few}{', …' if len(value) > 4 else ''}]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return digits(value)
    if isinstance(value, date):
        return value.isoformat()
    text = " ".join(str(value).split())
    return f"“{text if len(text) <= _LONGEST else text[: _LONGEST - 1] + '…'}”"
