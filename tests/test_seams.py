"""Where parts of the analysis meet: figures and values, gaps and rankings, weights and trials, rows and their names.

Each holds one thing that reviewers once found wrong between two parts that were right alone.
"""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from optlib import WorkbookError, charts
from optlib.analysis import (
    RANKING_METHODS,
    WEIGHTING_METHODS,
    information,
    rank_domain,
    smaa,
    uncertain_values,
    verdict,
    weight_knowledge,
)
from optlib.analysis.weight_knowledge import _DRAW
from optlib.model import Workbook
from optlib.ranking_data import domain_data
from optlib.reading import read_document
from optlib.views.evaluation import evaluation
from optlib.views.people import WEIGHTINGS
from optlib.views.sureness import METHODS, trials_note
from optlib.views.what_if import ways_to_win
from optlib.weighting import ANSWERS, Weighting

from .building import CHOICE, choice, options, ranked, ranks, workbook
from .conftest import EXAMPLES


def data(table: Any, weights: Any = (), criteria: Any = None, phase: int = 3, **more: Any) -> dict[str, Any]:
    """The analysis of a workbook with one domain, as `optlib rank --json` prints it."""
    return domain_data(book(table, weights, criteria, **more), CHOICE, phase)


def book(table: Any, weights: Any = (), criteria: Any = None, **more: Any) -> Workbook:
    """A workbook with one domain of which more is said."""
    return workbook(options={CHOICE: {**options(table, weights, criteria), **more}})


def exact(rows: Any) -> Any:
    """Values that are all known."""
    return uncertain_values(rows, rows, rows)


def faults(text: str) -> list[str]:
    """The messages of a workbook's text, a line each."""
    with pytest.raises(WorkbookError) as failure:
        read_document(f"format: decision-workbook/1\n{text}".encode(), "w.yaml")
    return str(failure.value).splitlines()


LOG = {"direction": "min", "range": [1, 1000], "value_function": {"kind": "log"}}
PIECES = {"direction": "min", "value_function": {"kind": "piecewise", "points": [[0, 1], [100, 0.2], [200, 0]]}}
TARGET = {"range": [0, 200], "value_function": {"kind": "target", "target": 100}}


@pytest.mark.parametrize(("shape", "ash", "oak"), [(LOG, 10, 60), (PIECES, 10, 60), (TARGET, 90, 160)])
def test_thresholds_of_a_preference_are_in_figures_whatever_the_value_function(shape: Any, ash: int, oak: int) -> None:
    """Ash is 50 ms better, of a target 50 ms nearer, which is half of the 100 ms that make a full preference."""
    criterion = {"unit": "ms", "preference": {"kind": "v_shape", "p": 100}, **shape}
    scores = data({"oak": [oak], "ash": [ash]}, [1], {"a": criterion})["methods"]["results"]["promethee"]["scores"]
    assert scores == pytest.approx({"ash": 0.5, "oak": -0.5})


def test_the_steps_of_a_method_are_named_after_what_they_are_of() -> None:
    """With two candidates on two criteria a step of length two may be of either; each says of which."""
    results = data({"ash": [4, 1], "oak": [2, 3]}, [3, 1])["methods"]["results"]
    of_criteria = {"topsis": ("ideal", "anti_ideal"), "vikor": ("best", "worst")}
    of_candidates = {
        "topsis": ("distance_to_ideal", "distance_to_anti_ideal"),
        "promethee": ("phi", "phi_plus", "phi_minus"),
        "vikor": ("S", "R", "Q"),
    }
    for named, of in ((of_criteria, {"a", "b"}), (of_candidates, {"ash", "oak"})):
        assert all(set(results[method]["steps"][step]) == of for method, steps in named.items() for step in steps)
    assert results["vikor"]["steps"]["best"] == {"a": 4, "b": 3}


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ({"direction": "max"}, "A has the direction max, but by its points the lowest figure is best."),
        ({"range": [0, 300]}, "A has a range, but its points span 0 to 200, and figures beyond count as their ends."),
    ],
)
def test_points_that_contradict_what_stands_beside_them_are_a_remark(spec: Any, said: str) -> None:
    """The points count; whoever wrote a direction or a range beside them learns that these don't."""
    shape = {"unit": "ms", "value_function": PIECES["value_function"]}
    assert data({"ash": [10]}, [1], {"a": {**shape, **spec}})["remarks"] == [said]
    assert data({"ash": [10]}, [1], {"a": {**shape, "direction": "min", "range": [0, 200]}})["remarks"] == []


@pytest.mark.parametrize(("low", "high"), [(0, 10), (1, 3)])
@pytest.mark.parametrize(("behind", "changes"), [(0.9, True), (1.1, False)])
def test_a_single_step_is_one_point_of_the_scale(low: int, high: int, behind: float, changes: bool) -> None:
    """On a scale from 1 to 3 a point is half of the value, from 0 to 10 a tenth: 0.9 points are made up, 1.1 aren't."""
    steps = data({"ash": [2.5], "oak": [2.5 - behind]}, [1], scale={"min": low, "max": high})["single_steps"]
    both = [("ash", -1, ["oak"]), ("oak", 1, ["oak"])]
    assert [(one["candidate"], one["step"], one["first"]) for one in steps] == (both if changes else [])


def test_a_must_off_the_scale_is_refused_with_its_line() -> None:
    """At least 70 of 5 would eliminate everybody; it was meant in a unit, or the scale is another."""
    text = "options:\n  tooling:\n    criteria:\n      speed:\n        must: {at_least: 70}\n"
    assert faults(text) == [
        "w.yaml:6: options.tooling.criteria.speed.must.at_least: 70 is off the scale 0 to 5; "
        "correct it, or state a unit"
    ]


def test_a_fault_inside_a_criterion_is_one_fault() -> None:
    """That its range is the wrong way round doesn't also make each of its scores name nothing."""
    text = "options:\n  tooling:\n    criteria: {speed: {unit: ms, range: [9, 1]}}\n    weights: {speed: 1}\n"
    text += "    candidates: {ash: {scores: {speed: 2}}, oak: {scores: {speed: 3}}}\n"
    assert faults(text) == ["w.yaml:4: options.tooling.criteria.speed: range must be [lower, upper], but is [9, 1]"]


def test_a_misspelt_method_of_weighting_is_one_fault() -> None:
    """Its answers aren't blamed for not belonging to the method that would be the default."""
    (message,) = faults("options: {tooling: {weighting: {method: swng, points: {automation: 100}}}}\n")
    assert message.startswith("w.yaml:2: options.tooling.weighting.method: must be ")
    assert message.endswith("write swing")


SCORED = {"bee": [1, 2], "cat": [None, None], "ant": [3, 1]}


def test_only_who_is_scored_is_compared() -> None:
    """Ant has 40 points, Bee 30, and Cat, unscored, would have 50 at the middle of the scale, but draws level nowhere.

    With w on a Ant has 1 + 2 w and Bee 2 - w of 5: level at w = 1/3, for which a sixth of the weight moves.
    """
    found = data(SCORED, [1, 1])
    assert [(one["criterion"], one["to"]) for one in found["weight_flips"]] == [("a", "bee"), ("b", "bee")]
    assert {one["candidate"] for one in found["score_flips"]} == {"ant", "bee"}
    assert {one["candidate"] for one in found["single_steps"]} == {"ant", "bee"}
    assert all(set(one["first"]) == {"ant", "bee"} for one in found["single_steps"])
    assert {one["candidate"]: one["moved"] for one in found["ways_to_win"]} == {"ant": 0, "bee": pytest.approx(1 / 6)}
    nearest = found["smallest_weight_change"]
    assert (nearest["to"], nearest["weights"]) == ("bee", pytest.approx({"a": 1 / 3, "b": 2 / 3}))


def test_finding_out_is_about_who_is_scored() -> None:
    """Ant's and Bee's scores are exact: nothing is left to find out of those that are compared."""
    found = data(SCORED, [1, 1])["worth_knowing"]
    assert (found["choice"], found["evpi"], found["scores"], found["criteria"]) == ("ant", 0, [], [])


def test_the_other_methods_rank_who_is_scored() -> None:
    """With Cat left out all put Ant, 40 points, first; the middle of the scale would be ahead of it by each of them."""
    found = data({"bee": [1.5, 1.5], "cat": [None, None], "ant": [2, 2]}, [1, 1])["methods"]
    assert found["agree"]
    assert all(set(result["ranks"]) == {"ant", "bee"} for result in found["results"].values())
    assert found["first"] == {name: ["ant"] for name in ("weighted_sum", *RANKING_METHODS)}


def test_a_choice_that_is_not_scored_is_said_to_be() -> None:
    """Cat has no rank, and so none that it could be behind; who leads is named."""
    decided = choice(SCORED, [1, 1], decisions={CHOICE: {"selected": ["cat"]}})
    assert domain_data(decided, CHOICE)["against_ranking"]["how"] == "Cat is not scored, and Ant leads"


def test_a_leader_that_the_trials_contradict_decides_nothing() -> None:
    """Oak's likely 4.1 is ahead of 4, but a figure from 0 to 4.1 is above 4 in 1 - (4 / 4.1)^2 of the trials: 5 %."""
    found = data({"ash": [4], "oak": [[0, 4.1, 4.1]]}, [1])["verdict"]
    assert (found["kind"], found["cause"], found["label"]) == ("open", "ranges", "Not decided by this matrix")
    assert found["first"] == pytest.approx(1 - (4 / 4.1) ** 2, abs=0.003)
    assert "Oak is 2.0 points ahead of Ash" in found["sentence"]
    assert re.search(r"in the trials Ash is first in 95\s%", found["sentence"])


TABLE = {"ash": [4, 3], "oak": [3, 4]}
INTERVALS = {"a": [0.6, 0.8], "b": [0.2, 0.4]}


@pytest.mark.parametrize(
    ("weights", "said", "known"),
    [
        ((), {"known": "order"}, "none"),
        ((), {"known": "around"}, "none"),
        ((), {"method": "swing", "known": "order"}, "none"),
        ((), {"known": "interval"}, "none"),
        ((2, 1), {"known": "interval"}, "around"),
        ((2, 1), {"known": "order"}, "order"),
        ((), {"intervals": INTERVALS}, "interval"),
    ],
)
def test_what_is_known_of_weights_needs_weights_or_intervals(weights: Any, said: Any, known: str) -> None:
    """Where there is nothing that `known` could be about, it is what it would be if it weren't said."""
    assert data(TABLE, weights, weighting=said)["weights"]["known"] == known


def test_totals_take_the_middle_of_intervals_where_no_weights_are_stated() -> None:
    """From 0.6 to 0.8 and from 0.2 to 0.4 are 0.7 and 0.3: Ash has 100 (0.7 * 4 + 0.3 * 3) / 5."""
    found = data(TABLE, weighting={"intervals": INTERVALS})
    assert [one["weight"] for one in found["criteria"]] == pytest.approx([0.7, 0.3])
    assert found["candidates"][0]["total"]["likely"] == pytest.approx(74)
    assert found["remarks"] == ["No weights are stated, so totals take the middle of the intervals."]


def test_intervals_that_exclude_the_stated_weights_are_a_remark() -> None:
    """Totals by a half each and trials by at least 0.6 of one would otherwise differ without a word."""
    assert data(TABLE, [1, 1], weighting={"intervals": INTERVALS})["remarks"] == [
        "The weights of A and B lie outside their intervals: totals use the weights, trials the intervals."
    ]


@pytest.mark.parametrize("weights", [(), (4, 2, 4)])
def test_intervals_of_a_phase_make_up_for_what_it_leaves_out(weights: Any) -> None:
    """C, scored only in phase 2, may have 0.3 to 0.5: low ends are over 0.7, high ones over 0.5, with no blame."""
    intervals = {"a": [0.3, 0.5], "b": [0.1, 0.3], "c": [0.3, 0.5]}
    criteria = {"a": {"phase": 0}, "b": {"phase": 0}, "c": {"phase": 2}}
    table = {"ash": [4, 3, 1], "oak": [3, 4, 2]}
    found = data(table, weights, criteria, phase=0, weighting={"intervals": intervals})
    wanted = {"a": [3 / 7, 1], "b": [1 / 7, 0.6]}
    assert found["weights"]["intervals"] == {key: pytest.approx(ends) for key, ends in wanted.items()}
    assert [one["weight"] for one in found["criteria"]] == pytest.approx([2 / 3, 1 / 3])
    assert not [remark for remark in found["remarks"] if "outside" in remark or "widen" in remark]


def test_the_consistency_ratio_of_the_best_worst_method_is_rezaeis() -> None:
    """Twice, twice, and eight times in all: (2 + x)(2 + x) = 8 - x at x = (sqrt(41) - 5) / 2, over 4.47 for eight."""
    said = {"method": "best_worst", "best": "a", "worst": "c"}
    said |= {"best_to_others": {"b": 2, "c": 8}, "others_to_worst": {"b": 2}}
    found = data({"ash": [1, 2, 3]}, weighting=said)["weights"]["consistency_ratio"]
    assert found == pytest.approx((np.sqrt(41) - 5) / 2 / 4.47)


def test_a_single_criterion_with_weight_has_all_of_it_however_far_weights_are_spread() -> None:
    """A spread of 1 reaches down to no weight at all, of which no share can be taken."""
    knowledge = weight_knowledge([1, 0], "around", 1)
    for seed in range(200):
        weights = knowledge.draw(np.random.Generator(np.random.SFC64(seed)), 100_000, np.float32)
        assert (weights == [[1], [0]]).all()


@pytest.mark.parametrize("row", [[3.2, 3], [2, 3], [3.8, 2.7], [1, 4]])
def test_knowing_everything_is_worth_what_knowing_the_only_unknown_is(row: list[float]) -> None:
    """With one unknown score EVPI, by trials, is its EVPPI, an integral, within a thousandth of a point."""
    found = data({"ash": row, "oak": [3, "unknown"], "elm": [2, 2]}, [1, 1])["worth_knowing"]
    assert found["scores"][0]["evppi"] > 0.5
    assert found["evpi"] == pytest.approx(found["scores"][0]["evppi"], abs=1e-3)


@pytest.mark.parametrize(
    "table",
    [
        {"ash": [3.2, 3], "oak": [3, "unknown"], "elm": [2, 2]},
        {"ash": [[2, 3, 3.5], 3], "oak": [[2.5, 3.5], 3], "elm": [2, [1, 3.5]]},
    ],
)
def test_no_part_is_worth_more_than_all(table: Any) -> None:
    """Knowing every score is worth at least what knowing one, or those on one criterion, is."""
    found = data(table, [1, 1])["worth_knowing"]
    assert found["scores"]
    assert found["evpi"] >= max(one["evppi"] for part in ("scores", "criteria") for one in found[part])


@pytest.mark.parametrize(
    ("values", "weights"),
    [([[0.5, 0.0], [0.5, 0.7]], [1 - 1e-8, 1e-8]), ([[0.500049, 0.3], [0.500051, 0.3]], [0.5, 0.5])],
)
@pytest.mark.parametrize("known", ["around", "none"])
def test_what_is_dominated_is_never_first_however_little_it_is_behind(values: Any, weights: Any, known: Any) -> None:
    """By 0.7 where hardly any weight lies, or by two millionths: behind is behind in every trial."""
    trials = smaa(exact(values), weight_knowledge(weights, known), 20_000)
    assert trials.first.tolist() == [0, 1]
    assert trials.ahead[1, 0] == 1


@pytest.mark.parametrize("known", ["exact", "around", "order"])
def test_totals_half_a_billionth_apart_are_a_tie_in_rank_and_in_trials(known: str) -> None:
    """What counts as level in the ranking counts as level in each trial."""
    apart = book({"ash": [3], "oak": [3 + 5 * 5e-10]}, [1], weighting={"known": known})
    found = rank_domain(apart, CHOICE)
    assert ranks(found) == {"ash": 1, "oak": 1}
    assert found.trials is not None
    assert found.trials.first.tolist() == [0.5, 0.5]
    assert verdict(found).cause == "tie"


def test_results_cannot_be_written_to() -> None:
    """What trials and the worth of information say is shared, and so it is frozen, arrays too."""
    values, knowledge = uncertain_values([[0.2, 0.3]] * 2, [[0.4, 0.5]] * 2, [[0.6, 0.9]] * 2), weight_knowledge([1, 1])
    results = (smaa(values, knowledge, 500), information(values, [1, 1]))
    arrays = [array for result in results for array in vars(result).values() if isinstance(array, np.ndarray)]
    assert len(arrays) == 13
    for array in arrays:
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


def test_who_is_ahead_of_whom_is_right_where_few_trials_say_it() -> None:
    """Of 100 candidates all pairs are compared in a part of the trials only.

    Values are even over widths of 0.5: whoever starts d lower is ahead with a chance of (1 - 2 d)^2 / 2.
    """
    low = np.linspace(0, 0.4, 100)[:, None]
    trials = smaa(uncertain_values(low, np.full((100, 1), np.nan), low + 0.5), weight_knowledge([1]))
    chances = (1 - 2 * np.maximum(low - low[0], 0)).ravel()[1:] ** 2 / 2
    error = np.sqrt(chances * (1 - chances) / trials.ahead_draws)
    assert 1_000 <= trials.ahead_draws < trials.draws
    assert (np.abs(trials.ahead[0, 1:] - chances) <= 4 * error).all()


def test_the_error_that_is_told_is_two_standard_errors_of_a_half() -> None:
    """100,000 trials: twice the root of 0.25 / 100,000 is 0.32 %."""
    told = re.search(r"100,000 trials: .*±(\d\.\d)\s%$", trials_note(ranked(TABLE, [1, 1])))
    assert told is not None
    assert told[1] == f"{2 * 100 * np.sqrt(0.25 / 100_000):.1f}" == "0.3"


LAST_IS_FIRST = {"elm": [1], "oak": [[3, 4.25]], "ash": [4]}


def test_rows_of_the_heat_map_are_named_after_their_candidates() -> None:
    """Ash, last in the file, is first in four trials of five, Oak in the fifth, and Elm always last."""
    (heat,) = charts.acceptability(ranked(LAST_IS_FIRST, [1]))["data"]
    assert {name: pytest.approx(row, abs=0.7) for name, row in zip(heat["y"], heat["z"], strict=True)} == {
        "Ash": [80, 20, 0],
        "Oak": [20, 80, 0],
        "Elm": [0, 0, 100],
    }


def test_ridges_of_totals_are_named_after_their_candidates() -> None:
    """Each lies where its candidate's totals are, on the line with its name: 20, 60 to 85 and 80 points."""
    figure = charts.totals(ranked(LAST_IS_FIRST, [1]))
    axis = figure["layout"]["yaxis"]
    lines = dict(zip(axis["tickvals"], axis["ticktext"], strict=True))
    ends = {one["name"]: (min(one["x"]), max(one["x"])) for one in figure["data"] if one["mode"] == "lines"}
    assert ends == {
        name: pytest.approx(at, abs=2) for name, at in {"Elm": (20, 20), "Oak": (60, 85), "Ash": (80, 80)}.items()
    }
    assert {one["name"]: lines[min(one["y"])] for one in figure["data"] if one["mode"] == "markers"} == {
        f"{name}, likely": name for name in ends
    }


def test_first_in_trials_stands_beside_its_candidate() -> None:
    """In the report's ranking Ash has 80 % and Oak 20 %, and Elm, which is never first, has a dash."""
    shown = book(LAST_IS_FIRST, [1], phase=0)
    table = re.split("First in trials|</table>", str(evaluation(shown, rank_domain(shown, CHOICE))))[2]
    rows = re.findall(r"<th scope=row>(\w+)<td>.*?<td>(\d+)\s%<td>", table)
    assert [(name, round(int(share), -1)) for name, share in rows] == [("Ash", 80), ("Oak", 20)]
    assert re.search(r"<th scope=row>Elm<td>.*<td>–<td>", table)


def test_who_is_at_least_as_good_is_named_as_such() -> None:
    """Ash beats Elm on everything and Oak not, wherever the file has them."""
    text = str(ways_to_win(ranked({"elm": [1, 1], "oak": [2, 5], "ash": [5, 3]}, [1, 1])))
    assert "Ash is at least as good as Elm on everything" in text
    assert "<th scope=row>Oak<td>" in text
    assert "<th scope=row>Elm<td>" not in text


def test_figures_for_exploring_show_the_matrix_that_the_report_shows() -> None:
    """No later phase of the domain is reported, so both show b, which is first scored in phase 2."""
    shown = book(TABLE, [1, 1], {"a": {"phase": 0}, "b": {"name": "Later", "phase": 2}}, phase=0)
    early = rank_domain(shown, CHOICE, 0)
    (menu,) = charts.explore(shown, early).figures[-1]["layout"]["updatemenus"]
    assert len(early.matrix.criteria) == 1
    assert [button["label"] for button in menu["buttons"]] == ["A", "Later"]
    assert "Later<small>50" in str(evaluation(shown, early))


def test_every_name_in_a_registry_has_its_counterparts() -> None:
    """A method that can be asked for can be labelled and answered; a word for what is known can be drawn."""
    assert set(METHODS) == set(RANKING_METHODS)
    assert set(WEIGHTINGS) == set(ANSWERS) == set(WEIGHTING_METHODS)
    words = re.findall(r"'(\w+)'", str(Weighting.model_fields["known"].annotation))
    assert set(words) == set(_DRAW)
    assert len(words) == 5


def test_ranking_as_text_does_without_the_optimiser() -> None:
    """`optlib rank` prints no way to win, and so doesn't wait for scipy.optimize."""
    code = "import sys; from optlib.cli import main; main(['rank', sys.argv[1]], standalone_mode=False); "
    code += "print('scipy.optimize' in sys.modules)"
    told = subprocess.run(
        [sys.executable, "-c", code, str(EXAMPLES / "optlib.yaml")], capture_output=True, text=True, check=True
    )
    assert "first in" in told.stdout
    assert told.stdout.splitlines()[-1] == "False"


def test_falling_points_have_the_least_figure_best_for_promethee_too() -> None:
    """Whatever the direction says or doesn't, points say themselves what is best."""
    points = {"kind": "piecewise", "points": [[0, 1], [100, 0.5], [200, 0]]}
    criterion = {"unit": "ms", "value_function": points, "preference": {"kind": "v_shape", "p": 100}}
    found = domain_data(choice({"ash": [10], "oak": [60]}, [1], {"a": criterion}), CHOICE)["methods"]["first"]
    assert set(map(tuple, found.values())) == {("ash",)}


def test_intervals_that_a_phase_leaves_out_are_given_all_the_room_they_may_take() -> None:
    """What is feasible with all criteria is feasible without some of them, and nobody is blamed."""
    criteria = {"a": {"phase": 0}, "b": {"phase": 0}, "c": {"phase": 2}}
    weighting = {"intervals": {"a": [0.1, 0.2], "b": [0.05, 0.2], "c": [0, 0.8]}}
    domain = {"phase": 0, **options({"x": [4, 3, 3], "y": [3, 4, 2]}, (), criteria), "weighting": weighting}
    matrix = rank_domain(workbook(options={CHOICE: domain}), CHOICE, 0).matrix
    assert not any("widen" in remark for remark in matrix.remarks)
    assert matrix.weight_knowledge.known == "interval"


def test_evpi_of_one_unknown_score_is_its_evppi() -> None:
    """One triangular score alone: what knowing everything gains is what knowing it gains."""
    found = domain_data(choice({"ash": [2, 3], "oak": [3, [1, 2.5, 5]]}, [1, 1]), CHOICE)["worth_knowing"]
    assert found["evpi"] == found["scores"][0]["evppi"]
