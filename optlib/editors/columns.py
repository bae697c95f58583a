"""How the fields of one part of the workbook stand in controls, one for each, and are read again. Knows no widgets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from ..values import Part
from .dates import day_text, read_day
from .field import Typed
from .tree import updated

_DAYS = frozenset({"on", "until", "met", "end_of_life", "plan_by"})


@dataclass(frozen=True)
class Columns:
    """Some fields of a kind of part, in the order of their controls: texts, days, and choices of a word.

    `labels` name those that a message must tell apart.
    """

    kind: type[Part]
    names: tuple[str, ...]
    labels: tuple[str, ...] = ()

    def show(self, part: Part | None) -> Typed:
        """What stands in the controls; where there is no part, they are empty."""
        return tuple(_shown(getattr(part, name)) if part else "" for name in self.names)

    def read(self, typed: Typed, former: Part | None) -> Any:
        """The part with what is typed; ValueError where a day isn't one. What has no control here stays."""
        labels = self.labels or tuple(name.replace("_", " ") for name in self.names)
        values = {
            name: read_day(words, label) if name in _DAYS else kept(words, getattr(former, name, None))
            for name, label, words in zip(self.names, labels, typed, strict=True)
        }
        return updated(former, self.kind, **values)

    def read_if_any(self, typed: Typed, former: Part | None) -> Any:
        """The part with what is typed, None where nothing is left of it."""
        part = self.read(typed, former)
        return part if part.to_data() else None


def kept(typed: str, former: str | None) -> str:
    """What is typed without the space around it; where that is all that differs, as it stood."""
    words = typed.strip()
    return former if former is not None and former.strip() == words else words


def _shown(value: Any) -> str:
    return day_text(value) if isinstance(value, date) else str(value or "").rstrip("\n")
