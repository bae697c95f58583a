"""Weights and scores at which the best candidate changes, against published break-even points."""

from __future__ import annotations

import numpy as np
import pytest

from optlib.analysis import score_flips, swing_weights, weight_flips, weighted_sum

from . import Case, case, each, scaled, stretched

OFFICES = case("sensitivity", "goodwin-wright-turnover")


def groups() -> tuple[np.ndarray, float]:
    """The offices' values on the group that is varied and on the rest, from 0 to 1, and the group's present share."""
    given = OFFICES.input
    values, points = np.array(given["values"]) / 100, np.array(given["points"])
    inside = np.isin(np.arange(points.size), given["group"])
    parts = [weighted_sum(values[:, part], points[part]) for part in (inside, ~inside)]
    return np.stack(parts, axis=1), float(swing_weights(points)[inside].sum())


@each("sensitivity", "totals")
def test_benefits_of_offices_are_those_published(published: Case) -> None:
    """Goodwin and Wright print the aggregate benefits of seven offices, by rounded weights."""
    totals = 100 * weighted_sum(np.array(published.input["values"]) / 100, published.input["weights"])
    assert totals == published.close("totals")


def test_weight_of_turnover_flips_where_published() -> None:
    """Goodwin and Wright print that below a weight of 52.1 for turnover, Elton Street is ahead of Addison Square."""
    values, now = groups()
    flips = 100 * weight_flips(values, [now, 1 - now], OFFICES.published["leader"])
    assert flips[OFFICES.published["to"], 0] == OFFICES.close("flips_at")


@pytest.mark.parametrize(("name", "weights"), [("without", [0, 1]), ("with_all", [1, 0])])
def test_ends_of_the_published_line_are_met(name: str, weights: list[float]) -> None:
    """Goodwin and Wright print 81.7 and 60.4 for Elton Street with no weight and with all weight on turnover."""
    office, benefit = OFFICES.published[name]
    totals = 100 * weighted_sum(groups()[0], weights)
    assert totals[office] == pytest.approx(benefit, abs=OFFICES.tolerance)


@each("sensitivity", "weight_flips")
def test_chances_of_a_state_flip_where_published(published: Case) -> None:
    """With two states, the chance of the first at which another decision is best is a flip of its weight."""
    given, leader = published.input, published.published["leader"]
    values = scaled(given["payoffs"], given["directions"], given["scale"])
    flips = weight_flips(values, [given["share"], 1 - given["share"]], leader)
    for candidate, share in published.published["flips"]:
        assert flips[candidate, 0] == pytest.approx(share, abs=published.tolerance)


@each("sensitivity", "icer")
def test_cost_effectiveness_ratios_are_flips_of_weight(published: Case) -> None:
    """A published incremental ratio is the worth of an effect, in money, at which the next dearer option is level."""
    figures, ladder = np.array(published.input["figures"]), published.published["ladder"]
    effect, cost = np.ptp(figures, axis=0)
    values = stretched(figures, ["max", "min"])
    for cheaper, dearer, ratio in zip(ladder[:-1], ladder[1:], published.published["icers"], strict=True):
        share = weight_flips(values, [1, 1], cheaper)[dearer, 0]
        assert share / (1 - share) * cost / effect == pytest.approx(ratio, rel=published.tolerance)


def percent_of_change(share: float, weights: np.ndarray, criterion: int) -> float:
    """By how many percent a weight alone must fall, before all are made shares again, to become this share."""
    change = (weights[criterion] - share * weights.sum()) / (1 - share)
    return float(100 * change / weights[criterion])


def test_weights_change_by_the_published_percentages() -> None:
    """Triantaphyllou and Sánchez (1997) print by how many percent a weight must change to reverse two alternatives."""
    published = case("sensitivity", "triantaphyllou-sanchez-1997")
    weights = np.array(published.input["weights"])
    for first, second, criterion, percent in published.published["percent"]:
        share = weight_flips(published.input["values"], weights, first)[second, criterion]
        found = percent_of_change(share, weights, criterion)
        assert found == pytest.approx(percent, abs=published.tolerance)


def test_weights_that_are_published_as_reversing_nothing_have_no_flip() -> None:
    """Triantaphyllou and Sánchez (1997) print which weights no feasible change of which reverses two alternatives."""
    published = case("sensitivity", "triantaphyllou-sanchez-1997")
    for first, second, criterion in published.published["none"]:
        flips = weight_flips(published.input["values"], published.input["weights"], first)
        assert np.isnan(flips[second, criterion])


@each("sensitivity", "score_flips")
def test_payoffs_flip_where_published(published: Case) -> None:
    """The payoff, or the sales, at which the best decision only just stays best is the published one."""
    given = published.input
    lower, upper = given["scale"]
    values = scaled(given["figures"], given["directions"], given["scale"])
    flips = score_flips(values, given["weights"], published.published["leader"])
    for candidate, criterion, figure in published.published["flips"]:
        found = lower + (upper - lower) * flips[candidate, criterion]
        assert found == pytest.approx(figure, abs=published.tolerance)
