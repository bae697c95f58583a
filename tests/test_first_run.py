"""The first run: a workbook that isn't there yet, a name that is nearly right, notebooks of a former version."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner, Result
from nbclient import NotebookClient

from optlib import open_workbook
from optlib.cli import main
from optlib.errors import OptlibError
from optlib.first_run import make_sure_of
from optlib.notebook_copies import contents, copy_notebooks
from optlib.starting import new_workbook
from optlib.workbook_file import ENVIRONMENT_VARIABLE

from .conftest import NOTEBOOKS

FIRST = "0_project_basics.ipynb"
RECORD = "grants-notebooks.copied.json"


class Terminal:
    """A command in a terminal: what it shows is read, and answers are typed."""

    def __init__(self, process: subprocess.Popen[bytes], handle: int) -> None:
        self.process = process
        self._handle = handle
        self.shown = ""

    def wait_for(self, pattern: str, seconds: float = 60) -> str:
        """What the terminal shows once the pattern is there."""
        end = time.monotonic() + seconds
        while not re.search(pattern, self.shown) and time.monotonic() < end:
            if select.select([self._handle], [], [], 0.2)[0]:
                self.shown += self._read()
            elif self.process.poll() is not None:
                break
        assert re.search(pattern, self.shown), self.shown
        return self.shown

    def type(self, line: str) -> None:
        """Type a line."""
        os.write(self._handle, f"{line}\n".encode())

    def _read(self) -> str:
        try:
            return os.read(self._handle, 10_000).decode(errors="replace")
        except OSError:  # what Linux says once the command has ended
            self.process.wait(timeout=30)
            return ""


@contextmanager
def terminal(folder: Path, *arguments: str) -> Iterator[Terminal]:
    """`optlib edit` with these arguments, in a terminal in this folder; ended with Ctrl+C."""
    ours, its = pty.openpty()
    command = [sys.executable, "-m", "optlib.cli", "edit", *arguments]
    process = subprocess.Popen(command, cwd=folder, stdin=its, stdout=its, stderr=its, start_new_session=True)
    os.close(its)
    try:
        yield Terminal(process, ours)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGINT)
        process.wait(timeout=30)
        os.close(ours)


def edit(*arguments: str | Path) -> Result:
    """`optlib edit` without a terminal."""
    return CliRunner().invoke(main, ["edit", *map(str, arguments)])


def test_a_workbook_that_isnt_there_is_made_when_somebody_says_yes(tmp_path: Path) -> None:
    """It asks, explains the levels, proposes prototype, writes the file and goes on to serve it."""
    with terminal(tmp_path, "grants.yaml", "--app", "--no-browser") as shell:
        shell.wait_for(r"Make grants\.yaml\? \[Y/n\]")
        shell.type("")
        shell.wait_for(r"Quality level .*\[prototype\]")
        assert "secure: Threat modeling" in shell.shown
        shell.type("")
        shell.wait_for(r"http://127\.0\.0\.1:\d+/\?token=\w+")
    assert open_workbook(tmp_path / "grants.yaml").workbook.quality.level == "prototype"
    assert len(list((tmp_path / "grants-notebooks").glob("*.ipynb"))) == 5


def test_the_level_is_a_choice(tmp_path: Path) -> None:
    """A wrong level is asked for again; the one that is chosen stands in the file."""
    with terminal(tmp_path, "grants.yaml", "--app", "--no-browser") as shell:
        shell.wait_for("Make grants")
        shell.type("y")
        shell.wait_for("Quality level")
        shell.type("perfect")
        shell.wait_for("'perfect' is not one of")
        shell.type("secure")
        shell.wait_for("Wrote grants.yaml")
        shell.wait_for("token=")
    assert open_workbook(tmp_path / "grants.yaml").workbook.quality.level == "secure"


def test_who_says_no_gets_nothing(tmp_path: Path) -> None:
    """Nothing is written, and the exit code says that there is nothing to edit."""
    with terminal(tmp_path, "grants.yaml") as shell:
        shell.wait_for("Make grants")
        shell.type("n")
        shell.wait_for("was not made")
        assert shell.process.wait(timeout=30) == 2
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_is_nearly_right_is_asked_about(tmp_path: Path) -> None:
    """In a terminal the neighbour is named, and Enter makes no second file beside it."""
    new_workbook(tmp_path / "grants.yaml")
    with terminal(tmp_path, "grnats.yaml") as shell:
        shell.wait_for(r"There is no grnats\.yaml, but there is grants\.yaml")
        shell.type("")
        shell.wait_for("to open the other: optlib edit grants.yaml")
    assert [path.name for path in tmp_path.iterdir()] == ["grants.yaml"]


def test_without_a_terminal_it_says_the_command(tmp_path: Path) -> None:
    """A script gets no question: the message has the command that makes the file, and nothing is written."""
    result = edit(tmp_path / "my grants.yaml")
    assert result.exit_code == 2
    assert f"to make it: optlib edit --create '{tmp_path / 'my grants.yaml'}'" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_create_makes_it_without_asking(tmp_path: Path) -> None:
    """`--create` writes a prototype and leaves a file that is there alone."""
    path = tmp_path / "grants.yaml"
    make_sure_of(path, create=True)
    assert open_workbook(path).workbook.quality.level == "prototype"
    path.write_text("precious", encoding="utf-8")
    make_sure_of(path, create=True)
    assert path.read_text(encoding="utf-8") == "precious"


@pytest.mark.parametrize("typed", ["grant.yaml", "grants", "grants.yml", "GRANTS.yaml", "garnts.yaml"])
def test_a_misspelt_name_gets_its_neighbour_named(tmp_path: Path, typed: str) -> None:
    """A letter too few, a missing or another ending, and letters in the wrong order are all understood."""
    new_workbook(tmp_path / "grants.yaml")
    (tmp_path / "grant.yml.bak").write_text("format: decision-workbook/1\n", encoding="utf-8")
    assert f"but there is {tmp_path / 'grants.yaml'}" in edit(tmp_path / typed).stderr


def test_only_a_workbook_is_named_as_a_neighbour(tmp_path: Path) -> None:
    """Another YAML file is not what was meant, however alike its name."""
    (tmp_path / "grants.yaml").write_text("services: {}\n", encoding="utf-8")
    assert "but there is" not in edit(tmp_path / "grant.yaml").stderr


def test_a_folder_lists_its_workbooks(tmp_path: Path) -> None:
    """Where a folder is named, each workbook in it comes with its command; without any, how to make one."""
    assert f"to make one: optlib edit {tmp_path / 'decisions.yaml'}" in edit(tmp_path).stderr
    new_workbook(tmp_path / "grants.yaml")
    new_workbook(tmp_path / "portal.yml")
    result = edit(tmp_path)
    assert result.exit_code == 2
    assert f"  optlib edit {tmp_path / 'grants.yaml'}\n  optlib edit {tmp_path / 'portal.yml'}" in result.stderr


def test_a_folder_that_isnt_there_is_named(tmp_path: Path) -> None:
    """A workbook in a folder that doesn't exist is not made, nor is the folder."""
    with pytest.raises(OptlibError, match=r"there is no folder .*elsewhere; make it"):
        make_sure_of(tmp_path / "elsewhere" / "grants.yaml", create=True)
    assert list(tmp_path.iterdir()) == []


def test_a_broken_workbook_is_not_served(tmp_path: Path) -> None:
    """The faults come with their lines before anything is started or copied."""
    path = tmp_path / "grants.yaml"
    path.write_text("format: decision-workbook/1\nquality: {level: hopeful}\n", encoding="utf-8")
    result = edit(path, "--app")
    assert result.exit_code == 2
    assert f"{path}:2: quality.level" in result.stderr
    assert [each.name for each in tmp_path.iterdir()] == ["grants.yaml"]


def as_a_former_version(folder: Path) -> Path:
    """Have the first notebook as a former version of optlib would have left it; returns it."""
    copy_notebooks(folder)
    notebook = folder / FIRST
    notebook.write_text(notebook.read_text("utf-8").replace("Project basics", "Basics"), encoding="utf-8")
    record = folder.parent / ".optlib" / RECORD
    known = json.loads(record.read_text("utf-8"))
    record.write_text(json.dumps({**known, FIRST: contents(notebook)}), encoding="utf-8")
    return notebook


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a workbook's notebooks go."""
    return tmp_path / "grants-notebooks"


def test_notebooks_of_a_former_version_are_brought_up_to_date(folder: Path) -> None:
    """What nobody changed is replaced, also when it was run, which adds outputs; the others are left."""
    notebook = as_a_former_version(folder)
    found = nbformat.read(str(notebook), as_version=4)
    found.cells[1].outputs = [nbformat.v4.new_output("stream", text="ran")]
    found.cells[1].execution_count = 1
    found.metadata.language_info = {"name": "python"}
    nbformat.write(found, str(notebook))
    copies = copy_notebooks(folder)
    assert (copies.written, copies.updated, copies.kept) == ((), (FIRST,), ())
    assert notebook.read_bytes() == (NOTEBOOKS / FIRST).read_bytes()
    assert copy_notebooks(folder).updated == ()


def test_a_notebook_that_was_changed_stays(folder: Path, tmp_path: Path) -> None:
    """A cell of one's own is never lost: the notebook stays, and `optlib edit` says that there is a newer one."""
    notebook = as_a_former_version(folder)
    found = nbformat.read(str(notebook), as_version=4)
    found.cells.append(nbformat.v4.new_markdown_cell("Mine", id="mine"))
    nbformat.write(found, str(notebook))
    before = notebook.read_bytes()
    assert copy_notebooks(folder).kept == (FIRST,)
    with terminal(tmp_path, "grants.yaml", "--create", "--app", "--no-browser") as shell:
        shell.wait_for(r"since you changed them[^:]*: 0_project_basics\.ipynb")
        shell.wait_for("token=")
    assert notebook.read_bytes() == before


def test_a_change_of_ones_own_is_nothing_to_speak_of(folder: Path) -> None:
    """While no newer notebook is shipped a changed one just stays."""
    copy_notebooks(folder)
    (folder / FIRST).write_text("{}", encoding="utf-8")
    copies = copy_notebooks(folder)
    assert (copies.written, copies.updated, copies.kept) == ((), (), ())
    assert (folder / FIRST).read_text(encoding="utf-8") == "{}"


@pytest.mark.parametrize("record", ["", "[]", "{", '{"0_project_basics.ipynb": {}}', "[" * 5000])
def test_what_nobody_knows_of_a_notebook_keeps_it(folder: Path, record: str) -> None:
    """Without a record that can be read, a notebook which isn't the shipped one counts as changed."""
    notebook = as_a_former_version(folder)
    before = notebook.read_bytes()
    (folder.parent / ".optlib" / RECORD).write_text(record, encoding="utf-8")
    assert copy_notebooks(folder).kept == (FIRST,)
    assert notebook.read_bytes() == before


def test_the_record_is_hidden_from_git_and_writes_through_no_link(folder: Path) -> None:
    """It lies in `.optlib`, which git ignores; a link that somebody put in its place is not followed."""
    copy_notebooks(folder)
    record = folder.parent / ".optlib" / RECORD
    assert (folder.parent / ".optlib" / ".gitignore").read_text(encoding="utf-8") == "*\n"
    precious = folder.parent / "precious"
    precious.write_text("{}", encoding="utf-8")
    record.unlink()
    record.symlink_to(precious)
    (folder / FIRST).unlink()
    copy_notebooks(folder)
    assert precious.read_text(encoding="utf-8") == "{}"


def test_a_folder_that_cant_be_written_is_said_in_words(tmp_path: Path) -> None:
    """Notebooks that can't be copied are an error that names the folder."""
    (tmp_path / "grants-notebooks").write_text("", encoding="utf-8")
    with pytest.raises(OptlibError, match=r"grants-notebooks: notebooks can't be copied here"):
        copy_notebooks(tmp_path / "grants-notebooks")


def test_a_notebook_without_a_workbook_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Opened in a plain JupyterLab, a notebook shows the example and says how to come to a workbook of one's own."""
    monkeypatch.delenv(ENVIRONMENT_VARIABLE, raising=False)
    notebook = nbformat.read(str(NOTEBOOKS / FIRST), as_version=4)
    notebook.cells = notebook.cells[: next(i for i, cell in enumerate(notebook.cells) if cell.id == "open")]
    NotebookClient(notebook, timeout=120, skip_cells_with_tag="", resources={"metadata": {"path": tmp_path}}).execute()
    assert "optlib edit my.yaml" in json.dumps(notebook.metadata.widgets)
