"""Undo, redo and older versions: across sessions, with several people, and from a history that is damaged."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
import zlib
from base64 import b64encode
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from optlib import ConflictError, WorkbookError, WorkbookFile, open_workbook
from optlib.beside import user
from optlib.cli import main
from optlib.errors import HistoryError, SaveError
from optlib.history import MOST_BYTES, MOST_ENTRIES, History
from optlib.history_lines import Entry, digest, entry_in, line_of
from optlib.text_patch import patch_between, patched, reverted

from .building import LAWS
from .conftest import EXAMPLES
from .saving import owned, renamed, with_candidate, without_candidate

NASTY = (Path(__file__).parent / "data" / "nasty.yaml").read_bytes()
WAYS_TO_WRITE = {
    "LF": NASTY,
    "CRLF": NASTY.replace(b"\n", b"\r\n"),
    "byte order mark": b"\xef\xbb\xbf" + NASTY,
    "no line break at the end": NASTY.rstrip(b"\n"),
}
OTHERS = {"ada": "ben", "ben": "ada"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A copy of an example to write on."""
    return Path(shutil.copyfile(EXAMPLES / "pep374_dvcs.yaml", tmp_path / "dvcs.yaml"))


@pytest.fixture
def file(path: Path) -> WorkbookFile:
    """The copy, opened."""
    return open_workbook(path)


def named(file: WorkbookFile, *names: str) -> list[bytes]:
    """Save these project names one after the other; the file's bytes before, and after each."""
    contents = [file.path.read_bytes()]
    for name in names:
        file.put(renamed(file.workbook, name))
        contents.append(file.path.read_bytes())
    return contents


def name_in(path: Path) -> str:
    """The project's name on disk."""
    return open_workbook(path).workbook.project.name


def lines_of_history(path: Path) -> list[bytes]:
    """The lines of a workbook's history file."""
    return history_of(path).read_bytes().splitlines(keepends=True)


def history_of(path: Path) -> Path:
    """Where a workbook's history lies."""
    return path.parent / ".optlib" / f"{path.name}.history.jsonl"


def what_happened(file: WorkbookFile) -> list[str]:
    """What the versions say of themselves, oldest first."""
    return [version.what for version in reversed(file.history())]


@pytest.mark.parametrize("way", WAYS_TO_WRITE)
def test_undo_and_redo_are_exact(tmp_path: Path, way: str) -> None:
    """Each step back and forth gives the bytes that stood there, however the file is written."""
    path = tmp_path / "w.yaml"
    path.write_bytes(WAYS_TO_WRITE[way])
    file = open_workbook(path)
    contents = named(file, "One", "Two", "Three")
    for content in reversed(contents[:-1]):
        assert file.undo()
        assert path.read_bytes() == content
    assert (file.undo(), file.can_undo) == (None, False)
    for content in contents[1:]:
        assert file.redo()
        assert path.read_bytes() == content
    assert (file.redo(), file.can_redo) == (None, False)


def test_a_step_says_what_it_took_back_and_from_when(file: WorkbookFile) -> None:
    """The status line can name the change that was undone."""
    named(file, "One")
    step = file.undo()
    assert step is not None
    assert step.what == "project.name: “A distributed VCS for the Python project” → “One”"
    assert step.when == file.history()[1].when


def test_undo_goes_on_in_the_next_session(path: Path) -> None:
    """What was changed before a kernel was restarted can be undone after it, and redone in the one after that."""
    contents = named(open_workbook(path), "One", "Two")
    assert open_workbook(path).undo()
    assert open_workbook(path).undo()
    assert path.read_bytes() == contents[0]
    assert open_workbook(path).redo()
    assert path.read_bytes() == contents[1]


def test_two_kernels_of_one_person_share_the_steps(path: Path) -> None:
    """A change saved in one notebook is undone from another that is open."""
    one, other = open_workbook(path), open_workbook(path)
    before = path.read_bytes()
    one.put(renamed(one.workbook, "One"))
    assert other.can_undo
    assert other.undo()
    assert path.read_bytes() == before
    assert one.can_redo


def test_a_new_change_ends_what_could_be_redone(file: WorkbookFile) -> None:
    """After an undo and another change there is nothing to redo."""
    named(file, "One")
    file.undo()
    named(file, "Two")
    assert not file.can_redo
    assert file.redo() is None


def test_undo_keeps_what_somebody_else_changed_since(path: Path, file: WorkbookFile) -> None:
    """A change made elsewhere after ours stays when ours is undone, and undo and redo are still exact."""
    named(file, "One")
    path.write_bytes(path.read_bytes().replace(b"owner: Python", b"owner: The Python"))
    changed = path.read_bytes()
    assert file.undo()
    assert name_in(path) == "A distributed VCS for the Python project"
    assert open_workbook(path).workbook.project.owner == "The Python core developers"
    assert file.redo()
    assert path.read_bytes() == changed


def test_undo_does_not_overwrite_what_somebody_changed_in_the_same_place(path: Path, file: WorkbookFile) -> None:
    """It is a conflict that names the place with all three values, nothing is written, and a choice settles it."""
    named(file, "One")
    path.write_bytes(path.read_bytes().replace(b"name: One", b"name: Theirs"))
    content = path.read_bytes()
    with pytest.raises(ConflictError, match=r"project\.name: changed since \(“Theirs”\)") as failure:
        file.undo()
    [collision] = failure.value.collisions
    assert (collision.base, collision.theirs) == ("One", "Theirs")
    assert collision.mine == "A distributed VCS for the Python project"
    assert path.read_bytes() == content
    assert file.undo(mine=[collision.where])
    assert name_in(path) == "A distributed VCS for the Python project"


def test_only_ones_own_changes_are_undone(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other person's later change stays, and they have their own to undo."""
    file = open_workbook(path)
    monkeypatch.setenv("LOGNAME", "ada")
    file.put(renamed(file.workbook, "Ada's"))
    monkeypatch.setenv("LOGNAME", "ben")
    assert not file.can_undo
    file.put(owned(file.workbook, "Ben's"))
    monkeypatch.setenv("LOGNAME", "ada")
    assert file.undo()
    saved = open_workbook(path).workbook.project
    assert (saved.name, saved.owner) == ("A distributed VCS for the Python project", "Ben's")
    assert [version.who for version in file.history()] == ["ada", "ben", "ada", ""]


def test_an_editor_that_undoes_by_itself_takes_the_same_step(file: WorkbookFile) -> None:
    """Saving what stood there before counts as the undo of it, and saving the change once more as its redo."""
    named(file, "One", "Two")
    named(file, "One")
    assert what_happened(file)[-1] == "undid 3: project.name: “One” → “Two”"
    assert file.can_redo
    named(file, "Two")
    assert what_happened(file)[-1] == "made again 3: project.name: “One” → “Two”"
    assert not file.can_redo
    assert file.undo()
    assert file.workbook.project.name == "One"


def test_an_editor_of_another_session_that_goes_back_takes_the_same_step(path: Path) -> None:
    """Also a kernel that never saw the text before a change knows the undo of it when it saves that again."""
    contents = named(open_workbook(path), "One", "Two")
    file = open_workbook(path)
    named(file, "One")
    assert path.read_bytes() == contents[1]
    assert what_happened(file)[-1] == "undid 3: project.name: “One” → “Two”"
    assert file.can_redo


def test_what_is_taken_out_and_put_back_by_an_editor_has_its_comments_again(path: Path) -> None:
    """A candidate that comes back as it was comes back with its comments and layout, not only with its values."""
    text = path.read_text(encoding="utf-8").replace("      git:\n", "      # chosen by hand\n      git:   # beside\n")
    path.write_text(text, encoding="utf-8")
    file = open_workbook(path)
    before = file.workbook
    file.put(without_candidate(before, "git"))
    assert "# beside" not in path.read_text(encoding="utf-8")
    file.put(before)
    assert path.read_text(encoding="utf-8") == text


def test_a_change_outside_optlib_is_a_version_too(path: Path, file: WorkbookFile) -> None:
    """What a text editor or git did is noticed at a look and at a save, named, and can be brought back."""
    named(file, "One")
    path.write_bytes(path.read_bytes().replace(b"owner: Python", b"owner: The Python"))
    first = path.read_bytes()
    assert file.refresh()
    path.write_bytes(first.replace(b"name: One", b"name: Two"))
    file.put(with_candidate(file.workbook, "fossil", "New"))
    said = what_happened(file)
    assert said[2].startswith("changed outside optlib: project.owner: ")
    assert said[3] == "changed outside optlib: project.name: “One” → “Two”"
    file.restore(3)
    assert path.read_bytes() == first


def test_a_save_of_another_kernel_is_no_change_outside(path: Path) -> None:
    """What optlib saved elsewhere has its version already; looking at it adds none."""
    one, other = open_workbook(path), open_workbook(path)
    named(one, "One")
    assert other.refresh()
    assert len(one.history()) == 2


def test_a_version_is_restored_as_a_new_one(path: Path, file: WorkbookFile) -> None:
    """Going back loses nothing: the versions between stay, and the step itself can be undone."""
    contents = named(file, "One", "Two", "Three")
    file.restore(2)
    assert path.read_bytes() == contents[1]
    assert file.workbook.project.name == "One"
    assert what_happened(file)[-1] == "version 2 restored"
    assert [version.number for version in file.history() if version.is_current] == [5]
    assert file.undo()
    assert path.read_bytes() == contents[3]


def test_restoring_what_is_there_makes_no_version(path: Path, file: WorkbookFile) -> None:
    """The current version is not written again, and not listed twice."""
    named(file, "One")
    before = path.stat().st_ino
    file.restore(2)
    assert path.stat().st_ino == before
    assert len(file.history()) == 2


def test_what_a_newer_optlib_noted_stays(path: Path, file: WorkbookFile) -> None:
    """A kind of entry that this optlib doesn't know is a version like others, and is kept."""
    contents = named(file, "One")
    entry = entry_in(lines_of_history(path)[-1].rstrip(b"\n"))
    assert entry is not None
    same_again = replace(entry, number=3, kind="review", before=entry.after, patch=(), what="seen")
    with history_of(path).open("ab") as history:
        history.write(line_of(same_again))
    assert file.undo()
    assert path.read_bytes() == contents[0]
    assert [version.what for version in file.history()][1] == "seen"


@pytest.mark.parametrize("number", [0, 3, -1, 10**20])
def test_a_version_that_is_not_there_is_told(file: WorkbookFile, number: int) -> None:
    """The message names the versions there are."""
    named(file, "One")
    with pytest.raises(HistoryError, match=rf"no version {number}; there are 1 to 2"):
        file.restore(number)


def test_a_deleted_file_is_put_back(path: Path, file: WorkbookFile) -> None:
    """The last good text is written again, and changes go on from there."""
    contents = named(file, "One")
    path.unlink()
    with pytest.raises(SaveError, match="moved or deleted") as failure:
        file.put(renamed(file.workbook, "Two"))
    assert failure.value.is_lost
    assert file.put_back()
    assert path.read_bytes() == contents[1]
    named(file, "Two")
    assert name_in(path) == "Two"


def test_garbage_is_replaced_and_kept(path: Path, file: WorkbookFile) -> None:
    """What stood at the workbook's place is kept beside it, byte for byte, and named in the history."""
    contents = named(file, "One")
    path.write_bytes(b"\xff\x00 garbage")
    with pytest.raises(SaveError) as failure:
        file.refresh()
    assert failure.value.is_lost
    assert file.put_back()
    assert path.read_bytes() == contents[1]
    [kept] = path.parent.glob(".optlib/dvcs.yaml.replaced-*")
    assert kept.read_bytes() == b"\xff\x00 garbage"
    assert what_happened(file)[-1] == f"put back; what stood there is kept as {kept.name}"


def test_garbage_that_comes_twice_is_kept_twice(path: Path, file: WorkbookFile) -> None:
    """Nothing that is kept is replaced by what is kept in the same second."""
    for content in (b"[one", b"[two"):
        path.write_bytes(content)
        assert file.put_back()
    assert {kept.read_bytes() for kept in path.parent.glob(".optlib/*.replaced-*")} == {b"[one", b"[two"}


def test_what_another_kernel_saved_last_is_put_back(path: Path) -> None:
    """The last good text is the last one that anybody saved, not the one that this kernel remembers."""
    mine, theirs = open_workbook(path), open_workbook(path)
    named(theirs, "Theirs")
    path.unlink()
    assert mine.put_back()
    assert name_in(path) == "Theirs"
    assert mine.workbook.project.name == "Theirs"


def test_a_good_file_is_left_alone_by_put_back(path: Path, file: WorkbookFile) -> None:
    """Where the file holds a workbook there is nothing to put back."""
    path.write_bytes(path.read_bytes().replace(b"owner: Python", b"owner: The Python"))
    content = path.read_bytes()
    assert not file.put_back()
    assert path.read_bytes() == content


def test_a_folder_that_is_gone_is_not_made_again(path: Path, file: WorkbookFile) -> None:
    """A share that isn't connected must not be replaced by a folder of the same name."""
    shutil.rmtree(path.parent)
    for act in (file.put_back, file.refresh, lambda: file.put(renamed(file.workbook, "One"))):
        with pytest.raises(SaveError, match="is gone with its folder") as failure:
            act()
        assert not failure.value.is_lost
    assert not path.parent.exists()


def test_looking_writes_nothing(path: Path, file: WorkbookFile) -> None:
    """Opening, looking, asking for the history, undoing nothing and saving what is there make no folder."""
    file.refresh()
    file.reload()
    file.put(file.workbook)
    assert [file.can_undo, file.can_redo, file.undo(), file.redo(), file.history()] == [False, False, None, None, []]
    assert [other.name for other in path.parent.iterdir()] == [path.name]


def test_the_folder_is_hidden_from_git(path: Path, file: WorkbookFile) -> None:
    """The folder's own .gitignore hides all of it."""
    named(file, "One")
    subprocess.run(["git", "init", "-q", path.parent], check=True)
    status = subprocess.run(["git", "status", "--porcelain"], cwd=path.parent, capture_output=True, check=True)
    assert status.stdout == b"?? dvcs.yaml\n"


def test_files_of_one_folder_have_their_own_histories(path: Path, file: WorkbookFile) -> None:
    """A second workbook beside the first undoes only its own changes."""
    named(file, "One")
    other = open_workbook(shutil.copyfile(path, path.with_name("other.yaml")))
    assert not other.can_undo
    named(other, "Two")
    assert len(file.history()) == 2


def test_a_link_and_its_file_share_the_history(path: Path) -> None:
    """A workbook that is also reached through a symbolic link has one history, beside the file itself."""
    (path.parent / "links").mkdir()
    link = path.parent / "links" / "linked.yaml"
    link.symlink_to(path)
    before = path.read_bytes()
    named(open_workbook(link), "One")
    assert open_workbook(path).undo()
    assert path.read_bytes() == before
    assert not (link.parent / ".optlib").exists()


def test_a_link_that_comes_to_lead_elsewhere_has_the_history_of_that(path: Path) -> None:
    """What is undone is what was done to the file that the link leads to now."""
    other = Path(shutil.copyfile(path, path.with_name("other.yaml")))
    link = path.with_name("link.yaml")
    link.symlink_to(path)
    file = open_workbook(link)
    named(file, "One")
    link.unlink()
    link.symlink_to(other)
    assert not file.can_undo
    assert file.history() == []


@pytest.mark.parametrize(
    "name",
    ["mit Leerzeichen & Ümläut.yaml", "名前.yaml", "n" * 230 + ".yaml", "-x.yaml", "a%b{c}[d].yaml", "\udcff.yaml"],
)
def test_any_file_name_has_a_history(path: Path, name: str) -> None:
    """Spaces, other alphabets, long names and signs that mean something elsewhere are names like others."""
    path = path.rename(path.with_name(name))
    before = path.read_bytes()
    named(open_workbook(path), "One")
    assert open_workbook(path).undo()
    assert path.read_bytes() == before


def test_a_line_that_was_torn_is_passed_over(path: Path, file: WorkbookFile) -> None:
    """Half a line at the end, left by a kill, costs nothing but itself, and the next change is recorded."""
    contents = named(file, "One", "Two")
    history_of(path).write_bytes(history_of(path).read_bytes()[:-40])
    file = open_workbook(path)
    named(file, "Three")
    assert what_happened(file)[-2:] == ["changed outside optlib", "project.name: “Two” → “Three”"]
    assert file.undo()
    assert path.read_bytes() == contents[2]


def test_garbage_at_the_end_is_passed_over(path: Path, file: WorkbookFile) -> None:
    """Whole lines of garbage at the end are ignored, and gone after the next change."""
    contents = named(file, "One")
    with history_of(path).open("ab") as history:
        history.write(b'{"number": 9}\n\xff\xff\n' + b"x" * 9_000)
    file = open_workbook(path)
    assert file.undo()
    assert path.read_bytes() == contents[0]
    assert all(entry_in(line.rstrip(b"\n")) for line in lines_of_history(path))


def test_garbage_in_the_middle_cuts_what_lies_before(path: Path, file: WorkbookFile) -> None:
    """The versions after it are still there with their texts, and undo goes as far back as they do."""
    contents = named(file, "One", "Two", "Three", "Four")
    lines = lines_of_history(path)
    lines[2] = lines[2].replace(b"save", b"sane")
    history_of(path).write_bytes(b"".join(lines))
    file = open_workbook(path)
    assert [version.number for version in file.history()] == [5, 4]
    for content in (contents[3], contents[2]):
        assert file.undo()
        assert path.read_bytes() == content
    assert not file.can_undo
    path.unlink()
    assert file.version(5) == contents[4].decode()


def test_versions_whose_text_is_lost_are_no_trap(path: Path, file: WorkbookFile) -> None:
    """Where the beginning is lost and the file was changed since, there is nothing to undo, and saving goes on."""
    named(file, "One", "Two")
    history_of(path).write_bytes(b"".join(lines_of_history(path)[2:]))
    path.write_bytes(path.read_bytes().replace(b"name: Two", b"name: Theirs"))
    file = open_workbook(path)
    assert not file.can_undo
    with pytest.raises(HistoryError, match="the text of version 3 is lost"):
        file.version(3)
    named(file, "Three")
    assert file.undo()
    assert name_in(path) == "Theirs"


def test_a_history_that_is_deleted_begins_anew(path: Path, file: WorkbookFile) -> None:
    """Somebody cleans the folder up while a kernel has the file open; saving and undoing go on."""
    contents = named(file, "One")
    shutil.rmtree(path.parent / ".optlib")
    contents += named(file, "Two")
    assert len(file.history()) == 2
    assert file.undo()
    assert path.read_bytes() == contents[1]


def test_a_history_that_cannot_be_written_stops_no_save(path: Path, file: WorkbookFile) -> None:
    """The change is on disk and the value in memory, and the fault says what is missing; it ends with its cause."""
    history_of(path).mkdir(parents=True)
    named(file, "One")
    assert name_in(path) == "One"
    assert "can't be undone" in file.history_fault
    assert (file.can_undo, file.undo()) == (False, None)
    history_of(path).rmdir()
    named(file, "Two")
    assert file.history_fault == ""
    assert file.can_undo


@pytest.mark.parametrize("what", ["folder", "file"])
def test_a_history_that_leads_elsewhere_is_not_followed(path: Path, file: WorkbookFile, what: str) -> None:
    """A clone whose history is a link to somebody's file or folder must not get anything written there."""
    aim = path.parent.parent / f"{path.parent.name}-aim"
    if what == "folder":
        aim.mkdir()
        (path.parent / ".optlib").symlink_to(aim)
        with pytest.raises(SaveError, match=r"\.optlib is a link or a file"):
            named(file, "One")
        assert list(aim.iterdir()) == []
    else:
        aim.write_text("precious", encoding="utf-8")
        history_of(path).parent.mkdir()
        history_of(path).symlink_to(aim)
        named(file, "One")
        assert file.history_fault
        assert aim.read_text(encoding="utf-8") == "precious"


HOSTILE: dict[str, dict[str, Any]] = {
    "no text": {"whole": "AAAA"},
    "a bomb": {"whole": "bomb"},
    "a patch of something else": {"patch": [[-5, "", "x"], [10**30, "a", "b"]]},
    "a patch that is none": {"patch": {"a": 1}},
    "a number that is none": {"number": "many"},
    "a day that is none": {"when": "yesterday"},
    "a day out of reach": {"when": "0001-01-01T00:00:00+23:59"},
    "a kind that is none": {"kind": "format the disk"},
    "a hash of nothing": {"after": None},
}


@pytest.mark.parametrize("how", HOSTILE)
def test_a_hostile_history_does_no_harm(path: Path, file: WorkbookFile, how: str) -> None:
    """Whatever a clone's history claims, the file opens, saves and undoes one's own change."""
    history_of(path).parent.mkdir()
    entry = Entry(
        1, "2026-01-01T00:00:00+00:00", user(), "x", "save", "b", digest(file.path.read_text("utf-8")), patch=()
    )
    given = dict(HOSTILE[how])
    if given.get("whole") == "bomb":
        given["whole"] = b64encode(zlib.compress(b"\0" * 100_000_000)).decode()
    history_of(path).write_bytes(line_of(replace(entry, **given)))
    before = path.read_bytes()
    file = open_workbook(path)
    for act in (file.undo, lambda: file.version(1), file.history):
        with suppress(SaveError, HistoryError):
            act()
    named(file, "One")
    assert file.undo()
    assert path.read_bytes() == before


def test_words_of_a_history_cannot_steer_a_terminal(path: Path, file: WorkbookFile) -> None:
    """Control characters in what a history says of itself are shown as the sign for what can't be shown."""
    named(file, "One")
    entry = entry_in(lines_of_history(path)[-1].rstrip(b"\n"))
    assert entry is not None
    with history_of(path).open("ab") as history:
        history.write(line_of(replace(entry, number=3, what="\x1b]0;owned\x07\nx", who="\x9b1m")))
    assert "\x1b" not in run("history", path).stdout
    assert "\x9b" not in run("history", path).stdout


def test_the_history_has_the_rights_of_the_workbook(path: Path, file: WorkbookFile) -> None:
    """A private workbook has a private history, also when it becomes private later."""
    named(file, "One")
    path.chmod(0o600)
    named(file, "Two")
    assert {other.stat().st_mode & 0o777 for other in path.parent.glob(".optlib/dvcs.yaml.history*")} == {0o600}


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can give files away")
def test_what_root_saves_stays_its_owners(path: Path, file: WorkbookFile) -> None:
    """A notebook in a container that runs as root leaves the file and its history to whom the workbook belongs."""
    os.chown(path, 1234, 2345)
    os.chown(path.parent, 1234, 2345)
    named(file, "One")
    places = [path, *path.parent.glob(".optlib"), *path.parent.glob(".optlib/dvcs*")]
    assert {(place.stat().st_uid, place.stat().st_gid) for place in places} == {(1234, 2345)}


def test_somebody_without_a_name_has_a_history() -> None:
    """In a container whose user isn't known to the system, and with no variable that names them, the number stands."""
    program = "import os; from optlib.beside import user\nif os.geteuid() == 0: os.setuid(54321)\nprint(user())"
    bare = {key: value for key, value in os.environ.items() if key not in ("LOGNAME", "USER", "LNAME", "USERNAME")}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=bare)
    assert done.stdout.strip() in ("uid 54321", user())


def test_a_clock_that_goes_back_changes_no_order(path: Path, file: WorkbookFile) -> None:
    """The latest change is the last line, whatever the clock said when it was made."""
    contents = named(file, "One")
    lines = lines_of_history(path)
    entry = entry_in(lines[-1].rstrip(b"\n"))
    assert entry is not None
    history_of(path).write_bytes(lines[0] + line_of(replace(entry, when="2099-01-01T00:00:00+00:00")))
    file = open_workbook(path)
    contents += named(file, "Two")
    assert [version.number for version in file.history()] == [3, 2, 1]
    assert file.undo()
    assert path.read_bytes() == contents[1]


def test_the_history_has_a_most_of_entries(tmp_path: Path) -> None:
    """With one change more than there may be the oldest go; those that stay have their texts."""
    target = tmp_path / "w.yaml"
    history = History(target)
    history.add("start", "text 0", "start")
    for number in range(1, MOST_ENTRIES + 1):
        history.note("save", f"text {number - 1}", f"text {number}", "change")
    assert MOST_ENTRIES // 2 < len(history.entries) < MOST_ENTRIES
    again = History(target)
    again.read()
    assert again.entries == history.entries
    assert [again.text(index, {}) for index in (0, 5, -1 % len(again.entries))] == [
        f"text {again.entries[index].number - 1}" for index in (0, 5, -1)
    ]


def test_the_history_has_a_most_of_bytes(tmp_path: Path) -> None:
    """Large versions push older ones out, however few they are; the latest always stays."""
    target = tmp_path / "w.yaml"
    history = History(target)
    texts = [os.urandom(MOST_BYTES // 8).hex() for _ in range(6)]
    for text in texts:
        history.add("outside", text, "large")
    assert history_of(target).stat().st_size <= MOST_BYTES
    assert history.text(len(history.entries) - 1, {}) == texts[-1]


def test_a_huge_file_in_place_of_the_history_is_read_in_part(path: Path, file: WorkbookFile) -> None:
    """A file of any size at its place is neither read whole nor a reason not to save."""
    history_of(path).parent.mkdir()
    with history_of(path).open("wb") as history:
        history.truncate(3_000_000_000)
    named(file, "One")
    assert file.can_undo
    assert history_of(path).stat().st_size < MOST_BYTES


def test_the_history_of_a_long_day_is_read_quickly(path: Path) -> None:
    """A full history costs a save nothing that a person feels."""
    history = History(path)
    text = path.read_text(encoding="utf-8")
    history.add("start", text, "start")
    for number in range(MOST_ENTRIES - 2):
        history.note(("save", "undo", "redo")[number % 3], text, text + f"# {number}\n", "x", of=number)
        text += f"# {number}\n"
    path.write_text(text, encoding="utf-8")
    start = time.perf_counter()
    named(open_workbook(path), "One")
    assert time.perf_counter() - start < 2


def test_what_a_change_is_called_can_be_said(file: WorkbookFile) -> None:
    """A form that knows better names its change itself."""
    file.put(renamed(file.workbook, "One"), what="Copied from the catalogue")
    assert what_happened(file)[-1] == "Copied from the catalogue"


def test_changes_are_named_in_plain_words(file: WorkbookFile) -> None:
    """Each kind of change is told with its place and values; of several the first and how many more."""
    file.put(with_candidate(file.workbook, "fossil", "One file"))
    file.put(with_candidate(file.workbook, "fossil", "One\n  program"))
    file.put(without_candidate(file.workbook, "fossil"))
    file.put(owned(renamed(file.workbook, "Short"), "x" * 60))
    tooling = file.workbook.options["tooling"]
    candidates = dict(reversed(tooling.candidates.items()))
    options = {"tooling": tooling.model_copy(update={"candidates": candidates, "weights": {"help": 2}})}
    file.put(file.workbook.model_copy(update={"options": options}))
    context = file.workbook.context.model_copy(update={"goals": ("a", "b")})
    file.put(file.workbook.model_copy(update={"context": context}))
    file.put(file.workbook.model_copy(update={"context": context.model_copy(update={"goals": ("b",)})}))
    place = "options.tooling.candidates"
    assert what_happened(file)[1:4] == [
        f"{place}.fossil: added",
        f"{place}.fossil.summary: “One file” → “One program”",
        f"{place}.fossil: taken out",
    ]
    assert what_happened(file)[4].endswith("project” → “Short” … and 1 more")
    assert what_happened(file)[5].startswith(f"{place}: in another order … and")
    assert what_happened(file)[7] == "context.goals: “a” taken out"


def run(*arguments: str | Path) -> Result:
    """Run a command."""
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_the_command_lists_versions(path: Path, file: WorkbookFile) -> None:
    """Newest first, with number, when, who and what; the current one and what was undone are marked."""
    named(file, "One", "Two")
    file.undo()
    lines = run("history", path).stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["4", "3", "2", "1"]
    assert ["current" in lines[0], "undone" in lines[1]] == [True, True]
    assert lines[0].endswith("undid 3: project.name: “One” → “Two”")
    assert user() in lines[0]


def test_the_command_gives_the_versions_as_json(path: Path, file: WorkbookFile) -> None:
    """The list as data has the documented keys."""
    named(file, "One")
    [newest, oldest] = json.loads(run("history", path, "--json").stdout)
    assert set(newest) == {"number", "when", "who", "what", "current", "undone"}
    assert (newest["number"], newest["current"], oldest["number"]) == (2, True, 1)


def test_the_command_shows_a_version_and_what_it_changed(path: Path, file: WorkbookFile) -> None:
    """A version's text is printed as it was; a change as a unified diff."""
    contents = named(file, "One")
    assert run("history", path, "--show", "1").stdout_bytes == contents[0]
    diff = run("history", path, "--diff", "2").stdout
    assert "-  name: A distributed VCS for the Python project\n+  name: One\n" in diff
    assert diff.startswith("--- before dvcs.yaml version 2\n+++ dvcs.yaml version 2\n")


def test_a_difference_without_a_last_line_break_is_whole(tmp_path: Path) -> None:
    """The last line of a file that doesn't end in a line break isn't run together with the one before."""
    path = tmp_path / "w.yaml"
    path.write_bytes(b"format: decision-workbook/1\nproject: {name: a}")
    named(open_workbook(path), "b")
    assert (
        "-project: {name: a}\n\\ No newline at end of file\n+project: {name: b}\n"
        in run("history", path, "--diff", "2").stdout
    )


@pytest.mark.parametrize("state", ["good", "gone", "broken"])
def test_the_command_restores_also_what_is_gone_or_broken(path: Path, file: WorkbookFile, state: str) -> None:
    """A version is brought back whatever stands at its place; what stood there isn't lost."""
    contents = named(file, "One", "Two")
    if state == "gone":
        path.unlink()
    if state == "broken":
        path.write_bytes(b"<<<<<<< ours\n")
    assert "None of these" not in run("history", path).stdout or state != "good"
    result = run("history", path, "--restore", "2")
    assert result.exit_code == 0, result.stderr
    assert path.read_bytes() == contents[1]
    assert [kept.read_bytes() for kept in path.parent.glob(".optlib/*.replaced-*")] == [b"<<<<<<< ours\n"] * (
        state == "broken"
    )
    assert file.refresh()
    assert file.undo()
    assert path.read_bytes() == contents[2]


def test_the_command_says_where_there_is_no_history(path: Path, tmp_path: Path) -> None:
    """No version yet, no file at all, and a number that isn't there are told apart."""
    assert "has no history yet" in run("history", path).stderr
    assert "is no file, and there is no history of one" in run("history", tmp_path / "none.yaml").stderr
    named(open_workbook(path), "One")
    result = run("history", path, "--show", "7")
    assert result.exit_code == 2
    assert "no version 7; there are 1 to 2" in result.stderr


def test_the_command_does_one_thing_at_a_time(path: Path) -> None:
    """Two of show, diff and restore together are refused."""
    result = run("history", path, "--show", "1", "--restore", "1")
    assert result.exit_code == 2
    assert "can't be used together" in result.stderr


def test_a_missing_file_with_a_history_says_how_to_get_it_back(path: Path, file: WorkbookFile) -> None:
    """Opening a file that was deleted names the command that brings it back."""
    named(file, "One")
    path.unlink()
    with pytest.raises(WorkbookError, match=rf"bring one back that was there: optlib history {path}"):
        open_workbook(path)


TEXTS = st.lists(
    st.sampled_from(["a\n", "b\n", "a", "", "\r\n", "été\n", "\u2028", "x" * 900 + "\n"]), max_size=30
).map("".join)


@LAWS
@given(TEXTS, TEXTS)
def test_a_patch_leads_there_and_back(old: str, new: str) -> None:
    """Whatever two texts are, the patch between them turns each into the other."""
    patch = patch_between(old, new)
    assert patched(old, patch) == new
    assert reverted(new, patch) == old


ENTRIES = st.builds(
    Entry,
    st.integers(1, 10**6),
    st.just("2026-11-23T05:34:11+00:00"),
    st.text(st.characters(categories=["L", "N"]), max_size=9),
    st.text(st.characters(categories=["L", "N", "P"]), max_size=30),
    st.sampled_from(["save", "undo", "outside"]),
    st.just("b" * 64),
    st.just("a" * 64),
    st.integers(0, 9),
    st.none() | st.lists(st.tuples(st.integers(0, 99), TEXTS, TEXTS), max_size=3).map(tuple),
    st.sampled_from(["", "eJwDAAAAAAE="]),
)


@LAWS
@given(ENTRIES, st.data())
def test_a_line_is_whole_or_nothing(entry: Entry, draws: st.DataObject) -> None:
    """An entry comes back from its line as it was; a line cut short, or with a byte changed, is no entry."""
    line = line_of(entry).rstrip(b"\n")
    assert entry_in(line) == entry
    at = draws.draw(st.integers(0, len(line) - 1))
    assert entry_in(line[:at]) is None
    assert entry_in(line[:at] + bytes([line[at] ^ 1]) + line[at + 1 :]) is None
