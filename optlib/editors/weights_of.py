"""Whose weights a form asks for, of which domain, and what they come to. Knows no widgets and no files."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..analysis.elicitation import Elicited, elicited
from ..analysis.stated_weights import found_weights
from ..catalogue import Criterion, Domain, load_catalogue
from ..model import DomainOptions, Weighting, Workbook
from .answers import Memory, answers_at, named_in
from .tree import Place, value_at


@dataclass(frozen=True)
class WeightsOf:
    """The weights of a domain, the group's or one evaluator's, on the criteria that are opened up to a phase.

    `memory` has the answers that gave way to others.
    """

    domain_id: str
    phase: int
    evaluator: str = ""
    memory: Memory = field(default_factory=Memory, compare=False)

    @property
    def where(self) -> Place:
        """The part of the workbook that holds the weights and the weighting."""
        person = ("evaluators", self.evaluator) if self.evaluator else ()
        return ("options", self.domain_id, *person)

    def domain(self, workbook: Workbook) -> Domain | None:
        """The domain, with what the workbook adds to it; None where there is none any more."""
        return load_catalogue().domains_of(workbook).get(self.domain_id)

    def options(self, workbook: Workbook) -> DomainOptions:
        """What the workbook says of the domain."""
        return workbook.options.get(self.domain_id) or DomainOptions()

    def weighting(self, workbook: Workbook) -> Weighting:
        """The method and its answers."""
        part = value_at(workbook, self.where)
        return part.weighting if part else Weighting()

    def names(self, workbook: Workbook) -> dict[str, str]:
        """The name of each criterion of the domain, by id."""
        domain = self.domain(workbook)
        return {criterion.id: criterion.name for criterion in domain.criteria} if domain else {}

    def criteria(self, workbook: Workbook) -> tuple[Criterion, ...]:
        """The criteria to weigh: those of the phase, parts of others only where they are used, and all with answers."""
        domain, options = self.domain(workbook), self.options(workbook)
        named = named_in(workbook, self.where)
        tables = [candidate.scores for candidate in options.candidates.values()]
        tables += [scores for one in options.evaluators.values() for scores in one.scores.values()]
        used = named.union(*tables)
        return tuple(
            criterion
            for criterion in (domain.criteria if domain else ())
            if criterion.id in named
            or (criterion.phase <= self.phase and (not criterion.part_of or criterion.id in used))
        )

    def found(self, workbook: Workbook) -> Elicited:
        """What the answers come to; those that contradict each other come to nothing, and a remark says so."""
        names = self.names(workbook)
        try:
            if not self.evaluator:
                return found_weights(self.options(workbook), names).elicited
            answers = answers_at(workbook, self.where)
            return elicited(answers.weights, answers.weighting, names)
        except ValueError as error:
            return Elicited(self.weighting(workbook).method, {}, None, (f"{error}",))
