"""How well the weights of a domain are known: what the trials may take them to be."""

from __future__ import annotations

import re
from collections.abc import Collection
from html import escape
from typing import Any

import ipywidgets as widgets

from ..analysis.stated_weights import found_weights, shares_and_knowledge
from ..analysis.weight_knowledge import SPREAD
from ..catalogue import Criterion
from ..model import Weighting, Workbook
from ..values import FrozenMap
from ..words import listed, percent
from .cells import number_text, read_number_text
from .field import Field
from .fields import dropdown, fields, input_line
from .form import Form
from .status import html
from .tree import with_value
from .weights_of import WeightsOf

KNOWN = (
    ("nothing is said of it", ""),
    ("exactly: they are as stated", "exact"),
    ("about: each may be off by a part of itself", "around"),
    ("only their order", "order"),
    ("within a range each", "interval"),
    ("not at all", "none"),
)
MEANS = {
    "exact": "The trials keep the weights as they are. Say so only where a rule or a contract fixes them.",
    "around": "The trials let each weight be up to this part of itself lower or higher.",
    "order": "The trials take any weights in this order: what matters more is settled, how much more isn't.",
    "interval": "The trials take any shares of weight within these ranges, which are parts of 100 %.",
    "none": "The trials take any weights at all: only the scores say who is ahead.",
}
_TO = re.compile(r"[-–—]|\bto\b")
_DIGITS = 6
Range = tuple[float, float]


def known_form(form: Form, of: WeightsOf) -> Any:
    """Ask how well the weights are known, and what belongs to the answer."""
    choice = dropdown("How well are the weights known?", KNOWN)
    where = (*of.where, "weighting")
    form.add(
        Field(
            choice.description,
            where,
            (choice,),
            show=lambda said: (_mode(said or Weighting()),),
            read=lambda typed, said: _said(of, typed[0], said or Weighting()),
            write=lambda workbook, said: with_value(workbook, where, _of_these(said, of.names(workbook))),
        )
    )
    means, check = html(""), html("")
    asked = form.live(lambda workbook: _shape(of, workbook), lambda workbook: _asked(form, of, workbook))

    def follow(workbook: Workbook) -> None:
        means.value = f"<div class='optlib-hint'>{escape(_meaning(of, workbook))}</div>"
        check.value = "".join(f"<div class='optlib-{kind}'>{words}</div>" for kind, words in _checked(of, workbook))

    form.follow(follow)
    box = widgets.VBox([fields(choice, look="wide"), means, asked, check])
    box.add_class("optlib-known")
    return box


def read_range(typed: str) -> Range | None:
    """Read a range of shares as it is typed, in parts of 100: `20-40`, or `30`; ValueError says how it is written."""
    if not typed.strip():
        return None
    try:
        ends = [read_number_text(part.replace("%", "")) for part in _TO.split(typed)]
    except ValueError:
        ends = []
    given = [end for end in ends if end is not None]
    if len(given) != len(ends) or len(given) not in (1, 2):
        raise ValueError(f"“{typed.strip()}” is no range; write two parts of 100 %, such as 20-40")
    if not given[0] <= given[-1] <= 100:
        raise ValueError(f"“{typed.strip()}” must rise, and end at 100 at most")
    return round(given[0] / 100, _DIGITS), round(given[-1] / 100, _DIGITS)


def range_text(shares: Range | None) -> str:
    """Write a range of shares as it is typed: `20-40`."""
    if shares is None:
        return ""
    low, high = (number_text(round(share * 100, _DIGITS - 2)) for share in shares)
    return low if low == high else f"{low}-{high}"


def _mode(said: Weighting) -> str:
    """What is said to be known, also where only what belongs to it is said."""
    return said.known or ("interval" if said.intervals else "around" if said.spread is not None else "")


def _said(of: WeightsOf, mode: str, said: Weighting) -> Weighting:
    """Say something else to be known; what belonged to the former answer is put aside, and comes back with it."""
    if mode == _mode(said):
        return said
    spread = of.memory.spread if mode == "around" else None
    intervals = of.memory.intervals if mode == "interval" else FrozenMap()
    return said.model_copy(update={"known": mode or None, "spread": spread, "intervals": intervals})


def _of_these(said: Weighting, criteria: Collection[str]) -> Weighting:
    """The weighting without the ranges of criteria that are gone."""
    kept = FrozenMap({key: ends for key, ends in said.intervals.items() if key in criteria})
    return said.model_copy(update={"intervals": kept}) if len(kept) < len(said.intervals) else said


def _shape(of: WeightsOf, workbook: Workbook) -> object:
    mode = _mode(of.weighting(workbook))
    return mode, of.criteria(workbook) if mode == "interval" else ()


def _asked(form: Form, of: WeightsOf, workbook: Workbook) -> list[Any]:
    """What belongs to the answer: how far off, or the range of each criterion."""
    mode = _mode(of.weighting(workbook))
    if mode == "around":
        return [fields(_spread(form, of))]
    if mode == "interval":
        return [fields(*(_range(form, of, criterion) for criterion in of.criteria(workbook)), look="ranges")]
    return []


def _spread(form: Form, of: WeightsOf) -> Any:
    control = input_line("Off by up to, in %", f"{SPREAD * 100:.0f}")
    form.add(
        Field(
            "How far the weights may be off",
            (*of.where, "weighting", "spread"),
            (control,),
            show=lambda spread: ("" if spread is None else number_text(round(spread * 100, _DIGITS - 2)),),
            read=lambda typed, _: _read_spread(typed[0]),
        )
    )
    return control


def _read_spread(typed: str) -> float | None:
    given = read_number_text(typed.replace("%", ""))
    if given is not None and given > 100:
        raise ValueError("a weight can be off by 100 % of itself at most; 50 lets it be half more or less")
    return None if given is None else round(given / 100, _DIGITS)


def _range(form: Form, of: WeightsOf, criterion: Criterion) -> Any:
    control = input_line(f"{criterion.name}, share in %", "any share")
    form.add(
        Field(
            f"Range of {criterion.name}",
            (*of.where, "weighting", "intervals", criterion.id),
            (control,),
            show=lambda shares: (range_text(shares),),
            read=lambda typed, _: read_range(typed[0]),
        )
    )
    return control


def _meaning(of: WeightsOf, workbook: Workbook) -> str:
    mode = _mode(of.weighting(workbook))
    if mode:
        return MEANS[mode]
    if of.found(workbook).is_stated:
        return f"Then the trials let each weight be up to {percent(SPREAD)} of itself lower or higher."
    return "No weights are stated yet: the trials take any weights at all."


def _checked(of: WeightsOf, workbook: Workbook) -> list[tuple[str, str]]:
    """Whether shares of 100 % lie within the ranges, and which stated weights lie outside."""
    said = of.weighting(workbook)
    if _mode(said) != "interval":
        return []
    ends = list(said.intervals.values())
    if not ends:
        return [("open", "No range is given yet, so it is as if nothing was said.")]
    names = of.names(workbook)
    open_ones = [escape(criterion.name) for criterion in of.criteria(workbook) if criterion.id not in said.intervals]
    low, high = (percent(sum(shares)) for shares in zip(*ends, strict=True))
    rest = f"; {listed(open_ones)} may have any share" if open_ones else ""
    options = of.options(workbook)
    found = found_weights(options, names)
    _, _, remarks = shares_and_knowledge(options, found, [criterion.id for criterion in of.criteria(workbook)], names)
    sums = f"The lower ends add up to {low}, the upper ends to {high}{rest}."
    return [("hint", sums), *(("warning", escape(remark)) for remark in remarks)]
