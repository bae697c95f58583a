"""Small pieces of plain English: lists, counts, plurals."""

from __future__ import annotations

from collections.abc import Sequence

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def listed(words: Sequence[str], joint: str = "and") -> str:
    """Write a list in a sentence: `a`, `a and b`, `a, b and c`."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {joint} {words[-1]}"


def number(count: int) -> str:
    """Write a count as a sentence does: in words up to twelve."""
    return _NUMBERS[count] if 0 <= count < len(_NUMBERS) else str(count)


def counted(count: int, singular: str, plural: str = "") -> str:
    """Write a count with its noun: `one gate`, `three gates`."""
    return f"{number(count)} {singular if count == 1 else plural or singular + 's'}"


def digits(figure: float) -> str:
    """Write a figure in full, without the noise of floating point: `0.3`, `1200000`."""
    return f"{figure:.12g}"


def points(difference: float) -> str:
    """Write how many points lie between two totals; a real difference is never written as 0.0."""
    return f"{difference:.1f} points" if difference >= 0.05 else "less than 0.1 points"
