"""Several evaluators: how far they agree, what becomes of their scores and weights, and who sees it differently."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import friedmanchisquare, gmean

from optlib.analysis import Evaluators, aggregate, evaluators, kendall_w, rank_domain
from optlib.model import Workbook
from optlib.ranking_data import domain_data

from .building import CHOICE, LAWS, likely, options, ranks, workbook

ABC = {"a": {}, "b": {}, "c": {}}
People = Mapping[str, Any]


def group(table: Mapping[str, Any], people: People, weights: Any = (), criteria: Any = None, **more: Any) -> Workbook:
    """A workbook with one domain that several people evaluate."""
    return workbook(options={CHOICE: {**options(table, weights, criteria), "evaluators": people, **more}})


def seen(book: Workbook) -> Evaluators:
    """What the evaluators of the domain say."""
    found = evaluators(book, CHOICE)
    assert found is not None
    return found


def points(book: Workbook) -> dict[str, float]:
    """The group's likely totals."""
    return likely(rank_domain(book, CHOICE))


def shares(book: Workbook) -> dict[str, float]:
    """The group's shares of weight by criterion."""
    matrix = rank_domain(book, CHOICE).matrix
    return {
        criterion.id: round(float(share), 9) for criterion, share in zip(matrix.criteria, matrix.weights, strict=True)
    }


def scores(**rows: list[Any]) -> dict[str, Any]:
    """One person's scores: a row for each candidate; None where none is given."""
    return {key: {c: v for c, v in zip("abc", row, strict=False) if v is not None} for key, row in rows.items()}


def mean_ranks(row: Any) -> Any:
    """Ranks from 1, what ties having the mean of its ranks, by counting."""
    return np.array(
        [1 + sum(other < one for other in row) + (sum(other == one for other in row) - 1) / 2 for one in row]
    )


def rankings(ties: bool) -> st.SearchStrategy[list[list[int]]]:
    """Two to five judges of three to six things."""

    def of(count: int) -> st.SearchStrategy[list[list[int]]]:
        row = st.lists(st.integers(1, 3), min_size=count, max_size=count) if ties else st.permutations(range(count))
        return st.lists(row, min_size=2, max_size=5)

    return st.integers(3, 6).flatmap(of)


def test_concordance_worked_by_hand() -> None:
    """Three judges of three things with rank sums 4, 5 and 9: S = 14, so W = 12 * 14 / (9 * 24) = 7 / 9."""
    assert kendall_w([[1, 2, 3], [1, 2, 3], [2, 1, 3]]) == pytest.approx(7 / 9)


@pytest.mark.parametrize(("ranks", "w"), [([[1, 2, 3]] * 4, 1), ([[1, 2], [2, 1]], 0), ([[1, 1, 2], [5, 5, 9]], 1)])
def test_full_agreement_is_1_and_opposites_of_two_are_0(ranks: list[list[int]], w: float) -> None:
    """The same order is 1, also with the same ties and in other figures; two opposite orders are 0."""
    assert kendall_w(ranks) == pytest.approx(w)


@pytest.mark.parametrize("ranks", [[[1, 2, 3]], [[1], [1]], [[2, 2], [3, 3]], []])
def test_where_there_is_nothing_to_agree_on_there_is_no_concordance(ranks: Any) -> None:
    """One judge, one thing, or judges who tie everything, have none."""
    assert kendall_w(ranks) is None


@given(given_ranks=rankings(ties=True))
@LAWS
def test_concordance_is_the_variance_of_rank_sums_over_its_largest(given_ranks: list[list[int]]) -> None:
    """With ties: 12 S / (k^2 (n^3 - n) - k T), the ranks counted one by one."""
    table = np.array([mean_ranks(row) for row in given_ranks])
    judges, things = table.shape
    spread = ((table.sum(axis=0) - table.sum() / things) ** 2).sum()
    ties = sum(row.count(value) ** 3 - row.count(value) for row in given_ranks for value in set(row))
    most = judges**2 * (things**3 - things) - judges * ties
    assert kendall_w(given_ranks) == (pytest.approx(12 * spread / most) if most else None)


@given(given_ranks=rankings(ties=True))
@LAWS
def test_concordance_is_friedmans_statistic_over_its_largest(given_ranks: list[list[int]]) -> None:
    """W = chi2 / (k (n - 1)), with SciPy's statistic of Friedman, which corrects for ties too."""
    found = kendall_w(given_ranks)
    if found is not None:
        chi2 = friedmanchisquare(*np.array(given_ranks).T).statistic
        assert found == pytest.approx(chi2 / (len(given_ranks) * (len(given_ranks[0]) - 1)), abs=1e-9)
        assert -1e-12 <= found <= 1 + 1e-12


@given(given_ranks=rankings(ties=False), random=st.randoms())
@LAWS
def test_the_order_of_judges_and_things_changes_no_concordance(given_ranks: list[list[int]], random: Any) -> None:
    """Only who ranks what where counts."""
    columns = list(range(len(given_ranks[0])))
    random.shuffle(columns)
    turned = [[row[column] for column in columns] for row in reversed(given_ranks)]
    assert kendall_w(turned) == pytest.approx(kendall_w(given_ranks))


@pytest.mark.parametrize(("how", "wanted"), [("mean", 11 / 3), ("median", 2), ("geometric", 16 ** (1 / 3))])
def test_figures_are_put_together_by_mean_median_or_geometric_mean(how: str, wanted: float) -> None:
    """Of 1, 2 and 8."""
    assert aggregate([[1, 5], [2, 5], [8, 5]], how) == pytest.approx([wanted, 5])


@given(figures=st.lists(st.lists(st.floats(0.01, 100), min_size=3, max_size=3), min_size=1, max_size=5))
@LAWS
def test_geometric_means_are_scipys_and_no_greater_than_the_mean(figures: list[list[float]]) -> None:
    """The logarithms are averaged, one column at a time."""
    found = aggregate(figures, "geometric")
    assert found == pytest.approx(gmean(figures, axis=0))
    assert (found <= aggregate(figures) + 1e-9).all()


@pytest.mark.parametrize(("figures", "how"), [([1, -1], "geometric"), ([1, 2], "mode"), ([1, float("nan")], "mean")])
def test_figures_that_cannot_be_put_together_are_an_error(figures: list[float], how: str) -> None:
    """No geometric mean of figures below 0, no unknown word, no gap."""
    with pytest.raises(ValueError, match="figure"):
        aggregate(figures, how)


@pytest.mark.parametrize(("how", "wanted"), [("mean", 3), ("median", 4), ("geometric", 20 ** (1 / 3))])
def test_the_groups_likely_score_is_what_the_domain_says(how: str, wanted: float) -> None:
    """One, four and five of five: the likely score is their aggregate, from the lowest to the highest of them."""
    people = {key: {"scores": scores(ash=[score])} for key, score in {"ann": 1, "bob": 4, "cy": 5}.items()}
    book = group({"ash": [None], "oak": [2]}, people, [1], {"a": {}}, aggregate=how)
    found = rank_domain(book, CHOICE)
    wanted = 10 / 3 if how == "mean" else wanted
    assert (found.low[0], found.likely[0], found.high[0]) == pytest.approx((20, 20 * wanted, 100))


@pytest.mark.parametrize("score", [0, [0, 0, 2]])
def test_a_score_of_0_has_no_geometric_mean_and_is_no_error(score: Any) -> None:
    """On a scale from 0 somebody will say 0: the workbook still ranks."""
    people = {"ann": {"scores": scores(ash=[score])}, "bob": {"scores": scores(ash=[4])}}
    found = rank_domain(group({"ash": [None], "oak": [2]}, people, [1], {"a": {}}, aggregate="geometric"), CHOICE)
    assert (found.low[0], found.high[0]) == (0, 80)


def test_what_is_agreed_wins_over_what_anybody_says() -> None:
    """A score of the candidate's own stands, also where it says that nobody knows."""
    people = {"ann": {"scores": scores(ash=[1, 1])}, "bob": {"scores": scores(ash=[2, 2])}}
    found = rank_domain(group({"ash": [5, "unknown"], "oak": [3, 3]}, people, [1, 1]), CHOICE)
    assert (found.low[0], found.likely[0], found.high[0]) == (50, 75, 100)
    assert found.matrix.kinds[0] == ("exact", "unknown")


def test_trials_take_each_persons_score_as_likely_as_the_next() -> None:
    """With 1 from one person and 5 from two against an agreed 3, Ash is first in two trials of three."""
    people = {key: {"scores": scores(ash=[score])} for key, score in {"ann": 1, "bob": 5, "cy": 5}.items()}
    trials = rank_domain(group({"ash": [None], "oak": [3]}, people, [1], {"a": {}}), CHOICE).trials
    assert trials is not None
    assert trials.first[0] == pytest.approx(2 / 3, abs=4 * trials.standard_error(2 / 3))


def test_who_says_nothing_fills_no_gap() -> None:
    """One person's score is the group's where others give none, or say unknown; where nobody scores it is missing."""
    people = {"ann": {"scores": scores(ash=[4])}, "bob": {"scores": scores(ash=["unknown", None])}, "cy": {}}
    matrix = rank_domain(group({"ash": [None, None], "oak": [2, 2]}, people, [1, 1]), CHOICE).matrix
    assert matrix.kinds[0] == ("exact", "missing")
    assert matrix.likely[0].tolist() == [0.8, 0.5]


def test_who_differs_most_is_named_with_what_it_comes_to() -> None:
    """Ann and Cy are 4 of 5 apart on a, half of the weight: 40 points; on b Bob is lowest, 10 points."""
    people = {
        "ann": {"name": "Ann", "scores": scores(ash=[1, 4])},
        "bob": {"scores": scores(ash=[3, 3])},
        "cy": {"name": "Cy", "scores": scores(ash=[5, 4])},
    }
    found = seen(group({"ash": [None, None], "oak": [2, 2]}, people, [1, 1]))
    told = [
        (one.candidate, one.criterion, round(one.points, 6), one.lowest, one.highest) for one in found.disagreements
    ]
    assert told == [(0, 0, 40, "Ann", "Cy"), (0, 1, 10, "bob", "Ann")]


def test_lowest_is_who_gives_the_least_value_not_the_least_figure() -> None:
    """Where less is better, the highest price is the lowest score."""
    criteria = {"a": {"unit": "USD", "direction": "min", "range": [0, 100]}}
    people = {"ann": {"scores": scores(ash=[90])}, "bob": {"scores": scores(ash=[10])}}
    (one,) = seen(group({"ash": [None]}, people, [1], criteria)).disagreements
    assert (one.lowest, one.highest, one.points) == ("ann", "bob", pytest.approx(80))


@pytest.mark.parametrize(("bob", "changes"), [([5, 1], True), ([1, 5], False), ([3, 3], True), ([None, None], False)])
def test_the_disagreement_changes_the_winner_where_anybodys_first_are_others(bob: list[Any], changes: bool) -> None:
    """Ann and the group have Oak first; Bob's own first is Ash, Oak, both, or what was agreed."""
    people = {"ann": {"scores": scores(ash=[1], oak=[5])}, "bob": {"scores": scores(ash=bob[:1], oak=bob[1:])}}
    people["cy"] = people["ann"]
    blank = {"ash": [None], "oak": [None]}
    assert seen(group(blank, people, [1], {"a": {}})).changes_winner is changes


def test_a_person_ranks_by_own_scores_and_weights_and_by_what_was_agreed() -> None:
    """Ann's score replaces the agreed one in her ranking, and her weights the group's; Bob has none of his own."""
    people = {"ann": {"name": "Ann", "weights": {"a": 3, "b": 1}, "scores": scores(ash=[0])}, "bob": {}}
    found = seen(group({"ash": [4, 2], "oak": [2, 4]}, people, [1, 1]))
    ann, bob = found.people
    assert (ann.id, ann.name, bob.id, bob.name) == ("ann", "Ann", "bob", "bob")
    assert likely(ann.ranking) == pytest.approx({"ash": 10, "oak": 50})
    assert likely(bob.ranking) == pytest.approx({"ash": 60, "oak": 60})
    assert ranks(ann.ranking) == {"ash": 2, "oak": 1}


def test_a_must_holds_for_everybody() -> None:
    """Whoever is eliminated in the group's ranking is out in each person's."""
    people = {"ann": {"scores": scores(ash=[5], oak=[4])}}
    (ann,) = seen(group({"ash": [1], "oak": [3]}, people, [1], {"a": {"must": {"at_least": 2}}})).people
    assert ranks(ann.ranking) == {"ash": None, "oak": 1}


def test_concordance_of_people_is_that_of_their_rankings() -> None:
    """Two who rank three candidates in opposite orders have 0, two who agree 1, and one alone none."""
    up, down = {"scores": scores(ash=[1], oak=[2], elm=[3])}, {"scores": scores(ash=[3], oak=[2], elm=[1])}
    blank = {"ash": [None], "oak": [None], "elm": [None]}
    for people, wanted in (({"x": up, "y": down}, 0), ({"x": up, "y": up}, 1), ({"x": up}, None)):
        found = seen(group(blank, people, [1], {"a": {}})).concordance
        assert found == (None if wanted is None else pytest.approx(wanted))


BY_METHOD: People = {
    "ann": {"weights": {"a": 3, "b": 1}},
    "bob": {"weighting": {"method": "swing", "points": {"a": 100, "b": 100}}},
    "cy": {"weighting": {"method": "pairwise", "judgements": {"b": {"a": 3}}}},
}


@pytest.mark.parametrize(("how", "a"), [("mean", 0.5), ("median", 0.5), ("geometric", 0.5)])
def test_weights_of_different_methods_are_put_together(how: str, a: float) -> None:
    """Shares of 3/4, 1/2 and 1/4 on the first criterion come to a half, whichever way each was found."""
    assert shares(group({"ash": [1, 2]}, BY_METHOD, aggregate=how)) == {"a": a, "b": 1 - a}


def test_the_mean_of_weights_counts_everybody_the_same() -> None:
    """Ann's 30 and 10 are the same shares as 3 and 1: whose numbers are larger has no more to say."""
    people = {"ann": {"weights": {"a": 30, "b": 10}}, "bob": {"weights": {"a": 1, "b": 1}}}
    assert shares(group({"ash": [1, 2]}, people)) == {"a": 0.625, "b": 0.375}


def test_agreed_weights_win_over_those_of_people() -> None:
    """Where the domain states weights, people's are theirs alone."""
    assert shares(group({"ash": [1, 2]}, BY_METHOD, [9, 1])) == {"a": 0.9, "b": 0.1}


def test_trials_take_each_persons_weights_in_turn() -> None:
    """Where people's weights make the group's, the trials have a view for each, and say how many."""
    book = group({"ash": [5, 0], "oak": [0, 5]}, BY_METHOD, weighting={"known": "exact"})
    assert domain_data(book, CHOICE)["weights"]["weight_sets"] == 3
    trials = rank_domain(book, CHOICE).trials
    assert trials is not None
    assert trials.first == pytest.approx([0.5, 0.5], abs=1e-4)


def test_where_nobody_has_weights_all_criteria_count_the_same() -> None:
    """Evaluators without weights leave none stated, and a remark says so."""
    book = group({"ash": [1, 5]}, {"ann": {"scores": scores(ash=[2])}, "bob": None})
    assert shares(book) == {"a": 0.5, "b": 0.5}
    assert rank_domain(book, CHOICE).matrix.remarks == ("No weights are stated, so every criterion counts the same.",)


def test_joint_judgements_that_leave_criteria_unconnected_are_a_remark() -> None:
    """Two people who each judge other pairs state no weights together, and nothing breaks."""
    judged = [{"a": {"b": 3}}, {"c": {"d": 3}}]
    people = {key: {"weighting": {"method": "pairwise", "judgements": j}} for key, j in zip("xy", judged, strict=True)}
    book = group({"ash": [1, 2, 3, 4]}, people, aggregate="geometric")
    assert rank_domain(book, CHOICE).matrix.remarks


@given(order=st.permutations(["ann", "bob", "cy"]), how=st.sampled_from(["mean", "median", "geometric"]))
@LAWS
def test_the_order_of_evaluators_in_the_file_changes_nothing(order: list[str], how: str) -> None:
    """Totals, weights, agreement and who differs are the same in whatever order people are written."""
    people = {
        "ann": {"weights": {"a": 3, "b": 1}, "scores": scores(ash=[1, 4], oak=[3])},
        "bob": {"weights": {"a": 1, "b": 2}, "scores": scores(ash=[5, [1, 2, 4]])},
        "cy": {"weights": {"a": 1, "b": 1}, "scores": scores(ash=[2, 4], oak=[4])},
    }
    books = [
        group({"ash": [None, None], "oak": [None, 3]}, {k: people[k] for k in o}, aggregate=how)
        for o in (people, order)
    ]
    first, second = (seen(book) for book in books)
    assert points(books[0]) == pytest.approx(points(books[1]))
    assert shares(books[0]) == pytest.approx(shares(books[1]))
    assert first.concordance == pytest.approx(second.concordance)
    assert {one.id: likely(one.ranking) for one in first.people} == {
        one.id: likely(one.ranking) for one in second.people
    }
    assert [(d.candidate, d.criterion, d.points) for d in first.disagreements] == [
        (d.candidate, d.criterion, d.points) for d in second.disagreements
    ]


def test_two_people_of_one_name_both_count() -> None:
    """People are told apart by their ids: of two called Kim, neither's weights are lost."""
    people = {"kim1": {"name": "Kim", "weights": {"a": 1}}, "kim2": {"name": "Kim", "weights": {"b": 1}}}
    assert shares(group({"ash": [1, 2]}, people)) == {"a": 0.5, "b": 0.5}


def test_a_figure_of_a_person_in_another_unit_counts_as_unknown() -> None:
    """What the candidate's own score in USD would be on a scale of points, an evaluator's is too: a gap."""
    alone = {"ann": {"scores": {"ash": {"a": {"value": 3, "unit": "USD"}}}}}
    own = group({"ash": [{"value": 3, "unit": "USD"}], "oak": [1]}, {}, [1], {"a": {}})
    theirs = group({"ash": [None], "oak": [1]}, alone, [1], {"a": {}})
    kinds = [rank_domain(book, CHOICE).matrix.kinds[0] for book in (own, theirs)]
    assert kinds == [("unknown",), ("unknown",)]


def test_a_workbook_without_evaluators_has_nothing_to_say_of_them() -> None:
    """No evaluators, no domain of that name: None, and null in the JSON."""
    assert evaluators(workbook(options={CHOICE: options({"ash": [1]})}), CHOICE) is None
    assert evaluators(workbook(), CHOICE) is None
    assert domain_data(workbook(options={CHOICE: options({"ash": [1]})}), CHOICE)["evaluators"] is None
