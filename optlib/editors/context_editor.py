"""The editor of the project, its people, its context and its constraints."""

from __future__ import annotations

from typing import Any

from ..model import Constraint, Context, Workbook
from ..workbook_file import WorkbookFile
from .field import Typed
from .fields import area, checkbox, dropdown, entries, fields, input_line, text, title
from .form import Form
from .lines import TEXTS
from .rows import RowKind, rows
from .tree import updated, with_value

_CONSTRAINTS = ("context", "constraints")
_KINDS = ("compliance", "deadline", "budget", "team_skills", "legacy", "other")


def context_editor(file: WorkbookFile) -> Any:
    """Edit the project, its people, goals, success criteria, constraints, assumptions and what is out of scope."""
    form = Form(file)
    return form.box(
        title("Project"),
        fields(
            *(text(form, name.capitalize(), ("project", name)) for name in ("name", "owner", "version")),
        ),
        fields(area(form, "Summary", ("project", "summary")), look="areas"),
        title("People"),
        fields(
            *(text(form, name.capitalize(), ("people", name)) for name in ("driver", "approver")),
        ),
        fields(
            *(entries(form, name.capitalize(), ("people", name), TEXTS) for name in ("contributors", "informed")),
            look="areas",
        ),
        title("Context"),
        fields(
            *(
                entries(form, name.capitalize().replace("_", " "), ("context", name), TEXTS)
                for name in Context.model_fields
                if name != "constraints"
            ),
            look="areas",
        ),
        title("Constraints"),
        rows(
            form,
            RowKind("constraint", _CONSTRAINTS, _controls, _show, _read, _replaced),
        ),
    )


def _controls() -> Typed:
    kinds = [(kind.replace("_", " "), kind) for kind in _KINDS]
    statement, must = input_line("Statement"), checkbox("Must")
    statement.layout.flex = "4 1 300px"
    must.tooltip = "A must eliminates the candidates that fail it"
    return input_line("Id", "data-residency"), dropdown("Kind", kinds), statement, must


def _show(constraint: Constraint) -> Typed:
    return constraint.id, constraint.kind, constraint.statement, constraint.must


def _read(typed: Typed, former: Constraint | None) -> Constraint:
    name, kind, statement, must = typed
    return updated(former, Constraint, id=name.strip(), kind=kind, statement=statement.strip(), must=must)


def _replaced(workbook: Workbook, index: int, constraint: Constraint | None) -> Workbook:
    """Change or take away a constraint; what candidates say of it follows its id, or goes with it."""
    before = workbook.context.constraints[index].id
    after = constraint.id if constraint else None
    changed = with_value(workbook, (*_CONSTRAINTS, index), constraint)
    if before == after:
        return changed
    for domain_id, options in workbook.options.items():
        for candidate_id, candidate in options.candidates.items():
            if before in candidate.fit:
                renamed = {after if key == before else key: fit for key, fit in candidate.fit.items()}
                fits = {key: fit for key, fit in renamed.items() if key}
                changed = with_value(changed, ("options", domain_id, "candidates", candidate_id, "fit"), fits)
    return changed
