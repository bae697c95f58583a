"""Weights by best-worst: the criterion that matters most, the one that matters least, and the others against both."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from ..analysis.elicitation import Elicited
from ..model import Weighting, Workbook
from ..values import FrozenMap
from ..words import listed
from .field import Field, Typed
from .fields import dropdown, fields, title
from .form import Form
from .sheet import MethodForm, Sheet, shares_table
from .status import html
from .strength import HIGHEST, NOT_COMPARED, more, on_scale
from .tree import with_value
from .weights_of import WeightsOf

Numbers = Mapping[str, int | float]
QUESTION = (
    "Which criterion matters most, going from its worst to its best, and which least? Then compare each of the others "
    "with these two."
)
_ANSWERS = {"best": "best_to_others", "worst": "others_to_worst"}
_OTHER = {"best": "worst", "worst": "best"}


def _build(form: Form, of: WeightsOf, workbook: Workbook) -> Sheet:
    names = {criterion.id: criterion.name for criterion in of.criteria(workbook)}
    table = html("")
    ends = [_end(form, of, "best", "Matters most", names), _end(form, of, "worst", "Matters least", names)]
    parts = [fields(*ends), *_against(form, of, "best", names, workbook), *_against(form, of, "worst", names, workbook)]

    def update(workbook: Workbook) -> list[tuple[str, str]]:
        found = of.found(workbook)
        table.value = shares_table(found.shares, of.criteria(workbook))
        return _sentences(of.weighting(workbook), found, names)

    return Sheet(parts, update, beside=(table,))


def _end(form: Form, of: WeightsOf, side: str, label: str, names: Mapping[str, str]) -> Any:
    choice = dropdown(label, [("not chosen yet", ""), *((name, key) for key, name in names.items())])

    def written(workbook: Workbook, key: str | None) -> Workbook:
        return with_value(workbook, (*of.where, "weighting"), _with_end(of, of.weighting(workbook), side, key))

    form.add(
        Field(
            label,
            (*of.where, "weighting", side),
            (choice,),
            show=lambda key: (key or "",),
            read=lambda typed, _: typed[0] or None,
            write=written,
        )
    )
    return choice


def _with_end(of: WeightsOf, said: Weighting, side: str, key: str | None) -> Weighting:
    """Name another best or worst: what was said against the former is put aside, what against this one comes back."""
    other = getattr(said, _OTHER[side])
    if key is not None and key == other:
        raise ValueError("the same criterion can't matter most and least; choose two")
    back = dict(of.memory.against(_ANSWERS[side], key)) if key else {}
    if key in getattr(said, _ANSWERS[_OTHER[side]]):
        back.pop(other, None)  # what is said of best against worst stands on the other side already
    return said.model_copy(update={side: key, _ANSWERS[side]: FrozenMap(back)})


def _against(form: Form, of: WeightsOf, side: str, names: Mapping[str, str], workbook: Workbook) -> list[Any]:
    """The comparisons of the others with the best, or with the worst."""
    said = of.weighting(workbook)
    end = getattr(said, side)
    if end not in names:
        return []
    keys = _rows(said, side, names)
    numbers = getattr(said, _ANSWERS[side])
    choices = [
        dropdown(_label(names, end, key, side), more(odd=[numbers[key]] if _is_odd(numbers, key) else ()))
        for key in keys
    ]
    where = (*of.where, "weighting", _ANSWERS[side])

    def show(numbers: Numbers | None) -> Typed:
        return tuple(on_scale(numbers[key]) if numbers and key in numbers else NOT_COMPARED for key in keys)

    def read(typed: Typed, former: Numbers | None) -> Numbers:
        shown = show(former)
        changed = {key: new for key, new, old in zip(keys, typed, shown, strict=True) if new != old}
        numbers = {**(former or {}), **changed}
        return FrozenMap({key: times for key, times in numbers.items() if times != NOT_COMPARED})

    def write(workbook: Workbook, numbers: Numbers) -> Workbook:
        return with_value(workbook, where[:-1], _with_numbers(of.weighting(workbook), side, numbers))

    form.add(Field(_heading(names[end], side), where, tuple(choices), show, read, write))
    return [title(escape(_heading(names[end], side))), fields(*choices, look="pairs")] if keys else []


def _with_numbers(said: Weighting, side: str, numbers: Numbers) -> Weighting:
    """Say these numbers; what they say of best against worst is then said here only."""
    end, other = getattr(said, side), getattr(said, _OTHER[side])
    others = {key: times for key, times in getattr(said, _ANSWERS[_OTHER[side]]).items() if key != end}
    update: dict[str, Any] = {_ANSWERS[side]: numbers}
    if other in numbers:
        update[_ANSWERS[_OTHER[side]]] = FrozenMap(others)
    return said.model_copy(update=update)


def _rows(said: Weighting, side: str, names: Mapping[str, str]) -> list[str]:
    """The criteria that are compared with this end: the other end only where what is said of both stands."""
    others = [key for key in names if key not in (said.best, said.worst)]
    other = getattr(said, _OTHER[side])
    is_here = (side == "worst") == _is_said_of_the_worst(said)
    return [other, *others] if other in names and is_here else others


def _is_said_of_the_worst(said: Weighting) -> bool:
    """Whether what is said of the best against the worst stands with what is said of the worst."""
    return said.best in said.others_to_worst and said.worst not in said.best_to_others


def _label(names: Mapping[str, str], end: str, key: str, side: str) -> str:
    return f"{names[end]} over {names[key]}" if side == "best" else f"{names[key]} over {names[end]}"


def _heading(name: str, side: str) -> str:
    return f"How much more does {name} matter than …" if side == "best" else f"How much more does … matter than {name}"


def _sentences(said: Weighting, found: Elicited, names: Mapping[str, str]) -> list[tuple[str, str]]:
    if said.best is None or said.worst is None:
        return [("open", "Choose the criterion that matters most and the one that matters least first.")]
    sentences = []
    missing = _missing(said, names)
    if missing:
        counts = "it counts" if len(missing) == 1 else "they count"
        what = f"{counts} for nothing" if found.is_stated else "there are no shares"
        sentences.append(("open", f"Not compared yet: {escape('; '.join(missing))}. Until then {what}."))
    if found.is_stated and found.consistency_ratio is not None:
        ratio = f"Consistency ratio {found.consistency_ratio:.2f}"
        sentences.append(("hint", f"{ratio}: 0 is free of contradiction, 1 as contradictory as can be."))
    return [*sentences, *(("warning", escape(remark)) for remark in found.remarks if found.is_stated)]


def _missing(said: Weighting, names: Mapping[str, str]) -> list[str]:
    """The comparisons that are still to be made, in words."""
    best, worst = names.get(said.best or "", ""), names.get(said.worst or "", "")
    lacks = []
    if said.worst not in said.best_to_others and said.best not in said.others_to_worst:
        lacks.append(f"{best} with {worst}")
    for key in (key for key in names if key not in (said.best, said.worst)):
        against = [
            end for end, where in ((best, said.best_to_others), (worst, said.others_to_worst)) if key not in where
        ]
        if against:
            lacks.append(f"{names[key]} with {listed(against)}")
    return lacks


def _is_odd(numbers: Numbers, key: str) -> bool:
    times = on_scale(numbers.get(key, 1))
    return times != int(times) or not 1 <= times <= HIGHEST


def _shape(of: WeightsOf, workbook: Workbook) -> object:
    said = of.weighting(workbook)
    sides = (said.best_to_others, said.others_to_worst)
    odd = tuple((key, numbers[key]) for numbers in sides for key in numbers if _is_odd(numbers, key))
    return said.best, said.worst, _is_said_of_the_worst(said), odd


BEST_WORST = MethodForm("best-worst", "Best-worst: compare with the best and the worst", QUESTION, _build, _shape)
