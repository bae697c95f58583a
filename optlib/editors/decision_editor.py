"""The editor of a domain's decision, and of its deferral."""

from __future__ import annotations

from html import escape
from typing import Any

import ipywidgets as widgets

from ..analysis.matrix import find_domain
from ..analysis.ranking import rank_domain
from ..analysis.verdict import verdict
from ..decisions import against_ranking, is_choice
from ..model import Workbook
from ..workbook_file import WorkbookFile
from .dates import day
from .deferral_editor import deferral
from .fields import area, choice, fields, text, title
from .form import Form
from .says import put_words, says
from .selection import selection
from .status import html
from .tree import Place

_STATUSES = ("proposed", "accepted", "rejected", "deprecated", "superseded")


def decision_editor(file: WorkbookFile, domain_id: str) -> Any:
    """Edit what is chosen in a domain and why, or what it is put off for and what brings it back."""
    domain = find_domain(file.workbook, domain_id)
    form = Form(file)
    where = ("decisions", domain_id)
    return form.box(
        title(f"Decision: {escape(domain.name)}"),
        _ranking(form, domain_id),
        selection(form, domain_id),
        says(form, lambda workbook: _nothing_chosen(workbook, domain_id), "optlib-aside"),
        _against(form, domain_id, (*where, "against_ranking")),
        fields(area(form, "Rationale", (*where, "rationale")), look="each"),
        fields(
            choice(form, "Status", (*where, "status"), [("–", ""), *((status, status) for status in _STATUSES)]),
            text(form, "Decided by", (*where, "by")),
            day(form, "Decided on", (*where, "on")),
        ),
        deferral(form, domain_id),
    )


def _ranking(form: Form, domain_id: str) -> Any:
    """Say in a line what the ranking says now."""

    def say(workbook: Workbook) -> str:
        found = verdict(rank_domain(workbook, domain_id))
        return f"<b>The matrix says: {escape(found.label)}.</b> {escape(found.sentence)}"

    return says(form, say, "optlib-found")


def _against(form: Form, domain_id: str, where: Place) -> Any:
    """Ask why the choice isn't the first of the ranking where that is so; show the answer where there is one."""
    words = html("")
    reason = area(form, "Against the ranking because", where)
    panel = widgets.VBox([words, reason])
    panel.add_class("optlib-against")

    def show(workbook: Workbook) -> None:
        said = against_ranking(workbook, domain_id)
        (panel.add_class if said else panel.remove_class)("optlib-asked")
        if said:
            put_words(
                words,
                f"<b>The choice goes against the ranking:</b> {escape(said)}. Say why, for whoever reads this later.",
            )
        else:
            put_words(words, "The choice follows the ranking now; this is from when it did not.")
        panel.layout.display = "flex" if said or reason.value else "none"

    form.follow(show)
    return panel


def _nothing_chosen(workbook: Workbook, domain_id: str) -> str:
    decision = workbook.decisions.get(domain_id)
    if decision is None or decision.status != "accepted" or is_choice(decision):
        return ""
    return (
        "The decision is accepted, but says of no candidate that it is chosen: tick one, or that none of these will do."
    )
