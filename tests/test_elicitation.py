"""Weights by each method, as a workbook states them: shares, what is still asked for, and what contradicts itself."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optlib.analysis import Matrix, best_worst_weights, option_matrix, pairwise_weights, rank_order_weights
from optlib.model import Workbook
from optlib.ranking_data import domain_data

from .building import CHOICE, LAWS, choice, options, workbook

THREE = {"a": {"name": "Speed"}, "b": {"name": "Cost"}, "c": {"name": "Fit"}}
EQUAL = "No weights are stated, so every criterion counts the same."


def book(weighting: Any, criteria: Any = None, row: Any = (1, 2, 3), **more: Any) -> Workbook:
    """A workbook whose weights come from a method, with one candidate scored on three criteria."""
    given_criteria = THREE if criteria is None else criteria
    return workbook(options={CHOICE: {**options({"ash": row}, (), given_criteria), "weighting": weighting, **more}})


def matrix(weighting: Any, criteria: Any = None, row: Any = (1, 2, 3), phase: int = 3) -> Matrix:
    """The matrix of such a workbook."""
    return option_matrix(book(weighting, criteria, row), CHOICE, phase)


def shares(found: Matrix) -> dict[str, float]:
    """The shares of weight by criterion."""
    return {one.id: float(share) for one, share in zip(found.criteria, found.weights, strict=True)}


def swing(**points: float) -> dict[str, Any]:
    """Answers by swing."""
    return {"method": "swing", "points": points}


def in_order(*places: Any, **more: Any) -> dict[str, Any]:
    """Answers by rank order."""
    return {"method": "rank_order", "order": list(places), **more}


def pairwise(judgements: Any) -> dict[str, Any]:
    """Answers by pairwise judgements."""
    return {"method": "pairwise", "judgements": judgements}


def best_worst(**answers: Any) -> dict[str, Any]:
    """Answers by the best-worst method."""
    return {"method": "best_worst", **answers}


def test_swing_points_are_shares_of_their_sum() -> None:
    """Of 100, 60 and 40 points each criterion has its part of 200."""
    found = matrix(swing(a=100, b=60, c=40))
    assert shares(found) == pytest.approx({"a": 0.5, "b": 0.3, "c": 0.2})
    assert (found.elicited.method, found.weights_stated, found.remarks) == ("swing", True, ())


def test_an_order_has_the_centroids_of_its_places() -> None:
    """Worked by hand for three: 11/18, 5/18 and 2/18."""
    assert shares(matrix(in_order("c", "a", "b"))) == pytest.approx({"c": 11 / 18, "a": 5 / 18, "b": 2 / 18})


def test_criteria_that_tie_share_the_places_they_cover() -> None:
    """Two at the top have the mean of the first two places each, and the third is third."""
    assert shares(matrix(in_order(["a", "c"], "b"))) == pytest.approx({"a": 8 / 18, "c": 8 / 18, "b": 2 / 18})


@pytest.mark.parametrize(("formula", "wanted"), [("rank_sum", [3 / 6, 2 / 6, 1 / 6]), ("reciprocal", [6, 3, 2])])
def test_an_order_can_go_by_another_formula(formula: str, wanted: list[float]) -> None:
    """Rank sums fall in equal steps, reciprocals as 1, 1/2, 1/3."""
    found = list(shares(matrix(in_order("a", "b", "c", formula=formula))).values())
    assert found == pytest.approx(np.array(wanted) / sum(wanted))


def test_consistent_judgements_give_their_proportions() -> None:
    """Two times b and six times c, b three times c: 6, 3 and 1 of 10, though one pair was left out."""
    for judgements in ({"a": {"b": 2, "c": 6}, "b": {"c": 3}}, {"a": {"b": 2}, "b": {"c": 3}}):
        found = matrix(pairwise(judgements))
        assert shares(found) == pytest.approx({"a": 0.6, "b": 0.3, "c": 0.1})
        assert found.elicited.consistency_ratio == pytest.approx(0, abs=1e-9)
        assert found.remarks == ()


def test_a_judgement_means_the_same_from_either_side() -> None:
    """That b matters a third as much as a is that a matters three times as much as b."""
    assert shares(matrix(pairwise({"b": {"a": 1 / 3}, "c": {"a": 1}}))) == pytest.approx(
        shares(matrix(pairwise({"a": {"b": 3, "c": 1}})))
    )


def test_best_and_worst_give_the_weights_of_the_linear_model() -> None:
    """A workbook's answers come to what the method makes of them, each criterion compared with itself left out."""
    answers = {"best": "a", "worst": "c", "best_to_others": {"b": 2, "c": 8}, "others_to_worst": {"b": 4}}
    wanted = best_worst_weights(0, 2, [1, 2, 8], [8, 4, 1]).weights
    assert list(shares(matrix(best_worst(**answers))).values()) == pytest.approx(wanted)


@given(points=st.lists(st.integers(0, 100), min_size=3, max_size=3).filter(any), order=st.permutations("abc"))
@LAWS
def test_the_order_in_which_answers_are_written_changes_nothing(points: list[int], order: list[str]) -> None:
    """Points in another order of lines give each criterion the same share."""
    named = dict(zip("abc", points, strict=True))
    assert shares(matrix(swing(**named))) == pytest.approx(shares(matrix(swing(**{key: named[key] for key in order}))))


UNFINISHED = [
    (swing(), "by swing still need points"),
    (swing(a=0, b=0), "by swing still need points"),
    (in_order(), "by rank order still need the order"),
    (pairwise({}), "by pairwise still need judgements"),
    (best_worst(), "by best worst still need the best and the worst criterion"),
    (best_worst(best="a"), "by best worst still need the best and the worst criterion"),
    (best_worst(best="a", worst="b", best_to_others={"c": 2}), "still need both judgements of Fit and Cost:"),
    (best_worst(best="a", worst="b", best_to_others={"b": 3, "c": 2}), "still need both judgements of Fit:"),
]


@pytest.mark.parametrize(("weighting", "remark"), UNFINISHED)
def test_answers_that_are_not_finished_are_a_remark_and_equal_weights(weighting: Any, remark: str) -> None:
    """Whatever is still missing is asked for, no weights are stated, and everything counts the same meanwhile."""
    found = matrix(weighting)
    assert shares(found) == pytest.approx({"a": 1 / 3, "b": 1 / 3, "c": 1 / 3})
    assert not found.weights_stated
    assert remark in found.remarks[0]
    assert EQUAL in found.remarks


@pytest.mark.parametrize("weighting", [weighting for weighting, _ in UNFINISHED])
def test_answers_that_are_not_finished_are_no_error_in_the_whole_analysis(weighting: Any) -> None:
    """Ranking, trials and the JSON are there at every stage of answering."""
    assert domain_data(book(weighting), CHOICE)["candidates"][0]["rank"] == 1


@pytest.mark.parametrize("weighting", [pairwise({"a": {}}), best_worst(best="a", worst="a")])
def test_a_criterion_compared_with_nothing_does_not_get_all_the_weight(weighting: Any) -> None:
    """Of three scored criteria one is named and compared with none: that isn't finished, and states no weights."""
    assert not matrix(weighting).weights_stated


def test_judgements_that_leave_groups_apart_say_between_which() -> None:
    """Of four criteria two are compared, and two others: a judgement between them is asked for by name."""
    criteria = {**THREE, "d": {"name": "Risk"}}
    found = matrix(pairwise({"a": {"b": 3}, "c": {"d": 2}}), criteria, (1, 2, 3, 4))
    assert "a judgement between Speed and Cost and Fit and Risk" in found.remarks[0]
    assert EQUAL in found.remarks


def test_inconsistent_judgements_name_the_one_to_look_at_again() -> None:
    """Among consistent judgements of four criteria one is turned round: it is named, with what the others say."""
    names = {"a": {"name": "Speed"}, "b": {"name": "Cost"}, "c": {"name": "Fit"}, "d": {"name": "Risk"}}
    found = matrix(pairwise({"a": {"b": 2, "c": 4, "d": 8}, "b": {"c": 2, "d": 4}, "d": {"c": 7}}), names, (1, 2, 3, 4))
    (remark,) = found.remarks
    assert "look again at Risk against Fit: 7 times is said" in remark
    table = [[1, 2, 4, 8], [np.nan, 1, 2, 4], [np.nan, np.nan, 1, 1 / 7], [np.nan, np.nan, 7, 1]]
    wanted = pairwise_weights(np.where(np.isnan(table), 1 / np.array(table).T, table))
    assert list(shares(found).values()) == pytest.approx(wanted.weights)
    assert f"consistency ratio {wanted.consistency_ratio:.2f}" in remark


def test_three_judgements_in_a_ring_are_all_to_be_looked_at() -> None:
    """Among three criteria each judgement is as far off as the others, so none is singled out."""
    (remark,) = matrix(pairwise({"a": {"b": 5}, "b": {"c": 5}, "c": {"a": 5}})).remarks
    assert remark.endswith("look again at each of them.")


def test_a_largest_swing_that_is_not_100_is_a_remark_and_its_proportions_count() -> None:
    """Points of 50 and 25 are taken as 2 to 1, and the top is named."""
    found = matrix(swing(a=25, b=50, c=25))
    assert shares(found) == pytest.approx({"a": 0.25, "b": 0.5, "c": 0.25})
    assert found.remarks == ("The largest swing, Cost, should have 100 points, but has 50.",)


def test_a_swing_of_0_points_has_no_weight() -> None:
    """A criterion with 0 points is in the matrix and counts nothing."""
    assert shares(matrix(swing(a=100, b=0, c=100))) == {"a": 0.5, "b": 0, "c": 0.5}


@pytest.mark.parametrize(
    "weighting",
    [in_order("a", "b"), swing(a=100, b=100 / 3), pairwise({"a": {"b": 3}}), {"method": "direct"}],
    ids=["rank_order", "swing", "pairwise", "direct"],
)
def test_a_criterion_without_a_place_counts_nothing(weighting: Any) -> None:
    """What an answer doesn't mention is scored but has no weight, and a remark says so."""
    direct = {"weights": {"a": 3, "b": 1}} if weighting["method"] == "direct" else {}
    found = option_matrix(book(weighting, **direct), CHOICE)
    assert shares(found) == pytest.approx({"a": 0.75, "b": 0.25, "c": 0})
    lacks = "has no weight" if direct else "not among the answers that the weights come from"
    assert found.remarks == (f"Fit is scored but {lacks}, so it doesn't count.",)


@pytest.mark.parametrize("phase", [0, 1, 2, 3])
@pytest.mark.parametrize("method", ["swing", "rank_order", "pairwise", "best_worst"])
def test_criteria_of_later_phases_are_left_out_and_the_rest_add_up_to_1(method: str, phase: int) -> None:
    """In each phase the open criteria keep the proportions of their weights."""
    criteria = {"a": {"phase": 0}, "b": {"phase": 1}, "c": {"phase": 3}}
    weighting = {
        "swing": swing(a=100, b=60, c=40),
        "rank_order": in_order("b", "a", "c"),
        "pairwise": pairwise({"a": {"b": 2}, "b": {"c": 3}}),
        "best_worst": best_worst(best="a", worst="c", best_to_others={"b": 2, "c": 6}, others_to_worst={"b": 3}),
    }[method]
    whole, found = shares(matrix(weighting, criteria)), shares(matrix(weighting, criteria, phase=phase))
    assert list(found) == {0: ["a"], 1: ["a", "b"], 2: ["a", "b"], 3: ["a", "b", "c"]}[phase]
    assert sum(found.values()) == pytest.approx(1)
    assert found == pytest.approx({key: whole[key] / sum(whole[k] for k in found) for key in found})


def test_one_criterion_has_all_the_weight_by_every_method() -> None:
    """With a single criterion there is nothing to compare."""
    methods = [swing(a=100), in_order("a"), best_worst(best="a", worst="a"), {"method": "direct"}]
    assert [shares(matrix(weighting, {"a": {}}, (1,))) for weighting in methods] == [{"a": 1}] * 4


def test_the_json_says_how_the_weights_came_about() -> None:
    """Method, consistency and what the trials take the weights to be stand beside the shares."""
    found = domain_data(book({**pairwise({"a": {"b": 2, "c": 6}, "b": {"c": 3}}), "known": "order"}), CHOICE)
    assert found["weights"] == {
        "method": "pairwise",
        "stated": True,
        "consistency_ratio": 0,
        "known": "order",
        "spread": None,
        "intervals": {},
        "weight_sets": 1,
    }
    assert [one["weight"] for one in found["criteria"]] == pytest.approx([0.6, 0.3, 0.1])


def test_trials_by_an_order_have_the_weights_of_that_order() -> None:
    """Known only by its order, an order's mean weights in the trials are its centroids."""
    weighting = {**in_order("b", "a", "c"), "known": "order"}
    found = domain_data(book(weighting), CHOICE)["trials"]["mean_weights"]
    assert [found[key] for key in "bac"] == pytest.approx(rank_order_weights([1, 2, 3]), abs=0.003)


@pytest.mark.parametrize("times", [1e10, 1e-10])
def test_a_judgement_beyond_all_measure_is_no_error_of_the_analysis(times: float) -> None:
    """A slip of some zeros is refused when it is read, and says from where to where judgements go."""
    with pytest.raises(ValueError, match=r"must be from 0\.001 to 1000"):
        book(pairwise({"a": {"b": times, "c": 1}}))


def test_a_criterion_that_does_not_count_has_no_weight_in_the_trials_either() -> None:
    """Where a remark says that a criterion doesn't count, no trial counts it."""
    weighting = {"intervals": {"a": [0.3, 0.5]}}
    table = options({"ash": (5, 0, 1), "oak": (0, 5, 1)}, (1, 1), THREE)
    found = domain_data(workbook(options={CHOICE: {**table, "weighting": weighting}}), CHOICE)
    assert found["remarks"] == ["Fit is scored but has no weight, so it doesn't count."]
    assert found["trials"]["mean_weights"]["c"] == 0


def test_intervals_that_cannot_be_met_are_a_remark() -> None:
    """Upper ends that add up to less than 1 can't be drawn from: the analysis says what it does instead."""
    table = options({"ash": (5, 0), "oak": (0, 5)}, (1, 1))
    narrow = {"intervals": {"a": [0, 0.2], "b": [0, 0.2]}}
    found = domain_data(workbook(options={CHOICE: {**table, "weighting": narrow}}), CHOICE)
    assert any("interval" in remark for remark in found["remarks"])


def test_weights_outside_their_own_intervals_are_a_remark() -> None:
    """Totals at 1 to 9 and trials at 6 to 9 of 10 tell two stories: the analysis says that they contradict."""
    table = options({"ash": (5, 1), "oak": (1, 5)}, (1, 9))
    apart = {"intervals": {"a": [0.6, 0.9], "b": [0.1, 0.4]}}
    found = domain_data(workbook(options={CHOICE: {**table, "weighting": apart}}), CHOICE)
    assert any("interval" in remark for remark in found["remarks"])


def test_numbers_are_the_method_where_none_is_named() -> None:
    """Weights as plain numbers are shares of their sum, and nothing else is asked."""
    found = option_matrix(choice({"ash": [1, 2]}, [6, 2]), CHOICE)
    assert (shares(found), found.elicited.method, found.remarks) == ({"a": 0.75, "b": 0.25}, "direct", ())


def test_intervals_of_a_phase_are_those_of_the_whole() -> None:
    """C, of a later phase, may be 0.3 to 0.5, so A always has more than B, and Ash is first in every trial."""
    criteria = {"a": {"phase": 0}, "b": {"phase": 0}, "c": {"phase": 2}}
    weighting = {"intervals": {"a": [0.3, 0.4], "b": [0.2, 0.3], "c": [0.1, 0.9]}}
    domain = {"phase": 0, **options({"ash": [5, 0, 1], "oak": [0, 5, 1]}, (), criteria), "weighting": weighting}
    found = domain_data(workbook(options={CHOICE: domain}), CHOICE, 0)
    assert found["verdict"]["first"] > 0.99


def test_a_later_criterion_without_an_interval_may_have_any_share() -> None:
    """A weighs 0.1 of all, inside its interval, and without C anything from 0.1 to 1: nobody is blamed."""
    criteria = {"a": {"phase": 0}, "b": {"phase": 0}, "c": {"phase": 2}}
    weighting = {"intervals": {"a": [0.1, 0.2]}}
    domain = {"phase": 0, **options({"ash": [5, 0, 1], "oak": [0, 5, 1]}, (1, 1, 8), criteria), "weighting": weighting}
    found = domain_data(workbook(options={CHOICE: domain}), CHOICE, 0)
    assert not [remark for remark in found["remarks"] if "interval" in remark]
    assert 0.2 < found["trials"]["mean_weights"]["a"] < 0.8


def test_a_criterion_with_an_interval_but_no_weight_counts_in_the_trials() -> None:
    """Where intervals give it up to 0.6, its scores are scores, its mean weight is not 0, and a remark says so."""
    weighting = {"intervals": {"a": [0.4, 1], "b": [0, 0.6]}}
    table = {"ash": [4, 1], "oak": [2, 3], "elm": [None, 5]}
    domain = {**options(table, (1,), {"a": {}, "b": {"name": "Beta"}}), "weighting": weighting}
    found = domain_data(workbook(options={CHOICE: domain}), CHOICE)
    assert found["trials"]["mean_weights"]["b"] == pytest.approx(0.3, abs=0.01)
    assert "Beta has no weight but an interval: the trials count it, totals don't." in found["remarks"]
    assert "not scored at all" not in found["verdict"]["sentence"]
