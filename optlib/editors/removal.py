"""A button that removes something when it is pressed a second time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .form import Form


class Removal:
    """The button, what it removes, and whether it was pressed once; in a table only its tooltip says what."""

    def __init__(self, form: Form, what: str, remove: Callable[[], Any], is_named: bool = False) -> None:
        self._is_named = is_named
        self._what = what
        self._remove = remove
        self.button = form.button("Remove", self._pressed)
        self.disarm()

    def disarm(self, what: str = "") -> None:
        """Forget that it was pressed; what it removes may have another name by now."""
        self._what = what or self._what
        self.button.description, self.button.button_style = self._words("Remove"), ""
        self.button.tooltip = f"Remove {self._what}"

    def _words(self, verb: str) -> str:
        return f"{verb} {self._what}" if self._is_named else verb

    def _pressed(self) -> None:
        if self.button.button_style == "danger":
            self.disarm()
            self._remove()
        else:
            self.button.description, self.button.button_style = f"{self._words('Really remove')}?", "danger"
            self.button.tooltip = f"Press again to remove {self._what}"
