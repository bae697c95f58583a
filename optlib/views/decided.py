"""The decision of a domain as it stands, the deferred choices, and the impact of it all."""

from __future__ import annotations

from datetime import date
from typing import Any

from ..analysis.matrix import find_domain
from ..catalogue import load_catalogue
from ..decisions import against_ranking, choice_text, is_due
from ..model import Workbook
from ..open_points import is_filled
from ..recipes import remembered
from .render import Html, render

IMPACT = {"code_structure": "Code structure", "operations": "Operations", "cost": "Cost", "team": "Team processes"}


@remembered
def decision(workbook: Workbook, domain_id: str, today: date) -> Html:
    """What is chosen in a domain and why, or that it is deferred, or still open; nothing where nothing is begun."""
    if not is_filled(workbook, domain_id):
        return Html("")
    made = workbook.decisions.get(domain_id)
    return render(
        "decision.html",
        domain=find_domain(workbook, domain_id),
        made=made,
        choice=choice_text(workbook, domain_id),
        against=against_ranking(workbook, domain_id) if made else "",
        deferral=_deferral(workbook, domain_id, today),
    )


@remembered
def deferred(workbook: Workbook, today: date) -> Html:
    """Every deferred choice, why, and what brings it back; those that are due first."""
    return render("deferred.html", rows=deferrals(workbook, today))


def deferrals(workbook: Workbook, today: date) -> list[tuple[str, dict[str, Any]]]:
    """For each deferred choice its domain's name, reason and triggers, and whether it is due; those that are first."""
    domains = load_catalogue().domains_of(workbook)
    rows = [(domains[key].name, _deferral(workbook, key, today) or {}) for key in workbook.deferred]
    return sorted(rows, key=lambda row: not row[1]["due"])


@remembered
def impact(workbook: Workbook) -> Html:
    """What the decisions mean for code structure, operations, cost and team processes."""
    parts = [(title, getattr(workbook.impact, name)) for name, title in IMPACT.items()]
    return render("impact.html", parts=parts)


def _deferral(workbook: Workbook, domain_id: str, today: date) -> dict[str, Any] | None:
    deferral = workbook.deferred.get(domain_id)
    if deferral is None:
        return None
    triggers = [(trigger, is_due(trigger, today)) for trigger in deferral.triggers]
    return {"reason": deferral.reason, "triggers": triggers, "due": any(due for _, due in triggers)}
