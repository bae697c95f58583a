"""One gate in a form: what it asks, what is found of it now, and what a person declares of it."""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets

from ..catalogue import Gate
from ..model import GateRecord, Workbook
from .columns import Columns
from .dates import day_line, with_today
from .field import Field, Typed
from .fields import dropdown, fields, input_line
from .form import Form
from .gate_words import gate_heading
from .labels import labelled_of
from .rows import words
from .says import says

_VERDICTS = (("not declared", ""), ("pass", "pass"), ("fail", "fail"), ("waived", "waived"))
_NAMES = ("verdict", "by", "on", "link", "note", "until", "why")
_RECORD = Columns(GateRecord, _NAMES, ("verdict", "by", "declared on", "link", "note", "waived until", "why"))
_DECLARED = ("by", "on", "link", "note")
_ASKED = {"": (), "pass": _DECLARED, "fail": _DECLARED, "waived": ("by", "until", "why")}


def gate_card(form: Form, gate: Gate, found: Any) -> Any:
    """Show a gate with what is `found` of it, and controls to declare it where the workbook doesn't answer it."""
    heading = says(form, lambda workbook: _heading(gate, workbook), "optlib-gate")
    declaration = [_declaration(form, gate)] if gate.answered_by == "declaration" else []
    card = widgets.VBox([heading, found, *declaration])
    card.add_class("optlib-card")
    return card


def _heading(gate: Gate, workbook: Workbook) -> str:
    need = gate.levels.get(workbook.quality.level) if workbook.quality.level else None
    return gate_heading(gate, need) if need else ""


def _declaration(form: Form, gate: Gate) -> Any:
    controls = _controls(gate.title)
    verdict, others = controls[0], dict(zip(_NAMES[1:], controls[1:], strict=True))
    form.add(Field(gate.title, ("quality", "gates", gate.id), controls, _RECORD.show, _read))
    shown = {**others, "on": with_today(form, others["on"])}

    def offer(*_: Any) -> None:
        """Show the fields that the verdict asks for, and any that is filled."""
        for name, control in others.items():
            is_asked = control.value or name in _ASKED[verdict.value]
            shown[name].layout.display = None if is_asked else "none"

    for control in controls:
        control.observe(offer, "value")
    offer()
    return fields(verdict, *shown.values(), look="declaration")


def _controls(title: str) -> Typed:
    controls = (
        dropdown("Verdict", _VERDICTS),
        input_line("Declared by"),
        day_line("Declared on"),
        input_line("Link to the evidence", "https://…"),
        words("Note"),
        day_line("Waived until"),
        words("Waived because"),
    )
    return tuple(labelled_of(control, title) for control in controls)


def _read(typed: Typed, former: GateRecord | None) -> GateRecord | None:
    """Read what is declared; without a verdict there is no record, and one that is there is taken back."""
    if typed[0]:
        return _RECORD.read(typed, former)  # type: ignore[no-any-return]
    if former is None and any(words.strip() for words in typed):
        raise ValueError("choose a verdict too")
    return None
