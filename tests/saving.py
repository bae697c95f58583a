"""Small changes of a workbook, for the tests that save one."""

from __future__ import annotations

from optlib import Workbook
from optlib.model import Candidate


def renamed(workbook: Workbook, name: str) -> Workbook:
    """The workbook with another project name."""
    return workbook.model_copy(update={"project": workbook.project.model_copy(update={"name": name})})


def owned(workbook: Workbook, owner: str) -> Workbook:
    """The workbook with another owner."""
    return workbook.model_copy(update={"project": workbook.project.model_copy(update={"owner": owner})})


def with_candidate(workbook: Workbook, name: str, summary: str) -> Workbook:
    """The workbook with this candidate of tooling, new or changed."""
    tooling = workbook.options["tooling"]
    candidate = tooling.candidates.get(name, Candidate()).model_copy(update={"summary": summary})
    tooling = tooling.model_copy(update={"candidates": {**tooling.candidates, name: candidate}})
    return workbook.model_copy(update={"options": {**workbook.options, "tooling": tooling}})


def without_candidate(workbook: Workbook, name: str) -> Workbook:
    """The workbook without a candidate of tooling, and without a decision for it."""
    tooling = workbook.options["tooling"]
    candidates = {key: candidate for key, candidate in tooling.candidates.items() if key != name}
    options = {"tooling": tooling.model_copy(update={"candidates": candidates})}
    decision = workbook.decisions["tooling"]
    selected = tuple(key for key in decision.selected if key != name)
    decisions = {"tooling": decision.model_copy(update={"selected": selected})}
    return workbook.model_copy(update={"options": options, "decisions": decisions})
