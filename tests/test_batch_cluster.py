"""A batch on a Dask cluster: a real scheduler and real workers, each a process of its own, that come and go."""

from __future__ import annotations

import json
import os
import shutil
import signal
import site
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from dulwich import porcelain

from optlib import OptlibError
from optlib.batch.cluster import carried_out_on
from optlib.batch.errand import Errand
from optlib.batch.keys import Inputs, inputs_of, key_of
from optlib.batch.parcel import answered, marked, packed
from optlib.batch.results import Result
from optlib.batch.run import Batch, How, run_batch
from optlib.batch.task import Task
from optlib.batch.workers import new_worker
from optlib.cli import main

from .conftest import EXAMPLES, TODAY
from .stores import Store
from .test_batch import CRASH, processes, wait_for_end_of, workbook, write_notebooks
from .test_batch_urls import Bucket, go_to

PNG = b"\x89PNG\r\n\x1a\n" + b"plan"
COUNT = "with act.with_suffix('.ran').open('a') as ran:\n    ran.write('ran\\n')\n"
# The Dask worker is the process that the nursery was started by.
KILL_DASK_WORKER = """while not act.with_name("out").joinpath(".optlib-batch", "good.report.html.json").exists():
    time.sleep(0.1)
time.sleep(1)
def said(pid, what):
    return pathlib.Path(f"/proc/{pid}/{what}").read_text()
def is_dask_worker(pid):
    return "dask_worker" in said(pid, "cmdline") or "spawn_main" in said(pid, "cmdline")
pid = os.getpid()
while not is_dask_worker(pid):
    pid = int(said(pid, "stat").rpartition(")")[2].split()[1])
os.kill(pid, signal.SIGKILL)
time.sleep(60)"""


class Cluster:
    """A scheduler and workers, as `dask scheduler` and `dask worker` start them, in a folder of their own."""

    def __init__(self, folder: Path, environment: dict[str, str] | None = None) -> None:
        folder.mkdir(parents=True)
        self._folder = folder
        self._environment = os.environ | {"TMPDIR": str(folder)} | (environment or {})
        self._file = folder / "scheduler.json"
        self._workers = 0
        self.scheduler = self._started(["distributed.cli.dask_scheduler", "--no-dashboard", "--port", "0"])
        self.started = [self.scheduler]
        self.address = str(self._once(lambda: json.loads(self._file.read_text("utf-8"))["address"]))

    def worker(
        self, *options: str, python: tuple[str, ...] = (sys.executable,), **environment: str
    ) -> subprocess.Popen[bytes]:
        """Start one more worker and wait until it is there; `python` is how it is run."""
        self._workers += 1
        name = f"worker-{self._workers}"
        command = ["distributed.cli.dask_worker", "--no-dashboard", "--name", name, *options]
        command += ["--local-directory", str(self._folder / name), "--memory-limit", "0"]
        process = self._started(command, python, environment)
        self.started.append(process)
        self._once(lambda: "Registered to" in (self._folder / f"{process.pid}.log").read_text("utf-8") or 1 / 0)
        return process

    def kill(self) -> None:
        """Kill all that was started, and see that what it had started ends too."""
        for process in self.started:
            process.kill()
            process.wait()
        wait_for_end_of(self._folder)

    def _started(
        self, command: list[str], python: tuple[str, ...] = (sys.executable,), environment: dict[str, str] | None = None
    ) -> subprocess.Popen[bytes]:
        whole = [*python, "-m", *command, "--host", "127.0.0.1", "--scheduler-file", str(self._file)]
        log = self._folder / "log"
        with log.open("wb") as file:
            more = {"env": self._environment | (environment or {}), "cwd": self._folder}
            process = subprocess.Popen(whole, stdout=file, stderr=subprocess.STDOUT, **more)
        log.rename(self._folder / f"{process.pid}.log")
        return process

    def _once(self, found: Callable[[], Any]) -> Any:
        """What is found, once it can be."""
        end = time.monotonic() + 30
        while True:
            try:
                return found()
            except (OSError, ValueError, ZeroDivisionError):
                assert time.monotonic() < end, [path.read_text("utf-8") for path in self._folder.glob("*.log")]
                time.sleep(0.05)


@contextmanager
def cluster(folder: Path, **environment: str) -> Iterator[Cluster]:
    """A cluster that is there meanwhile."""
    running = Cluster(folder, environment)
    try:
        yield running
    finally:
        running.kill()


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A cluster of one worker with two threads, which all tests may use that leave it as it is."""
    with cluster(tmp_path_factory.mktemp("standing") / "dask") as running:
        running.worker("--nthreads", "2", "--no-nanny")
        yield running


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A folder to work in, with notebooks that say little; afterwards nothing of the driver's is left."""
    for name in ("work", "tmp"):
        (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path / "work")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    write_notebooks()
    yield
    wait_for_end_of(tmp_path / "tmp")
    assert list((tmp_path / "tmp").iterdir()) == []
    assert list(Path("out").glob(".optlib-batch/seen-*")) == []


def batch(where: str, *arguments: str, tell: Any = lambda *_: None, **how: Any) -> tuple[Batch, dict[str, Result]]:
    """A batch into the folder `out`, and its results by workbook."""
    given = replace(How(TODAY, Path("notebooks"), workers=2, cluster=where), **how)
    done = run_batch(arguments, Path("out"), given, tell)
    return done, {result.workbook: result for result in done.results}


def runs(name: str) -> int:
    """How often the notebook of a workbook ran that counts it."""
    return len(Path(name).with_suffix(".ran").read_text("utf-8").splitlines())


def reports(folder: str = "out") -> dict[str, bytes]:
    """The reports of a folder."""
    return {path.name: path.read_bytes() for path in Path(folder).glob("*.html") if path.name != "index.html"}


def examples() -> list[str]:
    """Two real workbooks, one with a picture."""
    text = (EXAMPLES / "pep374_dvcs.yaml").read_text("utf-8")
    Path("plain.yaml").write_text(text, encoding="utf-8")
    Path("pictures").mkdir()
    Path("pictures/plan.png").write_bytes(PNG)
    Path("picture.yaml").write_text(
        text.replace("  goals:\n", "  goals:\n    - '![plan](pictures/plan.png)'\n"), encoding="utf-8"
    )
    return ["plain.yaml", "picture.yaml"]


def test_reports_are_the_same_as_without_a_cluster(standing: Cluster) -> None:
    """Real notebooks on real workbooks give the same bytes, and a second batch leaves all of them alone."""
    how: dict[str, Any] = {"notebooks": None, "light": True}
    names = examples()
    assert batch(standing.address, *names, **how)[0].exit == 0
    run_batch(names, Path("here"), How(TODAY, light=True, workers=2), lambda *_: None)
    assert reports() == reports("here")
    assert len(reports()) == 2
    assert batch("127.0.0.1:1", *names, **how)[0].count("unchanged") == 2


def test_a_poisoned_workbook_harms_no_dask_worker(standing: Cluster) -> None:
    """What kills the process it is made in is tried three times and reported as without a cluster; the rest is made."""
    done, results = batch(standing.address, workbook("crash", CRASH), workbook("good"), "gone.yaml")
    assert (results["crash.yaml"].attempts, results["crash.yaml"].signal) == (3, "SIGSEGV")
    assert "gone.yaml: there is no such file" in results["gone.yaml"].error
    assert (results["good.yaml"].status, done.exit) == ("made", 1)
    assert standing.started[1].poll() is None


def test_errands_are_taken_as_there_is_room(standing: Cluster) -> None:
    """Of many errands about twice as many are on their way as the cluster has threads, and each comes back once."""
    taken: list[str] = []

    def errands() -> Iterator[Errand]:
        for number in range(40):
            taken.append(f"gone-{number}.yaml")
            yield errand(taken[-1])

    Path("out").mkdir()
    most, back = 0, []
    for result in carried_out_on(standing.address, errands(), 1):
        back.append(result.workbook)
        most = max(most, len(taken) - len(back))
    assert sorted(back) == sorted(taken)
    assert len(taken) == 40
    assert most <= 4


def errand(name: str) -> Errand:
    """What a batch asks for of one workbook."""
    task = Task("", "", "", as_of=TODAY.isoformat(), notebooks=str(Path("notebooks").resolve()), light=True)
    report = f"{Path(name).stem}.report.html"
    source = str(Path(name).resolve())
    (inputs,) = inputs_of([source])
    assert isinstance(inputs, Inputs)
    key, folder = key_of("program", inputs), str(Path("out").resolve())
    return Errand(task, Result(name, report, "failed"), key, source, folder, 60)


def test_what_a_lost_worker_has_written_is_not_made_again() -> None:
    """An errand whose result was lost on its way is found done by whoever gets it next."""
    Path("out").mkdir()
    one, worker = errand(workbook("a", COUNT)), new_worker()
    try:
        with marked(one.folder) as mark:
            answers = [answered(packed(one, mark, with_copies=False), worker) for _ in range(2)]
    finally:
        worker.end()
        worker.close()
    assert [answer.result and answer.result.status for answer in answers] == ["made", "made"]
    assert runs("a.yaml") == 1


@pytest.mark.parametrize("nanny", [True, False])
def test_a_worker_that_is_killed_loses_nothing(tmp_path: Path, nanny: bool) -> None:
    """After kill -9 in mid-task a batch is complete, nothing that was done ran again, and no process is left."""
    with cluster(tmp_path / "dask") as running:
        workers = [running.worker(*([] if nanny else ["--no-nanny"])) for _ in range(1 if nanny else 2)]
        victim = only_child(workers[0].pid) if nanny else workers[0].pid
        names = [workbook(name, f"{COUNT}time.sleep(1)") for name in "abcdef"]
        known: list[str] = []

        def tell(result: Result, done: int, _total: int) -> None:
            known.append(result.workbook)
            if done == 2:
                os.kill(victim, signal.SIGKILL)

        done, results = batch(running.address, *names, tell=tell)
        assert {result.status for result in results.values()} == {"made"}
        assert sorted(known) == names
        assert len(done.results) == len(reports()) == 6
        assert [runs(name) for name in known[:2]] == [1, 1]
        assert sum(map(runs, names)) <= 6 + 2


def only_child(pid: int) -> int:
    """The process that a nanny watches over: of its children, the one that works."""
    pids = [
        int(pid) for file in Path(f"/proc/{pid}/task").glob("*/children") for pid in file.read_text("utf-8").split()
    ]
    [child] = [pid for pid in pids if "spawn_main" in Path(f"/proc/{pid}/cmdline").read_text("utf-8")]
    return child


def test_what_dask_gives_up_on_is_a_failure_in_words(tmp_path: Path) -> None:
    """A workbook that takes the Dask worker with it is given to three, then said to have failed; the rest is made."""
    with cluster(tmp_path / "dask", DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES="0") as running:
        running.worker("--nthreads", "2")
        _, results = batch(running.address, workbook("fatal", KILL_DASK_WORKER), workbook("good"))
    assert results["good.yaml"].status == "made"
    assert (results["fatal.yaml"].status, results["fatal.yaml"].attempts) == ("failed", 3)
    assert "the Dask worker that had it ended" in results["fatal.yaml"].error


def test_a_scheduler_that_goes_away_ends_the_batch_in_words(tmp_path: Path) -> None:
    """What was done by then is in results.json, the exit status is 2, and the next batch makes the rest."""
    with cluster(tmp_path / "dask") as running:
        running.worker("--nthreads", "1", "--no-nanny")
        names = [workbook("a"), workbook("b", f"time.sleep(2)\nos.kill({running.scheduler.pid}, 9)"), workbook("c")]
        more = ["-o", "out", "--notebooks", "notebooks", "--as-of", TODAY.isoformat()]
        result = CliRunner().invoke(main, ["report", *names, *more, "--cluster", running.address])
    assert result.exit_code == 2
    assert "the Dask scheduler is gone; what is done is in results.json" in result.stderr
    assert "distributed" not in result.stderr
    written = json.loads(Path("out/results.json").read_text("utf-8"))
    assert [one["workbook"] for one in written["results"]] == ["a.yaml"]
    Path("b.py").unlink()
    _, results = batch("", *names)
    assert results["a.yaml"].status == "unchanged"
    assert {result.status for result in results.values()} == {"made", "unchanged"}


def test_a_worker_that_doesnt_see_the_folder_is_given_the_files(tmp_path: Path) -> None:
    """Without a shared file system all that is read goes there, what git says too, and all that is made comes back."""
    shutil.copytree(EXAMPLES.parents[1] / "notebooks", "own")
    how: dict[str, Any] = {"notebooks": Path("own"), "light": True, "summary": True, "keep": Path("kept")}
    with cluster(tmp_path / "dask") as running:
        running.worker("--nthreads", "2", "--no-nanny", python=blind_to(tmp_path / "work"))
        names = examples()
        porcelain.init(".")
        porcelain.add(".", names[:1])
        porcelain.commit(".", message=b"first", author=b"A <a@b>", committer=b"A <a@b>")
        _, results = batch(running.address, *names, "gone.yaml", **how)
    assert {results[name].status for name in names} == {"made"}
    assert f"{Path('gone.yaml').resolve()}: there is no such file" in results["gone.yaml"].error
    run_batch(names, Path("here"), How(TODAY, Path("own"), light=True, summary=True, workers=2), lambda *_: None)
    assert reports() == reports("here")
    assert len(reports()) == 4
    assert b"the file is as it stands there" in reports()["plain.report.html"]
    assert Path("kept/plain/decision_report.ipynb").is_file()
    assert batch("127.0.0.1:1", *names, **how)[0].count("unchanged") == 2


def blind_to(folder: Path) -> tuple[str, ...]:
    """A Python in whose eyes a folder is empty."""
    apart = ("unshare", "--mount", *([] if os.geteuid() == 0 else ["--map-root-user"]))
    return (*apart, "sh", "-c", f'mount -t tmpfs none "{folder}" && exec "$@"', "sh", sys.executable)


def test_a_folder_behind_a_url_is_every_workers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that doesn't see the workbook is given it, and puts the report behind the URL itself."""
    store = Store()
    try:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.setenv(name, "testing")
        monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        go_to(store.port, monkeypatch)
        bucket, names = Bucket(store, "reports"), examples()
        with cluster(tmp_path / "dask") as running:
            running.worker("--nthreads", "2", "--no-nanny", python=blind_to(tmp_path / "work"))
            how = How(TODAY, light=True, cluster=running.address)
            first, again = (run_batch(names, bucket.url(), how, lambda *_: None) for _ in range(2))
        assert (first.count("made"), again.count("unchanged")) == (2, 2)
        made = bucket["picture.report.html"]
    finally:
        store.close()
    run_batch(names, Path("here"), How(TODAY, light=True, workers=2), lambda *_: None)
    assert made == reports("here")["picture.report.html"]


def test_an_address_where_no_scheduler_answers_is_refused() -> None:
    """Within ten seconds or so it is said what is wrong and what to give instead, and nothing is made."""
    start = time.monotonic()
    with pytest.raises(OptlibError, match=r"127\.0\.0\.1:1: no Dask scheduler answers at this address .* local"):
        batch("127.0.0.1:1", workbook("a"), workbook("b"))
    assert time.monotonic() - start < 13
    with pytest.raises(OptlibError, match="missing port number"):
        batch("nonsense", "a.yaml", "b.yaml")
    assert reports() == {}


@pytest.mark.parametrize("there", ["", "0.0.1"])
def test_a_worker_with_another_optlib_is_refused(standing: Cluster, tmp_path: Path, there: str) -> None:
    """Where one worker has no optlib, or another, that is said before anything is made."""
    libraries = tmp_path / "libraries"
    libraries.mkdir()
    for path in (path for folder in site.getsitepackages() for path in Path(folder).iterdir()):
        if "optlib" not in path.name and path.suffix != ".pth":
            (libraries / path.name).symlink_to(path)
    if there:
        about = libraries / f"optlib-{there}.dist-info" / "METADATA"
        about.parent.mkdir()
        about.write_text(f"Metadata-Version: 2.1\nName: optlib\nVersion: {there}\n", encoding="utf-8")
    other = standing.worker("--no-nanny", python=(sys.executable, "-S"), PYTHONPATH=str(libraries))
    said = f"the worker tcp://.* has {f'optlib {there}' if there else 'no optlib'} on Python .*; install the same there"
    try:
        with pytest.raises(OptlibError, match=said):
            batch(standing.address, workbook("a"), workbook("b"))
    finally:
        other.kill()
        other.wait()


def test_an_interrupted_driver_leaves_the_cluster_free(standing: Cluster) -> None:
    """After Ctrl-C what was running there ends, what was queued is dropped, and the next batch goes on at once."""
    names = [workbook("a"), *(workbook(name, "time.sleep(600)") for name in "bcde")]
    driver = started(*names, "--cluster", standing.address)
    assert driver.stderr is not None
    assert driver.stderr.readline().startswith("[1/5] Wrote a.report.html")
    time.sleep(2)
    driver.send_signal(signal.SIGINT)
    rest = driver.stderr.read()
    driver.stderr.close()
    assert driver.wait(30) != 0
    assert "distributed" not in rest
    start = time.monotonic()
    assert batch(standing.address, workbook("f"), workbook("g"))[0].count("made") == 2
    assert time.monotonic() - start < 60


def started(*arguments: str) -> subprocess.Popen[str]:
    """`optlib report` on these arguments, as a process of its own with a session of its own, as in a terminal."""
    command = [sys.executable, "-m", "optlib.cli", "report", *arguments, "-o", "out", "--notebooks", "notebooks"]
    command += ["--as-of", TODAY.isoformat()]
    return subprocess.Popen(
        command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, start_new_session=True
    )


def test_a_local_cluster_ends_with_its_driver(tmp_path: Path) -> None:
    """`local` starts as many workers as -j says, which only this machine can reach; kill -9 of the driver ends all."""
    driver = started(
        workbook("a"), *(workbook(name, "time.sleep(600)") for name in "bcd"), "--cluster", "local", "-j", "2"
    )
    assert driver.stderr is not None
    assert driver.stderr.readline().startswith("[1/4] Wrote a.report.html")
    ours = {pid for pid, said in processes() if str(tmp_path / "tmp") in said}
    assert sum("spawn_main" in Path(f"/proc/{pid}/cmdline").read_text("utf-8") for pid in ours) == 2
    assert {address.partition(":")[0] for address in listening(ours)} == {"0100007F"}
    driver.kill()
    driver.wait()
    driver.stderr.close()
    wait_for_end_of(tmp_path / "tmp")
    for left in Path(tmp_path / "tmp").iterdir():
        assert left.name.startswith("optlib-cluster-")
        shutil.rmtree(left)
    for left in Path("out/.optlib-batch").glob("seen-*"):
        left.unlink()


def listening(pids: set[int]) -> set[str]:
    """The addresses that these processes listen on, as the kernel writes them: 0100007F is 127.0.0.1."""
    rows = [
        line.split() for name in ("tcp", "tcp6") for line in Path(f"/proc/net/{name}").read_text("utf-8").splitlines()
    ]
    at = {f"socket:[{row[9]}]": row[1] for row in rows if row[3] == "0A"}
    links = {os.readlink(link) for pid in pids for link in Path(f"/proc/{pid}/fd").iterdir() if link.is_symlink()}
    return {at[link] for link in links & at.keys()}


def test_ctrl_c_ends_a_local_cluster_without_a_word_of_dasks(tmp_path: Path) -> None:
    """In a terminal Ctrl-C goes to all processes of a command; what is on the screen is the driver's alone."""
    driver = started(workbook("a"), workbook("b", "time.sleep(600)"), "--cluster", "local", "-j", "1")
    assert driver.stderr is not None
    assert driver.stderr.readline().startswith("[1/2] Wrote a.report.html")
    os.killpg(driver.pid, signal.SIGINT)
    rest = driver.stderr.read()
    driver.stderr.close()
    assert driver.wait(30) != 0
    assert rest.strip() == "Aborted!"
    wait_for_end_of(tmp_path / "tmp")
    assert [one["workbook"] for one in json.loads(Path("out/results.json").read_text("utf-8"))["results"]] == ["a.yaml"]


def test_dask_is_needed_only_where_it_is_asked_for() -> None:
    """Without --cluster nothing of it is imported; where it isn't installed, the extra that brings it is named."""
    command = ["report", workbook("a"), workbook("b"), "-o", "out", "--notebooks", "notebooks"]
    call = f"from optlib.cli import main\nmain({command!r}, standalone_mode=False)"
    look = "assert not {name for name in sys.modules if name.partition('.')[0] in {'dask', 'distributed'}}"
    without = f"import sys\ntry:\n    exec({call!r})\nexcept SystemExit: pass\n{look}"
    subprocess.run([sys.executable, "-c", without], check=True, capture_output=True)
    call = call.replace("]", ", '--light', '--cluster', 'local']", 1)
    done = subprocess.run(
        [sys.executable, "-c", f"import sys\nsys.modules['distributed'] = None\n{call}"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "python -m pip install 'optlib[cluster]'" in done.stderr
