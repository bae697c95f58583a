"""The answers that weights come from: what stands there, in words, and how one method gives way to another.

Knows no widgets.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

from ..model import DomainOptions, Evaluator, Weighting, Workbook
from ..values import FrozenMap
from ..weighting import ANSWERS
from ..words import listed
from ..workbook_file import WorkbookFile
from .cells import number_text
from .tree import Place, value_at, with_value

_KNOWLEDGE = ("known", "spread", "intervals")
_MOST_NAMED = 4


@dataclass(frozen=True)
class Answers:
    """What a method was answered: numbers, or a weighting that says nothing of how well the weights are known."""

    weights: Mapping[str, int | float] = field(default_factory=FrozenMap)
    weighting: Weighting = field(default_factory=Weighting)

    @property
    def method(self) -> str:
        """The method that these are the answers of."""
        return self.weighting.method

    @property
    def is_empty(self) -> bool:
        """Whether nothing has been answered yet."""
        asked = [name for name in ANSWERS[self.method] if name != "formula"]
        return not self.weights and not any(getattr(self.weighting, name) for name in asked)

    def in_words(self, names: Mapping[str, str]) -> str:
        """Say what the answers are: `the numbers Cost 5 and Latency 3`."""
        return _IN_WORDS[self.method](self, names)


def answers_at(workbook: Workbook, where: Place) -> Answers:
    """The answers of a domain, or of one of its evaluators."""
    part = value_at(workbook, where)
    if part is None:
        return Answers()
    kept = {name: getattr(part.weighting, name) for name in ("method", *ANSWERS[part.weighting.method])}
    return Answers(part.weights, Weighting.model_construct(**kept))


def named_in(workbook: Workbook, where: Place) -> set[str]:
    """The criteria that the weights, or anything said of them, name."""
    part = value_at(workbook, where)
    if part is None:
        return set()
    said: Weighting = part.weighting
    rows = [key for row in said.judgements.values() for key in row]
    places = [key for place in said.order for key in place]
    ends = [key for key in (said.best, said.worst) if key]
    maps = (part.weights, said.points, said.judgements, said.best_to_others, said.others_to_worst, said.intervals)
    return {*rows, *places, *ends, *(key for numbers in maps for key in numbers)}


def switched(workbook: Workbook, where: Place, answers: Answers) -> Workbook:
    """Put the answers of another method in place of those that stand there; what is known of the weights stays."""
    part = value_at(workbook, where) or (Evaluator() if "evaluators" in where else DomainOptions())
    knowledge = {name: getattr(part.weighting, name) for name in _KNOWLEDGE if name in part.weighting.model_fields_set}
    weighting = answers.weighting.model_copy(update=knowledge)
    return with_value(workbook, where, part.model_copy(update={"weights": answers.weights, "weighting": weighting}))


def as_numbers(shares: Mapping[str, float]) -> Answers:
    """The shares as plain numbers that add up to 100."""
    return Answers(FrozenMap({key: _tidy(round(share * 100, 2)) for key, share in shares.items()}))


def in_order(shares: Mapping[str, float]) -> Answers:
    """The order that shares are in, those that are equal tied; without what has no weight."""
    falling = sorted({share for share in shares.values() if share > 0}, reverse=True)
    places = tuple(tuple(key for key, share in shares.items() if share == height) for height in falling)
    return Answers(weighting=Weighting.model_construct(method="rank_order", order=places))


def restricted(answers: Answers, criteria: Collection[str]) -> Answers:
    """The answers without those that name criteria which are not there any more."""
    said = answers.weighting
    maps = {name: _of_these(getattr(said, name), criteria) for name in ("points", "best_to_others", "others_to_worst")}
    rows = {key: _of_these(row, criteria) for key, row in _of_these(said.judgements, criteria).items()}
    places = (tuple(key for key in place if key in criteria) for place in said.order)
    update: dict[str, Any] = {**maps, "judgements": FrozenMap({key: row for key, row in rows.items() if row})}
    update["order"] = tuple(place for place in places if place)
    update |= {name: None for name in ("best", "worst") if getattr(said, name) not in criteria}
    changed = {name: value for name, value in update.items() if name in ANSWERS[answers.method]}
    return Answers(_of_these(answers.weights, criteria), said.model_copy(update=changed))


def _of_these(numbers: Mapping[str, Any], criteria: Collection[str]) -> FrozenMap[str, Any]:
    return FrozenMap({key: value for key, value in numbers.items() if key in criteria})


class Memory:
    """The last answers of each method, as they stood while the workbook was followed, so that none is lost."""

    def __init__(self) -> None:
        self._answers: dict[str, Answers] = {}
        self._parts: dict[tuple[str, str], Mapping[str, Any]] = {}
        self.spread: int | float | None = None
        self.intervals: Mapping[str, Any] = FrozenMap()

    def follow(self, workbook: Workbook, where: Place) -> None:
        """Note what stands there now."""
        answers = answers_at(workbook, where)
        part = value_at(workbook, where)
        said = part.weighting if part else Weighting()
        self._answers[answers.method] = answers
        if said.best:
            self._parts["best_to_others", said.best] = said.best_to_others
        if said.worst:
            self._parts["others_to_worst", said.worst] = said.others_to_worst
        self.spread = self.spread if said.spread is None else said.spread
        self.intervals = said.intervals or self.intervals

    def answers(self, method: str) -> Answers:
        """The last answers of a method; without any, none."""
        return self._answers.get(method, Answers(weighting=Weighting().model_copy(update={"method": method})))

    def against(self, side: str, criterion: str) -> Mapping[str, Any]:
        """What was last said of the others against this criterion while it was the best, or the worst."""
        return self._parts.get((side, criterion), FrozenMap())

    def put_aside(self, method: str) -> list[Answers]:
        """The answers of all other methods than this one."""
        return [
            self._answers[key]
            for key in ANSWERS
            if key != method and key in self._answers and not self._answers[key].is_empty
        ]


_memories: WeakKeyDictionary[WorkbookFile, dict[Place, Memory]] = WeakKeyDictionary()


def memory_of(file: WorkbookFile, where: Place) -> Memory:
    """The memory of one place of a file, which lasts as long as the kernel."""
    return _memories.setdefault(file, {}).setdefault(where, Memory())


def _tidy(figure: float) -> int | float:
    return int(figure) if figure == int(figure) else figure


def _numbers(answers: Answers, names: Mapping[str, str]) -> str:
    return f"the numbers {_each(answers.weights, names)}"


def _points(answers: Answers, names: Mapping[str, str]) -> str:
    return f"the swing points {_each(answers.weighting.points, names)}"


def _order(answers: Answers, names: Mapping[str, str]) -> str:
    places = [" = ".join(names.get(key, key) for key in place) for place in answers.weighting.order]
    return f"the order {', '.join(_shortened(places))}"


def _judgements(answers: Answers, _: Mapping[str, str]) -> str:
    return f"{_count(sum(map(len, answers.weighting.judgements.values())), 'comparison')} of two criteria"


def _against_ends(answers: Answers, names: Mapping[str, str]) -> str:
    said = answers.weighting
    ends = listed([names.get(key, key) for key in (said.best, said.worst) if key])
    return f"{_count(len(said.best_to_others) + len(said.others_to_worst), 'comparison')} with {ends}"


_IN_WORDS = {
    "direct": _numbers,
    "swing": _points,
    "rank_order": _order,
    "pairwise": _judgements,
    "best_worst": _against_ends,
}


def _each(numbers: Mapping[str, int | float], names: Mapping[str, str]) -> str:
    return listed(_shortened([f"{names.get(key, key)} {number_text(value)}" for key, value in numbers.items()]))


def _shortened(words: Iterable[str]) -> list[str]:
    every = list(words)
    most = every if len(every) <= _MOST_NAMED + 1 else every[:_MOST_NAMED]
    return [*most, f"{len(every) - _MOST_NAMED} more"] if len(most) < len(every) else most


def _count(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
