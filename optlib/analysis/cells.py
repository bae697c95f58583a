"""How a score becomes the value of a cell: its anchors, its kind, its bounds from 0 (worst) to 1 (best)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..catalogue import Criterion
from ..model import Scale, Score
from . import value
from .uncertain import triangle

Array = NDArray[np.float64]
GAPS = ("unknown", "missing")
MISSING = Score()
_TABLE_STEPS = 2048


def anchors(criterion: Criterion, scale: Scale) -> tuple[float, float] | None:
    """The lower and upper figure that a criterion runs between, None where a measured one states none."""
    if not criterion.unit:
        return float(scale.min), float(scale.max)
    function = criterion.value_function
    if function and function.kind == "piecewise":
        return float(function.points[0][0]), float(function.points[-1][0])
    return criterion.range


def in_its_unit(score: Score, criterion: Criterion) -> bool:
    """Whether a score speaks in the criterion's unit, so that its figure can be read."""
    return not score.unit or score.unit == criterion.unit


def kind(score: Score, criterion: Criterion, scale: Scale) -> str:
    """How a cell is known: exact, range, unknown (also where its figure can't be read) or missing."""
    readable = in_its_unit(score, criterion) and anchors(criterion, scale) is not None
    return score.kind if readable or score.kind in GAPS else "unknown"


def bounds(scores: Sequence[Score], criterion: Criterion, scale: Scale) -> Array:
    """The least, likely and greatest value of each of a criterion's scores, shape (n, 3).

    A gap spans the whole scale, its likely value the middle. A range holds every value that the function takes inside
    it, also where the function bends.
    """
    column = np.tile([0.0, 0.5, 1.0], (len(scores), 1))
    given = [score.bounds for score in scores]
    known = [
        index
        for index, score in enumerate(scores)
        if kind(score, criterion, scale) not in GAPS and given[index] is not None
    ]
    if not known:
        return column
    figures = np.array([given[index] for index in known], dtype=float)
    worth = values(figures, criterion, scale)
    low, high = worth.min(axis=1), worth.max(axis=1)
    for bend, at_bend in _corners(criterion, scale):
        inside = (figures[:, 0] < bend) & (bend < figures[:, 2])
        low = np.where(inside, np.minimum(low, at_bend), low)
        high = np.where(inside, np.maximum(high, at_bend), high)
    column[known] = np.stack([low, worth[:, 1], high], axis=1)
    return column


def table(scores: Sequence[Score], criterion: Criterion, scale: Scale) -> Array | None:
    """Equally likely values of a cell whose value is neither exact, even nor triangular; None where it is one of these.

    That is so where several people score it, and where a range goes through a value function that isn't a line. Each
    person counts the same.
    """
    given = [score.bounds for score in scores if score.bounds is not None]
    ranges = [one for one in given if one[0] < one[2]]
    if not given or (len(given) == 1 and (not ranges or is_straight(criterion, ranges[0], scale))):
        return None
    steps = _TABLE_STEPS if ranges else 1
    even = [score.is_even for score in scores if score.bounds is not None]
    figures = [_figures(one, flat, steps) for one, flat in zip(given, even, strict=True)]
    return np.sort(values(np.concatenate(figures), criterion, scale))


def is_straight(criterion: Criterion, span: tuple[float, float, float], scale: Scale) -> bool:
    """Whether values follow figures along one line over a whole range: no logarithm, no bend, no end of the anchors."""
    if _function(criterion) == "log":
        return False
    corners = [at for at, _ in _corners(criterion, scale)]
    return not any(span[0] < at < span[2] for at in corners) and min(corners) <= span[0] <= span[2] <= max(corners)


def direction(criterion: Criterion) -> str:
    """Which figures are better, `max` or `min`, of a target how far from it; nothing where points rise and fall."""
    function = criterion.value_function if criterion.unit else None
    if function is None or function.kind in ("linear", "log"):
        return criterion.direction
    if function.kind == "target":
        return "min"
    steps = np.diff([worth for _, worth in function.points])
    return "max" if (steps >= 0).all() else "min" if (steps <= 0).all() else ""


def is_bent(criterion: Criterion) -> bool:
    """Whether a criterion's value function is anything but a line, so that its figures alone don't say its worth."""
    return _function(criterion) != "linear"


def _figures(bounds: tuple[float, float, float], even: bool, steps: int) -> Array:
    low, likely, high = bounds
    if low == high:
        return np.full(steps, likely)
    return low + (high - low) * ((np.arange(steps) + 0.5) / steps if even else triangle(low, likely, high, steps))


def figure(worth: float, criterion: Criterion, scale: Scale) -> float | None:
    """The score or measured figure that has this value; None where there is none, or several have it."""
    if anchors(criterion, scale) is None:
        return None
    if _function(criterion) != "log":
        return value.figure(worth, _corners(criterion, scale))
    found = value.figure(worth, [(float(np.log(at)), at_worth) for at, at_worth in _corners(criterion, scale)])
    return None if found is None else float(np.exp(found))


def _function(criterion: Criterion) -> str:
    function = criterion.value_function
    return function.kind if function and criterion.unit else "linear"


def values(figures: Array, criterion: Criterion, scale: Scale) -> Array:
    """The value of each figure; any shape in, the same shape out."""
    corners = _corners(criterion, scale)
    function = _function(criterion)
    if function == "piecewise":
        return value.piecewise(figures, corners)
    if function == "target":
        return value.target(figures, *(figure for figure, _ in corners))
    (worst, _), (best, _) = corners
    return value.log(figures, worst, best) if function == "log" else value.linear(figures, worst, best)


def _corners(criterion: Criterion, scale: Scale) -> list[tuple[float, float]]:
    """The figures at which the value function starts, bends and ends, each with its value."""
    function = criterion.value_function
    if function and _function(criterion) == "piecewise":
        return [(float(at), float(worth)) for at, worth in function.points]
    lower, upper = anchors(criterion, scale) or (0.0, 1.0)
    if function and _function(criterion) == "target":
        return [(lower, 0.0), (float(function.target or 0), 1.0), (upper, 0.0)]
    worst, best = (lower, upper) if criterion.direction == "max" else (upper, lower)
    return [(worst, 0.0), (best, 1.0)]
