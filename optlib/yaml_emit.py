"""Writes plain data as YAML text in the hand-made look of a workbook. Knows nothing of what it writes."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

FLOW_WIDTH = 90
_SAFE = re.compile(r"[A-Za-z][\w /()+.'’–—=<>≥≤€$%*&~^,;:!?@\"-]*", re.UNICODE)
_WORDS = {"null", "true", "false", "yes", "no", "on", "off", "y", "n"}
_BREAKS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_BLOCK_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]|[ \t]$|^[ \t]", re.MULTILINE)


def emit(data: Any, column: int) -> str:
    """Write data as it stands at a column: the first line without indentation, no line break at the end.

    `column` is where the value's own lines begin, counted from 0.
    """
    if isinstance(data, dict) and data and not _fits_flow(data, column):
        return _join((_entry(key, value, column) for key, value in data.items()), column)
    if isinstance(data, list) and data and not _fits_flow(data, column):
        return _join((f"- {emit(item, column + 2)}" for item in data), column)
    if isinstance(data, str) and "\n" in data and not _BLOCK_UNSAFE.search(data):
        return _literal(data, column)
    return inline(data)


def entry(key: str, data: Any, column: int) -> str:
    """Write `key: data` as it stands in a block map whose keys begin at `column`."""
    return _entry(key, data, column)


def inline(data: Any, style: str = "", flow: bool = False) -> str:
    """Write data on one line; `style` is the quote to keep where text is replaced, `flow` means inside brackets."""
    if isinstance(data, dict):
        pairs = (f"{inline(key, flow=True)}: {inline(value, flow=True)}" for key, value in data.items())
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


def _entry(key: str, data: Any, column: int) -> str:
    block = isinstance(data, dict | list) and data and not _fits_flow(data, column + len(key) + 2)
    if block:
        return f"{inline(key)}:\n{' ' * (column + 2)}{emit(data, column + 2)}"
    return f"{inline(key)}: {emit(data, column + 2)}"


def _join(parts: Any, column: int) -> str:
    return ("\n" + " " * column).join(parts)


def _fits_flow(data: Any, column: int) -> bool:
    """Short leaf mappings and lists of numbers stand on one line; text lists get a line each."""
    values = list(data.values()) if isinstance(data, dict) else data
    if any(isinstance(value, dict | list) for value in values):
        return isinstance(data, dict) and all(_is_range(value) for value in values if isinstance(value, dict | list))
    if isinstance(data, list) and any(isinstance(value, str) and not value.isidentifier() for value in values):
        return False
    if any(isinstance(value, str) and "\n" in value for value in values):
        return False
    return column + len(inline(data)) <= FLOW_WIDTH


def _is_range(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= 3 and not any(isinstance(item, dict | list | str) for item in value)


def _literal(text: str, column: int) -> str:
    body = text.rstrip("\n")
    keep = "" if text == body + "\n" else "-" if text == body else "+"
    if keep == "+" or not body:
        return _quoted(text)
    lines = [" " * column + line if line else "" for line in body.split("\n")]
    return f"|{keep}\n" + "\n".join(lines)


def _text(text: str, style: str, flow: bool) -> str:
    if style == "'" and not _BREAKS.search(text):
        return "'" + text.replace("'", "''") + "'"
    if style == '"' or not _is_safe(text) or (flow and "," in text):
        return _quoted(text)
    return text


def _is_safe(text: str) -> bool:
    if text.lower() in _WORDS or text.endswith((":", " ")):
        return False
    return bool(_SAFE.fullmatch(text)) and ": " not in text


def _quoted(text: str) -> str:
    dumped = json.dumps(text, ensure_ascii=False)
    return _BREAKS.sub(lambda match: f"\\u{ord(match.group()):04x}", dumped)
