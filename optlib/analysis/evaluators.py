"""Several evaluators of one domain: each one's own ranking, how far they agree, and whether that changes the winner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..model import DomainOptions, Workbook
from . import cells
from .group import kendall_w, personal_scores, seen_by
from .matrix import LAST_PHASE, matrix_of
from .ranking import POINTS, Ranking, rank, rank_domain


@dataclass(frozen=True)
class PersonsRanking:
    """How one evaluator ranks the domain: by their own scores and weights, by what was agreed where they gave none."""

    id: str
    name: str
    ranking: Ranking


@dataclass(frozen=True)
class Disagreement:
    """A score on which evaluators differ: candidate and criterion by index, who is lowest and who highest.

    `points` is how far apart that puts the candidate's total, of 100.
    """

    candidate: int
    criterion: int
    points: float
    lowest: str
    highest: str


@dataclass(frozen=True)
class Evaluators:
    """The evaluators of a domain: their rankings, how far these agree, and where they differ.

    `concordance` is Kendall's W over the candidates that everybody has scored, None where there are fewer than two of
    them or of the evaluators.
    """

    people: tuple[PersonsRanking, ...]
    concordance: float | None
    disagreements: tuple[Disagreement, ...]
    changes_winner: bool


def evaluators(workbook: Workbook, domain_id: str, phase: int = LAST_PHASE) -> Evaluators | None:
    """What each evaluator of a domain says beside the group; None where the workbook names none.

    `changes_winner` says whether anybody's own first candidates are other than the group's. Disagreements come in the
    order of their points, the largest first.
    """
    options = workbook.options.get(domain_id)
    if options is None or not options.evaluators:
        return None
    group = rank_domain(workbook, domain_id, phase)
    ids = [criterion.id for criterion in group.matrix.criteria]
    shares = dict(zip(ids, group.matrix.weights.tolist(), strict=True))
    people = tuple(
        PersonsRanking(key, one.name or key, _own(workbook, domain_id, seen_by(options, one, shares), phase, group))
        for key, one in options.evaluators.items()
    )
    ready = [one.ranking for one in people if one.ranking.matrix.is_ready]
    scored = [index for index in group.remaining if not any(one.matrix.is_unscored[index] for one in ready)]
    return Evaluators(
        people=people,
        concordance=kendall_w([[one.ranks[index] or 0 for index in scored] for one in ready])
        if ready and scored
        else None,
        disagreements=tuple(_disagreements(options, group)),
        changes_winner=any(set(one.leaders) != set(group.leaders) for one in ready if has_scored(one, group.leaders)),
    )


def has_scored(own: Ranking, candidates: Sequence[int]) -> bool:
    """Whether somebody has scored each of some candidates, so that their own order says something of these."""
    return not own.matrix.is_unscored[list(candidates)].any()


def _own(workbook: Workbook, domain_id: str, options: DomainOptions, phase: int, group: Ranking) -> Ranking:
    return rank(matrix_of(workbook, domain_id, options, phase), group.screening)


def _disagreements(options: DomainOptions, group: Ranking) -> list[Disagreement]:
    matrix, found = group.matrix, []
    names = {key: one.name or key for key, one in options.evaluators.items()}
    for row, candidate in enumerate(matrix.candidates):
        for column, criterion in enumerate(matrix.criteria):
            scores = personal_scores(options, candidate, criterion.id)
            if len(scores) < 2 or matrix.kinds[row][column] in cells.GAPS:
                continue
            worth = cells.bounds(list(scores.values()), criterion, matrix.scale)[:, 1]
            points = float(np.ptp(worth) * matrix.weights[column] * POINTS)
            if points > 0:
                people = list(scores)
                low, high = (names[people[int(at)]] for at in (np.argmin(worth), np.argmax(worth)))
                found.append(Disagreement(row, column, points, low, high))
    return sorted(found, key=lambda one: (-one.points, one.candidate, one.criterion))
