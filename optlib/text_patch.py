"""What turns one text into another and back, as few characters as that takes. Knows no workbook and no file."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import accumulate

Patch = tuple[tuple[int, str, str], ...]
"""Spans of the older text, first to last: where each begins, what stands there, and what stands there afterwards."""

_SMALL = 4_000


def patch_between(old: str, new: str) -> Patch:
    """The patch that turns `old` into `new`."""
    start = _common(old, new)
    end = min(_common(old[::-1], new[::-1]), len(old) - start, len(new) - start)
    return tuple(_spans(old[start : len(old) - end], new[start : len(new) - end], start))


def patched(text: str, patch: Patch) -> str:
    """The newer text of the older one; raises ValueError where the patch is of another text."""
    return _applied(text, [(at, old, new) for at, old, new in patch])


def reverted(text: str, patch: Patch) -> str:
    """The older text of the newer one; raises ValueError where the patch is of another text."""
    shifts = accumulate((len(new) - len(old) for _, old, new in patch), initial=0)
    return _applied(text, [(at + shift, new, old) for (at, old, new), shift in zip(patch, shifts, strict=False)])


def _applied(text: str, spans: list[tuple[int, str, str]]) -> str:
    pieces = []
    done = 0
    for at, old, new in spans:
        if at < done or not text.startswith(old, at):
            raise ValueError("the patch is of another text")
        pieces += [text[done:at], new]
        done = at + len(old)
    return "".join([*pieces, text[done:]])


def _spans(old: str, new: str, start: int) -> Iterator[tuple[int, str, str]]:
    if len(old) + len(new) < _SMALL or not old or not new:
        if old or new:
            yield start, old, new
        return
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    starts = list(accumulate(map(len, before), initial=start))
    for tag, a, b, c, d in SequenceMatcher(None, before, after).get_opcodes():
        if tag != "equal":
            yield starts[a], "".join(before[a:b]), "".join(after[c:d])


def _common(one: str, other: str) -> int:
    """How many characters two texts have in common at their beginning."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[:middle] == other[:middle]:
            low = middle
        else:
            high = middle - 1
    return low
