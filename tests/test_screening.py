"""The musts: who is out and why, and where a doubt keeps a candidate in."""

from __future__ import annotations

from typing import Any

import pytest

from optlib.analysis import screen
from optlib.analysis.ranking import rank_domain
from optlib.model import Workbook

from .building import CHOICE, options, ranked, ranks, workbook

MUST = {"id": "eu", "statement": "Data stays in the EU", "must": True}


def fitted(*fits: dict[str, Any], constraint: dict[str, Any] | None = None) -> Workbook:
    """A workbook with one constraint and candidates c0, c1, ... that fit it so."""
    candidates = {f"c{index}": {"fit": fit} for index, fit in enumerate(fits)}
    return workbook(context={"constraints": [constraint or MUST]}, options={CHOICE: {"candidates": candidates}})


def trace(book: Workbook) -> list[tuple[str, str, bool, str]]:
    """What the musts say: candidate, must, whether it is out, why."""
    return [(one.candidate, one.must, one.out, one.reason) for one in screen(book, CHOICE)]


def scored(score: Any, must: dict[str, float], **criterion: Any) -> list[tuple[bool, str]]:
    """What a must on criterion `a` says of a candidate with this score."""
    table = options({"ash": [score]}, [1], {"a": {"name": "Cost", "must": must, **criterion}})
    return [(out, reason) for _, _, out, reason in trace(workbook(options={CHOICE: table}))]


def test_a_candidate_that_fails_a_must_is_out_with_the_reason() -> None:
    """The trace names the candidate, the must, and the note of whoever judged it."""
    book = fitted({"eu": {"verdict": "fails", "note": "servers in Ohio"}})
    assert trace(book) == [("c0", "eu", True, "fails the must “Data stays in the EU”: servers in Ohio")]


@pytest.mark.parametrize(
    ("fit", "reason"),
    [
        ({"eu": {"verdict": "partly"}}, "only partly meets the must “Data stays in the EU”"),
        ({"eu": {"verdict": "unknown"}}, "is not yet checked against the must “Data stays in the EU”"),
        ({}, "is not yet checked against the must “Data stays in the EU”"),
    ],
)
def test_a_doubt_keeps_a_candidate_in_and_is_named(fit: dict[str, Any], reason: str) -> None:
    """Partial, unknown and missing fit eliminate nobody, and are listed."""
    assert trace(fitted(fit, {"eu": {"verdict": "meets"}})) == [("c0", "eu", False, reason)]


def test_a_must_that_no_candidate_is_judged_by_is_not_about_the_domain() -> None:
    """A constraint that no candidate of the domain mentions says nothing about them."""
    assert trace(fitted({}, {})) == []


def test_a_constraint_that_is_no_must_eliminates_nobody() -> None:
    """A wish that a candidate fails leaves it in, without a word."""
    assert trace(fitted({"eu": {"verdict": "fails"}}, constraint={"id": "eu"})) == []


def test_a_must_without_a_statement_goes_by_its_id() -> None:
    """The reason never quotes an empty sentence."""
    book = fitted({"eu": {"verdict": "fails"}}, constraint={"id": "eu", "must": True})
    assert trace(book)[0][3] == "fails the must “eu”"


@pytest.mark.parametrize(
    ("score", "must", "expected"),
    [
        pytest.param(3, {"at_least": 3}, [], id="the threshold itself meets it"),
        pytest.param(3, {"at_most": 3}, [], id="from above too"),
        pytest.param(2, {"at_least": 3}, [(True, "fails the must “Cost at least 3”: it is 2")], id="below"),
        pytest.param(4, {"at_most": 3}, [(True, "fails the must “Cost at most 3”: it is 4")], id="above"),
        pytest.param(
            [0, 1, 2], {"at_least": 3}, [(True, "fails the must “Cost at least 3”: it is 0 to 2")], id="surely"
        ),
        pytest.param(
            [2, 3, 4], {"at_least": 3}, [(False, "may fail the must “Cost at least 3”: it is 2 to 4")], id="perhaps"
        ),
        pytest.param([3, 4, 5], {"at_least": 3}, [], id="a range that meets it whole"),
        pytest.param(
            1,
            {"at_least": 2, "at_most": 3},
            [(True, "fails the must “Cost at least 2 and at most 3”: it is 1")],
            id="both",
        ),
        pytest.param("unknown", {"at_least": 3}, [(False, "is not yet known to meet the must “Cost at least 3”")]),
        pytest.param(None, {"at_least": 3}, [(False, "is not yet known to meet the must “Cost at least 3”")]),
        pytest.param(0, {}, [], id="a must without a threshold asks nothing"),
        pytest.param(0, {"at_least": 0}, [], id="0 is a threshold, and a score of 0 meets it"),
    ],
)
def test_a_must_on_a_criterion_eliminates_what_is_surely_outside(score: Any, must: Any, expected: Any) -> None:
    """Only a score that is outside its threshold with its whole range takes a candidate out; the rest is a doubt."""
    assert scored(score, must) == expected


def test_a_measured_must_is_held_against_the_figure() -> None:
    """The threshold is in the criterion's unit, needs no anchors, and is written in full."""
    found = scored({"value": 1_500_000, "unit": "USD"}, {"at_most": 1_200_000}, unit="USD")
    assert found == [(True, "fails the must “Cost at most 1200000 USD”: it is 1500000")]


@pytest.mark.parametrize("unit", ["", "EUR"])
def test_a_figure_in_another_unit_eliminates_nobody(unit: str) -> None:
    """USD 120 is not held against a threshold on the scale, nor against one in EUR."""
    limit = f"Cost at most 3{f' {unit}' if unit else ''}"
    found = scored({"value": 120, "unit": "USD"}, {"at_most": 3}, unit=unit)
    assert found == [(False, f"is not yet known to meet the must “{limit}”")]


def test_a_domain_that_the_workbook_does_not_have_has_no_trace() -> None:
    """Nothing is screened where there are no candidates."""
    assert screen(workbook(), "languages") == ()


def test_the_eliminated_have_totals_but_no_rank() -> None:
    """Who is out is left out of the ranking, though it would be first, and those behind move up."""
    found = ranked({"ash": [5, 5], "oak": [3, 3], "elm": [1, 1]}, [1, 1], {"a": {"must": {"at_most": 4}}, "b": {}})
    assert ranks(found) == {"ash": None, "oak": 1, "elm": 2}
    assert found.likely[0] == pytest.approx(100)
    assert [found.matrix.candidates[index] for index in found.order] == ["oak", "elm", "ash"]
    assert found.possible == (False, True, False)


def test_a_ranking_of_the_eliminated_is_empty() -> None:
    """Where every candidate is out there are no leaders, and nothing crashes."""
    found = ranked({"ash": [5], "oak": [5]}, [1], {"a": {"must": {"at_most": 4}}})
    assert (found.remaining, found.leaders, found.runner_up, found.dominated()) == ((), (), None, {})
    assert found.to_frame()["rank"].isna().all()


def test_a_doubt_takes_no_points_and_no_rank() -> None:
    """A candidate whose fit is unknown is ranked like any other, and the doubt stands beside it."""
    table = options({"ash": [5], "oak": [3]}, [1])
    table["candidates"]["oak"]["fit"] = {"eu": {"verdict": "meets"}}
    found = rank_domain(workbook(context={"constraints": [MUST]}, options={CHOICE: table}), CHOICE)
    assert ranks(found) == {"ash": 1, "oak": 2}
    assert [(one.candidate, one.out) for one in found.screening] == [("ash", False)]
