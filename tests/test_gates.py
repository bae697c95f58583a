"""The gates of a quality level: what the workbook answers, what people declare, what is waived, and what blocks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest

from optlib.catalogue import load_catalogue
from optlib.gates import ANSWERS, Finding, check, required_domains
from optlib.model import LEVELS, Workbook
from optlib.words import counted

from .building import TODAY, options, workbook

DAY = timedelta(days=1)
WRITTEN = {"goals": ["g"], "success_criteria": ["s"], "out_of_scope": ["o"], "assumptions": ["a"]}
PASSED = {"verdict": "pass", "by": "Ada", "on": TODAY, "link": "https://ci.example/1"}
WAIVED = {"verdict": "waived", "by": "Ada", "until": TODAY, "why": "No users yet"}
DOMAINS = [domain.id for domain in load_catalogue().domains]
GATES = load_catalogue().gates
DECLARED = [gate.id for gate in GATES if gate.answered_by == "declaration"]


def of_level(level: str = "prototype", quality: Mapping[str, Any] | None = None, **parts: Any) -> Workbook:
    """A workbook of a quality level, with what else its quality and its parts say."""
    return workbook(quality={"level": level, **(quality or {})}, **parts)


def finding(book: Workbook, gate_id: str) -> Finding:
    """What is found of one gate, today."""
    return next(found for found in check(book, TODAY) if found.gate.id == gate_id)


def answer(book: Workbook, gate_id: str) -> tuple[str, str]:
    """The verdict on one gate, and what is missing."""
    found = finding(book, gate_id)
    return found.verdict, found.missing


def recorded(gate_id: str, level: str = "production", /, **record: Any) -> Finding:
    """What is found of a gate for which something is recorded."""
    return finding(of_level(level, {"gates": {gate_id: record}}), gate_id)


def decided(*domains: str, candidates: int = 2, decision: Mapping[str, Any] | None = None, **candidate: Any) -> Any:
    """The parts of a workbook in which the first of some candidates is chosen in each domain."""
    made = {"selected": ["c0"], "status": "accepted", "rationale": "It does", **(decision or {})}
    rivals = {f"c{index}": candidate for index in range(candidates)}
    return {"options": {key: {"candidates": rivals} for key in domains}, "decisions": dict.fromkeys(domains, made)}


def chosen(version: str = "", known_as: str | None = None, level: str = "production", **support: Any) -> Workbook:
    """A workbook that has chosen one language, with what is known of its support."""
    candidate: dict[str, Any] = {"version": version, "known_as": known_as, "support": support or None}
    return of_level(level, **decided("languages", candidates=1, **candidate))


def test_without_a_level_there_are_no_findings() -> None:
    """Which gates apply hangs on the level, so without one none does."""
    assert check(workbook(), TODAY) == ()


@pytest.mark.parametrize("level", LEVELS)
def test_a_level_finds_the_gates_that_it_asks_for_in_the_order_of_the_catalogue(level: Any) -> None:
    """Required and advisory gates are found, each once; those that the level doesn't ask for are not."""
    asked = [gate.id for gate in GATES if gate.levels[level].need != "none"]
    assert [found.gate.id for found in check(of_level(level), TODAY)] == asked
    assert len(asked) >= 10


@pytest.mark.parametrize(("level", "phases"), [("experiment", 1), ("prototype", 2), ("production", 3), ("secure", 4)])
def test_a_level_requires_the_domains_that_open_in_its_phases(level: str, phases: int) -> None:
    """Experiment requires phase 0, prototype 0 and 1, production 0 to 2, secure all; own domains by their phase."""
    book = of_level(level, options={f"own{phase}": {"phase": phase} for phase in range(4)})
    found = [domain.id for domain in required_domains(book, load_catalogue())]
    opened = [domain.id for domain in load_catalogue().domains if domain.phases[0] < phases]
    assert found == [*opened, *(f"own{phase}" for phase in range(phases))]


def test_every_gate_that_the_workbook_answers_has_its_function() -> None:
    """Catalogue and code name the same gates."""
    assert set(ANSWERS) == {gate.id for gate in GATES if gate.answered_by == "workbook"}


@pytest.mark.parametrize("level", LEVELS)
def test_an_empty_workbook_passes_no_gate_of_any_level(level: str) -> None:
    """What isn't written is not there: nothing passes by being left out, and each finding says what is missing."""
    found = check(of_level(level), TODAY)
    assert {one.verdict for one in found} == {"fail", "no evidence"}
    assert all(one.missing for one in found)


@pytest.mark.parametrize("level", LEVELS)
def test_an_advisory_gate_never_blocks(level: str) -> None:
    """A required gate that fails or lacks evidence blocks; an advisory one is reported and doesn't."""
    found = check(of_level(level), TODAY)
    assert {one.blocks for one in found if one.need.need == "advisory"} == {False}
    assert {one.blocks for one in found if one.need.need == "required"} == {True}


def test_a_workbook_that_shows_everything_is_blocked_by_nothing() -> None:
    """With all fields written, all domains decided and all declarations made, every gate of prototype passes."""
    quality = {
        "timebox": TODAY,
        "revisit": TODAY,
        "signoff": [{"name": "Ada", "on": TODAY}],
        "gates": dict.fromkeys(DECLARED, PASSED),
    }
    parts = decided(*DOMAINS, support={"end_of_life": date(2030, 1, 1)})
    found = check(of_level("prototype", quality, project={"owner": "Ada"}, context=WRITTEN, **parts), TODAY)
    assert {one.verdict for one in found} == {"pass"}
    assert {one.missing for one in found} == {""}


def test_the_goal_gate_passes_when_all_four_parts_are_written() -> None:
    """Goals, success criteria, what is out of scope, and assumptions."""
    assert answer(of_level(context=WRITTEN), "goal") == ("pass", "")


@pytest.mark.parametrize("part", WRITTEN)
def test_the_goal_gate_names_the_part_that_is_missing(part: str) -> None:
    """One part left out fails, by name."""
    context = {name: text for name, text in WRITTEN.items() if name != part}
    assert answer(of_level(context=context), "goal") == ("fail", part.replace("_", " "))


@pytest.mark.parametrize(
    ("timebox", "expected"),
    [
        (None, ("fail", "the day on which the work stops or is decided anew")),
        (TODAY - DAY, ("fail", "the day has passed; review now and set the next")),
        (TODAY, ("pass", "")),
        (TODAY + DAY, ("pass", "")),
    ],
)
def test_the_timebox_is_a_day_that_has_not_passed(timebox: date | None, expected: tuple[str, str]) -> None:
    """On its last day a time-box still holds."""
    assert answer(of_level(quality={"timebox": timebox}), "timebox") == expected


def test_the_owner_gate_asks_for_a_name() -> None:
    """Whoever owns the project is named in it."""
    assert answer(of_level(project={"owner": "Ada"}), "owner") == ("pass", "")
    assert answer(of_level(), "owner") == ("fail", "project.owner")


@pytest.mark.parametrize(
    ("candidates", "expected"),
    [(1, ("fail", "at least 2 candidates in Languages & Runtimes (1)")), (2, ("pass", ""))],
)
def test_the_options_gate_asks_for_two_candidates(candidates: int, expected: tuple[str, str]) -> None:
    """A decided domain has compared at least two, and one that hasn't is named with its count."""
    assert answer(of_level(**decided("languages", candidates=candidates)), "options") == expected


def test_the_options_gate_has_no_evidence_before_a_decision() -> None:
    """A proposal is not decided yet."""
    book = of_level(**decided("languages", decision={"status": "proposed"}))
    assert answer(book, "options") == ("no evidence", "a decided domain")


def test_the_decisions_gate_passes_when_every_required_domain_is_decided() -> None:
    """Prototype requires the domains of phases 0 and 1, and no others."""
    required = [domain.id for domain in load_catalogue().domains if domain.phases[0] <= 1]
    found = finding(of_level(**decided(*required)), "decisions")
    assert (found.verdict, found.missing) == ("pass", "")
    assert found.looked_at == f"decisions and deferrals of {counted(len(required), 'required domain')}"


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        ({"status": "proposed"}, "Languages & Runtimes decided or deferred"),
        ({"status": "superseded"}, "Languages & Runtimes decided or deferred"),
        ({"selected": []}, "Languages & Runtimes decided or deferred"),
        ({"rationale": ""}, "a rationale for Languages & Runtimes"),
    ],
)
def test_the_decisions_gate_names_what_a_decision_lacks(change: dict[str, Any], missing: str) -> None:
    """A decision is accepted, chooses somebody, and says why."""
    parts = decided("languages", decision=change)
    assert missing in answer(of_level("experiment", **parts), "decisions")[1].split("; ")


def deferral(*triggers: dict[str, Any], level: str = "experiment") -> tuple[str, list[str]]:
    """The decisions gate where every domain but the deferred languages is decided: verdict, what is missing."""
    others = [key for key in DOMAINS if key != "languages"]
    deferred = {"languages": {"reason": "No need yet", "triggers": list(triggers)}}
    verdict, missing = answer(of_level(level, deferred=deferred, **decided(*others)), "decisions")
    return verdict, missing.split("; ")


@pytest.mark.parametrize("trigger", [{"on": TODAY + DAY}, {"when": "more than 10k users"}])
def test_a_deferral_with_a_trigger_is_as_good_as_a_decision(trigger: dict[str, Any]) -> None:
    """A day to come or an event is a trigger."""
    assert deferral(trigger) == ("pass", [""])


@pytest.mark.parametrize("triggers", [[], [{}]])
def test_a_deferral_without_a_trigger_fails(triggers: list[dict[str, Any]]) -> None:
    """No trigger, or one that names neither day nor event, brings nothing back."""
    assert deferral(*triggers) == ("fail", ["a trigger for the deferred Languages & Runtimes"])


@pytest.mark.parametrize(
    ("trigger", "fired"),
    [
        ({"on": TODAY}, f"deferred until {TODAY}"),
        ({"when": "10k users", "met": TODAY}, "“10k users” was met"),
        ({"when": "10k users", "on": TODAY, "met": TODAY + DAY}, f"deferred until {TODAY}"),
    ],
)
def test_a_due_trigger_fails_the_decisions_gate(trigger: dict[str, Any], fired: str) -> None:
    """On the day that a trigger falls due, or was met, the choice is to be made, and the finding says what fired."""
    assert deferral(trigger) == ("fail", [f"Languages & Runtimes: {fired}, so decide it now"])


def test_a_choice_against_the_ranking_needs_its_reason() -> None:
    """Choosing the second of the table without saying why fails; with a reason it passes."""
    table = options({"c0": [1], "c1": [5]}, [1])
    others = decided(*DOMAINS)
    for reason, expected in (
        ("", ("fail", "why Own goes against the ranking (against_ranking)")),
        ("Team knows it", ("pass", "")),
    ):
        made = {"selected": ["c0"], "status": "accepted", "rationale": "r", "against_ranking": reason}
        domains, decisions = {**others["options"], "own": table}, {**others["decisions"], "own": made}
        assert answer(of_level(options=domains, decisions=decisions), "decisions") == expected


@pytest.mark.parametrize(
    ("signoff", "expected"),
    [
        ([], ("fail", "name and date of the approver")),
        ([{"name": "Ada"}], ("fail", "name and date of the approver")),
        ([{"on": TODAY}], ("fail", "name and date of the approver")),
        ([{"name": "Ada", "on": TODAY, "role": "security_reviewer"}], ("fail", "name and date of the approver")),
        ([{"name": "Ada", "on": TODAY + DAY}], ("fail", "Ada signed in the future")),
        ([{"name": "Ada", "on": TODAY}], ("pass", "")),
    ],
)
def test_a_signoff_is_a_name_and_a_day_that_has_come(signoff: list[Any], expected: tuple[str, str]) -> None:
    """Prototype and production ask for one approver."""
    assert answer(of_level(quality={"signoff": signoff}), "signoff") == expected


@pytest.mark.parametrize(
    ("signoff", "looked_at"),
    [([], "nobody"), ([{"name": "Ada", "on": TODAY}, {"name": "Bo"}], f"Ada (approver, {TODAY})")],
)
def test_a_signoff_finding_names_who_has_signed(signoff: list[Any], looked_at: str) -> None:
    """Those with name and day are looked at, and nobody where there are none."""
    assert finding(of_level(quality={"signoff": signoff}), "signoff").looked_at == f"quality.signoff: {looked_at}"


def test_the_secure_level_asks_for_a_security_reviewer_too() -> None:
    """An approver alone is not enough there."""
    approver = {"name": "Ada", "on": TODAY}
    alone = of_level("secure", {"signoff": [approver]})
    both = of_level("secure", {"signoff": [approver, {"name": "Bo", "on": TODAY, "role": "security_reviewer"}]})
    assert answer(alone, "signoff") == ("fail", "name and date of the security reviewer")
    assert answer(both, "signoff") == ("pass", "")


@pytest.mark.parametrize(
    ("level", "last"),
    [("prototype", date(2027, 5, 23)), ("production", date(2027, 11, 23)), ("secure", date(2027, 5, 23))],
)
def test_the_next_review_is_due_within_the_months_of_the_level(level: str, last: date) -> None:
    """Six months, or twelve at production; the last day of them is in time, the day after isn't."""
    months = 12 if level == "production" else 6
    assert answer(of_level(level, {"revisit": last}), "revisit") == ("pass", "")
    late = ("fail", f"a review within {months} months of {TODAY}")
    assert answer(of_level(level, {"revisit": last + DAY}), "revisit") == late


def test_months_end_where_the_month_ends() -> None:
    """Six months after 31 August is the last day of February."""
    signed = {"name": "Ada", "on": date(2026, 8, 31)}
    in_time = of_level(quality={"revisit": date(2027, 2, 28), "signoff": [signed]})
    late = of_level(quality={"revisit": date(2027, 3, 1), "signoff": [signed]})
    assert answer(in_time, "revisit") == ("pass", "")
    assert answer(late, "revisit") == ("fail", "a review within 6 months of 2026-08-31")


def test_the_months_run_from_the_last_signoff_that_has_been_given() -> None:
    """An earlier sign-off brings the review nearer, one of today puts it off, and one in the future doesn't."""
    future = {"name": "Bo", "on": TODAY + 300 * DAY}
    quality: dict[str, Any] = {
        "revisit": TODAY + 7 * DAY,
        "signoff": [{"name": "Ada", "on": TODAY - 200 * DAY}, future],
    }
    assert answer(of_level(quality=quality), "revisit")[0] == "fail"
    today = [*quality["signoff"], {"name": "Cy", "on": TODAY}]
    assert answer(of_level(quality={**quality, "signoff": today}), "revisit")[0] == "pass"


@pytest.mark.parametrize(
    ("quality", "expected"),
    [
        ({}, ("fail", "the day of the next review, or a measurable trigger (revisit_when)")),
        ({"revisit_when": "more than 10k users"}, ("pass", "")),
        ({"revisit": TODAY}, ("pass", "")),
        ({"revisit": TODAY - DAY}, ("fail", "the day has passed; review now and set the next")),
        ({"timebox": TODAY}, ("fail", "the day of the next review, or a measurable trigger (revisit_when)")),
    ],
)
def test_a_prototype_is_reviewed_on_a_day_or_by_a_trigger(quality: dict[str, Any], expected: tuple[str, str]) -> None:
    """A day that hasn't passed or a measurable trigger passes; a kill date is no review."""
    assert answer(of_level(quality=quality), "revisit") == expected


@pytest.mark.parametrize(
    ("quality", "verdict"),
    [({}, "fail"), ({"revisit_when": "it grows"}, "fail"), ({"timebox": TODAY}, "pass"), ({"revisit": TODAY}, "pass")],
)
def test_an_experiment_ends_on_a_day(quality: dict[str, Any], verdict: str) -> None:
    """The kill date serves as the review of an experiment; an event alone doesn't."""
    assert answer(of_level("experiment", quality), "revisit")[0] == verdict


@pytest.mark.parametrize(
    ("level", "ends", "verdict"),
    [
        ("production", TODAY, "pass"),
        ("production", TODAY - DAY, "fail"),
        ("secure", date(2027, 11, 23), "pass"),
        ("secure", date(2027, 11, 22), "fail"),
    ],
)
def test_a_chosen_candidate_is_inside_its_support_window(level: str, ends: date, verdict: str) -> None:
    """At production it has not ended, the last day included; at secure it lasts for twelve months more."""
    assert answer(chosen(level=level, end_of_life=ends), "eol")[0] == verdict


@pytest.mark.parametrize(
    ("plan", "verdict"),
    [
        ({"plan": "Move to 4"}, "fail"),
        ({"plan_by": TODAY}, "fail"),
        ({"plan": "Move to 4", "plan_by": TODAY}, "pass"),
        ({"plan": "Move to 4", "plan_by": TODAY + 30 * DAY}, "pass"),
        ({"plan": "Move to 4", "plan_by": TODAY + 31 * DAY}, "fail"),
        ({"plan": "Move to 4", "plan_by": TODAY - DAY}, "fail"),
    ],
)
def test_a_plan_counts_when_its_day_comes_before_the_end(plan: dict[str, Any], verdict: str) -> None:
    """Support that ends in thirty days needs a plan, with a day that is neither past nor after the end."""
    assert answer(chosen(level="secure", end_of_life=TODAY + 30 * DAY, **plan), "eol")[0] == verdict


def test_a_plan_does_not_prolong_a_support_that_has_ended() -> None:
    """Past the end of life only moving on helps."""
    book = chosen(level="secure", end_of_life=TODAY - DAY, plan="Move to 4", plan_by=TODAY)
    assert answer(book, "eol") == ("fail", f"C0 ended on {TODAY - DAY}: move on")


def test_support_that_nobody_knows_is_no_evidence() -> None:
    """Without any date there is nothing to look at."""
    assert answer(chosen(), "eol") == ("no evidence", "support.end_of_life of the chosen candidates")


def test_support_windows_come_from_the_catalogue_where_the_workbook_has_none() -> None:
    """The finding names the day, the version line and the catalogue's source."""
    python = load_catalogue().known("languages", "python")
    assert python is not None
    assert python.support is not None
    found = finding(chosen(known_as="python"), "eol")
    window = f"{python.support.end_of_life} (version {python.support.cycle}, {python.support.source})"
    assert (found.verdict, found.looked_at) == ("pass", f"{python.name} until {window}")


def test_end_of_life_warns_at_the_levels_that_only_ask_for_a_warning() -> None:
    """At prototype a candidate past its end fails the gate, which doesn't block."""
    found = finding(chosen(level="prototype", end_of_life=TODAY - DAY), "eol")
    assert (found.verdict, found.need.need, found.blocks) == ("fail", "advisory", False)


def test_a_gate_that_nobody_has_declared_has_no_evidence() -> None:
    """The finding names what would show it."""
    found = finding(of_level("production"), "restore")
    assert (found.verdict, found.looked_at) == ("no evidence", "nothing is declared")
    assert found.missing == f"a verdict under quality.gates.{found.gate.id}, shown by: dated report"
    assert found.blocks


def test_a_declared_pass_with_name_day_and_link_passes() -> None:
    """The finding repeats who declared it, when and where it is shown."""
    found = recorded("restore", **PASSED)
    assert (found.verdict, found.missing, found.blocks) == ("pass", "", False)
    assert found.looked_at == f"declared pass by Ada on {TODAY} (https://ci.example/1)"


@pytest.mark.parametrize(
    ("part", "named"), [("by", "by"), ("on", "on"), ("link", "link (or note)")], ids=["by", "on", "link"]
)
def test_an_incomplete_declaration_is_no_evidence(part: str, named: str) -> None:
    """A pass without a name, a day or a link is not taken on trust, and what it lacks is named."""
    found = recorded("restore", **{name: value for name, value in PASSED.items() if name != part})
    assert (found.verdict, found.missing) == ("no evidence", f"the declaration doesn't say {named}")
    assert found.blocks


def test_a_note_serves_where_there_is_no_link() -> None:
    """What can't be linked can be told."""
    assert recorded("restore", verdict="pass", by="Ada", on=TODAY, note="Restored in 40 min").verdict == "pass"


def test_a_declaration_of_tomorrow_is_no_evidence_today() -> None:
    """Nobody has seen the future."""
    found = recorded("restore", **{**PASSED, "on": TODAY + DAY})
    assert (found.verdict, found.missing) == ("no evidence", "the declaration is dated in the future")


@pytest.mark.parametrize(("note", "missing"), [("No backup yet", "No backup yet"), ("", "a pass")])
def test_a_declared_fail_fails_at_once(note: str, missing: str) -> None:
    """A fail needs no evidence; its note says what is missing."""
    found = recorded("restore", verdict="fail", note=note)
    assert (found.verdict, found.missing, found.blocks) == ("fail", missing, True)


@pytest.mark.parametrize("verdict", ["Pass", "ok", "passed", ""])
def test_a_verdict_is_one_of_three_words(verdict: str) -> None:
    """A record with another word is refused, and never read as a pass."""
    with pytest.raises(ValueError, match="verdict"):
        recorded("restore", **{**PASSED, "verdict": verdict})


@pytest.mark.parametrize(("until", "verdict"), [(TODAY + DAY, "waived"), (TODAY, "waived"), (TODAY - DAY, "fail")])
def test_a_waiver_holds_to_its_last_day_and_fails_on_the_day_after(until: date, verdict: str) -> None:
    """Until and including its day a waived gate doesn't block; then it fails and blocks."""
    found = recorded("restore", **{**WAIVED, "until": until})
    assert (found.verdict, found.blocks) == (verdict, verdict == "fail")
    expected = f"the waiver ran out on {until}; show the evidence or renew it" if verdict == "fail" else ""
    assert found.missing == expected
    assert found.looked_at == f"waived by Ada until {until}: No users yet"


@pytest.mark.parametrize("part", ["by", "until", "why"])
def test_a_waiver_says_who_until_when_and_why(part: str) -> None:
    """A waiver that lacks one of them waives nothing, and what it lacks is named."""
    found = recorded("restore", **{name: value for name, value in WAIVED.items() if name != part})
    assert (found.verdict, found.missing, found.blocks) == ("fail", f"the waiver doesn't say {part}", True)


@pytest.mark.parametrize("gate", [name for name in ANSWERS if name != "timebox"])
def test_a_declared_pass_cannot_override_what_the_workbook_answers(gate: str) -> None:
    """Where the workbook itself shows that a gate fails, saying that it passes changes nothing."""
    silent = finding(of_level("production"), gate)
    claimed = recorded(gate, **PASSED)
    assert claimed.verdict == silent.verdict != "pass"
    assert (claimed.missing, claimed.blocks) == (silent.missing, True)


def test_a_declared_fail_overrides_what_the_workbook_answers() -> None:
    """Somebody who knows better can fail a gate that the fields would pass, and the finding says so."""
    quality = {"gates": {"owner": {"verdict": "fail", "by": "Bo", "note": "Ada has left"}}}
    found = finding(of_level(quality=quality, project={"owner": "Ada"}), "owner")
    assert (found.verdict, found.missing) == ("fail", "Ada has left")
    assert found.looked_at == "project.owner; declared fail by Bo"


def test_a_declared_fail_without_a_note_still_says_what_is_missing() -> None:
    """No finding fails without a word."""
    quality = {"gates": {"owner": {"verdict": "fail"}}}
    assert answer(of_level(quality=quality, project={"owner": "Ada"}), "owner") == ("fail", "a pass")


def test_a_waiver_covers_what_the_workbook_lacks() -> None:
    """A gate that the workbook answers can be waived like any other."""
    found = recorded("owner", **WAIVED)
    assert (found.verdict, found.missing, found.blocks) == ("waived", "", False)


def test_a_waiver_that_ran_out_leaves_what_the_workbook_lacks() -> None:
    """Both the field that is missing and the waiver that ran out are named."""
    found = recorded("owner", **{**WAIVED, "until": TODAY - DAY})
    assert found.verdict == "fail"
    assert found.missing.startswith("project.owner; the waiver ran out on")


@pytest.mark.parametrize("until", [TODAY, TODAY - DAY])
def test_a_waiver_of_what_the_workbook_shows_is_not_needed(until: date) -> None:
    """Where the workbook answers a gate with a pass it passes, whether a waiver holds or has run out."""
    quality = {"gates": {"owner": {**WAIVED, "until": until}}}
    assert answer(of_level(quality=quality, project={"owner": "Ada"}), "owner") == ("pass", "")
