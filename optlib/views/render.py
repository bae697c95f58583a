"""One autoescaping template environment, and the sanitised Markdown that long texts of a workbook may hold.

Text from a workbook reaches HTML only through here: escaped by Jinja2, or rendered by markdown-it-py with raw HTML off
and then reduced by nh3 to a list of allowed tags; headings are not on it, links are http, https or mailto, and pictures
files beside the workbook, which only a report puts in.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import nh3
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markdown_it import MarkdownIt
from markupsafe import Markup, escape

from ..recipes import Recipe
from ..words import NO_BREAK, chance, percent
from .pictures import is_elsewhere, place_beside, words_instead

WHAT_IF = "application/vnd.optlib.what-if+json"
"""The type of the data that a report makes its what-if panels of; it stands beside the HTML in a notebook's outputs."""
TEMPLATES = Path(__file__).parent / "templates"
_TAGS = {
    "p", "br", "strong", "em", "code", "pre", "ul", "ol", "li", "a", "blockquote", "hr", "table", "thead", "tbody",
    "tr", "th", "td", "del", "img",
}  # fmt: skip
_BETWEEN_TAGS = re.compile(r">\n\s*<")
_ENDS = re.compile(r"</(?:td|th|tr|li|dt|dd|thead|tbody)>")
_TAG = re.compile(r"<[a-z][^<>]*>")
_QUOTED = re.compile(r'="([A-Za-z0-9_:;.%-]+)"')
_AROUND_CSS = re.compile(r"\s*([{};,])\s*|(?<=:)\s+")
_SCHEMES = {"http", "https", "mailto"}


class Html:
    """A piece of HTML that a notebook shows and a report joins; it needs no script.

    `weights_to_try` holds, for each domain whose weights can be tried in the page, the data for that.
    """

    def __init__(self, markup: str, weights_to_try: tuple[dict[str, Any], ...] = ()) -> None:
        self.markup = markup
        self.weights_to_try = weights_to_try
        self.recipe: Recipe | None = None

    @property
    def shown(self) -> str:
        """The markup as a notebook shows it, where the style sheet of the views applies to it."""
        return f'<div class="optlib">{self.markup}</div>'

    def __html__(self) -> str:
        return self.markup

    def __str__(self) -> str:
        return self.markup

    def __repr__(self) -> str:
        return "Html"

    def _repr_html_(self) -> str:
        return self.shown

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        """Show the HTML, and beside it the data as one string: a notebook would give each number a line of its own."""
        if not self.weights_to_try:
            return {"text/html": self.shown}
        data = json.dumps(self.weights_to_try, ensure_ascii=False, separators=(",", ":"))
        return {"text/html": self.shown, WHAT_IF: data}


def render(template: str, **values: Any) -> Html:
    """Fill one of the templates; every value is escaped unless it is Html."""
    markup = _environment().get_template(template).render(**values)
    return Html(_lean(markup.strip()))


def joined(*pieces: Html) -> Html:
    """Several pieces, one below the other."""
    weights_to_try = tuple(data for piece in pieces for data in piece.weights_to_try)
    return Html("".join(piece.markup for piece in pieces), weights_to_try)


def style(more: str = "") -> Html:
    """The style sheet of the views and one more, for notebooks, in JupyterLab's light and dark themes."""
    dark = f'[data-jp-theme-light="false"] .optlib {{ {sheet("dark")} }}'
    rules = sheet("views") + (sheet(more) if more else "")
    return Html(f'<style class="optlib-style">.optlib {{ {sheet("light")} }}\n{dark}\n{rules}</style>')


def sheet(name: str) -> str:
    """One of the style sheets: `light` and `dark` are variables only, `views` and `summary` are rules."""
    return _AROUND_CSS.sub(r"\1", (TEMPLATES / f"{name}.css").read_text(encoding="utf-8").strip())


def markdown(text: str) -> Markup:
    """Render a long text: paragraphs, lists, links, code, tables and pictures."""
    return _sanitised(_parser_of_texts().render(text))


def phrase(text: str) -> Markup:
    """Render a text that stands in a line or a list item: emphasis, code and links only."""
    return _sanitised(_parser().renderInline(text))


def link(url: str, title: str = "") -> Markup:
    """A link where the address is http, https or mailto; otherwise the title and the address as text."""
    shown = title or url
    if url.split(":", 1)[0].lower() in _SCHEMES and ":" in url:
        return Markup('<a href="{}">{}</a>').format(url, shown)
    return escape(shown if shown == url or not url else f"{shown} ({url})")


def fine_percent(share: float) -> str:
    """A share of 1 at which something turns: with a decimal where a whole number would say too little."""
    digits = 1 if 0 < share < 0.1 or share > 0.99 else 0
    return f"{share * 100:.{digits}f}{NO_BREAK}%"


def signed(points: float) -> str:
    """Points with their sign, a real minus among them; `even` for none."""
    if abs(points) < 0.05:
        return "even"
    return f"{'+' if points > 0 else '−'}{abs(points):.1f}"


def figure(amount: float) -> str:
    """A score or measurement without needless digits: `4`, `0.82`, `1,300`."""
    if amount == int(amount):
        return f"{int(amount):,}"
    return f"{amount:,.4g}" if abs(amount) < 1000 else f"{amount:,.1f}"


def full_stop(text: str) -> str:
    """A sentence that ends in one full stop, also where its last word brought one along."""
    bare = text.rstrip()
    return bare if bare.endswith((".", "!", "?", ".”")) else f"{bare}."


def day(value: Any) -> str:
    """A date as a reader writes it: 23 November 2026."""
    return f"{value.day} {value:%B %Y}" if value else ""


def _lean(markup: str) -> str:
    """The same HTML without line breaks, quotes and end tags that it doesn't need: each costs bytes in a notebook.

    Which end tags can be left out is said in HTML Living Standard, 13.1.2.4 (optional tags).
    """
    return _TAG.sub(lambda tag: _QUOTED.sub(r"=\1", tag[0]), _ENDS.sub("", _BETWEEN_TAGS.sub("><", markup)))


def _sanitised(html: str) -> Markup:
    cleaned = nh3.clean(
        html,
        tags=_TAGS,
        attributes={"a": {"href"}, "img": {"src", "alt"}},
        url_schemes=_SCHEMES,
        link_rel=None,
    )
    return Markup(cleaned.strip())  # noqa: S704 - just sanitised


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable("table").enable("strikethrough")
    return parser.disable(["image", "heading", "lheading", "html_block", "html_inline"])


@cache
def _parser_of_texts() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable("table").enable("strikethrough")
    parser.add_render_rule("image", _picture)
    return parser.disable(["heading", "lheading", "html_block", "html_inline"])


def _picture(renderer: Any, tokens: Any, index: int, options: Any, env: Any) -> str:
    """A picture beside the workbook as an `img`, all else as words."""
    address = str(tokens[index].attrs["src"])
    alt = renderer.renderInlineAsText(tokens[index].children, options, env)
    if place_beside(address) is not None:
        return str(Markup('<img src="{}" alt="{}">').format(address, alt))
    if is_elsewhere(address):
        return str(link(address, alt))
    return str(words_instead(alt, address, "it is not a file in the workbook's folder"))


def compile_templates() -> None:
    """Compile all templates now, for a process that others are forked from."""
    for name in _environment().list_templates(extensions=["html"]):
        _environment().get_template(name)


def environment(folder: Path, **filters: Callable[..., Any]) -> Environment:
    """Jinja for the templates of a folder: every value is escaped, and a name that isn't known is an error."""
    made = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= filters
    return made


@cache
def _environment() -> Environment:
    made = environment(
        TEMPLATES,
        markdown=markdown,
        phrase=phrase,
        percent=percent,
        chance=chance,
        signed=signed,
        figure=figure,
        day=day,
        full_stop=full_stop,
    )
    made.globals["link"] = link
    return made
