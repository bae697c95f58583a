"""The figures for exploring hold the numbers of the analysis."""

from __future__ import annotations

import json
import subprocess
import sys

import plotly.graph_objects as go
import pytest

from optlib import charts, open_workbook, rank_domain
from optlib.analysis.ranking import Ranking
from optlib.model import FORMAT, Workbook

from .building import ranked
from .conftest import EXAMPLES

WORKBOOK = open_workbook(EXAMPLES / "optlib.yaml").workbook


@pytest.fixture(scope="module")
def ranking() -> Ranking:
    """The ranking of the full example's data and state."""
    return rank_domain(WORKBOOK, "data_state")


def test_the_lines_meet_the_totals_at_the_agreed_weight(ranking: Ranking) -> None:
    """At today's weight each line is at its candidate's total."""
    figure = charts.sensitivity(ranking)
    now = float(ranking.matrix.weights[0]) * 100
    for line, index in zip(figure["data"], ranking.remaining, strict=False):
        at_zero, at_one = line["y"][0], line["y"][-1]
        assert at_zero + (at_one - at_zero) * now / 100 == pytest.approx(ranking.likely[index], abs=0.01)


def test_every_criterion_can_be_chosen(ranking: Ranking) -> None:
    """The menu has an entry for each criterion, and shows just its lines."""
    menu = charts.sensitivity(ranking)["layout"]["updatemenus"][0]
    assert [button["label"] for button in menu["buttons"]] == [criterion.name for criterion in ranking.matrix.criteria]
    assert all(sum(button["args"][0]["visible"]) == len(ranking.remaining) for button in menu["buttons"])


def test_ridges_lie_within_the_bounds(ranking: Ranking) -> None:
    """Each candidate's ridge stands where its totals can be, whatever the weights, and its likely total is marked."""
    figure = charts.totals(ranking)
    names = [ranking.matrix.names[index] for index in ranking.remaining]
    for place, index in enumerate(ranking.remaining):
        ridge, likely = figure["data"][2 * place : 2 * place + 2]
        worst, best = ranking.matrix.low[index].min() * 100, ranking.matrix.high[index].max() * 100
        assert (ridge["name"], likely["x"][0]) == (names[place], pytest.approx(ranking.likely[index], abs=0.001))
        assert worst - 2 <= min(ridge["x"]) <= max(ridge["x"]) <= best + 2


def test_the_heat_map_of_ranks_adds_up(ranking: Ranking) -> None:
    """Each candidate has one rank in each trial, so its row adds up to 100 %."""
    heat = charts.acceptability(ranking)["data"][0]
    assert [sum(row) for row in heat["z"]] == pytest.approx([100] * len(ranking.remaining), abs=0.3)
    assert heat["y"][-1] == ranking.matrix.names[ranking.remaining[0]]


def test_what_is_worth_most_stands_on_top() -> None:
    """The bars of what is worth finding out rise, as plotly draws the last one highest."""
    bars = charts.worth_knowing(ranked({"ash": [[1, 4], 3], "oak": [2, [2, 5]]}, [1, 1]))["data"][0]
    assert len(bars["x"]) > 2
    assert bars["x"] == sorted(bars["x"])


def test_a_name_with_tags_is_text_in_a_figure() -> None:
    """Plotly's own little markup in a candidate's name is escaped."""
    book = Workbook.model_validate(
        {
            "format": FORMAT,
            "options": {
                "data_state": {
                    "candidates": {
                        "a": {"name": '<a href="javascript:x">A</a>', "scores": {"cost": 1}},
                        "b": {"scores": {"cost": 2}},
                    }
                }
            },
        }
    )
    names = [line["name"] for line in charts.sensitivity(rank_domain(book, "data_state"))["data"]]
    assert not any("<a" in name for name in names)


def test_nothing_to_explore_shows_nothing() -> None:
    """A domain without scores has no figures."""
    empty = Workbook.model_validate({"format": FORMAT})
    assert charts.explore(empty, rank_domain(empty, "data_state")).figures == ()


def test_plotly_takes_every_figure_as_it_is(ranking: Ranking) -> None:
    """Plotly's own checks find nothing to refuse, and nothing is changed by them."""
    figures = [*charts.explore(WORKBOOK, ranking).figures, charts.effort(WORKBOOK, ranking)]
    assert len(figures) >= 4
    for figure in figures:
        assert json.loads(go.Figure(figure).to_json()) == json.loads(json.dumps(figure))


def test_a_figure_shows_itself_as_plotlys_own_type() -> None:
    """What a notebook keeps of a figure is its JSON and nothing else, without nbformat in the kernel."""
    code = (
        "import sys\nfrom IPython.core.interactiveshell import InteractiveShell\n"
        "from IPython.utils.capture import capture_output\nfrom optlib import charts\n"
        "InteractiveShell.instance()\nfigure = charts.Figure(data=[], layout={})\n"
        "with capture_output() as shown:\n    charts.Figures(figure)._ipython_display_()\n"
        "print([output.data for output in shown.outputs], 'nbformat' in sys.modules, 'plotly' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout == "[{'application/vnd.plotly.v1+json': {'data': [], 'layout': {}}}] False False\n"
