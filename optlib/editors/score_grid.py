"""The part of the domain editor that holds weights and scores: candidates by criteria, weights in the row on top."""

from __future__ import annotations

from html import escape
from typing import Any

import ipywidgets as widgets

from ..analysis.stated_weights import found_weights
from ..catalogue import Criterion, load_catalogue
from ..model import DomainOptions, Scale, ScoreValue, Workbook
from ..words import percent
from .candidate_details import names_of
from .cells import HINT, number_text, read_number_text, read_score_text, score_text
from .field import Field
from .fields import input_line
from .form import Form
from .status import html
from .tree import Place


def score_grid(form: Form, domain_id: str, phase: int) -> Any:
    """Show the criteria opened up to the phase, parts of others only where they are used or asked for."""
    every = widgets.Checkbox(indent=False)

    def offer(workbook: Workbook) -> None:
        count = len(_criteria(workbook, domain_id, phase, every=True))
        every.description = f"Show all {count} criteria"
        every.layout.display = "flex" if len(_criteria(workbook, domain_id, phase, every=False)) < count else "none"

    def grid(workbook: Workbook) -> Any:
        options = workbook.options.get(domain_id) or DomainOptions()
        names = tuple(names_of(workbook, domain_id).items())
        criteria = _criteria(workbook, domain_id, phase, every.value)
        return criteria, names, options.scale or workbook.scale, _shares(options, criteria)

    form.follow(offer)
    every.observe(lambda _: form.refresh(), "value")
    return widgets.VBox([form.live(grid, lambda workbook: _build(form, domain_id, *grid(workbook))), every])


def _criteria(workbook: Workbook, domain_id: str, phase: int, every: bool) -> tuple[Criterion, ...]:
    domain = load_catalogue().domains_of(workbook).get(domain_id)
    options = workbook.options.get(domain_id) or DomainOptions()
    used = set(options.weights).union(*(candidate.scores for candidate in options.candidates.values()))
    criteria = domain.criteria_up_to(phase) if domain else ()
    return tuple(criterion for criterion in criteria if every or not criterion.part_of or criterion.id in used)


def _shares(options: DomainOptions, criteria: tuple[Criterion, ...]) -> tuple[float, ...] | None:
    """The shares that a method of weighting gives the criteria; None where weights are plain numbers, to be typed."""
    if options.weighting.method == "direct":
        return None
    found = found_weights(options, {criterion.id: criterion.name for criterion in criteria}).shares
    return tuple(found.get(criterion.id, 0.0) for criterion in criteria)


def _build(
    form: Form,
    domain_id: str,
    criteria: tuple[Criterion, ...],
    names: tuple[tuple[str, str], ...],
    scale: Scale,
    shares: tuple[float, ...] | None,
) -> list[Any]:
    where: Place = ("options", domain_id)
    cells = [_first("Criterion"), *(_head(criterion) for criterion in criteria)]
    cells.append(_first("Weight"))
    if shares is None:
        cells += [_weight(form, where, criterion) for criterion in criteria]
    else:
        cells += [html(percent(share), "optlib-head") for share in shares]
    for candidate_id, name in names:
        scores = (*where, "candidates", candidate_id, "scores")
        cells += [_first(name), *(_score(form, scores, name, criterion) for criterion in criteria)]
    columns = f"minmax(9em, max-content) repeat({len(criteria)}, minmax(8.5em, 1fr))"
    grid = widgets.GridBox(cells, layout={"grid_template_columns": columns})
    grid.add_class("optlib-grid")
    return [grid, html(f"A score is {HINT}; the scale runs from {scale.min} to {scale.max}.", "optlib-hint")]


def _first(name: str) -> Any:
    cell = html(escape(name), "optlib-name")
    cell.add_class("optlib-first")
    return cell


def _head(criterion: Criterion) -> Any:
    unit = f"<span class='optlib-unit'>{escape(criterion.unit)}</span>" if criterion.unit else ""
    return html(f"<span title='{escape(criterion.asks)}'>{escape(criterion.name)}</span> {unit}", "optlib-head")


def _weight(form: Form, where: Place, criterion: Criterion) -> Any:
    control = input_line(f"Weight of {criterion.name}")
    form.add(
        Field(
            control.description,
            (*where, "weights", criterion.id),
            (control,),
            show=lambda weight: (number_text(weight),),
            read=lambda typed, _: read_number_text(typed[0]),
        )
    )
    return control


def _score(form: Form, where: Place, name: str, criterion: Criterion) -> Any:
    control = input_line(f"{name}, {criterion.name}", criterion.unit)
    form.add(Field(control.description, (*where, criterion.id, "value"), (control,), _show_score, _read_score))
    return control


def _show_score(value: ScoreValue) -> tuple[str]:
    return (score_text(value),)


def _read_score(typed: tuple[str], _: ScoreValue) -> ScoreValue:
    return read_score_text(typed[0])
