"""Turns one change of plain data into spans of YAML text to replace, in the layout and style that stand there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from .changes import Edit
from .errors import Location
from .yaml_emit import USUAL, emit, entry, inline, key_of, value_of
from .yaml_layout import Layout, is_block
from .yaml_tree import Node

_COMMA = re.compile(r"\s*,[ \t]*")


@dataclass(frozen=True)
class Span:
    """Replace text[start:end] with new text, `raw` where that is a piece of the text itself."""

    start: int
    end: int
    text: str = ""
    raw: bool = False


class Writer:
    """Turns one edit into spans of the text."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.text = layout.text
        self.look = layout.look()

    def spans(self, change: Edit) -> Iterable[Span]:
        """The spans that make one edit; LookupError where the text has no place for it."""
        makers: dict[str, Callable[[Edit], Iterable[Span]]] = {
            "rename": self._rename,
            "order": self._order,
            "set": self._set,
            "insert": self._insert,
            "drop": self._drop,
        }
        return makers[change.kind](change)

    def _node(self, where: Location) -> Node:
        node: Node | None = self.layout.tree
        for part in where:
            node = node.child(part) if node else None
        if node is None:
            raise LookupError(f"nothing stands at {where}")
        return node

    def _rename(self, change: Edit) -> Iterator[Span]:
        parent = self._node(change.where[:-1])
        key = parent.keys[parent.names[str(change.where[-1])]]
        yield Span(key.start, key.end, key_of(change.value, key.style))

    def _order(self, change: Edit) -> Iterator[Span]:
        node = self._node(change.where)
        wanted = [node.names[name] if node.kind == "map" else name for name in change.after]
        for slot, source in zip(sorted(wanted), wanted, strict=True):
            if slot != source:
                moved = self.text[slice(*self.layout.chunk(node, source))]
                yield Span(*self.layout.chunk(node, slot), moved, raw=True)

    def _set(self, change: Edit) -> Iterator[Span]:
        parent, key, value = self._node(change.where[:-1]), change.where[-1], change.value
        node = parent.child(key)
        if node is None:
            yield from self._add_key(parent, str(key), value, change.after)
        elif node.kind == "map" and node.items:
            yield from self._set_map(change.where, node, value)
        elif parent.flow:
            yield self._replace_in_flow(parent, parent.items.index(node), value)
        else:
            yield from self._replace(parent, parent.items.index(node), value)

    def _set_map(self, where: Location, node: Node, value: Any) -> Iterator[Span]:
        """Give values to a map's keys; what is no map itself becomes its `value`, the long form of a score."""
        values = value if isinstance(value, dict) else {"value": value}
        names = list(values)
        for index, name in enumerate(names):
            yield from self._set(Edit("set", (*where, name), values[name], tuple(names[:index])))
        rest = [name for name in _known(node) if name != "value"]
        if rest and not isinstance(value, dict):
            yield from self._drop(Edit("drop", where, after=tuple(rest)))

    def _replace_in_flow(self, parent: Node, index: int, value: Any) -> Span:
        node = parent.items[index]
        written = inline(value, node.style, flow=True)
        if parent.kind == "list" or node.start != node.end:
            return Span(node.start, node.end, written)
        key = parent.keys[index]
        return Span(key.at, key.at, f" {written}" if key.at > key.end else f": {written}")

    def _replace(self, parent: Node, index: int, value: Any) -> Iterator[Span]:
        node, layout = parent.items[index], self.layout
        at, end = layout.value_at(parent, index), layout.end(node)
        fresh = self._written(parent, index, value)
        head, body = _parted(fresh)
        below = "\n" in self.text[at : node.start]
        if is_block(node):
            yield from self._replace_block(node, at, fresh if fresh[0] == "\n" else f" {inline(value)}")
        elif below and "#" in self.text[at : node.start]:
            yield Span(node.start, end, inline(value, node.style))
        elif node.style in ("|", ">") and not below:
            yield Span(at, layout.sign_end(node), head)
            yield Span(layout.line_end(at), end, body)
        elif below or node.start == node.end or body:
            # A comment on the line where the value ended stays there.
            yield Span(at, end, head)
            yield Span(layout.line_end(end), layout.line_end(end), body)
        else:
            yield Span(node.start, end, fresh[1:])

    def _replace_block(self, node: Node, at: int, fresh: str) -> Iterator[Span]:
        """Replace a map or list below its key, but leave the comments between the two."""
        head, body = _parted(fresh)
        top = self.layout.line_start(node.start)
        yield Span(at, at, head)
        yield Span(top - self.layout.break_before(top), self.layout.line_end(self.layout.end(node)), body)

    def _written(self, parent: Node, index: int, value: Any) -> str:
        """What is to stand behind a colon or dash, in the style of what stands there."""
        style = parent.items[index].style
        if parent.kind == "map":
            key = parent.keys[index]
            return value_of(value, parent.column, self.look, style, key.end - key.start + 1)
        if isinstance(value, str):
            return value_of(value, parent.column, USUAL, style)
        return f" {emit(value, parent.column + 2, self.look)}"

    def _add_key(self, parent: Node, key: str, value: Any, before: tuple[str, ...]) -> Iterator[Span]:
        if parent.kind != "map":
            raise LookupError(f"{key} has no map to stand in")
        known = [parent.names[name] for name in before if name in parent.names]
        behind = known[-1] if known else -1
        if parent.flow:
            yield from self._into_flow(parent, f"{key_of(key)}: {inline(value, flow=True)}", behind)
        else:
            yield self._into_block(parent, entry(key, value, parent.column, self.look), behind)

    def _insert(self, change: Edit) -> Iterator[Span]:
        parent, behind = self._node(change.where[:-1]), int(change.where[-1]) - 1
        if parent.flow:
            yield from self._into_flow(parent, ", ".join(inline(item, flow=True) for item in change.value), behind)
        else:
            items = (f"- {emit(item, parent.column + 2, self.look)}" for item in change.value)
            yield self._into_block(parent, f"\n{' ' * parent.column}".join(items), behind)

    def _into_block(self, parent: Node, written: str, behind: int) -> Span:
        indent = "\n" + " " * parent.column
        if behind < 0:
            at = self.layout.begin(parent, 0)
            return Span(at, at, written + indent)
        at = self.layout.reach(parent, behind)
        return Span(at, at, indent + written)

    def _into_flow(self, parent: Node, written: str, behind: int) -> Iterator[Span]:
        # A pair may stand in a list without braces of its own, `[on: 2026-12-01]`, but only one.
        bare = self.text[parent.start] not in "{["
        at = parent.start + (0 if bare else 1) if behind < 0 else parent.items[behind].end
        if bare:
            yield Span(parent.start, parent.start, "{")
        yield Span(at, at, f", {written}" if behind >= 0 else f"{written}, " if parent.items else written)
        if bare:
            yield Span(parent.end, parent.end, "}")

    def _drop(self, change: Edit) -> Iterator[Span]:
        node = self._node(change.where)
        gone = sorted(node.names[name] if node.kind == "map" else name for name in change.after)
        if not change.where:
            yield from self._drop_sections(node, gone)
        elif len(gone) == len(node.items):
            yield from self._empty(change.where, node)
        elif node.flow:
            for first, last in _runs(gone):
                yield from self._cut(node, first, last)
        else:
            yield from self._drop_lines(node, gone)

    def _drop_sections(self, node: Node, gone: list[int]) -> Iterator[Span]:
        for index in gone:
            section = node.items[index]
            known = _known(section)
            if len(known) < len(section.keys):
                yield from self._drop(Edit("drop", (node.keys[index].text,), after=tuple(known))) if known else ()
            elif node.flow:
                yield from self._cut(node, index, index)
            else:
                yield Span(*self.layout.lines(node, index))

    def _drop_lines(self, node: Node, gone: list[int]) -> Iterator[Span]:
        kept = next(index for index in range(len(node.items)) if index not in gone)
        if kept > 0 and self.layout.shares_line(node):
            # What stands beside a dash gives its place to the next entry; the comments above that one stay before it.
            indent = "\n" + " " * node.column
            comments = [words for index in range(1, kept + 1) for words in self.layout.comments_above(node, index)]
            begin, end = self.layout.begin(node, 0), self.layout.begin(node, kept)
            yield Span(begin, end, "".join(words + indent for words in comments))
            gone = [index for index in gone if index > kept]
        for index in gone:
            yield Span(*self.layout.lines(node, index))

    def _empty(self, where: Location, node: Node) -> Iterator[Span]:
        """Write {} for a map that loses all; comments on lines of their own stay."""
        layout = self.layout
        if node.flow:
            yield Span(node.start, node.end, "{}" if node.kind == "map" else "[]")
            return
        first = 0
        if layout.shares_line(node):
            yield Span(node.start, layout.line_end(layout.end(node.items[0])), "{}")
            first = 1
        else:
            parent = self._node(where[:-1])
            at = layout.value_at(parent, parent.items.index(node))
            yield Span(at, at, " {}")
        for index in range(first, len(node.items)):
            yield Span(*layout.lines(node, index))

    def _cut(self, node: Node, first: int, last: int) -> Iterator[Span]:
        """Take a run of entries out of brackets with a comma each; comments between entries stay."""
        layout = self.layout
        begins = [layout.begin(node, index) for index in range(len(node.items))]
        ends = [item.end for item in node.items]
        noted = ["#" in self.text[end:begin] for end, begin in zip(ends, begins[1:], strict=False)]
        at_end = last + 1 == len(ends)
        if not any(noted[first - at_end : last + 1]):
            yield Span(ends[first - 1], ends[last]) if at_end else Span(begins[first], begins[last + 1])
            return
        pieces = [index for index in range(first, last + 1) if index == first or noted[index - 1]]
        for piece, following in zip(pieces, [*pieces[1:], last + 1], strict=True):
            end = ends[following - 1]
            comma = _COMMA.match(self.text, end)
            yield self._whole_line(begins[piece], comma.end() if comma else end)

    def _whole_line(self, start: int, end: int) -> Span:
        """The span, or all of its line where nothing else stands there."""
        line, line_end = self.layout.line_start(start), self.layout.line_end(end)
        if self.text[line:start].strip() or self.text[end:line_end].strip():
            return Span(start, end)
        return Span(line - self.layout.break_before(line), line_end)


def _known(node: Node) -> list[str]:
    return [name for name in node.names if not name.startswith("x-")]


def _parted(fresh: str) -> tuple[str, str]:
    head, line_break, body = fresh.partition("\n")
    return head, line_break + body


def _runs(indexes: list[int]) -> Iterator[tuple[int, int]]:
    """The first and last of each run of neighbours: [1, 2, 5] has (1, 2) and (5, 5)."""
    for _, run in groupby(enumerate(indexes), key=lambda pair: pair[1] - pair[0]):
        neighbours = [index for _, index in run]
        yield neighbours[0], neighbours[-1]
