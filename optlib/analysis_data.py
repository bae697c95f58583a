"""The parts of the analysis of a domain as plain data: trials, ways to win, what is worth knowing, other methods."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from .analysis.evaluators import Evaluators
from .analysis.published import PublishedTotal
from .analysis.ranking import POINTS, Ranking

Data = dict[str, Any]
_DIGITS = 10
_OF_CANDIDATES = (
    "log_product",
    "distance_to_ideal",
    "distance_to_anti_ideal",
    "phi_plus",
    "phi_minus",
    "phi",
    "S",
    "R",
    "Q",
)
_OF_CRITERIA = ("ideal", "anti_ideal", "best", "worst")
_NOTHING = 1e-9  # points of 100: what is left of rounding


def rounded(value: Any) -> Any:
    """A figure to ten significant digits, None for one that isn't defined; what differs beyond is rounding error."""
    figure = float(value)
    return float(f"{figure:.{_DIGITS}g}") + 0.0 if np.isfinite(figure) else None


def sampled(value: Any, places: int = 6) -> Any:
    """A figure that trials average, rounded: they say no more, and what differs beyond is single precision."""
    return None if (figure := rounded(value)) is None else round(figure, places)


def sampled_points(total: Any) -> Any:
    """A total from 0 to 1 that trials average, in points of 100."""
    return sampled(total * POINTS, 4)


def by_id(ids: Iterable[str], figures: Iterable[Any]) -> Data:
    """Figures by the id of what they are of."""
    return {key: rounded(figure) for key, figure in zip(ids, figures, strict=True)}


def sampled_by_id(ids: Iterable[str], figures: Iterable[Any]) -> Data:
    """Figures from trials by the id of what they are of."""
    return {key: sampled(figure) for key, figure in zip(ids, figures, strict=True)}


def criteria_ids(ranking: Ranking) -> list[str]:
    """The ids of the criteria, in the matrix's order."""
    return [criterion.id for criterion in ranking.matrix.criteria]


def inside_ids(ranking: Ranking) -> list[str]:
    """The ids of the candidates still in, best first."""
    return [ranking.matrix.candidates[index] for index in ranking.remaining]


def compared_ids(ranking: Ranking) -> list[str]:
    """The ids of the candidates still in that are scored, best first."""
    return [ranking.matrix.candidates[index] for index in ranking.compared]


def weights_data(ranking: Ranking) -> Data:
    """How the weights came about, and what the trials take them to be."""
    matrix, knowledge = ranking.matrix, ranking.matrix.weight_knowledge
    ratio = matrix.elicited.consistency_ratio
    ends = zip(knowledge.low, knowledge.high, strict=True) if knowledge.known == "interval" else ()  # type: ignore[arg-type]
    intervals = {
        key: [rounded(low), rounded(high)] for key, (low, high) in zip(criteria_ids(ranking), ends, strict=False)
    }
    return {
        "method": matrix.elicited.method,
        "stated": matrix.weights_stated,
        "consistency_ratio": None if ratio is None else rounded(ratio),
        "known": knowledge.known,
        "spread": rounded(knowledge.spread) if knowledge.known == "around" else None,
        "intervals": intervals if knowledge.known == "interval" else {},
        "weight_sets": len(knowledge.sets),
    }


def trials_data(ranking: Ranking) -> Data | None:
    """What the trials say of the domain; None where nothing is scored."""
    trials = ranking.trials
    if trials is None:
        return None
    return {
        "draws": trials.draws,
        "seed": trials.seed,
        "standard_error": rounded(trials.standard_error(0.5)),
        "mean_weights": sampled_by_id(criteria_ids(ranking), trials.mean_weights),
    }


def candidate_trials(ranking: Ranking, index: int) -> Data:
    """What the trials say of one candidate; every value None where it is eliminated or nothing is scored."""
    trials = ranking.trials
    names = ("acceptability", "first", "central_weights", "confidence", "holistic", "expected", "regret", "ahead_of")
    if trials is None or index not in ranking.remaining:
        return dict.fromkeys(names)
    row, ids = ranking.remaining.index(index), inside_ids(ranking)
    central = trials.central_weights[row]
    others = [place for place in range(len(ids)) if place != row]
    return {
        "acceptability": [rounded(share) for share in trials.acceptability[row]],
        "first": rounded(trials.first[row]),
        "central_weights": None if np.isnan(central).any() else sampled_by_id(criteria_ids(ranking), central),
        "confidence": rounded(trials.confidence[row]),
        "holistic": rounded(trials.holistic()[row]),
        "expected": sampled_points(trials.expected[row]),
        "regret": sampled_points(trials.regret[row]),
        "ahead_of": {ids[place]: rounded(trials.ahead[row, place]) for place in others},
    }


def ways_data(ranking: Ranking) -> list[Data]:
    """For each candidate still in, the nearest weights at which it is first, or what proves that there are none."""
    ids = compared_ids(ranking)
    return [
        {
            "candidate": ids[way.candidate],
            "moved": None if way.moved is None else rounded(way.moved),
            "weights": None if way.weights is None else by_id(criteria_ids(ranking), way.weights),
            "shortfall": rounded(way.shortfall * POINTS),
            "beaten_by": {}
            if way.beaten_by is None
            else {key: rounded(part) for key, part in zip(ids, way.beaten_by, strict=True) if part > 1e-9},
        }
        for way in ranking.ways_to_win
    ]


def smallest_weight_change(ranking: Ranking) -> Data | None:
    """The least joint change of weights that makes another candidate draw level; None where none does, or one is."""
    found = [way for way in ranking.ways_to_win if way.moved is not None and way.candidate >= len(ranking.leaders)]
    if len(ranking.leaders) > 1 or not found:
        return None
    way = min(found, key=lambda one: one.moved or 0.0)
    weights = way.weights if way.weights is not None else ()
    return {
        "moved": rounded(way.moved),
        "to": compared_ids(ranking)[way.candidate],
        "weights": by_id(criteria_ids(ranking), weights),
    }


def steps_data(ranking: Ranking) -> list[Data]:
    """The single steps of a score that change who is first."""
    names = ranking.matrix.candidates
    return [
        {
            "candidate": names[step.candidate],
            "criterion": ranking.matrix.criteria[step.criterion].id,
            "step": step.direction,
            "first": [names[index] for index in step.leaders],
        }
        for step in ranking.single_steps
    ]


def worth_knowing_data(ranking: Ranking) -> Data | None:
    """What is worth finding out, in points of 100, the most first; None where nothing is scored."""
    known, trials, scores = ranking.worth_knowing, ranking.trials, ranking.trials_of_scores
    if known is None or trials is None or scores is None:
        return None
    ids, criteria = compared_ids(ranking), criteria_ids(ranking)
    return {
        "evpi": sampled_points(ranking.evpi),
        "evpi_changes": rounded(1 - scores.unbeaten[known.leader]),
        "evpi_with_weights": sampled_points(trials.evpi),
        "choice": ids[known.leader],
        "criteria": _ranked(
            {"criterion": key, "evppi": sampled_points(worth), "changes": sampled(changes)}
            for key, worth, changes in zip(criteria, known.criteria, known.criterion_changes, strict=True)
        ),
        "scores": _ranked(
            {
                "candidate": ids[row],
                "criterion": criteria[column],
                "evppi": sampled_points(known.scores[row, column]),
                "changes": sampled(known.score_changes[row, column]),
            }
            for row, column in np.ndindex(*known.scores.shape)
        ),
    }


def methods_data(ranking: Ranking) -> Data | None:
    """What the other ranking methods say of the candidates that are scored; None where none is."""
    check, ids, criteria = ranking.cross_check, ranking.matrix.candidates, criteria_ids(ranking)
    if check is None:
        return None
    inside = [ids[row] for row in check.rows]
    return {
        "agree": check.agree,
        "first": {name: [ids[row] for row in rows] for name, rows in check.winners.items()},
        "results": {name: _method(result, inside, criteria, check.tau[name]) for name, result in check.results.items()},
        "reversals": [
            {"method": name, "dropped": inside[one.dropped], "ahead": inside[one.first], "of": inside[one.second]}
            for name, found in check.reversals.items()
            for one in found
        ],
    }


def _method(result: Any, inside: list[str], criteria: list[str], tau: float | None) -> Data:
    if result.undefined:
        return {"undefined": result.undefined}
    of_criteria = [criteria[column] for column in result.criteria]
    steps = {name: by_id(inside, step) for name, step in result.steps.items() if name in _OF_CANDIDATES}
    steps |= {name: by_id(of_criteria, step) for name, step in result.steps.items() if name in _OF_CRITERIA}
    return {
        "scores": by_id(inside, result.scores),
        "higher_is_better": result.higher_is_better,
        "ranks": {key: int(rank) for key, rank in zip(inside, result.ranks, strict=True)},
        "tau": None if tau is None else rounded(tau),
        "compromise": [inside[index] for index in result.compromise],
        "steps": steps,
    }


def evaluators_data(found: Evaluators | None, group: Ranking) -> Data | None:
    """The evaluators' own rankings and how far they agree; None where there are none."""
    if found is None:
        return None
    return {
        "concordance": None if found.concordance is None else rounded(found.concordance),
        "changes_winner": found.changes_winner,
        "people": [_person(one.id, one.name, one.ranking) for one in found.people],
        "disagreements": [
            {
                "candidate": group.matrix.candidates[one.candidate],
                "criterion": group.matrix.criteria[one.criterion].id,
                "points": rounded(one.points),
                "lowest": one.lowest,
                "highest": one.highest,
            }
            for one in found.disagreements
        ],
    }


def _person(key: str, name: str, ranking: Ranking) -> Data:
    ids, matrix = ranking.matrix.candidates, ranking.matrix
    scored = [matrix.is_ready and not bare for bare in matrix.is_unscored]
    rows = list(zip(ids, scored, ranking.ranks, ranking.likely, strict=True))
    return {
        "id": key,
        "name": name,
        "weights": by_id(criteria_ids(ranking), matrix.weights),
        "ranks": {candidate: rank if has else None for candidate, has, rank, _ in rows},
        "totals": {candidate: rounded(total) if has else None for candidate, has, _, total in rows},
    }


def published_data(totals: Iterable[PublishedTotal], ids: Iterable[str]) -> list[Data]:
    """The published totals beside what the scores add up to."""
    names = tuple(ids)
    return [
        {
            "candidate": names[one.candidate],
            "published": rounded(one.published),
            "recomputed": rounded(one.recomputed),
            "agrees": one.agrees,
            "gaps": one.gaps,
            "reading": one.reading,
        }
        for one in totals
    ]


def _ranked(rows: Iterable[Data]) -> list[Data]:
    """The rows that are worth something, the most first."""
    return sorted((row for row in rows if row["evppi"] > _NOTHING), key=lambda row: -row["evppi"])
