"""The effort, the licence and the support of a candidate in a form, each a group of controls bound to one part."""

from __future__ import annotations

from typing import Any

from ..model import Effort, Licence, Support
from .cells import number_text, read_number_text
from .columns import Columns, kept
from .dates import day_line, with_today
from .field import Field, Typed
from .fields import fields, input_line
from .form import Form
from .tree import Place, updated

_LICENCE = Columns(Licence, ("spdx", "source", "on"), ("licence", "source", "read on"))
_SUPPORT = Columns(
    Support,
    ("cycle", "end_of_life", "source", "plan", "plan_by"),
    ("version line", "support ends on", "source", "plan", "planned by"),
)
_FIGURES = ("low", "likely", "high")


def effort_fields(form: Form, where: Place, name: str) -> Any:
    """Bind the effort: low, likely, high, their unit, and a note."""
    figures = tuple(_figure(label) for label in ("Low", "Likely", "High"))
    controls = (*figures, input_line("Unit", Effort().unit), input_line("Note on the effort"))
    form.add(Field(f"{name}, effort", (*where, "effort"), controls, _show_effort, _read_effort))
    return fields(*controls, look="effort")


def licence_fields(form: Form, where: Place, name: str) -> Any:
    """Bind the licence: its SPDX expression, where that was read, and when."""
    controls = (
        input_line("Licence (SPDX)", "MIT, or Apache-2.0 OR MIT"),
        input_line("Licence read in", "the file, and the version"),
        day_line("Licence read on"),
    )
    form.add(Field(f"{name}, licence", (*where, "licence"), controls, _LICENCE.show, _LICENCE.read_if_any))
    return fields(controls[0], controls[1], with_today(form, controls[2]))


def support_fields(form: Form, where: Place, name: str) -> Any:
    """Bind the support window of the version that would be used, and the plan for its end."""
    controls = (
        input_line("Version line", "18, or 3.11"),
        day_line("Support ends on"),
        input_line("Support read in"),
        input_line("Plan for its end", "move to the next line"),
        day_line("Planned by"),
    )
    form.add(Field(f"{name}, support", (*where, "support"), controls, _SUPPORT.show, _SUPPORT.read_if_any))
    return fields(*controls)


def _figure(label: str) -> Any:
    control = input_line(label)
    control.continuous_update = False
    return control


def _show_effort(effort: Effort | None) -> Typed:
    if effort is None:
        return ("",) * 5
    unit = effort.unit if "unit" in effort.model_fields_set or any(_stated(effort)) else ""
    return (*(number_text(getattr(effort, name)) for name in _FIGURES), unit, effort.note)


def _read_effort(typed: Typed, former: Effort | None) -> Effort | None:
    figures = {name: _read_figure(name, words) for name, words in zip(_FIGURES, typed, strict=False)}
    unit, note = kept(typed[3], former.unit if former else None), kept(typed[4], former.note if former else None)
    effort: Effort = updated(former, Effort, **figures, unit=unit, note=note)
    return effort if effort.to_data() else None


def _read_figure(name: str, words: str) -> int | float | None:
    try:
        return read_number_text(words)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None


def _stated(effort: Effort) -> list[bool]:
    return [getattr(effort, name) is not None for name in _FIGURES]
