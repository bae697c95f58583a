"""Plotly figures for exploring a domain: what the trials give, what each weight does, what is worth finding out."""

from __future__ import annotations

from html import escape
from typing import Any

import numpy as np

from .analysis.ranking import POINTS, Ranking
from .model import Effort, Workbook
from .open_points import ranking_to_show
from .recipes import Recipe, remembered
from .words import chance

PLOTLY = "application/vnd.plotly.v1+json"
ACCENT = "#1559c7"
COLOURS = ("#1559c7", "#b3541e", "#2d7d46", "#7a3e9d", "#8a6d00", "#b02a5b", "#3b6e8f", "#5b5f66")
_BINS = 100
_LABELLED = 12
_MOST_BARS = 12
_WORTH_SHOWING = 0.01  # points of 100
_DAYS = {"hour": 1 / 8, "day": 1, "week": 5, "month": 21, "year": 230}


class Figure(dict[str, Any]):
    """A figure as Plotly's own JSON, `data` and `layout`; `plotly.graph_objects.Figure(it)` is one to go on with.

    Made by plotly itself it would take fifty times as long, and its way to show one imports nbformat into the kernel.
    """

    def _ipython_display_(self) -> None:
        from IPython.display import display

        display({PLOTLY: self}, raw=True)  # type: ignore[no-untyped-call]

    def add(self, kind: str, **trace: Any) -> None:
        """Add a trace."""
        self["data"].append({"type": kind, **trace})


class Figures:
    """The figures of a domain, shown one below the other."""

    def __init__(self, *figures: Figure) -> None:
        self.figures = figures
        self.recipe: Recipe | None = None

    def _ipython_display_(self) -> None:
        for figure in self.figures:
            figure._ipython_display_()


@remembered
def explore(workbook: Workbook, ranking: Ranking) -> Figures:
    """The figures worth exploring: totals and ranks in the trials, weights, what is worth knowing, effort."""
    ranking = ranking_to_show(workbook, ranking)
    if not ranking.matrix.is_ready or not ranking.remaining:
        return Figures()
    figures = [sensitivity(ranking)]
    if len(ranking.remaining) > 1:
        figures = [totals(ranking), acceptability(ranking), *figures]
    if ranking.worth_knowing is not None and (ranking.worth_knowing.criteria * POINTS >= _WORTH_SHOWING).any():
        figures.append(worth_knowing(ranking))
    candidates = workbook.options[ranking.matrix.domain.id].candidates
    if any(_days(candidate.effort) for candidate in candidates.values()):
        figures.append(effort(workbook, ranking))
    return Figures(*figures)


def sensitivity(ranking: Ranking) -> Figure:
    """Each candidate's total as one criterion's weight goes from 0 to 100 %, the others in proportion; choose which."""
    matrix = ranking.matrix
    figure = _figure(
        f"What each weight of {matrix.domain.name} does to the ranking", "weight, % of all", "points of 100"
    )
    shares = np.linspace(0, 1, 3)
    lines = len(ranking.remaining)
    for column in range(len(matrix.criteria)):
        for place, index in enumerate(ranking.remaining):
            figure.add(
                "scatter",
                x=(shares * 100).tolist(),
                y=np.round(_totals(ranking, index, column, shares), 3).tolist(),
                name=_safe(matrix.names[index]),
                mode="lines",
                line={"color": COLOURS[place % len(COLOURS)], "width": 3 if place == 0 else 1.5},
                visible=column == 0,
            )
    figure["layout"] |= {"updatemenus": [_criterion_menu(ranking, lines)], "shapes": [_now(ranking, 0)]}
    return figure


def totals(ranking: Ranking) -> Figure:
    """How often each total comes up in the trials: a ridge for each candidate, the likely total marked."""
    figure = _figure(f"Where the totals of {ranking.matrix.domain.name} lie in the trials", "points of 100", "")
    if ranking.trials is None:
        return figure
    edges = np.linspace(0, POINTS, _BINS + 1)
    names = [_safe(ranking.matrix.names[index]) for index in ranking.remaining]
    for place, index in enumerate(ranking.remaining):
        counts, _ = np.histogram(ranking.trials.sample[place] * POINTS, edges)
        level, shown = len(names) - 1 - place, np.flatnonzero(counts)
        part = slice(max(int(shown[0]) - 1, 0), int(shown[-1]) + 2)
        colour = ACCENT if index in ranking.leaders else "#76838f"
        figure.add(
            "scatter",
            x=((edges[:-1] + edges[1:])[part] / 2).tolist(),
            y=np.round(level + 0.85 * counts[part] / counts.max(), 3).tolist(),
            mode="lines",
            line={"color": colour, "shape": "spline", "width": 1.5},
            name=names[place],
            showlegend=False,
        )
        figure.add(
            "scatter",
            x=[round(float(ranking.likely[index]), 3)],
            y=[level],
            mode="markers",
            marker={"color": colour, "size": 9},
            name=f"{names[place]}, likely",
            showlegend=False,
        )
    figure["layout"]["yaxis"] |= {"tickvals": list(range(len(names))), "ticktext": names[::-1], "showgrid": False}
    figure["layout"]["height"] = 140 + 60 * len(names)
    return figure


def acceptability(ranking: Ranking) -> Figure:
    """How often each candidate has each rank in the trials, as a heat map."""
    figure = _figure(f"Ranks in {ranking.matrix.domain.name}: share of the trials", "rank", "")
    if ranking.trials is None:
        return figure
    names = [_safe(ranking.matrix.names[index]) for index in ranking.remaining]
    shares = np.round(ranking.trials.acceptability[::-1] * 100, 1)
    labels = {"texttemplate": "%{text}"} if len(names) <= _LABELLED else {}
    figure.add(
        "heatmap",
        z=shares.tolist(),
        x=[str(rank + 1) for rank in range(len(names))],
        y=names[::-1],
        colorscale=[[0, "#eef3fb"], [1, "#164a92"]],
        zmin=0,
        zmax=100,
        text=[[chance(share / 100) if share else "–" for share in row] for row in shares.tolist()],
        showscale=False,
        **labels,
    )
    figure["layout"]["height"] = 160 + 36 * len(names)
    figure["layout"]["xaxis"]["type"] = "category"
    return figure


def worth_knowing(ranking: Ranking) -> Figure:
    """What scores are worth finding out, one or all of a criterion, the most on top (a tornado of EVPPI)."""
    known, matrix = ranking.worth_knowing, ranking.matrix
    figure = _figure(f"What is worth finding out in {matrix.domain.name}", "points of 100 gained on average", "")
    if known is None:
        return figure
    found = [
        (float(worth) * POINTS, f"{matrix.names[ranking.compared[row]]}: {matrix.criteria[column].name}")
        for (row, column), worth in np.ndenumerate(known.scores)
    ]
    found += [
        (float(worth) * POINTS, f"every candidate: {criterion.name}")
        for criterion, worth in zip(matrix.criteria, known.criteria, strict=True)
    ]
    best = sorted((one for one in found if one[0] >= _WORTH_SHOWING), reverse=True)[:_MOST_BARS]
    figure.add(
        "bar",
        x=[round(worth, 3) for worth, _ in reversed(best)],
        y=[_safe(name) for _, name in reversed(best)],
        orientation="h",
        marker={"color": ACCENT},
        showlegend=False,
    )
    figure["layout"]["height"] = 160 + 28 * len(best)
    return figure


def effort(workbook: Workbook, ranking: Ranking) -> Figure:
    """Total against estimated effort in person-days; candidates without an estimate are named below the title."""
    candidates = workbook.options[ranking.matrix.domain.id].candidates if ranking.matrix.candidates else {}
    known, bare = [], []
    for index in ranking.remaining:
        days = _days(candidates[ranking.matrix.candidates[index]].effort)
        if days is None:
            bare.append(_safe(ranking.matrix.names[index]))
        else:
            known.append((index, days))
    note = f"<br><sup>no estimate: {', '.join(bare)}</sup>" if bare else ""
    figure = _figure(f"Points against effort in {ranking.matrix.domain.name}{note}", "person-days", "points of 100")
    figure.add(
        "scatter",
        x=[days[1] for _, days in known],
        y=[round(float(ranking.likely[index]), 3) for index, _ in known],
        error_x={
            "array": [days[2] - days[1] for _, days in known],
            "arrayminus": [days[1] - days[0] for _, days in known],
            "color": "#76838f",
        },
        text=[_safe(ranking.matrix.names[index]) for index, _ in known],
        mode="markers+text",
        textposition="top center",
        marker={"color": ACCENT, "size": 11},
        showlegend=False,
    )
    return figure


def _figure(title: str, x: str, y: str) -> Figure:
    axis = {"gridcolor": "#e3e8ee", "zeroline": False, "automargin": True}
    layout = {
        "template": {"data": {"scatter": [{"type": "scatter"}]}},  # what plotly calls "none"
        "title": {"text": title, "x": 0, "xanchor": "left", "font": {"size": 15}},
        "xaxis": {"title": {"text": x}, **axis},
        "yaxis": {"title": {"text": y}, **axis},
        "height": 380,
        "margin": {"l": 60, "r": 20, "t": 60, "b": 50},
        "legend": {"orientation": "h", "y": -0.2},
        "font": {"family": "system-ui, sans-serif", "size": 13},
    }
    return Figure(data=[], layout=layout)


def _totals(ranking: Ranking, row: int, column: int, shares: Any) -> Any:
    matrix = ranking.matrix
    now = matrix.weights[column]
    at_one = matrix.likely[row, column]
    at_zero = (matrix.likely[row] @ matrix.weights - now * at_one) / (1 - now) if now < 1 else at_one
    return POINTS * (shares * at_one + (1 - shares) * at_zero)


def _criterion_menu(ranking: Ranking, lines: int) -> dict[str, Any]:
    columns = range(len(ranking.matrix.criteria))
    buttons = [
        {
            "label": _safe(ranking.matrix.criteria[column].name),
            "method": "update",
            "args": [
                {"visible": [column == other for other in columns for _ in range(lines)]},
                {"shapes": [_now(ranking, column)]},
            ],
        }
        for column in columns
    ]
    return {"buttons": buttons, "x": 1, "xanchor": "right", "y": 1.18, "yanchor": "top"}


def _now(ranking: Ranking, column: int) -> dict[str, Any]:
    """The line that marks the agreed weight."""
    share = float(ranking.matrix.weights[column]) * 100 if ranking.matrix.criteria else 0.0
    line = {"color": "#76838f", "dash": "dot"}
    return {"type": "line", "x0": share, "x1": share, "y0": 0, "y1": 1, "yref": "paper", "line": line}


def _days(estimate: Effort | None) -> tuple[float, float, float] | None:
    if estimate is None or estimate.likely is None:
        return None
    factor = next((days for unit, days in _DAYS.items() if unit in estimate.unit.lower()), None)
    if factor is None:
        return None
    low = estimate.low if estimate.low is not None else estimate.likely
    high = estimate.high if estimate.high is not None else estimate.likely
    return low * factor, estimate.likely * factor, high * factor


def _safe(text: str) -> str:
    """Plotly reads a few tags and links in text; a workbook's names are only ever text."""
    return escape(text, quote=False)
