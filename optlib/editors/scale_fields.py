"""The scale that scores are given on, in a form: its ends, and what its points mean."""

from __future__ import annotations

from typing import Any

from ..catalogue import load_catalogue
from ..model import Scale, Workbook
from ..references import check_references
from ..values import Plain, read_number
from ..words import counted
from .cells import number_text
from .field import Field, Typed
from .fields import fields, input_line
from .form import Form
from .rows import words
from .tree import updated, with_value

_WHERE = ("scale",)


def scale_fields(form: Form) -> Any:
    """Bind the workbook's scale; a domain that has its own keeps it."""
    ends = tuple(_end(label) for label in ("Lowest score", "Highest score"))
    anchors = words("What scores mean (one a line: 3: adequate)")
    form.add(Field("Scale", _WHERE, (*ends, anchors), _show, _read, _written))
    return fields(*ends, anchors, look="scale")


def _end(label: str) -> Any:
    control = input_line(label)
    control.continuous_update = False
    return control


def _show(scale: Scale | None) -> Typed:
    scale = scale or Scale()
    lines = "\n".join(f"{score}: {meaning}" for score, meaning in scale.anchors.items())
    return number_text(scale.min), number_text(scale.max), lines


def _read(typed: Typed, former: Scale | None) -> Scale:
    low, high, lines = typed
    anchors = dict(_anchor(line) for line in lines.splitlines() if line.strip())
    read: Scale = updated(former, Scale, min=_number("lowest score", low), max=_number("highest score", high))
    return read if read.anchors == anchors else read.model_copy(update={"anchors": anchors})


def _number(label: str, typed: str) -> int | float:
    try:
        return read_number(Plain(typed.strip()))
    except ValueError:
        raise ValueError(f"the {label} must be a number, such as 0 or 5") from None


def _anchor(line: str) -> tuple[str, str]:
    score, colon, meaning = (part.strip() for part in line.partition(":"))
    if not colon or not score or not meaning:
        raise ValueError(f"“{line.strip()}” is no score with its meaning; write 3: adequate")
    return score, meaning


def _written(workbook: Workbook, scale: Scale) -> Workbook:
    """Change the scale, unless scores would lie off it."""
    changed = with_value(workbook, _WHERE, scale)
    off = [problem for problem in check_references(changed, load_catalogue()) if "off the scale" in problem.message]
    if off:
        first = off[0].place
        raise ValueError(f"{counted(len(off), 'score')} would be off it, the first at {first}; correct that first")
    return changed
