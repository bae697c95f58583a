"""Reads the figures of executed notebooks, where any cell can write anything: what is left of them loads nothing.

A figure is Plotly's own JSON. Its text can run nothing, as Plotly makes no element of it but links; its pictures and
maps would be loaded from elsewhere, and its size could push all else out of sight.
"""

from __future__ import annotations

import json
import re
from html import escape
from math import isfinite
from typing import Any

PLOTLY = "application/vnd.plotly.v1+json"
LARGEST = 5_000_000
TALLEST = 2_000
_MAPS = {
    "choropleth", "choroplethmap", "choroplethmapbox", "densitymap", "densitymapbox", "scattergeo", "scattermap",
    "scattermapbox",
}  # fmt: skip
_MAP_PARTS = re.compile(r"(?:geo|map|mapbox)\d*")
_PICTURE = re.compile(r"data:image/(?:png|jpe?g|gif|webp);base64,[\w+/=\s]*", re.ASCII)
_ELSEWHERE = re.compile(r"\s*(?:[a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)
# What the button of a menu or the step of a slider changes: names of parts and values for them, in one list.
_CHANGES = ("args", "args2")


def read_figure(written: Any) -> dict[str, Any] | None:
    """The traces and the layout of a figure, without what would be loaded; nothing where it has another shape."""
    if not isinstance(written, dict):
        return None
    data, layout = written.get("data") or [], written.get("layout") or {}
    if not (isinstance(data, list) and isinstance(layout, dict) and all(isinstance(trace, dict) for trace in data)):
        return None
    return {"data": _harmless(data), "layout": _fitting(_harmless(layout))}


def why_not(figure: dict[str, Any]) -> str:
    """Why a report can't show a figure, in words; nothing where it can."""
    if _is_map(figure["data"], "") or _is_map(figure["layout"], ""):
        return "it is a map, which would be loaded from elsewhere"
    if len(json.dumps(figure)) > LARGEST:
        return f"it is larger than {LARGEST // 1_000_000} MB"
    return ""


def words_for(figure: dict[str, Any], why: str) -> str:
    """What a reader gets in place of a figure."""
    return f"<p><em>(the figure “{escape(figure_title(figure))}” is not shown: {escape(why)})</em></p>"


def figure_title(figure: Any) -> str:
    """What a figure calls itself, as plain text, for the line that unfolds it."""
    title = figure.get("layout", {}).get("title")
    text = title.get("text") if isinstance(title, dict) else title
    return str(text or "").split("<br>", maxsplit=1)[0] or "Figure"


def _harmless(value: Any, key: str = "") -> Any:
    """The same without addresses of pictures, and without numbers that JSON doesn't have."""
    if isinstance(value, dict):
        return {name: _harmless(part, key if key in _CHANGES else name) for name, part in value.items()}
    if isinstance(value, list):
        return [_harmless(part, key) for part in value]
    if isinstance(value, float) and not isfinite(value):
        return None
    is_address = isinstance(value, str) and (
        (key.endswith("source") and not _PICTURE.fullmatch(value)) or (key in _CHANGES and _ELSEWHERE.match(value))
    )
    return "" if is_address else value


def _fitting(layout: dict[str, Any]) -> dict[str, Any]:
    """A layout as wide as the page lets it be, and not taller than a reader would scroll; its template's, too."""
    kept = {name: part for name, part in layout.items() if name != "width" and not _MAP_PARTS.fullmatch(name)}
    if isinstance(height := kept.get("height"), int | float):
        kept["height"] = min(height, TALLEST)
    template = kept.get("template")
    if isinstance(template, dict) and isinstance(template.get("layout"), dict):
        kept["template"] = {**template, "layout": _fitting(template["layout"])}
    return kept


def _is_map(value: Any, key: str) -> bool:
    """Whether a trace is drawn on a map, or could be made one; templates name every type there is and make none."""
    if isinstance(value, dict):
        parts = ((part, key if key in _CHANGES else name) for name, part in value.items() if name != "template")
        return any(_is_map(part, name) for part, name in parts)
    if isinstance(value, list):
        return any(_is_map(part, key) for part in value)
    return isinstance(value, str) and value in _MAPS and (key == "type" or key in _CHANGES)
