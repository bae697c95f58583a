"""Screening on musts: which candidates are out, by which must, and which must leaves a doubt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..catalogue import Criterion
from ..model import Candidate, Constraint, Fit, Workbook
from ..words import digits
from .cells import MISSING, in_its_unit
from .group import with_joint_scores
from .matrix import find_domain


@dataclass(frozen=True)
class Elimination:
    """What a must says of a candidate: `out` eliminates it, otherwise the doubt is shown and the candidate stays."""

    candidate: str
    must: str
    out: bool
    reason: str


def screen(workbook: Workbook, domain_id: str) -> tuple[Elimination, ...]:
    """What every must says of every candidate of a domain: failures and doubts, and nothing of those that meet it.

    A constraint that is a must eliminates a candidate whose fit `fails`; a criterion's must eliminates one whose score
    is surely outside the threshold. Unknown or partial fit keeps a candidate in, and is listed. A constraint that no
    candidate of the domain is judged by is not about this domain, and is passed over.
    """
    if domain_id not in workbook.options:
        return ()
    options = with_joint_scores(workbook.options[domain_id])
    criteria = [criterion for criterion in find_domain(workbook, domain_id).criteria if _bound(criterion)]
    judged = {key for candidate in options.candidates.values() for key in candidate.fit}
    musts = [c for c in workbook.context.constraints if c.must and c.id in judged]
    trace: list[Elimination] = []
    for candidate_id, candidate in options.candidates.items():
        for constraint in musts:
            trace += _by_constraint(candidate_id, constraint, candidate.fit.get(constraint.id, Fit()))
        for criterion in criteria:
            trace += _by_criterion(candidate_id, candidate, criterion)
    return tuple(trace)


def _by_constraint(candidate_id: str, constraint: Constraint, fit: Fit) -> Iterator[Elimination]:
    if fit.verdict == "meets":
        return
    found = {"fails": "fails", "partly": "only partly meets", "unknown": "is not yet checked against"}[fit.verdict]
    note = f": {fit.note}" if fit.note else ""
    reason = f"{found} the must “{constraint.statement or constraint.id}”{note}"
    yield Elimination(candidate_id, constraint.id, fit.verdict == "fails", reason)


def _by_criterion(candidate_id: str, candidate: Candidate, criterion: Criterion) -> Iterator[Elimination]:
    must, score, bound = criterion.must, candidate.scores.get(criterion.id, MISSING), _bound(criterion)
    if must is None:
        return
    if score.bounds is None or not in_its_unit(score, criterion):
        yield Elimination(candidate_id, criterion.id, False, f"is not yet known to meet the must {bound}")
        return
    low, _, high = score.bounds
    at_least = -float("inf") if must.at_least is None else must.at_least
    at_most = float("inf") if must.at_most is None else must.at_most
    shown = digits(low) if low == high else f"{digits(low)} to {digits(high)}"
    if high < at_least or low > at_most:
        yield Elimination(candidate_id, criterion.id, True, f"fails the must {bound}: it is {shown}")
    elif low < at_least or high > at_most:
        yield Elimination(candidate_id, criterion.id, False, f"may fail the must {bound}: it is {shown}")


def _bound(criterion: Criterion) -> str:
    """The threshold of a criterion's must, nothing where it sets none."""
    must, unit = criterion.must, f" {criterion.unit}" if criterion.unit else ""
    limits = [("at least", must.at_least), ("at most", must.at_most)] if must else []
    parts = [f"{side} {digits(limit)}{unit}" for side, limit in limits if limit is not None]
    return f"“{criterion.name} {' and '.join(parts)}”" if parts else ""
