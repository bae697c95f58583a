"""What a quality level asks for, and what changes from one level to another, as HTML. Knows no widgets."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup, escape

from ..catalogue import Catalogue, Gate, Level, Need, load_catalogue
from ..gates import check
from ..model import Workbook
from ..views.quality import gates_title
from ..words import counted, listed

_NOTHING = Need(need="none")
_SHORT = 4
_WHEN = {"entry": "before work starts", "exit": "before it counts as done"}
_FOLDED = Markup("<details class='optlib-more'{}><summary>{}</summary>{}</details>")
_OPEN = Markup(" open")
_TABLE = Markup(
    "<table class='optlib-needs'><thead><tr><th scope='col'>Gate</th><th scope='col'>Asked</th>"
    "<th scope='col'>Shown by</th></tr></thead><tbody>{}</tbody></table>"
)
_ROW = Markup("<tr><th scope='row'>{}</th><td>{}</td><td>{}</td></tr>")


@dataclass(frozen=True)
class _Step:
    """A gate at two levels."""

    gate: Gate
    now: Need
    then: Need


def level_needs(level_id: str) -> str:
    """What a level requires: its guidance, its phases, and its gates with the evidence that shows them."""
    catalogue = load_catalogue()
    level = catalogue.level(level_id)
    words = Markup("<p>{} Required phases: {}.</p>").format(level.guidance, _phases(catalogue, level))
    return words + Markup("").join(_gates(catalogue, level, when) for when in _WHEN)


def all_levels() -> str:
    """The levels in brief, for somebody who has chosen none."""
    catalogue = load_catalogue()
    item = Markup("<li><b>{}:</b> {} Phases {}; {}.</li>")
    items = (
        item.format(
            level.name, level.guidance, listed([str(phase) for phase in level.phases]), _count(catalogue, level)
        )
        for level in catalogue.levels
    )
    return Markup("<p>The level decides which phases and gates are required:</p><ul>{}</ul>").format(
        Markup("").join(items)
    )


def level_change(now_id: str, then_id: str) -> str:
    """What is asked in addition, differently, or no more when a level takes the place of another."""
    catalogue = load_catalogue()
    now, then = catalogue.level(now_id), catalogue.level(then_id)
    none = _NOTHING
    steps = [_Step(gate, gate.levels.get(now.id, none), gate.levels.get(then.id, none)) for gate in catalogue.gates]
    parts = [*_phase_changes(catalogue, now, then), *_gate_changes(steps)]
    items = Markup("").join(Markup("<li>{}</li>").format(part) for part in parts)
    return Markup("<p>From {} to {}:</p><ul class='optlib-bare'>{}</ul>").format(now.name, then.name, items)


def already_shown(workbook: Workbook, level_id: str, today: date) -> str:
    """How many of a level's gates the workbook shows already, in a sentence."""
    quality = workbook.quality.model_copy(update={"level": level_id})
    findings = check(workbook.model_copy(update={"quality": quality}), today)
    return f"As the workbook stands: {gates_title(list(findings))}."


def asked(need: Need) -> str:
    """What a gate asks at a level, and what it aims at."""
    words = need.threshold or "that it is shown"
    return f"{words} (aim: {need.aim})" if need.aim else words


def evidence(gate: Gate) -> str:
    """What shows a gate."""
    if gate.answered_by == "workbook":
        return "this workbook itself"
    return re.sub(r"^declared(?= \+|$)", "a declaration", gate.evidence).replace(" + ", " and ")


def _gates(catalogue: Catalogue, level: Level, when: str) -> Markup:
    """The gates of a level on the way in or out, the required ones first, folded."""
    needs = [(gate, gate.levels[level.id]) for gate in catalogue.gates if gate.when == when]
    needs = [(gate, need) for gate, need in needs if need.need != "none"]
    needs.sort(key=lambda pair: pair[1].need != "required")
    required = sum(need.need == "required" for _, need in needs)
    rows = Markup("").join(_ROW.format(gate.title, _binding(need), evidence(gate)) for gate, need in needs)
    summary = f"{when.capitalize()} gates, {_WHEN[when]}: {required} required, {len(needs) - required} advisory"
    return _FOLDED.format("", summary, _TABLE.format(rows))


def _phase_changes(catalogue: Catalogue, now: Level, then: Level) -> Iterable[Markup]:
    more = [phase for phase in then.phases if phase not in now.phases]
    less = [phase for phase in now.phases if phase not in then.phases]
    if more:
        yield escape(f"Required as well: {_named(catalogue, more)}.")
    if less:
        yield escape(f"Not required any more: {_named(catalogue, less)}. What is captured there stays.")


def _gate_changes(steps: list[_Step]) -> Iterable[Markup]:
    asked_now = [step for step in steps if step.now.need != "none"]
    both = [step for step in asked_now if step.then.need != "none"]
    more = [step for step in steps if step.now.need == "none" and step.then.need != "none"]
    gone = [step for step in asked_now if step.then.need == "none"]
    turned = [step for step in both if step.now.need != step.then.need]
    other = [step for step in both if step not in turned and step.now.threshold != step.then.threshold]
    yield from _group(more, "asked in addition", lambda step: _binding(step.then))
    yield from _group(turned, "more or less binding", lambda step: f"now {step.now.need}, then {step.then.need}")
    yield from _group(
        other, "with another threshold", lambda step: f"now {step.now.threshold}; then {step.then.threshold}"
    )
    yield from _group(gone, "not asked any more; their records stay", lambda step: f"now {step.now.need}")


def _group(steps: list[_Step], what: str, says: Callable[[_Step], str]) -> Iterable[Markup]:
    if not steps:
        return
    rows = Markup("").join(_ROW.format(step.gate.title, says(step), evidence(step.gate)) for step in steps)
    summary = f"{counted(len(steps), 'gate')} {what}".capitalize()
    yield _FOLDED.format(_OPEN if len(steps) <= _SHORT else "", summary, _TABLE.format(rows))


def _binding(need: Need) -> str:
    return f"{asked(need)}; advisory" if need.need == "advisory" else asked(need)


def _count(catalogue: Catalogue, level: Level) -> str:
    required = sum(gate.levels[level.id].need == "required" for gate in catalogue.gates)
    return f"{counted(required, 'required gate')}"


def _phases(catalogue: Catalogue, level: Level) -> str:
    return _named(catalogue, level.phases)


def _named(catalogue: Catalogue, phases: Iterable[int]) -> str:
    return listed([f"{phase} {catalogue.phase(phase).name}" for phase in phases])
