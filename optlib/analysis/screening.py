"""Screening on musts: which candidates are out, by which must, and which must leaves a doubt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..catalogue import Criterion
from ..model import Candidate, Fit, Score, Workbook
from .matrix import find_domain


@dataclass(frozen=True)
class Elimination:
    """What a must says of a candidate: `out` eliminates it, otherwise the doubt is shown and the candidate stays."""

    candidate: str
    must: str
    out: bool
    reason: str


def screen(workbook: Workbook, domain_id: str) -> tuple[Elimination, ...]:
    """The trace of every must on every candidate of a domain: failures and doubts; candidates that meet all are absent.

    A constraint that is a must eliminates a candidate whose fit `fails`; a criterion's must eliminates one whose score
    is surely outside the threshold. Unknown or partial fit keeps a candidate in, and is listed. A constraint that no
    candidate of the domain is judged by is not about this domain, and is passed over.
    """
    options = workbook.options.get(domain_id)
    if options is None:
        return ()
    criteria = [criterion for criterion in find_domain(workbook, domain_id).criteria if criterion.must]
    judged = {key for candidate in options.candidates.values() for key in candidate.fit}
    musts = [c for c in workbook.context.constraints if c.must and c.id in judged]
    trace = []
    for candidate_id, candidate in options.candidates.items():
        for constraint in musts:
            fit = candidate.fit.get(constraint.id, Fit())
            trace += _by_constraint(candidate_id, constraint.id, constraint.statement or constraint.id, fit)
        for criterion in criteria:
            trace += _by_criterion(candidate_id, candidate, criterion)
    return tuple(trace)


def _by_constraint(candidate_id: str, constraint_id: str, statement: str, fit: Fit) -> Iterator[Elimination]:
    note = f": {fit.note}" if fit.note else ""
    if fit.verdict == "fails":
        yield Elimination(candidate_id, constraint_id, True, f"fails the must “{statement}”{note}")
    elif fit.verdict == "partly":
        yield Elimination(candidate_id, constraint_id, False, f"only partly meets the must “{statement}”{note}")
    elif fit.verdict == "unknown":
        yield Elimination(candidate_id, constraint_id, False, f"is not yet checked against the must “{statement}”{note}")


def _by_criterion(candidate_id: str, candidate: Candidate, criterion: Criterion) -> Iterator[Elimination]:
    must = criterion.must
    score = candidate.scores.get(criterion.id, Score())
    if must is None:
        return
    bound = _bound(criterion)
    if score.value is None or isinstance(score.value, str):
        yield Elimination(candidate_id, criterion.id, False, f"is not yet known to meet {criterion.name} {bound}")
        return
    low, high = (score.value[0], score.value[2]) if isinstance(score.value, tuple) else (score.value, score.value)
    too_low = must.at_least is not None and high < must.at_least
    too_high = must.at_most is not None and low > must.at_most
    maybe = (must.at_least is not None and low < must.at_least) or (must.at_most is not None and high > must.at_most)
    shown = f"{low:g}" if low == high else f"{low:g} to {high:g}"
    if too_low or too_high:
        yield Elimination(candidate_id, criterion.id, True, f"fails the must {criterion.name} {bound}: it is {shown}")
    elif maybe:
        yield Elimination(candidate_id, criterion.id, False, f"may fail the must {criterion.name} {bound}: it is {shown}")


def _bound(criterion: Criterion) -> str:
    must, unit = criterion.must, f" {criterion.unit}" if criterion.unit else ""
    parts = []
    if must and must.at_least is not None:
        parts.append(f"at least {must.at_least:g}{unit}")
    if must and must.at_most is not None:
        parts.append(f"at most {must.at_most:g}{unit}")
    return " and ".join(parts)
