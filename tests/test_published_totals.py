"""Totals that a document published: how they are read, when they agree, and what is said where they don't."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from optlib.analysis import published_totals, rank_domain
from optlib.model import Workbook
from optlib.ranking_data import domain_data

from .building import CHOICE, Table, options, workbook


def published(table: Table, totals: Mapping[str, float], weights: Any = (2, 1)) -> Workbook:
    """A workbook with these published totals."""
    domain = options(table, weights)
    for candidate, total in totals.items():
        domain["candidates"][candidate]["published_total"] = total
    return workbook(options={CHOICE: domain})


def verdicts(book: Workbook) -> list[bool | None]:
    """Whether each published total agrees, in the order of the candidates."""
    return [one.agrees for one in published_totals(book, rank_domain(book, CHOICE).matrix)]


def remarks(book: Workbook) -> list[str]:
    """What is said of the domain."""
    found: list[str] = domain_data(book, CHOICE)["remarks"]
    return found


@pytest.mark.parametrize(
    ("reading", "ash", "oak"),
    [
        ("sum of weight times score", 11, 10),
        ("weighted mean of the scores", 3.67, 3.33),
        ("sum of the scores", 7, 6),
        ("mean of the scores", 3.5, 3),
    ],
)
def test_a_total_is_a_sum_or_a_mean_with_weights_or_without(reading: str, ash: float, oak: float) -> None:
    """With weights 2 and 1: 4 and 3 are 8 + 3, over 3 that is 3.67, or 4 + 3, over 2; 4 and 2 likewise."""
    found = domain_data(published({"ash": [4, 3], "oak": [4, 2]}, {"ash": ash, "oak": oak}), CHOICE)["published_totals"]
    assert [(one["reading"], one["agrees"], one["gaps"]) for one in found] == [(reading, True, 0)] * 2


def test_the_reading_that_fits_most_totals_counts_for_all() -> None:
    """Ash and Oak are sums of weight times score; Elm's 4 is the sum of its scores alone, and so it is wrong."""
    book = published({"ash": [4, 3], "oak": [4, 2], "elm": [1, 3]}, {"ash": 11, "oak": 10, "elm": 4})
    assert verdicts(book) == [True, True, False]
    assert remarks(book) == ["Elm: the published total 4 is not the sum of weight times score, 5."]


def test_a_total_that_is_wrong_is_named_with_what_the_scores_add_up_to() -> None:
    """4 and 3 with weights 2 and 1 are 11, not 12."""
    book = published({"ash": [4, 3], "oak": [4, 2]}, {"ash": 12, "oak": 10})
    assert verdicts(book) == [False, True]
    assert remarks(book) == ["Ash: the published total 12 is not the sum of weight times score, 11."]


@pytest.mark.parametrize(("total", "agrees"), [(3.7, True), (3.67, True), (3.6, False), (3.66, False), (4, True)])
def test_a_total_agrees_to_the_last_digit_that_was_published(total: float, agrees: bool) -> None:
    """Eleven thirds are 4, 3.7 and 3.67, but neither 3.6 nor 3.66; Oak's and Elm's totals say what is a mean here."""
    book = published(
        {"ash": [4, 3], "oak": [4, 2], "elm": [1, 3]}, {"ash": total, "oak": 3.3333, "elm": 1.6667}, weights=(2, 1)
    )
    assert verdicts(book) == [agrees, True, True]


def test_a_total_over_a_gap_that_does_not_agree_cannot_be_checked() -> None:
    """Ash's 11 may be right: 8 and the score that isn't known, 3, which nobody can say."""
    book = published({"ash": [4, "unknown"], "oak": [4, 2]}, {"ash": 11, "oak": 10})
    assert verdicts(book) == [None, True]
    assert remarks(book) == ["Ash: the published total 11 can't be checked without one score that is not known."]


def test_a_total_that_takes_gaps_for_zero_is_said_to() -> None:
    """Ash's 8 is twice 4 and nothing for the missing score: it agrees, and a remark says on what terms."""
    book = published({"ash": [4, None], "oak": [4, 2]}, {"ash": 8, "oak": 10})
    assert verdicts(book) == [True, True]
    assert remarks(book) == ["Ash: the published total 8 takes one score that is not known for zero."]


def test_several_gaps_are_counted() -> None:
    """With two of three scores unknown both the count and the sentence are in the plural."""
    book = published({"ash": [4, "unknown", None], "oak": [4, 2, 1]}, {"ash": 20, "oak": 11}, weights=(2, 1, 1))
    assert domain_data(book, CHOICE)["published_totals"][0]["gaps"] == 2
    assert remarks(book) == ["Ash: the published total 20 can't be checked without two scores that are not known."]


def test_who_publishes_no_total_is_not_checked() -> None:
    """Of two candidates only the one with a published total is listed; with none there is no list."""
    table = {"ash": [4, 3], "oak": [4, 2]}
    found = domain_data(published(table, {"oak": 10}), CHOICE)["published_totals"]
    assert [(one["candidate"], one["published"], one["recomputed"]) for one in found] == [("oak", 10, 10)]
    assert domain_data(published(table, {}), CHOICE)["published_totals"] == []
