"""The weighted sum, ranks with ties, who can win within bounds, and who surely beats whom."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optlib.analysis import competition_ranks, dominance, possible_winners, weighted_sum
from optlib.analysis.methods import TOLERANCE, normalised

from .building import LAWS

VALUES = [[1.0, 0.0], [0.5, 0.5], [0.0, 1.0]]
FRAME = pd.DataFrame(VALUES, index=["ash", "oak", "elm"], columns=["cost", "speed"])


@st.composite
def bounds(draw: st.DrawFn, width: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Lower and upper bounds of one to four candidates on some criteria, in tenths so that equal ones are common."""
    pair = st.lists(st.integers(0, 3), min_size=2, max_size=2).map(sorted)
    rows = draw(st.lists(st.lists(pair, min_size=width, max_size=width), min_size=1, max_size=4))
    table = np.array(rows, dtype=float) / 10
    return table[:, :, 0], table[:, :, 1]


def corners(low: np.ndarray, high: np.ndarray) -> list[np.ndarray]:
    """Every table that takes each cell at its lower or its upper bound."""
    cells = [sorted({a, b}) for a, b in zip(low.ravel(), high.ravel(), strict=True)]
    return [np.array(choice).reshape(low.shape) for choice in product(*cells)]


def test_weighted_sum_weighs_and_adds() -> None:
    """With three quarters of the weight on the first criterion, being best there is worth 0.75."""
    assert weighted_sum(VALUES, [3, 1]).tolist() == [0.75, 0.5, 0.25]


@given(
    weights=st.lists(st.integers(0, 9), min_size=2, max_size=2).filter(any), factor=st.sampled_from([10, 0.1, 1e300])
)
@LAWS
def test_weights_times_a_factor_change_no_total(weights: list[int], factor: float) -> None:
    """Only the proportions of weights count, also of huge ones."""
    scaled = [weight * factor for weight in weights]
    assert weighted_sum(VALUES, scaled) == pytest.approx(weighted_sum(VALUES, weights))


def test_weighted_sum_of_pandas_is_pandas() -> None:
    """A DataFrame with a Series gives a Series of totals by candidate."""
    totals = weighted_sum(FRAME, pd.Series({"cost": 3, "speed": 1}))
    assert isinstance(totals, pd.Series)
    assert totals.name == "total"
    assert totals.to_dict() == {"ash": 0.75, "oak": 0.5, "elm": 0.25}


def test_weighted_sum_of_pandas_goes_by_name_and_not_by_order() -> None:
    """Weights in another order than the columns go to the column of their name."""
    assert weighted_sum(FRAME, {"speed": 1, "cost": 3}).to_dict() == {"ash": 0.75, "oak": 0.5, "elm": 0.25}


def test_weighted_sum_takes_whole_numbers_from_pandas() -> None:
    """A frame of integers gives totals that are not rounded to integers."""
    assert weighted_sum(FRAME.iloc[[0, 2]].astype(int), {"cost": 3, "speed": 1}).tolist() == [0.75, 0.25]


@pytest.mark.parametrize(
    "weights",
    [
        pytest.param({"cost": 3, "sped": 1}, id="misspelt"),
        pytest.param({"cost": 3}, id="missing"),
        pytest.param({"cost": 3, "speed": 1, "beauty": 1}, id="too many"),
    ],
)
def test_a_weight_that_names_no_criterion_is_an_error(weights: dict[str, float]) -> None:
    """A misspelt, missing or stray weight raises and names the stray; it doesn't drop the criterion."""
    with pytest.raises(ValueError, match=r"only on one side: .*(sped|beauty|speed)"):
        weighted_sum(FRAME, pd.Series(weights))


def test_pandas_values_need_weights_by_name() -> None:
    """A bare list of weights for a frame raises: which weight is whose can't be known."""
    with pytest.raises(ValueError, match="by name"):
        weighted_sum(FRAME, [3, 1])


def test_a_criterion_named_twice_is_an_error() -> None:
    """Two columns of one name raise, where pandas would take either."""
    twice = FRAME.set_axis(["cost", "cost"], axis=1)
    with pytest.raises(ValueError, match="named once"):
        weighted_sum(twice, {"cost": 1})


@pytest.mark.parametrize("weights", [[-1, 2], [float("nan"), 1], [float("inf"), 1], [0, 0], [], [[1, 2]]])
def test_weights_that_cannot_be_shares_are_an_error(weights: Any) -> None:
    """Negative weights, NaN, infinity, all zeros, none at all and a table of weights raise."""
    with pytest.raises(ValueError, match="weight"):
        weighted_sum(VALUES, weights)


@pytest.mark.parametrize("gap", [float("nan"), float("inf"), None])
def test_a_gap_in_the_values_is_an_error(gap: Any) -> None:
    """A gap raises; it doesn't make every total NaN, nor count as zero."""
    with pytest.raises(ValueError, match="missing or not finite"):
        weighted_sum([[1, 0], [gap, 1]], [1, 1])


def test_a_gap_in_a_frame_is_an_error() -> None:
    """NaN in a DataFrame raises like NaN in an array."""
    with pytest.raises(ValueError, match="missing or not finite"):
        weighted_sum(FRAME.replace(0.5, np.nan), {"cost": 1, "speed": 1})


@pytest.mark.parametrize("table", [[[120.0, 0.2], [80.0, 0.9]], [[-0.1, 0.5]]])
def test_raw_figures_are_an_error(table: list[list[float]]) -> None:
    """A table of raw figures, in which USD would count as better the higher they are, raises."""
    with pytest.raises(ValueError, match="through a value function"):
        weighted_sum(table, [1, 1])


@pytest.mark.parametrize(("values", "weights"), [(VALUES, [1, 1, 1]), ([1.0, 0.0], [1, 1])])
def test_shapes_that_do_not_fit_are_an_error(values: Any, weights: list[float]) -> None:
    """Values are a table with one column for each weight."""
    with pytest.raises(ValueError, match="don't fit"):
        weighted_sum(values, weights)


def test_weighted_sum_leaves_what_it_is_given_alone() -> None:
    """The same call gives the same totals twice, and neither frame nor weights have changed."""
    frame, weights = FRAME.copy(), pd.Series({"cost": 3.0, "speed": 1.0})
    first, second = weighted_sum(frame, weights), weighted_sum(frame, weights)
    assert first.equals(second)
    assert frame.equals(FRAME)
    assert weights.to_dict() == {"cost": 3, "speed": 1}


def test_shares_of_weight_add_up_to_1() -> None:
    """Weights of 5, 3 and 2 are a half, 0.3 and 0.2."""
    assert normalised([5, 3, 2]) == pytest.approx([0.5, 0.3, 0.2])


@pytest.mark.parametrize(
    ("totals", "expected"),
    [
        ([3, 1, 2], [1, 3, 2]),
        ([2, 2, 1], [1, 1, 3]),
        ([1, 2, 2, 2, 0], [4, 1, 1, 1, 5]),
        ([7, 7], [1, 1]),
        ([5], [1]),
        ([], []),
    ],
)
def test_equal_totals_share_the_better_rank(totals: list[float], expected: list[int]) -> None:
    """Ties are ties, whatever the order of the list, and the next rank counts all who are ahead."""
    assert competition_ranks(totals).tolist() == expected


def test_rounding_error_is_no_difference() -> None:
    """Sums that should be equal, and differ in the last bits, share a rank."""
    assert competition_ranks([0.1 + 0.2, 0.3, 0.3 - 1e-7]).tolist() == [1, 1, 3]


def test_a_chain_of_small_steps_is_not_one_tie() -> None:
    """Whoever is further behind the best of a tie than rounding allows is not in it."""
    step = 0.75 * TOLERANCE
    assert competition_ranks([1, 1 - step, 1 - 2 * step]).tolist() == [1, 1, 3]


@given(totals=st.lists(st.integers(0, 5), max_size=8))
@LAWS
def test_a_rank_counts_who_is_ahead(totals: list[int]) -> None:
    """A rank is one more than the number of candidates with a better total."""
    assert competition_ranks(totals).tolist() == [1 + sum(other > total for other in totals) for total in totals]


@pytest.mark.parametrize("total", [float("nan"), float("inf")])
def test_a_total_that_is_not_finite_has_no_rank(total: float) -> None:
    """NaN raises, where it would be ranked level with whoever stands before it."""
    with pytest.raises(ValueError, match="no rank"):
        competition_ranks([3, total, 1])


@given(given_bounds=bounds())
@LAWS
def test_possible_winners_are_those_of_some_table_within_bounds(
    given_bounds: tuple[np.ndarray, np.ndarray],
) -> None:
    """A candidate can win exactly where some choice of totals within the bounds puts it first, alone or tied."""
    low, high = (side[:, 0] for side in given_bounds)
    found = possible_winners(low, high)
    by_force = np.any([totals >= totals.max() for totals in corners(low, high)], axis=0)
    assert found.tolist() == by_force.tolist()


def test_a_candidate_that_can_only_tie_can_win() -> None:
    """Whose best total equals the other's worst can share the first place."""
    assert possible_winners([0, 5, 0], [5, 9, 4]).tolist() == [True, True, False]


def test_nobody_can_win_where_nobody_is() -> None:
    """Without candidates there are no possible winners, and one alone always is one."""
    assert possible_winners([], []).tolist() == []
    assert possible_winners([3], [3]).tolist() == [True]


@pytest.mark.parametrize(("low", "high"), [([0, float("nan")], [1, 1]), ([0, 0], [1, float("nan")])])
def test_bounds_that_are_not_finite_are_an_error(low: list[float], high: list[float]) -> None:
    """NaN in a bound raises; it doesn't make everybody a loser."""
    with pytest.raises(ValueError, match="missing or not finite"):
        possible_winners(low, high)


def test_dominance_needs_one_criterion_that_is_better() -> None:
    """At least as good everywhere and better somewhere dominates; the same everywhere doesn't."""
    table = [[3, 2], [2, 2], [2, 2], [0, 9]]
    assert np.argwhere(dominance(table, table)).tolist() == [[0, 1], [0, 2]]


@given(given_bounds=bounds(width=2))
@LAWS
def test_dominance_is_what_holds_for_every_table_within_bounds(given_bounds: tuple[np.ndarray, np.ndarray]) -> None:
    """One surely beats another exactly where it does so in every table that the bounds allow."""
    low, high = given_bounds
    found = dominance(low, high)
    for i, j in product(range(len(low)), repeat=2):
        if i != j:
            pairs = [(a, b) for a in corners(low[i], high[i]) for b in corners(low[j], high[j])]
            assert found[i, j] == all((a >= b).all() and (a > b).any() for a, b in pairs)
