"""A list to put in order, by dragging or with the keyboard: what is first, what is the same, what isn't placed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anywidget
import traitlets

HERE = Path(__file__).parent


def _places(value: list[list[str]], _: Any) -> tuple[tuple[str, ...], ...]:
    """The places as they come from the browser, as values that can't be changed."""
    return tuple(tuple(place) for place in value)


class OrderList(anywidget.AnyWidget):
    """Entries in order: `value` holds the places from the first, each a list of ids, several where they are the same.

    `entries` are `{id, name}` of all that can be placed; `notes` has, by id, a fraction to draw and a text to show.
    """

    _esm = HERE / "order.js"
    _css = HERE / "order.css"
    label = traitlets.Unicode().tag(sync=True)
    entries: Any = traitlets.List().tag(sync=True)
    value: Any = traitlets.Tuple().tag(sync=True, from_json=_places)
    notes = traitlets.Dict().tag(sync=True)
    disabled = traitlets.Bool(False).tag(sync=True)
