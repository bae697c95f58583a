"""Workbooks and results of as many projects as wanted: seeded variations of the shipped examples.

Each has its own name and owner. Level, scores, decisions and deferrals differ as they do in an organisation: most
choices stay, some fall on another candidate, some are put off, some are open.
"""

from __future__ import annotations

import random
from copy import deepcopy
from dataclasses import asdict
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from optlib import open_workbook
from optlib.model import Workbook

EXAMPLES = Path(__file__).resolve().parent.parent / "data" / "examples"
NAMES = ("optlib", "hhs_wiki_platform", "pep374_dvcs")
DAY = date(2026, 11, 23)
_SUBJECTS = """Permit Grants Library Harbour Payroll Tax Museum School Clinic Energy Water Forest Census Archive Transit
Parking Housing Pension Customs Election Weather Road Waste Court Police Fire Patent Land Seed Fishery Airport Rail
Student Teacher Patient Vaccine Blood Map Address Company"""
_KINDS = """portal register catalogue dashboard intake planner ledger search alerts calendar exchange workbench archive
directory survey billing scheduler gateway monitor notebook app tracker desk atlas index"""
_OWNERS = ("Platform team", "Payments", "Data office", "Citizen services", "Health", "Mobility", "Records", "Identity")
_LEVELS = ("experiment", "prototype", "production", "production", "secure")
_KEEPS, _DIFFERS, _WAITS = 0.7, 0.82, 0.92  # as in the example, another, put off, else open


def project(number: int, seed: int = 1, bases: tuple[str, ...] = NAMES) -> dict[str, Any]:
    """The data of one workbook; the same number and seed give the same one."""
    draw = random.Random(f"{seed} {number}")  # noqa: S311 - not for secrets
    data = deepcopy(_example(bases[number % len(bases)]))
    name, owner = name_of(number), draw.choice(_OWNERS)
    data["project"] |= {"name": name, "owner": owner}
    if "quality" in data or draw.random() < 0.5:
        data["quality"] = data.get("quality", {}) | {"level": draw.choice(_LEVELS)}
    scale = data.get("scale", {"min": 0, "max": 5})
    for key, options in data["options"].items():
        _vary_scores(options, options.get("scale", scale), draw)
        _vary_choice(data, key, draw)
    return data


def name_of(number: int) -> str:
    """A name for each number, all different."""
    subjects, kinds = _SUBJECTS.split(), _KINDS.split()
    rest, subject = divmod(number, len(subjects))
    edition, kind = divmod(rest, len(kinds))
    return f"{subjects[subject]} {kinds[kind]}{f' {edition + 1}' if edition else ''}"


def write_workbooks(folder: Path, count: int, seed: int = 1, bases: tuple[str, ...] = NAMES) -> None:
    """Write the workbooks of so many projects."""
    for number in range(count):
        text = yaml.safe_dump(project(number, seed, bases), sort_keys=False, allow_unicode=True)
        (folder / f"project-{number:04d}.yaml").write_text(text, encoding="utf-8")


def results(count: int, failing: int = 0, bases: tuple[str, ...] = NAMES, distinct: int = 60) -> list[dict[str, Any]]:
    """What a batch would say of so many projects: of `distinct` ones as they are, of the others under another name."""
    from optlib.batch.about import about
    from optlib.batch.results import Result

    known = [
        about(Workbook.model_validate(project(number, bases=bases)), DAY) for number in range(min(count, distinct))
    ]
    rows = []
    for number in range(count):
        own = _renamed(known[number % len(known)], number)
        path = f"teams/{own['owner'].split()[0].lower()}/project-{number:04d}"
        rows.append(asdict(Result(f"{path}.yaml", f"{path}.report.html", "made", 1.0, 1, own)))
    for row in rows[:failing]:
        row |= {"status": "failed", "about": {}, "error": f"{row['workbook']}:3: quality.level: no such level"}
    return rows


def _renamed(about: dict[str, Any], number: int) -> dict[str, Any]:
    return about | {"name": name_of(number), "owner": _OWNERS[number * 7 % len(_OWNERS)]}


@cache
def _example(name: str) -> dict[str, Any]:
    return open_workbook(EXAMPLES / f"{name}.yaml").workbook.to_data()


def _vary_scores(options: dict[str, Any], scale: dict[str, Any], draw: random.Random) -> None:
    """Each whole score may be one higher or lower, on its scale."""
    for candidate in options["candidates"].values():
        for key, score in candidate.get("scores", {}).items():
            if isinstance(score, int):
                candidate["scores"][key] = min(max(score + draw.choice((-1, 0, 0, 1)), scale["min"]), scale["max"])


def _vary_choice(data: dict[str, Any], key: str, draw: random.Random) -> None:
    decisions, fate = data["decisions"], draw.random()
    if fate < _KEEPS or key not in decisions:
        return
    if fate < _DIFFERS:
        other = draw.choice(list(data["options"][key]["candidates"]))
        decisions[key] |= {"selected": [other], "against_ranking": "Team experience: it is what the team knows."}
        return
    del decisions[key]
    if fate < _WAITS:
        trigger = {"on": DAY + timedelta(days=draw.randrange(-90, 360))}
        data.setdefault("deferred", {})[key] = {"reason": "Nothing hangs on it yet.", "triggers": [trigger]}
