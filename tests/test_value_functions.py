"""What a figure is worth: from 0 (worst) to 1 (best), on anchors that are given, and what a range of figures allows."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optlib.analysis import cells, value
from optlib.catalogue import Criterion
from optlib.model import Scale, Score, ValueFunction

from .building import LAWS

ZIGZAG = ((0, 0.5), (10, 1), (20, 0), (40, 0.75))
FUNCTIONS = {
    "linear": {"kind": "linear"},
    "log": {"kind": "log"},
    "piecewise": {"kind": "piecewise", "points": ZIGZAG},
    "target": {"kind": "target", "target": 13},
}
WITH_FIGURES: dict[str, Callable[[Any], Any]] = {
    "linear": lambda figures: value.linear(figures, 1, 40),
    "log": lambda figures: value.log(figures, 1, 40),
    "piecewise": lambda figures: value.piecewise(figures, ZIGZAG),
    "target": lambda figures: value.target(figures, 1, 13, 40),
    "outside": lambda figures: value.outside(figures, 1, 40),
}


def measured(kind: str, direction: str = "max") -> Criterion:
    """A criterion measured in ms from 1 to 40 by a kind of value function."""
    function = ValueFunction.model_validate(FUNCTIONS[kind])
    return Criterion.model_validate(
        {"id": "a", "name": "A", "unit": "ms", "range": (1, 40), "direction": direction, "value_function": function}
    )


def worth(figures: float | tuple[float, float, float], criterion: Criterion) -> tuple[float, float, float]:
    """The least, likely and greatest value of one score."""
    low, middle, high = cells.bounds([Score.model_validate({"value": figures})], criterion, Scale())[0]
    return float(low), float(middle), float(high)


def test_linear_runs_from_worst_to_best() -> None:
    """The worst figure is worth 0, the best 1 and the middle a half."""
    assert value.linear([10, 15, 20], 10, 20).tolist() == [0, 0.5, 1]


def test_linear_falls_where_less_is_better() -> None:
    """With the worst anchor above the best, the lower figure is worth more."""
    assert value.linear([10, 15, 20], 20, 10).tolist() == [1, 0.5, 0]


def test_linear_counts_a_figure_outside_as_the_nearer_anchor() -> None:
    """Figures beyond the anchors are worth neither less than 0 nor more than 1."""
    assert value.linear([-5, 25], 10, 20).tolist() == [0, 1]


def test_linear_refuses_equal_anchors() -> None:
    """Anchors that are equal give no line, and that is an error and not a division by 0."""
    with pytest.raises(ValueError, match="differ"):
        value.linear([1], 3, 3)


def test_log_gives_every_doubling_the_same() -> None:
    """From 1 to 16 each of the four doublings is worth a quarter."""
    assert value.log([1, 2, 4, 8, 16], 1, 16) == pytest.approx([0, 0.25, 0.5, 0.75, 1])


@pytest.mark.parametrize("figure", [0.5, 0, -3])
def test_log_counts_a_figure_below_the_range_as_its_lower_end(figure: float) -> None:
    """Below the range, and even at or below 0, a figure is worth what the lower end is worth."""
    assert value.log([figure], 1, 16).tolist() == [0]
    assert value.log([figure], 16, 1).tolist() == [1]


@pytest.mark.parametrize("anchors", [(0, 10), (10, 0), (-1, 10)])
def test_log_refuses_an_anchor_that_has_no_logarithm(anchors: tuple[float, float]) -> None:
    """Both anchors must lie above 0."""
    with pytest.raises(ValueError, match="above 0"):
        value.log([1], *anchors)


def test_piecewise_goes_through_its_points() -> None:
    """At a point the value is the point's, between two it lies on the line that joins them."""
    assert value.piecewise([0, 10, 15, 40], ZIGZAG).tolist() == [0.5, 1, 0.5, 0.75]


def test_piecewise_keeps_the_value_of_its_ends() -> None:
    """Beyond the first and last point the value stays."""
    assert value.piecewise([-1, 50], ZIGZAG).tolist() == [0.5, 0.75]


def test_piecewise_refuses_points_that_do_not_rise() -> None:
    """Points out of order are an error, where an interpolation would give nonsense."""
    with pytest.raises(ValueError, match="rise"):
        value.piecewise([1], [(0, 0), (5, 1), (5, 0)])


def test_target_is_best_at_the_target_and_worst_at_both_ends() -> None:
    """The value is 1 at the target and falls in straight lines to 0 at the lower and the upper end."""
    assert value.target([10, 15, 20, 30, 40], 10, 20, 40).tolist() == [0, 0.5, 1, 0.5, 0]


@pytest.mark.parametrize(("best", "worst"), [(10, 40), (40, 10)])
def test_target_may_be_an_end_of_the_range(best: float, worst: float) -> None:
    """A target at either end is worth 1, also beyond it, and the other end 0."""
    beyond = best + (best - worst)
    assert value.target([best, beyond, 25, worst], 10, best, 40).tolist() == [1, 1, 0.5, 0]


def test_target_must_lie_in_the_range() -> None:
    """A target outside its ends is an error."""
    with pytest.raises(ValueError, match="lower to the upper"):
        value.target([1], 0, 11, 10)


@pytest.mark.parametrize("function", WITH_FIGURES)
@pytest.mark.parametrize("figure", [float("nan"), float("inf")])
def test_a_figure_that_is_not_finite_is_refused(function: str, figure: float) -> None:
    """NaN and infinity are errors in every function; they never become a value."""
    with pytest.raises(ValueError, match="finite"):
        WITH_FIGURES[function]([1, figure])


@pytest.mark.parametrize("function", ["linear", "log", "piecewise", "target"])
@given(figures=st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=5))
@LAWS
def test_values_lie_from_0_to_1(function: str, figures: list[float]) -> None:
    """Whatever the figure, its value lies from 0 to 1."""
    worths = WITH_FIGURES[function](figures)
    assert ((worths >= 0) & (worths <= 1)).all()


@given(
    figures=st.lists(st.floats(0, 100), min_size=2, max_size=6), factor=st.floats(0.01, 100), shift=st.floats(-50, 50)
)
@LAWS
def test_a_change_of_unit_changes_no_value(figures: list[float], factor: float, shift: float) -> None:
    """Figures, anchors and target moved to another unit (times a factor, plus a shift) are worth the same."""

    def moved(number: float) -> float:
        return number * factor + shift

    other = [moved(figure) for figure in figures]
    assert value.linear(other, moved(90), moved(5)) == pytest.approx(value.linear(figures, 90, 5), abs=1e-9)
    before = value.target(figures, 5, 30, 90)
    assert value.target(other, moved(5), moved(30), moved(90)) == pytest.approx(before, abs=1e-9)


def test_outside_names_what_lies_beyond_the_anchors() -> None:
    """The anchors themselves are inside."""
    assert value.outside([0.9, 1, 40, 40.1], 1, 40).tolist() == [True, False, False, True]


@pytest.mark.parametrize("direction", ["max", "min"])
@pytest.mark.parametrize("kind", ["linear", "log"])
@given(figure=st.floats(1, 40))
@LAWS
def test_the_figure_of_a_value_is_where_the_value_came_from(kind: str, direction: str, figure: float) -> None:
    """Where the value function only rises or only falls, value and figure lead back to each other."""
    criterion = measured(kind, direction)
    assert cells.figure(worth(figure, criterion)[1], criterion, Scale()) == pytest.approx(figure)


@pytest.mark.parametrize(
    ("at", "figure"),
    [
        pytest.param(1, 10, id="only the peak is worth 1"),
        pytest.param(0, 20, id="only the trough is worth 0"),
        pytest.param(0.25, None, id="two figures are worth a quarter"),
        pytest.param(0.5, None, id="three figures are worth a half"),
    ],
)
def test_the_figure_of_a_value_is_named_only_where_it_is_the_only_one(at: float, figure: float | None) -> None:
    """On a function that rises and falls, a value that several figures have has no figure."""
    assert value.figure(at, ZIGZAG) == figure


def test_a_value_that_no_figure_reaches_has_no_figure() -> None:
    """Where the points end at 0.9, nothing is worth 0.95."""
    assert value.figure(0.95, [(0, 0), (10, 0.9)]) is None


def test_a_plateau_has_no_single_figure() -> None:
    """Where a stretch of figures is worth the same, none of them is named."""
    assert value.figure(0.5, [(0, 0), (5, 0.5), (9, 0.5), (10, 1)]) is None


def test_a_target_at_the_end_of_its_range_has_a_figure_for_every_value() -> None:
    """With the target at the upper end the function only rises."""
    assert value.figure(0.5, [(10, 0), (40, 1), (40, 0)]) == 25


def test_a_range_across_a_target_can_be_best() -> None:
    """A range with the target inside can be worth 1, though neither end nor the likely figure is."""
    low, middle, high = worth((10, 20, 30), measured("target"))
    assert (low, middle, high) == pytest.approx(((40 - 30) / 27, (40 - 20) / 27, 1))


def test_a_range_across_a_trough_can_be_worst() -> None:
    """A range that spans peak and trough of a zigzag is worth 0 to 1, though none of its three figures is."""
    assert worth((5, 15, 25), measured("piecewise")) == pytest.approx((0, 0.5, 1))


@pytest.mark.parametrize("direction", ["max", "min"])
@pytest.mark.parametrize("kind", FUNCTIONS)
@given(figures=st.lists(st.floats(-10, 60), min_size=3, max_size=3).map(sorted), places=st.lists(st.floats(0, 1)))
@LAWS
def test_bounds_hold_every_value_in_the_range(
    kind: str, direction: str, figures: list[float], places: list[float]
) -> None:
    """No figure inside a range is worth less than the lower bound or more than the upper, also beyond the anchors."""
    criterion = measured(kind, direction)
    low, _, high = worth((figures[0], figures[1], figures[2]), criterion)
    inside = [figures[0] + place * (figures[2] - figures[0]) for place in places]
    assert all(low - 1e-12 <= worth(figure, criterion)[1] <= high + 1e-12 for figure in inside)


@pytest.mark.parametrize("kind", FUNCTIONS)
@given(figures=st.lists(st.integers(-10, 60), min_size=3, max_size=3).map(sorted))
@LAWS
def test_bounds_are_reached(kind: str, figures: list[int]) -> None:
    """Some figure inside the range is worth the lower bound and some the upper: bounds are no wider than that."""
    criterion = measured(kind)
    inside = [worth(figure, criterion)[1] for figure in range(figures[0], figures[2] + 1)]  # all bends are integers
    low, _, high = worth((figures[0], figures[1], figures[2]), criterion)
    assert (low, high) == pytest.approx((min(inside), max(inside)))


@given(scores=st.lists(st.floats(0, 5), min_size=2, max_size=6).map(sorted))
@LAWS
def test_a_higher_score_is_never_worth_less(scores: list[float]) -> None:
    """On the scale, value rises with the score; with direction min it falls."""
    up, down = Criterion(id="a", name="A"), Criterion(id="a", name="A", direction="min")
    assert all(worth(lower, up) <= worth(higher, up) for lower, higher in pairwise(scores))
    assert all(worth(lower, down) >= worth(higher, down) for lower, higher in pairwise(scores))


def test_scores_of_many_candidates_are_worth_what_each_is_alone() -> None:
    """A column of scores gives what its scores give one by one, gaps among them."""
    scores = [Score.model_validate(given) for given in (3, [10, 20, 30], "unknown", None, 13)]
    alone = [cells.bounds([score], measured("target"), Scale())[0] for score in scores]
    assert np.array_equal(cells.bounds(scores, measured("target"), Scale()), np.array(alone))
