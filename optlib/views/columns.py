"""Weighted columns: for each candidate a strip as wide as the weights and filled as high as the scores."""

from __future__ import annotations

import numpy as np

from ..analysis.ranking import Ranking
from ..words import listed
from .render import Html, render

STEPS = 10
_MOST_ROWS = 8
_SHARE = 0.005  # of all weight; narrower columns can't be seen
_MOST = 0.5  # of a total


def weighted_columns(ranking: Ranking) -> Html:
    """Where the totals come from: the filled area of a strip is the total; nothing for fewer than two candidates."""
    matrix = ranking.matrix
    shown = [int(column) for column in np.argsort(-matrix.weights, kind="stable") if matrix.weights[column] >= _SHARE]
    rows = [index for index in ranking.remaining if not matrix.is_unscored[index]][:_MOST_ROWS]
    if len(rows) < 2 or len(shown) < 2:
        return Html("")
    return render(
        "columns.html",
        title=_title(ranking, rows[0]),
        names=listed([matrix.criteria[column].name for column in shown]),
        widths=[float(matrix.weights[column]) for column in shown],
        rows=[
            (matrix.names[row], ranking.likely[row], [_step(ranking, row, column) for column in shown]) for row in rows
        ],
    )


def _step(ranking: Ranking, row: int, column: int) -> int | None:
    """How far a column is filled, in tenths; None where the score isn't known."""
    matrix = ranking.matrix
    return None if matrix.is_open[row, column] else round(float(matrix.likely[row, column]) * STEPS)


def _title(ranking: Ranking, row: int) -> str:
    """The fewest criteria that bring the first candidate more than half of its total."""
    gains = ranking.contributions[row]
    best = np.argsort(-gains, kind="stable")
    count = int(np.searchsorted(np.cumsum(gains[best]), _MOST * gains.sum(), side="right")) + 1
    names = listed([ranking.matrix.criteria[column].name for column in best[:count]])
    return f"Most of the total of {ranking.matrix.names[row]} comes from {names}"
