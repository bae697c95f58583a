"""Trials agree with brute force, with areas worked out by hand, and with the laws that every count of ranks obeys.

Brute force is written out in double precision with draws of its own; both have Monte Carlo error, and four standard
errors of their difference are what they may be apart. Seeds are fixed, so nothing here is left to chance.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from optlib.analysis import (
    Trials,
    UncertainValues,
    WeightKnowledge,
    rank_order_weights,
    smaa,
    uncertain_values,
    weight_knowledge,
)

from .building import LAWS, any_scores, exact_scores, problems, ranked

Array = NDArray[np.float64]
FEW, MANY, ERRORS = 20_000, 50_000, 4
SHARES, PEOPLE = [0.5, 0.3, 0.2], [[0.6, 0.4, 0.0], [0.1, 0.2, 0.7]]
LOW, HIGH = [0.3, 0.1, 0.0], [0.6, 0.5, 0.3]
KNOWN: dict[str, WeightKnowledge] = {
    "exact": weight_knowledge(SHARES, "exact"),
    "around": weight_knowledge(SHARES, "around"),
    "around-closely": weight_knowledge(SHARES, "around", 0.1),
    "order": weight_knowledge(SHARES, "order"),
    "order-with-ties": weight_knowledge([2, 1, 1], "order"),
    "interval": weight_knowledge(SHARES, "interval", low=LOW, high=HIGH),
    "none": weight_knowledge(SHARES, "none"),
    "none-but-one": weight_knowledge([1, 1, 0], "none"),
    "two-exact": weight_knowledge(PEOPLE, "exact"),
    "two-around": weight_knowledge(PEOPLE, "around"),
    "two-in-order": weight_knowledge(PEOPLE, "order"),
}
BASE = np.array([[0.7, 0.3, 0.4], [0.4, 0.6, 0.5], [0.5, 0.5, 0.2], [0.3, 0.35, 0.9]])
TABLE = np.array([0.0, 0.3, 0.3, 0.9])


def exact(values: Any) -> UncertainValues:
    """Values that are all known."""
    return uncertain_values(values, values, values)


def scored(kind: str) -> UncertainValues:
    """Four candidates on three criteria, each value known in this way."""
    low, high = BASE / 2, np.minimum(BASE + 0.4, 1)
    if kind == "exact":
        return exact(BASE)
    if kind == "even":
        return uncertain_values(low, np.full(BASE.shape, np.nan), high)
    if kind == "triangular":
        return uncertain_values(low, BASE, high)
    even = np.zeros(BASE.shape, bool)
    even[1] = True
    cells = {(0, 0): TABLE, (3, 2): TABLE[::-1] / 2}
    return UncertainValues(low, np.where(even, (low + high) / 2, BASE), high, even, cells)


SCORES = {kind: scored(kind) for kind in ("exact", "even", "triangular", "table")}


def drawn_values(values: UncertainValues, rng: np.random.Generator, draws: int) -> Array:
    """Values by NumPy's own distributions, shape (draws, n, m)."""
    drawn = np.empty((draws, *values.low.shape))
    for row, column in np.ndindex(*values.low.shape):
        low, mode, high = (part[row, column] for part in (values.low, values.likely, values.high))
        if (row, column) in values.tables:
            drawn[:, row, column] = rng.choice(values.tables[row, column], draws)
        elif low == high:
            drawn[:, row, column] = mode
        else:
            drawn[:, row, column] = (
                rng.uniform(low, high, draws) if values.even[row, column] else rng.triangular(low, mode, high, draws)
            )
    return drawn


def drawn_weights(known: WeightKnowledge, rng: np.random.Generator, draws: int) -> Array:
    """Weights drawn in the plainest way, shape (draws, m), the sets taking turns."""
    weights = np.array([drawn_of_one(known, row, rng, draws) for row in known.sets])
    return weights[np.arange(draws) % len(known.sets), np.arange(draws)]


def drawn_of_one(known: WeightKnowledge, shares: Array, rng: np.random.Generator, draws: int) -> Array:
    """Draw from one set: intervals by rejection, an order by sorting and averaging what is tied."""
    if known.known == "exact":
        return np.tile(shares, (draws, 1))
    if known.known == "around":
        factors = shares * rng.uniform(1 - known.spread, 1 + known.spread, (draws, shares.size))
        return factors / factors.sum(axis=1, keepdims=True)
    even = np.zeros((draws, shares.size))
    even[:, shares > 0] = rng.dirichlet(np.ones((shares > 0).sum()), draws)
    if known.known == "order":
        places = np.argsort(np.argsort(-shares, kind="stable"), kind="stable")
        even = -np.sort(-even, axis=1)[:, places]
        for share in np.unique(shares):
            even[:, shares == share] = even[:, shares == share].mean(axis=1, keepdims=True)
    if known.known == "interval":
        rows = rng.dirichlet(np.ones(shares.size), 12 * draws)
        return rows[((rows >= known.low) & (rows <= known.high)).all(axis=1)][:draws]
    return even


def ranked_with_ties(totals: Array) -> tuple[Array, Array]:
    """Acceptability, shape (draws, n, n), and who is ahead of whom, shape (n, n), ties shared."""
    n = totals.shape[1]
    better = (totals[:, None, :] > totals[:, :, None] + 1e-9).sum(axis=2)
    level = (np.abs(totals[:, None, :] - totals[:, :, None]) <= 1e-9).sum(axis=2)
    place = np.arange(n)
    shares = (place >= better[:, :, None]) & (place < (better + level)[:, :, None])
    ahead = (totals[:, :, None] > totals[:, None, :] + 1e-9).mean(axis=0)
    tied = (np.abs(totals[:, :, None] - totals[:, None, :]) <= 1e-9).mean(axis=0) / 2
    return shares / level[:, :, None], (ahead + tied) * ~np.eye(n, dtype=bool)


def near(found: Any, expected: Any, spread: Any, draws: int, others: float = MANY) -> bool:
    """Whether two means with a standard deviation of one draw are within four standard errors of their difference."""
    allowed = ERRORS * np.asarray(spread) * np.sqrt(1 / draws + 1 / others) + 1e-6
    return bool((np.abs(np.asarray(found) - expected) <= allowed).all())


def deviation(share: Any) -> Array:
    """The standard deviation of a draw that comes true with this chance."""
    return np.sqrt(np.clip(np.asarray(share) * (1 - np.asarray(share)), 0, None))


@pytest.mark.parametrize(("known", "kind"), list(product(KNOWN, SCORES)))
def test_trials_are_those_of_brute_force(known: str, kind: str) -> None:
    """Ranks, pairs, central weights, confidence, totals, regret and EVPI agree for every way of knowing."""
    values, knowledge, rng = SCORES[kind], KNOWN[known], np.random.default_rng(1)
    trials = smaa(values, knowledge, FEW)
    cells = drawn_values(values, rng, MANY)
    weights = drawn_weights(knowledge, rng, MANY)
    assert len(weights) == MANY
    totals = np.einsum("dnm,dm->dn", cells, weights)
    shares, ahead = ranked_with_ties(totals)
    assert near(trials.acceptability, shares.mean(axis=0), deviation(shares.mean(axis=0)), FEW)
    assert near(trials.ahead, ahead, deviation(ahead), FEW)
    regret = totals.max(axis=1, keepdims=True) - totals
    assert near(trials.expected, totals.mean(axis=0), totals.std(axis=0), FEW)
    assert near(trials.regret, regret.mean(axis=0), regret.std(axis=0), FEW)
    assert near(trials.evpi, regret.mean(axis=0).min(), regret.std(axis=0)[regret.mean(axis=0).argmin()], FEW)
    assert near(trials.mean_weights, weights.mean(axis=0), weights.std(axis=0), FEW)
    for row in np.flatnonzero(shares[:, :, 0].sum(axis=0) > 50):
        often = shares[:, row, 0]
        central = often @ weights / often.sum()
        spread = np.sqrt(often @ (weights - central) ** 2 / often.sum())
        assert near(trials.central_weights[row], central, spread, int(trials.first[row] * FEW), often.sum())
        confidence = ranked_with_ties(cells @ trials.central_weights[row])[0][:, row, 0].mean()
        assert near(trials.confidence[row], confidence, deviation(confidence), 10_000)


def test_two_candidates_and_two_criteria_divide_a_line() -> None:
    """Worked by hand: 0.8 w against 0.3 w + 0.6 (1 - w) is level at w = 0.6 / 1.1, so Ash has 5 parts in 11."""
    trials = smaa(exact([[0.8, 0], [0.3, 0.6]]), weight_knowledge([1, 1], "none"), FEW)
    assert near(trials.first, [5 / 11, 6 / 11], deviation([5 / 11, 6 / 11]), FEW, np.inf)


def test_two_candidates_and_three_criteria_divide_a_triangle() -> None:
    """Worked by hand: Ash leads where x > 2 y (x, y and z being the weights), which cuts the triangle of all weights.

    The line x = 2 y runs from the corner z to the edge between x and y, which it meets a third of the way from x: what
    lies on x's side is a third of the area. Its corners are x, z and (2/3, 1/3, 0), and their mean is central.
    """
    trials = smaa(exact([[0.5, 0, 0.4], [0, 1, 0.4]]), weight_knowledge([1, 1, 1], "none"), FEW)
    assert near(trials.first, [1 / 3, 2 / 3], deviation(1 / 3), FEW, np.inf)
    assert trials.central_weights[0] == pytest.approx([5 / 9, 1 / 9, 1 / 3], abs=0.01)
    assert trials.confidence.tolist() == [1, 1]


@pytest.mark.parametrize("count", [2, 3, 5, 8])
def test_weights_that_nobody_knows_are_even_on_the_simplex(count: int) -> None:
    """Mean 1/m, variance (m-1)/(m^2(m+1)), and each pair has covariance -1/(m^2(m+1)): no normalised uniforms."""
    knowledge = weight_knowledge(np.ones(count), "none")
    weights = knowledge.draw(np.random.default_rng(3), MANY, np.float64)
    wanted = (np.eye(count) * count - 1) / (count**2 * (count + 1))
    assert weights.sum(axis=0) == pytest.approx(1)
    assert near(weights.mean(axis=1), 1 / count, weights.std(axis=1), MANY, np.inf)
    assert np.cov(weights) == pytest.approx(wanted, abs=0.02 * wanted.max())


@pytest.mark.parametrize("shares", [[4, 3, 2, 1], [1, 3, 2, 4], [2, 1, 1], [1, 1, 1], [3, 3, 1, 0]])
def test_the_mean_of_weights_in_an_order_is_the_rank_order_centroid(shares: list[int]) -> None:
    """Draws keep the order, equal shares stay equal, no weight stays none, and the mean is ROC's."""
    given = np.array(shares)
    weights = weight_knowledge(given, "order").draw(np.random.default_rng(3), MANY, np.float64)
    for one, other in product(range(given.size), repeat=2):
        if given[one] >= given[other]:
            assert (weights[one] >= weights[other] - 1e-12).all()
    places = np.array([1 + (given > share).sum() for share in given])
    wanted = np.zeros(given.size)
    wanted[given > 0] = rank_order_weights(places[given > 0])
    assert near(weights.mean(axis=1), wanted, weights.std(axis=1), MANY, np.inf)


@pytest.mark.parametrize(
    ("low", "high"),
    [
        (LOW, HIGH),
        ([0, 0, 0.5], [1, 0.2, 0.9]),
        ([0.1] * 4, [0.4] * 4),
        ([0.2, 0.2, 0.2], [0.2, 0.7, 0.7]),
        ([0.0] * 5, [1.0] * 5),
        ([0.0, 0.0, 0.0], [0.05, 0.9, 0.15]),
    ],
)
def test_weights_within_intervals_stay_there_and_are_even(low: list[float], high: list[float]) -> None:
    """Every draw lies within all the intervals, and means and spreads are those of rejection sampling."""
    knowledge = weight_knowledge(np.ones(len(low)), "interval", low=low, high=high)
    weights = knowledge.draw(np.random.default_rng(3), MANY, np.float64).T
    assert (weights >= np.array(low) - 1e-9).all()
    assert (weights <= np.array(high) + 1e-9).all()
    fixed = np.array(low) == high
    rng = np.random.default_rng(4)
    even = np.tile(np.where(fixed, low, 0.0), (600_000, 1))
    even[:, ~fixed] = rng.dirichlet(np.ones((~fixed).sum()), len(even)) * (1 - np.array(low)[fixed].sum())
    kept = even[((even >= np.array(low) - 1e-12) & (even <= np.array(high) + 1e-12)).all(axis=1)][:MANY]
    assert len(kept) > 500
    assert near(weights.mean(axis=0), kept.mean(axis=0), kept.std(axis=0), MANY, len(kept))
    assert np.cov(weights.T) == pytest.approx(np.cov(kept.T), abs=max(0.05 * kept.var(axis=0).max(), 1e-9))


def test_weights_are_drawn_around_each_stated_one_as_far_as_the_spread() -> None:
    """Before they are made to add up, weights reach from (1 - spread) to (1 + spread) times what is stated."""
    weights = weight_knowledge([6, 2], "around", 0.5).draw(np.random.default_rng(3), MANY, np.float64)
    ratio = weights[0] / weights[1]
    assert (ratio.min(), ratio.max()) == pytest.approx((3 * 0.5 / 1.5, 3 * 1.5 / 0.5), rel=0.02)


@pytest.mark.parametrize(("low", "mode", "high"), [(0.1, 0.3, 0.9), (0, 0, 1), (0.2, 0.6, 0.6), (0.4, 0.5, 0.6)])
def test_a_triangular_score_is_triangular(low: float, mode: float, high: float) -> None:
    """The mean, variance and quantiles of the totals on one criterion are the triangle's, in closed form."""
    totals = smaa(uncertain_values([[low]], [[mode]], [[high]]), weight_knowledge([1]), 4096).sample[0]
    variance = (low**2 + mode**2 + high**2 - low * mode - low * high - mode * high) / 18
    assert near(totals.mean(), (low + mode + high) / 3, np.sqrt(variance), totals.size, np.inf)
    assert totals.var() == pytest.approx(variance, rel=0.08)
    for chance in (0.05, 0.25, 0.5, 0.75, 0.95):
        below = chance * (high - low) < mode - low
        rest = (high - low) * (mode - low if below else high - mode) * (chance if below else 1 - chance)
        wanted = low + np.sqrt(rest) if below else high - np.sqrt(rest)
        assert near((totals < wanted).mean(), chance, deviation(chance), totals.size, np.inf)
    assert low - 1e-6 <= totals.min() <= totals.max() <= high + 1e-6


def test_a_score_that_is_even_is_even() -> None:
    """A range without a likely score has the mean, variance and ends of the uniform distribution."""
    totals = smaa(uncertain_values([[0.2]], [[np.nan]], [[0.8]]), weight_knowledge([1]), 4096).sample[0]
    assert near(totals.mean(), 0.5, np.sqrt(0.03), totals.size, np.inf)
    assert totals.var() == pytest.approx(0.6**2 / 12, rel=0.05)


def test_20000_draws_are_within_their_error_of_a_million() -> None:
    """What a run of 20,000 says is within four standard errors of a run of a million with another seed."""
    large = smaa(SCORES["table"], KNOWN["around"], 1_000_000, seed=5)
    for seed in range(5):
        small = smaa(SCORES["table"], KNOWN["around"], FEW, seed)
        assert near(small.acceptability, large.acceptability, deviation(large.acceptability), FEW, 1e6)


def test_the_standard_error_is_that_of_binomial_counts() -> None:
    """Shares of 200 runs scatter as much as the standard error says."""
    shares = [smaa(SCORES["even"], KNOWN["around"], 1000, seed).first[0] for seed in range(200)]
    trials = smaa(SCORES["even"], KNOWN["around"], 1000)
    assert trials.standard_error(0.5) == pytest.approx(np.sqrt(0.25 / 1000))
    assert np.std(shares) == pytest.approx(trials.standard_error(float(np.mean(shares))), rel=0.2)


def known_scores() -> st.SearchStrategy[Any]:
    """Scores of every kind but a missing one, so that every criterion is in play."""
    return any_scores().filter(lambda score: score is not None)


@given(problem=problems(known_scores()), known=st.sampled_from(["exact", "around", "order", "interval", "none"]))
@LAWS
def test_ranks_and_candidates_are_shared_out_in_full(problem: Any, known: Any) -> None:
    """Rows and columns of the acceptabilities add up to 1, and of two one is ahead, or both half."""
    trials = drawn(problem, known)
    assert trials.acceptability.sum(axis=0) == pytest.approx(1)
    assert trials.acceptability.sum(axis=1) == pytest.approx(1)
    assert (trials.ahead + trials.ahead.T)[~np.eye(len(trials.ahead), dtype=bool)] == pytest.approx(1)
    assert np.array_equal(np.isnan(trials.confidence), trials.first == 0)
    assert np.array_equal(np.isnan(trials.central_weights), np.repeat(trials.first[:, None] == 0, len(problem[1]), 1))


def drawn(problem: Any, known: Any, draws: int = 300) -> Trials:
    """The trials of a drawn table."""
    return smaa(ranked(*problem).matrix.uncertain, weight_knowledge(problem[1], known), draws)


@pytest.mark.parametrize("count", [1, 2, 40, 41, 60, 300])
@pytest.mark.parametrize("kind", ["alike", "exact", "even"])
def test_any_number_of_candidates_shares_the_ranks(count: int, kind: str) -> None:
    """From one candidate to 300, alike or not, each rank and each candidate is given out once."""
    rng = np.random.default_rng(2)
    low = np.full((count, 3), 0.25) if kind == "alike" else rng.uniform(0, 0.5, (count, 3))
    high = low + 0.5 if kind == "even" else low
    trials = smaa(uncertain_values(low, (low + high) / 2, high), KNOWN["around"], 500)
    assert trials.acceptability.sum(axis=0) == pytest.approx(1)
    assert trials.acceptability.sum(axis=1) == pytest.approx(1)
    if kind == "alike":
        assert trials.acceptability == pytest.approx(1 / count)


@pytest.mark.parametrize("known", KNOWN)
@pytest.mark.parametrize("count", [2, 3])
def test_identical_candidates_share_every_rank(known: str, count: int) -> None:
    """Two alike have half of each of their ranks, three a third, at whatever weights."""
    trials = smaa(exact([[0.4, 0.7, 0.1]] * count + [[0, 0, 0]]), KNOWN[known], 500)
    assert trials.acceptability[:count, :count] == pytest.approx(1 / count)
    assert trials.ahead[0, 1] == 0.5


@pytest.mark.parametrize("known", ["order", "exact"])
def test_totals_that_are_level_at_tied_weights_are_level(known: Any) -> None:
    """With 0.3 + 0.1 against 0.1 + 0.3 on criteria of equal weight nobody is ahead, whatever the rounding."""
    values = exact([[0.3, 0.1, 0.7], [0.1, 0.3, 0.7], [0.2, 0.2, 0.7]])
    assert smaa(values, weight_knowledge([1, 1, 3], known), 2000).first == pytest.approx(1 / 3)


TIED_BY_INTERVALS = [
    ([0.5, 0.5], [0.5, 0.5], [[1, 0], [0, 1]]),
    ([0.5, 0.5], [1, 1], [[1, 0], [0, 1]]),
    ([0.3, 0.3, 0, 0], [0.3, 0.3, 0.4, 0.4], [[1, 0, 0.5, 0.2], [0, 1, 0.5, 0.2]]),
]


@pytest.mark.parametrize(("low", "high", "values"), TIED_BY_INTERVALS)
def test_totals_that_are_level_at_all_weights_within_intervals_are_level(low: Any, high: Any, values: Any) -> None:
    """Where intervals leave weights no room, a tie of those weights is a tie in every trial."""
    trials = smaa(exact(values), weight_knowledge(np.ones(len(low)), "interval", low=low, high=high), 500)
    assert trials.first == pytest.approx(0.5)


def test_candidates_that_differ_only_where_one_person_gives_no_weight_are_level_to_that_person() -> None:
    """To one of two people Ash and Oak tie, to the other Ash is first in 8 of 10: 0.5 / 2 + 0.8 / 2."""
    values = uncertain_values([[0.5, 0], [0.5, 0.2]], [[0.5, np.nan], [0.5, 0.2]], [[0.5, 1], [0.5, 0.2]])
    trials = smaa(values, weight_knowledge([[1, 0], [0, 1]]), FEW)
    assert near(trials.first[0], 0.65, 0.5, FEW, np.inf)


@pytest.mark.parametrize("width", [1e-8, 1e-7, 1e-6])
def test_candidates_alike_in_all_are_first_as_often_however_narrow_their_ranges(width: float) -> None:
    """Ranges far narrower than single precision still favour nobody."""
    table = np.full((2, 1), 0.5)
    trials = smaa(uncertain_values(table - width, table, table + width), weight_knowledge([1]), FEW)
    assert near(trials.first, 0.5, 0.5, FEW, np.inf)


@given(problem=problems(exact_scores(), least=2), known=st.sampled_from(["around", "order", "none"]))
@LAWS
def test_a_dominated_candidate_is_never_ahead_of_what_dominates_it(problem: Any, known: Any) -> None:
    """Who is worse on something that counts and better on nothing is in no trial ahead, nor alone first."""
    table, weights = np.array(list(problem[0].values())) / 5, np.array(problem[1])
    trials, used = smaa(exact(table), weight_knowledge(weights, known), 300), weights > 0
    for better, worse in product(range(len(table)), repeat=2):
        if (table[better] > table[worse])[used].any() and (table[better] >= table[worse])[used].all():
            assert trials.ahead[worse, better] == pytest.approx(0)
            assert trials.first[worse] == 0


@given(problem=problems(exact_scores()), row=st.integers(0, 4), column=st.integers(0, 3), by=st.floats(0, 1))
@LAWS
def test_raising_a_score_never_takes_a_trial_away(problem: Any, row: int, column: int, by: float) -> None:
    """With the same draws, a candidate with a better score is first in no fewer trials."""
    table = np.array(list(problem[0].values())) / 5
    row, better = row % len(table), table.copy()
    better[row, column % table.shape[1]] = min(better[row, column % table.shape[1]] + by, 1)
    before, after = (smaa(exact(one), weight_knowledge(problem[1]), 300) for one in (table, better))
    assert after.first[row] >= before.first[row] - 1e-9


def test_the_same_arguments_give_the_same_numbers_whatever_was_drawn_in_between() -> None:
    """Nothing is used up, kept or changed: not the objects, not what they hold, and not NumPy's own seed."""
    values, knowledge = SCORES["table"], KNOWN["two-around"]
    held = [part.copy() for part in (values.low, values.likely, values.high, knowledge.sets, values.tables[0, 0])]
    first = smaa(values, knowledge, 1000)
    smaa(SCORES["even"], KNOWN["interval"], 777, seed=3)
    np.random.default_rng().random(3)
    second = smaa(values, knowledge, 1000)
    for name in ("acceptability", "ahead", "central_weights", "confidence", "expected", "regret", "sample"):
        assert np.array_equal(getattr(first, name), getattr(second, name), equal_nan=True)
    now = (values.low, values.likely, values.high, knowledge.sets, values.tables[0, 0])
    assert all(np.array_equal(one, other) for one, other in zip(held, now, strict=True))
