"""What a report says it was made from: the workbook's file, to be downloaded, and the commit it stands at."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
from dulwich import porcelain
from dulwich.repo import Repo
from playwright.sync_api import Browser

from optlib import WorkbookError, make_report
from optlib.report.inputs import Inputs, read_inputs

from .conftest import EXAMPLES, TODAY
from .test_report_page import opened

WORKBOOK = "format: decision-workbook/1\nproject: {name: Grants}\n"
AS_IT_STANDS = "the file is as it stands there"
CHANGED = "the file has changes that are not in it"
NOT_IN_IT = "the file is not in it"


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    """A workbook in a folder of its own."""
    path = tmp_path / "decisions" / "grants.yaml"
    path.parent.mkdir()
    path.write_bytes(WORKBOOK.encode())
    return path


def commit(folder: Path, *paths: Path) -> str:
    """Make a repository of a folder, commit some of its files, and return the commit's id."""
    porcelain.init(str(folder))
    porcelain.add(str(folder), [str(path) for path in paths])
    return porcelain.commit(str(folder), message=b"first", author=b"A <a@b>", committer=b"A <a@b>").decode()


def test_the_page_holds_the_workbook_to_the_byte(full_report: Path) -> None:
    """The file that was read stands in the page as a link with its name, which no browser opens as a page."""
    page = full_report.read_text(encoding="utf-8")
    link = re.search(r'download="(.*?)" href="data:application/octet-stream;base64,([^"]*)"', page)
    assert link is not None
    assert link[1] == "optlib.yaml"
    assert base64.b64decode(link[2], validate=True) == (EXAMPLES / "optlib.yaml").read_bytes()


@pytest.mark.browser
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts on", "scripts off"])
def test_the_workbook_can_be_downloaded(browser: Browser, full_report: Path, tmp_path: Path, scripts: bool) -> None:
    """A click saves the file under its name, also where scripts are blocked, and the page stays as it is."""
    seen = opened(browser, full_report, scripts)
    with seen.page.expect_download() as download:
        seen.page.get_by_role("link", name="Download it").click()
    download.value.save_as(tmp_path / "saved.yaml")
    assert download.value.suggested_filename == "optlib.yaml"
    assert (tmp_path / "saved.yaml").read_bytes() == (EXAMPLES / "optlib.yaml").read_bytes()
    assert seen.page.url == full_report.as_uri()
    assert seen.complaints == []


def test_a_files_name_is_only_text(tmp_path: Path) -> None:
    """A name that would end the attribute, or turn round what stands beside it, is shown as characters."""
    name = '"><img src=q onerror=alert(1)> \u202elmay.yaml'
    path = tmp_path / name
    path.write_text(WORKBOOK, encoding="utf-8")
    page = make_report(path, tmp_path / "r.html", today=TODAY, light=True).read_text(encoding="utf-8")
    shown = re.search(r'download="([^"]*)"', page)
    assert shown is not None
    assert unescape(shown[1]) == name.replace("\u202e", "_")
    assert "<img" not in page


def test_a_workbook_in_no_repository_has_no_commit(workbook: Path) -> None:
    """Where nothing is said of git the file stands alone."""
    assert read_inputs(workbook) == Inputs("grants.yaml", WORKBOOK.encode())


def test_a_file_that_isnt_there_is_an_error_of_ours(tmp_path: Path) -> None:
    """The message is the one that opening a workbook gives."""
    with pytest.raises(WorkbookError, match="there is no such file"):
        read_inputs(tmp_path / "missing.yaml")


def test_a_committed_workbook_names_its_commit(workbook: Path, tmp_path: Path) -> None:
    """The commit that is checked out stands in the page, and that the file is as it stands there."""
    made = commit(tmp_path, workbook)
    page = make_report(workbook, tmp_path / "r.html", today=TODAY, light=True).read_text(encoding="utf-8")
    assert f"Commit <code>{made}</code>" in page
    assert AS_IT_STANDS in page


def test_git_need_not_be_installed(workbook: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The repository is read without the program."""
    made = commit(tmp_path, workbook)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert read_inputs(workbook).commit == made


def change(path: Path, _: Path) -> None:
    """Edit the file after the commit."""
    path.write_text(f"{WORKBOOK}deferred: {{}}\n", encoding="utf-8")


def end_lines_as_windows_does(path: Path, _: Path) -> None:
    """Have the file as git checks it out on Windows."""
    path.write_bytes(WORKBOOK.replace("\n", "\r\n").encode())


def pack(_: Path, folder: Path) -> None:
    """Put the repository's objects and references away as git does after a while."""
    with Repo(str(folder)) as repository:
        repository.object_store.pack_loose_objects()
        repository.refs.pack_refs(all=True)


def leave_alone(_: Path, folder: Path) -> None:
    """Do nothing to it."""


@pytest.mark.parametrize(
    ("then", "said"),
    [
        (leave_alone, AS_IT_STANDS),
        (end_lines_as_windows_does, AS_IT_STANDS),
        (pack, AS_IT_STANDS),
        (change, CHANGED),
    ],
)
def test_it_is_said_whether_the_file_differs(
    workbook: Path, tmp_path: Path, then: Callable[[Path, Path], None], said: str
) -> None:
    """The file is compared with that of the commit, whichever way git keeps it."""
    made = commit(tmp_path, workbook)
    then(workbook, tmp_path)
    inputs = read_inputs(workbook)
    assert (inputs.commit, inputs.commit_has) == (made, said)


def test_a_workbook_that_isnt_committed_is_said_to_be_missing(workbook: Path, tmp_path: Path) -> None:
    """The repository's commit is named all the same."""
    other = tmp_path / "readme.txt"
    other.write_text("words", encoding="utf-8")
    made = commit(tmp_path, other)
    inputs = read_inputs(workbook)
    assert (inputs.commit, inputs.commit_has) == (made, NOT_IN_IT)


def test_a_link_to_a_workbook_has_the_commit_of_the_file(workbook: Path, tmp_path: Path) -> None:
    """What counts is where the file lies, not from where it is reached."""
    made = commit(workbook.parent, workbook)
    link = tmp_path / "link.yaml"
    link.symlink_to(workbook)
    inputs = read_inputs(link)
    assert (inputs.name, inputs.commit, inputs.commit_has) == ("link.yaml", made, AS_IT_STANDS)


def test_a_second_worktree_has_its_own_commit(workbook: Path, tmp_path: Path) -> None:
    """A folder that git checked out beside the first is read through its file `.git`."""
    made = commit(workbook.parent, workbook)
    porcelain.worktree_add(str(workbook.parent), str(tmp_path / "second"), branch=b"second")
    inputs = read_inputs(tmp_path / "second" / "grants.yaml")
    assert (inputs.commit, inputs.commit_has) == (made, AS_IT_STANDS)


def no_commit(folder: Path) -> None:
    """A new repository."""
    porcelain.init(str(folder))


def no_objects(folder: Path) -> None:
    """A repository whose objects are lost."""
    for path in (folder / ".git" / "objects").rglob("*"):
        if path.is_file():
            path.unlink()


def cut_objects(folder: Path) -> None:
    """A repository whose objects are cut short."""
    for path in (folder / ".git" / "objects").rglob("*"):
        if path.is_file():
            path.chmod(0o600)
            path.write_bytes(path.read_bytes()[:7])


def leads_elsewhere(folder: Path) -> None:
    """A repository whose head is a file outside of it."""
    (folder / "secret").write_text("0" * 40, encoding="utf-8")
    (folder / ".git" / "HEAD").write_text("ref: ../../secret\n", encoding="utf-8")


def a_later_format(folder: Path) -> None:
    """A repository of a format that is not known."""
    with (folder / ".git" / "config").open("a") as config:
        config.write("[core]\n\trepositoryformatversion = 99\n")


@pytest.mark.parametrize("damage", [no_commit, no_objects, cut_objects, leads_elsewhere, a_later_format])
def test_a_repository_that_cant_be_read_stops_no_report(
    workbook: Path, tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    """Of a new, damaged or forged repository nothing is said."""
    if damage is not no_commit:
        commit(tmp_path, workbook)
    damage(tmp_path)
    assert read_inputs(workbook) == Inputs("grants.yaml", WORKBOOK.encode())


def test_nothing_in_a_repository_is_run(workbook: Path, tmp_path: Path) -> None:
    """Programs that a repository's settings name, as for watching or filtering files, are left alone."""
    made = commit(tmp_path, workbook)
    ran = tmp_path / "ran"
    settings = f'[core]\n\tfsmonitor = "touch {ran}"\n[filter "x"]\n\tclean = "touch {ran}"\n'
    with (tmp_path / ".git" / "config").open("a") as config:
        config.write(settings)
    (tmp_path / ".gitattributes").write_text("*.yaml filter=x\n", encoding="utf-8")
    assert read_inputs(workbook).commit == made
    assert not ran.exists()
