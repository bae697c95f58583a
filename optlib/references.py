"""Checks what a workbook's parts say of each other: names that must exist, scores that must lie on their scale."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from difflib import get_close_matches
from itertools import islice

from .catalogue import Catalogue, Criterion, Domain
from .errors import Location, Problem
from .model import Candidate, DomainOptions, Scale, Score, Workbook

_NAMES_LISTED = 40
_NAMES_COMPARED = 500


def check_references(workbook: Workbook, catalogue: Catalogue) -> Iterator[Problem]:
    """Every name that leads nowhere and every score off its scale, without line numbers."""
    domains = catalogue.domains_of(workbook)
    yield from _context_problems(workbook, catalogue)
    for domain_id, options in workbook.options.items():
        yield from _options_problems(workbook, domains[domain_id], options)
    yield from _decision_problems(workbook, domains)
    yield from _compatibility_problems(workbook)


def unknown_name(where: Location, kind: str, name: str, known: Collection[str], remedy: str = "") -> Problem:
    """The problem of a name that isn't known, with the nearest ones that are, and the remedy where it is a new one."""
    near = get_close_matches(name, islice(known, _NAMES_COMPARED), n=1)
    more = f" and {len(known) - _NAMES_LISTED} more" if len(known) > _NAMES_LISTED else ""
    listed = f"known are: {', '.join(islice(known, _NAMES_LISTED))}{more}" if known else "there are none yet"
    offer = f"did you mean {near[0]!r}?" if near else listed
    new = f"{' If it is new,' if near else ';'} {remedy}" if remedy else ""
    return Problem(where, f"there is no {kind} {shown(name)}; {offer}{new}")


def _own_criterion(domain_id: str, criterion_id: str) -> str:
    return f"declare it: options.{domain_id}.criteria: {{{criterion_id}: {{name: ...}}}}"


def _own_domain(domain_id: str) -> str:
    return f"make it: options.{domain_id}: {{name: ..., phase: 0, criteria: ..., candidates: ...}}"


def shown(name: str) -> str:
    """A name in quotes, shortened."""
    return repr(name if len(name) <= 40 else name[:37] + "...")


def _context_problems(workbook: Workbook, catalogue: Catalogue) -> Iterator[Problem]:
    seen: set[str] = set()
    for index, constraint in enumerate(workbook.context.constraints):
        if constraint.id in seen:
            where = ("context", "constraints", index, "id")
            yield Problem(where, f"the constraint {constraint.id!r} is there twice; rename one")
        seen.add(constraint.id)
    gates = [gate.id for gate in catalogue.gates]
    for gate_id in workbook.quality.gates:
        if gate_id not in gates:
            yield unknown_name(("quality", "gates", gate_id), "gate", gate_id, gates)


def _options_problems(workbook: Workbook, domain: Domain, options: DomainOptions) -> Iterator[Problem]:
    here: Location = ("options", domain.id)
    criteria = {criterion.id: criterion for criterion in domain.criteria}
    for criterion_id in options.weights:
        if criterion_id not in criteria:
            do = _own_criterion(domain.id, criterion_id)
            yield unknown_name((*here, "weights", criterion_id), "criterion", criterion_id, criteria, do)
    for criterion_id, spec in options.criteria.items():
        if spec.part_of and spec.part_of not in criteria:
            yield unknown_name((*here, "criteria", criterion_id, "part_of"), "criterion", spec.part_of, criteria)
    yield from _phase_problems(here, domain, options)
    scale = options.scale or workbook.scale
    constraints = {constraint.id: constraint for constraint in workbook.context.constraints}
    for candidate_id, candidate in options.candidates.items():
        place = (*here, "candidates", candidate_id)
        yield from _score_problems(place, candidate, criteria, scale)
        for constraint_id in candidate.fit:
            if constraint_id not in constraints:
                yield unknown_name((*place, "fit", constraint_id), "constraint", constraint_id, constraints)


def _phase_problems(here: Location, domain: Domain, options: DomainOptions) -> Iterator[Problem]:
    if options.phase is not None and not domain.own:
        yield Problem((*here, "phase"), "the catalogue says when this domain opens; delete the line")
    phases = [((*here, "phase"), options.phase)]
    phases += [((*here, "criteria", key, "phase"), spec.phase) for key, spec in options.criteria.items()]
    for where, phase in phases:
        if phase not in (None, 0, 1, 2, 3):
            yield Problem(where, f"there is no phase {phase}; phases are 0, 1, 2 and 3")


def _score_problems(
    here: Location, candidate: Candidate, criteria: dict[str, Criterion], scale: Scale
) -> Iterator[Problem]:
    for criterion_id, score in candidate.scores.items():
        where = (*here, "scores", criterion_id)
        if criterion_id not in criteria:
            yield unknown_name(where, "criterion", criterion_id, criteria, _own_criterion(str(here[1]), criterion_id))
            continue
        criterion = criteria[criterion_id]
        if criterion.unit and score.unit and score.unit != criterion.unit:
            yield Problem(
                where, f"is in {score.unit!r}, but {criterion_id} is measured in {criterion.unit!r}; convert it"
            )
        if not criterion.unit and not score.unit:
            yield from _scale_problems(where, score, scale)


def _scale_problems(where: Location, score: Score, scale: Scale) -> Iterator[Problem]:
    if isinstance(score.value, str) or score.value is None:
        return
    numbers = score.value if isinstance(score.value, tuple) else (score.value,)
    off = [number for number in numbers if not scale.min <= number <= scale.max]
    if off:
        yield Problem(
            where,
            f"the score {off[0]} is off the scale {scale.min} to {scale.max}; correct it, the scale, or state a unit",
        )


def _decision_problems(workbook: Workbook, domains: dict[str, Domain]) -> Iterator[Problem]:
    for domain_id, decision in workbook.decisions.items():
        if domain_id in domains:
            yield from _selected_problems(workbook, domain_id, decision.selected)
        else:
            yield unknown_name(("decisions", domain_id), "domain", domain_id, domains, _own_domain(domain_id))
    for domain_id in workbook.deferred:
        if domain_id not in domains:
            yield unknown_name(("deferred", domain_id), "domain", domain_id, domains, _own_domain(domain_id))


def _selected_problems(workbook: Workbook, domain_id: str, selected: tuple[str, ...]) -> Iterator[Problem]:
    candidates = _candidates(workbook, domain_id)
    seen: set[str] = set()
    for index, chosen in enumerate(selected):
        where: Location = ("decisions", domain_id, "selected", index)
        if chosen not in candidates:
            remedy = f"add it under options.{domain_id}.candidates"
            yield unknown_name(where, f"candidate in {domain_id}:", chosen, candidates, remedy)
        elif chosen in seen:
            yield Problem(where, f"{chosen!r} is selected twice; delete one")
        seen.add(chosen)


def _compatibility_problems(workbook: Workbook) -> Iterator[Problem]:
    known = {f"{domain}.{candidate}": "" for domain in workbook.options for candidate in _candidates(workbook, domain)}
    for index, rule in enumerate(workbook.compatibility):
        for field in ("when", "requires", "excludes"):
            name = getattr(rule, field)
            if name and name not in known:
                yield unknown_name(("compatibility", index, field), "choice", name, known)
        if not rule.requires and not rule.excludes:
            message = "says neither requires nor excludes; add one, for example requires: data_state.postgresql"
            yield Problem(("compatibility", index), message)


def _candidates(workbook: Workbook, domain_id: str) -> dict[str, Candidate]:
    options = workbook.options.get(domain_id)
    return options.candidates if options else {}
