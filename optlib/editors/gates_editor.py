"""The editor of what is declared of the quality gates: verdicts with their evidence, and waivers."""

from __future__ import annotations

from datetime import date
from html import escape
from typing import Any

import ipywidgets as widgets

from ..catalogue import Gate, load_catalogue
from ..gates import check
from ..model import Workbook
from ..views.quality import gates_title
from ..workbook_file import WorkbookFile
from .each import each
from .fields import title
from .form import Form
from .gate_card import gate_card
from .gate_words import finding_words, undeclared_words
from .says import put_words
from .status import html

_NEEDS = ("required", "advisory")


def gates_editor(file: WorkbookFile, phase: int | None = None, today: date | None = None) -> Any:
    """Edit the declarations of the gates that the level asks for, of one phase or of all, the required ones first.

    `today` is the day that dates are held against, where it isn't today.
    """
    form = Form(file)
    found: dict[str, Any] = {}
    cards: dict[str, Any] = {}

    def card(gate: Gate) -> Any:
        if gate.id not in cards:
            found[gate.id] = html("")
            cards[gate.id] = gate_card(form, gate, found[gate.id])
        return cards[gate.id]

    parts = [
        _part(form, phase, need, answered_by, card) for answered_by in ("declaration", "workbook") for need in _NEEDS
    ]
    summary = html("")
    form.follow(lambda workbook: _find(workbook, phase, today, summary, found))
    return form.box(summary, *parts)


def _part(form: Form, phase: int | None, need: str, answered_by: str, card: Any) -> Any:
    """Make a part of the gates with its heading, which is there while it holds any."""
    heads = {"declaration": f"{need.capitalize()} gates", "workbook": f"Answered by this workbook, {need}"}

    def gates(workbook: Workbook) -> list[Gate]:
        return [gate for gate in _asked(workbook, phase, need) if gate.answered_by == answered_by]

    heading = title(heads[answered_by], level=3)
    form.follow(lambda workbook: setattr(heading.layout, "display", None if gates(workbook) else "none"))
    by_id = {gate.id: gate for gate in load_catalogue().gates}
    cards = each(form, lambda workbook: [gate.id for gate in gates(workbook)], lambda key: card(by_id[key]))
    return widgets.VBox([heading, cards])


def _asked(workbook: Workbook, phase: int | None, need: str) -> list[Gate]:
    level = workbook.quality.level
    gates = load_catalogue().gates if level else ()
    asked = [gate for gate in gates if level and gate.levels[level].need == need and phase in (None, gate.phase)]
    return sorted(asked, key=lambda gate: gate.when != "entry")


def _find(workbook: Workbook, phase: int | None, today: date | None, summary: Any, found: dict[str, Any]) -> None:
    """Say what is found of the gates together, and of each."""
    findings = [each for each in check(workbook, today or date.today()) if phase in (None, each.gate.phase)]
    for finding in findings:
        if finding.gate.id in found:
            is_open = finding.gate.answered_by == "declaration" and finding.gate.id not in workbook.quality.gates
            words = undeclared_words(finding) if is_open else finding_words(finding)
            put_words(found[finding.gate.id], words, "optlib-found")
    put_words(summary, escape(f"{gates_title(findings)}." if findings else _why_none(workbook)))


def _why_none(workbook: Workbook) -> str:
    if workbook.quality.level is None:
        return "No quality level is chosen yet, so no gate is asked. Choose one in the notebook of phase 0."
    return "The quality level asks for no gate in this phase."
