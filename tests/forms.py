"""Forms driven as a person drives them: by the controls that are in sight, under the labels that stand there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import ipywidgets as widgets

from optlib import Workbook, WorkbookFile, open_workbook
from optlib.model import FORMAT


def opened(folder: Path, **content: Any) -> WorkbookFile:
    """A workbook file with this content, open."""
    path = folder / "mine.yaml"
    path.write_text(json.dumps({"format": FORMAT, **content}), encoding="utf-8")
    return open_workbook(path)


def saved(file: WorkbookFile) -> Workbook:
    """What somebody who opens the file now would read."""
    return open_workbook(file.path).workbook


def in_sight(widget: Any) -> Iterator[Any]:
    """The widget and everything in it that isn't hidden, from top to bottom."""
    if getattr(widget.layout, "display", None) == "none" or getattr(widget.layout, "visibility", None) == "hidden":
        return
    yield widget
    for child in getattr(widget, "children", ()):
        yield from in_sight(child)


def labels(form: Any) -> list[str]:
    """The labels of all controls in sight, without what only a screen reader gets."""
    return [_seen(part) for part in in_sight(form) if getattr(part, "description", "")]


def control(form: Any, label: str) -> Any:
    """The first control with this label; what stands in brackets behind it is a hint."""
    for part in in_sight(form):
        if _seen(part) == label or _seen(part).startswith(f"{label} ("):
            return part
    raise LookupError(f"no control {label!r}; there are {labels(form)}")


def enter(form: Any, **values: Any) -> None:
    """Type into controls; `_` in a name stands for a space."""
    for name, value in values.items():
        control(form, name[:1].upper() + name[1:].replace("_", " ")).value = value


def press(form: Any, label: str) -> None:
    """Click the button with this label, or this tooltip."""
    buttons = [part for part in in_sight(form) if isinstance(part, widgets.Button)]
    next(button for button in buttons if label in (button.description, button.tooltip)).click()


def remove(form: Any, what: str) -> None:
    """Remove something with its button, and confirm it."""
    press(form, f"Remove {what}")
    press(form, f"Press again to remove {what}")


def told(form: Any) -> str:
    """What the form says in sight, as plain text."""
    pieces = [part.value for part in in_sight(form) if isinstance(part, widgets.HTML) and "<style>" not in part.value]
    words = " ".join(unescape(re.sub(r"<[^>]*>", " ", " ".join(pieces))).split())
    return re.sub(r" (?=[.,;:])", "", words)


def _seen(part: Any) -> str:
    return str(getattr(part, "description", "")).split("<")[0]
