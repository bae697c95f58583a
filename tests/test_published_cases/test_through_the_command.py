"""Published answers from end to end: written as a workbook, asked of `optlib rank --json`."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from click.testing import CliRunner

from optlib.cli import main
from optlib.model import FORMAT

from . import Case, case, each, judgements

Data = dict[str, Any]


def ranked(folder: Path, options: Data) -> Data:
    """Write a workbook with one domain and ask `optlib rank --json` about it."""
    path = folder / "published.yaml"
    whole = {"format": FORMAT, "options": {"choice": {"name": "A published choice", "phase": 0, **options}}}
    path.write_text(yaml.safe_dump(whole, sort_keys=False), "utf-8")
    result = CliRunner().invoke(main, ["rank", str(path), "--domain", "choice", "--json"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    domain: Data = json.loads(result.stdout)["domains"][0]
    return domain


def ids(prefix: str, count: int) -> list[str]:
    return [f"{prefix}{place}" for place in range(1, count + 1)]


def weighted(folder: Path, criteria: list[str], weighting: Data, **parts: Any) -> Data:
    """A domain with two candidates, one best and one worst on everything, that is about its weights alone."""
    scores = {"one": dict.fromkeys(criteria, 5), "other": dict.fromkeys(criteria, 0)}
    candidates = {key: {"scores": row} for key, row in scores.items()}
    columns: Data = {key: {} for key in criteria}
    return ranked(folder, {"criteria": columns, "weighting": weighting, "candidates": candidates, **parts})


def measured(published: Case, margins: list[float] | None = None) -> Data:
    """The options of a case with figures: each criterion measured, its range that of its figures if none is given."""
    given = published.input
    figures = np.array(given["figures"], dtype=float)
    candidates = given.get("candidates", ids("a", figures.shape[0]))
    criteria = given.get("criteria", ids("c", figures.shape[1]))
    columns: Data = {}
    for key, column, direction in zip(criteria, figures.T, given["directions"], strict=True):
        ends = list(margins or [float(column.min()), float(column.max())])
        columns[key] = {"unit": "as printed", "direction": direction, "range": ends}
    for key, preference in zip(criteria, given.get("preferences", ()), strict=False):
        columns[key]["preference"] = preference
    return {
        "criteria": columns,
        "weights": dict(zip(criteria, given["weights"], strict=True)),
        "candidates": {
            name: {"scores": dict(zip(criteria, row, strict=True))}
            for name, row in zip(candidates, figures.tolist(), strict=True)
        },
    }


def shares(domain: Data) -> list[float]:
    return [criterion["weight"] for criterion in domain["criteria"]]


def of_candidates(figures: Data) -> np.ndarray:
    """Figures by candidate in the order of the source, whose candidates are a1, a2, ..."""
    return np.array([figures[key] for key in ids("a", len(figures))])


def spoken(criteria: list[str], upper: list[list[Any]]) -> Data:
    """Pairwise judgements as a workbook has them: of each pair, how many times more the more important matters."""
    found: Data = {}
    for (i, j), times in np.ndenumerate(judgements(upper)):
        if not np.isnan(times):
            one, other = (criteria[i], criteria[j]) if times >= 1 else (criteria[j], criteria[i])
            said = Fraction(str(upper[i][j - i - 1]))
            found.setdefault(one, {})[other] = float(max(said, 1 / said))
    return found


@each("weights", "ahp", "weights")
def test_pairwise_judgements_in_a_workbook_give_the_published_weights(tmp_path: Path, published: Case) -> None:
    """The judgements that Saaty and others print, as `weighting: {method: pairwise}`, give the printed weights."""
    criteria = published.input["criteria"]
    weighting = {"method": "pairwise", "judgements": spoken(criteria, published.input["judgements"])}
    assert shares(weighted(tmp_path, criteria, weighting)) == published.close("weights")


@each("weights", "ahp", "consistency_ratio")
def test_pairwise_judgements_in_a_workbook_have_the_published_ratio(tmp_path: Path, published: Case) -> None:
    """The consistency ratio that Saaty prints stands beside the weights."""
    criteria = published.input["criteria"]
    weighting = {"method": "pairwise", "judgements": spoken(criteria, published.input["judgements"])}
    found = weighted(tmp_path, criteria, weighting)["weights"]["consistency_ratio"]
    assert found == published.close("consistency_ratio")


@each("weights", "best_worst", "weights")
def test_best_worst_judgements_in_a_workbook_give_the_published_weights(tmp_path: Path, published: Case) -> None:
    """The judgements of a car that Rezaei (2016) prints, as `method: best_worst`, give the printed weights."""
    given = published.input
    criteria, best, worst = given["criteria"], given["best"], given["worst"]
    weighting = {
        "method": "best_worst",
        "best": criteria[best],
        "worst": criteria[worst],
        "best_to_others": dict(zip(criteria, given["best_to_others"], strict=True)),
        "others_to_worst": dict(zip(criteria, given["others_to_worst"], strict=True)),
    }
    assert shares(weighted(tmp_path, criteria, weighting)) == published.close("weights")


@each("weights", "rank_order", "roc")
def test_order_in_a_workbook_gives_the_published_weights(tmp_path: Path, published: Case) -> None:
    """An order of criteria, as `method: rank_order`, gives the printed rank order centroid weights."""
    criteria = ids("c", published.input["count"])
    found = weighted(tmp_path, criteria, {"method": "rank_order", "order": criteria})
    assert shares(found) == published.close("roc")


@pytest.mark.parametrize("formula", ["roc", "rank_sum", "reciprocal"])
def test_formula_in_a_workbook_gives_the_published_weights(tmp_path: Path, formula: str) -> None:
    """The three formulas that Roszkowska (2013) compares give the weights that she prints for four criteria."""
    published, criteria = case("weights", "roszkowska-2013-four"), ids("c", 4)
    found = weighted(tmp_path, criteria, {"method": "rank_order", "order": criteria, "formula": formula})
    assert shares(found) == published.close(formula)


@each("weights", "swing")
def test_swings_in_a_workbook_give_the_published_weights(tmp_path: Path, published: Case) -> None:
    """The swings of offices and of a car, as `method: swing`, give the printed weights."""
    criteria = published.input["criteria"]
    points = dict(zip(criteria, published.input["points"], strict=True))
    assert shares(weighted(tmp_path, criteria, {"method": "swing", "points": points})) == published.close("weights")


@each("methods", "topsis")
def test_figures_in_a_workbook_have_the_published_closeness(tmp_path: Path, published: Case) -> None:
    """Published figures, as measured criteria, have the printed closeness under `methods.results.topsis`."""
    found = ranked(tmp_path, measured(published))["methods"]["results"]["topsis"]
    assert of_candidates(found["scores"]) == published.close("closeness")


@each("methods", "vikor")
def test_figures_in_a_workbook_have_the_published_q(tmp_path: Path, published: Case) -> None:
    """Published figures, as measured criteria, have the printed Q under `methods.results.vikor`."""
    found = ranked(tmp_path, measured(published))["methods"]["results"]["vikor"]
    assert of_candidates(found["scores"]) == published.close("Q")


@each("methods", "vikor", "compromise")
def test_figures_in_a_workbook_give_the_published_compromise(tmp_path: Path, published: Case) -> None:
    """Whom Opricovic and Tzeng propose is named under `methods.results.vikor.compromise`."""
    found = ranked(tmp_path, measured(published))["methods"]["results"]["vikor"]
    assert sorted(found["compromise"]) == [f"a{index + 1}" for index in published.published["compromise"]]


@each("methods", "promethee", "flow_sums")
def test_preference_functions_in_a_workbook_give_the_published_flows(tmp_path: Path, published: Case) -> None:
    """The six plants of Brans et al. (1986), a preference function each, have the printed net flows."""
    found = ranked(tmp_path, measured(published))["methods"]["results"]["promethee"]
    flows = of_candidates(found["scores"])
    assert flows * (flows.size - 1) == published.close("flow_sums")


@each("methods", "promethee", "phi")
def test_figures_in_a_workbook_have_the_published_flows(tmp_path: Path, published: Case) -> None:
    """The three plans of Zhao et al. (2013) have the printed net flows under `methods.results.promethee`."""
    found = ranked(tmp_path, measured(published))["methods"]["results"]["promethee"]
    assert of_candidates(found["steps"]["phi"]) == published.close("phi")


@each("methods", "weighted_product_ratio")
def test_figures_in_a_workbook_have_the_published_products(tmp_path: Path, published: Case) -> None:
    """How many times better Triantaphyllou (2000) prints an alternative to be is the ratio of two products."""
    found = ranked(tmp_path, measured(published))["methods"]["results"]["weighted_product"]
    scores = of_candidates(found["scores"])
    for ahead, behind, times in published.published["ratios"]:
        assert scores[ahead] / scores[behind] == pytest.approx(times, abs=published.tolerance)


def test_offices_in_a_workbook_flip_at_the_published_weight(tmp_path: Path) -> None:
    """Goodwin and Wright print that Elton Street draws level at a weight of 52.1 for turnover."""
    published = case("sensitivity", "goodwin-wright-turnover")
    given = published.input
    points, inside = np.array(given["points"]), given["group"]
    rest = [place for place in range(points.size) if place not in inside]
    candidates = {}
    for name, values in zip(given["candidates"], np.array(given["values"]), strict=True):
        parts = {"turnover": inside, "conditions": rest}
        of_group = {key: float(values[part] @ points[part] / points[part].sum()) for key, part in parts.items()}
        candidates[name] = {"scores": of_group}
    weights = {"turnover": int(points[inside].sum()), "conditions": int(points[rest].sum())}
    options = {"scale": {"min": 0, "max": 100}, "criteria": {"turnover": {}, "conditions": {}}, "weights": weights}
    flips = ranked(tmp_path, {**options, "candidates": candidates})["weight_flips"]
    (flip,) = [one for one in flips if one["criterion"] == "turnover"]
    assert flip["to"] == given["candidates"][published.published["to"]]
    assert 100 * flip["flips_at"] == published.close("flips_at")


@each("sensitivity", "weight_flips")
def test_chances_in_a_workbook_flip_where_published(tmp_path: Path, published: Case) -> None:
    """With states for criteria and chances for weights, the flips of the first weight are the printed chances."""
    given = published.input
    chances = {"weights": [given["share"], 1 - given["share"]], "figures": given["payoffs"]}
    options = measured(Case(published.id, {**given, **chances}, {}, 0.0), given["scale"])
    flips = {
        one["to"]: one["flips_at"] for one in ranked(tmp_path, options)["weight_flips"] if one["criterion"] == "c1"
    }
    printed = {f"a{index + 1}": share for index, share in published.published["flips"]}
    assert flips == pytest.approx(printed, abs=published.tolerance)


def test_payoffs_in_a_workbook_flip_where_published(tmp_path: Path) -> None:
    """Anderson et al. print that the large complex stays best from 17.5 with strong demand, or -19 with weak demand."""
    published = case("sensitivity", "anderson-pdc-payoffs")
    given = published.input
    flips = ranked(tmp_path, measured(published, given["scale"]))["score_flips"]
    found = {(one["candidate"], one["criterion"]): one["figure"] for one in flips}
    for candidate, criterion, figure in published.published["flips"]:
        cell = given["candidates"][candidate], given["criteria"][criterion]
        assert found[cell] == pytest.approx(figure, abs=published.tolerance)


def test_options_in_a_workbook_are_never_first_where_published(tmp_path: Path) -> None:
    """Options that the VA example rules out, also by extended dominance, have no weights at which they are first."""
    published = case("trials", "va-herc-options")
    given = {**published.input, "weights": [1, 1]}
    found = ranked(tmp_path, measured(Case(published.id, given, {}, 0.0)))["ways_to_win"]
    never = {given["candidates"][index] for index in published.published["never"]}
    assert {way["candidate"] for way in found if way["weights"] is None} == never


@each("trials", "order_means")
def test_weights_known_by_order_in_a_workbook_have_the_published_means(tmp_path: Path, published: Case) -> None:
    """With `known: order` the mean weights of the trials are those that MathOverflow prints."""
    criteria = ids("c", published.input["count"])
    weights = {key: len(criteria) - place for place, key in enumerate(criteria)}
    found = weighted(tmp_path, criteria, {"known": "order"}, weights=weights)["trials"]["mean_weights"]
    assert np.array([found[key] for key in criteria]) == published.close("mean_weights")


def test_payoff_in_a_workbook_is_worth_knowing_as_published(tmp_path: Path) -> None:
    """Four evaluators, one for each equally likely state of Goferbroke's land, give the printed worth of knowing."""
    published = case("information", "hillier-lieberman-one-score")
    payoffs, other = published.input["equally_likely"], published.input["other"]
    lower, upper = min(payoffs), max(payoffs)
    options = {
        "criteria": {"payoff": {"unit": "thousand USD", "direction": "max", "range": [lower, upper]}},
        "weights": {"payoff": 1},
        "evaluators": {f"state{place}": {"scores": {"drill": {"payoff": x}}} for place, x in enumerate(payoffs)},
        "candidates": {"drill": {}, "sell": {"scores": {"payoff": other}}},
    }
    (known,) = ranked(tmp_path, options)["worth_knowing"]["scores"]
    assert (known["candidate"], known["evppi"] / 100 * (upper - lower)) == ("drill", published.close("evppi"))


@each("group", "kendall_w")
def test_evaluators_in_a_workbook_have_the_published_concordance(tmp_path: Path, published: Case) -> None:
    """Judges of a published table, as evaluators who score one criterion, have the printed Kendall's W."""
    rows = np.array(published.input["rows"])
    candidates = ids("a", rows.shape[1])
    options = {
        "scale": {"min": 0, "max": int(rows.max())},
        "criteria": {"rank": {}},
        "weights": {"rank": 1},
        "evaluators": {
            key: {"scores": {name: {"rank": score} for name, score in zip(candidates, row, strict=True)}}
            for key, row in zip(ids("judge", len(rows)), rows.tolist(), strict=True)
        },
        "candidates": {key: {} for key in candidates},
    }
    assert ranked(tmp_path, options)["evaluators"]["concordance"] == published.close("w")


def test_judgements_of_evaluators_in_a_workbook_have_the_published_mean(tmp_path: Path) -> None:
    """Of judgements 2, 3 and 4 the Saaty group prints the cube root of 24, which is how much more apples weigh."""
    published, criteria = case("group", "decision-lens-2007"), ["apples", "oranges"]
    people = {
        key: {"weighting": {"method": "pairwise", "judgements": spoken(criteria, upper)}}
        for key, upper in zip(ids("person", 3), published.input["people"], strict=True)
    }
    apples, oranges = shares(weighted(tmp_path, criteria, {}, evaluators=people, aggregate="geometric"))
    assert apples / oranges == pytest.approx(published.published["judgements"][0][1], rel=1e-8)
