"""The stock forms: everything a workbook can say of them can be typed, and what can't stand is said and kept."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import ipywidgets as widgets
import pytest

from optlib import WorkbookFile, editors, load_catalogue, open_workbook
from optlib.editors.compatibility_editor import compatibility_editor
from optlib.editors.dates import read_day
from optlib.editors.deferral_editor import deferral
from optlib.editors.evaluators_editor import evaluators
from optlib.editors.form import Form
from optlib.editors.ids import id_from
from optlib.editors.level_needs import level_change, level_needs
from optlib.editors.risk_rows import risk_level
from optlib.editors.session import session_of
from optlib.editors.tree import with_value
from optlib.model import LEVELS, Candidate

from .conftest import EXAMPLES, TODAY
from .forms import control, enter, in_sight, labels, opened, press, remove, saved, told

HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture
def file(tmp_path: Path) -> WorkbookFile:
    """A copy of the full example, open."""
    return open_workbook(shutil.copy(EXAMPLES / "optlib.yaml", tmp_path / "mine.yaml"))


def candidate_form(file: WorkbookFile, domain_id: str, candidate_id: str) -> Any:
    """The domain editor with a candidate's details in sight."""
    form = editors.domain(file, domain_id, phase=3)
    control(form, "Candidate").value = candidate_id
    return form


def evaluators_form(file: WorkbookFile, domain_id: str = "frameworks") -> Any:
    """The part that names those who score, in a form of its own."""
    form = Form(file)
    return form.box(evaluators(form, domain_id))


def deferral_form(file: WorkbookFile, domain_id: str) -> Any:
    """The part that puts a choice off, unfolded, in a form of its own."""
    form = Form(file)
    box = form.box(deferral(form, domain_id))
    if "Show how to put it off" in labels(box):
        press(box, "Show how to put it off")
    return box


FORMS: dict[str, Callable[[WorkbookFile], Any]] = {
    "context": editors.context,
    "quality": editors.quality,
    "gates": editors.gates,
    "candidate": lambda file: candidate_form(file, "languages", "python"),
    "decision": lambda file: editors.decision(file, "frameworks"),
    "deferral": lambda file: deferral_form(file, "observability"),
    "impact": editors.impact,
    "compatibility": compatibility_editor,
    "evaluators": evaluators_form,
}
each_form = pytest.mark.parametrize("name", FORMS)


@each_form
def test_opening_a_form_changes_nothing(file: WorkbookFile, name: str) -> None:
    """A form that is only looked at leaves the file byte for byte as it was."""
    before = file.path.read_bytes()
    FORMS[name](file)
    assert file.path.read_bytes() == before


@each_form
def test_every_control_has_a_label_of_its_own(file: WorkbookFile, name: str) -> None:
    """No two controls of a form that hold a value are named the same, as a screen reader names them."""
    kinds = (widgets.Text, widgets.Textarea, widgets.Dropdown, widgets.Checkbox, widgets.Combobox)
    names = [part.description for part in in_sight(FORMS[name](file)) if isinstance(part, kinds)]
    assert names
    assert all(names)
    assert len(names) == len(set(names))


@each_form
def test_a_workbook_of_nothing_has_every_form(tmp_path: Path, name: str) -> None:
    """Where nothing is written yet, every form opens and says so or waits to be filled."""
    file = opened(tmp_path, options={"languages": {"candidates": {"python": {}}}})
    assert [part for part in in_sight(FORMS[name](file)) if isinstance(part, widgets.HTML)]


def test_no_text_of_a_workbook_becomes_markup(tmp_path: Path) -> None:
    """Markup in any text of a workbook is shown as text in every form."""
    part = {"candidates": {"a": {"name": HOSTILE}}, "evaluators": {"b": {"name": HOSTILE}}}
    constraint = {"id": "c", "statement": HOSTILE, "must": True}
    part["candidates"]["a"]["fit"] = {"c": {"verdict": "fails", "note": HOSTILE}}
    choice = {"selected": ["a"], "status": "accepted", "rationale": HOSTILE}
    file = opened(
        tmp_path,
        project={"name": HOSTILE, "owner": HOSTILE},
        context={"constraints": [constraint]},
        quality={"level": "secure", "gates": {"lint": {"verdict": "waived", "by": HOSTILE, "why": HOSTILE}}},
        options={"languages": {**part, "name": ""}, "own": {"name": HOSTILE, "phase": 0, **part}},
        compatibility=[{"when": "own.a", "excludes": "languages.a"}],
        decisions={"own": choice, "languages": choice},
        deferred={"own": {"reason": HOSTILE, "triggers": [{"when": HOSTILE}]}},
    )
    forms = [editors.context, editors.quality, editors.gates, editors.impact, compatibility_editor]
    shown = [form(file) for form in forms]
    shown += [editors.decision(file, "own"), candidate_form(file, "own", "a"), evaluators_form(file, "own")]
    markup = "".join(part.value for form in shown for part in in_sight(form) if isinstance(part, widgets.HTML))
    markup += "".join(
        part.description for form in shown for part in in_sight(form) if getattr(part, "description_allow_html", False)
    )
    assert "&lt;img" in markup
    assert "<img" not in markup


@pytest.mark.parametrize(
    ("typed", "write"),
    [
        ("25.11.2026", "write 2026-11-25"),
        ("25/11/2026", "write 2026-11-25"),
        ("5. 3. 2026", "write 2026-03-05"),
        ("03/04/2026", "write 2026-04-03 or 2026-03-04"),
        ("2026/11/5", "write 2026-11-05"),
        ("2026-11-5", "write 2026-11-05"),
        ("25.11.26", "write 2026-11-25"),
        ("25 November 2026", "write 2026-11-25"),
        ("Nov 25, 2026", "write 2026-11-25"),
        ("2026-02-30", "2026-02-30 is not a day of the calendar; write YYYY-MM-DD"),
        ("31.02.2026", "must be a date written YYYY-MM-DD"),
        ("next year", "must be a date written YYYY-MM-DD"),
    ],
)
def test_a_day_in_another_spelling_is_refused_with_what_to_write(typed: str, write: str) -> None:
    """A day is taken in one spelling; for others the message says which day was probably meant."""
    with pytest.raises(ValueError, match=write):
        read_day(typed)


def test_a_refused_day_stays_as_typed(file: WorkbookFile) -> None:
    """What was typed stays in its field, with the message below, until it is corrected."""
    form = editors.quality(file)
    enter(form, next_review_on="25.11.2027")
    assert control(form, "Next review on").value == "25.11.2027"
    assert "Next review on: “25.11.2027” is not how a day is written here; write 2027-11-25" in told(form)
    enter(form, next_review_on="2027-11-25")
    assert saved(file).quality.revisit == date(2027, 11, 25)
    assert "Not saved" not in told(form)


def test_a_button_fills_in_today(file: WorkbookFile) -> None:
    """Beside a day on which something was done stands a button for today."""
    form = editors.decision(file, "frameworks")
    press(form, "Decided on: today")
    assert saved(file).decisions["frameworks"].on == date.today()


@pytest.mark.parametrize(
    ("words", "taken", "key"),
    [
        ("Data stays in the EU", (), "data-stays-in-the-eu"),
        ("Überall gültig", (), "uberall-gultig"),
        ("24 hours a day", (), "hours-a-day"),
        ("Live by June", ("live-by-june", "live-by-june-2"), "live-by-june-3"),
        ("One report costs at least 12 times less CPU", (), "one-report-costs-at-least-12-times-less"),
        ("数据", (), ""),
    ],
)
def test_an_id_is_made_of_words(words: str, taken: tuple[str, ...], key: str) -> None:
    """An id is lower case, begins with a letter, ends with a word, and isn't one that is taken."""
    assert id_from(words, taken) == key


# Context


def test_a_constraint_gets_its_id_from_what_it_says(file: WorkbookFile) -> None:
    """Writing in the empty row makes a constraint, and another empty row below it."""
    form = editors.context(file)
    control(form, "Constraint 6").value = "Live by June"
    added = saved(file).context.constraints[-1]
    assert (added.id, added.kind, added.statement, added.must) == ("live-by-june", "other", "Live by June", False)
    assert control(form, "Id of constraint 6").value == "live-by-june"
    assert control(form, "Constraint 7").value == ""


def test_the_id_follows_while_the_constraint_is_being_written(file: WorkbookFile) -> None:
    """A made id grows with the text; once a candidate is judged by the constraint it stays."""
    form, candidate = editors.context(file), candidate_form(file, "languages", "python")
    control(form, "Constraint 6").value = "Citizen"
    control(form, "Constraint 6").value = "Citizen data in the EU"
    assert control(form, "Id of constraint 6").value == "citizen-data-in-the-eu"
    control(candidate, "Fit with citizen-data-in-the-eu").value = "meets"
    control(form, "Constraint 6").value = "Citizen data stays"
    assert saved(file).context.constraints[-1].id == "citizen-data-in-the-eu"


def test_the_space_between_two_words_survives_a_pause(file: WorkbookFile) -> None:
    """Text that ends in a space, as it does between two words, is left as it is while the made id changes."""
    form = editors.context(file)
    control(form, "Constraint 6").value = "Live "
    control(form, "Constraint 6").value = "Live by "
    assert control(form, "Constraint 6").value == "Live by "
    assert saved(file).context.constraints[-1].statement == "Live by"


def test_the_id_of_another_constraint_is_refused(file: WorkbookFile) -> None:
    """The message names both constraints, and what was typed stays."""
    form = editors.context(file)
    enter(form, id_of_constraint_1="mit-licence")
    assert "constraint 1: the id mit-licence is that of constraint 3 too, “Whatever optlib ships" in told(form)
    assert control(form, "Id of constraint 1").value == "mit-licence"
    assert saved(file).context.constraints[0].id == "no-network"


def test_a_constraint_that_says_what_another_says_is_refused(file: WorkbookFile) -> None:
    """Two constraints with the same words are named."""
    form = editors.context(file)
    control(form, "Constraint 6").value = file.workbook.context.constraints[4].statement.upper()
    assert "constraint 6: constraint 5 (two-core-ci) says" in told(form)


def test_a_constraint_needs_words(file: WorkbookFile) -> None:
    """A kind alone makes no constraint; it stays chosen until something is written."""
    form = editors.context(file)
    enter(form, kind_of_constraint_6="deadline")
    assert "constraint 6: write what it says" in told(form)
    control(form, "Constraint 6").value = "Live by June"
    assert saved(file).context.constraints[5].kind == "deadline"
    assert "Not saved" not in told(form)


def test_an_emptied_row_is_not_taken_away(file: WorkbookFile) -> None:
    """A row that is emptied stays in the file until it is removed with its button."""
    form = editors.context(file)
    press(form, "Show the scale of the scores")
    control(form, "Reference 1").value = "Handbook"
    control(form, "Reference 1").value = ""
    assert "reference 1: nothing is left of it; write something, or remove it with its button" in told(form)
    assert saved(file).project.references[0].title == "Handbook"


def test_a_row_below_that_is_not_saved_holds_up_a_removal(file: WorkbookFile) -> None:
    """Rows move up when one above them goes, so what is typed and refused below it is settled first."""
    form = editors.context(file)
    enter(form, id_of_constraint_3="No Id")
    remove(form, "constraint 2")
    assert "constraint 3 is not saved; correct it or take it back first" in told(form)
    assert len(saved(file).context.constraints) == 5
    assert control(form, "Id of constraint 3").value == "No Id"


def test_a_removal_is_forgotten_when_the_row_changes(file: WorkbookFile) -> None:
    """The first press counts for the entry that stood there, and not for the one that takes its place."""
    form, other = editors.context(file), editors.context(file)
    press(form, "Remove constraint 1")
    remove(other, "constraint 1")
    press(form, "Remove constraint 1")
    assert saved(file).context.constraints[0].id == "python-only-install"


def test_each_constraint_says_what_it_does_now(file: WorkbookFile) -> None:
    """A must names whom it eliminates, a wish who fails it and stays, and one that nobody is judged by says so."""
    form = editors.context(file)
    control(form, "Constraint 6").value = "Live by June"
    words = told(form)
    assert "Eliminates one candidate now. Frameworks (web/CLI/worker): Streamlit." in words
    assert "Three candidates fail it and stay in." in words
    assert "No candidate is judged by it yet" in words
    control(form, "Constraint 1 is a must").value = False
    assert "One candidate fails it and stays in. Frameworks (web/CLI/worker): Streamlit." in told(form)


def test_the_references_of_the_project_are_rows(file: WorkbookFile) -> None:
    """A reference is a title and an address."""
    form = editors.context(file)
    enter(form, reference_1="Plan", address_of_reference_1="https://example.org/plan")
    control(form, "Address of reference 2").value = "https://example.org/"
    assert [each.to_data() for each in saved(file).project.references] == [
        {"title": "Plan", "url": "https://example.org/plan"},
        {"url": "https://example.org/"},
    ]


def test_the_scale_is_saved(tmp_path: Path) -> None:
    """The ends of the scale and what its points mean are typed; an end that leaves scores off it is refused."""
    scored = {"languages": {"candidates": {"python": {"scores": {"tooling": 5}}}}}
    file = opened(tmp_path, options=scored)
    form = editors.context(file)
    press(form, "Show the scale of the scores")
    enter(form, highest_score="10")
    control(form, "What scores mean").value = "0: no\n10: best"
    assert saved(file).scale.to_data() == {"max": 10, "anchors": {"0": "no", "10": "best"}}
    enter(form, highest_score="3")
    assert "Scale: one score would be off it, the first at options.languages.candidates.python" in told(form)
    enter(form, highest_score="high")
    assert "Scale: the highest score must be a number, such as 0 or 5" in told(form)


# Quality


def test_without_a_level_all_four_are_described(tmp_path: Path) -> None:
    """Somebody who has chosen none sees what each is for, its phases, and how many gates it requires."""
    words = told(editors.quality(opened(tmp_path)))
    for level in load_catalogue().levels:
        assert f"{level.name}: {level.guidance}" in words


def test_another_level_is_looked_at_before_it_is_chosen(file: WorkbookFile) -> None:
    """Looking at a level shows what would change, and changes nothing; a button chooses it."""
    form = editors.quality(file)
    enter(form, look_at_another_level_first="secure")
    assert "Required as well: 3 Secure/Compliance." in told(form)
    assert "One gate asked in addition Gate Asked Shown by" in told(form)
    assert "As the workbook stands: " in told(form)
    assert saved(file).quality.level == "production"
    press(form, "Choose Secure")
    assert saved(file).quality.level == "secure"
    assert "Choose Secure" not in labels(form)


@pytest.mark.parametrize("level", LEVELS)
def test_a_level_names_its_gates_with_their_evidence(level: str) -> None:
    """Every gate that the level asks for stands there with what it asks, and none that it doesn't."""
    shown = level_needs(level)
    for gate in load_catalogue().gates:
        is_asked = gate.levels[level].need != "none"  # type: ignore[index]
        assert (f"<th scope='row'>{gate.title}</th>" in shown.replace("&amp;", "&")) == is_asked


@pytest.mark.parametrize(("now", "then"), [pair for pair in product(LEVELS, LEVELS) if pair[0] != pair[1]])
def test_a_change_of_level_names_every_gate_that_it_changes(now: str, then: str) -> None:
    """A gate is named exactly where its need or its threshold is another one."""
    shown = level_change(now, then)
    for gate in load_catalogue().gates:
        needs = [gate.levels[level] for level in (now, then)]  # type: ignore[index]
        both = [(need.need, need.threshold) for need in needs]
        assert (f"<th scope='row'>{gate.title}</th>" in shown) == (both[0] != both[1])


def test_the_dates_say_what_their_gates_find(file: WorkbookFile) -> None:
    """Beside the dates and the sign-off stands whether their gates pass, and what is missing."""
    form = editors.quality(file)
    enter(form, next_review_on="2020-01-01")
    assert "✗ fail Next review date or measurable trigger: next review on 2020-01-01. Missing: the day has" in told(
        form
    )


def test_a_sign_off_is_a_row(file: WorkbookFile) -> None:
    """Name, role and day of each who signs."""
    form = editors.quality(file)
    control(form, "Sign-off 2").value = "A. Reviewer"
    control(form, "Role of sign-off 2").value = "security_reviewer"
    press(form, "Day of sign-off 2: today")
    assert saved(file).quality.signoff[1].to_data() == {
        "name": "A. Reviewer",
        "role": "security_reviewer",
        "on": date.today(),
    }


# Gates


def gate(form: Any, title: str) -> Any:
    """The card of one gate."""
    cards = [part for part in in_sight(form) if "optlib-card" in getattr(part, "_dom_classes", ())]
    return next(card for card in cards if f"<b>{title}</b>" in card.children[0].value)


def test_required_gates_come_first_and_those_answered_by_the_workbook_last(file: WorkbookFile) -> None:
    """The parts are required, advisory, and those that the workbook answers itself, which have no controls."""
    form = editors.gates(file, phase=0)
    words = told(form)
    order = [words.index(head) for head in ("Required gates", "Answered by this workbook, required")]
    assert order == sorted(order)
    assert labels(gate(form, "Named owner / contact")) == []
    assert "✓ pass project.owner" in told(gate(form, "Named owner / contact"))


def test_a_gate_shows_only_the_fields_of_its_verdict(file: WorkbookFile) -> None:
    """Before a verdict there is only the verdict to choose; then what a declaration or a waiver asks for."""
    form = editors.gates(file, phase=0)
    card = gate(form, "No secrets in version control")
    assert labels(card) == ["Verdict"]
    enter(card, verdict="pass")
    assert labels(card) == ["Verdict", "Declared by", "Declared on", "Today", "Link to the evidence", "Note"]
    enter(card, verdict="waived")
    assert labels(card) == ["Verdict", "Declared by", "Waived until", "Waived because"]


def test_a_gate_says_what_is_found_of_it(file: WorkbookFile) -> None:
    """The finding follows what is declared: nothing yet, something missing, a pass."""
    card = gate(editors.gates(file, phase=0, today=TODAY), "No secrets in version control")
    assert "○ no evidence nothing is declared yet" in told(card)
    enter(card, verdict="pass", declared_by="A")
    assert "Missing: the declaration doesn't say on and link (or note)" in told(card)
    enter(card, declared_on="2026-11-01", link_to_the_evidence="https://example.org/scan")
    assert "✓ pass declared pass by A on 2026-11-01" in told(card)


def test_a_waiver_runs_out_on_the_day_that_dates_are_held_against(file: WorkbookFile) -> None:
    """A waiver has who, until when and why; the day after it the gate fails."""
    form = editors.gates(file, phase=0, today=TODAY)
    card = gate(form, "No secrets in version control")
    enter(card, verdict="waived", declared_by="A", waived_until=str(TODAY), waived_because="a private toy")
    assert "~ waived waived by A until 2026-11-23: a private toy" in told(card)
    later = editors.gates(file, phase=0, today=TODAY + timedelta(days=1))
    assert "the waiver ran out on 2026-11-23" in told(gate(later, "No secrets in version control"))


def test_a_declaration_is_taken_back(file: WorkbookFile) -> None:
    """Without a verdict there is no record any more, and nothing of it is in sight."""
    form = editors.gates(file, phase=0)
    card = gate(form, "Licence stated; licences of dependencies listed")
    enter(card, verdict="")
    assert "licence" not in saved(file).quality.gates
    assert labels(card) == ["Verdict"]


def test_a_control_of_a_gate_names_it_to_a_screen_reader(file: WorkbookFile) -> None:
    """Behind the label that is seen stands, unseen, whose it is."""
    card = gate(editors.gates(file, phase=0), "No secrets in version control")
    assert control(card, "Verdict").description.endswith("> of No secrets in version control</span>")


def test_what_is_typed_of_a_gate_outlives_a_change_of_the_level(file: WorkbookFile) -> None:
    """When the level no longer asks for a gate and then does again, what was typed and refused is still there."""
    form, quality = editors.gates(file, phase=2), editors.quality(file)
    title = load_catalogue().gate("slo").title
    enter(gate(form, title), waived_until="30.6.2028")
    enter(quality, quality_level="experiment")
    enter(quality, quality_level="production")
    assert control(gate(form, title), "Waived until").value == "30.6.2028"


# Candidates


@pytest.mark.parametrize(
    ("likelihood", "impact", "word"),
    [
        ("low", "low", "low"),
        ("low", "medium", "low"),
        ("medium", "medium", "medium"),
        ("low", "high", "medium"),
        ("medium", "high", "high"),
        ("high", "high", "high"),
        ("high", "", ""),
    ],
)
def test_the_level_of_a_risk_is_likelihood_times_impact(likelihood: str, impact: str, word: str) -> None:
    """The level is a word, the same whichever of the two is the higher, and none while one is missing."""
    assert risk_level(likelihood, impact) == risk_level(impact, likelihood) == word


def test_a_risk_shows_its_level(file: WorkbookFile) -> None:
    """The level stands in the row and follows what is chosen."""
    form = candidate_form(file, "languages", "python")
    levels = [part for part in in_sight(form) if "optlib-risk-" in getattr(part, "value", "")]
    assert ">medium<" in levels[0].value
    enter(form, impact_of_risk_1="high")
    assert ">high<" in levels[0].value
    assert saved(file).options["languages"].candidates["python"].risks[0].impact == "high"


def test_the_name_of_another_candidate_is_refused(file: WorkbookFile) -> None:
    """The message names both candidates, and what was typed stays."""
    form = candidate_form(file, "frameworks", "fastapi")
    enter(form, name="marimo")
    message = "“marimo” is the name of the candidate marimo too; give fastapi a name of its own"
    assert f"Web app on FastAPI, Name: {message}" in told(form)
    assert control(form, "Name").value == "marimo"
    assert saved(file).options["frameworks"].candidates["fastapi"].name == "Web app on FastAPI"


def test_messages_follow_the_name_of_a_candidate(file: WorkbookFile) -> None:
    """After a new name, messages and the button that removes it say that one."""
    form = candidate_form(file, "frameworks", "fastapi")
    enter(form, name="Our own app", low="a lot")
    assert "Our own app, effort: low: the text 'a lot' is not a number" in told(form)
    assert "Remove Our own app" in labels(form)


def test_licence_support_and_published_total_are_saved(file: WorkbookFile) -> None:
    """What is folded away is saved like the rest, and gone when it is emptied."""
    form = candidate_form(file, "frameworks", "marimo")
    press(form, "Show licence, support and published total")
    enter(form, **{"licence_(SPDX)": "Apache-2.0", "licence_read_in": "LICENSE", "licence_read_on": "2026-11-01"})
    enter(form, version_line="0.9", support_ends_on="2027-01-01", support_read_in="its site")
    enter(form, plan_for_its_end="upgrade", planned_by="2026-12-01", published_total="71.5")
    marimo = saved(file).options["frameworks"].candidates["marimo"]
    assert marimo.licence is not None
    assert marimo.licence.to_data() == {"spdx": "Apache-2.0", "source": "LICENSE", "on": date(2026, 11, 1)}
    assert marimo.support is not None
    assert marimo.support.to_data() == {
        "cycle": "0.9",
        "end_of_life": date(2027, 1, 1),
        "source": "its site",
        "plan": "upgrade",
        "plan_by": date(2026, 12, 1),
    }
    assert marimo.published_total == 71.5
    enter(form, **{"licence_(SPDX)": "", "licence_read_in": "", "licence_read_on": "", "published_total": ""})
    marimo = saved(file).options["frameworks"].candidates["marimo"]
    assert (marimo.licence, marimo.published_total) == (None, None)


def test_effort_has_a_note_and_a_unit(file: WorkbookFile) -> None:
    """A note or a unit is kept, also before there are figures."""
    form = candidate_form(file, "languages", "python")
    enter(form, low="", likely="", high="", unit="sprints", note_on_the_effort="to be estimated")
    effort = saved(file).options["languages"].candidates["python"].effort
    assert effort is not None
    assert effort.to_data() == {"unit": "sprints", "note": "to be estimated"}


def test_known_facts_fill_in_what_is_empty(tmp_path: Path) -> None:
    """Licence, support and documentation of a known candidate come with their source and its day."""
    file = opened(tmp_path, options={"data_state": {"candidates": {"postgresql": {}}}})
    form = candidate_form(file, "data_state", "postgresql")
    assert "The catalogue knows PostgreSQL, relational database. It can fill in its licence, support and" in told(form)
    press(form, "Use these facts")
    filled = saved(file).options["data_state"].candidates["postgresql"]
    assert filled.licence is not None
    assert filled.licence.to_data() == {
        "spdx": "PostgreSQL",
        "source": "Debian 12 package postgresql-15: copyright file",
        "on": date(2026, 8, 22),
    }
    assert filled.support is not None
    assert (filled.support.cycle, filled.support.end_of_life) == ("18", date(2030, 11, 14))
    assert filled.references[0].url == "https://postgresql.org/docs"
    assert "Use these facts" not in labels(form)


def test_known_facts_overwrite_nothing(tmp_path: Path) -> None:
    """What is written stays, and support of another version line isn't offered."""
    own = {"version": "15.2", "licence": {"spdx": "my own word"}, "references": [{"title": "mine"}]}
    file = opened(tmp_path, options={"data_state": {"candidates": {"postgresql": own}}})
    form = candidate_form(file, "data_state", "postgresql")
    assert "It has nothing to add." in told(form)
    assert "Use these facts" not in labels(form)


def test_facts_that_nobody_checked_say_so(tmp_path: Path) -> None:
    """The source of an unchecked fact says that it is not checked, in the form and in the file."""
    file = opened(tmp_path, options={"data_state": {"candidates": {"mysql": {}}}})
    press(candidate_form(file, "data_state", "mysql"), "Use these facts")
    licence = saved(file).options["data_state"].candidates["mysql"].licence
    assert licence is not None
    assert licence.source == "general knowledge, not checked"


def test_a_candidate_is_tied_to_a_known_one(file: WorkbookFile) -> None:
    """A candidate under another id is said to be one that the catalogue knows, and its facts appear."""
    form = candidate_form(file, "frameworks", "fastapi")
    known = next(known for known in load_catalogue().candidates["frameworks"] if known.id == "fastapi")
    assert f"The catalogue knows {known.name}" in told(form)
    enter(form, known_in_the_catalogue_as="django")
    assert saved(file).options["frameworks"].candidates["fastapi"].known_as == "django"
    assert "The catalogue knows Django" in told(form)


def test_what_is_typed_of_a_candidate_waits_for_it(file: WorkbookFile) -> None:
    """Text that was refused is still there after a look at another candidate."""
    form = candidate_form(file, "frameworks", "marimo")
    enter(form, low="many")
    control(form, "Candidate").value = "fastapi"
    assert control(form, "Low").value == "50"
    control(form, "Candidate").value = "marimo"
    assert control(form, "Low").value == "many"
    assert "Marimo, effort: low: " in told(form)


def test_a_removed_candidate_takes_the_evaluators_scores_along(tmp_path: Path) -> None:
    """What people have scored of a candidate goes with it."""
    people = {"ann": {"scores": {"python": {"tooling": 4}, "go": {"tooling": 3}}}}
    file = opened(tmp_path, options={"languages": {"candidates": {"python": {}, "go": {}}, "evaluators": people}})
    remove(candidate_form(file, "languages", "go"), "Go")
    left = saved(file).options["languages"]
    assert list(left.candidates) == list(left.evaluators["ann"].scores) == ["python"]


def test_a_candidate_that_a_rule_names_is_not_removed(file: WorkbookFile) -> None:
    """The message says which rule has to go first."""
    form = candidate_form(file, "data_state", "postgresql")
    remove(form, "PostgreSQL")
    assert "a compatibility rule names data_state.postgresql; remove the rule first" in told(form)
    assert "postgresql" in saved(file).options["data_state"].candidates


def test_a_candidate_that_fails_a_must_is_said_to_be_out(file: WorkbookFile) -> None:
    """Beside the must stands `out`, as long as the candidate fails it."""
    form = candidate_form(file, "frameworks", "marimo")
    assert "must out" not in told(form)
    control(form, "Fit with no-network").value = "fails"
    assert "opens from a mail attachment must out" in told(form)


def test_a_fit_that_is_taken_back_is_gone(file: WorkbookFile) -> None:
    """Without a verdict and a note a candidate isn't judged by a constraint."""
    form = candidate_form(file, "frameworks", "marimo")
    control(form, "Fit with no-network").value = ""
    control(form, "Note on no-network").value = ""
    assert "no-network" not in saved(file).options["frameworks"].candidates["marimo"].fit


# Decisions


def test_candidates_show_their_rank(file: WorkbookFile) -> None:
    """Behind each name stands its rank and its points, or that a must eliminates it; above them the verdict."""
    form = editors.decision(file, "frameworks")
    assert "Jupyter notebooks with papermill (rank 1, 90.0 points)" in labels(form)
    assert "Streamlit (eliminated by a must)" in labels(form)
    assert "The matrix says: Firm. Jupyter notebooks with papermill is 15.3 points ahead" in told(form)


def test_the_order_is_changed_by_buttons(file: WorkbookFile) -> None:
    """What is chosen moves up and down; at an end there is nowhere further."""
    form = editors.decision(file, "frameworks")
    enter(form, marimo=True)
    press(form, "Move Marimo up")
    assert saved(file).decisions["frameworks"].selected == ("marimo", "jupyter")
    assert "1. Marimo 2. Jupyter notebooks with papermill" in told(form)
    press(form, "Move Marimo up")
    assert saved(file).decisions["frameworks"].selected == ("marimo", "jupyter")
    press(form, "Move Marimo down")
    assert saved(file).decisions["frameworks"].selected == ("jupyter", "marimo")


def test_several_side_by_side_have_no_order(file: WorkbookFile) -> None:
    """Side by side is offered where several are chosen, and takes the order away."""
    form = editors.decision(file, "frameworks")
    assert "All of these side by side, in no order" not in labels(form)
    enter(form, marimo=True)
    control(form, "All of these side by side, in no order").value = True
    assert saved(file).decisions["frameworks"].together
    assert "1. Jupyter" not in told(form)


def test_none_of_these_unticks_the_candidates(file: WorkbookFile) -> None:
    """That none will do and that one is chosen exclude each other: the last word counts."""
    form = editors.decision(file, "frameworks")
    enter(form, none_of_these_will_do=True)
    decision = saved(file).decisions["frameworks"]
    assert (decision.selected, decision.none_of_these) == ((), True)
    enter(form, marimo=True)
    decision = saved(file).decisions["frameworks"]
    assert (decision.selected, decision.none_of_these) == (("marimo",), False)
    assert not control(form, "None of these will do").value


def test_none_of_these_begins_a_decision(tmp_path: Path) -> None:
    """Where nothing is decided yet, that none will do is a decision."""
    file = opened(tmp_path, options={"languages": {"candidates": {"python": {}}}})
    enter(editors.decision(file, "languages"), none_of_these_will_do=True)
    assert saved(file).decisions["languages"].to_data() == {"none_of_these": True}


def test_against_the_ranking_is_asked_for_exactly_where_it_is(file: WorkbookFile) -> None:
    """A choice that isn't the first asks why, in the ranking's words; one that is doesn't."""
    form = editors.decision(file, "frameworks")
    assert "Against the ranking because" not in labels(form)
    enter(form, marimo=True)
    press(form, "Move Marimo up")
    assert "The choice goes against the ranking: Marimo ranks third, 18.4 points behind Jupyter" in told(form)
    control(form, "Against the ranking because").value = "A mandate."
    press(form, "Move Marimo down")
    assert "The choice follows the ranking now; this is from when it did not." in told(form)
    control(form, "Against the ranking because").value = ""
    assert "Against the ranking because" not in labels(form)


def test_an_accepted_decision_without_a_choice_is_said(tmp_path: Path) -> None:
    """A status alone decides nothing, and the form says so."""
    file = opened(tmp_path, options={"languages": {"candidates": {"python": {}}}})
    form = editors.decision(file, "languages")
    enter(form, status="accepted")
    assert "The decision is accepted, but says of no candidate that it is chosen" in told(form)
    control(form, "Python").value = True
    assert "is accepted, but" not in told(form)


def test_a_deferral_is_folded_away_where_a_domain_is_decided(file: WorkbookFile) -> None:
    """A decided domain shows how to put a part off only when asked to; one that waits shows it at once."""
    assert "Deferred because" not in labels(editors.decision(file, "frameworks"))
    assert "Deferred because" in labels(editors.decision(file, "observability"))


def test_a_due_trigger_is_said(file: WorkbookFile) -> None:
    """A trigger whose day has come, or whose event happened, is due; one to come isn't."""
    form = deferral_form(file, "tooling")
    enter(form, day_of_trigger_1=str(date.today() + timedelta(days=30)))
    assert "due" not in told(form).split()
    enter(form, day_of_trigger_1=str(date.today()))
    assert "due decide it now" in told(form)
    enter(form, day_of_trigger_1=str(date.today() + timedelta(days=30)), event_of_trigger_1="an audit")
    press(form, "Trigger 1 happened on: today")
    assert "due decide it now" in told(form)
    assert saved(file).deferred["tooling"].triggers[0].met == date.today()


def test_deciding_and_deferring_at_once_is_explained(file: WorkbookFile) -> None:
    """Where a domain is both, the form says what that means; where a deferral has no trigger, that it needs one."""
    form = deferral_form(file, "frameworks")
    enter(form, deferred_because="The command line waits.")
    assert "This domain is decided and deferred at once: the choice stands, and a part of it is put off." in told(form)
    assert "Nothing brings it back yet" in told(form)
    enter(form, event_of_trigger_1="somebody asks for it")
    assert "Nothing brings it back yet" not in told(form)


# Impact, compatibility, evaluators


def test_the_impact_begins_with_what_is_decided(file: WorkbookFile) -> None:
    """Above the consequences stands what they follow from."""
    words = told(editors.impact(file))
    assert "Decided so far: Languages & Runtimes: Python; Frameworks (web/CLI/worker): Jupyter" in words


def test_a_compatibility_rule_is_made_and_says_whether_it_holds(file: WorkbookFile) -> None:
    """A rule names choices; in words it says what it asks, and that the choices break it where they do."""
    form = compatibility_editor(file)
    count = len(file.workbook.compatibility)
    control(form, f"Rule {count + 1}: when this is chosen").value = "languages.python"
    assert f"rule {count + 1}: choose what it requires or excludes" in told(form)
    control(form, f"Rule {count + 1} excludes").value = "frameworks.jupyter"
    assert saved(file).compatibility[-1].to_data() == {"when": "languages.python", "excludes": "frameworks.jupyter"}
    assert "broken now When Python is chosen, Jupyter notebooks with papermill can't be chosen." in told(form)
    remove(form, f"rule {count + 1}")
    assert saved(file).compatibility == file.workbook.compatibility
    assert len(saved(file).compatibility) == count


def test_a_new_candidate_can_be_named_by_a_rule(file: WorkbookFile) -> None:
    """What another editor adds is offered at once."""
    form, make = compatibility_editor(file), ("options", "tooling", "candidates", "make")
    session_of(file).change(None, lambda workbook: with_value(workbook, make, Candidate(name="Make")))
    assert ("Make · Tooling", "tooling.make") in control(form, "Rule 1 requires").options


def test_evaluators_are_added_renamed_and_removed(file: WorkbookFile) -> None:
    """A person has a name and an id made from it."""
    form = evaluators_form(file)
    enter(form, new_evaluator="Ann Lee")
    press(form, "Add evaluator")
    control(form, "Evaluator ann-lee").value = "Ann Lee-Smith"
    people = saved(file).options["frameworks"].evaluators
    assert {key: person.name for key, person in people.items()} == {"ann-lee": "Ann Lee-Smith"}
    assert "no scores, no weights" in told(form)
    remove(form, "evaluator ann-lee")
    assert saved(file).options["frameworks"].evaluators == {}


def test_two_evaluators_of_one_name_are_refused(file: WorkbookFile) -> None:
    """The message names who has the name already; what was typed stays."""
    form = evaluators_form(file)
    for name in ("Ann", "ann "):
        enter(form, new_evaluator=name)
        press(form, "Add evaluator")
    assert "New evaluator: ann is evaluator ann already; write how they differ" in told(form)
    assert control(form, "New evaluator").value == "ann "


def test_the_way_to_put_evaluators_together_is_saved(tmp_path: Path) -> None:
    """Mean, median or geometric mean, also for a domain of which nothing is written yet."""
    file = opened(tmp_path)
    enter(evaluators_form(file), put_together_by="median")
    assert saved(file).options["frameworks"].aggregate == "median"
