"""One editor's form: fields bound to places of the workbook, and what is typed in them on its way to the session.

A field is read once the person pauses. What it says becomes part of the session's workbook, in its own place only; what
can't be read, or would make the workbook unsound, stays as typed and is said. After each change every form of the file
shows the new value, except where something unread is typed.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import ipywidgets as widgets

from ..changes import GONE
from ..errors import Collision, WorkbookError
from ..model import Workbook
from ..values import plain
from ..workbook_file import WorkbookFile
from .field import Field, Typed
from .kernel import ready_kernel
from .key_guard import KeyGuard
from .pause import Pause
from .session import session_of
from .shown import adopt
from .status import Status, html, told
from .tree import Place, same, value_at

READ_ONLY = (
    "This is the shipped example, opened to read. Make your own: <code>optlib edit my.yaml</code> offers to write it"
)
PAUSE = 0.25
"""Seconds without a key after which what is typed is read."""
LONGEST = 1.0
_HERE = Path(__file__).parent
_SHEETS = ("form.css", "forms.css")


class Form:
    """The fields of one editor and what they have in common: the session, the reading, the bar."""

    def __init__(self, file: WorkbookFile) -> None:
        ready_kernel()
        self.file = file
        self.session = session_of(file)
        self.fields: list[Field] = []
        self._places: list[Place] = []
        self._followers: list[Callable[[Workbook], None]] = []
        self._showing = False
        self._pause = Pause(self._commit, PAUSE, LONGEST)
        self._status = Status(self.session, lambda: self._settle(keep=True), lambda: self._settle(keep=False))
        self.session.subscribe(self.refresh)
        self.session.opened(self)

    def box(self, *children: Any) -> Any:
        """Finish the form with its style, its bar and, where the file is read-only, a note that says so."""
        note = [html(READ_ONLY, "optlib-note")] if self.file.read_only else []
        style = widgets.HTML(f"<style>{_style()}</style>", layout={"display": "none"})
        box = _EditorBox([style, KeyGuard(), *note, *children, self._status.box])
        box.add_class("optlib-editor")
        adopt(lambda: self._dispose(box))
        self.refresh()
        return box

    def covers(self, *places: Place) -> None:
        """Name places that parts of this form edit by other means than fields: collisions there are shown here."""
        self._places += places

    def add(self, field: Field) -> None:
        """Bind a field to its place: show what stands there, and read what is typed."""
        self._show(field, self.session.workbook)
        for control in field.controls:
            control.disabled = self.file.read_only
            control.observe(lambda _: None if self._showing else self._pause.touch(), "value")
        self.fields.append(field)

    def button(self, label: str, act: Callable[[], Any]) -> Any:
        """Make a button that changes the workbook."""
        button = widgets.Button(description=label, disabled=self.file.read_only)
        button.on_click(lambda _: act())
        return button

    def follow(self, follower: Callable[[Workbook], None]) -> None:
        """Call `follower` with the workbook now and after every change."""
        self._followers.append(follower)
        follower(self.session.workbook)

    def live(self, shape: Callable[[Workbook], object], build: Callable[[Workbook], list[Any]]) -> Any:
        """Make a box that is built again when its shape changes; what is typed and not saved stays."""
        box = widgets.VBox()
        box.add_class("optlib-live")
        last: list[object] = []
        mine: list[Field] = []

        def follow(workbook: Workbook) -> None:
            now = [shape(workbook)]
            if last == now:
                return
            last[:] = now
            former, old, start = list(mine), box.children, len(self.fields)
            box.children = tuple(build(workbook))
            mine[:] = self.fields[start:]
            self.fields = [field for field in self.fields if field not in former]
            self._retype(former, mine)
            _close(old)

        self.follow(follow)
        return box

    def change(self, name: str, changed: Callable[[Workbook], Workbook]) -> bool:
        """Make a change that no field stands for, such as a removal; say whether it is sound."""
        try:
            self.session.change(self, changed)
        except (ValueError, WorkbookError) as error:
            self._status.faults[(name,)] = told(error, name, (name,))
            self.refresh()
            return False
        self._status.faults.pop((name,), None)
        self.refresh()
        return True

    def refresh(self) -> None:
        """Show the workbook as it is now, except where something unread is typed."""
        workbook = self.session.workbook
        for follower in self._followers:
            follower(workbook)
        for field in self.fields:
            if field.typed == field.shown:
                self._show(field, workbook)
        places = [*self._places, *(field.where for field in self.fields)]
        self._status.report(self.fields, places, self.session.active is self)

    def _show(self, field: Field, workbook: Workbook) -> None:
        """Show what the workbook says, unless that is what is typed, in other words: `4 ` or `4.0` for 4."""
        if field.shown and _says(field, workbook):
            field.shown = field.typed
            return
        field.shown = field.saved(workbook)
        self._put_into(field, field.shown)

    def _put_into(self, field: Field, values: Typed) -> None:
        self._showing = True
        try:
            for control, value in zip(field.controls, values, strict=True):
                control.value = value
        finally:
            self._showing = False

    def _commit(self) -> None:
        """Read what is typed in every field where it isn't read yet."""
        self._pause.cancel()
        before = self.session.workbook
        for field in [field for field in self.fields if field.typed != field.shown]:
            self._read(field, before)
        self.refresh()

    def _read(self, field: Field, before: Workbook) -> None:
        try:
            self._take(field, before)
            self._status.faults.pop(field.where, None)
        except (ValueError, WorkbookError) as error:
            self._status.faults[field.where] = told(error, field.name, field.where)
        except Exception as error:
            self._status.faults[field.where] = f"{field.name}: optlib failed with {error!r}; please report it"
            raise

    def _take(self, field: Field, before: Workbook) -> None:
        """Make what is typed part of the workbook; where somebody else changed the place meanwhile, both are shown.

        `before` is the workbook before any field of this form was read: what another field brought along, such as the
        status of a decision that its rationale begins, is nobody else's change.
        """
        shown, theirs = field.shown, value_at(before, field.where)
        former = value_at(self.session.workbook, field.where)
        value = field.read(field.typed, former)
        field.shown = field.typed
        if same(value, former):
            return
        if field.saved(before) != shown and not field.holds(shown, theirs):
            field.shown = field.saved(before)
            self._put_into(field, field.shown)
            self.session.collide(_collision(field.where, value, theirs))
            return
        try:
            self.session.change(self, lambda workbook: field.written(workbook, value))
        except BaseException:
            field.shown = shown
            raise

    def _settle(self, keep: bool) -> None:
        """Read again everything that is typed and not saved, over what the workbook says now, or give it up."""
        typed = {field.where: field.typed for field in self.fields if field.typed != field.shown}
        self._status.faults.clear()
        for field in [field for field in self.fields if field.where in typed]:
            field.shown = field.saved(self.session.workbook)
            self._put_into(field, typed[field.where] if keep else field.shown)
        self._commit()

    def _retype(self, former: list[Field], fields: list[Field]) -> None:
        typed = {(field.where, field.shown): field.typed for field in former if field.typed != field.shown}
        for field in fields:
            if (field.where, field.shown) in typed:
                self._put_into(field, typed[field.where, field.shown])

    def _dispose(self, box: Any) -> None:
        """Read what is still typed, and free the form; its cell is being run again."""
        self._commit()
        self.session.unsubscribe(self.refresh)
        self.session.closed(self)
        self._status.let_go()
        _close((box,))


class _EditorBox(widgets.VBox):  # type: ignore[misc]
    """The whole of an editor; a reader who opens the notebook without a kernel is told what to do."""

    def _repr_mimebundle_(self, **options: Any) -> Any:
        return {**super()._repr_mimebundle_(**options), "text/plain": "Run this cell to edit."}


def _says(field: Field, workbook: Workbook) -> bool:
    return field.holds(field.typed, value_at(workbook, field.where))


def _collision(where: Place, mine: Any, theirs: Any) -> Collision:
    return Collision(where, GONE, *(GONE if value is None else plain(value) for value in (mine, theirs)))


def _style() -> str:
    return "\n".join((_HERE / name).read_text(encoding="utf-8") for name in _SHEETS if (_HERE / name).exists())


def _close(children: tuple[Any, ...]) -> None:
    """Free controls that are shown no more, in the kernel and in the browser."""
    for child in children:
        _close(getattr(child, "children", ()))
        child.close()
