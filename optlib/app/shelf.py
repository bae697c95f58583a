"""What the app serves: one workbook, its notebooks by name, and the theme they are shown in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..catalogue import PhaseInfo, load_catalogue

REPORT = "decision_report"


@dataclass(frozen=True)
class Entry:
    """One notebook that can be opened: its name, which is its address, and what it is called."""

    notebook: str
    title: str
    phase: PhaseInfo | None = None


@dataclass(frozen=True)
class Shelf:
    """One workbook and the notebooks it is edited with; nothing else in their folder can be opened."""

    workbook: Path
    notebooks: Path
    theme: str = "system"

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The phases in order, then the report."""
        phases = [Entry(phase.notebook, f"Phase {phase.id}: {phase.name}", phase) for phase in load_catalogue().phases]
        return (*phases, Entry(REPORT, "Decision report"))

    def entry(self, notebook: str) -> Entry | None:
        """The entry of a notebook's name; none where it is no phase's, or isn't there."""
        known = {
            entry.notebook: entry for entry in self.entries if (self.notebooks / f"{entry.notebook}.ipynb").is_file()
        }
        return known.get(notebook)

    def after(self, entry: Entry) -> Entry | None:
        """The entry that comes next."""
        later = self.entries[self.entries.index(entry) + 1 :]
        return later[0] if later else None
