"""Keeps JupyterLab's one-letter shortcuts from acting on the notebook while a control of a form has the focus."""

from __future__ import annotations

from pathlib import Path

import anywidget

HERE = Path(__file__).parent


class KeyGuard(anywidget.AnyWidget):
    """An invisible part of a form; its script stops key presses at the form's root, but for Ctrl, Cmd and Escape."""

    _esm = HERE / "key_guard.js"
