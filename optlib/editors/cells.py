"""How scores, weights and figures stand in a text field, and how what is typed is read. Knows no widgets."""

from __future__ import annotations

import re

from ..model import ScoreValue, read_score
from ..values import Plain, describe, read_number

HINT = "4, a range 2-4, low, likely and high 2, 3, 4, or ? where it is unknown"
_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_RANGE = re.compile(rf"({_NUMBER})\s*[-–—]\s*({_NUMBER})")


def score_text(value: ScoreValue) -> str:
    """Write a score as it is typed: `4`, `2-4`, `2, 3, 4`, `?`, or nothing where it is missing."""
    if value is None:
        return ""
    if isinstance(value, str):
        return "?"
    if not isinstance(value, tuple):
        return number_text(value)
    if len(value) == 2:
        return f"{number_text(value[0])}-{number_text(value[1])}"
    return ", ".join(number_text(part) for part in value)


def read_score_text(text: str) -> ScoreValue:
    """Read what is typed into a score's field; ValueError says what it may be."""
    typed = text.strip()
    if typed.lower() in ("", "?", "unknown"):
        return "unknown" if typed else None
    between = _RANGE.fullmatch(typed)
    if between:
        return read_score([Plain(part) for part in between.groups()])
    if typed.count(",") == 2:
        return read_score([_number(part) for part in typed.split(",")])
    return _number(typed, f"write {HINT}")


def number_text(value: float | None) -> str:
    """Write a number without needless digits, nothing for None."""
    if value is None:
        return ""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def read_number_text(text: str) -> int | float | None:
    """Read a number that is not negative, None where the field is empty."""
    typed = text.strip()
    if not typed:
        return None
    number = _number(typed)
    if number < 0:
        raise ValueError(f"must not be negative, but is {typed}")
    return number


def _number(text: str, remedy: str = "write a number, such as 4 or 2.5") -> int | float:
    try:
        return read_number(Plain(text.strip()))
    except ValueError:
        raise ValueError(f"{describe(text)} is not a number; {remedy}") from None
