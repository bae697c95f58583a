"""How a candidate fits the constraints, in a form: a row for each constraint of the context."""

from __future__ import annotations

from html import escape
from typing import Any

import ipywidgets as widgets

from ..model import Constraint, Fit, Workbook
from .columns import Columns
from .each import each
from .field import Field, Typed
from .fields import dropdown, fields, title
from .form import Form
from .rows import words
from .says import says
from .status import html
from .tree import Place, value_at

_VERDICTS = (("–", ""), ("meets", "meets"), ("partly", "partly"), ("fails", "fails"), ("unknown", "unknown"))
_COLUMNS = Columns(Fit, ("verdict", "note"))
_HEADS = "".join(f"<span>{head}</span>" for head in ("Constraint", "Fit", "Note"))


def fit_rows(form: Form, where: Place, name: str) -> Any:
    """Make a row for each constraint; a candidate that fails a must is said to be out."""
    table = each(form, _keys, lambda key: _row(form, where, key, name), look="records")
    head = html(f"<div class='optlib-record' aria-hidden='true'>{_HEADS}</div>", "optlib-heads")
    whole = fields(head, table, look="table")
    whole.add_class("optlib-of-fit")
    part = widgets.VBox([title("Fit with the constraints"), whole])
    form.follow(lambda workbook: setattr(part.layout, "display", None if _keys(workbook) else "none"))
    return part


def _keys(workbook: Workbook) -> list[str]:
    return [constraint.id for constraint in workbook.context.constraints]


def _row(form: Form, where: Place, key: str, name: str) -> Any:
    controls = (dropdown(f"Fit with {key}", _VERDICTS), words(f"Note on {key}"))
    form.add(Field(f"{name}, fit with {key}", (*where, "fit", key), controls, _COLUMNS.show, _read))
    statement = says(form, lambda workbook: _statement(workbook, where, key))
    return fields(statement, *controls, look="record")


def _statement(workbook: Workbook, where: Place, key: str) -> str:
    """What the constraint says, and whether the candidate is out by it."""
    constraint = next((one for one in workbook.context.constraints if one.id == key), Constraint(id=key))
    fit = value_at(workbook, (*where, "fit", key))
    fails = constraint.must and fit is not None and fit.verdict == "fails"
    must = " <span class='optlib-badge optlib-plain'>must</span>" if constraint.must else ""
    out = " <span class='optlib-badge optlib-fail'>out</span>" if fails else ""
    return f"{escape(constraint.statement or key)}{must}{out}"


def _read(typed: Typed, former: Fit | None) -> Fit | None:
    fit: Fit = _COLUMNS.read(("", typed[1]), former)
    fit = fit.model_copy(update={"verdict": typed[0] or None})
    return fit if fit.to_data() else None
