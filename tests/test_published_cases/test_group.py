"""Agreement of several people, and judgements that they make together, against published figures."""

from __future__ import annotations

import numpy as np

from optlib.analysis import geometric_mean_of_judgements, kendall_tau, kendall_w

from . import Case, each, judgements


@each("group", "kendall_w")
def test_concordance_is_that_published(published: Case) -> None:
    """Kendall's W of published rankings, with ties and without, is the one that is printed."""
    assert kendall_w(published.input["rows"]) == published.close("w")


@each("group", "tau_b")
def test_agreement_of_two_rankings_with_ties_is_that_published(published: Case) -> None:
    """SciPy prints Kendall's tau-b of two short rankings with ties."""
    assert kendall_tau(published.input["a"], published.input["b"]) == published.close("tau")


@each("group", "group_ahp")
def test_judgements_of_a_group_are_those_published(published: Case) -> None:
    """The geometric means of several people's judgements are those that are printed, and reciprocal."""
    people = np.array([judgements(upper) for upper in published.input["people"]])
    assert geometric_mean_of_judgements(people) == published.close("judgements")
