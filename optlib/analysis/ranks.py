"""Ranks within many trials at once, and what they add up to: draws stand on the last axis."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Floats = NDArray[np.floating]
MOST_BY_PAIRS = 40
"""Up to this many candidates comparing every pair is faster than sorting; it costs their square."""


@dataclass(frozen=True, eq=False)
class Ranks:
    """The best and worst rank of each candidate in each trial, from 0, shape (n, d); they differ where it is tied."""

    best: NDArray[np.integer]
    worst: NDArray[np.integer]

    @cached_property
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

    def ahead(self, most: int) -> tuple[Array, int]:
        """In how many trials each candidate is ahead of each other, shape (n, n), a tie half, of at most `most` trials.

        The second value says of how many.
        """
        best = np.ascontiguousarray(self.best[:, :most])
        wins = np.zeros((len(best), len(best)))
        for one, rank in enumerate(best):
            wins[one] = _count(rank < best)
            if self.has_ties:
                wins[one] += _count(rank == best) / 2
        np.fill_diagonal(wins, 0)
        return wins, best.shape[1]


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


def ranks_by_sorting(totals: Floats, tolerance: float | None) -> Ranks:
    """The ranks by sorting each trial; totals within the tolerance of the best of their group share its rank.

    Without a tolerance there are no ties.
    """
    n = len(totals)
    falling = -np.ascontiguousarray(totals.T)
    order = np.argsort(falling, axis=1)
    if tolerance is None:
        ranks = _placed(order, np.broadcast_to(np.arange(n, dtype=np.int16), order.shape))
        return Ranks(ranks, ranks)
    ordered = np.take_along_axis(falling, order, axis=1)
    starts = np.zeros(order.shape, dtype=np.int16)
    best = ordered[:, 0]
    for place in range(1, n):
        apart = ordered[:, place] - best > tolerance
        best = np.where(apart, ordered[:, place], best)
        starts[:, place] = np.where(apart, place, starts[:, place - 1])
    ends = np.full(order.shape, n - 1, dtype=np.int16)
    for place in range(n - 2, -1, -1):
        apart = starts[:, place + 1] == place + 1
        ends[:, place] = np.where(apart, place, ends[:, place + 1])
    return Ranks(_placed(order, starts), _placed(order, ends))


def _placed(order: NDArray[np.intp], places: NDArray[np.integer]) -> NDArray[np.integer]:
    """What stands at each place of a trial, shape (d, n), as it falls to each candidate, shape (n, d)."""
    found = np.empty(order.shape, dtype=np.int16)
    np.put_along_axis(found, order, places, axis=1)
    return np.ascontiguousarray(found.T)


def _count(table: NDArray[np.bool_]) -> Array:
    """How many entries of each row are true."""
    return np.asarray(table.view(np.int8).sum(axis=1, dtype=np.int32), dtype=float)


def _counted(places: NDArray[np.integer], weights: Array | None, n: int) -> Array:
    flat = places.ravel()
    return np.bincount(flat, weights=weights, minlength=n * (n + 1)).astype(float).reshape(n, n + 1)
