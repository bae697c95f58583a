"""Domains that are open in a phase but have no section of their own in its notebook."""

from __future__ import annotations

from datetime import date

from markupsafe import Markup

from ..analysis.ranking import rank_domain
from ..model import Workbook
from ..open_points import domains_in
from .decided import decision
from .evaluation import evaluation
from .options import candidates, considerations
from .render import Html, joined


def other_domains(workbook: Workbook, today: date, phase: int, shown: list[str]) -> Html:
    """Every domain of the phase that isn't among `shown`, each in full."""
    rest = [domain for domain in domains_in(workbook, phase) if domain.id not in shown]
    if not rest:
        return Html("<p>Every domain of this phase has its section above.</p>")
    pieces = []
    for domain in rest:
        chosen = workbook.decisions[domain.id].selected if domain.id in workbook.decisions else ()
        pieces.append(
            joined(
                Html(Markup('<h3 id="domain-{}">{}</h3>').format(domain.id, domain.name)),
                considerations(workbook, domain.id, phase),
                evaluation(rank_domain(workbook, domain.id, phase), chosen),
                candidates(workbook, domain.id),
                decision(workbook, domain.id, today),
            )
        )
    return joined(*pieces)
