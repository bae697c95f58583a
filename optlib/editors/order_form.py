"""Weights by rank order: the criteria in their order of importance, and a formula that makes shares of it."""

from __future__ import annotations

from html import escape
from typing import Any

from ..model import Workbook
from ..words import listed, percent
from .field import Field, Typed
from .fields import choice, fields
from .form import Form
from .order import OrderList
from .sheet import MethodForm, Sheet
from .weights_of import WeightsOf

QUESTION = (
    "Which criterion matters most, going from its worst to its best? Which is next? Put them in that order; those that "
    "matter the same share a place."
)
FORMULAS = (
    ("Centroid (ROC): the mean of all weights in this order", "roc"),
    ("Rank sum: falling in equal steps", "rank_sum"),
    ("Reciprocal: 1, 1/2, 1/3, …", "reciprocal"),
)


def _build(form: Form, of: WeightsOf, workbook: Workbook) -> Sheet:
    entries = [{"id": criterion.id, "name": criterion.name} for criterion in of.criteria(workbook)]
    order = OrderList(label="Criteria, the most important first", entries=entries)
    where = (*of.where, "weighting", "order")
    form.add(Field("Order of the criteria", where, (order,), _show, _read))
    formula = choice(form, "Shares by", (*of.where, "weighting", "formula"), FORMULAS)

    def update(workbook: Workbook) -> list[tuple[str, str]]:
        shares = of.found(workbook).shares
        order.notes = {key: [share, percent(share)] for key, share in shares.items()}
        placed = {key for place in of.weighting(workbook).order for key in place}
        return _sentences([entry["name"] for entry in entries if entry["id"] not in placed], bool(placed))

    return Sheet([order, fields(formula, look="wide")], update)


def _show(value: Any) -> Typed:
    return (tuple(tuple(place) for place in value or ()),)


def _read(typed: Typed, _: Any) -> Any:
    return typed[0]


def _sentences(missing: list[str], started: bool) -> list[tuple[str, str]]:
    if not started:
        return [("open", "Place the criterion that matters most first.")]
    if not missing:
        return []
    counts = "it counts" if len(missing) == 1 else "they count"
    return [("open", f"Not placed yet: {escape(listed(missing))}. Until then {counts} for nothing.")]


RANK_ORDER = MethodForm("rank order", "Rank order: put the criteria in order", QUESTION, _build)
