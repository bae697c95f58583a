"""Weights by pairwise comparison: one choice for each two criteria, and which to look at again."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import combinations
from typing import Any

import ipywidgets as widgets
import numpy as np
from ipywidgets.widgets.widget_description import DescriptionStyle

from ..analysis.elicitation import judgement_table
from ..analysis.pairwise import CONSISTENCY_LIMIT, compared_groups
from ..model import Weighting, Workbook
from ..words import number
from .consistency import Again, Agreement, agreement, ratio_text
from .field import Field, Typed
from .fields import fields, title
from .form import Form
from .sheet import MethodForm, Sheet, shares_table
from .status import html
from .strength import HIGHEST, NOT_COMPARED, Judgements, judged, of_a_pair, say_of_pair, with_judgement
from .weights_of import WeightsOf

QUESTION = (
    "Of each two criteria: which matters more, going from its worst to its best, and how much? Pairs may be left out; "
    "the others fill them in."
)
_UNGROUPED = 10
"""So many pairs are read at a glance; more stand in a group for each criterion."""
Pair = tuple[str, str]


def _build(form: Form, of: WeightsOf, workbook: Workbook) -> Sheet:
    rows = _Rows(form, of, workbook)
    table = html("")

    def update(workbook: Workbook) -> list[tuple[str, str]]:
        table.value = shares_table(of.found(workbook).shares, of.criteria(workbook))
        return rows.report(of.weighting(workbook))

    return Sheet(rows.boxes(), update, beside=(rows.next, rows.again, table))


class _Rows:
    """A choice for each pair, and the buttons that go to the next open one and to the one to look at again."""

    def __init__(self, form: Form, of: WeightsOf, workbook: Workbook) -> None:
        self._names = {criterion.id: criterion.name for criterion in of.criteria(workbook)}
        self._read_only = form.file.read_only
        judgements = of.weighting(workbook).judgements
        looks = {"layout": widgets.Layout(), "style": DescriptionStyle()}
        self._choices = {
            pair: self._choice(pair, judged(judgements, *pair), looks) for pair in combinations(self._names, 2)
        }
        self._open: Pair | None = None
        self._worst: Pair | None = None
        self.next = form.button("Go to the next open pair", lambda: self._go(self._open))
        self.again = form.button("Go to the pair to look at again", lambda: self._go(self._worst))
        where = (*of.where, "weighting", "judgements")
        form.add(Field("Comparisons", where, tuple(self._choices.values()), self._show, self._read))

    def boxes(self) -> list[Any]:
        """The choices; where there are many, in a group for each criterion against those after it."""
        if len(self._choices) <= _UNGROUPED:
            return [fields(*self._choices.values(), look="pairs")]
        return [part for key in list(self._names)[:-1] for part in self._group(key)]

    def report(self, weighting: Weighting) -> list[tuple[str, str]]:
        """Say how far the comparisons are, how well they agree and which to look at again; set the buttons so."""
        table, keys = judgement_table(weighting, list(self._names))
        groups = compared_groups(table)
        answered = sum(judged(weighting.judgements, *pair) != NOT_COMPARED for pair in self._choices)
        self._open = self._next_open(weighting.judgements, [[keys[index] for index in group] for group in groups])
        self.next.disabled = self._read_only or self._open is None
        compared = [group for group in groups if len(group) > 1]
        said = [self._progress(answered, len(groups))]
        if len(compared) != 1:
            self._offer(None)
            return said
        part = table[np.ix_(compared[0], compared[0])]
        return [*said, self._consistency(agreement(part, [keys[index] for index in compared[0]]))]

    def _choice(self, pair: Pair, said: float, looks: dict[str, Any]) -> Any:
        one, other = (self._names[key] for key in pair)
        odd = [] if _is_step(said) else [said]
        return widgets.Dropdown(description=f"{one} or {other}", options=of_a_pair(one, other, odd), **looks)

    def _group(self, key: str) -> list[Any]:
        choices = [choice for (first, _), choice in self._choices.items() if first == key]
        return [title(f"{escape(self._names[key])} or …"), fields(*choices, look="pairs")]

    def _show(self, judgements: Judgements | None) -> Typed:
        return tuple(judged(judgements or {}, *pair) for pair in self._choices)

    def _read(self, typed: Typed, former: Judgements | None) -> Judgements:
        """Change the pairs that are said otherwise by now, and no other: the file may spell them in its own way."""
        judgements = former or {}
        for pair, said in zip(self._choices, typed, strict=True):
            if judged(judgements, *pair) != said:
                judgements = with_judgement(judgements, *pair, said)
        return judgements

    def _progress(self, answered: int, groups: int) -> tuple[str, str]:
        every = len(self._choices)
        if not every:
            return "open", "There are no two criteria to compare yet."
        if answered == every:
            return "progress", f"All {every} pairs are compared."
        far = f"<b>{answered} of {every}</b> pairs are compared"
        if groups == 1:
            return "progress", f"{far}, enough to go on."
        more = f"{number(groups - 1)} more {'is' if groups == 2 else 'are'} needed"
        return "open", f"{far}; at least {more} to weigh every criterion, directly or through others."

    def _next_open(self, judgements: Judgements, groups: Sequence[Sequence[str]]) -> Pair | None:
        """The first pair that joins what isn't compared yet to the most that is; then the first that is left out."""
        group_of = {key: index for index, group in enumerate(groups) for key in group}
        most = max(range(len(groups)), key=lambda index: len(groups[index]), default=0)
        joining = [pair for pair in self._choices if group_of[pair[0]] != group_of[pair[1]]]
        best = [pair for pair in joining if most in (group_of[pair[0]], group_of[pair[1]])]
        left_out = [pair for pair in self._choices if judged(judgements, *pair) == NOT_COMPARED]
        return next(iter([*best, *left_out]), None)

    def _consistency(self, found: Agreement) -> tuple[str, str]:
        again = found.again
        self._offer(self._row(again.pair) if again else None)
        if found.ratio is None:
            return "hint", "No two answers can contradict each other yet; further ones check them."
        ratio, limit = f"Consistency ratio {ratio_text(found.ratio)}", f"{CONSISTENCY_LIMIT:.2f}"
        if again is None:
            return "good", f"{ratio}: the answers agree, up to {limit} is fine."
        return "warning", f"{ratio}, above {limit}: the answers contradict each other. {self._look_again(again)}"

    def _look_again(self, again: Again) -> str:
        names = self._names[again.pair[0]], self._names[again.pair[1]]
        pair = " or ".join(self._names[key] for key in self._row(again.pair))
        where = "any of the three, such as " if again.is_any_of_three else ""
        said, wanted = (escape(say_of_pair(*names, times)) for times in (again.said, again.wanted))
        return (
            f"Look again at {where}<b>{escape(pair)}</b>: you say “{said}”. To fit the other answers it would have to "
            f"be about “{wanted}”, and the ratio would be {ratio_text(again.ratio)}."
        )

    def _row(self, pair: Pair) -> Pair:
        """The pair in the order in which it is asked."""
        return pair if pair in self._choices else (pair[1], pair[0])

    def _offer(self, worst: Pair | None) -> None:
        """Mark the pair to look at again, and offer to go there."""
        for pair, choice in self._choices.items():
            (choice.add_class if pair == worst else choice.remove_class)("optlib-again")
        self._worst = worst
        self.again.layout.display = "flex" if worst else "none"
        if worst:
            self.again.description = f"Go to {' or '.join(self._names[key] for key in worst)}"

    def _go(self, pair: Pair | None) -> None:
        if pair:
            self._choices[pair].focus()


def _is_step(said: float) -> bool:
    return said == int(said) and abs(said) <= HIGHEST


def _shape(of: WeightsOf, workbook: Workbook) -> object:
    """What is said of pairs off the scale, which is then among what can be chosen."""
    judgements = of.weighting(workbook).judgements
    every = [
        judged(judgements, *pair) for pair in combinations([criterion.id for criterion in of.criteria(workbook)], 2)
    ]
    return tuple(said for said in every if not _is_step(said))


PAIRWISE = MethodForm("pairwise comparison", "Pairwise comparison: two criteria at a time", QUESTION, _build, _shape)
