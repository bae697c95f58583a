"""Ranking by nearness to an ideal made of the best figures at hand: TOPSIS and VIKOR."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .methods import TOLERANCE, competition_ranks
from .results import ROUNDING, Directions, MethodResult, over, posed, undefined

Array = NDArray[np.float64]


def topsis(figures: Any, weights: Any, directions: Directions) -> MethodResult:
    """Rank by closeness: the distance to the anti-ideal as a share of both distances, from 0 to 1, the ideal.

    `figures`, shape (n, m), are in any unit; `weights` and `directions` ('max' or 'min') have shape (m,), all three as
    `posed` takes them. Steps: `normalised` (each column over its Euclidean length) and `weighted`, shape (n, m);
    `ideal` and `anti_ideal`, shape (m,); `distance_to_ideal` and `distance_to_anti_ideal`, shape (n,). Candidates that
    are all alike are as near to the one as to the other: 0.5. Raises ValueError as `posed` does. Source: Hwang and
    Yoon, Multiple Attribute Decision Making (1981), chapter III, TOPSIS.
    """
    problem = posed(figures, weights, directions)
    if problem.unrankable:
        return undefined("topsis", problem.unrankable)
    normalised = over(problem.scaled, np.linalg.norm(problem.scaled, axis=0))
    weighted = normalised * problem.weights
    steps = {
        "normalised": normalised,
        "weighted": weighted,
        "ideal": problem.best(weighted),
        "anti_ideal": problem.worst(weighted),
    }
    near, far = (np.linalg.norm(weighted - steps[end], axis=1) for end in ("ideal", "anti_ideal"))
    steps |= {"distance_to_ideal": near, "distance_to_anti_ideal": far}
    closeness = over(far, near + far, otherwise=0.5)
    return MethodResult("topsis", closeness, True, competition_ranks(closeness), steps, criteria=problem.criteria)


def vikor(figures: Any, weights: Any, directions: Directions, v: float = 0.5) -> MethodResult:
    """Rank by Q, from 0 (best) to 1: group utility S and individual regret R, of which S counts for `v`.

    `figures`, shape (n, m), are in any unit; `weights` and `directions` ('max' or 'min') have shape (m,), all three as
    `posed` takes them. Steps: `best` and `worst` figures, shape (m,); `regrets`, from 0 at the best figure to 1 at the
    worst, and `weighted`, shape (n, m); `S`, `R` and `Q`, shape (n,); with two candidates or more, the `advantage` of
    the first in Q and the `DQ` that is acceptable, shape (). A criterion on which all are alike adds nothing. Raises
    ValueError as `posed` does, and where `v` isn't from 0 to 1. Source: Opricovic and Tzeng, European Journal of
    Operational Research 156 (2004), 445-455.
    """
    if not 0 <= v <= 1:
        raise ValueError(f"v is a share from 0 (only regret) to 1 (only group utility), but is {v!r}")
    problem = posed(figures, weights, directions)
    if problem.unrankable:
        return undefined("vikor", problem.unrankable, higher_is_better=False)
    ideal = problem.best(problem.scaled)
    regrets = over(np.abs(ideal - problem.scaled), np.abs(ideal - problem.worst(problem.scaled)))
    weighted = regrets * problem.weights
    group, individual = weighted.sum(axis=1), weighted.max(axis=1)
    q = v * _from_least_to_most(group) + (1 - v) * _from_least_to_most(individual)
    steps = {
        "best": problem.best(problem.figures),
        "worst": problem.worst(problem.figures),
        "regrets": regrets,
        "weighted": weighted,
        "S": group,
        "R": individual,
        "Q": q,
        **_advantage(q),
    }
    ranks = competition_ranks(-q)
    return MethodResult("vikor", q, False, ranks, steps, _compromise(steps), criteria=problem.criteria)


def _from_least_to_most(numbers: Array) -> Array:
    """The place of each number between the least (0) and the most (1); all 0 where rounding alone sets them apart."""
    spread = np.ptp(numbers)
    return over(numbers - numbers.min(), spread if spread > ROUNDING else 0.0)


def _advantage(q: Array) -> dict[str, Array]:
    """How far the first is ahead of the second, and how far ahead it must be."""
    if q.size < 2:
        return {}
    first, second = np.sort(q)[:2]
    return {"advantage": np.array(second - first), "DQ": np.array(1 / (q.size - 1))}


def _compromise(steps: dict[str, Array]) -> tuple[int, ...]:
    """Who is proposed: the first alone if its advantage and its stability are acceptable, else those beside it.

    Without the advantage, all who are less than DQ behind; without the stability (the first is first in neither S nor
    R), also the second, or those who share that place.
    """
    q = steps["Q"]
    order = np.argsort(q, kind="stable")
    if q.size < 2:
        return (0,)
    first = order[0]
    stable = any(steps[name][first] - steps[name].min() <= TOLERANCE for name in ("S", "R"))
    proposed = q - q[first] < steps["DQ"] - TOLERANCE
    if proposed.sum() == 1 and not stable:
        proposed = competition_ranks(-q) <= 2
    return tuple(int(index) for index in order if proposed[index])
