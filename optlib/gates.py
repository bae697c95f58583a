"""Holds a workbook to the gates of its quality level and says, for each, what was looked at and what is missing.

Gates that the workbook itself can answer are answered from it; the others take a declared verdict or a waiver. Add a
gate in `data/catalogue/gates.yaml`; one that the workbook answers also gets a function here, named in `ANSWERS`.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from .catalogue import Catalogue, Domain, Gate, Need, load_catalogue
from .decisions import chosen, due_triggers, end_of_life, has_trigger, is_decided, unexplained
from .model import GateRecord, Support, Workbook
from .words import counted, listed

GateVerdict = Literal["pass", "fail", "no evidence", "waived"]


@dataclass(frozen=True)
class Finding:
    """What was found of one gate at the workbook's quality level."""

    gate: Gate
    need: Need
    verdict: GateVerdict
    looked_at: str
    missing: str = ""

    @property
    def blocks(self) -> bool:
        """Whether a required gate neither passes nor is waived."""
        return self.need.need == "required" and self.verdict in ("fail", "no evidence")


@dataclass(frozen=True)
class _Asked:
    """What a gate's answer is drawn from."""

    workbook: Workbook
    catalogue: Catalogue
    need: Need
    today: date


_Answer = tuple[GateVerdict, str, str]


def check(workbook: Workbook, today: date) -> tuple[Finding, ...]:
    """The findings of every gate that the workbook's level asks for, required and advisory, in the catalogue's order.

    `today` decides whether waivers and dates have run out. A workbook without a quality level has no findings.
    """
    level = workbook.quality.level
    if level is None:
        return ()
    catalogue = load_catalogue()
    asked = [(gate, gate.levels[level]) for gate in catalogue.gates]
    return tuple(
        _finding(gate, _Asked(workbook, catalogue, need, today)) for gate, need in asked if need.need != "none"
    )


def required_domains(workbook: Workbook, catalogue: Catalogue) -> tuple[Domain, ...]:
    """The domains that open in a phase which the workbook's level requires."""
    phases = catalogue.required_phases(workbook)
    return tuple(domain for domain in catalogue.domains_of(workbook).values() if domain.phases[0] in phases)


def _finding(gate: Gate, asked: _Asked) -> Finding:
    record = asked.workbook.quality.gates.get(gate.id)
    if gate.answered_by == "workbook":
        return Finding(gate, asked.need, *_own_answer(gate, record, asked))
    if record is None:
        wanted = f"a verdict under quality.gates.{gate.id}, shown by: {gate.evidence}"
        return Finding(gate, asked.need, "no evidence", "nothing is declared", wanted)
    if record.verdict == "waived":
        return Finding(gate, asked.need, *_waiver(record, asked.today))
    return Finding(gate, asked.need, *_declared(record, asked.today))


def _waiver(record: GateRecord, today: date) -> _Answer:
    lacking = [name for name in ("by", "until", "why") if not getattr(record, name)]
    if lacking or record.until is None:
        return "fail", "a waiver", f"the waiver doesn't say {listed(lacking)}"
    said = f"waived by {record.by} until {record.until}: {record.why}"
    if record.until < today:
        return "fail", said, f"the waiver ran out on {record.until}; show the evidence or renew it"
    return "waived", said, ""


def _declared(record: GateRecord, today: date) -> _Answer:
    where = f" ({record.link or record.note})" if record.link or record.note else ""
    said = f"declared {record.verdict} by {record.by or 'nobody'} on {record.on or 'no date'}{where}"
    if record.verdict == "fail":
        return "fail", said, record.note or "a pass"
    lacking = [name for name in ("by", "on") if not getattr(record, name)]
    lacking += [] if record.link or record.note else ["link (or note)"]
    if lacking:
        return "no evidence", said, f"the declaration doesn't say {listed(lacking)}"
    if record.on and record.on > today:
        return "no evidence", said, "the declaration is dated in the future"
    return "pass", said, ""


def _own_answer(gate: Gate, record: GateRecord | None, asked: _Asked) -> _Answer:
    """Answer from the workbook; a declaration can fail it or waive what is missing, but not pass it."""
    verdict, looked_at, missing = ANSWERS[gate.id](asked)
    if record is not None and record.verdict == "fail":
        said = f"{looked_at}; declared fail by {record.by or 'nobody'}"
        return "fail", said, "; ".join(filter(None, (missing, record.note))) or "a pass"
    if record is not None and record.verdict == "waived" and verdict != "pass":
        waived, said, lacking = _waiver(record, asked.today)
        return waived, f"{looked_at}; {said}", "; ".join(filter(None, (missing, lacking))) if lacking else ""
    return verdict, looked_at, missing


def _goal(asked: _Asked) -> _Answer:
    context = asked.workbook.context
    parts = {
        "goals": context.goals,
        "success criteria": context.success_criteria,
        "out of scope": context.out_of_scope,
        "assumptions": context.assumptions,
    }
    return _complete({name: bool(value) for name, value in parts.items()}, "context")


def _timebox(asked: _Asked) -> _Answer:
    until = asked.workbook.quality.timebox
    if until is None:
        return "fail", "quality.timebox", "the day on which the work stops or is decided anew"
    return _not_past(until, f"quality.timebox: {until}", asked.today)


def _options(asked: _Asked) -> _Answer:
    at_least = asked.need.limit.get("candidates", 2)
    decided = [key for key in asked.workbook.decisions if is_decided(asked.workbook, key)]
    if not decided:
        return "no evidence", "decisions", "a decided domain"
    domains = asked.catalogue.domains_of(asked.workbook)
    counts = [(domains[key].name, _candidates(asked.workbook, key)) for key in decided]
    few = [f"{name} ({count})" for name, count in counts if count < at_least]
    looked_at = f"candidates of {counted(len(decided), 'decided domain')}"
    return ("fail", looked_at, f"at least {at_least} candidates in {listed(few)}") if few else ("pass", looked_at, "")


def _candidates(workbook: Workbook, domain_id: str) -> int:
    options = workbook.options.get(domain_id)
    return len(options.candidates) if options else 0


def _owner(asked: _Asked) -> _Answer:
    return _complete({"project.owner": bool(asked.workbook.project.owner)}, "project.owner")


def _decisions(asked: _Asked) -> _Answer:
    workbook = asked.workbook
    domains = required_domains(workbook, asked.catalogue)
    missing = []
    for domain in domains:
        deferral = workbook.deferred.get(domain.id)
        if deferral is not None and not is_decided(workbook, domain.id):
            missing += [] if has_trigger(deferral) else [f"a trigger for the deferred {domain.name}"]
        elif not is_decided(workbook, domain.id):
            missing.append(f"{domain.name} decided or deferred")
        elif not workbook.decisions[domain.id].rationale:
            missing.append(f"a rationale for {domain.name}")
    missing += [f"{name}: {reason}, so decide it now" for name, reason in due_triggers(workbook, asked.today)]
    missing += [f"why {name} goes against the ranking (against_ranking)" for name in unexplained(workbook)]
    looked_at = f"decisions and deferrals of {counted(len(domains), 'required domain')}"
    return ("fail", looked_at, "; ".join(missing)) if missing else ("pass", looked_at, "")


def _signoff(asked: _Asked) -> _Answer:
    signed = [entry for entry in asked.workbook.quality.signoff if entry.name and entry.on]
    roles = [role for role in ("approver", "security_reviewer") if asked.need.limit.get(role)]
    have = {role.replace("_", " "): any(entry.role == role for entry in signed) for role in roles}
    names = listed([f"{entry.name} ({entry.role.replace('_', ' ')}, {entry.on})" for entry in signed])
    verdict, _, missing = _complete(have, "quality.signoff")
    early = [entry.name for entry in signed if entry.on and entry.on > asked.today]
    if early:
        return "fail", f"quality.signoff: {names}", f"{listed(early)} signed in the future"
    missing = f"name and date of the {missing}" if missing else ""
    return verdict, f"quality.signoff: {names or 'nobody'}", missing


def _revisit(asked: _Asked) -> _Answer:
    """Ask for a review within so many months of the last sign-off; where no number is set, for the kill date."""
    quality, months = asked.workbook.quality, asked.need.limit.get("months")
    on = quality.revisit or (quality.timebox if months is None else None)
    if on is None and quality.revisit_when and months is not None:
        return "pass", f"quality.revisit_when: {quality.revisit_when}", ""
    if on is None:
        other = "a measurable trigger (revisit_when)" if months is not None else "the kill date (timebox)"
        return "fail", "quality.revisit", f"the day of the next review, or {other}"
    verdict, looked_at, missing = _not_past(on, f"next review on {on}", asked.today)
    signed = [entry.on for entry in quality.signoff if entry.name and entry.on and entry.on <= asked.today]
    start = max(signed, default=asked.today)
    if verdict == "pass" and months is not None and on > _months_later(start, months):
        return "fail", looked_at, f"a review within {months} months of {start}"
    return verdict, looked_at, missing


def _eol(asked: _Asked) -> _Answer:
    need_until = _months_later(asked.today, asked.need.limit.get("months_left", 0))
    looked_at, missing, undated = [], [], []
    for domain_id, candidate_id, name in chosen(asked.workbook):
        ends, source = end_of_life(asked.workbook, domain_id, candidate_id)
        if ends is None:
            undated.append(name)
            continue
        looked_at.append(f"{name} until {ends} ({source})")
        support = asked.workbook.options[domain_id].candidates[candidate_id].support
        if ends < asked.today:
            missing.append(f"{name} ended on {ends}: move on")
        elif ends < need_until and not _planned(support, asked.today, ends):
            missing.append(f"{name} ends on {ends}: move on, or a plan with a day (plan_by) before that")
    note = f"; no date is known for {listed(undated)}" if undated else ""
    if not looked_at:
        return "no evidence", f"end of life of what is chosen{note}", "support.end_of_life of the chosen candidates"
    return ("fail" if missing else "pass"), listed(looked_at) + note, "; ".join(missing)


def _planned(support: Support | None, today: date, ends: date) -> bool:
    """Whether a plan says on which day, still to come, the candidate is left before its support ends."""
    return (
        support is not None and bool(support.plan) and support.plan_by is not None and today <= support.plan_by <= ends
    )


ANSWERS: Mapping[str, Callable[[_Asked], _Answer]] = {
    "goal": _goal,
    "timebox": _timebox,
    "options": _options,
    "owner": _owner,
    "decisions": _decisions,
    "signoff": _signoff,
    "revisit": _revisit,
    "eol": _eol,
}


def _complete(parts: dict[str, bool], looked_at: str) -> _Answer:
    missing = [name for name, there in parts.items() if not there]
    return ("fail", looked_at, listed(missing)) if missing else ("pass", looked_at, "")


def _not_past(on: date, looked_at: str, today: date) -> _Answer:
    if on < today:
        return "fail", looked_at, "the day has passed; review now and set the next"
    return "pass", looked_at, ""


def _months_later(start: date, months: int) -> date:
    years, month = divmod(start.month - 1 + months, 12)
    year, month = start.year + years, month + 1
    return date(year, month, min(start.day, monthrange(year, month)[1]))
