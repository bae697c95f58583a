"""The editor of what is declared of the quality gates: verdicts with their evidence, and waivers."""

from __future__ import annotations

from html import escape
from typing import Any

import ipywidgets as widgets

from ..catalogue import Gate, Need, load_catalogue
from ..model import GateRecord, Workbook
from ..workbook_file import WorkbookFile
from .field import Field, Typed
from .fields import day_line, dropdown, fields, input_line, read_day
from .form import Form
from .status import html
from .tree import updated

_VERDICTS = (("none yet", ""), ("pass", "pass"), ("fail", "fail"), ("waived", "waived"))


def gates_editor(file: WorkbookFile, phase: int | None = None) -> Any:
    """Edit the declarations of the gates that the level asks for, of one phase or of all."""
    form = Form(file)

    def build(workbook: Workbook) -> list[Any]:
        gates = _asked(workbook, phase)
        return [_gate(form, gate, need) for gate, need in gates] or [html(escape(_why_none(workbook)))]

    return form.box(form.live(lambda workbook: workbook.quality.level, build))


def _asked(workbook: Workbook, phase: int | None) -> list[tuple[Gate, Need]]:
    level = workbook.quality.level
    if level is None:
        return []
    asked = [(gate, gate.levels[level]) for gate in load_catalogue().gates if phase in (None, gate.phase)]
    return [(gate, need) for gate, need in asked if gate.answered_by == "declaration" and need.need != "none"]


def _why_none(workbook: Workbook) -> str:
    if workbook.quality.level is None:
        return "No quality level is chosen yet, so no gate is asked."
    return "The quality level asks for no declaration in this phase."


def _gate(form: Form, gate: Gate, need: Need) -> Any:
    waiver = input_line("Waived because"), day_line("Waived until")
    controls = (
        dropdown("Verdict", _VERDICTS),
        input_line("Declared by"),
        day_line("Declared on"),
        input_line("Link to the evidence"),
        input_line("Note"),
        *waiver,
    )
    where = ("quality", "gates", gate.id)
    form.add(Field(gate.title, where, controls, _show, _read))

    def offer_waiver(*_: Any) -> None:
        for control in waiver:
            control.layout.display = "flex" if control.value or controls[0].value == "waived" else "none"

    for control in (controls[0], *waiver):
        control.observe(offer_waiver, "value")
    offer_waiver()
    return widgets.VBox([html(_asks(gate, need), "optlib-gate"), fields(*controls, look="row")])


def _asks(gate: Gate, need: Need) -> str:
    wanted = f"{need.need}: {need.threshold}" if need.threshold else need.need
    return f"<b>{escape(gate.title)}</b> ({gate.when}, {escape(wanted)}; shown by: {escape(gate.evidence)})"


def _show(record: GateRecord | None) -> Typed:
    if record is None:
        return ("",) * 7
    days = str(record.on or ""), str(record.until or "")
    return record.verdict, record.by, days[0], record.link, record.note, record.why, days[1]


def _read(typed: Typed, former: GateRecord | None) -> GateRecord | None:
    verdict, by, on, link, note, why, until = (value.strip() for value in typed)
    if not verdict and any((by, on, link, note, why, until)):
        raise ValueError("choose a verdict too; to take the declaration away, empty its other fields")
    if not verdict:
        return None
    declared = {"verdict": verdict, "by": by, "on": read_day(on, "declared on"), "link": link, "note": note}
    return updated(former, GateRecord, **declared, why=why, until=read_day(until, "waived until"))
