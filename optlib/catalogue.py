"""The catalogue: phases, quality levels, domains, criteria, gates and known candidates, read from `data/catalogue`.

It is data, so adding any of them is a change of YAML only. It knows the workbook's model, but no file, widget or chart.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeVar

import yaml
from pydantic import ConfigDict, Field, ValidationError

from .errors import CatalogueError
from .model import CriterionSpec, DomainOptions, LevelId, Must, PreferenceFunction, ValueFunction, Workbook
from .places import catalogue_folder
from .values import FrozenMap, Id, MapOf, Part, Text, Texts

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Direction = Literal["max", "min"]
K = TypeVar("K")
P = TypeVar("P", bound=Part)


class PhaseInfo(Part):
    """One phase: what it must answer, and the notebook that captures it."""

    id: int
    name: Text
    notebook: Text
    asks: Text


class Level(Part):
    """A quality level: its guidance, and the phases it requires."""

    id: LevelId
    name: Text
    guidance: Text
    phases: tuple[int, ...]


class Section(Part):
    """A heading of the decision template that is not a domain, and what is to be written under it."""

    id: Id
    name: Text
    phase: int | None = None
    asks: Texts


class Measure(Part):
    """How a criterion is usually measured, where a team has figures instead of a score."""

    unit: Text
    direction: Direction


class Criterion(Part):
    """What a candidate is judged by; `phase` is the first in which it is scored."""

    id: Id
    name: Text
    asks: Text = ""
    direction: Direction = "max"
    phase: int = 0
    part_of: Id | None = None
    measure: Measure | None = None
    unit: Text = ""
    range: tuple[float, float] | None = None
    value_function: ValueFunction | None = None
    must: Must | None = None
    preference: PreferenceFunction | None = None


class Opening(Part):
    """A phase in which a domain is open, and how deep."""

    phase: int
    depth: Literal["basic", "detailed", "full"] = "full"
    what: Text = ""


class Domain(Part):
    """A field of choice with its criteria and the phases it is open in."""

    id: Id
    name: Text
    asks: Text = ""
    phrase: Text = ""
    opens: tuple[Opening, ...]
    criteria: tuple[Criterion, ...] = ()
    own: bool = False

    @property
    def phases(self) -> tuple[int, ...]:
        """The phases the domain is open in, in order."""
        return tuple(opening.phase for opening in self.opens)

    def criterion(self, criterion_id: str) -> Criterion:
        """The criterion with this id; KeyError where there is none."""
        return {criterion.id: criterion for criterion in self.criteria}[criterion_id]

    def criteria_up_to(self, phase: int) -> tuple[Criterion, ...]:
        """The criteria that have been opened by this phase."""
        return tuple(criterion for criterion in self.criteria if criterion.phase <= phase)


class Need(Part):
    """What a level asks of a gate: `required` blocks, `advisory` is reported, `limit` holds numbers to compare."""

    need: Literal["required", "advisory", "none"]
    threshold: Text = ""
    aim: Text = ""
    limit: MapOf[Text, int] = Field(default_factory=FrozenMap)


class Gate(Part):
    """A condition of a quality level, at entry or exit, with its sources."""

    id: Id
    title: Text
    when: Literal["entry", "exit"]
    phase: int
    answered_by: Literal["workbook", "declaration"]
    evidence: Text
    levels: MapOf[LevelId, Need]
    sources: Texts
    judgement: Text = ""


class Fact(Part):
    """A sourced statement of a known candidate; `verified` says whether it was read in the source on that day."""

    model_config = ConfigDict(coerce_numbers_to_str=True)

    value: Text = ""
    verified: bool
    source: Text
    on: Text = ""
    note: Text = ""


class SupportFact(Part):
    """The newest version line of a known candidate and when its support ends; `not stated` where nobody says."""

    cycle: Text
    latest: Text = ""
    latest_date: Text = ""
    end_of_life: Text = ""
    verified: bool
    source: Text
    on: Text


class KnownCandidate(Part):
    """A candidate that the catalogue offers for a domain, with what is known of it."""

    id: Id
    name: Text
    kind: Text = ""
    aliases: Texts = ()
    docs: Text = ""
    facts: MapOf[Text, Fact] = Field(default_factory=FrozenMap)
    support: SupportFact | None = None
    considerations: Texts = ()
    in_template: bool = False


class Catalogue(Part):
    """All that the shipped data says."""

    phases: tuple[PhaseInfo, ...]
    levels: tuple[Level, ...]
    sections: tuple[Section, ...]
    domains: tuple[Domain, ...]
    gates: tuple[Gate, ...]
    candidates: MapOf[Id, tuple[KnownCandidate, ...]]

    def level(self, level_id: str) -> Level:
        """The quality level with this id; CatalogueError where there is none."""
        return _found({level.id: level for level in self.levels}, level_id, "quality level")

    def phase(self, phase: int) -> PhaseInfo:
        """The phase with this number; CatalogueError where there is none."""
        return _found({info.id: info for info in self.phases}, phase, "phase")

    def gate(self, gate_id: str) -> Gate:
        """The gate with this id; CatalogueError where there is none."""
        return _found({gate.id: gate for gate in self.gates}, gate_id, "gate")

    def known(self, domain_id: str, candidate_id: str) -> KnownCandidate | None:
        """The known candidate with this id or alias, if the catalogue has one."""
        for candidate in self.candidates.get(domain_id, ()):
            if candidate_id == candidate.id or candidate_id in candidate.aliases:
                return candidate
        return None

    def domains_of(self, workbook: Workbook) -> dict[str, Domain]:
        """Every domain of the catalogue, with what the workbook adds to it, then the workbook's own, by id."""
        known = {domain.id: domain for domain in self.domains}
        extended = {key: _extended(domain, workbook.options.get(key)) for key, domain in known.items()}
        own = {key: _own_domain(key, options) for key, options in workbook.options.items() if key not in known}
        return extended | own

    def required_phases(self, workbook: Workbook) -> tuple[int, ...]:
        """The phases that the workbook's quality level requires; only the first where no level is chosen yet."""
        level = workbook.quality.level
        return self.level(level).phases if level else (self.phases[0].id,)


@cache
def load_catalogue() -> Catalogue:
    """Read the shipped catalogue, once per process.

    Raises CatalogueError naming the file where its data is broken.
    """
    folder = catalogue_folder()
    content: dict[str, Any] = {"candidates": {}}
    for name in ("phases", "domains", "gates"):
        content |= _read(folder / f"{name}.yaml")
    for path in sorted((folder / "candidates").glob("*.yaml")):
        content["candidates"][path.stem] = _read(path).get("candidates", ())
    try:
        return Catalogue.model_validate(content)
    except ValidationError as error:
        raise CatalogueError(f"{folder}: the catalogue is broken: {error}") from None


def _read(path: Path) -> dict[str, Any]:
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 - a safe loader, in C where there is one
    except (OSError, yaml.YAMLError) as error:
        raise CatalogueError(f"{path}: the catalogue can't be read: {error}") from None
    return content if isinstance(content, dict) else {}


def _found(parts: Mapping[K, P], wanted: object, kind: str) -> P:
    for key, part in parts.items():
        if key == wanted:
            return part
    raise CatalogueError(f"there is no {kind} {wanted!r}; known are {', '.join(map(str, parts))}")


def _extended(domain: Domain, options: DomainOptions | None) -> Domain:
    if options is None:
        return domain
    known = {criterion.id: criterion for criterion in domain.criteria}
    changed = {key: _merged(known.get(key), key, spec, domain.phases[0]) for key, spec in options.criteria.items()}
    return domain.model_copy(
        update={
            "asks": options.question or domain.asks,
            "criteria": tuple(changed.get(key, known.get(key)) for key in (known | changed)),
        }
    )


def _own_domain(domain_id: str, options: DomainOptions) -> Domain:
    phase = options.phase or 0
    criteria = tuple(_merged(None, key, spec, phase) for key, spec in options.criteria.items())
    opens = (Opening(phase=phase),)
    name = options.name or readable(domain_id)
    return Domain(id=domain_id, name=name, asks=options.question, opens=opens, criteria=criteria, own=True)


def _merged(base: Criterion | None, criterion_id: str, spec: CriterionSpec, phase: int) -> Criterion:
    base = base or Criterion(id=criterion_id, name=readable(criterion_id), phase=phase)
    said = {name: getattr(spec, name) for name in spec.model_fields_set}
    return base.model_copy(update={name: value for name, value in said.items() if value not in ("", None)})


def readable(identifier: str) -> str:
    """Turn an id into words where nobody has given a name: `data-residency` becomes `Data residency`."""
    words = identifier.replace("_", " ").replace("-", " ")
    return words[:1].upper() + words[1:]
