"""Saving: whole or not at all, with everybody's changes, and nothing lost."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from optlib import ConflictError, WorkbookError, WorkbookFile, open_workbook
from optlib.atomic import write_atomically
from optlib.disk import Place
from optlib.model import FORMAT, Context, DomainOptions, People, Project, Score

from .conftest import EXAMPLES
from .saving import owned, renamed, with_candidate, without_candidate

HEAD = f"format: {FORMAT}\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A copy of an example to write on."""
    return Path(shutil.copyfile(EXAMPLES / "pep374_dvcs.yaml", tmp_path / "dvcs.yaml"))


def test_a_change_rewrites_its_own_line_only(path: Path) -> None:
    """All other lines are the same to the byte."""
    before = path.read_text(encoding="utf-8").splitlines()
    file = open_workbook(path)
    file.put(renamed(file.workbook, "Another name"))
    after = path.read_text(encoding="utf-8").splitlines()
    assert [old for old, new in zip(before, after, strict=True) if old != new] == [
        line for line in before if line.startswith("  name:")
    ]


def test_saving_what_is_there_writes_nothing(path: Path) -> None:
    """An unchanged value leaves bytes and time of the file alone."""
    before = path.stat()
    file = open_workbook(path)
    file.put(file.workbook)
    assert path.stat().st_mtime_ns == before.st_mtime_ns
    assert path.stat().st_ino == before.st_ino


def test_mode_and_link_are_kept(path: Path) -> None:
    """A file of its own mode behind a symbolic link stays both."""
    path.chmod(0o640)
    link = path.with_name("link.yaml")
    link.symlink_to(path)
    file = open_workbook(link)
    file.put(renamed(file.workbook, "Through the link"))
    assert link.is_symlink()
    assert path.stat().st_mode & 0o777 == 0o640
    assert open_workbook(path).workbook.project.name == "Through the link"


@pytest.mark.parametrize("start", ["", "\ufeff"], ids=["plain", "byte order mark"])
def test_line_ends_and_byte_order_mark_are_kept(path: Path, start: str) -> None:
    """A file from another system keeps its own way of writing."""
    path.write_bytes((start + path.read_text(encoding="utf-8").replace("\n", "\r\n")).encode())
    file = open_workbook(path)
    file.put(renamed(file.workbook, "Another name"))
    content = path.read_bytes().decode()
    assert content.startswith(start + "# yaml")
    assert content.count("\n") == content.count("\r\n")


def test_changes_in_different_places_are_merged(path: Path) -> None:
    """Two people who opened the same file both have their change in it."""
    mine, theirs = open_workbook(path), open_workbook(path)
    theirs.put(owned(theirs.workbook, "Their team"))
    mine.put(renamed(mine.workbook, "My name"))
    saved = open_workbook(path).workbook
    assert (saved.project.name, saved.project.owner) == ("My name", "Their team")


def test_changes_in_the_same_place_collide(path: Path) -> None:
    """The second is refused with the place, and the first one's change stays."""
    mine, theirs = open_workbook(path), open_workbook(path)
    theirs.put(renamed(theirs.workbook, "Theirs"))
    with pytest.raises(ConflictError, match=r"project\.name"):
        mine.put(renamed(mine.workbook, "Mine"))
    assert open_workbook(path).workbook.project.name == "Theirs"


def test_garbage_on_disk_is_not_overwritten(path: Path) -> None:
    """A file that no longer holds a workbook is left for a person to look at."""
    file = open_workbook(path)
    path.write_text("<<<<<<< ours\n", encoding="utf-8")
    with pytest.raises(WorkbookError, match="merge conflict"):
        file.put(renamed(file.workbook, "Mine"))
    assert path.read_text(encoding="utf-8") == "<<<<<<< ours\n"


def test_a_value_that_is_no_workbook_is_not_saved(path: Path) -> None:
    """A wrong value is refused with its place before the file is touched."""
    before = path.read_bytes()
    file = open_workbook(path)
    scale = file.workbook.scale.model_copy(update={"max": -1})
    with pytest.raises(WorkbookError, match="scale"):
        file.put(file.workbook.model_copy(update={"scale": scale}))
    assert path.read_bytes() == before


def test_a_file_that_is_gone_is_told(path: Path) -> None:
    """The message says that it was moved or deleted."""
    file = open_workbook(path)
    path.unlink()
    with pytest.raises(WorkbookError, match="moved or deleted"):
        file.put(renamed(file.workbook, "Mine"))


def test_a_shipped_example_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a path the shipped example opens to be read, and saving says how to get one's own."""
    monkeypatch.delenv("OPTLIB_WORKBOOK", raising=False)
    file = open_workbook()
    with pytest.raises(WorkbookError, match="optlib new --example optlib"):
        file.put(renamed(file.workbook, "Mine"))


def test_watchers_are_told_of_a_save(path: Path) -> None:
    """Whoever watches the file gets the new workbook."""
    told: list[str] = []
    file = open_workbook(path)
    file.watch(lambda workbook: told.append(workbook.project.name))
    file.put(renamed(file.workbook, "News"))
    assert told == ["News"]


def test_a_new_file_is_written_with_the_usual_mode(tmp_path: Path) -> None:
    """A file that wasn't there gets the mode that the user's mask allows."""
    path = tmp_path / "new"
    write_atomically(path, b"content")
    plain = tmp_path / "plain"
    plain.write_bytes(b"content")
    assert path.stat().st_mode == plain.stat().st_mode


def test_a_workbook_file_is_what_open_gives(path: Path) -> None:
    """`open_workbook` gives a WorkbookFile with the path it was asked for."""
    file = open_workbook(path)
    assert isinstance(file, WorkbookFile)
    assert file.path == path


def test_the_same_change_by_both_is_no_collision(path: Path) -> None:
    """Two people who write the same agree; nothing is refused."""
    mine, theirs = open_workbook(path), open_workbook(path)
    theirs.put(renamed(theirs.workbook, "Agreed"))
    content = path.read_bytes()
    mine.put(renamed(mine.workbook, "Agreed"))
    assert path.read_bytes() == content


def test_a_collision_names_line_place_and_both_values(path: Path) -> None:
    """The message says where both changed something, what each made of it, and what to do; the file is left alone."""
    mine, theirs = open_workbook(path), open_workbook(path)
    theirs.put(renamed(theirs.workbook, "Theirs"))
    content = path.read_bytes()
    with pytest.raises(ConflictError) as failure:
        mine.put(renamed(owned(mine.workbook, "My team"), "Mine"))
    line = next(number for number, line in enumerate(content.splitlines(), start=1) if b"name: Theirs" in line)
    assert str(failure.value) == (
        f"{path}:{line}: project.name: changed on disk since it was opened (“Theirs”), and here too (“Mine”); "
        "choose one of the two, or reload the file and change it again"
    )
    assert path.read_bytes() == content


def test_a_collision_is_settled_by_reloading(path: Path) -> None:
    """After a reload the workbook is the one on disk, and the change can be made on it."""
    mine, theirs = open_workbook(path), open_workbook(path)
    theirs.put(renamed(theirs.workbook, "Theirs"))
    with pytest.raises(ConflictError):
        mine.put(renamed(mine.workbook, "Mine"))
    assert mine.reload().project.name == "Theirs"
    mine.put(renamed(mine.workbook, "Mine"))
    assert open_workbook(path).workbook.project.name == "Mine"


def test_taking_out_what_the_other_changed_collides(path: Path) -> None:
    """A candidate that one person takes out while another works on it is not lost silently."""
    mine, theirs = open_workbook(path), open_workbook(path)
    theirs.put(with_candidate(theirs.workbook, "git", "A summary"))
    with pytest.raises(ConflictError, match=r"options\.tooling\.candidates\.git: .* here too \(taken out\)"):
        mine.put(without_candidate(mine.workbook, "git"))


def test_changes_that_only_together_are_wrong_collide(path: Path) -> None:
    """Deciding for a candidate that somebody else has taken out is a conflict, said with the place."""
    mine, theirs = open_workbook(path), open_workbook(path)
    decision = mine.workbook.decisions["tooling"].model_copy(update={"selected": ("svn",)})
    theirs.put(without_candidate(theirs.workbook, "svn"))
    content = path.read_bytes()
    with pytest.raises(ConflictError, match=r"decisions\.tooling\.selected\[0\]: there is no candidate"):
        mine.put(mine.workbook.model_copy(update={"decisions": {"tooling": decision}}))
    assert path.read_bytes() == content


def test_candidates_added_by_both_are_both_there(path: Path) -> None:
    """New entries of one map are merged by their ids."""
    mine, theirs = open_workbook(path), open_workbook(path)
    theirs.put(with_candidate(theirs.workbook, "fossil", "Theirs"))
    mine.put(with_candidate(mine.workbook, "darcs", "Mine"))
    assert {"fossil", "darcs"} < set(open_workbook(path).workbook.options["tooling"].candidates)


def test_a_comment_written_meanwhile_stays(path: Path) -> None:
    """What somebody adds in a text editor, which knows no lock, is in the file after the next save."""
    file = open_workbook(path)
    path.write_bytes(path.read_bytes().replace(b"project:\n", b"project:   # ours since 2009\n"))
    file.put(renamed(file.workbook, "Mine"))
    assert b"project:   # ours since 2009\n  name: Mine\n" in path.read_bytes()


def test_garbage_on_disk_is_told_with_its_line_and_what_it_means(path: Path) -> None:
    """The message says where the file is broken, and that the change is not saved."""
    file = open_workbook(path)
    path.write_bytes(path.read_bytes() + b"\n[")
    line = path.read_bytes().count(b"\n") + 1
    with pytest.raises(WorkbookError) as failure:
        file.put(renamed(file.workbook, "Mine"))
    assert str(failure.value).startswith(f"{path}:{line}: this isn't YAML")
    assert "nothing was saved" in str(failure.value)


def test_what_an_editor_wrote_at_the_last_moment_is_not_replaced(path: Path) -> None:
    """A file that holds something else by now than what was merged stays, and nothing is left beside it."""
    content = path.read_bytes()
    assert not Place(path).write("format: decision-workbook/1\n", instead_of=content + b"# a word")
    assert path.read_bytes() == content
    assert [other.name for other in path.parent.iterdir()] == [path.name]


def test_a_file_that_came_back_meanwhile_is_not_replaced(path: Path) -> None:
    """What was gone and is there again isn't overwritten as if it were still gone."""
    content = path.read_bytes()
    assert not Place(path).write("format: decision-workbook/1\n", instead_of=None)
    assert path.read_bytes() == content


def test_what_a_killed_save_left_is_swept(path: Path) -> None:
    """A temporary file of long ago goes with the next save; one that may still be written stays."""
    old, new = (path.with_name(f".{path.name}.{name}.tmp") for name in ("old", "new"))
    for left in (old, new):
        left.write_bytes(b"half")
    os.utime(old, (0, 0))
    file = open_workbook(path)
    file.put(renamed(file.workbook, "Mine"))
    assert (old.exists(), new.exists()) == (False, True)


def test_a_change_that_makes_the_file_too_large_is_told(path: Path) -> None:
    """A workbook that could not be opened again is not saved."""
    before = path.read_bytes()
    file = open_workbook(path)
    with pytest.raises(WorkbookError, match="5,000,000 bytes, so nothing was saved"):
        file.put(renamed(file.workbook, "n" * 5_000_000))
    assert path.read_bytes() == before


def test_keys_of_ones_own_outlive_their_section(path: Path) -> None:
    """A section that loses all that optlib knows of keeps the team's own keys."""
    path.write_bytes(path.read_bytes().replace(b"project:\n", b"project:\n  x-cost-centre: 4711\n"))
    file = open_workbook(path)
    file.put(file.workbook.model_copy(update={"project": Project()}))
    assert b"project:\n  x-cost-centre: 4711\n\npeople:\n" in path.read_bytes()


def test_a_block_text_at_the_very_end_keeps_its_words(tmp_path: Path) -> None:
    """A literal text that ends with the file, without a line break, doesn't get one from a line below it."""
    path = tmp_path / "w.yaml"
    path.write_bytes(b"format: decision-workbook/1\nproject:\n  summary: |\n    no break")
    file = open_workbook(path)
    file.put(owned(file.workbook, "Ada"))
    assert path.read_bytes().endswith(b"  summary: |-\n    no break\n  owner: Ada")


def test_a_list_moves_with_its_comments(tmp_path: Path) -> None:
    """Entries of a list in another order take the comments beside and above them along."""
    path = tmp_path / "w.yaml"
    path.write_text(f"{HEAD}context:\n  goals:\n    # on a\n    - a\n    - b   # beside b\n", encoding="utf-8")
    file = open_workbook(path)
    file.put(file.workbook.model_copy(update={"context": Context(goals=("b", "a"))}))
    expected = f"{HEAD}context:\n  goals:\n    - b   # beside b\n    # on a\n    - a\n"
    assert path.read_text(encoding="utf-8") == expected


def test_what_goes_from_brackets_leaves_the_comments_of_the_rest(tmp_path: Path) -> None:
    """An entry taken out of a list over several lines takes its own comment along, and only that."""
    kept = ["people: {informed: [  # all\n", "    Ada,\n", "    # the one below\n", "    Bob, Cy # both\n", "  ]}\n"]
    path = tmp_path / "w.yaml"
    path.write_text(HEAD + "".join([*kept[:2], '    "D, E",\n', *kept[2:]]), encoding="utf-8")
    file = open_workbook(path)
    file.put(file.workbook.model_copy(update={"people": People(informed=("Ada", "Bob", "Cy"))}))
    assert path.read_text(encoding="utf-8") == HEAD + "".join(kept)


def test_a_renamed_candidate_keeps_its_comments(tmp_path: Path) -> None:
    """A new id for what is otherwise the same changes the line of the id."""
    text = (
        f"{HEAD}options:\n  own:\n    candidates:\n      # above\n      old:   # beside\n        name: A   # inside\n"
    )
    path = tmp_path / "w.yaml"
    path.write_text(text, encoding="utf-8")
    file = open_workbook(path)
    own = file.workbook.options["own"]
    own = own.model_copy(update={"candidates": {"new": own.candidates["old"]}})
    file.put(file.workbook.model_copy(update={"options": {"own": own}}))
    assert path.read_text(encoding="utf-8") == text.replace("old:", "new:")


def test_the_long_form_of_a_score_stays(tmp_path: Path) -> None:
    """A score written as a map keeps its form, its comments and keys of one's own when only its value changes."""
    text = f"{HEAD}options:\n  data_state:\n    candidates:\n      a:\n        scores:\n          cost: # why\n"
    text += "            value: 3 # seen\n            x-run: 12\n"
    path = tmp_path / "w.yaml"
    path.write_text(text, encoding="utf-8")
    file = open_workbook(path)
    candidate = (
        file.workbook.options["data_state"].candidates["a"].model_copy(update={"scores": {"cost": Score(value=4)}})
    )
    options = {"data_state": DomainOptions(candidates={"a": candidate})}
    file.put(file.workbook.model_copy(update={"options": options}))
    assert path.read_text(encoding="utf-8") == text.replace("value: 3", "value: 4")


def test_a_folded_text_stays_folded(path: Path) -> None:
    """A text over several lines keeps its style, and its lines the width they have room for."""
    file = open_workbook(path)
    words = "a word " * 60
    project = file.workbook.project.model_copy(update={"summary": words.strip()})
    file.put(file.workbook.model_copy(update={"project": project}))
    lines = path.read_text(encoding="utf-8").splitlines()
    begin = lines.index("  summary: >-")
    assert lines[begin + 1].startswith("    a word a word")
    assert max(map(len, lines)) <= 130


@pytest.mark.parametrize(
    ("name", "said"),
    [("missing.yaml", "make one with: optlib new"), ("a\0b", "can't be read"), ("n" * 300, "can't be read")],
    ids=["missing", "null", "long"],
)
def test_a_path_that_leads_nowhere_is_told(tmp_path: Path, name: str, said: str) -> None:
    """A path without a file behind it is an error that names the path."""
    with pytest.raises(WorkbookError, match=said):
        open_workbook(tmp_path / name)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    """What is no regular file is refused before anything is read from it."""
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(WorkbookError, match="is a pipe or a device"):
        open_workbook(tmp_path / "pipe")
