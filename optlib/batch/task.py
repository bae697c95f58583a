"""What a process of its own does for one workbook: make the report, and leave in a file how that went."""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from ..errors import OptlibError, RunError

DIED = "the kernel died"
_LAST_LINES = 40
_FAULT = 70  # exit status: something went wrong that is no error of ours (EX_SOFTWARE of sysexits.h)


@dataclass(frozen=True)
class Task:
    """One report to make, in plain values, and the scratch folder in which its process works."""

    workbook: str
    out: str
    scratch: str
    as_of: str
    notebooks: str = ""
    keep: str = ""
    light: bool = False
    pdf: bool = False
    summary: bool = False
    memory: int = 0

    @property
    def left(self) -> Path:
        """The file in which the process leaves how it went."""
        return Path(self.scratch) / "left.json"

    @property
    def log(self) -> Path:
        """The file that what it prints goes to."""
        return Path(self.scratch) / "log.txt"

    def text(self) -> str:
        """The task in one line, to be handed to another process."""
        return json.dumps(asdict(self))


def read_task(text: str) -> Task:
    """The task that was handed over."""
    return Task(**json.loads(text))


def carry_out(task: Task) -> None:
    """Make the report and leave how it went; any error that isn't ours ends the process, its traceback in the log."""
    left: dict[str, Any] = {}
    try:
        left["about"] = _known(task)
        _make(task)
    except OptlibError as error:
        left |= {"error": str(error), "again": isinstance(error, RunError) and DIED in str(error)}
    except MemoryError:
        left["error"] = f"needs more memory than the {task.memory} MB it may use; see --memory"
    part = task.left.with_suffix(".part")
    part.write_text(json.dumps(left), encoding="utf-8")
    part.replace(task.left)


def in_process_of_its_own(task: Task, prepare: Callable[[], None] = lambda: None) -> None:
    """Carry out a task with its own empty folder, session, temporary files and log, and end the process."""
    status = _FAULT
    try:
        _set_up(task)
        prepare()
        carry_out(task)
        _end_server()
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        with suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(status)


def last_lines(log: Path) -> str:
    """The end of what a process has printed."""
    try:
        return "\n".join(log.read_text("utf-8", errors="replace").splitlines()[-_LAST_LINES:])
    except OSError:
        return ""


def _end_server() -> None:
    """End the process that notebooks were forked from, which ends with this one in any case, in good order."""
    if "optlib.engine.preloaded" in sys.modules:
        from ..engine.preloaded import close_preloaded

        close_preloaded()


def _set_up(task: Task) -> None:
    _limit_memory(task.memory)
    folder = Path(task.scratch)
    for name in ("work", "tmp"):
        (folder / name).mkdir(exist_ok=True)
    os.chdir(folder / "work")
    os.environ["TMPDIR"] = str(folder / "tmp")
    log = os.open(task.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for number in (1, 2):
        os.dup2(log, number)
    os.close(log)


def _limit_memory(megabytes: int) -> None:
    """Let this process, and each that it starts, use no more memory for data; not every system can do it."""
    if not megabytes or sys.platform != "linux":
        return
    import resource

    limit = megabytes << 20
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))


def _known(task: Task) -> dict[str, Any]:
    from ..workbook_file import open_workbook
    from .about import about

    return about(open_workbook(Path(task.workbook)).workbook, date.fromisoformat(task.as_of))


def _make(task: Task) -> None:
    from ..report.mail import write_summary
    from ..report.make import make_report
    from ..report.pdf import pdf_path, print_pdf

    workbook, out, day = Path(task.workbook), Path(task.out), date.fromisoformat(task.as_of)
    given: dict[str, Any] = {"notebooks": _path(task.notebooks), "keep": _path(task.keep), "light": task.light}
    make_report(workbook, out, today=day, forks=1, **given)
    if task.pdf:
        print_pdf(out, pdf_path(out))
    if task.summary:
        write_summary(workbook, out, day)


def _path(text: str) -> Path | None:
    return Path(text) if text else None


if __name__ == "__main__":
    from optlib.report.alone import load

    load()
    in_process_of_its_own(read_task(sys.argv[1]))
