"""A field of a form: controls bound to one place of the workbook. Knows no files and saves nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..model import Workbook
from .tree import Place, same, value_at, with_value

Typed = tuple[Any, ...]


@dataclass(eq=False)
class Field:
    """Controls that together show one value of the workbook; `shown` is what they were last given to show."""

    name: str
    where: Place
    controls: Typed
    show: Callable[[Any], Typed]
    read: Callable[[Typed, Any], Any]
    write: Callable[[Workbook, Any], Workbook] | None = None
    shown: Typed = ()

    @property
    def typed(self) -> Typed:
        """What stands in the controls."""
        return tuple(control.value for control in self.controls)

    def saved(self, workbook: Workbook) -> Typed:
        """Say what the controls would show of this workbook."""
        return self.show(value_at(workbook, self.where))

    def holds(self, typed: Typed, value: Any) -> bool:
        """Whether this, typed, says this value."""
        try:
            return same(self.read(typed, value), value)
        except ValueError:
            return False

    def written(self, workbook: Workbook, value: Any) -> Workbook:
        """Change the field's value in a workbook."""
        return self.write(workbook, value) if self.write else with_value(workbook, self.where, value)
