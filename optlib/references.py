"""Checks what a workbook's parts say of each other: names that must exist, scores that must lie on their scale."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from .catalogue import Catalogue, Criterion, Domain
from .errors import Location, Problem
from .model import Candidate, CriterionSpec, DomainOptions, Scale, Score, Workbook
from .names import unknown_name
from .weight_references import weight_problems
from .words import digits


def check_references(workbook: Workbook, catalogue: Catalogue) -> Iterator[Problem]:
    """Every name that leads nowhere and every score off its scale, without line numbers."""
    domains = catalogue.domains_of(workbook)
    yield from _context_problems(workbook, catalogue)
    for domain_id, options in workbook.options.items():
        yield from _options_problems(workbook, domains[domain_id], options)
    yield from _decision_problems(workbook, domains)
    yield from _compatibility_problems(workbook)


def _own_criterion(domain_id: str, criterion_id: str) -> str:
    return f"declare it: options.{domain_id}.criteria: {{{criterion_id}: {{name: ...}}}}"


def _own_domain(domain_id: str) -> str:
    return f"make it: options.{domain_id}: {{name: ..., phase: 0, criteria: ..., candidates: ...}}"


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
    yield from weight_problems(here, options.weights, options.weighting, criteria, _own_criterion)
    for criterion_id, spec in options.criteria.items():
        yield from _must_problems((*here, "criteria", criterion_id, "must"), spec, options.scale or workbook.scale)
        if spec.part_of and spec.part_of not in criteria:
            yield unknown_name((*here, "criteria", criterion_id, "part_of"), "criterion", spec.part_of, criteria)
    yield from _phase_problems(here, domain, options)
    scale = options.scale or workbook.scale
    constraints = {constraint.id: constraint for constraint in workbook.context.constraints}
    for candidate_id, candidate in options.candidates.items():
        place = (*here, "candidates", candidate_id)
        yield from _score_problems((*place, "scores"), candidate.scores, criteria, scale)
        for constraint_id in candidate.fit:
            if constraint_id not in constraints:
                yield unknown_name((*place, "fit", constraint_id), "constraint", constraint_id, constraints)
    yield from _geometric_problems(here, options)
    for evaluator_id, evaluator in options.evaluators.items():
        place = (*here, "evaluators", evaluator_id)
        yield from weight_problems(place, evaluator.weights, evaluator.weighting, criteria, _own_criterion)
        for candidate_id, scores in evaluator.scores.items():
            where = (*place, "scores", candidate_id)
            if candidate_id not in options.candidates:
                remedy = f"add it under options.{domain.id}.candidates"
                yield unknown_name(where, "candidate", candidate_id, options.candidates, remedy)
            yield from _score_problems(where, scores, criteria, scale)


def _must_problems(where: Location, spec: CriterionSpec, scale: Scale) -> Iterator[Problem]:
    if spec.must is None or spec.unit:
        return
    for name, limit in (("at_least", spec.must.at_least), ("at_most", spec.must.at_most)):
        if limit is not None and not scale.min <= limit <= scale.max:
            message = f"{digits(limit)} is off the scale {scale.min} to {scale.max}; correct it, or state a unit"
            yield Problem((*where, name), message)


def _geometric_problems(here: Location, options: DomainOptions) -> Iterator[Problem]:
    if options.aggregate != "geometric":
        return
    for evaluator_id, evaluator in options.evaluators.items():
        for candidate_id, scores in evaluator.scores.items():
            for criterion_id, score in scores.items():
                if score.bounds and score.bounds[0] < 0:
                    where = (*here, "evaluators", evaluator_id, "scores", candidate_id, criterion_id)
                    yield Problem(where, "is below 0, which has no geometric mean; aggregate by mean or median")


def _phase_problems(here: Location, domain: Domain, options: DomainOptions) -> Iterator[Problem]:
    if options.phase is not None and not domain.own:
        yield Problem((*here, "phase"), "the catalogue says when this domain opens; delete the line")
    phases = [((*here, "phase"), options.phase)]
    phases += [((*here, "criteria", key, "phase"), spec.phase) for key, spec in options.criteria.items()]
    for where, phase in phases:
        if phase not in (None, 0, 1, 2, 3):
            yield Problem(where, f"there is no phase {phase}; phases are 0, 1, 2 and 3")


def _score_problems(
    here: Location, scores: Mapping[str, Score], criteria: dict[str, Criterion], scale: Scale
) -> Iterator[Problem]:
    for criterion_id, score in scores.items():
        where = (*here, criterion_id)
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
    off = [number for number in score.bounds or () if not scale.min <= number <= scale.max]
    if off:
        yield Problem(
            where,
            f"the score {digits(off[0])} is off the scale {scale.min} to {scale.max}; correct it, the scale, or state "
            f"a unit",
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
