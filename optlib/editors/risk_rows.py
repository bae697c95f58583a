"""Risks in a form: a row each, with the level that likelihood and impact make together."""

from __future__ import annotations

from typing import Any

from ..model import Risk
from .columns import Columns
from .field import Typed
from .fields import dropdown
from .form import Form
from .rows import RowKind, words
from .says import put_words
from .status import html
from .tree import Place

_DEGREES = ("low", "medium", "high")
_CHOICES = [("–", ""), *((degree, degree) for degree in _DEGREES)]
_COLUMNS = Columns(Risk, ("risk", "mitigation", "likelihood", "impact"))


def risk_level(likelihood: str, impact: str) -> str:
    """Likelihood times impact as a word; nothing while one of them isn't stated.

    Degrees count 1 to 3: a product up to 2 is low, up to 4 medium, 6 and 9 are high. These are the bands of the OWASP
    Risk Rating Methodology, its note taken as low and its critical as high.
    """
    if likelihood not in _DEGREES or impact not in _DEGREES:
        return ""
    product = (_DEGREES.index(likelihood) + 1) * (_DEGREES.index(impact) + 1)
    return "low" if product <= 2 else "medium" if product <= 4 else "high"


def risk_rows(where: Place, of: str) -> RowKind:
    """The rows of the risks at a place."""
    heads = ("Risk", "Mitigation", "Likelihood", "Impact", "Level")
    return RowKind("risk", where, heads, _controls, _COLUMNS.show, _read, of, cells=_cells)


def _controls(name: str) -> Typed:
    return (
        words(name.capitalize(), "what could go wrong"),
        words(f"Mitigation of {name}", "what would be done"),
        dropdown(f"Likelihood of {name}", _CHOICES),
        dropdown(f"Impact of {name}", _CHOICES),
    )


def _read(typed: Typed, former: Risk | None) -> Risk:
    risk, mitigation, likelihood, impact = typed
    read: Risk = _COLUMNS.read((risk, mitigation, "", ""), former)
    return read.model_copy(update={"likelihood": likelihood or None, "impact": impact or None})


def _cells(_: Form, controls: Typed) -> list[Any]:
    """The controls with the level behind them."""
    level = html("")
    likelihood, impact = controls[2:]

    def show(*_: Any) -> None:
        word = risk_level(likelihood.value, impact.value)
        put_words(level, f"<span class='optlib-badge optlib-risk-{word}'>{word}</span>" if word else "")
        level.layout.display = None

    for control in (likelihood, impact):
        control.observe(show, "value")
    show()
    return [*controls, level]
