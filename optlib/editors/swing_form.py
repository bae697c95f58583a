"""Weights by swing: points for bringing each criterion from its worst to its best."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from ..analysis.cells import direction, figure
from ..analysis.matrix import matrix_of
from ..catalogue import Criterion
from ..model import Scale, Weighting, Workbook
from ..words import listed
from .cells import number_text, read_number_text
from .field import Field
from .fields import fields, input_line
from .form import Form
from .sheet import MethodForm, Sheet, share_bar
from .status import html
from .weights_of import WeightsOf

QUESTION = (
    "Imagine every criterion at its worst. Which one would you bring to its best first? Give it 100 points, and each "
    "of the others in proportion: 50 where that is worth half as much."
)
_LAST_PHASE = 3


def _build(form: Form, of: WeightsOf, workbook: Workbook) -> Sheet:
    criteria = _measured(of, workbook)
    scale = of.options(workbook).scale or workbook.scale
    bars = {criterion.id: html("") for criterion in criteria}
    rows = [_row(form, of, criterion, scale, bars[criterion.id]) for criterion in criteria]

    def update(workbook: Workbook) -> list[tuple[str, str]]:
        found = of.found(workbook)
        for key, bar in bars.items():
            bar.value = share_bar(found.shares.get(key))
        return _sentences(of.weighting(workbook), criteria)

    return Sheet(rows, update)


def _row(form: Form, of: WeightsOf, criterion: Criterion, scale: Scale, bar: Any) -> Any:
    points = input_line(f"Points for {criterion.name}", "0 to 100")
    where = (*of.where, "weighting", "points", criterion.id)
    form.add(
        Field(
            points.description,
            where,
            (points,),
            show=lambda value: (number_text(value),),
            read=lambda typed, _: read_number_text(typed[0]),
        )
    )
    name = f"<b>{escape(criterion.name)}</b><br><span class='optlib-hint'>{escape(swing(criterion, scale))}</span>"
    return fields(html(name), points, bar, look="swing")


def swing(criterion: Criterion, scale: Scale) -> str:
    """Say from where to where a criterion goes between its worst and its best: `from 500 to 0 USD/month`."""
    worst, best = figure(0.0, criterion, scale), figure(1.0, criterion, scale)
    if not criterion.unit:
        return f"from {_with_anchor(scale.min, scale)} to {_with_anchor(scale.max, scale)}"
    if best is None:
        return f"in {criterion.unit}, without a range yet: give it one, or nobody knows what its worst and best are"
    if worst is None:
        far = "as far from it as its range goes" if direction(criterion) == "min" else "its worst figure"
        return f"from {far} to {number_text(best)} {criterion.unit}"
    return f"from {number_text(worst)} to {number_text(best)} {criterion.unit}"


def _with_anchor(score: float, scale: Scale) -> str:
    meaning = scale.anchors.get(number_text(score))
    return f"{number_text(score)} ({meaning})" if meaning else number_text(score)


def _measured(of: WeightsOf, workbook: Workbook) -> tuple[Criterion, ...]:
    """The criteria, turned in the direction in which a matrix that they are all part of takes them."""
    asked = of.criteria(workbook)
    every = {criterion.id: 1 for criterion in asked}
    options = of.options(workbook).model_copy(update={"weights": every, "weighting": Weighting()})
    turned = {criterion.id: criterion for criterion in matrix_of(workbook, of.domain_id, options, _LAST_PHASE).criteria}
    return tuple(turned[criterion.id] for criterion in asked)


def _sentences(weighting: Weighting, criteria: Sequence[Criterion]) -> list[tuple[str, str]]:
    points = weighting.points
    if not any(points.values()):
        return [("open", "Start with the criterion that you would bring to its best first: give it 100 points.")]
    said = []
    top = max(points, key=lambda key: points[key])
    if points[top] != 100:
        name = next((criterion.name for criterion in criteria if criterion.id == top), top)
        said.append(("hint", f"The most points, those of {escape(name)}, are usually 100; only the proportions count."))
    missing = [escape(criterion.name) for criterion in criteria if criterion.id not in points]
    if missing:
        said.append(("open", f"No points yet: {listed(missing)}. Until then {_counts(len(missing))} for nothing."))
    return said


def _counts(count: int) -> str:
    return "it counts" if count == 1 else "they count"


def _shape(of: WeightsOf, workbook: Workbook) -> object:
    return of.options(workbook).scale or workbook.scale


SWING = MethodForm("swing", "Swing: points for going from worst to best", QUESTION, _build, _shape)
