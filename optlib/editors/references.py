"""References in a form: a row each, with a title and an address."""

from __future__ import annotations

from ..model import Reference
from .columns import Columns
from .field import Typed
from .fields import input_line
from .rows import RowKind, words
from .tree import Place

_COLUMNS = Columns(Reference, ("title", "url"))


def reference_rows(where: Place, of: str = "") -> RowKind:
    """The rows of the references at a place."""
    heads = ("Reference", "Address")
    return RowKind("reference", where, heads, _controls, _COLUMNS.show, _COLUMNS.read, of)


def _controls(name: str) -> Typed:
    return words(name.capitalize(), "a title"), input_line(f"Address of {name}", "https://…")
