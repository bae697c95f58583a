"""A part of a form that is folded away until somebody wants it."""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets


def fold(what: str, *children: Any, is_open: bool = False) -> Any:
    """Put widgets below a button that shows and hides them; it says in words which of the two it does."""
    inner = widgets.VBox(children)
    inner.add_class("optlib-folded")
    button = widgets.Button()
    button.add_class("optlib-fold")

    def turn(is_shown: bool) -> None:
        inner.layout.display = "flex" if is_shown else "none"
        button.description = f"{'Hide' if is_shown else 'Show'} {what}"

    button.on_click(lambda _: turn(inner.layout.display == "none"))
    turn(is_open)
    return widgets.VBox([button, inner])
