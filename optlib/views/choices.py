"""What the summary says of the domains: a row for each, one sentence for all, and the figures that count."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from ..analysis.ranking import Ranking, rank_domain
from ..analysis.verdict import FIRM, Verdict, verdict
from ..catalogue import Domain, load_catalogue
from ..decisions import against_ranking, candidate_name, choice_text, eliminated_choices, is_choice, is_decided
from ..gates import check
from ..model import Workbook
from ..open_points import domains_in
from ..words import counted, listed, percent, points
from .evaluation import nearest_flip
from .quality import gates_title

_LONG = 160
_LEVEL = 1e-7  # points: what is left of rounding
_WORST = {"high": 3, "medium": 2, "low": 1, None: 0}


@dataclass(frozen=True)
class Choice:
    """One row of the table of choices."""

    domain: Domain
    names: tuple[str, ...]
    chosen: str
    state: str
    ranking: Ranking
    verdict: Verdict
    first: float | None
    runner_up: str
    behind: float | None
    flip: str
    why: str

    @property
    def distance(self) -> str:
        """How far the best candidate that was not chosen is behind the choice, or ahead of it."""
        if self.behind is None:
            return ""
        if abs(self.behind) < _LEVEL:
            return ", level"
        return f", {points(abs(self.behind))} {'behind' if self.behind > 0 else 'ahead'}"

    @property
    def follows_firm_lead(self) -> bool:
        """Whether the first choice is the one that the matrix firmly puts first."""
        leaders = [self.ranking.matrix.names[index] for index in self.ranking.leaders]
        return self.verdict.kind == "firm" and self.names[:1] == tuple(leaders)

    @property
    def matrix_says(self) -> str:
        """The verdict, with the leader's name where that isn't what was chosen."""
        leaders = [self.ranking.matrix.names[index] for index in self.ranking.leaders]
        own = bool(self.names) and self.names[0] in leaders
        if own or self.verdict.kind == "empty":
            return self.verdict.label
        leads = f" {'leads' if len(leaders) == 1 else 'lead'}" if self.verdict.kind == "open" else ""
        return f"{self.verdict.label}: {listed(leaders)}{leads}"

    @property
    def of_whom(self) -> str:
        """Whose share of the trials is shown where nothing is chosen."""
        return "" if self.names or self.first is None else self.ranking.matrix.names[self.ranking.remaining[0]]


def choices(workbook: Workbook) -> list[Choice]:
    """A row for each domain that is open: those chosen first, the undecided last."""
    rows = [_choice(workbook, domain) for domain in domains_in(workbook, None)]
    return sorted(rows, key=lambda row: (not row.chosen, row.state == "open"))


def headline(workbook: Workbook) -> str:
    """One sentence saying what to build."""
    domains = load_catalogue().domains_of(workbook)
    made = [key for key in domains if is_decided(workbook, key) and workbook.decisions[key].selected]
    if not made:
        return "Nothing is decided yet."
    choices = {key: _names(workbook, key) for key in made}
    phrases = [domains[key].phrase.format(choices[key]) for key in made if domains[key].phrase]
    name = workbook.project.name
    if not phrases:
        chosen = listed([f"{choices[key]} for {domains[key].name}" for key in made])
        return f"{name}: choose {chosen}." if name else f"Choose {chosen}."
    return f"Build {name or 'it'} {listed(phrases)}."


def counts(workbook: Workbook, choices: list[Choice], today: date) -> str:
    """How many choices are made, how firmly, and what of the gates is met, in a sentence or two."""
    findings = list(check(workbook, today))
    gates = gates_title(findings) if findings else ""
    made = sum(is_decided(workbook, choice.domain.id) for choice in choices)
    firm = sum(choice.follows_firm_lead for choice in choices)
    failing = sum(bool(eliminated_choices(workbook, choice.domain.id)) for choice in choices)
    against = sum(bool(against_ranking(workbook, choice.domain.id)) for choice in choices) - failing
    waiting = sum(choice.state == "deferred" for choice in choices)
    gaps = sum(_gaps_that_count(choice.ranking) for choice in choices)
    parts = [f"{made or 'none'} of {len(choices)} choices {'is' if made < 2 else 'are'} made"]
    if len(choices) == 1:
        parts = ["the one choice is made" if made else "the one choice is not made yet"]
    if firm:
        parts.append(f"{counted(firm, 'choice')} {'follows' if firm == 1 else 'follow'} a firm lead")
    if failing:
        parts.append(f"{counted(failing, 'choice')} {'fails' if failing == 1 else 'fail'} a must")
    if against:
        parts.append(f"{counted(against, 'choice')} {'goes' if against == 1 else 'go'} against the ranking")
    if waiting:
        parts.append(f"{counted(waiting, 'choice')} {'is' if waiting == 1 else 'are'} deferred")
    if gaps:
        parts.append(f"{counted(gaps, 'score')} of candidates still in {'is' if gaps == 1 else 'are'} not known")
    sentence = f"{listed(parts)}."
    return f"{sentence[:1].upper()}{sentence[1:]}{f' {gates[:1].upper()}{gates[1:]}.' if gates else ''}"


def standing(workbook: Workbook) -> str:
    """How far the whole decision is: `draft`, `in progress`, `proposed` or `decided`."""
    keys = [domain.id for domain in domains_in(workbook, None)]
    made = [workbook.decisions[key] for key in keys if key in workbook.decisions and is_choice(workbook.decisions[key])]
    if not made:
        return "draft"
    if any(decision.status == "proposed" for decision in made):
        return "proposed"
    settled = all(is_decided(workbook, key) or key in workbook.deferred for key in keys)
    return "decided" if settled else "in progress"


def figures(workbook: Workbook, rows: list[Choice], today: date) -> list[tuple[str, str]]:
    """The figures that say most, each with what it counts: `8 of 9`, `domains decided`."""
    required = [finding for finding in check(workbook, today) if finding.need.need == "required"]
    passed = sum(finding.verdict in ("pass", "waived") for finding in required)
    made = sum(is_decided(workbook, row.domain.id) for row in rows)
    unsettled = sum(row.verdict.kind == "open" for row in rows)
    firm = sum(row.follows_firm_lead for row in rows)
    gaps = sum(_gaps_that_count(row.ranking) for row in rows)
    shown = [
        (f"{made} of {len(rows)}", f"{'domain' if len(rows) == 1 else 'domains'} decided"),
        (str(firm), f"with a firm lead: first in {percent(FIRM)} of the trials or more"),
        (str(unsettled), "that the matrix does not decide"),
        (str(gaps), f"{'score' if gaps == 1 else 'scores'} not known"),
    ]
    gates = (f"{passed} of {len(required)}", f"gates of the level {workbook.quality.level} passed or waived")
    return [*shown, gates] if required else shown


def _gaps_that_count(ranking: Ranking) -> int:
    """How many scores with weight are not known of the candidates that are still in."""
    matrix = ranking.matrix
    return int(matrix.is_open[list(ranking.remaining)].sum())


def _names(workbook: Workbook, domain_id: str) -> str:
    selected = workbook.decisions[domain_id].selected
    return listed([candidate_name(workbook, domain_id, candidate_id) for candidate_id in selected])


def _choice(workbook: Workbook, domain: Domain) -> Choice:
    ranking = rank_domain(workbook, domain.id)
    made = workbook.decisions.get(domain.id)
    selected = made.selected if made else ()
    runner_up, behind = _runner_up(ranking, selected)
    return Choice(
        domain,
        tuple(candidate_name(workbook, domain.id, key) for key in selected),
        choice_text(workbook, domain.id),
        _state(workbook, domain.id),
        ranking,
        verdict(ranking),
        _first(ranking, selected),
        runner_up,
        behind,
        nearest_flip(ranking) if ranking.matrix.is_ready and len(ranking.remaining) > 1 else "",
        _first_sentence(made.rationale) if made else "",
    )


def _first(ranking: Ranking, selected: tuple[str, ...]) -> float | None:
    """How often what is chosen first is first in the trials; before a choice, the leader."""
    if ranking.trials is None or len(ranking.remaining) < 2:
        return None
    chosen = ranking.matrix.candidates.index(selected[0]) if selected else ranking.remaining[0]
    return float(ranking.trials.first[ranking.remaining.index(chosen)]) if chosen in ranking.remaining else None


def _first_sentence(text: str) -> str:
    """The first sentence of a rationale, for a table."""
    first = re.split(r"(?<=[.!?])\s", text.strip(), maxsplit=1)[0]
    return first if len(first) <= _LONG else f"{first[:_LONG].rsplit(' ', 1)[0]} …"


def _state(workbook: Workbook, domain_id: str) -> str:
    made = workbook.decisions.get(domain_id)
    if made and is_choice(made):
        against = ", against the ranking" if against_ranking(workbook, domain_id) else ""
        against = ", fails a must" if eliminated_choices(workbook, domain_id) else against
        deferred = ", partly deferred" if domain_id in workbook.deferred else ""
        return made.status + against + deferred
    return "deferred" if domain_id in workbook.deferred else "open"


def _runner_up(ranking: Ranking, selected: tuple[str, ...]) -> tuple[str, float | None]:
    """The best candidate that was not chosen, and how many points it is behind the choice (negative: ahead)."""
    if not selected or not ranking.matrix.is_ready:
        return "", None
    rest = [index for index in ranking.remaining if ranking.matrix.candidates[index] not in selected]
    if not rest:
        return "", None
    first = ranking.matrix.candidates.index(selected[0])
    if ranking.matrix.is_unscored[[first, rest[0]]].any():
        return f"{ranking.matrix.names[rest[0]]}{', not scored' if ranking.matrix.is_unscored[rest[0]] else ''}", None
    return ranking.matrix.names[rest[0]], float(ranking.likely[first] - ranking.likely[rest[0]])


def risks(workbook: Workbook) -> list[dict[str, Any]]:
    """The risks of what is chosen, worst first."""
    domains = load_catalogue().domains_of(workbook)
    rows = [
        {"domain": domains[key].name, "name": candidate_name(workbook, key, chosen), "risk": risk}
        for key, made in workbook.decisions.items()
        for chosen in made.selected
        for risk in workbook.options[key].candidates[chosen].risks
    ]
    return sorted(rows, key=lambda row: -_WORST[row["risk"].impact] * 4 - _WORST[row["risk"].likelihood])
