"""How far the matrix decides: one word and one sentence that cites the numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from ..words import listed, number
from .methods import possible_winners, weighted_sum
from .ranking import POINTS, Ranking


@dataclass(frozen=True)
class Verdict:
    """What the stated scores and weights decide.

    clear: no scores within their bounds let another candidate be first. leads: first on the likely scores, but ranges
    let others be first. tied: several share the first place. open: gaps in the matrix are why another can be first.
    sole: only one candidate is left. empty: there is nothing to rank yet.
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
    names = ranking.matrix.names
    if not ranking.matrix.candidates:
        return Verdict("empty", "There are no candidates yet.")
    if not ranking.remaining:
        return Verdict("empty", "Every candidate is eliminated by a must.")
    if not ranking.matrix.is_ready:
        return Verdict("empty", "Nothing is scored yet.")
    first = ranking.remaining[0]
    if len(ranking.remaining) == 1:
        return Verdict("sole", f"{names[first]} is the only candidate that no must eliminates.")
    if len(ranking.leaders) > 1:
        tied = listed([names[index] for index in ranking.leaders])
        return Verdict("tied", f"{tied} share the first place with {ranking.likely[first]:.1f} points each.")
    return _by_bounds(ranking, first)


def _by_bounds(ranking: Ranking, first: int) -> Verdict:
    names = ranking.matrix.names
    second = ranking.remaining[1]
    ahead = f"{names[first]} is {ranking.likely[first] - ranking.likely[second]:.1f} points ahead of {names[second]}"
    rivals = [names[index] for index in ranking.remaining if ranking.possible[index] and index != first]
    if not rivals:
        return Verdict("clear", f"{ahead}, and no score within its stated range lets another be first.")
    others = listed(rivals) if len(rivals) <= 3 else f"{number(len(rivals))} other candidates"
    if _gaps_decide(ranking):
        gaps = ranking.matrix.gaps
        scores = "one score is" if gaps == 1 else f"{number(gaps)} scores are"
        return Verdict("open", f"{ahead}, but {scores} not known, and they could still put {others} first.")
    return Verdict("leads", f"{ahead}, but the stated ranges could still put {others} first.")


def _gaps_decide(ranking: Ranking) -> bool:
    """Whether the leader would be the only possible winner if every gap were at its middle."""
    matrix = ranking.matrix
    if not matrix.gaps:
        return False
    gap = np.isin(np.array(matrix.kinds), ["unknown", "missing"])
    inside = list(ranking.remaining)
    low = POINTS * weighted_sum(np.where(gap, matrix.likely, matrix.low)[inside], matrix.weights)
    high = POINTS * weighted_sum(np.where(gap, matrix.likely, matrix.high)[inside], matrix.weights)
    return int(possible_winners(low, high).sum()) == 1
