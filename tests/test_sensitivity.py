"""What would change the winner: flip points are where the tie is, and beyond them somebody else leads."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from numpy.typing import NDArray

from optlib.analysis import score_flips, weight_flips
from optlib.analysis.ranking import Ranking

from .building import LAWS, exact_scores, problems, ranked

Array = NDArray[np.float64]
STEP = 1e-4  # how far beyond a flip the other must lead


def totals(values: Array, weights: Array, criterion: int, share: float) -> Array:
    """The totals with one criterion's weight moved to a share, the others in proportion."""
    others = np.delete(weights, criterion)
    moved = np.insert(others / others.sum() * (1 - share), criterion, share)
    found: Array = values @ moved
    return found


def wanted(ranking: Ranking) -> list[tuple[str, float, str]]:
    """The weight flips by name: criterion, share, who draws level."""
    matrix = ranking.matrix
    return [
        (matrix.criteria[flip.criterion].id, round(flip.share, 6), matrix.candidates[flip.candidate])
        for flip in ranking.weight_flips()
    ]


def as_values(table: dict[str, list[Any]]) -> Array:
    """Exact scores as values, a row for each candidate."""
    return np.array(list(table.values()), dtype=float) / 5


def test_two_that_are_each_best_on_one_criterion_tie_at_half() -> None:
    """Worked by hand: (1, 0) against (0, 1) at weights 0.6 and 0.4 is w against 1 - w, so the tie is at 0.5."""
    assert wanted(ranked({"ash": [5, 0], "oak": [0, 5]}, [6, 4])) == [("a", 0.5, "oak"), ("b", 0.5, "oak")]


def test_flips_of_three_criteria_worked_by_hand() -> None:
    """Ash (1, 0, 0.2) leads Oak (0, 1, 0.6) at weights 0.6, 0.3, 0.1; each flip is where the two straight lines cross.

    a at w: the others are 3/4 and 1/4 of 1 - w, so Ash has w + 0.05 (1 - w) and Oak 0.9 (1 - w): w = 0.85 / 1.85.
    b at w: the others are 6/7 and 1/7, so Ash has (1 - w) 6.2 / 7 and Oak w + (1 - w) 0.6 / 7: w = 5.6 / 12.6.
    c at w: the others are 2/3 and 1/3, so Ash has 0.2 w + (1 - w) 2 / 3 and Oak 0.6 w + (1 - w) / 3: w = 5 / 11.
    """
    found = ranked({"ash": [5, 0, 1], "oak": [0, 5, 3]}, [6, 3, 1])
    assert wanted(found) == [("a", 0.459459, "oak"), ("b", 0.444444, "oak"), ("c", 0.454545, "oak")]


def test_only_the_nearest_flip_on_either_side_is_named() -> None:
    """Oak draws level at 0.6 of the first weight and Elm at 0.25; Fir, which crosses further off, isn't named."""
    table = {"ash": [6, 6], "oak": [10, 0], "elm": [0, 8], "fir": [8, 2]}
    found = ranked(table, [4, 6], scale={"min": 0, "max": 10})
    # Ash has 6 at any weight. Oak: 10 w = 6 at 0.6. Elm: 8 (1 - w) = 6 at 0.25. Fir: 8 w + 2 (1 - w) = 6 at 2 / 3.
    assert wanted(found)[:2] == [("a", 0.25, "elm"), ("a", 0.6, "oak")]


def test_where_several_cross_at_once_the_one_that_leads_beyond_is_named() -> None:
    """Worked by hand: both Oak (6, 4) and Elm (7, 1) meet Ash (4, 10) at 0.75, and beyond it Elm is ahead."""
    found = ranked({"ash": [4, 10], "oak": [6, 4], "elm": [7, 1]}, [5, 5], scale={"min": 0, "max": 10})
    assert wanted(found) == [("a", 0.75, "elm"), ("b", 0.25, "elm")]


def test_a_tie_at_the_end_is_a_crossing_but_puts_nobody_else_first() -> None:
    """Where two are level only at a share of 1, the crossing is 1, and the ranking names no flip."""
    found = ranked({"ash": [5, 5], "oak": [5, 0]}, [1, 1])
    assert weight_flips([[1, 1], [1, 0]], [1, 1], 0)[1].tolist() == [1, 0]
    assert wanted(found) == []


def test_a_criterion_without_weight_can_flip() -> None:
    """A weight that is 0 now has a flip above it."""
    assert wanted(ranked({"ash": [5, 0], "oak": [0, 5]}, [1, 0])) == [("b", 0.5, "oak")]


def test_all_the_weight_on_one_criterion_has_no_proportion_to_keep() -> None:
    """Where the others weigh nothing, there is no saying how they would share, so there is no flip."""
    assert np.isnan(weight_flips([[1, 0], [0, 1]], [1, 0], 0)[:, 0]).all()
    assert wanted(ranked({"ash": [5], "oak": [0]}, [1])) == []


def test_a_flip_is_exact_where_one_weight_is_nearly_all() -> None:
    """Worked by hand: with others of 1 and 2 in ten thousand million, the tie of the first is still at 2 / 5."""
    values = [
        [1.0, 0, 0],
        [0.0, 1, 0.5],
    ]  # the others give the second (1 + 2 * 0.5) / 3 = 2 / 3, so w = (1 - w) * 2 / 3
    assert weight_flips(values, [1e10, 1, 2], 0)[1, 0] == pytest.approx(0.4, abs=1e-12)


def test_candidates_that_are_level_at_every_weight_have_no_flip() -> None:
    """Identical candidates never cross."""
    assert np.isnan(weight_flips([[0.4, 0.8], [0.4, 0.8]], [1, 2], 0)).all()


@pytest.mark.parametrize("flips", [weight_flips, score_flips])
@pytest.mark.parametrize("values", [[[float("nan"), 1], [0, 1]], [[120, 0.2], [80, 0.9]]])
def test_values_that_are_no_values_are_an_error(flips: Any, values: Any) -> None:
    """Gaps and raw figures raise instead of giving no flip."""
    with pytest.raises(ValueError, match="value"):
        flips(values, [1, 1], 0)


@given(problem=problems(exact_scores(), least=2))
@LAWS
def test_at_a_weight_flip_the_two_tie_exactly(problem: tuple[dict[str, list[Any]], list[int]]) -> None:
    """With the weight at the flip and the others in proportion, leader and candidate have the same total."""
    values, weights = as_values(problem[0]), np.array(problem[1], dtype=float)
    leader = int(np.argmax(values @ weights))
    flips = weight_flips(values, weights, leader)
    for row, criterion in np.argwhere(np.isfinite(flips)):
        found = totals(values, weights, criterion, flips[row, criterion])
        assert found[row] == pytest.approx(found[leader], abs=1e-9)


@given(problem=problems(exact_scores(), least=2))
@LAWS
def test_no_crossing_is_missed(problem: tuple[dict[str, list[Any]], list[int]]) -> None:
    """There is a flip inside exactly where the leader is ahead at one end of a weight and behind at the other."""
    values, weights = as_values(problem[0]), np.array(problem[1], dtype=float)
    leader = int(np.argmax(values @ weights))
    flips = weight_flips(values, weights, leader)
    for criterion in range(weights.size):
        if np.delete(weights, criterion).sum() == 0:
            continue
        ahead = [found[leader] - found for found in (totals(values, weights, criterion, end) for end in (0.0, 1.0))]
        crossing = ahead[0] * ahead[1] < -1e-12
        inside = (flips[:, criterion] > 1e-9) & (flips[:, criterion] < 1 - 1e-9)
        assert inside.tolist() == crossing.tolist()


@given(problem=problems(exact_scores(), least=2))
@LAWS
def test_the_leader_stays_first_up_to_the_flips_and_the_named_one_leads_beyond(
    problem: tuple[dict[str, list[Any]], list[int]],
) -> None:
    """On a grid of every weight, nobody passes the leader inside the band, and just beyond the named one is first."""
    ranking = ranked(*problem)
    assume(len(ranking.leaders) == 1)
    leader, values, weights = ranking.leaders[0], ranking.matrix.likely, ranking.matrix.weights
    for criterion in range(weights.size):
        if np.delete(weights, criterion).sum() == 0:
            continue
        flips = [flip for flip in ranking.weight_flips() if flip.criterion == criterion]
        lower = max((flip.share for flip in flips if flip.share < weights[criterion]), default=0.0)
        upper = min((flip.share for flip in flips if flip.share > weights[criterion]), default=1.0)
        for share in np.linspace(lower, upper, 21):
            found = totals(values, weights, criterion, share)
            assert found[leader] >= found.max() - 1e-9
        for flip in flips:
            beyond = flip.share + (STEP if flip.share > weights[criterion] else -STEP)
            found = totals(values, weights, criterion, beyond)
            assert found[flip.candidate] > found[leader]
            assert found[flip.candidate] >= found.max() - 1e-9


def test_score_flips_worked_by_hand() -> None:
    """Ash has 0.6 * 0.8 + 0.4 * 0.5 = 0.68 and Oak 0.6 * 0.5 + 0.4 * 0.7 = 0.58, so 0.1 is to be made good.

    On the first criterion that is 0.1 / 0.6: Oak at 0.5 + 1 / 6 or Ash at 0.8 - 1 / 6. On the second it is 0.25.
    """
    flips = score_flips([[0.8, 0.5], [0.5, 0.7]], [6, 4], 0)
    assert flips == pytest.approx(np.array([[0.8 - 1 / 6, 0.25], [0.5 + 1 / 6, 0.95]]))


def test_a_score_that_would_have_to_leave_the_scale_has_no_flip() -> None:
    """Where even the best score is not enough, or the leader's worst not too bad, nothing flips."""
    assert np.isnan(score_flips([[1.0, 1], [0.5, 0]], [9, 1], 0)).tolist() == [[False, True], [True, True]]


def test_a_score_that_just_suffices_flips_at_the_end_of_the_scale() -> None:
    """Where exactly the best score draws level, the flip is 1; where exactly the worst does, it is 0."""
    assert score_flips([[1, 0.5], [0.5, 0.5]], [1, 1], 0)[:, 1].tolist() == [0, 1]


def test_a_criterion_without_weight_has_no_score_flip() -> None:
    """No score on it changes anything, and no division by 0 says otherwise."""
    assert np.isnan(score_flips([[0.6, 0], [0.5, 1]], [1, 0], 0)[:, 1]).all()


def test_who_is_level_already_has_nothing_to_flip() -> None:
    """In a tie for first, the scores of those who share it have no flip; those behind have theirs."""
    flips = ranked({"ash": [4, 2], "oak": [2, 4], "elm": [4, 1]}, [1, 1]).score_flips()
    assert np.isnan(flips[:2]).all()
    assert flips[2] == pytest.approx([1, 0.4])


@given(problem=problems(exact_scores(), least=2))
@LAWS
def test_at_a_score_flip_there_is_a_tie_for_first_and_beyond_it_another_leads(
    problem: tuple[dict[str, list[Any]], list[int]],
) -> None:
    """With one cell at its flip, its candidate and the leader are level; a little more, and the leader isn't first."""
    values, weights = as_values(problem[0]), np.array(problem[1], dtype=float)
    leader = int(np.argmax(values @ weights))
    flips = score_flips(values, weights, leader)
    for row, column in np.argwhere(np.isfinite(flips)):
        changed = values.copy()
        changed[row, column] = flips[row, column]
        found = changed @ weights
        rival = np.delete(found, leader).max() if row == leader else found[row]
        assert found[leader] == pytest.approx(rival, abs=1e-9)
        changed[row, column] += -STEP if row == leader else STEP
        assert int(np.argmax(changed @ weights)) != leader


@given(problem=problems(exact_scores(), least=2))
@LAWS
def test_a_score_flips_exactly_where_the_end_of_the_scale_would(
    problem: tuple[dict[str, list[Any]], list[int]],
) -> None:
    """There is a flip for a cell where its best score brings its candidate up, or its worst the leader down."""
    values, weights = as_values(problem[0]), np.array(problem[1], dtype=float)
    now = values @ weights
    leader = int(np.argmax(now))
    assume(np.sort(now)[-2] < now[leader] - 1e-9)
    flips = score_flips(values, weights, leader)
    for row, column in np.ndindex(*values.shape):
        changed = values.copy()
        changed[row, column] = 0 if row == leader else 1
        found = changed @ weights
        rival = np.delete(found, leader).max() if row == leader else found[row]
        assert np.isfinite(flips[row, column]) == (weights[column] > 0 and rival >= found[leader] - 1e-9)


def test_a_ranking_names_flips_only_where_one_candidate_leads_another() -> None:
    """A tie for first, a single candidate and a matrix without a score have no weight flips, and don't crash."""
    tie = {"ash": [4, 2], "oak": [2, 4], "elm": [5, 0]}  # Elm would draw level with Ash at 2 / 3
    others: list[dict[str, Any]] = [{"ash": [5, 0]}, {"ash": [None, None], "oak": [None, None]}, {"ash": [], "oak": []}]
    for table in (tie, *others):
        assert ranked(table, [1, 1]).weight_flips() == ()


@pytest.mark.parametrize("table", [{"ash": [5, 0]}, {"ash": [None, None], "oak": [None, None]}, {"ash": [], "oak": []}])
def test_without_a_ranking_no_score_flips(table: dict[str, list[Any]]) -> None:
    """One candidate, nothing scored and no criteria at all give no flip, and don't crash."""
    assert np.isnan(ranked(table, [1, 1]).score_flips()).all()


def test_the_eliminated_flip_nothing() -> None:
    """A candidate that a must has taken out neither draws level by a weight nor by a score."""
    found = ranked({"ash": [4, 1], "oak": [1, 3], "elm": [5, 5]}, [1, 1], {"a": {"must": {"at_most": 4}}, "b": {}})
    assert {who for _, _, who in wanted(found)} == {"oak"}
    assert np.isnan(found.score_flips()[2]).all()
