"""Joins executed notebooks into one list of blocks: headings, texts, tables and figures, in the report's order.

What a notebook shows is data from here on: its HTML is reduced to an allow-list, so no cell can bring a script, a
request or a frame into the report.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from typing import Any, Literal

import nbformat
import nh3
from markdown_it import MarkdownIt

from ..views.render import WHAT_IF
from .pictures import Pictures, picture_of
from .what_if import panel, read_what_if

PLOTLY = "application/vnd.plotly.v1+json"
INSERTION_CELL = "phases"
EMPTY = '<div class="optlib"></div>'
_DOMAIN_LINK = re.compile('href="#(domain-[^"]+)"')
_STYLE = re.compile(r'<style class="optlib-style">.*?</style>', re.DOTALL)
_TAGS = set(
    """a b blockquote br caption code col colgroup dd del details div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i
    img li mark ol p pre s section small span strong sub summary sup table tbody td tfoot th thead tr u ul""".split()  # noqa: SIM905
)
_ATTRIBUTES = {"*": {"class", "id", "role", "aria-label", "title", "style", "tabindex", "scope", "colspan", "rowspan"}}
_ATTRIBUTES |= {"a": {"href"}, "details": {"open"}, "img": {"src", "alt"}}
_STYLES = {"width", "left", "right", "text-align"}


@dataclass(frozen=True)
class Block:
    """A piece of the report: a heading with its anchor, HTML, a figure as Plotly's own JSON, or a what-if panel.

    A panel is HTML too, with the id of its domain as anchor. The heading of a domain knows what links to it are called.
    """

    kind: Literal["heading", "html", "figure", "what_if"]
    html: str = ""
    level: int = 0
    anchor: str = ""
    figure: Any = None
    domain: str = ""


def join(summary: Path, phases: Iterable[Path], folder: Path | None = None) -> list[Block]:
    """The blocks of the summary notebook, with those of the phases put in below its cell `phases`.

    Pictures in texts are files in `folder`.
    """
    blocks: list[Block] = []
    for cell in _cells(summary):
        if cell.get("id") == "title":
            continue
        blocks += _blocks(cell, "", 0)
        if cell.get("id") == INSERTION_CELL:
            for path in phases:
                prefix = f"phase-{path.stem.split('_')[0]}"
                blocks += [block for inner in _cells(path) for block in _blocks(inner, prefix, 1)]
    pictures = Pictures(folder)
    shown = _with_domain_anchors(_without_empty_sections(_with_last_panels(blocks)))
    return [replace(block, html=pictures.put_in(block.html)) if block.kind == "html" else block for block in shown]


def _with_last_panels(blocks: list[Block]) -> list[Block]:
    """Leave out all what-if panels of a domain but that of the last phase that shows it."""
    last = {block.anchor: block for block in blocks if block.kind == "what_if"}
    return [block for block in blocks if block.kind != "what_if" or block is last[block.anchor]]


def _with_domain_anchors(blocks: list[Block]) -> list[Block]:
    """Have the links of the summary lead to the last section of each domain."""
    wanted = {anchor for block in blocks for anchor in _DOMAIN_LINK.findall(block.html)}
    last = {block.domain: index for index, block in enumerate(blocks) if block.kind == "heading" and block.domain}
    return [
        replace(block, anchor=block.domain) if last.get(block.domain) == index and block.domain in wanted else block
        for index, block in enumerate(blocks)
    ]


def _without_empty_sections(blocks: list[Block]) -> list[Block]:
    """Leave out headings that nothing stands under."""
    kept: list[Block] = []
    for block in reversed(blocks):
        below = kept[-1] if kept else None
        empty = below is None or (below.kind == "heading" and below.level <= block.level)
        if block.kind != "heading" or not empty:
            kept.append(block)
    return kept[::-1]


def _cells(path: Path) -> list[Any]:
    return list(nbformat.read(str(path), as_version=4).cells)  # type: ignore[no-untyped-call]


def _blocks(cell: Any, prefix: str, shift: int) -> Iterator[Block]:
    if cell.cell_type == "markdown":
        domain = f"domain-{cell.get('id', '').replace('-', '_')}" if prefix else ""
        yield from _text_blocks(cell.source, prefix, shift, domain)
    elif cell.cell_type == "code":
        for output in cell.outputs:
            yield from _output_blocks(output)


def _text_blocks(source: str, prefix: str, shift: int, domain: str) -> Iterator[Block]:
    """Headings become blocks of their own; what stands between them is rendered as text."""
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = parser.parse(source)
    start = 0
    for index, token in enumerate(tokens):
        if token.type == "heading_open":
            yield from _rendered(parser, tokens[start:index])
            title = tokens[index + 1].content
            level = min(int(token.tag[1]) + shift, 6)
            yield Block("heading", escape(title), level, _anchor(prefix, title), domain=domain)
            start = index + 3
    yield from _rendered(parser, tokens[start:])


def _rendered(parser: MarkdownIt, tokens: list[Any]) -> Iterator[Block]:
    if tokens:
        yield Block("html", clean(parser.renderer.render(tokens, parser.options, {})))


def _output_blocks(output: Any) -> Iterator[Block]:
    if output.output_type == "stream":
        if output.name == "stdout":
            yield Block("html", f"<pre>{escape(output.text)}</pre>")
        return
    data = output.get("data", {})
    if PLOTLY in data:
        yield Block("figure", figure=data[PLOTLY])
    elif "text/html" in data:
        html = clean(_STYLE.sub("", data["text/html"]))
        if html != EMPTY:
            yield Block("html", html)
    elif picture := picture_of(output):
        yield Block("html", picture)
    elif "text/plain" in data:
        yield Block("html", f"<pre>{escape(data['text/plain'])}</pre>")
    for domain in read_what_if(data.get(WHAT_IF)):
        yield Block("what_if", panel(domain), anchor=domain.id)


def clean(html: str) -> str:
    """Reduce HTML to tags, attributes and styles that can neither run, load nor cover anything."""
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
        filter_style_properties=_STYLES,
    )


def _anchor(prefix: str, title: str) -> str:
    words = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
    return f"{prefix}-{words}" if prefix else words or "section"
