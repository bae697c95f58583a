"""Reads YAML text into a tree that remembers where everything stands, refusing what a workbook needs nothing of.

One pass over libyaml's parser events: anchors, aliases, tags, directives, second documents, duplicate keys, deep nesting
and conflict markers end with their line before anything is built. Nothing here knows what a workbook is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from .errors import Location, Problem
from .values import Plain

MAX_BYTES = 5_000_000
MAX_DEPTH = 20
_CONFLICT = re.compile(r"^(<{7}|>{7}|\|{7})( |$)|^={7}$", re.MULTILINE)
_NULL = ("", "~", "null", "Null", "NULL")
_Loader: Any = getattr(yaml, "CLoader", yaml.Loader)


class YamlFault(Exception):
    """The text isn't YAML that a workbook may hold; `problem` says what and on which line."""

    def __init__(self, message: str, line: int) -> None:
        self.problem = Problem((), message, line)
        super().__init__(message)


@dataclass(slots=True)
class Node:
    """A scalar, list or map of the text with its character offsets; `flow` means written with brackets or inline."""

    kind: str
    start: int
    end: int
    line: int
    column: int
    flow: bool = False
    style: str = ""
    text: str = ""
    items: list[Node] = field(default_factory=list)
    keys: list[Node] = field(default_factory=list)

    def child(self, part: str | int) -> Node | None:
        """The value under a key or at an index, if there is one."""
        if self.kind == "map":
            names = [key.text for key in self.keys]
            return self.items[names.index(str(part))] if str(part) in names else None
        if self.kind == "list" and isinstance(part, int) and part < len(self.items):
            return self.items[part]
        return None

    def data(self) -> Any:
        """The node as dicts, lists and text; unquoted scalars are `Plain`, empty ones None."""
        if self.kind == "map":
            return {key.text: item.data() for key, item in zip(self.keys, self.items, strict=True)}
        if self.kind == "list":
            return [item.data() for item in self.items]
        if self.style:
            return self.text
        return None if self.text in _NULL else Plain(self.text)


def decode(content: bytes) -> str:
    """Decode a file's bytes as UTF-8 (a byte order mark stays as a character); raises YamlFault."""
    if len(content) > MAX_BYTES:
        raise YamlFault(f"the file has {len(content):,} bytes; a workbook has at most {MAX_BYTES:,}", 0)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise YamlFault("the text is not UTF-8; save the file again as UTF-8 in your editor", line) from None


def parse(text: str) -> Node:
    """Read the text into a tree whose top is a map; raises YamlFault with the line."""
    conflict = _CONFLICT.search(text)
    if conflict:
        line = text.count("\n", 0, conflict.start()) + 1
        raise YamlFault(
            "a merge conflict marker; settle the conflict in your editor (keep one side, delete the markers)", line
        )
    try:
        return _Builder(text).build()
    except yaml.MarkedYAMLError as error:
        mark = error.context_mark if "expected ',' or" in str(error.problem) else error.problem_mark
        raise YamlFault(f"this isn't YAML: {_explain(error)}", mark.line + 1 if mark else 0) from None
    except yaml.YAMLError as error:
        raise YamlFault(f"this isn't YAML: {_one_line(str(error))}", _line_of(error, text)) from None


def line_at(tree: Node, where: Location) -> int:
    """The line (from 1) of a place in the tree, or of the nearest thing around it; a key's own line for a map entry."""
    line, node = 1, tree
    for part in where:
        child = node.child(part)
        if child is None:
            break
        line = node.keys[node.items.index(child)].line if node.kind == "map" else child.line
        node = child
    return line


class _Builder:
    """Builds the tree from the parser's events, refusing on the way."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.shift = 1 if text.startswith("\ufeff") else 0
        self.events = _Loader(text[self.shift :])

    def build(self) -> Node:
        self._next()
        start = self._next()
        if isinstance(start, yaml.StreamEndEvent):
            raise YamlFault("the file is empty; start one with: optlib new PATH", 1)
        if start.version or start.tags:
            raise YamlFault("a workbook has no % directives; delete the line", start.start_mark.line + 1)
        tree = self._node(self._next(), 1)
        self._next()
        extra = self._next()
        if not isinstance(extra, yaml.StreamEndEvent):
            raise YamlFault("a second document starts here; a workbook is one document", extra.start_mark.line + 1)
        if tree.kind != "map":
            raise YamlFault("a workbook is a mapping that begins with format: decision-workbook/1", tree.line)
        return tree

    def _next(self) -> Any:
        return self.events.get_event()

    def _node(self, event: Any, depth: int) -> Node:
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent):
            raise YamlFault(f"an alias (*{event.anchor}); a workbook has none, write the value out", line)
        if event.anchor:
            raise YamlFault(f"an anchor (&{event.anchor}); a workbook has none, delete it", line)
        if event.tag is not None:
            raise YamlFault(f"a tag ({event.tag}); a workbook has none, delete it", line)
        if depth > MAX_DEPTH:
            raise YamlFault(f"nested more than {MAX_DEPTH} deep", line)
        if isinstance(event, yaml.ScalarEvent):
            return self._made("scalar", event, style=event.style or "", text=event.value)
        node = self._made("map" if isinstance(event, yaml.MappingStartEvent) else "list", event)
        node.flow = bool(event.flow_style)
        self._fill(node, depth)
        return node

    def _made(self, kind: str, event: Any, **rest: Any) -> Node:
        start, end = event.start_mark, event.end_mark
        return Node(kind, start.index + self.shift, end.index + self.shift, start.line + 1, start.column, **rest)

    def _fill(self, node: Node, depth: int) -> None:
        ends = (yaml.MappingEndEvent, yaml.SequenceEndEvent)
        seen: dict[str, int] = {}
        while not isinstance(event := self._next(), ends):
            if node.kind == "map":
                key = self._node(event, depth + 1)
                self._check_key(key, seen)
                node.keys.append(key)
                event = self._next()
            node.items.append(self._node(event, depth + 1))
        node.end = event.end_mark.index + self.shift

    def _check_key(self, key: Node, seen: dict[str, int]) -> None:
        if key.kind != "scalar":
            raise YamlFault("a key must be one word, not a list or a mapping", key.line)
        if key.text in seen:
            first = seen[key.text]
            raise YamlFault(
                f"the key {key.text[:40]!r} stands here again (first on line {first}); keep one", key.line
            )
        seen[key.text] = key.line


def _explain(error: yaml.MarkedYAMLError) -> str:
    problem = _one_line(str(error.problem))
    if "cannot start any token" in problem:
        return "a tab, @, %, ` or the like where a value begins; indent with spaces, put text in quotes"
    if "unexpected end of stream" in problem or "expected ',' or" in problem:
        return "a quote or bracket is opened here and not closed"
    if "mapping values are not allowed" in problem:
        return "a second ': ' on the line; put the text in quotes"
    if "could not find expected ':'" in problem:
        return "a key without ': ' after it (or text that goes on at the wrong indentation)"
    if "did not find expected <block end>" in problem or "did not find expected key" in problem:
        return "the indentation doesn't fit the lines above, or a quote or bracket is not closed"
    return problem


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _line_of(error: yaml.YAMLError, text: str) -> int:
    position = getattr(error, "position", None)
    return text.count("\n", 0, position) + 1 if isinstance(position, int) else 0
