"""The editors, driven as a person drives them: a control is set, a button pressed, and the file is looked at."""

from __future__ import annotations

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
from optlib.model import Weighting
from optlib.words import NO_BREAK

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
    return [part for part in named if part.description == label or part.description.startswith(f"{label} (")]


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
    return next(part for part in below[start:] if getattr(part, "description", "") == label)


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
    choosers = ("Candidate", "Show all")
    controls = [part for part in parts(editor) if hasattr(part, "disabled") and not isinstance(part, widgets.HTML)]
    assert all(part.disabled for part in controls if not part.description.startswith(choosers))
    assert "optlib new my.yaml" in told(editor)


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
    """Spaces around what is there already are no change."""
    before = file.path.stat().st_mtime_ns
    editor = editors.context(file)
    control(editor, "Owner").value = " optlib maintainers "
    assert file.path.stat().st_mtime_ns == before
    assert control(editor, "Owner").value == "optlib maintainers"


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
    """The last row adds a constraint; the rows above change the ones that are there."""
    editor = editors.context(file)
    for label, value in (("Id", "go-live"), ("Kind", "deadline"), ("Statement", "Live by June"), ("Must", True)):
        control(editor, label, -1).value = value
    press(editor, "Add constraint")
    control(editor, "Statement", 0).value = "No request to any host"
    saved = on_disk(file).context.constraints
    assert saved[0].statement == "No request to any host"
    assert saved[-1].model_dump() == {"id": "go-live", "kind": "deadline", "statement": "Live by June", "must": True}


def test_what_candidates_say_of_a_constraint_follows_its_new_id(file: WorkbookFile) -> None:
    """Renaming a constraint renames it in every candidate's fit."""
    control(editors.context(file), "Id", 1).value = "pip-only"
    fits = on_disk(file).options["languages"].candidates["python"].fit
    assert fits["pip-only"].verdict == "meets"
    assert "python-only-install" not in fits


def test_a_constraint_goes_when_its_removal_is_confirmed(file: WorkbookFile) -> None:
    """Removing asks once more, then takes the constraint and what candidates say of it."""
    editor = editors.context(file)
    press(editor, "Remove constraint 2")
    assert len(on_disk(file).context.constraints) == 5
    press(editor, "Really remove constraint 2?")
    saved = on_disk(file)
    assert [constraint.id for constraint in saved.context.constraints][:2] == ["no-network", "mit-licence"]
    assert "python-only-install" not in saved.options["languages"].candidates["python"].fit


def test_a_bad_id_is_refused_and_kept(file: WorkbookFile) -> None:
    """What can't be an id stays as typed, with the reason, and the file stays as it was."""
    before = file.path.read_bytes()
    editor = editors.context(file)
    control(editor, "Id", 0).value = "No Network"
    assert control(editor, "Id", 0).value == "No Network"
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
    control(editor, "Name", -1).value = "A. Reviewer"
    control(editor, "Role", -1).value = "security_reviewer"
    press(editor, "Add sign-off")
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


@pytest.mark.parametrize(
    ("typed", "value", "shown"),
    [
        ("4", 4, "4"),
        ("2.5", 2.5, "2.5"),
        ("2-4", (2, 4), "2-4"),
        ("1 – 2", (1, 2), "1-2"),
        ("2, 3, 4", (2, 3, 4), "2, 3, 4"),
        ("2,3,5", (2, 3, 5), "2, 3, 5"),
        ("?", "unknown", "?"),
        ("", None, ""),
    ],
)
def test_a_cell_takes_numbers_ranges_and_question_marks(file: WorkbookFile, typed: str, value: Any, shown: str) -> None:
    """Each way to write a score is saved as what it means, and shown again in one form."""
    editor = editors.domain(file, "frameworks", phase=1)
    cell = control(editor, "Marimo, Productivity")
    cell.value = typed
    scores = on_disk(file).options["frameworks"].candidates["marimo"].scores
    assert (scores["productivity"].value if "productivity" in scores else None) == value
    assert cell.value == shown


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("abc", "not a number"),
        ("9", "off the scale 0 to 5"),
        ("4-2", "a range must rise"),
        ("1,2", "not a number"),
        (".nan", "not a number"),
    ],
)
def test_bad_cell_text_is_named_and_not_saved(file: WorkbookFile, typed: str, why: str) -> None:
    """A cell that can't be read keeps what was typed; the message names candidate and criterion, and says why."""
    before = file.path.read_bytes()
    editor = editors.domain(file, "frameworks", phase=1)
    control(editor, "Marimo, Productivity").value = typed
    assert control(editor, "Marimo, Productivity").value == typed
    assert "Not saved: Marimo, Productivity: " in told(editor)
    assert why in told(editor)
    assert file.path.read_bytes() == before


def test_a_bad_cell_does_not_hold_up_the_others(file: WorkbookFile) -> None:
    """While one cell waits for a correction the others are saved, and the message stays until it is corrected."""
    editor = editors.domain(file, "frameworks", phase=1)
    control(editor, "Marimo, Productivity").value = "abc"
    control(editor, "Marimo, Flexibility").value = "1"
    assert on_disk(file).options["frameworks"].candidates["marimo"].scores["flexibility"].value == 1
    assert "Not saved: Marimo, Productivity" in told(editor)
    control(editor, "Marimo, Productivity").value = "3"
    assert "Not saved" not in told(editor)


def test_show_what_is_saved_gives_up_what_is_typed(file: WorkbookFile) -> None:
    """A button takes back everything that could not be saved."""
    editor = editors.domain(file, "frameworks", phase=1)
    control(editor, "Marimo, Productivity").value = "abc"
    press(editor, "Show what is saved")
    assert control(editor, "Marimo, Productivity").value == "4"
    assert "Not saved" not in told(editor)


def test_a_score_keeps_its_unit_source_and_note(file: WorkbookFile) -> None:
    """A cell shows the value only; what else is known of the score stays, also when the value is emptied."""
    before = file.workbook.options["frameworks"].candidates["fastapi"].scores["report_cpu"]
    editor = editors.domain(file, "frameworks", phase=1)
    control(editor, COST).value = "0.3"
    now = on_disk(file).options["frameworks"].candidates["fastapi"].scores["report_cpu"]
    assert now == before.model_copy(update={"value": 0.3})
    control(editor, COST).value = ""
    now = on_disk(file).options["frameworks"].candidates["fastapi"].scores["report_cpu"]
    assert now == before.model_copy(update={"value": None})


def test_a_measured_criterion_shows_its_unit_and_leaves_the_scale(file: WorkbookFile) -> None:
    """Above a column of measurements stands the unit, and a figure beyond the scale is welcome."""
    editor = editors.domain(file, "frameworks", phase=1)
    assert "CPU s" in told(editor)
    control(editor, COST).value = "40"
    assert on_disk(file).options["frameworks"].candidates["fastapi"].scores["report_cpu"].value == 40


def test_weights_by_a_method_are_shown_and_not_typed(file: WorkbookFile) -> None:
    """Where a method gives the weights, the grid shows their shares and offers no fields that would contradict it."""
    options = file.workbook.options["frameworks"]
    weighting = Weighting.model_validate({"method": "rank_order", "order": ["productivity", "community"]})
    changed = options.model_copy(update={"weights": {}, "weighting": weighting})
    file.put(file.workbook.model_copy(update={"options": {**file.workbook.options, "frameworks": changed}}))
    editor = editors.domain(file, "frameworks", phase=1)
    assert not [part for part in parts(editor) if getattr(part, "description", "").startswith("Weight of")]
    assert any(
        f"75{NO_BREAK}%" in getattr(part, "value", "") for part in parts(editor) if isinstance(part, widgets.HTML)
    )


def test_weights_are_saved(file: WorkbookFile) -> None:
    """A weight is a number that isn't negative, or nothing; zero is a weight."""
    editor = editors.domain(file, "frameworks", phase=1)
    control(editor, "Weight of Productivity").value = "0"
    control(editor, "Weight of Support").value = ""
    control(editor, "Weight of Community").value = "-1"
    weights = on_disk(file).options["frameworks"].weights
    assert weights["productivity"] == 0
    assert "support" not in weights
    assert weights["community"] == 3
    assert "Weight of Community: must not be negative" in told(editor)


def test_the_grid_holds_the_criteria_up_to_the_phase(file: WorkbookFile) -> None:
    """In phase 0 a criterion that opens in phase 1 isn't asked for."""
    assert not labelled(editors.domain(file, "frameworks", phase=0), "Weight of Flexibility")
    assert labelled(editors.domain(file, "frameworks", phase=1), "Weight of Flexibility")


def test_parts_of_criteria_are_shown_when_used_or_asked_for(file: WorkbookFile) -> None:
    """Of 36 criteria the 9 whole ones are shown at first, with any part that has a weight, and all on request."""
    editor = editors.domain(file, "infrastructure", phase=2)
    weights = [part for part in parts(editor) if getattr(part, "description", "").startswith("Weight of ")]
    assert len(weights) == 9
    control(editor, "Show all 36 criteria").value = True
    control(editor, "Weight of Git-push").value = "1"
    control(editor, "Show all 36 criteria").value = False
    weights = [part for part in parts(editor) if getattr(part, "description", "").startswith("Weight of ")]
    assert len(weights) == 10
    assert on_disk(file).options["infrastructure"].weights["git_push"] == 1


def test_the_largest_domain_opens_quickly(file: WorkbookFile) -> None:
    """Thirty-six criteria by five candidates are there in less than 3 seconds."""
    start = time.perf_counter()
    editor = editors.domain(file, "infrastructure", phase=2)
    control(editor, "New candidate").value = "A fifth"
    press(editor, "Add candidate")
    control(editor, "Show all 36 criteria").value = True
    assert time.perf_counter() - start < 3
    assert len([part for part in parts(editor) if isinstance(part, widgets.Text)]) > 36 * 6


def test_a_known_candidate_is_added_by_its_name(file: WorkbookFile) -> None:
    """A candidate of the catalogue comes with its id and the tie to what is known of it."""
    editor = editors.domain(file, "frameworks", phase=1)
    assert "Django" in control(editor, "New candidate").options
    control(editor, "New candidate").value = "Django"
    press(editor, "Add candidate")
    added = on_disk(file).options["frameworks"].candidates["django"]
    assert (added.name, added.known_as) == ("Django", "django")
    assert control(editor, "Candidate").value == "django"
    assert "Django" not in control(editor, "New candidate").options


def test_a_candidate_of_ones_own_gets_an_id_from_its_name(file: WorkbookFile) -> None:
    """Without an id the name makes one; with one, that is taken."""
    editor = editors.domain(file, "protocols", phase=1)
    control(editor, "New candidate").value = "Carrier pigeon (RFC 1149)"
    press(editor, "Add candidate")
    control(editor, "New candidate").value = "Smoke"
    control(editor, "Id of the new candidate").value = "signals"
    press(editor, "Add candidate")
    added = on_disk(file).options["protocols"].candidates
    assert added["carrier-pigeon-rfc-1149"].name == "Carrier pigeon (RFC 1149)"
    assert added["signals"].name == "Smoke"


def test_a_candidate_that_is_there_is_not_added_again(file: WorkbookFile) -> None:
    """A second candidate with an id that is taken is refused, and its name stays typed."""
    before = file.path.read_bytes()
    editor = editors.domain(file, "frameworks", phase=1)
    control(editor, "New candidate").value = "Marimo"
    press(editor, "Add candidate")
    assert "there is already a candidate &#x27;marimo&#x27;" in told(editor)
    assert control(editor, "New candidate").value == "Marimo"
    assert file.path.read_bytes() == before


def test_a_bad_cell_survives_a_new_candidate(file: WorkbookFile) -> None:
    """The grid is built again for a new row; what is typed and not saved is still there."""
    editor = editors.domain(file, "frameworks", phase=1)
    control(editor, "Marimo, Productivity").value = "abc"
    control(editor, "New candidate").value = "Django"
    press(editor, "Add candidate")
    assert control(editor, "Marimo, Productivity").value == "abc"
    assert "Not saved: Marimo, Productivity" in told(editor)


def test_a_candidate_is_renamed_everywhere_it_is_shown(file: WorkbookFile) -> None:
    """A new name is saved under the same id, and the grid and the decision show it."""
    editor, decision = editors.domain(file, "frameworks", phase=1), editors.decision(file, "frameworks")
    control(editor, "Candidate").value = "marimo"
    control(editor, "Name").value = "marimo 1.0"
    assert on_disk(file).options["frameworks"].candidates["marimo"].name == "marimo 1.0"
    assert labelled(editor, "marimo 1.0, Productivity")
    assert labelled(decision, "marimo 1.0")


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
    """A candidate that the decision names stays, and the message says where it is named."""
    editor = editors.domain(file, "frameworks", phase=1)
    name = "Jupyter notebooks with papermill"
    press(editor, f"Remove {name}")
    press(editor, f"Really remove {name}?")
    assert "jupyter" in on_disk(file).options["frameworks"].candidates
    assert "decisions.frameworks.selected[0]: there is no candidate" in told(editor)


def test_details_of_a_candidate_are_saved(file: WorkbookFile) -> None:
    """Summary, pros, cons, risks, references, effort and fit are saved for the candidate that is chosen."""
    editor = editors.domain(file, "frameworks", phase=1)
    control(editor, "Candidate").value = "streamlit"
    control(editor, "Summary").value = "An app."
    control(editor, "Pros").value = "Quick\nPretty"
    control(editor, "Cons").value = ""
    control(editor, "Risks").value = "It stops | Start it again | High | low\nNobody reads it"
    control(editor, "References").value = "Docs | https://docs.streamlit.io/\nhttps://example.org/"
    control(editor, "High").value = "50"
    control(editor, "two-core-ci").value = "partly"
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
    control(editor, "no-network").value = "fails"
    fit = on_disk(file).options["frameworks"].candidates["marimo"].fit["no-network"]
    assert (fit.verdict, fit.note) == ("fails", "what an exported page requests was not tried")


def test_a_risk_with_a_word_that_is_no_degree_is_refused(file: WorkbookFile) -> None:
    """The message names the candidate, the line and what a degree is."""
    editor = editors.domain(file, "frameworks", phase=1)
    control(editor, "Candidate").value = "streamlit"
    control(editor, "Risks").value = "It stops | Start it | often"
    assert "Streamlit, Risks: in “It stops | Start it | often”: the likelihood is low, medium or high" in told(editor)


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
    assert "Best first: Jupyter notebooks with papermill and Marimo" in told(editor)
    control(editor, "Jupyter notebooks with papermill").value = False
    control(editor, "Jupyter notebooks with papermill").value = True
    assert on_disk(file).decisions["frameworks"].selected == ("marimo", "jupyter")


def test_a_domain_is_put_off_with_triggers(file: WorkbookFile) -> None:
    """A deferral has a reason, and triggers that are days, events, or both."""
    editor = editors.decision(file, "tooling")
    control(editor, "Deferred because").value = "Not yet."
    control(editor, "What brings it back").value = "2027-01-31\nmore than 10k users\n2027-02-01 | the audit"
    deferral = on_disk(file).deferred["tooling"]
    assert deferral.reason == "Not yet."
    assert [trigger.to_data() for trigger in deferral.triggers] == [
        {"on": date(2027, 1, 31)},
        {"when": "more than 10k users"},
        {"on": date(2027, 2, 1), "when": "the audit"},
    ]


def test_a_day_that_is_not_in_the_calendar_is_refused(file: WorkbookFile) -> None:
    """A trigger that looks like a day must be one."""
    editor = editors.decision(file, "tooling")
    control(editor, "What brings it back").value = "2027-02-30"
    assert "2027-02-30 is not a day of the calendar" in told(editor)
    assert "tooling" not in on_disk(file).deferred


def test_a_trigger_keeps_the_day_it_was_met(file: WorkbookFile) -> None:
    """The form doesn't show when an event was met; it stays, also when the event is reworded or another is added."""
    old = '{when: "a team edits workbooks on a notebook server that it shares"}'
    replace_on_disk(file, old, old.replace("}", ", met: 2026-11-20}"))
    file.reload()
    editor = editors.decision(file, "authentication")
    control(editor, "What brings it back").value = "An audit\na team edits workbooks on a server that it shares"
    triggers = on_disk(file).deferred["authentication"].triggers
    assert [(trigger.when, trigger.met) for trigger in triggers] == [
        ("An audit", None),
        ("a team edits workbooks on a server that it shares", date(2026, 11, 20)),
    ]


def test_an_emptied_deferral_is_gone(file: WorkbookFile) -> None:
    """A domain whose reason and triggers are emptied is deferred no more."""
    editor = editors.decision(file, "observability")
    control(editor, "Deferred because").value = ""
    control(editor, "What brings it back").value = ""
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


def test_a_new_candidate_appears_in_the_decision(file: WorkbookFile) -> None:
    """What one editor adds, another that is open already offers."""
    domain, decision = editors.domain(file, "tooling", phase=1), editors.decision(file, "tooling")
    control(domain, "New candidate").value = "Make"
    press(domain, "Add candidate")
    control(decision, "Make").value = True
    assert "make" in on_disk(file).decisions["tooling"].selected


def test_a_change_on_disk_elsewhere_is_kept(file: WorkbookFile) -> None:
    """A hand edit of another place and a form's change both stand in the file, and the form shows both."""
    editor = editors.context(file)
    replace_on_disk(file, "driver: optlib maintainers", "driver: By hand")
    control(editor, "Version").value = "2"
    saved = on_disk(file)
    assert (saved.people.driver, saved.project.version) == ("By hand", "2")
    assert control(editor, "Driver").value == "By hand"


def test_a_change_on_disk_of_the_same_place_is_said_and_nothing_is_lost(file: WorkbookFile) -> None:
    """Where both changed one field the form says so and what the file says now, and keeps what was typed."""
    editor = editors.context(file)
    replace_on_disk(file, "  owner: optlib maintainers", "  owner: By hand")
    control(editor, "Owner").value = "By form"
    assert "Owner was changed elsewhere meanwhile. It says now: “By hand”" in told(editor)
    assert control(editor, "Owner").value == "By form"
    assert on_disk(file).project.owner == "By hand"


@pytest.mark.parametrize(("button", "owner"), [("Save what is typed", "By form"), ("Show what is saved", "By hand")])
def test_a_conflict_is_settled_by_a_button(file: WorkbookFile, button: str, owner: str) -> None:
    """The person decides which of the two stands."""
    editor = editors.context(file)
    replace_on_disk(file, "  owner: optlib maintainers", "  owner: By hand")
    control(editor, "Owner").value = "By form"
    press(editor, button)
    assert on_disk(file).project.owner == control(editor, "Owner").value == owner
    assert "Not saved" not in told(editor)


def test_a_file_that_cannot_be_read_is_said(file: WorkbookFile) -> None:
    """When the file holds no workbook any more, nothing is written and the message says what is wrong."""
    editor = editors.context(file)
    file.path.write_text("{", encoding="utf-8")
    control(editor, "Owner").value = "By form"
    assert "Not saved: Owner: " in told(editor)
    assert "Saved " not in told(editor)
    assert control(editor, "Owner").value == "By form"
    assert file.path.read_text(encoding="utf-8") == "{"


def test_text_of_the_workbook_is_escaped(file: WorkbookFile) -> None:
    """Markup in names and statements is shown as text."""
    hostile = "<img src=x onerror=alert(1)>"
    context, domain = editors.context(file), editors.domain(file, "frameworks", phase=1)
    control(context, "Statement").value = hostile
    control(domain, "Name").value = hostile
    control(domain, "Low").value = hostile
    assert hostile not in told(domain) + told(editors.decision(file, "frameworks"))


def test_an_unknown_domain_is_named(file: WorkbookFile) -> None:
    """A domain that nobody knows is an error that lists the known ones."""
    with pytest.raises(CatalogueError, match="no domain 'nonsense'; known are languages"):
        editors.domain(file, "nonsense", phase=0)
