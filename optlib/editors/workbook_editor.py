"""The first editor of a notebook: which file is open and whether it is saved; from it on, views follow the workbook."""

from __future__ import annotations

from html import escape
from typing import Any

from ..model import Workbook
from ..workbook_file import WorkbookFile
from .form import Form
from .live import follow_views
from .status import html


def workbook_editor(file: WorkbookFile) -> Any:
    """Say which workbook is open; the views and figures below are drawn again after every change of it."""
    form = Form(file)
    follow_views(form.session)
    head = html("")
    form.follow(lambda workbook: setattr(head, "value", _head(file, workbook)))
    return form.box(head)


def _head(file: WorkbookFile, workbook: Workbook) -> str:
    name = escape(workbook.project.name or "a project without a name yet")
    place = escape(str(file.path.name))
    if file.read_only:
        return f"<p>{name} · {place}</p>"
    return (
        f"<p><strong>{name}</strong> · <span title='{escape(str(file.path))}'>{place}</span>. What you enter is saved "
        f"as you go; what the cells show follows. Earlier versions: <code>optlib history {place}</code></p>"
    )
