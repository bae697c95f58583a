"""Lines of a form that say what becomes of what is typed: they follow the workbook, and hold no control."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..model import Workbook
from .form import Form
from .status import html


def says(form: Form, say: Callable[[Workbook], str], look: str = "") -> Any:
    """Show what `say` makes of the workbook, as HTML; nothing is shown where it says nothing."""
    line = html("")

    def follow(workbook: Workbook) -> None:
        put_words(line, say(workbook), look)

    form.follow(follow)
    return line


def put_words(line: Any, words: str, look: str = "") -> None:
    """Put words, as HTML, into a line; one without words takes no room."""
    line.value = f"<div class='{look}'>{words}</div>" if words else ""
    line.layout.display = None if words else "none"
