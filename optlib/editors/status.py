"""The bar of a form: whether what it shows is saved, what is not and why, undo, and what somebody else changed too.

It says what the session and the form's fields tell it, and saves nothing itself.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from html import escape
from typing import Any

import ipywidgets as widgets

from ..errors import WorkbookError
from .collisions import CollisionPanel
from .field import Field
from .session import Session
from .tree import Place


class Status:
    """What is not saved, by place, with the buttons that settle it; those for the file are the same in all forms."""

    def __init__(self, session: Session, save: Callable[[], None], drop: Callable[[], None]) -> None:
        self.faults: dict[Place, str] = {}
        self._session = session
        self._line = html("")
        self._typed = widgets.HBox(
            [_button(session, "Save what is typed", save), _button(session, "Show what is saved", drop)]
        )
        self._collisions = CollisionPanel(session)
        shared = shared_buttons(session)
        self._steps = widgets.HBox([self._line, shared.steps])
        self._steps.add_class("optlib-steps")
        self.box = widgets.VBox([self._collisions.box, self._steps, shared.troubles, self._typed])
        self.box.add_class("optlib-bar")

    def report(self, fields: list[Field], places: list[Place], is_active: bool) -> None:
        """Show it, mark the fields that are not saved, and forget the faults of fields that are gone or saved.

        Only the form that was used last speaks to a screen reader, or each would say the same.
        """
        unsaved = {field.where for field in fields if field.typed != field.shown}
        self.faults = {where: text for where, text in self.faults.items() if len(where) < 2 or where in unsaved}
        for field in fields:
            for control in field.controls:
                (control.add_class if field.where in self.faults else control.remove_class)("optlib-wrong")
        faults = [f"<div class='optlib-fault'>Not saved: {escape(text)}</div>" for text in self.faults.values()]
        role = " role='status'" if is_active else ""
        line = f"<span title='{escape(str(self._session.file.path))}'>{escape(self._session.line)}</span>"
        kind = " class='optlib-fault'" if self._session.trouble else ""
        self._line.value = f"<div{role} class='optlib-status'>{''.join(faults)}<div{kind}>{line}</div></div>"
        self._typed.layout.display = "flex" if self.faults else "none"
        self._collisions.show(places)

    def let_go(self) -> None:
        """Take the buttons that all forms share out of this one, which is about to be freed."""
        self._steps.children = (self._line,)
        self.box.children = (self._collisions.box, self._steps, self._typed)


class SharedButtons:
    """The buttons that act on the file, one set for all forms of a session."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._undo = _button(session, "Undo", session.undo)
        self._redo = _button(session, "Redo", session.redo)
        self.steps = widgets.HBox([self._undo, self._redo])
        self._again = _button(session, "Try again", session.flush)
        self._write = _button(session, "Write the last good version again", session.put_back)
        self._give_up = _button(session, "Give up what isn't saved", session.give_up)
        self.troubles = widgets.HBox([self._again, self._write, self._give_up])
        session.subscribe(self._report)
        self._report()

    def _report(self) -> None:
        session = self._session
        self._undo.disabled, self._redo.disabled = not session.can_undo, not session.can_redo
        self.troubles.layout.display = "flex" if session.trouble else "none"
        self._write.layout.display = "flex" if session.can_put_back else "none"
        for button in (self._again, self._give_up):
            button.layout.display = "none" if session.is_saved else "flex"


@cache
def shared_buttons(session: Session) -> SharedButtons:
    """The buttons of a session."""
    return SharedButtons(session)


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


def _button(session: Session, label: str, act: Callable[[], object]) -> Any:
    button = widgets.Button(description=label, disabled=session.file.read_only)
    button.on_click(lambda _: act())
    return button


def _overlap(one: Place, other: Place) -> bool:
    """Whether one place lies within the other."""
    return all(left == right for left, right in zip(one, other, strict=False))
