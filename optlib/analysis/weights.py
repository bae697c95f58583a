"""Weights from what people say most easily of criteria: how far each swing counts, or only their order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..words import listed
from .methods import normalised

Array = NDArray[np.float64]


def swing_weights(points: ArrayLike) -> Array:
    """Weights from points for each criterion's swing from its worst to its best, as shares of 1, shape (m,).

    `points` has shape (m,); the swing that matters most counts 100, the others their part of it, and only their
    proportions count. Raises ValueError where one is negative or not finite, or none is above 0. Sources: von
    Winterfeldt and Edwards, Decision Analysis and Behavioral Research (1986); Goodwin and Wright, Decision Analysis
    for Management Judgment, on SMART.
    """
    given = np.asarray(points, dtype=float)
    if given.ndim != 1 or not np.isfinite(given).all() or (given < 0).any() or not (given > 0).any():
        raise ValueError(
            "swing points must be a row of finite numbers, none below 0 and one at least above; give the swing that"
            " matters most 100, and the others their part of it"
        )
    return normalised(given)


def rank_order_weights(ranks: ArrayLike, formula: str = "roc") -> Array:
    """Weights from the order of the criteria alone, as shares of 1, shape (m,).

    `ranks` are whole numbers from 1, most important, shape (m,). Criteria of one rank share the mean of the places that
    they cover; only the order counts, so (1, 2, 2, 4), (1, 2, 2, 3) and (1, 5, 5, 9) are the same. `formula` is one of
    RANK_FORMULAS: roc, rank_sum or reciprocal. Raises ValueError where it is not, and where a rank isn't a whole number
    from 1. Sources: those of the formulas.
    """
    given = np.asarray(ranks, dtype=float)
    if given.ndim != 1 or not given.size or not np.isfinite(given).all() or (given < 1).any() or (given % 1 > 0).any():
        raise ValueError("ranks must be a row of whole numbers from 1 (most important); criteria may share one")
    if formula not in RANK_FORMULAS:
        raise ValueError(f"there is no formula {formula!r} for ranks; take {listed(sorted(RANK_FORMULAS), 'or')}")
    _, group, sizes = np.unique(given, return_inverse=True, return_counts=True)
    by_group = np.add.reduceat(RANK_FORMULAS[formula](given.size), np.cumsum(sizes) - sizes) / sizes
    shares: Array = by_group[group]
    return shares


def rank_order_centroid(count: int) -> Array:
    """The mean of all weights that respect the order, by place, shape (count,).

    Source: Barron and Barrett, Decision quality using ranked attribute weights, Management Science 42 (1996).
    """
    return normalised(np.cumsum(1 / np.arange(count, 0, -1))[::-1])


def rank_sum(count: int) -> Array:
    """Weights that fall in equal steps, by place, shape (count,).

    Source: Stillwell, Seaver and Edwards, A comparison of weight approximation techniques in multiattribute utility
    decision making, Organizational Behavior and Human Performance 28 (1981).
    """
    return normalised(np.arange(count, 0, -1))


def rank_reciprocal(count: int) -> Array:
    """Weights in proportion to 1, 1/2, 1/3 and so on, by place, shape (count,).

    Source: Stillwell, Seaver and Edwards (1981), as for `rank_sum`.
    """
    return normalised(1 / np.arange(1, count + 1))


RANK_FORMULAS: Mapping[str, Callable[[int], Array]] = MappingProxyType(
    {"roc": rank_order_centroid, "rank_sum": rank_sum, "reciprocal": rank_reciprocal}
)
"""The formulas of `rank_order_weights`: from the number of criteria to the weight of each place, first to last."""
