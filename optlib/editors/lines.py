"""How a list of texts stands in a text area, one entry a line. Knows no widgets."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class LineFormat:
    """How a list is written as lines and read again; `hint` says so in the label."""

    hint: str

    def text(self, entries: tuple[str, ...]) -> str:
        """Write the entries, one a line."""
        return "\n".join(_flat(entry) for entry in entries)

    def entries(self, text: str, former: tuple[str, ...]) -> tuple[str, ...]:
        """Read the lines; an entry that the file breaks over several lines stays as it is there."""
        known = {_flat(entry): entry for entry in former}
        lines = [_flat(line) for line in text.splitlines() if line.strip()]
        return tuple(known.get(line, line) for line in lines)


def _flat(text: str) -> str:
    return " ".join(text.split())


TEXTS = LineFormat("one a line")
