"""What would change a ranking: other weights, other scores, and what is worth finding out first."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..analysis.ranking import POINTS, Ranking
from ..analysis.winning import Way
from ..words import NO_BREAK, chance, counted, listed, percent, points
from .render import Html, figure, fine_percent, render

_MOST_ROWS = 8
_WORTH_NAMING = 0.05  # points of 100
_MOVES_NAMED = 0.005


@dataclass(frozen=True)
class _Bar:
    """What learning something is worth, in points of 100, and how often it changes the choice."""

    name: str
    points: float
    changes: float


def ways_to_win(ranking: Ranking) -> Html:
    """For each candidate that isn't first, what would have to be true for it to draw level."""
    losers = [way for way in ranking.ways_to_win if ranking.compared[way.candidate] not in ranking.leaders]
    if not losers:
        return Html("")
    beaten = {way.candidate: better for way in losers if (better := _always_ahead(ranking, way))}
    rows = [
        {
            "name": _name(ranking, way),
            "weights": _weights_needed(ranking, way),
            "score": _score_needed(ranking, ranking.compared[way.candidate]),
        }
        for way in losers
        if way.candidate not in beaten
    ]
    return render(
        "ways.html",
        title=_ways_title(ranking, [way for way in losers if way.candidate not in beaten], len(beaten)),
        rows=rows[:_MOST_ROWS],
        more=max(len(rows) - _MOST_ROWS, 0),
        never=_beaten(ranking, beaten),
    )


def _name(ranking: Ranking, way: Way) -> str:
    return ranking.matrix.names[ranking.compared[way.candidate]]


def _beaten(ranking: Ranking, beaten: dict[int, str]) -> str:
    """Name the candidates that are never ahead, by whom is at least as good as they are on everything."""
    said = []
    for better in dict.fromkeys(beaten.values()):
        names = [ranking.matrix.names[ranking.compared[row]] for row, other in beaten.items() if other == better]
        said.append(f"{better} is at least as good as {listed(names)} on everything")
    return f"On the likely scores {'; '.join(said)}" if said else ""


def _ways_title(ranking: Ranking, losers: list[Way], beaten: int) -> str:
    leader = ranking.matrix.names[ranking.leaders[0]]
    able = [way for way in losers if way.moved is not None]
    if not able:
        return f"No weights{_limited(ranking)} put another candidate ahead of {leader} on the likely scores"
    nearest = min(able, key=lambda way: way.moved or 0.0)
    never = len(losers) - len(able) + beaten
    rest = f"; {counted(never, 'other')} can’t, whatever the weights" if never else ""
    return (
        f"{_name(ranking, nearest)} draws level once {fine_percent(nearest.moved or 0)} of the weight has moved{rest}"
    )


def _always_ahead(ranking: Ranking, way: Way) -> str:
    """Who is at least as good as a candidate on everything, and so never behind it; nobody for most."""
    table = ranking.matrix.likely[list(ranking.compared)]
    never_behind = (table >= table[way.candidate]).all(axis=1) & (table > table[way.candidate]).any(axis=1)
    found = np.flatnonzero(never_behind)
    return ranking.matrix.names[ranking.compared[int(found[0])]] if found.size else ""


def _weights_needed(ranking: Ranking, way: Way) -> str:
    matrix = ranking.matrix
    if way.weights is None or way.moved is None:
        return _never(ranking, way)
    change = way.weights - matrix.weights
    order = np.argsort(-np.abs(change), kind="stable")
    moves = [
        f"{matrix.criteria[at].name} {percent(matrix.weights[at])} → {percent(float(way.weights[at]))}"
        for at in order
        if abs(change[at]) >= _MOVES_NAMED
    ]
    told = ", ".join(moves) if moves else "hardly any weight has to move"
    return f"{fine_percent(way.moved)} of the weight moves: {told}"


def _limited(ranking: Ranking) -> str:
    """Which weights were looked at, where not all are admissible."""
    known = ranking.matrix.weight_knowledge.known
    return {"order": " in this order", "interval": " within the intervals"}.get(known, "")


def _never(ranking: Ranking, way: Way) -> str:
    """Say why no weights make a candidate first: one that always beats it, or a mix of several that does."""
    if way.beaten_by is None:
        return "no weights do: at best it is level with another"
    limited = _limited(ranking)
    parts = [
        (float(part), ranking.matrix.names[ranking.compared[at]])
        for at, part in enumerate(way.beaten_by)
        if part >= _MOVES_NAMED
    ]
    parts.sort(reverse=True)
    behind = points(way.shortfall * POINTS)
    if len(parts) == 1:
        return f"no weights{limited} do: {parts[0][1]} is at least {behind} ahead whatever they are"
    mix = listed([f"{percent(part)} {name}" for part, name in parts])
    return f"no weights{limited} do: a mix of {mix} is at least {behind} ahead whatever they are"


def _score_needed(ranking: Ranking, candidate: int) -> str:
    """The smallest change of one of a candidate's own scores that makes it first, in figures where there is one."""
    matrix, flips = ranking.matrix, ranking.score_flips()[candidate]
    if not np.isfinite(flips).any():
        return "no single score is enough"
    column = int(np.nanargmin(np.abs(flips - matrix.likely[candidate])))
    criterion = matrix.criteria[column]
    now, then = matrix.figure(column, matrix.likely[candidate, column]), matrix.figure(column, float(flips[column]))
    if now is None or then is None:
        change = POINTS * abs(float(flips[column] - matrix.likely[candidate, column]))
        return f"{criterion.name} better by {change:.0f}{NO_BREAK}% of the way from worst to best"
    unit = f" {criterion.unit}" if criterion.unit else ""
    was = "unknown" if matrix.is_gap[candidate, column] else figure(now)
    return f"{criterion.name} {figure(float(f'{then:.4g}'))}{unit} instead of {was}"


def worth_knowing(ranking: Ranking) -> Html:
    """What is worth finding out before deciding, by criterion and by score, in points of 100."""
    known = ranking.worth_knowing
    if known is None:
        return Html("")
    names = [ranking.matrix.names[index] for index in ranking.compared]
    columns = [criterion.name for criterion in ranking.matrix.criteria]
    singles = [
        _Bar(f"{columns[column]} of {names[row]}", float(worth) * POINTS, float(known.score_changes[row, column]))
        for (row, column), worth in np.ndenumerate(known.scores)
    ]
    wholes = [
        _Bar(f"{name} of every candidate", float(worth) * POINTS, float(changes))
        for name, worth, changes in zip(columns, known.criteria, known.criterion_changes, strict=True)
    ]
    scores, criteria = _worth_naming(singles), _worth_naming(wholes)
    widest = max((bar.points for bar in [*scores, *criteria]), default=1.0)
    title = _worth_title(ranking, ranking.evpi * POINTS, [*scores, *criteria])
    return render("worth.html", title=title, bars=[*scores, *criteria], widest=widest, evpi=ranking.evpi * POINTS)


def _worth_naming(bars: list[_Bar]) -> list[_Bar]:
    return sorted((bar for bar in bars if bar.points >= _WORTH_NAMING), key=lambda bar: -bar.points)[:_MOST_ROWS]


def _worth_title(ranking: Ranking, evpi: float, rows: list[_Bar]) -> str:
    if ranking.matrix.uncertain.rows(ranking.compared).is_exact[:, ranking.matrix.weights > 0].all():
        bare = [ranking.matrix.names[index] for index in ranking.remaining if index not in ranking.compared]
        if bare:
            return (
                f"What is scored is known exactly; {listed(bare)} {'is' if len(bare) == 1 else 'are'} not scored at all"
            )
        return "Every score is known exactly; there is nothing to find out"
    if evpi < _WORTH_NAMING:
        return "Nothing that is still unknown is worth finding out: it would hardly change the choice"
    if not rows:
        return f"Knowing every score would be worth {points(evpi)}; no single one is worth finding out alone"
    best = rows[0]
    learnt = f"{points(best.points)}; another would be first in {chance(best.changes)}"
    return f"Worth finding out first: {best.name} ({learnt})"
