"""What the trials of the analysis cost, how that grows, and that their speed isn't bought with accuracy.

Nine domains of 10 candidates by 8 criteria, every score a range, weights evenly from the simplex, 100,000 draws each.
The peers are straightforward float64 NumPy (draws, einsum, argsort) and a loop over pymcdm's weighted sum, one call a
draw, without validation and with a normalisation that leaves the values alone; the loop runs fewer draws, and its time
is taken as proportional to them.
Runs are interleaved and medians compared; the figures that count are the ratios. Run: python benchmarks/analysis.py
"""

from __future__ import annotations

import os
import sys
import time
import tracemalloc
from collections.abc import Callable
from statistics import median

import numpy as np
from numpy.typing import NDArray
from pymcdm.helpers import rankdata
from pymcdm.methods import WSM

from optlib.analysis import UncertainValues, smaa, uncertain_values, weight_knowledge

Array = NDArray[np.float64]
DOMAINS, CANDIDATES, CRITERIA, DRAWS = 9, 10, 8, 100_000
LOOP_DRAWS = 1_000
REFERENCE = 1_000_000


def problem(candidates: int, criteria: int, seed: int = 1) -> UncertainValues:
    """Random ranges: low, likely and high of every score, as values from 0 to 1."""
    generator = np.random.default_rng(seed)
    low = generator.uniform(0, 0.5, (candidates, criteria))
    high = low + generator.uniform(0.1, 0.5, (candidates, criteria))
    return uncertain_values(low, generator.uniform(low, high), high)


def ours(values: UncertainValues, draws: int = DRAWS, seed: int = 1) -> Array:
    """All that `smaa` reckons; the acceptability of every rank is returned."""
    known = weight_knowledge(np.ones(values.low.shape[1]), "none")
    return smaa(values, known, draws=draws, seed=seed).acceptability


def drawn(values: UncertainValues, draws: int, generator: np.random.Generator) -> tuple[Array, Array]:
    """Scores, shape (draws, n, m), and weights, shape (draws, m), in double precision."""
    shape = (draws, *values.low.shape)
    scores = generator.triangular(values.low, values.likely, values.high, shape)
    return scores, generator.dirichlet(np.ones(shape[2]), draws)


def plain(values: UncertainValues, draws: int = DRAWS, seed: int = 1) -> Array:
    """The same acceptabilities by einsum and argsort, all draws at once."""
    scores, weights = drawn(values, draws, np.random.default_rng(seed))
    totals = np.einsum("dnm,dm->dn", scores, weights)
    ranks = np.argsort(np.argsort(-totals, axis=1), axis=1)
    return np.array([(ranks == rank).mean(axis=0) for rank in range(values.low.shape[0])]).T


def as_it_is(column: Array, cost: bool) -> Array:  # noqa: ARG001 - pymcdm passes it by name
    """The values themselves, which run from 0 to 1 already."""
    return column


def loop(values: UncertainValues, draws: int = LOOP_DRAWS, seed: int = 1) -> Array:
    """The same acceptabilities, one call of pymcdm for each draw."""
    scores, weights = drawn(values, draws, np.random.default_rng(seed))
    method, types = WSM(as_it_is), np.ones(values.low.shape[1])
    counts = np.zeros((values.low.shape[0],) * 2)
    for table, row in zip(scores, weights, strict=True):
        ranks = rankdata(method(table, row, types, validation=False), reverse=True).astype(int) - 1
        counts[np.arange(ranks.size), ranks] += 1
    return counts / draws


def cpu(work: Callable[[], object]) -> float:
    """CPU seconds of this process, all its threads included."""
    start = time.process_time()
    work()
    return time.process_time() - start


def speed(runs: int) -> None:
    """Nine domains by the three ways, interleaved."""
    domains = [problem(CANDIDATES, CRITERIA, seed) for seed in range(DOMAINS)]
    ways: dict[str, tuple[Callable[[UncertainValues], Array], float]] = {
        "optlib": (ours, 1.0),
        "einsum": (plain, 1.0),
        "pymcdm loop": (loop, DRAWS / LOOP_DRAWS),
    }
    for way, _ in ways.values():
        way(domains[0])
    seen: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(runs):
        for name, (way, times) in ways.items():
            seen[name].append(times * cpu(lambda way=way: [way(domain) for domain in domains]))  # type: ignore[misc]
    print(f"{DOMAINS} domains of {CANDIDATES} x {CRITERIA}, {DRAWS:,} draws, medians of {runs} interleaved runs")
    for name, found in seen.items():
        ratio = median(found) / median(seen["optlib"])
        print(f"  {name:12} {median(found):8.2f} CPU s  (least {min(found):.2f})  {ratio:6.1f} times optlib")


def growth() -> None:
    """One domain with more candidates, criteria or draws, each against 10 x 8 at 100,000 draws in the same run."""
    base = median(cpu(lambda: ours(problem(CANDIDATES, CRITERIA))) for _ in range(3))
    print(f"growth, one domain; 10 x 8 at {DRAWS:,} draws is 1 ({base:.3f} CPU s)")
    sizes = [(n, CRITERIA, DRAWS) for n in (10, 30, 100, 300, 1000)]
    sizes += [(CANDIDATES, m, DRAWS) for m in (8, 16, 40)]
    sizes += [(CANDIDATES, CRITERIA, draws) for draws in (10_000, 100_000, 1_000_000)]
    for candidates, criteria, draws in sizes:
        values = problem(candidates, criteria)
        seconds = median(cpu(lambda v=values, d=draws: ours(v, d)) for _ in range(3 if candidates < 1000 else 1))
        print(
            f"  {candidates:5} candidates {criteria:3} criteria {draws:9,} draws {seconds / base:7.1f} times the time,"
            f" {memory(values, draws):6.1f} MB at most"
        )


def memory(values: UncertainValues, draws: int) -> float:
    """The most memory that arrays take during a run, in MB."""
    tracemalloc.start()
    ours(values, min(draws, DRAWS // 5) if values.low.shape[0] > 100 else draws)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1e6


def accuracy() -> None:
    """Errors against a million draws of double precision, in Monte Carlo standard errors: 1 is as exact as can be."""
    found: dict[str, list[float]] = {"optlib": [], "einsum": []}
    worst: dict[str, float] = {"optlib": 0.0, "einsum": 0.0}
    for seed in range(DOMAINS):
        values = problem(CANDIDATES, CRITERIA, seed)
        reference = np.mean([plain(values, REFERENCE // 5, seed=100 + part) for part in range(5)], axis=0)
        sure = np.sqrt(np.maximum(reference * (1 - reference), 1e-6) * (1 / DRAWS + 1 / REFERENCE))
        for name, way in (("optlib", ours), ("einsum", plain)):
            error = way(values, DRAWS, seed=7 + seed) - reference
            found[name].append(float(np.mean((error / sure) ** 2)))
            worst[name] = max(worst[name], float(np.abs(error).max()))
    print(f"error of an acceptability at {DRAWS:,} draws against {REFERENCE:,}, {DOMAINS} domains")
    for name, squares in found.items():
        error = np.sqrt(np.mean(squares))
        print(f"  {name:12} {error:.2f} standard errors (root mean square), {worst[name]:.4f} at most")


if __name__ == "__main__":
    print(f"{os.cpu_count()} cores, NumPy {np.__version__}")
    speed(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
    accuracy()
    growth()
