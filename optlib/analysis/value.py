"""Value functions: what a measured or ordinal figure is worth, from 0 (worst) to 1 (best).

Anchors are given, never taken from the candidates at hand, so a further candidate changes nobody's value. Figures
outside the anchors count as the nearer one; `outside` tells which.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


def linear(figures: ArrayLike, worst: float, best: float) -> Array:
    """Value along a straight line from `worst` (0) to `best` (1); any shape in, the same shape out.

    Raises ValueError where the anchors are equal or a figure isn't finite.
    """
    if worst == best:
        raise ValueError(f"worst and best must differ, but both are {worst}")
    inside = np.clip(_finite(figures), min(worst, best), max(worst, best))
    return np.clip((inside - worst) / (best - worst), 0.0, 1.0)


def log(figures: ArrayLike, worst: float, best: float) -> Array:
    """Value along the logarithm, for figures that span magnitudes: each doubling is worth the same.

    Raises ValueError where an anchor isn't above 0, the anchors are equal, or a figure isn't finite.
    """
    if min(worst, best) <= 0:
        raise ValueError(f"a log value function needs anchors above 0, but has {worst} and {best}")
    positive = np.maximum(_finite(figures), min(worst, best))
    return linear(np.log(positive), float(np.log(worst)), float(np.log(best)))


def piecewise(figures: ArrayLike, points: ArrayLike) -> Array:
    """Value along straight lines between `points`, shape (p, 2): measured figure (rising), value from 0 to 1.

    Raises ValueError where the points don't rise or a figure isn't finite.
    """
    corners = _finite(points)
    if (np.diff(corners[:, 0]) <= 0).any():
        raise ValueError(f"the points' measured figures must rise, but are {corners[:, 0].tolist()}")
    return np.interp(_finite(figures), corners[:, 0], corners[:, 1])


def target(figures: ArrayLike, lower: float, best: float, upper: float) -> Array:
    """Value 1 at `best`, falling in straight lines to 0 at `lower` and `upper`; `best` may be one of the two.

    Raises ValueError where `best` lies outside, both ends are equal, or a figure isn't finite.
    """
    if not lower <= best <= upper or lower == upper:
        raise ValueError(
            f"the best figure must lie from the lower to the upper end, but {lower}, {best}, {upper} don't"
        )
    given = np.clip(_finite(figures), lower, upper)
    rising = (given - lower) / (best - lower) if best > lower else np.ones(given.shape)
    falling = (upper - given) / (upper - best) if best < upper else np.ones(given.shape)
    return np.minimum(rising, falling)


def figure(worth: float, corners: Sequence[tuple[float, float]]) -> float | None:
    """The one figure that straight lines between `corners` (figure, value) give this value.

    None where no figure has it, or several have.
    """
    found = []
    for (start, start_worth), (end, end_worth) in pairwise(corners):
        if start == end or not min(start_worth, end_worth) <= worth <= max(start_worth, end_worth):
            continue
        if start_worth == end_worth:
            return None
        found.append(start + (end - start) * (worth - start_worth) / (end_worth - start_worth))
    return found[0] if found and np.allclose(found, found[0], rtol=1e-12, atol=0.0) else None


def outside(figures: ArrayLike, lower: float, upper: float) -> NDArray[np.bool_]:
    """Which figures lie outside the anchors."""
    given = _finite(figures)
    return (given < lower) | (given > upper)


def _finite(figures: ArrayLike) -> Array:
    array = np.asarray(figures, dtype=float)
    if not np.isfinite(array).all():
        raise ValueError("figures must be finite; a gap is not a number, say it as unknown")
    return array
