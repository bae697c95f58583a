"""Five published decisions as workbooks: facts from `tests/data/decisions`, each JSON file with its source and licence.

What is ours in the conversion, for every document alike:

- Weights are the document's; where it states none, none are stated here.
- Features have the levels no 1, partly 2, yes 3; stars from 1 to 3 stand as they are. A reservation ("yes, but ...")
  stays in the note and changes no level.
- Effort in words is a figure from low 1 to very high 4, less being better; "medium/high" and "low or high" are ranges.
- Figures with a unit are measured, on ranges of ours: round numbers that hold all of them. "$610+" goes from 610 to the
  upper end of the range. Rows that give the same cost again (by year, or how it is made up) are notes of the first,
  so that it counts once.
- "Unknown" is unknown, an empty cell is missing; an option that the document dismisses in prose has no scores at all.
- A must-have with no figures is a constraint; where the document gives no verdict on it, the fit is unknown.
- A register gives each risk one level for likelihood and impact together, which stays in the risk's text.

Two of the five are shipped in `data/examples`, with facts that the JSON lacks (such as Windows support in PEP 374), and
are loaded from there. The examples weigh every criterion 1 and say that this is theirs; the documents state no weights,
so those are taken out again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from optlib import open_workbook
from optlib.model import FORMAT, Workbook

from .conftest import EXAMPLES

FOLDER = Path(__file__).resolve().parent / "data" / "decisions"
NAMES = tuple(sorted(path.stem for path in FOLDER.glob("*.json")))
SHIPPED = ("hhs_wiki_platform", "pep374_dvcs")
RANGES = {"infra-month": (0, 2000), "maint-year": (0, 12)}
EFFORTS = {"low": 1, "medium": 2, "high": 3, "very high": 4}

_SAME_COST = {
    "infra-year": "infra-month",
    "cost-month-per-env-note-assume-these-will-scale-up-a-bit-if-": "infra-month",
}
_LEVELS = {"none": 1, "partial": 2, "full": 3}
_WORDS = {"no": 1, "partially": 2, "yes": 3}
_FITS = {"none": "fails", "partial": "partly", "full": "meets"}
_SPDX = {"Apache 2.0": "Apache-2.0", "Elastic License 2.0 (ELv2)": "Elastic-2.0"}
_EFFORT_WORD = re.compile("very high|high|medium|low")

Data = dict[str, Any]


def facts(name: str) -> Data:
    """The facts of a decision, as they were transcribed."""
    found: Data = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return found


def as_data(name: str) -> Data:
    """A decision as the plain data of a workbook file."""
    return _shipped(name) if name in SHIPPED else _converted(facts(name))


def as_workbook(name: str) -> Workbook:
    """A decision as a workbook."""
    return Workbook.model_validate(as_data(name))


def as_file(data: Data, folder: Path) -> Path:
    """Write the plain data of a workbook as YAML."""
    path = folder / "decision.yaml"
    path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return path


def _shipped(name: str) -> Data:
    data: Data = open_workbook(EXAMPLES / f"{name}.yaml").workbook.to_data()
    for options in data["options"].values():
        options.pop("weights", None)
    return data


def _converted(document: Data) -> Data:
    domain, source, published = document["domain"], document["source"], document["published"]
    musts = [criterion for criterion in document["criteria"] if _is_must(criterion)]
    constraints = [{"id": must["id"], "statement": must["name"], "must": True} for must in musts]
    options = {
        "criteria": {criterion["id"]: _criterion(document, criterion) for criterion in _scored(document)},
        "weights": {one["id"]: one["weight"] for one in _scored(document) if one.get("weight") is not None},
        "candidates": {option["id"]: _candidate(document, option) for option in document["options"]},
    }
    decision = {"selected": published["chosen"], "status": "accepted", "rationale": published.get("rationale", "")}
    return {
        "format": FORMAT,
        "project": {
            "name": document["title"],
            "references": [{"title": f"{source['repo']}, {source['path']}", "url": source["url"]}],
        },
        "context": _filled({"constraints": constraints}),
        "scale": {"min": 1, "max": 3},
        "options": {domain: _filled(options)},
        "decisions": {domain: _filled(decision)},
    }


def _scored(document: Data) -> list[Data]:
    return [
        criterion for criterion in document["criteria"] if not _is_must(criterion) and criterion["id"] not in _SAME_COST
    ]


def _is_effort(cells: Mapping[str, Data]) -> bool:
    """Whether a row says in words how high an effort is."""
    return any(_EFFORT_WORD.match(cell["raw"].lower()) for cell in cells.values())


def _criterion(document: Data, criterion: Data) -> Data:
    cells = document["scores"].get(criterion["id"], {})
    spec: Data = {"name": criterion["name"]}
    if "weight_rationale" in criterion:
        spec["asks"] = criterion["weight_rationale"]
    if _is_effort(cells):
        return spec | {"unit": "of 4", "direction": "min", "range": [1, 4]}
    if criterion["id"] in RANGES:
        unit = next(cell["unit"] for cell in cells.values())
        return spec | {"unit": unit, "direction": criterion["direction"], "range": list(RANGES[criterion["id"]])}
    return spec


def _candidate(document: Data, option: Data) -> Data:
    rejected = option.get("rejected_because", [])
    published = option.get("published_weighted_option_score")
    totals = document["published"].get("totals") or {}
    candidate = {
        "name": option["name"],
        "summary": f"Published weighted option score: {published}" if published else "",
        "pros": option.get("pros", []),
        "cons": [*option.get("cons", []), *([rejected] if isinstance(rejected, str) else rejected)],
        "risks": [_risk(risk) for risk in document.get("risks", []) if option["chosen"]],
        "fit": {one["id"]: _fit(document, one["id"], option["id"]) for one in document["criteria"] if _is_must(one)},
        "effort": {"note": option["effort"]} if "effort" in option else None,
        "licence": _licence(document, option) if "licence" in option else None,
        "published_total": totals.get(option["id"]),
        "scores": _scores(document, option["id"]),
    }
    return _filled(candidate)


def _filled(part: Data) -> Data:
    return {key: value for key, value in part.items() if value not in ("", None, [], {})}


def _is_must(criterion: Data) -> bool:
    return bool(criterion.get("kind") == "must")


def _risk(risk: Data) -> Data:
    text = f"{risk['category']} ({risk['level']}): {risk['description']}. Impact: {risk['impact']}"
    return {"risk": text, "mitigation": risk["mitigation"]}


def _fit(document: Data, must: str, option: str) -> Data:
    cell = document["scores"].get(must, {}).get(option)
    return {"verdict": _FITS[cell["level"]], "note": cell["raw"]} if cell else {"verdict": "unknown"}


def _licence(document: Data, option: Data) -> Data:
    return {"spdx": _SPDX.get(option["licence"], option["licence"]), "source": document["source"]["url"]}


def _scores(document: Data, option: str) -> Data:
    found = {}
    for criterion in _scored(document):
        cells = document["scores"].get(criterion["id"], {})
        value = _value(criterion["id"], cells[option], _is_effort(cells)) if option in cells else None
        if value is not None:
            found[criterion["id"]] = {"value": value, "note": _note(document, criterion["id"], option)}
    return found


def _value(criterion: str, cell: Data, is_effort: bool) -> Any:
    if cell.get("bound") == "lower":
        return [cell["value"], RANGES[criterion][1]]
    if cell["value"] is not None:
        return cell["value"]
    if "interval" in cell:
        return cell["interval"]
    if "level" in cell:
        return _LEVELS.get(cell["level"], "unknown" if cell["level"] == "unknown" else None)
    return _in_words(cell["raw"], is_effort)


def _in_words(raw: str, is_effort: bool) -> Any:
    head = re.split(" - | ?:", raw.lower())[0]
    if head == "unknown":
        return "unknown"
    if is_effort:
        found = sorted({EFFORTS[word] for word in _EFFORT_WORD.findall(head)})
        return found[0] if len(found) == 1 else [found[0], found[-1]]
    return _WORDS[re.split("[ ,]", head)[0]]


def _note(document: Data, criterion: str, option: str) -> str:
    rows = [criterion, *(row for row, first in _SAME_COST.items() if first == criterion)]
    return "; ".join(document["scores"][row][option]["raw"] for row in rows)
