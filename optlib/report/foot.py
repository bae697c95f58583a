"""The running foot of printed pages, as a CSS rule: the browser's own printing and `--pdf` set the same one."""

from __future__ import annotations

import re
from datetime import date

from ..model import Project
from ..views.render import day

_LONGEST_NAME = 80
_LONGEST_VERSION = 30
_LOOK = "font: 8pt system-ui, sans-serif; color: #57606a; vertical-align: top; padding-top: 3mm;"


def foot(project: Project, today: date) -> str:
    """Project, version and day at the left of each printed page, its number at the right.

    Chromium sets margin boxes from version 131; other browsers leave them out.
    """
    parts = [_shortened(project.name, _LONGEST_NAME) or "Decision report"]
    if version := _shortened(project.version, _LONGEST_VERSION):
        parts.append(f"version {version}")
    text = _css_string(" · ".join([*parts, day(today)]))
    left = f"@bottom-left {{ content: {text}; {_LOOK} text-align: left; width: 80%; }}"
    right = f'@bottom-right {{ content: "Page " counter(page) " of " counter(pages); {_LOOK} text-align: right; }}'
    return f"@page {{ {left} {right} }}"


def _shortened(text: str, longest: int) -> str:
    """One line without control and direction characters: they would reach over to what stands beside it."""
    plain = " ".join("".join(character if character.isprintable() else " " for character in text).split())
    return plain if len(plain) <= longest else f"{plain[:longest].rstrip()} …"


def _css_string(text: str) -> str:
    """Quote a text as a CSS string that can end neither the string nor the style element."""
    escaped = re.sub(r"[^A-Za-z0-9 .,-]", lambda character: f"\\{ord(character[0]):x} ", text)
    return f'"{escaped}"'
