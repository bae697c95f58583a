"""What a report says of how sure a ranking is and what would change it, each under what it found."""

from __future__ import annotations

from typing import Any

from optlib import rank_domain
from optlib.analysis import evaluators
from optlib.model import Workbook
from optlib.views.people import people, weights_made
from optlib.views.sureness import acceptability, other_methods, sureness
from optlib.views.what_if import ways_to_win, worth_knowing
from optlib.words import NO_BREAK

from .building import CHOICE, options, ranked, workbook

CLOSE = {"ash": [4, 3], "oak": [3, 4], "elm": [1, 1]}
TWO_PEOPLE: dict[str, Any] = {
    **options({"ash": [None, None], "oak": [None, None]}),
    "evaluators": {
        "ana": {"name": "Ana", "scores": {"ash": {"a": 5, "b": 2}, "oak": {"a": 1, "b": 2}}},
        "ben": {"name": "Ben", "scores": {"ash": {"a": 3, "b": 2}, "oak": {"a": 4, "b": 3}}},
    },
}


def book(domain: dict[str, Any]) -> Workbook:
    """A workbook with one domain."""
    return workbook(options={CHOICE: domain})


def test_the_ranks_of_an_open_ranking_are_shown_at_once() -> None:
    """A close call opens its table of ranks; a firm ranking keeps it folded."""
    assert "<details open>" in str(acceptability(ranked(CLOSE, [1, 1])))
    assert "<details open>" not in str(acceptability(ranked({"ash": [5, 5], "oak": [1, 1]}, [1, 1])))


def test_the_title_of_the_ranks_says_who_is_first_how_often() -> None:
    """The finding is the title, and how the trials were drawn stands beside it."""
    text = str(acceptability(ranked({"ash": [5, 5], "oak": [1, 1]}, [1, 1])))
    assert f"Ash is first in &gt;{NO_BREAK}99{NO_BREAK}% of the trials" in text
    assert f"100,000 trials: weights up to 50{NO_BREAK}% lower or higher" in text


def test_an_option_that_is_first_at_times_and_mostly_last_is_named() -> None:
    """The whole row of ranks counts: of 0 to 4.2, 1.7 / 4.2 is above 2.5 and 2.4 / 4.2 below 2.4."""
    text = str(acceptability(ranked({"ash": [2.5], "oak": [[0, 4.2]], "elm": [2.4]}, [1])))
    assert f"though last in 57{NO_BREAK}%" in text
    assert "; Oak in 4" in text


def test_a_loser_says_what_weight_has_to_move() -> None:
    """The nearest weights are given as moves from what is stated, with the one score that would do instead."""
    text = str(ways_to_win(ranked({"ash": [5, 3], "oak": [3, 4]}, [1, 1])))
    assert f"Oak draws level once 17{NO_BREAK}% of the weight has moved" in text
    assert f"A 50{NO_BREAK}% → 33{NO_BREAK}%" in text
    assert "B 5 instead of 4" in text


def test_a_loser_that_is_better_on_nothing_is_named_with_its_better() -> None:
    """Where one candidate is at least as good on everything, no weights are offered."""
    text = str(ways_to_win(ranked(CLOSE | {"ash": [4, 5]}, [1, 1])))
    assert "No weights put another candidate ahead of Ash on the likely scores" in text
    assert "Ash is at least as good as Oak and Elm on everything" in text


def test_a_loser_that_a_mix_beats_is_shown_the_mix() -> None:
    """Behind a half of each of two others whatever the weights, and dominated by neither."""
    text = str(ways_to_win(ranked({"ash": [5, 0], "oak": [0, 5.0], "elm": [2, 2]}, [3, 2])))
    assert f"no weights do: a mix of 50{NO_BREAK}% Oak and 50{NO_BREAK}% Ash is at least 10.0 points ahead" in text


def test_exact_scores_leave_nothing_to_find_out() -> None:
    """Where every score is known exactly, that is said in a line."""
    assert "Every score is known exactly; there is nothing to find out" in str(worth_knowing(ranked(CLOSE, [1, 1])))


def test_the_score_that_is_worth_most_is_the_title() -> None:
    """What is worth finding out first is named with its points and how often it changes the choice."""
    text = str(worth_knowing(ranked({"ash": [3.2, 3], "oak": [3, "unknown"]}, [1, 1])))
    assert "Worth finding out first: B of Oak (" in text
    assert "another would be first in" in text


def test_methods_that_agree_take_one_line() -> None:
    """Where all put the same candidate first, that is a sentence."""
    text = str(other_methods(ranked({"ash": [5, 4], "oak": [1, 1]}, [1, 1])))
    assert "All four other methods put Ash first, too" in text
    assert "<table" not in text


def test_a_method_that_disagrees_is_a_warning_light() -> None:
    """Which method puts whom first is shown, and that it is no proof."""
    text = str(other_methods(ranked({"ash": [5, 1.5], "oak": [3, 3]}, [1, 1])))
    assert "a warning light, no proof" in text
    assert "Weighted product" in text


def test_evaluators_who_disagree_on_the_winner_are_shown_at_once() -> None:
    """Whom each puts first beside the group, how far they agree, and the score that parts them most."""
    domain = book(TWO_PEOPLE)
    text = str(people(rank_domain(domain, CHOICE), evaluators(domain, CHOICE)))
    assert "The evaluators disagree on the winner: the group puts Ash first, Ben Oak" in text
    assert "<details open>" in text
    assert "Oak, A: Ana lowest, Ben highest, 30.0 points apart in the total" in text


def test_answers_of_a_weighting_method_are_listed() -> None:
    """Judgements read the way round in which one matters more, with what they come to."""
    judged = {"method": "pairwise", "judgements": {"a": {"b": 0.25}}}
    domain = book({**options({"ash": [1, 2], "oak": [2, 1]}), "weighting": judged})
    text = str(weights_made(domain, rank_domain(domain, CHOICE)))
    assert "The weights come from pairwise comparisons (AHP); consistency ratio 0.00" in text
    assert "B matters 4 times as much as A" in text
    assert f"A 20{NO_BREAK}%, B 80{NO_BREAK}%" in text


def test_plain_numbers_need_no_explanation() -> None:
    """Weights that are stated as numbers stand in the matrix already."""
    domain = book(options(CLOSE, [1, 1]))
    assert str(weights_made(domain, rank_domain(domain, CHOICE))) == ""


def test_a_single_candidate_is_not_compared() -> None:
    """With nobody to compare with there are no trials to show."""
    domain = book(options({"ash": [1, 2]}, [1, 1]))
    assert str(sureness(domain, rank_domain(domain, CHOICE))) == ""
