"""What is found of a gate, as HTML. Knows no widgets."""

from __future__ import annotations

from markupsafe import Markup

from ..catalogue import Gate, Need
from ..gates import Finding
from ..views.quality import SIGNS
from .level_needs import asked, evidence

_BADGE = Markup("<span class='optlib-badge optlib-{}'>{} {}</span>")


def verdict_badge(finding: Finding) -> Markup:
    """The verdict with its sign; red only where it blocks."""
    look = finding.verdict.replace(" ", "-")
    look = look if finding.need.need == "required" or finding.verdict in ("pass", "waived") else "plain"
    return _BADGE.format(look, SIGNS[finding.verdict], finding.verdict)


def finding_words(finding: Finding, named: bool = False) -> str:
    """The verdict of a gate now, what was looked at, and what is missing; the gate's title where none stands above."""
    title = f"{finding.gate.title}: " if named else ""
    words = Markup("{} {}").format(verdict_badge(finding), f"{title}{finding.looked_at}")
    return words + Markup(". Missing: {}").format(finding.missing) if finding.missing else words


def undeclared_words(finding: Finding) -> str:
    """The verdict of a gate of which nothing is declared; what would show it stands in its heading."""
    return Markup("{} nothing is declared yet").format(verdict_badge(finding))


def gate_heading(gate: Gate, need: Need) -> str:
    """What a gate is called, whether it binds, when it is asked, what it asks, what shows it, where it comes from."""
    head = Markup("<div role='heading' aria-level='4'><b>{}</b></div>").format(gate.title)
    said = f"{need.need.capitalize()} at {gate.when}. Asks: {asked(need)}. Shown by: {evidence(gate)}."
    return head + Markup("<div>{} {}</div>").format(said, _sources(gate))


def _sources(gate: Gate) -> Markup:
    said = [*gate.sources, *([f"Judgement: {gate.judgement}"] if gate.judgement else [])]
    items = Markup("").join(Markup("<li>{}</li>").format(words) for words in said)
    folded = Markup("<details class='optlib-source'><summary>Where it comes from</summary><ul>{}</ul></details>")
    return folded.format(items)
