"""Turns a workbook's bytes into a Workbook, or into every fault found with its line and remedy."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cached_property
from itertools import islice
from typing import Any, get_args, get_origin

from pydantic import ValidationError

from .catalogue import load_catalogue
from .errors import Location, Problem, WorkbookError
from .model import FORMAT, Workbook
from .names import shown
from .references import check_references
from .values import Part, describe
from .yaml_tree import Node, YamlFault, decode, line_at, parse

_SYNONYMS = {"lower": "min", "less": "min", "minimise": "min", "minimize": "min"}
_SYNONYMS |= {"higher": "max", "more": "max", "maximise": "max", "maximize": "max"}
_VERSION = re.compile(r"decision-workbook/(\d{1,9})")
MOST_PROBLEMS = 100
_ROUNDS = 8


@dataclass(frozen=True)
class Document:
    """A workbook as it was read: its text, the tree that knows every line, and the value."""

    text: str
    tree: Node
    workbook: Workbook

    @cached_property
    def data(self) -> dict[str, Any]:
        """The value as plain data, made once: whoever changes it makes a copy."""
        return dict(self.workbook.to_data())


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
    """Make a Workbook of plain data; raises WorkbookError with every problem, with lines where the tree is given.

    Where something is wrong the data is changed.
    """
    problems: list[Problem] = []
    taken_out: set[Location] = set()
    workbook = _validated(data, tree, problems, taken_out)
    if workbook is not None:
        gone = {f"criterion {where[3]!r}" for where in taken_out if where[2:3] == ("criteria",) and len(where) > 3}
        found = (
            one for one in check_references(workbook, load_catalogue()) if not any(map(one.message.__contains__, gone))
        )
        problems += islice(found, MOST_PROBLEMS + 1)
    if problems or workbook is None:
        raise WorkbookError(name, _listed(problems, tree))
    return workbook


def _listed(problems: list[Problem], tree: Node | None) -> list[Problem]:
    """The problems with their lines, in the order of the file, and not more than a person reads."""
    located = {replace(problem, line=line_at(tree, problem.where) if tree else 0) for problem in problems}
    listed = sorted(located, key=lambda problem: (problem.line, problem.place))
    if len(listed) > MOST_PROBLEMS:
        message = (
            f"there are more; these are the first {MOST_PROBLEMS}, often of one cause: repair them and open it again"
        )
        return [*listed[:MOST_PROBLEMS], Problem((), message)]
    return listed


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


def _validated(data: Any, tree: Node | None, problems: list[Problem], taken_out: set[Location]) -> Workbook | None:
    """Validate; where something is wrong, note it, leave it out and validate the rest, so that all faults are found."""
    for _ in range(_ROUNDS):
        try:
            return Workbook.model_validate(data)
        except ValidationError as error:
            faults = error.errors(include_url=False)
        if tree is not None:
            faults.sort(key=lambda fault: line_at(tree, _place(fault)))
        told = [fault for fault in faults if not _follows(_place(fault), taken_out)]
        problems += [_problem(fault, tree) for fault in told[: MOST_PROBLEMS + 1]]
        if len(problems) > MOST_PROBLEMS:
            return None
        for where in sorted({_standing(data, _place(fault)) for fault in faults}, key=_order, reverse=True):
            _take_out(data, where)
            taken_out.add(where)
    return None


def _follows(place: Location, taken_out: set[Location]) -> bool:
    """Whether a fault only follows from what was taken out: it is missing there, or what it stood in lacks it."""
    return any(where[: len(place)] == place for where in taken_out)


def _order(where: Location) -> list[tuple[int, str | int]]:
    return [(0, part) if isinstance(part, int) else (1, part) for part in where]


def _place(fault: Any) -> Location:
    return tuple(part for part in fault["loc"] if part != "[key]")


def _problem(fault: Any, tree: Node | None) -> Problem:
    where = _place(fault)
    if fault["type"] == "missing":
        return _missing(where)
    return Problem(_within(tree, where) if tree else where, _message(fault, where))


def _missing(where: Location) -> Problem:
    last = where[-1] if where else ""
    if isinstance(last, int):
        return Problem(where[:-1], f"has only {last} of its entries; add what is missing")
    return Problem(where[:-1], f"has no {last!r}; add it")


def _message(fault: Any, where: Location) -> str:  # noqa: PLR0911 - one answer for each kind of fault
    value = fault["input"]
    match fault["type"]:
        case "extra_forbidden":
            return _unknown_key(where)
        case "string_pattern_mismatch":
            return _not_an_id(str(value))
        case "literal_error":
            return f"must be {fault['ctx']['expected']}, not {describe(value)}{_meant(fault)}"
        case "bool_parsing" | "bool_type":
            return f"must be true or false, not {describe(value)}"
        case "string_type":
            return f"must be text, not {describe(value)}"
        case "tuple_type":
            return f"must be a list, not {describe(value)}; put each entry on a line of its own after '- '"
        case "too_long":
            return f"has {len(value)} entries, but must have {fault['ctx']['max_length']}"
        case "dict_type" | "model_type" | "model_attributes_type":
            return f"must be a mapping, not {describe(value)}; {_mapping_at(where)}"
    return str(fault["msg"]).removeprefix("Value error, ")


def _not_an_id(name: str) -> str:
    wanted = re.sub(r"[^a-z0-9_]+", "-", name.lower()).strip("-_0123456789")[:64]
    hint = f"; write {wanted!r}" if wanted else ""
    return f"{shown(name)} is not an id: up to 64 lower-case letters, digits, - and _, first a letter{hint}"


def _meant(fault: Any) -> str:
    """The allowed word that a person probably had in mind."""
    words = re.findall(r"'([^']*)'", fault["ctx"]["expected"])
    given = str(fault["input"]).strip().lower()[:40]
    near = [word for word in words if word == _SYNONYMS.get(given, given)] or get_close_matches(given, words, n=1)
    return f"; write {near[0]}" if near else ""


def _mapping_at(where: Location) -> str:
    fields = _fields_at(Workbook, where)
    if fields:
        return f"its keys are {', '.join(fields)}"
    return "each entry begins with an id on a line of its own, indented, and then ': '"


def _unknown_key(where: Location) -> str:
    name = str(where[-1])
    fields = _fields_at(Workbook, where[:-1])
    if " " in name:
        return f"unknown key {shown(name)}; if it is part of a text with a comma or ': ', put that text in quotes"
    near = get_close_matches(name, fields, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]!r}?" if near else f"known here: {', '.join(fields)}"
    return f"unknown key {shown(name)}; {hint} (a key of your own begins with x-)"


def _within(tree: Node, where: Location) -> Location:
    """The place as far as the file goes: the value of a score written `4` is the score itself."""
    node: Node | None = tree
    for index, part in enumerate(where):
        if node is not None and node.kind == "scalar":
            return where[:index]
        node = node.child(part) if node else None
    return where


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


def _standing(data: Any, where: Location) -> Location:
    """The place, or the nearest thing around it that is there: what lacks something goes as a whole."""
    for index, part in enumerate(where):
        in_list = isinstance(data, list) and isinstance(part, int) and part < len(data)
        there = part in data if isinstance(data, dict) else in_list
        if not there:
            return where[:index]
        data = data[part]
    return where


def _take_out(data: Any, where: Location) -> None:
    if not where or where == ("format",):
        data |= {"format": FORMAT}
        return
    for part in where[:-1]:
        data = data[part]
    del data[where[-1]]
