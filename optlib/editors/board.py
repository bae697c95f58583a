"""The board of a domain, where weights and scores are captured: one widget, whose state is plain data.

The browser reckons totals by itself and sends changes; they go to the session, which says what it refuses.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from ..changes import GONE, same
from ..errors import CatalogueError
from ..model import Workbook
from ..values import plain
from .board_data import board_state
from .edits import UNCHECKED, Change
from .form import Form

_HERE = Path(__file__).parent
_MODULES = (
    "maps", "worth", "totals", "seen", "text", "changes", "store", "edits", "look", "grid", "panel", "criteria",
    "refusals", "clipboard", "keys", "frame", "events",
)  # fmt: skip
_IMPORT = re.compile(r"^import [^;]*;\n", re.MULTILINE)
_EXPORT = re.compile(r"^export (?=const |class |function )", re.MULTILINE)


def script() -> str:
    """The board's modules as one, in the order of who needs whom: a widget has one script, and there is no bundler."""
    sources = [(_HERE / f"board_{name}.js").read_text(encoding="utf-8") for name in _MODULES]
    sources.append((_HERE / "board.js").read_text(encoding="utf-8"))
    return "\n".join(_EXPORT.sub("", _IMPORT.sub("", source)) for source in sources)


class Board(anywidget.AnyWidget):
    """The weights and scores of a domain, on the criteria that are opened up to a phase."""

    _esm = script()
    _css = (_HERE / "board.css").read_text(encoding="utf-8")
    state = traitlets.Dict().tag(sync=True)

    def __init__(self, form: Form, domain_id: str, phase: int) -> None:
        self._form = form
        self._place = (domain_id, phase)
        self._question: Any = None
        super().__init__()
        form.covers(("options", domain_id))
        form.follow(self._show)
        self.on_msg(self._heard)

    def _show(self, workbook: Workbook) -> None:
        """Send the state again, unless the workbook says the same of all that the board shows."""
        domain_id, _ = self._place
        asked = (workbook.options.get(domain_id), workbook.decisions.get(domain_id), *_shared(workbook))
        question = plain(asked)
        if self._question is None or not same(question, self._question):
            self._question = question
            self.state = self._state(workbook)

    def _state(self, workbook: Workbook) -> dict[str, Any]:
        try:
            return {"readOnly": self._form.file.read_only, **board_state(workbook, *self._place)}
        except CatalogueError:
            return {"isGone": True}

    def _heard(self, _: Any, content: dict[str, Any], __: Any) -> None:
        """What the browser sends: a numbered batch of changes, which is answered, or a step back or forth."""
        session = self._form.session
        if content["kind"] == "undo":
            session.undo()
        elif content["kind"] == "redo":
            session.redo()
        else:
            refused = session.submit([_change(each) for each in content["changes"]], self._form)
            answer = [{"where": list(each.where), "message": each.message} for each in refused]
            told = {"kind": "answer", "client": content["client"], "batch": content["batch"], "refused": answer}
            self.send(told)


def board(form: Form, domain_id: str, phase: int) -> Board:
    """Make the board of a domain, as a part of a form."""
    return Board(form, domain_id, phase)


def _shared(workbook: Workbook) -> tuple[Any, ...]:
    """What of a workbook all its boards show."""
    return workbook.scale, workbook.context.constraints, workbook.compatibility


def _change(sent: dict[str, Any]) -> Change:
    before = GONE if sent.get("isNew") else sent.get("before", UNCHECKED)
    return Change(sent["kind"], tuple(sent["where"]), sent.get("after"), before)
