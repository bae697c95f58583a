"""How lists stand in a text area, one entry a line: plain texts, risks, references, triggers. Knows no widgets."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from ..model import Reference, Risk, Trigger
from ..values import Part, read_date
from .tree import updated

_DEGREES = ("low", "medium", "high")
_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")


@dataclass(frozen=True)
class LineFormat:
    """How one entry is written as a line and read again: as fields for a part, as it stands for a text."""

    hint: str
    write: Callable[[Any], str]
    read: Callable[[str], Any]
    kind: type[Part] | None = None

    def text(self, entries: tuple[Any, ...]) -> str:
        """Write the entries, one a line."""
        return "\n".join(self.write(entry) for entry in entries)

    def entries(self, text: str, former: tuple[Any, ...]) -> tuple[Any, ...]:
        """Read the lines; what a line can't show is kept of the entry that stood there. ValueError names the line."""
        lines = [_flat(line) for line in text.splitlines() if line.strip()]
        known = {self.write(entry): entry for entry in former}
        reworded = {line: entry for line, entry in known.items() if line not in lines}
        return tuple(known[line] if line in known else self._read(line, reworded) for line in lines)

    def _read(self, line: str, reworded: dict[str, Any]) -> Any:
        try:
            read = self.read(line)
        except ValueError as error:
            raise ValueError(f"in “{line}”: {error}") from None
        if self.kind is None:
            return read
        near = get_close_matches(line, reworded, n=1)
        return updated(reworded.pop(near[0]) if near else None, self.kind, **read)


def _flat(text: str) -> str:
    return " ".join(text.split())


def _joined(*parts: str) -> str:
    return " | ".join(_flat(part) for part in parts).rstrip("| ")


def _write_risk(risk: Risk) -> str:
    return _joined(risk.risk, risk.mitigation, risk.likelihood or "", risk.impact or "")


def _read_risk(line: str) -> dict[str, Any]:
    parts = [part.strip() for part in line.split("|")]
    if len(parts) > 4:
        raise ValueError("there are more than four parts; write risk | mitigation | likelihood | impact")
    risk, mitigation, likelihood, impact = [*parts, "", "", ""][:4]
    degrees = {"likelihood": likelihood.lower(), "impact": impact.lower()}
    for name, degree in degrees.items():
        if degree not in ("", *_DEGREES):
            raise ValueError(f"the {name} is low, medium or high, not “{degree}”")
    return {"risk": risk, "mitigation": mitigation, **{name: degree or None for name, degree in degrees.items()}}


def _read_reference(line: str) -> dict[str, str]:
    if "|" not in line:
        return {"title": "", "url": line} if re.match(r"(https?://|mailto:)\S+$", line) else {"title": line, "url": ""}
    title, _, url = line.rpartition("|")
    return {"title": title.strip(), "url": url.strip()}


def _write_reference(reference: Reference) -> str:
    return _joined(reference.title, reference.url) if reference.title else _flat(reference.url)


def _read_trigger(line: str) -> dict[str, Any]:
    head, _, when = (part.strip() for part in line.partition("|"))
    if not _DATE.match(head):
        return {"on": None, "when": line}
    return {"on": read_date(head), "when": when}


def _write_trigger(trigger: Trigger) -> str:
    return _joined(str(trigger.on), trigger.when) if trigger.on else _flat(trigger.when)


TEXTS = LineFormat("one a line", _flat, str)
RISKS = LineFormat("one a line: risk | mitigation | likelihood | impact", _write_risk, _read_risk, Risk)
REFERENCES = LineFormat("one a line: title | url", _write_reference, _read_reference, Reference)
TRIGGERS = LineFormat(
    "one a line: 2027-01-31, or an event, or both: 2027-01-31 | an event", _write_trigger, _read_trigger, Trigger
)
