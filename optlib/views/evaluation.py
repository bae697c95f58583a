"""How the candidates of a domain compare: heat matrix, ranking with bounds, why the first beats the second, bands."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..analysis.matrix import Matrix
from ..analysis.published import published_remarks
from ..analysis.ranking import Ranking, rank_domain
from ..analysis.screening import Elimination
from ..analysis.verdict import verdict
from ..decisions import choice_text
from ..model import Score, Workbook
from ..open_points import ranking_to_show
from ..recipes import remembered
from ..words import counted, listed, number, percent
from .columns import weighted_columns
from .options import considerations
from .render import Html, figure, fine_percent, joined, render
from .sureness import sureness
from .weights_to_try import weights_to_try

HEAT_STEPS = 6
NAMED = 3
_SOME = 3
_LEVEL = 1e-7  # points: what is left of rounding
_SHOWS = 0.05  # points: less is 0.0 in print


@dataclass(frozen=True)
class _Cell:
    """What a matrix cell shows: its figure, its range below, and the step of the heat ramp, None for a gap."""

    text: str
    range: str
    heat: int | None


@dataclass(frozen=True)
class _Bar:
    """One criterion's part in the difference between two candidates, in points; `unsure` where a score isn't known."""

    name: str
    points: float
    width: float
    unsure: bool

    @property
    def is_even(self) -> bool:
        """Whether neither candidate wins a point that shows."""
        return abs(self.points) < _SHOWS and not self.unsure


@dataclass(frozen=True)
class _Band:
    """How far one weight can move before another candidate is first; shares of 1."""

    name: str
    now: float
    low: float
    high: float
    below: str
    above: str


@remembered
def evaluation(workbook: Workbook, ranking: Ranking) -> Html:
    """The whole comparison of a domain: how far it is decided, matrix, ranking, why, and what would change it."""
    domain = ranking.matrix.domain
    shown = ranking_to_show(workbook, ranking)
    note = _note(ranking, rank_domain(workbook, domain.id), shown)
    ranking = shown
    judged = verdict(ranking)
    chosen = workbook.decisions[domain.id].selected if domain.id in workbook.decisions else ()
    asked = considerations(workbook, domain.id, ranking.matrix.phase)
    trace = _trace(ranking)
    if judged.kind == "empty":
        return joined(asked, render("verdict.html", chosen="", verdict=judged, note=note, remarks=(), trace=trace))
    return joined(
        asked,
        render(
            "verdict.html",
            chosen=choice_text(workbook, domain.id),
            verdict=judged,
            note=note,
            remarks=_remarks(workbook, ranking),
            trace=trace,
        ),
        matrix_table(ranking, chosen),
        notes_table(ranking),
        ranking_table(ranking, chosen),
        comparison(ranking),
        weighted_columns(ranking),
        weight_bands(ranking),
        sureness(workbook, ranking),
        weights_to_try(workbook, ranking, tuple(chosen)),
    )


def _remarks(workbook: Workbook, ranking: Ranking) -> list[str]:
    return [*ranking.matrix.remarks, *published_remarks(workbook, ranking.matrix)]


def _note(ranking: Ranking, whole: Ranking, shown: Ranking) -> str:
    """What to say in a phase of the criteria that are scored only later."""
    counted, all_of_them = (int((one.matrix.weights > 0).sum()) for one in (ranking, whole))
    if counted == all_of_them:
        return ""
    if shown is whole:
        return f"All {all_of_them} criteria count here, also those first scored in a later phase."
    return (
        f"Only {counted} of {all_of_them} criteria with weight are scored by this phase. "
        f"With all of them: {verdict(whole).sentence}"
    )


def matrix_table(ranking: Ranking, chosen: tuple[str, ...] = ()) -> Html:
    """The option matrix as a table: best first, weight under each criterion, ranges below, unknown hatched."""
    matrix = ranking.matrix
    rows = [
        {
            "name": matrix.names[index],
            "chosen": matrix.candidates[index] in chosen,
            "leader": index in ranking.leaders,
            "out": ranking.ranks[index] is None,
            "total": None if ranking.matrix.is_unscored[index] else ranking.likely[index],
            "cells": [_cell(matrix, index, column) for column in range(len(matrix.criteria))],
        }
        for index in ranking.order
    ]
    columns = list(zip(matrix.criteria, matrix.weights, strict=True))
    return render("matrix.html", rows=rows, columns=columns, matrix=matrix, scale=matrix.scale, gaps=matrix.gaps)


def ranking_table(ranking: Ranking, chosen: tuple[str, ...] = ()) -> Html:
    """Totals with their bounds: who is first, and who could still be."""
    names = ranking.matrix.names
    can = [names[index] for index in ranking.remaining if ranking.possible[index]]
    dominated = {index: names[by] for index, by in ranking.dominated().items()}
    rows = [
        {
            "rank": None if ranking.matrix.is_unscored[index] else ranking.ranks[index],
            "out": ranking.ranks[index] is None,
            "name": names[index],
            "chosen": ranking.matrix.candidates[index] in chosen,
            "leader": index in ranking.leaders,
            "low": ranking.low[index],
            "likely": ranking.likely[index],
            "high": ranking.high[index],
            "first": _first(ranking, index),
            "note": _standing(ranking, index, dominated),
            "unscored": ranking.matrix.is_unscored[index],
        }
        for index in ranking.order
    ]
    several = listed(can) if len(can) <= NAMED else f"{number(len(can)).capitalize()} candidates"
    at_weights = "at exactly these weights"
    title = f"Only {can[0]} can be first {at_weights}" if len(can) == 1 else f"{several} can be first {at_weights}"
    exact = bool(np.allclose(ranking.low, ranking.high))
    return render("ranking.html", rows=rows, title=title, exact=exact, tried=ranking.trials is not None)


def _first(ranking: Ranking, index: int) -> float | None:
    """How often a candidate is first in the trials; None where it takes no part in them."""
    if ranking.trials is None or index not in ranking.remaining:
        return None
    return float(ranking.trials.first[ranking.remaining.index(index)])


def notes_table(ranking: Ranking) -> Html:
    """Why a score is what it is, and who says so: every note and source of a cell, folded."""
    matrix = ranking.matrix
    rows = [
        (matrix.names[row], criterion.name, score)
        for row in ranking.order
        for criterion, score in zip(matrix.criteria, matrix.scores[row], strict=True)
        if score.note or score.source or score.by or score.on
    ]
    return render("notes.html", rows=rows) if rows else Html("")


def comparison(ranking: Ranking) -> Html:
    """Why the first rather than the second: points won and given up on each criterion, which add up to the lead."""
    if len(ranking.remaining) < 2:
        return Html("")
    first, second = ranking.remaining[:2]
    names = ranking.matrix.names
    difference = ranking.contributions[first] - ranking.contributions[second]
    widest = max(float(np.abs(difference).max()), 1e-9)
    order = np.argsort(-difference, kind="stable")
    unsure = np.atleast_1d(ranking.matrix.is_open[[first, second]].any(axis=0))
    bars = [
        _Bar(ranking.matrix.criteria[i].name, float(difference[i]), abs(float(difference[i])) / widest, bool(unsure[i]))
        for i in order
    ]
    least = 0.05 if widest >= 0.05 else _LEVEL
    ahead = [bar.name for bar in bars if bar.points >= least and not bar.unsure]
    behind = [bar.name for bar in reversed(bars) if bar.points <= -least and not bar.unsure]
    tie = abs(difference.sum()) < _LEVEL
    title = _difference_title(names[first], names[second], ahead, behind, tie)
    return render(
        "comparison.html",
        title=title + _not_compared(int(unsure.sum())),
        bars=[bar for bar in bars if not bar.is_even],
        even=listed([bar.name for bar in bars if bar.is_even]),
        lead=float(difference.sum()),
        first=names[first],
        second=names[second],
    )


def weight_bands(ranking: Ranking) -> Html:
    """For each criterion, how far its weight can move, the others in proportion, before another candidate is first."""
    if len(ranking.leaders) != 1 or len(ranking.remaining) < 2:
        return Html("")
    matrix = ranking.matrix
    flips = ranking.weight_flips()
    bands = []
    for column, criterion in enumerate(matrix.criteria):
        now = float(matrix.weights[column])
        below = next((flip for flip in flips if flip.criterion == column and flip.share < now), None)
        above = next((flip for flip in flips if flip.criterion == column and flip.share > now), None)
        bands.append(
            _Band(
                criterion.name,
                now,
                below.share if below else 0.0,
                above.share if above else 1.0,
                f"{matrix.names[below.candidate]} below {fine_percent(below.share)}" if below else "",
                f"{matrix.names[above.candidate]} above {fine_percent(above.share)}" if above else "",
            )
        )
    leader = matrix.names[ranking.leaders[0]]
    moving = [band for band in bands if band.below or band.above]
    steady = listed([f"{band.name} ({percent(band.now)})" for band in bands if band not in moving])
    return render("bands.html", bands=moving, steady=steady, title=_bands_title(ranking, leader))


def nearest_flip(ranking: Ranking) -> str:
    """The smallest move of one weight that puts another candidate first, in a few words; `no single weight` if none."""
    if len(ranking.leaders) > 1:
        return "any change: it is a tie"
    flips = ranking.weight_flips()
    if not flips:
        return "no single weight"
    weights = ranking.matrix.weights
    flip = min(flips, key=lambda flip: abs(flip.share - weights[flip.criterion]))
    side = "above" if flip.share > weights[flip.criterion] else "below"
    name = ranking.matrix.criteria[flip.criterion].name
    now = percent(weights[flip.criterion])
    return f"{ranking.matrix.names[flip.candidate]} if {name} weighs {side} {fine_percent(flip.share)} (now {now})"


def _cell(matrix: Matrix, row: int, column: int) -> _Cell:
    score = matrix.scores[row][column]
    criterion = matrix.criteria[column]
    kind = matrix.kinds[row][column]
    if kind in ("unknown", "missing"):
        text = figure(score.value) if isinstance(score.value, int | float) else "?"
        return _Cell(text, "not counted" if text != "?" else "unknown" if kind == "unknown" else "not scored", None)
    heat = min(int(matrix.likely[row, column] * HEAT_STEPS), HEAT_STEPS - 1)
    unit = f" {criterion.unit}" if criterion.unit else ""
    return _Cell(_likely(score) + unit, _range(score), heat)


def _likely(score: Score) -> str:
    return figure(score.bounds[1]) if score.bounds else ""


def _range(score: Score) -> str:
    return f"{figure(score.bounds[0])}–{figure(score.bounds[2])}" if score.bounds and score.kind == "range" else ""


def _standing(ranking: Ranking, index: int, dominated: dict[int, str]) -> str:
    if ranking.ranks[index] is None:
        return "eliminated"
    if ranking.matrix.is_unscored[index]:
        return "not scored"
    if index in dominated:
        return f"no better than {dominated[index]} on anything that counts"
    if index in ranking.leaders:
        return "first" if len(ranking.leaders) == 1 else "tied for first"
    return "can still be first" if ranking.possible[index] else ""


def _trace(ranking: Ranking) -> list[tuple[str, Elimination]]:
    names = dict(zip(ranking.matrix.candidates, ranking.matrix.names, strict=True))
    return [(names[trace.candidate], trace) for trace in sorted(ranking.screening, key=lambda trace: not trace.out)]


def _difference_title(first: str, second: str, ahead: list[str], behind: list[str], tie: bool) -> str:
    if tie and not ahead:
        return f"{first} and {second} score the same on everything that carries weight"
    if tie:
        return f"{first} and {second} come out level: each is ahead somewhere"
    if not ahead:
        return f"No known score puts {first} far ahead of {second}; it is behind on {_some(behind) or 'nothing'}"
    return f"{first} beats {second} on {_some(ahead)}; it is behind on {_some(behind) or 'nothing'}"


def _some(names: list[str]) -> str:
    """The first three names, and how many more there are."""
    more = [f"{number(len(names) - _SOME)} more"] if len(names) > _SOME else []
    return listed([*names[:_SOME], *more])


def _not_compared(count: int) -> str:
    if not count:
        return ""
    return f". On {counted(count, 'criterion', 'criteria')} a score is not known, and counts as its middle here"


def _bands_title(ranking: Ranking, leader: str) -> str:
    likely = "" if np.allclose(ranking.low, ranking.high) else " on the likely scores"
    if not ranking.weight_flips():
        return f"No single weight puts another candidate ahead of {leader}{likely}"
    return f"{leader} stays first{likely} unless a weight moves out of its band; nearest: {nearest_flip(ranking)}"
