"""A list of the workbook as a table of controls: a row for each entry, and an empty one below them for the next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import ipywidgets as widgets

from ..model import Workbook
from .each import each
from .field import Field, Typed
from .fields import fields
from .form import Form
from .removal import Removal
from .says import put_words
from .status import html
from .tree import Place, value_at, with_value


@dataclass(frozen=True)
class RowKind:
    """What a row stands for: its noun, its place, its columns, its controls, and how they show and read one entry.

    `controls` makes them for what a row is called, such as `risk 2`. `cells` arranges them, where a column holds more
    than a control; `replace` is for entries that others name; `says` is what stands below a row, as HTML.
    """

    noun: str
    where: Place
    heads: tuple[str, ...]
    controls: Callable[[str], Typed]
    show: Callable[[Any], Typed]
    read: Callable[[Typed, Any], Any]
    of: str = ""
    cells: Callable[[Form, Typed], Sequence[Any]] | None = None
    replace: Callable[[Workbook, int, Any], Workbook] | None = None
    says: Callable[[Workbook, int], str] | None = None

    def name(self, index: int) -> str:
        """What messages call a row."""
        name = f"{self.noun} {index + 1}"
        return f"{self.of}, {name}" if self.of else name

    def entries(self, workbook: Workbook) -> tuple[Any, ...]:
        """The entries of the list; none where nothing around it is there."""
        return value_at(workbook, self.where) or ()

    def replaced(self, workbook: Workbook, index: int, entry: Any) -> Workbook:
        """Put an entry in place of the one at an index, behind the last one, or with None take it out."""
        if self.replace:
            return self.replace(workbook, index, entry)
        entries = self.entries(workbook)
        fresh = () if entry is None else (entry,)
        return with_value(workbook, self.where, (*entries[:index], *fresh, *entries[index + 1 :]))

    def read_row(self, typed: Typed, former: Any) -> Any:
        """Read a row; an empty one is no entry yet, and doesn't take away one that is there."""
        if [_bare(value) for value in typed] != [_bare(value) for value in self.show(None)]:
            return self.read(typed, former)
        if former is None:
            return None
        raise ValueError("nothing is left of it; write something, or remove it with its button")


class RowField(Field):
    """A field that leaves the space around a text as it is typed while another control of the row changes."""

    def saved(self, workbook: Workbook) -> Typed:
        """Say what the controls would show of this workbook."""
        shown = super().saved(workbook)
        return tuple(old if _bare(old) == _bare(new) else new for old, new in zip(self.typed, shown, strict=True))


def rows(form: Form, kind: RowKind) -> Any:
    """Make the rows and the empty one, which becomes a row as soon as something is written in it."""
    made: dict[int, Field] = {}

    def count(workbook: Workbook) -> range:
        return range(len(kind.entries(workbook)) + (0 if form.file.read_only else 1))

    heads = "".join(f"<span>{escape(head)}</span>" for head in kind.heads)
    table = each(form, count, lambda index: _row(form, kind, index, made), look="records")
    heading = html(f"<div class='optlib-record' aria-hidden='true'>{heads}</div>", "optlib-heads")
    whole = fields(heading, table, look="table")
    whole.add_class(f"optlib-of-{kind.noun.replace(' ', '-')}")
    return whole


def words(label: str, hint: str = "") -> Any:
    """Make a labelled text field that grows with what is written in it."""
    return widgets.Textarea(description=label, placeholder=hint, rows=1, style={"description_width": "initial"})


def _row(form: Form, kind: RowKind, index: int, made: dict[int, Field]) -> Any:
    controls = kind.controls(f"{kind.noun} {index + 1}")
    field = RowField(
        kind.name(index),
        (*kind.where, index),
        controls,
        kind.show,
        kind.read_row,
        write=lambda workbook, entry: kind.replaced(workbook, index, entry),
    )
    form.add(field)
    made[index] = field
    removal = Removal(form, kind.name(index), lambda: _remove(form, kind, index, made))
    cells = kind.cells(form, controls) if kind.cells else controls
    row = fields(*cells, removal.button, look="record")
    line = html("")
    _follow_entry(form, kind, index, removal, line)
    return widgets.VBox([row, line]) if kind.says else row


def _follow_entry(form: Form, kind: RowKind, index: int, removal: Removal, line: Any) -> None:
    """Offer to remove what is there, forget the first press when that changes, and say what there is to say of it."""
    last: list[Any] = [None]

    def follow(workbook: Workbook) -> None:
        entries = kind.entries(workbook)
        entry = entries[index] if index < len(entries) else None
        if entry != last[0]:
            last[0] = entry
            removal.disarm()
        removal.button.layout.visibility = "hidden" if entry is None else None
        if kind.says:
            put_words(line, kind.says(workbook, index) if entry is not None else "", "optlib-hint")

    form.follow(follow)


def _remove(form: Form, kind: RowKind, index: int, made: dict[int, Field]) -> None:
    """Take an entry out, unless something unsaved is typed in a row that would move up."""

    def removed(workbook: Workbook) -> Workbook:
        for later, field in made.items():
            if later > index and not _is_saved(field, workbook):
                raise ValueError(f"{field.name} is not saved; correct it or take it back first")
        return kind.replaced(workbook, index, None)

    form.change(f"Remove {kind.name(index)}", removed)


def _is_saved(field: Field, workbook: Workbook) -> bool:
    return field.typed == field.saved(workbook) or field.holds(field.typed, value_at(workbook, field.where))


def _bare(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value
