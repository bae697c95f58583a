"""How well weights are known, and how they are drawn for the trials."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .methods import TOLERANCE, normalised

Array = NDArray[np.float64]
Known = Literal["exact", "around", "order", "interval", "none"]
SPREAD = 0.5
"""How far stated weights are varied where nobody says: each from half to one and a half times what is stated.

A judgement of ours: methods of weighting give the same person weights that differ widely (Borcherding, Eppel and von
Winterfeldt, "Comparison of weighting judgments in multiattribute utility measurement", Management Science 37 (1991)),
so a ranking that needs them to be finer isn't firm.
"""
_SWEEPS = 30
_SAME = 1e-12


@dataclass(frozen=True, eq=False)
class WeightKnowledge:
    """What the trials may take the weights to be.

    `sets` has shape (k, m): the shares that are stated, a row for each view of them (one, or each evaluator's).
    `known`: exact; around, each weight up to `spread` of itself lower or higher; order, evenly among all weights in the
    order of the shares, those of equal shares then averaged; interval, evenly among all shares between `low` and
    `high`, shape (m,) each; none, evenly among all shares of the criteria that have weight. Where these m are a part of
    more criteria, `whole`, shape (m + k, 2), has the intervals of all, which are drawn and then taken of the m.
    """

    known: Known
    sets: Array
    spread: float = SPREAD
    low: Array | None = None
    high: Array | None = None
    whole: Array | None = None

    @property
    def is_fixed(self) -> bool:
        """Whether every trial has one of the stated sets of weights."""
        if self.known == "interval":
            return bool(np.allclose(np.asarray(self.low), np.asarray(self.high)))
        only_one = bool(((self.sets > 0).sum(axis=1) < 2).all())
        return self.known == "exact" or only_one or (self.known == "around" and self.spread == 0)

    def mean(self) -> Array | None:
        """The mean of the weights that are drawn, shape (m,), where it is known without drawing any."""
        if self.is_fixed and self.known != "interval":
            return np.asarray(self.sets.mean(axis=0))
        if self.known == "none":
            return normalised(self.sets[0] > 0)
        return None

    def draw(self, generator: np.random.Generator, draws: int, dtype: type[np.floating]) -> NDArray[np.floating]:
        """Shares of weight, shape (m, draws), each column adding up to 1; the sets take turns."""
        count = len(self.sets)
        weights = np.empty((self.sets.shape[1], draws), dtype=dtype)
        for turn, shares in enumerate(self.sets):
            draw = _exact if (shares > 0).sum() < 2 and self.known != "interval" else _DRAW[self.known]
            weights[:, turn::count] = draw(self, shares, generator, len(range(turn, draws, count)), dtype)
        total = weights.sum(axis=0)
        weights /= np.where(total > 0, total, 1)
        return weights


def weight_knowledge(
    weights: ArrayLike,
    known: Known = "around",
    spread: float = SPREAD,
    low: ArrayLike | None = None,
    high: ArrayLike | None = None,
) -> WeightKnowledge:
    """What is known of weights, shape (m,), or of several people's, shape (k, m); they are taken as shares of 1.

    `low` and `high`, shape (m,), are shares of 1 for `interval`. Raises ValueError where weights are negative or not
    finite, `known` isn't one of the five words, the spread isn't from 0 to 1, or no shares lie within the intervals.
    """
    if known not in _DRAW:
        raise ValueError(f"known must be one of {', '.join(_DRAW)}, not {known!r}")
    if not 0 <= spread <= 1:
        raise ValueError(f"the spread must be from 0 to 1, but is {spread}")
    sets = np.array([normalised(row) for row in np.atleast_2d(np.asarray(weights, dtype=float))])
    floor = np.zeros(sets.shape[1]) if low is None else np.asarray(low, dtype=float)
    ceiling = np.ones(sets.shape[1]) if high is None else np.asarray(high, dtype=float)
    if floor.shape != sets.shape[1:] or ceiling.shape != sets.shape[1:]:
        raise ValueError(f"low and high need an entry for each of {sets.shape[1]} criteria")
    if known == "interval":
        _check_intervals(floor, ceiling)
    return WeightKnowledge(known, sets, spread, floor, ceiling)


def within(low: Array, high: Array) -> Array:
    """Shares of 1 within intervals that allow some, each as far between its ends as every other, shape (m,)."""
    room = high - low
    shares: Array = low + room * ((1 - low.sum()) / room.sum() if room.sum() > 0 else 0)
    return shares


def _check_intervals(low: Array, high: Array) -> None:
    if not ((low >= 0) & (low <= high) & (high <= 1)).all():
        raise ValueError("intervals of weights must rise, from 0 to 1")
    if low.sum() > 1 + TOLERANCE or high.sum() < 1 - TOLERANCE:
        raise ValueError("no shares within the intervals add up to 1; widen some of them")


def _exact(
    _: WeightKnowledge, shares: Array, __: np.random.Generator, draws: int, dtype: type[np.floating]
) -> NDArray[np.floating]:
    return np.repeat(shares.astype(dtype)[:, None], draws, axis=1)


def _around(
    knowledge: WeightKnowledge, shares: Array, generator: np.random.Generator, draws: int, dtype: type[np.floating]
) -> NDArray[np.floating]:
    factors = generator.random((shares.size, draws), dtype=dtype)
    factors *= dtype(2 * knowledge.spread)
    factors += dtype(1 - knowledge.spread)
    factors *= shares.astype(dtype)[:, None]
    return factors


def _none(
    _: WeightKnowledge, shares: Array, generator: np.random.Generator, draws: int, dtype: type[np.floating]
) -> NDArray[np.floating]:
    """Draw evenly from the simplex: exponentials, to be normalised (Dirichlet with every parameter 1)."""
    weights = generator.standard_exponential((shares.size, draws), dtype=dtype)
    weights[shares <= 0] = 0
    return weights


def _order(
    knowledge: WeightKnowledge, shares: Array, generator: np.random.Generator, draws: int, dtype: type[np.floating]
) -> NDArray[np.floating]:
    """Draw evenly from the simplex and sort by the stated order; criteria of one weight share their places' mean."""
    weights = _none(knowledge, shares, generator, draws, dtype)
    order = np.argsort(-shares, kind="stable")
    descending = -np.sort(-weights, axis=0)
    falls = np.diff(shares[order])
    apart = (falls < -_SAME) | ((shares[order[1:]] == 0) & (falls < 0))
    groups = np.cumsum(np.append(0, apart))
    for group in range(int(groups[-1]) + 1):
        places = np.flatnonzero(groups == group)
        weights[order[places]] = descending[places].mean(axis=0)
    return weights


def _interval(
    knowledge: WeightKnowledge, _: Array, generator: np.random.Generator, draws: int, dtype: type[np.floating]
) -> NDArray[np.floating]:
    """Draw evenly from the shares within the intervals: Gibbs sampling, each draw a chain of its own.

    A step takes two criteria and divides what they have together evenly among what their intervals allow (Smith,
    "Efficient Monte Carlo procedures for generating points uniformly distributed over bounded regions", Operations
    Research 32 (1984)).
    """
    own = np.column_stack([np.asarray(knowledge.low), np.asarray(knowledge.high)])
    low, high = (own if knowledge.whole is None else knowledge.whole).T
    room = high - low
    weights = np.repeat(within(low, high)[:, None], draws, axis=1)
    free = np.flatnonzero(room > 0)
    for _sweep in range(_SWEEPS if free.size > 1 else 0):
        order = generator.permutation(free)
        for one, other in zip(order, np.roll(order, 1), strict=True):
            both = weights[one] + weights[other]
            least = np.maximum(low[one], both - high[other])
            most = np.minimum(high[one], both - low[other])
            weights[one] = least + (most - least) * generator.random(draws)
            weights[other] = both - weights[one]
    return weights[: len(own)].astype(dtype)


_Draw = Callable[[WeightKnowledge, Array, np.random.Generator, int, type[np.floating]], NDArray[np.floating]]
_DRAW: Mapping[str, _Draw] = {
    "exact": _exact,
    "around": _around,
    "order": _order,
    "interval": _interval,
    "none": _none,
}
