"""Several evaluators: what becomes of their scores and weights together, and how far they agree.

Agreement: Kendall and Babington Smith, "The problem of m rankings", Annals of Mathematical Statistics 10 (1939); ties
as in Siegel and Castellan, "Nonparametric statistics for the behavioral sciences" (1988), section 9.5.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..model import DomainOptions, Evaluator, Score, Weighting
from ..values import FrozenMap
from .methods import finite, normalised

Array = NDArray[np.float64]


def kendall_w(ranks: ArrayLike) -> float | None:
    """Kendall's coefficient of concordance of k rankings of n things, from 0 (none) to 1 (the same), ties corrected.

    `ranks` has shape (k, n): ranks or scores, a row for each judge; only their order counts, tied entries have the
    mean of their ranks. None where there are fewer than two judges or things, or everybody ties everything. Raises
    ValueError where an entry isn't finite.
    """
    given = finite(ranks, "a rank is missing or not finite")
    if given.ndim != 2 or min(given.shape) < 2:
        return None
    judges, things = given.shape
    rows = np.array([_mean_ranks(row) for row in given])
    spread = float(((rows.sum(axis=0) - judges * (things + 1) / 2) ** 2).sum())
    ties = sum(float((counts**3 - counts).sum()) for counts in (np.unique(r, return_counts=True)[1] for r in rows))
    most = judges**2 * (things**3 - things) - judges * ties
    return 12 * spread / most if most > 0 else None


def aggregate(figures: ArrayLike, how: str = "mean") -> Array:
    """The group's figure for each column of `figures`, shape (k, ...): mean, median or geometric mean of k people's.

    A geometric mean is 0 where any figure is. Raises ValueError for another word, where a figure isn't finite, or is
    below 0 for a geometric mean.
    """
    given = finite(figures, "a figure is missing or not finite")
    if how == "geometric":
        if (given < 0).any():
            raise ValueError("a geometric mean needs figures from 0; aggregate by mean or median")
        with np.errstate(divide="ignore"):
            means: Array = np.exp(np.log(given).mean(axis=0))
        return means
    if how not in ("mean", "median"):
        raise ValueError(f"people's figures are aggregated by mean, median or geometric, not {how!r}")
    result: Array = given.mean(axis=0) if how == "mean" else np.median(given, axis=0)
    return result


def aggregated_shares(people: Sequence[Mapping[str, float]], criteria: Sequence[str], how: str) -> Array:
    """The group's shares of weight, shape (m,), from those of each person by criterion; who names none gives it 0.

    By the geometric mean a criterion to which somebody gives nothing has nothing.
    """
    table = np.array([[shares.get(key, 0.0) for key in criteria] for shares in people])
    if how != "geometric":
        return normalised(aggregate(table, how))
    shared = (table > 0).all(axis=0)
    if not shared.any():
        raise ValueError("no criterion has weight from everybody, so there is no geometric mean; use mean or median")
    return normalised(np.where(shared, aggregate(np.where(shared, table, 1.0), how), 0.0))


def seen_by(options: DomainOptions, evaluator: Evaluator, shares: Mapping[str, float]) -> DomainOptions:
    """The domain as one person sees it: their own scores and weights, what was agreed where they gave no score.

    Who states no weights has the group's, `shares`.
    """
    candidates = {
        key: candidate.model_copy(update={"scores": {**candidate.scores, **evaluator.scores.get(key, {})}})
        for key, candidate in options.candidates.items()
    }
    own = bool(evaluator.weights) or evaluator.weighting.method != "direct"
    weights = (evaluator.weights, evaluator.weighting) if own else (FrozenMap(shares), Weighting())
    return options.model_copy(
        update={"candidates": candidates, "evaluators": {}, "weights": weights[0], "weighting": weights[1]}
    )


def personal_scores(options: DomainOptions, candidate_id: str, criterion_id: str) -> dict[str, Score]:
    """Each person's score of one cell, by person; nothing where a score was agreed on, or nobody gave one."""
    agreed = options.candidates[candidate_id].scores.get(criterion_id)
    if agreed is not None and agreed.kind != "missing":
        return {}
    given = {key: one.scores.get(candidate_id, {}).get(criterion_id) for key, one in options.evaluators.items()}
    return {key: score for key, score in given.items() if score is not None and score.bounds is not None}


def joint_score(scores: Mapping[str, Score], how: str) -> Score:
    """The group's score of a cell: from the lowest that anybody gives to the highest, the aggregate the likely one.

    One person's score is the group's. In the unit that they all use; figures in several units are in none that a
    criterion has.
    """
    if len(scores) == 1:
        return next(iter(scores.values()))
    units = {score.unit for score in scores.values() if score.unit}
    unit = units.pop() if len(units) == 1 else "several units" if units else ""
    bounds = [score.bounds for score in scores.values() if score.bounds is not None]
    low, high = min(one[0] for one in bounds), max(one[2] for one in bounds)
    likely = float(aggregate([one[1] for one in bounds], how))
    return Score(value=likely if low == high else (low, min(max(likely, low), high), high), unit=unit)


def with_joint_scores(options: DomainOptions) -> DomainOptions:
    """The domain with the group's score in every cell that only its evaluators have scored."""
    if not options.evaluators:
        return options
    candidates = {}
    for key, candidate in options.candidates.items():
        named = {criterion for one in options.evaluators.values() for criterion in one.scores.get(key, {})}
        found = {criterion: personal_scores(options, key, criterion) for criterion in sorted(named)}
        joint = {criterion: joint_score(scores, options.aggregate) for criterion, scores in found.items() if scores}
        unknown = {
            criterion: Score(value="unknown")
            for criterion in named
            if not found[criterion] and candidate.scores.get(criterion, Score()).kind == "missing"
        }
        candidates[key] = candidate.model_copy(update={"scores": {**candidate.scores, **unknown, **joint}})
    return options.model_copy(update={"candidates": candidates})


def _mean_ranks(row: Array) -> Array:
    """Ranks from 1, tied entries having the mean of theirs."""
    _, group, counts = np.unique(row, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    means: Array = ((ends - counts + 1 + ends) / 2)[group]
    return means
