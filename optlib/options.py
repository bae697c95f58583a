"""What a workbook says of one domain: candidates, their scores, and those who score, as frozen values. No I/O."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from .scoring import CriterionSpec, Phase, Scale, Score
from .values import Day, FrozenMap, Id, MapOf, NotNegative, Number, Part, Text, Texts
from .weighting import Weighting

Degree = Literal["low", "medium", "high"]


class Reference(Part):
    """Something to read: a title, and where it is."""

    title: Text = ""
    url: Text = ""


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
    published_total: Number | None = None
    scores: MapOf[Id, Score] = Field(default_factory=FrozenMap)


class Evaluator(Part):
    """One person's view of a domain: weights and scores of their own, by candidate and criterion."""

    name: Text = ""
    weights: MapOf[Id, NotNegative] = Field(default_factory=FrozenMap)
    weighting: Weighting = Weighting()
    scores: MapOf[Id, MapOf[Id, Score]] = Field(default_factory=FrozenMap)


class DomainOptions(Part):
    """A domain's question, criteria, weights and candidates; name and phase are for a domain of the workbook's own.

    `aggregate` says how the evaluators' scores and weights become the group's, where none are agreed on.
    """

    name: Text = ""
    phase: Phase | None = None
    question: Text = ""
    scale: Scale | None = None
    criteria: MapOf[Id, CriterionSpec] = Field(default_factory=FrozenMap)
    weights: MapOf[Id, NotNegative] = Field(default_factory=FrozenMap)
    weighting: Weighting = Weighting()
    evaluators: MapOf[Id, Evaluator] = Field(default_factory=FrozenMap)
    aggregate: Literal["mean", "median", "geometric"] = "mean"
    candidates: MapOf[Id, Candidate] = Field(default_factory=FrozenMap)
