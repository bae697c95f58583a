"""Ranking by weighted product: how many times better, instead of how much."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..words import digits
from .methods import competition_ranks
from .results import Directions, MethodResult, Problem, posed, undefined


def weighted_product(figures: Any, weights: Any, directions: Directions) -> MethodResult:
    """Rank by the product of each figure's ratio to the best of its criterion, raised to the weight.

    `figures`, shape (n, m), are measured from a true zero, in any unit, as only ratios count; `weights` and
    `directions` ('max' or 'min') have shape (m,), all three as `posed` takes them. Scores run from above 0 to 1, which
    is best on everything; products tie where their ratio is within TOLERANCE of 1. Steps: `ratios` and `powers`, shape
    (n, m), whose product is the score, and `log_product`, shape (n,). Undefined where a figure that counts isn't above
    0. Raises ValueError as `posed` does. Source: Bridgman, Dimensional Analysis (1922); Miller and Starr, Executive
    Decisions and Operations Research (1969).
    """
    problem = posed(figures, weights, directions)
    obstacle = problem.unrankable or _not_above_0(problem)
    if obstacle:
        return undefined("weighted_product", obstacle)
    logs = np.log(problem.figures)
    behind = -np.abs(problem.best(logs) - logs)
    log_product = behind @ problem.weights
    steps = {"ratios": np.exp(behind), "powers": np.exp(behind * problem.weights), "log_product": log_product}
    ranks = competition_ranks(log_product)
    return MethodResult("weighted_product", np.exp(log_product), True, ranks, steps, criteria=problem.criteria)


def _not_above_0(problem: Problem) -> str:
    low = np.argwhere(problem.figures <= 0)
    if not low.size:
        return ""
    candidate, criterion = low[0]
    name, figure = problem.columns[problem.criteria[criterion]], problem.figures[candidate, criterion]
    return f"A weighted product needs figures above 0, but criterion {name} has {digits(figure)}."
