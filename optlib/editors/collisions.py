"""Shows what was changed both here and elsewhere, side by side, for the person to choose. Saves nothing itself."""

from __future__ import annotations

from datetime import date
from functools import partial
from html import escape
from typing import Any

import ipywidgets as widgets

from ..changes import GONE
from ..errors import Collision, dotted
from .edits import UNCHECKED
from .session import Session
from .tree import Place

_HEADS = ("Place", "Before", "Yours", "Now in the file")


class CollisionPanel:
    """The collisions that concern a form, each with its versions and a button for each of the two."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._shown: tuple[Collision, ...] = ()
        self.box = widgets.VBox()
        self.box.add_class("optlib-collisions")

    def show(self, places: list[Place]) -> None:
        """Show those at these places, and those that no form shows."""
        mine = tuple(each for each in self._session.collisions if _concerns(each, places))
        if mine == self._shown:
            return
        self._shown = mine
        former = self.box.children
        self.box.children = [part for each in mine for part in self._parts(each)]
        for part in former:
            part.close()

    def _parts(self, collision: Collision) -> list[Any]:
        place = dotted(collision.where)
        settle = partial(self._session.settle, collision)
        keep = _choice(f"Keep yours for {place}", "Keep yours", partial(settle, mine=True))
        take = _choice(f"Take the file's for {place}", "Take the file's", partial(settle, mine=False))
        return [widgets.HTML(_table(collision)), widgets.HBox([keep, take])]


def written(value: Any) -> str:
    """Write plain data so that a person can compare it: text as it is, lists and maps line by line."""
    if value is UNCHECKED:
        return "not known"
    if value is GONE or value is None or value in ("", [], {}):
        return "nothing"
    if isinstance(value, dict):
        return "\n".join(f"{key}: {_inline(item)}" for key, item in value.items())
    if isinstance(value, list) and any(isinstance(item, str | dict) for item in value):
        return "\n".join(f"- {_inline(item)}" for item in value)
    return _inline(value)


def _inline(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_inline(item)}" for key, item in value.items())
    if isinstance(value, list):
        return f"[{', '.join(map(_inline, value))}]"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, date) else str(value)


def _table(collision: Collision) -> str:
    cells = (dotted(collision.where), *map(written, (collision.base, collision.mine, collision.theirs)))
    heads = "".join(f"<th scope='col'>{head}</th>" for head in _HEADS)
    body = "".join(f"<td>{escape(cell)}</td>" for cell in cells)
    caption = "<caption>Changed here and elsewhere: choose which one stays</caption>"
    rows = f"<thead><tr>{heads}</tr></thead><tbody><tr>{body}</tr></tbody>"
    return f"<table class='optlib-collision'>{caption}{rows}</table>"


def _choice(name: str, label: str, act: Any) -> Any:
    button = widgets.Button(description=label, tooltip=name)
    button.on_click(lambda _: act())
    return button


def _concerns(collision: Collision, places: list[Place]) -> bool:
    where = collision.where
    return any(all(one == other for one, other in zip(where, place, strict=False)) for place in places)
