"""What would change the winner: exact flip points of each weight and each score, in closed form.

Weight crossings: Triantaphyllou and Sánchez, "A sensitivity analysis approach for some deterministic multi-criteria
decision-making methods", Decision Sciences 28 (1997): totals are linear in one weight when the others keep their
proportion, so two candidates tie at the crossing of two straight lines.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .methods import TOLERANCE, normalised, weighted_sum

Array = NDArray[np.float64]


def weight_flips(values: ArrayLike, weights: ArrayLike, leader: int) -> Array:
    """For each candidate and criterion, the weight share (0 to 1) at which the candidate ties with the leader.

    `values` has shape (n, m), `weights` shape (m,); the other weights keep their proportion. NaN, shape (n, m), where no
    share from 0 to 1 gives a tie, on the leader's own row, and where one weight is all there is.
    """
    table = np.asarray(values, dtype=float)
    row = normalised(weights)
    alone = np.delete(table, leader, axis=0)
    flips = np.full(table.shape, np.nan)
    others = [index for index in range(table.shape[0]) if index != leader]
    if not others:
        return flips
    at_one = table[leader] - alone
    rest = 1.0 - row
    margin = (weighted_sum(table, row)[leader] - weighted_sum(alone, row))[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        at_zero = np.where(rest > TOLERANCE, (margin - row * at_one) / rest, np.nan)
        share = at_zero / (at_zero - at_one)
    share = np.where(np.abs(at_zero - at_one) > TOLERANCE, share, np.nan)
    flips[others] = np.where((share >= 0) & (share <= 1), share, np.nan)
    return flips


def score_flips(values: ArrayLike, weights: ArrayLike, leader: int) -> Array:
    """For each cell, the value (0 to 1) that alone would bring its candidate level with the leader, or the leader level
    with the next; NaN, shape (n, m), where no value does.
    """
    table = np.asarray(values, dtype=float)
    row = normalised(weights)
    totals = weighted_sum(table, row)
    if table.shape[0] < 2:
        return np.full(table.shape, np.nan)
    change = totals[leader] - totals
    change[leader] = np.delete(totals, leader).max() - totals[leader]
    with np.errstate(divide="ignore", invalid="ignore"):
        wanted = table + change[:, None] / row
    wanted = np.where((row > 0) & (wanted >= -TOLERANCE) & (wanted <= 1 + TOLERANCE), wanted, np.nan)
    return np.clip(wanted, 0.0, 1.0)
