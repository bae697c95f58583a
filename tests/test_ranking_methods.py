"""Ranking figures as measured: weighted product, TOPSIS, VIKOR and PROMETHEE II, and how far their rankings agree."""

from __future__ import annotations

import warnings
from importlib import import_module
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from optlib.analysis.agreement import RANKING_METHODS, Reversal, kendall_tau, rank_reversals
from optlib.analysis.compromise import topsis, vikor
from optlib.analysis.outranking import THRESHOLDS, Preference, promethee
from optlib.analysis.products import weighted_product
from optlib.analysis.results import MethodResult

from .building import LAWS

FIGURES = [[120.0, 4.0, 30.0], [80.0, 2.0, 45.0], [100.0, 5.0, 20.0], [150.0, 3.0, 60.0]]
WEIGHTS = [3.0, 2.0, 1.0]
DIRECTIONS = ["min", "max", "max"]
FRAME = pd.DataFrame(FIGURES, index=["ash", "oak", "elm", "fir"], columns=["cost", "skill", "speed"])
BY_NAME = {"cost": 3.0, "skill": 2.0, "speed": 1.0}
TYPES = {"max": 1, "min": -1}  # how both libraries write a direction

every_method = pytest.mark.parametrize("method", RANKING_METHODS)


def ranked(method: str, figures: Any, weights: Any, directions: Any, preferences: Any = None) -> MethodResult:
    """The result of a method by its name in the registry."""
    return RANKING_METHODS[method](figures, weights, directions, preferences)


Drawn = tuple[np.ndarray, np.ndarray, list[str]]


@st.composite
def problems(draw: st.DrawFn, least: int = 1, distinct: bool = False, weight: int = 0) -> Drawn:
    """Figures of up to six candidates on up to four criteria, weights from `weight` on, and directions."""
    n, m = draw(st.integers(least, 6)), draw(st.integers(1, 4))
    column = st.lists(st.integers(1, 30), min_size=n, max_size=n, unique=distinct)
    figures = np.array(draw(st.lists(column, min_size=m, max_size=m)), dtype=float).T
    weights = draw(st.lists(st.integers(weight, 5), min_size=m, max_size=m).filter(any))
    return (
        figures,
        np.array(weights, dtype=float),
        draw(st.lists(st.sampled_from(["max", "min"]), min_size=m, max_size=m)),
    )


def by_pymcdm(method: Any, problem: Drawn) -> np.ndarray:
    """The scores by a method of pymcdm.

    It wants weights that add up to 1 and directions as 1 and -1. Its validation warns of candidates that are best or
    worst on everything, which are fine, so it is left out.
    """
    figures, weights, directions = problem
    return np.asarray(
        method(figures, weights / weights.sum(), [TYPES[way] for way in directions], validation=False), dtype=float
    )


def by_scikit_criteria(method: Any, problem: Drawn, *before: Any) -> Any:
    """The result of a method of scikit-criteria, after the preprocessing that its users must add to a pipeline."""
    data = import_module("skcriteria")
    figures, weights, directions = problem
    matrix = data.mkdm(figures, [TYPES[way] for way in directions], weights=weights / weights.sum())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that TOPSIS "isn't recommended" with criteria to be minimised
        for step in before:
            matrix = step.transform(matrix)
        return method.evaluate(matrix)


@given(problem=problems(least=2, distinct=True))
@LAWS
def test_weighted_product_is_the_one_of_pymcdm(problem: Drawn) -> None:
    """Scores equal those of pymcdm once its columns are taken over the best figure, by its linear normalisation."""
    oracle = import_module("pymcdm")
    theirs = oracle.methods.WPM(oracle.normalizations.linear_normalization)
    assert weighted_product(*problem).scores == pytest.approx(by_pymcdm(theirs, problem), abs=1e-9)


@given(problem=problems(least=2))
@LAWS
def test_weighted_product_is_the_default_of_pymcdm_but_for_a_factor(problem: Drawn) -> None:
    """With pymcdm's default, where columns are taken over their sum, all scores differ by one and the same factor."""
    oracle = import_module("pymcdm")
    theirs = by_pymcdm(oracle.methods.WPM(oracle.normalizations.sum_normalization), problem)
    ours = weighted_product(*problem).scores
    assert ours / ours[0] == pytest.approx(theirs / theirs[0], abs=1e-9)


@given(problem=problems(least=2))
@LAWS
def test_weighted_product_is_the_one_of_scikit_criteria(problem: Drawn) -> None:
    """Scores equal those of scikit-criteria once its sums of decimal logarithms are turned into products."""
    simple = import_module("skcriteria.agg.simple")
    inverters = import_module("skcriteria.preprocessing.invert_objectives")
    # It refuses 'min', which InvertMinimize turns into 'max' of 1/x, and its score is the log10 of the product of raw
    # figures; ours is over the product of the best figures.
    theirs = by_scikit_criteria(simple.WeightedProductModel(), problem, inverters.InvertMinimize()).e_.score
    figures, weights, directions = problem
    best = np.where(np.array(directions) == "max", figures.max(axis=0), 1 / figures.min(axis=0))
    of_best = np.log10(best) @ weights / weights.sum()
    assert weighted_product(*problem).scores == pytest.approx(10 ** (theirs - of_best), abs=1e-9)


@given(problem=problems(least=2, distinct=True))
@LAWS
def test_topsis_is_the_one_of_pymcdm_with_vector_normalisation(problem: Drawn) -> None:
    """Closeness equals that of pymcdm; its 1 - r for 'min' mirrors the column, which leaves the distances alone."""
    oracle = import_module("pymcdm")
    theirs = oracle.methods.TOPSIS(oracle.normalizations.vector_normalization)  # its default is min-max
    assert topsis(*problem).scores == pytest.approx(by_pymcdm(theirs, problem), abs=1e-9)


@given(problem=problems(least=2, distinct=True))
@LAWS
def test_topsis_is_the_one_of_scikit_criteria(problem: Drawn) -> None:
    """Closeness, ideal and anti-ideal equal those of scikit-criteria, which itself doesn't normalise."""
    agg = import_module("skcriteria.agg.topsis")
    scalers = import_module("skcriteria.preprocessing.scalers")
    theirs = by_scikit_criteria(agg.TOPSIS(), problem, scalers.VectorScaler(target="matrix")).e_
    ours = topsis(*problem)
    assert ours.scores == pytest.approx(theirs.similarity, abs=1e-9)
    for step in ("ideal", "anti_ideal"):
        assert ours.steps[step] == pytest.approx(theirs[step][list(ours.criteria)], abs=1e-9)


@given(problem=problems(least=2, distinct=True), v=st.sampled_from([0.0, 0.3, 0.5, 1.0]))
@LAWS
def test_vikor_is_the_one_of_pymcdm(problem: Drawn, v: float) -> None:
    """Q equals that of pymcdm, where S and R aren't the same for all: there it divides by zero."""
    oracle = import_module("pymcdm")
    ours = vikor(*problem, v=v)
    assume(np.ptp(ours.steps["S"]) > 1e-9 and np.ptp(ours.steps["R"]) > 1e-9)
    assert ours.scores == pytest.approx(by_pymcdm(oracle.methods.VIKOR(v=v), problem), abs=1e-9)


@given(problem=problems(least=2), v=st.sampled_from([0.0, 0.3, 0.5, 1.0]))
@LAWS
def test_vikor_is_the_one_of_scikit_criteria(problem: Drawn, v: float) -> None:
    """S, R, Q and the compromise set equal those of scikit-criteria, also where a criterion is constant."""
    agg = import_module("skcriteria.agg.vikor")
    ours = vikor(*problem, v=v)
    # Where S or R differ by rounding only, it blows the rounding up to differences from 0 to 1; and it compares
    # advantages with DQ and ranks Q to the last bit. Such cases are left out.
    gaps = np.abs(np.subtract.outer(ours.scores, ours.scores))
    assume(not any(0 < np.ptp(ours.steps[name]) < 1e-9 for name in ("S", "R")))
    assume(not ((gaps > 0) & (gaps < 1e-9)).any() and not (np.abs(gaps - ours.steps["DQ"]) < 1e-9).any())
    theirs = by_scikit_criteria(agg.VIKOR(v=v), problem).e_
    for name in ("S", "R", "Q"):
        assert ours.steps[name] == pytest.approx(theirs[f"{name.lower()}_k"], abs=1e-9)
    assert sorted(ours.compromise) == sorted(theirs.compromise_set.tolist())


@pytest.mark.parametrize(
    ("kind", "theirs"),
    [("usual", "usual"), ("u_shape", "ushape"), ("v_shape", "vshape"), ("level", "level"), ("linear", "vshape_2")],
)
@given(problem=problems(least=2), q=st.integers(0, 5), wider=st.integers(1, 10))
@LAWS
def test_promethee_is_the_one_of_pymcdm(kind: Any, theirs: str, problem: Drawn, q: int, wider: int) -> None:
    """Net flows equal those of pymcdm with each of its preference functions, thresholds by criterion."""
    oracle = import_module("pymcdm")
    columns = range(problem[0].shape[1])
    rising = {"q": [q + column for column in columns], "p": [q + wider + 2 * column for column in columns]}
    thresholds = {name: rising[name] for name in THRESHOLDS[kind]}
    # An object keeps its thresholds in a generator, and so is made anew for each call.
    method = oracle.methods.PROMETHEE_II(theirs, **thresholds)
    ours = promethee(
        *problem,
        [Preference(kind, **{name: given[column] for name, given in thresholds.items()}) for column in columns],
    )
    assert ours.scores == pytest.approx(by_pymcdm(method, problem), abs=1e-9)


@given(
    a=st.lists(st.integers(1, 4), min_size=2, max_size=8),
    b=st.lists(st.integers(1, 4), min_size=8, max_size=8),
)
@LAWS
def test_tau_is_the_one_of_scipy(a: list[int], b: list[int]) -> None:
    """Tau-b equals that of scipy, with None for its NaN."""
    stats = import_module("scipy.stats")
    theirs = stats.kendalltau(a, b[: len(a)], variant="b").statistic
    assert kendall_tau(a, b[: len(a)]) == (None if np.isnan(theirs) else pytest.approx(theirs, abs=1e-12))


def test_a_weighted_product_is_made_of_ratios_to_the_best() -> None:
    """Twice the cost and a quarter of the speed of the best, at equal weight, is the root of an eighth."""
    result = weighted_product([[10, 400], [20, 100]], [1, 1], ["min", "max"])
    assert result.scores == pytest.approx([1, (1 / 8) ** 0.5])
    assert result.steps["ratios"] == pytest.approx(np.array([[1, 1], [1 / 2, 1 / 4]]))
    assert result.steps["powers"].prod(axis=1) == pytest.approx(result.scores)


def test_topsis_shows_how_closeness_came_about() -> None:
    """Columns of length 5 and 13, equal weights: each step is there, and closeness is a share of the distances."""
    steps = topsis([[3, 12], [4, 5]], [1, 1], ["max", "max"]).steps
    assert steps["normalised"] == pytest.approx(np.array([[3 / 5, 12 / 13], [4 / 5, 5 / 13]]))
    assert steps["weighted"] == pytest.approx(steps["normalised"] / 2)
    assert steps["ideal"] == pytest.approx([2 / 5, 6 / 13])
    assert steps["anti_ideal"] == pytest.approx([3 / 10, 5 / 26])
    assert steps["distance_to_ideal"] == pytest.approx([1 / 10, 7 / 26])
    assert steps["distance_to_anti_ideal"] == pytest.approx([7 / 26, 1 / 10])


def test_vikor_shows_how_q_came_about() -> None:
    """Regret runs from 0 at the best figure to 1 at the worst; S adds them up by weight, R is the greatest."""
    result = vikor([[10, 5], [20, 9], [15, 5]], [3, 1], ["min", "max"])
    assert result.steps["best"].tolist() == [10, 9]
    assert result.steps["worst"].tolist() == [20, 5]
    assert result.steps["regrets"].tolist() == [[0, 1], [1, 0], [0.5, 1]]
    assert result.steps["S"] == pytest.approx([0.25, 0.75, 0.625])
    assert result.steps["R"] == pytest.approx([0.25, 0.75, 0.375])
    assert result.scores == pytest.approx([0, 1, 0.5 * 0.75 + 0.5 * 0.25])
    assert not result.higher_is_better
    assert result.ranks.tolist() == [1, 3, 2]


def test_promethee_shows_how_the_flows_came_about() -> None:
    """Flows out and in are means of the preference index over the n - 1 others; the score is their difference."""
    result = promethee([[1], [2], [4]], [1], ["max"], [Preference("v_shape", p=4)])
    assert result.steps["preferences"][:, :, 0].tolist() == [[0, 0, 0], [0.25, 0, 0], [0.75, 0.5, 0]]
    assert result.steps["phi_plus"].tolist() == [0, 0.125, 0.625]
    assert result.steps["phi_minus"].tolist() == [0.5, 0.25, 0]
    assert result.scores.tolist() == [-0.5, -0.125, 0.625]


@every_method
def test_steps_name_the_criteria_they_have_columns_for(method: str) -> None:
    """A criterion without weight is in no step, and the result says which columns are."""
    result = ranked(method, FIGURES, [3, 0, 1], DIRECTIONS)
    widths = {step.shape[-1] for name, step in result.steps.items() if name in ("ratios", "weighted", "preferences")}
    assert (result.criteria, widths) == ((0, 2), {2})


@every_method
def test_a_result_cannot_be_changed(method: str) -> None:
    """Scores, ranks and steps are read-only."""
    result = ranked(method, FIGURES, WEIGHTS, DIRECTIONS)
    assert not any(array.flags.writeable for array in (result.scores, result.ranks, *result.steps.values()))


@every_method
def test_a_result_bears_the_name_of_its_method(method: str) -> None:
    """What the registry calls a method is what its result calls it."""
    assert ranked(method, FIGURES, WEIGHTS, DIRECTIONS).method == method


@every_method
@given(problem=problems(), data=st.data())
@LAWS
def test_permuting_candidates_permutes_the_result(method: str, problem: Drawn, data: st.DataObject) -> None:
    """The order of the rows decides nothing: scores, ranks and compromise go with their candidate."""
    figures, weights, directions = problem
    order = data.draw(st.permutations(range(len(figures))))
    before, after = (ranked(method, rows, weights, directions) for rows in (figures, figures[order]))
    assert after.scores == pytest.approx(before.scores[order], abs=1e-12)
    assert after.ranks.tolist() == before.ranks[order].tolist()
    assert sorted(order[index] for index in after.compromise) == sorted(before.compromise)


@every_method
@given(problem=problems(), data=st.data())
@LAWS
def test_permuting_criteria_changes_nothing(method: str, problem: Drawn, data: st.DataObject) -> None:
    """The order of the columns decides nothing."""
    figures, weights, directions = problem
    order = data.draw(st.permutations(range(len(weights))))
    before = ranked(method, figures, weights, directions)
    after = ranked(method, figures[:, order], weights[order], [directions[index] for index in order])
    assert after.scores == pytest.approx(before.scores, abs=1e-12)
    assert after.ranks.tolist() == before.ranks.tolist()


@every_method
@given(problem=problems(), factor=st.sampled_from([10, 0.1, 1e300]))
@LAWS
def test_weights_times_a_factor_change_nothing(method: str, problem: Drawn, factor: float) -> None:
    """Only the proportions of weights count."""
    figures, weights, directions = problem
    before, after = (ranked(method, figures, row, directions) for row in (weights, weights * factor))
    assert after.scores == pytest.approx(before.scores, abs=1e-12)
    assert after.ranks.tolist() == before.ranks.tolist()


@every_method
@given(problem=problems(), factor=st.sampled_from([0.1, 3.0, 1000 / 7, 1e-200, 1e200]), column=st.integers(0, 3))
@LAWS
def test_the_unit_of_a_criterion_changes_no_rank(method: str, problem: Drawn, factor: float, column: int) -> None:
    """Cost in cents ranks like cost in euros, also in units so odd that squares are out of range."""
    figures, weights, directions = problem
    units = np.where(np.arange(len(weights)) == column % len(weights), factor, 1.0)
    before, after = (ranked(method, table, weights, directions) for table in (figures, figures * units))
    assert after.ranks.tolist() == before.ranks.tolist()


@every_method
@given(problem=problems(), which=st.integers(0, 5))
@LAWS
def test_a_duplicate_ties_with_its_original(method: str, problem: Drawn, which: int) -> None:
    """Two candidates with the same figures share a rank."""
    figures, weights, directions = problem
    row = which % len(figures)
    ranks = ranked(method, np.vstack([figures, figures[row]]), weights, directions).ranks
    assert ranks[-1] == ranks[row]


@every_method
@given(problem=problems(), which=st.integers(0, 5), worse=st.lists(st.integers(0, 9), min_size=4, max_size=4))
@LAWS
def test_a_dominated_candidate_is_never_ahead(method: str, problem: Drawn, which: int, worse: list[int]) -> None:
    """Whoever is nowhere better and somewhere worse than another is not ranked before it."""
    figures, weights, directions = problem
    row = which % len(figures)
    down = np.where(np.array(directions) == "max", -1, 1) * worse[: len(weights)]
    table = 10 + np.vstack([figures, figures[row] + down])
    ranks = ranked(method, table, weights, directions).ranks
    assert ranks[row] <= ranks[-1]


@every_method
@given(problem=problems(), constant=st.sampled_from([7.0, 1e9, 1e-9]))
@LAWS
def test_a_constant_criterion_changes_no_rank(method: str, problem: Drawn, constant: float) -> None:
    """A criterion on which all are alike sets nobody apart, and crashes nothing."""
    figures, weights, directions = problem
    table = np.column_stack([figures, np.full(len(figures), constant)])
    before = ranked(method, figures, weights, directions)
    after = ranked(method, table, [*weights, weights.max()], [*directions, "min"])
    assert after.ranks.tolist() == before.ranks.tolist()


@every_method
@given(problem=problems(), column=st.lists(st.integers(-9, 9), min_size=6, max_size=6))
@LAWS
def test_a_criterion_without_weight_changes_nothing(method: str, problem: Drawn, column: list[int]) -> None:
    """Whatever its figures are, also 0 or below, scores stay what they are."""
    figures, weights, directions = problem
    table = np.column_stack([column[: len(figures)], figures])
    before = ranked(method, figures, weights, directions)
    after = ranked(method, table, [0, *weights], ["max", *directions])
    assert after.scores.tolist() == before.scores.tolist()


@given(problem=problems(least=2))
@LAWS
def test_net_flows_add_up_to_0(problem: Drawn) -> None:
    """What one gains another loses."""
    assert promethee(*problem).scores.sum() == pytest.approx(0, abs=1e-12)


@given(problem=problems(least=2))
@LAWS
def test_a_compromise_begins_with_the_first(problem: Drawn) -> None:
    """VIKOR's compromise holds whoever is first in Q, is ordered by Q, and leaves out nobody who ties with a member."""
    result = vikor(*problem)
    members = list(result.compromise)
    assert result.ranks[members[0]] == 1
    assert all(result.ranks[a] <= result.ranks[b] for a, b in pairwise(members))
    assert set(np.flatnonzero(result.ranks <= result.ranks[members[-1]])) == set(members)


def test_a_first_with_advantage_and_stability_stands_alone() -> None:
    """Best on everything, and further ahead than DQ."""
    assert vikor([[9, 9], [1, 2], [2, 1], [0, 0]], [1, 1], ["max", "max"]).compromise == (0,)


def test_without_advantage_all_within_dq_are_proposed() -> None:
    """With four candidates DQ is a third; Q is 0, 0.1, a third and 1, so the third is too far behind by nothing."""
    result = vikor([[0], [9], [30], [90]], [1], ["min"])
    assert result.steps["DQ"] == pytest.approx(1 / 3)
    assert result.steps["advantage"] == pytest.approx(0.1)
    assert result.compromise == (0, 1)


def test_an_advantage_that_rounding_puts_under_dq_is_acceptable() -> None:
    """A third of the way from 0.3 to 0 is a little less than 1/3 in floating point, and no less than DQ."""
    assert vikor([[0.3], [0.2], [0.1], [0.0]], [1], ["max"]).compromise == (0,)


@pytest.mark.parametrize(
    ("figures", "first_in"),
    [
        ([[9, 2, 5], [0, 10, 3], [7, 9, 0], [6, 2, 2], [2, 6, 3], [9, 0, 1]], "S"),
        ([[10, 2, 6], [6, 2, 3], [5, 8, 3], [7, 7, 2], [4, 9, 9], [7, 0, 7]], "R"),
    ],
)
def test_to_be_first_in_one_of_both_is_stable(figures: list[list[float]], first_in: str) -> None:
    """First in Q by more than DQ, and first in S or in R but not in both: it stands alone."""
    result = vikor(figures, [1, 1, 1], ["max"] * 3)
    assert [name for name in ("S", "R") if np.argmin(result.steps[name]) == 0] == [first_in]
    assert result.compromise == (0,)


def test_without_stability_the_second_is_proposed_too() -> None:
    """First in Q by more than DQ, but the fourth is first in S and the second in R: the first two are proposed."""
    figures = [[1, 7, 8], [2, 6, 3], [8, 3, 5], [0, 7, 9], [7, 4, 2]]
    result = vikor(figures, [1, 1, 1], ["max"] * 3)
    assert result.steps["advantage"] > result.steps["DQ"]
    assert (np.argmin(result.steps["S"]), np.argmin(result.steps["R"])) == (3, 1)
    assert result.compromise == (0, 1)


@pytest.mark.parametrize("v", [-0.1, 1.1, float("nan")])
def test_v_is_a_share(v: float) -> None:
    """The weight of group utility runs from 0 to 1."""
    with pytest.raises(ValueError, match="v is a share"):
        vikor(FIGURES, WEIGHTS, DIRECTIONS, v=v)


@pytest.mark.parametrize(
    ("preference", "expected"),
    [
        (Preference(), [0, 0, 1, 1, 1, 1, 1]),
        (Preference("u_shape", q=2), [0, 0, 0, 0, 1, 1, 1]),
        (Preference("v_shape", p=4), [0, 0, 0.25, 0.5, 0.75, 1, 1]),
        (Preference("level", q=2, p=4), [0, 0, 0, 0, 0.5, 0.5, 1]),
        (Preference("linear", q=2, p=4), [0, 0, 0, 0, 0.5, 1, 1]),
        (Preference("gaussian", s=2), [0, 0, *(1 - np.exp(-np.array([1, 4, 9, 16, 36]) / 8))]),
    ],
    ids=lambda part: part.kind if isinstance(part, Preference) else "",
)
def test_preference_by_the_lead(preference: Preference, expected: list[float]) -> None:
    """Behind by 1, level, and ahead by 1, 2, 3, 4 and 6: at a threshold the lead doesn't exceed it yet."""
    assert preference.degrees(np.array([-1.0, 0, 1, 2, 3, 4, 6])) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("kind", "thresholds", "message"),
    [
        ("Usual", {}, "no preference function 'Usual'"),
        ("usual", {"q": 1}, "usual doesn't use the threshold q"),
        ("v_shape", {}, "v_shape needs p"),
        ("v_shape", {"q": 1, "p": 2}, "doesn't use the threshold q"),
        ("v_shape", {"p": 0}, "needs p above 0"),
        ("gaussian", {"s": -1}, "needs s above 0"),
        ("gaussian", {"s": float("nan")}, "needs s, a number"),
        ("u_shape", {"q": -1}, "needs q not below 0"),
        ("u_shape", {"q": "1"}, "needs q, a number"),
        ("level", {"q": 2}, "level needs p"),
        ("linear", {"q": 2, "p": 2}, "q below p"),
    ],
)
def test_a_preference_that_cannot_be_is_an_error(kind: Any, thresholds: dict[str, Any], message: str) -> None:
    """A threshold that is missing, in vain, or out of range raises when it is stated, not when it is used."""
    with pytest.raises(ValueError, match=message):
        Preference(kind, **thresholds)


def test_preferences_by_name_go_to_their_criterion() -> None:
    """A criterion that none is given for has the usual, and the order is that of the columns."""
    steep = Preference("v_shape", p=40)
    named = promethee(FRAME, BY_NAME, DIRECTIONS, {"cost": steep})
    assert (
        named.scores.tolist()
        == promethee(FIGURES, WEIGHTS, DIRECTIONS, [steep, Preference(), Preference()]).scores.tolist()
    )
    assert named.scores.tolist() != promethee(FIGURES, WEIGHTS, DIRECTIONS).scores.tolist()


def test_preferences_go_to_their_criterion_beside_one_without_weight() -> None:
    """Leaving out a criterion without weight doesn't shift the preferences of those after it."""
    steep = Preference("v_shape", p=40)
    beside = promethee(FIGURES, [0, 2, 1], DIRECTIONS, [Preference(), Preference(), steep])
    alone = promethee(np.array(FIGURES)[:, 1:], [2, 1], DIRECTIONS[1:], [Preference(), steep])
    assert beside.scores.tolist() == alone.scores.tolist()


@pytest.mark.parametrize(
    ("preferences", "message"),
    [
        ({"cots": Preference()}, "cots"),
        ([Preference()], "3 criteria need as many"),
        (["usual"] * 3, "write Preference"),
    ],
)
def test_preferences_that_do_not_fit_are_an_error(preferences: Any, message: str) -> None:
    """A misspelt criterion, a short list and something else than a Preference raise."""
    with pytest.raises(ValueError, match=message):
        promethee(FRAME, BY_NAME, DIRECTIONS, preferences)


def test_a_lead_that_rounding_puts_over_a_threshold_is_not_over_it() -> None:
    """1.1 - 0.9 is a little more than 0.2 in floating point, and no more than the threshold of 0.2."""
    assert promethee([[1.1], [0.9]], [1], ["max"], [Preference("u_shape", q=0.2)]).scores.tolist() == [0, 0]


@every_method
@pytest.mark.parametrize(
    "weights",
    [
        pytest.param({"cots": 3, "skill": 2, "speed": 1}, id="misspelt"),
        pytest.param({"cost": 3, "skill": 2}, id="missing"),
        pytest.param(BY_NAME | {"beauty": 1}, id="too many"),
    ],
)
def test_a_weight_that_names_no_criterion_is_an_error(method: str, weights: dict[str, float]) -> None:
    """A misspelt, missing or stray weight raises and names the stray; it doesn't drop the criterion."""
    with pytest.raises(ValueError, match=r"only on one side: .*(cots|beauty|speed)"):
        ranked(method, FRAME, pd.Series(weights), DIRECTIONS)


@every_method
@pytest.mark.parametrize("direction", ["Max", "MIN", "min ", "maximize", 1, -1, True, None])
def test_a_direction_is_max_or_min_to_the_letter(method: str, direction: Any) -> None:
    """Anything else raises, names what is written and says what to write; it isn't taken for 'min'."""
    with pytest.raises(ValueError, match=f"a direction is {direction!r}; write 'max' .* 'min'"):
        ranked(method, FIGURES, WEIGHTS, ["min", direction, "max"])


@every_method
@pytest.mark.parametrize("directions", ["max", 1, None])
def test_directions_are_one_for_each_criterion(method: str, directions: Any) -> None:
    """One word for all, a number or nothing raises."""
    with pytest.raises(ValueError, match="for each criterion, but are"):
        ranked(method, FIGURES, WEIGHTS, directions)


@every_method
@pytest.mark.parametrize(
    "directions",
    [{"cots": "min", "skill": "max", "speed": "max"}, {"cost": "min", "skill": "max"}],
    ids=["misspelt", "missing"],
)
def test_a_direction_that_names_no_criterion_is_an_error(method: str, directions: dict[str, str]) -> None:
    """A misspelt or missing direction raises; no criterion gets one by default."""
    with pytest.raises(ValueError, match=r"directions and criteria .* only on one side"):
        ranked(method, FRAME, BY_NAME, directions)


@every_method
def test_a_direction_given_twice_is_an_error(method: str) -> None:
    """A Series with two directions of one name raises, where pandas would give both."""
    directions = pd.Series(["min", "max", "max", "min"], index=["cost", "skill", "speed", "speed"])
    with pytest.raises(ValueError, match="one direction"):
        ranked(method, FRAME, BY_NAME, directions)


@every_method
def test_a_direction_is_heeded(method: str) -> None:
    """On raw figures with a cost, cheaper is better: turning it round turns the ranking round."""
    figures = [[100], [200], [300]]
    assert ranked(method, figures, [1], ["min"]).ranks.tolist() == [1, 2, 3]
    assert ranked(method, figures, [1], ["max"]).ranks.tolist() == [3, 2, 1]


@every_method
def test_names_decide_and_not_their_order(method: str) -> None:
    """Weights and directions by name, in another order than the columns, give what the array gives."""
    reverse = dict(reversed(BY_NAME.items()))
    directions = {"speed": "max", "skill": "max", "cost": "min"}
    named = ranked(method, FRAME, reverse, directions)
    assert named.scores.tolist() == ranked(method, FIGURES, WEIGHTS, DIRECTIONS).scores.tolist()
    assert named.ranks.tolist() == ranked(method, FRAME, pd.Series(reverse), pd.Series(directions)).ranks.tolist()


@every_method
@pytest.mark.parametrize("weights", [[3.0, 2.0, 1.0], np.array(WEIGHTS)])
def test_a_frame_needs_weights_by_name(method: str, weights: Any) -> None:
    """A bare list of weights for a DataFrame raises: which weight is whose can't be known."""
    with pytest.raises(ValueError, match="by name"):
        ranked(method, FRAME, weights, DIRECTIONS)


@every_method
def test_weights_by_name_do_not_fit_an_array(method: str) -> None:
    """A Series by name for figures without names raises; it isn't taken in its own order."""
    with pytest.raises(ValueError, match="only on one side"):
        ranked(method, FIGURES, pd.Series(BY_NAME), DIRECTIONS)


@every_method
@pytest.mark.parametrize("weights", [[-1, 2, 1], [float("nan"), 1, 1], [0, 0, 0], [[1, 2, 3]]])
def test_weights_that_cannot_be_shares_are_an_error(method: str, weights: Any) -> None:
    """Negative weights, NaN, all zeros and a table of weights raise."""
    with pytest.raises(ValueError, match="weight"):
        ranked(method, FIGURES, weights, DIRECTIONS)


@every_method
@pytest.mark.parametrize("gap", [float("nan"), float("inf"), None, pd.NA])
def test_a_gap_is_an_error(method: str, gap: Any) -> None:
    """A missing figure raises, in a frame or an array; it doesn't make every score NaN, nor count as 0."""
    frame = FRAME.astype(object)
    frame.loc["oak", "skill"] = gap
    with pytest.raises(ValueError, match="missing or not finite"):
        ranked(method, frame, BY_NAME, DIRECTIONS)
    with pytest.raises(ValueError, match="missing or not finite"):
        ranked(method, frame.replace({pd.NA: None}).to_numpy(), WEIGHTS, DIRECTIONS)


@every_method
@pytest.mark.parametrize(
    ("figures", "weights", "directions"),
    [(FIGURES, [1, 1], DIRECTIONS), (FIGURES, WEIGHTS, ["min", "max"]), ([1.0, 2.0, 3.0], WEIGHTS, DIRECTIONS)],
)
def test_shapes_that_do_not_fit_are_an_error(method: str, figures: Any, weights: Any, directions: Any) -> None:
    """Figures are a table, with one weight and one direction for each column."""
    with pytest.raises(ValueError, match=r"don't fit|must be a table"):
        ranked(method, figures, weights, directions)


@every_method
def test_a_criterion_named_twice_is_an_error(method: str) -> None:
    """Two columns of one name raise, where pandas would take either."""
    with pytest.raises(ValueError, match="named once"):
        ranked(method, FRAME.set_axis(["cost", "cost", "speed"], axis=1), {"cost": 1, "speed": 1}, DIRECTIONS)


@every_method
def test_a_second_call_gives_the_same_and_nothing_given_is_changed(method: str) -> None:
    """Calls leave no trace: not in what comes out, nor in frame, weights and directions."""
    frame, weights, directions = FRAME.copy(), pd.Series(BY_NAME), list(DIRECTIONS)
    first, second = (ranked(method, frame, weights, directions) for _ in range(2))
    assert first.scores.tolist() == second.scores.tolist()
    assert frame.equals(FRAME)
    assert weights.to_dict() == BY_NAME
    assert directions == DIRECTIONS


@every_method
def test_an_array_that_was_given_can_still_be_written(method: str) -> None:
    """Results are read-only, but no result is the caller's own array, or shares its memory."""
    figures, weights = np.array(FIGURES), np.array(WEIGHTS)
    result = ranked(method, figures, weights, DIRECTIONS)
    assert figures.flags.writeable
    assert weights.flags.writeable
    assert not any(np.shares_memory(figures, step) for step in result.steps.values())


@every_method
def test_one_candidate_is_first(method: str) -> None:
    """Where there is nobody to be compared with, the rank is 1 and the score is a number."""
    result = ranked(method, [[3, 4]], [1, 1], ["max", "min"])
    assert result.ranks.tolist() == [1]
    assert np.isfinite(result.scores).all()


def test_one_candidate_is_its_own_compromise() -> None:
    """With one candidate there is no DQ, and nobody else to propose."""
    assert vikor([[3, 4]], [1, 1], ["max", "min"]).compromise == (0,)


@every_method
def test_nobody_is_ranked_where_nobody_is(method: str) -> None:
    """Without candidates the method says so, and scores and ranks are empty."""
    result = ranked(method, np.empty((0, 2)), [1, 1], ["max", "min"])
    assert result.undefined == "There are no candidates to rank."
    assert (result.scores.size, result.ranks.size) == (0, 0)


@every_method
def test_identical_candidates_all_tie_for_first(method: str) -> None:
    """Three candidates of the same figures share rank 1, with scores that are numbers."""
    result = ranked(method, [[3, 4]] * 3, [1, 1], ["max", "min"])
    assert result.ranks.tolist() == [1, 1, 1]
    assert np.isfinite(result.scores).all()


def test_identical_candidates_are_as_close_to_the_ideal_as_to_the_anti_ideal() -> None:
    """Where both distances are 0, closeness is a half, which is what equal distances always give."""
    assert topsis([[3, 4]] * 3, [1, 1], ["max", "min"]).scores.tolist() == [0.5, 0.5, 0.5]


def test_identical_candidates_are_all_the_compromise() -> None:
    """Nobody has an advantage, so everybody is proposed."""
    assert vikor([[3, 4]] * 3, [1, 1], ["max", "min"]).compromise == (0, 1, 2)


@pytest.mark.parametrize("method", [name for name in RANKING_METHODS if name != "weighted_product"])
def test_a_column_of_zeros_adds_nothing(method: str) -> None:
    """All zeros have no length to be divided by: the criterion sets nobody apart."""
    ranks = ranked(method, [[0, 3], [0, 1], [0, 2]], [5, 1], ["max", "max"]).ranks
    assert ranks.tolist() == [1, 3, 2]


@pytest.mark.parametrize("figure", [0, -2])
def test_a_weighted_product_of_figures_that_are_not_above_0_is_undefined(figure: float) -> None:
    """Ratios need a true zero: the result says which criterion has none, and holds no scores."""
    result = weighted_product(FRAME.replace({"skill": {2.0: figure}}), BY_NAME, DIRECTIONS)
    assert result.undefined == f"A weighted product needs figures above 0, but criterion skill has {figure}."
    assert (result.scores.size, result.ranks.size, dict(result.steps)) == (0, 0, {})


@every_method
def test_figures_that_differ_by_rounding_only_tie(method: str) -> None:
    """0.1 + 0.2 is 0.3, and no method makes a full difference of the last bit."""
    assert ranked(method, [[0.3], [0.1 + 0.2]], [1], ["max"]).ranks.tolist() == [1, 1]


def test_group_utilities_that_differ_by_rounding_only_tie() -> None:
    """The same regrets in another order add up to the same S; Q doesn't make 0 and 1 of the rounding."""
    figures = [[0, 8, 6, 10], [8, 6, 10, 0], [6, 10, 0, 8], [10, 0, 8, 6]]
    result = vikor(figures, [1, 1, 1, 1], ["max"] * 4)
    assert result.scores.tolist() == [0, 0, 0, 0]
    assert len(set(result.steps["S"].tolist())) > 1  # else there would be no rounding here


@every_method
def test_a_small_difference_is_not_rounded_away(method: str) -> None:
    """A millionth more is more."""
    assert ranked(method, [[1.0], [1.000001]], [1], ["max"]).ranks.tolist() == [2, 1]


def test_small_products_are_not_taken_for_ties() -> None:
    """Scores of a trillionth and less tie only where their ratio is 1."""
    ranks = weighted_product([[1.0], [2e-12], [1e-12]], [1], ["max"]).ranks
    assert ranks.tolist() == [1, 2, 3]


@pytest.mark.parametrize(
    ("a", "b", "tau"),
    [
        ([1, 2, 3], [1, 2, 3], 1),
        ([1, 2, 3], [3, 2, 1], -1),
        ([1, 2, 3], [1, 3, 2], 1 / 3),
        ([1, 1, 3], [1, 2, 3], 2 / 6**0.5),
        ([1, 1, 1], [1, 2, 3], None),
        ([1], [1], None),
        ([], [], None),
    ],
)
def test_tau_by_hand(a: list[int], b: list[int], tau: float | None) -> None:
    """Pairs in the same order less pairs in the opposite one, over the pairs that are not tied; None without any."""
    assert kendall_tau(a, b) == (None if tau is None else pytest.approx(tau))


@given(ranks=st.lists(st.integers(1, 5), min_size=2, max_size=40).filter(lambda ranks: len(set(ranks)) > 1))
@LAWS
def test_a_ranking_agrees_with_itself_fully(ranks: list[int]) -> None:
    """Tau of a ranking with itself is 1, with its reverse -1, and never a bit beyond."""
    assert kendall_tau(ranks, ranks) == pytest.approx(1)
    assert -1 <= (kendall_tau(ranks, [-rank for rank in ranks]) or 0) <= -1 + 1e-12


@pytest.mark.parametrize(
    ("a", "b", "message"),
    [
        ([1, 2], [1, 2, 3], "same candidates"),
        ([[1, 2]], [[1, 2]], "same candidates"),
        ([1, float("nan")], [1, 2], "not finite"),
    ],
)
def test_rankings_that_cannot_be_compared_are_an_error(a: Any, b: Any, message: str) -> None:
    """Rankings of different length, tables, and NaN raise."""
    with pytest.raises(ValueError, match=message):
        kendall_tau(a, b)


def test_a_reversal_of_topsis_is_found() -> None:
    """The last, worst on both, sets the anti-ideal that puts the first ahead; without it the second is ahead.

    With it, closeness is 0.676 / (0.676 + 0.408) = 0.62 against 0.530 / (0.530 + 0.338) = 0.61; without it, 0.43
    against 0.57.
    """
    assert rank_reversals("topsis", [[5, 2], [3, 4], [1, 2]], [1, 1], ["max", "max"]) == (Reversal(2, 0, 1),)


def test_a_reversal_of_promethee_is_found() -> None:
    """The third wins 3 comparisons and loses 3, the first 2 and 3; without the fourth, 2 and 2 against 2 and 1."""
    figures = [[4, 2], [3, 2], [2, 5], [5, 4]]
    assert rank_reversals("promethee", figures, [1, 1], ["max", "max"]) == (Reversal(3, 2, 0),)


def test_reversals_of_a_frame_are_those_of_its_figures() -> None:
    """A DataFrame is dropped from by place, also where its index has one label twice."""
    frame = pd.DataFrame([[5, 2], [3, 4], [1, 2]], index=["a", "a", "b"], columns=["x", "y"])
    assert rank_reversals("topsis", frame, {"x": 1, "y": 1}, ["max", "max"]) == (Reversal(2, 0, 1),)


def test_reversals_heed_the_preferences() -> None:
    """With preference that grows along one line over all leads, a net flow compares with the mean: nothing reverses."""
    figures, long = [[4, 2], [3, 2], [2, 5], [5, 4]], Preference("v_shape", p=100)
    assert rank_reversals("promethee", figures, [1, 1], ["max", "max"], [long, long]) == ()


@given(problem=problems())
@LAWS
def test_a_weighted_product_never_reverses(problem: Drawn) -> None:
    """Two candidates are compared by the ratio of their own figures, whoever else is there."""
    assert rank_reversals("weighted_product", *problem) == ()


@every_method
@given(problem=problems(least=3))
@LAWS
def test_a_reversal_is_a_pair_that_changed_order(method: str, problem: Drawn) -> None:
    """Exactly the pairs whose difference of scores changes sign without the dropped candidate are found."""
    figures, weights, directions = problem
    found = rank_reversals(method, figures, weights, directions)
    sign = 1 if ranked(method, *problem).higher_is_better else -1
    before = sign * ranked(method, *problem).scores
    expected = set()
    for dropped in range(len(figures)):
        after = sign * ranked(method, np.delete(figures, dropped, axis=0), weights, directions).scores
        after = np.insert(after, dropped, np.nan)
        turned = (before[:, None] - before > 1e-8) & (after[:, None] - after < -1e-8)
        expected |= {Reversal(dropped, int(first), int(second)) for first, second in np.argwhere(turned)}
    assert set(found) == expected


@every_method
def test_two_candidates_cannot_reverse(method: str) -> None:
    """Without one of two there is no pair left."""
    assert rank_reversals(method, FIGURES[:2], WEIGHTS, DIRECTIONS) == ()


def test_what_cannot_be_ranked_cannot_reverse() -> None:
    """An undefined weighted product has no order that could change."""
    assert rank_reversals("weighted_product", [[0.0], [1.0], [2.0]], [1], ["max"]) == ()


def test_reversals_of_a_method_that_is_not_there_are_an_error() -> None:
    """A name that isn't in the registry raises, and the known ones are listed."""
    with pytest.raises(ValueError, match=r"no ranking method 'TOPSIS'; write one of .*topsis"):
        rank_reversals("TOPSIS", FIGURES, WEIGHTS, DIRECTIONS)
