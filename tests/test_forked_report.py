"""A report on the command line: its notebooks are forked from the process that makes it, several at once."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from optlib import open_workbook
from optlib.engine.preloaded import can_fork

from .conftest import EXAMPLES
from .test_engine import is_gone
from .test_report import own_notebooks

pytestmark = pytest.mark.skipif(not can_fork(), reason="where processes aren't forked, notebooks run one by one")
EXAMPLE = EXAMPLES / "hhs_wiki_platform.yaml"
WAITS = """
import pathlib, time
pathlib.Path("{mine}").touch()
end = time.monotonic() + 60
while not pathlib.Path("{other}").exists() and time.monotonic() < end:
    time.sleep(0.02)
print("met" if pathlib.Path("{other}").exists() else "alone")
"""


def start(folder: Path, notebooks: Path, out: str = "r.html") -> subprocess.Popen[str]:
    """`optlib report` on an example, with notebooks of one's own."""
    command = [sys.executable, "-m", "optlib.cli", "report", str(EXAMPLE), "-o", out, "--light"]
    return subprocess.Popen(
        [*command, "--notebooks", str(notebooks)],
        cwd=folder,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def notebooks_with(folder: Path, **cells: str) -> Path:
    """The shipped notebooks, each with a cell of one's own."""
    names = {"first": "0_project_basics", "second": "1_core_technical"}
    own = folder / "notebooks"
    for which, source in cells.items():
        copy = own_notebooks(folder / which, names[which], source)
        if own.exists():
            (copy / f"{names[which]}.ipynb").replace(own / f"{names[which]}.ipynb")
        else:
            copy.rename(own)
    return own


def session_of(process: subprocess.Popen[str]) -> list[int]:
    """What runs of a command: itself and all below it."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(path.parent.name)] = int(path.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    found, new = {process.pid}, {process.pid}
    while new:
        new = {one for one, parent in parents.items() if parent in new}
        found |= new
    return sorted(found)


def test_notebooks_are_forks_of_the_command(tmp_path: Path) -> None:
    """The process that a notebook is forked from was forked from the command, so nothing is imported again."""
    own = notebooks_with(tmp_path, first="import os; print(open(f'/proc/{os.getppid()}/stat').read().split(')')[1])")
    process = start(tmp_path, own)
    _, complaints = process.communicate(timeout=120)
    assert process.returncode == 0, complaints
    shown = re.search(r"<pre> [SR] (\d+) ", (tmp_path / "r.html").read_text("utf-8"))
    assert shown
    assert int(shown[1]) == process.pid


@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="one processor runs one notebook at a time")
def test_two_notebooks_run_at_once(tmp_path: Path) -> None:
    """Each of two cells waits for the other notebook, and both come to an end."""
    waits = {"first": WAITS.format(mine="a", other="b"), "second": WAITS.format(mine="b", other="a")}
    process = start(tmp_path, notebooks_with(tmp_path, **waits))
    _, complaints = process.communicate(timeout=240)
    assert process.returncode == 0, complaints
    assert (tmp_path / "r.html").read_text("utf-8").count("<pre>met\n</pre>") == 2


def test_a_failure_ends_what_runs_beside_it(tmp_path: Path) -> None:
    """Where a cell of the first notebook fails, nobody waits for the second one, which would take for ever."""
    own = notebooks_with(tmp_path, first="1 / 0", second="import time; time.sleep(3600)")
    process = start(tmp_path, own)
    _, complaints = process.communicate(timeout=120)
    assert process.returncode == 2
    assert "0_project_basics.ipynb" in complaints
    assert "ZeroDivisionError" in complaints


def test_ctrl_c_ends_everything(tmp_path: Path) -> None:
    """Interrupted while cells run, the command ends, its notebooks with it, and the report that was there stays."""
    (tmp_path / "r.html").write_text("the last good one", encoding="utf-8")
    mark = "open({!r}, 'w').close(); import time; time.sleep(3600)"
    own = notebooks_with(tmp_path, first=mark.format(str(tmp_path / "runs")))
    process = start(tmp_path, own)
    while not (tmp_path / "runs").exists():
        assert process.poll() is None
        time.sleep(0.05)
    running = session_of(process)
    assert len(running) > 2
    os.kill(process.pid, signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode != 0
    assert (tmp_path / "r.html").read_text("utf-8") == "the last good one"
    assert all(map(is_gone, running))


def test_what_a_report_leaves_out_can_be_imported_after_it(tmp_path: Path) -> None:
    """Libraries that are kept out while papermill is imported are whole for whoever wants them later."""
    code = (
        "from optlib.report.alone import load; load()\n"
        "import papermill, sys\n"
        "assert 'rfc3986_validator' not in sys.modules\n"
        "from rfc3986_validator import validate_rfc3986\n"
        "assert validate_rfc3986('https://example.org')\n"
    )
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True)


def test_a_workbook_that_has_not_changed_is_read_once(tmp_path: Path) -> None:
    """Opened again it is the same value; after a change in the file it is what the file says now."""
    place = tmp_path / "mine.yaml"
    place.write_bytes(EXAMPLE.read_bytes())
    first = open_workbook(place).workbook
    assert open_workbook(place).workbook is first
    place.write_bytes(EXAMPLE.read_bytes().replace(b"Wiki platform", b"Wiki service"))
    assert open_workbook(place).workbook != first
