"""The part of the decision editor in which a choice is put off: why, and what brings it back."""

from __future__ import annotations

from datetime import date
from typing import Any

from ..decisions import is_decided, is_due
from ..model import Trigger, Workbook
from .columns import Columns
from .dates import day_line, with_today
from .field import Typed
from .fields import area, title
from .fold import fold
from .form import Form
from .rows import RowKind, rows, words
from .says import says
from .tree import value_at

_COLUMNS = Columns(Trigger, ("on", "when", "met"), ("the day", "the event", "met on"))
_BOTH = (
    "This domain is decided and deferred at once: the choice stands, and a part of it is put off. Say under the reason "
    "which part. Its triggers fire all the same; empty the reason and remove the triggers when nothing waits any more."
)
_DUE = "<span class='optlib-badge optlib-no-evidence'>due</span>"
_NO_TRIGGER = "Nothing brings it back yet: give a day, or an event that somebody will notice."


def deferral(form: Form, domain_id: str) -> Any:
    """Make the controls of a domain's deferral, and say which of its triggers are due."""
    where = ("deferred", domain_id)
    workbook = form.session.workbook
    return fold(
        "how to put it off",
        title("Or put off"),
        says(form, lambda workbook: _standing(workbook, domain_id), "optlib-aside"),
        area(form, "Deferred because", (*where, "reason")),
        rows(form, _trigger_rows(domain_id)),
        is_open=domain_id in workbook.deferred or not is_decided(workbook, domain_id),
    )


def _trigger_rows(domain_id: str) -> RowKind:
    where = ("deferred", domain_id, "triggers")

    def due(workbook: Workbook, index: int) -> str:
        return f"{_DUE} decide it now" if is_due(value_at(workbook, (*where, index)), date.today()) else ""

    heads = ("On the day", "Or when this happens", "It happened on")
    return RowKind("trigger", where, heads, _controls, _COLUMNS.show, _COLUMNS.read, cells=_cells, says=due)


def _controls(name: str) -> Typed:
    event = words(f"Event of {name}", "more than 10,000 users")
    return day_line(f"Day of {name}"), event, day_line(f"{name.capitalize()} happened on")


def _cells(form: Form, controls: Typed) -> Typed:
    return controls[0], controls[1], with_today(form, controls[2])


def _standing(workbook: Workbook, domain_id: str) -> str:
    """What there is to say of a deferral: that it has no trigger, or that the domain is decided as well."""
    deferred = workbook.deferred.get(domain_id)
    if deferred is None:
        return ""
    said = [_BOTH] if is_decided(workbook, domain_id) else []
    said += [] if any(trigger.on or trigger.when for trigger in deferred.triggers) else [_NO_TRIGGER]
    return " ".join(said)
