"""Labels that say more to a screen reader than to the eye, where a heading beside them says the rest."""

from __future__ import annotations

from html import escape
from typing import Any


def labelled_of(control: Any, of: str) -> Any:
    """Add to a control's label whose it is, unseen; text, choice and area only."""
    control.description_allow_html = True
    control.description = f"{escape(control.description)}<span class='optlib-unseen'> of {escape(of)}</span>"
    return control
