"""How much more one criterion matters than another, on the scale from 1 to 9 and in words. Knows no widgets.

Source of the scale: Saaty, The Analytic Hierarchy Process (1980); its words are put more simply.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .cells import number_text

Judgements = Mapping[str, Mapping[str, int | float]]
HIGHEST = 9
WORDS = {
    2: "barely more",
    3: "slightly more",
    4: "slightly to clearly more",
    5: "clearly more",
    6: "clearly to strongly more",
    7: "strongly more",
    8: "strongly to extremely more",
    9: "extremely more",
}
NOT_COMPARED = 0
_NEAR = 0.01


def strength(times: float) -> str:
    """Say how much more something matters that matters this many times as much, from 1: `3×: slightly more`.

    The figure comes first, as it must be seen also where there is no room for the words.
    """
    if times == 1:
        return "1×: the same"
    words = WORDS.get(int(times)) if times == int(times) else None
    return f"{number_text(times)}×: {words}" if words else f"{number_text(times)}×"


def judged(judgements: Judgements, one: str, other: str) -> int | float:
    """What is said of a pair: above 0 how many times more `one` matters, below 0 the other, 0 where nothing is said."""
    forth = judgements.get(one, {}).get(other)
    back = judgements.get(other, {}).get(one)
    if forth is None and back is None:
        return NOT_COMPARED
    times = float(forth if forth is not None else 1 / back if back else 1)
    return on_scale(times) if times >= 1 else _turned(on_scale(1 / times))


def with_judgement(judgements: Judgements, one: str, other: str, said: float) -> dict[str, dict[str, int | float]]:
    """Say something else of a pair, from the one that matters more."""
    first, second = (one, other) if said > 0 else (other, one)
    kept = {
        key: {name: times for name, times in row.items() if {key, name} != {one, other}}
        for key, row in judgements.items()
    }
    if said != NOT_COMPARED:
        kept[first] = {**kept.get(first, {}), second: abs(said)}
    return {key: row for key, row in kept.items() if row}


def on_scale(times: float) -> int | float:
    """A figure from 1 as the step of the scale that it is, or, where it is none, with three decimals."""
    step = round(times)
    return step if 1 <= step <= HIGHEST and abs(times - step) <= _NEAR * step else round(times, 3)


def nearest(times: float) -> int:
    """The step of the scale that is nearest to how many times more something matters, below 0 for the other one."""
    step = min(HIGHEST, round(times if times >= 1 else 1 / times))
    return step if times >= 1 or step == 1 else -step


def of_a_pair(one: str, other: str, odd: Iterable[float] = ()) -> list[tuple[str, float]]:
    """What can be said of a pair, in words, from `one` most to `other` most; `odd` is what is said off the scale."""
    steps = sorted({*range(2, HIGHEST + 1), *(-said for said in range(2, HIGHEST + 1)), 1, *odd}, key=_from_other)
    every = [(say_of_pair(one, other, said), said) for said in reversed(steps)]
    return [("not compared", NOT_COMPARED), *every]


def more(odd: Iterable[float] = ()) -> list[tuple[str, float]]:
    """What can be said of how much more one matters, in words, from the same to extremely more."""
    steps = sorted({*range(1, HIGHEST + 1), *odd})
    return [("not compared", NOT_COMPARED), *((strength(times), times) for times in steps)]


def say_of_pair(one: str, other: str, said: float) -> str:
    """Put a judgement of a pair in words."""
    return "both the same" if said == 1 else f"{one if said > 0 else other} {strength(abs(said))}"


def _from_other(said: float) -> float:
    """Where a judgement lies on the line from the other one mattering most to this one."""
    return said - 1 if said > 0 else said + 1


def _turned(times: int | float) -> int | float:
    return times if times == 1 else -times
