"""Five published decisions get the verdicts that their facts support, through `optlib rank --json`.

Expected totals are worked out here from the transcribed facts, in plain Python and without optlib.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from optlib import open_workbook, views
from optlib.cli import main
from optlib.decisions import is_decided

from .decisions import FOLDER, NAMES, RANGES, Data, as_data, as_file, as_workbook, facts

CLOSE = 1e-6
SHARE = 0.02  # of the trials: what another seed or order of drawing may change, and rounding here
NOT_KNOWN = (0.0, 0.5, 1.0)

Bounds = tuple[float, float, float]
Values = dict[str, list[Bounds]]


def rank(data: Data, folder: Path) -> Data:
    """Ask `optlib rank --json` about a decision's domain."""
    path = as_file(data, folder)
    (domain,) = data["options"]
    result = CliRunner().invoke(main, ["rank", str(path), "--domain", domain, "--json"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    (found,) = json.loads(result.stdout)["domains"]
    return found


def by_id(domain: Data) -> dict[str, Data]:
    """Pick the candidates of a ranking by their ids."""
    return {candidate["id"]: candidate for candidate in domain["candidates"]}


def exactly(value: float) -> Bounds:
    """A value that is known."""
    return (value, value, value)


@pytest.fixture(scope="module")
def ranked(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Data]:
    """What `optlib rank --json` says of each of the five decisions."""
    return {name: rank(as_data(name), tmp_path_factory.mktemp(name)) for name in NAMES}


# Totals by hand: the values of each candidate from 0 to 1, each as (low, likely, high), and the weights.


def stars_by_hand() -> tuple[Values, list[float]]:
    """One to three stars are worth 0, 1/2 and 1, and count as much as the document weighs them."""
    document = facts("adr_python_tui")
    rows = document["scores"]
    values = {
        option["id"]: [
            exactly((rows[criterion["id"]][option["id"]]["value"] - 1) / 2) for criterion in document["criteria"]
        ]
        for option in document["options"]
    }
    return values, [criterion["weight"] for criterion in document["criteria"]]


def wiki_by_hand() -> tuple[Values, list[float]]:
    """None, partial and full are worth 0, 1/2 and 1, as are strengths from 1 to 3; all count the same."""
    document = facts("hhs_wiki_platform")
    worth = {"none": 0.0, "partial": 0.5, "full": 1.0, "1": 0.0, "2": 0.5, "3": 1.0}
    values: Values = {option["id"]: [] for option in document["options"]}
    for row in document["scores"].values():
        for option, cell in row.items():
            values[option].append(exactly(worth[cell.get("level", cell["raw"])]))
    return values, [1] * len(document["criteria"])


def dvcs_by_hand() -> tuple[Values, list[float]]:
    """Times, space, votes and ranks run along the example's ranges; what the PEP doesn't give may be anything."""
    worth: dict[str, Callable[[Data], float]] = {
        "checkout-sf": lambda cell: 1 - cell["value"] / 1000,
        "checkout-vancouver": lambda cell: 1 - cell["value"] / 1000,
        "space": lambda cell: 1 - cell["value"] / 300,
        "log-readme": lambda cell: 1 - cell["value"] / 5,
        "update-700": lambda cell: 1 - cell["value"] / 40,
        "update-50": lambda cell: 1 - cell["value"] / 10,
        "survey": lambda cell: (cell["value"] + 27) / 54,
        "help": lambda cell: (3 - cell["value"]) / 2,
        "windows": lambda _: 0,  # git only: "unacceptable"
        "python": lambda cell: {"full": 1, "none": 0}[cell["level"]],
    }
    document = facts("pep374_dvcs")
    values: Values = {option["id"]: [] for option in document["options"]}
    for criterion, function in worth.items():
        for option, column in values.items():
            cell = document["scores"][criterion].get(option, {"level": "missing"})
            column.append(NOT_KNOWN if cell.get("level") == "missing" else exactly(function(cell)))
    return values, [1] * len(worth)


def workflow_by_hand() -> tuple[Values, list[float]]:
    """Yes, partly and no are worth 1, 1/2 and 0; an open cost reaches the end of its range; the unscored are anything.

    Letters are the document's eight rows from "Open Source" to "Reusable Steps", by the first word of each cell.
    """
    document = facts("hhs_workflow_engine")
    letters = {"Y": exactly(1), "P": exactly(0.5), "N": exactly(0)}
    features = {
        "python-statemachine": "YNPNPYPY",
        "apache-airflow": "YNYYYNYP",
        "temporal": "YNPYYYYY",
        "spiff": "YYYYYYYY",
    }
    efforts: dict[str, list[Bounds]] = {  # auth, authority to operate; low 1, medium 2/3, high 1/3, very high 0
        "python-statemachine": [exactly(1), exactly(1)],  # low; low
        "apache-airflow": [NOT_KNOWN, exactly(1 / 3)],  # unknown; high
        "temporal": [NOT_KNOWN, exactly(0)],  # unknown; very high
        "spiff": [(1 / 3, 1 / 2, 2 / 3), (1 / 3, 2 / 3, 1)],  # medium or high; low or high
    }
    values: Values = {option["id"]: [NOT_KNOWN] * 12 for option in document["options"]}
    for option, row in features.items():
        cost = document["scores"]["infra-month"][option]
        most = cost["value"] if cost["bound"] == "point" else 2000
        few, many = document["scores"]["maint-year"][option]["interval"]
        money = tuple(1 - dollars / 2000 for dollars in (most, (most + cost["value"]) / 2, cost["value"]))
        weeks = tuple(1 - number / 12 for number in (many, (many + few) / 2, few))
        values[option] = [money, weeks, *(letters[letter] for letter in row), *efforts[option]]
    return values, [1] * 12


BY_HAND = {
    "adr_python_tui": stars_by_hand,
    "hhs_wiki_platform": wiki_by_hand,
    "hhs_workflow_engine": workflow_by_hand,
    "pep374_dvcs": dvcs_by_hand,
}


def totals_by_hand(name: str) -> dict[str, Bounds]:
    """The low, likely and high total of each candidate, in points of 100."""
    values, weights = BY_HAND[name]()
    return {
        option: tuple(
            100 * sum(weight * value[end] for weight, value in zip(weights, row, strict=True)) / sum(weights)
            for end in range(3)
        )
        for option, row in values.items()
    }


# All five.


def test_every_transcribed_decision_is_converted() -> None:
    """Whoever adds a decision to the data has it tested here."""
    assert {*BY_HAND, "jabref_ocr_engine"} == {path.stem for path in FOLDER.glob("*.json")} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_decision_reads_back_from_its_file(name: str, tmp_path: Path) -> None:
    """The workbook that the file holds is the one that was converted."""
    assert open_workbook(as_file(as_data(name), tmp_path)).workbook == as_workbook(name)


@pytest.mark.parametrize("name", NAMES)
def test_every_option_of_the_document_is_a_candidate(name: str, ranked: dict[str, Data]) -> None:
    """No option is lost, and none is added."""
    assert set(by_id(ranked[name])) == {option["id"] for option in facts(name)["options"]}


@pytest.mark.parametrize("name", BY_HAND)
def test_totals_are_those_worked_out_by_hand(name: str, ranked: dict[str, Data]) -> None:
    """Lowest, likely and highest total of each candidate are what plain arithmetic on the facts gives."""
    for option, expected in totals_by_hand(name).items():
        total = by_id(ranked[name])[option]["total"]
        low, likely, high = expected
        assert (total["low"], total["high"]) == pytest.approx((low, high), abs=CLOSE), option
        if total["likely"] is None:  # nothing of it is scored, so there is no total to print
            assert (low, high) == pytest.approx((0, 100), abs=CLOSE), option
        else:
            assert total["likely"] == pytest.approx(likely, abs=CLOSE), option


@pytest.mark.parametrize("order", [reversed, sorted], ids=["reversed", "sorted"])
@pytest.mark.parametrize("name", NAMES)
def test_the_order_of_candidates_changes_no_verdict(
    name: str, order: Callable[[list[str]], list[str]], ranked: dict[str, Data], tmp_path: Path
) -> None:
    """However the candidates stand in the file, verdict, ranks, totals, traces and departures are the same."""
    data = as_data(name)
    (options,) = data["options"].values()
    options["candidates"] = {key: options["candidates"][key] for key in order(list(options["candidates"]))}
    found, known = rank(data, tmp_path), ranked[name]
    assert [found["verdict"][key] for key in ("kind", "cause")] == [known["verdict"][key] for key in ("kind", "cause")]
    assert found["against_ranking"] == known["against_ranking"]
    for option, candidate in by_id(known).items():
        other = by_id(found)[option]
        for key in ("rank", "can_win", "dominated_by", "eliminated", "doubts"):
            assert other[key] == candidate[key], (option, key)
        assert other["total"] == pytest.approx(candidate["total"], abs=CLOSE)
        assert other["first"] == (
            None if candidate["first"] is None else pytest.approx(candidate["first"], abs=SHARE)
        ), option


@pytest.mark.parametrize("name", sorted({*BY_HAND} - {"adr_python_tui"}))
def test_weights_that_no_document_states_are_not_called_stated(name: str, ranked: dict[str, Data]) -> None:
    """Where the document has no weights the trials know none, and the sentence says that all are equal."""
    domain = ranked[name]
    assert (domain["weights_stated"], domain["weights"]["known"]) == (False, "none")
    assert "with all weights equal" in domain["verdict"]["sentence"]


@pytest.mark.parametrize("name", BY_HAND)
def test_a_published_choice_that_is_not_first_is_recognised(name: str, ranked: dict[str, Data]) -> None:
    """The choice goes against the ranking just where a candidate that is still in has more points by hand."""
    inside = {option for option, candidate in by_id(ranked[name]).items() if not candidate["eliminated"]}
    totals = {option: total[1] for option, total in totals_by_hand(name).items() if option in inside}
    (chosen,) = facts(name)["published"]["chosen"]
    assert (ranked[name]["against_ranking"] is not None) == (totals[chosen] < max(totals.values()))


# The framework for text interfaces: integer weights, and totals that were added up wrongly.


def test_tui_totals_that_were_published_wrongly_are_found(ranked: dict[str, Data]) -> None:
    """Four of the five published totals are not what their stars and weights add up to, and each is named."""
    found = {
        one["candidate"]: (one["published"], one["recomputed"])
        for one in ranked["adr_python_tui"]["published_totals"]
        if not one["agrees"]
    }
    assert found == {
        "urwid": (42, 45),
        "prompt-toolkit": (39, 45),
        "pytermgui": (43, 46),
        "asciimatics": (33, 35),
    }


def test_tui_total_that_was_published_rightly_agrees(ranked: dict[str, Data]) -> None:
    """Textual's 67 is the sum of weight times stars."""
    [textual] = [one for one in ranked["adr_python_tui"]["published_totals"] if one["candidate"] == "textual"]
    assert (textual["agrees"], textual["recomputed"]) == (True, 67)


def test_tui_wrong_totals_are_remarked(ranked: dict[str, Data]) -> None:
    """A reader of the ranking is told of each wrong total in a sentence."""
    wrong = [remark for remark in ranked["adr_python_tui"]["remarks"] if "published total" in remark]
    assert len(wrong) == 4
    assert any("42" in remark and "45" in remark for remark in wrong)


def test_tui_tie_that_the_wrong_totals_hid_is_shown(ranked: dict[str, Data]) -> None:
    """The document puts urwid three points before prompt-toolkit; they share the third place."""
    ranks = {option: candidate["rank"] for option, candidate in by_id(ranked["adr_python_tui"]).items()}
    assert ranks == {"textual": 1, "pytermgui": 2, "urwid": 3, "prompt-toolkit": 3, "asciimatics": 5}


def test_tui_choice_is_firm(ranked: dict[str, Data]) -> None:
    """Textual is first whatever the weights are within reason."""
    verdict = ranked["adr_python_tui"]["verdict"]
    assert verdict["kind"] == "firm"
    assert verdict["first"] > 0.99
    assert verdict["sentence"].startswith("Textual is 45.7 points ahead of PyTermGUI at the stated weights")


def test_tui_leader_dominates_only_whom_it_is_nowhere_behind(ranked: dict[str, Data]) -> None:
    """Three candidates have a lighter footprint than Textual; asciimatics alone is better on nothing."""
    dominated = {option: candidate["dominated_by"] for option, candidate in by_id(ranked["adr_python_tui"]).items()}
    assert dominated.pop("asciimatics") == "textual"
    assert set(dominated.values()) == {None}


def test_tui_reasons_against_the_others_are_kept() -> None:
    """Why each loser was rejected stands among its cons, and the effort is as the document words it."""
    candidates = as_workbook("adr_python_tui").options["frameworks"].candidates
    for option in facts("adr_python_tui")["options"]:
        candidate = candidates[option["id"]]
        assert candidate.cons == ((option["rejected_because"],) if "rejected_because" in option else ())
        assert candidate.effort is not None
        assert candidate.effort.note == option["effort"]


# The wiki: two notations in one table, musts, a tie, and no weights.


def test_wiki_candidates_of_equal_levels_share_a_rank(ranked: dict[str, Data]) -> None:
    """Confluence and Wiki.js have the same sum of levels, and are second together."""
    found = by_id(ranked["hhs_wiki_platform"])
    assert (found["gitbook"]["rank"], found["confluence"]["rank"], found["wiki-js"]["rank"]) == (1, 2, 2)


@pytest.mark.parametrize("option", ["notion", "github-wiki"])
def test_wiki_without_a_must_have_is_out_with_every_reason(option: str, ranked: dict[str, Data]) -> None:
    """Each must-have that is not available is in the trace, with the name of the must."""
    document = facts("hhs_wiki_platform")
    missing = {
        criterion["id"]: criterion["name"]
        for criterion in document["criteria"]
        if criterion["kind"] == "must" and document["scores"][criterion["id"]][option].get("level") == "none"
    }
    candidate = by_id(ranked["hhs_wiki_platform"])[option]
    assert candidate["rank"] is None
    assert {trace["must"] for trace in candidate["eliminated"]} == set(missing)
    assert all(missing[trace["must"]] in trace["reason"] for trace in candidate["eliminated"])


def test_wiki_choice_leads_but_is_not_settled_without_weights(ranked: dict[str, Data]) -> None:
    """GitBook is first with equal weights; the document states none, and other weights favour Wiki.js or Confluence."""
    verdict = ranked["hhs_wiki_platform"]["verdict"]
    assert (verdict["kind"], verdict["cause"]) == ("open", "close")
    assert verdict["first"] == pytest.approx(0.58, abs=SHARE)
    assert all(name in verdict["sentence"] for name in ("GitBook", "Wiki.js", "Confluence"))


def test_wiki_candidates_have_no_doubtful_totals(ranked: dict[str, Data]) -> None:
    """With every cell known, lowest and highest total are one number."""
    totals = [candidate["total"] for candidate in ranked["hhs_wiki_platform"]["candidates"]]
    assert all(total["low"] == pytest.approx(total["high"]) for total in totals)


# PEP 374: measurements, votes, a status quo that was hardly measured, and a knock-out on one platform.


def test_dvcs_measurement_that_is_missing_is_not_zero(ranked: dict[str, Data]) -> None:
    """Git could not be measured on 700 commits: its value may be anything, and widens the total by that weight."""
    git = by_id(ranked["pep374_dvcs"])["git"]
    assert git["scores"]["update-700"] == {"kind": "missing", "low": 0.0, "likely": 0.5, "high": 1.0}
    assert git["total"]["high"] - git["total"]["low"] == pytest.approx(10)


def test_dvcs_gaps_of_the_status_quo_are_not_filled(ranked: dict[str, Data]) -> None:
    """Svn was measured on three criteria of ten; the other seven stay missing and span their whole scales."""
    scores = by_id(ranked["pep374_dvcs"])["svn"]["scores"]
    known = {criterion for criterion, score in scores.items() if score["kind"] == "exact"}
    assert known == {"checkout-sf", "checkout-vancouver", "space"}
    gaps = [score for criterion, score in scores.items() if criterion not in known]
    assert [(score["kind"], score["low"], score["high"]) for score in gaps] == [("missing", 0.0, 1.0)] * 7


def test_dvcs_that_fails_on_windows_is_out_with_the_trace(ranked: dict[str, Data]) -> None:
    """Git is eliminated by the constraint on Windows, in the PEP's word; svn, not compared there, stays in doubt."""
    found = by_id(ranked["pep374_dvcs"])
    [trace] = found["git"]["eliminated"]
    assert (found["git"]["rank"], trace["must"]) == (None, "windows")
    assert "Windows" in trace["reason"]
    assert "unacceptable" in trace["reason"]
    assert [doubt["must"] for doubt in found["svn"]["doubts"]] == ["windows"]
    assert not found["svn"]["eliminated"]


def test_dvcs_choice_leads_but_the_gaps_of_the_status_quo_leave_it_open(ranked: dict[str, Data]) -> None:
    """Mercurial is ahead, but svn could be better wherever it was not measured; without its gaps hg would be likely."""
    verdict = ranked["pep374_dvcs"]["verdict"]
    assert (verdict["kind"], verdict["cause"]) == ("open", "gaps")
    assert verdict["first"] == pytest.approx(0.60, abs=SHARE)
    assert verdict["sentence"].startswith("Mercurial is 4.8 points ahead of Subversion")


def test_dvcs_choice_leads_clearly_among_those_that_were_compared(tmp_path: Path) -> None:
    """Without the status quo, which the PEP set out to replace, Mercurial is first in nine trials of ten."""
    data = as_data("pep374_dvcs")
    del data["options"]["tooling"]["candidates"]["svn"]
    verdict = rank(data, tmp_path)["verdict"]
    assert verdict["first"] == pytest.approx(0.91, abs=SHARE)
    assert "Mercurial" in verdict["sentence"]


def test_dvcs_votes_are_kept_as_they_were_counted() -> None:
    """The 27 answers on each of the three tools stand with the score, which is the votes for minus those against."""
    candidates = as_workbook("pep374_dvcs").options["tooling"].candidates
    for option, cell in facts("pep374_dvcs")["scores"]["survey"].items():
        votes, score = cell["votes"], candidates[option].scores["survey"]
        assert sum(votes.values()) == 27
        assert score.value == votes["++"] - votes["--"]
        assert all(f"{kind} {count}" in score.note for kind, count in votes.items())


# The OCR engines: pros and cons only, five chosen in order, two out on their licence.


def test_ocr_without_scores_has_no_ranking(ranked: dict[str, Data]) -> None:
    """Pros and cons are no scores: the verdict says that nothing is scored, and nobody has a rank or a chance."""
    domain = ranked["jabref_ocr_engine"]
    assert domain["verdict"]["kind"] == "empty"
    assert domain["verdict"]["sentence"] == "Nothing is scored yet."
    assert len(domain["candidates"]) == 13
    assert all(candidate["rank"] is candidate["first"] is None for candidate in domain["candidates"])


def test_ocr_choice_is_recognised_although_nothing_is_scored(ranked: dict[str, Data]) -> None:
    """Five engines are chosen, the first priority first, not side by side, and against no ranking."""
    domain = ranked["jabref_ocr_engine"]
    chosen = [option for option in facts("jabref_ocr_engine")["options"] if option["chosen"]]
    assert domain["selected"] == [option["id"] for option in sorted(chosen, key=lambda option: option["priority"])]
    assert (domain["together"], domain["against_ranking"]) == (False, None)
    assert is_decided(as_workbook("jabref_ocr_engine"), "frameworks")


def test_ocr_engines_of_another_licence_are_out_with_the_trace(ranked: dict[str, Data]) -> None:
    """Surya and Kreuzberg fail the must on licences, each with its licence in the reason; nobody else is out."""
    out = {
        option: candidate["eliminated"]
        for option, candidate in by_id(ranked["jabref_ocr_engine"]).items()
        if candidate["eliminated"]
    }
    assert {option: [trace["must"] for trace in traces] for option, traces in out.items()} == {
        "surya": ["licence"],
        "kreuzberg": ["licence"],
    }
    assert "GPL-3.0" in out["surya"][0]["reason"]
    assert "Elastic License 2.0" in out["kreuzberg"][0]["reason"]


def test_ocr_choice_of_an_eliminated_engine_would_be_recognised(tmp_path: Path) -> None:
    """A must holds without any score: choosing Surya goes against it."""
    data = as_data("jabref_ocr_engine")
    data["decisions"]["frameworks"]["selected"] = ["ocrmypdf", "surya"]
    assert rank(data, tmp_path)["against_ranking"]["how"] == "Surya is eliminated by a must"


def test_ocr_musts_without_a_published_verdict_leave_a_doubt(ranked: dict[str, Data]) -> None:
    """What the document asks but doesn't judge each engine by eliminates nobody, and is listed for every one."""
    for candidate in ranked["jabref_ocr_engine"]["candidates"]:
        assert [doubt["must"] for doubt in candidate["doubts"]] == ["not-bundled", "embeddable"]


def test_ocr_pros_and_cons_are_kept() -> None:
    """Every pro and con of all thirteen stands in the workbook, in the document's order."""
    candidates = as_workbook("jabref_ocr_engine").options["frameworks"].candidates
    for option in facts("jabref_ocr_engine")["options"]:
        assert list(candidates[option["id"]].pros) == option["pros"]
        assert list(candidates[option["id"]].cons) == option["cons"]


# The workflow engine: open costs, weeks as ranges, unknowns, options without scores, a risk register.


def test_workflow_cost_with_an_open_end_reaches_the_end_of_its_range(ranked: dict[str, Data]) -> None:
    """A cost of "$610+" is worth what 610 is at best and nothing at worst; "$210" is one value."""
    found, top = by_id(ranked["hhs_workflow_engine"]), RANGES["infra-month"][1]
    airflow, ours = found["apache-airflow"]["scores"], found["python-statemachine"]["scores"]
    assert (airflow["infra-month"]["kind"], airflow["infra-month"]["low"]) == ("range", 0.0)
    assert airflow["infra-month"]["high"] == pytest.approx(1 - 610 / top)
    assert ours["infra-month"]["kind"] == "exact"


def test_workflow_ranges_widen_the_totals(ranked: dict[str, Data]) -> None:
    """The total of the one whose cost is known is narrow; the three with open costs are wider, each by its ranges."""
    spread = {
        option: candidate["total"]["high"] - candidate["total"]["low"]
        for option, candidate in by_id(ranked["hhs_workflow_engine"]).items()
    }
    assert spread["python-statemachine"] == pytest.approx(100 * (2 / 12) / 12)
    assert all(spread[option] > 12 for option in ("apache-airflow", "temporal", "spiff"))


def test_workflow_unknown_is_not_zero(ranked: dict[str, Data]) -> None:
    """The effort for Airflow's and Temporal's authentication is unknown: anything from worst to best."""
    found = by_id(ranked["hhs_workflow_engine"])
    for option in ("apache-airflow", "temporal"):
        score = found[option]["scores"]["effort-to-integrate-with-our-auth"]
        assert score == {"kind": "unknown", "low": 0.0, "likely": 0.5, "high": 1.0}


def test_workflow_options_dismissed_in_prose_are_all_gaps(ranked: dict[str, Data]) -> None:
    """Seven options have no scores: every cell of theirs is missing, and together with two unknowns makes the gaps."""
    domain = ranked["hhs_workflow_engine"]
    kinds = {
        option: {score["kind"] for score in candidate["scores"].values()} for option, candidate in by_id(domain).items()
    }
    unscored = [option["id"] for option in facts("hhs_workflow_engine")["options"] if option.get("scored") is False]
    assert [option for option, found in kinds.items() if found == {"missing"}] == unscored
    assert domain["gaps"] == len(unscored) * len(domain["criteria"]) + 2


def test_workflow_engine_that_leads_is_not_the_one_chosen(ranked: dict[str, Data]) -> None:
    """On the table alone Spiff leads, likely but not firm; the team chose Python StateMachine, and that is said."""
    domain = ranked["hhs_workflow_engine"]
    assert domain["verdict"]["kind"] == "likely"
    assert domain["verdict"]["sentence"].startswith("Spiff is 16.3 points ahead of Python StateMachine")
    assert domain["selected"] == ["python-statemachine"]
    departure = domain["against_ranking"]["how"]
    assert departure == "Python StateMachine ranks second, 16.3 points behind Spiff"


def test_workflow_same_cost_counts_once(ranked: dict[str, Data]) -> None:
    """The cost by year is 36 times that by month, so it is a note of the same criterion and not another one."""
    rows = facts("hhs_workflow_engine")["scores"]
    candidates = as_workbook("hhs_workflow_engine").options["frameworks"].candidates
    assert "infra-year" not in {criterion["id"] for criterion in ranked["hhs_workflow_engine"]["criteria"]}
    for option, cell in rows["infra-year"].items():
        assert cell["value"] == 36 * rows["infra-month"][option]["value"]
        assert cell["raw"] in candidates[option].scores["infra-month"].note


def test_workflow_risk_register_survives() -> None:
    """The seven risks of the chosen engine keep level, impact and mitigation, and stand in its card in the report."""
    workbook = as_workbook("hhs_workflow_engine")
    register = facts("hhs_workflow_engine")["risks"]
    kept = workbook.options["frameworks"].candidates["python-statemachine"].risks
    assert len(kept) == len(register) == 7
    shown = str(views.candidates(workbook, "frameworks"))
    for risk, stated in zip(kept, register, strict=True):
        assert all(stated[key] in risk.risk for key in ("category", "level", "description", "impact"))
        assert risk.mitigation == stated["mitigation"]
        assert f"{stated['category']} ({stated['level']})" in shown
