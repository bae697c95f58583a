"""Which workbooks a batch is about, and where their reports go."""

from __future__ import annotations

import unicodedata
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optlib import OptlibError
from optlib.batch.names import is_batch, jobs, place_of

PARTS = st.text(st.characters(exclude_characters="/\0*?[", exclude_categories=["Cs"]), min_size=1, max_size=150)
PATHS = st.lists(PARTS.filter(lambda part: part not in {".", ".."}), min_size=1, max_size=4).map("/".join)


def reports(here: Path, *arguments: str) -> dict[str, str]:
    """The report of each workbook, as both are written."""
    return {job.shown: job.report for job in jobs(arguments, here)}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A current folder with the workbooks of two teams."""
    for name in ("teams/a/x.yaml", "teams/b/x.yaml", "teams/b/deep/y.yaml", "teams/b/notes.txt"):
        (tmp_path / "here" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "here" / name).touch()
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path / "here"


def test_one_workbook_is_no_batch(here: Path) -> None:
    """A single file is reported as before; several, or a pattern, are a batch; a file's own brackets are no pattern."""
    (here / "odd[1].yaml").touch()
    assert not is_batch(["a.yaml"])
    assert not is_batch(["odd[1].yaml"])
    assert is_batch(["a.yaml", "b.yaml"])
    assert is_batch(["teams/*.yaml"])
    assert is_batch(["s3://bucket/teams/*.yaml"])


def test_one_workbook_into_a_folders_url_is_a_batch() -> None:
    """What ends in .html is one report, wherever it is; any other URL is a folder of reports."""
    assert is_batch(["a.yaml"], "s3://bucket/reports")
    assert not is_batch(["https://host/a.yaml?x=*"], "s3://bucket/a.html")
    assert not is_batch(["s3://bucket/a.yaml"], "reports")


def test_a_pattern_reaches_into_folders_and_keeps_them_apart(here: Path) -> None:
    """`**` finds workbooks at any depth, in alphabetical order, and reports lie as the workbooks do."""
    assert reports(here, "teams/**/*.yaml") == {
        "teams/a/x.yaml": "teams/a/x.report.html",
        "teams/b/deep/y.yaml": "teams/b/deep/y.report.html",
        "teams/b/x.yaml": "teams/b/x.report.html",
    }


def test_a_workbook_named_twice_is_made_once(here: Path) -> None:
    """Named by itself, by a pattern and through a link, it is one workbook, under its first name."""
    (here / "link.yaml").symlink_to(here / "teams/a/x.yaml")
    assert list(reports(here, "teams/a/x.yaml", "teams/a/*.yaml", "link.yaml")) == ["teams/a/x.yaml"]


def test_workbooks_from_elsewhere_lie_by_their_pattern(here: Path, tmp_path: Path) -> None:
    """Outside the current folder, what counts is the part below the pattern's fixed folder."""
    (tmp_path / "other" / "deep").mkdir(parents=True)
    (tmp_path / "other" / "deep" / "z.yaml").touch()
    assert list(reports(here, "../other/**/*.yaml").values()) == ["deep/z.report.html"]
    assert list(reports(here, "../other/deep/z.yaml").values()) == ["z.report.html"]


def test_reports_of_one_name_are_told_apart(here: Path) -> None:
    """Two that would be one file, also where only case or ending differ, both get a mark from where they lie."""
    first = reports(here, "teams/a/x.yaml", "teams/a/X.yml", "teams/b/x.yaml")
    assert len({name.casefold() for name in first.values()}) == 3
    assert first["teams/b/x.yaml"] == "teams/b/x.report.html"
    assert first == reports(here, "teams/b/x.yaml", "teams/a/X.yml", "teams/a/x.yaml")


@given(st.lists(PATHS, min_size=1, max_size=6, unique=True))
def test_no_two_reports_collide_and_none_leaves_the_folder(paths: list[str]) -> None:
    """Whatever workbooks are called, each has a report of its own, below the folder, in names that all systems hold."""
    names = [PurePosixPath(job.report) for job in jobs([f"{path}.yaml" for path in paths], Path("/nowhere/at/all"))]
    assert len({unicodedata.normalize("NFC", str(name)).casefold() for name in names}) == len(names)
    for name in names:
        assert not name.is_absolute()
        assert not {"..", "index.html", "results.json"} & set(name.parts)
        for part in name.parts:
            assert not part.startswith(".")
            assert part.isprintable()
            assert len(part) < 160
        assert not any(folder.endswith((".html", ".json")) for folder in name.parts[:-1])


def test_a_pattern_without_a_file_is_an_error(here: Path) -> None:
    """A batch over nothing is a mistake, and is said to be one."""
    with pytest.raises(OptlibError, match=r"squads/\*\.yaml: no file matches this pattern"):
        jobs(["squads/*.yaml"], here)


def test_a_folder_is_not_taken_for_its_workbooks(here: Path) -> None:
    """The message gives the pattern that was probably meant."""
    with pytest.raises(OptlibError, match=r"teams: is a folder; name the workbooks in it, for example 'teams/\*\*/"):
        jobs(["teams", "x.yaml"], here)


def test_urls_lie_by_their_pattern_or_by_their_name(here: Path) -> None:
    """What http calls `my%20plan.yaml` is a file with a space; the same URL twice is one workbook."""
    found = reports(here, "https://host/a/my%20plan.yaml", "s3://bucket/teams/y.yaml", "s3://bucket/teams/y.yaml")
    assert found == {
        "https://host/a/my%20plan.yaml": "my plan.report.html",
        "s3://bucket/teams/y.yaml": "y.report.html",
    }


def test_urls_of_one_name_are_told_apart_and_signatures_change_nothing(here: Path) -> None:
    """Two with the same name get a mark from where they lie, which is the same when they are signed anew."""
    first = reports(here, "https://host/a/x.yaml?sig=1", "https://host/b/x.yaml?sig=2", "teams/a/x.yaml")
    again = reports(here, "https://host/a/x.yaml?sig=3", "https://host/b/x.yaml?sig=4", "teams/a/x.yaml")
    assert first == again
    assert len(set(first.values())) == 3
    queries = jobs(["https://host/get?id=1", "https://host/get?id=2"], here)
    assert len({job.report for job in queries}) == 2


@pytest.mark.parametrize("name", ["..%2F..%2Fx", "%2e%2e", "a%00b", ".hidden", "con", "x" * 300])
def test_no_url_leads_out_of_the_folder(here: Path, name: str) -> None:
    """Whatever a URL calls its file, the report has a name of one part that every system can hold."""
    (report,) = reports(here, f"https://host/{name}.yaml").values()
    assert report == PurePosixPath(report).name
    assert not report.startswith(".")
    assert report.isprintable()
    assert len(report) < 160


def test_a_link_in_the_folder_leads_nothing_out_of_it(here: Path, tmp_path: Path) -> None:
    """Where a folder for reports is a link to elsewhere, or a report itself is, nothing is written there."""
    out = tmp_path / "out"
    (out / "teams" / "b").mkdir(parents=True)
    (out / "teams" / "a").symlink_to(tmp_path)
    (out / "teams" / "b" / "x.report.html").symlink_to(tmp_path / "precious")
    for job in jobs(["teams/a/x.yaml", "teams/b/x.yaml"], here):
        with pytest.raises(OptlibError, match="leads out of"):
            place_of(out, job.report)
