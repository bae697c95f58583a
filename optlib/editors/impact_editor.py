"""The editor of what the decisions mean for code structure, operations, cost and team."""

from __future__ import annotations

from typing import Any

from ..model import Impact
from ..workbook_file import WorkbookFile
from .fields import entries, fields
from .form import Form
from .lines import TEXTS


def impact_editor(file: WorkbookFile) -> Any:
    """Edit the consequences of the decisions, one a line."""
    form = Form(file)
    areas = (
        entries(form, name.capitalize().replace("_", " "), ("impact", name), TEXTS) for name in Impact.model_fields
    )
    return form.box(fields(*areas, look="areas"))
