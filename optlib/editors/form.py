"""One editor's form: fields bound to places of the workbook, the one way to save them, and the line that says so.

A committed field starts from `file.workbook` as it is at that moment, changes its own place only, and puts the result.
After each save of any editor on the file every form shows the new value, except where something unsaved is typed.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import ipywidgets as widgets

from ..errors import ConflictError, WorkbookError
from ..model import Workbook
from ..workbook_file import WorkbookFile
from .field import Field, Typed
from .status import Status, changed_elsewhere, html, told
from .tree import same, value_at

READ_ONLY = (
    "This is the shipped example, opened to read. Make your own: <code>optlib new my.yaml</code>, "
    "then <code>optlib edit my.yaml</code>"
)
_STYLE = (Path(__file__).parent / "form.css").read_text(encoding="utf-8")


class Form:
    """The fields of one editor and what they have in common: the file, the saving, the status."""

    def __init__(self, file: WorkbookFile) -> None:
        self.file = file
        self.fields: list[Field] = []
        self._followers: list[Callable[[Workbook], None]] = []
        self._showing = False
        self._status = Status(
            self.button("Save what is typed", lambda: self._settle(keep=True)),
            self.button("Show what is saved", lambda: self._settle(keep=False)),
        )

    def box(self, *children: Any) -> Any:
        """Finish the form with its style, its status line and, where the file is read-only, a note that says so."""
        note = [html(READ_ONLY, "optlib-note")] if self.file.read_only else []
        style = widgets.HTML(f"<style>{_STYLE}</style>", layout={"display": "none"})
        box = widgets.VBox([style, *note, *children, self._status.box])
        box.add_class("optlib-editor")
        self.file.watch(lambda _: self.refresh())
        self.refresh()
        return box

    def add(self, field: Field) -> None:
        """Bind a field to its place: show what stands there, and save what is committed."""
        self._show(field, self.file.workbook)
        for control in field.controls:
            control.disabled = self.file.read_only
            control.observe(lambda _: None if self._showing else self._commit(field), "value")
        self.fields.append(field)

    def button(self, label: str, act: Callable[[], Any]) -> Any:
        """Make a button that changes the workbook."""
        button = widgets.Button(description=label, disabled=self.file.read_only)
        button.on_click(lambda _: act())
        return button

    def follow(self, follower: Callable[[Workbook], None]) -> None:
        """Call `follower` with the workbook now and after every save."""
        self._followers.append(follower)
        follower(self.file.workbook)

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
        """Save a change that no field stands for, such as a removal; say whether it was saved."""
        before = self.file.workbook
        try:
            self.file.put(changed(before))
        except (ValueError, WorkbookError) as error:
            self._status.faults[(name,)] = told(error, name, (name,))
            self.refresh()
            return False
        self._status.faults.pop((name,), None)
        self._say_saved()
        return True

    def refresh(self) -> None:
        """Show the workbook as it is now, except where something unsaved is typed."""
        for follower in self._followers:
            follower(self.file.workbook)
        for field in self.fields:
            if field.typed == field.shown:
                self._show(field, self.file.workbook)
        self._status.report(self.fields)

    def _show(self, field: Field, workbook: Workbook) -> None:
        field.shown = field.saved(workbook)
        self._put_into(field, field.shown)

    def _put_into(self, field: Field, values: Typed) -> None:
        self._showing = True
        try:
            for control, value in zip(field.controls, values, strict=True):
                control.value = value
        finally:
            self._showing = False

    def _commit(self, field: Field) -> None:
        try:
            if field.typed != field.shown:
                self._save(field)
        except ConflictError:
            self._reload()
            self._status.faults[field.where] = changed_elsewhere(field, self.file.workbook)
        except (ValueError, WorkbookError) as error:
            self._status.faults[field.where] = told(error, field.name, field.where)
        except Exception as error:
            self._status.faults[field.where] = f"{field.name}: optlib failed with {error!r}; please report it"
            raise
        finally:
            self.refresh()

    def _save(self, field: Field) -> None:
        """Put what is typed, unless it changes nothing; while the watchers are told it already counts as saved."""
        workbook, shown = self.file.workbook, field.shown
        former = value_at(workbook, field.where)
        value = field.read(field.typed, former)
        changes = not same(value, former)
        if changes and field.saved(workbook) != shown:
            raise ConflictError(str(self.file.path), [])
        field.shown = field.typed
        try:
            if changes:
                self.file.put(field.written(workbook, value))
                self._say_saved()
        except BaseException:
            field.shown = shown
            raise

    def _say_saved(self) -> None:
        self._status.faults.pop((), None)
        self._status.saved(self.file.path.name)
        self._status.report(self.fields)

    def _reload(self) -> None:
        try:
            self.file.reload()
        except WorkbookError as error:
            self._status.faults[()] = str(error)

    def _settle(self, keep: bool) -> None:
        """Save everything that is typed and not saved over what the file says now, or give it up."""
        typed = {field.where: field.typed for field in self.fields if field.typed != field.shown}
        self._status.faults.clear()
        self._reload()
        for field in [field for field in self.fields if field.where in typed]:
            self._show(field, self.file.workbook)
        self.refresh()
        for where, values in typed.items() if keep else ():
            for field in [field for field in self.fields if field.where == where]:
                self._put_into(field, values)
                self._commit(field)

    def _retype(self, former: list[Field], fields: list[Field]) -> None:
        typed = {(field.where, field.shown): field.typed for field in former if field.typed != field.shown}
        for field in fields:
            if (field.where, field.shown) in typed:
                self._put_into(field, typed[field.where, field.shown])


def _close(children: tuple[Any, ...]) -> None:
    """Free controls that are shown no more, in the kernel and in the browser."""
    for child in children:
        _close(getattr(child, "children", ()))
        child.close()
