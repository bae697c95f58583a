"""The analysis of a workbook file as plain data, and as text for a terminal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from .analysis.ranking import Ranking, rank_domain
from .analysis.verdict import verdict
from .model import Workbook
from .open_points import domains_in
from .workbook_file import open_workbook


def ranked(path: Path, domain_id: str = "", phase: int = 3) -> dict[str, Any]:
    """The ranking of one domain, or of every domain that the level requires or that is filled.

    Totals are in points from 0 to 100, weights and flip points shares from 0 to 1, values from 0 (worst) to 1 (best).
    Raises WorkbookError where the file can't be read and CatalogueError where there is no such domain.
    """
    workbook = open_workbook(path).workbook
    wanted = [domain_id] if domain_id else [domain.id for domain in domains_in(workbook, None)]
    return {"workbook": str(path), "domains": [domain_data(workbook, one, phase) for one in wanted]}


def domain_data(workbook: Workbook, domain_id: str, phase: int = 3) -> dict[str, Any]:
    """The ranking of a domain as plain data; the keys are documented in the README."""
    ranking = rank_domain(workbook, domain_id, phase)
    matrix = ranking.matrix
    judged = verdict(ranking)
    decision = workbook.decisions.get(domain_id)
    dominated = ranking.dominated()
    return {
        "domain": domain_id,
        "name": matrix.domain.name,
        "phase": phase,
        "verdict": {"kind": judged.kind, "sentence": judged.sentence},
        "scale": {"min": matrix.scale.min, "max": matrix.scale.max},
        "gaps": matrix.gaps,
        "weights_stated": matrix.weights_stated,
        "remarks": list(matrix.remarks),
        "selected": list(decision.selected) if decision else [],
        "criteria": [
            {"id": criterion.id, "name": criterion.name, "weight": float(weight), "unit": criterion.unit}
            for criterion, weight in zip(matrix.criteria, matrix.weights, strict=True)
        ],
        "candidates": [_candidate(ranking, index, dominated.get(index)) for index in ranking.order],
        "weight_flips": [
            {
                "criterion": matrix.criteria[flip.criterion].id,
                "weight": float(matrix.weights[flip.criterion]),
                "flips_at": flip.share,
                "to": matrix.candidates[flip.candidate],
            }
            for flip in ranking.weight_flips()
        ],
        "score_flips": _score_flips(ranking),
    }


def ranked_text(data: dict[str, Any]) -> str:
    """The rankings for a terminal: a block for each domain."""
    return "\n\n".join(_domain_text(domain) for domain in data["domains"]) or "There is nothing to rank yet."


def _candidate(ranking: Ranking, index: int, dominated: int | None) -> dict[str, Any]:
    matrix = ranking.matrix
    bounds = {"low": ranking.low[index], "likely": ranking.likely[index], "high": ranking.high[index]}
    lowest, highest = float(matrix.scale.min), float(matrix.scale.max)
    candidate = matrix.candidates[index]
    return {
        "id": candidate,
        "name": matrix.names[index],
        "rank": ranking.ranks[index] if matrix.is_ready else None,
        "total": {name: float(points) for name, points in bounds.items()},
        "on_scale": {name: lowest + float(points) / 100 * (highest - lowest) for name, points in bounds.items()},
        "can_win": ranking.possible[index],
        "dominated_by": None if dominated is None else matrix.candidates[dominated],
        "eliminated": [_trace(trace) for trace in ranking.screening if trace.candidate == candidate and trace.out],
        "doubts": [_trace(trace) for trace in ranking.screening if trace.candidate == candidate and not trace.out],
        "scores": {
            criterion.id: {
                "kind": matrix.kinds[index][column],
                "low": float(matrix.low[index, column]),
                "likely": float(matrix.likely[index, column]),
                "high": float(matrix.high[index, column]),
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
            "value": float(flips[row, column]),
            "figure": matrix.figure(column, float(flips[row, column])),
        }
        for row, column in np.argwhere(np.isfinite(flips))
    ]


def _domain_text(domain: dict[str, Any]) -> str:
    lines = [domain["name"], f"  {domain['verdict']['sentence']}"]
    width = max((len(candidate["name"]) for candidate in domain["candidates"]), default=0)
    for candidate in domain["candidates"] if domain["verdict"]["kind"] != "empty" else ():
        total = candidate["total"]
        bounds = f"  ({total['low']:.1f} to {total['high']:.1f})" if total["high"] - total["low"] > 0.05 else ""
        place = f"{candidate['rank']:>3}." if candidate["rank"] else "   –"
        out = f"  out: {candidate['eliminated'][0]['reason']}" if candidate["eliminated"] else ""
        lines.append(f"  {place} {candidate['name']:<{width}} {total['likely']:6.1f}{bounds}{out}")
    lines += [f"  {remark}" for remark in domain["remarks"]]
    return "\n".join(lines)
