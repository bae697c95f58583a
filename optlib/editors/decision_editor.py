"""The editor of a domain's decision, and of its deferral."""

from __future__ import annotations

from html import escape
from typing import Any

from ..analysis.matrix import find_domain
from ..model import Workbook
from ..words import listed
from ..workbook_file import WorkbookFile
from .candidate_details import names_of
from .field import Field, Typed
from .fields import area, checkbox, choice, day, entries, fields, text, title
from .form import Form
from .lines import TRIGGERS
from .status import html
from .tree import Place

_STATUSES = ("proposed", "accepted", "rejected", "deprecated", "superseded")


def decision_editor(file: WorkbookFile, domain_id: str) -> Any:
    """Edit what is chosen in a domain and why, or what it is put off for and what brings it back."""
    domain = find_domain(file.workbook, domain_id)
    form = Form(file)
    decision, deferral = ("decisions", domain_id), ("deferred", domain_id)
    order = html("")
    form.follow(lambda workbook: setattr(order, "value", _order(workbook, domain_id)))
    return form.box(
        title(f"Decision: {escape(domain.name)}"),
        _selection(form, domain_id, (*decision, "selected")),
        order,
        fields(
            choice(form, "Status", (*decision, "status"), [("–", ""), *((status, status) for status in _STATUSES)]),
            text(form, "Decided by", (*decision, "by")),
            day(form, "Decided on", (*decision, "on")),
        ),
        fields(
            area(form, "Rationale", (*decision, "rationale")),
            area(form, "Against the ranking because", (*decision, "against_ranking")),
            look="areas",
        ),
        title("Or put off"),
        fields(
            area(form, "Deferred because", (*deferral, "reason")),
            entries(form, "What brings it back", (*deferral, "triggers"), TRIGGERS),
            look="areas",
        ),
    )


def _selection(form: Form, domain_id: str, where: Place) -> Any:
    """Show a box to tick for each candidate; what is ticked first is chosen first."""

    def build(workbook: Workbook) -> list[Any]:
        names = names_of(workbook, domain_id)
        boxes = tuple(checkbox(name) for name in names.values())

        def read(typed: Typed, former: tuple[str, ...] | None) -> tuple[str, ...]:
            ticked = [key for key, on in zip(names, typed, strict=True) if on]
            kept = [key for key in former or () if key in ticked]
            return (*kept, *(key for key in ticked if key not in kept))

        form.add(Field("Selected", where, boxes, lambda chosen: tuple(key in (chosen or ()) for key in names), read))
        return [fields(*boxes)] if boxes else [html("There are no candidates to choose from yet.")]

    return form.live(lambda workbook: tuple(names_of(workbook, domain_id).items()), build)


def _order(workbook: Workbook, domain_id: str) -> str:
    names = names_of(workbook, domain_id)
    decision = workbook.decisions.get(domain_id)
    chosen = [names[key] for key in decision.selected] if decision else []
    if len(chosen) < 2:
        return ""
    return f"<p>Best first: {escape(listed(chosen))}. To change the order, untick and tick again.</p>"
