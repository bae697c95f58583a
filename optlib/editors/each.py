"""One widget for each of several things of the workbook, made once and kept, so that the focus stays where it is."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import Any, TypeVar

from ..model import Workbook
from .fields import fields
from .form import Form

K = TypeVar("K", bound=Hashable)


def each(form: Form, keys: Callable[[Workbook], Iterable[K]], make: Callable[[K], Any], look: str = "each") -> Any:
    """Show a widget for each key, in their order.

    A key that goes takes its widget out of sight; when it comes back, what was typed there is there again.
    """
    box = fields(look=look)
    made: dict[K, Any] = {}

    def follow(workbook: Workbook) -> None:
        wanted = list(keys(workbook))
        for key in wanted:
            if key not in made:
                made[key] = make(key)
        children = tuple(made[key] for key in wanted)
        if box.children != children:
            box.children = children

    form.follow(follow)
    return box
