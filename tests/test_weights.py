"""Weights from swings, from an order, from pairs (AHP) and from the best and the worst (BWM), and their consistency."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from optlib.analysis.best_worst import CONSISTENCY_INDEX, BestWorst, best_worst_weights
from optlib.analysis.pairwise import (
    CONSISTENCY_LIMIT,
    RANDOM_INDEX,
    Pairwise,
    geometric_mean_of_judgements,
    pairwise_weights,
)
from optlib.analysis.weights import RANK_FORMULAS, rank_order_weights, swing_weights

from .building import LAWS

Array = NDArray[np.float64]
NAN = float("nan")
SAATY = [1 / 9, 1 / 5, 1 / 3, 1 / 2, 1, 1, 2, 3, 5, 7, 9]
FORMULAS = sorted(RANK_FORMULAS)


def by_pair(count: int, **judgements: float) -> Array:
    """A table of judgements by pair: `by_pair(3, p01=2)` says that criterion 0 is twice as important as 1."""
    table = np.full((count, count), NAN)
    for pair, judgement in judgements.items():
        table[int(pair[1]), int(pair[2])] = judgement
    return table


def connects(table: Array) -> bool:
    """Whether every criterion is compared with every other, directly or through others."""
    reached = {0}
    for _ in table:
        reached |= {
            b for a in reached for b in range(len(table)) if np.isfinite(table[a, b]) or np.isfinite(table[b, a])
        }
    return len(reached) == len(table)


def greatest_eigenvalue(matrix: Array) -> float:
    """Lambda max by numpy, for comparison."""
    return float(np.linalg.eigvals(matrix).real.max())


@st.composite
def upper_halves(draw: st.DrawFn, least: int = 3, gaps: bool = True) -> Array:
    """Judgements on three to six criteria in the upper half, some left out, that connect all."""
    count = draw(st.integers(least, 6))
    choice = st.sampled_from([*SAATY, NAN, NAN, NAN] if gaps else SAATY)
    table = np.full((count, count), NAN)
    for place in combinations(range(count), 2):
        table[place] = draw(choice)
    assume(connects(table))
    return table


@st.composite
def consistent(draw: st.DrawFn) -> tuple[Array, Array]:
    """Weights of two to seven criteria, and judgements that follow from them, some left out, that connect all."""
    count = draw(st.integers(2, 7))
    weights = np.array(draw(st.lists(st.integers(1, 100), min_size=count, max_size=count)), dtype=float)
    table = weights[:, None] / weights
    for i, j in combinations(range(count), 2):
        table[j, i] = NAN
        if draw(st.booleans()):
            table[i, j] = NAN
    assume(connects(table))
    return weights / weights.sum(), table


@st.composite
def best_worsts(draw: st.DrawFn, most: int = 6) -> tuple[int, int, list[int], list[int]]:
    """Judgements against the best and the worst of two to some criteria, more or less contradictory."""
    count = draw(st.integers(2, most))
    best, worst = draw(st.permutations(range(count)))[:2]
    numbers = st.lists(st.integers(1, 9), min_size=count, max_size=count)
    from_best, to_worst = draw(numbers), draw(numbers)
    from_best[best] = to_worst[worst] = 1
    from_best[worst] = to_worst[best] = draw(st.integers(2, 9))
    return best, worst, from_best, to_worst


def permuted(problem: tuple[int, int, list[int], list[int]], order: list[int]) -> BestWorst:
    """The best-worst weights of the same criteria in another order."""
    best, worst, from_best, to_worst = problem
    return best_worst_weights(
        order.index(best), order.index(worst), [from_best[at] for at in order], [to_worst[at] for at in order]
    )


def test_swing_points_become_shares() -> None:
    """Swings of 100, 60 and 40 points are half, 0.3 and 0.2 of the weight."""
    assert swing_weights([100, 60, 40]).tolist() == pytest.approx([0.5, 0.3, 0.2])


def test_a_swing_of_no_points_has_no_weight() -> None:
    """A criterion whose swing counts nothing gets 0, and the others all."""
    assert swing_weights([0, 100]).tolist() == [0, 1]


@given(st.lists(st.integers(0, 100), min_size=1, max_size=6).filter(any), st.sampled_from([0.01, 3, 1e200]))
@LAWS
def test_only_proportions_of_swings_count(points: list[int], factor: float) -> None:
    """Points times a factor give the same weights, which add up to 1."""
    scaled = swing_weights([point * factor for point in points])
    assert scaled == pytest.approx(swing_weights(points))
    assert scaled.sum() == pytest.approx(1)


@pytest.mark.parametrize("points", [[-1, 100], [NAN, 100], [float("inf"), 1], [0, 0], [], [[100, 50]]])
def test_swings_that_cannot_be_weights_are_an_error(points: Any) -> None:
    """Negative, unknown, infinite, all zero or no points raise, and say how to give them."""
    with pytest.raises(ValueError, match=r"swing points must be .* matters most 100"):
        swing_weights(points)


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("roc", [11 / 18, 5 / 18, 2 / 18]),
        ("rank_sum", [3 / 6, 2 / 6, 1 / 6]),
        ("reciprocal", [6 / 11, 3 / 11, 2 / 11]),
    ],
)
def test_formulas_for_three_criteria_worked_by_hand(formula: str, expected: list[float]) -> None:
    """The weights of three places are the fractions that each formula gives on paper."""
    assert rank_order_weights([1, 2, 3], formula).tolist() == pytest.approx(expected)


@pytest.mark.parametrize("count", [1, 2, 4, 7])
def test_centroid_is_the_mean_of_sorted_uniform_weights(count: int) -> None:
    """ROC weights are the mean of uniform draws on the simplex, each put in order, within four standard errors."""
    draws = np.sort(np.random.default_rng(7).dirichlet(np.ones(count), 40_000), axis=1)[:, ::-1]
    error = draws.std(axis=0) / np.sqrt(len(draws))
    assert (np.abs(draws.mean(axis=0) - rank_order_weights(range(1, count + 1))) <= 4 * error + 1e-12).all()


@given(st.lists(st.integers(1, 6), min_size=1, max_size=7), st.sampled_from(FORMULAS), st.randoms())
@LAWS
def test_permuting_ranks_permutes_the_weights(ranks: list[int], formula: str, random: Any) -> None:
    """Which criterion stands where makes no difference to what its rank is worth."""
    order = random.sample(range(len(ranks)), len(ranks))
    moved = rank_order_weights([ranks[at] for at in order], formula)
    assert moved == pytest.approx(rank_order_weights(ranks, formula)[order])


@given(st.lists(st.integers(1, 6), min_size=1, max_size=7), st.sampled_from(FORMULAS))
@LAWS
def test_weights_fall_with_rank_and_add_up(ranks: list[int], formula: str) -> None:
    """A better rank has more weight, the same rank the same, and all add up to 1."""
    weights = rank_order_weights(ranks, formula)
    assert weights.sum() == pytest.approx(1)
    for (a, of_a), (b, of_b) in combinations(zip(ranks, weights, strict=True), 2):
        assert np.sign(b - a) == np.sign(np.round(of_a - of_b, 12))


@pytest.mark.parametrize("ranks", [[1, 2, 2, 4], [1, 2, 2, 3], [2, 5, 5, 9]])
@pytest.mark.parametrize("formula", FORMULAS)
def test_tied_criteria_share_the_places_they_cover(ranks: list[int], formula: str) -> None:
    """Two on the second rank of four each get the mean of places two and three, in whichever way ties are counted."""
    places = rank_order_weights([1, 2, 3, 4], formula)
    tied = (places[1] + places[2]) / 2
    assert rank_order_weights(ranks, formula).tolist() == pytest.approx([places[0], tied, tied, places[3]])


def test_an_unknown_formula_is_an_error() -> None:
    """A misspelt formula raises and the known ones are named."""
    with pytest.raises(ValueError, match=r"no formula 'rok' for ranks; take rank_sum, reciprocal or roc"):
        rank_order_weights([1, 2], "rok")


@pytest.mark.parametrize("ranks", [[], [0, 1], [1.5, 2], [NAN, 1], [float("inf"), 1], [[1, 2]]])
def test_what_is_no_rank_is_an_error(ranks: Any) -> None:
    """Ranks from 0, between two places, unknown, infinite or none at all raise."""
    with pytest.raises(ValueError, match="ranks must be a row of whole numbers from 1"):
        rank_order_weights(ranks)


@given(consistent())
@LAWS
def test_consistent_judgements_give_back_their_weights(problem: tuple[Array, Array]) -> None:
    """Judgements that follow from weights give them back with ratio 0, also when some are left out."""
    weights, table = problem
    found = pairwise_weights(table)
    assert found.weights.tolist() == pytest.approx(weights.tolist(), abs=1e-9)
    assert found.consistency_ratio == pytest.approx(0, abs=1e-9)
    assert found.lambda_max == pytest.approx(len(weights), abs=1e-9)
    assert found.matrix == pytest.approx(weights[:, None] / weights, rel=1e-9)
    assert (found.worst, found.worst_given, found.worst_implied) == (None, 1.0, 1.0)
    assert found.is_consistent


@given(upper_halves(), st.randoms())
@LAWS
def test_permuting_criteria_permutes_pairwise_weights(table: Array, random: Any) -> None:
    """The order in which criteria are listed changes no weight and no ratio, whichever half a judgement falls in."""
    order = random.sample(range(len(table)), len(table))
    found, moved = pairwise_weights(table), pairwise_weights(table[np.ix_(order, order)])
    assert moved.weights == pytest.approx(found.weights[order], rel=1e-8)
    assert moved.consistency_ratio == pytest.approx(found.consistency_ratio, abs=1e-9)
    assert (moved.given == found.given[np.ix_(order, order)]).all()


@given(upper_halves(), st.integers(0, 2), st.sampled_from([0.25, 7]))
@LAWS
def test_judging_one_criterion_higher_throughout_raises_its_weight_as_much(
    table: Array, which: int, factor: float
) -> None:
    """Every judgement of one criterion times a factor multiplies its weight against the others' and no ratio."""
    raised = table.copy()
    raised[which] *= factor
    raised[:, which] /= factor
    found, higher = pairwise_weights(table), pairwise_weights(raised)
    expected = np.where(np.arange(len(table)) == which, factor, 1.0) * found.weights
    assert higher.weights == pytest.approx(expected / expected.sum(), rel=1e-8)
    assert higher.lambda_max == pytest.approx(found.lambda_max, rel=1e-9)


@given(consistent())
@LAWS
def test_the_reciprocal_of_every_judgement_inverts_weights(problem: tuple[Array, Array]) -> None:
    """Consistent judgements the other way round give weights in inverse proportion."""
    weights, table = problem
    assert pairwise_weights(table.T).weights == pytest.approx((1 / weights) / (1 / weights).sum(), rel=1e-9)


@given(upper_halves())
@LAWS
def test_the_reciprocal_of_every_judgement_is_as_consistent(table: Array) -> None:
    """Any judgements the other way round have the same lambda max and ratio."""
    found, inverted = pairwise_weights(table), pairwise_weights(table.T)
    assert inverted.lambda_max == pytest.approx(found.lambda_max, rel=1e-9)
    assert inverted.consistency_ratio == pytest.approx(found.consistency_ratio, abs=1e-9)


@given(upper_halves(gaps=False))
@LAWS
def test_weights_are_the_principal_eigenvector(table: Array) -> None:
    """The completed table times the weights is lambda max times the weights, and lambda max is numpy's."""
    found = pairwise_weights(table)
    assert found.matrix @ found.weights == pytest.approx(found.lambda_max * found.weights, rel=1e-9)
    assert found.lambda_max == pytest.approx(greatest_eigenvalue(found.matrix), rel=1e-12)
    assert found.weights.sum() == pytest.approx(1)


@given(upper_halves(gaps=False))
@LAWS
def test_pymcdm_finds_the_same_weights(table: Array) -> None:
    """Pymcdm's AHP gives the same weights for the same complete judgements."""
    ahp = import_module("pymcdm.weights.subjective").AHP
    found = pairwise_weights(table)
    assert found.weights == pytest.approx(ahp(matrix=found.matrix)(), rel=1e-9)


@given(upper_halves())
@LAWS
def test_the_completion_makes_lambda_max_least(table: Array) -> None:
    """Moving any completed entry, a little or a lot, raises lambda max; what was given is kept."""
    found = pairwise_weights(table)
    assert found.matrix * found.matrix.T == pytest.approx(np.ones(table.shape))
    assert found.matrix[np.isfinite(table)] == pytest.approx(table[np.isfinite(table)], rel=1e-12)
    for i, j in np.argwhere(np.triu(~found.given)):
        for factor in (0.5, 0.99, 1.01, 2):
            moved = found.matrix.copy()
            moved[i, j], moved[j, i] = moved[i, j] * factor, moved[j, i] / factor
            assert greatest_eigenvalue(moved) > found.lambda_max


@given(upper_halves())
@LAWS
def test_completed_entries_balance(table: Array) -> None:
    """At each completed entry lambda max is level: left times entry times right is the same both ways round."""
    found = pairwise_weights(table)
    values, vectors = np.linalg.eig(found.matrix.T)
    left = np.abs(vectors[:, np.argmax(values.real)].real)
    flow = left[:, None] * found.matrix * found.weights / (left @ found.weights)
    assert np.abs(flow - flow.T)[~found.given] == pytest.approx(0, abs=1e-11)


def test_either_half_is_enough() -> None:
    """The upper half, the lower half and both give the same."""
    upper = by_pair(3, p01=2, p02=6, p12=3)
    lower = 1 / upper.T
    both = np.where(np.isnan(upper), lower, upper)
    expected = [0.6, 0.3, 0.1]
    for table in (upper, lower, both):
        assert pairwise_weights(table).weights.tolist() == pytest.approx(expected)


def test_of_a_pair_given_twice_the_judgement_from_one_counts() -> None:
    """3 with 0.3333333 is 3 with exactly a third, in whichever half the 3 stands."""
    for table in ([[1, 3], [0.3333333, 1]], [[1, 0.3333333], [3, 1]]):
        assert sorted(pairwise_weights(table).matrix.ravel().tolist()) == [1 / 3, 1, 1, 3]


def test_given_tells_judged_entries_from_completed_ones() -> None:
    """Both entries of a judged pair and the diagonal are given, the others completed."""
    found = pairwise_weights(by_pair(3, p01=2, p21=4))
    assert found.given.tolist() == [[True, True, False], [True, True, True], [False, True, True]]
    assert found.matrix[0].tolist() == pytest.approx([1, 2, 0.5])


def test_one_criterion_has_all_the_weight() -> None:
    """With one criterion there is nothing to compare: weight 1, consistent."""
    found = pairwise_weights([[NAN]])
    assert (found.weights.tolist(), found.lambda_max, found.consistency_ratio) == ([1.0], 1.0, 0.0)


def test_two_criteria_are_always_consistent() -> None:
    """A single judgement is the proportion of the weights, and can't be contradicted."""
    found = pairwise_weights([[1, 4], [NAN, 1]])
    assert found.weights.tolist() == pytest.approx([0.8, 0.2])
    assert (found.consistency_ratio, found.worst) == (0.0, None)


def test_a_ring_of_preferences_is_worked_by_hand() -> None:
    """0 is 2 times 1, 1 is 2 times 2, 2 is 2 times 0: equal weights, lambda max 1 + 2 + 1/2."""
    found = pairwise_weights(by_pair(3, p01=2, p12=2, p20=2))
    assert found.weights.tolist() == pytest.approx([1 / 3] * 3)
    assert found.lambda_max == pytest.approx(3.5)
    assert found.consistency_index == pytest.approx(0.25)
    assert found.consistency_ratio == pytest.approx(0.25 / 0.58)
    assert not found.is_consistent


def test_consistent_is_up_to_the_limit() -> None:
    """A ratio of 0.10 is within Saaty's limit, and just above isn't."""

    def at(ratio: float) -> bool:
        nothing = np.ones((1, 1))
        return Pairwise(nothing[0], 1.0, 0.0, ratio, nothing, nothing > 0, None, 1.0, 1.0).is_consistent

    assert at(CONSISTENCY_LIMIT)
    assert not at(np.nextafter(CONSISTENCY_LIMIT, 1))


@pytest.mark.parametrize("count", [3, 9, 15, 16, 18])
def test_the_ratio_is_the_index_over_that_of_random_judgements(count: int) -> None:
    """Complete judgements on m criteria are held against Saaty's index for m, on more than 15 against that for 15."""
    table = np.triu(np.ones((count, count)))
    table[0, 1], table[np.tril_indices(count, -1)] = 5.0, NAN
    found = pairwise_weights(table)
    assert found.consistency_index > 0
    assert found.consistency_ratio == pytest.approx(found.consistency_index / RANDOM_INDEX[min(count, 15) - 3])


def test_the_random_index_falls_with_pairs_left_out() -> None:
    """Four criteria with one pair of six left out are held against two thirds of the index for four."""
    found = pairwise_weights(by_pair(4, p01=2, p02=3, p03=9, p12=3, p13=1))
    assert found.consistency_index > 0
    assert found.consistency_ratio == pytest.approx(found.consistency_index / (0.90 * (1 - 2 / 6)))


def test_judgements_that_form_a_tree_are_consistent() -> None:
    """As many judgements as connect the criteria and no more can't contradict: ratio exactly 0."""
    found = pairwise_weights(by_pair(5, p01=9, p12=9, p13=1 / 7, p34=3))
    assert (found.consistency_ratio, found.worst) == (0.0, None)
    assert found.lambda_max == pytest.approx(5, abs=1e-12)


def test_the_worst_judgement_is_the_one_that_was_spoilt() -> None:
    """Of judgements that follow from weights but for one, that one is named, with what the weights imply."""
    weights = np.array([8.0, 4, 2, 1])
    table = np.triu(weights[:, None] / weights)
    table[np.tril_indices(4, -1)] = NAN
    table[1, 3] = 1 / 4
    found = pairwise_weights(table)
    assert found.worst == (3, 1)
    assert found.worst_given == 4
    assert found.worst_implied == pytest.approx(found.weights[3] / found.weights[1])
    assert found.worst_implied < 2


@given(upper_halves())
@LAWS
def test_no_given_judgement_is_further_than_the_worst(table: Array) -> None:
    """The worst is a given pair, from 1 upwards, and no other given judgement is further from its weights."""
    found = pairwise_weights(table)
    apart = np.abs(np.log(found.matrix * found.weights / found.weights[:, None]))[found.given].max()
    if found.worst is None:
        assert apart <= 1e-6
    else:
        assert found.given[found.worst]
        assert found.worst_given == found.matrix[found.worst] >= 1
        assert abs(np.log(found.worst_given / found.worst_implied)) == pytest.approx(apart, abs=1.1e-6)


def test_where_all_are_equally_far_the_first_is_named() -> None:
    """On three criteria every judgement is as far from its weights as the others, so rounding mustn't choose."""
    for table in (by_pair(3, p01=3, p02=5, p12=7), by_pair(3, p01=3, p02=2, p12=1 / 9)):
        assert pairwise_weights(table).worst == (0, 1)


def test_huge_proportions_keep_their_precision() -> None:
    """A chain of judgements of a million each gives weights down to 1e-24 of the first, still exact."""
    found = pairwise_weights(by_pair(5, p01=1e6, p12=1e6, p23=1e6, p34=1e6))
    assert found.weights / found.weights[0] == pytest.approx([1, 1e-6, 1e-12, 1e-18, 1e-24], rel=1e-9)


def test_results_cannot_be_changed() -> None:
    """The arrays of a result are read-only, and the judgements passed in are left as they were."""
    table = by_pair(3, p01=2, p12=2)
    found = pairwise_weights(table)
    assert not any(array.flags.writeable for array in (found.weights, found.matrix, found.given))
    assert np.isnan(table).sum() == 7


@pytest.mark.parametrize(
    ("table", "message"),
    [
        pytest.param([], r"square table of criteria by criteria, not \(0,\)", id="empty"),
        pytest.param([[1, 2, 3], [NAN, 1, 2]], r"square table of criteria by criteria, not \(2, 3\)", id="not square"),
        pytest.param([[1, 0], [NAN, 1]], r"judgement \[0, 1\] is 0, but must be positive and finite", id="zero"),
        pytest.param([[1, NAN], [-3, 1]], r"judgement \[1, 0\] is -3, but must be positive", id="negative"),
        pytest.param([[1, float("inf")], [NAN, 1]], r"is inf, but must be .* leave NaN where", id="infinite"),
        pytest.param([[1, 1e-10], [NAN, 1]], r"is 1e-10, but must be .* 1e-9 to 1e9", id="tiny"),
        pytest.param([[2, 3], [NAN, 1]], r"judgement \[0, 0\] is 2, but compares a criterion with itself", id="self"),
        pytest.param(
            [[1, 3], [0.33, 1]], r"\[0, 1\] = 3 and \[1, 0\] = 0.33 must .* only one of the two", id="rounded"
        ),
        pytest.param([[1, 3], [3, 1]], r"\[0, 1\] = 3 and \[1, 0\] = 3 must be each other's reciprocal", id="both"),
    ],
)
def test_judgements_that_cannot_be_read_are_an_error(table: Any, message: str) -> None:
    """What isn't a table, a number that can't be a judgement and halves that contradict raise and say where."""
    with pytest.raises(ValueError, match=message):
        pairwise_weights(table)


def test_groups_that_are_not_compared_are_an_error() -> None:
    """Judgements within {0, 2} and {1, 3} and none of 4 raise and name the three groups."""
    with pytest.raises(
        ValueError, match=r"\{0, 2\}, \{1, 3\} and \{4\} are not compared with each other; judge one of"
    ):
        pairwise_weights(by_pair(5, p02=2, p13=2))


def test_a_group_judges_by_the_geometric_mean() -> None:
    """Those who say 2 and 8 together say 4, also where one gave it in the other half; nobody's judgement stays NaN."""
    first, second = by_pair(3, p01=2, p12=3), by_pair(3, p10=1 / 8)
    assert geometric_mean_of_judgements([first, second]) == pytest.approx(
        np.array([[1, 4, NAN], [1 / 4, 1, 3], [NAN, 1 / 3, 1]]), nan_ok=True
    )


@given(upper_halves())
@LAWS
def test_a_group_of_one_opinion_has_that_opinion(table: Array) -> None:
    """Three who judge the same give the weights of each."""
    together = geometric_mean_of_judgements([table] * 3)
    assert pairwise_weights(together).weights == pytest.approx(pairwise_weights(table).weights, rel=1e-8)


@given(upper_halves(gaps=False))
@LAWS
def test_opposite_judgements_cancel(table: Array) -> None:
    """Somebody and their exact opposite together find everything equally important."""
    assert geometric_mean_of_judgements([table, table.T]) == pytest.approx(np.ones(table.shape))


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        pytest.param([], r"table of judgements for each person, shape \(k, m, m\), not \(0,\)", id="nobody"),
        pytest.param([[1, 2], [NAN, 1]], r"for each person, shape \(k, m, m\), not \(2, 2\)", id="one table"),
        pytest.param(
            [[[1, 2], [NAN, 1]], [[1, -2], [NAN, 1]]], r"table 1: judgement \[0, 1\] is -2", id="a second that is bad"
        ),
        pytest.param(
            [[[1, 3], [0.3, 1]]], r"table 0: judgements \[0, 1\] = 3 and \[1, 0\] = 0.3 must", id="contradiction"
        ),
    ],
)
def test_judgements_of_a_group_that_cannot_be_read_are_an_error(tables: Any, message: str) -> None:
    """No tables, or one that can't be read, raise and say whose."""
    with pytest.raises(ValueError, match=message):
        geometric_mean_of_judgements(tables)


def brute_force(best: int, worst: int, from_best: list[int], to_worst: list[int]) -> tuple[Array, float]:
    """The linear model's optimum by looking at every vertex: where as many constraints as there are weights are met."""
    count = len(from_best)
    rows = []
    for at in range(count):
        for pair in ((best, at, from_best[at]), (at, worst, to_worst[at])):
            row = np.zeros(count + 1)
            row[pair[0]] += 1
            row[pair[1]] -= pair[2]
            rows += [row - np.eye(count + 1)[-1], -row - np.eye(count + 1)[-1]]
    limits = np.unique([row for row in rows if np.abs(row[:-1]).any()], axis=0)
    total = np.append(np.ones(count), 0.0)
    systems = np.array([[*limits[list(chosen)], total] for chosen in combinations(range(len(limits)), count)])
    systems = systems[np.abs(np.linalg.det(systems)) > 1e-9]
    points = np.linalg.solve(systems, np.broadcast_to(np.eye(count + 1)[-1][:, None], (len(systems), count + 1, 1)))
    points = points[:, :, 0]
    feasible = points[(limits @ points.T <= 1e-9).all(axis=0) & (points >= -1e-9).all(axis=1)]
    found = feasible[np.argmin(feasible[:, -1])]
    return found[:-1], float(found[-1])


def is_within(problem: tuple[int, int, list[int], list[int]], xi: float) -> bool:
    """Whether some weights above 0 have all proportions within xi of the judgements, by a linear program of its own."""
    from scipy.optimize import linprog

    best, worst, from_best, to_worst = problem
    rows = []
    for at in range(len(from_best)):
        for top, bottom, judgement in ((best, at, from_best[at]), (at, worst, to_worst[at])):
            if top != bottom:
                above, below = np.zeros(len(from_best)), np.zeros(len(from_best))
                above[top], above[bottom] = 1, -(judgement + xi)
                below[top], below[bottom] = -1, judgement - xi
                rows += [above, below]
    return bool(linprog(np.ones(len(from_best)), A_ub=rows, b_ub=np.zeros(len(rows)), bounds=(1, None)).success)


def test_consistent_best_worst_judgements_give_back_their_weights() -> None:
    """Judgements that follow from weights of 8, 4, 2 and 1 give them back, with every ratio 0."""
    found = best_worst_weights(0, 3, [1, 2, 4, 8], [8, 4, 2, 1])
    assert found.weights.tolist() == pytest.approx([8 / 15, 4 / 15, 2 / 15, 1 / 15])
    assert (found.nonlinear_xi, found.consistency_ratio, found.input_ratio, found.worst) == (0, 0, 0, None)
    assert found.xi == pytest.approx(0, abs=1e-12)


def test_the_example_of_rezaei_2015() -> None:
    """Load flexibility, accessibility and cost, the best against the worst 8: xi is 0.26 and the ratio 0.058."""
    found = best_worst_weights(2, 0, [8, 2, 1], [1, 5, 8])
    assert round(found.nonlinear_xi, 2) == 0.26
    assert round(found.consistency_ratio, 3) == 0.058
    assert found.input_ratio == pytest.approx((2 * 5 - 8) / (8 * 8 - 8))
    assert found.worst == 1


@given(best_worsts(most=4))
@LAWS
def test_best_worst_weights_are_the_best_vertex(problem: tuple[int, int, list[int], list[int]]) -> None:
    """Looking at every vertex of the linear model finds the same weights and the same xi."""
    found = best_worst_weights(*problem)
    weights, xi = brute_force(*problem)
    assert found.xi == pytest.approx(xi, abs=1e-9)
    assert found.weights == pytest.approx(weights, abs=1e-8)


@given(best_worsts())
@LAWS
def test_xi_is_the_largest_difference_and_cannot_be_lowered(problem: tuple[int, int, list[int], list[int]]) -> None:
    """The weights miss a judgement by xi and none by more, and no step towards other weights misses all by less."""
    best, worst, from_best, to_worst = problem
    found = best_worst_weights(*problem)

    def largest(weights: Array) -> float:
        of_best = weights[best] - np.array(from_best) * weights
        of_worst = weights - np.array(to_worst) * weights[worst]
        return float(max(np.abs(of_best).max(), np.abs(of_worst).max()))

    assert largest(found.weights) == pytest.approx(found.xi, abs=1e-9)
    assert found.weights.sum() == pytest.approx(1)
    for other in np.random.default_rng(1).dirichlet(np.ones(len(from_best)), 50):
        assert largest(0.99 * found.weights + 0.01 * other) > found.xi - 1e-12


@given(best_worsts())
@LAWS
def test_nonlinear_xi_is_the_least_that_leaves_weights(problem: tuple[int, int, list[int], list[int]]) -> None:
    """Weights exist a little above the original model's xi, and none a little below."""
    xi = best_worst_weights(*problem).nonlinear_xi
    assert is_within(problem, xi + 1e-5)
    assert xi == 0 or not is_within(problem, xi - 1e-5)


@given(best_worsts(), st.randoms())
@LAWS
def test_permuting_criteria_permutes_best_worst_weights(
    problem: tuple[int, int, list[int], list[int]], random: Any
) -> None:
    """The order in which criteria are listed changes no weight and no ratio."""
    order = random.sample(range(len(problem[2])), len(problem[2]))
    found, moved = best_worst_weights(*problem), permuted(problem, order)
    assert moved.weights == pytest.approx(found.weights[order], abs=1e-8)
    assert moved.nonlinear_xi == pytest.approx(found.nonlinear_xi)
    assert moved.input_ratio == pytest.approx(found.input_ratio)


@given(best_worsts())
@LAWS
def test_both_models_agree_on_what_is_consistent(problem: tuple[int, int, list[int], list[int]]) -> None:
    """Where the two judgements of every criterion multiply to that of best to worst all is 0, else nothing is."""
    found = best_worst_weights(*problem)
    is_zero = [found.xi < 1e-9, found.nonlinear_xi < 1e-9, found.consistency_ratio == 0, found.input_ratio == 0]
    assert set(is_zero) == {found.worst is None}


@pytest.mark.parametrize("whole", range(2, 10))
def test_the_most_contradictory_judgements_have_ratio_one(whole: int) -> None:
    """A criterion as far from best and worst as these are from each other is Rezaei's index, and input ratio 1."""
    found = best_worst_weights(0, 2, [1, whole, whole], [whole, whole, 1])
    assert found.nonlinear_xi == pytest.approx(CONSISTENCY_INDEX[whole - 1], abs=0.005)
    assert found.consistency_ratio == pytest.approx(1, abs=0.01)
    assert found.input_ratio == 1


def test_the_index_is_interpolated_between_whole_judgements() -> None:
    """Best to worst 2.5 is held against the index halfway between those of 2 and 3."""
    found = best_worst_weights(0, 2, [1, 2, 2.5], [2.5, 2, 1])
    assert found.consistency_ratio == pytest.approx(found.nonlinear_xi / 0.72)


def test_the_worst_pair_of_judgements_is_named() -> None:
    """Of products 9, 12 and 8 against 8, the 12 of criterion 2 is to be looked at again."""
    assert best_worst_weights(0, 4, [1, 3, 4, 2, 8], [8, 3, 3, 4, 1]).worst == 2


def test_two_criteria_share_by_their_one_judgement() -> None:
    """The best counting four times the worst is 0.8 against 0.2, without contradiction."""
    found = best_worst_weights(1, 0, [4, 1], [1, 4])
    assert found.weights.tolist() == pytest.approx([0.2, 0.8])
    assert (found.consistency_ratio, found.worst) == (0, None)


def test_one_criterion_is_best_and_worst() -> None:
    """A single criterion has all the weight."""
    found = best_worst_weights(0, 0, [1], [1])
    assert (found.weights.tolist(), found.xi, found.consistency_ratio, found.input_ratio) == ([1], 0, 0, 0)


def test_all_equal_is_consistent() -> None:
    """Where the best counts the same as the worst and so do all others, weights are equal and ratios 0."""
    found = best_worst_weights(0, 2, [1, 1, 1], [1, 1, 1])
    assert found.weights.tolist() == pytest.approx([1 / 3] * 3)
    assert (found.consistency_ratio, found.input_ratio) == (0, 0)


def test_a_best_that_equals_the_worst_but_not_another_is_infinitely_inconsistent() -> None:
    """Best to worst 1, but best to another 3: no ratio is large enough, and it isn't passed off as 0."""
    found = best_worst_weights(0, 2, [1, 3, 1], [1, 1, 1])
    assert found.worst == 1
    assert (found.consistency_ratio, found.input_ratio) == (float("inf"), float("inf"))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param((0, 1, [1, 2], [2, 1, 1]), r"one number for each .* shapes \(2,\) and \(3,\)", id="lengths"),
        pytest.param((0, 0, [], []), r"one number for each criterion", id="none"),
        pytest.param((0, 1, [[1, 2]], [[2, 1]]), r"one number for each criterion", id="table"),
        pytest.param((0, 1, [1, 0.5], [0.5, 1]), r"best_to_others\[1\] is 0.5, but must be from 1", id="below 1"),
        pytest.param((0, 1, [1, 9], [10, 1]), r"others_to_worst\[0\] is 10, but .* to 9", id="above 9"),
        pytest.param((0, 1, [1, NAN], [2, 1]), r"best_to_others\[1\] is nan, but must be", id="unknown"),
        pytest.param((2, 1, [1, 2], [2, 1]), r"best is 2, but must be the index .* from 0 to 1", id="best outside"),
        pytest.param((0, -1, [1, 2], [2, 1]), r"worst is -1, but must be the index of a criterion", id="worst outside"),
        pytest.param((1, 1, [1, 1], [1, 1]), r"best and worst are both criterion 1; take two", id="the same"),
        pytest.param((0, 1, [2, 2], [2, 1]), r"best_to_others\[0\] is 2, but compares .* make it 1", id="best itself"),
        pytest.param(
            (0, 1, [1, 2], [2, 3]), r"others_to_worst\[1\] is 3, but compares .* make it 1", id="worst itself"
        ),
        pytest.param(
            (0, 1, [1, 2], [3, 1]),
            r"best_to_others\[1\] and others_to_worst\[0\] both compare best with worst and must be equal, .* 2 and 3",
            id="two answers",
        ),
    ],
)
def test_best_worst_judgements_that_cannot_be_read_are_an_error(arguments: Any, message: str) -> None:
    """Every judgement that can't be one raises and says which, and two that must be equal are both named."""
    with pytest.raises(ValueError, match=message):
        best_worst_weights(*arguments)


def test_weighting_does_not_import_scipy_until_it_is_needed() -> None:
    """Importing the three modules leaves scipy alone, which is slow to import."""
    modules = "optlib.analysis.weights, optlib.analysis.pairwise, optlib.analysis.best_worst"
    code = f"import sys, {modules}; sys.exit('scipy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
