"""What would change the winner: exact flip points of each weight and each score, in closed form.

Weight crossings: Triantaphyllou and Sánchez, "A sensitivity analysis approach for some deterministic multi-criteria
decision-making methods", Decision Sciences 28 (1997): totals are linear in one weight when the others keep their
proportion, so two candidates tie at the crossing of two straight lines.
"""

from __future__ import annotations

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
