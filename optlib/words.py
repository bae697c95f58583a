"""Small pieces of plain English: lists, counts, plurals."""

from __future__ import annotations

from collections.abc import Sequence

NO_BREAK = "\N{NARROW NO-BREAK SPACE}"
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


def percent(share: float) -> str:
    """Write a share of 1 as a percentage: `< 1 %` and `> 99 %` where rounding would say never or always."""
    if 0 < share < 0.005:
        return f"<{NO_BREAK}1{NO_BREAK}%"
    if 0.995 < share < 1:
        return f">{NO_BREAK}99{NO_BREAK}%"
    return f"{share * 100:.0f}{NO_BREAK}%"


def chance(share: float) -> str:
    """Write a share of trials: what never failed in them is `> 99 %`, and what never happened `< 1 %`."""
    return percent(min(max(share, 0.001), 0.999))


def points(difference: float) -> str:
    """Write how many points lie between two totals; a real difference is never written as 0.0."""
    return f"{difference:.1f} points" if difference >= 0.05 else "less than 0.1 points"
