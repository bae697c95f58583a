"""What the ranking methods on figures take in, checked once, and the result that they give, with its steps.

Figures are as measured, each criterion in its own unit; what lies in between is each method's own. It knows arrays and
DataFrames, and no workbook.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .methods import _by_name, normalised

Array = NDArray[np.float64]
Directions: TypeAlias = Sequence[str] | Mapping[str, str]
ROUNDING = 1e-13
"""Figures that differ by no more than this share of their criterion's largest figure differ by rounding error only."""


@dataclass(frozen=True, eq=False)
class MethodResult:
    """How a method ranks n candidates, and every step on the way there.

    `scores` and `ranks` have shape (n,); ranks run from 1, and ties share the better one. `steps` holds each
    intermediate array by its name; where a step has a column for each criterion, `criteria` says which columns of the
    figures these are, for those without weight are left out. `compromise` are the candidates, by index and best first,
    that VIKOR proposes together. Where `undefined` has a sentence, the method can't rank these figures: there are no
    scores, ranks or steps.
    """

    method: str
    scores: Array
    higher_is_better: bool
    ranks: NDArray[np.int64]
    steps: Mapping[str, Array]
    compromise: tuple[int, ...] = ()
    undefined: str = ""
    criteria: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        for array in (self.scores, self.ranks, *self.steps.values()):
            array.setflags(write=False)


def undefined(method: str, sentence: str, higher_is_better: bool = True) -> MethodResult:
    """The result of a method that can't rank these figures, with the sentence that says why."""
    return MethodResult(method, np.empty(0), higher_is_better, np.empty(0, dtype=np.int64), {}, undefined=sentence)


@dataclass(frozen=True, eq=False)
class Problem:
    """What there is to rank: only the criteria that carry weight, m of them, for n candidates.

    `figures` has shape (n, m); `weights`, shares above 0, and `rising`, whether more is better, have shape (m,).
    `columns` are the names of all criteria, those without weight too, and `criteria` the places of the m among them.
    """

    columns: tuple[Any, ...]
    criteria: tuple[int, ...]
    figures: Array
    weights: Array
    rising: NDArray[np.bool_]

    @property
    def unrankable(self) -> str:
        """Why no method can rank this, in a sentence; empty where there is somebody to rank."""
        return "" if len(self.figures) else "There are no candidates to rank."

    @property
    def largest(self) -> Array:
        """The largest figure of each criterion, whatever its sign, or 1 where all are 0; shape (m,)."""
        size = np.abs(self.figures).max(axis=0)
        return np.where(size > 0, size, 1.0)

    @property
    def scaled(self) -> Array:
        """The figures over the largest of their criterion, shape (n, m), so that squares stay in range.

        A criterion whose figures differ by rounding error only is constant here.
        """
        scaled: Array = self.figures / self.largest
        return np.where(np.ptp(scaled, axis=0) > ROUNDING, scaled, scaled.max(axis=0))

    def best(self, table: Array) -> Array:
        """The best of each column of a table that rises with the figures, shape (m,)."""
        ends: Array = np.where(self.rising, table.max(axis=0), table.min(axis=0))
        return ends

    def worst(self, table: Array) -> Array:
        """The worst of each column of a table that rises with the figures, shape (m,)."""
        ends: Array = np.where(self.rising, table.min(axis=0), table.max(axis=0))
        return ends


def posed(figures: Any, weights: Any, directions: Any) -> Problem:
    """The problem that figures, weights and directions pose, with the criteria that carry weight.

    `figures` has shape (n, m), `weights` and `directions` shape (m,), in the order of the columns or by name; the
    columns of an array are named 0, 1, ... A DataFrame needs its weights by name. Raises ValueError where a figure is
    missing or not finite, weights can't be shares, a direction is neither 'max' nor 'min', a name is on one side only,
    or shapes don't fit.
    """
    table = _table(figures)
    by_name = hasattr(figures, "columns")
    columns = list(figures.columns) if by_name else list(range(table.shape[1]))
    row = normalised(_by_name(weights, columns) if by_name or hasattr(weights, "keys") else weights)
    rising = _rising(directions, columns)
    if not len(columns) == row.size == rising.size:
        fit = f"figures {table.shape}, {row.size} weights and {rising.size} directions"
        raise ValueError(f"{fit} don't fit: one weight and one direction for each column")
    counting = np.flatnonzero(row > 0)
    return Problem(
        columns=tuple(columns),
        criteria=tuple(counting.tolist()),
        figures=table[:, counting],
        weights=row[counting],
        rising=rising[counting],
    )


def over(part: ArrayLike, whole: ArrayLike, otherwise: float = 0.0) -> Array:
    """Part over whole, or `otherwise` where the whole is 0."""
    above, below = np.broadcast_arrays(np.asarray(part, dtype=float), np.asarray(whole, dtype=float))
    ratio: Array = np.divide(above, below, out=np.full(above.shape, otherwise), where=below != 0)
    return ratio


def _table(figures: Any) -> Array:
    complaint = "a figure is missing or not finite; leave its candidate or criterion out"
    if hasattr(figures, "columns") and figures.isna().to_numpy().any():
        raise ValueError(complaint)  # pandas' NA is nothing that can be converted
    table = np.array(figures, dtype=np.float64)
    if table.ndim != 2:
        raise ValueError(f"figures must be a table, candidates by criteria, but have shape {table.shape}")
    if not np.isfinite(table).all():
        raise ValueError(complaint)
    return table


def _rising(directions: Any, columns: list[Any]) -> NDArray[np.bool_]:
    if isinstance(directions, str) or not isinstance(directions, Iterable):
        raise ValueError(f"directions must be 'max' or 'min' for each criterion, but are {directions!r}")
    given = _directions_in_order(directions, columns) if hasattr(directions, "keys") else list(directions)
    for direction in given:
        if not isinstance(direction, str) or direction not in ("max", "min"):
            raise ValueError(f"a direction is {direction!r}; write 'max' where more is better, 'min' where less is")
    return np.array([direction == "max" for direction in given], dtype=bool)


def _directions_in_order(directions: Any, columns: list[Any]) -> list[Any]:
    names = list(directions.keys())
    stray = [name for name in names if name not in columns] + [name for name in columns if name not in names]
    if stray:
        raise ValueError(f"directions and criteria must name the same things; only on one side: {stray}")
    if len(set(names)) < len(names):
        raise ValueError(f"each criterion needs one direction, but they are for {names}")
    return [directions[name] for name in columns]
