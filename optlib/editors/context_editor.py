"""The editor of the project, its people, its context and its constraints."""

from __future__ import annotations

from typing import Any

from ..workbook_file import WorkbookFile
from .constraint_rows import WHAT_A_MUST_DOES, constraint_rows
from .fields import area, entries, fields, text, title
from .fold import fold
from .form import Form
from .lines import TEXTS
from .references import reference_rows
from .rows import rows
from .scale_fields import scale_fields
from .status import html

_PROJECT = {"name": "", "owner": "who answers for this project", "version": "of this record: 1.0, draft"}
_PEOPLE = {"driver": "who sees to it that it is decided", "approver": "the one who approves it"}


def context_editor(file: WorkbookFile) -> Any:
    """Edit the project, its people, goals, success criteria, constraints, assumptions and what is out of scope."""
    form = Form(file)
    return form.box(
        title("Project", level=3),
        fields(*(text(form, name.capitalize(), ("project", name), hint=hint) for name, hint in _PROJECT.items())),
        fields(area(form, "Summary", ("project", "summary")), look="each"),
        rows(form, reference_rows(("project", "references"))),
        title("People", level=3),
        fields(*(text(form, name.capitalize(), ("people", name), hint=hint) for name, hint in _PEOPLE.items())),
        _lists(form, "people", ("contributors", "informed")),
        title("What it is for", level=3),
        _lists(form, "context", ("goals", "success_criteria")),
        title("Constraints", level=3),
        html(WHAT_A_MUST_DOES, "optlib-hint"),
        rows(form, constraint_rows()),
        title("What it takes for granted, and leaves out", level=3),
        _lists(form, "context", ("assumptions", "out_of_scope")),
        fold("the scale of the scores", title("Scale of the scores", level=3), scale_fields(form)),
    )


def _lists(form: Form, part: str, names: tuple[str, ...]) -> Any:
    areas = (entries(form, name.capitalize().replace("_", " "), (part, name), TEXTS) for name in names)
    return fields(*areas, look="areas")
