"""What is known of each value of a matrix, and how values are drawn for the trials."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .methods import TOLERANCE, finite

Array = NDArray[np.float64]
Rows = NDArray[np.intp] | slice
STEPS = 65536
"""Uniforms have 16 bits, four to a raw word: at 100,000 draws their steps are far below the Monte Carlo error."""


@dataclass(frozen=True, eq=False)
class UncertainValues:
    """Independent values from 0 (worst) to 1 (best) of n candidates on m criteria.

    A cell is exact where `low` equals `high`, evenly distributed between them where `even`, one of some equally likely
    values where `tables` lists them, and else triangular with `likely` as its mode.
    """

    low: Array
    likely: Array
    high: Array
    even: NDArray[np.bool_]
    tables: Mapping[tuple[int, int], Array] = field(default_factory=dict)

    @cached_property
    def expected(self) -> Array:
        """The mean of each value, shape (n, m)."""
        mean = np.where(self.even, (self.low + self.high) / 2, (self.low + self.likely + self.high) / 3)
        for cell, table in self.tables.items():
            mean[cell] = table.mean()
        return mean

    @cached_property
    def is_exact(self) -> NDArray[np.bool_]:
        """Which values are known exactly, shape (n, m)."""
        return self.high - self.low <= TOLERANCE

    def rows(self, wanted: ArrayLike) -> UncertainValues:
        """The values of some candidates, in this order."""
        order = np.asarray(wanted, dtype=np.intp)
        tables = {
            (row, column): table
            for row, index in enumerate(order.tolist())
            for (candidate, column), table in self.tables.items()
            if candidate == index
        }
        return UncertainValues(self.low[order], self.likely[order], self.high[order], self.even[order], tables)

    def settled(self, cells: NDArray[np.bool_]) -> UncertainValues:
        """The same with some cells, shape (n, m), taken to be exactly their likely value."""
        low, high = np.where(cells, self.likely, self.low), np.where(cells, self.likely, self.high)
        tables = {cell: table for cell, table in self.tables.items() if not cells[cell]}
        return UncertainValues(low, self.likely, high, self.even, tables)

    def equally_likely(self, row: int, column: int, count: int) -> Array:
        """At most `count` equally likely values that stand for a cell, rising; one where it is exact."""
        if (row, column) in self.tables:
            table: Array = np.sort(self.tables[row, column])
            if table.size > count:
                table = np.asarray(np.quantile(table, _middles(count), method="hazen"), dtype=float)
            return table
        low, likely, high = self.low[row, column], self.likely[row, column], self.high[row, column]
        if high - low <= TOLERANCE:
            return np.array([likely])
        places = _middles(count) if self.even[row, column] else triangle(low, likely, high, count)
        values: Array = low + (high - low) * places
        return values


def uncertain_values(low: ArrayLike, likely: ArrayLike, high: ArrayLike) -> UncertainValues:
    """Values known as ranges, each shape (n, m) from 0 to 1: triangular, even where `likely` is NaN.

    Raises ValueError where a bound isn't finite or from 0 to 1, where they don't rise, and where shapes differ.
    """
    floor, ceiling = (finite(bound, "a bound is missing or not finite") for bound in (low, high))
    mode = np.asarray(likely, dtype=float)
    if floor.ndim != 2 or not floor.shape == mode.shape == ceiling.shape:
        raise ValueError(f"low, likely and high must have one shape (n, m), not {floor.shape}, {mode.shape}, ...")
    middle = np.where(np.isnan(mode), (floor + ceiling) / 2, mode)
    if not ((floor <= middle) & (middle <= ceiling)).all():
        raise ValueError("every cell must rise from low to likely to high")
    if (floor < -TOLERANCE).any() or (ceiling > 1 + TOLERANCE).any():
        raise ValueError("values run from 0 (worst) to 1 (best); put raw figures through a value function first")
    return UncertainValues(floor, middle, ceiling, np.isnan(mode))


def triangle(low: float, likely: float, high: float, count: int) -> Array:
    """Equally likely places from 0 to 1 of a triangular figure between its ends, shape (count,), rising."""
    mode, chance = (likely - low) / (high - low), _middles(count)
    return np.where(chance < mode, np.sqrt(chance * mode), 1 - np.sqrt((1 - chance) * (1 - mode)))


def _middles(count: int) -> Array:
    return (np.arange(count) + 0.5) / count


class Column:
    """Draws what isn't exact of one criterion: `low + part`, where the parts of `rows` come from `draw`.

    A triangular value is made of two uniforms U and V as low + range * ((1 - c) * min(U, V) + c * max(U, V)), c being
    the mode's place; an even one takes U twice.
    """

    def __init__(self, values: UncertainValues, column: int, dtype: type[np.floating]) -> None:
        n = values.low.shape[0]
        self.tables = {row: table.astype(dtype) for (row, at), table in values.tables.items() if at == column}
        spread = values.high[:, column] - values.low[:, column]
        is_table = np.isin(np.arange(n), list(self.tables))
        rows = np.flatnonzero((spread > TOLERANCE) & ~is_table)
        self.count = rows.size
        self.rows: Rows = slice(None) if rows.size == n else rows
        self.even = np.flatnonzero(values.even[rows, column])
        mode = (values.likely[rows, column] - values.low[rows, column]) / spread[rows]
        mode[self.even] = 0.5
        self.of_lower = (spread[rows] * (1 - mode) / STEPS)[:, None].astype(dtype)
        self.of_upper = (spread[rows] * mode / STEPS)[:, None].astype(dtype)
        self.start = np.where(
            is_table, 0.0, np.where(spread > TOLERANCE, values.low[:, column], values.likely[:, column])
        )
        self.start[rows] += spread[rows] / (2 * STEPS)  # a uniform stands for the middle of its step
        self._buffers: tuple[NDArray[np.uint16], NDArray[np.floating], NDArray[np.floating]] | None = None

    def draw(self, generator: np.random.Generator, draws: int) -> NDArray[np.floating]:
        """What `rows` have above their start, shape (count, draws); the array is used again by the next call."""
        size = self.count * draws
        words = generator.bit_generator.random_raw((2 * size + 3) // 4)
        uniforms = np.asarray(words).view(np.uint16)
        first, second = (uniforms[k * size : (k + 1) * size].reshape(self.count, draws) for k in (0, 1))
        if self.even.size:
            second[self.even] = first[self.even]
        halves, lower, upper = self._room(draws)
        np.copyto(lower, np.minimum(first, second, out=halves))
        np.copyto(upper, np.maximum(first, second, out=halves))
        lower *= self.of_lower
        upper *= self.of_upper
        lower += upper
        return lower

    def draw_tables(self, generator: np.random.Generator, draws: int) -> dict[int, NDArray[np.floating]]:
        """The values of the rows that are one of some listed values, shape (draws,) each."""
        return {row: table[generator.integers(0, table.size, draws)] for row, table in self.tables.items()}

    def _room(self, draws: int) -> tuple[NDArray[np.uint16], NDArray[np.floating], NDArray[np.floating]]:
        if self._buffers is None or self._buffers[0].shape[1] != draws:
            shape, dtype = (self.count, draws), self.of_lower.dtype
            self._buffers = np.empty(shape, np.uint16), np.empty(shape, dtype), np.empty(shape, dtype)
        return self._buffers
