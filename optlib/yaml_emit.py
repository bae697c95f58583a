"""Writes plain data as YAML text in the hand-made look of a workbook. Knows nothing of what it writes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

FLOW_WIDTH = 90
TEXT_WIDTH = 120
_SAFE = re.compile(r"[A-Za-z][\w /()+.'’–—=<>≥≤€$%*&~^,;:!?@\"-]*", re.UNICODE)
_KEY = re.compile(r"(?!(?:null|true|false)$)[a-z0-9_][a-z0-9_-]*", re.IGNORECASE)
_WORDS = {"null", "true", "false", "yes", "no", "on", "off", "y", "n"}
_UNSAFE_IN_FLOW = re.compile("[,?]|:[^ /]")
_BREAKS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
# What a block would lose or misread: odd characters, spaces at a line's end or the beginning, empty lines at the end.
_NO_BLOCK = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]|[ \t]$|\\A\n*[ \t]|\\A\n*\\Z|\n\n\\Z", re.MULTILINE
)
_NO_FOLDING = re.compile("\t|^ ", re.MULTILINE)
_BETWEEN_WORDS = re.compile("(?<! ) (?! )")


@dataclass(frozen=True)
class Look:
    """How far a file indents: maps below their key, and the dashes of lists below theirs."""

    step: int = 2
    dash: int = 2


USUAL = Look()


def emit(data: Any, column: int, look: Look = USUAL) -> str:
    """Write data as it stands at a column: the first line without indentation, no line break at the end.

    `column` is where the value's own lines begin, counted from 0.
    """
    if isinstance(data, dict) and data and not _fits_flow(data, column):
        return _join((entry(key, value, column, look) for key, value in data.items()), column)
    if isinstance(data, list) and data and not _fits_flow(data, column):
        return _join((f"- {emit(item, column + 2, look)}" for item in data), column)
    return text_at(data, column) if isinstance(data, str) else inline(data)


def entry(key: str, data: Any, column: int, look: Look = USUAL) -> str:
    """Write `key: data` as it stands in a block map whose keys begin at `column`."""
    name = key_of(key)
    return f"{name}:{value_of(data, column, look, taken=len(name) + 1)}"


def key_of(key: str, style: str = "") -> str:
    """Write a key, in the quotes it had."""
    return key if not style and _KEY.fullmatch(key) else inline(key, style, flow=True)


def value_of(data: Any, column: int, look: Look = USUAL, style: str = "", taken: int = 0) -> str:
    """Write what follows the colon of a key at `column`; `style` is kept for text, `taken` is the key's own width."""
    if isinstance(data, dict | list) and data and not _fits_flow(data, column + taken + 1):
        below = column + (look.step if isinstance(data, dict) else look.dash)
        return f"\n{' ' * below}{emit(data, below, look)}"
    return f" {text_at(data, column + look.step, style, column + taken) if isinstance(data, str) else inline(data)}"


def text_at(text: str, column: int, style: str = "", begin: int | None = None) -> str:
    """Write text whose further lines begin at `column`, in the quotes or block style it had as far as it can be.

    `begin` is the column of its first line, where that is another one.
    """
    if _NO_BLOCK.search(text):
        return inline(text, style)
    long = (column if begin is None else begin) + len(text) >= TEXT_WIDTH and " " in text
    if not _NO_FOLDING.search(text) and (style == ">" or (not style and long and "\n" not in text)):
        return _folded(text, column)
    if style == "|" or "\n" in text:
        return _literal(text, column)
    return inline(text, style)


def inline(data: Any, style: str = "", flow: bool = False) -> str:
    """Write data on one line; `style` is the quote to keep where text is replaced, `flow` means inside brackets."""
    if isinstance(data, dict):
        pairs = (f"{key_of(key)}: {inline(value, flow=True)}" for key, value in data.items())
        return "{" + ", ".join(pairs) + "}"
    if isinstance(data, list):
        return "[" + ", ".join(inline(item, flow=True) for item in data) + "]"
    if data is None:
        return "null"
    if isinstance(data, bool):
        return "true" if data else "false"
    if isinstance(data, date):
        return data.isoformat()
    return _text(data, style, flow) if isinstance(data, str) else repr(data)


def _join(parts: Iterable[str], column: int) -> str:
    return ("\n" + " " * column).join(parts)


def _fits_flow(data: Any, column: int) -> bool:
    """Short leaf mappings and lists of numbers stand on one line; text lists get a line each."""
    values = list(data.values()) if isinstance(data, dict) else data
    inner = [value for value in values if isinstance(value, dict | list)]
    if inner and not (isinstance(data, dict) and all(_is_range(value) for value in inner)):
        return False
    if isinstance(data, list) and any(isinstance(value, str) and not value.isidentifier() for value in values):
        return False
    if any(isinstance(value, str) and "\n" in value for value in values):
        return False
    return column + len(inline(data)) <= FLOW_WIDTH


def _is_range(value: Any) -> bool:
    return isinstance(value, list) and not any(isinstance(item, dict | list | str) for item in value)


def _literal(text: str, column: int) -> str:
    lines = [" " * column + line if line else "" for line in text.removesuffix("\n").split("\n")]
    return _block("|", text, lines)


def _folded(text: str, column: int) -> str:
    """Write text as a folded block: a single break in it is an empty line, a space may become a line's end."""
    lines: list[str] = []
    for index, part in enumerate(text.removesuffix("\n").split("\n")):
        lines += [""] if index else []
        lines += [" " * column + line for line in _wrapped(part, TEXT_WIDTH - column)]
    return _block(">", text, lines)


def _block(sign: str, text: str, lines: list[str]) -> str:
    return "\n".join([sign if text.endswith("\n") else f"{sign}-", *lines])


def _wrapped(text: str, width: int) -> list[str]:
    lines = [""] if text else []
    for word in _BETWEEN_WORDS.split(text) if text else ():
        if lines[-1] and len(lines[-1]) + len(word) >= width:
            lines.append(word)
        else:
            lines[-1] += f" {word}" if lines[-1] else word
    return lines


def _text(text: str, style: str, flow: bool) -> str:
    if style == "'" and not _BREAKS.search(text):
        return "'" + text.replace("'", "''") + "'"
    if style == '"' or not _is_safe(text) or (flow and _UNSAFE_IN_FLOW.search(text)):
        return _quoted(text)
    return text


def _is_safe(text: str) -> bool:
    if text.lower() in _WORDS or text.endswith((":", " ")):
        return False
    return bool(_SAFE.fullmatch(text)) and ": " not in text


def _quoted(text: str) -> str:
    dumped = json.dumps(text, ensure_ascii=False)
    return _BREAKS.sub(lambda match: f"\\u{ord(match.group()):04x}", dumped)
