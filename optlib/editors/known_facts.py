"""What the catalogue knows of a candidate, offered in its form; taking it over fills what is empty, no more."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from typing import Any

import ipywidgets as widgets
from markupsafe import Markup

from ..catalogue import Fact, KnownCandidate, load_catalogue
from ..model import Candidate, Licence, Reference, Support, Workbook
from ..values import read_date
from ..words import listed
from .field import Field
from .fields import dropdown
from .form import Form
from .says import put_words
from .status import html
from .tree import Place, updated, value_at, with_value

_ROW = Markup("<tr><th scope='row'>{}</th><td>{}</td><td>{}</td></tr>")
_TABLE = Markup(
    "<p>The catalogue knows <b>{}</b>{}. {}</p><details class='optlib-more'><summary>What it knows, and from where"
    "</summary><table class='optlib-needs'><thead><tr><th scope='col'>Fact</th><th scope='col'>What is known</th>"
    "<th scope='col'>From where</th></tr></thead><tbody>{}</tbody></table></details>"
)


def known_as(form: Form, where: Place, name: str) -> Any:
    """Bind the choice of the catalogue's candidate that this one is."""
    control = dropdown("Known in the catalogue as", ())
    form.follow(lambda workbook: _offer(control, workbook, where))
    place = (*where, "known_as")
    form.add(Field(f"{name}, known as", place, (control,), lambda key: (key or "",), lambda typed, _: typed[0] or None))
    return control


def known_facts(form: Form, where: Place, name: str) -> Any:
    """Show what is known of the candidate, with source and day, and a button that fills in what is empty."""
    words = html("")
    fill = lambda: form.change(f"{name}, facts", lambda workbook: with_facts(workbook, where))  # noqa: E731
    use = form.button("Use these facts", fill)
    panel = widgets.VBox([words, use])
    panel.add_class("optlib-panel")

    def show(workbook: Workbook) -> None:
        candidate, known = _both(workbook, where)
        panel.layout.display = "flex" if candidate and known else "none"
        if candidate and known:
            fills = fresh_facts(candidate, known)
            put_words(words, _words(known, list(fills)))
            use.layout.display = None if fills else "none"

    form.follow(show)
    return panel


def fresh_facts(candidate: Candidate, known: KnownCandidate) -> dict[str, Any]:
    """What the catalogue would fill in: licence, support and references, each only where the candidate has none.

    Support is that of one version line, so it isn't offered for a candidate of another version.
    """
    facts: dict[str, Any] = {}
    licence, window = known.facts.get("licence"), known.support
    if licence and not (candidate.licence and candidate.licence.spdx):
        facts["licence"] = _licence(candidate.licence, licence)
    is_this_line = window is not None and (not candidate.version or window.cycle in candidate.version)
    has_support = candidate.support and (candidate.support.cycle or candidate.support.end_of_life)
    if window and is_this_line and not has_support:
        source = _sourced(window.source, window.verified, window.on)
        ends = _day(window.end_of_life)
        facts["support"] = updated(candidate.support, Support, cycle=window.cycle, end_of_life=ends, source=source)
    if known.docs and not candidate.references:
        url = known.docs if "://" in known.docs else f"https://{known.docs}"
        facts["references"] = (Reference(title=f"{known.name}: documentation", url=url),)
    return facts


def with_facts(workbook: Workbook, where: Place) -> Workbook:
    """Fill in what the catalogue knows of a candidate and the workbook doesn't say."""
    candidate, known = _both(workbook, where)
    for name, value in fresh_facts(candidate, known).items() if candidate and known else ():
        workbook = with_value(workbook, (*where, name), value)
    return workbook


def _both(workbook: Workbook, where: Place) -> tuple[Candidate | None, KnownCandidate | None]:
    candidate: Candidate | None = value_at(workbook, where)
    domain_id, candidate_id = str(where[1]), str(where[-1])
    key = (candidate.known_as if candidate else None) or candidate_id
    return candidate, load_catalogue().known(domain_id, key)


def _offer(control: Any, workbook: Workbook, where: Place) -> None:
    """Offer the catalogue's candidates, whatever the workbook names, and that its own id says it."""
    domain_id, candidate_id = str(where[1]), str(where[-1])
    catalogue = load_catalogue()
    own = catalogue.known(domain_id, candidate_id)
    named = value_at(workbook, (*where, "known_as"))
    none = f"{own.name}, by its id" if own else "not in the catalogue"
    options = [(none, ""), *((known.name, known.id) for known in catalogue.candidates.get(domain_id, ()))]
    options += [(named, named)] if named and named not in [key for _, key in options] else []
    if list(control.options) != options:
        kept = control.value if control.value in [key for _, key in options] else ""
        control.options = options
        control.value = kept


def _words(known: KnownCandidate, fills: list[str]) -> str:
    would = f"It can fill in its {listed(fills)}; what you have written stays." if fills else "It has nothing to add."
    rows = Markup("").join(_ROW.format(*row) for row in _rows(known))
    return _TABLE.format(known.name, f", {known.kind}" if known.kind else "", would, rows)


def _rows(known: KnownCandidate) -> Iterator[tuple[str, str, str]]:
    """Each fact: what it is about, what is known, and from where."""
    for name, fact in known.facts.items():
        yield name.replace("_", " ").capitalize(), fact.value, _standing(fact)
    if known.support:
        window = known.support
        ends = f"support ends {window.end_of_life}" if _day(window.end_of_life) else "nobody states when support ends"
        yield "Support", f"version {window.cycle}, {ends}", _sourced(window.source, window.verified, window.on)
    if known.docs:
        yield "Documentation", known.docs, "the catalogue"
    for words in known.considerations:
        yield "To consider", words, "the catalogue"


def _licence(former: Licence | None, fact: Fact) -> Licence:
    source = f"{fact.source} ({fact.note})" if fact.note else fact.source
    source = source if fact.verified else _sourced(source, fact.verified, "")
    kept = former or Licence()
    licence: Licence = updated(
        former, Licence, spdx=fact.value, source=kept.source or source, on=kept.on or _day(fact.on)
    )
    return licence


def _standing(fact: Fact) -> str:
    words = _sourced(fact.source, fact.verified, fact.on)
    return f"{words}; {fact.note}" if fact.note else words


def _sourced(source: str, is_verified: bool, on: str) -> str:
    words = source if is_verified or "not checked" in source else f"{source}, not checked"
    return f"{words}, {on}" if on and on not in words else words


def _day(words: str) -> date | None:
    with suppress(ValueError):
        return read_date(words)
    return None
