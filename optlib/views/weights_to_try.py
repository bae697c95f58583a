"""What a page needs to try other weights of a domain: its values and weights, as plain data beside the HTML."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..analysis.methods import normalised
from ..analysis.ranking import Ranking
from ..model import DomainOptions, Workbook
from .render import Html

_DIGITS = 12
"""So many that totals come to the same as those of the analysis, ties included; most values need one or two."""
_LARGEST = 1e6


def weights_to_try(workbook: Workbook, ranking: Ranking, chosen: tuple[str, ...] = ()) -> Html:
    """Nothing to read, but the data of a what-if panel where there are weights to move and candidates to compare.

    Each candidate still in has a value from 0 to 1 on each criterion, None where the score isn't known.
    """
    matrix, rows = ranking.matrix, sorted(ranking.remaining)
    if len(rows) < 2 or (~matrix.is_gap[rows]).any(axis=0).sum() < 2:
        return Html("")
    options = workbook.options.get(matrix.domain.id, DomainOptions())
    data: dict[str, Any] = {
        "id": matrix.domain.id,
        "name": matrix.domain.name,
        "criteria": list(zip((one.name for one in matrix.criteria), _weights(options, ranking), strict=True)),
        "candidates": [(matrix.names[row], _values(ranking, row)) for row in rows],
    }
    stars = [place for place, row in enumerate(rows) if matrix.candidates[row] in chosen]
    if stars:
        data["chosen"] = stars
    if not matrix.weights_stated and _is_the_same(np.ones(len(matrix.weights)), matrix.weights):
        data["unstated"] = True
    return Html("", weights_to_try=(data,))


def _weights(options: DomainOptions, ranking: Ranking) -> list[float]:
    """The weights as numbers in the workbook state them; where they came about otherwise, as shares."""
    shares = ranking.matrix.weights
    stated = np.array([float(options.weights.get(one.id, 0)) for one in ranking.matrix.criteria])
    if not ranking.matrix.weights_stated:
        stated = np.ones(len(shares))
    return [_number(weight) for weight in (stated if _is_the_same(stated, shares) else shares).tolist()]


def _is_the_same(stated: NDArray[np.float64], shares: NDArray[np.float64]) -> bool:
    return bool(0 < stated.max() < _LARGEST) and np.allclose(normalised(stated), shares, rtol=0, atol=1e-15)


def _values(ranking: Ranking, row: int) -> list[float | None]:
    matrix = ranking.matrix
    known = zip(matrix.likely[row].tolist(), matrix.is_gap[row].tolist(), strict=True)
    return [None if is_gap else _number(value) for value, is_gap in known]


def _number(figure: float) -> float:
    """The figure without more digits than count, a whole one without a point: each costs bytes in a notebook."""
    rounded = round(figure, _DIGITS)
    return int(rounded) if rounded.is_integer() else rounded
