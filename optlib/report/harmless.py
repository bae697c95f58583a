"""Reduces HTML that a cell shows to what can neither run, load, cover the page nor pass for a part of it."""

from __future__ import annotations

import re

import nh3

from ..views.render import sheet

_TAGS = set(
    """a b blockquote br caption code col colgroup dd del details div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i
    img li mark ol p pre s section small span strong sub summary sup table tbody td tfoot th thead tr u ul""".split()  # noqa: SIM905
)
_ATTRIBUTES = {"*": {"class", "id", "role", "aria-label", "title", "style", "tabindex", "scope", "colspan", "rowspan"}}
_ATTRIBUTES |= {"a": {"href"}, "details": {"open"}, "img": {"src", "alt"}}
# The classes of the views. Those of the page itself and of Plotly, which would put things over the page, are not among
# them; the tables stand in the page's own style sheet.
_CLASSES = set(re.findall(r"\.([a-z][\w-]*)", sheet("views") + sheet("summary"))) | {"deferrals", "gates", "risks"}
_STYLES = re.compile(r"(?:(?:width|left|right): ?(?:100|\d{1,2})(?:\.\d+)?%|text-align: ?(?:left|right|center))")
_VALUES = {
    "id": re.compile(r"domain-[a-z][a-z0-9_-]*"),
    "role": re.compile(r"group|img"),
    "tabindex": re.compile(r"0|-1"),
    # Two slashes lead to another machine, which some systems greet with the reader's name and password.
    "href": re.compile(r"(?![\s/\\]*[/\\]\s*[/\\]).*", re.DOTALL),
}


def clean(html: str) -> str:
    """Reduce HTML to tags, attributes, classes and styles of which each is known to do no harm."""
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_kept,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )


def _kept(tag: str, name: str, value: str) -> str | None:  # noqa: ARG001 - what nh3 calls
    """What is left of an attribute's value, None for nothing."""
    if name == "class":
        return " ".join(word for word in value.split() if word in _CLASSES) or None
    if name == "style":
        return ";".join(part.strip() for part in value.split(";") if _STYLES.fullmatch(part.strip())) or None
    allowed = _VALUES.get(name)
    return value if allowed is None or allowed.fullmatch(value) else None
