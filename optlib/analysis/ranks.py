"""Ranks within many trials at once, and what they add up to: draws stand on the last axis."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Floats = NDArray[np.floating]
TIE = 1e-9
"""Totals (0 to 1, in double precision) closer than this share their rank in a trial."""
MOST_BY_PAIRS = 40
"""Up to this many candidates comparing every pair is faster than sorting; it costs their square."""
_PAIRS = 2_000_000


@dataclass(frozen=True, eq=False)
class Ranks:
    """The best and worst rank of each candidate in each trial, from 0, shape (n, d); they differ where it is tied."""

    best: NDArray[np.integer]
    worst: NDArray[np.integer]

    @property
    def has_ties(self) -> bool:
        """Whether any trial has a tie."""
        return self.best is not self.worst and bool((self.best != self.worst).any())

    def first(self, dtype: type[np.floating]) -> Floats:
        """How much of the first place each candidate has in each trial, shape (n, d): a tie is divided evenly."""
        share: Floats = (self.best == 0).astype(dtype)
        if self.has_ties:
            share /= (self.worst - self.best + 1).astype(dtype)
        return share

    def counts(self) -> Array:
        """How many trials give each candidate each rank, shape (n, n); whoever is tied has equal parts of the ranks."""
        n = len(self.best)
        row = np.arange(n)[:, None] * (n + 1)
        each = None if not self.has_ties else (1.0 / (self.worst - self.best + 1)).ravel()
        if each is None:
            return _counted(self.best + row, None, n)[:, :n]
        starts, ends = _counted(self.best + row, each, n), _counted(self.worst + 1 + row, each, n)
        return np.cumsum(starts - ends, axis=1)[:, :n]

    def ahead(self) -> tuple[Array, int]:
        """In how many trials each candidate is ahead of each other, shape (n, n), a tie half; and of how many trials.

        With very many candidates only some of the trials are compared: the time goes with their square.
        """
        n, draws = self.best.shape
        used = min(draws, max(1, _PAIRS // (n * n)) if n > MOST_BY_PAIRS else draws)
        best = self.best[:, :used]
        wins = np.zeros((n, n))
        for one in range(n):
            wins[one] = np.count_nonzero(best[one] < best, axis=1) + np.count_nonzero(best[one] == best, axis=1) / 2
        np.fill_diagonal(wins, 0)
        return wins, used


def ranks_by_pairs(totals: Floats) -> tuple[Ranks, Array]:
    """The ranks where no totals are tied, and how often each candidate is ahead of each other, shape (n, n)."""
    n, draws = totals.shape
    ranks = np.repeat(np.arange(n, dtype=np.int8)[:, None], draws, axis=1)
    wins = np.zeros((n, n))
    ahead = np.empty((n, draws), dtype=bool)
    as_number = ahead.view(np.int8)
    for one in range(1, n):
        np.greater(totals[one], totals[:one], out=ahead[:one])
        ranks[:one] += as_number[:one]
        ranks[one] -= as_number[:one].sum(axis=0, dtype=np.int8)
        wins[one, :one] = [np.count_nonzero(row) for row in ahead[:one]]
    wins.T[np.tri(n, k=-1, dtype=bool)] = draws - wins[np.tri(n, k=-1, dtype=bool)]
    return Ranks(ranks, ranks), wins


def ranks_by_sorting(totals: Floats, tolerance: float) -> Ranks:
    """The ranks by sorting each trial; a chain of totals within the tolerance is one tie."""
    n = len(totals)
    falling = -np.ascontiguousarray(totals.T)
    order = np.argsort(falling, axis=1)
    ordered = np.take_along_axis(falling, order, axis=1)
    apart = np.diff(ordered, axis=1) > tolerance
    place = np.arange(n)
    best, worst = np.empty(order.shape, dtype=np.int16), np.empty(order.shape, dtype=np.int16)
    lead = np.ones((len(order), 1), dtype=bool)
    starts = np.maximum.accumulate(np.where(np.hstack([lead, apart]), place, 0), axis=1)
    ends = np.minimum.accumulate(np.where(np.hstack([apart, lead]), place, n - 1)[:, ::-1], axis=1)[:, ::-1]
    np.put_along_axis(best, order, starts.astype(np.int16), axis=1)
    np.put_along_axis(worst, order, ends.astype(np.int16), axis=1)
    return Ranks(np.ascontiguousarray(best.T), np.ascontiguousarray(worst.T))


def _counted(places: NDArray[np.integer], weights: Array | None, n: int) -> Array:
    flat = places.ravel()
    return np.bincount(flat, weights=weights, minlength=n * (n + 1)).astype(float).reshape(n, n + 1)
