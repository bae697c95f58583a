"""Ranking by comparing candidates pair by pair: PROMETHEE II and its preference functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from numbers import Real
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .methods import competition_ranks
from .results import ROUNDING, Directions, MethodResult, posed, undefined

Array = NDArray[np.float64]
Kind: TypeAlias = Literal["usual", "u_shape", "v_shape", "level", "linear", "gaussian"]
THRESHOLDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"usual": (), "u_shape": ("q",), "v_shape": ("p",), "level": ("q", "p"), "linear": ("q", "p"), "gaussian": ("s",)}
)
"""The kinds of preference function, and the thresholds that each needs."""


@dataclass(frozen=True)
class Preference:
    """How much being ahead on a criterion is preferred, from 0 to 1, by how far ahead, in the criterion's unit.

    usual: any lead is full preference. u_shape: a lead above `q` is. v_shape: preference grows along a line, up to a
    lead of `p`. level: none up to `q`, half up to `p`, then full. linear: none up to `q`, then along a line up to `p`.
    gaussian: grows along a bell of width `s`. Raises ValueError where a threshold is missing, isn't used by the kind,
    isn't a number above 0 (`q` may be 0), or `q` isn't below `p`. Source: Brans and Vincke, Management Science 31
    (1985), types I to VI.
    """

    kind: Kind = "usual"
    q: float | None = None
    p: float | None = None
    s: float | None = None

    def __post_init__(self) -> None:
        if self.kind not in THRESHOLDS:
            raise ValueError(f"there is no preference function {self.kind!r}; write one of {', '.join(THRESHOLDS)}")
        for name in ("q", "p", "s"):
            self._check(name, getattr(self, name))
        if self.q is not None and self.p is not None and not self.q < self.p:
            raise ValueError(f"{self.kind} needs q below p, but q is {self.q} and p is {self.p}")

    def _check(self, name: str, threshold: Any) -> None:
        if name not in THRESHOLDS[self.kind]:
            if threshold is not None:
                raise ValueError(f"{self.kind} doesn't use the threshold {name}; leave it out")
        elif not isinstance(threshold, Real) or not isfinite(threshold):
            raise ValueError(f"{self.kind} needs {name}, a number in the criterion's unit, but has {threshold!r}")
        elif threshold < 0 or (threshold == 0 and name != "q"):
            raise ValueError(
                f"{self.kind} needs {name} {'not below' if name == 'q' else 'above'} 0, but has {threshold}"
            )

    def degrees(self, ahead: Array, rounding: float = 0.0) -> Array:
        """The preference, from 0 to 1, for each lead; any shape in, the same shape out.

        Leads are in the criterion's unit, negative where one is behind. One that exceeds a threshold by no more than
        `rounding` doesn't exceed it.
        """
        q, p = self.q or 0.0, self.p or 0.0
        if self.kind == "gaussian":
            width = self.s or 1.0
            with np.errstate(over="ignore"):
                return -np.expm1(-0.5 * (np.maximum(ahead, 0.0) / width) ** 2)
        if self.kind in ("v_shape", "linear"):
            with np.errstate(over="ignore"):  # a lead of any number of thresholds counts in full
                return np.clip((ahead - q) / (p - q), 0.0, 1.0)
        above_q = (ahead > q + rounding).astype(np.float64)
        return (above_q + (ahead > p + rounding)) / 2 if self.kind == "level" else above_q


Preferences: TypeAlias = Sequence[Preference] | Mapping[str, Preference]
USUAL = Preference()


def promethee(
    figures: Any, weights: Any, directions: Directions, preferences: Preferences | None = None
) -> MethodResult:
    """Rank by net flow: how much a candidate is preferred to the others less how much they are to it, from -1 to 1.

    `figures`, shape (n, m), are in the unit of their thresholds; `weights` and `directions` ('max' or 'min') have shape
    (m,), all three as `posed` takes them. `preferences` are m in the order of the columns, or some by name; a criterion
    without one has the usual. Steps: `preferences`, shape (n, n, m), of the first to the second on a criterion;
    `preference_index`, shape (n, n), their weighted sum; `phi_plus`, `phi_minus` and `phi`, shape (n,), flows over
    n - 1. Raises ValueError as `posed` does, and where preferences don't fit the criteria. Source: Brans and Vincke,
    Management Science 31 (1985), 647-656; flows as means over the n - 1 others as in Brans and Mareschal, PROMETHEE
    Methods (2005).
    """
    problem = posed(figures, weights, directions)
    chosen = _chosen(preferences, problem.columns)
    if problem.unrankable:
        return undefined("promethee", problem.unrankable)
    signed = np.where(problem.rising, problem.figures, -problem.figures)
    ahead = signed[:, None, :] - signed[None, :, :]
    columns = zip(problem.criteria, np.moveaxis(ahead, 2, 0), problem.largest * ROUNDING, strict=True)
    degrees = np.stack([chosen[place].degrees(lead, rounding) for place, lead, rounding in columns], axis=2)
    index = degrees @ problem.weights
    others = max(len(index) - 1, 1)
    plus, minus = index.sum(axis=1) / others, index.sum(axis=0) / others
    steps = {
        "preferences": degrees,
        "preference_index": index,
        "phi_plus": plus,
        "phi_minus": minus,
        "phi": plus - minus,
    }
    ranks = competition_ranks(steps["phi"])
    return MethodResult("promethee", steps["phi"], True, ranks, steps, criteria=problem.criteria)


def _chosen(preferences: Any, columns: Sequence[Any]) -> list[Preference]:
    """The preference function of every criterion, in the order of the columns."""
    if preferences is None:
        return [USUAL] * len(columns)
    if hasattr(preferences, "keys"):
        stray = [name for name in list(preferences.keys()) if name not in columns]
        if stray:
            raise ValueError(f"preferences name {stray}, but the criteria are {list(columns)}")
        chosen = [preferences.get(name, USUAL) for name in columns]
    else:
        chosen = list(preferences)
    if len(chosen) != len(columns):
        raise ValueError(f"{len(columns)} criteria need as many preferences, but there are {len(chosen)}")
    for preference in chosen:
        if not isinstance(preference, Preference):
            raise ValueError(f"a preference is {preference!r}; write Preference(kind, ...)")
    return chosen
