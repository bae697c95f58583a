"""The analysis of a workbook file as plain data, and as text for a terminal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from .analysis.evaluators import evaluators
from .analysis.matrix import LAST_PHASE
from .analysis.published import published_remarks, published_totals
from .analysis.ranking import Ranking, rank_domain
from .analysis.verdict import verdict
from .analysis_data import (
    candidate_trials,
    evaluators_data,
    methods_data,
    published_data,
    rounded,
    smallest_weight_change,
    steps_data,
    trials_data,
    ways_data,
    weights_data,
    worth_knowing_data,
)
from .decisions import against_ranking
from .model import Decision, Workbook
from .open_points import domains_in
from .words import chance
from .workbook_file import open_workbook


def ranked(path: Path, domain_id: str = "", phase: int = LAST_PHASE) -> dict[str, Any]:
    """The ranking of one domain, or of every domain that the level requires or that is filled.

    Totals are in points from 0 to 100, weights and flip points shares from 0 to 1, values from 0 (worst) to 1 (best).
    Raises WorkbookError where the file can't be read and CatalogueError where there is no such domain.
    """
    workbook = open_workbook(path).workbook
    domains = [domain_data(workbook, one, phase) for one in _wanted(workbook, domain_id)]
    return {"workbook": str(path), "domains": domains}


def domain_data(workbook: Workbook, domain_id: str, phase: int = LAST_PHASE) -> dict[str, Any]:
    """The analysis of a domain as plain data; docs/numbers.md documents the keys."""
    ranking = rank_domain(workbook, domain_id, phase)
    matrix = ranking.matrix
    judged = verdict(ranking)
    dominated = ranking.dominated()
    return {
        "domain": domain_id,
        "name": matrix.domain.name,
        "phase": phase,
        "verdict": {
            "kind": judged.kind,
            "label": judged.label,
            "cause": judged.cause,
            "first": None if judged.first is None else rounded(judged.first),
            "sentence": judged.sentence,
        },
        "scale": {"min": matrix.scale.min, "max": matrix.scale.max},
        "gaps": matrix.gaps,
        "weights_stated": matrix.weights_stated,
        "remarks": [*matrix.remarks, *published_remarks(workbook, matrix)],
        **_decision(workbook, domain_id),
        "weights": weights_data(ranking),
        "criteria": [
            {
                "id": criterion.id,
                "name": criterion.name,
                "weight": rounded(weight),
                "unit": criterion.unit,
                "direction": criterion.direction,
            }
            for criterion, weight in zip(matrix.criteria, matrix.weights, strict=True)
        ],
        "candidates": [_candidate(ranking, index, dominated.get(index)) for index in ranking.order],
        "trials": trials_data(ranking),
        "weight_flips": [
            {
                "criterion": matrix.criteria[flip.criterion].id,
                "weight": rounded(matrix.weights[flip.criterion]),
                "flips_at": rounded(flip.share),
                "to": matrix.candidates[flip.candidate],
            }
            for flip in ranking.weight_flips()
        ],
        "score_flips": _score_flips(ranking),
        "single_steps": steps_data(ranking),
        "smallest_weight_change": smallest_weight_change(ranking),
        "ways_to_win": ways_data(ranking),
        "worth_knowing": worth_knowing_data(ranking),
        "methods": methods_data(ranking),
        "evaluators": evaluators_data(evaluators(workbook, domain_id, phase), ranking),
        "published_totals": published_data(published_totals(workbook, matrix), matrix.candidates),
    }


def _decision(workbook: Workbook, domain_id: str) -> dict[str, Any]:
    """What is chosen, and how that departs from the ranking."""
    made = workbook.decisions.get(domain_id, Decision())
    departs = against_ranking(workbook, domain_id)
    return {
        "selected": list(made.selected),
        "together": made.together,
        "none_of_these": made.none_of_these,
        "against_ranking": {"how": departs, "why": made.against_ranking} if departs else None,
    }


def ranked_text(path: Path, domain_id: str = "", phase: int = LAST_PHASE) -> str:
    """The rankings for a terminal, a block for each domain; raises like `ranked`, and works out only what it prints."""
    workbook = open_workbook(path).workbook
    blocks = [_domain_text(workbook, rank_domain(workbook, one, phase)) for one in _wanted(workbook, domain_id)]
    return "\n\n".join(blocks) or "There is nothing to rank yet."


def _wanted(workbook: Workbook, domain_id: str) -> list[str]:
    return [domain_id] if domain_id else [domain.id for domain in domains_in(workbook, None)]


def _candidate(ranking: Ranking, index: int, dominated: int | None) -> dict[str, Any]:
    matrix = ranking.matrix
    unscored = not matrix.is_ready or bool(matrix.is_unscored[index])
    likely = None if unscored else ranking.likely[index]
    bounds = {"low": ranking.low[index], "likely": likely, "high": ranking.high[index]}
    lowest, highest = float(matrix.scale.min), float(matrix.scale.max)
    candidate = matrix.candidates[index]
    return {
        "id": candidate,
        "name": matrix.names[index],
        "rank": None if unscored else ranking.ranks[index],
        "total": {name: None if points is None else rounded(points) for name, points in bounds.items()},
        "on_scale": {
            name: None if points is None else rounded(lowest + points / 100 * (highest - lowest))
            for name, points in bounds.items()
        },
        **candidate_trials(ranking, index),
        "can_win": ranking.possible[index],
        "dominated_by": None if dominated is None else matrix.candidates[dominated],
        "eliminated": [_trace(trace) for trace in ranking.screening if trace.candidate == candidate and trace.out],
        "doubts": [_trace(trace) for trace in ranking.screening if trace.candidate == candidate and not trace.out],
        "scores": {
            criterion.id: {
                "kind": matrix.kinds[index][column],
                "low": rounded(matrix.low[index, column]),
                "likely": rounded(matrix.likely[index, column]),
                "high": rounded(matrix.high[index, column]),
            }
            for column, criterion in enumerate(matrix.criteria)
        },
    }


def _trace(trace: Any) -> dict[str, str]:
    return {"must": trace.must, "reason": trace.reason}


def _score_flips(ranking: Ranking) -> list[dict[str, Any]]:
    """The scores that alone would make a tie for first, also as figures where one figure has that value."""
    matrix = ranking.matrix
    flips = ranking.score_flips()
    return [
        {
            "candidate": matrix.candidates[row],
            "criterion": matrix.criteria[column].id,
            "value": rounded(flips[row, column]),
            "figure": None if (found := matrix.figure(column, float(flips[row, column]))) is None else rounded(found),
        }
        for row, column in np.argwhere(np.isfinite(flips))
    ]


def _domain_text(workbook: Workbook, ranking: Ranking) -> str:
    matrix = ranking.matrix
    width = max((len(name) for name in matrix.names), default=0)
    lines = [matrix.domain.name, f"  {verdict(ranking).sentence}"]
    lines += [f"  {_candidate_text(ranking, index, width)}".rstrip() for index in ranking.order]
    lines += [f"  {remark}" for remark in (*matrix.remarks, *published_remarks(workbook, matrix))]
    return "\n".join(lines)


def _candidate_text(ranking: Ranking, index: int, width: int) -> str:
    """A candidate on a line: rank, name, points, how often it is first, bounds, and why it is out."""
    matrix, low, high = ranking.matrix, ranking.low[index], ranking.high[index]
    unscored = not matrix.is_ready or bool(matrix.is_unscored[index])
    place = "   –" if unscored or ranking.ranks[index] is None else f"{ranking.ranks[index]:>3}."
    likely = "     ?" if unscored else f"{ranking.likely[index]:6.1f}"
    first = ""
    if ranking.trials is not None and index in ranking.remaining:
        first = f"  first in {chance(float(ranking.trials.first[ranking.remaining.index(index)]))}"
    bounds = f"  ({low:.1f} to {high:.1f})" if high - low > 0.05 else ""
    reasons = [one.reason for one in ranking.screening if one.out and one.candidate == matrix.candidates[index]]
    out = f"  out: {reasons[0]}" if reasons else ""
    return f"{place} {matrix.names[index]:<{width}} {likely}{first}{bounds}{out}"
