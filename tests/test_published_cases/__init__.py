"""The library against answers that others have published; the cases, with their sources, are in `data/published_cases`.

A case is a fact from the literature: what went in, what was printed, and how closely the print can be held to. Nothing
here is worked out by optlib.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

DATA = Path(__file__).resolve().parents[1] / "data" / "published_cases"
TO_THE_BEST = "to the best"


@dataclass(frozen=True)
class Case:
    """One published case: its input, what is published of it, and how far from that an answer may be."""

    id: str
    input: Mapping[str, Any]
    published: Mapping[str, Any]
    tolerance: float | Mapping[str, float]

    def close(self, name: str) -> Any:
        """What is published under a name, to be compared with; whatever lies within the tolerance is equal to it."""
        within = self.tolerance if isinstance(self.tolerance, int | float) else self.tolerance[name]
        return pytest.approx(np.array(self.published[name], dtype=float), rel=0, abs=within)


@cache
def topic(name: str) -> Mapping[str, Any]:
    """The entries of one file of cases, by id."""
    entries: dict[str, Any] = yaml.safe_load((DATA / f"{name}.yaml").read_text("utf-8"))
    return entries


def case(name: str, key: str) -> Case:
    """One case of a topic."""
    entry = topic(name)[key]
    return Case(key, entry["input"], entry["published"], entry["tolerance"])


def each(name: str, method: str, publishes: str = "") -> pytest.MarkDecorator:
    """Run a test on every case of a topic that is about the method and publishes a figure of that name."""
    ids = [
        key
        for key, entry in topic(name).items()
        if entry["method"] == method and (not publishes or publishes in entry["published"])
    ]
    assert ids, f"no case of {name} is about {method} and publishes {publishes}"
    return pytest.mark.parametrize("published", [case(name, key) for key in ids], ids=ids)


def judgements(upper: list[list[Any]]) -> np.ndarray:
    """The table of judgements whose upper half is given row by row; NaN in the other half and where there is none."""
    table = np.full((len(upper) + 1,) * 2, np.nan)
    for row, given in enumerate(upper):
        table[row, row + 1 :] = [np.nan if one is None else float(Fraction(str(one))) for one in given]
    return table


def scaled(figures: Any, directions: list[str], scale: list[float]) -> np.ndarray:
    """Figures as values from 0 to 1, all columns on one scale, so that weighted sums stay in proportion."""
    lower, upper = scale
    table = (np.array(figures, dtype=float) - lower) / (upper - lower)
    return np.where([direction == "max" for direction in directions], table, 1 - table)


def stretched(figures: Any, directions: list[str]) -> np.ndarray:
    """Figures as values from 0 to 1, each column from its worst to its best."""
    table = np.array(figures, dtype=float)
    lower, upper = table.min(axis=0), table.max(axis=0)
    return np.where([direction == "max" for direction in directions], table - lower, upper - table) / (upper - lower)
