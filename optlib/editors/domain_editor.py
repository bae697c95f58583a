"""The editor of one domain: its candidates, weights and scores, and the details of each candidate."""

from __future__ import annotations

import re
from html import escape
from typing import Any

import ipywidgets as widgets

from ..analysis.matrix import find_domain
from ..catalogue import KnownCandidate, load_catalogue
from ..model import Candidate, Workbook
from ..workbook_file import WorkbookFile
from .candidate_details import candidate_details, names_of
from .fields import dropdown, fields, input_line, title
from .form import Form
from .score_grid import score_grid
from .status import html
from .tree import value_at, with_value


def domain_editor(file: WorkbookFile, domain_id: str, phase: int) -> Any:
    """Edit a domain's candidates, and their scores on the criteria that are opened up to a phase."""
    domain = find_domain(file.workbook, domain_id)
    form = Form(file)
    chosen = dropdown("Candidate", ())
    details = candidate_details(form, domain_id, chosen)
    return form.box(
        title(f"Candidates: {escape(domain.name)}"),
        html(escape(domain.asks), "optlib-hint"),
        _addition(form, domain_id, chosen),
        title("Weights and scores"),
        score_grid(form, domain_id, phase),
        title("Candidate in detail"),
        fields(chosen),
        details,
    )


def _addition(form: Form, domain_id: str, chosen: Any) -> Any:
    """Make the row that adds a candidate: a known one, or one of the team's own."""
    name = widgets.Combobox(
        description="New candidate",
        placeholder="a known candidate, or your own",
        continuous_update=False,
        disabled=form.file.read_only,
        style={"description_width": "initial"},
    )
    key = input_line("Id of the new candidate", "made from the name")
    key.disabled = form.file.read_only

    def offer(workbook: Workbook) -> None:
        taken = names_of(workbook, domain_id).values()
        name.options = tuple(known.name for known in _known(domain_id) if known.name not in taken)

    def add() -> None:
        candidate_id = key.value.strip() or _id_of(domain_id, name.value)
        if form.change("New candidate", lambda workbook: _added(workbook, domain_id, candidate_id, name.value.strip())):
            name.value, key.value = "", ""
            chosen.value = candidate_id

    form.follow(offer)
    return fields(name, key, form.button("Add candidate", add), look="row")


def _known(domain_id: str) -> tuple[KnownCandidate, ...]:
    return load_catalogue().candidates.get(domain_id, ())


def _known_by_name(domain_id: str, name: str) -> KnownCandidate | None:
    return next((known for known in _known(domain_id) if known.name.lower() == name.strip().lower()), None)


def _id_of(domain_id: str, name: str) -> str:
    """Suggest an id for a name: the known candidate's, else the name in lower case with hyphens."""
    known = _known_by_name(domain_id, name)
    return known.id if known else re.sub(r"[^a-z0-9]+", "-", name.lower()).lstrip("-0123456789")[:64].rstrip("-")


def _added(workbook: Workbook, domain_id: str, candidate_id: str, name: str) -> Workbook:
    where = ("options", domain_id, "candidates", candidate_id)
    if not name:
        raise ValueError("give it a name")
    if not candidate_id:
        raise ValueError(f"no id can be made from “{name}”; give it one")
    if value_at(workbook, where) is not None:
        raise ValueError(f"there is already a candidate {candidate_id!r}; give the new one another id")
    known = _known_by_name(domain_id, name)
    return with_value(workbook, where, Candidate(name=known.name, known_as=known.id) if known else Candidate(name=name))
