"""What is still open in a phase: everything that a careful reader would ask for, short of a gate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from .analysis.matrix import LAST_PHASE
from .analysis.published import published_remarks
from .analysis.ranking import Ranking, rank_domain
from .catalogue import Domain, load_catalogue
from .decisions import against_ranking, clashes, due_triggers, eliminated_choices, has_trigger, is_choice, is_decided
from .model import Workbook
from .words import counted, listed


@dataclass(frozen=True)
class OpenPoint:
    """One thing to do: where it belongs (a domain's name, or a part of the workbook) and what it is."""

    where: str
    message: str


def open_points(workbook: Workbook, today: date, phase: int | None = None) -> tuple[OpenPoint, ...]:
    """What is open in a phase, or in the whole workbook, in the order of the notebooks."""
    points: list[OpenPoint] = []
    if phase in (0, None):
        points += _context(workbook)
        points += [OpenPoint("Compatibility", message) for message in clashes(workbook)]
    for domain in domains_in(workbook, phase):
        points += [
            OpenPoint(name, f"{reason[:1].upper()}{reason[1:]}: decide it now.")
            for name, reason in due_triggers(workbook, today, domain.id)
        ]
        points += [OpenPoint(domain.name, message) for message in _domain(workbook, domain, phase)]
    return tuple(points)


def domains_in(workbook: Workbook, phase: int | None) -> tuple[Domain, ...]:
    """The domains open in a phase; for the whole workbook, those that its level requires or that it has filled.

    Without a level nothing is required yet, so only what is filled counts, or the first phase while nothing is.
    """
    catalogue = load_catalogue()
    domains = catalogue.domains_of(workbook).values()
    if phase is not None:
        return tuple(domain for domain in domains if phase in domain.phases)
    filled = {domain.id for domain in domains if is_filled(workbook, domain.id)}
    required = catalogue.required_phases(workbook) if workbook.quality.level or not filled else ()
    return tuple(domain for domain in domains if domain.phases[0] in required or domain.id in filled)


def is_filled(workbook: Workbook, domain_id: str) -> bool:
    """Whether the workbook says anything of a domain."""
    options = workbook.options.get(domain_id)
    return bool(options and options.candidates) or domain_id in workbook.decisions or domain_id in workbook.deferred


def phases_to_report(workbook: Workbook) -> tuple[int, ...]:
    """The phases that the level requires, and those in which the workbook has filled a domain."""
    catalogue = load_catalogue()
    filled = {domain.phases[0] for domain in domains_in(workbook, None)}
    return tuple(phase.id for phase in catalogue.phases if phase.id in {*catalogue.required_phases(workbook), *filled})


def ranking_to_show(workbook: Workbook, ranking: Ranking) -> Ranking:
    """The ranking to show in a phase: of all criteria that carry weight where no later phase of the domain is reported.

    So a report never lacks the matrix behind a decision.
    """
    domain, phase = ranking.matrix.domain, ranking.matrix.phase
    whole = rank_domain(workbook, domain.id)
    if (ranking.matrix.weights > 0).sum() == (whole.matrix.weights > 0).sum():
        return ranking
    later = any(other > phase and other in phases_to_report(workbook) for other in domain.phases)
    return ranking if later else whole


def _context(workbook: Workbook) -> Iterator[OpenPoint]:
    if not workbook.project.name:
        yield OpenPoint("Project", "It has no name yet.")
    if workbook.quality.level is None:
        yield OpenPoint("Quality", "No quality level is chosen yet; it decides which phases and gates are required.")
    bare = [name for name in ("goals", "success_criteria") if not getattr(workbook.context, name)]
    judged = {
        key
        for options in workbook.options.values()
        for candidate in options.candidates.values()
        for key in candidate.fit
    }
    musts = [constraint for constraint in workbook.context.constraints if constraint.must]
    for constraint in musts if any(options.candidates for options in workbook.options.values()) else ():
        if constraint.id not in judged:
            message = (
                f"The must “{constraint.statement or constraint.id}” is judged for no candidate: add it to their fit."
            )
            yield OpenPoint("Context", message)
    if bare:
        yield OpenPoint("Context", f"Nothing is written under {listed([name.replace('_', ' ') for name in bare])}.")


def _domain(workbook: Workbook, domain: Domain, phase: int | None) -> Iterator[str]:
    options = workbook.options.get(domain.id)
    if options is not None and options.candidates:
        ranking = rank_domain(workbook, domain.id, LAST_PHASE if phase is None else phase)
        yield from _candidates(ranking)
        yield from published_remarks(workbook, ranking.matrix)
    elif domain.id not in workbook.deferred:
        yield "There are no candidates yet."
        return
    yield from _decision(workbook, domain)


def _candidates(ranking: Ranking) -> Iterator[str]:
    matrix = ranking.matrix
    if len(matrix.candidates) == 1:
        yield "There is only one candidate; compare at least two."
    same = {name for name in matrix.names if matrix.names.count(name) > 1}
    yield from (f"Several candidates are called {name}; give them different names." for name in sorted(same))
    if matrix.is_gap.all():
        stated = any(score.kind in ("exact", "range") for row in matrix.scores for score in row)
        yield "None of the scores can be read yet." if stated else "No candidate is scored yet."
    elif matrix.gaps:
        yield f"{counted(matrix.gaps, 'score')} {'is' if matrix.gaps == 1 else 'are'} not known yet.".capitalize()
    yield from matrix.remarks
    names = {matrix.candidates[index]: matrix.names[index] for index in ranking.remaining}
    yield from (f"{names[trace.candidate]} {trace.reason}." for trace in ranking.screening if trace.candidate in names)


def _decision(workbook: Workbook, domain: Domain) -> Iterator[str]:
    decision = workbook.decisions.get(domain.id)
    deferral = workbook.deferred.get(domain.id)
    if deferral is not None and not has_trigger(deferral):
        yield "It is deferred without a trigger; say what brings it back."
    if deferral is None and not is_decided(workbook, domain.id):
        proposed = decision is not None and is_choice(decision) and decision.status == "proposed"
        yield "A choice is proposed, but not accepted yet." if proposed else "It is neither decided nor deferred."
    if decision is not None and is_choice(decision):
        if not decision.rationale:
            yield "The decision gives no rationale."
        against = against_ranking(workbook, domain.id)
        if out := eliminated_choices(workbook, domain.id):
            yield f"{listed(out)} {'is' if len(out) == 1 else 'are'} chosen although a must eliminates it."
        elif against and not decision.against_ranking:
            yield f"The decision goes against the ranking and against_ranking doesn't say why: {against}."
