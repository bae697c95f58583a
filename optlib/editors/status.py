"""The line of a form that says what was saved and what was not, and why. Knows no files and saves nothing."""

from __future__ import annotations

from datetime import datetime
from html import escape
from typing import Any

import ipywidgets as widgets

from ..errors import WorkbookError
from ..model import Workbook
from .field import Field
from .tree import Place


class Status:
    """What is saved, and by place what is not; the buttons that settle it are there while there is some."""

    def __init__(self, *buttons: Any) -> None:
        self.faults: dict[Place, str] = {}
        self._done = ""
        self._line = html("")
        self._buttons = widgets.HBox(buttons)
        self.box = widgets.VBox([self._line, self._buttons])
        self.box.add_class("optlib-bar")

    def saved(self, name: str) -> None:
        """Note that the file was saved just now."""
        self._done = f"Saved {datetime.now():%H:%M:%S} · {escape(name)}"

    def report(self, fields: list[Field]) -> None:
        """Show it, mark the fields that are not saved, and forget the faults of fields that are gone or saved."""
        unsaved = {field.where for field in fields if field.typed != field.shown}
        self.faults = {where: text for where, text in self.faults.items() if len(where) < 2 or where in unsaved}
        for field in fields:
            for control in field.controls:
                (control.add_class if field.where in self.faults else control.remove_class)("optlib-wrong")
        faults = [f"<div class='optlib-fault'>Not saved: {escape(text)}</div>" for text in self.faults.values()]
        self._line.value = f"<div role='status' class='optlib-status'>{''.join(faults)}{self._done}</div>"
        self._buttons.layout.display = "flex" if self.faults else "none"


def html(markup: str, kind: str = "") -> Any:
    """Show a piece of HTML; whatever comes from a workbook must have been escaped."""
    return widgets.HTML(f"<div class='{kind}'>{markup}</div>")


def told(error: Exception, name: str, where: Place) -> str:
    """Say what kept a change from being saved: what is wrong in its own place, else every place it would break."""
    if not isinstance(error, WorkbookError):
        return f"{name}: {error}"
    own = [problem.message for problem in error.problems if _overlap(problem.where, where)]
    others = [f"{problem.place}: {problem.message}" for problem in error.problems]
    return f"{name}: {'; '.join(own or others)}"


def changed_elsewhere(field: Field, workbook: Workbook) -> str:
    """Say that a field was changed by somebody else, and what it says now."""
    values = ", ".join(str(value) for value in field.saved(workbook) if value not in ("", None))
    says = f"It says now: “{values}”" if values else "It is empty now"
    return f"{field.name} was changed elsewhere meanwhile. {says}"


def _overlap(one: Place, other: Place) -> bool:
    """Whether one place lies within the other."""
    return all(left == right for left, right in zip(one, other, strict=False))
