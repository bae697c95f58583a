"""The board's Python side: the state that it shows, the changes that it takes, and what it refuses."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from optlib import Workbook, WorkbookFile, editors, load_catalogue, open_workbook
from optlib.changes import GONE
from optlib.editors.board import Board, script
from optlib.editors.board_data import board_state
from optlib.editors.form import Form
from optlib.editors.session import session_of

from .board_page import databases
from .building import CHOICE, choice, workbook
from .conftest import EXAMPLES

FRAMEWORKS = ("options", "frameworks")


@pytest.fixture
def file(tmp_path: Path) -> WorkbookFile:
    """A copy of the full example, open."""
    return open_workbook(shutil.copy(EXAMPLES / "optlib.yaml", tmp_path / "mine.yaml"))


class Kernel:
    """A board as the browser meets it: it sends messages, and hears answers."""

    def __init__(self, file: WorkbookFile, domain_id: str = "frameworks", phase: int = 1) -> None:
        self.board = Board(Form(file), domain_id, phase)
        self.heard: list[dict[str, Any]] = []
        self.board.send = lambda content, *_: self.heard.append(content)

    def send(self, *changes: dict[str, Any]) -> list[dict[str, Any]]:
        """Send a batch of changes, and return what is refused of it."""
        batch = len(self.heard) + 1
        content = {"kind": "changes", "client": "browser", "batch": batch, "changes": json.loads(json.dumps(changes))}
        self.board._handle_custom_msg(content, [])
        assert [(each["batch"], each["client"]) for each in self.heard[-1:]] == [(batch, "browser")]
        refused: list[dict[str, Any]] = self.heard[-1]["refused"]
        return refused

    def step(self, kind: str) -> None:
        """Ask for a step back or forth."""
        self.board._handle_custom_msg({"kind": kind, "client": "browser"}, [])


def put(*where: str, after: Any, **known: Any) -> dict[str, Any]:
    """A change that sets a place of the domain frameworks."""
    return {"kind": "set", "where": [*FRAMEWORKS, *where], "after": after, **known}


def on_disk(file: WorkbookFile) -> Workbook:
    """What somebody who opens the file now would read."""
    return open_workbook(file.path).workbook


def score(file: WorkbookFile, candidate: str, criterion: str) -> Any:
    """A score as it is on disk, in plain data."""
    found = on_disk(file).options["frameworks"].candidates[candidate].scores.get(criterion)
    return GONE if found is None else found.to_data()


def shown(state: dict[str, Any]) -> list[str]:
    """The criteria that the board shows at first."""
    return [criterion["id"] for criterion in state["criteria"] if criterion["isShown"]]


def test_the_state_is_plain_data(file: WorkbookFile) -> None:
    """The state of each domain of the example survives JSON as it is, dates as text."""
    for domain_id in load_catalogue().domains_of(file.workbook):
        state = board_state(file.workbook, domain_id, 3)
        assert json.loads(json.dumps(state)) == state


def test_value_functions_are_points() -> None:
    """Every kind of value function is points with their worth, turned the way that is better."""
    kinds: dict[str, Any] = {
        "scale": {},
        "reversed": {"direction": "min"},
        "line": {"unit": "s", "range": [10, 50], "direction": "min"},
        "log": {"unit": "s", "range": [1, 1000], "value_function": {"kind": "log"}},
        "points": {"unit": "s", "value_function": {"kind": "piecewise", "points": [[0, 0.2], [10, 1], [20, 0]]}},
        "target": {"unit": "s", "range": [0, 40], "value_function": {"kind": "target", "target": 25}},
        "edge": {"unit": "s", "range": [0, 40], "value_function": {"kind": "target", "target": 0}},
        "bare": {"unit": "s"},
    }
    state = board_state(choice({"one": [1] * len(kinds)}, criteria=kinds), CHOICE, 3)
    assert {criterion["id"]: criterion["points"] for criterion in state["criteria"]} == {
        "scale": [[0, 0], [5, 1]],
        "reversed": [[0, 1], [5, 0]],
        "line": [[10, 1], [50, 0]],
        "log": [[1, 0], [1000, 1]],
        "points": [[0, 0.2], [10, 1], [20, 0]],
        "target": [[0, 0], [25, 1], [40, 0]],
        "edge": [[0, 1], [40, 0]],
        "bare": None,
    }
    assert [criterion["id"] for criterion in state["criteria"] if criterion["log"]] == ["log"]


def test_the_hint_says_which_figures_are_better() -> None:
    """A column says that less is better, or which figure is best, where more isn't."""
    kinds: dict[str, Any] = {
        "score": {},
        "less": {"unit": "s", "range": [1, 2], "direction": "min"},
        "best": {"unit": "s", "range": [0, 9], "value_function": {"kind": "target", "target": 4}},
    }
    state = board_state(choice({"one": [1, 1, 1]}, criteria=kinds), CHOICE, 3)
    assert [criterion["hint"] for criterion in state["criteria"]] == ["", "less is better", "best at 4"]


def test_an_untouched_domain_shows_the_whole_criteria_of_the_phase() -> None:
    """Where nothing is scored yet, the criteria that aren't parts of others wait to be scored."""
    whole = [
        criterion.id
        for criterion in load_catalogue().domains_of(workbook())["infrastructure"].criteria
        if criterion.phase <= 2 and not criterion.part_of
    ]
    assert shown(board_state(workbook(), "infrastructure", 2)) == whole


def test_a_used_domain_shows_what_it_uses(file: WorkbookFile) -> None:
    """Criteria of a phase of which some are in use are shown where they are in use, parts of others too."""
    data = file.workbook.to_data()
    data["options"]["infrastructure"]["weights"] = {"git_push": 1, "cost": 2}
    for candidate in data["options"]["infrastructure"]["candidates"].values():
        candidate["scores"] = {}
    assert shown(board_state(Workbook.model_validate(data), "infrastructure", 2)) == ["git_push", "cost"]


def test_criteria_of_later_phases_are_left_out(file: WorkbookFile) -> None:
    """In phase 0 a criterion that opens in phase 1 isn't on the board, but known to be taken."""
    state = board_state(file.workbook, "frameworks", 0)
    assert "flexibility" not in [criterion["id"] for criterion in state["criteria"]]
    assert "flexibility" in state["later"]


def test_what_evaluators_make_together_comes_from_python() -> None:
    """A cell that only people have scored holds their joint score; one that is agreed on doesn't."""
    data = databases().to_data()
    data["options"][CHOICE]["evaluators"] = {
        "ann": {"scores": {"postgresql": {"headroom": 2, "fit": 1}, "mysql": {"headroom": "unknown"}}},
        "bob": {"scores": {"postgresql": {"headroom": 5}}},
    }
    state = board_state(Workbook.model_validate(data), CHOICE, 3)
    assert state["joint"] == {"postgresql": {"headroom": [2, 3.5, 5]}, "mysql": {}, "sqlite": {}}


def test_the_reason_why_a_candidate_is_out_is_said(file: WorkbookFile) -> None:
    """Eliminations come with their reasons, doubts apart from them."""
    state = board_state(file.workbook, "frameworks", 1)
    assert "fails the must" in state["out"]["streamlit"]
    assert "is not yet checked against the must" in state["doubts"]["marimo"]
    assert not set(state["out"]) & set(state["doubts"])


def test_candidates_that_others_name_are_known(file: WorkbookFile) -> None:
    """What the decision or a rule names can't be removed, and the state says by what."""
    data = file.workbook.to_data()
    data["compatibility"] = [{"when": "frameworks.marimo", "requires": "frameworks.jupyter"}]
    state = board_state(Workbook.model_validate(data), "frameworks", 1)
    assert state["named"]["jupyter"] == "the decision and a rule of compatibility"
    assert state["named"]["marimo"] == "a rule of compatibility"
    assert "streamlit" not in state["named"]


def test_a_batch_of_changes_is_saved(file: WorkbookFile) -> None:
    """Scores and weights that the browser sends are in the file when they are answered."""
    kernel = Kernel(file)
    weights = on_disk(file).options["frameworks"].weights
    assert not kernel.send(
        put("candidates", "marimo", "scores", "productivity", after=[2, 4], before=4),
        put("weights", "community", after=7, before=weights["community"]),
    )
    assert score(file, "marimo", "productivity") == [2, 4]
    assert on_disk(file).options["frameworks"].weights["community"] == 7
    assert kernel.board.state["data"]["options"]["frameworks"]["weights"]["community"] == 7


def test_a_score_keeps_what_else_is_known_of_it(file: WorkbookFile) -> None:
    """A value that is set or dropped leaves source and note where they are; a note makes a bare score a long one."""
    kernel = Kernel(file)
    before = score(file, "fastapi", "report_cpu")
    place = ("candidates", "fastapi", "scores", "report_cpu", "value")
    kernel.send(put(*place, after=0.3))
    assert score(file, "fastapi", "report_cpu") == {**before, "value": 0.3}
    kernel.send({"kind": "drop", "where": [*FRAMEWORKS, *place]})
    assert score(file, "fastapi", "report_cpu") == {key: value for key, value in before.items() if key != "value"}
    kernel.send(put("candidates", "marimo", "scores", "productivity", "note", after="tried it", isNew=True))
    assert score(file, "marimo", "productivity") == {"value": 4, "note": "tried it"}


def test_what_is_unsound_is_refused_and_the_rest_saved(file: WorkbookFile) -> None:
    """A score off the scale comes back with its place and the reason, and doesn't hold up the others."""
    kernel = Kernel(file)
    refused = kernel.send(
        put("candidates", "marimo", "scores", "productivity", after=9),
        put("candidates", "marimo", "scores", "flexibility", after=1),
    )
    assert [each["where"][-1] for each in refused] == ["productivity"]
    assert "off the scale 0 to 5" in refused[0]["message"]
    assert (score(file, "marimo", "productivity"), score(file, "marimo", "flexibility")) == (4, 1)


def test_candidates_are_added_ordered_and_removed(file: WorkbookFile) -> None:
    """The order that the browser sends is that of the file; a removed candidate is gone."""
    kernel = Kernel(file)
    kernel.send(put("candidates", "django", after={"name": "Django", "known_as": "django"}, isNew=True))
    names = ["django", *(key for key in on_disk(file).options["frameworks"].candidates if key != "django")]
    kernel.send({"kind": "order", "where": [*FRAMEWORKS, "candidates"], "after": names})
    assert list(on_disk(file).options["frameworks"].candidates) == names
    kernel.send({"kind": "drop", "where": [*FRAMEWORKS, "candidates", "django"]})
    assert list(on_disk(file).options["frameworks"].candidates) == names[1:]


def test_a_removal_is_undone_whole(file: WorkbookFile) -> None:
    """The state holds all of a candidate, so that what the browser sets again is what was there, in its place."""
    kernel = Kernel(file)
    text = file.path.read_text(encoding="utf-8")
    candidates = kernel.board.state["data"]["options"]["frameworks"]["candidates"]
    kernel.send({"kind": "drop", "where": [*FRAMEWORKS, "candidates", "marimo"], "before": candidates["marimo"]})
    kernel.send(
        put("candidates", "marimo", after=candidates["marimo"], isNew=True),
        {"kind": "order", "where": [*FRAMEWORKS, "candidates"], "after": list(candidates)},
    )
    assert file.path.read_text(encoding="utf-8") == text


def test_a_step_back_reaches_earlier_sessions(file: WorkbookFile) -> None:
    """A board that has no step of its own to undo undoes the last save, whoever made it, and makes it again."""
    Kernel(file).send(put("weights", "community", after=7))
    kernel = Kernel(open_workbook(file.path))
    kernel.step("undo")
    assert on_disk(file).options["frameworks"].weights["community"] == 3
    kernel.step("redo")
    assert on_disk(file).options["frameworks"].weights["community"] == 7


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(file: WorkbookFile) -> None:
    """A change of a place that no longer says what the person saw becomes a collision, and nothing is saved."""
    kernel = Kernel(file)
    kernel.send(put("weights", "community", after=7, before=5))
    assert on_disk(file).options["frameworks"].weights["community"] == 3
    (collision,) = session_of(file).collisions
    assert (collision.base, collision.mine, collision.theirs) == (5, 7, 3)


def test_a_board_follows_the_workbook(file: WorkbookFile) -> None:
    """What another editor changes in the domain is sent to the board; a change elsewhere sends nothing."""
    kernel = Kernel(file)
    state = kernel.board.state
    session_of(file).change(
        None, lambda now: now.model_copy(update={"project": now.project.model_copy(update={"owner": "X"})})
    )
    assert kernel.board.state is state
    Kernel(file).send(put("weights", "community", after=7))
    assert kernel.board.state["data"]["options"]["frameworks"]["weights"]["community"] == 7


def test_a_domain_that_is_gone_is_said(file: WorkbookFile) -> None:
    """The board of a domain of the workbook's own says so when somebody takes that domain out."""
    data = file.workbook.to_data()
    data["options"]["own"] = {"name": "Our own", "phase": 1, "criteria": {"a": {}}, "candidates": {"one": {}}}
    file.put(Workbook.model_validate(data))
    kernel = Kernel(file, "own", 1)
    assert kernel.board.state["domain"]["name"] == "Our own"
    del data["options"]["own"]
    file.put(Workbook.model_validate(data))
    assert kernel.board.state == {"isGone": True}


def test_a_shipped_example_is_read_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """The board of a shipped example says that nothing can be changed in it."""
    monkeypatch.delenv("OPTLIB_WORKBOOK", raising=False)
    assert Kernel(open_workbook()).board.state["readOnly"]


def test_the_script_is_one_module() -> None:
    """The board's modules become one without imports, in which no name is declared twice."""
    lines = script().splitlines()
    assert not [line for line in lines if line.startswith("import ")]
    words = [line.split() for line in lines if line.startswith(("const ", "function ", "class "))]
    names = [parts[1].split("(")[0] for parts in words if parts[1] != "{"]
    assert sorted(names) == sorted(set(names))


def test_the_domain_editor_holds_the_board(file: WorkbookFile) -> None:
    """The editor of a domain shows its board, first of all."""
    editor = editors.domain(file, "frameworks", phase=1)
    assert [part for part in editor.children if isinstance(part, Board)]
