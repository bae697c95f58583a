"""Weighted sum, weighted product, TOPSIS, VIKOR and PROMETHEE II, against published rankings."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from optlib.analysis import (
    MethodResult,
    Preference,
    competition_ranks,
    promethee,
    topsis,
    vikor,
    weighted_product,
    weighted_sum,
)

from . import TO_THE_BEST, Case, case, each

RANKED = case("methods", "keshavarz-2015")
WEIGHT_SETS = range(len(RANKED.input["weight_sets"]))


def problem(published: Case) -> tuple[Any, Any, Any]:
    given = published.input
    return given["figures"], given["weights"], given["directions"]


def values(given: Any) -> np.ndarray:
    """The values that a source weighs: as printed, or its figures (costs as reciprocals) over the best or the sum."""
    if "values" in given:
        return np.array(given["values"], dtype=float)
    table = np.array(given["figures"], dtype=float)
    gains = np.where([direction == "max" for direction in given["directions"]], table, 1 / table)
    return gains / (gains.max(axis=0) if given.get("normalised", TO_THE_BEST) == TO_THE_BEST else gains.sum(axis=0))


def flows(published: Case) -> MethodResult:
    preferences = [Preference(**one) for one in published.input["preferences"]]
    return promethee(*problem(published), preferences)


@each("methods", "weighted_sum")
def test_weighted_sums_are_those_published(published: Case) -> None:
    """Simple additive weighting of published values gives the published totals."""
    printed = [index for index, total in enumerate(published.published["totals"]) if total is not None]
    totals = weighted_sum(values(published.input), published.input["weights"])
    assert totals[printed] == pytest.approx(
        [published.published["totals"][index] for index in printed], abs=published.tolerance
    )


@pytest.mark.parametrize("index", WEIGHT_SETS)
def test_weighted_sums_rank_as_published(index: int) -> None:
    """Keshavarz Ghorabaee et al. (2015) print the ranks of ten items by weighted sum, for seven sets of weights."""
    totals = weighted_sum(values(RANKED.input), RANKED.input["weight_sets"][index])
    assert competition_ranks(totals).tolist() == RANKED.published["weighted_sum"][index]


@each("methods", "weighted_product")
def test_weighted_products_are_those_published(published: Case) -> None:
    """Zavadskas et al. (2012) print weighted products of figures that are normalised already."""
    figures, weights, directions = problem(published)
    best = np.prod(np.max(figures, axis=0) ** (np.array(weights) / np.sum(weights)))
    assert best * weighted_product(figures, weights, directions).scores == published.close("products")


@each("methods", "weighted_product_ratio")
def test_weighted_products_are_as_many_times_better_as_published(published: Case) -> None:
    """Triantaphyllou (2000) prints how many times better each alternative is than each that is behind it."""
    scores = weighted_product(*problem(published)).scores
    for ahead, behind, times in published.published["ratios"]:
        assert scores[ahead] / scores[behind] == pytest.approx(times, abs=published.tolerance)


@each("methods", "weighted_product_log")
def test_weighted_products_of_shares_are_those_published(published: Case) -> None:
    """Scikit-criteria prints the logarithms of weighted products of each figure's share of its column."""
    figures, weights, directions = problem(published)
    best = np.log(np.max(figures, axis=0) / np.sum(figures, axis=0)) @ np.array(weights) / np.sum(weights)
    found = (best + weighted_product(figures, weights, directions).steps["log_product"]) / np.log(10)
    assert found == published.close("log10_of_shares")


@each("methods", "topsis")
def test_closeness_is_that_published(published: Case) -> None:
    """TOPSIS on published figures gives the published closeness to the ideal."""
    assert topsis(*problem(published)).scores == published.close("closeness")


@pytest.mark.parametrize("step", ["distance_to_ideal", "distance_to_anti_ideal"])
@each("methods", "topsis", "distance_to_ideal")
def test_distances_are_those_published(published: Case, step: str) -> None:
    """Opricovic and Tzeng (2004), and Hwang and Yoon (1981), print the distances to the ideal and the anti-ideal."""
    assert topsis(*problem(published)).steps[step] == published.close(step)


@each("methods", "topsis", "ranks")
def test_closeness_ranks_as_published(published: Case) -> None:
    """The ranks by TOPSIS are printed too; in other units, Opricovic and Tzeng (2004) show, another is first."""
    assert topsis(*problem(published)).ranks.tolist() == published.published["ranks"]


@pytest.mark.parametrize("index", WEIGHT_SETS)
def test_closeness_ranks_as_published_for_every_set_of_weights(index: int) -> None:
    """Keshavarz Ghorabaee et al. (2015) print the ranks of ten items by TOPSIS, for seven sets of weights."""
    given = RANKED.input
    ranks = topsis(given["figures"], given["weight_sets"][index], given["directions"]).ranks
    assert ranks.tolist() == RANKED.published["topsis"][index]


@each("methods", "vikor")
def test_vikor_q_is_that_published(published: Case) -> None:
    """VIKOR on published figures, with v = 0.5, gives the published Q."""
    assert vikor(*problem(published)).scores == published.close("Q")


@pytest.mark.parametrize("step", ["S", "R"])
@each("methods", "vikor", "S")
def test_vikor_utility_and_regret_are_those_published(published: Case, step: str) -> None:
    """Opricovic and Tzeng (2004, 2007) print group utility S and individual regret R."""
    assert vikor(*problem(published)).steps[step] == published.close(step)


@each("methods", "vikor", "compromise")
def test_vikor_proposes_the_published_compromise(published: Case) -> None:
    """Opricovic and Tzeng (2004, 2007) print who is proposed: one alone, or three where none is far enough ahead."""
    assert sorted(vikor(*problem(published)).compromise) == published.published["compromise"]


@pytest.mark.parametrize("index", WEIGHT_SETS)
def test_vikor_ranks_as_published_for_every_set_of_weights(index: int) -> None:
    """Keshavarz Ghorabaee et al. (2015) print the ranks of ten items by VIKOR, for seven sets of weights."""
    given = RANKED.input
    ranks = vikor(given["figures"], given["weight_sets"][index], given["directions"]).ranks
    assert ranks.tolist() == RANKED.published["vikor"][index]


@each("methods", "promethee", "phi")
def test_net_flows_are_those_published(published: Case) -> None:
    """Zhao et al. (2013) print net flows of three plans with the usual preference function."""
    assert flows(published).scores == published.close("phi")


@each("methods", "promethee", "flow_sums")
def test_net_flows_add_up_to_the_published_sums(published: Case) -> None:
    """Brans et al. (1986) print net flows of six plants, one preference function each, not divided by n - 1."""
    result = flows(published)
    assert result.scores * (len(result.scores) - 1) == published.close("flow_sums")


@each("methods", "promethee_index")
def test_preference_indices_are_those_published(published: Case) -> None:
    """Brans et al. (1986) print how much each of the six plants is preferred to each other."""
    assert flows(published).steps["preference_index"] == published.close("preference_index")


@each("methods", "promethee", "order")
def test_net_flows_rank_as_published(published: Case) -> None:
    """The order by net flow is the published one."""
    ranks = flows(published).ranks
    assert np.argsort(ranks).tolist() == published.published["order"]


@each("methods", "promethee_best")
def test_other_weights_make_the_published_plant_best(published: Case) -> None:
    """Mareschal (2019) states which of the six plants is best once power, or the villages, count most."""
    assert int(np.argmax(flows(published).scores)) == published.published["best"]
