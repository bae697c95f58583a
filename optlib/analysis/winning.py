"""What would have to be true for a candidate to be first: the nearest weights, or the proof that there are none.

A candidate that is first for some weights is potentially optimal (Hazen, "Partial information, dominance, and potential
optimality in multiattribute utility theory", Operations Research 34 (1986)); one that isn't is beaten, whatever the
weights, by a mix of the others. Both are linear programmes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .methods import TOLERANCE, checked
from .weight_knowledge import WeightKnowledge, weight_knowledge

Array = NDArray[np.float64]
_INFEASIBLE = 2


@dataclass(frozen=True, eq=False)
class Way:
    """How a candidate comes first by other weights, or why it can't.

    `weights`: the admissible weights nearest to the stated ones at which no other is ahead of it, shape (m,), None
    where there are none; `moved`: the share of weight (0 to 1) that has to move from some criteria to others. Where
    there are none, `shortfall` is how far it stays behind even at its best weights, in totals from 0 to 1, and
    `beaten_by`, shape (n,), a mix of the others (parts of 1) that is ahead of it by that much for all admissible
    weights.
    """

    candidate: int
    weights: Array | None
    moved: float | None
    shortfall: float = 0.0
    beaten_by: Array | None = None


def ways_to_win(
    values: ArrayLike, weights: ArrayLike, candidates: Sequence[int] | None = None, admissible: Any = None
) -> tuple[Way, ...]:
    """For each candidate, or those asked for, the nearest weights at which it is first.

    `values` has shape (n, m), `weights` shape (m,). `admissible` is a WeightKnowledge: `order` and `interval` limit the
    weights that are looked at; anything else, and None, lets them be any. The least `moved` of those that aren't first
    is the smallest joint change of weights that dethrones the leader. Raises ValueError like `weighted_sum`.
    """
    table, row = checked(values, weights)
    wanted = range(len(table)) if candidates is None else candidates
    if not all(0 <= candidate < len(table) for candidate in wanted):
        raise ValueError(f"candidates are numbered from 0 to {len(table) - 1}, but asked for are {list(wanted)}")
    limits = _Limits(admissible or weight_knowledge(row, "none"), row)
    if limits.least.shape != row.shape:
        raise ValueError(f"the admissible weights are of {limits.least.size} criteria, the values of {row.size}")
    return tuple(_way(table, row, candidate, limits) for candidate in wanted)


class _Limits:
    """The admissible weights as rows of linear conditions: least <= weight <= most, and differences that stay >= 0."""

    def __init__(self, knowledge: WeightKnowledge, row: Array) -> None:
        m = row.size
        self.least, self.most = np.zeros(m), np.ones(m)
        self.differences, self.equal = np.zeros((0, m)), np.zeros((0, m))
        if knowledge.known == "interval" and knowledge.low is not None and knowledge.high is not None:
            self.least, self.most = np.asarray(knowledge.low), np.asarray(knowledge.high)
        if knowledge.known == "order":
            order = np.argsort(-row, kind="stable")
            steps = np.eye(m)[order[:-1]] - np.eye(m)[order[1:]]
            same = -np.diff(row[order]) <= TOLERANCE
            self.differences, self.equal = steps[~same], steps[same]

    def hold(self, row: Array) -> bool:
        """Whether these weights are admissible."""
        within = (self.least - TOLERANCE <= row) & (row <= self.most + TOLERANCE)
        ordered = (self.differences @ row >= -TOLERANCE).all() and np.allclose(self.equal @ row, 0)
        return bool(within.all() and ordered)


def _way(table: Array, row: Array, candidate: int, limits: _Limits) -> Way:
    ahead = table[candidate] - np.delete(table, candidate, axis=0)
    if (ahead @ row >= -TOLERANCE).all() and limits.hold(row):
        return Way(candidate, row, 0.0)
    found = _nearest(ahead, row, limits)
    if found is None:
        shortfall, mix = _best_margin(ahead, limits)
        if shortfall > TOLERANCE:
            return Way(candidate, None, None, shortfall, np.insert(mix, candidate, 0.0))
        return Way(candidate, None, None)
    return Way(candidate, found, float(np.abs(found - row).sum() / 2))


def _nearest(ahead: Array, row: Array, limits: _Limits) -> Array | None:
    """The weights with no disadvantage that least has to move to: row + added - taken, by linear programming."""
    from scipy.optimize import linprog

    m = row.size
    conditions = np.vstack([ahead, limits.differences])
    both = np.vstack([np.ones(m), limits.equal])
    least, most = np.minimum(limits.least, row), np.maximum(limits.most, row)
    bounds = [(0, end - now) for now, end in zip(row, most, strict=True)]
    bounds += [(0, now - end) for now, end in zip(row, least, strict=True)]
    inside = np.vstack([np.eye(m), -np.eye(m)])
    result = linprog(
        np.ones(2 * m),
        A_ub=np.vstack([np.hstack([-conditions, conditions]), np.hstack([inside, -inside])]),
        b_ub=np.concatenate([conditions @ row, limits.most - row, row - limits.least]),
        A_eq=np.hstack([both, -both]),
        b_eq=np.concatenate([[0.0], -limits.equal @ row]),
        bounds=bounds,
    )
    if result.status == _INFEASIBLE:
        return None
    _must_be_solved(result)
    change = np.asarray(result.x)
    found: Array = np.clip(row + change[:m] - change[m:], 0.0, 1.0)
    found[found < TOLERANCE] = 0.0
    found /= found.sum()
    return found


def _must_be_solved(result: Any) -> None:
    """Raise RuntimeError where a linear programme that has a solution wasn't solved."""
    if result.status != 0:
        raise RuntimeError(f"the linear programme for the nearest weights failed: {result.message}")


def _best_margin(ahead: Array, limits: _Limits) -> tuple[float, Array]:
    """How far the candidate stays behind at its best weights, and the mix of the others that keeps it there."""
    from scipy.optimize import linprog

    rivals, m = ahead.shape
    order = np.hstack([-limits.differences, np.zeros((len(limits.differences), 1))])
    result = linprog(
        np.append(np.zeros(m), -1.0),
        A_ub=np.vstack([np.hstack([-ahead, np.ones((rivals, 1))]), order]),
        b_ub=np.zeros(rivals + len(order)),
        A_eq=np.vstack([np.append(np.ones(m), 0.0), np.hstack([limits.equal, np.zeros((len(limits.equal), 1))])]),
        b_eq=np.append(1.0, np.zeros(len(limits.equal))),
        bounds=[*zip(limits.least, limits.most, strict=True), (None, None)],
    )
    _must_be_solved(result)
    mix: Array = np.abs(result.ineqlin.marginals[:rivals])
    return -float(np.asarray(result.x)[-1]), mix / mix.sum()
