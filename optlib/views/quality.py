"""The quality level, its gates and their findings, and what is still open."""

from __future__ import annotations

from datetime import date

from ..catalogue import load_catalogue
from ..gates import Finding, check
from ..model import Workbook
from ..open_points import open_points, phases_to_report
from ..recipes import remembered
from .render import Html, joined, render, style

SIGNS = {"pass": "✓", "fail": "✗", "no evidence": "○", "waived": "~"}
_ORDER = ("fail", "no evidence", "waived", "pass")


@remembered
def levels(workbook: Workbook) -> Html:
    """The four quality levels with their guidance and the phases each requires, the chosen one marked."""
    catalogue = load_catalogue()
    phases = {phase.id: phase.name for phase in catalogue.phases}
    return render("levels.html", levels=catalogue.levels, chosen=workbook.quality.level, phases=phases)


@remembered
def gates(workbook: Workbook, today: date, phase: int | None = None) -> Html:
    """The findings of the level's gates, of one phase or all: verdict, what was looked at, what is missing."""
    findings = [finding for finding in check(workbook, today) if phase in (None, finding.gate.phase)]
    findings.sort(key=lambda finding: (not finding.blocks, _ORDER.index(finding.verdict)))
    return render(
        "gates.html",
        entry=[finding for finding in findings if finding.gate.when == "entry"],
        exit=[finding for finding in findings if finding.gate.when == "exit"],
        signs=SIGNS,
        level=workbook.quality.level,
        title=gates_title(findings),
    )


def gates_title(findings: list[Finding]) -> str:
    """The findings in a phrase: `12 of 20 required gates pass, 5 are waived, 3 block`."""
    required = [finding for finding in findings if finding.need.need == "required"]
    passed = sum(finding.verdict == "pass" for finding in required)
    waived = sum(finding.verdict == "waived" for finding in required)
    blocking = sum(finding.blocks for finding in required)
    if not required:
        return "No gate is required here"
    gates = f"{len(required)} required {'gate' if len(required) == 1 else 'gates'}"
    parts = [f"{passed} of {gates} {'passes' if passed == 1 else 'pass'}"]
    parts += [f"{waived} {'is' if waived == 1 else 'are'} waived"] if waived else []
    parts += [f"{blocking} {'blocks' if blocking == 1 else 'block'}"] if blocking else []
    return ", ".join(parts)


@remembered
def next_phase(workbook: Workbook, today: date, phase: int) -> Html:
    """What blocks at the end of this phase, and what the next one needs."""
    catalogue = load_catalogue()
    blocking = [finding for finding in check(workbook, today) if finding.blocks and finding.gate.phase <= phase]
    following = next((info for info in catalogue.phases if info.id == phase + 1), None)
    required = following is not None and following.id in catalogue.required_phases(workbook)
    return render("next.html", blocking=blocking, following=following, required=required, level=workbook.quality.level)


@remembered
def whats_open(workbook: Workbook, today: date, phase: int | None = None) -> Html:
    """The open points of a phase, or of the workbook, with the style sheet that all views below it share."""
    catalogue = load_catalogue()
    required = phase is None or phase in catalogue.required_phases(workbook)
    points = open_points(workbook, today, phase)
    groups: dict[str, list[str]] = {}
    for point in points:
        groups.setdefault(point.where, []).append(point.message)
    reported = phase is None or phase in phases_to_report(workbook)
    body = render("open.html", groups=groups, required=required, reported=reported, level=workbook.quality.level)
    return joined(style(), body)
