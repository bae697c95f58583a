"""The editor of the quality level, its dates and the sign-off."""

from __future__ import annotations

from datetime import date
from typing import Any

import ipywidgets as widgets

from ..catalogue import load_catalogue
from ..gates import check
from ..model import Signoff, Workbook
from ..workbook_file import WorkbookFile
from .columns import Columns
from .dates import day, day_line, with_today
from .field import Typed
from .fields import choice, dropdown, fields, input_line, text, title
from .form import Form
from .gate_words import finding_words
from .level_needs import all_levels, already_shown, level_change, level_needs
from .rows import RowKind, rows
from .says import put_words, says
from .status import html

_ROLES = (("approver", "approver"), ("security reviewer", "security_reviewer"))
_SIGNOFF = Columns(Signoff, ("name", "role", "on"))
_DATED = ("timebox", "revisit", "signoff")


def quality_editor(file: WorkbookFile) -> Any:
    """Edit the quality level, shown with what it requires and what another would, the review dates and the sign-off."""
    form = Form(file)
    found = {gate_id: html("") for gate_id in _DATED}
    form.follow(lambda workbook: _find(workbook, found))
    levels = [(level.name, level.id) for level in load_catalogue().levels]
    other = dropdown("Look at another level first", [("–", ""), *levels])
    return form.box(
        fields(choice(form, "Quality level", ("quality", "level"), [("not chosen yet", ""), *levels]), other),
        says(form, _chosen, "optlib-level"),
        _another(form, other),
        title("Time-box and review", level=3),
        fields(
            _with(day(form, "Time-box ends on", ("quality", "timebox"), is_past=False), found["timebox"]),
            _with(day(form, "Next review on", ("quality", "revisit"), is_past=False), found["revisit"]),
            text(form, "Review when", ("quality", "revisit_when"), hint="something to measure: 10,000 users"),
        ),
        title("Sign-off", level=3),
        rows(
            form,
            RowKind(
                "sign-off",
                ("quality", "signoff"),
                ("Name", "Role", "Signed on"),
                _controls,
                _show,
                _SIGNOFF.read,
                cells=_cells,
            ),
        ),
        found["signoff"],
    )


def _chosen(workbook: Workbook) -> str:
    return level_needs(workbook.quality.level) if workbook.quality.level else all_levels()


def _another(form: Form, other: Any) -> Any:
    """Show what the level that is looked at would change, with a button that chooses it."""
    words = html("")
    choose = form.button(
        "Choose it", lambda: form.change("Quality level", lambda workbook: _with_level(workbook, other.value))
    )
    panel = widgets.VBox([words, choose])
    panel.add_class("optlib-panel")

    def show(workbook: Workbook) -> None:
        now, then = workbook.quality.level, other.value
        panel.layout.display = "flex" if then and then != now else "none"
        if then and then != now:
            change = level_change(now, then) if now else level_needs(then)
            put_words(words, f"{change}<p>{already_shown(workbook, then, date.today())}</p>")
            choose.description = f"Choose {load_catalogue().level(then).name}"

    form.follow(show)
    other.observe(lambda _: show(form.session.workbook), "value")
    return panel


def _with_level(workbook: Workbook, level: str) -> Workbook:
    return workbook.model_copy(update={"quality": workbook.quality.model_copy(update={"level": level})})


def _find(workbook: Workbook, found: dict[str, Any]) -> None:
    """Say of each gate that the dates and the sign-off answer what is found of it now."""
    findings = {finding.gate.id: finding for finding in check(workbook, date.today())}
    for gate_id, line in found.items():
        put_words(line, finding_words(findings[gate_id], named=True) if gate_id in findings else "", "optlib-found")


def _with(control: Any, line: Any) -> Any:
    return fields(control, line, look="each")


def _controls(name: str) -> Typed:
    return input_line(name.capitalize(), "who signs"), dropdown(f"Role of {name}", _ROLES), day_line(f"Day of {name}")


def _cells(form: Form, controls: Typed) -> Typed:
    return controls[0], controls[1], with_today(form, controls[2])


def _show(entry: Signoff | None) -> Typed:
    return _SIGNOFF.show(entry) if entry else ("", "approver", "")
