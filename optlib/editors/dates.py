"""Days in forms: typed as 2026-11-25, refused in any other spelling with what to write, and a button for today."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date, datetime
from typing import Any

from ..values import read_date
from ..words import listed
from .field import Field
from .fields import fields, input_line
from .form import Form
from .tree import Place

_NUMBERS = re.compile(r"(\d{1,4})\s*([./-])\s*(\d{1,2})\s*\2\s*(\d{1,4})\.?")
_WORDS = ("%d %B %Y", "%d %b %Y", "%d. %B %Y", "%B %d, %Y", "%b %d, %Y", "%B %d %Y", "%Y %B %d", "%d-%b-%Y")


def day(form: Form, label: str, where: Place, is_past: bool = True) -> Any:
    """Bind a day, with a button that fills in today where it is one on which something was done."""
    control = day_line(label)
    form.add(Field(label, where, (control,), lambda value: (day_text(value),), lambda typed, _: read_day(typed[0])))
    return with_today(form, control) if is_past else control


def day_line(label: str) -> Any:
    """Make a labelled text field for a day, which is read when it is left."""
    control = input_line(label, "YYYY-MM-DD")
    control.continuous_update = False
    return control


def with_today(form: Form, control: Any) -> Any:
    """Put a button beside a day's field that fills in today."""
    button = form.button("Today", lambda: setattr(control, "value", date.today().isoformat()))
    button.tooltip = f"{control.description}: today"
    return fields(control, button, look="day")


def day_text(value: date | None) -> str:
    """Write a day as it is typed."""
    return value.isoformat() if value else ""


def read_day(typed: str, label: str = "") -> date | None:
    """Read a day's field; ValueError says what to write, and in which field where a label is given."""
    words = typed.strip()
    if not words:
        return None
    try:
        return read_date(words)
    except ValueError as error:
        meant = [each.isoformat() for each in _meant(words)]
        remedy = f"“{words}” is not how a day is written here; write {listed(meant, 'or')}" if meant else str(error)
        raise ValueError(f"{label}: {remedy}" if label else remedy) from None


def _meant(words: str) -> list[date]:
    """The days that somebody may mean who writes days in another way."""
    found = _NUMBERS.fullmatch(words)
    if found:
        first, sign, second, third = found.groups()
        if len(first) == 4:
            return _days((first, second, third))
        orders = [(third, second, first)] if sign != "/" else [(third, second, first), (third, first, second)]
        return list(dict.fromkeys(day for order in orders for day in _days(order)))
    for spelling in _WORDS:
        with suppress(ValueError):
            return [datetime.strptime(words, spelling).date()]
    return []


def _days(parts: tuple[str, str, str]) -> list[date]:
    year, month, number = (int(part) for part in parts)
    with suppress(ValueError):
        return [date(year + 2000 if year < 100 else year, month, number)]
    return []
