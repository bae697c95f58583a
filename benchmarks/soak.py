"""Whether reports come out right a hundred times in a row on a busy machine, and what is left behind.

- single: `optlib report`, again and again, while every core is kept busy.
- batch: batches of two workbooks, likewise.
- library: one process that calls `make_report` again and again: its file descriptors, threads and children.
- killed: a batch in which processes are killed with SIGKILL at random moments, and which is then run again.

Each process that a run starts inherits a mark in its environment, and a folder of its own for temporary files: what has
the mark, or lies in the folder, after the run has ended is a leak. All reports of a workbook must have the same bytes.
Run: python benchmarks/soak.py [RUNS] [PART ...]
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from workbooks import DAY, EXAMPLES, write_workbooks

MARK = "OPTLIB_SOAK"
GRACE = 10.0  # seconds that processes have to end after the command has
KILL_EVERY = (0.3, 3.0)  # seconds between two kills, least and most
BOOK = EXAMPLES / "hhs_wiki_platform.yaml"
OPTIONS = ["--as-of", DAY.isoformat(), "--light"]
LIBRARY = """
import os, sys, threading
from datetime import date
from pathlib import Path
from optlib import make_report

def held():
    children = [one for one in os.listdir("/proc") if one.isdecimal() and parent(one) == os.getpid()]
    return len(os.listdir("/proc/self/fd")), threading.active_count(), len(children)

def parent(process):
    try:
        return int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0

workbook, out, day, runs = sys.argv[1:]
for run in range(int(runs) + 1):
    make_report(Path(workbook), Path(out), today=date.fromisoformat(day), light=True)
    if run in (0, int(runs)):
        print(*held())
"""


class Place:
    """A folder for a part's files, and one for temporary files, which have to be gone at the end."""

    def __init__(self, folder: Path) -> None:
        self.out = folder / "out"
        self.temporary = folder / "tmp"
        self.mark = f"{os.getpid()}-{folder.name}"
        for path in (self.out, self.temporary):
            path.mkdir(parents=True)

    def start(self, *line: str, **how: Any) -> subprocess.Popen[str]:
        """Start a Python of this environment with the mark."""
        marked = os.environ | {MARK: self.mark, "TMPDIR": str(self.temporary)}
        return subprocess.Popen([sys.executable, *line], env=marked, text=True, start_new_session=True, **how)

    def run(self, *line: str) -> tuple[int, str]:
        """Its exit status and what it printed."""
        process = self.start(*line, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        said, _ = process.communicate()
        return process.returncode, said

    def processes(self) -> list[int]:
        """Those that have the mark."""
        mark = f"{MARK}={self.mark}".encode()
        return [int(path.parent.name) for path in Path("/proc").glob("[0-9]*/environ") if mark in _content(path)]

    def left(self) -> str:
        """What is still there once everything has had time to end; empty where nothing is."""
        end = time.monotonic() + GRACE
        while (running := self.processes()) and time.monotonic() < end:
            time.sleep(0.05)
        names = [f"process {one} ({_content(Path(f'/proc/{one}/cmdline'))[:80]!r})" for one in running]
        return ", ".join([*names, *(f"folder {path.name}" for path in self.temporary.iterdir())])


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def cli(*line: str) -> tuple[str, ...]:
    """A command of optlib, for a Python of this environment."""
    return "-m", "optlib.cli", "report", *line, *OPTIONS


@contextmanager
def busy_machine() -> Iterator[None]:
    """As many processes as there are cores that do nothing but keep them busy."""
    loops = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(os.cpu_count() or 1)]
    try:
        yield
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()


def digest(path: Path) -> str:
    """The content of a file, as one number; empty where there is none."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def repeated(place: Place, runs: int, once: Callable[[], tuple[bool, str]]) -> None:
    """Do something again and again and print how often it went well, and what was left or said where it didn't."""
    start, green = time.perf_counter(), 0
    for run in range(runs):
        went_well, said = once()
        left = place.left()
        green += went_well and not left
        if not went_well or left:
            print(f"   run {run + 1}: {said.strip()[-400:]} {f'left: {left}' if left else ''}", flush=True)
    print(f"   {green} of {runs} green, {(time.perf_counter() - start) / runs:.2f} s each", flush=True)


def single(place: Place, runs: int) -> None:
    """One report at a time."""
    known = set[str]()

    def once() -> tuple[bool, str]:
        out = place.out / "report.html"
        out.unlink(missing_ok=True)
        status, said = place.run(*cli(str(BOOK), "-o", str(out)))
        known.add(digest(out))
        return status == 0 and len(known) == 1 and "" not in known, said

    repeated(place, runs, once)


def batch(place: Place, runs: int) -> None:
    """Two reports at a time, into a new folder each time."""
    books = [str(EXAMPLES / f"{name}.yaml") for name in ("hhs_wiki_platform", "pep374_dvcs")]
    known = set[tuple[str, ...]]()

    def once() -> tuple[bool, str]:
        with tempfile.TemporaryDirectory(dir=place.out) as out:
            status, said = place.run(*cli(*books, "-o", out, "-j", "2"))
            known.add(tuple(digest(path) for path in sorted(Path(out).rglob("*.report.html"))))
        return status == 0 and len(known) == 1 and len(next(iter(known))) == len(books), said

    repeated(place, runs, once)


def library(place: Place, runs: int) -> None:
    """What one process holds after its first report, and after the last."""
    out = str(place.out / "report.html")
    status, said = place.run("-c", LIBRARY, str(BOOK), out, DAY.isoformat(), str(runs))
    if status:
        print(f"   failed: {said[-400:]}")
        return
    first, last = (dict(zip(("descriptors", "threads", "children"), line.split(), strict=True)) for line in _ends(said))
    print(f"   after the first report {first}, after {runs} more {last}; left: {place.left() or 'nothing'}")


def _ends(said: str) -> list[str]:
    return said.strip().splitlines()[-2:]


def killed(place: Place, runs: int) -> None:
    """Batches of eight in which something is killed now and then; run again, they are whole."""
    draw = random.Random(1)  # noqa: S311 - not for secrets
    books = place.out / "books"
    books.mkdir()
    write_workbooks(books, 8)
    kills = 0

    def once() -> tuple[bool, str]:
        nonlocal kills
        with tempfile.TemporaryDirectory(dir=place.out) as out:
            line = cli(str(books / "*.yaml"), "-o", out, "-j", "2")
            killed_now, said = _with_kills(place, line, draw)
            kills += killed_now
            left = place.left()
            status, again = place.run(*line)
            whole = len(list(Path(out).rglob("*.report.html"))) == len(list(books.iterdir()))
            counts = json.loads((Path(out) / "results.json").read_text("utf-8")) if whole else {}
            well = status == 0 and whole and not left and counts["failed"] == 0
        return well, f"{said[-300:]} | {again[-300:]} | left at first: {left}"

    repeated(place, runs, once)
    print(f"   {kills} processes were killed")


def _with_kills(place: Place, line: tuple[str, ...], draw: random.Random) -> tuple[int, str]:
    """Run a command and kill one of the processes that it has started, any but itself, at random moments."""
    kills = 0
    with tempfile.TemporaryFile("w+", dir=place.out) as log:
        driver = place.start(*line, stdout=log, stderr=log)
        while driver.poll() is None:
            time.sleep(draw.uniform(*KILL_EVERY))
            others = [one for one in place.processes() if one != driver.pid]
            if others and driver.poll() is None:
                kills += _kill(draw.choice(others))
        log.seek(0)
        return kills, log.read()


def _kill(process: int) -> bool:
    try:
        os.kill(process, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


PARTS: dict[str, Callable[[Place, int], None]] = {
    "single": single,
    "batch": batch,
    "library": library,
    "killed": killed,
}


def main(runs: int, parts: list[str]) -> None:
    """Run the parts on a busy machine, one after another."""
    print(f"{runs} runs, {os.cpu_count()} cores, all of them kept busy")
    with tempfile.TemporaryDirectory() as folder, busy_machine():
        for name in parts:
            print(f"{name}:", flush=True)
            PARTS[name](Place(Path(folder) / name), runs)


if __name__ == "__main__":
    main(int((sys.argv[1:] or ["100"])[0]), sys.argv[2:] or list(PARTS))
