"""The ranking of a domain: totals with bounds that hold, ties, and the laws that any ranking must keep."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from optlib.analysis import verdict
from optlib.analysis.ranking import Ranking, rank_domain

from .building import CHOICE, LAWS, any_scores, choice, exact_scores, likely, problems, ranked, ranks

Problem = tuple[dict[str, list[Any]], list[int]]
Scores = list[list[Any]]

# stefaniuk/promptfiles, docs/adr/ADR-001g_Python_TUI_Framework.md at 0106942021bba8f303d3fa1e57dac915041ac2ef (MIT):
# stars from 1 to 3 for visual styling, widgets, end-user usability, developer experience, ecosystem, dependencies.
TUI_WEIGHTS = [5, 5, 5, 4, 2, 2]
TUI_STARS = {
    "textual": [3, 3, 3, 3, 3, 2],
    "urwid": [1, 2, 2, 2, 3, 3],
    "prompt-toolkit": [1, 1, 3, 2, 3, 3],
    "pytermgui": [2, 2, 2, 2, 1, 3],
    "asciimatics": [1, 2, 2, 1, 1, 2],
}
TUI_PUBLISHED = {"textual": 67, "urwid": 42, "prompt-toolkit": 39, "pytermgui": 43, "asciimatics": 33}
TUI_BY_HAND = {
    "textual": 15 + 15 + 15 + 12 + 6 + 4,  # 67
    "urwid": 5 + 10 + 10 + 8 + 6 + 6,  # 45
    "prompt-toolkit": 5 + 5 + 15 + 8 + 6 + 6,  # 45
    "pytermgui": 10 + 10 + 10 + 8 + 2 + 6,  # 46
    "asciimatics": 5 + 10 + 10 + 4 + 2 + 4,  # 35
}

# One criterion of each kind: on the scale, measured with less better, rising and falling, and to a target.
MIXED: dict[str, Any] = {
    "a": {},
    "b": {"unit": "USD", "direction": "min", "range": [0, 50]},
    "c": {"unit": "ms", "value_function": {"kind": "piecewise", "points": [[0, 0.5], [10, 1], [20, 0], [50, 0.75]]}},
    "d": {"unit": "°C", "range": [0, 50], "value_function": {"kind": "target", "target": 21}},
}


def tui() -> Ranking:
    """The published decision on its declared scale from 1 to 3."""
    return ranked(TUI_STARS, TUI_WEIGHTS, scale={"min": 1, "max": 3})


def mixed_scores(top: float) -> st.SearchStrategy[Any]:
    """A score of any kind from 0 to a highest figure."""
    figure = st.floats(0, top)
    return st.one_of(figure, st.lists(figure, min_size=3, max_size=3).map(sorted), st.just("unknown"), st.none())


@st.composite
def completed(draw: st.DrawFn) -> tuple[dict[str, Scores], dict[str, Scores], list[int]]:
    """A table of mixed scores, the same with every range and gap settled somehow, and weights."""
    tops = [5.0, 50.0, 50.0, 50.0]
    rows = draw(st.lists(st.tuples(*(mixed_scores(top) for top in tops)), min_size=1, max_size=4))
    settled = [[draw(settlement(score, top)) for score, top in zip(row, tops, strict=True)] for row in rows]
    weights = draw(st.lists(st.integers(0, 5), min_size=4, max_size=4).filter(any))
    return named([list(row) for row in rows]), named(settled), weights


def settlement(score: Any, top: float) -> st.SearchStrategy[float]:
    """What a score may turn out to be."""
    if score is None or score == "unknown":
        return st.floats(0, top)
    return st.floats(score[0], score[2]) if isinstance(score, list) else st.just(score)


def named(rows: Scores) -> dict[str, Any]:
    """Rows of scores by candidate."""
    return {f"c{index}": row for index, row in enumerate(rows)}


def close(first: dict[str, float], second: dict[str, float]) -> bool:
    """Whether the same candidates have the same totals."""
    return first == pytest.approx(second, abs=1e-9)


def test_published_totals_are_worked_out_anew() -> None:
    """Four of the five totals that the document prints are added wrong; the ranking has those worked out by hand."""
    wrong = {name for name in TUI_STARS if TUI_PUBLISHED[name] != TUI_BY_HAND[name]}
    assert wrong == {"urwid", "prompt-toolkit", "pytermgui", "asciimatics"}
    # A star count s is worth (s - 1) / 2 and the weights add up to 23, so a sum S of weighted stars is (S - 23) / 46.
    assert close(likely(tui()), {name: 100 * (total - 23) / 46 for name, total in TUI_BY_HAND.items()})


def test_a_tie_that_was_published_as_an_order_is_a_tie() -> None:
    """Both urwid and prompt-toolkit, published as 42 and 39, have 45 and share the third rank."""
    expected = {"textual": 1, "pytermgui": 2, "urwid": 3, "prompt-toolkit": 3, "asciimatics": 5}
    assert ranks(tui()) == expected
    assert tui().to_frame()["rank"].to_dict() == expected


def test_what_would_change_the_published_choice_is_one_weight() -> None:
    """Textual leads firmly; only dependencies, where it has 2 stars of 3, could put another first, above 23 of 44.

    With their share at w, Textual has 0.5 w + (1 - w) and PyTermGUI w + (1 - w) * 19 / 42, as its other stars are
    40 of 63 and so worth (40 / 21 - 1) / 2 = 19 / 42: level at w = 23 / 44. It has 2 / 23 now.
    """
    found = tui()
    (flip,) = found.weight_flips()
    assert verdict(found).kind == "firm"
    assert (flip.criterion, found.matrix.candidates[flip.candidate]) == (5, "pytermgui")
    assert flip.share == pytest.approx(23 / 44)
    assert found.matrix.weights[5] == pytest.approx(2 / 23)


@given(tables=completed())
@LAWS
def test_bounds_hold_the_totals_of_all_scores_that_are_possible(
    tables: tuple[dict[str, Scores], dict[str, Scores], list[int]],
) -> None:
    """However ranges and gaps turn out, also where a value function bends, each total lies within its bounds."""
    open_table, settled, weights = tables
    found, total = ranked(open_table, weights, MIXED), ranked(settled, weights, MIXED).likely
    assert (found.low <= found.likely + 1e-9).all()
    assert (found.likely <= found.high + 1e-9).all()
    assert (found.low - 1e-9 <= total).all()
    assert (total <= found.high + 1e-9).all()


@given(tables=completed())
@LAWS
def test_whoever_comes_first_was_a_possible_winner(
    tables: tuple[dict[str, Scores], dict[str, Scores], list[int]],
) -> None:
    """However ranges and gaps turn out, the winner is one whom the ranking said could win."""
    open_table, settled, weights = tables
    found = ranked(open_table, weights, MIXED)
    assert all(found.possible[index] for index in ranked(settled, weights, MIXED).leaders)


@pytest.mark.parametrize("gap", ["unknown", None])
def test_a_gap_counts_as_neither_zero_nor_average(gap: Any) -> None:
    """A candidate with a gap has the total of every score that might stand there, from the worst to the best."""
    found = ranked({"ash": [4, gap], "oak": [4, 2]}, [1, 1])
    worst, best = (likely(ranked({"ash": [4, score]}, [1, 1]))["ash"] for score in (0, 5))
    assert (found.low[0], found.high[0]) == (worst, best) == (40, 90)
    assert found.possible == (True, True)
    assert verdict(found).kind == "open"


@given(problem=problems())
@LAWS
def test_permuting_candidates_permutes_the_result(problem: Problem) -> None:
    """The order of candidates in the file decides nothing, ties included."""
    table, weights = problem
    found, turned = ranked(table, weights), ranked(dict(reversed(table.items())), weights)
    assert ranks(found) == ranks(turned)
    assert close(likely(found), likely(turned))
    assert found.possible == turned.possible[::-1]


@given(problem=problems())
@LAWS
def test_permuting_criteria_changes_nothing(problem: Problem) -> None:
    """The order of criteria in the file decides nothing."""
    table, weights = problem
    turned = ranked({name: row[::-1] for name, row in table.items()}, weights[::-1])
    found = ranked(table, weights)
    assert ranks(found) == ranks(turned)
    assert close(likely(found), likely(turned))


@given(problem=problems(), factor=st.sampled_from([10, 0.1, 1000]))
@LAWS
def test_weights_times_a_factor_change_nothing(problem: Problem, factor: float) -> None:
    """Only the proportions of weights count: ranks, totals and flips stay."""
    table, weights = problem
    found, scaled = ranked(table, weights), ranked(table, [weight * factor for weight in weights])
    assert ranks(found) == ranks(scaled)
    assert close(likely(found), likely(scaled))
    assert [flip.share for flip in scaled.weight_flips()] == pytest.approx([f.share for f in found.weight_flips()])


@given(
    figures=st.lists(st.lists(st.integers(0, 50), min_size=2, max_size=2), min_size=1, max_size=4),
    factor=st.sampled_from([0.001, 0.9, 12, 1000]),
    shift=st.integers(-100, 100),
    direction=st.sampled_from(["min", "max"]),
)
@LAWS
def test_a_criterion_measured_in_another_unit_changes_nothing(
    figures: Scores, factor: float, shift: int, direction: str
) -> None:
    """Figures, range and target in another unit, moved together, give the same ranking."""

    def criteria(ends: list[float], best: float) -> dict[str, Any]:
        to_target = {"unit": "u", "range": ends, "value_function": {"kind": "target", "target": best}}
        return {"a": {"unit": "u", "direction": direction, "range": ends}, "b": to_target}

    def moved(figure: float) -> float:
        return figure * factor + shift

    found = ranked(named(figures), [2, 1], criteria([0, 50], 20))
    other = named([[moved(figure) for figure in row] for row in figures])
    turned = ranked(other, [2, 1], criteria([moved(0), moved(50)], moved(20)))
    assert ranks(found) == ranks(turned)
    assert close(likely(found), likely(turned))


@given(problem=problems(), copied=st.integers(0, 4))
@LAWS
def test_a_duplicate_reorders_nobody(problem: Problem, copied: int) -> None:
    """A further candidate like one that is there is level with it, and the others keep their totals and order."""
    table, weights = problem
    twin = list(table)[copied % len(table)]
    found, doubled = ranked(table, weights), ranked({**table, "copy": table[twin]}, weights)
    assert close(likely(found), {name: total for name, total in likely(doubled).items() if name != "copy"})
    assert ranks(doubled)["copy"] == ranks(doubled)[twin]
    before = sorted(table, key=lambda name: (ranks(found)[name] or 0, name))
    assert before == sorted(table, key=lambda name: (ranks(doubled)[name] or 0, name))


@given(problem=problems(exact_scores()), raised=st.integers(0, 4), column=st.integers(0, 3), by=st.integers(1, 5))
@LAWS
def test_raising_a_score_never_lowers_its_candidate(problem: Problem, raised: int, column: int, by: int) -> None:
    """With a better score a candidate has no worse rank, and nobody else a better one."""
    table, weights = problem
    name, place = list(table)[raised % len(table)], column % len(weights)
    better = {key: list(row) for key, row in table.items()}
    better[name][place] = min(5, better[name][place] + by)
    before, after = ranks(ranked(table, weights)), ranks(ranked(better, weights))
    assert (after[name] or 0) <= (before[name] or 0)
    assert all((after[other] or 0) >= (before[other] or 0) for other in table if other != name)


@given(problem=problems(least=2))
@LAWS
def test_the_dominated_are_never_alone_in_first_place(problem: Problem) -> None:
    """Whoever dominates a candidate has at least its total, whatever the scores, and is never behind it."""
    found = ranked(*problem)
    for loser, winner in found.dominated().items():
        assert (found.ranks[winner] or 0) <= (found.ranks[loser] or 0)
        assert found.low[winner] >= found.high[loser] - 1e-9
        assert found.leaders != (loser,)


@given(problem=problems(), constant=any_scores())
@LAWS
def test_a_criterion_on_which_all_are_the_same_changes_no_order(problem: Problem, constant: Any) -> None:
    """A constant column neither crashes nor reorders anybody who is scored."""
    table, weights = problem
    found = ranked(table, weights)
    assume(not found.matrix.is_unscored.any())
    wider = ranked({name: [*row, constant] for name, row in table.items()}, [*weights, 3])
    assert ranks(wider) == ranks(found)


def test_a_candidate_of_which_nothing_is_scored_comes_last() -> None:
    """The middle of what nobody knows is ahead of no score, but it can still be first."""
    found = ranked({"ash": [None, None], "oak": [2, 1], "elm": [1, 1]}, [1, 1])
    assert ranks(found) == {"oak": 1, "elm": 2, "ash": 3}
    assert dict(zip(found.matrix.candidates, found.possible, strict=True))["ash"]


@given(row=st.lists(any_scores(), min_size=1, max_size=4), count=st.integers(1, 5))
@LAWS
def test_identical_candidates_all_tie(row: list[Any], count: int) -> None:
    """One candidate, or any number of the same, all stand first with the same bounds, and nothing crashes."""
    found = ranked({f"c{index}": row for index in range(count)}, [1] * len(row))
    assert set(found.ranks) == {1}
    assert all(found.possible)
    assert np.ptp(found.low) == np.ptp(found.high) == 0
    assert found.dominated() == {}
    assert found.weight_flips() == ()
    assert verdict(found).kind in {1: ("sole", "empty")}.get(count, ("tied", "open", "empty"))


@pytest.mark.parametrize("score", [0, 5])
def test_a_column_of_zeros_or_of_best_scores_is_worth_what_it_says(score: int) -> None:
    """A column where all have the worst score gives nobody points, one where all have the best gives all the same."""
    found = ranked({"ash": [score, 5], "oak": [score, 0]}, [1, 1])
    assert likely(found) == {"ash": 50 + 10 * score, "oak": 10 * score}


def test_contributions_add_up_to_the_totals() -> None:
    """What each criterion adds, in points, sums to the likely total."""
    found = ranked({"ash": [5, 2], "oak": [1, [2, 3, 4]]}, [3, 2])
    assert found.contributions.sum(axis=1) == pytest.approx(found.likely)
    assert found.contributions[0].tolist() == pytest.approx([60, 16])


def test_the_runner_up_is_next_or_level() -> None:
    """Behind a single leader the runner-up is the second, in a tie the leader's equal, and alone there is none."""
    assert ranked({"ash": [1], "oak": [5], "elm": [3]}, [1]).runner_up == 2
    assert ranked({"ash": [5], "oak": [5]}, [1]).runner_up == 1
    assert ranked({"ash": [5]}, [1]).runner_up is None


def test_who_is_level_keeps_the_order_of_the_file() -> None:
    """The order is best first; candidates that share a rank stand as in the file."""
    found = ranked({"ash": [1], "oak": [3], "elm": [3], "fir": [5]}, [1])
    assert [found.matrix.candidates[index] for index in found.order] == ["fir", "oak", "elm", "ash"]
    assert all((found.ranks[a] or 0) <= (found.ranks[b] or 0) for a, b in pairwise(found.order))


def test_a_gap_is_dominated_only_by_what_is_best() -> None:
    """What is unknown may be the best, so only a candidate that is best there and better elsewhere surely beats it."""
    found = ranked({"ash": [5, 4], "oak": [4, 4], "elm": ["unknown", 3]}, [1, 1])
    names = found.matrix.candidates
    assert {names[a]: names[b] for a, b in found.dominated().items()} == {"oak": "ash", "elm": "ash"}


def test_a_criterion_without_weight_dominates_nobody() -> None:
    """Being better where nothing counts, or worse there, says nothing."""
    assert ranked({"ash": [3, 5], "oak": [3, 0]}, [1, 0]).dominated() == {}
    assert ranked({"ash": [3, 0], "oak": [2, 5]}, [1, 0]).dominated() == {1: 0}


def test_without_a_score_everybody_may_have_anything() -> None:
    """Where nothing is known the totals run from 0 to 100 and everybody can win."""
    found = ranked({"ash": [None], "oak": ["unknown"]}, [1])
    assert (found.low.tolist(), found.high.tolist(), found.possible) == ([0, 0], [100, 100], (True, True))


def test_the_frame_has_totals_bounds_and_who_is_out() -> None:
    """In pandas the ranking comes best first, the eliminated last and without a rank."""
    found = ranked({"ash": [2], "oak": [5], "elm": [[3, 4, 4]]}, [1], {"a": {"must": {"at_most": 4}}}).to_frame()
    assert list(found.index) == ["elm", "ash", "oak"]
    assert found["rank"].tolist()[:2] == [1, 2]
    rows = found.to_dict("index")
    assert (rows["oak"]["eliminated"], rows["oak"]["can_win"], rows["elm"]["can_win"]) == (True, False, True)
    assert [rows["elm"][name] for name in ("low", "total", "high")] == pytest.approx([60, 80, 80])


@pytest.mark.parametrize("table", [{}, {"ash": []}])
def test_an_empty_ranking_has_an_empty_frame_or_one_without_points(table: dict[str, list[Any]]) -> None:
    """No candidates, or no criteria, make no error in pandas either."""
    assert list(ranked(table).to_frame().index) == list(table)


def test_a_workbook_that_is_asked_again_answers_with_the_same_ranking() -> None:
    """Rankings are made once for each workbook, domain and phase."""
    book = choice({"ash": [2, 1], "oak": [1, 5]}, [1, 1], {"a": {}, "b": {"phase": 1}})
    assert rank_domain(book, CHOICE) is rank_domain(book, CHOICE)
    assert ranks(rank_domain(book, CHOICE)) == {"ash": 2, "oak": 1}
    assert ranks(rank_domain(book, CHOICE, 0)) == {"ash": 1, "oak": 2}


def test_a_changed_workbook_has_a_ranking_of_its_own() -> None:
    """A kept ranking never answers for another workbook, not even for one that differs in a single score."""
    before, after = choice({"ash": [2], "oak": [1]}, [1]), choice({"ash": [2], "oak": [5]}, [1])
    assert ranks(rank_domain(before, CHOICE)) == {"ash": 1, "oak": 2}
    assert ranks(rank_domain(after, CHOICE)) == {"ash": 2, "oak": 1}
    changed = before.model_copy(update={"options": after.options})
    assert ranks(rank_domain(changed, CHOICE)) == {"ash": 2, "oak": 1}
    assert ranks(rank_domain(before, CHOICE)) == {"ash": 1, "oak": 2}


def test_the_totals_of_a_ranking_cannot_be_changed() -> None:
    """A ranking that is kept is a value: writing into its totals raises."""
    found = ranked({"ash": [2], "oak": [1]}, [1])
    for array in (found.low, found.likely, found.high):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 99


@given(problem=problems())
@LAWS
def test_ranking_twice_gives_the_same(problem: Problem) -> None:
    """Nothing is used up or changed by ranking: the second time gives the same as the first."""
    first, second = ranked(*problem), ranked(*problem)
    assert first.to_frame().equals(second.to_frame())
    assert first.weight_flips() == first.weight_flips() == second.weight_flips()
    assert np.array_equal(first.score_flips(), second.score_flips(), equal_nan=True)
