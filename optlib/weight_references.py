"""Checks what a workbook says of weights: criteria that must exist, answers that mustn't contradict each other."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping

from .errors import Location, Problem
from .model import Weighting
from .names import unknown_name
from .words import digits

_SAME = 1e-6


def weight_problems(
    here: Location,
    weights: Mapping[str, int | float],
    weighting: Weighting,
    criteria: Collection[str],
    new_criterion: Callable[[str, str], str],
) -> Iterator[Problem]:
    """What is wrong with the weights, or a method's answers, of a domain or of one of its evaluators."""
    domain_id = str(here[1])
    for where, name in [((*here, "weights", key), key) for key in weights] + list(_named(here, weighting)):
        if name not in criteria:
            yield unknown_name(where, "criterion", name, criteria, new_criterion(domain_id, name))
    if weights and weighting.method != "direct":
        message = f"weights are given as numbers and by the method {weighting.method}; delete one of the two"
        yield Problem((*here, "weights"), message)
    if here[2:3] == ("evaluators",) and (weighting.known or weighting.intervals or weighting.spread is not None):
        message = f"how well weights are known is said once, under options.{domain_id}.weighting; move it there"
        yield Problem((*here, "weighting"), message)
    yield from _order_problems((*here, "weighting", "order"), weighting)
    yield from _judgement_problems((*here, "weighting", "judgements"), weighting)
    yield from _best_worst_problems((*here, "weighting"), weighting)


def _named(here: Location, weighting: Weighting) -> Iterator[tuple[Location, str]]:
    """Every place of a weighting that names a criterion."""
    base = (*here, "weighting")
    for field in ("points", "best_to_others", "others_to_worst", "intervals", "judgements"):
        yield from (((*base, field, key), key) for key in getattr(weighting, field))
    for one, row in weighting.judgements.items():
        yield from (((*base, "judgements", one, key), key) for key in row)
    for index, place in enumerate(weighting.order):
        yield from (((*base, "order", index), key) for key in place)
    yield from (((*base, field), name) for field in ("best", "worst") if (name := getattr(weighting, field)))


def _order_problems(where: Location, weighting: Weighting) -> Iterator[Problem]:
    seen: set[str] = set()
    for index, place in enumerate(weighting.order):
        for name in place:
            if name in seen:
                yield Problem((*where, index), f"{name!r} stands in the order twice; delete one")
            seen.add(name)


def _judgement_problems(where: Location, weighting: Weighting) -> Iterator[Problem]:
    for one, row in weighting.judgements.items():
        for other, times in row.items():
            if one == other and times != 1:
                yield Problem((*where, one, other), f"compares {one!r} with itself; delete it")
            back = weighting.judgements.get(other, {}).get(one)
            if one < other and back is not None and abs(back * times - 1) > _SAME:
                message = (
                    f"says that {other} matters {digits(back)} times as much as {one}, and {one} {digits(times)} times "
                    f"as much as {other}; give the pair once"
                )
                yield Problem((*where, other, one), message)


def _best_worst_problems(where: Location, weighting: Weighting) -> Iterator[Problem]:
    best, worst = weighting.best, weighting.worst
    if best is None or worst is None:
        return
    if best == worst and (weighting.best_to_others or weighting.others_to_worst):
        yield Problem((*where, "worst"), f"the best and the worst criterion are both {best!r}; name two")
        return
    for field in ("best_to_others", "others_to_worst"):
        for name, times in getattr(weighting, field).items():
            own = name == (best if field == "best_to_others" else worst)
            if times < 1 or times > 9 or (own and times != 1):
                wanted = "1: it is compared with itself" if own else "from 1 to 9; say how many times more it matters"
                yield Problem((*where, field, name), f"is {digits(times)}, but must be {wanted}")
    one, other = weighting.best_to_others.get(worst), weighting.others_to_worst.get(best)
    if one is not None and other is not None and abs(one - other) > _SAME:
        message = f"is {digits(other)}, but best_to_others says {digits(one)} of the same pair; give it once"
        yield Problem((*where, "others_to_worst", best), message)
