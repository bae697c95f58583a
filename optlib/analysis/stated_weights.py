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
    remarks = (*remarks, *_left_out(people, named, criteria, names))
    return FoundWeights(Elicited(method, dict(zip(criteria, shares.tolist(), strict=True)), None, remarks), people)


def _left_out(
    people: Mapping[str, Elicited], named: Mapping[str, str], criteria: Sequence[str], names: Mapping[str, str]
) -> Iterator[str]:
    for key, found in people.items():
        bare = [names.get(one, one) for one in criteria if not found.shares.get(one)]
        if bare:
            verb = "counts" if len(bare) == 1 else "count"
            yield f"{named[key]} gives no weight to {listed(bare)}, which {verb} for nothing there."


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
    low, high = _ends(weighting, shares, criteria)
    if known == "interval" and not _is_feasible(low, high):
        known = "around" if is_stated else "none"
        remarks = (_INFEASIBLE,)
    elif known == "interval" and not is_stated:
        shares = within(low, high)
    elif known == "interval":
        remarks = tuple(_outside(shares, low, high, [names.get(key, key) for key in criteria]))
    shares.setflags(write=False)
    rows = [row for row in (_row(one.shares, criteria) for one in found.people.values()) if (row > 0).any()]
    sets = np.array([normalised(row) for row in rows]) if rows and known in _OF_PEOPLE else shares[None]
    spread = SPREAD if weighting.spread is None else float(weighting.spread)
    return shares, WeightKnowledge(known, sets, spread, low, high), remarks


def _known(weighting: Weighting, is_stated: bool) -> Known:
    """What is said of how well the weights are known, as far as there is something for it to be about."""
    default: Known = "interval" if weighting.intervals else "around" if is_stated else "none"
    said = weighting.known or default
    if said == "interval" and not weighting.intervals:
        return default
    waits = said in ("around", "order") or weighting.method != "direct"
    return default if waits and not is_stated and said != "interval" else said


def _ends(weighting: Weighting, shares: Array, criteria: Sequence[str]) -> tuple[Array, Array]:
    """The intervals of the criteria; one without an interval may have any share, but none where it has no weight.

    Where a phase leaves criteria out, the others share what these leave, from the least to the most that they can take.
    """
    whole = [(0.0, 1.0 if share > 0 else 0.0) for share in shares.tolist()]
    ends = [weighting.intervals.get(key, free) for key, free in zip(criteria, whole, strict=True)]
    table = np.array(ends, dtype=float).reshape(-1, 2)
    rest = np.array([ends for key, ends in weighting.intervals.items() if key not in criteria], dtype=float)
    left = np.maximum(1 - rest.reshape(-1, 2).sum(axis=0), _LEAST)
    low, high = np.minimum(table / left, 1.0).T
    return low, high


def _is_feasible(low: Array, high: Array) -> bool:
    return bool(low.sum() <= 1 + TOLERANCE and high.sum() >= 1 - TOLERANCE)


def _outside(shares: Array, low: Array, high: Array, names: Sequence[str]) -> Iterator[str]:
    outside = [
        name
        for name, share, least, most in zip(names, shares, low, high, strict=True)
        if not least - TOLERANCE <= share <= most + TOLERANCE
    ]
    if outside:
        one = len(outside) == 1
        lie = "weight of {} lies outside its interval" if one else "weights of {} lie outside their intervals"
        yield f"The {lie.format(listed(outside))}: totals use the weights, trials the intervals."


def _row(shares: Mapping[str, float], criteria: Sequence[str]) -> Array:
    return np.array([shares.get(key, 0.0) for key in criteria], dtype=float)
