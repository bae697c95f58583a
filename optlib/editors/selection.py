"""What is chosen in a domain, in a form: candidates ticked, their order, several side by side, or none of them."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

from ..analysis.ranking import Ranking, rank_domain
from ..model import Decision, Workbook
from .candidate_details import names_of
from .each import each
from .field import Field
from .fields import checkbox, fields
from .form import Form
from .ranks import rank_words
from .says import put_words
from .status import html
from .tree import Place, updated, value_at, with_value


def selection(form: Form, domain_id: str) -> Any:
    """Make the boxes to tick, the order of what is ticked, and the two other ways to choose."""
    return fields(
        _boxes(form, domain_id),
        _order(form, domain_id),
        fields(
            _side_by_side(form, domain_id),
            _none(form, domain_id),
        ),
        look="each",
    )


def _boxes(form: Form, domain_id: str) -> Any:
    """Show a box for each candidate, with its rank; what is ticked first is chosen first."""
    boxes: dict[str, Any] = {}
    where = ("decisions", domain_id, "selected")

    def build(workbook: Workbook) -> list[Any]:
        boxes.clear()
        boxes.update({key: checkbox(name) for key, name in names_of(workbook, domain_id).items()})
        keys = tuple(boxes)

        def show(chosen: tuple[str, ...] | None) -> tuple[bool, ...]:
            return tuple(key in (chosen or ()) for key in keys)

        def read(typed: tuple[bool, ...], former: tuple[str, ...] | None) -> tuple[str, ...]:
            ticked = [key for key, on in zip(keys, typed, strict=True) if on]
            kept = [key for key in former or () if key in ticked]
            return (*kept, *(key for key in ticked if key not in kept))

        form.add(
            Field(
                "Selected",
                where,
                tuple(boxes.values()),
                show,
                read,
                lambda workbook, keys: chosen(workbook, domain_id, keys),
            )
        )
        return (
            [fields(*boxes.values(), look="ticks")] if boxes else [html("There are no candidates to choose from yet.")]
        )

    whole = form.live(lambda workbook: tuple(names_of(workbook, domain_id)), build)
    form.follow(lambda workbook: _say_ranks(workbook, domain_id, boxes))
    return whole


def chosen(workbook: Workbook, domain_id: str, keys: tuple[str, ...]) -> Workbook:
    """Choose candidates in a domain; who chooses one no longer says that none will do."""
    where = ("decisions", domain_id)
    decision = workbook.decisions.get(domain_id)
    if keys and decision and decision.none_of_these:
        decision = decision.model_copy(update={"none_of_these": False, "selected": keys})
        return with_value(workbook, where, decision)
    return with_value(workbook, (*where, "selected"), keys)


def _say_ranks(workbook: Workbook, domain_id: str, boxes: dict[str, Any]) -> None:
    names = names_of(workbook, domain_id)
    ranking: Ranking = rank_domain(workbook, domain_id)
    for key, box in boxes.items():
        if key in names:
            said = rank_words(ranking, key)
            box.description = f"{names[key]} ({said})" if said else names[key]


def _order(form: Form, domain_id: str) -> Any:
    """Show what is chosen, best first, with buttons that move each; they keep the focus on what is moved."""
    made: dict[int, _Mover] = {}

    def places(workbook: Workbook) -> range:
        decision = workbook.decisions.get(domain_id) or Decision()
        several = len(decision.selected) > 1 and not decision.together
        return range(len(decision.selected) if several else 0)

    def make(index: int) -> Any:
        made[index] = _Mover(form, domain_id, index, made.get)
        return made[index].box

    return each(form, places, make)


class _Mover:
    """One place of the order: who has it, and the buttons that change places with a neighbour."""

    def __init__(self, form: Form, domain_id: str, index: int, others: Callable[[int], _Mover | None]) -> None:
        self._form = form
        self._domain_id = domain_id
        self._index = index
        self._others = others
        self._name = html("")
        self.earlier = form.button("Up", lambda: self._move(-1))
        self.later = form.button("Down", lambda: self._move(1))
        self.box = fields(self._name, self.earlier, self.later, look="place")
        form.follow(self._follow)

    def _follow(self, workbook: Workbook) -> None:
        selected = (workbook.decisions.get(self._domain_id) or Decision()).selected
        if self._index >= len(selected):
            return
        name = names_of(workbook, self._domain_id)[selected[self._index]]
        put_words(self._name, f"{self._index + 1}. {escape(name)}")
        self.earlier.tooltip, self.later.tooltip = f"Move {name} up", f"Move {name} down"
        self.earlier.disabled = self._form.file.read_only or self._index == 0
        self.later.disabled = self._form.file.read_only or self._index == len(selected) - 1

    def _move(self, step: int) -> None:
        """Change places with a neighbour, and have the focus follow: at an end it goes to the other button."""
        target = self._index + step
        if (self.earlier if step < 0 else self.later).disabled:
            return
        self._form.change("Order", lambda workbook: _swapped(workbook, self._domain_id, self._index, target))
        mover = self._others(target)
        if mover:
            first, second = (mover.earlier, mover.later) if step < 0 else (mover.later, mover.earlier)
            (second if first.disabled else first).focus()


def _swapped(workbook: Workbook, domain_id: str, one: int, other: int) -> Workbook:
    where = ("decisions", domain_id, "selected")
    order = list(value_at(workbook, where))
    order[one], order[other] = order[other], order[one]
    return with_value(workbook, where, tuple(order))


def _side_by_side(form: Form, domain_id: str) -> Any:
    """Bind the box that says that several are chosen side by side; it is there where there are several."""
    place = ("decisions", domain_id, "together")
    control = _ticked(form, "All of these side by side, in no order", place)

    def offer(workbook: Workbook) -> None:
        decision = workbook.decisions.get(domain_id) or Decision()
        control.layout.display = None if len(decision.selected) > 1 or decision.together else "none"

    form.follow(offer)
    return control


def _none(form: Form, domain_id: str) -> Any:
    """Bind the box that says that no candidate will do; ticking it unticks the candidates."""

    def write(workbook: Workbook, is_none: bool) -> Workbook:
        former = workbook.decisions.get(domain_id)
        cleared = {"selected": (), "together": False} if is_none and former else {}
        decision = updated(former, Decision, none_of_these=is_none)
        return with_value(workbook, ("decisions", domain_id), decision.model_copy(update=cleared))

    return _ticked(form, "None of these will do", ("decisions", domain_id, "none_of_these"), write)


def _ticked(form: Form, label: str, where: Place, write: Any = None) -> Any:
    control = checkbox(label)
    form.add(Field(label, where, (control,), lambda on: (bool(on),), lambda typed, _: typed[0] or None, write))
    return control
