"""How far a matrix decides: the word for it, and a sentence that says no more than the numbers do."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from optlib.analysis import Verdict, verdict
from optlib.words import counted, digits, listed, number, points

from .building import LAWS, problems, ranked


def judged(table: dict[str, list[Any]], weights: Any = (1, 1), criteria: Any = None) -> Verdict:
    """The verdict on a table of two criteria of equal weight."""
    return verdict(ranked(table, weights, criteria))


def test_a_lead_that_no_score_can_turn_is_clear() -> None:
    """With exact scores the lead is clear, at the weights that are stated."""
    found = judged({"ash": [5, 4], "oak": [3, 4]})
    assert found == Verdict(
        "clear",
        "Ash is 20.0 points ahead of Oak at the stated weights, and no score within its bounds lets another be first.",
    )


def test_weights_that_nobody_stated_are_named_as_equal() -> None:
    """A lead at weights that were only assumed says so."""
    assert judged({"ash": [5, 4], "oak": [3, 4]}, ()).sentence.startswith(
        "Ash is 20.0 points ahead of Oak with all weights equal, and"
    )


def test_a_lead_is_clear_in_spite_of_gaps_that_decide_nothing() -> None:
    """Where even the best score in a gap would not suffice, the gap leaves nothing open."""
    assert judged({"ash": [5, 5], "oak": [1, "unknown"]}).kind == "clear"


def test_a_real_lead_is_never_written_as_none() -> None:
    """A lead too small to print is written as such, and not as 0.0 points."""
    found = judged({"ash": [3, 3], "oak": [3, 2.999]})
    assert found.sentence.startswith("Ash is less than 0.1 points ahead of Oak")


def test_a_lead_that_ranges_can_turn_is_a_lead() -> None:
    """Whom the stated ranges could still put first is named, and who can't be is not."""
    found = judged({"ash": [[2, 4, 5], 4], "oak": [3, 4], "elm": [0, 0]})
    assert found.kind == "leads"
    assert found.sentence == (
        "Ash is 10.0 points ahead of Oak at the stated weights, but the stated ranges could still put Oak first."
    )


@pytest.mark.parametrize("gap", ["unknown", None])
def test_a_lead_that_gaps_can_turn_is_open(gap: Any) -> None:
    """Where what is unknown or missing could put another first, the matrix doesn't decide, and the gaps are counted."""
    found = judged({"ash": [5, 4], "oak": [4, gap]})
    assert found == Verdict(
        "open",
        "Ash is 25.0 points ahead of Oak at the stated weights, but one score is not known and could still put Oak "
        "first.",
    )


def test_a_gap_of_the_leader_is_a_gap() -> None:
    """A lead that rests on the middle of what nobody knows is open, though the other's scores are exact."""
    assert judged({"ash": [5, "unknown"], "oak": [3, 3]}).kind == "open"


def test_only_gaps_of_those_who_can_be_first_are_counted() -> None:
    """Gaps of a candidate that is out, or too far behind, decide nothing."""
    table: dict[str, Any] = {"ash": [5, 4], "oak": [4, None], "elm": [0, None], "fir": [None, 0]}
    found = judged(table, (1, 1), {"a": {}, "b": {"must": {"at_least": 1}}})
    assert "but one score is not known and could still put Oak first." in found.sentence


def test_gaps_and_ranges_are_each_given_what_they_do() -> None:
    """Whom only a gap could put first is not put down to the ranges, nor the other way round."""
    found = judged({"ash": [5, 4], "oak": [4, None], "elm": [[3, 4, 5], [3, 4, 5]]})
    assert found.kind == "open"
    assert found.sentence == (
        "Ash is 10.0 points ahead of Elm at the stated weights, but one score is not known and could still put Oak "
        "first, and the stated ranges could still put Elm first."
    )


def test_ranges_that_suffice_alone_are_not_put_down_to_gaps() -> None:
    """A rival that ranges alone could put first makes a lead uncertain, even where somebody hopeless has a gap."""
    assert judged({"ash": [[2, 4, 5], 4], "oak": [3, 4], "elm": [0, None]}).kind == "leads"


@pytest.mark.parametrize(
    ("count", "who"), [(2, "C0 or C1"), (3, "C0, C1 or C2"), (4, "one of four others"), (5, "one of five others")]
)
def test_many_rivals_are_counted(count: int, who: str) -> None:
    """Up to three rivals are named, more are a number."""
    table: dict[str, Any] = {"ash": [5, 5], **{f"c{index}": [5, None] for index in range(count)}}
    gaps = f"{number(count)} scores are not known"
    assert judged(table).sentence.endswith(f"but {gaps} and could still put {who} first.")


def test_a_tie_is_a_tie() -> None:
    """Candidates with the same total share the first place."""
    assert judged({"ash": [4, 2], "oak": [2, 4], "elm": [0, 0]}) == Verdict(
        "tied", "Ash and Oak share the first place with 60.0 points each at the stated weights."
    )


def test_a_tie_that_rests_on_gaps_is_open() -> None:
    """Two that are level only because a gap counts as its middle have not tied: the gap decides."""
    found = judged({"ash": [5, None], "oak": [5, 2.5]})
    assert found.kind == "open"
    assert found.sentence.endswith("but one score is not known and could still set them apart.")


def test_candidates_of_which_nothing_is_known_have_not_tied() -> None:
    """Where only an eliminated candidate is scored, those left share a total of gaps, and that is open."""
    found = judged(
        {"ash": [None, None], "oak": [None, None], "elm": [5, 5]}, (1, 1), {"a": {"must": {"at_most": 4}}, "b": {}}
    )
    assert found.kind == "open"
    assert "four scores are not known and could still set them apart" in found.sentence


def test_a_tie_that_ranges_could_turn_says_so() -> None:
    """Level on the likely scores, a tie names what the ranges could still do."""
    found = judged({"ash": [[3, 4, 5], 2], "oak": [2, 4], "elm": [[1, 2, 5], 3]})
    assert found.kind == "tied"
    assert found.sentence.endswith("but the stated ranges could still put Elm first or set them apart.")


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ({"ash": [1, 2]}, "Ash is the only candidate."),
        ({"ash": [1, 2], "oak": [5, 5]}, "Ash is the only candidate that no must eliminates."),
    ],
)
def test_one_candidate_alone_has_beaten_nobody(table: dict[str, list[Any]], sentence: str) -> None:
    """A single candidate is not called a clear lead, and musts are named only where they eliminated somebody."""
    assert judged(table, (1, 1), {"a": {"must": {"at_most": 4}}, "b": {}}) == Verdict("sole", sentence)


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
def test_the_verdict_agrees_with_the_bounds(problem: Any) -> None:
    """Clear is said exactly where one candidate leads several and nobody else can be first."""
    found = ranked(*problem)
    alone = len(found.remaining) > 1 and len(found.leaders) == 1 and sum(found.possible) == 1
    assert (verdict(found).kind == "clear") == (alone and found.matrix.is_ready)


@given(problem=problems())
@LAWS
def test_without_gaps_nothing_is_open_and_without_ranges_nothing_is_uncertain(problem: Any) -> None:
    """Gaps are blamed only where there are some, and so are ranges."""
    table, weights = problem
    found = ranked(table, weights)
    kinds = {kind for row in found.matrix.kinds for kind in row}
    assert verdict(found).kind != "open" or kinds & {"unknown", "missing"}
    assert "stated ranges" not in verdict(found).sentence or "range" in kinds


def test_every_verdict_has_a_label() -> None:
    """Each kind has its words for a table."""
    labels = [Verdict(kind, "").label for kind in ("clear", "leads", "tied", "open", "sole", "empty")]
    assert labels == [
        "Clear lead", "Leads, not certain", "Tie", "Not decided by this matrix", "Only one left", "Not scored yet",
    ]  # fmt: skip


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
