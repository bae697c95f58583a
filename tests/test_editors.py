"""The editors, driven as a person drives them: a control is set, a button pressed, and the file is looked at."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import ipywidgets as widgets
import pytest

from optlib import Workbook, WorkbookFile, editors, load_catalogue, open_workbook
from optlib.errors import CatalogueError

from .conftest import EXAMPLES

COST = "Web app on FastAPI, CPU per report"


@pytest.fixture
def file(tmp_path: Path) -> WorkbookFile:
    """A copy of the full example, open."""
    return open_workbook(shutil.copy(EXAMPLES / "optlib.yaml", tmp_path / "mine.yaml"))


def on_disk(file: WorkbookFile) -> Workbook:
    """What somebody who opens the file now would read."""
    return open_workbook(file.path).workbook


def replace_on_disk(file: WorkbookFile, old: str, new: str) -> None:
    """Edit the file by hand, behind the editors' back."""
    text = file.path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    file.path.write_text(text.replace(old, new), encoding="utf-8")


def parts(widget: Any) -> Iterator[Any]:
    """The widget and everything in it, from top to bottom."""
    yield widget
    for child in getattr(widget, "children", ()):
        yield from parts(child)


def labelled(editor: Any, label: str) -> list[Any]:
    """The controls with this label; what stands in brackets behind it is a hint."""
    named = [part for part in parts(editor) if getattr(part, "description", "")]
    return [part for part in named if seen(part) == label or part.description.startswith(f"{label} (")]


def seen(part: Any) -> str:
    """The label of a control as it is seen; a screen reader also gets what it belongs to."""
    return getattr(part, "description", "").split("<")[0]


def control(editor: Any, label: str, index: int = 0) -> Any:
    """The control with this label."""
    return labelled(editor, label)[index]


def press(editor: Any, label: str) -> None:
    """Click the button with this label."""
    control(editor, label).click()


def told(editor: Any) -> str:
    """What the form says, as HTML."""
    return "\n".join(part.value for part in parts(editor) if isinstance(part, widgets.HTML))


def gate_control(editor: Any, title: str, label: str) -> Any:
    """A control of one gate: the first with this label below the gate's title."""
    below = list(parts(editor))
    start = next(index for index, part in enumerate(below) if f"<b>{title}</b>" in getattr(part, "value", ""))
    return next(part for part in below[start:] if seen(part) == label)


EDITORS: dict[str, Callable[[WorkbookFile], Any]] = {
    "context": editors.context,
    "quality": editors.quality,
    "gates": editors.gates,
    "domain": lambda file: editors.domain(file, "frameworks", phase=1),
    "decision": lambda file: editors.decision(file, "frameworks"),
    "impact": editors.impact,
}


@pytest.mark.parametrize("name", EDITORS)
def test_opening_an_editor_changes_nothing(file: WorkbookFile, name: str) -> None:
    """An editor that is only looked at leaves the file byte for byte as it was, and says nothing of saving."""
    before = file.path.read_bytes()
    editor = EDITORS[name](file)
    assert file.path.read_bytes() == before
    assert "Saved" not in told(editor)


@pytest.mark.parametrize("name", EDITORS)
def test_every_control_is_labelled(file: WorkbookFile, name: str) -> None:
    """No control is without the label that a screen reader names it by."""
    kinds = (widgets.Text, widgets.Textarea, widgets.Dropdown, widgets.Checkbox, widgets.Button)
    controls = [part for part in parts(EDITORS[name](file)) if isinstance(part, kinds)]
    assert controls
    assert all(part.description for part in controls)


@pytest.mark.parametrize("name", EDITORS)
def test_a_shipped_example_is_shown_with_everything_disabled(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """What could change a shipped example is disabled, and a note says how to get a workbook of one's own."""
    monkeypatch.delenv("OPTLIB_WORKBOOK", raising=False)
    editor = EDITORS[name](open_workbook())
    choosers = ("Candidate", "Show", "Hide", "Look at")
    controls = [part for part in parts(editor) if hasattr(part, "disabled") and not isinstance(part, widgets.HTML)]
    assert all(part.disabled for part in controls if not part.description.startswith(choosers))
    assert "optlib edit my.yaml" in told(editor)


def test_a_save_names_the_file_and_the_time(file: WorkbookFile) -> None:
    """After a save the status line says when and where, for a screen reader too."""
    editor = editors.context(file)
    control(editor, "Owner").value = "The whole team"
    assert "role='status'" in told(editor)
    assert f"Saved {time.strftime('%H:')}" in told(editor)
    assert "· mine.yaml" in told(editor)


def test_comments_stay(file: WorkbookFile) -> None:
    """A save rewrites the line that changed and no other."""
    before = file.path.read_text(encoding="utf-8").splitlines()
    control(editors.context(file), "Owner").value = "The whole team"
    after = file.path.read_text(encoding="utf-8").splitlines()
    changed = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    assert changed == [("  owner: optlib maintainers", "  owner: The whole team")]


def test_typing_the_same_again_writes_nothing(file: WorkbookFile) -> None:
    """Spaces around what is there already are no change, and stay: somebody may be about to type on."""
    before = file.path.stat().st_mtime_ns
    editor = editors.context(file)
    control(editor, "Owner").value = " optlib maintainers "
    assert file.path.stat().st_mtime_ns == before
    assert control(editor, "Owner").value == " optlib maintainers "


def test_the_project_and_its_people_are_saved(file: WorkbookFile) -> None:
    """Project and people are texts, with one person a line where there are several."""
    editor = editors.context(file)
    control(editor, "Version").value = "2"
    control(editor, "Summary").value = "Short."
    control(editor, "Informed").value = "auditors\n\nreaders of reports\n"
    saved = on_disk(file)
    assert (saved.project.version, saved.project.summary) == ("2", "Short.")
    assert saved.people.informed == ("auditors", "readers of reports")


def test_context_lists_are_saved_one_a_line(file: WorkbookFile) -> None:
    """Goals, success criteria, assumptions and what is out of scope take an entry a line."""
    editor = editors.context(file)
    for label in ("Goals", "Success criteria", "Assumptions", "Out of scope"):
        control(editor, label).value = f"first of {label}\nsecond"
    saved = on_disk(file).context
    assert saved.goals == ("first of Goals", "second")
    assert saved.out_of_scope == ("first of Out of scope", "second")
    assert len(saved.success_criteria) == len(saved.assumptions) == 2


def test_a_constraint_is_added_and_changed(file: WorkbookFile) -> None:
    """The last row becomes a constraint when something is written in it; the rows above change what is there."""
    editor = editors.context(file)
    control(editor, "Constraint 6").value = "Live by June"
    control(editor, "Id of constraint 6").value = "go-live"
    control(editor, "Kind of constraint 6").value = "deadline"
    control(editor, "Constraint 6 is a must").value = True
    control(editor, "Constraint 1").value = "No request to any host"
    saved = on_disk(file).context.constraints
    assert saved[0].statement == "No request to any host"
    assert saved[-1].model_dump() == {"id": "go-live", "kind": "deadline", "statement": "Live by June", "must": True}


def test_what_candidates_say_of_a_constraint_follows_its_new_id(file: WorkbookFile) -> None:
    """Renaming a constraint renames it in every candidate's fit."""
    control(editors.context(file), "Id of constraint 2").value = "pip-only"
    fits = on_disk(file).options["languages"].candidates["python"].fit
    assert fits["pip-only"].verdict == "meets"
    assert "python-only-install" not in fits


def test_a_constraint_goes_when_its_removal_is_confirmed(file: WorkbookFile) -> None:
    """Removing asks once more, then takes the constraint and what candidates say of it."""
    editor = editors.context(file)
    next(button for button in labelled(editor, "Remove") if button.tooltip == "Remove constraint 2").click()
    assert len(on_disk(file).context.constraints) == 5
    press(editor, "Really remove?")
    saved = on_disk(file)
    assert [constraint.id for constraint in saved.context.constraints][:2] == ["no-network", "mit-licence"]
    assert "python-only-install" not in saved.options["languages"].candidates["python"].fit


def test_a_bad_id_is_refused_and_kept(file: WorkbookFile) -> None:
    """What can't be an id stays as typed, with the reason, and the file stays as it was."""
    before = file.path.read_bytes()
    editor = editors.context(file)
    control(editor, "Id of constraint 1").value = "No Network"
    assert control(editor, "Id of constraint 1").value == "No Network"
    assert "Not saved: constraint 1: " in told(editor)
    assert "&#x27;No Network&#x27; is not an id" in told(editor)
    assert file.path.read_bytes() == before


def test_the_level_shows_its_guidance_and_phases(file: WorkbookFile) -> None:
    """Choosing a level saves it and shows what it asks for."""
    editor = editors.quality(file)
    control(editor, "Quality level").value = "prototype"
    assert on_disk(file).quality.level == "prototype"
    assert "Validate function/UX" in told(editor)
    assert "0 Project basics and 1 Core technical" in told(editor)


def test_dates_and_sign_off_are_saved(file: WorkbookFile) -> None:
    """Time-box, review and sign-off are dates and names; what is not a date is refused."""
    editor = editors.quality(file)
    control(editor, "Time-box ends on").value = "2027-01-31"
    control(editor, "Next review on").value = "next year"
    control(editor, "Sign-off 2").value = "A. Reviewer"
    control(editor, "Role of sign-off 2").value = "security_reviewer"
    saved = on_disk(file).quality
    assert (saved.timebox, saved.revisit) == (date(2027, 1, 31), date(2027, 6, 30))
    assert [(entry.name, entry.role) for entry in saved.signoff][1:] == [("A. Reviewer", "security_reviewer")]
    assert "Next review on: must be a date written YYYY-MM-DD" in told(editor)


def test_gates_asks_for_the_declarations_of_its_level_and_phase(file: WorkbookFile) -> None:
    """Exactly the gates that the level asks for in the phase, and that nobody but a person can answer, are there."""
    asked = [
        gate.title
        for gate in load_catalogue().gates
        if gate.phase == 2 and gate.answered_by == "declaration" and gate.levels["production"].need != "none"
    ]
    editor = editors.gates(file, phase=2)
    assert len(labelled(editor, "Verdict")) == len(asked) > 3
    assert all(title.replace("'", "&#x27;") in told(editor) for title in asked)


def test_a_gate_is_declared(file: WorkbookFile) -> None:
    """A verdict with by, on and link becomes the gate's record."""
    title = load_catalogue().gate("review").title
    editor = editors.gates(file)
    for label, value in (("Verdict", "pass"), ("Declared by", "A"), ("Declared on", "2026-11-01"), ("Note", "100 %")):
        gate_control(editor, title, label).value = value
    record = on_disk(file).quality.gates["review"]
    assert (record.verdict, record.by, record.on, record.note) == ("pass", "A", date(2026, 11, 1), "100 %")


def test_a_declaration_without_a_verdict_waits(file: WorkbookFile) -> None:
    """What is typed for a gate is kept, and saved as soon as it has a verdict."""
    title = load_catalogue().gate("review").title
    editor = editors.gates(file)
    gate_control(editor, title, "Declared by").value = "A"
    assert "choose a verdict too" in told(editor)
    assert "review" not in on_disk(file).quality.gates
    gate_control(editor, title, "Verdict").value = "fail"
    assert on_disk(file).quality.gates["review"].by == "A"
    assert "Not saved" not in told(editor)


def test_a_waiver_keeps_what_is_not_touched(file: WorkbookFile) -> None:
    """Changing a waiver's last day leaves who gave it, and why."""
    before = file.workbook.quality.gates["slo"]
    title = load_catalogue().gate("slo").title
    gate_control(editors.gates(file), title, "Waived until").value = "2028-01-01"
    assert on_disk(file).quality.gates["slo"] == before.model_copy(update={"until": date(2028, 1, 1)})


def test_gates_follow_the_level(file: WorkbookFile) -> None:
    """When the level changes in another editor, the gates that are shown change with it."""
    gates, quality = editors.gates(file), editors.quality(file)
    before = len(labelled(gates, "Verdict"))
    control(quality, "Quality level").value = "secure"
    assert len(labelled(gates, "Verdict")) > before
    control(quality, "Quality level").value = ""
    assert "No quality level is chosen yet" in told(gates)


def test_a_candidate_goes_when_its_removal_is_confirmed(file: WorkbookFile) -> None:
    """Removing asks once more; then the candidate is gone from the file and from the grid."""
    editor = editors.domain(file, "frameworks", phase=1)
    control(editor, "Candidate").value = "marimo"
    press(editor, "Remove Marimo")
    assert "marimo" in on_disk(file).options["frameworks"].candidates
    press(editor, "Really remove Marimo?")
    assert "marimo" not in on_disk(file).options["frameworks"].candidates
    assert not labelled(editor, "Marimo, Productivity")


def test_a_chosen_candidate_is_not_removed(file: WorkbookFile) -> None:
    """A candidate that the decision names stays, and the message says what to do first."""
    editor = editors.domain(file, "frameworks", phase=1)
    name = "Jupyter notebooks with papermill"
    press(editor, f"Remove {name}")
    press(editor, f"Really remove {name}?")
    assert "jupyter" in on_disk(file).options["frameworks"].candidates
    assert "is chosen in this domain&#x27;s decision; untick it there first" in told(editor)


def test_details_of_a_candidate_are_saved(file: WorkbookFile) -> None:
    """Summary, pros, cons, risks, references, effort and fit are saved for the candidate that is chosen."""
    editor = editors.domain(file, "frameworks", phase=1)
    control(editor, "Candidate").value = "streamlit"
    control(editor, "Summary").value = "An app."
    control(editor, "Pros").value = "Quick\nPretty"
    control(editor, "Cons").value = ""
    row = {"Risk 1": "It stops", "Mitigation of risk 1": "Start it again", "Likelihood of risk 1": "high"}
    more = {"Impact of risk 1": "low", "Risk 2": "Nobody reads it", "Reference 1": "Docs"}
    for label, value in (row | more | {"Address of reference 2": "https://example.org/"}).items():
        control(editor, label).value = value
    control(editor, "High").value = "50"
    control(editor, "Fit with two-core-ci").value = "partly"
    saved = on_disk(file).options["frameworks"].candidates["streamlit"]
    assert (saved.summary, saved.pros, saved.cons) == ("An app.", ("Quick", "Pretty"), ())
    assert saved.risks[0].model_dump() == {
        "risk": "It stops",
        "mitigation": "Start it again",
        "likelihood": "high",
        "impact": "low",
    }
    assert saved.risks[1].to_data() == {"risk": "Nobody reads it"}
    assert [(reference.title, reference.url) for reference in saved.references] == [
        ("Docs", "https://docs.streamlit.io/"),
        ("", "https://example.org/"),
    ]
    assert saved.effort is not None
    assert (saved.effort.low, saved.effort.high) == (10, 50)
    assert saved.fit["two-core-ci"].verdict == "partly"


def test_what_the_form_does_not_show_of_a_candidate_stays(file: WorkbookFile) -> None:
    """Licence, support, scores and untouched risks are as they were after the summary changed."""
    before = file.workbook.options["languages"].candidates["python"]
    editor = editors.domain(file, "languages", phase=0)
    control(editor, "Summary").value = "CPython."
    now = on_disk(file).options["languages"].candidates["python"]
    assert now == before.model_copy(update={"summary": "CPython."})


def test_a_note_on_a_fit_stays_when_the_verdict_changes(file: WorkbookFile) -> None:
    """The verdict on a constraint changes alone."""
    editor = editors.domain(file, "frameworks", phase=1)
    control(editor, "Candidate").value = "marimo"
    control(editor, "Fit with no-network").value = "fails"
    fit = on_disk(file).options["frameworks"].candidates["marimo"].fit["no-network"]
    assert (fit.verdict, fit.note) == ("fails", "what an exported page requests was not tried")


def test_effort_must_rise(file: WorkbookFile) -> None:
    """Effort is saved once low, likely and high fit together."""
    editor = editors.domain(file, "frameworks", phase=1)
    control(editor, "Low").value = "100"
    assert "effort must rise" in told(editor)
    control(editor, "Likely").value = "120"
    control(editor, "High").value = "150"
    effort = on_disk(file).options["frameworks"].candidates["jupyter"].effort
    assert effort is not None
    assert (effort.low, effort.likely, effort.high) == (100, 120, 150)


def test_the_decision_is_saved(file: WorkbookFile) -> None:
    """Selection, status, rationale, the reason against the ranking, by and on are saved; later ticks rank after."""
    editor = editors.decision(file, "frameworks")
    control(editor, "Marimo").value = True
    control(editor, "Status").value = "proposed"
    control(editor, "Rationale").value = "Both, for now."
    control(editor, "Against the ranking because").value = "A mandate."
    control(editor, "Decided by").value = "All"
    control(editor, "Decided on").value = "2026-11-24"
    assert on_disk(file).decisions["frameworks"].to_data() == {
        "selected": ["jupyter", "marimo"],
        "status": "proposed",
        "rationale": "Both, for now.",
        "against_ranking": "A mandate.",
        "on": date(2026, 11, 24),
        "by": "All",
    }


def test_unticking_and_ticking_again_changes_the_order(file: WorkbookFile) -> None:
    """The order of ticking is the order of the choice, and the form says so."""
    editor = editors.decision(file, "frameworks")
    control(editor, "Marimo").value = True
    assert "1. Jupyter notebooks with papermill" in told(editor)
    assert "2. Marimo" in told(editor)
    control(editor, "Jupyter notebooks with papermill").value = False
    control(editor, "Jupyter notebooks with papermill").value = True
    assert on_disk(file).decisions["frameworks"].selected == ("marimo", "jupyter")


def test_a_domain_is_put_off_with_triggers(file: WorkbookFile) -> None:
    """A deferral has a reason, and triggers that are days, events, or both."""
    editor = editors.decision(file, "tooling")
    control(editor, "Deferred because").value = "Not yet."
    control(editor, "Day of trigger 1").value = "2027-01-31"
    control(editor, "Event of trigger 2").value = "more than 10k users"
    control(editor, "Day of trigger 3").value = "2027-02-01"
    control(editor, "Event of trigger 3").value = "the audit"
    deferral = on_disk(file).deferred["tooling"]
    assert deferral.reason == "Not yet."
    assert [trigger.to_data() for trigger in deferral.triggers] == [
        {"on": date(2027, 1, 31)},
        {"when": "more than 10k users"},
        {"on": date(2027, 2, 1), "when": "the audit"},
    ]


def test_a_day_that_is_not_in_the_calendar_is_refused(file: WorkbookFile) -> None:
    """The day of a trigger must be one."""
    editor = editors.decision(file, "tooling")
    control(editor, "Day of trigger 1").value = "2027-02-30"
    assert "2027-02-30 is not a day of the calendar" in told(editor)
    assert "tooling" not in on_disk(file).deferred


def test_a_trigger_keeps_the_day_it_was_met(file: WorkbookFile) -> None:
    """When an event was met stays, also when the event is reworded."""
    old = '{when: "a team edits workbooks on a notebook server that it shares"}'
    replace_on_disk(file, old, old.replace("}", ", met: 2026-11-20}"))
    file.reload()
    editor = editors.decision(file, "authentication")
    control(editor, "Event of trigger 1").value = "a team edits workbooks on a server that it shares"
    triggers = on_disk(file).deferred["authentication"].triggers
    assert [(trigger.when, trigger.met) for trigger in triggers if trigger.when] == [
        ("a team edits workbooks on a server that it shares", date(2026, 11, 20)),
    ]


def test_an_emptied_deferral_is_gone(file: WorkbookFile) -> None:
    """A domain whose reason is emptied and whose triggers are removed is deferred no more."""
    editor = editors.decision(file, "observability")
    control(editor, "Deferred because").value = ""
    for _ in file.workbook.deferred["observability"].triggers:
        press(editor, "Remove")
        press(editor, "Really remove?")
    assert "observability" not in on_disk(file).deferred


def test_impact_is_saved(file: WorkbookFile) -> None:
    """The four parts of the impact take an entry a line."""
    editor = editors.impact(file)
    for label in ("Code structure", "Operations", "Cost", "Team"):
        control(editor, label).value = f"{label} one\n{label} two"
    assert on_disk(file).impact.to_data() == {
        "code_structure": ["Code structure one", "Code structure two"],
        "operations": ["Operations one", "Operations two"],
        "cost": ["Cost one", "Cost two"],
        "team": ["Team one", "Team two"],
    }


def test_two_editors_on_one_file_build_on_each_other(file: WorkbookFile) -> None:
    """Each saves its own field and shows what the other saved."""
    one, other = editors.context(file), editors.context(file)
    control(one, "Owner").value = "One"
    assert control(other, "Owner").value == "One"
    control(other, "Version").value = "2"
    saved = on_disk(file).project
    assert (saved.owner, saved.version) == ("One", "2")


def test_a_change_on_disk_elsewhere_is_kept(file: WorkbookFile) -> None:
    """A hand edit of another place and a form's change both stand in the file, and the form shows both."""
    editor = editors.context(file)
    replace_on_disk(file, "driver: optlib maintainers", "driver: By hand")
    control(editor, "Version").value = "2"
    saved = on_disk(file)
    assert (saved.people.driver, saved.project.version) == ("By hand", "2")
    assert control(editor, "Driver").value == "By hand"


def test_a_change_on_disk_of_the_same_place_is_shown_side_by_side(file: WorkbookFile) -> None:
    """Where both changed one field, what stood there, what was typed and what the file says now stand in a row."""
    editor = editors.context(file)
    replace_on_disk(file, "  owner: optlib maintainers", "  owner: By hand")
    control(editor, "Owner").value = "By form"
    assert "<td>optlib maintainers</td><td>By form</td><td>By hand</td>" in told(editor)
    assert on_disk(file).project.owner == control(editor, "Owner").value == "By hand"


@pytest.mark.parametrize(("button", "owner"), [("Keep yours", "By form"), ("Take the file's", "By hand")])
def test_a_collision_is_settled_by_a_button(file: WorkbookFile, button: str, owner: str) -> None:
    """The person decides which of the two stands."""
    editor = editors.context(file)
    replace_on_disk(file, "  owner: optlib maintainers", "  owner: By hand")
    control(editor, "Owner").value = "By form"
    press(editor, button)
    assert on_disk(file).project.owner == control(editor, "Owner").value == owner
    assert "Now in the file" not in told(editor)


def test_a_file_that_cannot_be_read_is_said(file: WorkbookFile) -> None:
    """When the file holds no workbook any more, nothing is written and the message says what is wrong."""
    editor = editors.context(file)
    file.path.write_text("{", encoding="utf-8")
    control(editor, "Owner").value = "By form"
    assert "Not saved: " in told(editor)
    assert "Saved " not in told(editor)
    assert control(editor, "Owner").value == "By form"
    assert file.path.read_text(encoding="utf-8") == "{"


def test_text_of_the_workbook_is_escaped(file: WorkbookFile) -> None:
    """Markup in names and statements is shown as text."""
    hostile = "<img src=x onerror=alert(1)>"
    context, domain = editors.context(file), editors.domain(file, "frameworks", phase=1)
    control(context, "Constraint 1").value = hostile
    control(domain, "Name").value = hostile
    control(domain, "Low").value = hostile
    assert hostile not in told(domain) + told(editors.decision(file, "frameworks"))


def test_an_unknown_domain_is_named(file: WorkbookFile) -> None:
    """A domain that nobody knows is an error that lists the known ones."""
    with pytest.raises(CatalogueError, match="no domain 'nonsense'; known are languages"):
        editors.domain(file, "nonsense", phase=0)


def test_show_what_is_saved_gives_up_what_is_typed(file: WorkbookFile) -> None:
    """What can't be read stays as typed until the person gives it up."""
    editor = editors.domain(file, "frameworks", phase=1)
    low = control(editor, "Low")
    saved = low.value
    low.value = "a few"
    assert "Not saved" in told(editor)
    assert low.value == "a few"
    press(editor, "Show what is saved")
    assert low.value == saved
    assert "Not saved" not in told(editor)


def test_two_fields_typed_at_once_do_not_collide(file: WorkbookFile) -> None:
    """A rationale and a status entered before either is read: the decision that the first begins has the second."""

    async def typed() -> None:
        editor = editors.decision(file, "observability")
        control(editor, "Rationale").value = "It is enough for now"
        control(editor, "Status").value = "accepted"
        await asyncio.sleep(1.5)

    assert "observability" not in file.workbook.decisions
    asyncio.run(typed())
    decision = on_disk(file).decisions["observability"]
    assert (decision.rationale, decision.status) == ("It is enough for now", "accepted")
