"""The board's totals, ranks, shares and gaps are those of the analysis, whatever is scored, weighed and screened."""

from __future__ import annotations

import json
from collections.abc import Iterator
from random import Random
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from optlib.analysis.evaluators import evaluators
from optlib.analysis.ranking import Ranking, rank_domain
from optlib.editors.board_data import board_state
from optlib.editors.cells import read_score_text
from optlib.editors.edits import Change, applied
from optlib.editors.ids import id_from
from optlib.model import FORMAT, Workbook
from optlib.reading import build, read_document

from .board_page import HARNESS
from .board_page import modules as sources
from .conftest import EXAMPLES

pytestmark = pytest.mark.browser

PHASE = 1
PROBLEMS = 300
DOMAIN = "choice"
READABLE = "4| 2.5 |-1|.5|1e3|2-4|1 – 2|-3--1|2, 3, 4|2,3,5|?|unknown"
UNREADABLE = "abc|1,2|4-2|3, 2, 4|.nan|inf|0x10|1_000|½|1,2,3,4|4 5"
KINDS: dict[str, dict[str, Any]] = {
    "score": {},
    "reversed": {"direction": "min"},
    "line": {"unit": "s", "range": [10, 50]},
    "falling": {"unit": "s", "range": [10, 50], "direction": "min"},
    "log": {"unit": "s", "range": [1, 1000], "value_function": {"kind": "log"}},
    "falling log": {"unit": "s", "range": [1, 1000], "direction": "min", "value_function": {"kind": "log"}},
    "points": {
        "unit": "s",
        "value_function": {"kind": "piecewise", "points": [[0, 0.2], [10, 1], [20, 0.1], [40, 0.7]]},
    },
    "target": {"unit": "s", "range": [0, 40], "value_function": {"kind": "target", "target": 25.5}},
    "no range": {"unit": "s"},
}


def problem(seed: int) -> Workbook:
    """A domain with random criteria, scores, weights, musts and evaluators."""
    draw = Random(seed)  # noqa: S311 - no secret hangs on it
    kinds = {f"k{index}": draw.choice(list(KINDS)) for index in range(draw.randint(1, 6))}
    criteria = {key: {**KINDS[kind], **_must(draw), **_phase(draw)} for key, kind in kinds.items()}
    candidates = {f"c{index}": {"scores": _scores(draw, kinds, 0.8)} for index in range(draw.randint(0, 6))}
    for candidate in candidates.values():
        if draw.random() < 0.3:
            candidate["fit"] = {"law": {"verdict": draw.choice(["meets", "fails", "unknown"])}}
    options = {"phase": PHASE, "criteria": criteria, "candidates": candidates, **_weights(draw, list(kinds))}
    if draw.random() < 0.2:
        intervals = {key: [0, 0.5] for key in kinds if draw.random() < 0.7}
        options["weighting"] = {**options.get("weighting", {}), "intervals": intervals}
    if draw.random() < 0.5:
        options |= {
            "evaluators": _people(draw, kinds, candidates),
            "aggregate": draw.choice(["mean", "median", "geometric"]),
        }
    constraints = [{"id": "law", "statement": "It is legal", "must": True}]
    data = {"format": FORMAT, "context": {"constraints": constraints}, "options": {DOMAIN: options}}
    return build(data, "problem")


def _must(draw: Random) -> dict[str, Any]:
    return {"must": {"at_least": draw.choice([1, 3])}} if draw.random() < 0.15 else {}


def _phase(draw: Random) -> dict[str, Any]:
    return {"phase": PHASE + 1} if draw.random() < 0.1 else {}


def _scores(draw: Random, kinds: dict[str, str], density: float) -> dict[str, Any]:
    return {key: _score(draw, kind) for key, kind in kinds.items() if draw.random() < density}


def _score(draw: Random, kind: str) -> Any:
    top = 60 if "unit" in KINDS[kind] else 5
    figures = [draw.choice([draw.randint(0, top), round(draw.uniform(0, top), 2)]) for _ in range(3)]
    value = draw.choice(["unknown", figures[0], figures[0], figures[0], sorted(figures[:2]), sorted(figures)])
    if draw.random() < 0.2:
        return {"value": value, "note": "why", **({"unit": "s"} if "unit" in KINDS[kind] else {})}
    return value


def _weights(draw: Random, keys: list[str]) -> dict[str, Any]:
    """Numbers, none at all, or the answers of a method."""
    ways = {
        "none": {},
        "zero": {"weights": dict.fromkeys(keys, 0)},
        "direct": {"weights": {key: draw.choice([0, 1, 2.5, 30]) for key in keys if draw.random() < 0.8}},
        "swing": {"weighting": {"method": "swing", "points": {key: draw.choice([0, 50, 100]) for key in keys}}},
        "rank_order": {"weighting": {"method": "rank_order", "order": draw.sample(keys, len(keys))}},
        "pairwise": {
            "weighting": {"method": "pairwise", "judgements": {keys[0]: {key: draw.randint(1, 9) for key in keys[1:]}}}
        },
    }
    return ways[draw.choice([*ways, "direct", "direct"])]


def _people(draw: Random, kinds: dict[str, str], candidates: dict[str, Any]) -> dict[str, Any]:
    return {
        f"p{index}": {
            **_weights(draw, list(kinds)),
            "scores": {key: _scores(draw, kinds, 0.5) for key in candidates if draw.random() < 0.7},
        }
        for index in range(draw.randint(1, 3))
    }


@pytest.fixture(scope="module")
def modules(browser: Browser) -> Iterator[Page]:
    """A page in which the board's modules are loaded, each under its name."""
    page = browser.new_page()
    page.goto(HARNESS.as_uri())
    page.evaluate("(source) => page.load(source)", sources())
    yield page
    page.close()


def reckoned(modules: Page, cases: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the browser makes of states, each with the person whose view it is."""
    found: list[dict[str, Any]] = modules.evaluate(
        "(cases) => JSON.parse(cases).map(({ state, person }) => page.module.seenBy(state, state.data, person).totals)",
        json.dumps(cases),
    )
    return found


def assert_same(ranking: Ranking, totals: dict[str, Any], what: object) -> None:
    """Hold the browser's totals against the analysis."""
    matrix = ranking.matrix
    assert [criterion["id"] for criterion in totals["criteria"]] == [criterion.id for criterion in matrix.criteria], (
        what
    )
    assert totals["ranks"] == list(ranking.ranks), what
    assert totals["missing"] + totals["unknown"] == matrix.gaps, what
    assert totals["unscored"] == matrix.is_unscored.tolist(), what
    np.testing.assert_allclose(totals["shares"], matrix.weights, atol=1e-12, err_msg=str(what))
    for bound in ("low", "likely", "high"):
        np.testing.assert_allclose(totals[bound], getattr(ranking, bound), rtol=0, atol=1e-9, err_msg=str(what))


def test_random_problems_come_to_the_same(modules: Page) -> None:
    """Of hundreds of random domains the browser makes the totals, ranks and gaps that Python makes."""
    workbooks = {seed: problem(seed) for seed in range(PROBLEMS)}
    cases = [{"state": board_state(each, DOMAIN, PHASE), "person": ""} for each in workbooks.values()]
    for (seed, workbook), totals in zip(workbooks.items(), reckoned(modules, cases), strict=True):
        assert_same(rank_domain(workbook, DOMAIN, PHASE), totals, seed)


def test_each_persons_view_is_their_ranking(modules: Page) -> None:
    """What a person's view shows is the ranking that the analysis makes of their scores and weights."""
    views = []
    for seed in range(PROBLEMS):
        workbook = problem(seed)
        found = evaluators(workbook, DOMAIN, PHASE)
        views += [(workbook, seed, person) for person in (found.people if found else ())]
    cases = [{"state": board_state(workbook, DOMAIN, PHASE), "person": person.id} for workbook, _, person in views]
    for (_, seed, person), totals in zip(views, reckoned(modules, cases), strict=True):
        assert_same(person.ranking, totals, (seed, person.id))
    assert len(views) > PROBLEMS / 2


def test_the_examples_come_to_the_same(modules: Page) -> None:
    """So do all domains of the examples, in every phase."""
    for path in sorted(EXAMPLES.glob("*.yaml")):
        workbook = read_document(path.read_bytes(), path.name).workbook
        questions = [(domain, phase) for domain in workbook.options for phase in range(4)]
        cases = [{"state": board_state(workbook, *question), "person": ""} for question in questions]
        for question, totals in zip(questions, reckoned(modules, cases), strict=True):
            assert_same(rank_domain(workbook, *question), totals, (path.name, question))


def test_ties_are_ties(modules: Page) -> None:
    """Totals that differ by no more than rounding share the better rank, and the next one counts on."""
    ranks = modules.evaluate("() => page.module.competitionRanks([0.3, 0.1 + 0.2, 0.5, 0.1])")
    assert ranks == [2, 2, 1, 4]


@pytest.mark.parametrize("typed", [*READABLE.split("|"), *UNREADABLE.split("|"), "", "9" * 50])
def test_the_browser_reads_scores_as_python_does(modules: Page, typed: str) -> None:
    """What may be typed, and what it means, is one and the same on both sides."""
    found = modules.evaluate(
        """(typed) => {
          try {
            return { value: page.module.readScore(typed) };
          } catch (error) {
            return { error: error.message };
          }
        }""",
        typed,
    )
    try:
        value = read_score_text(typed)
    except ValueError:
        assert "error" in found
    else:
        assert found == {"value": list(value) if isinstance(value, tuple) else value}


@pytest.mark.parametrize(
    "name", ["Django", "Carrier pigeon (RFC 1149)", "Größe & Öl", "3scale", "a" * 70, "one two " * 9, "数"]
)
def test_the_browser_makes_ids_as_python_does(modules: Page, name: str) -> None:
    """A name comes to the same id on both sides, also where the first choice is taken."""
    taken = ["django", "scale"]
    found = modules.evaluate("([name, taken]) => page.module.idFrom(name, taken, '')", [name, taken])
    assert found == id_from(name, taken)


CHANGES: list[list[dict[str, Any]]] = [
    [{"kind": "set", "where": ["a", "b", "note"], "after": "why"}],
    [{"kind": "set", "where": ["a", "new", "value"], "after": [1, 2]}],
    [{"kind": "set", "where": ["x", "y", "z"], "after": 1}, {"kind": "set", "where": ["x", "y", "w"], "after": 2}],
    [{"kind": "set", "where": ["a", "d", "note"], "after": "why"}],
    [{"kind": "drop", "where": ["a", "b"]}, {"kind": "drop", "where": ["x", "y"]}],
    [{"kind": "order", "where": ["a"], "after": ["c", "gone", "b"]}],
    [{"kind": "set", "where": ["a", "c"], "after": {"value": 1}}, {"kind": "drop", "where": ["a", "c", "value"]}],
]


@pytest.mark.parametrize("changes", CHANGES)
def test_the_browser_makes_changes_as_python_does(modules: Page, changes: list[dict[str, Any]]) -> None:
    """A list of changes turns the same data into the same, in the same order of keys, and its inverse turns it back."""
    data = {"a": {"b": 4, "c": {"value": 2, "unit": "s"}, "d": None}, "e": [1]}
    made = applied(data, [Change(each["kind"], tuple(each["where"]), each.get("after")) for each in changes])
    now, back = modules.evaluate(
        """([data, changes]) => {
          const { applied, inverse } = page.module;
          const now = applied(data, changes);
          return [now, applied(now, inverse(data, changes))].map((each) => JSON.stringify(each));
        }""",
        [data, changes],
    )
    assert now == json.dumps(made, separators=(",", ":"))
    assert back == json.dumps(data, separators=(",", ":"))


def test_totals_are_rounded_as_python_rounds_them(modules: Page) -> None:
    """What the board shows of a total is what the report shows, also of 83.75 or where sums differ in a last bit."""
    draw = Random(1)  # noqa: S311 - no secret hangs on it
    ties = [step / 80 for step in range(8001)]
    totals = [*ties, *(round(draw.uniform(0, 100), 10) for _ in range(2000)), 83.74999999999999, 83.75000000000001]
    shown = modules.evaluate(
        "(totals) => totals.map((total) => [page.module.fixed(total, 1), page.module.fixed(total, 0)])", totals
    )
    assert shown == [[f"{round(total, 10):.1f}", f"{round(total, 10):.0f}"] for total in totals]
