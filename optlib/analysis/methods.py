"""Ranking by weighted sum, and what bounds on the totals allow: plain functions on arrays, or pandas in and out."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
TOLERANCE = 1e-9
"""Totals closer than this are a tie: the rounding error of a sum of some dozen products, with room to spare."""


def normalised(weights: ArrayLike) -> Array:
    """Weights that add up to 1, shape (m,). Raises ValueError where one is negative or not finite, or all are 0."""
    given = np.asarray(weights, dtype=float)
    if given.ndim != 1 or not np.isfinite(given).all() or (given < 0).any():
        raise ValueError("weights must be a row of finite numbers, none below 0")
    if not given.sum() > 0:
        raise ValueError("at least one weight must be above 0")
    return given / given.sum()


def weighted_sum(values: Any, weights: Any) -> Any:
    """The total of each candidate: the sum of weight times value, weights taken as shares of 1.

    `values` has shape (n, m), 0 worst and 1 best; `weights` shape (m,). An array gives an array of shape (n,). A
    DataFrame (candidates as index, criteria as columns) with a Series of weights by criterion gives a Series; a weight
    without a column, or a column without a weight, raises ValueError, as do gaps and shapes that don't fit.
    """
    if hasattr(values, "columns"):
        row = _by_name(weights, list(values.columns))
        return values.iloc[:, 0].rename("total").where(False, weighted_sum(values.to_numpy(dtype=float), row))
    table = np.asarray(values, dtype=float)
    row = normalised(weights)
    if table.ndim != 2 or table.shape[1] != row.shape[0]:
        raise ValueError(f"values {table.shape} and weights {row.shape} don't fit: one weight for each column")
    if not np.isfinite(table).all():
        raise ValueError("a value is missing or not finite; say what is unknown as bounds")
    return table @ row


def competition_ranks(totals: ArrayLike, tolerance: float = TOLERANCE) -> NDArray[np.int64]:
    """Ranks from 1, best first; totals within `tolerance` of each other share the better rank (1, 1, 3).

    A tie is counted from the best total of its group, so that a chain of small steps is not one tie.
    """
    given = np.asarray(totals, dtype=float)
    ranks = np.empty(given.shape, dtype=np.int64)
    best, rank = np.inf, 0
    for place, index in enumerate(np.argsort(-given, kind="stable"), start=1):
        if best - given[index] > tolerance:
            best, rank = given[index], place
        ranks[index] = rank
    return ranks


def possible_winners(low: ArrayLike, high: ArrayLike, tolerance: float = TOLERANCE) -> NDArray[np.bool_]:
    """Which candidates can be first, alone or tied, for some scores within their bounds; shape (n,).

    `low` and `high` are each candidate's smallest and largest total. Scores of different candidates vary freely of each
    other, so a candidate can win if its best total reaches the worst total of every other.
    """
    floor = np.asarray(low, dtype=float)
    ceiling = np.asarray(high, dtype=float)
    if floor.size == 0:
        return np.zeros(0, dtype=bool)
    return np.array([ceiling[i] >= np.delete(floor, i).max(initial=-np.inf) - tolerance for i in range(floor.size)])


def dominance(low: ArrayLike, high: ArrayLike) -> NDArray[np.bool_]:
    """Which candidate surely beats which: entry (i, j) is true where i is at least as good as j on every criterion and
    better on one, whatever the scores within their bounds; arrays of shape (n, m), 0 worst and 1 best.
    """
    floor = np.asarray(low, dtype=float)[:, None, :]
    ceiling = np.asarray(high, dtype=float)[None, :, :]
    never_worse: NDArray[np.bool_] = (floor >= ceiling).all(axis=2)
    return never_worse & (floor > ceiling).any(axis=2)


def _by_name(weights: Any, columns: list[Any]) -> Array:
    names = list(weights.index) if hasattr(weights, "index") and hasattr(weights, "loc") else list(weights)
    stray = [name for name in names if name not in columns] + [name for name in columns if name not in names]
    if stray:
        raise ValueError(f"weights and criteria must name the same things; only on one side: {stray}")
    return np.array([float(weights[name]) for name in columns])
