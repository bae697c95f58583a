"""What the board shows, as plain data made of a workbook: everything that the browser can't reckon by itself.

Knows no widgets and no files.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np

from ..analysis import cells
from ..analysis.elicitation import elicited
from ..analysis.group import with_joint_scores
from ..analysis.matrix import candidate_names, find_domain, matrix_of, option_matrix
from ..analysis.screening import screen
from ..analysis.stated_weights import found_weights
from ..catalogue import Criterion, Domain, load_catalogue
from ..model import Candidate, DomainOptions, Scale, Score, Weighting, Workbook
from ..values import FrozenMap, plain
from ..words import digits, listed
from .answers import named_in
from .tree import Place, value_at


def board_state(workbook: Workbook, domain_id: str, phase: int) -> dict[str, Any]:
    """The state of a domain's board, with the criteria that are opened up to a phase; plain data that JSON can hold.

    Raises CatalogueError where there is no such domain.
    """
    domain = find_domain(workbook, domain_id)
    options = workbook.options.get(domain_id, DomainOptions())
    scale = options.scale or workbook.scale
    criteria = _criteria(workbook, domain, options, phase)
    shown = columns(domain, _used(workbook, domain_id, options), phase)
    state = {
        "domain": {"id": domain.id, "name": domain.name, "asks": domain.asks},
        "scale": {"min": scale.min, "max": scale.max, "anchors": dict(scale.anchors)},
        "criteria": [_criterion(each, domain, scale, each.id in shown) for each in criteria],
        "later": [each.id for each in domain.criteria if each.phase > phase],
        "answered": _answered(workbook, domain_id, options),
        "data": {"options": {domain_id: plain(options)}},
        "names": dict(zip(options.candidates, candidate_names(workbook, domain_id), strict=True)),
        "named": _named(workbook, domain_id),
        "joint": _joint(options),
        "known": [{"id": each.id, "name": each.name} for each in load_catalogue().candidates.get(domain_id, ())],
        **_screened(workbook, domain_id),
        **_weights(workbook, domain, options, phase),
    }
    spelt: dict[str, Any] = _spelt(state)
    return spelt


def columns(domain: Domain, used: set[str], phase: int) -> set[str]:
    """The criteria to show at first: those in use, and the whole ones of each phase of which none is in use yet."""
    touched = {criterion.phase for criterion in domain.criteria if criterion.id in used}
    return {
        criterion.id
        for criterion in domain.criteria_up_to(phase)
        if criterion.id in used or (criterion.phase not in touched and not criterion.part_of)
    }


def _used(workbook: Workbook, domain_id: str, options: DomainOptions) -> set[str]:
    """The criteria that a score, a weight or an answer names."""
    tables = [candidate.scores for candidate in options.candidates.values()]
    tables += [scores for one in options.evaluators.values() for scores in one.scores.values()]
    return set().union(*tables, *(named_in(workbook, part) for part in _parts(workbook, domain_id, options)))


def _answered(workbook: Workbook, domain_id: str, options: DomainOptions) -> list[str]:
    """The criteria that the answers of a method of weighting name."""
    parts = [
        part for part in _parts(workbook, domain_id, options) if value_at(workbook, part).weighting.method != "direct"
    ]
    return sorted(set().union(*(named_in(workbook, part) for part in parts)))


def _parts(workbook: Workbook, domain_id: str, options: DomainOptions) -> list[Place]:
    """The places that hold weights: the domain's, and each evaluator's."""
    here: Place = ("options", domain_id)
    return [here, *((*here, "evaluators", key) for key in options.evaluators)] if domain_id in workbook.options else []


def _criteria(workbook: Workbook, domain: Domain, options: DomainOptions, phase: int) -> Sequence[Criterion]:
    """Every criterion up to the phase as a matrix takes it, turned the way that it is measured."""
    every = FrozenMap({criterion.id: 1 for criterion in domain.criteria})
    bare = {"candidates": FrozenMap(), "evaluators": FrozenMap(), "weights": every, "weighting": Weighting()}
    return matrix_of(workbook, domain.id, options.model_copy(update=bare), phase).criteria


def _criterion(criterion: Criterion, domain: Domain, scale: Scale, is_shown: bool) -> dict[str, Any]:
    function = criterion.value_function if criterion.unit else None
    return {
        "id": criterion.id,
        "name": criterion.name,
        "asks": criterion.asks,
        "unit": criterion.unit,
        "direction": criterion.direction,
        "hint": _hint(criterion),
        "log": function is not None and function.kind == "log",
        "points": _points(criterion, scale),
        "isOwn": domain.own or criterion.id not in _catalogued(domain.id),
        "isNamed": any(each.part_of == criterion.id for each in domain.criteria),
        "isShown": is_shown,
    }


def _catalogued(domain_id: str) -> set[str]:
    """The criteria that the catalogue has for a domain, whatever the workbook adds."""
    return {each.id for domain in load_catalogue().domains if domain.id == domain_id for each in domain.criteria}


def _hint(criterion: Criterion) -> str:
    """Which figures are better, where that needs to be said."""
    function = criterion.value_function if criterion.unit else None
    if function and function.kind == "target" and function.target is not None:
        return f"best at {digits(function.target)}"
    return "less is better" if cells.direction(criterion) == "min" else ""


def _points(criterion: Criterion, scale: Scale) -> list[list[float]] | None:
    """The corners of a criterion's value function, each a figure and its value; None where it states no anchors."""
    ends = cells.anchors(criterion, scale)
    if ends is None:
        return None
    function = criterion.value_function if criterion.unit else None
    bends = [figure for figure, _ in function.points] if function and function.kind == "piecewise" else []
    if function and function.kind == "target" and function.target is not None:
        bends = [function.target]
    figures = np.unique(np.array([*ends, *bends], dtype=float))
    return [
        list(point) for point in zip(figures.tolist(), cells.values(figures, criterion, scale).tolist(), strict=True)
    ]


def _joint(options: DomainOptions) -> dict[str, dict[str, Any]]:
    """What the evaluators together say of the cells for which no score is agreed on."""
    if not options.evaluators:
        return {}
    agreed = options.candidates
    return {
        key: {name: score.to_data() for name, score in candidate.scores.items() if _is_missing(agreed[key], name)}
        for key, candidate in with_joint_scores(options).candidates.items()
    }


def _is_missing(candidate: Candidate, criterion_id: str) -> bool:
    return candidate.scores.get(criterion_id, Score()).kind == "missing"


def _screened(workbook: Workbook, domain_id: str) -> dict[str, dict[str, str]]:
    """Why candidates are out, and which doubts there are of the others."""
    trace = screen(workbook, domain_id)
    out = {each.candidate for each in trace if each.out}
    said: dict[str, list[str]] = {}
    for each in trace:
        if each.out or each.candidate not in out:
            said.setdefault(each.candidate, []).append(each.reason)
    reasons = {key: "; ".join(words) for key, words in said.items()}
    return {
        "out": {key: words for key, words in reasons.items() if key in out},
        "doubts": {key: words for key, words in reasons.items() if key not in out},
    }


def _named(workbook: Workbook, domain_id: str) -> dict[str, str]:
    """The candidates that can't be taken away, each with what names it."""
    rules = {rule_part for rule in workbook.compatibility for rule_part in (rule.when, rule.requires, rule.excludes)}
    decision = workbook.decisions.get(domain_id)
    chosen = set(decision.selected) if decision else set()
    options = workbook.options.get(domain_id, DomainOptions())
    found = {}
    for key in options.candidates:
        by = ["the decision"] * (key in chosen) + ["a rule of compatibility"] * (f"{domain_id}.{key}" in rules)
        if by:
            found[key] = listed(by)
    return found


def _weights(workbook: Workbook, domain: Domain, options: DomainOptions, phase: int) -> dict[str, Any]:
    """The shares where no agreed numbers are typed, those of people who answer a method, and what intervals make."""
    names = {criterion.id: criterion.name for criterion in domain.criteria}
    is_direct = options.weighting.method == "direct"
    without = options.model_copy(update={"weights": FrozenMap()}) if is_direct else options
    people = {
        key: dict(elicited(one.weights, one.weighting, names).shares)
        for key, one in options.evaluators.items()
        if one.weighting.method != "direct"
    }
    found = dict(found_weights(without, names).shares)
    return {"found": found, "people": people, **_by_interval(workbook, domain.id, options, phase)}


def _by_interval(workbook: Workbook, domain_id: str, options: DomainOptions, phase: int) -> dict[str, Any]:
    if not options.weighting.intervals:
        return {"middle": None, "mayCount": []}
    matrix = option_matrix(workbook, domain_id, phase)
    ids = [criterion.id for criterion in matrix.criteria]
    if matrix.weight_knowledge.known != "interval":
        return {"middle": None, "mayCount": []}
    middle = None if matrix.weights_stated else dict(zip(ids, matrix.weights.tolist(), strict=True))
    may_count = [key for key, high in zip(ids, np.asarray(matrix.weight_knowledge.high), strict=True) if high > 0]
    return {"middle": middle, "mayCount": may_count}


def _spelt(value: Any) -> Any:
    """Plain data as JSON has it: dates as text."""
    if isinstance(value, dict):
        return {key: _spelt(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_spelt(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value
