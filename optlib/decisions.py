"""Questions that gates, views and the report ask of a workbook's decisions and deferrals."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise

from .analysis.matrix import candidate_name
from .analysis.ranking import Ranking, rank_domain
from .catalogue import load_catalogue
from .model import Candidate, Decision, Deferral, Trigger, Workbook
from .values import read_date
from .words import listed, points

__all__ = [
    "against_ranking",
    "candidate_name",
    "choice_text",
    "chosen",
    "clashes",
    "due_triggers",
    "eliminated_choices",
    "end_of_life",
    "has_trigger",
    "is_choice",
    "is_decided",
    "is_due",
    "unexplained",
]

_LIVE = ("proposed", "accepted")


def is_decided(workbook: Workbook, domain_id: str) -> bool:
    """Whether a domain has an accepted choice; that none of the candidates will do is one, too."""
    decision = workbook.decisions.get(domain_id)
    return decision is not None and decision.status == "accepted" and is_choice(decision)


def is_choice(decision: Decision) -> bool:
    """Whether a decision says what is chosen, or that nothing is."""
    return bool(decision.selected) or decision.none_of_these


def choice_text(workbook: Workbook, domain_id: str) -> str:
    """What is chosen in a domain, in words: `A`, `A, then B`, `A and B` side by side, or `none of these`."""
    decision = workbook.decisions.get(domain_id, Decision())
    if decision.none_of_these:
        return "none of these"
    names = [candidate_name(workbook, domain_id, key) for key in decision.selected]
    return listed(names) if decision.together else ", then ".join(names)


def chosen(workbook: Workbook) -> tuple[tuple[str, str, str], ...]:
    """What is chosen, accepted or proposed: domain id, candidate id and the candidate's name."""
    return tuple(
        (domain_id, candidate_id, candidate_name(workbook, domain_id, candidate_id))
        for domain_id, decision in workbook.decisions.items()
        if decision.status in _LIVE
        for candidate_id in decision.selected
    )


def is_due(trigger: Trigger, today: date) -> bool:
    """Whether a trigger has fired: its day has come, or its event is recorded as met."""
    return (trigger.on is not None and trigger.on <= today) or (trigger.met is not None and trigger.met <= today)


def has_trigger(deferral: Deferral) -> bool:
    """Whether a deferral says what brings it back: a day, or an event; a trigger that says neither doesn't count."""
    return any(trigger.on or trigger.when for trigger in deferral.triggers)


def due_triggers(workbook: Workbook, today: date, domain_id: str = "") -> tuple[tuple[str, str], ...]:
    """The deferred domains whose triggers have fired, or the one asked for, by name, each with what fired.

    A domain that is decided may be deferred in part, and its triggers fire all the same.
    """
    domains = load_catalogue().domains_of(workbook)
    return tuple(
        (domains[key].name, _fired(trigger, today))
        for key, deferral in workbook.deferred.items()
        for trigger in deferral.triggers
        if is_due(trigger, today) and domain_id in ("", key)
    )


def _fired(trigger: Trigger, today: date) -> str:
    if trigger.met is None or trigger.met > today:
        return f"deferred until {trigger.on}"
    return f"“{trigger.when}” was met" if trigger.when else f"its trigger was met on {trigger.met}"


def against_ranking(workbook: Workbook, domain_id: str) -> str:
    """Say how a choice departs from the ranking, or nothing where it doesn't or nothing is ranked.

    The first choice is held against the first rank, several side by side are by the best of them; several in order are
    also held against the order of their ranks. That none is chosen departs from no ranking.
    """
    decision = workbook.decisions.get(domain_id)
    if decision is None or not decision.selected or decision.status not in _LIVE:
        return ""
    return _departure(rank_domain(workbook, domain_id), decision)


def eliminated_choices(workbook: Workbook, domain_id: str) -> tuple[str, ...]:
    """The names of what is chosen in a domain although it fails a must."""
    decision = workbook.decisions.get(domain_id)
    if decision is None or decision.status not in _LIVE:
        return ()
    return _eliminated(rank_domain(workbook, domain_id), decision)


def _eliminated(ranking: Ranking, decision: Decision) -> tuple[str, ...]:
    places = [ranking.matrix.candidates.index(key) for key in decision.selected]
    return tuple(ranking.matrix.names[index] for index in places if ranking.ranks[index] is None)


def _departure(ranking: Ranking, decision: Decision) -> str:
    names, ranks = ranking.matrix.names, ranking.ranks
    if out := _eliminated(ranking, decision):
        return f"{listed(out)} {'is' if len(out) == 1 else 'are'} eliminated by a must"
    chosen = [ranking.matrix.candidates.index(key) for key in decision.selected]
    first = min(chosen, key=lambda index: ranks[index] or 0) if decision.together else chosen[0]
    if not ranking.matrix.is_ready:
        return ""
    if ranks[first] == 1:
        return "" if decision.together else _disorder(ranking, chosen)
    leaders = listed([names[leader] for leader in ranking.leaders])
    if ranking.matrix.is_unscored[first]:
        return f"{names[first]} is not scored, and {leaders} {'leads' if len(ranking.leaders) == 1 else 'lead'}"
    behind = points(ranking.likely[ranking.leaders[0]] - ranking.likely[first])
    return f"{names[first]} ranks {_ordinal(ranks[first] or 0)}, {behind} behind {leaders}"


def _disorder(ranking: Ranking, chosen: list[int]) -> str:
    """Say of several chosen in order which pair of neighbours the ranking has the other way round."""
    names, ranks = ranking.matrix.names, ranking.ranks
    for one, other in pairwise(chosen):
        if (ranks[one] or 0) > (ranks[other] or 0):
            return f"{names[one]} is chosen before {names[other]}, which ranks higher"
    return ""


def unexplained(workbook: Workbook) -> tuple[str, ...]:
    """The domains, by name, that are decided against their ranking without a reason."""
    domains = load_catalogue().domains_of(workbook)
    return tuple(
        domains[domain_id].name
        for domain_id, decision in workbook.decisions.items()
        if not decision.against_ranking and against_ranking(workbook, domain_id)
    )


def end_of_life(workbook: Workbook, domain_id: str, candidate_id: str) -> tuple[date | None, str]:
    """When support of a candidate ends and who says so; None where nobody does.

    The workbook's word counts before the catalogue's, which knows one version line only and says nothing of others.
    """
    candidate = workbook.options[domain_id].candidates[candidate_id]
    if candidate.support is not None and candidate.support.end_of_life is not None:
        return candidate.support.end_of_life, candidate.support.source or "this workbook"
    known = load_catalogue().known(domain_id, candidate.known_as or candidate_id)
    if known is None or known.support is None or not _is_of(candidate, known.support.cycle):
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


def _is_of(candidate: Candidate, cycle: str) -> bool:
    """Whether the version that would be used belongs to a version line, or doesn't say."""
    version = (candidate.support.cycle if candidate.support else "") or candidate.version
    said, line = (re.search(r"\d+(\.\d+)*", text) for text in (version, cycle))
    if said is None or line is None:
        return True
    return all(a == b for a, b in zip(said[0].split("."), line[0].split("."), strict=False))


def _ordinal(rank: int) -> str:
    words = ("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
    if rank < len(words):
        return words[rank]
    return f"{rank}{'th' if rank % 100 in (11, 12, 13) else {1: 'st', 2: 'nd', 3: 'rd'}.get(rank % 10, 'th')}"
