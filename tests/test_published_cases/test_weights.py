"""Weights by pairwise judgements, the best-worst method, rank orders and swing, against published weights."""

from __future__ import annotations

import numpy as np
import pytest

from optlib.analysis import (
    RANK_FORMULAS,
    BestWorst,
    best_worst_weights,
    pairwise_weights,
    rank_order_weights,
    swing_weights,
    weighted_sum,
)

from . import Case, case, each, judgements

COPIED = case("weights", "belton-gear-1983")


def by_best_worst(published: Case) -> BestWorst:
    given = published.input
    return best_worst_weights(given["best"], given["worst"], given["best_to_others"], given["others_to_worst"])


def local_priorities(published: Case, copied: bool) -> np.ndarray:
    """Each alternative's priority on each criterion, with a copy of one alternative as the last if asked for."""
    priorities = []
    for upper in published.input["judgements"]:
        table = judgements(upper)
        table = np.where(np.isnan(table), 1 / table.T, table)
        np.fill_diagonal(table, 1.0)
        if copied:
            rows = [*range(len(table)), published.input["copied"]]
            table = table[np.ix_(rows, rows)]
        priorities.append(pairwise_weights(table).weights)
    return np.array(priorities).T


@each("weights", "ahp", "weights")
def test_pairwise_judgements_give_the_published_priorities(published: Case) -> None:
    """The principal eigenvector of a published table of judgements is the one that is printed beside it."""
    assert pairwise_weights(judgements(published.input["judgements"])).weights == published.close("weights")


@each("weights", "ahp", "consistency_ratio")
def test_pairwise_judgements_have_the_published_consistency_ratio(published: Case) -> None:
    """Saaty prints a consistency ratio of 0.022 for drinks, 0.117 for the size of houses and 0.169 for houses."""
    assert pairwise_weights(judgements(published.input["judgements"])).consistency_ratio == published.close(
        "consistency_ratio"
    )


@each("weights", "ahp", "consistency_ratio")
def test_pairwise_judgements_are_inconsistent_where_the_published_ratio_exceeds_a_tenth(published: Case) -> None:
    """A table is taken as it is up to the ratio of 0.10 that Saaty set, and no further."""
    result = pairwise_weights(judgements(published.input["judgements"]))
    assert result.is_consistent == (published.published["consistency_ratio"] <= 0.10)


@each("weights", "ahp", "lambda_max")
def test_pairwise_judgements_have_the_published_eigenvalue(published: Case) -> None:
    """Saaty prints the greatest eigenvalue and the consistency index for houses and for their size."""
    result = pairwise_weights(judgements(published.input["judgements"]))
    assert result.lambda_max == published.close("lambda_max")
    assert result.consistency_index == published.close("consistency_index")


@each("weights", "incomplete_ahp")
def test_missing_judgements_are_completed_as_published(published: Case) -> None:
    """The entries that make the greatest eigenvalue least are those printed by Bozóki et al., or by AHPy for them."""
    result = pairwise_weights(judgements(published.input["judgements"]))
    for row, column, entry in published.published["completion"]:
        assert result.matrix[row, column] == pytest.approx(entry, rel=published.tolerance)


@pytest.mark.parametrize("kind", ["three", "with_a_copy"])
def test_priorities_add_up_as_in_the_published_rank_reversal(kind: str) -> None:
    """Belton and Gear print that b is best of three, and that a is best once there is a copy of b."""
    priorities = local_priorities(COPIED, copied=kind == "with_a_copy")
    assert weighted_sum(priorities, COPIED.input["weights"]) == COPIED.close(kind)


@each("weights", "best_worst", "weights")
def test_best_worst_judgements_give_the_published_weights(published: Case) -> None:
    """Rezaei (2016) prints the weights of the linear model for a car, with consistent judgements and others."""
    assert by_best_worst(published).weights == published.close("weights")


@each("weights", "best_worst", "xi")
def test_best_worst_judgements_give_the_published_linear_xi(published: Case) -> None:
    """Rezaei (2016) prints the xi of the linear model: 0 for consistent judgements, 0.0109 for others."""
    assert by_best_worst(published).xi == published.close("xi")


@each("weights", "best_worst", "nonlinear_xi")
def test_best_worst_judgements_give_the_published_nonlinear_xi(published: Case) -> None:
    """Rezaei (2015, 2016) prints the xi of the nonlinear model: 0.26, 0, 0.1459 and 1."""
    assert by_best_worst(published).nonlinear_xi == published.close("nonlinear_xi")


@each("weights", "best_worst", "consistency_ratio")
def test_best_worst_judgements_have_the_published_consistency_ratio(published: Case) -> None:
    """Rezaei (2015) prints a consistency ratio of 0.058 for the mode of transport."""
    assert by_best_worst(published).consistency_ratio == published.close("consistency_ratio")


def test_most_contradictory_judgements_reach_the_published_consistency_index() -> None:
    """A criterion as far from the best as from the worst as these are needs the xi of Rezaei's table of indices."""
    published = case("weights", "rezaei-2015-table-1")
    found = [
        best_worst_weights(0, 1, [1, most, most], [most, 1, most]).nonlinear_xi
        for most in published.input["best_to_worst"]
    ]
    assert np.array(found) == published.close("consistency_index")


@each("weights", "rank_order", "roc")
def test_order_gives_the_published_centroid_weights(published: Case) -> None:
    """Tables of rank order centroid weights are printed for two to six criteria."""
    assert rank_order_weights(range(1, published.input["count"] + 1)) == published.close("roc")


@pytest.mark.parametrize("formula", sorted(RANK_FORMULAS))
def test_order_gives_the_published_weights_by_every_formula(formula: str) -> None:
    """Roszkowska (2013) prints the weights of four criteria by centroid, rank sum and reciprocal ranks."""
    published = case("weights", "roszkowska-2013-four")
    assert rank_order_weights([1, 2, 3, 4], formula) == published.close(formula)


@each("weights", "swing")
def test_swings_give_the_published_weights(published: Case) -> None:
    """Goodwin and Wright print the weights of swings for offices, Clemen for a car."""
    assert swing_weights(published.input["points"]) == published.close("weights")
