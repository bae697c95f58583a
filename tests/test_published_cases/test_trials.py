"""SMAA, and the proof that a candidate is never best, against published results."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from scipy import stats

from optlib.analysis import Trials, UncertainValues, Way, smaa, uncertain_values, ways_to_win, weight_knowledge

from . import Case, case, each, scaled, stretched

MIDDLES = (np.arange(400) + 0.5) / 400
"""Each distribution is taken at so many equally likely quantiles."""


def distributions(given: Any) -> dict[tuple[int, int], Any]:
    """What each uncertain figure of a case is drawn from, by candidate and criterion."""
    if "beta" in given:
        return {(i, j): stats.beta(*cell) for i, row in enumerate(given["beta"]) for j, cell in enumerate(row)}
    log_normal = given["log_normal"]
    return {
        (i, j): stats.lognorm(spread, scale=np.exp(mean)) if j in log_normal else stats.norm(mean, spread)
        for i, (means, spreads) in enumerate(zip(given["mean"], given["sd"], strict=True))
        for j, (mean, spread) in enumerate(zip(means, spreads, strict=True))
        if spread > 0
    }


def values(given: Any) -> UncertainValues:
    """Figures as values along the source's line from worst to best, beyond 0 and 1 where they lie beyond its range."""
    shape = len(given["candidates"]), len(given["directions"])
    middle, tables = np.ones(shape), {}
    for (i, j), drawn_from in distributions(given).items():
        tables[i, j] = drawn_from.ppf(MIDDLES)
    for j, (direction, (lower, upper)) in enumerate(zip(given["directions"], given["ranges"], strict=True)):
        worst, best = (lower, upper) if direction == "max" else (upper, lower)
        middle[:, j] = (middle[:, j] - worst) / (best - worst)
        for i in range(shape[0]):
            if (i, j) in tables:
                tables[i, j] = np.sort((tables[i, j] - worst) / (best - worst))
    low, likely, high = (middle.copy() for _ in range(3))
    for cell, table in tables.items():
        low[cell], likely[cell], high[cell] = table[0], np.median(table), table[-1]
    return UncertainValues(low, likely, high, np.zeros(shape, dtype=bool), tables)


@cache
def trials(key: str) -> Trials:
    given = case("trials", key).input
    return smaa(values(given), weight_knowledge(given["weights"], given["known"]))


def ways(given: Any) -> tuple[Way, ...]:
    """For each candidate the nearest weights that make it first, from weights that count every criterion the same."""
    table = _table(given)
    return ways_to_win(table, np.ones(table.shape[1]))


def _table(given: Any) -> np.ndarray:
    if "values" in given:
        return np.array(given["values"], dtype=float)
    if "scale" in given:
        return scaled(given["figures"], given["directions"], given["scale"])
    return stretched(given["figures"], given["directions"])


@each("trials", "smaa", "acceptability")
def test_rank_acceptabilities_are_those_published(published: Case) -> None:
    """The share of trials in which each medicine has each rank is the published one."""
    assert trials(published.id).acceptability == published.close("acceptability")


@each("trials", "smaa", "first")
def test_chances_of_being_first_are_those_published(published: Case) -> None:
    """A second published run on thrombosis prints how often each medicine is first."""
    assert trials(published.id).first == published.close("first")


@each("trials", "smaa", "central_weights")
def test_central_weights_are_those_published(published: Case) -> None:
    """The mean of the weights that make each medicine first is the published one."""
    assert trials(published.id).central_weights == published.close("central_weights")


@each("trials", "smaa", "confidence")
def test_confidence_factors_are_those_published(published: Case) -> None:
    """How often each medicine is first at its central weights is the published share."""
    assert trials(published.id).confidence == published.close("confidence")


@each("trials", "smaa", "ahead")
def test_pairwise_winning_shares_are_those_published(published: Case) -> None:
    """The package smaa prints in what share of the trials each medicine is ahead of the other."""
    assert trials(published.id).ahead == published.close("ahead")


@each("trials", "dominated")
def test_dominated_candidate_has_no_central_weights(published: Case) -> None:
    """The package smaa has it that who is never first has neither central weights nor a confidence factor."""
    exact = np.array(published.input["values"], dtype=float)
    found = smaa(uncertain_values(exact, exact, exact), weight_knowledge(published.input["weights"], "exact"))
    assert found.central_weights[0] == pytest.approx([1 / 3] * 3)
    assert found.confidence[0] == published.close("confidence")
    assert np.isnan([*found.central_weights[1], found.confidence[1]]).all()


@each("trials", "exact_values")
def test_central_weights_favour_what_a_candidate_is_good_at(published: Case) -> None:
    """JSMAA has it that each of two candidates has the larger central weights where its values are larger."""
    exact = np.array(published.input["values"], dtype=float)
    first, second = smaa(uncertain_values(exact, exact, exact), weight_knowledge([1, 1, 1], "none")).central_weights
    more, less = published.published["more_for_the_first"], published.published["less_for_the_first"]
    assert (first[more] > second[more]).all()
    assert (first[less] < second[less]).all()


@each("trials", "order_means")
def test_weights_known_by_order_have_the_published_means(published: Case) -> None:
    """MathOverflow prints the means of ordered weights, sampled; they are the rank order centroid weights."""
    count = published.input["count"]
    exact = np.full((1, count), 0.5)
    found = smaa(uncertain_values(exact, exact, exact), weight_knowledge(np.arange(count, 0, -1), "order"))
    assert found.mean_weights == published.close("mean_weights")


@each("trials", "ways")
def test_candidates_that_are_published_as_never_best_have_no_way_to_win(published: Case) -> None:
    """What a source shows to be dominated, by one or by a mix, is first at no weights, and the mix is ahead of it."""
    found, table = ways(published.input), _table(published.input)
    for index in published.published["never"]:
        assert found[index].weights is None
        assert (found[index].beaten_by @ table >= table[index] + found[index].shortfall - published.tolerance).all()


@each("trials", "ways")
def test_candidates_that_are_published_as_not_dominated_have_a_way_to_win(published: Case) -> None:
    """What a source shows to be best for some weights is first, alone or tied, at the weights that are found."""
    found, table = ways(published.input), _table(published.input)
    for index in published.published["ever"]:
        totals = table @ found[index].weights
        assert totals[index] == pytest.approx(totals.max(), abs=1e-7)


@each("trials", "ways", "mix")
def test_mix_that_beats_a_candidate_is_the_published_one(published: Case) -> None:
    """In the game of the lecture notes, half of U and half of M beats D whatever the other player does."""
    (never,) = published.published["never"]
    assert ways(published.input)[never].beaten_by == published.close("mix")
