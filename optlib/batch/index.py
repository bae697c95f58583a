"""One page over a batch: every project, and what is chosen, deferred and not chosen across all of them, by domain.

It needs no server and no network. Without scripts it is neither searched nor sorted, and of many projects that chose a
candidate only the first are named; all else is there.
"""

from __future__ import annotations

import base64
import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ..catalogue import load_catalogue
from ..views.render import day, sheet
from ..words import listed

TEMPLATE = Path(__file__).parent / "template"
LEVELS = ("", "experiment", "prototype", "production", "secure")
_FEW = 5  # so many projects are named in a line; more are folded, and put there by the script when asked for


@dataclass
class Candidate:
    """In which projects, by their place in the table, a candidate is chosen, put off, or considered and not chosen."""

    name: str
    chosen: list[int] = field(default_factory=list)
    deferred: list[int] = field(default_factory=list)
    rejected: list[int] = field(default_factory=list)

    @property
    def places(self) -> tuple[list[int], list[int], list[int]]:
        """The projects in the order of the columns."""
        return self.chosen, self.deferred, self.rejected

    @property
    def counts(self) -> list[int]:
        """How many projects each column has."""
        return [len(projects) for projects in self.places]


def index_page(results: list[dict[str, Any]], today: date) -> str:
    """The page as text; what comes from workbooks is escaped."""
    script = (TEMPLATE / "index.js").read_text(encoding="utf-8")
    rows = sorted(map(_row, results), key=lambda row: (not row["failed"], row["name"].casefold()))
    return (
        _environment()
        .get_template("index.html.j2")
        .render(
            title=_projects(len(rows)),
            rows=rows,
            names=lambda positions: [rows[position]["name"] for position in positions],
            few=_FEW,
            counts=_counts(rows),
            radar=radar([row["choices"] for row in rows]),
            today=today,
            style=_style(),
            script=script,
            script_hash=_hash(script),
        )
    )


def radar(projects: Sequence[Sequence[dict[str, Any]]]) -> list[dict[str, Any]]:
    """Each domain with its candidates, the most often chosen first; names that differ in case only are one."""
    names: dict[str, str] = {}
    choices: dict[str, list[dict[str, Any]]] = defaultdict(list)
    found: dict[str, dict[str, Candidate]] = defaultdict(dict)
    for position, made in enumerate(projects):
        for choice in made:
            names.setdefault(choice["id"], choice["domain"])
            choices[choice["id"]].append(choice)
            _count(found[choice["id"]], choice, position)
    return [
        {
            "id": key,
            "name": names[key],
            "said": _said(choices[key]),
            "decided": sum(bool(choice["chosen"]) for choice in choices[key]),
            "candidates": sorted(found[key].values(), key=_rank),
        }
        for key in sorted(names, key=_as_in_catalogue)
        if found[key]
    ]


def _as_in_catalogue(domain: str) -> tuple[int, str]:
    """The catalogue's domains in its order, then those of workbooks' own."""
    known = [one.id for one in load_catalogue().domains]
    return known.index(domain) if domain in known else len(known), domain


def _count(candidates: dict[str, Candidate], choice: dict[str, Any], project: int) -> None:
    """Put a project's choice in one domain to the candidates it names; an open choice says nothing of them."""

    def of(name: str) -> Candidate:
        return candidates.setdefault(name.casefold(), Candidate(name))

    for name in choice["chosen"]:
        of(name).chosen.append(project)
    if choice["state"] == "deferred":
        for name in choice["others"]:
            of(name).deferred.append(project)
    elif choice["state"] != "open":
        for name in choice["others"]:
            of(name).rejected.append(project)


def _rank(candidate: Candidate) -> tuple[int, int, str]:
    return -len(candidate.chosen), -len(candidate.deferred), candidate.name.casefold()


def _said(choices: Sequence[dict[str, Any]]) -> str:
    """How many projects have chosen in a domain, put the choice off, taken none of the candidates, or not decided."""
    chosen = sum(bool(choice["chosen"]) for choice in choices)
    deferred = sum(choice["state"] == "deferred" for choice in choices)
    open_ = sum(choice["state"] == "open" for choice in choices)
    none = len(choices) - chosen - deferred - open_
    parts = [(chosen, "decided"), (deferred, "deferred"), (none, "decided for none of the candidates"), (open_, "open")]
    said = [f"{what} in {count:,}" for count, what in parts if count]
    return f"{len(choices):,} project{'' if len(choices) == 1 else 's'}: {listed(said)}."


def _counts(rows: Sequence[dict[str, Any]]) -> str:
    """What all projects come to, in a few short sentences."""
    made, choices, deferred = (sum(row[key] for row in rows) for key in ("made", "domains", "put_off"))
    blocked, due, failed = (sum(bool(row[key]) for row in rows) for key in ("blocking", "due_lines", "failed"))
    sentences = [
        (choices, f"{made:,} of {choices:,} choices are made{f', {deferred:,} deferred' if deferred else ''}."),
        (blocked, f"Gates block {_projects(blocked)}."),
        (due, f"Triggers are due in {_projects(due)}."),
        (failed, f"{_projects(failed)} {'has' if failed == 1 else 'have'} no report."),
    ]
    return " ".join(sentence for count, sentence in sentences if count)


def _projects(count: int) -> str:
    return f"{count:,} project{'' if count == 1 else 's'}"


def _row(result: dict[str, Any]) -> dict[str, Any]:
    about = result["about"] or {"name": "", "owner": "", "level": "", "choices": [], "due": []}
    findings = about.get("findings", {"gates": 0, "blocking": []})
    choices = about["choices"]
    row = about | {
        "name": about["name"] or result["workbook"],
        "workbook": result["workbook"],
        "report": quote(result["report"]),
        "failed": result["status"] == "failed",
        "is_known": bool(result["about"]),
        "error": result["error"],
        "made_lines": [f"{choice['domain']}: {listed(choice['chosen'])}" for choice in choices if choice["chosen"]],
        "due_lines": [f"{trigger['domain']}: {trigger['why']}" for trigger in about["due"]],
        "deferred": [choice["domain"] for choice in choices if choice["state"] == "deferred"],
        "domains": len(choices),
        "verdicts": _verdicts(choices),
        "gates": findings["gates"],
        "blocking": findings["blocking"],
    }
    return row | {"made": len(row["made_lines"]), "put_off": len(row["deferred"]), "sort": _sort(row, choices)}


def _sort(row: dict[str, Any], choices: Sequence[dict[str, Any]]) -> list[int]:
    """The numbers by which the columns after the name are sorted."""
    rigour = LEVELS.index(row["level"]) if row["level"] in LEVELS else 0
    firm = sum(choice["verdict"] == "Firm" for choice in choices)
    return [rigour, len(row["made_lines"]), firm, *(len(row[key]) for key in ("blocking", "deferred", "due_lines"))]


def _verdicts(choices: list[dict[str, Any]]) -> str:
    """How often each verdict was reached, the most frequent first."""
    counts: dict[str, int] = defaultdict(int)
    for choice in choices:
        counts[choice["verdict"]] += 1
    ordered = sorted(counts.items(), key=lambda pair: -pair[1])
    return ", ".join(f"{count} {label[:1].lower()}{label[1:]}" for label, count in ordered)


def _style() -> str:
    dark = f"@media screen and (prefers-color-scheme: dark) {{ .optlib {{ {sheet('dark')} color-scheme: dark; }} }}"
    own = (TEMPLATE / "index.css").read_text(encoding="utf-8")
    return f".optlib {{ {sheet('light')} }}\n{dark}\n{own}"


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"day": day, "listed": listed}
    return environment
