"""One page over a batch: every project, and what is chosen, deferred and not chosen across all of them, by domain.

It needs no server and no network; without scripts it is complete, only neither searched nor sorted.
"""

from __future__ import annotations

import base64
import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ..atomic import write_atomically
from ..errors import OptlibError
from ..views.render import day, sheet
from ..words import listed

TEMPLATE = Path(__file__).parent / "template"
LEVELS = ("", "experiment", "prototype", "production", "secure")


@dataclass
class Candidate:
    """In how many projects, and which, a candidate of a domain is chosen, put off, or considered and not chosen."""

    name: str
    chosen: list[str] = field(default_factory=list)
    deferred: list[str] = field(default_factory=list)
    rejected: list[str] = field(default_factory=list)


def write_index(folder: Path, results: list[dict[str, Any]], today: date) -> Path:
    """Write `index.html` into the folder of a batch and return where. Raises OptlibError where it can't be written."""
    out = folder / "index.html"
    try:
        write_atomically(out, index_page(results, today).encode())
    except OSError as error:
        raise OptlibError(f"{out}: the index can't be written: {error.strerror}") from None
    return out


def index_page(results: list[dict[str, Any]], today: date) -> str:
    """The page as text; what comes from workbooks is escaped."""
    script = (TEMPLATE / "index.js").read_text(encoding="utf-8")
    known = [result for result in results if result["about"]]
    return (
        _environment()
        .get_template("index.html.j2")
        .render(
            rows=sorted(map(_row, results), key=lambda row: (not row["failed"], row["name"].casefold())),
            radar=radar(known),
            today=today,
            style=_style(),
            script=script,
            script_hash=_hash(script),
        )
    )


def radar(results: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each domain with its candidates, the most often chosen first; names that differ in case only are one."""
    domains: dict[str, str] = {}
    found: dict[str, dict[str, Candidate]] = defaultdict(dict)
    for result in results:
        project = result["about"]["name"] or result["workbook"]
        for choice in result["about"]["choices"]:
            domains.setdefault(choice["id"], choice["domain"])
            _count(found[choice["id"]], choice, project)
    return [
        {"id": key, "name": name, "candidates": sorted(found[key].values(), key=_rank)}
        for key, name in domains.items()
        if found[key]
    ]


def _count(candidates: dict[str, Candidate], choice: dict[str, Any], project: str) -> None:
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


def _row(result: dict[str, Any]) -> dict[str, Any]:
    about = result["about"] or {"name": "", "owner": "", "headline": "", "level": "", "choices": [], "due": []}
    findings = about.get("findings", {"gates": 0, "blocking": [], "open": 0})
    choices = about["choices"]
    return about | {
        "name": about["name"] or result["workbook"],
        "workbook": result["workbook"],
        "report": quote(result["report"]),
        "failed": result["status"] == "failed",
        "error": result["error"],
        "rigour": LEVELS.index(about["level"]) if about["level"] in LEVELS else 0,
        "made_lines": [f"{choice['domain']}: {listed(choice['chosen'])}" for choice in choices if choice["chosen"]],
        "due_lines": [f"{trigger['domain']}: {trigger['why']}" for trigger in about["due"]],
        "deferred": [choice for choice in choices if choice["state"] == "deferred"],
        "domains": len(choices),
        "verdicts": _verdicts(choices),
        "firm": sum(choice["verdict"] == "Firm" for choice in choices),
        "gates": findings["gates"],
        "blocking": findings["blocking"],
    }


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
