"""The editor of the quality level, its dates and the sign-off."""

from __future__ import annotations

from html import escape
from typing import Any

import ipywidgets as widgets

from ..catalogue import load_catalogue
from ..model import Signoff, Workbook
from ..words import listed
from ..workbook_file import WorkbookFile
from .field import Typed
from .fields import choice, day, day_line, dropdown, fields, input_line, read_day, text, title
from .form import Form
from .rows import RowKind, rows
from .status import html
from .tree import updated, with_value

_SIGNOFF = ("quality", "signoff")
_ROLES = (("approver", "approver"), ("security reviewer", "security_reviewer"))


def quality_editor(file: WorkbookFile) -> Any:
    """Edit the quality level, shown with its guidance and the phases it requires, the review dates and the sign-off."""
    form = Form(file)
    guidance = html("")
    form.follow(lambda workbook: setattr(guidance, "value", _guidance(workbook)))
    levels = [("not chosen yet", ""), *((level.name, level.id) for level in load_catalogue().levels)]
    return form.box(
        widgets.VBox([fields(choice(form, "Quality level", ("quality", "level"), levels)), guidance]),
        title("Time-box and review"),
        fields(
            day(form, "Time-box ends on", ("quality", "timebox")),
            day(form, "Next review on", ("quality", "revisit")),
            text(form, "Review when", ("quality", "revisit_when"), hint="a measurable trigger"),
        ),
        title("Sign-off"),
        rows(form, RowKind("sign-off", _SIGNOFF, _controls, _show, _read, _replaced)),
    )


def _guidance(workbook: Workbook) -> str:
    catalogue = load_catalogue()
    level = workbook.quality.level
    if level is None:
        return "<p>The level decides which phases and gates are required.</p>"
    chosen = catalogue.level(level)
    phases = listed([f"{phase} {catalogue.phase(phase).name}" for phase in chosen.phases])
    return f"<p>{escape(chosen.guidance)} Required phases: {escape(phases)}.</p>"


def _controls() -> Typed:
    return input_line("Name"), dropdown("Role", _ROLES), day_line("Signed on")


def _show(entry: Signoff) -> Typed:
    return entry.name, entry.role, str(entry.on or "")


def _read(typed: Typed, former: Signoff | None) -> Signoff:
    name, role, on = typed
    return updated(former, Signoff, name=name.strip(), role=role, on=read_day(on))


def _replaced(workbook: Workbook, index: int, entry: Signoff | None) -> Workbook:
    return with_value(workbook, (*_SIGNOFF, index), entry)
