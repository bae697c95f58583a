"""What decisions say of the ranking, of each other and of support windows."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from optlib.catalogue import load_catalogue
from optlib.decisions import (
    against_ranking,
    choice_text,
    chosen,
    clashes,
    due_triggers,
    end_of_life,
    has_trigger,
    is_decided,
    is_due,
    unexplained,
)
from optlib.model import Deferral, Trigger, Workbook

from .building import CHOICE, TODAY, options, workbook

DAY = timedelta(days=1)
TABLE = {"ash": [5, 4], "oak": [4, 4], "elm": [1, 1]}


def made(*selected: str, table: Any = TABLE, criteria: Any = None, **decision: Any) -> Workbook:
    """A workbook that has chosen among ash, oak and elm, which stand in this order in the ranking."""
    decision = {"selected": selected, "status": "accepted", **decision}
    return workbook(options={CHOICE: options(table, [1, 1], criteria)}, decisions={CHOICE: decision})


def supported(**candidate: Any) -> tuple[date | None, str]:
    """When support of a language ends, and who says so."""
    return end_of_life(workbook(options={"languages": {"candidates": {"python": candidate}}}), "languages", "python")


def python_support() -> tuple[date, str]:
    """What the catalogue says of Python: when support of its newest version line ends, and which line that is."""
    known = load_catalogue().known("languages", "python")
    assert known is not None
    assert known.support is not None
    return date.fromisoformat(known.support.end_of_life), known.support.cycle


@pytest.mark.parametrize(
    ("decision", "expected"),
    [
        ({}, True),
        ({"status": "proposed"}, False),
        ({"status": "rejected"}, False),
        ({"status": "superseded"}, False),
        ({"selected": []}, False),
    ],
)
def test_a_domain_is_decided_when_a_choice_is_accepted(decision: dict[str, Any], expected: bool) -> None:
    """Proposed, rejected and superseded choices decide nothing, and neither does an empty one."""
    assert is_decided(made(**{"selected": ["ash"], **decision}), CHOICE) is expected


def test_a_domain_without_a_decision_is_not_decided() -> None:
    """Silence decides nothing."""
    assert not is_decided(workbook(), CHOICE)


@pytest.mark.parametrize(("status", "count"), [("accepted", 2), ("proposed", 2), ("rejected", 0), ("deprecated", 0)])
def test_what_is_accepted_or_proposed_is_chosen(status: str, count: int) -> None:
    """A choice names its domain, candidate and the candidate's name, each selected one in its order."""
    assert chosen(made("oak", "ash", status=status)) == ((CHOICE, "oak", "Oak"), (CHOICE, "ash", "Ash"))[:count]


def test_the_leader_is_not_against_the_ranking() -> None:
    """Choosing who ranks first departs from nothing, whoever is chosen beside it."""
    assert against_ranking(made("ash"), CHOICE) == ""
    assert against_ranking(made("ash", "elm"), CHOICE) == ""


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("oak", "Oak ranks second, 10.0 points behind Ash"),
        ("elm", "Elm ranks third, 70.0 points behind Ash"),
    ],
)
def test_a_choice_behind_the_leader_is_against_the_ranking(name: str, says: str) -> None:
    """The sentence says where the choice ranks and how far behind whom."""
    assert against_ranking(made(name), CHOICE) == says


def test_the_first_of_several_choices_is_held_against_the_ranking() -> None:
    """Selected is best first, so a runner-up that is put first departs."""
    assert against_ranking(made("oak", "ash"), CHOICE).startswith("Oak ranks second")


def test_one_of_those_level_in_first_place_is_not_against_the_ranking() -> None:
    """In a tie any of the equals may be chosen."""
    tie = {"ash": [4, 2], "oak": [2, 4], "elm": [1, 1]}
    assert against_ranking(made("oak", table=tie), CHOICE) == ""
    assert against_ranking(made("elm", table=tie), CHOICE) == "Elm ranks third, 40.0 points behind Ash and Oak"


def test_a_choice_that_is_hardly_behind_is_not_said_to_be_level() -> None:
    """A difference too small to print isn't written as 0.0 points."""
    close = {"ash": [5, 5], "oak": [5, 4.999]}
    assert against_ranking(made("oak", table=close), CHOICE) == "Oak ranks second, less than 0.1 points behind Ash"


@pytest.mark.parametrize("selected", [("ash",), ("oak", "ash")])
def test_a_choice_that_a_must_eliminates_is_against_the_ranking(selected: tuple[str, ...]) -> None:
    """Whoever chooses what fails a must, in whatever place, is told so."""
    musts = {"a": {"must": {"at_most": 4}}, "b": {}}
    assert against_ranking(made(*selected, criteria=musts), CHOICE) == "Ash is eliminated by a must"


def test_a_choice_where_nothing_is_ranked_departs_from_nothing() -> None:
    """Without scores there is no ranking to go against."""
    assert against_ranking(made("oak", table={"ash": [None, None], "oak": [None, None]}), CHOICE) == ""


@pytest.mark.parametrize("status", ["rejected", "superseded", "deprecated"])
def test_a_choice_that_no_longer_holds_departs_from_nothing(status: str) -> None:
    """Only proposed and accepted choices are held against the ranking."""
    assert against_ranking(made("elm", status=status), CHOICE) == ""


@pytest.mark.parametrize(
    ("rank", "word"), [(9, "ninth"), (10, "10th"), (11, "11th"), (21, "21st"), (22, "22nd"), (23, "23rd"), (24, "24th")]
)
def test_ranks_are_ordinal_numbers(rank: int, word: str) -> None:
    """A rank is written as English counts, also far down."""
    table = {f"c{index}": [5 - index / 10, 0] for index in range(25)}
    assert f"ranks {word}, " in against_ranking(made(f"c{rank - 1}", table=table), CHOICE)


@pytest.mark.parametrize(("reason", "names"), [("", ("Choice",)), ("The team knows it", ())])
def test_a_departure_is_unexplained_until_it_gives_its_reason(reason: str, names: tuple[str, ...]) -> None:
    """Any stated reason explains; the domain is named by its name."""
    assert unexplained(made("oak", against_ranking=reason)) == names


def test_a_reason_is_not_asked_of_who_follows_the_ranking() -> None:
    """The leader needs no explanation."""
    assert unexplained(made("ash")) == ()


def compatible(languages: str, rule: dict[str, str], status: str = "accepted") -> tuple[str, ...]:
    """The rules that a choice of Django and a language break."""
    domains = {"frameworks": ["django"], "languages": ["python", "go"]}
    decisions = {"frameworks": ["django"], "languages": [languages] if languages else []}
    return clashes(
        workbook(
            options={key: {"candidates": {name: {} for name in names}} for key, names in domains.items()},
            decisions={key: {"selected": names, "status": status} for key, names in decisions.items()},
            compatibility=[{"when": "frameworks.django", **rule}],
        )
    )


REQUIRES = "frameworks.django requires languages.python, which is not chosen."
EXCLUDES = "frameworks.django excludes languages.go, and both are chosen."


@pytest.mark.parametrize(
    ("language", "rule", "broken"),
    [
        ("python", {"requires": "languages.python"}, ()),
        ("go", {"requires": "languages.python"}, (REQUIRES,)),
        ("", {"requires": "languages.python"}, (REQUIRES,)),
        ("python", {"excludes": "languages.go"}, ()),
        ("go", {"excludes": "languages.go"}, (EXCLUDES,)),
        ("go", {"requires": "languages.python", "excludes": "languages.go"}, (REQUIRES, EXCLUDES)),
    ],
)
def test_choices_that_do_not_go_together_are_named(
    language: str, rule: dict[str, str], broken: tuple[str, ...]
) -> None:
    """A requirement that isn't chosen and an exclusion that is are sentences; whatever holds is silent."""
    assert compatible(language, rule) == broken


def test_a_rule_whose_condition_is_not_chosen_is_silent() -> None:
    """A choice that no longer holds requires nothing."""
    assert compatible("go", {"requires": "languages.python"}, status="rejected") == ()


@pytest.mark.parametrize(
    ("trigger", "due"),
    [
        ({"on": TODAY}, True),
        ({"on": TODAY + DAY}, False),
        ({"when": "it grows"}, False),
        ({"when": "it grows", "met": TODAY}, True),
        ({"when": "it grows", "met": TODAY + DAY}, False),
        ({"on": TODAY + DAY, "when": "it grows", "met": TODAY}, True),
        ({}, False),
    ],
)
def test_a_trigger_is_due_when_its_day_has_come_or_its_event_was_met(trigger: dict[str, Any], due: bool) -> None:
    """Whichever comes first; an event that nobody has recorded as met is not due."""
    assert is_due(Trigger.model_validate(trigger), TODAY) is due


@pytest.mark.parametrize(
    ("triggers", "there"),
    [([], False), ([{}], False), ([{"on": TODAY}], True), ([{}, {"when": "it grows"}], True)],
)
def test_a_trigger_that_names_neither_day_nor_event_is_none(triggers: list[dict[str, Any]], there: bool) -> None:
    """A deferral comes back on a day or by an event."""
    assert has_trigger(Deferral.model_validate({"triggers": triggers})) is there


def test_due_triggers_are_named_also_where_a_domain_is_decided_in_part() -> None:
    """A decided domain may be deferred in part; what is due of it is listed, of all domains or of the one asked for."""
    put_off = {"reason": "r", "triggers": [{"on": TODAY}, {"when": "it grows"}]}
    base = made("ash").to_data()
    book = workbook(
        options=base["options"], decisions=base["decisions"], deferred={CHOICE: put_off, "tooling": put_off}
    )
    assert due_triggers(book, TODAY) == (("Choice", f"deferred until {TODAY}"), ("Tooling", f"deferred until {TODAY}"))
    assert due_triggers(book, TODAY, "tooling") == (("Tooling", f"deferred until {TODAY}"),)
    assert due_triggers(book, TODAY - DAY) == ()


def test_the_workbook_is_asked_for_the_end_of_life_before_the_catalogue() -> None:
    """A team that knows better is believed, with its source, or as this workbook where it names none."""
    ends = date(2027, 1, 31)
    assert supported(support={"end_of_life": ends, "source": "our vendor"}) == (ends, "our vendor")
    assert supported(support={"end_of_life": ends}) == (ends, "this workbook")


def test_the_catalogue_says_the_end_of_life_of_the_version_line_that_it_knows() -> None:
    """Where the workbook is silent the catalogue answers, and names its version line."""
    ends, cycle = python_support()
    assert supported()[0] == ends
    assert supported()[1].startswith(f"version {cycle}, ")


@pytest.mark.parametrize("patch", ["", ".2", " or later", "rc1"])
def test_a_version_of_the_catalogues_line_ends_with_it(patch: str) -> None:
    """A version within the line, or a line written less exactly, has the line's end."""
    ends, cycle = python_support()
    assert supported(version=cycle + patch)[0] == ends
    assert supported(version=cycle.split(".")[0])[0] == ends
    assert supported(version="latest")[0] == ends


@pytest.mark.parametrize("candidate", [{"version": "3.9"}, {"version": "3.1"}, {"support": {"cycle": "2.7"}}])
def test_of_another_version_the_catalogue_says_nothing(candidate: dict[str, Any]) -> None:
    """An old version doesn't live as long as the newest: nobody has said when it ends."""
    assert supported(**candidate) == (None, "")


def test_of_a_candidate_that_nobody_knows_no_end_is_known() -> None:
    """A candidate of the team's own has no end of life until somebody states one."""
    book = workbook(options={"languages": {"candidates": {"homegrown": {}}}})
    assert end_of_life(book, "languages", "homegrown") == (None, "")


def test_an_end_that_the_catalogue_could_not_find_is_none() -> None:
    """Where the catalogue found that nobody states an end, there is no date."""
    found = [
        (domain, known.id)
        for domain, candidates in load_catalogue().candidates.items()
        for known in candidates
        if known.support is not None and known.support.end_of_life == "not stated"
    ]
    assert found
    domain, candidate = found[0]
    assert end_of_life(workbook(options={domain: {"candidates": {candidate: {}}}}), domain, candidate) == (None, "")


def test_none_of_these_is_a_decision() -> None:
    """That no candidate will do is decided, is against no ranking, and is written so."""
    book = made(none_of_these=True)
    assert is_decided(book, CHOICE)
    assert choice_text(book, CHOICE) == "none of these"
    assert against_ranking(book, CHOICE) == ""
    assert chosen(book) == ()


def test_none_of_these_and_a_candidate_contradict_each_other() -> None:
    """Nothing and something can't be chosen at once."""
    with pytest.raises(ValidationError, match="delete one of the two"):
        made("ash", none_of_these=True)


def test_several_chosen_in_order_are_held_against_their_ranks() -> None:
    """With the best first, one that ranks lower doesn't stand before one that ranks higher."""
    table = {"ash": [5], "oak": [3], "elm": [1]}
    assert against_ranking(made("ash", "oak", "elm", table=table), CHOICE) == ""
    assert (
        against_ranking(made("ash", "elm", "oak", table=table), CHOICE)
        == "Elm is chosen before Oak, which ranks higher"
    )


def test_several_chosen_side_by_side_have_no_order() -> None:
    """Of several that go together the best is held against the ranking, wherever it stands."""
    table = {"ash": [5], "oak": [3], "elm": [1]}
    together = made("elm", "ash", table=table, together=True)
    assert against_ranking(together, CHOICE) == ""
    assert choice_text(together, CHOICE) == "Elm and Ash"
    assert choice_text(made("elm", "ash", table=table), CHOICE) == "Elm, then Ash"
    without = made("elm", "oak", table=table, together=True)
    assert against_ranking(without, CHOICE) == "Oak ranks second, 40.0 points behind Ash"
