"""The decision matrix of a domain: what is known of each candidate on each criterion, as values from 0 to 1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..catalogue import Criterion, Domain, load_catalogue, readable
from ..model import DomainOptions, Scale, Score, Workbook
from . import value
from .methods import normalised

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]
LAST_PHASE = 3


@dataclass(frozen=True)
class Matrix:
    """Candidates by criteria, shape (n, m): bounds and likely value of each cell, and each criterion's share of weight.

    A known score has equal bounds; an unknown or missing one spans the whole scale and its likely value is the middle,
    which stands for nothing but the middle: `gaps` counts them, and bounds carry them into every total.
    """

    domain: Domain
    phase: int
    scale: Scale
    candidates: tuple[str, ...]
    names: tuple[str, ...]
    criteria: tuple[Criterion, ...]
    scores: tuple[tuple[Score, ...], ...]
    low: Array
    likely: Array
    high: Array
    weights: Array
    weights_stated: bool
    remarks: tuple[str, ...]

    @property
    def kinds(self) -> tuple[tuple[str, ...], ...]:
        """How each cell is known: exact, range, unknown or missing (also where it is measured without anchors)."""
        return tuple(
            tuple(
                _kind(score, criterion, self.scale) for score, criterion in zip(row, self.criteria, strict=True)
            )
            for row in self.scores
        )

    @property
    def gaps(self) -> int:
        """How many cells that carry weight are unknown or missing."""
        return sum(
            kind in ("unknown", "missing")
            for row in self.kinds
            for kind, weight in zip(row, self.weights, strict=True)
            if weight > 0
        )

    @property
    def is_ready(self) -> bool:
        """Whether there is something to rank: a candidate, a criterion with weight, and a score."""
        known = any(kind in ("exact", "range") for row in self.kinds for kind in row)
        return bool(self.candidates and known and self.weights.sum() > 0)

    def to_frame(self) -> pd.DataFrame:
        """The likely values as a DataFrame: candidates as index, criteria as columns, 0 worst and 1 best."""
        import pandas as pd

        columns = [criterion.id for criterion in self.criteria]
        return pd.DataFrame(self.likely, index=list(self.candidates), columns=columns)

    def weights_series(self) -> pd.Series[float]:
        """The shares of weight by criterion, adding up to 1."""
        import pandas as pd

        return pd.Series(self.weights, index=[criterion.id for criterion in self.criteria], name="weight")

    def figure(self, column: int, worth: float) -> float | None:
        """The score or measured figure that has this value, None where several have (a target function)."""
        criterion = self.criteria[column]
        lower, upper = _anchors(criterion, self.scale) or (0.0, 1.0)
        kind = criterion.value_function.kind if criterion.value_function else "linear"
        if kind == "target":
            return None
        grid = np.geomspace(lower, upper, 4097) if kind == "log" else np.linspace(lower, upper, 4097)
        worths = _value(grid, criterion, self.scale)
        rising = worths if worths[-1] >= worths[0] else worths[::-1]
        return float(np.interp(worth, rising, grid if worths[-1] >= worths[0] else grid[::-1]))


def option_matrix(workbook: Workbook, domain_id: str, phase: int = LAST_PHASE) -> Matrix:
    """The matrix of a domain with the criteria opened up to a phase that carry a weight or a score.

    Where no weight is stated at all, all criteria count the same, and a remark says so. Raises CatalogueError where
    there is no such domain.
    """
    domain = find_domain(workbook, domain_id)
    options = workbook.options.get(domain_id, DomainOptions())
    scale = options.scale or workbook.scale
    criteria = _criteria_in_play(domain, options, phase)
    scores = tuple(
        tuple(candidate.scores.get(criterion.id, Score()) for criterion in criteria)
        for candidate in options.candidates.values()
    )
    cells = [[_bounds(score, c, scale) for score, c in zip(row, criteria, strict=True)] for row in scores]
    table = np.array(cells, dtype=float).reshape(len(scores), len(criteria), 3)
    weights = np.array([float(options.weights.get(criterion.id, 0)) for criterion in criteria])
    stated = bool(weights.sum() > 0)
    return Matrix(
        domain=domain,
        phase=phase,
        scale=scale,
        candidates=tuple(options.candidates),
        names=candidate_names(workbook, domain_id),
        criteria=criteria,
        scores=scores,
        low=table[:, :, 0],
        likely=table[:, :, 1],
        high=table[:, :, 2],
        weights=normalised(weights if stated else np.ones(len(criteria))) if criteria else weights,
        weights_stated=stated,
        remarks=tuple(_remarks(domain, options, criteria, scale, stated)),
    )


def find_domain(workbook: Workbook, domain_id: str) -> Domain:
    """The domain with this id, with what the workbook adds to it; raises CatalogueError where there is none."""
    from ..errors import CatalogueError

    domains = load_catalogue().domains_of(workbook)
    if domain_id not in domains:
        raise CatalogueError(f"there is no domain {domain_id!r}; known are {', '.join(domains)}")
    return domains[domain_id]


def candidate_names(workbook: Workbook, domain_id: str) -> tuple[str, ...]:
    """The names to show of a domain's candidates: as written, else as the catalogue knows them, else from the id."""
    options = workbook.options.get(domain_id, DomainOptions())
    names = []
    for key, candidate in options.candidates.items():
        known = load_catalogue().known(domain_id, candidate.known_as or key)
        names.append(candidate.name or (known.name if known else readable(key)))
    return tuple(names)


def _criteria_in_play(domain: Domain, options: DomainOptions, phase: int) -> tuple[Criterion, ...]:
    scored = {key for candidate in options.candidates.values() for key, score in candidate.scores.items()}
    in_play = scored | {key for key, weight in options.weights.items() if weight > 0}
    return tuple(criterion for criterion in domain.criteria_up_to(phase) if criterion.id in in_play)


def _anchors(criterion: Criterion, scale: Scale) -> tuple[float, float] | None:
    """The figures that the criterion runs between, None where a measured one has none."""
    if not criterion.unit:
        return float(scale.min), float(scale.max)
    function = criterion.value_function
    if function and function.kind == "piecewise":
        return float(function.points[0][0]), float(function.points[-1][0])
    return criterion.range


def _kind(score: Score, criterion: Criterion, scale: Scale) -> str:
    if score.unit and not criterion.unit:
        return "unknown"
    return score.kind if _anchors(criterion, scale) else "unknown" if score.value is not None else "missing"


def _value(figures: Any, criterion: Criterion, scale: Scale) -> Array:
    lower, upper = _anchors(criterion, scale) or (0.0, 1.0)
    worst, best = (lower, upper) if criterion.direction == "max" else (upper, lower)
    function = criterion.value_function
    if function is None or function.kind == "linear" or not criterion.unit:
        return value.linear(figures, worst, best)
    if function.kind == "log":
        return value.log(figures, worst, best)
    if function.kind == "piecewise":
        return value.piecewise(figures, function.points)
    return value.target(figures, lower, float(function.target or 0), upper)


def _bounds(score: Score, criterion: Criterion, scale: Scale) -> tuple[float, float, float]:
    if _kind(score, criterion, scale) in ("unknown", "missing"):
        return 0.0, 0.5, 1.0
    given = score.value if isinstance(score.value, tuple) else (score.value,) * 3
    worth = _value(given, criterion, scale)
    high = float(worth.max())
    function = criterion.value_function
    if function and function.kind == "target" and given[0] <= (function.target or 0) <= given[2]:  # type: ignore[operator]
        high = 1.0
    return float(worth.min()), float(worth[1]), high


def _remarks(
    domain: Domain, options: DomainOptions, criteria: tuple[Criterion, ...], scale: Scale, stated: bool
) -> list[str]:
    """What a reader must know of how the matrix was read."""
    remarks = []
    if not stated and criteria:
        remarks.append("No weights are stated, so every criterion counts the same.")
    if stated:
        bare = [criterion.name for criterion in criteria if criterion.id not in options.weights]
        remarks += [f"{name} is scored but has no weight, so it doesn't count." for name in bare]
    both = [(c, domain.criterion(c.part_of)) for c in criteria if c.part_of and c.part_of in [d.id for d in criteria]]
    counted = [(part, whole) for part, whole in both if options.weights.get(whole.id) and options.weights.get(part.id)]
    remarks += [f"{part.name} is part of {whole.name}, and both carry weight: it counts twice." for part, whole in counted]
    for criterion in criteria:
        remarks += _figure_remarks(options, criterion, scale)
    return remarks


def _figure_remarks(options: DomainOptions, criterion: Criterion, scale: Scale) -> list[str]:
    scores = [candidate.scores[criterion.id] for candidate in options.candidates.values() if criterion.id in candidate.scores]
    if not criterion.unit:
        stray = [score.unit for score in scores if score.unit]
        if stray:
            return [
                f"{criterion.name} is scored on the scale but has figures in {stray[0]}; they count as unknown until "
                f"options.….criteria.{criterion.id} states unit, direction and range."
            ]
        return []
    anchors = _anchors(criterion, scale)
    if anchors is None:
        return [
            f"{criterion.name} is measured in {criterion.unit} but has no range, so its figures count as unknown; "
            f"state range: [lower, upper]."
        ]
    figures = [part for score in scores if score.kind in ("exact", "range") for part in np.atleast_1d(np.array(score.value))]
    off = [figure for figure in figures if value.outside(figure, *anchors)]
    if off:
        return [
            f"{criterion.name}: {off[0]:g} {criterion.unit} lies outside the range {anchors[0]:g} to {anchors[1]:g} and "
            f"counts as its end."
        ]
    return []
