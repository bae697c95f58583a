"""The findings of workbook files as plain data, and as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from .errors import OptlibError
from .gates import Finding, check
from .open_points import open_points
from .workbook_file import open_workbook

SIGNS = {"pass": "✓", "fail": "✗", "no evidence": "○", "waived": "~"}


def check_files(paths: Iterable[Path], today: date) -> list[dict[str, Any]]:
    """What is found of each file: findings, open points, and the exit code it asks for.

    Exit codes: 0 nothing blocks, 1 a required gate blocks or no level is chosen, 2 the file can't be read.
    """
    return [_checked(path, today) for path in paths]


def checked_text(results: list[dict[str, Any]]) -> str:
    """The results for a terminal: what blocks first, then the rest; workbooks that can't be read are left to stderr."""
    return "\n\n".join(_result_text(result) for result in results if "error" not in result)


def _checked(path: Path, today: date) -> dict[str, Any]:
    try:
        workbook = open_workbook(path).workbook
    except OptlibError as error:
        return {"workbook": str(path), "exit": 2, "error": str(error)}
    findings = check(workbook, today)
    blocks = any(finding.blocks for finding in findings) or workbook.quality.level is None
    return {
        "workbook": str(path),
        "exit": 1 if blocks else 0,
        "level": workbook.quality.level,
        "as_of": today.isoformat(),
        "findings": [_finding(finding) for finding in findings],
        "open": [{"where": point.where, "message": point.message} for point in open_points(workbook, today)],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "gate": finding.gate.id,
        "title": finding.gate.title,
        "when": finding.gate.when,
        "phase": finding.gate.phase,
        "need": finding.need.need,
        "threshold": finding.need.threshold,
        "verdict": finding.verdict,
        "blocks": finding.blocks,
        "looked_at": finding.looked_at,
        "missing": finding.missing,
    }


def _result_text(result: dict[str, Any]) -> str:
    level = result["level"]
    head = f"{result['workbook']}: " + (f"level {level}" if level else "no quality level is chosen; set quality.level")
    findings = sorted(result["findings"], key=lambda finding: not finding["blocks"])
    lines = [head, *(_finding_line(finding) for finding in findings)]
    if result["open"]:
        lines += ["  Open:", *(f"    {point['where']}: {point['message']}" for point in result["open"])]
    blocking = sum(finding["blocks"] for finding in findings)
    return "\n".join(
        [*lines, f"  {blocking} of {len(findings)} gates block." if level else "  Nothing is held to gates."]
    )


def _finding_line(finding: dict[str, Any]) -> str:
    mark = "BLOCKS " if finding["blocks"] else "       "
    advisory = " (advisory)" if finding["need"] == "advisory" else ""
    missing = f" – missing: {finding['missing']}" if finding["missing"] else ""
    verdict = f"{SIGNS[finding['verdict']]} {finding['verdict']:<11}"
    return f"  {mark}{verdict} {finding['gate']}{advisory}: {finding['title']}{missing}"
