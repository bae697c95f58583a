"""The weights of a domain: agreed on, or put together from those of its evaluators, and how well they are known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..model import DomainOptions, Evaluator, Weighting
from ..words import listed
from .elicitation import Elicited, elicited, judgement_table
from .group import aggregated_shares
from .methods import TOLERANCE, normalised
from .pairwise import geometric_mean_of_judgements, pairwise_weights
from .weight_knowledge import SPREAD, Known, WeightKnowledge, within

Array = NDArray[np.float64]
_OF_PEOPLE = ("exact", "around", "order")
_LEAST = 0.01
_INFEASIBLE = (
    "No weights of these criteria lie within the intervals, so the trials leave them aside; widen some of them."
)


@dataclass(frozen=True)
class FoundWeights:
    """The shares of weight by criterion, how they came about, and each evaluator's own that the trials may take.

    Nobody's own where the judgements, not the weights, were put together: a person may have judged some pairs only.
    """

    elicited: Elicited
    people: Mapping[str, Elicited]

    @property
    def shares(self) -> Mapping[str, float]:
        """The group's shares by criterion, empty where nobody states any."""
        return self.elicited.shares


def found_weights(options: DomainOptions, names: Mapping[str, str]) -> FoundWeights:
    """The weights that are agreed on; where there are none, those of the evaluators put together."""
    agreed = elicited(options.weights, options.weighting, names)
    if options.weights or options.weighting.method != "direct":
        return FoundWeights(agreed, {})
    people = {key: elicited(one.weights, one.weighting, names) for key, one in options.evaluators.items()}
    stated = {key: found for key, found in people.items() if found.is_stated}
    if not stated:
        return FoundWeights(agreed, {})
    unfinished = [
        f"{options.evaluators[key].name or key}: {remark}"
        for key, one in people.items()
        if key not in stated
        for remark in one.remarks
    ]
    joint = _joint(options, stated, names)
    remarks = (*joint.elicited.remarks, *unfinished)
    return FoundWeights(replace(joint.elicited, remarks=remarks), joint.people)


def _joint(options: DomainOptions, people: Mapping[str, Elicited], names: Mapping[str, str]) -> FoundWeights:
    criteria = list(dict.fromkeys(key for found in people.values() for key in found.shares))
    named = {key: options.evaluators[key].name or key for key in people}
    remarks = tuple(f"{named[key]}: {remark}" for key, found in people.items() for remark in found.remarks)
    by_pairs = [options.evaluators[key] for key in people if options.evaluators[key].weighting.method == "pairwise"]
    try:
        if options.aggregate == "geometric" and len(by_pairs) == len(people):
            return FoundWeights(_joint_judgements(by_pairs, criteria, remarks), {})
        shares = aggregated_shares([found.shares for found in people.values()], criteria, options.aggregate)
    except ValueError as error:
        return FoundWeights(
            Elicited("direct", {}, None, (*remarks, f"The weights can't be put together: {error}.")), {}
        )
    methods = {found.method for found in people.values()}
    method = methods.pop() if len(methods) == 1 else "direct"
    remarks = (*remarks, *_left_out(people, named, criteria, names, options.aggregate))
    return FoundWeights(Elicited(method, dict(zip(criteria, shares.tolist(), strict=True)), None, remarks), people)


def _left_out(
    people: Mapping[str, Elicited],
    named: Mapping[str, str],
    criteria: Sequence[str],
    names: Mapping[str, str],
    how: str,
) -> Iterator[str]:
    for key, found in people.items():
        bare = [names.get(one, one) for one in criteria if not found.shares.get(one)]
        if bare:
            verb = "counts" if len(bare) == 1 else "count"
            where = "in the group's geometric mean; use mean or median" if how == "geometric" else "in that view"
            yield f"{named[key]} gives no weight to {listed(bare)}, which {verb} for nothing {where}."


def _joint_judgements(people: Sequence[Evaluator], criteria: Sequence[str], remarks: tuple[str, ...]) -> Elicited:
    """Put the judgements together, not the weights: Aczel and Saaty (1983)."""
    tables = np.array([judgement_table(one.weighting, criteria)[0] for one in people])
    result = pairwise_weights(geometric_mean_of_judgements(tables))
    shares = dict(zip(criteria, result.weights.tolist(), strict=True))
    return Elicited("pairwise", shares, result.consistency_ratio, remarks)


def shares_and_knowledge(
    options: DomainOptions, found: FoundWeights, criteria: Sequence[str], names: Mapping[str, str]
) -> tuple[Array, WeightKnowledge, tuple[str, ...]]:
    """The share of each criterion of a matrix, shape (m,), what the trials may take the weights to be, and remarks.

    Without stated weights all count the same, or as the middle of their intervals, and nothing is known of them.
    """
    weighting, stated = options.weighting, _row(found.shares, criteria)
    is_stated = bool((stated > 0).any())
    shares = normalised(stated if is_stated else np.ones(len(criteria))) if criteria else stated
    known = _known(weighting, is_stated)
    remarks: tuple[str, ...] = ()
    whole = _whole(weighting, found.shares, criteria)
    if known == "interval" and not _is_feasible(whole):
        known, remarks = "around" if is_stated else "none", (_INFEASIBLE,)
    elif known == "interval" and not is_stated:
        middle = within(*whole.T)[: len(criteria)]
        shares = normalised(middle) if middle.any() else shares
    elif known == "interval":
        remarks = tuple(
            _outside(found.shares, whole, [*criteria, *_left_out_of(weighting, found.shares, criteria)], names)
        )
    shares.setflags(write=False)
    rows = [row for row in (_row(one.shares, criteria) for one in found.people.values()) if (row > 0).any()]
    sets = np.array([normalised(row) for row in rows]) if rows and known in _OF_PEOPLE else shares[None]
    spread = SPREAD if weighting.spread is None else float(weighting.spread)
    low, high = _of_these(whole, len(criteria))
    return shares, WeightKnowledge(known, sets, spread, low, high, whole), remarks


def _known(weighting: Weighting, is_stated: bool) -> Known:
    """What is said of how well the weights are known, as far as there is something for it to be about."""
    default: Known = "interval" if weighting.intervals else "around" if is_stated else "none"
    said = weighting.known or default
    if said == "interval" and not weighting.intervals:
        return default
    waits = said in ("around", "order") or weighting.method != "direct"
    return default if waits and not is_stated and said != "interval" else said


def _left_out_of(weighting: Weighting, shares: Mapping[str, float], criteria: Sequence[str]) -> list[str]:
    """The criteria with weight or an interval that a phase leaves out."""
    weighed = [key for key, share in shares.items() if share > 0]
    return [key for key in dict.fromkeys([*weighting.intervals, *weighed]) if key not in criteria]


def _whole(weighting: Weighting, shares: Mapping[str, float], criteria: Sequence[str]) -> Array:
    """The interval of each criterion of the matrix, then of each that a phase leaves out, shape (m + k, 2).

    One without an interval may have any share, but none where weights are stated and it has none.
    """
    is_stated = any(share > 0 for share in shares.values())
    every = [*criteria, *_left_out_of(weighting, shares, criteria)]
    free = {key: (0.0, 1.0 if shares.get(key) or not is_stated else 0.0) for key in every}
    ends = [weighting.intervals.get(key, free[key]) for key in every]
    return np.array(ends, dtype=float).reshape(-1, 2)


def _of_these(whole: Array, count: int) -> tuple[Array, Array]:
    """What the intervals leave of the criteria of a matrix, as shares of these alone."""
    rest = whole[count:].sum(axis=0)
    left = np.maximum(1 - rest, _LEAST)
    low, high = np.minimum(whole[:count] / left, 1.0).T
    return low, high


def _is_feasible(whole: Array) -> bool:
    least, most = whole.sum(axis=0)
    return bool(least <= 1 + TOLERANCE and most >= 1 - TOLERANCE)


def _outside(
    shares: Mapping[str, float], whole: Array, every: Sequence[str], names: Mapping[str, str]
) -> Iterator[str]:
    total = sum(shares.values())
    outside = [
        names.get(key, key)
        for key, (least, most) in zip(every, whole.tolist(), strict=True)
        if not least - TOLERANCE <= shares.get(key, 0.0) / total <= most + TOLERANCE
    ]
    if outside:
        one = len(outside) == 1
        lie = "weight of {} lies outside its interval" if one else "weights of {} lie outside their intervals"
        yield f"The {lie.format(listed(outside))}: totals use the weights, trials the intervals."


def _row(shares: Mapping[str, float], criteria: Sequence[str]) -> Array:
    return np.array([shares.get(key, 0.0) for key in criteria], dtype=float)
