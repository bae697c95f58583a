"""From what a workbook says of weights, as numbers or as a method's answers, to shares by criterion."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ..model import Weighting
from ..words import digits, listed
from .best_worst import best_worst_weights
from .methods import normalised
from .pairwise import CONSISTENCY_LIMIT, Pairwise, compared_groups, pairwise_weights
from .weights import rank_order_weights, swing_weights

Array = NDArray[np.float64]
Numbers = Mapping[str, int | float]
INPUT_LIMIT = 0.25
"""Judgements of the best-worst method beyond this input-based ratio are flagged.

Liang, Brunelli and Rezaei, "Consistency issues in the best worst method: measurements and thresholds", Omega 96 (2020),
give thresholds by scale and number of criteria; one for all of them is a judgement of ours.
"""


@dataclass(frozen=True)
class Elicited:
    """Weights by criterion, as shares of 1 (empty or all 0 where none are stated yet), and how they came about.

    `consistency_ratio` is that of the method, None where it has none; `remarks` say what to look at again.
    """

    method: str = "direct"
    shares: Mapping[str, float] = field(default_factory=dict)
    consistency_ratio: float | None = None
    remarks: tuple[str, ...] = ()

    @property
    def is_stated(self) -> bool:
        """Whether any criterion has a weight above 0."""
        return any(share > 0 for share in self.shares.values())


def elicited(weights: Numbers, weighting: Weighting, names: Mapping[str, str]) -> Elicited:
    """The weights that numbers or a method's answers come to; `names` are those of the criteria, for remarks.

    Answers that aren't complete give no weights, and a remark says what is missing. Raises ValueError where answers
    contradict each other.
    """
    return WEIGHTING_METHODS[weighting.method](weights, weighting, names)


def _direct(weights: Numbers, _: Weighting, __: Mapping[str, str]) -> Elicited:
    given = {key: float(weight) for key, weight in weights.items()}
    return Elicited("direct", _shares(list(given), list(given.values())) if any(given.values()) else given)


def _swing(_: Numbers, weighting: Weighting, names: Mapping[str, str]) -> Elicited:
    points = weighting.points
    if not any(points.values()):
        return _unfinished("swing", "points: 100 for the criterion whose swing from worst to best matters most")
    shares = _shares(list(points), swing_weights(list(points.values())))
    top = max(points, key=lambda key: points[key])
    remark = f"The largest swing, {names.get(top, top)}, should have 100 points, but has {digits(points[top])}."
    return Elicited("swing", shares, None, () if points[top] == 100 else (remark,))


def _rank_order(_: Numbers, weighting: Weighting, __: Mapping[str, str]) -> Elicited:
    places = {key: rank for rank, place in enumerate(weighting.order, start=1) for key in place}
    if not places:
        return _unfinished("rank_order", "the order: the criterion that matters most, then the next")
    return Elicited("rank_order", _shares(list(places), rank_order_weights(list(places.values()), weighting.formula)))


def _pairwise(_: Numbers, weighting: Weighting, names: Mapping[str, str]) -> Elicited:
    table, keys = judgement_table(weighting)
    apart = compared_groups(table)
    if not any(weighting.judgements.values()):
        return _unfinished("pairwise", "judgements: how many times more one criterion matters than another")
    if len(apart) > 1:
        parts = " and ".join(listed([names.get(keys[index], keys[index]) for index in part]) for part in apart[:2])
        return _unfinished("pairwise", f"a judgement between {parts}: nothing connects them yet")
    result = pairwise_weights(table)
    remarks = () if result.is_consistent else (_inconsistent(result, [names.get(key, key) for key in keys]),)
    return Elicited("pairwise", _shares(keys, result.weights), result.consistency_ratio, remarks)


def judgement_table(weighting: Weighting, keys: Sequence[str] = ()) -> tuple[Array, list[str]]:
    """The judgements as a matrix, NaN where none is given, and the criteria in the order of its rows."""
    judgements = weighting.judgements
    named = list(dict.fromkeys([*keys, *judgements, *(key for row in judgements.values() for key in row)]))
    table = np.full((len(named), len(named)), np.nan)
    for one, row in judgements.items():
        for other, times in row.items():
            table[named.index(one), named.index(other)] = times
    return table, named


def _inconsistent(result: Pairwise, names: Sequence[str]) -> str:
    said = f"The judgements of the weights contradict each other (consistency ratio {result.consistency_ratio:.2f}, "
    said += f"above {CONSISTENCY_LIMIT:.2f})"
    if result.worst is None or len(names) == 3:  # among three, each judgement is as far off as the others
        return f"{said}; look again at each of them."
    one, other = (names[index] for index in result.worst)
    return (
        f"{said}; look again at {one} against {other}: {digits(result.worst_given)} times is said, the other "
        f"judgements together say {result.worst_implied:.1f}."
    )


def _best_worst(_: Numbers, weighting: Weighting, names: Mapping[str, str]) -> Elicited:
    best, worst = weighting.best, weighting.worst
    if best is None or worst is None or best == worst:
        return _unfinished("best_worst", "the best and the worst criterion")
    keys = list(dict.fromkeys([best, *weighting.best_to_others, *weighting.others_to_worst, worst]))
    from_best = {best: 1.0, **{key: float(times) for key, times in weighting.best_to_others.items()}}
    to_worst = {worst: 1.0, **{key: float(times) for key, times in weighting.others_to_worst.items()}}
    from_best.setdefault(worst, to_worst.get(best, np.nan))
    to_worst.setdefault(best, from_best[worst])
    missing = [key for key in keys if not np.isfinite(from_best.get(key, np.nan)) or key not in to_worst]
    if missing:
        lacking = listed([names.get(key, key) for key in missing])
        return _unfinished("best_worst", f"both judgements of {lacking}: best_to_others and others_to_worst")
    rows = ([judged[key] for key in keys] for judged in (from_best, to_worst))
    result = best_worst_weights(keys.index(best), keys.index(worst), *rows)
    ratio = f" (input-based ratio {result.input_ratio:.2f})" if np.isfinite(result.input_ratio) else ""
    remark = f"The judgements of the weights contradict each other{ratio}"
    again = "" if result.worst is None else f"; look again at {names.get(keys[result.worst], keys[result.worst])}"
    remarks = (f"{remark}{again}.",) if result.input_ratio > INPUT_LIMIT else ()
    found = result.consistency_ratio if np.isfinite(result.consistency_ratio) else None
    return Elicited("best_worst", _shares(keys, result.weights), found, remarks)


_Method = Callable[[Numbers, Weighting, Mapping[str, str]], Elicited]
WEIGHTING_METHODS: Mapping[str, _Method] = {
    "direct": _direct,
    "swing": _swing,
    "rank_order": _rank_order,
    "pairwise": _pairwise,
    "best_worst": _best_worst,
}
"""The methods of weighting by name; a further one is a function here and its answers in `optlib.weighting`."""


def _unfinished(method: str, what: str) -> Elicited:
    return Elicited(method, {}, None, (f"The weights by {method.replace('_', ' ')} still need {what}.",))


def _shares(keys: Sequence[str], weights: Sequence[float] | Array) -> dict[str, float]:
    return dict(zip(keys, normalised(weights).tolist(), strict=True))
