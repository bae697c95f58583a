"""The part of the weighting form that belongs to one method, and how shares of weight are shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

from ..catalogue import Criterion
from ..model import Workbook
from ..words import percent
from .form import Form
from .weights_of import WeightsOf


@dataclass
class Sheet:
    """What a method asks, and `update`, which shows what the answers come to so far and returns it in words.

    Each sentence is a pair of its kind, a class of weighting.css, and its markup, escaped.
    """

    parts: Sequence[Any]
    update: Callable[[Workbook], Sequence[tuple[str, str]]]
    beside: Sequence[Any] = field(default_factory=tuple)


@dataclass(frozen=True)
class MethodForm:
    """How a method asks: its name in a sentence, how it is offered, its question, and how its form is built.

    `shape` is what of a workbook, beside its criteria, the form has to be built again for.
    """

    name: str
    offer: str
    question: str
    build: Callable[[Form, WeightsOf, Workbook], Sheet]
    shape: Callable[[WeightsOf, Workbook], object] = lambda _, __: ()


def share_bar(share: float | None) -> str:
    """A share of weight as a bar and a figure."""
    if share is None:
        return "<span class='optlib-share optlib-hint'>no weight</span>"
    bar = f"<span class='optlib-track'><span style='width:{share * 100:.1f}%'></span></span>"
    return f"<span class='optlib-share'>{bar}<span class='optlib-figure'>{percent(share)}</span></span>"


def shares_table(shares: Mapping[str, float], criteria: Sequence[Criterion]) -> str:
    """The share of each criterion, those with the most weight first; nothing where there are none yet."""
    if not any(shares.values()):
        return ""
    by_weight = sorted(criteria, key=lambda criterion: -shares.get(criterion.id, 0.0))
    rows = "".join(
        f"<tr><th scope='row'>{escape(criterion.name)}</th><td>{share_bar(shares.get(criterion.id))}</td></tr>"
        for criterion in by_weight
    )
    return f"<table class='optlib-shares'><caption>Shares of weight</caption><tbody>{rows}</tbody></table>"
