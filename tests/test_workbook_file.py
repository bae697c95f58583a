"""Saving: whole or not at all, with everybody's changes, and nothing lost."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from optlib import ConflictError, Workbook, WorkbookError, WorkbookFile, open_workbook
from optlib.atomic import write_atomically

from .conftest import EXAMPLES


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A copy of an example to write on."""
    return Path(shutil.copyfile(EXAMPLES / "pep374_dvcs.yaml", tmp_path / "dvcs.yaml"))


def renamed(workbook: Workbook, name: str) -> Workbook:
    """The workbook with another project name."""
    return workbook.model_copy(update={"project": workbook.project.model_copy(update={"name": name})})


def owned(workbook: Workbook, owner: str) -> Workbook:
    """The workbook with another owner."""
    return workbook.model_copy(update={"project": workbook.project.model_copy(update={"owner": owner})})


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


def test_a_full_disk_leaves_the_old_file(path: Path) -> None:
    """Where the content can't be written whole, the old file stays and no temporary file is left."""
    before = path.read_bytes()
    program = (
        "import resource, signal, sys; from pathlib import Path; from optlib.atomic import write_atomically\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "try: write_atomically(Path(sys.argv[1]), b'x' * 100_000)\n"
        "except OSError: sys.exit(7)"
    )
    done = subprocess.run([sys.executable, "-c", program, str(path)], check=False)
    assert done.returncode == 7
    assert path.read_bytes() == before
    assert [other.name for other in path.parent.iterdir()] == [path.name]


def test_a_kill_in_the_middle_of_a_save_leaves_a_whole_workbook(path: Path) -> None:
    """Killed at any moment of a loop of saves, the file is a sound workbook: the last one or the one before."""
    program = (
        "import sys, itertools; from optlib import open_workbook; file = open_workbook(sys.argv[1])\n"
        "for i in itertools.count():\n"
        "    project = file.workbook.project.model_copy(update={'name': f'Save {i}'})\n"
        "    file.put(file.workbook.model_copy(update={'project': project}))\n"
    )
    moments = random.Random(374)  # noqa: S311 - no secret, the same moments each time
    for _ in range(15):
        saver = subprocess.Popen([sys.executable, "-c", program, str(path)])
        before = path.read_bytes()
        while path.read_bytes() == before and saver.poll() is None:
            time.sleep(0.01)
        time.sleep(moments.uniform(0, 0.2))
        os.kill(saver.pid, signal.SIGKILL)
        saver.wait()
        assert open_workbook(path).workbook.project.name.startswith("Save ")


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
