"""How a workbook becomes a matrix: what counts, what is a gap, and what a reader is told about it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from optlib.analysis import Matrix, option_matrix
from optlib.errors import CatalogueError

from .building import CHOICE, choice, options, workbook

COST = {"unit": "USD/month", "direction": "min", "range": [0, 200]}


def matrix(*scores: Any, criterion: Any = None, **parts: Any) -> Matrix:
    """The matrix of one criterion `a`, scored by candidates c0, c1, ..."""
    table = {f"c{index}": [score] for index, score in enumerate(scores)}
    return option_matrix(choice(table, [1], {"a": criterion or {}}, **parts), CHOICE)


def column(found: Matrix) -> list[float]:
    """The likely values of its only criterion."""
    values: list[float] = found.likely[:, 0].tolist()
    return values


def test_ordinal_scores_are_normalised_on_the_declared_scale() -> None:
    """Scores of 2 and 3 on 0 to 5 are worth 0.4 and 0.6, not 0 and 1 as on the range that was observed."""
    assert column(matrix(2, 3)) == [0.4, 0.6]


def test_a_further_candidate_changes_no_value() -> None:
    """Values hang on the scale and not on who else is there."""
    assert column(matrix(2, 3, 5))[:2] == column(matrix(2, 3))


def test_a_scale_need_not_start_at_0() -> None:
    """On a scale from 1 to 3 the lowest score is worth 0."""
    assert column(matrix(1, 2, 3, scale={"min": 1, "max": 3})) == [0, 0.5, 1]


def test_the_scale_of_a_domain_goes_before_that_of_the_workbook() -> None:
    """A domain may be scored on a scale of its own."""
    own = {**options({"c0": [10]}), "scale": {"min": 0, "max": 20}}
    assert column(option_matrix(workbook(options={CHOICE: own}), CHOICE)) == [0.5]


def test_direction_min_turns_an_ordinal_criterion_round() -> None:
    """Where less is better the lowest score is worth 1."""
    assert column(matrix(0, 5, criterion={"direction": "min"})) == [1, 0]


@pytest.mark.parametrize("direction", ["Max", "MIN", "maximise", "up"])
def test_a_direction_is_max_or_min_and_nothing_else(direction: str) -> None:
    """A direction that is spelt otherwise is refused, and never read as the other one."""
    with pytest.raises(ValidationError, match="direction"):
        matrix(1, criterion={"direction": direction})


def test_a_measured_criterion_runs_between_its_anchors() -> None:
    """USD 50 on a range from 0 to 200 where less is better is worth three quarters."""
    assert column(matrix(50, criterion=COST)) == [0.75]


def test_a_range_gives_bounds() -> None:
    """Low, likely and high each become a value; where less is better, high becomes the lower bound."""
    found = matrix([50, 100, 150], criterion=COST)
    assert (found.low[0, 0], found.likely[0, 0], found.high[0, 0]) == (0.25, 0.5, 0.75)


@pytest.mark.parametrize(("score", "kind"), [("unknown", "unknown"), (None, "missing")])
def test_a_gap_spans_the_whole_scale(score: Any, kind: str) -> None:
    """Neither an unknown nor a missing score is zero or average: it may be anything."""
    found = matrix(score, 3)
    assert (found.low[0, 0], found.high[0, 0]) == (0, 1)
    assert (found.kinds[0][0], found.gaps) == (kind, 1)


def test_a_score_of_0_is_not_a_gap() -> None:
    """Zero is an exact score, the worst one."""
    found = matrix(0)
    assert (found.low[0, 0], found.high[0, 0], found.kinds, found.gaps) == (0, 0, (("exact",),), 0)


def test_gaps_without_weight_are_not_counted() -> None:
    """What is unknown on a criterion that carries no weight is no gap."""
    found = option_matrix(choice({"ash": ["unknown", 3], "oak": [1, None]}, [0, 1]), CHOICE)
    assert found.gaps == 1


def test_measured_without_a_range_is_unknown_and_says_so() -> None:
    """A figure without anchors has no value; it counts as unknown, with a remark that names what to state."""
    found = matrix(50, criterion={"unit": "USD/month", "direction": "min"})
    assert (found.kinds, found.low[0, 0], found.high[0, 0]) == ((("unknown",),), 0, 1)
    assert found.remarks == (
        "A is measured in USD/month but has no range, so its figures count as unknown; state range: [lower, upper].",
    )


def test_a_figure_with_a_unit_on_an_ordinal_criterion_is_unknown_and_says_so() -> None:
    """A figure in USD is not a score from 0 to 5, and is not clipped to 5."""
    found = matrix({"value": 120, "unit": "USD/month"})
    assert found.kinds == (("unknown",),)
    assert found.remarks[0].startswith("A is scored on the scale but has figures in USD/month")
    assert "options.choice.criteria.a states unit, direction and range" in found.remarks[0]


def test_a_figure_in_another_unit_than_the_criterion_is_unknown_and_says_so() -> None:
    """Figures in EUR are not read as figures in USD/month."""
    found = matrix({"value": 50, "unit": "EUR"}, 50, criterion=COST)
    assert found.kinds == (("unknown",), ("exact",))
    assert found.remarks == ("A is measured in USD/month; its figures in EUR count as unknown.",)


def test_a_unit_without_a_figure_is_missing() -> None:
    """A score that names only its unit has not been given."""
    assert matrix({"unit": "USD/month"}).kinds == (("missing",),)


def test_a_figure_beyond_its_anchors_counts_as_the_end_and_says_so() -> None:
    """USD 1,250,000 on a range to 200 is worth what 200 is worth, and the remark gives the figure in full."""
    found = matrix(1_250_000, criterion=COST)
    assert column(found) == [0]
    assert found.remarks == ("A: 1250000 USD/month lies outside the range 0 to 200 and counts as its end.",)


@pytest.mark.parametrize(("direction", "end"), [({}, "highest"), ({"direction": "max"}, "")])
def test_a_measured_criterion_without_a_direction_says_which_end_is_best(direction: dict[str, str], end: str) -> None:
    """Where nobody says which end of a measurement is better, the highest counts as best, and the reader is told."""
    found = matrix(50, criterion={"unit": "points", "range": [0, 100], **direction})
    assert column(found) == [0.5]
    assert [remark for remark in found.remarks if "direction" in remark] == (
        [f"A is measured in points and states no direction; its {end} figure counts as best."] if end else []
    )


@pytest.mark.parametrize(
    ("stated", "values"),
    [({}, [1, 0]), ({"direction": "max"}, [0, 1]), ({"direction": "min"}, [1, 0])],
)
def test_a_measurement_that_the_catalogue_knows_has_its_direction(stated: dict[str, str], values: list[float]) -> None:
    """Latency in ms is better when it is low, as the catalogue says, unless the workbook states a direction."""
    latency = {"unit": "ms", "range": [0, 100], **stated}
    table = options({"ash": [0], "oak": [100]}, [1], {"latency": latency})
    found = option_matrix(workbook(options={"data_state": table}), "data_state")
    assert column(found) == values
    assert found.remarks == ()


@pytest.mark.parametrize(
    ("function", "told"),
    [
        ({"kind": "linear"}, True),
        ({"kind": "log"}, True),
        ({"kind": "piecewise", "points": [[1, 1], [9, 0]]}, False),
        ({"kind": "target", "target": 5}, False),
    ],
)
def test_points_and_targets_need_no_direction(function: dict[str, Any], told: bool) -> None:
    """Where points or a target say what is best, nobody is asked which end is."""
    found = matrix(2, criterion={"unit": "ms", "range": [1, 9], "value_function": function})
    assert bool(found.remarks) is told


@pytest.mark.parametrize(
    "spec", [{"range": [0, 10]}, {"value_function": {"kind": "piecewise", "points": [[0, 1], [5, 0]]}}]
)
def test_a_value_function_without_a_unit_is_not_used_and_says_so(spec: dict[str, Any]) -> None:
    """Without a unit a criterion is scored on the scale, whatever else is stated, and the reader is told."""
    found = matrix(1, criterion=spec)
    assert column(found) == [0.2]
    assert found.remarks == ("A has no unit, so it is scored on the scale; its range and value function aren't used.",)


def test_weights_are_shares_of_1() -> None:
    """Weights are normalised once, in the matrix."""
    found = option_matrix(choice({"ash": [1, 2, 3]}, [5, 3, 2]), CHOICE)
    assert found.weights == pytest.approx([0.5, 0.3, 0.2])
    assert found.weights_stated


def test_without_weights_all_criteria_count_the_same_and_a_remark_says_so() -> None:
    """Nobody's weights are guessed in silence."""
    found = option_matrix(choice({"ash": [1, 2]}), CHOICE)
    assert found.weights.tolist() == [0.5, 0.5]
    assert not found.weights_stated
    assert found.remarks == ("No weights are stated, so every criterion counts the same.",)


def test_weights_that_are_all_0_are_no_weights() -> None:
    """With every stated weight 0 all criteria count the same, and the remark doesn't claim that none is stated."""
    found = option_matrix(choice({"ash": [1, 2]}, [0, 0]), CHOICE)
    assert found.weights.tolist() == [0.5, 0.5]
    assert found.remarks == ("No criterion of this matrix has a weight above 0, so every criterion counts the same.",)


def test_weights_of_a_later_phase_only_are_no_weights_yet() -> None:
    """Where only criteria of a later phase carry weight, those open now count the same, with a remark."""
    book = choice({"ash": [1, 2]}, [0, 3], {"a": {}, "b": {"phase": 2}})
    found = option_matrix(book, CHOICE, 0)
    assert (found.weights.tolist(), found.weights_stated, len(found.remarks)) == ([1], False, 1)


@pytest.mark.parametrize(("weights", "told"), [([1], True), ([1, 0], False)])
def test_a_score_without_a_weight_does_not_count_and_says_so(weights: list[float], told: bool) -> None:
    """A scored criterion that the weights pass over is named; one whose weight is stated as 0 is not."""
    found = option_matrix(choice({"ash": [1, 2]}, weights), CHOICE)
    assert found.weights.tolist() == [1, 0]
    assert ("B is scored but has no weight, so it doesn't count." in found.remarks) is told


def test_a_criterion_and_its_part_that_both_carry_weight_count_twice_and_say_so() -> None:
    """Weighing a whole and a part of it is allowed, and is named."""
    book = choice({"ash": [1, 2]}, [1, 1], {"a": {"name": "Cost"}, "b": {"name": "Rent", "part_of": "a"}})
    assert option_matrix(book, CHOICE).remarks == ("Rent is part of Cost, and both carry weight: it counts twice.",)


def test_a_matrix_holds_the_criteria_up_to_its_phase() -> None:
    """A criterion that is first scored in phase 2 is not in the matrix of phase 1."""
    book = choice({"ash": [1, 2, 3]}, [1, 1, 1], {"a": {}, "b": {"phase": 1}, "c": {"phase": 2}})
    assert [criterion.id for criterion in option_matrix(book, CHOICE, 1).criteria] == ["a", "b"]


def test_a_criterion_with_neither_weight_nor_score_is_not_in_play() -> None:
    """What nobody weighs or scores is not in the matrix; what is weighed is, though nobody has scored it."""
    book = choice({"ash": [1, None, None]}, [1, 1, 0], {"a": {}, "b": {}, "c": {}})
    assert [criterion.id for criterion in option_matrix(book, CHOICE).criteria] == ["a", "b"]


@pytest.mark.parametrize("part", ["weights", "scores"])
def test_a_misspelt_criterion_is_an_error(part: str) -> None:
    """A weight or score that names no criterion raises; it is never dropped in silence."""
    table = options({"ash": [1]}, [1])
    (table["weights"] if part == "weights" else table["candidates"]["ash"]["scores"])["aa"] = 2
    with pytest.raises(ValueError, match="choice has no criterion aa"):
        option_matrix(workbook(options={CHOICE: table}), CHOICE)


def test_a_domain_that_is_not_there_is_an_error_that_names_those_that_are() -> None:
    """Asking for a domain that nobody knows raises, with the known ones."""
    with pytest.raises(CatalogueError, match=r"no domain 'choice'.*languages"):
        option_matrix(workbook(), CHOICE)


@pytest.mark.parametrize("weight", [-1, float("nan"), float("inf"), "3"])
def test_a_weight_is_a_finite_number_from_0_up(weight: Any) -> None:
    """Negative weights, NaN, infinity and text never get into a workbook."""
    with pytest.raises(ValidationError, match="weights"):
        choice({"ash": [1]}, [weight])


@pytest.mark.parametrize("score", [float("nan"), [1, float("nan"), 3], float("inf"), [3, 2, 1], "4"])
def test_a_score_is_a_finite_number_or_a_rising_range(score: Any) -> None:
    """NaN, infinity, a range that falls and text never get into a workbook."""
    with pytest.raises(ValidationError, match="scores"):
        choice({"ash": [score]}, [1])


def test_candidates_are_called_as_written_else_as_the_catalogue_knows_them_else_by_their_id() -> None:
    """A name of the workbook's own goes before the catalogue's, and an id is made readable."""
    candidates = {"postgresql": {}, "sqlite": {"name": "Our SQLite"}, "home-grown_store": {}}
    found = option_matrix(workbook(options={"data_state": {"candidates": candidates}}), "data_state")
    assert found.names == ("PostgreSQL", "Our SQLite", "Home grown store")


def test_the_frame_has_no_value_where_there_is_a_gap() -> None:
    """In pandas a gap is NaN, so that nobody reckons with the middle that stands for it in the matrix."""
    frame = option_matrix(choice({"ash": [5, "unknown"], "oak": [None, 0]}, [1, 1]), CHOICE).to_frame()
    assert list(frame.index) == ["ash", "oak"]
    assert list(frame.columns) == ["a", "b"]
    assert frame.isna().to_numpy().tolist() == [[False, True], [True, False]]
    assert (frame.loc["ash", "a"], frame.loc["oak", "b"]) == (1, 0)


def test_weights_come_as_a_series_by_criterion() -> None:
    """The shares of weight carry the names of their criteria."""
    series = option_matrix(choice({"ash": [1, 2]}, [3, 1]), CHOICE).weights_series()
    assert series.to_dict() == {"a": 0.75, "b": 0.25}


def test_what_pandas_does_to_its_copies_leaves_the_matrix_alone() -> None:
    """Changing the frame or the series in place changes no value and no weight."""
    found = option_matrix(choice({"ash": [1, 2]}, [3, 1]), CHOICE)
    frame, series = found.to_frame(), found.weights_series()
    frame.iloc[0, 0] = series.iloc[0] = 99
    assert found.likely.tolist() == [[0.2, 0.4]]
    assert found.weights.tolist() == [0.75, 0.25]


@pytest.mark.parametrize(
    ("book", "shape"),
    [
        (workbook(options={CHOICE: {}}), (0, 0)),
        (choice({}, (), {"a": {}}), (0, 0)),
        (workbook(options={CHOICE: {"candidates": {"ash": {}}}}), (1, 0)),
        (workbook(options={CHOICE: {"criteria": {"a": {}}, "weights": {"a": 1}}}), (0, 1)),
    ],
)
def test_an_empty_matrix_has_a_shape_and_nothing_to_rank(book: Any, shape: tuple[int, int]) -> None:
    """Without candidates, or without criteria, there is a matrix all the same, and it isn't ready."""
    found = option_matrix(book, CHOICE)
    assert found.likely.shape == found.is_gap.shape == shape
    assert not found.is_ready


@pytest.mark.parametrize(
    ("row", "weights", "ready"),
    [([None, "unknown"], [1, 1], False), ([3, None], [0, 1], False), ([None, 3], [0, 1], True), ([3, None], [], True)],
)
def test_a_matrix_is_ready_when_a_score_that_carries_weight_is_known(
    row: list[Any], weights: list[float], ready: bool
) -> None:
    """Gaps alone, and scores on criteria without weight, are nothing to rank."""
    assert option_matrix(choice({"ash": row}, weights), CHOICE).is_ready is ready


def test_the_arrays_of_a_matrix_cannot_be_changed() -> None:
    """A matrix is a value: writing into its arrays raises."""
    found = option_matrix(choice({"ash": [1, 2]}, [3, 1]), CHOICE)
    for array in (found.low, found.likely, found.high, found.weights):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


def test_the_same_workbook_gives_the_same_matrix_twice() -> None:
    """Building a matrix changes nothing that building it again would see."""
    book = choice({"ash": [1, [2, 3, 4]], "oak": ["unknown", 2]}, [2, 1])
    first, second = option_matrix(book, CHOICE), option_matrix(book, CHOICE)
    assert np.array_equal(first.likely, second.likely)
    assert (first.kinds, first.remarks) == (second.kinds, second.remarks)
