"""Questions that gates, views and the report ask of a workbook's decisions and deferrals."""

from __future__ import annotations

from datetime import date

from .analysis.ranking import rank_domain
from .catalogue import load_catalogue, readable
from .model import Trigger, Workbook
from .values import read_date
from .words import listed

_LIVE = ("proposed", "accepted")


def is_decided(workbook: Workbook, domain_id: str) -> bool:
    """Whether a domain has an accepted choice."""
    decision = workbook.decisions.get(domain_id)
    return decision is not None and decision.status == "accepted" and bool(decision.selected)


def chosen(workbook: Workbook) -> tuple[tuple[str, str, str], ...]:
    """What is chosen, accepted or proposed: domain id, candidate id and the candidate's name."""
    return tuple(
        (domain_id, candidate_id, candidate_name(workbook, domain_id, candidate_id))
        for domain_id, decision in workbook.decisions.items()
        if decision.status in _LIVE
        for candidate_id in decision.selected
    )


def candidate_name(workbook: Workbook, domain_id: str, candidate_id: str) -> str:
    """The name to show of a candidate: as written, else as the catalogue knows it, else from the id."""
    candidate = workbook.options[domain_id].candidates[candidate_id]
    known = load_catalogue().known(domain_id, candidate.known_as or candidate_id)
    return candidate.name or (known.name if known else readable(candidate_id))


def is_due(trigger: Trigger, today: date) -> bool:
    """Whether a trigger has fired: its day has come, or its event is recorded as met."""
    return (trigger.on is not None and trigger.on <= today) or (trigger.met is not None and trigger.met <= today)


def due_triggers(workbook: Workbook, today: date) -> tuple[tuple[str, str], ...]:
    """The deferred domains whose triggers have fired, by name, each with what fired."""
    domains = load_catalogue().domains_of(workbook)
    return tuple(
        (domains[domain_id].name, f"deferred until {trigger.on}" if trigger.met is None else f"“{trigger.when}” was met")
        for domain_id, deferral in workbook.deferred.items()
        for trigger in deferral.triggers
        if is_due(trigger, today)
    )


def against_ranking(workbook: Workbook, domain_id: str) -> str:
    """Say how a choice departs from the ranking, or nothing where it doesn't or nothing is ranked."""
    decision = workbook.decisions.get(domain_id)
    if decision is None or not decision.selected or decision.status not in _LIVE:
        return ""
    ranking = rank_domain(workbook, domain_id)
    first = decision.selected[0]
    index = ranking.matrix.candidates.index(first)
    name = ranking.matrix.names[index]
    if ranking.ranks[index] is None:
        return f"{name} is eliminated by a must"
    if not ranking.matrix.is_ready or ranking.ranks[index] == 1:
        return ""
    leaders = listed([ranking.matrix.names[leader] for leader in ranking.leaders])
    behind = ranking.likely[ranking.leaders[0]] - ranking.likely[index]
    return f"{name} ranks {_ordinal(ranking.ranks[index] or 0)}, {behind:.1f} points behind {leaders}"


def unexplained(workbook: Workbook) -> tuple[str, ...]:
    """The domains, by name, that are decided against their ranking without a reason."""
    domains = load_catalogue().domains_of(workbook)
    return tuple(
        domains[domain_id].name
        for domain_id, decision in workbook.decisions.items()
        if not decision.against_ranking and against_ranking(workbook, domain_id)
    )


def end_of_life(workbook: Workbook, domain_id: str, candidate_id: str) -> tuple[date | None, str]:
    """When support of a candidate ends and who says so; None where nobody does."""
    candidate = workbook.options[domain_id].candidates[candidate_id]
    if candidate.support is not None and candidate.support.end_of_life is not None:
        return candidate.support.end_of_life, candidate.support.source or "this workbook"
    known = load_catalogue().known(domain_id, candidate.known_as or candidate_id)
    if known is None or known.support is None:
        return None, ""
    try:
        return read_date(known.support.end_of_life), f"version {known.support.cycle}, {known.support.source}"
    except ValueError:
        return None, ""


def clashes(workbook: Workbook) -> tuple[str, ...]:
    """The compatibility rules that the choices break, each as a sentence."""
    choices = {f"{domain}.{candidate}" for domain, candidate, _ in chosen(workbook)}
    broken = []
    for rule in workbook.compatibility:
        if rule.when in choices and rule.requires and rule.requires not in choices:
            broken.append(f"{rule.when} requires {rule.requires}, which is not chosen.")
        if rule.when in choices and rule.excludes in choices:
            broken.append(f"{rule.when} excludes {rule.excludes}, and both are chosen.")
    return tuple(broken)


def _ordinal(rank: int) -> str:
    words = ("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
    return words[rank] if rank < len(words) else f"{rank}th"
