"""The kinds of controls that editors are made of, each labelled and bound to one place of the workbook."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

import ipywidgets as widgets

from ..values import read_date
from .field import Field
from .form import Form
from .lines import LineFormat
from .status import html
from .tree import Place

_ALL_OF_THE_LABEL = {"description_width": "initial"}
Choices = Iterable[tuple[str, Any]]
Ways = tuple[Callable[[Any], Any], Callable[[Any, Any], Any]]


def text(form: Form, label: str, where: Place, of: str = "", hint: str = "") -> Any:
    """Bind a line of text; `of` says in messages whose it is."""
    return _bound(form, input_line(label, hint), _name(of, label), where, _PLAIN)


def area(form: Form, label: str, where: Place, of: str = "") -> Any:
    """Bind a text of several lines."""
    return _bound(form, _textarea(label), _name(of, label), where, _PLAIN)


def entries(form: Form, label: str, where: Place, lines: LineFormat, of: str = "") -> Any:
    """Bind a list, one entry a line."""
    control = _textarea(f"{label} ({lines.hint})")
    ways: Ways = (lambda value: lines.text(value or ()), lambda typed, former: lines.entries(typed, former or ()))
    return _bound(form, control, _name(of, label), where, ways)


def day(form: Form, label: str, where: Place) -> Any:
    """Bind a date, typed as YYYY-MM-DD."""
    return _bound(form, day_line(label), label, where, (_shown, lambda typed, _: read_day(typed)))


def choice(form: Form, label: str, where: Place, options: Choices) -> Any:
    """Bind a choice; an option whose value is empty says that nothing is chosen (a Dropdown shows None as a blank)."""
    return _bound(form, dropdown(label, options), label, where, (_shown, lambda typed, _: typed or None))


def input_line(label: str, hint: str = "") -> Any:
    """Make a labelled text field."""
    return widgets.Text(description=label, placeholder=hint, style=_ALL_OF_THE_LABEL)


def day_line(label: str) -> Any:
    """Make a labelled text field for a date."""
    return input_line(label, "YYYY-MM-DD")


def dropdown(label: str, options: Choices) -> Any:
    """Make a labelled choice."""
    return widgets.Dropdown(description=label, options=list(options), style=_ALL_OF_THE_LABEL)


def checkbox(label: str) -> Any:
    """Make a box to tick, with its label behind it."""
    return widgets.Checkbox(description=label, indent=False)


def read_day(typed: str, label: str = "") -> date | None:
    """Read a date field; ValueError says how a date is written, and in which field where a label is given."""
    if not typed.strip():
        return None
    try:
        return read_date(typed.strip())
    except ValueError as error:
        raise ValueError(f"{label}: {error}" if label else str(error)) from None


def removal(form: Form, what: str, remove: Callable[[], Any]) -> Any:
    """Make a button that removes something when it is pressed a second time."""

    def pressed() -> None:
        if button.button_style == "danger":
            remove()
        else:
            button.description, button.button_style = f"Really remove {what}?", "danger"

    button = form.button(f"Remove {what}", pressed)
    return button


def title(words: str, level: int = 4) -> Any:
    """Head a part of a form, one level below the notebook's heading above it; the words must be escaped."""
    return html(f"<div role='heading' aria-level='{level}'>{words}</div>", "optlib-title")


def fields(*controls: Any, look: str = "fields") -> Any:
    """Put controls side by side, as many in a row as there is room for; `look` names a rule of form.css."""
    box = widgets.Box(controls)
    box.add_class(f"optlib-{look}")
    return box


def _bound(form: Form, control: Any, name: str, where: Place, ways: Ways) -> Any:
    show, read = ways
    form.add(
        Field(
            name,
            where,
            (control,),
            show=lambda value: (show(value),),
            read=lambda typed, former: read(typed[0], former),
        )
    )
    return control


def _name(of: str, label: str) -> str:
    return f"{of}, {label}" if of else label


def _textarea(label: str) -> Any:
    return widgets.Textarea(description=label, style=_ALL_OF_THE_LABEL, rows=3)


def _shown(value: Any) -> str:
    return "" if value is None else str(value).rstrip("\n")


def _read(typed: str, former: str | None) -> str:
    """Keep the last line break that a block text of the file may end in."""
    words = typed.strip()
    return words + "\n" if words and (former or "").endswith("\n") else words


_PLAIN: Ways = (_shown, _read)
