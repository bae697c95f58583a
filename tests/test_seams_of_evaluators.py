"""Where evaluators meet the rest of the analysis: whose weights the trials take, whose ranks count, what is said."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from optlib import WorkbookError
from optlib.analysis import Evaluators, Trials, evaluators, rank_domain, smaa, uncertain_values, weight_knowledge
from optlib.analysis.uncertain import UncertainValues
from optlib.model import Workbook
from optlib.ranking_data import domain_data
from optlib.reading import read_document

from .building import CHOICE, likely, options, ranks, workbook

HALF = {"ash": [None, None], "oak": [None, None]}


def group(table: Any, people: Any, weights: Any = (), criteria: Any = None, **more: Any) -> Workbook:
    """A workbook with one domain that several people evaluate."""
    return workbook(options={CHOICE: {**options(table, weights, criteria), "evaluators": people, **more}})


def seen(book: Workbook, phase: int = 3) -> Evaluators:
    """What the evaluators say."""
    found = evaluators(book, CHOICE, phase)
    assert found is not None
    return found


def trials_of(book: Workbook) -> Trials:
    """The trials of the group's ranking."""
    found = rank_domain(book, CHOICE).trials
    assert found is not None
    return found


def remarks(book: Workbook) -> list[str]:
    """What is said of the domain."""
    found: list[str] = domain_data(book, CHOICE)["remarks"]
    return found


def pairs(judgements: Any) -> Any:
    """An evaluator's weighting by pairwise comparison."""
    return {"weighting": {"method": "pairwise", "judgements": judgements}}


def test_trials_take_the_groups_weights_where_judgements_were_put_together() -> None:
    """Ann says a = 3 b, Ben b = 2 c: together 6, 2 and 1 of 9, from which the trials stray by at most half each.

    Neither of them has weights of their own for all three, so there is one set: the group's.
    """
    people = {"ann": pairs({"a": {"b": 3}}), "ben": pairs({"b": {"c": 2}})}
    found = domain_data(group({"ash": [1, 2, 3], "oak": [2, 2, 2]}, people, aggregate="geometric"), CHOICE)
    assert found["weights"]["weight_sets"] == 1
    wanted = {"a": 6 / 9, "b": 2 / 9, "c": 1 / 9}
    assert {one["id"]: one["weight"] for one in found["criteria"]} == pytest.approx(wanted)
    assert found["trials"]["mean_weights"] == pytest.approx(wanted, abs=0.02)


def test_who_gives_no_weight_to_what_others_weigh_is_named() -> None:
    """Ben weighs only a, where Ann also weighs b and c."""
    people = {"ann": {"weights": {"a": 2, "b": 1, "c": 1}}, "ben": {"name": "Ben", "weights": {"a": 1, "c": 0}}}
    book = group({"ash": [1, 2, 3], "oak": [2, 2, 2]}, people)
    assert remarks(book) == ["Ben gives no weight to B and C, which count for nothing in that view."]


TWO_OF_THREE = {
    "ann": {"scores": {"ash": {"a": 3}, "oak": {"a": 2}}},
    "ben": {"scores": {"ash": {"a": 2}, "oak": {"a": 1}, "elm": {"a": 5}}},
}


def test_concordance_is_over_the_candidates_that_everybody_scored() -> None:
    """Ann and Ben both put Ash before Oak, which is 1; Elm, that Ann hasn't scored, has no part in it."""
    book = group({"ash": [None], "oak": [None], "elm": [None]}, TWO_OF_THREE, [1])
    assert domain_data(book, CHOICE)["evaluators"]["concordance"] == pytest.approx(1)


def test_what_a_person_has_not_scored_has_no_rank_and_no_total() -> None:
    """Ann has 60 points for Ash and 40 for Oak, and nothing for Elm."""
    book = group({"ash": [None], "oak": [None], "elm": [None]}, TWO_OF_THREE, [1])
    ann, ben = domain_data(book, CHOICE)["evaluators"]["people"]
    assert ann["ranks"] == {"ash": 1, "oak": 2, "elm": None}
    assert ann["totals"] == {"ash": 60, "oak": 40, "elm": None}
    assert ben["ranks"] == {"ash": 2, "oak": 3, "elm": 1}


def test_concordance_counts_ranks_as_they_are_shown() -> None:
    """All three tie to Ann, whose scores are a billionth apart, so she gives no order to agree on.

    Ben has them at ranks 1, 3 and 2. With all of Ann's at rank 1 the sums of ranks are 1 apart: S is 2, and corrected
    for her tie W is 12 * 2 / (4 * 24 - 2 * 24) = 0.5.
    """
    level, apart = {"ash": 2, "oak": 2 + 1e-9, "elm": 2 - 1e-9}, {"ash": 4, "oak": 1, "elm": 3}
    people = {
        person: {"scores": {key: {"a": score} for key, score in row.items()}}
        for person, row in (("ann", level), ("ben", apart))
    }
    found = domain_data(group({key: [None] for key in level}, people, [1]), CHOICE)["evaluators"]
    assert found["people"][0]["ranks"] == {"ash": 1, "oak": 1, "elm": 1}
    assert found["concordance"] == pytest.approx(0.5)


@pytest.mark.parametrize("known", ["exact", "around", "order"])
def test_the_sample_of_totals_takes_all_views_of_the_weights_in_equal_parts(known: Any) -> None:
    """A total that is the first weight has the mean of three people's, 1.9 / 3 where they are exact."""
    knowledge = weight_knowledge([[0.9, 0.1], [0.9, 0.1], [0.1, 0.9]], known)
    values = np.array([[1.0, 0.0], [0.0, 1.0]])
    found = smaa(uncertain_values(values, values, values), knowledge, 20_000)
    error = found.sample.std(axis=1) / np.sqrt(found.sample.shape[1])
    assert (np.abs(found.sample.mean(axis=1) - found.expected) < 4 * error).all()


@pytest.mark.parametrize("score", [[1, 5], [1, 2, 5], 3])
def test_one_persons_score_is_as_good_as_an_agreed_one(score: Any) -> None:
    """Whether Ann alone says [1, 5] or all agreed on it, every trial is the same."""
    alone = group({"ash": [None], "oak": [3.5]}, {"ann": {"scores": {"ash": {"a": score}}}}, [1])
    agreed = group({"ash": [score], "oak": [3.5]}, {}, [1])
    one, other = (domain_data(book, CHOICE) for book in (alone, agreed))
    for part in ("candidates", "trials", "verdict", "worth_knowing"):
        assert one[part] == other[part]


def test_who_has_scores_but_no_weights_ranks_by_the_groups() -> None:
    """Ann's weights, 3 to 1, are the group's; by them Ben's Ash has 3/4 and Oak 1/4 of 100."""
    people = {
        "ann": {"weights": {"a": 3, "b": 1}},
        "ben": {"scores": {"ash": {"a": 5, "b": 0}, "oak": {"a": 0, "b": 5}}},
    }
    ben = seen(group(HALF, people)).people[1].ranking
    assert likely(ben) == pytest.approx({"ash": 75, "oak": 25})
    assert ben.matrix.remarks == ()


def test_an_unfinished_weighting_leaves_its_remark_beside_the_weights_of_others() -> None:
    """Ann's numbers make the group's weights, and Ben's swings still lack their points."""
    people = {"ann": {"weights": {"a": 3, "b": 1}}, "ben": {"name": "Ben", "weighting": {"method": "swing"}}}
    (remark,) = remarks(group({"ash": [1, 2], "oak": [2, 1]}, people))
    assert remark.startswith("Ben: The weights by swing still need points")


@pytest.mark.parametrize("said", ["known: exact", "spread: 0.2", "intervals: {automation: [0.2, 0.4]}"])
def test_how_well_weights_are_known_is_not_said_by_one_person(said: str) -> None:
    """It holds for the whole group, so the file is refused, with line and place, and where it belongs."""
    text = f"format: decision-workbook/1\noptions:\n  tooling:\n    evaluators:\n      ann: {{weighting: {{{said}}}}}\n"
    with pytest.raises(WorkbookError) as failure:
        read_document(text.encode(), "w.yaml")
    assert str(failure.value) == (
        "w.yaml:5: options.tooling.evaluators.ann.weighting: how well weights are known is said once, "
        "under options.tooling.weighting; move it there"
    )


def test_candidates_take_their_tables_along() -> None:
    """In another order, and without one of them, each candidate still has its own listed values."""
    low = np.zeros((3, 2))
    values = UncertainValues(low, low, low + 1, low > 0, {(0, 1): np.array([0.1]), (2, 0): np.array([0.3])})
    assert {cell: table.tolist() for cell, table in values.rows([2, 0]).tables.items()} == {
        (0, 0): [0.3],
        (1, 1): [0.1],
    }
    assert {cell: table.tolist() for cell, table in values.rows([1, 2]).tables.items()} == {(1, 0): [0.3]}


@pytest.mark.parametrize("order", [("ivy", "ash", "oak"), ("oak", "ivy", "ash"), ("ash", "oak", "ivy")])
def test_scores_of_evaluators_stay_with_their_candidate(order: tuple[str, ...]) -> None:
    """Oak is 5 to Ann and 3 to Ben against Ash's 3.5: first in half of the trials, wherever the file has each.

    A must has eliminated Ivy. Were Oak's two values lost, anything from 3 to 5 would be above 3.5 in 7 of 8.
    """
    people = {"ann": {"scores": {"oak": {"a": 5}}}, "ben": {"scores": {"oak": {"a": 3}}}}
    table = {"ash": [3.5], "oak": [None], "ivy": [1]}
    book = group({key: table[key] for key in order}, people, [1], {"a": {"must": {"at_least": 2}}})
    assert ranks(rank_domain(book, CHOICE)) == {"oak": 1, "ash": 2, "ivy": None}
    firsts = {one["id"]: one["first"] for one in domain_data(book, CHOICE)["candidates"]}
    assert firsts == {
        "oak": pytest.approx(0.5, abs=0.0064),
        "ash": pytest.approx(0.5, abs=0.0064),
        "ivy": None,
    }


def test_finding_out_is_worth_what_it_is_at_the_mean_of_everybodys_weights() -> None:
    """The median weighs b 0.2, the mean of three people's sets 0.4, and the trials take their sets in turn.

    Ash has 0.6 and Oak 0.36 + 0.4 u with u from 0 to 1: ahead above u = 0.6, on average by 0.4 * 0.4^2 / 2 = 0.032. At
    the median it would be half of that.
    """
    people = {"ann": {"weights": {"a": 4, "b": 1}}, "ben": {"weights": {"a": 4, "b": 1}}}
    people |= {"cy": {"weights": {"a": 1, "b": 4}}}
    table = {"ash": [3, 3], "oak": [3, "unknown"]}
    found = domain_data(group(table, people, aggregate="median", weighting={"known": "exact"}), CHOICE)
    assert found["criteria"][1]["weight"] == pytest.approx(0.2)
    assert found["trials"]["mean_weights"] == pytest.approx({"a": 0.6, "b": 0.4})
    assert found["worth_knowing"]["scores"][0]["evppi"] == pytest.approx(3.2, abs=1e-3)


def test_evaluators_keep_to_the_phase_that_is_asked_for() -> None:
    """In phase 0 only a counts, by which Ann has Ash first; b, of phase 2, turns that around."""
    criteria = {"a": {"phase": 0}, "b": {"phase": 2}}
    people = {"ann": {"scores": {"ash": {"a": 4, "b": 0}, "oak": {"a": 3, "b": 5}}}}
    book = group(HALF, people, [1, 1], criteria, phase=0)
    early, late = seen(book, 0).people[0].ranking, seen(book).people[0].ranking
    assert [one.id for one in early.matrix.criteria] == ["a"]
    assert ranks(early) == {"ash": 1, "oak": 2}
    assert ranks(late) == {"ash": 2, "oak": 1}
    assert domain_data(book, CHOICE, 0)["evaluators"]["people"][0]["ranks"] == {"ash": 1, "oak": 2}


def test_weights_of_the_group_that_come_from_intervals_are_those_of_who_states_none() -> None:
    """At the middle of the intervals, 0.7 and 0.3, Ash leads; nobody who states no weights disagrees with that."""
    scores = {"ash": {"a": 4, "b": 1}, "oak": {"a": 2, "b": 4}}
    domain = {
        **options({"ash": [None, None], "oak": [None, None]}),
        "weighting": {"intervals": {"a": [0.6, 0.8], "b": [0.2, 0.4]}},
        "evaluators": {"ana": {"scores": scores}, "ben": {"scores": scores}},
    }
    found = domain_data(workbook(options={CHOICE: domain}), CHOICE)
    assert found["verdict"]["sentence"].startswith("Ash is 10.0 points ahead of Oak at the middle of the intervals")
    assert found["evaluators"]["changes_winner"] is False
    assert [person["weights"] for person in found["evaluators"]["people"]] == [pytest.approx({"a": 0.7, "b": 0.3})] * 2


def test_a_cell_that_everybody_calls_unknown_is_unknown() -> None:
    """What was looked at and isn't known is not the same as what nobody has looked at."""
    unknown = {"ash": {"a": "unknown", "b": 3}}
    domain = {
        **options({"ash": [None, None], "oak": [2, 2]}, [1, 1]),
        "evaluators": {"ana": {"scores": unknown}, "ben": {"scores": unknown}},
    }
    found = domain_data(workbook(options={CHOICE: domain}), CHOICE)
    ash = next(one for one in found["candidates"] if one["id"] == "ash")
    assert ash["scores"]["a"]["kind"] == "unknown"
