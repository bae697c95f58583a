"""What would change the winner: exact flip points of each weight and each score, and single steps of a score.

Weight crossings: Triantaphyllou and Sánchez, "A sensitivity analysis approach for some deterministic multi-criteria
decision-making methods", Decision Sciences 28 (1997): totals are linear in one weight when the others keep their
proportion, so two candidates tie at the crossing of two straight lines.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .methods import TOLERANCE, checked

Array = NDArray[np.float64]


def weight_flips(values: ArrayLike, weights: ArrayLike, leader: int) -> Array:
    """For each candidate and criterion, the weight share (0 to 1) at which the candidate ties with the leader.

    `values` has shape (n, m), `weights` shape (m,); the other weights keep their proportion. NaN, shape (n, m), where
    no share from 0 to 1 gives a tie or every share does, on the leader's own row, and where one weight is all there is.
    """
    table, row = checked(values, weights)
    ahead = table[leader] - table  # the leader's advantage with all weight on the one criterion
    others = np.where(np.eye(row.size, dtype=bool), 0.0, row)
    with np.errstate(divide="ignore", invalid="ignore"):
        without = ahead @ (others / others.sum(axis=1, keepdims=True)).T  # its advantage with none on it
        share = without / (without - ahead)
    crossing = (np.abs(without - ahead) > TOLERANCE) & (share >= -TOLERANCE) & (share <= 1 + TOLERANCE)
    return np.where(crossing, np.clip(share, 0.0, 1.0), np.nan)


def score_flips(values: ArrayLike, weights: ArrayLike, leader: int) -> Array:
    """The value (0 to 1) of each cell that alone would tie its candidate with the leader, or the leader with the next.

    `values` has shape (n, m), `weights` shape (m,). NaN, shape (n, m), where no value does, and where they tie already.
    """
    table, row = checked(values, weights)
    if table.shape[0] < 2:
        return np.full(table.shape, np.nan)
    totals = table @ row
    change = totals[leader] - totals
    change[leader] = np.delete(totals, leader).max() - totals[leader]
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        wanted = table + change[:, None] / row
    reached = (row > 0) & (np.abs(change) > TOLERANCE)[:, None]
    reached &= (wanted >= -TOLERANCE) & (wanted <= 1 + TOLERANCE)
    return np.where(reached, np.clip(wanted, 0.0, 1.0), np.nan)


@dataclass(frozen=True)
class Step:
    """One score moved by one step (+1 or -1 times the criterion's step), and who is first then, by index."""

    candidate: int
    criterion: int
    direction: int
    leaders: tuple[int, ...]


def plus_minus_one(values: ArrayLike, weights: ArrayLike, steps: ArrayLike) -> tuple[Step, ...]:
    """The single steps of one score that change who is first; a score at an end of its scale stays there.

    `values` has shape (n, m), `weights` and `steps` shape (m,), a step being in values from 0 to 1: on a scale from 1
    to 5 one point is 0.25. Raises ValueError like `weighted_sum`, and where a step isn't above 0.
    """
    table, row = checked(values, weights)
    step = np.asarray(steps, dtype=float)
    if step.shape != row.shape or not (step > 0).all():
        raise ValueError("there must be one step above 0 for each criterion")
    totals = table @ row
    now = _leaders(totals)
    found = []
    for candidate, column in np.ndindex(*table.shape):
        for direction in (1, -1):
            moved = np.clip(table[candidate, column] + direction * step[column], 0.0, 1.0)
            changed = totals.copy()
            changed[candidate] += row[column] * (moved - table[candidate, column])
            if (leaders := _leaders(changed)) != now:
                found.append(Step(candidate, column, direction, leaders))
    return tuple(found)


def _leaders(totals: Array) -> tuple[int, ...]:
    return tuple(np.flatnonzero(totals >= totals.max(initial=-np.inf) - TOLERANCE).tolist())
