"""How the weights of a domain were found and how well they are known, as frozen values. No I/O."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from .values import FrozenMap, Id, MapOf, NotNegative, Number, Part, describe, read_number

ANSWERS = {
    "direct": (),
    "swing": ("points",),
    "rank_order": ("order", "formula"),
    "pairwise": ("judgements",),
    "best_worst": ("best", "worst", "best_to_others", "others_to_worst"),
}
"""What each method of weighting asks for; `direct` takes the numbers under `weights`."""


_MOST = 1000
"""No judgement says more than that: the scales that people are offered end at 9."""


def _read_order(value: Any) -> Any:
    """Read one place of an order: a criterion, or several that matter the same."""
    return (value,) if isinstance(value, str) else value


def _read_judgement(value: Any) -> int | float:
    if isinstance(value, str) and "/" in value:
        raise ValueError(f"must be a number, not {describe(value)}; write the pair the other way round")
    number = read_number(value)
    if not 1 / _MOST <= number <= _MOST:
        raise ValueError(f"must be from {1 / _MOST:g} to {_MOST:g}, but is {number:g}: how many times more it matters")
    return number


Place = Annotated[
    tuple[Id, ...],
    BeforeValidator(_read_order),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]
Judgement = Annotated[
    int | float, BeforeValidator(_read_judgement), WithJsonSchema({"type": "number", "exclusiveMinimum": 0})
]


class Weighting(Part):
    """A method of weighting with its answers, kept so that they can be reviewed, and how well the weights are known.

    swing takes `points` (100 for the criterion whose swing from worst to best matters most); rank_order an `order`,
    most important first, a list within it for a tie; pairwise `judgements`, `{a: {b: 3}}` where a matters three times
    as much as b; best_worst the `best` and `worst` criterion, how many times the best matters against each
    (`best_to_others`) and each against the worst (`others_to_worst`).

    `known` says what the trials may take the weights to be: `exact`; `around` what is stated, each up to `spread` of
    itself higher or lower; `order`, any weights in the stated order; `interval`, any shares of 1 within `intervals`;
    `none`, any weights at all.
    """

    method: Literal["direct", "swing", "rank_order", "pairwise", "best_worst"] = "direct"
    points: MapOf[Id, NotNegative] = Field(default_factory=FrozenMap)
    order: tuple[Place, ...] = ()
    formula: Literal["roc", "rank_sum", "reciprocal"] = "roc"
    judgements: MapOf[Id, MapOf[Id, Judgement]] = Field(default_factory=FrozenMap)
    best: Id | None = None
    worst: Id | None = None
    best_to_others: MapOf[Id, Judgement] = Field(default_factory=FrozenMap)
    others_to_worst: MapOf[Id, Judgement] = Field(default_factory=FrozenMap)
    known: Literal["exact", "around", "order", "interval", "none"] | None = None
    spread: NotNegative | None = None
    intervals: MapOf[Id, tuple[Number, Number]] = Field(default_factory=FrozenMap)

    @model_validator(mode="after")
    def _fits_its_method(self) -> Weighting:
        asked = ANSWERS[self.method]
        every = {name for names in ANSWERS.values() for name in names}
        stray = sorted(name for name in every - set(asked) if name in self.model_fields_set and getattr(self, name))
        if stray:
            takes = f"takes {', '.join(asked)}" if asked else "takes the numbers under weights"
            raise ValueError(f"{', '.join(stray)} doesn't belong to the method {self.method}, which {takes}")
        return self

    @model_validator(mode="after")
    def _fits_what_is_known(self) -> Weighting:
        if self.spread is not None and (self.known not in (None, "around") or self.spread > 1):
            raise ValueError("spread goes from 0 to 1, with known: around (0.5 lets each weight be half more or less)")
        if self.intervals and self.known not in (None, "interval"):
            raise ValueError(f"intervals go with known: interval, not {self.known}")
        for name, (low, high) in self.intervals.items():
            if not 0 <= low <= high <= 1:
                raise ValueError(
                    f"the interval of {name} must be two shares of 1 that rise, such as [0.2, 0.4], not [{low}, {high}]"
                )
        if sum(low for low, _ in self.intervals.values()) > 1 + 1e-9:
            raise ValueError("the lower ends of the intervals add up to more than 1; lower some of them")
        return self

    def to_data(self) -> Any:
        """The weighting as the file spells it: a place of the order that holds one criterion is that criterion."""
        data = super().to_data()
        if "order" in data:
            data["order"] = [place[0] if len(place) == 1 else place for place in data["order"]]
        return data
