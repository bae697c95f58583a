"""The candidates of a domain in full, and how they fit the constraints."""

from __future__ import annotations

from typing import Any

from ..analysis.matrix import candidate_names, find_domain
from ..catalogue import Fact, KnownCandidate, SupportFact, load_catalogue
from ..model import Candidate, DomainOptions, Effort, Workbook
from ..recipes import remembered
from .render import Html, figure, joined, render

FIT_SIGNS = {"meets": "✓", "partly": "◐", "fails": "✗", "unknown": "?"}


def considerations(workbook: Workbook, domain_id: str, phase: int) -> Html:
    """The workbook's own question of a domain, and what it is judged by in a phase: each criterion and what it asks."""
    domain = find_domain(workbook, domain_id)
    whole = [criterion for criterion in domain.criteria_up_to(phase) if criterion.part_of is None]
    rows = [(c, [part for part in domain.criteria_up_to(phase) if part.part_of == c.id]) for c in whole]
    options = workbook.options.get(domain_id, DomainOptions())
    return render("considerations.html", question=options.question, rows=rows)


@remembered
def candidates(workbook: Workbook, domain_id: str) -> Html:
    """Each candidate of a domain: summary, pros, cons, risks, effort, known facts, references; then fit."""
    options = workbook.options.get(domain_id, DomainOptions())
    if not options.candidates:
        return Html("")
    chosen = workbook.decisions[domain_id].selected if domain_id in workbook.decisions else ()
    cards = [
        {
            "id": key,
            "name": name,
            "chosen": key in chosen,
            "candidate": candidate,
            "effort": effort_text(candidate.effort),
            "facts": _facts(load_catalogue().known(domain_id, candidate.known_as or key), candidate),
        }
        for (key, candidate), name in zip(options.candidates.items(), candidate_names(workbook, domain_id), strict=True)
    ]
    return joined(render("candidates.html", cards=cards), fit_table(workbook, domain_id))


@remembered
def fit_table(workbook: Workbook, domain_id: str) -> Html:
    """Candidates against the constraints that any of them is judged by."""
    options = workbook.options.get(domain_id, DomainOptions())
    judged = {key for candidate in options.candidates.values() for key in candidate.fit}
    constraints = [constraint for constraint in workbook.context.constraints if constraint.id in judged]
    if not constraints:
        return Html("")
    rows = [
        (name, [candidate.fit.get(constraint.id) for constraint in constraints])
        for name, candidate in zip(candidate_names(workbook, domain_id), options.candidates.values(), strict=True)
    ]
    return render("fit.html", constraints=constraints, rows=rows, signs=FIT_SIGNS)


def effort_text(effort: Effort | None) -> str:
    """Effort in words: `3 person-weeks (2 to 6)`."""
    if effort is None:
        return ""
    if effort.likely is None and effort.low is None and effort.high is None:
        return effort.note
    spread = [figure(value) for value in (effort.low, effort.high) if value is not None]
    likely = figure(effort.likely) if effort.likely is not None else ""
    between = " to ".join(spread)
    text = f"{likely} {effort.unit} ({between})" if likely and between else f"{likely or between} {effort.unit}"
    return f"{text}; {effort.note}" if effort.note else text


def _facts(known: KnownCandidate | None, candidate: Candidate) -> list[dict[str, Any]]:
    """What is known of licence and support: the workbook's own word, then the catalogue's, with source and date."""
    facts: list[dict[str, Any]] = []
    if candidate.licence:
        own = candidate.licence
        facts.append({"name": "Licence", "value": own.spdx, "standing": _stated(own.source), "on": own.on or ""})
    if candidate.support and candidate.support.end_of_life:
        support = candidate.support
        value = f"{support.cycle} until {support.end_of_life}".strip()
        facts.append({"name": "Support", "value": value, "standing": _stated(support.source), "on": ""})
    if known is None:
        return facts
    for name, fact in known.facts.items():
        title = name.replace("_", " ").capitalize()
        facts.append({"name": title, "value": fact.value, "standing": _checked(fact), "on": fact.on})
    if known.support:
        window = known.support
        value = f"{window.cycle} (latest {window.latest}), end of life {window.end_of_life}"
        facts.append({"name": "Support window", "value": value, "standing": _checked(window), "on": window.on})
    return facts


def _stated(source: str) -> str:
    return f"stated in this workbook from {source}" if source else "stated in this workbook, without a source"


def _checked(fact: Fact | SupportFact) -> str:
    return f"verified: {fact.source}" if fact.verified else f"not verified: {fact.source}"
