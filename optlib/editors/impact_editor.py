"""The editor of what the decisions mean for code structure, operations, cost and team."""

from __future__ import annotations

from html import escape
from typing import Any

from ..catalogue import load_catalogue
from ..decisions import choice_text, is_decided
from ..model import Workbook
from ..workbook_file import WorkbookFile
from .fields import entries, fields
from .form import Form
from .lines import TEXTS
from .says import says

_ASKS = {
    "code_structure": "What do the choices ask of modules, interfaces, repositories and data?",
    "operations": "What has to be run, watched, updated and restored, and by whom?",
    "cost": "What is paid, once and each month, and what is saved?",
    "team": "Which skills, roles and ways of working change?",
}


def impact_editor(file: WorkbookFile) -> Any:
    """Edit the consequences of the decisions, one a line, below what is decided so far."""
    form = Form(file)
    return form.box(
        says(form, _decided, "optlib-hint"),
        fields(*(_part(form, name, asks) for name, asks in _ASKS.items()), look="areas"),
    )


def _part(form: Form, name: str, asks: str) -> Any:
    control = entries(form, name.capitalize().replace("_", " "), ("impact", name), TEXTS)
    control.placeholder = asks
    return control


def _decided(workbook: Workbook) -> str:
    domains = load_catalogue().domains_of(workbook)
    made = [
        f"{escape(domain.name)}: <b>{escape(choice_text(workbook, key))}</b>"
        for key, domain in domains.items()
        if is_decided(workbook, key)
    ]
    return (
        f"Decided so far: {'; '.join(made)}."
        if made
        else "Nothing is decided yet; the consequences follow from what is."
    )
