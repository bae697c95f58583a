"""What a reader must know of how a matrix was read: weights that don't count, figures that can't be used."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from ..catalogue import Criterion, Domain
from ..model import CriterionSpec, DomainOptions, Scale, Score, ValueFunction
from ..words import digits
from . import value
from .cells import anchors, in_its_unit
from .stated_weights import FoundWeights


def remarks(
    domain: Domain,
    options: DomainOptions,
    criteria: Sequence[Criterion],
    scale: Scale,
    found: FoundWeights,
    by_interval: bool,
) -> Iterator[str]:
    """A sentence on each thing that makes a criterion count otherwise than its scores suggest."""
    yield from found.elicited.remarks
    yield from _weight_remarks(found, criteria, set(options.weighting.intervals) if by_interval else set())
    for criterion in criteria:
        spec = options.criteria.get(criterion.id, CriterionSpec())
        scores = [c.scores[criterion.id] for c in options.candidates.values() if criterion.id in c.scores]
        yield from _unit_remarks(domain, criterion, spec, scores)
        yield from _figure_remarks(criterion, scores, scale)


def _weight_remarks(found: FoundWeights, criteria: Sequence[Criterion], intervals: set[str]) -> Iterator[str]:
    weights, names = found.shares, {criterion.id: criterion.name for criterion in criteria}
    if names and not any(weights.get(key) for key in names):
        reason = "No criterion of this matrix has a weight above 0" if weights else "No weights are stated"
        then = "totals take the middle of the intervals" if intervals else "every criterion counts the same"
        yield f"{reason}, so {then}."
        return
    lacks = "has no weight" if found.elicited.method == "direct" else "not among the answers that the weights come from"
    for key, name in names.items():
        if not weights.get(key) and key in intervals:
            yield f"{name} has no weight but an interval: the trials count it, totals don't."
        elif key not in weights:
            yield f"{name} is scored but {lacks}, so it doesn't count."
    for part in criteria:
        whole = part.part_of or ""
        if whole in names and weights.get(part.id) and weights.get(whole):
            yield f"{part.name} is part of {names[whole]}, and both carry weight: it counts twice."


def _unit_remarks(domain: Domain, criterion: Criterion, spec: CriterionSpec, scores: Sequence[Score]) -> Iterator[str]:
    where = f"options.{domain.id}.criteria.{criterion.id}"
    stray = next((score.unit for score in scores if not in_its_unit(score, criterion)), "")
    if stray and criterion.unit:
        yield f"{criterion.name} is measured in {criterion.unit}; its figures in {stray} count as unknown."
    elif stray:
        yield (
            f"{criterion.name} is scored on the scale but has figures in {stray}; they count as unknown until {where} "
            f"states unit, direction and range."
        )
    if not criterion.unit and (spec.range or spec.value_function):
        yield f"{criterion.name} has no unit, so it is scored on the scale; its range and value function aren't used."
    shaped = spec.value_function is not None and spec.value_function.kind in ("piecewise", "target")
    if spec.unit and spec.value_function is not None and spec.value_function.kind == "piecewise":
        yield from _points_remarks(criterion, spec, spec.value_function)
    known = criterion.measure is not None and criterion.measure.unit == spec.unit
    if spec.unit and spec.direction is None and not shaped and not known:
        end = "highest" if criterion.direction == "max" else "lowest"
        yield f"{criterion.name} is measured in {spec.unit} and states no direction; its {end} figure counts as best."


def _points_remarks(criterion: Criterion, spec: CriterionSpec, function: ValueFunction) -> Iterator[str]:
    """Where points contradict the direction or the range that stand beside them: the points count."""
    (first, worth), (last, end) = function.points[0], function.points[-1]
    if (spec.direction == "max" and end < worth) or (spec.direction == "min" and end > worth):
        best = "highest" if end > worth else "lowest"
        yield f"{criterion.name} has the direction {spec.direction}, but by its points the {best} figure is best."
    if spec.range is not None and tuple(spec.range) != (first, last):
        ends = f"{digits(first)} to {digits(last)}"
        yield f"{criterion.name} has a range, but its points span {ends}, and figures beyond count as their ends."


def _figure_remarks(criterion: Criterion, scores: Sequence[Score], scale: Scale) -> Iterator[str]:
    if not criterion.unit:
        return
    ends = anchors(criterion, scale)
    if ends is None:
        yield (
            f"{criterion.name} is measured in {criterion.unit} but has no range, so its figures count as unknown; "
            f"state range: [lower, upper]."
        )
        return
    known = [score.bounds for score in scores if score.bounds is not None and in_its_unit(score, criterion)]
    figures = np.array(known, dtype=float).ravel()
    off = figures[value.outside(figures, *ends)]
    if off.size:
        lower, upper = (digits(end) for end in ends)
        off_by = f"{digits(float(off[0]))} {criterion.unit} lies outside the range {lower} to {upper}"
        yield f"{criterion.name}: {off_by} and counts as its end."
