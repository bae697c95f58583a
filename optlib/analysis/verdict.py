"""How far the matrix decides: one word and one sentence that cites the numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ..words import listed, number, points
from .methods import possible_winners, weighted_sum
from .ranking import POINTS, Ranking

_MANY = 3


@dataclass(frozen=True)
class Verdict:
    """What the stated scores and weights decide.

    clear: no scores within their bounds let another candidate be first. leads: first on the likely scores, but ranges
    let others be first. tied: several share the first place. open: gaps in the matrix are why another can be first, or
    why several are level. sole: only one candidate is left. empty: there is nothing to rank yet.
    """

    kind: Literal["clear", "leads", "tied", "open", "sole", "empty"]
    sentence: str

    @property
    def label(self) -> str:
        """The verdict in two or three words, for a table."""
        labels = {
            "clear": "Clear lead",
            "leads": "Leads, not certain",
            "tied": "Tie",
            "open": "Not decided by this matrix",
            "sole": "Only one left",
            "empty": "Not scored yet",
        }
        return labels[self.kind]


def verdict(ranking: Ranking) -> Verdict:
    """Judge a ranking on its bounds, at the stated weights."""
    matrix, names = ranking.matrix, ranking.matrix.names
    if not matrix.candidates:
        return Verdict("empty", "There are no candidates yet.")
    if not ranking.remaining:
        return Verdict("empty", "Every candidate is eliminated by a must.")
    if not matrix.is_ready:
        scored = bool((~matrix.is_gap).any())
        return Verdict("empty", f"Nothing{' that carries weight' if scored else ''} is scored yet.")
    if len(ranking.remaining) == 1:
        left = "only candidate that no must eliminates" if len(matrix.candidates) > 1 else "only candidate"
        return Verdict("sole", f"{names[ranking.remaining[0]]} is the {left}.")
    return _by_bounds(ranking)


def _by_bounds(ranking: Ranking) -> Verdict:
    """Judge who else can be first: through gaps, through stated ranges, or nobody."""
    matrix, without_gaps = ranking.matrix, _possible_without_gaps(ranking)
    rivals = [index for index in ranking.remaining if ranking.possible[index] and index not in ranking.leaders]
    by_gaps = _effect(ranking, [index for index in rivals if index not in without_gaps], matrix.is_gap)
    is_range = ~matrix.is_gap & (matrix.low < matrix.high)
    by_ranges = _effect(ranking, [index for index in rivals if index in without_gaps], is_range)
    but = [f"{_gaps(ranking)} not known and could still {by_gaps}"] if by_gaps else []
    but += [f"the stated ranges could still {by_ranges}"] if by_ranges else []
    tied = len(ranking.leaders) > 1
    if but:
        kind: Literal["open", "tied", "leads"] = "open" if by_gaps else "tied" if tied else "leads"
        return Verdict(kind, f"{_lead(ranking)}, but {', and '.join(but)}.")
    if tied:
        return Verdict("tied", f"{_lead(ranking)}.")
    return Verdict("clear", f"{_lead(ranking)}, and no score within its bounds lets another be first.")


def _lead(ranking: Ranking) -> str:
    names, first, second = ranking.matrix.names, *ranking.remaining[:2]
    weights = "at the stated weights" if ranking.matrix.weights_stated else "with all weights equal"
    if len(ranking.leaders) > 1:
        leaders = _named(ranking, list(ranking.leaders), "and")
        return f"{leaders} share the first place with {ranking.likely[first]:.1f} points each {weights}"
    return (
        f"{names[first]} is {points(ranking.likely[first] - ranking.likely[second])} ahead of {names[second]} {weights}"
    )


def _effect(ranking: Ranking, rivals: list[int], unsure: NDArray[np.bool_]) -> str:
    """Write what cells that aren't sure could change: put a rival first, or end a tie for the first place."""
    leaders = list(ranking.leaders)
    level = len(leaders) > 1 and bool((unsure & (ranking.matrix.weights > 0))[leaders].any())
    effects = [f"put {_named(ranking, rivals)} first"] if rivals else []
    return listed([*effects, "set them apart"] if level else effects, "or")


def _named(ranking: Ranking, candidates: list[int], joint: str = "or") -> str:
    names = [ranking.matrix.names[index] for index in candidates]
    many = f"one of {number(len(names))} others" if joint == "or" else f"{number(len(names)).capitalize()} candidates"
    return listed(names, joint) if len(names) <= _MANY else many


def _gaps(ranking: Ranking) -> str:
    """Count the gaps of those who can be first; the others' gaps decide nothing."""
    matrix = ranking.matrix
    count = int((matrix.is_gap & (matrix.weights > 0))[np.array(ranking.possible)].sum())
    return f"{number(count)} {'score is' if count == 1 else 'scores are'}"


def _possible_without_gaps(ranking: Ranking) -> list[int]:
    """List who could be first if every gap were at its middle, by the stated ranges alone."""
    matrix, inside = ranking.matrix, list(ranking.remaining)
    low, high = (
        POINTS * weighted_sum(np.where(matrix.is_gap, matrix.likely, table)[inside], matrix.weights)
        for table in (matrix.low, matrix.high)
    )
    return [inside[row] for row in np.flatnonzero(possible_winners(low, high))]
