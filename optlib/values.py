"""The small frozen values that a workbook is made of: text, ids, numbers, dates, maps. No I/O."""

from __future__ import annotations

import math
import re
from datetime import date
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator

ID_PATTERN = r"^[a-z][a-z0-9_-]{0,63}$"
_NUMBER = re.compile(r"[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_LONGEST_NUMBER = 40

K = TypeVar("K")
V = TypeVar("V")


class Plain(str):
    """A YAML scalar written without quotes: the field that receives it decides whether it is text, number or date."""


class FrozenMap(dict[K, V]):
    """A dict that can't be changed once it is made; its order is that of the file."""

    def _refuse(self, *_: object, **__: object) -> Any:
        raise TypeError("a workbook's values can't be changed in place: make a new one with model_copy(update=...)")

    __setitem__ = __delitem__ = pop = popitem = clear = update = setdefault = __ior__ = _refuse

    def __reduce__(self) -> tuple[type[FrozenMap[K, V]], tuple[dict[K, V]]]:
        return (type(self), (dict(self),))


class Part(BaseModel):
    """A frozen piece of the workbook: unknown keys are errors, except `x-*`, which the file keeps."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        validate_default=False,
        json_schema_extra={"patternProperties": {"^x-": {}}},
    )

    @model_validator(mode="before")
    @classmethod
    def _pass_over(cls, data: Any) -> Any:
        if data is None:  # an entry whose key stands there already, with nothing after it
            return {}
        if not isinstance(data, dict):
            return data
        kept = {key: value for key, value in data.items() if not str(key).startswith("x-")}
        return {key: value for key, value in kept.items() if value is not None or key not in cls.model_fields}

    def to_data(self) -> Any:
        """The part as plain data, in the shape of the file: what was set, without what is empty."""
        data = {name: plain(getattr(self, name)) for name in type(self).model_fields if name in self.model_fields_set}
        return {name: value for name, value in data.items() if value not in ("", None, [], {})}


def plain(value: Any) -> Any:
    """Turn a model value into dicts, lists, text, numbers, dates and booleans."""
    if isinstance(value, Part):
        return value.to_data()
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    return value


def read_number(value: Any) -> int | float:
    """Read a finite number from YAML or Python; quoted text, NaN and infinity raise ValueError."""
    if isinstance(value, bool) or not isinstance(value, int | float | Plain):
        raise ValueError(f"must be a number, not {describe(value)}")
    if isinstance(value, Plain):
        if re.fullmatch(r"[-+]?\.(inf|nan)", value, re.IGNORECASE):
            raise ValueError(f"must be a finite number, not {value}")
        if len(value) > _LONGEST_NUMBER or not _NUMBER.fullmatch(value):
            raise ValueError(f"must be a number, not {describe(value)}")
        value = int(value) if re.fullmatch(r"[-+]?\d+", value) else float(value)
    if (isinstance(value, int) and len(str(abs(value))) > _LONGEST_NUMBER) or not math.isfinite(value):
        raise ValueError("must be a finite number of at most 40 digits")
    return int(value) if isinstance(value, int) else float(value)


def read_date(value: Any) -> date:
    """Read a calendar date written as YYYY-MM-DD; anything else raises ValueError."""
    if type(value) is date:
        return value
    if isinstance(value, str) and _DATE.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise ValueError(f"{value} is not a day of the calendar; write YYYY-MM-DD") from None
    raise ValueError(f"must be a date written YYYY-MM-DD, not {describe(value)}")


def describe(value: Any) -> str:
    """Name a value in an error message, shortened."""
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list | tuple):
        return "a list"
    text = str(value)
    short = text if len(text) <= 40 else text[:37] + "..."
    return f"the text {short!r}" if isinstance(value, str) else repr(short)


def _printable(text: str) -> str:
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def _not_negative(value: int | float) -> int | float:
    if value < 0:
        raise ValueError(f"must not be negative, but is {value}")
    return value


Text = Annotated[str, AfterValidator(_printable)]
Id = Annotated[str, Field(pattern=ID_PATTERN)]
Number = Annotated[int | float, BeforeValidator(read_number), WithJsonSchema({"type": "number"})]
NotNegative = Annotated[
    int | float,
    BeforeValidator(lambda value: _not_negative(read_number(value))),
    WithJsonSchema({"type": "number", "minimum": 0}),
]
Day = Annotated[date, BeforeValidator(read_date)]
MapOf = Annotated[dict[K, V], AfterValidator(FrozenMap)]
Texts = tuple[Text, ...]
