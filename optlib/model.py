"""The workbook as frozen values: what a team knows, weighs and decides. No I/O, no widgets, no catalogue."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ModelWrapValidatorHandler, WithJsonSchema, model_validator

from .values import Day, FrozenMap, Id, MapOf, NotNegative, Number, Part, Plain, Text, Texts, describe, read_number

FORMAT = "decision-workbook/1"
LEVELS = ("experiment", "prototype", "production", "secure")

LevelId = Literal["experiment", "prototype", "production", "secure"]
Degree = Literal["low", "medium", "high"]
Phase = Annotated[int, BeforeValidator(read_number), WithJsonSchema({"enum": [0, 1, 2, 3]})]
ScoreValue = int | float | tuple[int | float, int | float, int | float] | Literal["unknown"] | None


def read_score(value: Any) -> ScoreValue:
    """Read a score: a number, `[low, likely, high]`, `unknown`, or None where it is missing."""
    if value is None:
        return None
    if isinstance(value, str) and value == "unknown":
        return "unknown"
    if isinstance(value, list | tuple):
        if len(value) != 3:
            raise ValueError("a score known as a range is three numbers: [low, likely, high]")
        low, likely, high = (read_number(part) for part in value)
        if not low <= likely <= high:
            raise ValueError(f"a range must rise: [low, likely, high], but is [{low}, {likely}, {high}]")
        return (low, likely, high)
    if isinstance(value, int | float | Plain) and not isinstance(value, bool):
        try:
            return read_number(value)
        except ValueError as error:
            if "finite" in str(error):
                raise
    raise ValueError(
        f"must be a number, [low, likely, high] or unknown, not {describe(value)}; write figures without signs or "
        f"commas, the unit stands with the criterion"
    )


class Reference(Part):
    """Something to read: a title, and where it is."""

    title: Text = ""
    url: Text = ""


class Project(Part):
    """What is being built, who owns it, and which version of the record this is."""

    name: Text = ""
    summary: Text = ""
    owner: Text = ""
    version: Text = ""
    references: tuple[Reference, ...] = ()


class People(Part):
    """Who drives, approves, contributes to and hears of the decisions (DACI)."""

    driver: Text = ""
    approver: Text = ""
    contributors: Texts = ()
    informed: Texts = ()


class Constraint(Part):
    """A limit on every choice; one that is a `must` eliminates the candidates that fail it."""

    id: Id
    kind: Literal["compliance", "deadline", "budget", "team_skills", "legacy", "other"] = "other"
    statement: Text = ""
    must: bool = False


class Context(Part):
    """Why the project exists and what bounds it."""

    goals: Texts = ()
    success_criteria: Texts = ()
    constraints: tuple[Constraint, ...] = ()
    assumptions: Texts = ()
    out_of_scope: Texts = ()


class GateRecord(Part):
    """What a person declares of a gate: a verdict with by, on and link, or a waiver with by, until and why."""

    verdict: Literal["pass", "fail", "waived"]
    by: Text = ""
    on: Day | None = None
    link: Text = ""
    note: Text = ""
    until: Day | None = None
    why: Text = ""


class Signoff(Part):
    """One person's agreement to the decisions."""

    name: Text = ""
    role: Literal["approver", "security_reviewer"] = "approver"
    on: Day | None = None


class Quality(Part):
    """The quality level the project is held to, and the record of its gates."""

    level: LevelId | None = None
    timebox: Day | None = None
    revisit: Day | None = None
    revisit_when: Text = ""
    signoff: tuple[Signoff, ...] = ()
    gates: MapOf[Id, GateRecord] = Field(default_factory=FrozenMap)


class Scale(Part):
    """The ordinal scale that scores are given on; `anchors` says in words what a score means."""

    min: Number = 0
    max: Number = 5
    anchors: MapOf[Text, Text] = Field(default_factory=FrozenMap)

    @model_validator(mode="after")
    def _rises(self) -> Scale:
        if not self.min < self.max:
            raise ValueError(f"the scale's min ({self.min}) must be below its max ({self.max})")
        return self


class ValueFunction(Part):
    """How a measured value becomes 0 (worst) to 1 (best): by a line, a logarithm, points or a target."""

    kind: Literal["linear", "log", "piecewise", "target"] = "linear"
    points: tuple[tuple[Number, Number], ...] = ()
    target: Number | None = None

    @model_validator(mode="after")
    def _complete(self) -> ValueFunction:
        if self.kind == "piecewise":
            _check_points(self.points)
        if self.kind == "target" and self.target is None:
            raise ValueError("a target function needs target: the measured value that is best")
        return self


class Must(Part):
    """A threshold on a criterion; a candidate that is surely outside it is eliminated."""

    at_least: Number | None = None
    at_most: Number | None = None

    @model_validator(mode="after")
    def _can_be_met(self) -> Must:
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise ValueError(f"nothing is at least {self.at_least} and at most {self.at_most}")
        return self


class CriterionSpec(Part):
    """A criterion that the workbook adds, or what it says further of one that the catalogue has.

    A criterion with a `unit` is measured: `range` gives its anchors (worst and best, in either order) and `direction`
    says which end is better. Without a unit it is scored on the scale.
    """

    name: Text = ""
    asks: Text = ""
    direction: Literal["max", "min"] | None = None
    phase: Phase | None = None
    part_of: Id | None = None
    unit: Text = ""
    range: tuple[Number, Number] | None = None
    value_function: ValueFunction | None = None
    must: Must | None = None

    @model_validator(mode="after")
    def _sound(self) -> CriterionSpec:
        if self.range is not None and self.range[0] >= self.range[1]:
            raise ValueError(f"range must be [lower, upper], but is [{self.range[0]}, {self.range[1]}]")
        function = self.value_function
        if function is not None and function.kind == "log" and self.range is not None and self.range[0] <= 0:
            raise ValueError(f"a log value function needs a range above 0, but it starts at {self.range[0]}")
        best = function.target if function is not None and function.kind == "target" else None
        if best is not None and self.range is not None and not self.range[0] <= best <= self.range[1]:
            raise ValueError(f"the target ({best}) must lie inside the range")
        return self


class Score(Part):
    """What one candidate scores on one criterion, and how that is known.

    In the file a bare value is enough: `4`, `[3, 4, 5]`, `unknown`; the long form adds unit, source, by, on and note.
    """

    value: Annotated[
        ScoreValue,
        BeforeValidator(read_score),
        WithJsonSchema(
            {
                "anyOf": [
                    {"type": "number"},
                    {"type": "array", "items": {"type": "number"}, "minItems": 3, "maxItems": 3},
                    {"const": "unknown"},
                    {"type": "null"},
                ]
            }
        ),
    ] = None
    unit: Text = ""
    source: Text = ""
    by: Text = ""
    on: Day | None = None
    note: Text = ""

    @model_validator(mode="wrap")
    @classmethod
    def _short_form(cls, data: Any, handler: ModelWrapValidatorHandler[Score]) -> Score:
        return handler(data if isinstance(data, dict | Score) else {"value": data})

    def to_data(self) -> Any:
        """The score as the file spells it: a bare value where nothing else is known of it."""
        full = super().to_data()
        return full.get("value") if set(full) <= {"value"} else full

    @property
    def kind(self) -> Literal["exact", "range", "unknown", "missing"]:
        """How well the score is known."""
        if self.value is None:
            return "missing"
        if isinstance(self.value, str):
            return "unknown"
        return "range" if isinstance(self.value, tuple) else "exact"


class Risk(Part):
    """What could go wrong with a candidate, how likely and how bad, and what would be done."""

    risk: Text = ""
    mitigation: Text = ""
    likelihood: Degree | None = None
    impact: Degree | None = None


class Fit(Part):
    """Whether a candidate meets a constraint."""

    verdict: Literal["meets", "partly", "fails", "unknown"] = "unknown"
    note: Text = ""


class Effort(Part):
    """Estimated effort, as a range where it is known so."""

    low: NotNegative | None = None
    likely: NotNegative | None = None
    high: NotNegative | None = None
    unit: Text = "person-days"
    note: Text = ""

    @model_validator(mode="after")
    def _rises(self) -> Effort:
        given = [value for value in (self.low, self.likely, self.high) if value is not None]
        if given != sorted(given):
            raise ValueError(f"effort must rise from low to likely to high, but is {given}")
        return self


class Licence(Part):
    """A licence, of which version, read where and when: licences change between versions."""

    spdx: Text = ""
    source: Text = ""
    on: Day | None = None


class Support(Part):
    """The support window of the version that would be used."""

    cycle: Text = ""
    end_of_life: Day | None = None
    source: Text = ""
    plan: Text = ""
    plan_by: Day | None = None


class Candidate(Part):
    """One option of a domain: what it is, what speaks for and against it, and its scores."""

    name: Text = ""
    known_as: Id | None = None
    version: Text = ""
    summary: Text = ""
    pros: Texts = ()
    cons: Texts = ()
    risks: tuple[Risk, ...] = ()
    fit: MapOf[Id, Fit] = Field(default_factory=FrozenMap)
    effort: Effort | None = None
    licence: Licence | None = None
    support: Support | None = None
    references: tuple[Reference, ...] = ()
    scores: MapOf[Id, Score] = Field(default_factory=FrozenMap)


class DomainOptions(Part):
    """A domain's question, criteria, weights and candidates; name and phase are for a domain of the workbook's own."""

    name: Text = ""
    phase: Phase | None = None
    question: Text = ""
    scale: Scale | None = None
    criteria: MapOf[Id, CriterionSpec] = Field(default_factory=FrozenMap)
    weights: MapOf[Id, NotNegative] = Field(default_factory=FrozenMap)
    candidates: MapOf[Id, Candidate] = Field(default_factory=FrozenMap)


class Compatibility(Part):
    """A choice that needs, or rules out, a choice in another domain; each is written `domain.candidate`."""

    when: Text
    requires: Text = ""
    excludes: Text = ""


class Decision(Part):
    """What was chosen in a domain, best first, and why."""

    selected: tuple[Id, ...] = ()
    status: Literal["proposed", "accepted", "rejected", "deprecated", "superseded"] = "proposed"
    rationale: Text = ""
    against_ranking: Text = ""
    on: Day | None = None
    by: Text = ""


class Trigger(Part):
    """What brings a deferred choice back: a day (`on`), or an event (`when`) with the day it was `met`."""

    on: Day | None = None
    when: Text = ""
    met: Day | None = None


class Deferral(Part):
    """A choice put off, why, and what brings it back."""

    reason: Text = ""
    triggers: tuple[Trigger, ...] = ()


class Impact(Part):
    """What the decisions mean for code structure, operations, cost and team."""

    code_structure: Texts = ()
    operations: Texts = ()
    cost: Texts = ()
    team: Texts = ()


class Workbook(Part):
    """The whole record of one project's implementation decisions."""

    format: Literal["decision-workbook/1"]
    project: Project = Project()
    people: People = People()
    context: Context = Context()
    quality: Quality = Quality()
    scale: Scale = Scale()
    options: MapOf[Id, DomainOptions] = Field(default_factory=FrozenMap)
    compatibility: tuple[Compatibility, ...] = ()
    decisions: MapOf[Id, Decision] = Field(default_factory=FrozenMap)
    deferred: MapOf[Id, Deferral] = Field(default_factory=FrozenMap)
    impact: Impact = Impact()


def _check_points(points: tuple[tuple[int | float, int | float], ...]) -> None:
    if len(points) < 2:
        raise ValueError("a piecewise function needs at least two points: [[measured, value from 0 to 1], ...]")
    measured = [point[0] for point in points]
    if any(later <= earlier for earlier, later in pairwise(measured)):
        raise ValueError(f"the points' measured values must rise, but are {measured}")
    if any(not 0 <= point[1] <= 1 for point in points):
        raise ValueError("the points' values must lie from 0 (worst) to 1 (best)")
