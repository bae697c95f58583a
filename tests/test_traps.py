"""Silent wrong answers that published libraries give, and the laws that catch them, where a user would meet them.

Most of it goes through `optlib rank --json` on a file; the laws go through the ranking and its trials. What holds for
each of the other ranking methods by itself stands in `test_ranking_methods`.
"""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from click.testing import CliRunner, Result
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from optlib.analysis import Trials, pairwise_weights, rank_domain
from optlib.analysis.ranking import Ranking
from optlib.cli import main
from optlib.model import FORMAT

from .building import CHOICE, LAWS, any_scores, choice, exact_scores, options, problems, ranked, workbook

FEWER = settings(LAWS, max_examples=15)
"""As many examples as 100,000 draws each leave time for."""
Problem = tuple[dict[str, list[Any]], list[int]]
PRICE = {"unit": "USD", "direction": "min", "range": [0, 100]}


def asked(folder: Path, domain: Any, *arguments: str, **parts: Any) -> Result:
    """What `optlib rank` says of a file with one domain."""
    path = folder / "workbook.yaml"
    path.write_text(yaml.safe_dump({"format": FORMAT, "options": {CHOICE: domain}, **parts}, sort_keys=False))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return CliRunner().invoke(main, ["rank", str(path), "--domain", CHOICE, *arguments])


def answered(folder: Path, domain: Any, **parts: Any) -> dict[str, Any]:
    """The analysis of the domain as JSON, which holds neither NaN nor Infinity."""
    result = asked(folder, domain, "--json", **parts)
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout, parse_constant=pytest.fail)["domains"][0]
    return found


def refused(folder: Path, domain: Any, **parts: Any) -> str:
    """The message with which the domain is refused: exit code 2, and no traceback."""
    result = asked(folder, domain, **parts)
    assert isinstance(result.exception, SystemExit)
    assert result.exit_code == 2
    return result.output


def by_candidate(found: dict[str, Any], what: str) -> dict[str, Any]:
    """One thing of each candidate."""
    return {one["id"]: one[what] for one in found["candidates"]}


def trials_of(ranking: Ranking) -> Trials:
    """The trials of a ranking that has some."""
    assert ranking.trials is not None
    return ranking.trials


def first(table: Any, weights: Any, criteria: Any = None, **parts: Any) -> dict[str, float]:
    """How often each candidate is first in the trials."""
    ranking = ranked(table, weights, criteria, **parts)
    names = [ranking.matrix.candidates[index] for index in ranking.remaining]
    return dict(zip(names, trials_of(ranking).first.tolist(), strict=True))


def test_a_misspelt_weight_drops_no_criterion(tmp_path: Path) -> None:
    """A weight that names no criterion is refused, with the line and what was probably meant."""
    domain = options({"ash": [5, 1], "oak": [1, 5]}, [], {"cost": {}, "speed": {}})
    message = refused(tmp_path, {**domain, "weights": {"cost": 1, "sped": 5}})
    assert "did you mean 'speed'?" in message
    assert "workbook.yaml:" in message


def test_a_missing_weight_is_told(tmp_path: Path) -> None:
    """A criterion that is scored and has no weight counts nothing, and a remark says so."""
    found = answered(tmp_path, options({"ash": [5, 1], "oak": [1, 5]}, [1]))
    assert found["remarks"] == ["B is scored but has no weight, so it doesn't count."]


@pytest.mark.parametrize("direction", ["Max", "MIN", "up", "higher", 1, True])
def test_a_direction_is_max_or_min_and_nothing_is_read_as_the_other(tmp_path: Path, direction: Any) -> None:
    """Any other word is refused instead of reversing the ranking."""
    price = {**PRICE, "direction": direction}
    assert "direction" in refused(tmp_path, options({"ash": [10], "oak": [90]}, [1], {"a": price}))


def test_less_is_better_where_the_criterion_says_so(tmp_path: Path) -> None:
    """A raw table of prices ranks the cheapest first in totals, trials and by every other method."""
    found = answered(tmp_path, options({"ash": [90, 3], "oak": [10, 3]}, [1, 1], {"a": PRICE, "b": {}}))
    assert by_candidate(found, "rank") == {"oak": 1, "ash": 2}
    assert by_candidate(found, "first") == {"oak": 1, "ash": 0}
    assert set(map(tuple, found["methods"]["first"].values())) == {("oak",)}


def test_asking_twice_gives_the_same_to_the_letter(tmp_path: Path) -> None:
    """The second answer is the first, also with another file in between and after a change taken back."""
    domain = options({"ash": [[1, 3, 5], 2], "oak": [2, None], "elm": [[0, 5], 3]}, [2, 1])
    before = asked(tmp_path, domain, "--json").stdout
    asked(tmp_path, options({"ash": [[0, 4], 5], "oak": [3, 3]}, [1, 5]), "--json")
    assert asked(tmp_path, domain, "--json").stdout == before


@pytest.mark.parametrize("gap", [".nan", ".inf", "-.inf", "n/a", "''"])
def test_what_is_no_number_is_refused(tmp_path: Path, gap: str) -> None:
    """NaN, infinity and text for a score name their line; they never spread through the totals."""
    text = yaml.safe_dump({"format": FORMAT, "options": {CHOICE: options({"ash": [4, 1], "oak": [3, 3]}, [1, 1])}})
    path = tmp_path / "workbook.yaml"
    path.write_text(text.replace("a: 4", f"a: {gap}"))
    result = CliRunner().invoke(main, ["rank", str(path)])
    assert (result.exit_code, "scores.a" in result.output) == (2, True)


@pytest.mark.parametrize("gap", ["unknown", None])
def test_a_gap_takes_nobodys_numbers_away(tmp_path: Path, gap: Any) -> None:
    """One score that nobody knows leaves every total and every acceptability a number."""
    found = answered(tmp_path, options({"ash": [4, gap], "oak": [3, 3]}, [1, 1]))
    assert sum(by_candidate(found, "first").values()) == pytest.approx(1)
    assert all(isinstance(one["total"]["likely"], float) for one in found["candidates"])


@pytest.mark.parametrize("others", [0, 2, 3, 5])
@pytest.mark.parametrize("gap", ["unknown", None])
def test_a_gap_counts_as_neither_nothing_nor_the_average(tmp_path: Path, gap: Any, others: int) -> None:
    """Nobody wins because a gap of theirs counts for something: its trials are even over the whole scale."""
    found = answered(tmp_path, options({"ash": [gap], "oak": [others]}, [1]))
    assert by_candidate(found, "first")["ash"] == pytest.approx(1 - others / 5, abs=0.007)


@pytest.mark.parametrize(
    "table",
    [
        {"ash": [3, 1], "oak": [3, 2]},
        {"ash": [0, 0], "oak": [0, 0]},
        {"ash": [0, 5], "oak": [0, 1]},
        {"ash": [2, 3]},
        {"ash": [5, 5], "oak": [5, 5], "elm": [5, 5]},
    ],
    ids=["constant", "zeros", "zero column", "one candidate", "all alike"],
)
def test_a_table_without_differences_is_no_error(tmp_path: Path, table: Any) -> None:
    """Constant columns, zeros, one candidate and identical ones give ranks, and ranks are shared out in full."""
    found = answered(tmp_path, options(table, [1, 1]))
    acceptability = np.array(list(by_candidate(found, "acceptability").values()))
    assert acceptability.sum(axis=0) == pytest.approx(1)
    assert acceptability.sum(axis=1) == pytest.approx(1)
    assert 1 in by_candidate(found, "rank").values()


def test_ties_are_shared_and_not_given_to_the_first_of_the_file(tmp_path: Path) -> None:
    """Two alike have half of each of their ranks, whichever stands first."""
    found = answered(tmp_path, options({"oak": [4, 2], "ash": [4, 2], "elm": [1, 1]}, [1, 1]))
    assert by_candidate(found, "acceptability") == {"oak": [0.5, 0.5, 0], "ash": [0.5, 0.5, 0], "elm": [0, 0, 1]}
    assert by_candidate(found, "rank") == {"oak": 1, "ash": 1, "elm": 3}


def test_priorities_are_not_rounded_before_they_are_used(tmp_path: Path) -> None:
    """Two candidates that weights of three digits would put level, or the wrong way round, keep their order.

    Oak's score on a is a millionth more than what Ash's full score on c is worth at the shares of the judgements.
    """
    judgements = {"a": {"b": 3, "c": 5}, "b": {"c": 2}}
    shares = pairwise_weights([[1, 3, 5], [1 / 3, 1, 2], [1 / 5, 1 / 2, 1]]).weights
    even = 5 * shares[2] / shares[0]  # the score on a that is worth a full score on c
    domain = options({"ash": [0, 0, 5], "oak": [float(even) + 1e-6, 0, 0]}, (), {"a": {}, "b": {}, "c": {}})
    found = answered(tmp_path, {**domain, "weighting": {"method": "pairwise", "judgements": judgements}})
    assert by_candidate(found, "rank") == {"oak": 1, "ash": 2}
    assert [one["weight"] for one in found["criteria"]] == pytest.approx(shares, abs=1e-9)


@pytest.mark.parametrize("weight", [-1, -0.001, float("nan"), float("inf")])
def test_a_weight_below_0_is_refused(tmp_path: Path, weight: Any) -> None:
    """Negative weights and those that are no numbers never reach a total."""
    assert "weights.a" in refused(tmp_path, options({"ash": [1, 2]}, [weight, 2]))


def test_a_candidate_that_is_never_first_has_no_central_weights(tmp_path: Path) -> None:
    """Undefined is null and not 0, and the whole row of ranks is there."""
    found = answered(tmp_path, options({"ash": [5, 5], "oak": [1, 1]}, [1, 1]))
    (oak,) = (one for one in found["candidates"] if one["id"] == "oak")
    assert (oak["central_weights"], oak["confidence"], oak["acceptability"]) == (None, None, [0, 1])


@pytest.mark.parametrize("score", [[5, 1], [1, 2, 3, 4], [1], [1, 3, 2]])
def test_a_range_that_is_none_is_refused(tmp_path: Path, score: Any) -> None:
    """A range that falls, or has one number or four, names its place and shows no traceback."""
    message = refused(tmp_path, options({"ash": [score, 1], "oak": [1, 1]}, [1, 1]))
    assert "candidates.ash.scores.a" in message


def permuted(problem: Problem) -> tuple[Problem, Problem]:
    """The problem with its rows, and with its columns, the other way round."""
    table, weights = problem
    rows = dict(reversed(table.items()))
    return (rows, weights), ({name: row[::-1] for name, row in table.items()}, weights[::-1])


@given(problem=problems(any_scores().filter(lambda score: score is not None), least=2))
@FEWER
def test_permuting_rows_or_columns_permutes_the_trials(problem: Problem) -> None:
    """But for Monte Carlo error, the order of candidates and criteria in the file decides nothing."""
    assume(ranked(*problem).matrix.is_ready)
    before = first(*problem)
    for after in permuted(problem):
        assert first(*after) == pytest.approx(before, abs=0.012)


@given(problem=problems(exact_scores(), least=2))
@FEWER
def test_permuting_rows_moves_no_tie(problem: Problem) -> None:
    """With exact scores the same draws decide, so ties and all the rest are the same to the last trial."""
    assert first(*permuted(problem)[0]) == pytest.approx(first(*problem), abs=1e-9)


@given(problem=problems(least=2), factor=st.sampled_from([10, 0.1, 1e9]))
@FEWER
def test_weights_times_a_factor_change_no_trial(problem: Problem, factor: float) -> None:
    """Only proportions count, in trials and in what is worth knowing too."""
    table, weights = problem
    one, other = ranked(table, weights), ranked(table, [weight * factor for weight in weights])
    assume(one.matrix.is_ready)
    assert trials_of(one).acceptability == pytest.approx(trials_of(other).acceptability, abs=1e-4)
    assert one.worth_knowing is not None
    assert other.worth_knowing is not None
    assert one.worth_knowing.scores == pytest.approx(other.worth_knowing.scores, abs=1e-9)


@given(
    figures=st.lists(st.lists(st.integers(0, 50), min_size=2, max_size=2).map(sorted), min_size=2, max_size=4),
    factor=st.sampled_from([0.001, 12, 1e6]),
    shift=st.integers(-100, 100),
    direction=st.sampled_from(["min", "max"]),
)
@FEWER
def test_another_unit_changes_no_trial(figures: list[Any], factor: float, shift: int, direction: str) -> None:
    """Ranges and anchors moved together leave every share of the trials."""

    def shares(moved: Any) -> list[float]:
        measured = {"unit": "u", "direction": direction, "range": [moved(0), moved(50)]}
        table = {f"c{index}": [[moved(x) for x in pair], index] for index, pair in enumerate(figures)}
        return trials_of(rank_domain(choice(table, [2, 1], {"a": measured, "b": {}}), CHOICE)).acceptability.tolist()

    assert np.array(shares(lambda x: x * factor + shift)) == pytest.approx(np.array(shares(lambda x: x)), abs=1e-4)


@given(problem=problems(exact_scores(), least=2), copied=st.integers(0, 4))
@FEWER
def test_a_duplicate_changes_no_pair_of_the_others(problem: Problem, copied: int) -> None:
    """With a copy of one candidate, all are ahead of each other as often as before, but for Monte Carlo error."""
    table, weights = problem
    twin = list(table)[copied % len(table)]
    found, doubled = pairs(ranked(table, weights)), pairs(ranked({**table, "copy": table[twin]}, weights))
    assert {pair: doubled[pair] for pair in found} == pytest.approx(found, abs=0.009)
    assert doubled["copy", twin] == 0.5


def pairs(ranking: Ranking) -> dict[tuple[str, str], float]:
    """How often one candidate is ahead of another."""
    names = [ranking.matrix.candidates[index] for index in ranking.remaining]
    ahead = trials_of(ranking).ahead
    return {(a, b): ahead[i, k] for i, a in enumerate(names) for k, b in enumerate(names) if a != b}


@given(problem=problems(exact_scores(), least=2), row=st.integers(0, 4), column=st.integers(0, 3))
@FEWER
def test_a_better_score_is_first_no_less_often(problem: Problem, row: int, column: int) -> None:
    """Raising one score by a point never lowers its candidate's share of first places."""
    table, weights = problem
    name, place = list(table)[row % len(table)], column % len(weights)
    better = {**table, name: [min(5, s + (i == place)) for i, s in enumerate(table[name])]}
    assert first(better, weights)[name] >= first(table, weights)[name] - 1e-9


@given(problem=problems(least=2))
@FEWER
def test_who_is_surely_dominated_is_never_first(problem: Problem) -> None:
    """Whoever another surely beats has no share of first places, whatever is unknown."""
    ranking = ranked(*problem)
    assume(ranking.matrix.is_ready)
    for loser in ranking.dominated():
        assert trials_of(ranking).first[ranking.remaining.index(loser)] == pytest.approx(0, abs=1e-4)


@given(problem=problems(exact_scores(), least=2))
@FEWER
def test_trials_at_a_flip_point_are_an_even_tie(problem: Problem) -> None:
    """With exact weights at the point where another draws level, the two share the first place."""
    table, weights = problem
    ranking = ranked(table, weights)
    for flip in ranking.weight_flips()[:1]:
        shares = ranking.matrix.weights
        others = np.delete(shares, flip.criterion)
        moved = np.insert(others / others.sum() * (1 - flip.share), flip.criterion, flip.share)
        domain = {**options(table, moved.tolist()), "weighting": {"known": "exact"}}
        found = trials_of(rank_domain(workbook(options={CHOICE: domain}), CHOICE))
        assert found.first[0] == pytest.approx(found.first[1])
        assert found.first[0] > 0
