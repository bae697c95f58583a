"""How far rankings agree: between two methods, and of one method with itself when a candidate is dropped."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import permutations
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from .compromise import topsis, vikor
from .outranking import Preferences, promethee
from .products import weighted_product
from .results import Directions, MethodResult

RankingMethod: TypeAlias = Callable[[Any, Any, Directions, Preferences | None], MethodResult]


def _without_preferences(method: Callable[[Any, Any, Directions], MethodResult]) -> RankingMethod:
    """The method with the signature of the registry, for one that knows no preference functions."""

    def ranked(figures: Any, weights: Any, directions: Directions, preferences: Any = None) -> MethodResult:  # noqa: ARG001
        return method(figures, weights, directions)

    return ranked


RANKING_METHODS: Mapping[str, RankingMethod] = MappingProxyType(
    {
        "weighted_product": _without_preferences(weighted_product),
        "topsis": _without_preferences(topsis),
        "promethee": promethee,
        "vikor": _without_preferences(vikor),
    }
)
"""Every method that ranks figures as measured, by name: called with figures, weights, directions and preferences."""


@dataclass(frozen=True)
class Reversal:
    """Two candidates, by index, of which `first` is ahead of `second`, but behind it once `dropped` is left out."""

    dropped: int
    first: int
    second: int


def kendall_tau(ranks_a: ArrayLike, ranks_b: ArrayLike) -> float | None:
    """The agreement of two rankings of the same candidates, from -1 (reversed) to 1 (the same order), as tau-b.

    Both have shape (n,); ties are allowed. None where there are fewer than two candidates, or one side ties them all.
    Raises ValueError where the shapes differ or a rank isn't finite. Source: Kendall, Biometrika 33 (1945).
    """
    given = [np.asarray(ranks, dtype=float) for ranks in (ranks_a, ranks_b)]
    if given[0].ndim != 1 or given[0].shape != given[1].shape:
        raise ValueError(f"two rankings of the same candidates are needed, but have shapes {[r.shape for r in given]}")
    if not np.isfinite(given).all():
        raise ValueError("a rank is missing or not finite; leave its candidate out of both rankings")
    a, b = (np.sign(ranks[:, None] - ranks[None, :]) for ranks in given)
    untied = np.sqrt((a**2).sum()) * np.sqrt((b**2).sum())
    return float(np.clip((a * b).sum() / untied, -1.0, 1.0)) if untied else None


def rank_reversals(
    method: str, figures: Any, weights: Any, directions: Directions, preferences: Preferences | None = None
) -> tuple[Reversal, ...]:
    """The pairs that change order when another candidate is dropped and the rest ranked again.

    `method` is a name in RANKING_METHODS; the others are what it takes. A pair that ties before or after isn't
    reversed. Empty where the method can't rank the figures. Raises ValueError where there is no such method, and as the
    method does. Source: Belton and Gear, Omega 11 (1983), who showed it of another method by adding a candidate.
    """
    if method not in RANKING_METHODS:
        raise ValueError(f"there is no ranking method {method!r}; write one of {', '.join(RANKING_METHODS)}")
    rank = RANKING_METHODS[method]
    ranks = rank(figures, weights, directions, preferences).ranks
    rows = figures.iloc if hasattr(figures, "columns") else np.asarray(figures, dtype=float)
    found = []
    for dropped in range(ranks.size):
        kept = [index for index in range(ranks.size) if index != dropped]
        again = dict(zip(kept, rank(rows[kept], weights, directions, preferences).ranks, strict=True))
        found += [Reversal(dropped, *pair) for pair in permutations(kept, 2) if _turned(*pair, ranks, again)]
    return tuple(found)


def _turned(first: int, second: int, before: Any, after: Any) -> bool:
    return bool(before[first] < before[second] and after[first] > after[second])
