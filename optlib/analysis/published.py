"""Totals that a document published, held against what its own scores and weights add up to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from ..model import DomainOptions, Workbook
from ..words import counted, digits
from .matrix import Matrix

Array = NDArray[np.float64]
_READINGS: Mapping[str, Callable[[Array, Array], Array]] = {
    "sum of weight times score": lambda scores, weights: np.nansum(scores * weights, axis=1),
    "weighted mean of the scores": lambda scores, weights: np.nansum(scores * weights, axis=1) / weights.sum(),
    "sum of the scores": lambda scores, _: np.nansum(scores, axis=1),
    "mean of the scores": lambda scores, _: np.nansum(scores, axis=1) / np.maximum(np.isfinite(scores).sum(axis=1), 1),
}


@dataclass(frozen=True)
class PublishedTotal:
    """A candidate's published total and what its scores add up to, read in the way that fits most of the totals.

    `gaps` counts its scores that aren't known: they are left out of the sum, as an empty cell of a spreadsheet is, and
    where it then doesn't agree, nobody can say whether it is right: `agrees` is None.
    """

    candidate: int
    published: float
    recomputed: float
    agrees: bool | None
    gaps: int
    reading: str


def published_totals(workbook: Workbook, matrix: Matrix) -> tuple[PublishedTotal, ...]:
    """The published totals of a matrix, in its order; empty where none is recorded.

    Totals are read as sums or means of the scores as they stand, with the weights as they stand or without; the way
    that most of them agree with counts, to the last digit that was published.
    """
    options = workbook.options.get(matrix.domain.id, DomainOptions())
    given = {row: options.candidates[key].published_total for row, key in enumerate(matrix.candidates)}
    stated = {row: total for row, total in given.items() if total is not None}
    if not stated or not matrix.criteria:
        return ()
    weights = np.array([float(options.weights.get(criterion.id, 0)) for criterion in matrix.criteria])
    weights = weights if weights.any() else matrix.weights
    scores = np.array([[score.bounds[1] if score.bounds else np.nan for score in row] for row in matrix.scores])
    readings = {name: read(scores, weights) for name, read in _READINGS.items()}
    fits = {name: [_same(stated[row], found[row]) for row in stated] for name, found in readings.items()}
    best = max(fits, key=lambda name: sum(fits[name]))
    gaps = np.isnan(scores).sum(axis=1)
    return tuple(
        PublishedTotal(
            candidate=row,
            published=float(total),
            recomputed=float(readings[best][row]),
            agrees=None if gaps[row] and not agrees else agrees,
            gaps=int(gaps[row]),
            reading=best,
        )
        for (row, total), agrees in zip(stated.items(), fits[best], strict=True)
    )


def published_remarks(workbook: Workbook, matrix: Matrix) -> list[str]:
    """A sentence on each published total that isn't what the scores add up to, or that only holds if gaps are zero."""
    said = []
    for one in published_totals(workbook, matrix):
        total = f"{matrix.names[one.candidate]}: the published total {digits(one.published)}"
        sums, unknown = f"{one.reading}, {digits(round(one.recomputed, 6))}", counted(one.gaps, "score")
        if one.agrees is False:
            said.append(f"{total} is not the {sums}.")
        elif one.gaps:
            does = "takes" if one.agrees else "can't be checked without"
            zero = " for zero" if one.agrees else ""
            said.append(f"{total} {does} {unknown} that {'is' if one.gaps == 1 else 'are'} not known{zero}.")
    return said


def _same(published: float, recomputed: float) -> bool:
    """Whether a total agrees to the last digit that was published."""
    exponent = Decimal(str(published)).as_tuple().exponent
    places = max(0, -exponent) if isinstance(exponent, int) else 0
    return bool(abs(float(published) - recomputed) <= 0.5 * 10**-places + 1e-9)
