"""Changes YAML text in place: only the lines of what changed are touched, everything else stays byte for byte.

`edits(old, new)` compares plain data; `apply(text, edits)` rewrites the spans that the edits name. Comments stay, also
those above an entry that is deleted: they are somebody's words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from .errors import Location
from .yaml_emit import emit, entry, inline
from .yaml_tree import Node, parse


@dataclass(frozen=True)
class Edit:
    """One change of a text.

    `set` replaces a value, `fill` gives one where there was nothing that counts, `delete` removes one, `insert` puts
    list items before an index, `order` puts a map's keys in the order of `after`. For a new key, `after` names the keys
    that stand before it.
    """

    kind: str
    where: Location
    value: Any = None
    after: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Span:
    """Replace text[start:end] with new text."""

    start: int
    end: int
    text: str


def edits(old: Any, new: Any, where: Location = ()) -> list[Edit]:
    """The changes that turn plain data `old` into `new`."""
    if isinstance(old, dict) and isinstance(new, dict) and new:
        return _map_edits(old, new, where) if old else [Edit("fill", where, new)]
    if isinstance(old, list) and isinstance(new, list) and old and new:
        return _list_edits(old, new, where)
    return [] if _same(old, new) else [Edit("set", where, new)]


def apply(text: str, changes: list[Edit]) -> str:
    """The text with the changes made; line breaks are written as the text has them."""
    newline = "\r\n" if "\r\n" in text else "\n"
    orders = [change for change in changes if change.kind == "order"]
    deletes = [change for change in changes if change.kind == "delete" and isinstance(change.where[-1], str)]
    rest = [change for change in changes if change not in orders and change not in deletes]
    for step in ([order] for order in orders):
        text = _step(text, step, newline)
    for step in (deletes, rest):
        text = _step(text, step, newline)
    return text


def _step(text: str, changes: list[Edit], newline: str) -> str:
    if not changes:
        return text
    writer = _Writer(text, parse(text))
    return _spliced(text, [span for change in changes for span in writer.spans(change)], newline)


def _same(old: Any, new: Any) -> bool:
    return type(old) is type(new) and bool(old == new)


def _map_edits(old: dict[str, Any], new: dict[str, Any], where: Location) -> list[Edit]:
    common = [key for key in old if key in new]
    if not common:
        return [Edit("set", where, new)]
    changes = []
    wanted = [key for key in new if key in old]
    if common != wanted:
        changes.append(Edit("order", where, after=tuple(wanted)))
    for key in old:
        changes += edits(old[key], new[key], (*where, key)) if key in new else [Edit("delete", (*where, key))]
    before: tuple[str, ...] = ()
    for key in new:
        if key not in old:
            changes.append(Edit("fill", (*where, key), new[key], before))
        before = (*before, key)
    return changes


def _list_edits(old: list[Any], new: list[Any], where: Location) -> list[Edit]:
    changes = []
    kept = 0
    for tag, a, b, c, d in SequenceMatcher(None, _keys(old), _keys(new), autojunk=False).get_opcodes():
        kept += b - a if tag == "equal" else 0
        paired = min(b - a, d - c) if tag == "replace" else 0
        for step in range(paired):
            changes += edits(old[a + step], new[c + step], (*where, a + step)) or []
        kept += paired
        changes += [Edit("delete", (*where, index)) for index in range(a + paired, b)] if tag != "equal" else []
        if tag in ("insert", "replace") and d - c > paired:
            changes.append(Edit("insert", (*where, a + paired), new[c + paired : d]))
    return changes if kept else [Edit("set", where, new)]


def _keys(items: list[Any]) -> list[str]:
    return [f"{type(item).__name__} {item!r}" for item in items]


class _Writer:
    """Turns one edit into spans of the text."""

    def __init__(self, text: str, tree: Node) -> None:
        self.text = text
        self.tree = tree

    def spans(self, change: Edit) -> list[_Span]:
        """The spans that make one edit; LookupError where the text has no place for it."""
        if change.kind == "order":
            return self._order(self._node(change.where), change.after)
        if not change.where:
            return self._fill_map(self.tree, change.value)
        parent, key = self._node(change.where[:-1]), change.where[-1]
        if change.kind == "insert":
            return self._insert_items(parent, int(key), change.value)
        node = parent.child(key)
        if change.kind == "delete":
            return list(self._delete(parent, key)) if node is not None else []
        if change.kind == "fill":
            return self._fill(parent, key, change.value, change.after)
        if node is None:
            raise LookupError(f"nothing stands at {change.where}")
        return list(self._replace(parent, node, key, change.value))

    def _node(self, where: Location) -> Node:
        node: Node | None = self.tree
        for part in where:
            node = node.child(part) if node else None
        if node is None:
            raise LookupError(f"nothing stands at {where}")
        return node

    def _fill(self, parent: Node, key: str | int, value: Any, before: tuple[str, ...]) -> list[_Span]:
        node = parent.child(key)
        if node is None:
            return [self._insert_key(parent, str(key), value, before)]
        if isinstance(value, dict) and node.kind == "map" and node.items:
            return self._fill_map(node, value)
        return list(self._replace(parent, node, key, value))

    def _fill_map(self, node: Node, value: dict[str, Any]) -> list[_Span]:
        before: tuple[str, ...] = ()
        spans = []
        for key, item in value.items():
            spans += self._fill(node, key, item, before)
            before = (*before, key)
        return spans

    def _replace(self, parent: Node, node: Node, key: str | int, value: Any) -> Iterator[_Span]:
        if parent.flow:
            yield _Span(node.start, node.end, inline(value, _quote(node), flow=True))
        elif parent.kind == "list":
            yield _Span(node.start, self._content_end(node), self._text(node, value, node.column))
        else:
            yield from self._replace_entry(parent, node, key, value)

    def _replace_entry(self, parent: Node, node: Node, key: str | int, value: Any) -> Iterator[_Span]:
        name = parent.keys[parent.items.index(node)]
        colon = self.text.index(":", name.end) + 1
        end = self._content_end(node)
        column = parent.keys[0].column
        if not _is_block(node) and not _breaks(value, column + 2):
            start = node.start if node.start > colon else colon
            yield _Span(start, end, ("" if node.start > colon else " ") + self._text(node, value, column + 2))
            return
        written = entry(str(key), value, column)
        fresh = written[written.index(":", len(inline(str(key)))) + 1 :]
        if _is_block(node) or node.style in ("|", ">"):
            comment = re.search(r"\s+#.*", self.text[colon : self._line_end(colon)])
            head, _, body = fresh.partition("\n")
            yield _Span(colon, end, head + (comment.group() if comment else "") + ("\n" + body if body else ""))
        else:
            yield _Span(colon, end, "")
            yield from self._after_comment(end, fresh)

    def _after_comment(self, end: int, fresh: str) -> Iterator[_Span]:
        """Put a block value below the line on which a short value stood, leaving that line's comment."""
        head, _, body = fresh.partition("\n")
        if head:
            yield _Span(end, end, head)
        line_end = self._line_end(end)
        yield _Span(line_end, line_end, "\n" + body)

    def _text(self, node: Node, value: Any, column: int) -> str:
        if isinstance(value, str) and "\n" not in value:
            return inline(value, _quote(node))
        return emit(value, column)

    def _insert_key(self, parent: Node, key: str, value: Any, before: tuple[str, ...]) -> _Span:
        if parent.kind != "map":
            raise LookupError(f"{key} has no map to stand in")
        names = [name.text for name in parent.keys]
        known = [names.index(name) for name in before if name in names]
        if parent.flow:
            written = f"{inline(key, flow=True)}: {inline(value, flow=True)}"
            return self._into_flow(parent, written, known[-1] if known else -1)
        column = parent.keys[0].column
        written = entry(key, value, column)
        if not known:
            return _Span(parent.keys[0].start, parent.keys[0].start, written + "\n" + " " * column)
        at = self._line_end(self._content_end(parent.items[known[-1]]))
        return _Span(at, at, "\n" + " " * column + written)

    def _insert_items(self, parent: Node, index: int, values: list[Any]) -> list[_Span]:
        if parent.flow:
            return [self._into_flow(parent, ", ".join(inline(value, flow=True) for value in values), index - 1)]
        column = parent.column
        lines = [f"- {emit(value, column + 2)}" for value in values]
        if index == 0:
            return [_Span(parent.start, parent.start, "".join(f"{line}\n{' ' * column}" for line in lines))]
        at = self._line_end(self._content_end(parent.items[index - 1]))
        return [_Span(at, at, "".join(f"\n{' ' * column}{line}" for line in lines))]

    def _order(self, node: Node, wanted: tuple[str, ...]) -> list[_Span]:
        names = [key.text for key in node.keys]
        chunks = {name: self._chunk(node, names.index(name)) for name in wanted}
        slots = [chunks[name] for name in sorted(wanted, key=names.index)]
        return [
            _Span(*slot, self.text[slice(*chunks[name])])
            for slot, name in zip(slots, wanted, strict=True)
            if slot != chunks[name]
        ]

    def _chunk(self, node: Node, index: int) -> tuple[int, int]:
        """The span of an entry; in a block, whole lines, with the comments above it."""
        if node.flow:
            return node.keys[index].start, node.items[index].end
        end = self._line_end(self._content_end(node.items[index]))
        if index == 0:
            start = self._line_start(node.keys[0].start)
            if self.text[start : node.keys[0].start].strip():
                raise LookupError("the first entry shares its line")
            return start, end
        previous = self._line_end(self._content_end(node.items[index - 1]))
        return min(previous + self._break_width(previous), node.keys[index].start), end

    def _into_flow(self, parent: Node, written: str, after: int) -> _Span:
        if after >= 0:
            at = parent.items[after].end
            return _Span(at, at, f", {written}")
        at = parent.start + 1
        return _Span(at, at, f"{written}, " if parent.items else written)

    def _delete(self, parent: Node, key: str | int) -> Iterator[_Span]:
        index = [name.text for name in parent.keys].index(str(key)) if parent.kind == "map" else int(key)
        first = parent.keys[index] if parent.kind == "map" else parent.items[index]
        item = parent.items[index]
        if parent.flow:
            yield from self._delete_flow(parent, index, first.start, item.end)
            return
        end = self._line_end(self._content_end(item))
        start = self._line_start(first.start)
        if parent.kind == "map" and self.text[start : first.start].strip():
            following = parent.keys[index + 1]
            yield _Span(first.start, following.start, "")
        else:
            yield _Span(start - self._trailing_break(start), end, "")

    def _delete_flow(self, parent: Node, index: int, start: int, end: int) -> Iterator[_Span]:
        yield _Span(start, end, "")
        comma = self._comma(end) if index + 1 < len(parent.items) else self._comma(parent.items[index - 1].end)
        width = 2 if self.text[comma : comma + 2] == ", " else 1
        yield _Span(comma, comma + width, "")

    def _comma(self, at: int) -> int:
        while self.text[at] != ",":
            at = self._line_end(at) if self.text[at] == "#" else at + 1
        return at

    def _content_end(self, node: Node) -> int:
        """Where the node's last character stands, without the blank lines and comments that libyaml counts to it."""
        while node.items and not node.flow:
            node = node.items[-1]
        if node.style not in ("|", ">"):
            return node.end
        if "+" in self.text[node.start : self._line_end(node.start)].split("#")[0]:
            return node.end - self._trailing_break(node.end)
        return node.start + len(self.text[node.start : node.end].rstrip())

    def _trailing_break(self, end: int) -> int:
        return 2 if self.text[end - 2 : end] == "\r\n" else 1 if self.text[end - 1 : end] == "\n" else 0

    def _line_start(self, at: int) -> int:
        return self.text.rfind("\n", 0, at) + 1

    def _line_end(self, at: int) -> int:
        end = self.text.find("\n", at)
        end = len(self.text) if end < 0 else end
        return end - 1 if self.text[end - 1 : end] == "\r" else end

    def _break_width(self, at: int) -> int:
        return 2 if self.text[at : at + 2] == "\r\n" else 1


def _spliced(text: str, spans: list[_Span], newline: str) -> str:
    pieces = []
    at = 0
    for span in sorted(spans, key=lambda span: (span.start, span.end)):
        pieces += [text[at : span.start], span.text.replace("\n", newline) if newline != "\n" else span.text]
        at = max(at, span.end)
    return "".join([*pieces, text[at:]])


def _is_block(node: Node) -> bool:
    return bool(node.items) and not node.flow


def _breaks(value: Any, column: int) -> bool:
    return "\n" in emit(value, column)


def _quote(node: Node) -> str:
    return node.style if node.style in ("'", '"') else ""
