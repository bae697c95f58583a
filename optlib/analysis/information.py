"""What is worth finding out: the expected value of perfect information, for all scores, one criterion, or one score.

Scores are independent of each other and of the weights, and totals are sums, so what remains unknown enters with its
mean, and learning a score only moves its own candidate: one-dimensional integrals, taken over equally likely values.
Definitions: Raiffa and Schlaifer, "Applied Statistical Decision Theory" (1961); for parts of what is unknown Brennan et
al., "Calculating partial expected value of perfect information via Monte Carlo simulation", Medical Decision Making 27
(2007).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .methods import finite, normalised
from .uncertain import UncertainValues

Array = NDArray[np.float64]
STEPS, STEPS_OF_ONE = 256, 4096
"""At so many equally likely values a score is taken with its criterion's others, and alone; an EVPPI is then right to
about a thousandth of its size."""


@dataclass(frozen=True, eq=False)
class Information:
    """The worth of learning scores, in totals from 0 to 1, and the chance that what is learnt changes the choice.

    `scores` and `score_changes` have shape (n, m), `criteria` and `criterion_changes` shape (m,): learning all scores
    of a criterion at once. `leader` has the best expected total: it is chosen if nothing is learnt.
    """

    leader: int

    scores: Array
    score_changes: Array
    criteria: Array
    criterion_changes: Array

    def __post_init__(self) -> None:
        for array in (self.scores, self.score_changes, self.criteria, self.criterion_changes):
            array.setflags(write=False)


def information(values: UncertainValues, weights: ArrayLike) -> Information:
    """What learning each score and each criterion is worth, at mean weights of shape (m,) that add up to 1.

    The choice that it may change is the candidate with the best expected total, the first of several. Raises ValueError
    where weights are negative or not finite, all 0, or not one for each criterion.
    """
    row = normalised(weights)
    if row.shape != values.low.shape[1:]:
        raise ValueError(f"there must be one weight for each of {values.low.shape[1]} criteria, not {row.size}")
    means = values.expected @ row
    n, m = values.low.shape
    scores, changes = np.zeros((n, m)), np.zeros((n, m))
    criteria, criterion_changes = np.zeros(m), np.zeros(m)
    for column in np.flatnonzero(row > 0).tolist():
        moved = [_moved(values, row, means, candidate, column, STEPS) for candidate in range(n)]
        for candidate in np.flatnonzero(~values.is_exact[:, column]).tolist():
            alone = _moved(values, row, means, candidate, column, STEPS_OF_ONE)
            scores[candidate, column], changes[candidate, column] = _of_one(means, candidate, alone)
        criteria[column], criterion_changes[column] = _of_all(means, moved)
    return Information(int(np.argmax(means)), scores, changes, criteria, criterion_changes)


def evpi(payoffs: ArrayLike, chances: ArrayLike) -> float:
    """The expected value of perfect information of a payoff table, in its own unit.

    `payoffs` has shape (n, s): what each of n choices yields in each of s states; `chances` shape (s,), adding up to 1.
    Raises ValueError where a figure isn't finite, or the chances are negative or don't add up to 1.
    """
    table = finite(payoffs, "a payoff is missing or not finite")
    chance = finite(chances, "a chance is missing or not finite")
    if table.ndim != 2 or chance.shape != table.shape[1:]:
        raise ValueError(f"payoffs {table.shape} and chances {chance.shape} don't fit: one chance for each column")
    if (chance < 0).any() or abs(chance.sum() - 1) > 1e-6:
        raise ValueError(f"chances must be from 0 and add up to 1, but add up to {chance.sum():.6g}")
    return float(table.max(axis=0) @ chance - (table @ chance).max())


def _moved(values: UncertainValues, weights: Array, means: Array, row: int, column: int, steps: int) -> Array:
    """The equally likely expected totals of a candidate once one of its scores is known."""
    learnt = values.equally_likely(row, column, steps)
    expected: Array = means[row] + weights[column] * (learnt - learnt.mean())
    return expected


def _of_one(means: Array, row: int, moved: Array) -> tuple[float, float]:
    """The worth of learning one score, and the chance that another candidate is best then."""
    others = np.delete(means, row)
    if not others.size:
        return 0.0, 0.0
    rival, leads = others.max(), row == int(np.argmax(means))
    worth = np.maximum(moved, rival).mean() - max(means[row], rival)
    return max(float(worth), 0.0), float(np.mean(moved < rival if leads else moved > rival))


def _of_all(means: Array, moved: list[Array]) -> tuple[float, float]:
    """The worth of learning the independent `moved` totals of all candidates together, and the chance of a change.

    The mean of the best is the sum of what the chance that all stay below it leaves, over the merged values.
    """
    leader = int(np.argmax(means))
    points = np.unique(np.concatenate(moved))
    below = np.array([np.searchsorted(np.sort(one), points, side="right") / one.size for one in moved])
    all_below = below.prod(axis=0)
    best = points[-1] - float(np.sum(np.diff(points) * all_below[:-1]))
    rivals = np.delete(below, leader, axis=0).prod(axis=0)
    stays = rivals[np.searchsorted(points, moved[leader])].mean()
    worth = max(best - float(means[leader]), 0.0)
    return worth, max(1.0 - float(stays), 0.0)
