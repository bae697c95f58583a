"""Weights by other means than numbers: the method, its questions, what the answers come to, how well it is known."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any

import ipywidgets as widgets

from ..model import Workbook
from .answers import Answers, answers_at, as_numbers, in_order, memory_of, restricted, switched
from .best_worst_form import BEST_WORST
from .field import Field
from .fields import dropdown, fields, title
from .form import Form
from .known_form import known_form
from .numbers_form import NUMBERS
from .order_form import RANK_ORDER
from .pairwise_form import PAIRWISE
from .sheet import Sheet
from .status import html
from .swing_form import SWING
from .tree import value_at
from .weights_of import WeightsOf

FORMS = {
    "direct": NUMBERS,
    "swing": SWING,
    "rank_order": RANK_ORDER,
    "pairwise": PAIRWISE,
    "best_worst": BEST_WORST,
}
"""The form of each method of weighting, in the order in which they are offered."""
_STYLE = (Path(__file__).parent / "weighting.css").read_text(encoding="utf-8")


def weighting(form: Form, domain_id: str, phase: int, evaluator: str = "") -> Any:
    """Ask for the weights of a domain, or of one of its evaluators, by any method, and how well they are known."""
    place = WeightsOf(domain_id, phase, evaluator).where
    of = WeightsOf(domain_id, phase, evaluator, memory_of(form.file, place))
    form.follow(lambda workbook: of.memory.follow(workbook, place))
    form.covers((*place, "weighting"))
    chooser, asked = _Chooser(form, of), _Asked(form, of)
    questions = form.live(asked.shape, asked.build)
    form.follow(asked.follow)
    heading = title(escape(_heading(of, form.session.workbook)))
    style = widgets.HTML(f"<style>{_STYLE}</style>", layout={"display": "none"})
    known = [] if evaluator else [known_form(form, of)]
    box = widgets.VBox([style, heading, *chooser.parts, questions, *known])
    box.add_class("optlib-weighing")
    return box


def _heading(of: WeightsOf, workbook: Workbook) -> str:
    person = value_at(workbook, of.where) if of.evaluator else None
    name = (person.name if person else "") or of.evaluator
    return f"Weights of {name}" if of.evaluator else "Weights by other means"


class _Chooser:
    """The choice of the method; where it would put answers of another one aside, it says so first."""

    def __init__(self, form: Form, of: WeightsOf) -> None:
        self._form, self._of = form, of
        self._method = ""
        self._choice = dropdown("How the weights are found", [(asks.offer, method) for method, asks in FORMS.items()])
        self._choice.disabled = form.file.read_only
        self._choice.observe(lambda _: self._chosen(), "value")
        self._says, self._aside = html(""), html("")
        self._go = form.button("Switch", self._switch)
        self._stay = form.button("Stay", self._back)
        self._question = widgets.VBox([self._says, fields(self._go, self._stay, look="row")])
        self._question.add_class("optlib-question")
        self.parts = [fields(self._choice, look="wide"), self._question, self._aside]
        form.follow(self._follow)

    def _follow(self, workbook: Workbook) -> None:
        method = self._of.weighting(workbook).method
        if method != self._method:
            self._method = method
            self._back()
        names = self._of.names(workbook)
        aside = [answers.in_words(names) for answers in self._of.memory.put_aside(method)]
        told = f"Put aside: {escape('; '.join(aside))}. Choose a method again to have its answers back."
        self._aside.value = f"<div class='optlib-hint'>{told}</div>"
        self._aside.layout.display = "flex" if aside else "none"

    def _back(self) -> None:
        """Go back to the method of the workbook."""
        self._choice.value = self._method
        self._question.layout.display = "none"

    def _chosen(self) -> None:
        """Switch at once where nothing is lost by it; else ask."""
        method, workbook = self._choice.value, self._form.session.workbook
        present = answers_at(workbook, self._of.where)
        if method == self._method:
            self._question.layout.display = "none"
        elif present.is_empty:
            self._switch()
        else:
            self._ask(workbook, present, method)

    def _ask(self, workbook: Workbook, present: Answers, method: str) -> None:
        names = self._of.names(workbook)
        told = (
            f"The workbook holds the answers of one method: {FORMS[method].name} would take the place of "
            f"{present.in_words(names)}. They are put aside here for as long as this notebook runs, and Undo brings "
            "them back too."
        )
        coming = self._answers(workbook, method)
        if not self._of.memory.answers(method).is_empty:
            told += f" What was put aside comes back: {coming.in_words(names)}."
        elif not coming.is_empty:
            told += f" It starts with {coming.in_words(names)}, as the weights are now."
        self._says.value = f"<div role='status' class='optlib-note'>{escape(told)}</div>"
        self._go.description = f"Switch to {FORMS[method].name}"
        self._stay.description = f"Stay with {FORMS[self._method].name}"
        self._question.layout.display = "flex"

    def _switch(self) -> None:
        method = self._choice.value

        def changed(workbook: Workbook) -> Workbook:
            return switched(workbook, self._of.where, self._answers(workbook, method))

        if self._form.change(f"Weights by {FORMS[method].name}", changed):
            self._choice.focus()

    def _answers(self, workbook: Workbook, method: str) -> Answers:
        """What a method starts with: its last answers; an order also from the weights as they are."""
        last = restricted(self._of.memory.answers(method), self._of.names(workbook))
        return in_order(self._of.found(workbook).shares) if method == "rank_order" and last.is_empty else last


class _Asked:
    """The questions of the method that the workbook weighs by, and beside them what the answers come to."""

    def __init__(self, form: Form, of: WeightsOf) -> None:
        self._form, self._of = form, of
        self._workbook = form.session.workbook
        self._fields: list[Field] = []
        self._sheet = Sheet((), lambda _: ())
        self._says, self._use = html(""), html("")

    def shape(self, workbook: Workbook) -> object:
        """What the questions depend on; as long as it stays, so do the controls."""
        method = self._of.weighting(workbook).method
        return method, self._of.criteria(workbook), FORMS[method].shape(self._of, workbook)

    def build(self, workbook: Workbook) -> list[Any]:
        """Make the questions."""
        if not self._of.criteria(workbook):
            self._sheet, self._fields, self._says, self._use = Sheet((), lambda _: ()), [], html(""), html("")
            return [html("There are no criteria to weigh yet; add some above.")]
        asks = FORMS[self._of.weighting(workbook).method]
        start = len(self._form.fields)
        self._sheet = asks.build(self._form, self._of, workbook)
        self._fields = self._form.fields[start:]
        for control in (control for field in self._fields for control in field.controls):
            control.observe(lambda _: self._preview(), "value")
        self._says = html("")
        self._use = self._form.button("Use these shares as plain numbers", self._as_numbers)
        question = html(escape(asks.question))
        questions = widgets.VBox(self._sheet.parts)
        outcome = widgets.VBox([self._says, *self._sheet.beside, self._use])
        if not self._sheet.beside:
            for box in (questions, outcome):
                box.add_class("optlib-stacked")
            return [question, questions, outcome]
        questions.add_class("optlib-questions")
        outcome.add_class("optlib-outcome")
        return [question, fields(outcome, questions, look="sides")]

    def follow(self, workbook: Workbook) -> None:
        """Show what the answers of a workbook come to."""
        self._workbook = workbook
        said = "".join(f"<p class='optlib-{kind}'>{words}</p>" for kind, words in self._sheet.update(workbook))
        self._says.value = f"<div role='status'>{said}</div>"
        is_found = self._of.found(workbook).is_stated and not answers_at(workbook, self._of.where).weights
        self._use.layout.display = "flex" if is_found else "none"

    def _preview(self) -> None:
        """Show at once what comes of an answer that is about to become part of the workbook."""
        workbook, changed = self._workbook, [field for field in self._fields if field.typed != field.shown]
        for field in changed:
            workbook = _with_typed(workbook, field)
        if changed:
            kept = self._workbook
            self.follow(workbook)
            self._workbook = kept

    def _as_numbers(self) -> None:
        self._form.change(
            "Weights as plain numbers",
            lambda workbook: switched(workbook, self._of.where, as_numbers(self._of.found(workbook).shares)),
        )


def _with_typed(workbook: Workbook, field: Field) -> Workbook:
    """The workbook with what is typed in a field; where that can't be read yet, as it is."""
    try:
        return field.written(workbook, field.read(field.typed, value_at(workbook, field.where)))
    except ValueError:
        return workbook
