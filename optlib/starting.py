"""Starts a workbook: a commented file to fill in, or a copy of an example."""

from __future__ import annotations

from pathlib import Path
from textwrap import wrap

from .catalogue import Catalogue, Domain, load_catalogue
from .errors import OptlibError
from .model import FORMAT
from .places import examples_folder

WIDTH = 110
DEFAULT_LEVEL = "prototype"


def new_workbook(path: Path, level: str = DEFAULT_LEVEL, example: str = "") -> None:
    """Write a commented workbook to fill in, or a copy of a shipped example; never overwrites.

    Raises OptlibError where the path is taken or can't be written, or there is no such example.
    """
    text = _example(example) if example else workbook_text(level)
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        raise OptlibError(f"{path}: is there already and stays as it is; choose another name") from None
    except OSError as error:
        raise OptlibError(f"{path}: can't be written: {error.strerror}; check the folder") from None


def example_names() -> tuple[str, ...]:
    """The names of the shipped examples."""
    return tuple(path.stem for path in sorted(examples_folder().glob("*.yaml")))


def workbook_text(level: str) -> str:
    """A workbook to fill in: every part with a comment, and the domains and criteria of the level's phases."""
    catalogue = load_catalogue()
    phases = catalogue.level(level).phases
    domains = [domain for domain in catalogue.domains if domain.phases[0] in phases]
    lines = [*_opening(catalogue, level), "options:"]
    for domain in domains:
        lines += _domain_lines(domain, max(phases))
    return "\n".join([*lines, *_ending()]) + "\n"


def _example(name: str) -> str:
    if name not in example_names():
        raise OptlibError(f"there is no example {name!r}; there are {', '.join(example_names())}")
    return (examples_folder() / f"{name}.yaml").read_text(encoding="utf-8")


def _opening(catalogue: Catalogue, level: str) -> list[str]:
    guidance = [f"  # {info.name}: {info.guidance}" for info in catalogue.levels]
    return [
        "# yaml-language-server: $schema=workbook.schema.json",
        "# (for completion in an editor, put the schema beside this file: optlib schema > workbook.schema.json)",
        "#",
        "# A decision workbook. Fill in what you know, in any order: what is missing is reported, never guessed.",
        "# Look at it with: optlib check FILE, optlib edit FILE, optlib report FILE.",
        "# Keys of your own begin with x- and are kept.",
        f"format: {FORMAT}",
        "",
        "project:",
        '  name: ""',
        '  summary: ""',
        '  owner: "" # who answers for this project',
        "",
        "people:",
        '  driver: "" # who drives the decision',
        '  approver: "" # the one who approves it',
        "  contributors: []",
        "  informed: []",
        "",
        "context:",
        "  goals: [] # one entry a line, after a dash: - Citizens apply online",
        "  success_criteria: []",
        "  # kind is compliance, deadline, budget, team_skills, legacy or other; a must eliminates who fails it:",
        "  #   - {id: data-residency, kind: compliance, statement: Citizen data stays in the EU, must: true}",
        "  constraints: []",
        "  assumptions: []",
        "  out_of_scope: []",
        "",
        "quality:",
        *guidance,
        f"  level: {level}",
        "  timebox: # the day on which an experiment or a prototype stops or is decided anew: 2027-03-31",
        "  revisit: # the day of the next review",
        "  signoff: [] # - {name: ..., role: approver, on: 2026-11-23}",
        "  # What is shown for a gate, or why it is waived (optlib check lists the gates):",
        "  #   oncall: {verdict: pass, by: ..., on: 2026-11-23, link: https://...}",
        "  #   slo: {verdict: waived, by: ..., until: 2027-06-30, why: nothing is hosted}",
        "  gates: {}",
        "",
        "# Scores are given on this scale; the highest is always the best, also for cost and risk.",
        "scale:",
        "  min: 0",
        "  max: 5",
        "  anchors: {0: unusable, 3: adequate, 5: best we know}",
        "",
        "# For each domain: candidates, a weight for each criterion (any numbers from 0; without any, all count the",
        "# same and the trials try any weights), and a score for each pair: 4, or [low, high], or [low, likely, high],",
        "# or unknown, or {value: 4, note: ..., source: ..., by: ..., on: 2026-11-23}. Weights can come from a method,",
        "# too: weighting: {method: swing, points: {...}}, or rank_order, pairwise, best_worst (see docs/numbers.md).",
        "# A measured criterion states unit, direction and range: criteria: {cost: {unit: USD/month, direction: min,",
        "# range: [0, 500]}}; its scores are then figures in that unit. A candidate:",
        "#",
        "#   candidates:",
        "#     postgresql:",
        "#       name: PostgreSQL",
        "#       summary: ...",
        "#       pros: [...]",
        "#       cons: [...]",
        "#       risks: [{risk: ..., mitigation: ..., likelihood: low, impact: high}]",
        "#       fit: {data-residency: {verdict: meets}} # meets, partly, fails or unknown",
        "#       effort: {low: 2, likely: 3, high: 6, unit: person-weeks}",
        "#       references: [{title: ..., url: https://...}]",
        "#       scores: {consistency: 5, latency: [3, 4, 5], cost: unknown}",
    ]


def _domain_lines(domain: Domain, phase: int) -> list[str]:
    whole = [criterion for criterion in domain.criteria_up_to(phase) if criterion.part_of is None]
    parts = [criterion for criterion in domain.criteria_up_to(phase) if criterion.part_of is not None]
    lines = ["", *_comment(f"{domain.name}. {domain.asks}", 2), f"  {domain.id}:", "    weights:"]
    for criterion in whole:
        lines += [*_comment(criterion.asks, 6), f"      # {criterion.id}: 1"]
    if parts:
        names = ", ".join(criterion.id for criterion in parts)
        lines += _comment(f"Parts that can be weighed instead of their whole: {names}", 6)
    return [*lines, "    candidates: {}"]


def _ending() -> list[str]:
    return [
        "",
        "# A choice that needs or rules out another: - {when: frameworks.django, requires: languages.python}",
        "compatibility: []",
        "",
        "# What is chosen, best first, and why; against_ranking says why it isn't the first of the ranking. Several",
        "# side by side: together: true; when no candidate will do: none_of_these: true.",
        "#   data_state: {selected: [postgresql], status: accepted, rationale: ..., on: 2026-11-23, by: ...}",
        "decisions: {}",
        "",
        "# What waits, why, and what brings it back:",
        "#   observability: {reason: ..., triggers: [{on: 2027-03-31}, {when: more than 10k users}]}",
        "deferred: {}",
        "",
        "# What the decisions mean.",
        "impact:",
        "  code_structure: []",
        "  operations: []",
        "  cost: []",
        "  team: []",
    ]


def _comment(text: str, indent: int) -> list[str]:
    return [f"{' ' * indent}# {line}" for line in wrap(text, WIDTH - indent)]
