"""How sure a ranking is: SMAA-2, all scores and weights drawn together as far as they are known.

Lahdelma and Salminen, "SMAA-2: stochastic multicriteria acceptability analysis for group decision making", Operations
Research 49 (2001).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .methods import TOLERANCE
from .ranks import MOST_BY_PAIRS, Ranks, ranks_by_pairs, ranks_by_sorting
from .uncertain import Column, UncertainValues
from .weight_knowledge import WeightKnowledge

Array = NDArray[np.float64]
Floats = NDArray[np.floating]
DRAWS = 100_000
SEED = 20_010_501
"""One seed for all, so that the same workbook gives the same numbers; any other is as good."""
_CONFIDENCE_DRAWS = 10_000
_CHUNK, _SMALLEST = 6144, 1024
_CELLS = 61_440
_SAMPLE = 4096
_PAIRS, _FEWEST = 400_000_000, 1_000
"""So many pairs are compared in all, in no fewer trials than this: with 1,000 candidates in 1,000 trials."""
_TOTALS = 5_000_000
"""So many totals, 20 MB in single precision, are held at once for the confidence factors."""
_NARROW = 1e-4
"""A range that is narrower than this is told apart in double precision only."""
_ONE_THREAD = 2**18
"""Up to so many multiply-adds OpenBLAS works in one thread; waiting for a second one costs more than it saves."""


@dataclass(frozen=True, eq=False)
class Trials:
    """What `draws` trials say of n candidates on m criteria; totals and regret run from 0 to 1.

    `acceptability[i, r]`: the share of trials in which candidate i has rank r (0 is first); rows and columns add up to
    1, ties share their ranks. `ahead[i, k]`: the share in which i is ahead of k, ties counting half. `central_weights`
    [i]: the mean of the weights that make i first, and `confidence[i]`: the share of trials in which i is first at
    those weights; NaN where i is never first. `expected`: mean totals; `regret[i]`: how much, on average, the best of a
    trial is above i; `unbeaten[i]`: the share of trials in which nobody is ahead of i. `sample`: the totals of the
    first trials, shape (n, at most 4,096).
    """

    draws: int
    seed: int
    acceptability: Array
    ahead: Array
    ahead_draws: int
    central_weights: Array
    confidence: Array
    expected: Array
    regret: Array
    unbeaten: Array
    mean_weights: Array
    sample: Floats

    @property
    def first(self) -> Array:
        """The share of trials in which each candidate is first, ties divided, shape (n,)."""
        share: Array = self.acceptability[:, 0]
        return share

    @property
    def evpi(self) -> float:
        """The expected value of perfect information: the mean of the best totals minus the best of the mean totals."""
        return float(self.regret.min()) if self.regret.size else 0.0

    def standard_error(self, share: float) -> float:
        """The Monte Carlo standard error of a share of the trials."""
        return float(np.sqrt(share * (1 - share) / self.draws))

    def holistic(self) -> Array:
        """Each candidate's acceptability over all ranks, shape (n,), the first rank counting 1 and later ones less.

        Meta-weights are rank order centroids, in proportion to the first, as in Lahdelma and Salminen (2001).
        """
        n = len(self.acceptability)
        weights = np.cumsum((1 / np.arange(1, n + 1))[::-1])[::-1]
        index: Array = self.acceptability @ (weights / weights[0])
        return index

    def __post_init__(self) -> None:
        for array in vars(self).values():
            if isinstance(array, np.ndarray):
                array.setflags(write=False)


def smaa(
    values: UncertainValues,
    weights: WeightKnowledge,
    draws: int = DRAWS,
    seed: int = SEED,
    *,
    confidence: bool = True,
) -> Trials:
    """Draw scores and weights `draws` times and count who has which rank; confidence factors only where wanted.

    `values` and `weights` are made by `uncertain_values` and `weight_knowledge`. The same arguments give the same
    numbers. A share p of the trials has the standard error sqrt(p (1 - p) / draws): at most 0.0016 at 100,000. Raises
    ValueError where there are no candidates, no criteria or no draws, or one weight isn't there for each criterion.
    """
    n, m = values.low.shape
    if draws < 1 or n < 1 or m < 1 or weights.sets.shape[1] != m:
        raise ValueError(
            f"trials need at least one draw, candidate and criterion, and a weight for each, not {draws} draws of {n} "
            f"candidates on {m} criteria with {weights.sets.shape[1]} weights"
        )
    run = _Run(values, weights, np.random.Generator(np.random.SFC64(seed)))
    for size in _sizes(draws, run.chunk):
        run.add(size)
    return run.result(draws, seed, confidence)


def _sizes(draws: int, chunk: int) -> list[int]:
    return [min(chunk, draws - done) for done in range(0, draws, chunk)]


class _Run:
    """Sums over chunks of draws, small enough to stay in a processor's cache."""

    def __init__(self, values: UncertainValues, weights: WeightKnowledge, generator: np.random.Generator) -> None:
        self.values, self.weights, self.generator = values, weights, generator
        n, m = values.low.shape
        self.ties = can_tie(values, weights)
        self.dtype: Any = np.float64 if self.ties or _is_close(values, weights) else np.float32
        self.columns = [Column(values, column, self.dtype) for column in range(m)]
        self.start = np.stack([column.start for column in self.columns], axis=1).astype(self.dtype)
        self.chunk = int(np.clip(_CELLS // n, _SMALLEST, _CHUNK))
        self.counts, self.ahead, self.ahead_draws = np.zeros((n, n)), np.zeros((n, n)), 0
        self.central, self.weight_sum = np.zeros((n, m)), np.zeros(m)
        self.totals, self.best, self.unbeaten = np.zeros(n), 0.0, np.zeros(n)
        self.sample: list[Floats] = []

    def add(self, draws: int) -> None:
        weights = self.weights.draw(self.generator, draws, self.dtype)
        totals = self._totals(weights, draws)
        ranks = self._ranked(totals)
        first = ranks.first(self.dtype)
        self.counts += ranks.counts()
        self.unbeaten += (ranks.best == 0).sum(axis=1)
        self.central += _product_of_draws(first, weights)
        self.weight_sum += weights.sum(axis=1)
        self.totals += totals.sum(axis=1)
        self.best += float(totals.max(axis=0).sum())
        if sum(part.shape[1] for part in self.sample) < _SAMPLE:
            self.sample.append(totals)

    def _totals(self, weights: Floats, draws: int) -> Floats:
        totals = _product(self.start, weights)
        for column, weight in zip(self.columns, weights, strict=True):
            if column.count:
                parts = column.draw(self.generator, draws)
                parts *= weight
                totals[column.rows] += parts
            for row, table in column.draw_tables(self.generator, draws).items():
                totals[row] += table * weight
        return totals

    def _ranked(self, totals: Floats) -> Ranks:
        n, draws = totals.shape
        if not self.ties and n <= MOST_BY_PAIRS:
            ranks, wins = ranks_by_pairs(totals)
            self.ahead += wins
            self.ahead_draws += draws
            return ranks
        ranks = ranks_by_sorting(totals, TOLERANCE if self.ties else None)
        most = max(_PAIRS // n**2, _FEWEST) - self.ahead_draws
        if most > 0:
            wins, used = ranks.ahead(most)
            self.ahead += wins
            self.ahead_draws += used
        return ranks

    def result(self, draws: int, seed: int, confidence: bool) -> Trials:
        acceptability = self.counts / draws
        known = self.weights.mean()
        means = self.weight_sum / draws if known is None else known
        firsts = self.counts[:, 0]
        ever = firsts > 0
        central = np.full(self.central.shape, np.nan)
        central[ever] = self.central[ever] / firsts[ever, None]
        return Trials(
            draws=draws,
            seed=seed,
            acceptability=acceptability,
            ahead=self.ahead / self.ahead_draws,
            ahead_draws=self.ahead_draws,
            central_weights=central,
            confidence=self._confidence(central, ever if confidence else np.zeros_like(ever), draws),
            expected=self.values.expected @ means,
            regret=np.maximum(self.best - self.totals, 0) / draws,
            unbeaten=self.unbeaten / draws,
            mean_weights=means,
            sample=np.concatenate(self.sample, axis=1)[:, :_SAMPLE],
        )

    def _draws_for_confidence(self, ever: NDArray[np.bool_]) -> int:
        return int(np.clip(_PAIRS // 2 // max(int(ever.sum()) * len(ever), 1), _FEWEST, _CONFIDENCE_DRAWS))

    def _confidence(self, central: Array, ever: NDArray[np.bool_], draws: int) -> Array:
        """How often each candidate is first at its central weights: further draws of the scores, the same for all."""
        confidence = np.full(len(ever), np.nan)
        rows = np.flatnonzero(ever)
        weights = central[rows].astype(self.dtype)
        wins = np.zeros(rows.size)
        exact = bool(self.values.is_exact.all())
        draws = min(draws, self._draws_for_confidence(ever))
        chunk = int(np.clip(_TOTALS // max(rows.size * len(ever), 1), 16, self.chunk // 4))
        for size in [1] if exact else _sizes(draws, chunk):
            ahead = self._first_at(weights, rows, size)
            wins += ahead.sum(axis=1)
        confidence[rows] = wins / (1 if exact else draws)
        return confidence

    def _first_at(self, weights: Floats, rows: NDArray[np.intp], draws: int) -> Floats:
        """How much of the first place each of `rows` has in each trial at its own weights, shape (rows, draws)."""
        n, m = self.start.shape
        values = np.repeat(self.start.T[:, :, None], draws, axis=2)
        for column, table in zip(self.columns, values, strict=True):
            if column.count:
                table[column.rows] += column.draw(self.generator, draws)
            for row, drawn in column.draw_tables(self.generator, draws).items():
                table[row] += drawn
        totals = _product(weights, values.reshape(m, n * draws)).reshape(rows.size, n, draws)
        own, best = totals[np.arange(rows.size), rows], totals.max(axis=1)
        if not self.ties:
            alone: Floats = (own >= best).astype(self.dtype)
            return alone
        level = totals >= best[:, None] - TOLERANCE
        share: Floats = level[np.arange(rows.size), rows] / level.sum(axis=1)
        return share


def _product(table: Any, draws: Any) -> Floats:
    """`table @ draws`, shape (n, m) by (m, d), in pieces that one thread reckons."""
    step = max(_ONE_THREAD // max(table.size, 1), 1)
    result = np.empty((len(table), draws.shape[1]), dtype=table.dtype)
    for start in range(0, draws.shape[1], step):
        np.matmul(table, draws[:, start : start + step], out=result[:, start : start + step])
    return result


def _product_of_draws(one: Any, other: Any) -> Floats:
    """`one @ other.T`, shape (n, d) by (m, d), in pieces that one thread reckons."""
    step = max(_ONE_THREAD // max(len(one) * len(other), 1), 1)
    pieces = [one[:, at : at + step] @ other[:, at : at + step].T for at in range(0, one.shape[1], step)]
    total: Floats = np.sum(pieces, axis=0)
    return total


def can_tie(values: UncertainValues, weights: WeightKnowledge) -> bool:
    """Whether two totals can be equal in more than a vanishing part of the trials.

    A value that varies widely without steps is never met by another; what is left are the candidates without one, to
    any of the people whose weights count.
    """
    return any(_can_tie(values, weights, _steady(values), shares > 0) for shares in weights.sets)


def _steady(values: UncertainValues) -> NDArray[np.bool_]:
    """Which values don't vary, hardly vary, or vary in steps, shape (n, m)."""
    steady = values.high - values.low <= _NARROW
    for row, column in values.tables:
        steady[row, column] = True
    return steady


def _is_close(values: UncertainValues, weights: WeightKnowledge) -> bool:
    """Whether two candidates without varying values can be closer than single precision tells apart."""
    used = weights.sets.max(axis=0) > 0
    return int(_steady(values)[:, used].all(axis=1).sum()) > 1


def _can_tie(
    values: UncertainValues, weights: WeightKnowledge, steady: NDArray[np.bool_], used: NDArray[np.bool_]
) -> bool:
    rows = np.flatnonzero(steady[:, used].all(axis=1))
    if rows.size < 2:
        return False
    narrow = weights.known == "around" and weights.spread < _NARROW
    if weights.is_fixed or narrow or weights.known in ("order", "interval") or values.tables:
        return True
    table = np.round(values.likely[np.ix_(rows, np.flatnonzero(used))] / _NARROW)
    return len(np.unique(table, axis=0)) < rows.size or bool((values.high > values.low)[rows].any())
