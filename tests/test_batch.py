"""Many reports at once: what is made, what is left alone, and what one failure does to the rest."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import nbformat
import pytest
from click.testing import CliRunner
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from optlib import OptlibError
from optlib.batch.results import Result
from optlib.batch.run import Batch, How, run_batch
from optlib.cli import main
from optlib.engine.preloaded import close_preloaded

from .conftest import EXAMPLES, TODAY

WORKBOOK = "format: decision-workbook/1\nproject: {{name: {}}}\nquality: {{level: experiment}}\n"
# A notebook that does what the file beside the workbook says, so that each workbook of a batch can go wrong in its way.
ACTS = """import os, pathlib, signal, sys, time
act = pathlib.Path(workbook_path).with_suffix(".py")
exec(act.read_text() if act.exists() else "", globals())"""
# A notebook descends from the process of its report, that from its keeper, and that from the nursery.
ABOVE = """def parent(pid):
    return int(pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
def is_nursery(pid):
    return "optlib.batch.nursery" in pathlib.Path(f"/proc/{pid}/cmdline").read_text()
above = [os.getpid()]
while is_nursery(above[-1]):
    above.append(parent(above[-1]))
nursery, keeper, worker = above[-2], above[-3], above[-4]
"""
CRASH = f"{ABOVE}os.kill(worker, signal.SIGSEGV)\ntime.sleep(60)"
CRASH_ONCE = "mark = act.with_suffix('.mark')\nif not mark.exists():\n    mark.touch()\n    exec(CRASH)"


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder to work in, with notebooks that say little; afterwards no process and no temporary folder is left."""
    (tmp_path / "tmp").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    write_notebooks()
    yield tmp_path
    close_preloaded()  # of this process, where it has made a report itself
    wait_for_end_of(tmp_path)
    assert list((tmp_path / "tmp").iterdir()) == []


def write_notebooks() -> None:
    """Notebooks that say little, in the folder `notebooks`."""
    Path("notebooks").mkdir()
    for name, source in {"0_project_basics": "1 + 1", "decision_report": ACTS}.items():
        parameters = new_code_cell('workbook_path = ""\nas_of = ""', id="parameters", metadata={"tags": ["parameters"]})
        cells = [new_markdown_cell("## A heading", id="phases"), parameters, new_code_cell(source, id="act")]
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": kernel}), f"notebooks/{name}.ipynb")


def wait_for_end_of(folder: Path) -> None:
    """Wait until no process works for this folder any more."""
    end = time.monotonic() + 20
    while left := [pid for pid, said in processes() if str(folder) in said]:
        assert time.monotonic() < end, left
        time.sleep(0.05)


def processes() -> Iterator[tuple[int, str]]:
    """Every process but this one, with its environment."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if int(folder.name) != os.getpid():
                yield int(folder.name), (folder / "environ").read_text(errors="replace")
        except OSError:
            continue


def workbook(name: str, acts: str = "") -> str:
    """A workbook of this name in the current folder, and what its notebook is to do."""
    Path(f"{name}.yaml").write_text(WORKBOOK.format(name), encoding="utf-8")
    if acts:
        Path(f"{name}.py").write_text(acts, encoding="utf-8")
    return f"{name}.yaml"


def batch(*arguments: str, **how: Any) -> tuple[Batch, dict[str, Result]]:
    """A batch into the folder `out`, and its results by workbook."""
    done = run_batch(arguments, Path("out"), replace(How(TODAY, Path("notebooks"), workers=2), **how), lambda *_: None)
    return done, {result.workbook: result for result in done.results}


def test_one_failure_stops_no_other() -> None:
    """A file that is no workbook, one that isn't there and a cell that fails are reported; the others are made."""
    Path("junk.yaml").write_bytes(b"\xff\xfe\x00")
    names = [
        workbook("good"),
        workbook("also"),
        "junk.yaml",
        "gone.yaml",
        workbook("bad", "raise ValueError('poison')"),
    ]
    done, results = batch(*names)
    assert {name: result.status for name, result in results.items()} == {
        "good.yaml": "made",
        "also.yaml": "made",
        "junk.yaml": "failed",
        "gone.yaml": "failed",
        "bad.yaml": "failed",
    }
    assert results["bad.yaml"].error == "decision_report.ipynb, cell act: ValueError: poison"
    assert "gone.yaml: there is no such file" in results["gone.yaml"].error
    assert results["bad.yaml"].attempts == 1
    assert done.exit == 1
    assert sorted(path.name for path in Path("out").glob("*.report.html")) == ["also.report.html", "good.report.html"]


def test_the_results_are_a_file_for_other_programs() -> None:
    """`results.json` counts, and has for each workbook its status, time, findings and error."""
    batch(workbook("good"), workbook("bad", "raise ValueError('poison')"))
    written = json.loads(Path("out/results.json").read_text("utf-8"))
    assert (written["format"], written["as_of"], written["made"], written["failed"]) == (
        "optlib-batch/1",
        "2026-11-23",
        1,
        1,
    )
    bad, good = written["results"]
    assert (bad["workbook"], bad["status"], "poison" in bad["error"]) == ("bad.yaml", "failed", True)
    assert (good["report"], good["status"], good["error"]) == ("good.report.html", "made", "")
    assert good["seconds"] > 0
    assert good["about"]["findings"]["gates"] > 0
    assert good["about"]["findings"]["blocking"]


def test_what_is_unchanged_is_left_alone() -> None:
    """A second batch starts nothing and touches no report; a change of one workbook makes just that one again."""
    names = [workbook("a"), workbook("b")]
    batch(*names)
    before = {path: path.stat().st_mtime_ns for path in Path("out").glob("*.report.html")}
    done, _ = batch(*names)
    assert (done.count("unchanged"), done.exit) == (2, 0)
    assert {path: path.stat().st_mtime_ns for path in Path("out").glob("*.report.html")} == before
    Path("a.yaml").write_text(WORKBOOK.format("A2"), encoding="utf-8")
    _, results = batch(*names)
    assert (results["a.yaml"].status, results["b.yaml"].status) == ("made", "unchanged")


def test_a_failed_report_is_made_again() -> None:
    """A failure is never taken for something finished, though nothing has changed."""
    name = workbook("bad", "raise ValueError('poison')")
    batch(name, workbook("good"))
    done, _ = batch(name, "good.yaml")
    assert (done.count("failed"), done.count("unchanged")) == (1, 1)
    Path("bad.py").unlink()
    assert batch(name, "good.yaml")[1][name].status == "made"


@pytest.mark.parametrize("change", ["day", "option", "notebook", "picture", "report", "gone"])
def test_whatever_a_report_hangs_on_makes_it_anew(change: str) -> None:
    """Another day, other options, notebooks or pictures, and a report that was changed or deleted, are noticed."""
    text = WORKBOOK.format("a") + "context: {goals: ['![plan](plan.png)']}\n"
    Path("a.yaml").write_text(text, encoding="utf-8")
    names, how = ["a.yaml", workbook("b")], {}
    batch(*names)
    report = Path("out/a.report.html")
    if change == "day":
        how["as_of"] = date(2026, 11, 24)
    elif change == "option":
        how["light"] = True
    elif change == "notebook":
        path = Path("notebooks/0_project_basics.ipynb")
        path.write_text(path.read_text("utf-8").replace("1 + 1", "1 + 2"), encoding="utf-8")
    elif change == "picture":
        Path("plan.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    elif change == "report":
        report.write_text("x" * report.stat().st_size, encoding="utf-8")
    else:
        report.unlink()
    _, results = batch(*names, **how)
    assert results["a.yaml"].status == "made"
    assert results["b.yaml"].status == ("made" if change in {"day", "option", "notebook"} else "unchanged")


def test_a_report_that_was_only_copied_is_unchanged() -> None:
    """A cache of CI restores files with another time; their bytes are what counts."""
    names = [workbook("a"), workbook("b")]
    batch(*names)
    shutil.move("out", "cached")
    shutil.copytree("cached", "out", copy_function=shutil.copyfile)
    assert batch(*names)[0].count("unchanged") == 2


def test_a_crash_is_tried_three_times_and_named() -> None:
    """A process that dies of a signal is started twice more; then signal and log are reported, and the rest is made."""
    _, results = batch(workbook("crash", CRASH), workbook("good"))
    crash = results["crash.yaml"]
    assert (crash.status, crash.attempts, crash.signal) == ("failed", 3, "SIGSEGV")
    assert crash.error == "its process was killed by SIGSEGV"
    assert results["good.yaml"].status == "made"


def test_a_crash_that_passes_is_no_failure() -> None:
    """What crashes once and then runs through is made, at its second attempt."""
    _, results = batch(workbook("once", f"CRASH = {CRASH!r}\n{CRASH_ONCE}"), workbook("good"))
    assert (results["once.yaml"].status, results["once.yaml"].attempts) == ("made", 2)


def test_a_kernel_that_dies_is_tried_again() -> None:
    """A notebook's process that ends may have run out of memory, and is given two more chances."""
    _, results = batch(workbook("dies", "os._exit(3)"), workbook("good"))
    assert (results["dies.yaml"].status, results["dies.yaml"].attempts) == ("failed", 3)
    assert "the kernel died" in results["dies.yaml"].error


def test_what_takes_too_long_is_ended_with_all_it_started() -> None:
    """After its time a report's processes are gone, also those that put themselves in a session of their own."""
    acts = "import subprocess\nsubprocess.Popen(['sleep', '600'], start_new_session=True)\ntime.sleep(600)"
    done, results = batch(workbook("slow", acts), workbook("good"), seconds=25)
    assert results["slow.yaml"].error == "took longer than 25 s; see --time-limit"
    assert results["slow.yaml"].attempts == 1
    assert results["good.yaml"].status == "made"
    assert done.seconds < 60


def test_what_needs_too_much_memory_fails_alone() -> None:
    """A cell that asks for more than the limit gets an error; nothing else is harmed."""
    _, results = batch(workbook("big", "bytearray(3 << 30)"), workbook("good"), memory=2048)
    assert "MemoryError" in results["big.yaml"].error
    assert results["good.yaml"].status == "made"


def test_what_a_report_leaves_running_is_ended() -> None:
    """A program that a cell has started in the background doesn't outlive the report."""
    acts = "import subprocess\n_ = subprocess.Popen(['sleep', '600'], start_new_session=True)"
    done, _ = batch(workbook("a", acts), workbook("b"))
    assert done.exit == 0


@pytest.mark.parametrize("victim", ["keeper", "nursery"])
def test_what_forks_may_be_killed_itself(victim: str) -> None:
    """Whichever process above a report's is killed, the report is made again, and every one is there at the end."""
    crash = f"{ABOVE}os.kill({victim}, signal.SIGKILL)\ntime.sleep(60)"
    once = workbook("once", f"CRASH = {crash!r}\n{CRASH_ONCE}")
    done, _ = batch(workbook("a"), once, workbook("b"), workbook("c"), workers=2)
    assert [result.status for result in done.results] == ["made"] * 4
    assert {path.name.split(".")[0] for path in Path("out").glob("*.report.html")} == {"a", "b", "c", "once"}


def test_a_driver_that_is_killed_is_taken_up_again(tmp_path: Path) -> None:
    """After kill -9 half way all its processes end, and the next batch makes only what isn't there."""
    runs = f"pathlib.Path({str(tmp_path / 'runs')!r}).touch()\ntime.sleep(2)"
    names = [workbook("a"), workbook("b", runs), workbook("c")]
    command = [sys.executable, "-m", "optlib.cli", "report", *names, "-o", "out", "-j", "1", "--notebooks", "notebooks"]
    command += ["--as-of", TODAY.isoformat()]
    driver = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert driver.stderr is not None
    assert driver.stderr.readline().startswith("[1/3] Wrote a.report.html")
    while not (tmp_path / "runs").exists():
        time.sleep(0.02)
    driver.send_signal(signal.SIGKILL)
    driver.wait()
    driver.stderr.close()
    wait_for_end_of(tmp_path)
    assert list(Path("tmp").iterdir()) == []
    _, results = batch(*names, workers=1)
    assert results["a.yaml"].status == "unchanged"
    assert {result.status for result in results.values()} == {"unchanged", "made"}
    assert len(list(Path("out").glob("*.report.html"))) == 3


def test_an_interrupted_batch_says_what_is_done() -> None:
    """After Ctrl-C the results of what was finished are written, and nothing goes on."""
    names = [workbook("a"), workbook("slow", "time.sleep(600)"), workbook("c")]
    command = [sys.executable, "-m", "optlib.cli", "report", *names, "-o", "out", "-j", "1", "--notebooks", "notebooks"]
    driver = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    assert driver.stderr is not None
    driver.stderr.readline()
    time.sleep(1)
    driver.send_signal(signal.SIGINT)
    driver.stderr.read()
    assert driver.wait(30) != 0
    driver.stderr.close()
    assert [one["workbook"] for one in json.loads(Path("out/results.json").read_text("utf-8"))["results"]] == ["a.yaml"]


def test_the_command_says_how_it_went() -> None:
    """Plain lines where there is no terminal, a summary with the failures last, and 0, 1 or 2 as exit status."""
    more = ["-o", "out", "--notebooks", "notebooks", "--light"]
    result = CliRunner().invoke(main, ["report", workbook("good"), workbook("bad", "1 / 0"), *more])
    assert result.exit_code == 1
    assert "] Wrote good.report.html in " in result.stderr
    assert result.stdout.splitlines()[0].endswith(": 1 made, 0 unchanged, 1 failed")
    assert result.stdout.splitlines()[-1].startswith("FAILED bad.yaml: decision_report.ipynb, cell act: ZeroDivision")
    assert CliRunner().invoke(main, ["report", "good.yaml", "good*.yaml", *more]).exit_code == 0
    assert CliRunner().invoke(main, ["report", "bad.yaml", "none.yaml", *more]).exit_code == 2


def test_several_reports_need_a_folder() -> None:
    """Without -o nothing is made: a report beside each workbook would be easy to overlook."""
    result = CliRunner().invoke(main, ["report", workbook("a"), workbook("b")])
    assert result.exit_code == 2
    assert "Several reports need a folder: name it with -o FOLDER." in result.stderr


def test_a_folder_that_cant_be_written_to_is_named() -> None:
    """A file in the place of the folder is said before anything runs."""
    Path("out").touch()
    with pytest.raises(OptlibError, match="out: reports can't be put here"):
        batch(workbook("a"), workbook("b"))
    Path("out").unlink()


def test_a_summary_of_each_is_written_too() -> None:
    """What one report can have beside it, each of a batch can, and a summary that was deleted is made again."""
    names = [workbook("a"), workbook("b")]
    batch(*names, summary=True, keep=Path("kept"))
    assert Path("out/a.summary.html").is_file()
    assert Path("kept/b/decision_report.ipynb").is_file()
    Path("out/a.summary.html").unlink()
    _, results = batch(*names, summary=True, keep=Path("kept"))
    assert (results["a.yaml"].status, results["b.yaml"].status) == ("made", "unchanged")


def test_the_shipped_examples_are_a_batch(tmp_path: Path) -> None:
    """The real notebooks on real workbooks give the bytes that a single report has."""
    from optlib import make_report

    names = [str(EXAMPLES / f"{name}.yaml") for name in ("hhs_wiki_platform", "pep374_dvcs")]
    done = run_batch(names, tmp_path / "out", How(TODAY, light=True, workers=2), lambda *_: None)
    assert done.exit == 0
    alone = make_report(Path(names[0]), tmp_path / "alone.html", today=TODAY, light=True)
    assert (tmp_path / "out" / "hhs_wiki_platform.report.html").read_bytes() == alone.read_bytes()


def test_a_reports_notebooks_are_forked_from_the_process_that_makes_it() -> None:
    """What a report's process has imported, its notebooks needn't: the server is a fork of it, not a new Python."""
    workbook("a")
    script = """
import os, pathlib, sys
from optlib.report.alone import load
load()
from optlib.engine.preloaded import close_preloaded, fork_from_here
import papermill
fork_from_here()
notebook = papermill.execute_notebook("notebooks/decision_report.ipynb", None, {"workbook_path": "a.yaml"},
    engine_name="optlib", progress_bar=False)
close_preloaded()
parent, command, shown = eval(notebook.cells[-1].outputs[0].text)
own = pathlib.Path("/proc/self/cmdline").read_bytes()
assert (parent, command) == (os.getpid(), own), shown
"""
    Path("a.py").write_text(
        "server = pathlib.Path(f'/proc/{os.getppid()}')\n"
        "said = (server / 'stat').read_text()\n"
        "print((int(said.rpartition(')')[2].split()[1]), (server / 'cmdline').read_bytes(), said))",
        encoding="utf-8",
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_an_error_of_many_lines_is_cut_where_many_are_shown() -> None:
    """A line for each workbook says the first of its faults and how many more there are."""
    from optlib.batch.shown import line

    assert line(Result("a.yaml", "a", "failed", error="one\ntwo\nthree")) == (
        "FAILED a.yaml: one (and 2 more, in results.json)"
    )


def test_two_batches_at_once_do_no_harm() -> None:
    """The same batch twice into one folder at the same time: both end well, and every file there is whole."""
    names = [workbook(name) for name in ("a", "b", "c")]
    command = [sys.executable, "-m", "optlib.cli", "report", *names, "-o", "out", "-j", "1", "--notebooks", "notebooks"]
    command += ["--as-of", TODAY.isoformat()]
    running = [subprocess.Popen(command, stderr=subprocess.DEVNULL) for _ in range(2)]
    assert [process.wait(200) for process in running] == [0, 0]
    files = {path.name: path.read_text("utf-8") for path in Path("out").iterdir() if path.is_file()}
    assert set(files) == {"index.html", "results.json", *(f"{name}.report.html" for name in "abc")}
    assert all(text.rstrip().endswith("</html>") for name, text in files.items() if name.endswith(".html"))
    assert len(json.loads(files["results.json"])["results"]) == 3
    assert batch(*names)[0].count("unchanged") == 3
