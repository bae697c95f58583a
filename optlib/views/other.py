"""Domains that are open in a phase but have no section of their own in its notebook."""

from __future__ import annotations

from datetime import date

from markupsafe import Markup

from ..analysis.ranking import rank_domain
from ..model import Workbook
from ..open_points import domains_in
from ..recipes import remembered
from .decided import decision
from .evaluation import evaluation
from .options import candidates
from .render import Html, joined


@remembered
def other_domains(workbook: Workbook, today: date, phase: int, shown: list[str]) -> Html:
    """Every domain of the phase that isn't among `shown`, each in full, under a heading of its own; often none."""
    rest = [domain for domain in domains_in(workbook, phase) if domain.id not in shown]
    pieces = []
    for domain in rest:
        pieces.append(
            joined(
                Html(Markup('<h5 id="domain-{}">{}</h5>').format(domain.id, domain.name)),
                evaluation(workbook, rank_domain(workbook, domain.id, phase)),
                candidates(workbook, domain.id),
                decision(workbook, domain.id, today),
            )
        )
    return joined(*pieces)
