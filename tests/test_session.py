"""The session: what editors of one file share. Changes, refusals, collisions, undo, and trouble with the file."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path
from typing import Any

import pytest

from optlib import WorkbookError, WorkbookFile, open_workbook
from optlib.changes import GONE
from optlib.editors.edits import Change, applied
from optlib.editors.session import LONGEST, LOOK, PAUSE, Session, session_of

from .conftest import EXAMPLES

OWNER = ("project", "owner")
WEIGHT = ("options", "platform", "weights", "cost")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A copy of the full example."""
    return Path(shutil.copy(EXAMPLES / "optlib.yaml", tmp_path / "mine.yaml"))


@pytest.fixture
def session(path: Path) -> Session:
    """The session of the copy."""
    return session_of(open_workbook(path))


def owner(owner: str, before: Any = "Platform team") -> Change:
    """A change of the project's owner."""
    return Change("set", OWNER, owner, before)


def on_disk(path: Path) -> str:
    """The owner that somebody who opens the file now would read."""
    return open_workbook(path).workbook.project.owner


def seen(session: Session) -> str:
    """The owner that the editors show."""
    return session.workbook.project.owner


@pytest.fixture(autouse=True)
def _owned(path: Path) -> None:
    file = open_workbook(path)
    project = file.workbook.project.model_copy(update={"owner": "Platform team"})
    file.put(file.workbook.model_copy(update={"project": project}))


def test_editors_of_a_file_share_one_session(path: Path) -> None:
    """Two editors of one file meet the same session."""
    file = open_workbook(path)
    assert session_of(file) is session_of(file)


def test_a_change_is_saved(session: Session, path: Path) -> None:
    """What is submitted is on disk, and the line says when and where."""
    assert session.submit([owner("Ann")]) == ()
    assert on_disk(path) == "Ann"
    assert session.line.startswith("Saved ")
    assert session.line.endswith("mine.yaml")


def test_what_is_unsound_is_refused_and_the_rest_saved(session: Session, path: Path) -> None:
    """Of two changes the one that can't stand comes back with its reason; the other is saved."""
    bad = Change("set", ("quality", "level"), "perfect")
    (refusal,) = session.submit([owner("Ann"), bad])
    assert refusal.where == bad.where
    assert "perfect" in refusal.message
    assert on_disk(path) == "Ann"


def test_what_the_person_did_not_see_is_not_overwritten(session: Session, path: Path) -> None:
    """A change of a place that says something else by now is a collision, and changes nothing."""
    assert session.submit([owner("Ann", before="Somebody")]) == ()
    (collision,) = session.collisions
    assert (collision.base, collision.mine, collision.theirs) == ("Somebody", "Ann", "Platform team")
    assert on_disk(path) == "Platform team"


def test_the_same_change_made_twice_is_no_collision(session: Session) -> None:
    """Where somebody made the very same change already there is nothing to choose."""
    session.submit([owner("Ann")])
    assert session.submit([owner("Ann")]) == ()
    assert session.collisions == ()


def elsewhere(path: Path, name: str) -> None:
    """Have somebody else change the owner on disk."""
    text = path.read_text(encoding="utf-8")
    current = on_disk(path)
    assert text.count(f"owner: {current}") == 1
    path.write_text(text.replace(f"owner: {current}", f"owner: {name}"), encoding="utf-8")


def test_a_change_on_disk_collides_with_one_here(session: Session, path: Path) -> None:
    """Changed here and on disk: the disk stays as it is, and both are there to choose from."""
    elsewhere(path, "Bob")
    session.submit([owner("Ann")])
    (collision,) = session.collisions
    assert (collision.base, collision.mine, collision.theirs) == ("Platform team", "Ann", "Bob")
    assert on_disk(path) == seen(session) == "Bob"


def test_what_does_not_collide_is_saved_with_what_does(session: Session, path: Path) -> None:
    """Of two changes only the one that collides waits for the person."""
    elsewhere(path, "Bob")
    session.submit([owner("Ann"), Change("set", ("project", "version"), "7")])
    assert open_workbook(path).workbook.project.version == "7"
    assert [collision.where for collision in session.collisions] == [OWNER]


@pytest.mark.parametrize(("mine", "left"), [(True, "Ann"), (False, "Bob")])
def test_the_person_chooses(session: Session, path: Path, mine: bool, left: str) -> None:
    """Keeping one's own writes it over what is there; taking the file's leaves it; either ends the collision."""
    elsewhere(path, "Bob")
    session.submit([owner("Ann")])
    session.settle(session.collisions[0], mine)
    assert session.collisions == ()
    assert on_disk(path) == seen(session) == left


def test_a_change_on_disk_is_taken_over(session: Session, path: Path) -> None:
    """A look finds what changed on disk, and says so."""
    elsewhere(path, "Bob")
    session.look()
    assert seen(session) == "Bob"
    assert session.line.startswith("Changed on disk")


def test_a_look_at_an_unchanged_file_says_nothing(session: Session) -> None:
    """Nobody is told where nothing changed."""
    told: list[str] = []
    session.subscribe(lambda: told.append(session.line))
    session.look()
    assert told == []


def test_undo_and_redo(session: Session, path: Path) -> None:
    """Undo brings back what was there, redo what was undone, and the line says what."""
    session.submit([owner("Ann")])
    session.undo()
    assert on_disk(path) == seen(session) == "Platform team"
    assert "project.owner" in session.line
    session.redo()
    assert on_disk(path) == seen(session) == "Ann"


def test_undo_reaches_an_earlier_session(session: Session, path: Path) -> None:
    """Another kernel that opens the file later can undo what was saved before."""
    session.submit([owner("Ann")])
    later = session_of(open_workbook(path))
    assert later.can_undo
    later.undo()
    assert on_disk(path) == "Platform team"


def test_garbage_on_disk_keeps_what_is_seen(session: Session, path: Path) -> None:
    """Where the file holds no workbook any more the value stays, and the line says so."""
    path.write_text("<<<<<<< HEAD\n", encoding="utf-8")
    session.look()
    assert seen(session) == "Platform team"
    assert session.trouble
    assert session.can_put_back


def test_the_last_good_version_can_be_written_again(session: Session, path: Path) -> None:
    """Over garbage, the person can have the last good version written, and what was typed since."""
    path.write_text("<<<<<<< HEAD\n", encoding="utf-8")
    session.submit([owner("Ann")])
    assert path.read_text(encoding="utf-8") == "<<<<<<< HEAD\n"
    session.put_back()
    assert on_disk(path) == "Ann"
    assert session.trouble == ""


def test_a_deleted_file_can_be_written_again(session: Session, path: Path) -> None:
    """A file that was deleted while it was edited is said, and comes back when asked for."""
    path.unlink()
    session.submit([owner("Ann")])
    assert "moved or deleted" in session.line
    session.put_back()
    assert on_disk(path) == "Ann"


def test_what_cannot_be_saved_waits(session: Session, path: Path, tmp_path: Path) -> None:
    """While the file is away what was typed is shown and kept, and saved when the file is back."""
    away = path.rename(tmp_path / "away.yaml")
    session.submit([owner("Ann")])
    assert seen(session) == "Ann"
    assert session.line.startswith("Not saved")
    away.rename(path)
    session.look()
    assert on_disk(path) == "Ann"
    assert session.trouble == ""


def test_what_cannot_be_saved_can_be_given_up(session: Session, path: Path, tmp_path: Path) -> None:
    """The person may show what the file says instead."""
    away = path.rename(tmp_path / "away.yaml")
    session.submit([owner("Ann")])
    away.rename(path)
    session.give_up()
    assert seen(session) == "Platform team"


def test_a_change_that_breaks_the_workbook_changes_nothing(session: Session) -> None:
    """An unsound change raises, and the value is as it was."""
    before = session.workbook
    with pytest.raises(WorkbookError, match="level"):
        session.change(None, lambda workbook: workbook.model_copy(update={"quality": {"level": "perfect"}}))
    assert session.workbook is before


def test_changes_are_saved_once_the_person_pauses(path: Path) -> None:
    """In a running kernel a change counts at once and is on disk after a pause."""

    async def typed(file: WorkbookFile) -> list[str]:
        session = session_of(file)
        project = session.workbook.project.model_copy(update={"owner": "Ann"})
        session.change(None, lambda workbook: workbook.model_copy(update={"project": project}))
        at_once = on_disk(path)
        await asyncio.sleep(PAUSE + 0.3)
        return [at_once, on_disk(path)]

    assert asyncio.run(typed(open_workbook(path))) == ["Platform team", "Ann"]


def test_who_never_pauses_is_saved_too(path: Path) -> None:
    """While somebody goes on typing, what is typed is on disk no later than after the longest wait."""

    async def typed(file: WorkbookFile) -> str:
        session = session_of(file)
        for step in range(int((LONGEST + 0.6) / 0.1)):
            project = session.workbook.project.model_copy(update={"owner": f"Ann {step}"})
            session.change(None, lambda workbook, new=project: workbook.model_copy(update={"project": new}))
            await asyncio.sleep(0.1)
        return on_disk(path)

    assert asyncio.run(typed(open_workbook(path))).startswith("Ann ")


@pytest.mark.parametrize(
    ("change", "left"),
    [
        (Change("set", ("a", "x"), 5), {"a": {"x": 5, "y": 2}, "l": [1, 2]}),
        (Change("set", ("b", "new", "deep"), 1), {"a": {"x": 1, "y": 2}, "l": [1, 2], "b": {"new": {"deep": 1}}}),
        (Change("set", ("l", 1), 9), {"a": {"x": 1, "y": 2}, "l": [1, 9]}),
        (Change("drop", ("a", "x")), {"a": {"y": 2}, "l": [1, 2]}),
        (Change("drop", ("l", 0)), {"a": {"x": 1, "y": 2}, "l": [2]}),
        (Change("drop", ("nowhere", "x")), {"a": {"x": 1, "y": 2}, "l": [1, 2]}),
        (Change("set", ("a", "x", "note"), "why"), {"a": {"x": {"value": 1, "note": "why"}, "y": 2}, "l": [1, 2]}),
    ],
)
def test_a_change_is_of_one_place(change: Change, left: Any) -> None:
    """Only the named place changes; a bare score becomes a long one where something is said of it."""
    data = {"a": {"x": 1, "y": 2}, "l": [1, 2]}
    assert applied(data, [change]) == left
    assert data == {"a": {"x": 1, "y": 2}, "l": [1, 2]}


def test_an_order_puts_the_named_keys_first() -> None:
    """Keys come in the order given; one that is gone by now is passed over, and one that came stays behind."""
    data = applied({"a": 1, "b": 2, "c": 3}, [Change("order", (), ["c", "gone", "a"])])
    assert list(data) == ["c", "a", "b"]


def test_nothing_stands_where_nothing_was(session: Session) -> None:
    """What was not there before is no collision while it still isn't there."""
    place = ("people", "contributors")
    session.submit([Change("drop", place)])
    assert session.submit([Change("set", place, ["Ann"], GONE)]) == ()
    assert session.collisions == ()
    assert session.workbook.people.contributors == ("Ann",)


def test_the_file_is_watched_while_an_editor_is_shown(path: Path) -> None:
    """What changes on disk is taken over within seconds, and no more once the last editor is gone."""

    async def watched(file: WorkbookFile) -> list[str]:
        session, editor = session_of(file), object()
        session.opened(editor)
        elsewhere(path, "Bob")
        await asyncio.sleep(LOOK + 0.5)
        first = seen(session)
        session.closed(editor)
        await asyncio.sleep(LOOK + 0.2)
        elsewhere(path, "Eve")
        await asyncio.sleep(LOOK + 0.5)
        return [first, seen(session)]

    assert asyncio.run(watched(open_workbook(path))) == ["Bob", "Bob"]
