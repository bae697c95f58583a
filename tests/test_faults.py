"""Whatever goes wrong while a workbook is saved: the file is whole, old or new, and what was acknowledged is in it."""

from __future__ import annotations

import mmap
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from optlib import WorkbookFile, open_workbook
from optlib.errors import SaveError
from optlib.history_lines import entry_in

from .conftest import EXAMPLES, ROOT
from .disks import can_mount, fill, read_only_disk, small_disk
from .saving import renamed, with_candidate

KILLS = 1_000
EXAMPLE = EXAMPLES / "pep374_dvcs.yaml"
LIMITED = (
    "import os, resource, signal, sys; from optlib import open_workbook; from optlib.errors import SaveError\n"
    "file = open_workbook(sys.argv[1])\n"
    "if sys.argv[2] == 'full':\n"
    "    signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
    "elif os.geteuid() == 0: os.setgroups([]); os.setuid(65534)\n"
    "before = file.workbook\n"
    "project = before.project.model_copy(update={'name': 'Mine'})\n"
    "try: file.put(before.model_copy(update={'project': project}))\n"
    "except SaveError as error: print(error)\n"
    "assert file.workbook is before"
)


KILLED = "import pathlib, sys; from tests.test_faults import kill_savers; kill_savers(pathlib.Path(sys.argv[1]))"
INTERRUPTED = """
import random, signal, sys, time
from optlib import open_workbook
from tests.saving import renamed
file = open_workbook(sys.argv[1])
start = time.perf_counter()
for number in range(5):
    file.put(renamed(file.workbook, f"Timing {number}"))
longest = 1.5 * (time.perf_counter() - start) / 5
moments, saved, interrupted = random.Random(374), 0, 0
signal.signal(signal.SIGALRM, signal.default_int_handler)
for number in range(200):
    try:
        signal.setitimer(signal.ITIMER_REAL, moments.uniform(0.0001, longest))
        file.put(renamed(file.workbook, f"Save {number}"))
        signal.setitimer(signal.ITIMER_REAL, 0)
        saved += 1
    except KeyboardInterrupt:
        interrupted += 1
    signal.setitimer(signal.ITIMER_REAL, 0)
    assert open_workbook(sys.argv[1]).workbook == file.workbook
file.put(renamed(file.workbook, "The end"))
print(saved, interrupted)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A copy of an example to write on."""
    return Path(shutil.copyfile(EXAMPLE, tmp_path / "dvcs.yaml"))


@pytest.fixture
def open_to_all() -> Iterator[Path]:
    """A copy of an example in a folder that every user of the machine can reach."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o777)
        yield Path(shutil.copyfile(EXAMPLE, Path(name) / "dvcs.yaml"))
        Path(name).chmod(0o777)


def left_behind(path: Path) -> list[str]:
    """The temporary files beside a workbook."""
    return [other.name for other in path.parent.iterdir() if other.suffix == ".tmp"]


class Saver:
    """A process that saves in a loop, and says in shared memory how far it is."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.state = mmap.mmap(-1, 16)
        self.pid = 0

    @property
    def acknowledged(self) -> int:
        """The number of the last save that returned."""
        return int.from_bytes(self.state[:8], "little")

    @property
    def begun(self) -> int:
        """The number of the last save that was begun."""
        return int.from_bytes(self.state[8:], "little")

    def start(self, file: WorkbookFile | None = None) -> None:
        """Begin to save, from the number after the last one that was begun."""
        before, file = self.begun, file or open_workbook(self.path)
        self.pid = os.fork()
        if not self.pid:
            try:
                self._save_on(file, before + 1)
            finally:
                os._exit(1)
        while self.begun == before:
            time.sleep(0.0002)

    def kill(self) -> None:
        """End it at once, whatever it is doing."""
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)

    def _save_on(self, file: WorkbookFile, number: int) -> None:
        while True:
            self.state[8:] = number.to_bytes(8, "little")
            file.put(renamed(file.workbook, f"Save {number}"))
            self.state[:8] = number.to_bytes(8, "little")
            number += 1


def seconds_of_a_save(path: Path) -> float:
    """How long one takes here and now."""
    file = open_workbook(path)
    start = time.perf_counter()
    for number in (1, 2, 3, 4, 0):
        file.put(renamed(file.workbook, f"Save {number}"))
    return (time.perf_counter() - start) / 5


def test_a_thousand_kills_tear_nothing(path: Path) -> None:
    """Killed at random moments of a loop of saves, no file is torn, no acknowledged save lost, and saving goes on."""
    # In a process of its own, since forking one as large as that of all tests takes longer than a save.
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(path)], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr


def kill_savers(path: Path) -> None:
    """Kill processes that save, each at a random moment, and look each time at what they have left."""
    moments = random.Random(374)  # noqa: S311 - no secret, the same moments each time
    longest = 2 * seconds_of_a_save(path)
    saver, file = Saver(path), open_workbook(path)
    inside = in_the_midst = 0
    for kill in range(KILLS):
        saver.start(file)
        time.sleep(moments.uniform(0, longest))
        saver.kill()
        inside += saver.begun > saver.acknowledged
        file = open_workbook(path)
        number = int(file.workbook.project.name.removeprefix("Save "))
        assert saver.acknowledged <= number <= saver.begun
        in_the_midst += number > saver.acknowledged
        check_history(file, kill)
        saver.state[:8] = number.to_bytes(8, "little")
    assert inside > KILLS // 2, "too few kills met a save"
    assert in_the_midst + len(left_behind(path)) > KILLS // 200, "too few kills met a save that was writing"
    file.put(renamed(file.workbook, "The end"))
    assert file.undo()
    assert open_workbook(path).workbook.project.name == f"Save {number}"


def check_history(file: WorkbookFile, kill: int) -> None:
    """Assert that the history can be read: its newest versions always, and now and then every one of them."""
    few = None if kill % 200 == 199 else 2
    for version in file.history()[:few]:
        assert file.version(version.number).startswith("# yaml-language-server")
    lines = (file.path.parent / ".optlib" / f"{file.path.name}.history.jsonl").read_bytes().split(b"\n")[:-1]
    assert all(map(entry_in, lines[-5 * few :] if few else lines))


def test_an_interrupted_kernel_knows_what_is_on_disk(path: Path) -> None:
    """Interrupted at random moments of a save, a kernel never collides later with what it wrote itself."""
    command = [sys.executable, "-c", INTERRUPTED, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    saved, interrupted = map(int, done.stdout.split())
    assert min(saved, interrupted) > 10
    assert open_workbook(path).workbook.project.name == "The end"
    assert left_behind(path) == []


def test_a_lock_whose_holder_was_killed_holds_nobody_up(path: Path) -> None:
    """The lock ends with its process, though its file and the name in it are left."""
    saver = Saver(path)
    for _ in range(5):
        saver.start()
        saver.kill()
        start = time.perf_counter()
        file = open_workbook(path)
        file.put(renamed(file.workbook, "Mine"))
        assert time.perf_counter() - start < 2


def test_a_save_that_hangs_is_named_and_not_disturbed(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a stopped process holds the lock a save waits in vain, says who holds it, and changes nothing."""
    monkeypatch.setenv("LOGNAME", "ada")
    file = open_workbook(path)
    saver = Saver(path)
    saver.start()
    lock = FileLock(path.parent / ".optlib" / f"{path.name}.lock", timeout=0)
    stop_while_it_holds(saver, lock)
    try:
        content = path.read_bytes()
        with pytest.raises(
            SaveError, match=rf"saved by another program \(ada on .*, process {saver.pid}, since"
        ) as told:
            file.put(with_candidate(file.workbook, "fossil", "Mine"))
        assert "nothing was saved" in str(told.value)
        assert path.read_bytes() == content
        os.kill(saver.pid, signal.SIGCONT)
        file.put(with_candidate(file.workbook, "fossil", "Mine"))
        assert "fossil" in open_workbook(path).workbook.options["tooling"].candidates
    finally:
        saver.kill()


def stop_while_it_holds(saver: Saver, lock: FileLock) -> None:
    """Stop the process at a moment at which it has the lock and has said so."""
    while True:
        os.kill(saver.pid, signal.SIGSTOP)
        try:
            lock.acquire()
            lock.release()
        except TimeoutError:
            holder = Path(lock.lock_file).with_suffix(".holder")
            if holder.exists() and str(saver.pid) in holder.read_text("utf-8"):
                return
        os.kill(saver.pid, signal.SIGCONT)
        time.sleep(0.001)


def test_a_full_disk_is_told_and_changes_nothing(tmp_path: Path) -> None:
    """With no room the save says so, the file and the value stay, nothing is left, and with room again it works."""
    if not can_mount():
        return check_without_rights(Path(shutil.copyfile(EXAMPLE, tmp_path / "dvcs.yaml")), "full", "free some space")
    for had_history in (False, True):
        with small_disk(tmp_path, "400k") as disk:
            path = Path(shutil.copyfile(EXAMPLE, disk / "dvcs.yaml"))
            file = open_workbook(path)
            if had_history:
                file.put(renamed(file.workbook, "Before"))
            content, before = path.read_bytes(), file.workbook
            filler = fill(disk)
            with pytest.raises(SaveError, match="No space left on device; free some space on the disk") as failure:
                file.put(renamed(file.workbook, "Mine"))
            assert not failure.value.is_lost
            assert (path.read_bytes(), left_behind(path), file.workbook is before) == (content, [], True)
            filler.unlink()
            file.put(renamed(file.workbook, "Mine"))
            assert open_workbook(path).workbook.project.name == "Mine"
            assert (disk / ".optlib" / ".gitignore").read_text("ascii") == "*\n"
            assert file.undo()
            assert path.read_bytes() == content
    return None


def test_a_disk_with_room_for_the_file_only_takes_the_save(tmp_path: Path) -> None:
    """Where the history doesn't fit any more the save stands, and the fault is said."""
    path = Path(shutil.copyfile(EXAMPLE, tmp_path / "dvcs.yaml"))
    program = LIMITED.replace("(1000, 1000)", "(30_000, 30_000)").replace("'Mine'", "str(number)")
    program = program.replace("before = file.workbook\n", "for number in range(2):\n  before = file.workbook\n")
    program = program.replace("\nproject", "\n  project").replace("\ntry: ", "\n  ").split("\nexcept")[0]
    open_workbook(path)
    history = tmp_path / ".optlib" / "dvcs.yaml.history.jsonl"
    history.parent.mkdir()
    file = open_workbook(path)
    for number in range(200):
        file.put(renamed(file.workbook, f"{number} {os.urandom(200).hex()}"))
        if history.stat().st_size > 29_000:
            break
    done = subprocess.run(
        [sys.executable, "-c", program + "\nprint(file.history_fault)", str(path), "full"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "the history can't be kept" in done.stdout
    assert open_workbook(path).workbook.project.name == "1"


@pytest.mark.parametrize("limit", ["full", "folder", "file"])
def test_what_a_process_may_not_write_is_told(open_to_all: Path, limit: str) -> None:
    """With a limit on file sizes, or no right to write in the folder or on the file, the remedy is said."""
    open_to_all.chmod(0o444 if limit == "file" else 0o666)
    if limit == "folder":
        open_to_all.parent.chmod(0o555)
    check_without_rights(open_to_all, limit, "free some space" if limit == "full" else "permissions")


def check_without_rights(path: Path, limit: str, remedy: str) -> None:
    """Assert that a process with less rights fails to save with this remedy, and that nothing is changed or left."""
    content = path.read_bytes()
    command = [sys.executable, "-c", LIMITED, str(path), limit]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert said.startswith(f"{path}: ")
    assert remedy in said
    assert (path.read_bytes(), left_behind(path)) == (content, [])


def test_a_disk_that_can_only_be_read_is_told(open_to_all: Path) -> None:
    """On a read-only disk a workbook opens, and a save says what to do; not even root gets any further."""
    if not can_mount():
        open_to_all.parent.chmod(0o555)
        return check_without_rights(open_to_all, "folder", "permissions")
    with read_only_disk(open_to_all.parent):
        file = open_workbook(open_to_all)
        with pytest.raises(SaveError, match="is write-protected, so nothing was saved; check the permissions"):
            file.put(renamed(file.workbook, "Mine"))
        assert (file.can_undo, file.refresh(), file.history_fault) == (False, False, "")
    return None


def test_a_folder_that_cannot_be_listed_takes_the_save(open_to_all: Path) -> None:
    """Where one may write but not look around, a save goes through, and isn't reported as failed after all."""
    open_to_all.chmod(0o666)
    open_to_all.parent.chmod(0o333)
    program = LIMITED.replace("assert file.workbook is before", "assert file.undo(), file.history_fault")
    done = subprocess.run(
        [sys.executable, "-c", program, str(open_to_all), ""], capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr, done.returncode) == ("", "", 0)


def test_a_folder_for_others_only_is_told(open_to_all: Path) -> None:
    """Where somebody else's .optlib can't be written in, the message names it."""
    (open_to_all.parent / ".optlib").mkdir(mode=0o755)
    open_to_all.chmod(0o666)
    if os.geteuid() == 0:
        check_without_rights(open_to_all, "folder", ".optlib")


@pytest.mark.parametrize("what", ["link", "folder"])
def test_what_is_in_the_way_of_the_lock_is_told(path: Path, what: str) -> None:
    """A link or a folder where the lock should be is not followed; the message names it, to be deleted."""
    lock = path.parent / ".optlib" / f"{path.name}.lock"
    lock.parent.mkdir()
    lock.symlink_to(EXAMPLE) if what == "link" else lock.mkdir()
    file = open_workbook(path)
    with pytest.raises(SaveError, match=rf"delete {lock}, then save again"):
        file.put(renamed(file.workbook, "Mine"))


def test_a_file_in_place_of_the_folder_is_told(path: Path) -> None:
    """A file named .optlib is in the way; the message says which, and to delete it."""
    (path.parent / ".optlib").write_text("mine", encoding="utf-8")
    file = open_workbook(path)
    with pytest.raises(SaveError, match=r"\.optlib is a link or a file, but must be a folder; delete it"):
        file.put(renamed(file.workbook, "Mine"))
    assert (path.parent / ".optlib").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("garbage", [b"", b"<<<<<<< ours\n", b"\x00\x01", b"project: {}\n", b"[" * 100_000])
def test_garbage_in_place_of_the_file_is_told_and_left(path: Path, garbage: bytes) -> None:
    """A file that holds no workbook any more is not overwritten, and what is in memory stays as it was."""
    file = open_workbook(path)
    before = file.workbook
    path.write_bytes(garbage)
    for act in (file.refresh, file.refresh, lambda: file.put(renamed(file.workbook, "Mine")), file.reload):
        with pytest.raises(
            SaveError, match="somebody changed the file since it was opened, so nothing was saved"
        ) as told:
            act()
        assert told.value.is_lost
    assert path.read_bytes() == garbage
    assert file.workbook is before


def test_a_folder_in_place_of_the_file_is_told(path: Path) -> None:
    """A folder of the workbook's name is neither read nor replaced."""
    file = open_workbook(path)
    path.unlink()
    path.mkdir()
    with pytest.raises(SaveError, match="moved or deleted"):
        file.put(renamed(file.workbook, "Mine"))
    assert path.is_dir()


def test_a_failed_save_tells_nobody(path: Path) -> None:
    """Watchers hear only of what is on disk."""
    told: list[str] = []
    file = open_workbook(path)
    file.watch(lambda workbook: told.append(workbook.project.name))
    path.unlink()
    with pytest.raises(SaveError):
        file.put(renamed(file.workbook, "Mine"))
    assert told == []
