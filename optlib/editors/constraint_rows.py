"""Constraints in a form: a row each, whose id is made from what it says, and what each does to the candidates now."""

from __future__ import annotations

from html import escape

from ..catalogue import load_catalogue
from ..decisions import candidate_name
from ..model import Constraint, Workbook
from ..words import counted, listed
from .columns import kept
from .field import Typed
from .fields import checkbox, dropdown, input_line
from .ids import id_from
from .rows import RowKind, words
from .tree import Place, updated, with_value

WHAT_A_MUST_DOES = (
    "A <b>must</b> eliminates every candidate whose fit is “fails”. One that fits partly, or isn't checked yet, stays "
    "in and is flagged. Where no candidate of a domain is judged by a must, it says nothing about that domain. A "
    "constraint that is no must eliminates nobody: it is a wish that weighs in the discussion."
)
_WHERE: Place = ("context", "constraints")
_KINDS = ("compliance", "deadline", "budget", "team_skills", "legacy", "other")


def constraint_rows() -> RowKind:
    """The rows of the constraints, which remember the ids that they have made themselves."""
    made: set[str] = set()

    def replace(workbook: Workbook, index: int, constraint: Constraint | None) -> Workbook:
        fresh = _identified(workbook, index, constraint, made) if constraint else None
        return _replaced(workbook, index, fresh)

    heads = ("Constraint", "Kind", "Must", "Id")
    return RowKind("constraint", _WHERE, heads, _controls, _show, _read, replace=replace, says=effect)


def effect(workbook: Workbook, index: int) -> str:
    """What a constraint does to the candidates now, as HTML."""
    constraint = workbook.context.constraints[index]
    failing, judged = _judged(workbook, constraint.id)
    count = sum(len(names) for names in failing.values())
    if not judged:
        return "No candidate is judged by it yet: say in a candidate's details how it fits."
    if not failing:
        return (
            f"{_sentence(counted(judged, 'candidate'))} {'is' if judged == 1 else 'are'} judged by it; none fails it."
        )
    who = escape("; ".join(f"{domain}: {listed(names)}" for domain, names in failing.items()))
    if constraint.must:
        return f"<b>Eliminates {counted(count, 'candidate')} now.</b> {who}."
    both = "fails it and stays in" if count == 1 else "fail it and stay in"
    return f"{_sentence(counted(count, 'candidate'))} {both}. {who}."


def _controls(name: str) -> Typed:
    kinds = [(kind.replace("_", " "), kind) for kind in _KINDS]
    statement = words(name.capitalize(), "Citizen data stays in the EU")
    key = input_line(f"Id of {name}", "made from what it says")
    key.continuous_update = False
    return statement, dropdown(f"Kind of {name}", kinds), checkbox(f"{name.capitalize()} is a must"), key


def _show(constraint: Constraint | None) -> Typed:
    if constraint is None:
        return "", "other", False, ""
    return constraint.statement.rstrip("\n"), constraint.kind, constraint.must, constraint.id


def _read(typed: Typed, former: Constraint | None) -> Constraint:
    statement, kind, must, key = typed
    said = kept(statement, former.statement if former else None)
    constraint = updated(former, Constraint, kind=kind, statement=said, must=must)
    return constraint.model_copy(update={"id": key.strip()})


def _identified(workbook: Workbook, index: int, constraint: Constraint, made: set[str]) -> Constraint:
    """Give a constraint its id, and refuse what another one is called or says.

    While it is being written, and nobody names it, an id that was made here follows what it says.
    """
    entries = workbook.context.constraints
    former = entries[index] if index < len(entries) else None
    others = {entry.id: number for number, entry in enumerate(entries) if number != index}
    _refuse_twin(workbook, index, constraint, others)
    follows = (
        former is not None and constraint.id == former.id and former.id in made and _judged(workbook, former.id)[1] == 0
    )
    if constraint.id and not follows:
        return constraint
    key = id_from(constraint.statement, others)
    if not key:
        raise ValueError("write what it says; its id is made from that")
    made.add(key)
    return constraint.model_copy(update={"id": key})


def _refuse_twin(workbook: Workbook, index: int, constraint: Constraint, others: dict[str, int]) -> None:
    entries = workbook.context.constraints
    if constraint.id in others:
        twin = others[constraint.id]
        said = f", “{entries[twin].statement}”" if entries[twin].statement else ""
        raise ValueError(f"the id {constraint.id} is that of constraint {twin + 1} too{said}; give this one another id")
    same = (entry for number, entry in enumerate(entries) if number != index and _says_the_same(entry, constraint))
    twin_entry = next(same, None)
    if twin_entry is not None:
        number = entries.index(twin_entry) + 1
        message = f"constraint {number} ({twin_entry.id}) says “{constraint.statement}” too; write how they differ"
        raise ValueError(message)


def _says_the_same(one: Constraint, other: Constraint) -> bool:
    return bool(other.statement.strip()) and one.statement.strip().lower() == other.statement.strip().lower()


def _replaced(workbook: Workbook, index: int, constraint: Constraint | None) -> Workbook:
    """Change, add or take away a constraint; what candidates say of it follows its id, or goes with it."""
    entries = workbook.context.constraints
    fresh = () if constraint is None else (constraint,)
    changed = with_value(workbook, _WHERE, (*entries[:index], *fresh, *entries[index + 1 :]))
    before = entries[index].id if index < len(entries) else None
    after = constraint.id if constraint else None
    if before is None or before == after:
        return changed
    for domain_id, options in workbook.options.items():
        for candidate_id, candidate in options.candidates.items():
            if before in candidate.fit:
                renamed = {after if key == before else key: fit for key, fit in candidate.fit.items()}
                fits = {key: fit for key, fit in renamed.items() if key}
                changed = with_value(changed, ("options", domain_id, "candidates", candidate_id, "fit"), fits)
    return changed


def _judged(workbook: Workbook, constraint_id: str) -> tuple[dict[str, list[str]], int]:
    """The candidates that fail a constraint, by the name of their domain, and how many are judged by it."""
    domains = load_catalogue().domains_of(workbook)
    failing: dict[str, list[str]] = {}
    judged = 0
    for domain_id, options in workbook.options.items():
        for candidate_id, candidate in options.candidates.items():
            fit = candidate.fit.get(constraint_id)
            judged += fit is not None
            if fit is not None and fit.verdict == "fails":
                name = candidate_name(workbook, domain_id, candidate_id)
                failing.setdefault(domains[domain_id].name, []).append(name)
    return failing, judged


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"
