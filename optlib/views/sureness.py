"""How sure a ranking is: the trials, the other methods, and all that is folded under what it found."""

from __future__ import annotations

from ..analysis.crosscheck import CrossCheck
from ..analysis.evaluators import evaluators
from ..analysis.ranking import POINTS, Ranking
from ..analysis.verdict import verdict
from ..model import Workbook
from ..words import NO_BREAK, chance, counted, listed, number, percent
from .people import people, weights_made
from .render import Html, joined, render
from .what_if import ways_to_win, worth_knowing

METHODS = {
    "weighted_product": "Weighted product",
    "topsis": "TOPSIS",
    "promethee": "PROMETHEE II",
    "vikor": "VIKOR",
}
_MOST_RANKS = 8
_LAST_NAMED = 0.05


def sureness(workbook: Workbook, ranking: Ranking) -> Html:
    """All that says how sure the ranking is and what would change it, each folded under what it found."""
    if ranking.trials is None or len(ranking.remaining) < 2:
        return weights_made(workbook, ranking)
    phase = ranking.matrix.phase
    return joined(
        acceptability(ranking),
        ways_to_win(ranking),
        worth_knowing(ranking),
        people(ranking, evaluators(workbook, ranking.matrix.domain.id, phase)),
        other_methods(ranking),
        weights_made(workbook, ranking),
    )


def acceptability(ranking: Ranking) -> Html:
    """How often each candidate has each rank in the trials, as a tinted table."""
    trials = ranking.trials
    if trials is None:
        return Html("")
    count = len(ranking.remaining)
    shown = min(count, _MOST_RANKS)
    rows = [
        {
            "name": ranking.matrix.names[index],
            "leader": index in ranking.leaders,
            "shares": [float(share) for share in trials.acceptability[row, :shown]],
            "lower": float(trials.acceptability[row, shown:].sum()),
            "regret": float(trials.regret[row] * POINTS),
        }
        for row, index in enumerate(ranking.remaining)
    ]
    return render(
        "acceptability.html",
        title=_acceptability_title(ranking),
        rows=rows,
        ranks=range(1, shown + 1),
        lower=count > shown,
        note=trials_note(ranking),
        is_open=verdict(ranking).kind == "open",
    )


def trials_note(ranking: Ranking) -> str:
    """How the trials were drawn: how many, what the weights and scores were taken to be, and how exact that is."""
    trials, knowledge = ranking.trials, ranking.matrix.weight_knowledge
    if trials is None:
        return ""
    weights = {
        "exact": "weights as stated",
        "around": f"weights up to {percent(knowledge.spread)} lower or higher",
        "order": "any weights in the stated order",
        "interval": "any weights within their intervals",
        "none": "any weights at all",
    }["exact" if knowledge.is_fixed and knowledge.known != "interval" else knowledge.known]
    several = f" (of {counted(len(knowledge.sets), 'evaluator')})" if len(knowledge.sets) > 1 else ""
    error = 2 * trials.standard_error(0.5) * 100
    varied = f"{weights}{several}, scores within their ranges, unknown ones anything"
    return f"{trials.draws:,} trials: {varied}; ±{error:.1f}{NO_BREAK}%"


def _acceptability_title(ranking: Ranking) -> str:
    assert ranking.trials is not None  # noqa: S101 - the caller has looked
    first, last = ranking.trials.first, ranking.trials.acceptability[:, -1]
    name = ranking.matrix.names[ranking.remaining[0]]
    said = f"{name} is first in {chance(float(first[0]))} of the trials"
    if last[0] >= _LAST_NAMED:
        return f"{said}, and last in {chance(float(last[0]))}"
    split = next((row for row in range(1, len(first)) if first[row] >= _LAST_NAMED and last[row] >= 0.5), None)
    if split is None:
        return said
    other = ranking.matrix.names[ranking.remaining[split]]
    return f"{said}; {other} in {chance(float(first[split]))}, though last in {chance(float(last[split]))}"


def other_methods(ranking: Ranking) -> Html:
    """Who is first by other ranking methods, as a warning light, with how far their rankings agree."""
    check = ranking.cross_check
    if check is None or len(check.rows) < 2:
        return Html("")
    names = ranking.matrix.names
    rows = []
    for name in check.results:
        rows.append(
            {
                "name": METHODS[name],
                "first": listed([names[row] for row in check.winners.get(name, ())]),
                "same": check.winners.get(name) == check.winners["weighted_sum"],
                "tau": check.tau[name],
                "note": _method_note(check, name, names),
            }
        )
    taus = [tau for tau in check.tau.values() if tau is not None]
    low, high = (f"{end:.2f}" for end in (min(taus, default=1.0), max(taus, default=1.0)))
    spread = f"(agreement by Kendall’s τ {low if low == high else f'{low} to {high}'})"
    plain = not any(row["note"] or not row["same"] for row in rows)
    return render("methods.html", title=_methods_title(ranking), rows=rows, plain=plain, spread=spread)


def _method_note(check: CrossCheck, name: str, names: tuple[str, ...]) -> str:
    result = check.results[name]
    compromise = [names[check.rows[at]] for at in result.compromise]
    turned = len({(one.first, one.second) for one in check.reversals.get(name, ())})
    said = [result.undefined] if result.undefined else []
    said += [f"compromise: {listed(compromise)}"] if len(compromise) > 1 else []
    if turned:
        verb = "changes" if turned == 1 else "change"
        said.append(f"{counted(turned, 'pair')} {verb} places when another candidate is dropped")
    return "; ".join(said)


def _methods_title(ranking: Ranking) -> str:
    check = ranking.cross_check
    assert check is not None  # noqa: S101 - the caller has looked
    able = [name for name in check.results if name in check.winners]
    own = set(check.winners["weighted_sum"])
    other = [METHODS[name] for name in able if not own & set(check.winners[name])]
    level = [METHODS[name] for name in able if own & set(check.winners[name]) and own != set(check.winners[name])]
    leaders = listed([ranking.matrix.names[index] for index in ranking.leaders])
    if level and not other:
        verb = "has" if len(level) == 1 else "have"
        return f"{listed(level)} {verb} another tie for first place: a warning light, no proof"
    if not other:
        every = {
            0: "No other method ranks it",
            1: "The one other method that ranks it puts",
            2: "Both other methods put",
        }
        said = every.get(len(able), f"All {number(len(able))} other methods put")
        return f"{said} {leaders} first, too" if able else said
    return f"{listed(other)} {'puts' if len(other) == 1 else 'put'} another candidate first: a warning light, no proof"
