"""The ranking of a domain's candidates, with bounds, ties, eliminations, and what would change it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..changes import same
from ..model import Workbook
from ..values import plain
from .crosscheck import CrossCheck, cross_check
from .information import Information, information
from .matrix import LAST_PHASE, Matrix, option_matrix
from .methods import TOLERANCE, competition_ranks, dominance, possible_winners, weighted_sum
from .robustness import Trials, smaa
from .screening import Elimination, screen
from .sensitivity import Step, plus_minus_one, score_flips, weight_flips
from .uncertain import UncertainValues
from .weight_knowledge import WeightKnowledge
from .winning import Way, ways_to_win

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]
POINTS = 100.0
_DIGITS = 10
"""Totals are rounded here, so that 83.75 isn't 83.7 where sums differ in their last bits and 83.8 elsewhere."""
MEASURED_STEP = 0.1
"""One step of a measured criterion: a tenth of the way from its worst to its best."""


@dataclass(frozen=True)
class WeightFlip:
    """The share of weight (0 to 1) of a criterion at which another candidate draws level with the leader."""

    criterion: int
    share: float
    candidate: int


@dataclass(frozen=True, eq=False)
class Ranking:
    """Totals in points (0 to 100) for every candidate in the matrix's order, and the order of those still in.

    What is found by trials has a row for each candidate still in, in the order of `remaining`; what is found by other
    weights or scores (`ways_to_win`, `worth_knowing`) one for each that is scored, in the order of `compared`. Totals
    there run from 0 to 1. It is reckoned when it is first asked for.
    """

    matrix: Matrix
    screening: tuple[Elimination, ...]
    low: Array
    likely: Array
    high: Array
    ranks: tuple[int | None, ...]
    possible: tuple[bool, ...]

    @cached_property
    def remaining(self) -> tuple[int, ...]:
        """The candidates that no must has eliminated, by index, best first."""
        inside = [index for index, rank in enumerate(self.ranks) if rank is not None]
        return tuple(sorted(inside, key=lambda index: (self.ranks[index], index)))

    @cached_property
    def compared(self) -> tuple[int, ...]:
        """The candidates still in of which something is scored, best first: the beginning of `remaining`."""
        return tuple(index for index in self.remaining if not self.matrix.is_unscored[index])

    @property
    def order(self) -> tuple[int, ...]:
        """All candidates by index: those still in, best first, then the eliminated."""
        return (*self.remaining, *(index for index, rank in enumerate(self.ranks) if rank is None))

    @property
    def leaders(self) -> tuple[int, ...]:
        """The candidates ranked first: one, or several where they tie."""
        return tuple(index for index in self.remaining if self.ranks[index] == 1)

    @property
    def runner_up(self) -> int | None:
        """The candidate next after the first; its equal where they tie."""
        return self.remaining[1] if len(self.remaining) > 1 else None

    @property
    def contributions(self) -> Array:
        """What each criterion adds to each total, in points, shape (n, m)."""
        return self.matrix.likely * self.matrix.weights * POINTS

    def weight_flips(self) -> tuple[WeightFlip, ...]:
        """The nearest flip points below and above each criterion's weight, at most two for each criterion.

        Empty where the first place is shared, where there is nobody else, and where nothing is scored.
        """
        if len(self.leaders) != 1 or len(self.compared) < 2:
            return ()
        table = weight_flips(self.matrix.likely[list(self.compared)], self.matrix.weights, 0)
        return tuple(flip for criterion, column in enumerate(table.T) for flip in self._nearest(column, criterion))

    def score_flips(self) -> Array:
        """The value (0 to 1) of each cell that alone would make a tie for first, NaN where none does.

        Shape (n, m), by the matrix's candidates and criteria.
        """
        flips = np.full(self.matrix.likely.shape, np.nan)
        inside = list(self.compared)
        if len(inside) > 1:
            flips[inside] = score_flips(self.matrix.likely[inside], self.matrix.weights, 0)
        return flips

    @cached_property
    def uncertain(self) -> UncertainValues:
        """What is known of the values of the candidates still in, best first."""
        return self.matrix.uncertain.rows(self.remaining)

    @cached_property
    def trials(self) -> Trials | None:
        """How often each candidate still in is first, and all else that trials say; None where nothing is scored."""
        if not self.remaining or not self.matrix.is_ready:
            return None
        return smaa(self.uncertain, self.matrix.weight_knowledge)

    @cached_property
    def first_with_gaps_settled(self) -> float:
        """The leader's share of the trials were every gap at the middle of its scale; 0 where there are no gaps."""
        gaps = self.matrix.is_open[list(self.remaining)]
        if not gaps.any() or self.trials is None:
            return 0.0
        return float(smaa(self.uncertain.settled(gaps), self.matrix.weight_knowledge, confidence=False).first[0])

    @cached_property
    def trials_of_scores(self) -> Trials | None:
        """Trials of those compared with weights held at their means: what is left is what finding out could settle."""
        if self.trials is None or not self.compared:
            return None
        weights = WeightKnowledge("exact", self.trials.mean_weights[None])
        return smaa(self.matrix.uncertain.rows(self.compared), weights, confidence=False)

    @cached_property
    def worth_knowing(self) -> Information | None:
        """What learning each score, or all of a criterion, is worth; None where nothing is scored."""
        if self.trials is None or not self.compared:
            return None
        return information(self.matrix.uncertain.rows(self.compared), self.trials.mean_weights)

    @property
    def evpi(self) -> float:
        """What knowing every score would gain, in totals from 0 to 1; no less than what a part of them would.

        Where only one score isn't exact it is the worth of that one, and where only one criterion's aren't, of these.
        """
        known, trials = self.worth_knowing, self.trials_of_scores
        if known is None or trials is None:
            return 0.0
        varies = ~self.matrix.uncertain.rows(self.compared).is_exact & self.matrix.counts
        if varies.sum() == 1:
            return float(known.scores.max())
        if varies.any(axis=0).sum() == 1:
            return float(known.criteria.max())
        return max(trials.evpi, float(known.criteria.max(initial=0)), float(known.scores.max(initial=0)))

    @cached_property
    def ways_to_win(self) -> tuple[Way, ...]:
        """For each candidate compared, the nearest weights at which it is first on the likely scores."""
        if not self.compared:
            return ()
        table, knowledge = self.matrix.likely[list(self.compared)], self.matrix.weight_knowledge
        return ways_to_win(table, self.matrix.weights, admissible=knowledge)

    @cached_property
    def single_steps(self) -> tuple[Step, ...]:
        """The single steps of one score, by indexes of the matrix, that change who is first."""
        inside = list(self.compared)
        if not inside:
            return ()
        scale = float(self.matrix.scale.max) - float(self.matrix.scale.min)
        sizes = [MEASURED_STEP if criterion.unit else min(1 / scale, 1.0) for criterion in self.matrix.criteria]
        return tuple(
            Step(inside[one.candidate], one.criterion, one.direction, tuple(inside[index] for index in one.leaders))
            for one in plus_minus_one(self.matrix.likely[inside], self.matrix.weights, sizes)
        )

    @cached_property
    def cross_check(self) -> CrossCheck | None:
        """What other ranking methods make of the candidates compared; None where there is none."""
        if not self.compared:
            return None
        return cross_check(self.matrix, self.compared, [self.ranks[index] or 0 for index in self.compared])

    def dominated(self) -> dict[int, int]:
        """For each dominated candidate still in, one that is surely no worse on anything and better on some."""
        inside = list(self.remaining)
        weighty = self.matrix.weights > 0
        table = dominance(self.matrix.low[inside][:, weighty], self.matrix.high[inside][:, weighty])
        return {inside[j]: inside[int(np.argmax(table[:, j]))] for j in range(len(inside)) if table[:, j].any()}

    def to_frame(self) -> pd.DataFrame:
        """The ranking as a DataFrame, best first: rank, total with bounds in points, and how sure that is.

        `first` is the share of trials in which a candidate is first, `can_win` whether it can be at the stated weights.
        """
        import pandas as pd

        rows = [
            (self.ranks[i], self.likely[i], self.low[i], self.high[i], share, self.possible[i], self.ranks[i] is None)
            for i, share in zip(self.order, self._first(), strict=True)
        ]
        columns = ["rank", "total", "low", "high", "first", "can_win", "eliminated"]
        index = [self.matrix.candidates[i] for i in self.order]
        return pd.DataFrame(rows, index=index, columns=columns).astype({"rank": "Int64"})

    def _first(self) -> list[float]:
        """How often each candidate is first in the trials, in `order`; NaN where it takes no part in them."""
        shares = [] if self.trials is None else self.trials.first.tolist()
        return shares + [float("nan")] * (len(self.order) - len(shares))

    def _nearest(self, column: Array, criterion: int) -> list[WeightFlip]:
        """Pick the flips next to the criterion's weight; where several candidates cross there, the one ahead beyond."""
        now, worth = self.matrix.weights[criterion], self.matrix.likely[:, criterion]
        found = [
            WeightFlip(criterion, float(share), index)
            for share, index in zip(column, self.compared, strict=True)
            if TOLERANCE < share < 1 - TOLERANCE  # at an end there is nothing beyond
        ]
        below = [flip for flip in found if flip.share < now]
        above = [flip for flip in found if flip.share > now]
        last = [max(below, key=lambda flip: (round(flip.share, 9), -worth[flip.candidate]))] if below else []
        return last + ([min(above, key=lambda flip: (round(flip.share, 9), -worth[flip.candidate]))] if above else [])


def rank(matrix: Matrix, screening: tuple[Elimination, ...] = ()) -> Ranking:
    """Rank a matrix by weighted sum, leaving out what the screening eliminates.

    Totals are in points: 100 is a candidate that is best on everything. One of which nothing is scored comes last.
    """
    out = {trace.candidate for trace in screening if trace.out}
    inside = [index for index, candidate in enumerate(matrix.candidates) if candidate not in out]
    if matrix.is_ready:
        low, likely, high = (
            np.round(POINTS * weighted_sum(table, matrix.weights), _DIGITS)
            for table in (matrix.low, matrix.likely, matrix.high)
        )
    else:
        low, likely, high = (np.full(len(matrix.candidates), points) for points in (0.0, POINTS / 2, POINTS))
    ranks: list[int | None] = [None] * len(matrix.candidates)
    possible = [False] * len(matrix.candidates)
    by_rank = np.where(matrix.is_unscored, -1.0, likely / POINTS) if matrix.is_ready else likely
    places, able = competition_ranks(by_rank[inside]), possible_winners(low[inside] / POINTS, high[inside] / POINTS)
    for index, place, can in zip(inside, places, able, strict=True):
        ranks[index], possible[index] = int(place), bool(can)
    for array in (low, likely, high):
        array.setflags(write=False)
    return Ranking(matrix, screening, low, likely, high, tuple(ranks), tuple(possible))


def rank_domain(workbook: Workbook, domain_id: str, phase: int = LAST_PHASE) -> Ranking:
    """Build the matrix of a domain, screen it on the musts, and rank it.

    A report asks for the same rankings many times, and an editor for those that a change left as they were: those of
    the workbook that was asked for last are kept, and serve another one that says the same of the domain.
    """
    rankings, wanted = _rankings_of(workbook), (domain_id, phase)
    if wanted not in rankings:
        rankings[wanted] = rank(option_matrix(workbook, domain_id, phase), screen(workbook, domain_id))
    return rankings[wanted]


_Rankings = dict[tuple[str, int], Ranking]
_kept: list[tuple[Workbook, _Rankings]] = []


def _rankings_of(workbook: Workbook) -> _Rankings:
    """The rankings made of this workbook so far; a workbook is frozen, so they hold as long as it does."""
    former, rankings = next(iter(tuple(_kept)), (workbook, {}))
    if former is not workbook:
        rankings = {key: kept for key, kept in rankings.items() if _is_same_question(former, workbook, key[0])}
    _kept[:] = [(workbook, rankings)]
    return rankings


def _is_same_question(one: Workbook, other: Workbook, domain_id: str) -> bool:
    """Whether two workbooks say the same, in the same order, of all that a domain's ranking is made of."""
    return same(_question(one, domain_id), _question(other, domain_id))


def _question(workbook: Workbook, domain_id: str) -> list[Any]:
    options = workbook.options.get(domain_id)
    return [plain(part) for part in (options, workbook.scale, workbook.context.constraints)]
