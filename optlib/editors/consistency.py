"""How well pairwise judgements agree, and what the one to look at again would have to be. Knows no widgets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..analysis.pairwise import CONSISTENCY_LIMIT, Pairwise, pairwise_weights
from .strength import nearest

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Again:
    """A judgement to look at again: how many times more the first matters is said, and would fit the others better.

    Below 0 it is the second that would have to matter more. `ratio` is what the consistency ratio would be then.
    `is_any_of_three` says that three criteria contradict each other, each judgement as much as the other two.
    """

    pair: tuple[str, str]
    said: float
    wanted: int
    ratio: float
    is_any_of_three: bool


@dataclass(frozen=True)
class Agreement:
    """The consistency ratio of judgements, None where no two of them could contradict each other; what to look at."""

    ratio: float | None
    again: Again | None


def agreement(table: Array, keys: Sequence[str]) -> Agreement:
    """How well the judgements of a connected table agree; `keys` are the criteria of its rows."""
    result = pairwise_weights(table)
    answered = int(result.given.sum() - len(keys)) // 2
    if answered < len(keys):
        return Agreement(None, None)
    if result.is_consistent or result.worst is None:
        return Agreement(result.consistency_ratio, None)
    one, other = result.worst
    wanted = nearest(result.worst_implied)
    again = Again(
        pair=(keys[one], keys[other]),
        said=result.worst_given,
        wanted=wanted,
        ratio=_with(table, result.worst, wanted).consistency_ratio,
        is_any_of_three=len(keys) == 3,
    )
    return Agreement(result.consistency_ratio, again)


def ratio_text(ratio: float) -> str:
    """The ratio with as many digits as it takes to see on which side of the limit it is."""
    limit = f"{CONSISTENCY_LIMIT:.2f}"
    return f"{ratio:.3f}" if f"{ratio:.2f}" == limit else f"{ratio:.2f}"


def _with(table: Array, pair: tuple[int, int], said: int) -> Pairwise:
    """What the judgements come to with one of them said so."""
    one, other = pair
    changed = table.copy()
    changed[one, other], changed[other, one] = (said, np.nan) if said > 0 else (np.nan, -said)
    return pairwise_weights(changed)
