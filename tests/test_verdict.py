"""How far a matrix decides: the word for it, and a sentence that says no more than the numbers do."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given

from optlib.analysis import Verdict, verdict
from optlib.analysis.verdict import FIRM, LIKELY
from optlib.words import NO_BREAK, counted, digits, listed, number, points

from .building import LAWS, problems, ranked


def judged(table: dict[str, list[Any]], weights: Any = (1, 1), criteria: Any = None) -> Verdict:
    """The verdict on a table of two criteria of equal weight."""
    return verdict(ranked(table, weights, criteria))


def test_a_lead_that_hardly_any_trial_turns_is_firm() -> None:
    """First in at least 90 % of the trials is firm, and the sentence cites lead and share, never 100 %."""
    found = judged({"ash": [5, 4], "oak": [3, 4]})
    assert (found.kind, found.label, found.first) == ("firm", "Firm", 1.0)
    assert found.sentence == (
        f"Ash is 20.0 points ahead of Oak at the stated weights and first in >{NO_BREAK}99{NO_BREAK}% of the trials."
    )


def test_weights_that_nobody_stated_are_named_as_equal() -> None:
    """A lead at weights that were only assumed says so."""
    assert judged({"ash": [5, 4], "oak": [3, 4]}, ()).sentence.startswith(
        "Ash is 20.0 points ahead of Oak with all weights equal and"
    )


def test_a_lead_that_one_trial_in_five_turns_is_likely() -> None:
    """First in 70 to 90 % of the trials is likely, and whoever else is first in 5 % or more is named with its share.

    Oak's score is evenly anything from 0 to 3.125, so it is above Ash's 2.5 in one trial of five.
    """
    found = judged({"ash": [2.5], "oak": [[0, 3.125]]}, (1,))
    assert (found.kind, found.label) == ("likely", "Likely")
    assert found.sentence.endswith(f"and first in 80{NO_BREAK}% of the trials; Oak in 20{NO_BREAK}%.")


def test_a_lead_that_is_first_in_half_the_trials_is_open() -> None:
    """Below 70 % it is too close to call, and the sentence says who else is first how often."""
    found = judged({"ash": [3, 2.91], "oak": [2.9, 3]})
    assert (found.kind, found.cause, found.label) == ("open", "close", "Too close to call")
    assert "but first in only" in found.sentence
    assert "; Oak in" in found.sentence


def test_a_lead_that_no_weight_can_turn_is_firm_however_small() -> None:
    """Ahead on one criterion and behind on none, a candidate is first in every trial."""
    assert judged({"ash": [3, 3], "oak": [3, 2.999]}).kind == "firm"


def test_a_real_lead_is_never_written_as_none() -> None:
    """A lead too small to print is written as such, and not as 0.0 points."""
    assert judged({"ash": [3, 3], "oak": [3, 2.999]}).sentence.startswith("Ash is less than 0.1 points ahead of Oak")


def test_a_lead_is_firm_in_spite_of_gaps_that_decide_nothing() -> None:
    """Where even the best score in a gap would not suffice, the gap leaves nothing open."""
    assert judged({"ash": [5, 5], "oak": [1, "unknown"]}).kind == "firm"


@pytest.mark.parametrize("gap", ["unknown", None])
def test_a_lead_that_gaps_turn_is_not_decided_by_the_matrix(gap: Any) -> None:
    """Where it would be likely at least, were the gaps at their middle, the gaps are the cause and are counted."""
    found = judged({"ash": [3.2, 3], "oak": [3, gap]})
    assert (found.kind, found.cause, found.label) == ("open", "gaps", "Not decided by this matrix")
    assert ". One score of Oak is not known. At the middle of what is not known Ash would be first in" in found.sentence


def test_a_close_call_with_a_gap_is_not_put_down_to_the_gap() -> None:
    """Where settling the gap at its middle leaves it open, it is close, and the gap is only counted."""
    found = judged({"ash": [3, 2.6], "oak": [2.55, 3], "elm": [2, None]})
    assert (found.kind, found.cause) == ("open", "close")
    assert found.sentence.endswith(". One score of Elm is not known.")


def test_a_gap_of_a_candidate_that_is_out_is_not_counted() -> None:
    """Gaps of a candidate that a must eliminates decide nothing."""
    table: dict[str, Any] = {"ash": [3.5, 3], "oak": [3, None], "fir": [None, 0]}
    found = judged(table, (1, 1), {"a": {}, "b": {"must": {"at_least": 1}}})
    assert "One score of Oak is not known" in found.sentence


def test_a_tie_is_a_tie() -> None:
    """Candidates with the same total share the first place: open, whatever the trials say."""
    found = judged({"ash": [4, 2], "oak": [2, 4], "elm": [0, 0]})
    assert (found.kind, found.cause, found.label) == ("open", "tie", "Too close to call")
    assert found.sentence.startswith("Ash and Oak share the first place with 60.0 points each at the stated weights; ")
    assert re.search(r"; in the trials Ash is first in 50.%, Oak in 50.%\.$", found.sentence)


def test_identical_candidates_have_half_the_trials_each() -> None:
    """Two of the same scores tie in every trial, and neither is called likely."""
    found = judged({"ash": [4, 2], "oak": [4, 2]})
    assert (found.kind, found.first) == ("open", 0.5)


def test_candidates_of_which_nothing_is_known_have_not_tied() -> None:
    """Where only an eliminated candidate is scored, those left share a total of gaps, and that is open."""
    found = judged(
        {"ash": [None, None], "oak": [None, None], "elm": [5, 5]}, (1, 1), {"a": {"must": {"at_most": 4}}, "b": {}}
    )
    assert found.kind == "open"
    assert found.sentence.endswith(". Ash and Oak are not scored at all.")


@pytest.mark.parametrize(("share", "kind"), [(0.905, "firm"), (0.895, "likely"), (0.705, "likely"), (0.695, "open")])
def test_the_verdict_changes_at_the_stated_thresholds(share: float, kind: str) -> None:
    """Firm begins at 90 % and likely at 70 %: Oak is evenly from 0 to 2.5 / share, behind Ash's 2.5 in that share."""
    found = judged({"ash": [2.5], "oak": [[0, 2.5 / share]]}, (1,))
    assert found.first == pytest.approx(share, abs=0.004)
    assert found.kind == kind


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ({"ash": [1, 2]}, "Ash is the only candidate."),
        ({"ash": [1, 2], "oak": [5, 5]}, "Ash is the only candidate that no must eliminates."),
    ],
)
def test_one_candidate_alone_has_beaten_nobody(table: dict[str, list[Any]], sentence: str) -> None:
    """A single candidate is not called firm, and musts are named only where they eliminated somebody."""
    assert judged(table, (1, 1), {"a": {"must": {"at_most": 4}}, "b": {}}) == Verdict("sole", sentence, first=1.0)


@pytest.mark.parametrize(
    ("table", "weights", "sentence"),
    [
        ({}, (), "There are no candidates yet."),
        ({"ash": [5, 5]}, (1, 1), "Every candidate is eliminated by a must."),
        ({"ash": [None, "unknown"]}, (1, 1), "Nothing is scored yet."),
        ({"ash": [None, 3]}, (1, 0), "Nothing that carries weight is scored yet."),
    ],
)
def test_where_there_is_nothing_to_rank_the_sentence_says_why(
    table: dict[str, list[Any]], weights: Any, sentence: str
) -> None:
    """No candidates, all eliminated, nothing scored, and nothing scored that counts are told apart."""
    assert judged(table, weights, {"a": {"must": {"at_most": 4}}, "b": {}}) == Verdict("empty", sentence)


@given(problem=problems())
@LAWS
def test_the_verdict_follows_from_the_share_of_the_leader(problem: Any) -> None:
    """Firm, likely and open are said exactly by the share of trials in which a sole leader is first."""
    found = ranked(*problem)
    if not found.matrix.is_ready or len(found.remaining) < 2 or found.trials is None:
        assert verdict(found).kind in ("empty", "sole")
        return
    share = float(found.trials.first[0])
    expected = "open" if share < LIKELY or len(found.leaders) > 1 else "likely" if share < FIRM else "firm"
    assert verdict(found).kind == expected


@given(problem=problems())
@LAWS
def test_gaps_are_blamed_only_where_there_are_some(problem: Any) -> None:
    """A matrix without gaps is never called undecided for them."""
    found = ranked(*problem)
    assert verdict(found).cause != "gaps" or found.matrix.gaps


def test_every_verdict_has_a_label() -> None:
    """Each kind has its words for a table."""
    labels = [Verdict(kind, "").label for kind in ("firm", "likely", "open", "sole", "empty")]
    assert labels == ["Firm", "Likely", "Too close to call", "Only one left", "Not scored yet"]


def test_words_of_a_sentence() -> None:
    """Lists, counts, figures and points are written as a sentence writes them."""
    assert [listed(words) for words in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == ["", "a", "a and b", "a, b and c"]
    assert listed(["a", "b"], "or") == "a or b"
    assert [number(count) for count in (0, 12, 13)] == ["no", "twelve", "13"]
    assert (counted(1, "gate"), counted(2, "gate"), counted(2, "day off", "days off")) == (
        "one gate", "two gates", "two days off",
    )  # fmt: skip
    assert [digits(figure) for figure in (3, 0.1 + 0.2, 1_250_000, 61.1)] == ["3", "0.3", "1250000", "61.1"]
    assert [points(difference) for difference in (12.34, 1, 0.04)] == [
        "12.3 points",
        "1.0 points",
        "less than 0.1 points",
    ]
