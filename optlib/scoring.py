"""How a domain is scored: its scale, its criteria and the scores on them, as frozen values. No I/O."""

from __future__ import annotations

from itertools import pairwise
from math import isfinite
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ModelWrapValidatorHandler, WithJsonSchema, model_validator

from .values import Day, FrozenMap, Id, MapOf, NotNegative, Number, Part, Plain, Text, describe, read_number

Phase = Annotated[int, BeforeValidator(read_number), WithJsonSchema({"enum": [0, 1, 2, 3]})]
_Figure = int | float
ScoreValue = _Figure | tuple[_Figure, _Figure] | tuple[_Figure, _Figure, _Figure] | Literal["unknown"] | None


def read_score(value: Any) -> ScoreValue:
    """Read a score: a number, `[low, high]`, `[low, likely, high]`, `unknown`, or None where it is missing."""
    if value is None:
        return None
    if isinstance(value, str) and value == "unknown":
        return "unknown"
    if isinstance(value, list | tuple):
        return _read_range(value)
    if isinstance(value, int | float | Plain) and not isinstance(value, bool):
        try:
            return read_number(value)
        except ValueError as error:
            if "finite" in str(error):
                raise
    raise ValueError(
        f"must be a number, [low, high], [low, likely, high] or unknown, not {describe(value)}; write figures without "
        f"signs or commas, the unit stands with the criterion"
    )


def _read_range(value: list[Any] | tuple[Any, ...]) -> ScoreValue:
    if len(value) not in (2, 3):
        raise ValueError("a score known as a range is two or three numbers: [low, high] or [low, likely, high]")
    figures = tuple(read_number(part) for part in value)
    if list(figures) != sorted(figures):
        shape = "[low, high]" if len(figures) == 2 else "[low, likely, high]"
        raise ValueError(f"a range must rise: {shape}, but is {list(figures)}")
    return (figures[0], figures[1]) if len(figures) == 2 else (figures[0], figures[1], figures[2])


class Scale(Part):
    """The ordinal scale that scores are given on; `anchors` says in words what a score means."""

    min: Number = 0
    max: Number = 5
    anchors: MapOf[Text, Text] = Field(default_factory=FrozenMap)

    @model_validator(mode="after")
    def _rises(self) -> Scale:
        if not isfinite(float(self.max) - float(self.min)):
            raise ValueError("the scale is too wide to reckon with; give it ends that are closer")
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


_THRESHOLDS = {"u_shape": "q", "v_shape": "p", "level": "qp", "linear": "qp", "gaussian": "s"}


class PreferenceFunction(Part):
    """How a difference on a criterion becomes a preference from 0 to 1 in PROMETHEE II.

    `q` is the difference that doesn't matter yet, `p` the one from which preference is full, `s` the spread of the
    gaussian; all in the figures of the criterion.
    """

    kind: Literal["usual", "u_shape", "v_shape", "level", "linear", "gaussian"] = "usual"
    q: NotNegative | None = None
    p: NotNegative | None = None
    s: NotNegative | None = None

    @model_validator(mode="after")
    def _complete(self) -> PreferenceFunction:
        wanted = _THRESHOLDS.get(self.kind, "")
        for name in "qps":
            given = getattr(self, name)
            if name in wanted and (given is None or (given == 0 and name != "q")):
                raise ValueError(
                    f"a preference of the kind {self.kind} needs {name}{'' if name == 'q' else ' above 0'}"
                )
            if name not in wanted and given is not None:
                raise ValueError(f"a preference of the kind {self.kind} takes no {name}; delete it")
        if self.q is not None and self.p is not None and self.q >= self.p:
            raise ValueError(f"q ({self.q}) must be below p ({self.p})")
        return self


class CriterionSpec(Part):
    """A criterion that the workbook adds, or what it says further of one that the catalogue has.

    A criterion with a `unit` is measured: `range` gives its anchors, the lower figure first, and `direction` says
    which end is better. Without a unit it is scored on the scale.
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
    preference: PreferenceFunction | None = None

    @model_validator(mode="after")
    def _sound(self) -> CriterionSpec:
        if self.range is not None and self.range[0] >= self.range[1]:
            raise ValueError(f"range must be [lower, upper], but is [{self.range[0]}, {self.range[1]}]")
        if self.range is not None and not isfinite(float(self.range[1]) - float(self.range[0])):
            raise ValueError("the range is too wide to reckon with; give it ends that are closer")
        function = self.value_function
        if function is not None and function.kind == "log" and self.range is not None and self.range[0] <= 0:
            raise ValueError(f"a log value function needs a range above 0, but it starts at {self.range[0]}")
        best = function.target if function is not None and function.kind == "target" else None
        if best is not None and self.range is not None and not self.range[0] <= best <= self.range[1]:
            raise ValueError(f"the target ({best}) must lie inside the range")
        return self


class Score(Part):
    """What one candidate scores on one criterion, and how that is known.

    In the file a bare value is enough: `4`, `[3, 5]`, `[3, 4, 5]`, `unknown`; the long form adds unit, source, by, on
    and note.
    """

    value: Annotated[
        ScoreValue,
        BeforeValidator(read_score),
        WithJsonSchema(
            {
                "anyOf": [
                    {"type": "number"},
                    {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 3},
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

    @property
    def bounds(self) -> tuple[float, float, float] | None:
        """The lowest, likely and highest figure; the middle is the likely one of `[low, high]`; None for a gap."""
        if self.value is None or isinstance(self.value, str):
            return None
        if not isinstance(self.value, tuple):
            return (float(self.value),) * 3
        low, high = float(self.value[0]), float(self.value[-1])
        return low, float(self.value[1]) if len(self.value) == 3 else (low + high) / 2, high

    @property
    def is_even(self) -> bool:
        """Whether every figure of a range is as likely as the next: `[low, high]`."""
        return isinstance(self.value, tuple) and len(self.value) == 2


def _check_points(points: tuple[tuple[int | float, int | float], ...]) -> None:
    if len(points) < 2:
        raise ValueError("a piecewise function needs at least two points: [[measured, value from 0 to 1], ...]")
    measured = [point[0] for point in points]
    if any(later <= earlier for earlier, later in pairwise(measured)):
        raise ValueError(f"the points' measured values must rise, but are {measured}")
    if any(not 0 <= point[1] <= 1 for point in points):
        raise ValueError("the points' values must lie from 0 (worst) to 1 (best)")
