"""The nearest weights at which a candidate is first, or the mix that always beats it, against grids and SciPy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import linprog, minimize

from optlib.analysis import Way, WeightKnowledge, plus_minus_one, ways_to_win, weight_knowledge
from optlib.analysis.ranking import Ranking
from optlib.ranking_data import domain_data

from .building import CHOICE, LAWS, choice, exact_scores, problems, ranked

Array = NDArray[np.float64]
CLOSE = 1e-7


def values_of(problem: Any) -> tuple[Array, Array]:
    """A drawn problem as values and shares of weight."""
    return np.array(list(problem[0].values())) / 5, np.array(problem[1]) / sum(problem[1])


def grid(count: int, steps: int) -> Array:
    """Every point of the simplex of `count` weights in steps of 1 / steps."""
    if count == 1:
        return np.ones((1, 1))
    parts = np.stack(np.meshgrid(*[np.arange(steps + 1)] * (count - 1), indexing="ij"), axis=-1).reshape(-1, count - 1)
    parts = parts[parts.sum(axis=1) <= steps]
    return np.column_stack([parts, steps - parts.sum(axis=1)]) / steps


def wins(values: Array, candidate: int, weights: Array, slack: float = CLOSE) -> Any:
    """Whether nobody is ahead of a candidate, at each row of weights."""
    totals = np.atleast_2d(weights) @ values.T
    return totals[:, candidate] >= totals.max(axis=1) - slack


def moved(weights: Array, stated: Array) -> Any:
    """The share of weight that has to move between two rows of weights."""
    return np.abs(np.atleast_2d(weights) - stated).sum(axis=1) / 2


def nearest_by_scipy(values: Array, stated: Array, candidate: int) -> float | None:
    """The least share that has to move, by another programme: transports from criterion to criterion."""
    count = stated.size
    ahead = values[candidate] - np.delete(values, candidate, axis=0)
    change = np.zeros((count, count * count))
    for one, other in np.ndindex(count, count):
        change[one, one * count + other] -= 1
        change[other, one * count + other] += 1
    leaving = np.kron(np.eye(count), np.ones(count))
    found = linprog(
        1 - np.eye(count).ravel(),
        A_ub=np.vstack([-ahead @ change, leaving]),
        b_ub=np.concatenate([ahead @ stated, stated]),
        bounds=(0, None),
    )
    return float(found.fun) if found.status == 0 else None


def test_two_criteria_worked_by_hand() -> None:
    """Ash has w and Oak 1 - w: at 0.7 Oak needs 0.2 of the weight to move; Elm, 0.4 at any weights, is never first.

    Elm is at best 0.1 behind, at even weights, and half of each of the others is ahead of it by that much throughout.
    """
    ash, oak, elm = ways_to_win([[1, 0], [0, 1], [0.4, 0.4]], [7, 3])
    assert (ash.moved, oak.moved, elm.moved) == (0, pytest.approx(0.2), None)
    assert oak.weights == pytest.approx([0.5, 0.5])
    assert elm.shortfall == pytest.approx(0.1)
    assert elm.beaten_by == pytest.approx([0.5, 0.5, 0])


@pytest.mark.parametrize(("count", "steps"), [(2, 1000), (3, 100)])
def test_no_weights_of_a_fine_grid_are_nearer(count: int, steps: int) -> None:
    """Over all weights in small steps, the nearest at which a candidate wins is within a step of what is found."""
    rng, points = np.random.default_rng(8), grid(count, steps)
    for _ in range(40):
        values, stated = rng.random((4, count)), rng.dirichlet(np.ones(count))
        for way in ways_to_win(values, stated):
            winning = points[wins(values, way.candidate, points, 0)]
            if way.moved is None:
                assert not len(winning)
            elif len(winning):
                assert moved(winning, stated).min() >= way.moved - CLOSE
                reachable = points[wins(values, way.candidate, points, 2 / steps)]
                assert moved(reachable, stated).min() <= way.moved + count / steps


@given(problem=problems(exact_scores()))
@LAWS
def test_the_weights_make_the_candidate_first(problem: Any) -> None:
    """What is returned adds up to 1, is nowhere below 0, is as far away as it says, and nobody is ahead there."""
    values, stated = values_of(problem)
    for way in ways_to_win(values, stated):
        if way.weights is not None:
            assert way.weights.sum() == pytest.approx(1)
            assert (way.weights >= 0).all()
            assert wins(values, way.candidate, way.weights)
            assert way.moved == pytest.approx(moved(way.weights, stated)[0])


@given(problem=problems(exact_scores()))
@LAWS
def test_the_move_is_the_least_that_another_programme_finds(problem: Any) -> None:
    """Moving shares from criterion to criterion, each unit counted once, comes to the same least move, or to none."""
    values, stated = values_of(problem)
    for way in ways_to_win(values, stated):
        wanted = nearest_by_scipy(values, stated, way.candidate)
        assert way.moved == (None if wanted is None else pytest.approx(wanted, abs=1e-6))


def test_no_weights_drawn_at_random_are_nearer() -> None:
    """Of many weights from anywhere, and many near by, none that make a candidate first are nearer than found."""
    rng = np.random.default_rng(9)
    for _ in range(20):
        values, stated = rng.random((5, 4)), rng.dirichlet(np.ones(4))
        anywhere = rng.dirichlet(np.ones(4), 5000)
        points = np.vstack([anywhere, stated + (anywhere - stated) * rng.random((5000, 1)) ** 2])
        for way in ways_to_win(values, stated):
            winning = points[wins(values, way.candidate, points, 0)]
            assert way.moved is not None or not len(winning)
            assert not len(winning) or moved(winning, stated).min() >= (way.moved or 0) - CLOSE


@given(problem=problems(exact_scores()))
@LAWS
def test_whoever_is_never_first_is_beaten_by_a_mix_everywhere(problem: Any) -> None:
    """The mix is of others, adds up to 1, and is at least `shortfall` ahead on every single criterion."""
    values, stated = values_of(problem)
    for way in ways_to_win(values, stated):
        if way.beaten_by is not None:
            assert way.beaten_by.sum() == pytest.approx(1)
            assert (way.beaten_by >= 0).all()
            assert way.beaten_by[way.candidate] == 0
            assert (way.beaten_by @ values - values[way.candidate] >= way.shortfall - CLOSE).all()


@given(problem=problems(exact_scores()))
@LAWS
def test_the_shortfall_is_what_remains_at_the_best_weights(problem: Any) -> None:
    """Over a grid of weights nobody who is never first comes nearer to the top than the shortfall."""
    values, stated = values_of(problem)
    points = grid(stated.size, 20)
    for way in ways_to_win(values, stated):
        if way.weights is None:
            totals = points @ values.T
            assert (totals.max(axis=1) - totals[:, way.candidate] >= way.shortfall - CLOSE).all()
            assert way.shortfall > 0


@given(problem=problems(exact_scores(), least=2), row=st.integers(0, 4))
@LAWS
def test_a_duplicate_has_the_same_way_to_win(problem: Any, row: int) -> None:
    """Candidates that tie everywhere are first at the same nearest weights."""
    values, stated = values_of(problem)
    row %= len(values)
    doubled = ways_to_win(np.vstack([values, values[row]]), stated)
    before = ways_to_win(values, stated)
    assert [way.moved for way in doubled[:-1]] == pytest.approx([way.moved for way in before], abs=CLOSE)
    assert doubled[-1].moved == pytest.approx(before[row].moved, abs=CLOSE)


def test_all_who_share_the_first_place_are_there_already() -> None:
    """In a tie nobody has to move anything."""
    assert [way.moved for way in ways_to_win([[1, 0], [0, 1]], [1, 1])] == [0, 0]


def test_a_single_candidate_is_first_at_the_stated_weights() -> None:
    """One candidate needs no other weights."""
    (way,) = ways_to_win([[0, 0.3]], [1, 3])
    assert way.moved == 0
    assert way.weights == pytest.approx([0.25, 0.75])


def limited(known: Any, stated: Array, **ends: Any) -> WeightKnowledge:
    """Weights that are admissible."""
    return weight_knowledge(stated, known, **ends)


@given(problem=problems(exact_scores(), least=2))
@LAWS
def test_weights_in_an_order_keep_it(problem: Any) -> None:
    """Where only the order of weights is known, the nearest weights keep it, and what is equal stays equal."""
    values, stated = values_of(problem)
    for way in ways_to_win(values, stated, admissible=limited("order", stated)):
        if way.weights is not None:
            assert wins(values, way.candidate, way.weights)
            for one, other in np.argwhere(stated[:, None] >= stated):
                assert way.weights[one] >= way.weights[other] - CLOSE


def test_weights_within_intervals_stay_there_and_are_nearest() -> None:
    """Within intervals, the nearest weights lie inside, and those who can't win there are behind all through them."""
    rng, low, high = np.random.default_rng(10), np.array([0.2, 0.1, 0.1]), np.array([0.6, 0.5, 0.5])
    points = grid(3, 100)
    points = points[((points >= low - 1e-9) & (points <= high + 1e-9)).all(axis=1)]
    for _ in range(30):
        values, stated = rng.random((4, 3)), np.array([0.4, 0.3, 0.3])
        for way in ways_to_win(values, stated, admissible=limited("interval", stated, low=low, high=high)):
            winning = points[wins(values, way.candidate, points, 0)]
            if way.weights is None:
                assert not len(winning)
                mixed = points @ (way.beaten_by @ values - values[way.candidate])
                assert (mixed >= way.shortfall - CLOSE).all()
                continue
            assert (way.weights >= low - CLOSE).all()
            assert (way.weights <= high + CLOSE).all()
            assert wins(values, way.candidate, way.weights)
            assert not len(winning) or moved(winning, stated).min() >= way.moved - CLOSE


def test_stated_weights_outside_their_intervals_are_not_admissible() -> None:
    """Who is first at the stated weights alone, which the intervals exclude, isn't first at admissible ones."""
    within = limited("interval", np.array([0.1, 0.9]), low=[0.6, 0.1], high=[0.9, 0.4])
    for way in ways_to_win([[1, 0.2], [0.2, 1]], [1, 9], admissible=within):
        assert way.weights is None or way.weights[0] >= 0.6 - CLOSE


def test_the_move_is_no_longer_than_the_straight_one() -> None:
    """The nearest winning weights by Euclidean distance, by quadratic programming, need no smaller move."""
    values, stated = np.array([[0.9, 0.2, 0.4], [0.3, 0.8, 0.5], [0.5, 0.5, 0.7]]), np.array([0.6, 0.2, 0.2])
    for way in ways_to_win(values, stated)[1:]:
        ahead = values[way.candidate] - np.delete(values, way.candidate, axis=0)
        rules = [{"type": "ineq", "fun": lambda w, a=ahead: a @ w}, {"type": "eq", "fun": lambda w: w.sum() - 1}]
        straight = minimize(lambda w: ((w - stated) ** 2).sum(), stated, bounds=[(0, 1)] * 3, constraints=rules)
        assert straight.success
        assert way.moved is not None
        assert way.moved <= moved(straight.x, stated)[0] + 1e-6


def test_the_smallest_weight_change_is_the_nearest_way_of_another() -> None:
    """In the JSON: of those behind, the one that needs the least weight to move, with the weights that do it."""
    book = choice({"ash": [5, 0, 2], "oak": [0, 5, 3], "elm": [3, 3, 3]}, [6, 3, 1])
    change = domain_data(book, CHOICE)["smallest_weight_change"]
    ways = ways_to_win([[1, 0, 0.4], [0, 1, 0.6], [0.6, 0.6, 0.6]], [6, 3, 1])
    assert change["moved"] == pytest.approx(min(way.moved for way in ways if way.moved))
    assert sum(change["weights"].values()) == pytest.approx(1)
    assert wins(np.array([[1, 0, 0.4], [0, 1, 0.6], [0.6, 0.6, 0.6]]), 2, np.array([*change["weights"].values()]))
    assert change["to"] == "elm"


@pytest.mark.parametrize("table", [{"ash": [5, 0], "oak": [0, 5]}, {"ash": [5, 5], "oak": [3, 3]}, {"ash": [1, 2]}])
def test_there_is_no_smallest_change_in_a_tie_or_where_nothing_helps(table: dict[str, list[int]]) -> None:
    """A shared first place, a leader that dominates and a single candidate have none."""
    assert domain_data(choice(table, [1, 1]), CHOICE)["smallest_weight_change"] is None


def steps_by_ranking(table: dict[str, list[float]], weights: list[int], step: float) -> set[Any]:
    """Every single step by ranking the changed table anew: candidate, criterion, direction, who is first then."""
    before, found = ranked(table, weights).leaders, set()
    for row, name in enumerate(table):
        for column, direction in np.ndindex(len(weights), 2):
            sign = 1 - 2 * direction
            score = min(5, max(0, table[name][column] + sign * step))
            changed = {**table, name: [*table[name][:column], score, *table[name][column + 1 :]]}
            after = ranked(changed, weights).leaders
            if after != before:
                found.add((row, column, sign, after))
    return found


def as_set(ranking: Ranking) -> set[Any]:
    """The single steps of a ranking."""
    return {(one.candidate, one.criterion, one.direction, one.leaders) for one in ranking.single_steps}


@given(problem=problems(exact_scores(), least=1))
@LAWS
def test_single_steps_are_those_that_ranking_anew_finds(problem: Any) -> None:
    """One point more or less on one score changes who is first in exactly the cases that are listed."""
    assert {(a, b, c, tuple(sorted(d))) for a, b, c, d in as_set(ranked(*problem))} == {
        (a, b, c, tuple(sorted(d))) for a, b, c, d in steps_by_ranking(problem[0], problem[1], 1)
    }


def test_one_step_of_a_measured_criterion_is_a_tenth_of_its_range() -> None:
    """On 0 to 50 USD a step is 5 USD, whichever end is better."""
    criteria = {"a": {"unit": "USD", "direction": "min", "range": [0, 50]}}
    assert as_set(ranked({"ash": [20], "oak": [24.9]}, [1], criteria)) == {(0, 0, -1, (1,)), (1, 0, 1, (1,))}
    assert as_set(ranked({"ash": [20], "oak": [25.1]}, [1], criteria)) == set()


def test_a_step_names_candidates_by_their_place_in_the_matrix_also_beside_the_eliminated() -> None:
    """Who a must has put out has no step, and doesn't shift the others' places."""
    criteria = {"a": {"must": {"at_most": 4}}, "b": {}}
    table = {"fir": [5, 5], "ash": [3, 3], "oak": [3, 2]}
    assert as_set(ranked(table, [1, 1], criteria)) == {
        (1, 0, -1, (1, 2)),
        (1, 1, -1, (1, 2)),
        (2, 0, 1, (1, 2)),
        (2, 1, 1, (1, 2)),
    }


@pytest.mark.parametrize("steps", [[0, 1], [0.1], [-0.1, 0.1], [float("nan"), 0.1]])
def test_steps_that_are_none_are_an_error(steps: list[float]) -> None:
    """A step must be there for each criterion and above 0."""
    with pytest.raises(ValueError, match="step"):
        plus_minus_one([[1, 0], [0, 1]], [1, 1], steps)


@pytest.mark.parametrize("values", [[[float("nan"), 1]], [[120, 0.2]]])
def test_values_that_are_no_values_are_an_error(values: Any) -> None:
    """Gaps and raw figures raise instead of finding a way."""
    with pytest.raises(ValueError, match="value"):
        ways_to_win(values, [1, 1])


def test_only_the_candidates_asked_for_are_answered() -> None:
    """Ways come in the order that was asked for, by the index of the candidate."""
    found: tuple[Way, ...] = ways_to_win([[1, 0], [0, 1], [0.4, 0.4]], [7, 3], [2, 0])
    assert [way.candidate for way in found] == [2, 0]
