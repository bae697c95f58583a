"""Exports joined blocks to one HTML file through a template."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from datetime import date
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

from jinja2 import Template

from ..model import Workbook
from ..views.choices import standing
from ..views.render import day, environment, sheet
from .figures import figure_title
from .foot import foot
from .inputs import Inputs
from .join import Block
from .what_if import embedded

TEMPLATE = Path(__file__).parent / "template"
CONTENTS_LEVELS = (2, 4)
# What stands in a bar of a view: a cell's own HTML could put more in one, which would lie over the text below it.
_PACKING = 5  # of zlib; 9 takes almost twice as long for 1 % less
_BARS = ".optlib.optlib .track :is(i, b) { overflow: clip; }"


@cache
def template() -> Template:
    """The page's template, compiled once for all reports of a process."""
    return environment(TEMPLATE, day=day).get_template("index.html.j2")


def export(
    blocks: list[Block], workbook: Workbook, today: date, light: bool = False, inputs: Inputs | None = None
) -> str:
    """Write the page: header, contents, blocks; figures folded, with plotly.js packed in once unless `light`."""
    shown = [block for block in blocks if not (light and block.kind == "figure")]
    has_figures = any(block.kind == "figure" for block in shown)
    script = _read("report.js") + _read("what_if_totals.js") + _read("what_if.js")
    plotly, plotly_hash = packed_plotly() if has_figures else ("", "")
    return template().render(
        {
            "parts": _parts(shown),
            "contents": [block for block in shown if block.kind == "heading" and block.level in CONTENTS_LEVELS],
            "workbook": workbook,
            "today": today,
            "status": standing(workbook),
            "inputs": inputs,
            "style": f"{page_style()}\n{foot(workbook.project, today)}",
            "script": script,
            "plotly": plotly,
            "hashes": " ".join(f"'{one}'" for one in (_hash(script), plotly_hash) if one),
        }
    )


def _parts(blocks: list[Block]) -> list[tuple[str, list[Any]]]:
    """What the template goes through: blocks in a row of one kind, so that a domain's figures fold as one."""
    return [
        (kind, [_figure_json(block.figure) if kind == "figure" else block for block in row])
        for kind, row in groupby(blocks, key=lambda block: block.kind)
    ]


def page_style() -> str:
    """The style sheets of the views and of the page; dark comes by the system's scheme or by the page's switch."""
    dark = f"{{ {sheet('dark')} color-scheme: dark; }}"
    dark = (
        f"@media screen and (prefers-color-scheme: dark) {{ html:not([data-theme=light]) .optlib {dark} }}\n"
        f"@media screen {{ html[data-theme=dark] .optlib {dark} }}"
    )
    rules = _read("report.css") + _read("what_if.css")
    return f".optlib {{ {sheet('light')} }}\n{dark}\n{sheet('views')}{sheet('summary')}\n{rules}{_BARS}"


def _read(name: str) -> str:
    return (TEMPLATE / name).read_text(encoding="utf-8")


def _figure_json(figure: Any) -> dict[str, str]:
    text = json.dumps(figure, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return {"json": embedded(text), "title": figure_title(figure)}


@cache
def packed_plotly() -> tuple[str, str]:
    """plotly.js packed, and the hash that the page's policy names it by; made once for all reports of a process."""
    from plotly.offline import get_plotlyjs

    text = str(get_plotlyjs())
    return base64.b64encode(gzip.compress(text.encode(), _PACKING, mtime=0)).decode(), _hash(text)


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
