"""The catalogue holds the whole decision template, and what it says is consistent, sourced and dated."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

import pytest
import yaml

from optlib.catalogue import Catalogue, Criterion, Domain, Fact, Gate, Level, SupportFact, load_catalogue
from optlib.model import LEVELS
from optlib.places import catalogue_folder

TEMPLATE = (Path(__file__).parent / "data" / "implementation-options.md").read_text(encoding="utf-8")
PART = re.compile(r"(?:^<!-- (.*) -->\n)?^(##|###) (.*)\n((?:^(?!<!--|#).*\n)*)", re.MULTILINE)
SECTIONS = {heading: (mark, body) for mark, depth, heading, body in PART.findall(TEMPLATE) if depth == "##"}
DOMAINS = {heading: (mark, body) for mark, depth, heading, body in PART.findall(TEMPLATE) if depth == "###"}
DOMAIN_LINE = re.compile(r"- Candidates: <.+>|- Considerations:.*|  - \*\*.+:\*\* .+")
UNCHECKED = "general knowledge, not checked"


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def test_no_line_of_the_template_is_passed_over() -> None:
    """Every line of the template but its title belongs to a part that these tests compare."""
    read = {line for match in PART.finditer(TEMPLATE) for line in match[0].splitlines()}
    assert [line for line in TEMPLATE.splitlines() if line not in read and line.strip()] == ["# Implementation Options"]


def test_a_domain_of_the_template_has_only_candidates_and_considerations() -> None:
    """Every line under a domain's heading is one of the kinds that these tests compare."""
    lines = [line for _, body in DOMAINS.values() for line in body.splitlines() if line]
    assert [line for line in lines if not DOMAIN_LINE.fullmatch(line)] == []


def test_sections_are_those_of_the_template(catalogue: Catalogue) -> None:
    """The template's headings that are no domain are the catalogue's sections, in the template's order."""
    assert [section.name for section in catalogue.sections] == list(SECTIONS)


def test_domains_are_those_of_the_template(catalogue: Catalogue) -> None:
    """The template's domains are the catalogue's, by their full headings and in the template's order."""
    assert [domain.name for domain in catalogue.domains] == list(DOMAINS)


def test_sections_ask_what_the_template_lists(catalogue: Catalogue) -> None:
    """Every bullet and sentence of a section is asked by that section or is the guidance of a level."""
    guidance = [f"{level.name}: {level.guidance}" for level in catalogue.levels]
    missing = [
        text
        for section in catalogue.sections
        for text in sentences(SECTIONS[section.name][1])
        if not says([*section.asks, *guidance], text)
    ]
    assert missing == []


def test_phases_carry_the_names_of_the_template(catalogue: Catalogue) -> None:
    """Every phase mark of the template names a phase of the catalogue by its number and name."""
    comments = [mark for mark, _ in [*SECTIONS.values(), *DOMAINS.values()]]
    named = {(number, words(name)) for comment in comments for number, name, _ in marks(comment)}
    assert named == {(phase.id, words(phase.name)) for phase in catalogue.phases}


def test_sections_belong_to_the_marked_phase(catalogue: Catalogue) -> None:
    """A section belongs to the phase in its comment, and to none where the template has no comment."""
    marked = [next((number for number, _, _ in marks(mark)), None) for mark, _ in SECTIONS.values()]
    assert [section.phase for section in catalogue.sections] == marked


def test_domains_open_in_the_marked_phases(catalogue: Catalogue) -> None:
    """A domain is open in exactly the phases that its comment marks."""
    marked = {name: tuple(number for number, _, _ in marks(mark)) for name, (mark, _) in DOMAINS.items()}
    assert {domain.name: domain.phases for domain in catalogue.domains} == marked


def test_openings_say_how_deep(catalogue: Catalogue) -> None:
    """Where a comment says how deep a phase goes, the opening says it too; where it doesn't, the opening is full."""
    missing = [
        (domain.name, opening.phase, depth)
        for domain in catalogue.domains
        for opening, (_, _, depth) in zip(domain.opens, marks(DOMAINS[domain.name][0]), strict=True)
        if not says([opening.depth, opening.what], depth or "full")
    ]
    assert missing == []


def test_plain_considerations_are_criteria(catalogue: Catalogue) -> None:
    """Every consideration that the template lists in one line is a criterion of its domain."""
    missing = [
        (domain.name, text)
        for domain in catalogue.domains
        for text in plain_considerations(DOMAINS[domain.name][1])
        if criterion_for(domain, text, None) is None
    ]
    assert missing == []


def test_bold_considerations_are_criteria(catalogue: Catalogue) -> None:
    """Every consideration that the template sets in bold is a whole criterion of its domain."""
    missing = [
        (domain.name, text)
        for domain in catalogue.domains
        for text in bold_considerations(DOMAINS[domain.name][1])
        if criterion_for(domain, text, None) is None
    ]
    assert missing == []


def test_sub_considerations_are_parts_of_their_criterion(catalogue: Catalogue) -> None:
    """Every item behind a bold consideration is a criterion that is part of the bold one, examples included."""
    missing = [
        (domain.name, whole, text)
        for domain in catalogue.domains
        for whole, items in bold_considerations(DOMAINS[domain.name][1]).items()
        for text in items
        if criterion_for(domain, text, criterion_for(domain, whole, None)) is None
    ]
    assert missing == []


def test_every_domain_of_the_template_has_considerations() -> None:
    """No domain's considerations are lost in reading: each has at least three."""
    read = {name: [*plain_considerations(body), *bold_considerations(body)] for name, (_, body) in DOMAINS.items()}
    assert [name for name, considerations in read.items() if len(considerations) < 3] == []


def test_listed_candidates_are_known(catalogue: Catalogue) -> None:
    """Every candidate that the template lists by name is a known candidate of its domain, marked as the template's."""
    missing = [
        (domain.name, text)
        for domain in catalogue.domains
        for text in listed_candidates(DOMAINS[domain.name][1])
        if not says([known.name for known in catalogue.candidates[domain.id] if known.in_template], text)
    ]
    assert missing == []


def test_listed_kinds_of_candidates_are_asked_for(catalogue: Catalogue) -> None:
    """Where the template lists kinds of candidates, the domain's question names every kind."""
    missing = [
        (domain.name, text)
        for domain in catalogue.domains
        for text in listed_kinds(DOMAINS[domain.name][1])
        if not says([domain.asks], text)
    ]
    assert missing == []


def test_levels_are_those_of_the_template(catalogue: Catalogue) -> None:
    """The quality levels are the template's, in its order, which is that of the model."""
    listed = re.findall(r"^- Quality Level: (.*)$", TEMPLATE, re.MULTILINE)[0].split(" | ")
    assert [level.id for level in catalogue.levels] == listed == list(LEVELS)


@pytest.mark.parametrize("level_id", LEVELS)
def test_guidance_keeps_every_phrase(catalogue: Catalogue, level_id: str) -> None:
    """Every phrase of the template's guidance for a level is in that level's guidance."""
    [guidance] = re.findall(rf"^  - {level_id}: (.*)$", TEMPLATE, re.MULTILINE | re.IGNORECASE)
    phrases = re.split(r"[;,] ", guidance)
    assert [text for text in phrases if not says([catalogue.level(level_id).guidance], text)] == []


def test_each_level_requires_one_phase_more(catalogue: Catalogue) -> None:
    """An experiment requires phase 0, and every level above it one phase more."""
    assert [level.phases for level in catalogue.levels] == [(0,), (0, 1), (0, 1, 2), (0, 1, 2, 3)]


def test_every_criterion_asks_a_sentence(catalogue: Catalogue) -> None:
    """Every criterion asks a question and says which answer scores highest."""
    asked = re.compile(r"[A-Z].+\? The .+ scores? highest\.")
    assert [label(*pair) for pair in criteria(catalogue) if not asked.fullmatch(pair[1].asks)] == []


def test_every_criterion_states_that_higher_is_better(catalogue: Catalogue) -> None:
    """The top of the scale is the best score of every criterion, and the data says so."""
    stated = [pair for pair in criteria(catalogue) if "direction" in pair[1].model_fields_set]
    assert stated == [pair for pair in criteria(catalogue) if pair[1].direction == "max"] == criteria(catalogue)


def test_every_criterion_is_scored_in_an_open_phase(catalogue: Catalogue) -> None:
    """A criterion is first scored in a phase in which its domain is open."""
    assert [label(*pair) for pair in criteria(catalogue) if pair[1].phase not in pair[0].phases] == []


def test_every_opening_brings_a_criterion(catalogue: Catalogue) -> None:
    """A domain has something new to score in every phase in which it is open."""
    empty = [
        (domain.id, phase)
        for domain in catalogue.domains
        for phase in domain.phases
        if phase not in {criterion.phase for criterion in domain.criteria}
    ]
    assert empty == []


def test_parts_belong_to_a_whole_of_their_domain(catalogue: Catalogue) -> None:
    """A criterion that is part of another names a whole criterion of the same domain."""
    strays = [
        label(domain, criterion)
        for domain, criterion in criteria(catalogue)
        if criterion.part_of and criterion.part_of not in {whole.id for whole in domain.criteria if not whole.part_of}
    ]
    assert strays == []


def test_no_part_is_scored_before_its_whole(catalogue: Catalogue) -> None:
    """A part is first scored in the phase of its whole or later."""
    early = [
        label(domain, criterion)
        for domain, criterion in criteria(catalogue)
        if criterion.part_of and criterion.phase < domain.criterion(criterion.part_of).phase
    ]
    assert early == []


def test_there_are_37_gates(catalogue: Catalogue) -> None:
    """No gate is lost: there are 37."""
    assert len(catalogue.gates) == 37


def test_every_gate_speaks_of_every_level(catalogue: Catalogue) -> None:
    """A gate says for each of the four levels what it needs."""
    assert [gate.id for gate in catalogue.gates if tuple(gate.levels) != LEVELS] == []


def test_every_need_has_a_threshold(catalogue: Catalogue) -> None:
    """What a level requires or advises is held to a threshold."""
    needs = [(gate.id, level, need) for gate in catalogue.gates for level, need in gate.levels.items()]
    assert [(gate, level) for gate, level, need in needs if need.need != "none" and not need.threshold] == []


def test_thresholds_are_written_out(catalogue: Catalogue) -> None:
    """A threshold is in words that need no other level and no comparison signs to be read."""
    terse = re.compile(r"[<>]|\badv\b|\bsame\b", re.IGNORECASE)
    needs = [(gate.id, level, need) for gate in catalogue.gates for level, need in gate.levels.items()]
    assert [(gate, level) for gate, level, need in needs if terse.search(need.threshold + need.aim)] == []


def test_every_gate_is_sourced_or_owned(catalogue: Catalogue) -> None:
    """A gate names a public source, or says that it is a judgement."""
    assert [gate.id for gate in catalogue.gates if not any(gate.sources) and not gate.judgement] == []


def test_every_gate_sits_in_a_phase(catalogue: Catalogue) -> None:
    """A gate is captured in a phase that the catalogue has."""
    assert {gate.phase for gate in catalogue.gates} <= {phase.id for phase in catalogue.phases}


def test_required_gates_sit_in_a_required_phase(catalogue: Catalogue) -> None:
    """A gate that a level requires is captured in a phase that the level requires."""
    pairs = [(gate, level) for gate in catalogue.gates for level in catalogue.levels]
    assert [(gate.id, level.id) for gate, level in pairs if out_of_reach(gate, level)] == []


def test_every_domain_has_known_candidates(catalogue: Catalogue) -> None:
    """There are known candidates for every domain, and for nothing else."""
    assert {key for key, known in catalogue.candidates.items() if known} == {domain.id for domain in catalogue.domains}


def test_candidate_files_name_their_domain_and_day() -> None:
    """A file of candidates is named after the domain it is for, and says as of when."""
    paths = sorted((catalogue_folder() / "candidates").glob("*.yaml"))
    read = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in paths}
    assert [stem for stem, content in read.items() if content["domain"] != stem or not content["as_of"]] == []


def test_every_fact_has_a_source_and_a_day(catalogue: Catalogue) -> None:
    """Every fact and support window names its source and the day it was read."""
    assert [where for where, fact in facts(catalogue) if not fact.source or not is_day(fact.on)] == []


def test_every_fact_says_something(catalogue: Catalogue) -> None:
    """No fact is empty."""
    assert [where for where, fact in facts(catalogue) if isinstance(fact, Fact) and not fact.value] == []


def test_unverified_facts_are_marked(catalogue: Catalogue) -> None:
    """A fact is unverified exactly where its source is general knowledge."""
    assert [where for where, fact in facts(catalogue) if fact.verified == (fact.source == UNCHECKED)] == []


def test_support_ends_on_a_day_or_is_not_stated(catalogue: Catalogue) -> None:
    """A support window ends on a day of the calendar, or says that nobody states one."""
    windows = [(where, fact.end_of_life) for where, fact in facts(catalogue) if isinstance(fact, SupportFact)]
    assert [where for where, end in windows if end != "not stated" and not is_day(end)] == []


def test_ids_are_unique(catalogue: Catalogue) -> None:
    """No two phases, levels, sections, domains or gates share an id."""
    for parts in (catalogue.phases, catalogue.levels, catalogue.sections, catalogue.domains, catalogue.gates):
        assert repeated(str(part.id) for part in parts) == set()


def test_criteria_ids_are_unique_in_their_domain(catalogue: Catalogue) -> None:
    """No two criteria of a domain share an id or a name."""
    for domain in catalogue.domains:
        assert repeated(criterion.id for criterion in domain.criteria) == set()
        assert repeated(criterion.name for criterion in domain.criteria) == set()


def test_candidates_are_known_by_one_id_or_alias(catalogue: Catalogue) -> None:
    """No id or alias of a domain's candidates stands for two of them."""
    for known in catalogue.candidates.values():
        assert repeated(key for candidate in known for key in (candidate.id, *candidate.aliases)) == set()


def words(text: str) -> str:
    return f" {' '.join(re.findall(r'[a-z0-9]+', text.lower()))} "


def says(texts: Iterable[str], wanted: str) -> bool:
    return any(words(wanted) in words(text) for text in texts)


def items(text: str) -> list[str]:
    return re.split(r", (?![^(]*\))", text)


def sentences(body: str) -> list[str]:
    lines = [line.strip().removeprefix("- ") for line in body.splitlines() if line.strip()]
    return [sentence for line in lines for sentence in re.split(r"(?<=\.) ", line)]


def marks(comment: str) -> list[tuple[int, str, str]]:
    """Read the phases of a comment such as `Phase 0: Project Basics (basic) | Phase 1: ...`: number, name and depth."""
    found = re.findall(r"Phase (\d): ([^(|]+)(?:\((.+?)\))?", comment)
    return [(int(number), name.strip(), depth) for number, name, depth in found]


def plain_considerations(body: str) -> list[str]:
    return [item for line in re.findall(r"^- Considerations: (.+)$", body, re.MULTILINE) for item in items(line)]


def bold_considerations(body: str) -> dict[str, list[str]]:
    return {whole: items(rest) for whole, rest in re.findall(r"^  - \*\*(.+):\*\* (.+)$", body, re.MULTILINE)}


def listed_candidates(body: str) -> list[str]:
    [listed] = re.findall(r"^- Candidates: <(.+)>$", body, re.MULTILINE)
    return listed.split(" | ") if "|" in listed else []


def listed_kinds(body: str) -> list[str]:
    [listed] = re.findall(r"^- Candidates: <(.+)>$", body, re.MULTILINE)
    return [] if "|" in listed or listed == "list" else re.split(r"\s*[/,]\s*", listed)


def criteria(catalogue: Catalogue) -> list[tuple[Domain, Criterion]]:
    return [(domain, criterion) for domain in catalogue.domains for criterion in domain.criteria]


def label(domain: Domain, criterion: Criterion) -> str:
    return f"{domain.id}.{criterion.id}"


def criterion_for(domain: Domain, text: str, whole: Criterion | None) -> Criterion | None:
    """Find the criterion with this wording, part of `whole`; examples in brackets may stand in what it asks."""
    short = re.sub(r" \(.*?\)", "", text)
    for criterion in domain.criteria:
        if criterion.part_of != (whole.id if whole else None):
            continue
        if words(criterion.name) == words(text):
            return criterion
        if words(criterion.name) == words(short) and says([criterion.asks], text):
            return criterion
    return None


def out_of_reach(gate: Gate, level: Level) -> bool:
    return gate.levels[level.id].need == "required" and gate.phase not in level.phases


def facts(catalogue: Catalogue) -> Iterator[tuple[str, Fact | SupportFact]]:
    for domain_id, known in catalogue.candidates.items():
        for candidate in known:
            where = f"{domain_id}.{candidate.id}"
            yield from ((f"{where}.{key}", fact) for key, fact in candidate.facts.items())
            if candidate.support:
                yield f"{where}.support", candidate.support


def is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def repeated(values: Iterable[str]) -> set[str]:
    seen = list(values)
    return {value for value in seen if seen.count(value) > 1}
