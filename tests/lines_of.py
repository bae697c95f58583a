"""Which lines of a YAML text belong to which entry, found with PyYAML's own composer: the tests' second opinion."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

Place = tuple[str | int, ...]
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Lines:
    """The lines of a text, from 0, and the entries that stand on them."""

    def __init__(self, text: str) -> None:
        self.lines = text.split("\n")
        self.root = yaml.compose(text.removeprefix("\ufeff"), Loader=_LOADER)

    def span(self, place: Place) -> tuple[int, int]:
        """The first and last line of an entry, key or dash included, comments after it not."""
        key, value = self._entry(place)
        return key.start_mark.line, max(key.start_mark.line, self._last(value))

    def inside(self, place: Place) -> tuple[int, int]:
        """The entry's lines with the comments below them that are indented deeper than its key."""
        first, last = self.span(place)
        key, value = self._entry(place)
        ahead = last + 1
        while self._is_block(value) and ahead < len(self.lines) and self._is_comment_or_empty(ahead):
            line = self.lines[ahead]
            if line.strip():
                if len(line) - len(line.lstrip()) <= key.start_mark.column:
                    break
                last = ahead
            ahead += 1
        return first, last

    def on_lines_of_their_own(self, place: Place) -> bool:
        """Whether a map or list has its entries on lines, not in brackets, empty or missing."""
        return self._is_block(self._entry(place)[1] if place else self.root)

    def holds(self, place: Place) -> bool:
        """Whether something stands at the place, be it without a value."""
        try:
            self._entry(place)
        except (KeyError, IndexError):
            return False
        return True

    def is_map(self, place: Place) -> bool:
        """Whether the text has a map here."""
        return isinstance(self._entry(place)[1], yaml.MappingNode)

    def _entry(self, place: Place) -> tuple[Any, Any]:
        key, value = self.root, self.root
        for part in place:
            if isinstance(value, yaml.MappingNode):
                key, value = {pair[0].value: pair for pair in value.value}[str(part)]
            elif isinstance(value, yaml.SequenceNode) and isinstance(part, int):
                key = value = value.value[part]
            else:
                raise KeyError(place)
        return key, value

    def _is_block(self, node: Any) -> bool:
        return isinstance(node, yaml.CollectionNode) and bool(node.value) and not node.flow_style

    def _last(self, node: Any) -> int:
        while self._is_block(node):
            node = node.value[-1][1] if isinstance(node, yaml.MappingNode) else node.value[-1]
        last = int(node.end_mark.line)
        beyond = getattr(node, "style", None) in ("|", ">") and not self.lines[last][: node.end_mark.column].strip()
        return last - 1 if beyond else last

    def _is_comment_or_empty(self, line: int) -> bool:
        return self.lines[line].strip()[:1] in ("", "#")


def differences(old: Any, new: Any, place: Place = ()) -> Iterator[tuple[str, Place]]:
    """What differs between plain data: `set`, `gone` and `added` entries, and the maps and lists in another order."""
    if isinstance(old, dict) and isinstance(new, dict):
        yield from _of_maps(old, new, place)
    elif isinstance(old, list) and isinstance(new, list):
        yield from _of_lists(old, new, place)
    elif type(old) is not type(new) or old != new:
        yield "set", place


def _of_maps(old: dict[str, Any], new: dict[str, Any], place: Place) -> Iterator[tuple[str, Place]]:
    if [key for key in old if key in new] != [key for key in new if key in old]:
        yield "order", place
    for key, value in old.items():
        if key in new:
            yield from differences(value, new[key], (*place, key))
        else:
            yield "gone", (*place, key)
    yield from (("added", (*place, key)) for key in new if key not in old)


def _of_lists(old: list[Any], new: list[Any], place: Place) -> Iterator[tuple[str, Place]]:
    unlike = [index for index, item in enumerate(new) if len(old) == len(new) and repr(old[index]) != repr(item)]
    if len(unlike) == 1:
        yield from differences(old[unlike[0]], new[unlike[0]], (*place, unlike[0]))
        return
    rest = [repr(item) for item in new]
    changed = []
    for index, item in enumerate(old):
        if repr(item) in rest:
            rest.remove(repr(item))
        else:
            changed.append(index)
    yield from (("item", (*place, index)) for index in changed)
    if rest and not changed:
        yield "added", (*place, len(old))
    known = [repr(item) for item in new]
    kept = [repr(item) for index, item in enumerate(old) if index not in changed]
    if kept != [name for name in known if name in kept]:
        yield "order", place
