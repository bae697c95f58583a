"""What a reader wants to know of a project without opening its report, as plain data."""

from __future__ import annotations

from datetime import date
from typing import Any

from ..decisions import candidate_name, due_triggers
from ..gates import check
from ..model import Workbook
from ..open_points import open_points
from ..views.choices import Choice, choices, headline


def about(workbook: Workbook, today: date) -> dict[str, Any]:
    """Name, level, findings, choices with their verdicts, and the triggers that have fired."""
    findings = check(workbook, today)
    return {
        "name": workbook.project.name,
        "owner": workbook.project.owner,
        "headline": headline(workbook),
        "level": workbook.quality.level or "",
        "findings": {
            "gates": len(findings),
            "blocking": [finding.gate.title for finding in findings if finding.blocks],
            "open": len(open_points(workbook, today)),
        },
        "choices": [_choice(workbook, choice) for choice in choices(workbook)],
        "due": [{"domain": domain, "why": why} for domain, why in due_triggers(workbook, today)],
    }


def _choice(workbook: Workbook, choice: Choice) -> dict[str, Any]:
    """One domain: what is chosen, what was considered and not chosen, and how far the matrix decides it."""
    options = workbook.options.get(choice.domain.id)
    every = [candidate_name(workbook, choice.domain.id, one) for one in options.candidates] if options else []
    return {
        "id": choice.domain.id,
        "domain": choice.domain.name,
        "chosen": list(choice.names),
        "state": choice.state,
        "verdict": choice.verdict.label,
        "others": [name for name in every if name not in choice.names],
    }
