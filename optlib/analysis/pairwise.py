"""Weights from comparing criteria two by two (AHP), also where some pairs were left out: plain functions on arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..words import digits, listed
from .methods import normalised

Array = NDArray[np.float64]
Places = NDArray[np.intp]
CONSISTENCY_LIMIT = 0.10
"""The consistency ratio up to which judgements are taken as they are (Saaty 1980)."""
RANDOM_INDEX = (0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59)
"""The mean consistency index of random judgements on 3 to 15 criteria (Saaty 1980); the last stands for more, too."""
RECIPROCAL = 1e-6
"""How far, in proportion, the two halves of the table may be from each other's reciprocal."""
AGREE = 1e-6
"""How far, in proportion, a judgement may be from its weights and still agree with them."""
LARGEST = 1e9
"""No judgement says more than this: Saaty's scale ends at 9, and beyond it is a typing error that would overflow."""


@dataclass(frozen=True, eq=False)
class Pairwise:
    """What pairwise judgements on m criteria come to: weights, how consistent they are, and which to look at again.

    `matrix`, shape (m, m), is the judgements made whole; `given` tells which entries were (those of the diagonal, and
    both of a pair that was judged). `worst` is the given pair (i, j), i at least as important, whose judgement
    `worst_given` is furthest in proportion from `worst_implied`, the weight of i over that of j; None where all agree,
    and then both are 1. Where the judgements form one ring, as on three criteria, all are equally far and the first is
    taken.
    """

    weights: Array
    lambda_max: float
    consistency_index: float
    consistency_ratio: float
    matrix: Array
    given: NDArray[np.bool_]
    worst: tuple[int, int] | None
    worst_given: float
    worst_implied: float

    @property
    def is_consistent(self) -> bool:
        """Whether the consistency ratio is within Saaty's limit of 0.10."""
        return self.consistency_ratio <= CONSISTENCY_LIMIT


def pairwise_weights(judgements: ArrayLike) -> Pairwise:
    """Weights by the principal eigenvector of pairwise judgements, with their consistency.

    `judgements` has shape (m, m); entry [i, j] is how many times more important i is than j, NaN where it wasn't
    judged. One half is enough, the other is its reciprocal. Missing pairs are completed so that the greatest eigenvalue
    is least. Raises ValueError where the table isn't square, a judgement isn't a number above 0, the halves contradict
    each other, or the judgements leave groups of criteria that are not compared with each other. Sources: Saaty, A
    scaling method for priorities in hierarchical structures, Journal of Mathematical Psychology 15 (1977), and The
    Analytic Hierarchy Process (1980); Bozóki, Fülöp and Rónyai, On optimal completion of incomplete pairwise comparison
    matrices, Mathematical and Computer Modelling 52 (2010).
    """
    table = _both_halves(judgements)
    given = ~np.isnan(table)
    _must_connect(table)
    near = _least_squares(np.log(table))
    steps = near[:, None] - near
    apart = np.log(table) - steps  # what the judgements disagree by: near 0, whatever the magnitudes of the weights
    whole = apart if given.all() else _completed(apart)
    greatest, right = _perron(whole)
    weights = normalised(np.exp(near - near.max()) * right)
    index = max(0.0, (greatest - len(table)) / max(1, len(table) - 1))
    worst = _worst(table, weights)
    matrix = np.where(given, table, np.exp(whole + steps))
    for array in (weights, matrix, given):
        array.setflags(write=False)
    return Pairwise(
        weights=weights,
        lambda_max=greatest,
        consistency_index=index,
        consistency_ratio=_consistency_ratio(index, given),
        matrix=matrix,
        given=given,
        worst=worst,
        worst_given=float(table[worst]) if worst else 1.0,
        worst_implied=float(weights[worst[0]] / weights[worst[1]]) if worst else 1.0,
    )


def geometric_mean_of_judgements(matrices: ArrayLike) -> Array:
    """The judgements of a group, shape (m, m), from those of its k members, shape (k, m, m).

    Each is the geometric mean over those who judged the pair, in whichever half, so that the group's judgements are
    reciprocal too; NaN where nobody did. Raises ValueError where there is nobody, and where one's judgements can't be
    read, as `pairwise_weights` does. Source: Aczél and Saaty, Procedures for synthesizing ratio judgements, Journal of
    Mathematical Psychology 27 (1983).
    """
    tables = np.asarray(matrices, dtype=float)
    if tables.ndim != 3 or not len(tables):
        raise ValueError(f"give a square table of judgements for each person, shape (k, m, m), not {tables.shape}")
    logs = np.log([_both_halves(table, f"table {person}: ") for person, table in enumerate(tables)])
    judged = ~np.isnan(logs)
    with np.errstate(invalid="ignore"):  # 0 / 0 where nobody judged a pair is the NaN that is wanted
        mean: Array = np.exp(np.where(judged, logs, 0.0).sum(axis=0) / judged.sum(axis=0))
    return mean


def _both_halves(judgements: ArrayLike, whose: str = "") -> Array:
    """The judgements with each pair in both halves, 1 on the diagonal and NaN where neither half gives one."""
    table = np.array(judgements, dtype=float)
    _must_be_readable(table, whose)
    np.fill_diagonal(table, 1.0)
    mirrored = 1 / table.T
    for i, j in np.argwhere(np.abs(table / mirrored - 1) > RECIPROCAL):
        raise ValueError(
            f"{whose}judgements [{i}, {j}] = {digits(table[i, j])} and [{j}, {i}] = {digits(table[j, i])} must be each"
            " other's reciprocal; give only one of the two"
        )
    # Of a pair given twice, what people said is the judgement from 1: 3 rather than 0.3333333.
    return np.where((table >= 1) | np.isnan(mirrored), table, mirrored)


def _must_be_readable(table: Array, whose: str) -> None:
    """Raise ValueError where the table isn't square, an entry can't be a judgement or a diagonal one isn't 1."""
    if table.ndim != 2 or not table.size or table.shape[0] != table.shape[1]:
        raise ValueError(f"{whose}judgements must be a square table of criteria by criteria, not {table.shape}")
    for i, j in np.argwhere((table < 1 / LARGEST) | (table > LARGEST)):
        raise ValueError(
            f"{whose}judgement [{i}, {j}] is {table[i, j]:g}, but must be positive and finite, from 1e-9 to 1e9;"
            " leave NaN where there is none"
        )
    for i in np.flatnonzero(np.abs(np.diagonal(table) - 1) > RECIPROCAL):
        raise ValueError(
            f"{whose}judgement [{i}, {i}] is {table[i, i]:g}, but compares a criterion with itself; make it 1 or NaN"
        )


def compared_groups(judgements: ArrayLike) -> list[list[int]]:
    """The criteria in groups that no judgement connects, by index; one group where all are compared somehow.

    `judgements` has shape (m, m), NaN where none is given in either half.
    """
    given = np.isfinite(np.asarray(judgements, dtype=float))
    linked = given | given.T | np.eye(len(given), dtype=bool)
    if not linked.size:
        return []
    groups = np.unique(np.linalg.matrix_power(linked, len(linked)), axis=0)[::-1]
    return [np.flatnonzero(group).tolist() for group in groups]


def _must_connect(table: Array) -> None:
    """Raise ValueError where some criteria are compared with others neither directly nor through a third."""
    groups = compared_groups(table)
    if len(groups) > 1:
        names = [f"{{{', '.join(map(str, group))}}}" for group in groups]
        raise ValueError(
            f"the groups of criteria {listed(names)} are not compared with each other;"
            " judge one of each group against one of another"
        )


def _least_squares(logs: Array) -> Array:
    """The logarithms of weights whose differences are nearest to those of the judgements given, shape (m,)."""
    given = ~np.isnan(logs)
    laplacian = np.diag(given.sum(axis=1)) - given
    found: Array = np.linalg.lstsq(laplacian, np.nansum(logs, axis=1), rcond=None)[0]
    return found


def _completed(logs: Array) -> Array:
    """The logarithms of a matrix with its NaN filled in so that its greatest eigenvalue is least.

    The logarithm of that eigenvalue is strictly convex in the entries, so there is one minimum, where its slope is 0.
    The last step goes by slope and curvature alone: eigenvalues that near the minimum are too alike to be compared.
    """
    from scipy.optimize import minimize

    rows, columns = np.nonzero(np.triu(np.isnan(logs)))

    def filled(entries: Array) -> Array:
        table = logs.copy()
        table[rows, columns], table[columns, rows] = entries, -entries
        return table

    def height(entries: Array) -> float:
        return float(np.log(_perron(filled(entries))[0]))

    def slope(entries: Array) -> Array:
        return _slope(filled(entries), rows, columns)

    def curvature(entries: Array) -> Array:
        return _curvature(filled(entries), rows, columns)

    start = np.zeros(rows.size)
    found = minimize(height, start, jac=slope, hess=curvature, method="trust-exact", options={"gtol": 1e-9})
    near: Array = found.x
    return filled(near - np.linalg.solve(curvature(near), slope(near)))


def _perron(logs: Array) -> tuple[float, Array]:
    """The greatest eigenvalue of the matrix with these logarithms and its eigenvector, above 0 throughout."""
    values, vectors = np.linalg.eig(np.exp(logs))
    place = np.argmax(values.real)
    return float(values[place].real), np.abs(vectors[:, place].real)


def _slope(logs: Array, rows: Places, columns: Places) -> Array:
    """How fast the logarithm of the greatest eigenvalue rises with the logarithm of each entry, its mirror falling."""
    chain, often = _chain(logs)
    flow = often[:, None] * chain
    return (flow - flow.T)[rows, columns]


def _curvature(logs: Array, rows: Places, columns: Places) -> Array:
    """How fast the slopes rise with each entry: second derivatives of the eigenvalue, by its group inverse.

    Source: Meyer and Stewart, Derivatives and perturbations of eigenvectors, SIAM Journal on Numerical Analysis 25
    (1988).
    """
    chain, often = _chain(logs)
    flow, unit = often[:, None] * chain, np.eye(len(logs))
    inverse = np.linalg.inv(unit - chain + often) - often
    forth, back = flow[rows, columns], flow[columns, rows]
    left = forth[:, None] * unit[columns] - back[:, None] * unit[rows]
    right = chain[rows, columns][:, None] * unit[rows] - chain[columns, rows][:, None] * unit[columns]
    bent = left @ inverse @ right.T
    return bent + bent.T + np.diag(forth + back) - np.outer(forth - back, forth - back)


def _chain(logs: Array) -> tuple[Array, Array]:
    """The matrix scaled by its greatest eigenvalue and eigenvector, so that rows add up to 1, and its left eigenvector.

    That is a Markov chain, with how often it is in each state; scaling so changes no derivative.
    """
    greatest, right = _perron(logs)
    left = _perron(logs.T)[1]
    return np.exp(logs) * right / (greatest * right[:, None]), left * right / (left @ right)


def _consistency_ratio(index: float, given: NDArray[np.bool_]) -> float:
    """The consistency index as a share of what random judgements with as many pairs left out have.

    Source for pairs left out: Ágoston and Csató, Inconsistency thresholds for incomplete pairwise comparison matrices,
    Omega 108 (2022).
    """
    count, missing = len(given), int((~given).sum()) // 2
    most = (count - 1) * (count - 2) // 2  # with as many left out the judgements form a tree: nothing can contradict
    if missing == most:
        return 0.0
    return index / (RANDOM_INDEX[min(count, len(RANDOM_INDEX) + 2) - 3] * (1 - missing / most))


def _worst(table: Array, weights: Array) -> tuple[int, int] | None:
    """The given pair whose judgement is furthest in proportion from its weights, the more important one first."""
    apart = np.nan_to_num(np.abs(np.log(table * weights / weights[:, None])))
    if apart.max() <= AGREE:
        return None
    i, j = divmod(int(np.argmax(apart >= apart.max() - AGREE)), len(table))
    return (i, j) if table[i, j] >= 1 else (j, i)
