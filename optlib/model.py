"""The workbook as frozen values: what a team knows, weighs and decides. No I/O, no widgets, no catalogue."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from .options import (
    Candidate,
    DomainOptions,
    Effort,
    Evaluator,
    Fit,
    Licence,
    Reference,
    Risk,
    Support,
)
from .scoring import (
    CriterionSpec,
    Must,
    Phase,
    PreferenceFunction,
    Scale,
    Score,
    ScoreValue,
    ValueFunction,
    read_score,
)
from .values import Day, FrozenMap, Id, MapOf, Part, Text, Texts
from .weighting import Weighting

__all__ = [
    "FORMAT", "LEVELS", "Candidate", "Compatibility", "Constraint", "Context", "CriterionSpec", "Decision",
    "Deferral", "DomainOptions", "Effort", "Evaluator", "Fit", "GateRecord", "Impact", "LevelId", "Licence", "Must",
    "People", "Phase", "PreferenceFunction", "Project", "Quality", "Reference", "Risk", "Scale", "Score",
    "ScoreValue", "Signoff", "Support", "Trigger", "ValueFunction", "Weighting", "Workbook", "read_score",
]  # fmt: skip

FORMAT = "decision-workbook/1"
LEVELS = ("experiment", "prototype", "production", "secure")

LevelId = Literal["experiment", "prototype", "production", "secure"]


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


class Compatibility(Part):
    """A choice that needs, or rules out, a choice in another domain; each is written `domain.candidate`."""

    when: Text
    requires: Text = ""
    excludes: Text = ""


class Decision(Part):
    """What was chosen in a domain and why: one candidate, several with the best first, or none of them.

    `together` says that several are chosen side by side, in no order; `none_of_these` that no candidate will do.
    """

    selected: tuple[Id, ...] = ()
    together: bool = False
    none_of_these: bool = False
    status: Literal["proposed", "accepted", "rejected", "deprecated", "superseded"] = "proposed"
    rationale: Text = ""
    against_ranking: Text = ""
    on: Day | None = None
    by: Text = ""

    @model_validator(mode="after")
    def _sound(self) -> Decision:
        if self.none_of_these and self.selected:
            raise ValueError("none_of_these is true, but candidates are selected; delete one of the two")
        return self


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
