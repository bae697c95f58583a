"""Remembers how something shown was made of a workbook, so that it can be made again when the workbook changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec, Protocol, TypeVar


@dataclass(frozen=True, eq=False)
class Recipe:
    """The function that made something, and what it was given; each is its own, as comparing workbooks takes long."""

    draw: Callable[..., Any]
    arguments: tuple[Any, ...]
    named: dict[str, Any]

    def again(self, renewed: Callable[[Any], Any]) -> Any:
        """Make it again, each argument renewed."""
        named = {name: renewed(value) for name, value in self.named.items()}
        return self.draw(*map(renewed, self.arguments), **named)


class Remembering(Protocol):
    """Something shown that has room for its recipe."""

    recipe: Recipe | None


P = ParamSpec("P")
S = TypeVar("S", bound=Remembering)


def remembered(draw: Callable[P, S]) -> Callable[P, S]:
    """Have what a function draws remember how it was made."""

    @wraps(draw)
    def drawn(*arguments: P.args, **named: P.kwargs) -> S:
        shown = draw(*arguments, **named)
        shown.recipe = Recipe(draw, arguments, named)
        return shown

    return drawn
