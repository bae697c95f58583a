"""Which maps of a workbook's plain data are sections: the same whether they are empty or left out.

A candidate with nothing in it is there all the same; a `people` with nothing in it isn't. Merging has to know, since
who empties a section takes out what was in it and not what somebody else puts there.
"""

from __future__ import annotations

from functools import cache
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from .model import Workbook
from .values import Part


def opened(data: Any, kind: Any = Workbook) -> Any:
    """Plain data of a workbook with every section there, the ones that are left out empty."""
    if not isinstance(data, dict):
        return data
    if get_origin(kind) is dict:
        item = _bare(get_args(kind)[1])
        return {key: opened(value, item) for key, value in data.items()}
    fields = _fields(kind)
    return {
        name: opened(data.get(name, {}), inner) for name, inner in fields.items() if name in data or _is_section(inner)
    } | {name: value for name, value in data.items() if name not in fields}


def closed(data: Any, kind: Any = Workbook) -> Any:
    """Plain data of a workbook without its empty sections, as a workbook gives it."""
    if not isinstance(data, dict):
        return data
    if get_origin(kind) is dict:
        item = _bare(get_args(kind)[1])
        return {key: closed(value, item) for key, value in data.items()}
    fields = _fields(kind)
    found = {name: closed(value, fields.get(name)) for name, value in data.items()}
    return {name: value for name, value in found.items() if value != {} or not _is_section(fields.get(name))}


@cache
def _fields(kind: Any) -> dict[str, Any]:
    """The fields of a part, with their types; none of anything else."""
    is_part = isinstance(kind, type) and issubclass(kind, Part)
    return {name: _bare(field.annotation) for name, field in kind.model_fields.items()} if is_part else {}


def _is_section(kind: Any) -> bool:
    return get_origin(kind) is dict or bool(_fields(kind))


@cache
def _bare(kind: Any) -> Any:
    """A type without what it is annotated with, and without None."""
    if get_origin(kind) is Annotated:
        return _bare(get_args(kind)[0])
    if get_origin(kind) in (Union, UnionType):
        kinds = [each for each in get_args(kind) if each is not type(None)]
        return _bare(kinds[0]) if len(kinds) == 1 else None
    return kind
