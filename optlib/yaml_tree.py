"""Reads YAML text into a tree that remembers where everything stands, refusing what a workbook needs nothing of.

One pass over libyaml's parser events: anchors, aliases, tags, directives, second documents, duplicate keys,
deep nesting and conflict markers end with their line before anything is built. Nothing here knows what a workbook is.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Any

import yaml

from .errors import Location, Problem
from .values import Plain

MAX_BYTES = 5_000_000
MAX_DEPTH = 20
MAX_VALUES = 500_000
_CONFLICT = re.compile(r"^(?:<{7}|>{7}|\|{7})(?= |\r?$)|^={7}\r?$", re.MULTILINE)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
_LONE_RETURN = re.compile(r"\r(?!\n)")
_COLON = re.compile(r"[ \t]*:")
_NULL = ("", "~", "null", "Null", "NULL")
_Loader: Any = getattr(yaml, "CLoader", yaml.Loader)

_OPENED = "a quote or bracket is opened here and not closed"
_INDENTED = "the indentation doesn't fit the lines above, or a quote or bracket is closed twice or too early"
_NO_COLON = "a key without ': ' after it (a key's colon needs a space behind it; text goes on deeper than its key)"
_ESCAPE = "a backslash in double quotes that means nothing; write two, or put the text in single quotes"
_DIRECTIVE = "a line that begins with %, or goes on after '...'; a workbook has neither, delete it"
# What the parser says, in its own words, and what that means to somebody who writes a workbook; the first that fits.
_EXPLAINED = (
    (
        "cannot start any token",
        "a tab, @, %, ` or the like where a value begins; indent with spaces, put text in quotes",
    ),
    ("tab character", "a tab in the indentation; indent with spaces"),
    ("unexpected end of stream", _OPENED),
    ("unexpected document indicator", _OPENED),
    ("expected ',' or", _OPENED),
    (
        "mapping values are not allowed",
        "a ': ' too many, or none on the line above; put text that holds one in quotes, begin keys below each other",
    ),
    ("mapping keys are not allowed", "a '? ' where a value begins; put the text in quotes"),
    ("block sequence entries are not allowed", "a '- ' behind a key; begin the list on the next line"),
    ("could not find expected ':'", _NO_COLON),
    ("expected alphabetic or numeric character", "a * or & where a value begins; put the text in quotes"),
    ("unknown escape character", _ESCAPE),
    ("hexdecimal number", _ESCAPE),
    ("invalid Unicode character escape", _ESCAPE),
    (
        "expected '-' indicator",
        "the list ends in something that doesn't begin with '- ' or isn't indented like its entries",
    ),
    ("expected <block end>", _INDENTED),
    ("did not find expected key", _INDENTED),
    ("expected node content", "a comma or bracket where a value should stand"),
    ("found unexpected ':'", "a ':' in text inside brackets; put the text in quotes"),
    ("undefined tag handle", "a tag; a workbook has none: delete it, or put text that begins with ! in quotes"),
    ("comment or line break", "text behind | or >; begin it on the next line"),
    ("directive", _DIRECTIVE),
    ("YAML document", _DIRECTIVE),
    ("<document start>", _DIRECTIVE),
)
# Here the parser is far past the fault when it notices: what began it is the better line.
_AT_THE_BEGINNING = (
    "unexpected end of stream",
    "unexpected document",
    "expected ',' or",
    "could not find expected ':'",
)


class YamlFault(Exception):  # noqa: N818 - read_document makes an error of it
    """The text isn't YAML that a workbook may hold; `problem` says what and on which line."""

    def __init__(self, message: str, line: int) -> None:
        self.problem = Problem((), message, line)
        super().__init__(message)


_NO_NODES: list[Any] = []
_NO_NAMES: dict[str, int] = {}


@dataclass(slots=True, eq=False)
class Node:
    """A scalar, list or map of the text with its character offsets; `flow` means written with brackets or inline.

    `at` is where a key's value may begin: behind its colon, or behind the key where a flow map leaves the colon out.
    """

    kind: str
    start: int
    end: int
    line: int
    column: int
    flow: bool = False
    style: str = ""
    text: str = ""
    at: int = 0
    # A scalar, of which there are many, has one empty list and dict together with all others.
    items: list[Node] = field(default_factory=lambda: _NO_NODES)
    keys: list[Node] = field(default_factory=lambda: _NO_NODES)
    names: dict[str, int] = field(default_factory=lambda: _NO_NAMES)

    def child(self, part: str | int) -> Node | None:
        """The value under a key or at an index, if there is one."""
        if self.kind == "map":
            index = self.names.get(str(part))
            return None if index is None else self.items[index]
        if self.kind == "list" and isinstance(part, int) and 0 <= part < len(self.items):
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
        raise YamlFault(f"the file has more than {MAX_BYTES:,} bytes; a workbook is text, link to what is larger", 1)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise YamlFault("the text is not UTF-8; save the file again as UTF-8 in your editor", line) from None


def parse(text: str) -> Node:
    """Read the text into a tree whose top is a map; raises YamlFault with the line."""
    _refuse_characters(text)
    try:
        return _Builder(text).build()
    except yaml.MarkedYAMLError as error:
        begun = any(words in str(error.problem) for words in _AT_THE_BEGINNING)
        mark = (begun and error.context_mark) or error.problem_mark
        raise YamlFault(f"this isn't YAML: {_explain(str(error.problem))}", _line_of(text, mark)) from None
    except yaml.YAMLError as error:
        raise YamlFault(f"this isn't YAML: {_explain(str(error))}", 1) from None


def line_at(tree: Node, where: Location) -> int:
    """The line (from 1) of a place in the tree, or of the nearest thing around it; a key's own line for a map entry."""
    line, node = 1, tree
    for part in where:
        child = node.child(part)
        if child is None:
            break
        line = node.keys[node.names[str(part)]].line if node.kind == "map" else child.line
        node = child
    return line


def _refuse_characters(text: str) -> None:
    """Refuse what no YAML holds, and what a merge left behind, before the parser stumbles over it."""
    for pattern, message in (
        (_CONTROL, "a control character (U+{:04X}); delete it, or save the file as UTF-8 if it is in another encoding"),
        (
            _LONE_RETURN,
            "a carriage return (U+{:04X}) that ends no line; save the file with LF line ends in your editor",
        ),
        (_CONFLICT, "a merge conflict marker; settle the conflict in your editor (keep one side, delete the markers)"),
    ):
        if found := pattern.search(text):
            raise YamlFault(message.format(ord(found[0][0])), text.count("\n", 0, found.start()) + 1)


class _Builder:
    """Builds the tree from the parser's events, refusing on the way."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.shift = 1 if text.startswith("\ufeff") else 0
        self.events = _Loader(text[self.shift :])
        # The parser also counts U+0085, U+2028 and U+2029 as line ends; editors don't.
        self.made = 0
        self.breaks = [found.start() for found in re.finditer("\n", text)]

    def build(self) -> Node:
        self._next()
        start = self._next()
        if isinstance(start, yaml.StreamEndEvent):
            raise YamlFault("the file is empty; start a workbook with: optlib new PATH", 1)
        if start.version or start.tags:
            raise YamlFault("a workbook has no % directives; delete the line", self._line(start.start_mark))
        tree = self._node(self._next(), 1)
        self._next()
        extra = self._next()
        if not isinstance(extra, yaml.StreamEndEvent):
            line = self._line(extra.start_mark)
            raise YamlFault("a second document starts here; a workbook is one document, without '---'", line)
        if tree.kind != "map":
            raise YamlFault("a workbook is a mapping that begins with format: decision-workbook/1", tree.line)
        return tree

    def _next(self) -> Any:
        return self.events.get_event()

    def _line(self, mark: Any) -> int:
        return bisect_right(self.breaks, mark.index + self.shift - 1) + 1

    def _node(self, event: Any, depth: int) -> Node:
        self._refuse(event, depth)
        if isinstance(event, yaml.ScalarEvent):
            return self._made("scalar", event, style=event.style or "", text=event.value)
        kind = "map" if isinstance(event, yaml.MappingStartEvent) else "list"
        node = self._made(kind, event, flow=bool(event.flow_style), items=[], keys=[], names={})
        self._fill(node, depth)
        return node

    def _refuse(self, event: Any, depth: int) -> None:
        line = self._line(event.start_mark)
        quotes = "put text that begins with {} in quotes"
        if isinstance(event, yaml.AliasEvent):
            name = f"an alias (*{str(event.anchor)[:40]})"
            raise YamlFault(f"{name}; a workbook has none: write the value out, or {quotes.format('*')}", line)
        if event.anchor:
            name = f"an anchor (&{event.anchor[:40]})"
            raise YamlFault(f"{name}; a workbook has none: delete it, or {quotes.format('&')}", line)
        if event.tag is not None:
            raise YamlFault(f"a tag ({event.tag[:40]}); a workbook has none: delete it, or {quotes.format('!')}", line)
        if depth > MAX_DEPTH:
            raise YamlFault(f"nested more than {MAX_DEPTH} deep; a workbook's own keys never are", line)

    def _made(self, kind: str, event: Any, **rest: Any) -> Node:
        start, end = event.start_mark, event.end_mark
        self.made += 1
        if self.made > MAX_VALUES:
            raise YamlFault(
                f"more than {MAX_VALUES:,} keys and values; a workbook has some thousands, is this another file?",
                self._line(start),
            )
        return Node(kind, start.index + self.shift, end.index + self.shift, self._line(start), start.column, **rest)

    def _fill(self, node: Node, depth: int) -> None:
        ends = (yaml.MappingEndEvent, yaml.SequenceEndEvent)
        while not isinstance(event := self._next(), ends):
            if node.kind == "map":
                key = self._node(event, depth + 1)
                self._check_key(node, key)
                node.names[key.text] = len(node.keys)
                node.keys.append(key)
                event = self._next()
            node.items.append(self._node(event, depth + 1))
        node.end = event.end_mark.index + self.shift  # type: ignore[union-attr]

    def _check_key(self, node: Node, key: Node) -> None:
        if key.kind != "scalar":
            raise YamlFault("a key must be one word, not a list or a mapping", key.line)
        if key.text in node.names:
            first = node.keys[node.names[key.text]].line
            raise YamlFault(f"the key {key.text[:40]!r} stands here again (first on line {first}); keep one", key.line)
        colon = _COLON.match(self.text, key.end)
        # In brackets `{a, b}` are keys without values; elsewhere no colon, or a question mark, is the long way to
        # write a key, and nothing that a change could be written into.
        before = self.text[max(key.start - 9, 0) : key.start].rstrip(" ")
        if not (colon or node.flow) or before.endswith("?"):
            raise YamlFault("a key in YAML's long form; write it as key: value, on one line", key.line)
        key.at = colon.end() if colon else key.end


def _explain(problem: str) -> str:
    for words, explained in _EXPLAINED:
        if words in problem:
            return explained
    return " ".join(problem.split())


def _line_of(text: str, mark: Any) -> int:
    shift = 1 if text.startswith("\ufeff") else 0
    return text.count("\n", 0, mark.index + shift) + 1 if mark else 1
