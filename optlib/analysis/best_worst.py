"""Weights from comparing every criterion with the best and the worst (best-worst method): plain functions on arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .methods import normalised

Array = NDArray[np.float64]
HIGHEST = 9
CONSISTENCY_INDEX = (0.0, 0.44, 1.00, 1.63, 2.30, 3.00, 3.73, 4.47, 5.23)
"""The largest xi that can come about where the best counts 1, 2, ... 9 times the worst (Rezaei 2015)."""
AGREE = 1e-9
"""How far two judgements, or their products, may be apart and still be the same."""


@dataclass(frozen=True, eq=False)
class BestWorst:
    """What judgements against the best and the worst criterion come to: weights, and how far they contradict.

    `weights`, shape (m,), and `xi` are the linear model's, xi in shares of weight; `nonlinear_xi` is the original
    model's, in units of judgements, and `consistency_ratio` its share of the largest possible. `input_ratio` is known
    before any weights are: 0 fully consistent, 1 as contradictory as can be while none exceeds best to worst. `worst`
    is the criterion whose two judgements are furthest from giving, multiplied, that of best to worst; the first of
    several, None where all do.
    Ratios are infinite where the best counts the same as the worst and other judgements don't.
    """

    weights: Array
    xi: float
    nonlinear_xi: float
    consistency_ratio: float
    input_ratio: float
    worst: int | None


def best_worst_weights(best: int, worst: int, best_to_others: ArrayLike, others_to_worst: ArrayLike) -> BestWorst:
    """Weights by the linear best-worst method, with the consistency of the judgements.

    `best` and `worst` are indices; `best_to_others` and `others_to_worst`, shape (m,), are numbers from 1 to 9: how
    many times more important the best is than each, and each than the worst. Raises ValueError where they aren't, where
    a criterion against itself isn't 1, and where the two judgements of best to worst differ. Sources: Rezaei,
    Best-worst multi-criteria decision-making method, Omega 53 (2015), and, for the linear model, Omega 64 (2016);
    Liang, Brunelli and Rezaei, Consistency issues in the best worst method, Omega 96 (2020).
    """
    from_best, to_worst = (np.array(numbers, dtype=float) for numbers in (best_to_others, others_to_worst))
    _must_be_numbers(from_best, to_worst)
    _must_be_two(best, worst, from_best.size)
    _must_agree(best, worst, from_best, to_worst)
    weights, xi = _linear_model(best, worst, from_best, to_worst)
    weights.setflags(write=False)
    whole = float(from_best[worst])
    apart = np.abs(from_best * to_worst - whole)
    nonlinear_xi = _nonlinear_xi(from_best, to_worst, whole)
    largest = float(np.interp(whole, np.arange(1, HIGHEST + 1), CONSISTENCY_INDEX))
    return BestWorst(
        weights=weights,
        xi=xi,
        nonlinear_xi=nonlinear_xi,
        consistency_ratio=_share(nonlinear_xi, largest),
        input_ratio=_share(float(apart.max()), whole**2 - whole),
        worst=int(np.argmax(apart >= apart.max() - AGREE)) if apart.max() > AGREE else None,
    )


def _must_be_numbers(from_best: Array, to_worst: Array) -> None:
    if from_best.ndim != 1 or not from_best.size or from_best.shape != to_worst.shape:
        raise ValueError(
            "best_to_others and others_to_worst must each hold one number for each criterion, but have the shapes"
            f" {from_best.shape} and {to_worst.shape}"
        )
    for name, numbers in (("best_to_others", from_best), ("others_to_worst", to_worst)):
        for index in np.flatnonzero(~((numbers >= 1) & (numbers <= HIGHEST))):
            raise ValueError(
                f"{name}[{index}] is {numbers[index]:g}, but must be from 1 (equally important) to {HIGHEST}"
            )


def _must_be_two(best: int, worst: int, count: int) -> None:
    for name, index in (("best", best), ("worst", worst)):
        if not 0 <= index < count:
            raise ValueError(f"{name} is {index}, but must be the index of a criterion, from 0 to {count - 1}")
    if best == worst and count > 1:
        raise ValueError(f"best and worst are both criterion {best}; take two, any two where all count the same")


def _must_agree(best: int, worst: int, from_best: Array, to_worst: Array) -> None:
    """Raise ValueError where a criterion against itself isn't 1, or best to worst is given as two different numbers."""
    for name, numbers, own in (("best_to_others", from_best, best), ("others_to_worst", to_worst, worst)):
        if numbers[own] != 1:
            raise ValueError(f"{name}[{own}] is {numbers[own]:g}, but compares a criterion with itself; make it 1")
    if abs(from_best[worst] - to_worst[best]) > AGREE:
        raise ValueError(
            f"best_to_others[{worst}] and others_to_worst[{best}] both compare best with worst and must be equal, but"
            f" are {from_best[worst]:g} and {to_worst[best]:g}"
        )


def _linear_model(best: int, worst: int, from_best: Array, to_worst: Array) -> tuple[Array, float]:
    """The weights whose largest difference from what any judgement says is least, and that difference (Rezaei 2016).

    They are unique: with the difference fixed every weight is as large as it may be, and each grows with those of the
    best and the worst.
    """
    from scipy.optimize import linprog

    count = from_best.size
    unit = np.eye(count)
    differences = np.vstack([unit[best] - np.diag(from_best), unit - np.outer(to_worst, unit[worst])])
    within = np.hstack([np.vstack([differences, -differences]), -np.ones((4 * count, 1))])
    solution = linprog(
        np.append(np.zeros(count), 1.0),
        A_ub=within,
        b_ub=np.zeros(4 * count),
        A_eq=[np.append(np.ones(count), 0.0)],
        b_eq=[1.0],
        method="highs",
        options={"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10},
    )
    found = np.maximum(np.asarray(solution.x, dtype=float), 0.0)
    return normalised(found[:-1]), float(found[-1])


def _nonlinear_xi(from_best: Array, to_worst: Array, whole: float) -> float:
    """The least xi with weights whose proportions are all within xi of the judgements (Rezaei 2015), in closed form.

    Within xi, criterion j lets the best be from (a - xi)(b - xi) to (a + xi)(b + xi) times the worst, its judgements
    being a and b, and the judgement of best to worst from whole - xi to whole + xi. These intervals have a point in
    common if any two have, so xi is the largest that two of them need. Best and worst themselves need none.
    """
    products, sums = from_best * to_worst, from_best + to_worst
    excess = products - whole
    with_whole = 2 * np.abs(excess) / (sums + 1 + np.sqrt((sums + 1) ** 2 - 4 * excess))
    with_others = (products[:, None] - products) / (sums[:, None] + sums)
    return float(max(with_whole.max(), with_others.max()))


def _share(part: float, largest: float) -> float:
    if part <= AGREE:
        return 0.0
    return part / largest if largest > 0 else float("inf")
