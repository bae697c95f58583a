"""The part of the domain editor that shows one candidate: what it is, what speaks for it, risks, fit, effort, facts."""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets

from ..analysis.matrix import candidate_names
from ..model import Workbook
from ..values import Plain, read_number
from .candidate_facts import effort_fields, licence_fields, support_fields
from .cells import number_text
from .each import each
from .field import Field
from .fields import area, entries, fields, input_line, text, title
from .fit_rows import fit_rows
from .fold import fold
from .form import Form
from .known_facts import known_as, known_facts
from .lines import TEXTS
from .references import reference_rows
from .removal import Removal
from .risk_rows import risk_rows
from .rows import rows
from .status import html
from .tree import Place, value_at, with_value

_EMPTY = ""


def names_of(workbook: Workbook, domain_id: str) -> dict[str, str]:
    """Name a domain's candidates as they are to be shown, by id."""
    options = workbook.options.get(domain_id)
    return dict(zip(options.candidates, candidate_names(workbook, domain_id), strict=True)) if options else {}


def candidate_details(form: Form, domain_id: str, chosen: Any) -> Any:
    """Show the candidate that the dropdown `chosen` names; what is typed for the others waits until they are back."""

    def offer(workbook: Workbook) -> None:
        options = tuple((name, key) for key, name in names_of(workbook, domain_id).items())
        if tuple(chosen.options) != options:
            keys = [key for _, key in options]
            kept = chosen.value if chosen.value in keys else next(iter(keys), None)
            chosen.options = options
            chosen.value = kept

    def page(candidate_id: str) -> Any:
        return _page(form, domain_id, candidate_id) if candidate_id else html("There are no candidates yet.")

    form.follow(offer)
    pages = each(form, lambda _: [chosen.value or _EMPTY], page)
    chosen.observe(lambda _: form.refresh(), "value")
    return pages


def _page(form: Form, domain_id: str, candidate_id: str) -> Any:
    """Make the controls of one candidate, whose messages and buttons follow its name."""
    where = ("options", domain_id, "candidates", candidate_id)
    start, name = len(form.fields), names_of(form.session.workbook, domain_id)[candidate_id]
    removal = Removal(form, name, lambda: _remove(form, domain_id, candidate_id), is_named=True)
    page = widgets.VBox([*_parts(form, domain_id, where, name), removal.button])
    page.add_class("optlib-page")
    mine, last = form.fields[start:], [name]

    def follow(workbook: Workbook) -> None:
        now = names_of(workbook, domain_id).get(candidate_id, last[0])
        if now != last[0]:
            for field in mine:
                field.name = f"{now}{field.name.removeprefix(last[0])}"
            last[0] = now
            removal.disarm(now)

    form.follow(follow)
    return page


def _parts(form: Form, domain_id: str, where: Place, name: str) -> list[Any]:
    return [
        fields(
            _name(form, domain_id, where, name),
            text(form, "Version", (*where, "version"), name),
            known_as(form, where, name),
        ),
        known_facts(form, where, name),
        fields(area(form, "Summary", (*where, "summary"), name), look="each"),
        fields(
            entries(form, "Pros", (*where, "pros"), TEXTS, name),
            entries(form, "Cons", (*where, "cons"), TEXTS, name),
            look="areas",
        ),
        title("Risks and mitigations"),
        rows(form, risk_rows((*where, "risks"), name)),
        fit_rows(form, where, name),
        title("Estimated effort"),
        effort_fields(form, where, name),
        title("References"),
        rows(form, reference_rows((*where, "references"), name)),
        fold(
            "licence, support and published total",
            title("Licence"),
            licence_fields(form, where, name),
            title("Support"),
            support_fields(form, where, name),
            title("Published total"),
            fields(_published(form, where, name)),
            is_open=_has_more(form.session.workbook, where),
        ),
    ]


def _name(form: Form, domain_id: str, where: Place, name: str) -> Any:
    """Bind the name, which no other candidate of the domain may have."""
    control = input_line("Name", name)
    candidate_id = str(where[-1])

    def write(workbook: Workbook, wanted: str) -> Workbook:
        for key, other in names_of(workbook, domain_id).items():
            if key != candidate_id and wanted and other.strip().lower() == wanted.lower():
                message = f"“{wanted}” is the name of the candidate {key} too; give {candidate_id} a name of its own"
                raise ValueError(message)
        return with_value(workbook, (*where, "name"), wanted)

    form.add(
        Field(
            f"{name}, Name",
            (*where, "name"),
            (control,),
            lambda value: (value or "",),
            lambda typed, _: typed[0].strip(),
            write,
        )
    )
    return control


def _published(form: Form, where: Place, name: str) -> Any:
    """Bind the total that a published table gives the candidate, to be held against the scores."""
    control = input_line("Published total", "points of a table that others published")
    control.continuous_update = False
    place = (*where, "published_total")
    form.add(
        Field(
            f"{name}, Published total",
            place,
            (control,),
            lambda value: (number_text(value),),
            lambda typed, _: _read_total(typed[0]),
        )
    )
    return control


def _read_total(words: str) -> int | float | None:
    return read_number(Plain(words.strip())) if words.strip() else None


def _has_more(workbook: Workbook, where: Place) -> bool:
    candidate = value_at(workbook, where)
    return bool(candidate.licence or candidate.support or candidate.published_total is not None)


def _remove(form: Form, domain_id: str, candidate_id: str) -> None:
    name = names_of(form.session.workbook, domain_id).get(candidate_id, candidate_id)
    form.change(f"Remove {name}", lambda workbook: _removed(workbook, domain_id, candidate_id, name))


def _removed(workbook: Workbook, domain_id: str, candidate_id: str, name: str) -> Workbook:
    """Take a candidate out, with what evaluators say of it; one that is chosen or named by a rule stays."""
    made = workbook.decisions.get(domain_id)
    if made and candidate_id in made.selected:
        raise ValueError(f"{name} is chosen in this domain's decision; untick it there first")
    choice = f"{domain_id}.{candidate_id}"
    if any(choice in (rule.when, rule.requires, rule.excludes) for rule in workbook.compatibility):
        raise ValueError(f"a compatibility rule names {choice}; remove the rule first")
    for key in workbook.options[domain_id].evaluators:
        place = ("options", domain_id, "evaluators", key, "scores", candidate_id)
        if value_at(workbook, place) is not None:
            workbook = with_value(workbook, place, None)
    return with_value(workbook, ("options", domain_id, "candidates", candidate_id), None)
