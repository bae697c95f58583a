"""Value functions: what a measured or ordinal figure is worth, from 0 (worst) to 1 (best).

Anchors are given, never taken from the candidates at hand, so a further candidate changes nobody's value. Figures
outside the anchors are clipped; `outside` tells which.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


def linear(figures: ArrayLike, worst: float, best: float) -> Array:
    """Value along a straight line from `worst` (0) to `best` (1); any shape in, the same shape out.

    Raises ValueError where the anchors are equal or a figure isn't finite.
    """
    if worst == best:
        raise ValueError(f"worst and best must differ, but both are {worst}")
    return np.clip((_finite(figures) - worst) / (best - worst), 0.0, 1.0)


def log(figures: ArrayLike, worst: float, best: float) -> Array:
    """Value along the logarithm, for figures that span magnitudes: each doubling is worth the same.

    Raises ValueError where an anchor isn't above 0, the anchors are equal, or a figure isn't finite.
    """
    if min(worst, best) <= 0:
        raise ValueError(f"a log value function needs anchors above 0, but has {worst} and {best}")
    positive = np.maximum(_finite(figures), min(worst, best))
    return linear(np.log(positive), float(np.log(worst)), float(np.log(best)))


def piecewise(figures: ArrayLike, points: ArrayLike) -> Array:
    """Value along straight lines between `points`, shape (p, 2): measured figure (rising), value from 0 to 1."""
    corners = _finite(points)
    return np.interp(_finite(figures), corners[:, 0], corners[:, 1])


def target(figures: ArrayLike, lower: float, best: float, upper: float) -> Array:
    """Value 1 at `best`, falling in straight lines to 0 at `lower` and `upper`."""
    return np.interp(_finite(figures), [lower, best, upper], [0.0, 1.0, 0.0])


def outside(figures: ArrayLike, lower: float, upper: float) -> NDArray[np.bool_]:
    """Which figures lie outside the anchors."""
    given = _finite(figures)
    return (given < lower) | (given > upper)


def _finite(figures: ArrayLike) -> Array:
    array = np.asarray(figures, dtype=float)
    if not np.isfinite(array).all():
        raise ValueError("figures must be finite; a gap is not a number, say it as unknown")
    return array
