"""What other ranking methods make of a matrix: a warning light where they disagree, never a proof where they agree.

Correct methods disagree on the winner in a fifth of random problems, for each answers a slightly different question.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..catalogue import Criterion
from ..words import listed
from . import cells
from .agreement import RANKING_METHODS, Reversal, kendall_tau, rank_reversals
from .matrix import Matrix
from .outranking import Preference
from .results import MethodResult

Array = NDArray[np.float64]
MOST_FOR_REVERSALS = 20
"""With more candidates nobody looks at which pairs change places when one is dropped, and it takes long to say."""


@dataclass(frozen=True, eq=False)
class CrossCheck:
    """The results of the other methods by name, on the candidates that no must eliminates, in the order of `rows`.

    `tau` is Kendall's agreement of each method's ranks with the weighted sum's, None where it has none or can't rank;
    `winners` who each puts first; `reversals` the pairs that each turns around when a candidate is dropped.
    """

    rows: tuple[int, ...]
    results: dict[str, MethodResult]
    tau: dict[str, float | None]
    winners: dict[str, tuple[int, ...]]
    reversals: dict[str, tuple[Reversal, ...]]

    @property
    def agree(self) -> bool:
        """Whether every method that can rank puts the same candidates first as the weighted sum."""
        return all(found == self.winners["weighted_sum"] for found in self.winners.values())


def cross_check(matrix: Matrix, rows: Sequence[int], ranks: Sequence[int]) -> CrossCheck:
    """Rank the candidates `rows` by every other method; `ranks` are those by weighted sum, in the same order.

    The methods take the likely figures as measured, with the criterion's direction; where a value function bends, its
    values; at a gap the figure in the middle. A criterion's own preference function is in its figures, so PROMETHEE II
    takes these all the same; the other criteria have the `usual` one.
    """
    figures, directions = likely_figures(matrix, rows)
    preferences = [_preference(criterion) for criterion in matrix.criteria]
    posed = dict.fromkeys(RANKING_METHODS, (figures, directions))
    posed["promethee"] = likely_figures(matrix, rows, as_measured=[one != Preference() for one in preferences])
    results = {
        name: _named(matrix, figures, method(posed[name][0], matrix.weights, posed[name][1], preferences))
        for name, method in RANKING_METHODS.items()
    }
    winners = {"weighted_sum": _first(rows, np.asarray(ranks))}
    winners |= {name: _first(rows, result.ranks) for name, result in results.items() if not result.undefined}
    return CrossCheck(
        rows=tuple(rows),
        results=results,
        tau={name: None if one.undefined else kendall_tau(one.ranks, ranks) for name, one in results.items()},
        winners=winners,
        reversals={
            name: rank_reversals(name, posed[name][0], matrix.weights, posed[name][1], preferences)
            for name in results
            if len(rows) <= MOST_FOR_REVERSALS
        },
    )


def likely_figures(matrix: Matrix, rows: Sequence[int], as_measured: Sequence[bool] = ()) -> tuple[Array, list[str]]:
    """The likely figure of each cell, shape (n, m), and each criterion's direction.

    Where a value function bends they are its values; where such a criterion is to be `as_measured`, the figures, of one
    with a target how far they are from it. Points that rise and fall leave no direction, so there it is the values.
    """
    figures = matrix.likely[list(rows)].copy()
    directions = ["max"] * len(matrix.criteria)
    for column, criterion in enumerate(matrix.criteria):
        measured = bool(as_measured) and as_measured[column]
        direction = cells.direction(criterion)
        if cells.anchors(criterion, matrix.scale) is None or not direction:
            continue
        if cells.is_bent(criterion) and not measured:
            continue
        target = criterion.value_function.target if criterion.value_function and criterion.unit else None
        directions[column] = direction
        for place, row in enumerate(rows):
            figure = _likely_figure(matrix, row, column)
            figures[place, column] = figure if target is None else abs(figure - target)
    return figures, directions


def _likely_figure(matrix: Matrix, row: int, column: int) -> float:
    bounds = matrix.scores[row][column].bounds
    if bounds is not None and matrix.kinds[row][column] not in cells.GAPS:
        return bounds[1]
    lower, upper = cells.anchors(matrix.criteria[column], matrix.scale) or (0.0, 1.0)
    return (lower + upper) / 2


def _named(matrix: Matrix, figures: Array, result: MethodResult) -> MethodResult:
    """The result with the criteria by name where the method can't take a figure of theirs."""
    stops = (figures <= 0).any(axis=0) & (matrix.weights > 0)
    if not result.undefined or not stops.any():
        return result
    names = [criterion.name for criterion, stop in zip(matrix.criteria, stops, strict=True) if stop]
    verb = "has" if len(names) == 1 else "have"
    return replace(result, undefined=f"It needs figures above 0, but {listed(names)} {verb} one that isn't.")


def _preference(criterion: Criterion) -> Preference:
    stated = criterion.preference
    if stated is None:
        return Preference("usual")
    return Preference(stated.kind, stated.q, stated.p, stated.s)


def _first(rows: Sequence[int], ranks: NDArray[np.int64]) -> tuple[int, ...]:
    return tuple(sorted(row for row, rank in zip(rows, ranks, strict=True) if rank == 1))
