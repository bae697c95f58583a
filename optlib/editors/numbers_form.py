"""Weights as plain numbers: they are typed with the criteria, so here they are only told."""

from __future__ import annotations

from html import escape

from ..model import Workbook
from ..words import listed, percent
from .answers import answers_at
from .form import Form
from .sheet import MethodForm, Sheet, shares_table
from .status import html
from .weights_of import WeightsOf

QUESTION = (
    "The weights are numbers, typed with the criteria above. Where people find numbers hard to give, another method "
    "asks them something simpler."
)


def _build(_: Form, of: WeightsOf, __: Workbook) -> Sheet:
    table = html("")

    def update(workbook: Workbook) -> list[tuple[str, str]]:
        found = of.found(workbook)
        weights = answers_at(workbook, of.where).weights
        joint = found.is_stated and not weights
        table.value = shares_table(found.shares, of.criteria(workbook)) if joint else ""
        table.layout.display = "flex" if joint else "none"
        if joint:
            told = "The group has agreed on no weights of its own; these are its evaluators', put together."
            return [("hint", told), *(("warning", escape(remark)) for remark in found.remarks)]
        if not found.is_stated:
            return [("open", "No weights are stated yet, so every criterion counts the same.")]
        names = of.names(workbook)
        shares = [f"{names.get(key, key)} {percent(share)}" for key, share in found.shares.items()]
        return [("hint", f"Shares of weight: {escape(listed(shares))}.")]

    return Sheet((table,), update)


NUMBERS = MethodForm("plain numbers", "Plain numbers, typed with the criteria", QUESTION, _build)
