"""What is still open: what a careful reader would ask of each part, in the phase in which it is to be answered."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from optlib.catalogue import load_catalogue
from optlib.model import Workbook
from optlib.open_points import domains_in, is_filled, open_points, phases_to_report

from .building import CHOICE, TODAY, choice, options, workbook

DAY = timedelta(days=1)
DECISION = {"selected": ["ash"], "status": "accepted", "rationale": "It leads"}
SCORED = {"ash": [5, 5], "oak": [1, 1]}


def points(book: Workbook, where: str = "Choice", phase: int | None = None) -> list[str]:
    """What is open in one place."""
    return [point.message for point in open_points(book, TODAY, phase) if point.where == where]


def of_choice(table: Any = SCORED, weights: Any = (1, 1), criteria: Any = None, **parts: Any) -> list[str]:
    """What is open in a domain that is decided for ash, unless its parts say otherwise."""
    return points(choice(table, weights, criteria, **{"decisions": {CHOICE: DECISION}, **parts}))


def test_a_domain_that_is_scored_and_decided_with_its_reason_has_nothing_open() -> None:
    """Nothing is asked twice of whoever has answered."""
    assert of_choice() == []


def test_an_empty_workbook_is_asked_for_name_level_and_context() -> None:
    """The first questions are what it is, how good it must be, and why it exists."""
    book = workbook()
    assert points(book, "Project") == ["It has no name yet."]
    assert points(book, "Quality")[0].startswith("No quality level is chosen yet")
    assert points(book, "Context") == ["Nothing is written under goals and success criteria."]


def test_what_is_written_is_not_asked_for() -> None:
    """A name, a level, goals and success criteria leave nothing open there."""
    context = {"goals": ["g"], "success_criteria": ["s"]}
    book = workbook(project={"name": "Portal"}, quality={"level": "prototype"}, context=context)
    assert [point.where for point in open_points(book, TODAY) if point.where in ("Project", "Quality", "Context")] == []


def test_the_basics_are_asked_in_phase_0_only() -> None:
    """Later phases don't repeat what the first asks."""
    assert {"Project", "Quality", "Context"} <= {point.where for point in open_points(workbook(), TODAY, 0)}
    assert not {"Project", "Quality", "Context"} & {point.where for point in open_points(workbook(), TODAY, 2)}


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"ash": [5, 5]}, "There is only one candidate; compare at least two."),
        ({"ash": [None, "unknown"], "oak": [None, None]}, "No candidate is scored yet."),
        ({"ash": [5, 5], "oak": [1, None]}, "One score is not known yet."),
        ({"ash": [5, "unknown"], "oak": [1, None]}, "Two scores are not known yet."),
    ],
)
def test_what_a_comparison_lacks_is_open(table: Any, message: str) -> None:
    """One candidate, no score, and gaps are each a sentence."""
    assert of_choice(table) == [message]


def test_remarks_on_the_matrix_are_open_points() -> None:
    """What a reader must know of how scores were read is also to be put right."""
    assert of_choice(weights=()) == ["No weights are stated, so every criterion counts the same."]


def test_a_doubt_about_a_must_is_open_for_whoever_is_still_in() -> None:
    """Who may fail a must is to be checked; who is out by another must needs no checking."""
    criteria = {"a": {"name": "Cost", "must": {"at_least": 3}}, "b": {"name": "Speed", "must": {"at_least": 2}}}
    table = {"ash": [5, 5], "oak": [[2, 3, 4], 2], "elm": [1, [1, 2, 3]]}
    assert of_choice(table, criteria=criteria) == ["Oak may fail the must “Cost at least 3”: it is 2 to 4."]


def test_a_domain_without_candidates_asks_for_them() -> None:
    """An empty domain has one thing open, and not that it is undecided."""
    assert points(workbook(), "Languages & Runtimes", 0) == ["There are no candidates yet."]


@pytest.mark.parametrize(
    ("decision", "message"),
    [
        (None, "It is neither decided nor deferred."),
        ({"selected": []}, "It is neither decided nor deferred."),
        ({**DECISION, "status": "proposed"}, "A choice is proposed, but not accepted yet."),
        ({**DECISION, "status": "superseded"}, "It is neither decided nor deferred."),
        ({**DECISION, "rationale": ""}, "The decision gives no rationale."),
        (
            {**DECISION, "selected": ["oak"]},
            "The decision goes against the ranking and against_ranking doesn't say why: "
            "Oak ranks second, 80.0 points behind Ash.",
        ),
    ],
)
def test_what_a_decision_lacks_is_open(decision: Any, message: str) -> None:
    """No decision, a proposal, no reason, and a departure from the ranking without one are each a sentence."""
    assert of_choice(decisions={CHOICE: decision} if decision else {}) == [message]


def test_a_departure_that_says_why_is_not_open() -> None:
    """A stated reason is enough."""
    assert of_choice(decisions={CHOICE: {**DECISION, "selected": ["oak"], "against_ranking": "Mandate"}}) == []


@pytest.mark.parametrize("candidates", [SCORED, {}])
@pytest.mark.parametrize(
    ("triggers", "messages"),
    [
        ([{"on": TODAY + DAY}], []),
        ([{"on": TODAY}], [f"Deferred until {TODAY}: decide it now."]),
        ([], ["It is deferred without a trigger; say what brings it back."]),
        ([{}], ["It is deferred without a trigger; say what brings it back."]),
    ],
)
def test_a_deferral_is_open_without_a_trigger_or_when_one_is_due(
    triggers: list[Any], messages: list[str], candidates: Any
) -> None:
    """It needs a trigger with or without candidates, and comes back on its day."""
    deferred = {CHOICE: {"reason": "r", "triggers": triggers}}
    assert of_choice(candidates, decisions={}, deferred=deferred) == messages


def test_a_due_trigger_is_open_in_the_phase_of_its_domain() -> None:
    """Whoever works on the phase in which the domain opens sees that it has come back."""
    book = workbook(deferred={"observability": {"reason": "r", "triggers": [{"on": TODAY}]}})
    domain = next(domain for domain in load_catalogue().domains if domain.id == "observability")
    message = f"Deferred until {TODAY}: decide it now."
    assert message in points(book, domain.name)
    assert all((message in points(book, domain.name, phase)) == (phase in domain.phases) for phase in range(4))


def test_choices_that_clash_are_open_in_phase_0() -> None:
    """A broken rule of compatibility belongs to no single domain."""
    table = options(SCORED, (1, 1))
    rule = {"when": f"{CHOICE}.ash", "requires": "other.oak"}
    book = workbook(options={CHOICE: table, "other": table}, decisions={CHOICE: DECISION}, compatibility=[rule])
    assert points(book, "Compatibility", 0) == ["choice.ash requires other.oak, which is not chosen."]
    assert points(book, "Compatibility", 1) == []


def test_a_phase_asks_only_for_the_scores_that_it_opens() -> None:
    """A criterion first scored in phase 1 is no gap in phase 0."""
    book = choice(
        {"ash": [5, None], "oak": [1, None]}, [1, 1], {"a": {}, "b": {"phase": 1}}, decisions={CHOICE: DECISION}
    )
    assert points(book, phase=0) == []
    assert points(book) == ["Two scores are not known yet."]


@pytest.mark.parametrize("phase", range(4))
def test_a_phase_holds_the_domains_that_open_in_it(phase: int) -> None:
    """Every domain that is open in the phase is there, those of the workbook too."""
    book = workbook(options={"own": {"phase": phase}})
    expected = [domain.id for domain in load_catalogue().domains if phase in domain.phases]
    assert [domain.id for domain in domains_in(book, phase)] == [*expected, "own"]


@pytest.mark.parametrize(
    ("parts", "filled"),
    [
        ({}, False),
        ({"options": {CHOICE: {"question": "Which?"}}}, False),
        ({"options": {CHOICE: options(SCORED)}}, True),
        ({"options": {CHOICE: {}}, "decisions": {CHOICE: {}}}, True),
        ({"options": {CHOICE: {}}, "deferred": {CHOICE: {}}}, True),
    ],
)
def test_a_domain_is_filled_by_candidates_a_decision_or_a_deferral(parts: Any, filled: bool) -> None:
    """A question alone fills nothing."""
    assert is_filled(workbook(**parts), CHOICE) is filled


def test_the_whole_workbook_holds_what_its_level_requires_and_what_it_has_filled() -> None:
    """A domain of a later phase counts as soon as it is filled; without a level nothing else does."""
    first = [domain.id for domain in load_catalogue().domains if domain.phases[0] == 0]
    late = {"observability": options({"ash": []})}
    assert [domain.id for domain in domains_in(workbook(), None)] == first
    assert [domain.id for domain in domains_in(workbook(options=late), None)] == ["observability"]
    both = workbook(quality={"level": "experiment"}, options=late)
    assert {domain.id for domain in domains_in(both, None)} == {*first, "observability"}


@pytest.mark.parametrize(
    ("level", "phases"), [("experiment", (0,)), ("production", (0, 1, 2)), ("secure", (0, 1, 2, 3))]
)
def test_the_report_holds_the_phases_of_the_level(level: str, phases: tuple[int, ...]) -> None:
    """The level says which phases are reported."""
    assert phases_to_report(workbook(quality={"level": level})) == phases


def test_the_report_holds_a_later_phase_that_is_filled() -> None:
    """What somebody has filled in is reported, though the level doesn't require it."""
    book = workbook(quality={"level": "experiment"}, options={"own": {"phase": 3, "candidates": {"ash": {}}}})
    assert phases_to_report(book) == (0, 3)
