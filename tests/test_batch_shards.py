"""A batch in parts: each machine makes its own, and together they are what one would have made."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from optlib import OptlibError
from optlib.batch.names import jobs
from optlib.batch.results import Result
from optlib.batch.run import Batch, How, run_batch
from optlib.batch.shards import Shard, read_shard, write_index
from optlib.batch.store import Folder
from optlib.cli import main

from .conftest import TODAY
from .test_batch import workbook, write_notebooks

NAMES = ("a", "b", "c", "d", "e", "f")


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder to work in, with notebooks that say little and six workbooks."""
    monkeypatch.chdir(tmp_path)
    write_notebooks()
    for name in NAMES:
        workbook(name)


def batch(shard: str, out: str = "out") -> Batch:
    """A part of the batch of all workbooks."""
    how = How(TODAY, Path("notebooks"), light=True, workers=1)
    return run_batch(["?.yaml"], out, replace(how, shard=read_shard(shard)), lambda *_: None)


def reports(folder: str = "out") -> set[str]:
    """The names of the reports that are there."""
    return {path.name.removesuffix(".report.html") for path in Path(folder).glob("*.report.html")}


def listed(folder: str = "out") -> set[str]:
    """The workbooks that the index leads to."""
    page = (Path(folder) / "index.html").read_text("utf-8")
    return {name for name in NAMES if f'href="{name}.report.html"' in page}


@given(st.sets(st.text(min_size=1), max_size=30), st.integers(1, 9))
def test_each_report_is_in_one_part_whatever_else_there_is(names: set[str], of: int) -> None:
    """The part hangs on the report's own path, so that a workbook more or less moves no other."""
    parts = [Shard(number, of) for number in range(1, of + 1)]
    assert all([part.has(name) for part in parts].count(True) == 1 for name in names)


def test_parts_are_about_as_large_as_each_other() -> None:
    """Of a thousand workbooks, each of four parts has about a quarter."""
    parts = [sum(Shard(number, 4).has(f"teams/{one}.report.html") for one in range(1000)) for number in range(1, 5)]
    assert min(parts) > 200


@pytest.mark.parametrize("text", ["0/4", "5/4", "4", "1/0", "-1/4", "1/4/2", "a/b", "1/1000000", "1.5/4"])
def test_what_names_no_part_is_refused_in_words(text: str) -> None:
    """The message says what to write."""
    result = CliRunner().invoke(main, ["report", "a.yaml", "b.yaml", "-o", "out", f"--shard={text}"])
    assert result.exit_code == 2
    assert f"--shard {text}: write I/N, the part and how many there are, for example 1/4 to 4/4" in result.stderr
    assert not Path("out").exists()


def test_parts_make_together_what_one_batch_makes() -> None:
    """After the last part, its index has all; the whole batch over the folder then finds nothing to do."""
    first, second = batch("1/2"), batch("2/2")
    assert (first.count("made"), second.count("made")) == (len(first.results), len(second.results))
    assert reports() == listed() == set(NAMES)
    assert {"results-1-of-2.json", "results-2-of-2.json"} <= {path.name for path in Path("out").iterdir()}
    assert not Path("out/results.json").exists()
    whole = batch("1/1")
    assert whole.count("unchanged") == len(NAMES)
    assert len(json.loads(Path("out/results.json").read_text("utf-8"))["results"]) == len(NAMES)
    assert listed() == set(NAMES)


def test_folders_of_parts_can_be_put_together() -> None:
    """Parts made apart and copied into one folder are whole: nothing is made again, and the index has all."""
    for number in (1, 2, 3):
        batch(f"{number}/3", f"part{number}")
        shutil.copytree(f"part{number}", "out", dirs_exist_ok=True, copy_function=shutil.copyfile)
    whole = batch("1/1")
    assert whole.count("unchanged") == len(NAMES)
    assert listed() == set(NAMES)


def test_names_are_settled_before_a_batch_is_split(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two workbooks that would have one report are told apart also where they fall into different parts."""
    for folder in ("x", "y", "here"):
        Path(folder).mkdir()
        shutil.copyfile("a.yaml", f"{folder}/same.yaml")
    monkeypatch.chdir("here")
    arguments = ["../x/*.yaml", "../y/*.yaml"]
    names = {job.report for job in jobs(arguments, Path.cwd())}
    assert len(names) == 2
    how = How(TODAY, Path("../notebooks"), light=True, workers=1)
    parts = [run_batch(arguments, "out", replace(how, shard=Shard(number, 2)), lambda *_: None) for number in (1, 2)]
    assert sorted(result.report for part in parts for result in part.results) == sorted(names)


def test_parts_may_run_at_once() -> None:
    """Two parts in one folder at the same time both end well, and the index has all reports."""
    command = [sys.executable, "-m", "optlib.cli", "report", "?.yaml", "-o", "out", "--light", "-j", "1"]
    command += ["--notebooks", "notebooks", "--as-of", TODAY.isoformat()]
    running = [subprocess.Popen([*command, f"--shard={number}/2"], stderr=subprocess.DEVNULL) for number in (1, 2)]
    assert [process.wait(200) for process in running] == [0, 0]
    assert reports() == listed() == set(NAMES)


def test_an_index_that_was_overtaken_is_written_again() -> None:
    """Results of another part that come while the index is written are in it all the same."""

    class Overtaken(Folder):
        """A folder into which another part puts its results just as this one writes its index."""

        def write(self, name: str, content: bytes) -> None:
            """Write, the other one first."""
            if name == "index.html" and not Path("out/results-2-of-2.json").exists():
                put("results-2-of-2.json", "b")
            super().write(name, content)

    def put(name: str, project: str) -> None:
        row = {"workbook": f"{project}.yaml", "report": f"{project}.report.html", "status": "made"}
        content = {"results": [vars(Result(**row, about={}))]}  # type: ignore[arg-type]
        Path("out", name).write_text(json.dumps(content), encoding="utf-8")

    Path("out").mkdir()
    put("results-1-of-2.json", "a")
    write_index(Overtaken(Path("out")), Shard(1, 2), TODAY)
    assert listed() == {"a", "b"}


def test_a_file_that_holds_no_results_is_named() -> None:
    """What lies in the place of a part's results and is none is said, with what to do."""
    Path("out").mkdir()
    Path("out/results-2-of-2.json").write_text("[]", encoding="utf-8")
    with pytest.raises(OptlibError, match=r"results-2-of-2\.json: doesn't hold results of a batch; delete it"):
        write_index(Folder(Path("out")), Shard(1, 2), TODAY)


def test_a_part_without_a_workbook_is_no_failure() -> None:
    """More machines than workbooks: those with nothing to do say so and exit with 0."""
    empty = next(
        number for number in range(1, 100) if not any(Shard(number, 99).has(f"{one}.report.html") for one in NAMES)
    )
    done = batch(f"{empty}/99")
    assert (done.results, done.exit) == ((), 0)
