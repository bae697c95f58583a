"""Joins executed notebooks into one list of blocks: headings, texts, tables and figures, in the report's order.

What a notebook shows is data from here on: its HTML is reduced to an allow-list, so no cell can bring a script, a
request or a frame into the report.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from html import escape
from pathlib import Path
from typing import Any, Literal

from click import unstyle
from markdown_it import MarkdownIt

from ..views.render import WHAT_IF
from .figures import PLOTLY, read_figure, why_not, words_for
from .harmless import clean
from .pictures import Pictures, picture_of
from .what_if import panel, read_what_if

INSERTION_CELL = "phases"
EMPTY = '<div class="optlib"></div>'
_DOMAIN_LINK = re.compile('href="#(domain-[^"]+)"')
_STYLE = re.compile(r'<style class="optlib-style">.*?</style>', re.DOTALL)
_OWN_ANCHOR = re.compile(r'(<h5(?: [a-z-]+="[^"]*")*?) id="([^"]*)"')
# The ids of the page itself.
_TAKEN = frozenset({"main", "plotly-packed"})
LONGEST_TEXT = 100_000
LONGEST_HTML = 2_000_000
_TOO_LONG = "<p><em>(what a cell shows here is left out: it is longer than 2 million characters)</em></p>"
_PARSER = MarkdownIt("commonmark", {"html": False}).enable("table")


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


def join(summary: Any, phases: Mapping[str, Any], folder: Path | None = None) -> list[Block]:
    """The blocks of the executed summary notebook, with those of the phases, by name, put in below its cell `phases`.

    Pictures in texts are files in `folder`.
    """
    blocks: list[Block] = []
    for cell in summary.cells:
        if cell.get("id") == "title":
            continue
        blocks += _blocks(cell, "", 0)
        if cell.get("id") == INSERTION_CELL:
            for name, notebook in phases.items():
                prefix = f"phase-{name.split('_')[0]}"
                blocks += [block for inner in notebook.cells for block in _blocks(inner, prefix, 1)]
    pictures = Pictures(folder)
    shown = _with_single_anchors(_with_domain_anchors(_without_empty_sections(_with_last_panels(blocks))))
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


def _with_single_anchors(blocks: list[Block]) -> list[Block]:
    """Number anchors that stand more than once, or are the page's own; those of domains, which links lead to, stay."""
    domains = {block.anchor for block in blocks if block.kind == "heading" and block.anchor == block.domain}
    taken = set(_TAKEN | domains)
    single = []
    for block in blocks:
        if block.kind == "heading" and block.anchor not in domains:
            block = replace(block, anchor=_free(block.anchor, taken))  # noqa: PLW2901 - the same block, found in its place
        elif block.kind == "html":
            block = replace(block, html=_OWN_ANCHOR.sub(partial(_own_anchor, taken), block.html))  # noqa: PLW2901
        single.append(block)
    return single


def _free(anchor: str, taken: set[str]) -> str:
    """The anchor, with a number where it is taken; it is taken from here on."""
    number, free = 1, anchor
    while free in taken:
        number += 1
        free = f"{anchor}-{number}"
    taken.add(free)
    return free


def _own_anchor(taken: set[str], written: re.Match[str]) -> str:
    """A heading within HTML, without its id where that is taken."""
    if written[2] in taken:
        return written[1]
    taken.add(written[2])
    return written[0]


def _without_empty_sections(blocks: list[Block]) -> list[Block]:
    """Leave out headings that nothing stands under."""
    kept: list[Block] = []
    for block in reversed(blocks):
        below = kept[-1] if kept else None
        empty = below is None or (below.kind == "heading" and below.level <= block.level)
        if block.kind != "heading" or not empty:
            kept.append(block)
    return kept[::-1]


def _blocks(cell: Any, prefix: str, shift: int) -> Iterator[Block]:
    if cell.cell_type == "markdown":
        domain = f"domain-{cell.get('id', '').replace('-', '_')}" if prefix else ""
        yield from _text_blocks(cell.source, prefix, shift, domain)
    elif cell.cell_type == "code":
        for output in cell.outputs:
            yield from _output_blocks(output)


def _text_blocks(source: str, prefix: str, shift: int, domain: str) -> Iterator[Block]:
    """Headings become blocks of their own; what stands between them is rendered as text."""
    tokens = _PARSER.parse(source)
    start = 0
    for index, token in enumerate(tokens):
        if token.type == "heading_open":
            yield from _rendered(tokens[start:index])
            title = tokens[index + 1].content
            level = min(int(token.tag[1]) + shift, 6)
            yield Block("heading", escape(title), level, _anchor(prefix, title), domain=domain)
            start = index + 3
    yield from _rendered(tokens[start:])


def _rendered(tokens: list[Any]) -> Iterator[Block]:
    if tokens:
        yield Block("html", clean(_PARSER.renderer.render(tokens, _PARSER.options, {})))


def _output_blocks(output: Any) -> Iterator[Block]:
    if output.output_type == "stream":
        if output.name == "stdout":
            yield _plain(output.text)
        return
    data = output.get("data", {})
    yield from _shown(output, data)
    for domain in read_what_if(data.get(WHAT_IF)):
        yield Block("what_if", panel(domain), anchor=domain.id)


def _shown(output: Any, data: Any) -> Iterator[Block]:
    """What an output shows, in the best of its forms; a form that isn't of its type's shape counts as missing."""
    html, text = data.get("text/html"), data.get("text/markdown")
    if figure := read_figure(data.get(PLOTLY)):
        why = why_not(figure)
        yield Block("html", words_for(figure, why)) if why else Block("figure", figure=figure)
    elif isinstance(html, str):
        cleaned = clean(_STYLE.sub("", html)) if len(html) <= LONGEST_HTML else _TOO_LONG
        if cleaned != EMPTY:
            yield Block("html", cleaned)
    elif picture := picture_of(output):
        yield Block("html", picture)
    elif isinstance(text, str) and len(text) <= LONGEST_TEXT:
        yield from _rendered(_PARSER.parse(text))
    elif isinstance(plain := data.get("text/plain"), str):
        yield _plain(plain)


def _plain(text: str) -> Block:
    """Text as a terminal would show it, without its colours; only the beginning of what nobody would read."""
    left_out = len(text) - LONGEST_TEXT
    more = f"\n… {left_out:,} more characters are left out of the report." if left_out > 0 else ""
    shown = unstyle(text[:LONGEST_TEXT])
    return Block("html", f"<pre>{escape(shown)}{more}</pre>")


def _anchor(prefix: str, title: str) -> str:
    words = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
    return f"{prefix}-{words}" if prefix else words or "section"
