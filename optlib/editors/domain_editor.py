"""The editor of one domain: its board, its weights by other means, who scores, and the details of each candidate."""

from __future__ import annotations

from html import escape
from typing import Any

from ..analysis.matrix import find_domain
from ..workbook_file import WorkbookFile
from .board import board
from .candidate_details import candidate_details
from .evaluators_editor import evaluators
from .fields import dropdown, fields, title
from .fold import fold
from .form import Form
from .status import html
from .weighting_editor import weighting
from .weights_of import WeightsOf


def domain_editor(file: WorkbookFile, domain_id: str, phase: int) -> Any:
    """Edit a domain's candidates, and their scores on the criteria that are opened up to a phase."""
    domain = find_domain(file.workbook, domain_id)
    form = Form(file)
    chosen = dropdown("Candidate", ())
    is_by_method = WeightsOf(domain_id, phase).weighting(form.session.workbook).method != "direct"
    return form.box(
        title(f"Candidates: {escape(domain.name)}"),
        html(escape(domain.asks), "optlib-hint"),
        board(form, domain_id, phase),
        fold("other ways to find the weights", weighting(form, domain_id, phase), is_open=is_by_method),
        fold("who scores", evaluators(form, domain_id)),
        title("Candidate in detail"),
        fields(chosen),
        candidate_details(form, domain_id, chosen),
    )
