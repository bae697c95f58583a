"""Who scored and weighed: the evaluators beside the group, and how the weights came about."""

from __future__ import annotations

from ..analysis.evaluators import Evaluators, has_scored
from ..analysis.ranking import Ranking
from ..model import DomainOptions, Weighting, Workbook
from ..words import digits, listed, number
from .render import Html, render

WEIGHTINGS = {
    "direct": "stated as numbers",
    "swing": "by swing weighting",
    "rank_order": "from the order of the criteria",
    "pairwise": "from pairwise comparisons (AHP)",
    "best_worst": "by the best-worst method",
}
FORMULAS = {"roc": "rank order centroid", "rank_sum": "rank sum", "reciprocal": "rank reciprocal"}
_MOST_ROWS = 8


def people(ranking: Ranking, found: Evaluators | None) -> Html:
    """Each evaluator's ranks beside the group's, how far they agree, and on which scores they differ most."""
    if found is None:
        return Html("")
    matrix = ranking.matrix
    rows = [
        (matrix.names[index], ranking.ranks[index], [_rank(one.ranking, index) for one in found.people])
        for index in ranking.remaining
    ]
    differ = [
        (matrix.names[one.candidate], matrix.criteria[one.criterion].name, one.lowest, one.highest, one.points)
        for one in found.disagreements[:_MOST_ROWS]
    ]
    return render(
        "people.html",
        title=_people_title(ranking, found),
        names=[one.name for one in found.people],
        rows=rows,
        differ=differ,
        concordance=found.concordance,
        is_open=found.changes_winner,
    )


def _rank(own: Ranking, index: int) -> int | None:
    """A candidate's rank by one evaluator; None where they have scored nothing of it."""
    return None if own.matrix.is_unscored[index] else own.ranks[index]


def _people_title(ranking: Ranking, found: Evaluators) -> str:
    ready = [one for one in found.people if one.ranking.matrix.is_ready and has_scored(one.ranking, ranking.leaders)]
    if not ready:
        return "No evaluator has scored the leader yet"
    same = [one for one in ready if set(one.ranking.leaders) == set(ranking.leaders)]
    leader = listed([ranking.matrix.names[index] for index in ranking.leaders])
    if len(same) == len(ready):
        several = "Both" if len(ready) == 2 else f"All {number(len(ready))}"
        everybody = f"{several} evaluators put" if len(ready) > 1 else "The one evaluator puts"
        return f"{everybody} {leader} first"
    other = [one for one in ready if one not in same]
    said = [f"{one.name} {listed([ranking.matrix.names[index] for index in one.ranking.leaders])}" for one in other]
    return f"The evaluators disagree on the winner: the group puts {leader} first, {listed(said)}"


def weights_made(workbook: Workbook, ranking: Ranking) -> Html:
    """How the weights came about: the method, its answers and how consistent they are; nothing for plain numbers."""
    matrix = ranking.matrix
    options = workbook.options.get(matrix.domain.id, DomainOptions())
    if matrix.elicited.method == "direct" or not matrix.weights_stated:
        return Html("")
    names = {criterion.id: criterion.name for criterion in matrix.domain.criteria}
    ratio = matrix.elicited.consistency_ratio
    title = f"The weights come {WEIGHTINGS[matrix.elicited.method]}"
    title += "" if ratio is None else f"; consistency ratio {ratio:.2f}"
    shares = [(criterion.name, float(share)) for criterion, share in zip(matrix.criteria, matrix.weights, strict=True)]
    return render("weights.html", title=title, answers=_answers(options.weighting, names), shares=shares)


def _answers(weighting: Weighting, names: dict[str, str]) -> list[str]:
    """The answers of a weighting method, each as a line."""

    def name(key: str) -> str:
        return names.get(key, key)

    lines = [f"{name(key)}: {digits(amount)} points for its swing" for key, amount in weighting.points.items()]
    if weighting.order:
        places = [" = ".join(name(key) for key in place) for place in weighting.order]
        lines.append(f"{' > '.join(places)} ({FORMULAS[weighting.formula]})")
    lines += [
        f"{name(one)} matters {digits(times)} times as much as {name(other)}"
        if times >= 1
        else f"{name(other)} matters {digits(round(1 / times, 3))} times as much as {name(one)}"
        for one, row in weighting.judgements.items()
        for other, times in row.items()
    ]
    best, worst = weighting.best, weighting.worst
    lines += [
        f"{name(best)}, the most important, matters {digits(times)} times as much as {name(key)}"
        for key, times in weighting.best_to_others.items()
        if best
    ]
    lines += [
        f"{name(key)} matters {digits(times)} times as much as {name(worst)}, the least important"
        for key, times in weighting.others_to_worst.items()
        if worst
    ]
    return lines
