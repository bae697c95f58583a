"""Exports joined blocks to one HTML file through optlib's own nbconvert template."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters.templateexporter import TemplateExporter

from ..model import Workbook
from ..views.choices import standing
from ..views.render import day, sheet
from .figures import figure_title
from .foot import foot
from .inputs import Inputs
from .join import Block
from .what_if import embedded

TEMPLATE = Path(__file__).parent / "template"
CONTENTS_LEVELS = (2, 4)
# What stands in a bar of a view: a cell's own HTML could put more in one, which would lie over the text below it.
_BARS = ".optlib.optlib .track :is(i, b) { overflow: clip; }"


class ReportExporter(TemplateExporter):
    """nbconvert's exporter with a template that takes blocks instead of cells, and escapes everything."""

    output_mimetype = "text/html"

    def __init__(self) -> None:
        folders = [str(TEMPLATE.parent)]
        super().__init__(template_name=TEMPLATE.name, template_file="index.html.j2", extra_template_basedirs=folders)  # type: ignore[no-untyped-call]

    def _create_environment(self) -> Any:
        environment = super()._create_environment()  # type: ignore[no-untyped-call]
        environment.autoescape = True
        environment.filters["day"] = day
        return environment


def export(
    blocks: list[Block], workbook: Workbook, today: date, light: bool = False, inputs: Inputs | None = None
) -> str:
    """Write the page: header, contents, blocks; figures folded, with plotly.js packed in once unless `light`."""
    shown = [block for block in blocks if not (light and block.kind == "figure")]
    has_figures = any(block.kind == "figure" for block in shown)
    script = _read("report.js") + _read("what_if_totals.js") + _read("what_if.js")
    plotly = _plotly() if has_figures else ""
    resources = {
        "parts": _parts(shown),
        "contents": [block for block in shown if block.kind == "heading" and block.level in CONTENTS_LEVELS],
        "workbook": workbook,
        "today": today,
        "status": standing(workbook),
        "inputs": inputs,
        "style": f"{page_style()}\n{foot(workbook.project, today)}",
        "script": script,
        "plotly": _packed(plotly) if plotly else "",
        "hashes": " ".join(f"'{_hash(text)}'" for text in (script, plotly) if text),
    }
    nothing = nbformat.v4.new_notebook()  # type: ignore[no-untyped-call]
    page, _ = ReportExporter().from_notebook_node(nothing, resources=resources)
    return str(page)


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


def _plotly() -> str:
    from plotly.offline import get_plotlyjs

    return str(get_plotlyjs())


def _packed(text: str) -> str:
    return base64.b64encode(gzip.compress(text.encode(), 9, mtime=0)).decode()


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
