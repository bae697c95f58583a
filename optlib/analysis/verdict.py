"""How far the matrix decides: one word and one sentence that cites the numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ..words import chance, counted, listed, number, points
from .ranking import Ranking
from .robustness import Trials

FIRM = 0.90
"""First in at least so many trials: nine in ten is what people call "highly likely" or better, and leaves one in ten
for what the workbook doesn't know of itself."""
LIKELY = 0.70
"""First in at least so many trials, but fewer than firm: twice as often as everything else together. Below that another
candidate is first in three trials of ten or more, and to call the first one chosen by the matrix would mislead."""
_MANY = 3
_NAMED = 0.05

Kind = Literal["firm", "likely", "open", "sole", "empty"]
Cause = Literal["", "close", "tie", "gaps", "ranges"]


@dataclass(frozen=True)
class Verdict:
    """What the scores and weights decide, as far as they are known.

    firm: the leader is first in at least 90 % of the trials. likely: in 70 to 90 %. open: in fewer, or several lead;
    `cause` says whether it is close, a tie at the stated weights, gaps, without which it would be likely at least, or
    ranges, by which another candidate than the leader on the likely scores is first in at least 70 %.
    sole: only one candidate is left. empty: there is nothing to rank yet. `first` is the leader's share of the trials,
    None where there are none.
    """

    kind: Kind
    sentence: str
    cause: Cause = ""
    first: float | None = None

    @property
    def label(self) -> str:
        """The verdict in one to five words, for a table."""
        if self.kind == "open":
            return "Not decided by this matrix" if self.cause in ("gaps", "ranges") else "Too close to call"
        return {"firm": "Firm", "likely": "Likely", "sole": "Only one left", "empty": "Not scored yet"}[self.kind]


def verdict(ranking: Ranking) -> Verdict:
    """Judge a ranking by how often its leader is first when scores and weights vary as far as they are unknown."""
    matrix, names = ranking.matrix, ranking.matrix.names
    if not matrix.candidates:
        return Verdict("empty", "There are no candidates yet.")
    if not ranking.remaining:
        return Verdict("empty", "Every candidate is eliminated by a must.")
    if not matrix.is_ready or ranking.trials is None:
        scored = bool((~matrix.is_gap).any())
        return Verdict("empty", f"Nothing{' that carries weight' if scored else ''} is scored yet.")
    if len(ranking.remaining) == 1:
        left = "only candidate that no must eliminates" if len(matrix.candidates) > 1 else "only candidate"
        return Verdict("sole", f"{names[ranking.remaining[0]]} is the {left}.", first=1.0)
    return _by_trials(ranking, ranking.trials)


def _by_trials(ranking: Ranking, trials: Trials) -> Verdict:
    first = trials.first.tolist()
    tied = len(ranking.leaders) > 1
    if not tied and first[0] >= LIKELY:
        kind: Kind = "firm" if first[0] >= FIRM else "likely"
        told = f"{_lead(ranking)} and first in {_under(first[0], FIRM)} of the trials{_rivals(ranking, first, _NAMED)}"
        return Verdict(kind, f"{told}{_unknown(ranking)}.", first=first[0])
    other = first.index(max(first))
    if first[other] >= LIKELY and not tied:
        said = f"{_lead(ranking)} on the likely scores, but in the trials {_name(ranking, other)} is first in"
        return Verdict("open", f"{said} {chance(first[other])}{_unknown(ranking)}.", "ranges", first[0])
    settled = ranking.first_with_gaps_settled
    cause: Cause = "gaps" if settled >= LIKELY else "tie" if tied else "close"
    said = f"{_lead(ranking)}; in the trials {_name(ranking, 0)} is first in {chance(first[0])}"
    if not tied:
        said = f"{_lead(ranking)}, but first in only {_under(first[0], LIKELY)} of the trials"
    told = _unknown(ranking)
    if cause == "gaps":
        told += f". At the middle of what is not known {_name(ranking, 0)} would be first in {chance(settled)}"
    rivals = _rivals(ranking, first, min(_NAMED, max(first[1:])), ", " if tied else "; ")
    return Verdict("open", f"{said}{rivals}{told}.", cause, first[0])


def _under(share: float, limit: float) -> str:
    """A share of the trials; what rounds to a limit that it doesn't reach is said to be just under it."""
    return f"just under {chance(limit)}" if share < limit and chance(share) == chance(limit) else chance(share)


def _name(ranking: Ranking, place: int) -> str:
    return ranking.matrix.names[ranking.remaining[place]]


def _lead(ranking: Ranking) -> str:
    names, (first, second) = ranking.matrix.names, ranking.remaining[:2]
    unstated = "at the middle of the intervals" if ranking.matrix.weight_knowledge.known == "interval" else ""
    weights = "at the stated weights" if ranking.matrix.weights_stated else unstated or "with all weights equal"
    if len(ranking.leaders) > 1:
        leaders = _named([names[index] for index in ranking.leaders])
        return f"{leaders} share the first place with {ranking.likely[first]:.1f} points each {weights}"
    if ranking.matrix.is_unscored[second]:
        return f"{names[first]} is the only candidate that is scored, with {ranking.likely[first]:.1f} points {weights}"
    seconds = [names[index] for index in ranking.remaining if ranking.ranks[index] == ranking.ranks[second]]
    lead = points(ranking.likely[first] - ranking.likely[second])
    return f"{names[first]} is {lead} ahead of {_named(seconds)} {weights}"


def _named(names: list[str]) -> str:
    return listed(names) if len(names) <= _MANY else f"{number(len(names))} candidates"


def _rivals(ranking: Ranking, first: list[float], least: float, before: str = "; ") -> str:
    """Who else is first in how many trials, the most often first, as far as it is worth naming."""
    order = sorted(range(1, len(first)), key=lambda place: (-first[place], place))
    told = [place for place in order if first[place] >= least > 0][:_MANY]
    said = [f"{_name(ranking, place)} in {chance(first[place])}" for place in told]
    return f"{before}{listed(said)}" if said else ""


def _unknown(ranking: Ranking) -> str:
    """What is not known of the candidates that can still be first: those not scored at all, and gaps of the others."""
    matrix = ranking.matrix
    can = [index for index in ranking.remaining if ranking.possible[index]]
    bare = [matrix.names[index] for index in can if matrix.is_unscored[index]]
    scored = [index for index in can if not matrix.is_unscored[index]]
    gaps = int(matrix.is_open[scored].sum())
    said = [f"{_named(bare)} {'is' if len(bare) == 1 else 'are'} not scored at all"] if bare else []
    of = _named([matrix.names[index] for index in scored if matrix.is_open[index].any()])
    said += [f"{counted(gaps, 'score')} of {of} {'is' if gaps == 1 else 'are'} not known"] if gaps else []
    told = listed(said)
    return f". {told[:1].upper()}{told[1:]}" if told else ""
