"""The expected value of perfect information, of everything and of one score, against published values."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from scipy import stats

from optlib.analysis import UncertainValues, evpi, information, smaa, weight_knowledge

from . import Case, case, each

MIDDLES = (np.arange(1000) + 0.5) / 1000
"""A normal distribution is taken at so many equally likely quantiles."""
BARCLAY = case("information", "render-barclay-information")
VIGNETTE = case("information", "jackson-voi-vignette")


def listed(exact: list[list[float]], tables: dict[tuple[int, int], np.ndarray]) -> UncertainValues:
    """Exact values, but for some cells that have one of several equally likely values."""
    low, likely, high = (np.array(exact, dtype=float) for _ in range(3))
    for cell, table in tables.items():
        low[cell], likely[cell], high[cell] = table.min(), np.median(table), table.max()
    return UncertainValues(low, likely, high, np.zeros(low.shape, dtype=bool), tables)


def one_score(published: Case) -> tuple[UncertainValues, float]:
    """A candidate with one uncertain payoff beside one with an exact one, as values from 0 to 1, and the unit of them.

    Trials tell totals apart to a billionth of the whole range, so payoffs are made values like any others.
    """
    payoffs = np.array([*published.input["equally_likely"], published.input["other"]], dtype=float)
    unit = float(np.ptp(payoffs))
    table = (payoffs - payoffs.min()) / unit
    return listed([[0.0], [table[-1]]], {(0, 0): np.sort(table[:-1])}), unit


def two_treatments() -> UncertainValues:
    """Net benefit 0, or the sum of two normal figures, the second of which is a cost."""
    given = VIGNETTE.input
    tables = {}
    for column, (mean, spread, direction) in enumerate(
        zip(given["mean"], given["sd"], given["directions"], strict=True)
    ):
        quantiles = stats.norm(mean, spread).ppf(MIDDLES)
        tables[1, column] = quantiles if direction == "max" else np.sort(-quantiles)
    return listed([[0, 0], [0, 0]], tables)


def closed_form(spread: float) -> float:
    """The mean of the better of 0 and a normal benefit, less the better of 0 and its mean, as the vignette has it."""
    given = VIGNETTE.input
    mean = given["mean"][0] - given["mean"][1]
    ratio = mean / spread
    return float(mean * stats.norm.cdf(ratio) + spread * stats.norm.pdf(ratio) - max(0.0, mean))


@cache
def worth_of_treatments() -> np.ndarray:
    """What learning each of the two figures is worth; weights are shares of 1, so that totals are half the benefit."""
    return 2 * information(two_treatments(), [0.5, 0.5]).criteria


@each("information", "evpi")
def test_perfect_information_has_the_published_worth(published: Case) -> None:
    """The payoff table of a textbook gives the expected value of perfect information that it prints."""
    assert evpi(published.input["payoffs"], published.input["chances"]) == published.close("evpi")


@each("information", "evpi")
def test_perfect_information_is_measured_from_the_published_expected_payoffs(published: Case) -> None:
    """Of each row beside one of nothing, what is gained with information less its worth is the published payoff."""
    table, chances = np.array(published.input["payoffs"], dtype=float), np.array(published.input["chances"])
    zero = np.zeros(len(chances))
    gains = [float(chances @ np.maximum(row, zero)) - evpi([row, zero], chances) for row in table]
    assert gains == pytest.approx(np.maximum(published.published["expected"], 0), abs=published.tolerance)


@each("information", "one_score")
def test_one_uncertain_score_has_the_published_worth(published: Case) -> None:
    """Where one payoff alone is uncertain, learning it is worth the published value of perfect information."""
    values, unit = one_score(published)
    assert unit * information(values, [1.0]).scores[0, 0] == published.close("evppi")


@each("information", "one_score")
def test_trials_give_the_published_worth_of_perfect_information(published: Case) -> None:
    """The same published worth comes out of trials, to within three of their standard errors."""
    values, unit = one_score(published)
    found = smaa(values, weight_knowledge([1.0], "exact"))
    error = unit * float(np.std(values.tables[0, 0])) / np.sqrt(found.draws)
    assert unit * found.evpi == pytest.approx(published.published["evppi"], abs=3 * error)


def test_nothing_is_to_be_learnt_of_an_exact_score() -> None:
    """In the published example the payoff of selling is certain, so that learning it is worth nothing."""
    values, _ = one_score(case("information", "hillier-lieberman-one-score"))
    assert information(values, [1.0]).scores[1, 0] == 0


@pytest.mark.parametrize("column", [0, 1])
def test_one_of_two_figures_has_the_published_worth(column: int) -> None:
    """The vignette of voi has a closed form for learning one of two normal figures that make up a net benefit."""
    assert worth_of_treatments()[column] == pytest.approx(
        closed_form(VIGNETTE.input["sd"][column]), abs=VIGNETTE.tolerance
    )


def test_trials_give_the_published_worth_of_learning_both_figures() -> None:
    """The vignette of voi has a closed form for perfect information, and trials agree to within three errors."""
    found = smaa(two_treatments(), weight_knowledge([1, 1], "exact"))
    spread = float(np.hypot(*VIGNETTE.input["sd"]))
    assert 2 * found.evpi == pytest.approx(closed_form(spread), abs=3 * spread / np.sqrt(found.draws))


def test_unit_loss_of_a_normal_profit_is_that_published() -> None:
    """Render, Stair and Hanna price perfect information on the sales of a game by the normal loss integral."""
    given = BARCLAY.input
    profit = given["profit"] * (stats.norm(given["mean"], given["sd"]).ppf(MIDDLES) - given["break_even"])
    found = information(listed([[0.0], [0.0]], {(0, 0): profit}), [1.0])
    assert found.scores[0, 0] == BARCLAY.close("evppi")
