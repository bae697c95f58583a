"""A list of the workbook as rows of controls, with one to add and one to remove."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..model import Workbook
from .field import Field, Typed
from .fields import fields, removal
from .form import Form
from .tree import Place, value_at, with_value


@dataclass(frozen=True)
class RowKind:
    """What a row stands for: its noun, its place, its controls, and how they show and read one entry."""

    noun: str
    where: Place
    controls: Callable[[], Typed]
    show: Callable[[Any], Typed]
    read: Callable[[Typed, Any], Any]
    replace: Callable[[Workbook, int, Any], Workbook]


def rows(form: Form, kind: RowKind) -> Any:
    """Make the rows, and one below them for a new entry."""

    def length(workbook: Workbook) -> int:
        return len(value_at(workbook, kind.where))

    existing = form.live(length, lambda workbook: [_row(form, kind, index) for index in range(length(workbook))])
    return fields(existing, _new_row(form, kind), look="rows")


def _row(form: Form, kind: RowKind, index: int) -> Any:
    controls = kind.controls()
    name = f"{kind.noun} {index + 1}"
    form.add(
        Field(
            name,
            (*kind.where, index),
            controls,
            kind.show,
            kind.read,
            write=lambda workbook, entry: kind.replace(workbook, index, entry),
        )
    )
    remove = removal(form, name, lambda: form.change(name, lambda workbook: kind.replace(workbook, index, None)))
    return fields(*controls, remove, look="row")


def _new_row(form: Form, kind: RowKind) -> Any:
    controls = kind.controls()
    blank = tuple(control.value for control in controls)

    def added(workbook: Workbook) -> Workbook:
        entry = kind.read(tuple(control.value for control in controls), None)
        return with_value(workbook, kind.where, (*value_at(workbook, kind.where), entry))

    def add() -> None:
        if form.change(f"new {kind.noun}", added):
            for control, value in zip(controls, blank, strict=True):
                control.value = value

    for control in controls:
        control.disabled = form.file.read_only
    return fields(*controls, form.button(f"Add {kind.noun}", add), look="row")
