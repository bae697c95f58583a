"""The decision matrix of a domain: what is known of each candidate on each criterion, as values from 0 to 1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..catalogue import Criterion, Domain, load_catalogue, readable
from ..errors import CatalogueError
from ..model import CriterionSpec, DomainOptions, Scale, Score, Workbook
from . import cells
from .elicitation import Elicited
from .group import personal_scores, with_joint_scores
from .remarks import remarks
from .stated_weights import found_weights, shares_and_knowledge
from .uncertain import UncertainValues
from .weight_knowledge import WeightKnowledge

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]
LAST_PHASE = 3


@dataclass(frozen=True, eq=False)
class Matrix:
    """Candidates by criteria, shape (n, m): bounds and likely value of each cell, and each criterion's share of weight.

    A known score has equal bounds; an unknown or missing one spans the whole scale and its likely value is the middle,
    which stands for nothing but the middle: `gaps` counts them, and bounds carry them into every total. `kinds` says
    how each cell is known: exact, range, unknown (also a figure that can't be read) or missing. `uncertain` says what
    the trials may take each value to be, and `weight_knowledge` what they may take the weights to be; `elicited` how
    the weights came about.
    """

    domain: Domain
    phase: int
    scale: Scale
    candidates: tuple[str, ...]
    names: tuple[str, ...]
    criteria: tuple[Criterion, ...]
    scores: tuple[tuple[Score, ...], ...]
    kinds: tuple[tuple[str, ...], ...]
    uncertain: UncertainValues
    weights: Array
    weights_stated: bool
    weight_knowledge: WeightKnowledge
    elicited: Elicited
    remarks: tuple[str, ...]

    @property
    def low(self) -> Array:
        """The least value of each cell, shape (n, m)."""
        return self.uncertain.low

    @property
    def likely(self) -> Array:
        """The likely value of each cell, shape (n, m)."""
        return self.uncertain.likely

    @property
    def high(self) -> Array:
        """The greatest value of each cell, shape (n, m)."""
        return self.uncertain.high

    @property
    def is_gap(self) -> NDArray[np.bool_]:
        """Which cells are unknown or missing, shape (n, m)."""
        return np.array([[kind in cells.GAPS for kind in row] for row in self.kinds], bool).reshape(self.likely.shape)

    @property
    def counts(self) -> NDArray[np.bool_]:
        """Which criteria carry weight, or may by their interval, shape (m,)."""
        by_interval = self.weight_knowledge.known == "interval" and np.asarray(self.weight_knowledge.high) > 0
        return np.asarray((self.weights > 0) | by_interval, dtype=np.bool_)

    @property
    def is_open(self) -> NDArray[np.bool_]:
        """Which cells that carry weight are unknown or missing, shape (n, m)."""
        return np.asarray(self.is_gap & self.counts, dtype=np.bool_)

    @property
    def gaps(self) -> int:
        """How many cells that carry weight are unknown or missing."""
        return int(self.is_open.sum())

    @property
    def is_ready(self) -> bool:
        """Whether there is something to rank: a score that is known, on a criterion that carries weight."""
        return bool((~self.is_gap & self.counts).any())

    @property
    def is_unscored(self) -> NDArray[np.bool_]:
        """Of which candidates nothing that carries weight is known, so that their totals say nothing, shape (n,)."""
        return np.asarray((self.is_gap | ~self.counts).all(axis=1), dtype=np.bool_)

    def to_frame(self) -> pd.DataFrame:
        """The likely values as a DataFrame: candidates as index, criteria as columns, 0 worst, 1 best, NaN at gaps."""
        import pandas as pd

        values = np.where(self.is_gap, np.nan, self.likely)
        return pd.DataFrame(values, index=list(self.candidates), columns=[criterion.id for criterion in self.criteria])

    def weights_series(self) -> pd.Series[float]:
        """The shares of weight by criterion, adding up to 1."""
        import pandas as pd

        return pd.Series(self.weights.copy(), index=[criterion.id for criterion in self.criteria], name="weight")

    def figure(self, column: int, worth: float) -> float | None:
        """The score or measured figure that has this value; None where there is none, or several have it."""
        return cells.figure(worth, self.criteria[column], self.scale)


def option_matrix(workbook: Workbook, domain_id: str, phase: int = LAST_PHASE) -> Matrix:
    """The matrix of a domain with the criteria opened up to a phase that carry a weight or a score.

    Where none of them carries a weight, all count the same, and a remark says so. What several evaluators score is put
    together as the domain's `aggregate` says. Raises CatalogueError where there is no such domain, ValueError where a
    weight or score names a criterion that the domain doesn't have.
    """
    options = workbook.options.get(domain_id, DomainOptions())
    return matrix_of(workbook, domain_id, options, phase)


def matrix_of(workbook: Workbook, domain_id: str, options: DomainOptions, phase: int) -> Matrix:
    """The matrix of a domain with these options in place of those that the workbook has, such as one evaluator's."""
    domain = find_domain(workbook, domain_id)
    names = {criterion.id: criterion.name for criterion in domain.criteria}
    joint, found = with_joint_scores(options), found_weights(options, names)
    scale = options.scale or workbook.scale
    weighed = {key for key, share in found.shares.items() if share > 0} | set(options.weighting.intervals)
    criteria = _criteria_in_play(domain, joint, weighed, phase)
    scores = tuple(
        tuple(candidate.scores.get(criterion.id, cells.MISSING) for criterion in criteria)
        for candidate in joint.candidates.values()
    )
    ids = [criterion.id for criterion in criteria]
    weights, knowledge, of_weights = shares_and_knowledge(options, found, ids, names)
    return Matrix(
        domain=domain,
        phase=phase,
        scale=scale,
        candidates=tuple(options.candidates),
        names=tuple(candidate_name(workbook, domain_id, key) for key in options.candidates),
        criteria=criteria,
        scores=scores,
        kinds=tuple(tuple(cells.kind(s, c, scale) for s, c in zip(row, criteria, strict=True)) for row in scores),
        uncertain=_uncertain(options, scores, criteria, scale),
        weights=weights,
        weights_stated=any(found.shares.get(criterion.id) for criterion in criteria),
        weight_knowledge=knowledge,
        elicited=found.elicited,
        remarks=(*of_weights, *remarks(domain, joint, criteria, scale, found, knowledge.known == "interval")),
    )


def _uncertain(
    options: DomainOptions, scores: tuple[tuple[Score, ...], ...], criteria: tuple[Criterion, ...], scale: Scale
) -> UncertainValues:
    """What each cell may be: gaps evenly anything, ranges triangular or even, the rest as tables say."""
    columns = [cells.bounds([row[j] for row in scores], criterion, scale) for j, criterion in enumerate(criteria)]
    bounds = np.stack(columns, axis=1) if columns else np.empty((len(scores), 0, 3))
    even = np.zeros(bounds.shape[:2], dtype=bool)
    tables = {}
    for row, candidate in enumerate(options.candidates):
        for column, criterion in enumerate(criteria):
            score = scores[row][column]
            if cells.kind(score, criterion, scale) in cells.GAPS:
                even[row, column] = True
                continue
            even[row, column] = score.is_even
            people = personal_scores(options, candidate, criterion.id)
            table = cells.table([*people.values()] or [score], criterion, scale)
            if table is not None and table[-1] > table[0]:
                tables[row, column] = table
    for array in (bounds, even):
        array.setflags(write=False)
    return UncertainValues(bounds[:, :, 0], bounds[:, :, 1], bounds[:, :, 2], even, tables)


def find_domain(workbook: Workbook, domain_id: str) -> Domain:
    """The domain with this id, with what the workbook adds to it; raises CatalogueError where there is none."""
    domains = load_catalogue().domains_of(workbook)
    if domain_id not in domains:
        raise CatalogueError(f"there is no domain {domain_id!r}; known are {', '.join(domains)}")
    return domains[domain_id]


def candidate_names(workbook: Workbook, domain_id: str) -> tuple[str, ...]:
    """The names to show of a domain's candidates."""
    options = workbook.options.get(domain_id, DomainOptions())
    return tuple(candidate_name(workbook, domain_id, key) for key in options.candidates)


def candidate_name(workbook: Workbook, domain_id: str, candidate_id: str) -> str:
    """The name to show of a candidate: as written, else as the catalogue knows it, else from its id."""
    candidate = workbook.options[domain_id].candidates[candidate_id]
    known = load_catalogue().known(domain_id, candidate.known_as or candidate_id)
    return candidate.name or (known.name if known else readable(candidate_id))


def _criteria_in_play(domain: Domain, options: DomainOptions, weighed: set[str], phase: int) -> tuple[Criterion, ...]:
    scored = {key for candidate in options.candidates.values() for key in candidate.scores}
    stray = sorted({*scored, *weighed, *options.weights} - {criterion.id for criterion in domain.criteria})
    if stray:
        raise ValueError(f"{domain.id} has no criterion {', '.join(stray)}; correct the weights or scores that name it")
    in_play = scored | weighed
    return tuple(
        _directed(criterion, options.criteria.get(criterion.id))
        for criterion in domain.criteria_up_to(phase)
        if criterion.id in in_play
    )


def _directed(criterion: Criterion, spec: CriterionSpec | None) -> Criterion:
    """Turn a criterion to the catalogue's direction where the workbook measures it in that unit and states none."""
    measure = criterion.measure
    if spec is None or spec.direction is not None or measure is None or measure.unit != spec.unit:
        return criterion
    return criterion.model_copy(update={"direction": measure.direction})
