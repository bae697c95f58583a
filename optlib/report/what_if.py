"""The what-if panel of a domain as it stands in the page: data, checked and escaped, that a script makes a panel of.

The data comes out of an executed notebook, where any cell can write anything: what isn't of exactly this shape is left
out, and what is can be nothing but numbers and text.
"""

from __future__ import annotations

from typing import Annotated, Any

from markupsafe import Markup
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

LONGEST = 1_000_000
_Name = Annotated[str, Field(max_length=5_000)]
_Weight = Annotated[float, Field(ge=0, le=1e6, allow_inf_nan=False)]
_Value = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] | None


class WhatIf(BaseModel):
    """A domain's candidates with their values from 0 to 1, None where one isn't known, and its criteria with weights.

    `chosen` are places among the candidates; `unstated` says that nobody states weights, so that all count the same.
    """

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    id: Annotated[str, Field(pattern=r"\A[a-z][a-z0-9_-]{0,63}\z")]
    name: _Name
    criteria: Annotated[tuple[tuple[_Name, _Weight], ...], Field(min_length=2, max_length=200)]
    candidates: Annotated[tuple[tuple[_Name, tuple[_Value, ...]], ...], Field(min_length=2, max_length=500)]
    chosen: tuple[int, ...] = ()
    unstated: bool = False

    @model_validator(mode="after")
    def _fits(self) -> WhatIf:
        if any(len(values) != len(self.criteria) for _, values in self.candidates):
            raise ValueError("each candidate has one value for each criterion")
        if not all(0 <= place < len(self.candidates) for place in self.chosen):
            raise ValueError("what is chosen is one of the candidates")
        if not any(weight for _, weight in self.criteria):
            raise ValueError("at least one weight is above 0")
        return self


_LIST = TypeAdapter(Annotated[tuple[WhatIf, ...], Field(max_length=200)])


def read_what_if(written: Any) -> tuple[WhatIf, ...]:
    """The domains in a notebook's output, nothing where it has another shape."""
    if not isinstance(written, str) or len(written) > LONGEST:
        return ()
    try:
        return _LIST.validate_json(written)
    except ValidationError:
        return ()


def panel(domain: WhatIf) -> str:
    """The folded panel, hidden until a script fills it."""
    data = Markup(embedded(domain.model_dump_json(exclude_defaults=True)))  # noqa: S704 - just escaped
    return Markup(
        '<details class="what-if" hidden><summary>Try other weights: {}</summary>'
        '<script type="application/json">{}</script></details>'
    ).format(domain.name, data)


def embedded(json: str) -> str:
    """JSON that can stand in a script element: nothing in it can end the element or a line."""
    for character in "<>&\u2028\u2029":
        json = json.replace(character, f"\\u{ord(character):04x}")
    return json
