"""The weights of a domain: agreed on, or put together from those of its evaluators, and how well they are known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..model import DomainOptions, Evaluator
from .elicitation import Elicited, elicited, judgement_table
from .group import aggregated_shares
from .methods import normalised
from .pairwise import geometric_mean_of_judgements, pairwise_weights
from .weight_knowledge import SPREAD, Known, WeightKnowledge

Array = NDArray[np.float64]


@dataclass(frozen=True)
class FoundWeights:
    """The shares of weight by criterion, how they came about, and each evaluator's own where they make the group's."""

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
    people = {one.name or key: elicited(one.weights, one.weighting, names) for key, one in options.evaluators.items()}
    stated = {key: found for key, found in people.items() if found.is_stated}
    if not stated:
        return FoundWeights(agreed, {})
    return FoundWeights(_joint(options, stated), stated)


def _joint(options: DomainOptions, people: Mapping[str, Elicited]) -> Elicited:
    criteria = list(dict.fromkeys(key for found in people.values() for key in found.shares))
    remarks = tuple(f"{name}: {remark}" for name, found in people.items() for remark in found.remarks)
    pairwise = [one for one in options.evaluators.values() if one.weighting.method == "pairwise"]
    if options.aggregate == "geometric" and len(pairwise) == len(people):
        return _joint_judgements(pairwise, criteria, remarks)
    try:
        shares = aggregated_shares([found.shares for found in people.values()], criteria, options.aggregate)
    except ValueError as error:
        return Elicited("direct", {}, None, (*remarks, f"The weights can't be put together: {error}."))
    methods = {found.method for found in people.values()}
    method = methods.pop() if len(methods) == 1 else "direct"
    return Elicited(method, dict(zip(criteria, shares.tolist(), strict=True)), None, remarks)


def _joint_judgements(people: Sequence[Evaluator], criteria: Sequence[str], remarks: tuple[str, ...]) -> Elicited:
    """Put the judgements together, not the weights: Aczel and Saaty (1983)."""
    tables = np.array([judgement_table(one.weighting, criteria)[0] for one in people])
    result = pairwise_weights(geometric_mean_of_judgements(tables))
    shares = dict(zip(criteria, result.weights.tolist(), strict=True))
    return Elicited("pairwise", shares, result.consistency_ratio, remarks)


def shares_and_knowledge(
    options: DomainOptions, found: FoundWeights, criteria: Sequence[str]
) -> tuple[Array, WeightKnowledge]:
    """The share of each criterion of a matrix, shape (m,), and what the trials may take the weights to be.

    Without stated weights all count the same and nothing is known of them.
    """
    weighting, stated = options.weighting, _row(found.shares, criteria)
    is_stated = bool((stated > 0).any())
    shares = normalised(stated if is_stated else np.ones(len(criteria))) if criteria else stated
    shares.setflags(write=False)
    known: Known = weighting.known or ("interval" if weighting.intervals else "around" if is_stated else "none")
    rows = [row for row in (_row(one.shares, criteria) for one in found.people.values()) if (row > 0).any()]
    sets = (
        np.array([normalised(row) for row in rows]) if rows and known in ("exact", "around", "order") else shares[None]
    )
    ends = [weighting.intervals.get(key, (0.0, 1.0)) for key in criteria]
    low, high = (np.array([float(end[side]) for end in ends]) for side in (0, 1))
    if known == "interval" and (low.sum() > 1 or high.sum() < 1):  # a phase without some of the criteria
        known = "around" if is_stated else "none"
    spread = SPREAD if weighting.spread is None else float(weighting.spread)
    return shares, WeightKnowledge(known, sets, spread, low, high)


def _row(shares: Mapping[str, float], criteria: Sequence[str]) -> Array:
    return np.array([shares.get(key, 0.0) for key in criteria], dtype=float)
