"""Turns a workbook's bytes into a Workbook, or into every fault found with its line and remedy."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any, get_args, get_origin

from pydantic import ValidationError

from .catalogue import load_catalogue
from .errors import Location, Problem, WorkbookError
from .model import FORMAT, Workbook
from .references import check_references
from .values import Part, describe
from .yaml_tree import Node, YamlFault, decode, line_at, parse

_WRONG_KIND = {
    "string_pattern_mismatch": "{} is not an id: lower-case letters, digits, - and _, first a letter",
    "bool_parsing": "must be true or false, not {}",
    "bool_type": "must be true or false, not {}",
    "string_type": "must be text, not {}",
    "tuple_type": "must be a list, not {}; put each entry on a line of its own after '- '",
}
_SCORE_DEPTH = 3
_SYNONYMS = {"lower": "min", "less": "min", "minimise": "min", "minimize": "min"}
_SYNONYMS |= {"higher": "max", "more": "max", "maximise": "max", "maximize": "max"}
_VERSION = re.compile(r"decision-workbook/(\d{1,9})")


@dataclass(frozen=True)
class Document:
    """A workbook as it was read: its text, the tree that knows every line, and the value."""

    text: str
    tree: Node
    workbook: Workbook


def read_document(content: bytes, name: str) -> Document:
    """Read a workbook's bytes; raises WorkbookError with every problem, `name` being the file's name in messages."""
    try:
        text = decode(content)
        tree = parse(text)
    except YamlFault as fault:
        raise WorkbookError(name, [fault.problem]) from None
    data = tree.data()
    _check_format(data.get("format"), tree, name)
    return Document(text, tree, build(data, name, tree))


def build(data: dict[str, Any], name: str, tree: Node | None = None) -> Workbook:
    """Make a Workbook of plain data; raises WorkbookError with every problem, with lines where the tree is given."""
    problems: list[Problem] = []
    workbook = _validated(data, problems)
    if workbook is not None:
        problems += check_references(workbook, load_catalogue())
    if problems or workbook is None:
        located = [replace(problem, line=line_at(tree, problem.where) if tree else 0) for problem in problems]
        raise WorkbookError(name, sorted(set(located), key=lambda problem: (problem.line, problem.place)))
    return workbook


def _check_format(written: Any, tree: Node, name: str) -> None:
    line = line_at(tree, ("format",))
    if written is None:
        message = f"the first key must be format: {FORMAT}; without it the file isn't taken for a workbook"
        raise WorkbookError(name, [Problem(("format",), message, line)])
    version = _VERSION.fullmatch(str(written))
    if version and int(version.group(1)) > 1:
        message = f"{written} is newer than this optlib reads ({FORMAT}); upgrade optlib. Nothing was changed"
        raise WorkbookError(name, [Problem(("format",), message, line)])
    if str(written) != FORMAT:
        message = f"{describe(str(written))} is not a format optlib knows; write format: {FORMAT}"
        raise WorkbookError(name, [Problem(("format",), message, line)])


def _validated(data: Any, problems: list[Problem]) -> Workbook | None:
    """Validate; where something is wrong, note it, leave it out and validate the rest, so that all faults are found."""
    left_out: set[Location] = set()
    for _ in range(8):
        try:
            return Workbook.model_validate(data)
        except ValidationError as error:
            found = error.errors(include_url=False)
            problems += [_problem(fault) for fault in found if _place(fault) not in left_out]
            for fault in sorted(found, key=lambda fault: _order(_place(fault)), reverse=True):
                data = _without(data, _place(fault))
                left_out.add(_place(fault))
    return None


def _order(where: Location) -> list[tuple[int, str | int]]:
    return [(0, part) if isinstance(part, int) else (1, part) for part in where]


def _place(fault: Any) -> Location:
    where = tuple(part for part in fault["loc"] if part != "[key]")
    short_score = len(where) > _SCORE_DEPTH and where[-3] == "scores" and where[-1] == "value"
    return where[:-1] if short_score else where


def _problem(fault: Any) -> Problem:
    where = _place(fault)
    if fault["type"] == "extra_forbidden":
        return Problem(where, _unknown_key(where))
    if fault["type"] == "missing":
        return Problem(where[:-1], f"has no {where[-1]!r}; add it")
    given = describe(fault["input"])
    if fault["type"] == "literal_error":
        return Problem(where, f"must be {fault['ctx']['expected']}, not {given}{_meant(fault)}")
    if fault["type"] in ("dict_type", "model_type", "model_attributes_type"):
        return Problem(where, f"must be a mapping, not {given}; {_mapping_at(where)}")
    message = _WRONG_KIND.get(fault["type"])
    return Problem(where, message.format(given) if message else str(fault["msg"]).removeprefix("Value error, "))


def _meant(fault: Any) -> str:
    """The allowed word that a person probably had in mind."""
    words = re.findall(r"'([^']*)'", fault["ctx"]["expected"])
    given = str(fault["input"]).strip().lower()
    near = [word for word in words if word == _SYNONYMS.get(given, given)] or get_close_matches(given, words, n=1)
    return f"; write {near[0]}" if near else ""


def _mapping_at(where: Location) -> str:
    fields = _fields_at(Workbook, where)
    if fields:
        return f"its keys are {', '.join(fields)}"
    return "each entry begins with an id on a line of its own, indented, and then ': '"


def _unknown_key(where: Location) -> str:
    fields = _fields_at(Workbook, where[:-1])
    name = describe(where[-1]).removeprefix("the text ")
    if " " in str(where[-1]):
        return f"unknown key {name}; if it is part of a text with a comma or ': ', put that text in quotes"
    near = get_close_matches(str(where[-1]), fields, n=1, cutoff=0.5)
    known = f"did you mean {near[0]!r}?" if near else f"known here: {', '.join(fields)}"
    return f"unknown key {name}; {known} (a key of your own begins with x-)"


def _fields_at(kind: Any, where: Location) -> list[str]:
    for part in where:
        if isinstance(kind, type) and issubclass(kind, Part) and str(part) in kind.model_fields:
            kind = kind.model_fields[str(part)].annotation
        else:
            kind = _item_of(kind)
        kind = _part_in(kind)
    return list(kind.model_fields) if isinstance(kind, type) and issubclass(kind, Part) else []


def _item_of(kind: Any) -> Any:
    arguments = [argument for argument in get_args(kind) if argument is not Ellipsis]
    return arguments[-1] if arguments else kind


def _part_in(kind: Any) -> Any:
    """Look through `X | None` and `Annotated[X, ...]` for what is inside."""
    if hasattr(kind, "__metadata__"):
        return _part_in(get_args(kind)[0])
    if get_origin(kind) not in (tuple, dict, None):
        inner = [argument for argument in get_args(kind) if argument is not type(None)]
        return inner[0] if inner else kind
    return kind


def _without(data: Any, where: Location) -> Any:
    """A copy of the data without what stands at a place, or without the nearest thing around it."""
    if not where:
        return {"format": FORMAT}
    head, rest = where[0], where[1:]
    if isinstance(data, dict) and head in data:
        if head == "format":
            return {**data, "format": FORMAT}
        inner = _without(data[head], rest) if rest and isinstance(data[head], dict | list) else None
        return {key: inner if key == head else value for key, value in data.items() if key != head or inner is not None}
    if isinstance(data, list) and isinstance(head, int) and head < len(data):
        inner = _without(data[head], rest) if rest and isinstance(data[head], dict | list) else None
        return [*data[:head], *([] if inner is None else [inner]), *data[head + 1 :]]
    return None
