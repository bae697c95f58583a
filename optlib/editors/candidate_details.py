"""The part of the domain editor that shows one candidate: what it is, what speaks for it, risks, fit, effort."""

from __future__ import annotations

from html import escape
from typing import Any

from ..analysis.matrix import candidate_names
from ..model import Constraint, Effort, Fit, Workbook
from .cells import number_text, read_number_text
from .field import Field, Typed
from .fields import area, dropdown, entries, fields, input_line, removal, text, title
from .form import Form
from .lines import REFERENCES, RISKS, TEXTS
from .status import html
from .tree import Place, updated, with_value

_VERDICTS = (("–", ""), ("meets", "meets"), ("partly", "partly"), ("fails", "fails"), ("unknown", "unknown"))


def names_of(workbook: Workbook, domain_id: str) -> dict[str, str]:
    """Name a domain's candidates as they are to be shown, by id."""
    options = workbook.options.get(domain_id)
    return dict(zip(options.candidates, candidate_names(workbook, domain_id), strict=True)) if options else {}


def candidate_details(form: Form, domain_id: str, chosen: Any) -> Any:
    """Show the candidate that the dropdown `chosen` names, and build again when it names another."""

    def offer(workbook: Workbook) -> None:
        options = tuple((name, key) for key, name in names_of(workbook, domain_id).items())
        if tuple(chosen.options) != options:
            keys = [key for _, key in options]
            kept = chosen.value if chosen.value in keys else next(iter(keys), None)
            chosen.options = options
            chosen.value = kept

    def shape(workbook: Workbook) -> Any:
        return chosen.value, workbook.context.constraints

    def build(workbook: Workbook) -> list[Any]:
        if chosen.value is None:
            return [html("There are no candidates yet.")]
        return _details(form, domain_id, chosen.value, workbook)

    form.follow(offer)
    chosen.observe(lambda _: form.refresh(), "value")
    return form.live(shape, build)


def _details(form: Form, domain_id: str, candidate_id: str, workbook: Workbook) -> list[Any]:
    where = ("options", domain_id, "candidates", candidate_id)
    name = names_of(workbook, domain_id)[candidate_id]
    fits = [_fit(form, where, constraint, name) for constraint in workbook.context.constraints]
    return [
        fields(
            text(form, "Name", (*where, "name"), hint=name),
            text(form, "Version", (*where, "version"), name),
        ),
        fields(area(form, "Summary", (*where, "summary"), name), look="areas"),
        fields(
            entries(form, "Pros", (*where, "pros"), TEXTS, name),
            entries(form, "Cons", (*where, "cons"), TEXTS, name),
            entries(form, "Risks", (*where, "risks"), RISKS, name),
            entries(form, "References", (*where, "references"), REFERENCES, name),
            look="areas",
        ),
        title("Estimated effort"),
        _effort(form, where, name),
        *([title("Fit with the constraints"), *fits] if fits else []),
        removal(form, name, lambda: _remove(form, where, name)),
    ]


def _remove(form: Form, where: Place, name: str) -> None:
    form.change(f"Remove {name}", lambda workbook: with_value(workbook, where, None))


def _effort(form: Form, where: Place, name: str) -> Any:
    controls = (input_line("Low"), input_line("Likely"), input_line("High"), input_line("Unit", "person-days"))
    form.add(Field(f"{name}, effort", (*where, "effort"), controls, _show_effort, _read_effort))
    return fields(*controls, look="row")


def _show_effort(effort: Effort | None) -> Typed:
    if effort is None:
        return ("",) * 4
    return number_text(effort.low), number_text(effort.likely), number_text(effort.high), effort.unit


def _read_effort(typed: Typed, former: Effort | None) -> Effort | None:
    low, likely, high = (read_number_text(part) for part in typed[:3])
    if (low, likely, high) == (None, None, None) and not (former and former.note):
        return None
    return updated(former, Effort, low=low, likely=likely, high=high, unit=typed[3].strip())


def _fit(form: Form, where: Place, constraint: Constraint, name: str) -> Any:
    label = f"{constraint.id}{' (must)' if constraint.must else ''}"
    controls = (dropdown(label, _VERDICTS), input_line(f"Note on {constraint.id}"))
    form.add(Field(f"{name}, fit with {constraint.id}", (*where, "fit", constraint.id), controls, _show_fit, _read_fit))
    statement = html(escape(constraint.statement), "optlib-hint")
    return fields(*controls, statement, look="fit")


def _show_fit(fit: Fit | None) -> Typed:
    return (fit.verdict, fit.note) if fit else ("", "")


def _read_fit(typed: Typed, former: Fit | None) -> Fit:
    return updated(former, Fit, verdict=typed[0] or None, note=typed[1].strip())
