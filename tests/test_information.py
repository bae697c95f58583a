"""What finding out is worth agrees with closed forms and brute force, and is never worth less than nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import triang

from optlib.analysis import UncertainValues, evpi, information, rank_domain, smaa, uncertain_values, weight_knowledge
from optlib.ranking_data import domain_data

from .building import CHOICE, LAWS, any_scores, choice, problems, ranked

Array = NDArray[np.float64]
DRAWS = 200_000
STEP = 0.01  # an integral over 256 values is right to about a thousandth of its size, a chance to a step or two
WEIGHTS = [0.5, 0.3, 0.2]
LIKELY = np.array([[0.7, 0.5, 0.3], [0.5, 0.6, 0.4], [0.4, 0.6, 0.6]])


def mixed() -> UncertainValues:
    """Three candidates with triangular, even, exact and listed values."""
    low, likely, high = LIKELY - 0.3, LIKELY.copy(), np.minimum(LIKELY + 0.35, 1)
    even = np.zeros(LIKELY.shape, bool)
    even[1, 0] = even[2, 2] = True
    likely[even] = (low + high)[even] / 2
    low[0, 1] = high[0, 1] = likely[0, 1]
    return UncertainValues(low, likely, high, even, {(2, 0): np.array([0.1, 0.2, 0.6, 0.75])})


def one_against(low: float, mode: float, high: float, rival: float) -> UncertainValues:
    """One criterion: a candidate known as a range, even where the mode is NaN, and one that is exact."""
    return uncertain_values([[low], [rival]], [[mode], [rival]], [[high], [rival]])


def draws_of(values: UncertainValues) -> Array:
    """NumPy's own draws, shape (DRAWS, n, m)."""
    rng, drawn = np.random.default_rng(7), np.empty((DRAWS, *values.low.shape))
    for row, column in np.ndindex(*values.low.shape):
        low, mode, high = (part[row, column] for part in (values.low, values.likely, values.high))
        if (row, column) in values.tables:
            drawn[:, row, column] = rng.choice(values.tables[row, column], DRAWS)
        elif values.even[row, column]:
            drawn[:, row, column] = rng.uniform(low, high, DRAWS)
        else:
            drawn[:, row, column] = rng.triangular(low, mode, high, DRAWS) if low < high else mode
    return drawn


def learnt(values: UncertainValues, drawn: Array, cells: Any) -> tuple[float, float, float]:
    """By brute force: what learning some cells is worth, its standard error, and how often the choice changes."""
    known = np.broadcast_to(values.expected, drawn.shape).copy()
    known[:, cells] = drawn[:, cells]
    totals = known @ np.array(WEIGHTS)
    chosen = int(np.argmax(values.expected @ np.array(WEIGHTS)))
    gain = totals.max(axis=1) - totals[:, chosen]
    return float(gain.mean()), float(gain.std() / np.sqrt(DRAWS)), float((gain > 1e-12).mean())


@pytest.mark.parametrize("rival", [0.1, 0.45, 0.5, 0.8])
def test_an_even_score_against_an_exact_one(rival: float) -> None:
    """Worked by hand: the mean of max(U, c) is (1 + c^2) / 2; the choice turns where U falls on the other side of c."""
    found = information(one_against(0, np.nan, 1, rival), [1])
    assert found.scores[0, 0] == pytest.approx((1 + rival**2) / 2 - max(0.5, rival), abs=1e-4)
    assert found.score_changes[0, 0] == pytest.approx(rival if rival <= 0.5 else 1 - rival, abs=0.005)
    assert found.criteria[0] == pytest.approx(found.scores[0, 0], abs=2e-6)


@pytest.mark.parametrize("rival", [0.3, 0.45, 0.6])
@pytest.mark.parametrize("mode", [0.2, 0.5, 0.9])
def test_a_triangular_score_against_an_exact_one(mode: float, rival: float) -> None:
    """The worth is the mean of what the triangle has above the rival, as SciPy integrates it."""
    low, high = 0.2, 0.9
    triangle = triang((mode - low) / (high - low), low, high - low)
    found = information(one_against(low, mode, high, rival), [1])
    best = triangle.expect(lambda value: max(value, rival))
    assert found.scores[0, 0] == pytest.approx(best - max(triangle.mean(), rival), abs=2e-4)
    below = triangle.cdf(rival)
    assert found.score_changes[0, 0] == pytest.approx(below if triangle.mean() > rival else 1 - below, abs=0.005)


def test_listed_values_are_reckoned_exactly() -> None:
    """Worked by hand: of 0.1, 0.4, 0.9 against 0.5 only 0.9 gains, 0.4 in one of three; its mean is below 0.5."""
    table = {(0, 0): np.array([0.1, 0.4, 0.9])}
    values = UncertainValues(
        np.array([[0.1], [0.5]]), np.array([[0.4], [0.5]]), np.array([[0.9], [0.5]]), np.zeros((2, 1), bool), table
    )
    found = information(values, [1])
    assert found.leader == 1
    assert found.scores[:, 0] == pytest.approx([0.4 / 3, 0])
    assert found.score_changes[:, 0] == pytest.approx([1 / 3, 0])


def test_two_even_scores_of_one_criterion() -> None:
    """Worked by hand: the better of two even ones has 2/3, so learning both is worth 1/6, and half of it is a change.

    Learning one alone is worth the mean of max(U, 1/2) less 1/2: 1/8.
    """
    values = uncertain_values([[0], [0]], [[np.nan], [np.nan]], [[1], [1]])
    found = information(values, [1])
    assert found.criteria[0] == pytest.approx(1 / 6, abs=2e-4)
    assert found.criterion_changes[0] == pytest.approx(0.5, abs=STEP)
    assert found.scores[:, 0] == pytest.approx([1 / 8, 1 / 8], abs=2e-4)


@pytest.mark.parametrize("cell", list(np.ndindex(3, 3)))
def test_learning_one_score_is_worth_what_brute_force_finds(cell: tuple[int, int]) -> None:
    """For each kind of score: the worth within four standard errors, and the chance that the choice changes."""
    values = mixed()
    only = np.zeros((3, 3), bool)
    only[cell] = True
    worth, error, changes = learnt(values, draws_of(values), only)
    found = information(values, WEIGHTS)
    assert found.scores[cell] == pytest.approx(worth, abs=4 * error + 1e-4)
    assert found.score_changes[cell] == pytest.approx(changes, abs=STEP)


@pytest.mark.parametrize("column", range(3))
def test_learning_a_criterion_is_worth_what_brute_force_finds(column: int) -> None:
    """All scores of a criterion at once: the worth within four standard errors, and the chance of a change."""
    values = mixed()
    whole = np.zeros((3, 3), bool)
    whole[:, column] = True
    worth, error, changes = learnt(values, draws_of(values), whole)
    found = information(values, WEIGHTS)
    assert found.criteria[column] == pytest.approx(worth, abs=4 * error + 1e-4)
    assert found.criterion_changes[column] == pytest.approx(changes, abs=STEP)


def test_learning_everything_is_worth_what_trials_say() -> None:
    """The EVPI of the trials at exact weights is that of brute force, within four standard errors of both."""
    values = mixed()
    worth, error, _ = learnt(values, draws_of(values), np.ones((3, 3), bool))
    trials = smaa(values, weight_knowledge(WEIGHTS, "exact"), 50_000)
    assert trials.evpi == pytest.approx(worth, abs=4 * error * np.sqrt(1 + DRAWS / 50_000))


def known_scores() -> st.SearchStrategy[Any]:
    """Scores of every kind but a missing one, so that every criterion is in play."""
    return any_scores().filter(lambda score: score is not None)


@given(problem=problems(known_scores()))
@LAWS
def test_a_score_is_worth_no_more_than_its_criterion_and_nothing_less_than_0(problem: Any) -> None:
    """Learning more is never worth less: 0, then one score, then all of its criterion; chances run from 0 to 1."""
    values = ranked(*problem).matrix.uncertain
    found = information(values, np.array(problem[1]) / sum(problem[1]))
    assert (found.scores >= 0).all()
    assert (found.scores <= found.criteria + 1e-3).all()
    for chances in (found.score_changes, found.criterion_changes):
        assert (chances >= 0).all()
        assert (chances <= 1).all()


@given(problem=problems(known_scores()))
@LAWS
def test_no_criterion_is_worth_more_than_all_of_them(problem: Any) -> None:
    """Perfect information on one criterion is worth no more than on all, but for Monte Carlo error."""
    weights = np.array(problem[1]) / sum(problem[1])
    values = ranked(*problem).matrix.uncertain
    trials = smaa(values, weight_knowledge(weights, "exact"), 4000)
    assert (information(values, weights).criteria <= trials.evpi + 4 * 0.5 / np.sqrt(4000)).all()


@given(problem=problems(st.integers(0, 5)))
@LAWS
def test_what_is_known_exactly_is_worth_nothing_to_learn(problem: Any) -> None:
    """With exact scores there is nothing to find out, whether or not candidates tie."""
    found = information(ranked(*problem).matrix.uncertain, np.array(problem[1]) / sum(problem[1]))
    assert not found.scores.any()
    assert not found.score_changes.any()
    assert found.criteria == pytest.approx(0, abs=1e-12)
    assert found.criterion_changes == pytest.approx(0, abs=1e-12)


def test_what_can_change_no_choice_is_worth_nothing() -> None:
    """Where even the ends of every range leave the leader first, learning is worth 0 and changes nothing."""
    values = uncertain_values([[0.7, 0.5], [0, 0.5]], [[0.8, 0.5], [0.3, 0.5]], [[0.9, 0.5], [0.6, 0.5]])
    found = information(values, [0.6, 0.4])
    assert not found.scores.any()
    assert not found.score_changes.any()
    assert found.criteria == pytest.approx(0, abs=1e-12)
    assert found.criterion_changes == pytest.approx(0, abs=1e-12)


def test_a_criterion_without_weight_is_worth_nothing() -> None:
    """Whatever is unknown where nothing counts, no choice turns on it."""
    found = information(
        uncertain_values([[0, 0.5], [0, 0.4]], [[0.5, 0.5]] * 1 + [[0.5, 0.4]], [[1, 0.5], [1, 0.4]]), [0, 1]
    )
    assert not found.scores.any()
    assert not found.criteria.any()


def test_a_single_candidate_has_nothing_to_be_weighed_against() -> None:
    """With one candidate there is no choice, so no information is worth anything."""
    found = information(uncertain_values([[0]], [[np.nan]], [[1]]), [1])
    assert (found.scores[0, 0], found.criteria[0], found.criterion_changes[0]) == pytest.approx((0, 0, 0), abs=1e-12)


def test_evpi_of_a_payoff_table_worked_by_hand() -> None:
    """Of 100 or -20 against a sure 30 at even chances: the best expectation is 40, knowing gives 65, so 25."""
    assert evpi([[100, -20], [30, 30]], [0.5, 0.5]) == pytest.approx(25)
    assert evpi([[100, 50], [30, 30]], [0.5, 0.5]) == 0
    assert evpi([[1, 2, 3]], [0.2, 0.3, 0.5]) == 0


@pytest.mark.parametrize(
    ("payoffs", "chances"),
    [
        ([[1, 2]], [0.5, 0.6]),
        ([[1, 2]], [1.5, -0.5]),
        ([[1, 2]], [1]),
        ([[1, float("nan")]], [0.5, 0.5]),
        ([1, 2], [0.5, 0.5]),
    ],
)
def test_a_payoff_table_that_cannot_be_read_is_an_error(payoffs: Any, chances: Any) -> None:
    """Chances that are no chances, gaps and shapes that don't fit raise."""
    with pytest.raises(ValueError, match=r"chance|payoff"):
        evpi(payoffs, chances)


def test_a_ranking_says_what_is_worth_finding_out_best_first() -> None:
    """The gap that could put Oak first is worth most, in points, and what is known isn't named."""
    book = choice({"ash": [4, 4], "oak": [4, None], "elm": [0, 0]}, [1, 1])
    known = domain_data(book, CHOICE)["worth_knowing"]
    worth = 50 * ((1 + 0.8**2) / 2 - 0.8)  # an even gap of half the weight against 0.8, in points
    (score,) = known["scores"]
    assert (score["candidate"], score["criterion"], known["choice"]) == ("oak", "b", "ash")
    assert (score["evppi"], score["changes"]) == pytest.approx((worth, 0.2), abs=0.02)
    assert [row["criterion"] for row in known["criteria"]] == ["b"]
    assert known["evpi"] == pytest.approx(worth, abs=0.05)
    assert known["evpi_changes"] == pytest.approx(0.2, abs=0.01)


def test_a_score_that_can_change_no_choice_is_not_named() -> None:
    """The range of the last, which even at its best stays far behind, is not among what is worth knowing."""
    book = choice({"ash": [4, 4], "oak": [4, None], "elm": [[0, 0, 1], 0]}, [1, 1])
    assert [row["candidate"] for row in domain_data(book, CHOICE)["worth_knowing"]["scores"]] == ["oak"]


def test_nothing_is_worth_knowing_where_nothing_is_scored() -> None:
    """Without a score there is no choice yet, and so no worth of learning."""
    book = choice({"ash": [None], "oak": ["unknown"]}, [1])
    assert rank_domain(book, CHOICE).worth_knowing is None
    assert domain_data(book, CHOICE)["worth_knowing"] is None


def test_a_tie_of_exact_scores_is_no_chance_of_a_change() -> None:
    """Where everything is known there is nothing that finding out could change, also in a tie."""
    assert domain_data(choice({"ash": [3], "oak": [3]}, [1]), CHOICE)["worth_knowing"]["evpi_changes"] == 0
