"""Ranking by weighted sum, and what bounds on the totals allow: plain functions on arrays, or pandas in and out."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
TOLERANCE = 1e-9
"""Totals closer than this are a tie: the rounding error of a sum of some dozen products, with room to spare."""


def normalised(weights: ArrayLike) -> Array:
    """Weights as shares that add up to 1, shape (m,).

    Raises ValueError where one is negative or not finite, or all are 0.
    """
    given = np.asarray(weights, dtype=float)
    if given.ndim != 1 or not np.isfinite(given).all() or (given < 0).any():
        raise ValueError("weights must be a row of finite numbers, none below 0")
    if not given.any():
        raise ValueError("at least one weight must be above 0")
    scaled = given / given.max()  # so that the sum of huge weights is finite
    shares: Array = scaled / scaled.sum()
    return shares


def weighted_sum(values: Any, weights: Any) -> Any:
    """The total of each candidate: the sum of weight times value, weights taken as shares of 1.

    `values` has shape (n, m), 0 worst and 1 best; `weights` shape (m,). An array gives an array of shape (n,). A
    DataFrame (candidates as index, criteria as columns) with a Series of weights by criterion gives a Series; a weight
    without a column, or a column without a weight, raises ValueError, as do gaps, raw figures that aren't values from 0
    to 1, and shapes that don't fit.
    """
    if hasattr(values, "columns"):
        return _weighted_frame(values, weights)
    table, row = checked(values, weights)
    return table @ row


def checked(values: ArrayLike, weights: ArrayLike) -> tuple[Array, Array]:
    """Values, shape (n, m), and weights, shape (m,), as arrays that can be reckoned with; the weights add up to 1.

    Raises ValueError where one is not finite, a value isn't from 0 to 1, a weight is negative, or shapes don't fit.
    """
    table = finite(values, "a value is missing or not finite; say what is unknown as bounds")
    row = normalised(weights)
    if table.ndim != 2 or table.shape[1] != row.shape[0]:
        raise ValueError(f"values {table.shape} and weights {row.shape} don't fit: one weight for each column")
    if (table < -TOLERANCE).any() or (table > 1 + TOLERANCE).any():
        raise ValueError("values run from 0 (worst) to 1 (best); put raw figures through a value function first")
    return table, row


def competition_ranks(totals: ArrayLike, tolerance: float = TOLERANCE) -> NDArray[np.int64]:
    """Ranks from 1, best first; totals within `tolerance` of each other share the better rank (1, 1, 3).

    A tie is counted from the best total of its group, so that a chain of small steps is not one tie. Raises ValueError
    where a total isn't finite.
    """
    given = finite(totals, "a total is missing or not finite, so there is no rank")
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
    other, so a candidate can win if its best total reaches the worst total of every other. Raises ValueError where a
    bound isn't finite.
    """
    floor = finite(low, "a lower bound is missing or not finite")
    ceiling = finite(high, "an upper bound is missing or not finite")
    if floor.size == 0:
        return np.zeros(0, dtype=bool)
    second, first = np.sort(np.append(floor, -np.inf))[-2:]
    to_beat = np.where(np.arange(floor.size) == np.argmax(floor), second, first)
    reached: NDArray[np.bool_] = ceiling >= to_beat - tolerance
    return reached


def dominance(low: ArrayLike, high: ArrayLike) -> NDArray[np.bool_]:
    """Which candidate surely beats which, whatever the scores within their bounds; shape (n, n).

    `low` and `high` have shape (n, m), 0 worst and 1 best. Entry (i, j) is true where i is at least as good as j on
    every criterion and better on one.
    """
    floor = np.asarray(low, dtype=float)[:, None, :]
    ceiling = np.asarray(high, dtype=float)[None, :, :]
    never_worse = np.all(floor >= ceiling, axis=2)
    beats: NDArray[np.bool_] = never_worse & np.any(floor > ceiling, axis=2)
    return beats


def _weighted_frame(values: Any, weights: Any) -> Any:
    import pandas as pd

    row = _by_name(weights, list(values.columns))
    return pd.Series(weighted_sum(values.to_numpy(dtype=float), row), index=values.index, name="total")


def _by_name(weights: Any, columns: list[Any]) -> Array:
    if not hasattr(weights, "keys"):
        raise ValueError("a DataFrame needs its weights by name: a Series or a dict")
    names = list(weights.keys())
    stray = [name for name in names if name not in columns] + [name for name in columns if name not in names]
    if stray:
        raise ValueError(f"weights and criteria must name the same things; only on one side: {stray}")
    if len(set(names)) < len(names) or len(set(columns)) < len(columns):
        raise ValueError(f"each criterion must be named once, but there are {columns} with weights for {names}")
    return np.array([float(weights[name]) for name in columns])


def finite(numbers: ArrayLike, complaint: str) -> Array:
    """The numbers as an array of any shape; raises ValueError with the complaint where one isn't finite."""
    array = np.asarray(numbers, dtype=float)
    if not np.isfinite(array).all():
        raise ValueError(complaint)
    return array
