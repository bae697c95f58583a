"""Knows where the entries of YAML text stand: where each begins and ends, and which lines and comments belong to it."""

from __future__ import annotations

import re

from .yaml_emit import Look
from .yaml_tree import Node

_COMMENT_LINE = re.compile(r"^[ \t]*(#.*?)\r?$", re.MULTILINE)
_BLOCK_SIGN = re.compile(r"[|>][-+\d]*")


class Layout:
    """Offsets into the text of a tree; an entry is a key or dash with its value, named by its collection and index."""

    def __init__(self, text: str, tree: Node) -> None:
        self.text = text
        self.tree = tree

    def begin(self, parent: Node, index: int) -> int:
        """Where an entry's key or dash stands; in a list in brackets, its value."""
        if parent.kind == "map":
            return parent.keys[index].start
        if parent.flow:
            return parent.items[index].start
        if index == 0:
            return parent.start
        dash = re.compile(rf"\n {{{parent.column}}}-").search(self.text, self.end(parent.items[index - 1]))
        if not dash:
            raise LookupError(f"no dash before entry {index}")
        return dash.end() - 1

    def value_at(self, parent: Node, index: int) -> int:
        """Where an entry's value may begin: behind its colon or dash."""
        return parent.keys[index].at if parent.kind == "map" else self.begin(parent, index) + 1

    def end(self, node: Node) -> int:
        """Where the node's last character stands, without the blank lines and comments that libyaml counts to it."""
        while is_block(node):
            node = node.items[-1]
        if node.style not in ("|", ">"):
            return node.end
        if "+" in self.text[node.start : self.sign_end(node)]:
            # The empty lines count; libyaml may have read on into the indentation of the line after them.
            end = self.line_start(node.end) if self.text[node.end - 1] == " " else node.end
            return end - self.break_before(end)
        return self.line_end(node.start + len(self.text[node.start : node.end].rstrip(" \t\r\n")))

    def sign_end(self, node: Node) -> int:
        """Where the sign of a block text ends: `|`, `>-`, `|2+`."""
        sign = _BLOCK_SIGN.match(self.text, node.start)
        return sign.end() if sign else node.start

    def reach(self, parent: Node, index: int) -> int:
        """Where an entry ends with the comments below it that are indented deeper than it."""
        end = self.line_end(self.end(parent.items[index]))
        deeper = re.compile(rf"(?:\r?\n[ \t]*(?=\r?\n))*\r?\n {{{parent.column + 1},}}#[^\r\n]*")
        while found := deeper.match(self.text, end):
            end = found.end()
        return end

    def lines(self, parent: Node, index: int) -> tuple[int, int]:
        """The span of an entry's lines with the line break before them; comments inside a map or list are its own."""
        start = self.line_start(self.begin(parent, index))
        item = parent.items[index]
        end = self.reach(parent, index) if is_block(item) else self.line_end(self.end(item))
        return start - self.break_before(start), end

    def chunk(self, parent: Node, index: int) -> tuple[int, int]:
        """The span that moves when entries are reordered: in a block, whole lines with the comments above."""
        start = self.begin(parent, index)
        if parent.flow:
            return start, parent.items[index].end
        if self.shares_line(parent):
            raise LookupError("the first entry stands beside a dash")
        comment = _COMMENT_LINE.search(self.text, self._above(parent, index), start)
        return comment.start() if comment else self.line_start(start), self.reach(parent, index)

    def comments_above(self, parent: Node, index: int) -> list[str]:
        """The comments on lines of their own above an entry that is not the first."""
        return _COMMENT_LINE.findall(self.text, self._above(parent, index), self.begin(parent, index))

    def has_comment_line(self, start: int, end: int) -> bool:
        """Whether a comment has a line of its own in a span."""
        return _COMMENT_LINE.search(self.text, start, end) is not None

    def shares_line(self, parent: Node) -> bool:
        """Whether the first entry stands beside the dash of a list."""
        start = self.begin(parent, 0)
        return bool(self.text[self.line_start(start) : start].strip("\ufeff \t"))

    def line_start(self, at: int) -> int:
        """Where the line begins that holds this offset."""
        return self.text.rfind("\n", 0, at) + 1

    def line_end(self, at: int) -> int:
        """Where the line ends that holds this offset, before its line break."""
        end = self.text.find("\n", at)
        end = len(self.text) if end < 0 else end
        return end - 1 if self.text[end - 1 : end] == "\r" else end

    def break_before(self, at: int) -> int:
        """The width of the line break that ends at an offset; 0 where none does."""
        return 2 if self.text[max(at - 2, 0) : at] == "\r\n" else 1 if self.text[max(at - 1, 0) : at] == "\n" else 0

    def look(self) -> Look:
        """How far this text indents, as far as it shows."""
        steps, dashes = _indents(self.tree)
        return Look(min(steps, default=2), min(dashes, default=2))

    def _above(self, parent: Node, index: int) -> int:
        """Where the lines begin that stand above an entry and are no other's; above the first, the comments on it."""
        if index:
            end = self.reach(parent, index - 1)
            return self.text.index("\n", end) + 1
        start = self.line_start(parent.start)
        while start and _COMMENT_LINE.fullmatch(self.text, previous := self.line_start(start - 1), start - 1):
            start = previous
        return start


def is_block(node: Node) -> bool:
    """Whether the node is a map or list with lines of its own."""
    return bool(node.items) and not node.flow


def _indents(node: Node) -> tuple[set[int], set[int]]:
    steps: set[int] = set()
    dashes: set[int] = set()
    for item in node.items if is_block(node) else ():
        if is_block(item) and node.kind == "map":
            (steps if item.kind == "map" else dashes).add(item.column - node.column)
        inner_steps, inner_dashes = _indents(item)
        steps |= inner_steps
        dashes |= inner_dashes
    return steps, dashes
