"""The part of the domain editor that names those who score: who they are, and how their scores become the group's."""

from __future__ import annotations

from typing import Any

from ..model import DomainOptions, Evaluator, Workbook
from ..words import counted
from .each import each
from .field import Field
from .fields import choice, fields, input_line, title
from .form import Form
from .ids import id_from
from .removal import Removal
from .says import says
from .status import html
from .tree import Place, value_at, with_value

_WAYS = (("mean, unless chosen otherwise", ""), ("mean", "mean"), ("median", "median"), ("geometric mean", "geometric"))
_WHAT = "Each person scores and weighs alone; where a score is agreed on for all, that one counts."


def evaluators(form: Form, domain_id: str) -> Any:
    """Make the controls of a domain's evaluators: add a person, name, remove, and how they are put together."""
    name = input_line("New evaluator", "a person's name")

    def add() -> None:
        if form.change("New evaluator", lambda workbook: _added(workbook, domain_id, name.value)):
            name.value = ""
            name.focus()

    name.disabled = form.file.read_only
    return fields(
        title("Evaluators"),
        html(_WHAT, "optlib-hint"),
        each(
            form,
            lambda workbook: list(_people(workbook, domain_id)),
            lambda key: _person(form, domain_id, key),
            look="records",
        ),
        fields(name, form.button("Add evaluator", add), look="row"),
        fields(choice(form, "Put together by", ("options", domain_id, "aggregate"), _WAYS)),
        look="each",
    )


def _person(form: Form, domain_id: str, key: str) -> Any:
    where: Place = ("options", domain_id, "evaluators", key)
    control = input_line(f"Evaluator {key}")

    def write(workbook: Workbook, wanted: str) -> Workbook:
        _refuse_twin(workbook, domain_id, wanted, key)
        return with_value(workbook, (*where, "name"), wanted)

    form.add(
        Field(
            f"Evaluator {key}",
            (*where, "name"),
            (control,),
            lambda value: (value or "",),
            lambda typed, _: typed[0].strip(),
            write,
        )
    )
    removal = Removal(
        form,
        f"evaluator {key}",
        lambda: form.change(f"Remove evaluator {key}", lambda workbook: with_value(workbook, where, None)),
    )
    return fields(control, says(form, lambda workbook: _given(workbook, where)), removal.button, look="person")


def _given(workbook: Workbook, where: Place) -> str:
    """How much a person has given so far."""
    person: Evaluator = value_at(workbook, where) or Evaluator()
    scores = sum(len(given) for given in person.scores.values())
    return f"{counted(scores, 'score')}, {counted(len(person.weights), 'weight')}"


def _added(workbook: Workbook, domain_id: str, words: str) -> Workbook:
    name = words.strip()
    if not name:
        raise ValueError("write a name first")
    _refuse_twin(workbook, domain_id, name, "")
    key = id_from(name, _people(workbook, domain_id)) or id_from(f"person {len(_people(workbook, domain_id)) + 1}")
    options = workbook.options.get(domain_id) or DomainOptions()
    people = {**options.evaluators, key: Evaluator(name=name)}
    return with_value(workbook, ("options", domain_id, "evaluators"), people)


def _refuse_twin(workbook: Workbook, domain_id: str, name: str, key: str) -> None:
    for other, person in _people(workbook, domain_id).items():
        if other != key and name and (person.name or other).strip().lower() == name.lower():
            raise ValueError(f"{name} is evaluator {other} already; write how they differ")


def _people(workbook: Workbook, domain_id: str) -> dict[str, Evaluator]:
    options = workbook.options.get(domain_id)
    return options.evaluators if options else {}
