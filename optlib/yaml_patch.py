"""Changes YAML text in place: only the lines of what changed are touched, everything else stays byte for byte.

`edits(old, new)` compares plain data; `apply(text, edits)` rewrites the spans that the edits name. Comments stay, also
those above an entry that is deleted: they are somebody's words. So do `x-` keys where a section loses all others.
"""

from __future__ import annotations

from .changes import Edit, edits
from .errors import Location
from .yaml_layout import Layout
from .yaml_spans import Span, Writer
from .yaml_tree import Node, parse

__all__ = ["Edit", "apply", "edits"]


def apply(text: str, changes: list[Edit], tree: Node | None = None) -> str:
    """The text with the changes made; `tree` is its parse, where there is one. Line breaks are those of the text.

    Raises LookupError where the text has no place for a change.
    """
    stages: tuple[list[Edit], ...] = ([], [], [])
    for change in changes:
        stages[_stage(change)].append(change)
    moves, middle, drops = stages
    for step in [*_apart(moves), middle, drops]:
        if step:
            text, tree = _step(text, step, tree or parse(text)), None
    return text


def _stage(change: Edit) -> int:
    """Text is moved about first, by the old indexes; map keys are dropped last, when what replaces them is there."""
    if change.kind in ("rename", "order"):
        return 0
    return 2 if change.kind == "drop" and isinstance(change.after[0], str) else 1


def _apart(changes: list[Edit]) -> list[list[Edit]]:
    """Split changes that move text about into steps in which none touches what another moves."""
    steps: list[list[Edit]] = []
    places: list[Location] = []
    for change in changes:
        place = change.where if change.kind == "order" else change.where[:-1]
        if not places or any(_overlap(place, other) for other in places):
            steps.append([])
            places = []
        steps[-1].append(change)
        places.append(place)
    return steps


def _overlap(one: Location, other: Location) -> bool:
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]


def _step(text: str, changes: list[Edit], tree: Node) -> str:
    if not text.endswith("\n") and any(_adds_lines(change) for change in changes):
        text, tree = _closed(text, tree)
    writer = Writer(Layout(text, tree))
    newline = "\r\n" if text.count("\r\n") * 2 > text.count("\n") else "\n"
    return _spliced(text, [span for change in changes for span in writer.spans(change)], newline)


def _adds_lines(change: Edit) -> bool:
    return change.kind == "insert" or (change.kind in ("order", "set") and change.after != ())


def _closed(text: str, tree: Node) -> tuple[str, Node]:
    """Say of a block text that ends with the file, without a line break, that it has none: it may get lines below."""
    last = tree
    while last.items:
        last = last.items[-1]
    sign = text[last.start : Layout(text, tree).sign_end(last)]
    if last.style not in ("|", ">") or "-" in sign or last.text.endswith("\n"):
        return text, tree
    text = f"{text[: last.start]}{sign.replace('+', '')}-{text[last.start + len(sign) :]}"
    return text, parse(text)


def _spliced(text: str, spans: list[Span], newline: str) -> str:
    pieces = []
    at = 0
    for span in sorted(spans, key=lambda span: (span.start, span.end)):
        pieces += [text[at : span.start], span.text if span.raw else span.text.replace("\n", newline)]
        at = max(at, span.end)
    return "".join([*pieces, text[at:]])
