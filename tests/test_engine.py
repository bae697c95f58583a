"""The engine: what fails is reported as by papermill, and nothing is lost, leaks or is left behind."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.exceptions import PapermillExecutionError

from optlib.engine import preloaded

from .engines import executed, run, text, written

RAISES = "raises-exception"
KIND = "type(get_ipython().kernel).__name__"
both = pytest.mark.usefixtures("either_way")


@pytest.fixture(params=["forked", "plain"])
def either_way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine as it is here, and as it is where processes can't be forked."""
    if request.param == "plain":
        monkeypatch.setenv("OPTLIB_ENGINE", "nbclient")


def shown(outputs: list[Any]) -> list[str]:
    """The plain text of what a cell shows."""
    return [one.data["text/plain"] for one in outputs if "data" in one]


def left(folder: Path) -> Any:
    """The notebook that a failed run has left."""
    return nbformat.read(folder / "executed.ipynb", as_version=4)


def is_gone(pid: int, seconds: float = 5) -> bool:
    """Whether a process ends within some seconds; one that is dead and not yet reaped has ended."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except (FileNotFoundError, ProcessLookupError):
            return True
        time.sleep(0.05)
    return False


# What fails


@both
def test_a_cell_that_takes_too_long_is_a_timeout(tmp_path: Path) -> None:
    """A cell above its time raises CellTimeoutError with its source, and isn't waited for."""
    start = time.monotonic()
    with pytest.raises(CellTimeoutError, match=r"after 3 seconds[\s\S]*time\.sleep\(600\)"):
        run(tmp_path, "import time; time.sleep(600)", execution_timeout=3)
    assert time.monotonic() - start < 20


def test_a_cell_that_swallows_interrupts_is_ended(tmp_path: Path) -> None:
    """Where a timeout interrupts, a cell that goes on all the same has timed out, and its process is gone."""
    swallowing = (
        "import os, time\nprint(os.getpid(), flush=True)\n"
        "while True:\n    try:\n        time.sleep(600)\n    except KeyboardInterrupt:\n        pass"
    )
    with pytest.raises(CellTimeoutError, match="ran on after an interrupt"):
        run(tmp_path, swallowing, execution_timeout=2, interrupt_on_timeout=True)
    assert is_gone(int(text(left(tmp_path).cells[0].outputs)))


@both
def test_a_cell_that_takes_its_interrupt_is_an_error(tmp_path: Path) -> None:
    """Where a timeout interrupts, the cell ends with KeyboardInterrupt, as papermill reports it."""
    with pytest.raises(PapermillExecutionError) as raised:
        run(tmp_path, "import time; time.sleep(600)", execution_timeout=2, interrupt_on_timeout=True)
    assert raised.value.ename == "KeyboardInterrupt"


def test_an_interrupt_reaches_a_cell_that_awaits(tmp_path: Path) -> None:
    """A cell that waits at top level is cancelled, as in ipykernel."""
    with pytest.raises(PapermillExecutionError) as raised:
        run(tmp_path, "import asyncio; await asyncio.sleep(600)", execution_timeout=2, interrupt_on_timeout=True)
    assert raised.value.ename == "CancelledError"


@both
@pytest.mark.parametrize("end", ["os._exit(3)", "os.kill(os.getpid(), signal.SIGKILL)"])
def test_a_kernel_that_dies_is_a_dead_kernel(end: str, tmp_path: Path) -> None:
    """A process that ends or is killed in a cell raises DeadKernelError; later cells don't run."""
    with pytest.raises(DeadKernelError, match="Kernel died"):
        run(tmp_path, "import os, signal\n'before'", end, "'after'")
    before, _, after = left(tmp_path).cells
    assert shown(before.outputs) == ["'before'"]
    assert after.outputs == []


def test_what_a_cell_has_shown_before_it_died_is_kept(tmp_path: Path) -> None:
    """Outputs sent before the end are in the notebook that is left, and the death is noticed at once."""
    start = time.monotonic()
    with pytest.raises(DeadKernelError):
        run(tmp_path, "display('last words')\nimport os; os._exit(1)")
    assert time.monotonic() - start < 8
    assert shown(left(tmp_path).cells[0].outputs) == ["'last words'"]


def test_how_a_kernel_died_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The log says which signal it was."""
    with pytest.raises(DeadKernelError):
        run(tmp_path, "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)")
    assert "killed by SIGSEGV" in caplog.text


def test_the_parents_death_is_noticed_and_got_over(tmp_path: Path) -> None:
    """Where the process that children are forked from is killed, the notebook fails and the next one runs."""
    run(tmp_path, "1")
    server = preloaded.preloaded().process.pid
    with pytest.raises(DeadKernelError):
        run(tmp_path, f"import os, signal, time; os.kill({server}, signal.SIGKILL); time.sleep(600)")
    assert shown(run(tmp_path, KIND)[0]) == ["'ForkedKernel'"]


@both
@pytest.mark.parametrize("word", ["quit()", "exit", "exit(keep_kernel=True)"])
def test_leaving_at_the_end_is_no_failure(word: str, tmp_path: Path) -> None:
    """A notebook whose last cell quits is complete."""
    assert shown(run(tmp_path, "'done'", word)[0]) == ["'done'"]


def test_after_quit_no_cell_runs(tmp_path: Path) -> None:
    """A cell after quit() finds a dead kernel; in ipykernel that depends on how soon it comes."""
    with pytest.raises(DeadKernelError):
        run(tmp_path, "quit()", "open('ran', 'w').close()")
    assert not (tmp_path / "ran").exists()


@both
def test_an_error_ends_the_run(tmp_path: Path) -> None:
    """The error names its cell, and later cells don't run."""
    with pytest.raises(PapermillExecutionError) as raised:
        run(tmp_path, "1", "raise ValueError('no')", "open('ran', 'w').close()")
    assert (raised.value.cell_index, raised.value.exec_count, raised.value.ename) == (1, 2, "ValueError")
    assert not (tmp_path / "ran").exists()


@both
@pytest.mark.parametrize(
    ("tag", "option"), [(RAISES, {}), ("", {"allow_errors": True}), ("", {"allow_error_names": ["ZeroDivisionError"]})]
)
def test_the_run_goes_on_after_an_error_that_is_allowed(tag: str, option: dict[str, Any], tmp_path: Path) -> None:
    """With a tag or an option the later cells run; papermill says at the end that there was an error."""
    with pytest.raises(PapermillExecutionError):
        run(tmp_path, ("1/0", tag) if tag else "1/0", "2", **option)
    assert shown(left(tmp_path).cells[-1].outputs) == ["2"]


@both
def test_a_kernel_that_isnt_there_is_named(tmp_path: Path) -> None:
    """An unknown kernel is the error that nbclient raises."""
    with pytest.raises(Exception, match="No such kernel named nowhere"):
        run(tmp_path, "1", kernel_name="nowhere", language="python")


# What must not be lost


@both
@pytest.mark.timeout(200)
def test_all_of_20000_flushed_lines_come_through(tmp_path: Path) -> None:
    """Each line is there, in order."""
    (outputs,) = run(tmp_path, "for number in range(20_000):\n    print(number, flush=True)", execution_timeout=150)
    assert text(outputs) == "".join(f"{number}\n" for number in range(20_000))


@both
def test_all_of_5000_displays_come_through(tmp_path: Path) -> None:
    """Each output is there, in order."""
    (outputs,) = run(tmp_path, "for number in range(5_000):\n    display(number)", execution_timeout=120)
    assert shown(outputs) == [str(number) for number in range(5_000)]


def test_what_programs_print_keeps_its_place(tmp_path: Path) -> None:
    """Lines of Python, of a program and of the descriptor itself come in the order in which they were written."""
    cell = (
        "import os\nfor n in range(200):\n    print(n, 'a')\n    _ = os.system(f'echo {n} b')\n"
        "    _ = os.write(1, b'%d c\\n' % n)"
    )
    (outputs,) = run(tmp_path, cell)
    assert text(outputs) == "".join(f"{number} {letter}\n" for number in range(200) for letter in "abc")


def test_a_program_that_prints_much_is_never_stuck(tmp_path: Path) -> None:
    """20 MB from a program, while the cell only waits for it."""
    (outputs,) = run(tmp_path, "import os\n_ = os.system('yes 0123456789abcde | head -c 20000000')")
    assert len(text(outputs)) == 20_000_000


def test_an_interrupted_display_breaks_nothing(tmp_path: Path) -> None:
    """An interrupt in the middle of a message comes after it: what follows is still understood."""
    cell = "big = 'x' * 3_000_000\nwhile True:\n    display({'text/plain': big}, raw=True)\n    clear_output()"
    with pytest.raises(PapermillExecutionError) as raised:
        run(
            tmp_path,
            "from IPython.display import clear_output",
            (cell, RAISES),
            "'still here'",
            execution_timeout=2,
            interrupt_on_timeout=True,
        )
    assert raised.value.ename == "KeyboardInterrupt"
    assert shown(left(tmp_path).cells[-1].outputs) == ["'still here'"]


@both
def test_large_outputs_come_whole(tmp_path: Path) -> None:
    """An output of 20 MB is the same on the other side."""
    (outputs,) = run(tmp_path, "display({'text/plain': 'ä' * 20_000_000}, raw=True)")
    assert outputs[0].data["text/plain"] == "ä" * 20_000_000


# papermill's own


def test_parameters_progress_and_saves_are_papermills(tmp_path: Path) -> None:
    """Parameters are injected, cells have papermill's metadata, and the file is written as cells start and end."""
    path = written(
        tmp_path, ("value = 1", "parameters"), "print(open('executed.ipynb').read().count('run' 'ning'))", "value"
    )
    notebook = executed(path, "optlib", parameters={"value": 7}, request_save_on_cell_execute=True)
    assert shown(notebook.cells[-1].outputs) == ["7"]
    assert text(notebook.cells[2].outputs) == "1\n"
    assert {cell.metadata.papermill.status for cell in notebook.cells} == {"completed"}
    assert notebook.metadata.language_info.name == "python"


def test_outputs_are_logged_where_that_is_asked_for(tmp_path: Path) -> None:
    """`stdout_file` gets what is printed, once."""
    log = io.StringIO()
    run(tmp_path, "print('one')\nprint('two', flush=True)\nprint('three')", stdout_file=log)
    assert log.getvalue() == "one\ntwo\nthree\n"


@both
def test_hooks_are_called(tmp_path: Path) -> None:
    """Each of nbclient's hooks gets its cell."""
    seen: list[str] = []
    hooks = ("on_cell_start", "on_cell_execute", "on_cell_executed", "on_cell_error")
    options = {name: lambda name=name, **given: seen.append(f"{name} {given['cell_index']}") for name in hooks}
    with pytest.raises(PapermillExecutionError):
        run(tmp_path, "1", ("1/0", RAISES), **options)
    ran = ["on_cell_start", "on_cell_execute", "on_cell_executed"]
    assert seen == [f"{name} 0" for name in ran] + [f"{name} 1" for name in [*ran, "on_cell_error"]]


def test_the_command_line_knows_the_engine(tmp_path: Path) -> None:
    """`papermill --engine optlib` runs a notebook with it."""
    path = written(tmp_path, KIND)
    command = [sys.executable, "-m", "papermill", str(path), str(tmp_path / "executed.ipynb"), "--engine", "optlib"]
    subprocess.run(command, check=True, capture_output=True, cwd=tmp_path)
    assert shown(left(tmp_path).cells[0].outputs) == ["'ForkedKernel'"]


def test_papermill_pays_nothing_for_an_engine_it_doesnt_use() -> None:
    """Importing papermill, which imports all engines, imports neither a kernel nor numpy because of this one."""
    code = "import papermill, sys; print([n for n in ('numpy', 'ipykernel', 'pandas', 'plotly') if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout == "[]\n"


# What must not leak


def test_nothing_of_one_notebook_is_in_the_next(tmp_path: Path) -> None:
    """Names, patched modules, folder, environment, arguments and threads are new each time."""
    run(
        tmp_path,
        "import os, sys, textwrap, threading, numpy, optlib\nname = 1\ntextwrap.dedent = None\nnumpy.pi = 3\n"
        "optlib.rank_domain = None\nos.environ['LEFT'] = '1'\nsys.path.append('/left')\n"
        "threading.Thread(target=threading.Event().wait, daemon=True).start()\nos.mkdir('sub'); os.chdir('sub')\n"
        "sys.modules['made_up'] = os\nimport warnings; warnings.simplefilter('error')",
    )
    (outputs,) = run(
        tmp_path,
        "import os, sys, textwrap, threading, numpy, optlib, warnings\nwarnings.warn('only a word', stacklevel=1)\n"
        "['name' in globals(), textwrap.dedent(' x'), round(numpy.pi, 5), callable(optlib.rank_domain),"
        " 'LEFT' in os.environ, '/left' in sys.path, threading.active_count(),"
        " os.path.basename(os.getcwd()) == 'sub', 'made_up' in sys.modules]",
    )
    assert shown(outputs)[0].replace("\n", "") == "[False, 'x', 3.14159, True, False, False, 2, False, False]"


def test_random_numbers_differ_from_run_to_run(tmp_path: Path) -> None:
    """Children of one parent don't repeat each other's random numbers."""
    cell = "import random, uuid, numpy\nrandom.random(), numpy.random.rand(), uuid.uuid4()"
    first, second = (shown(run(tmp_path, cell)[0])[0].split(", ") for _ in range(2))
    assert all(one != other for one, other in zip(first, second, strict=True))


def test_the_owners_environment_and_folder_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the owner has set since the parent started is there, and no limit of the parent's threads."""
    run(tmp_path, "1")
    monkeypatch.setenv("SINCE", "then")
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    (outputs,) = run(
        tmp_path, "import os\nprint(os.environ['SINCE'], 'OPENBLAS_NUM_THREADS' in os.environ, os.getcwd())"
    )
    assert text(outputs) == f"then False {tmp_path}\n"


def test_python_variables_hold_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A PYTHONPATH set after the first notebook is in the path of the next."""
    run(tmp_path, "1")
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "own_module.py").write_text("value = 5", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "own"))
    assert shown(run(tmp_path, "import own_module\nown_module.value")[0]) == ["5"]


# What must not be left behind


def test_thirty_runs_leave_nothing(tmp_path: Path) -> None:
    """No process, descriptor, thread or temporary file more than after the first run."""

    def held() -> tuple[set[int], int, int, set[str]]:
        return children(), len(os.listdir("/proc/self/fd")), threading.active_count(), set(os.listdir("/tmp"))  # noqa: S108

    def children() -> set[int]:
        found = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", f"{os.getpid()},{server}"], capture_output=True, check=True
        )
        return set(map(int, found.stdout.split()))

    run(tmp_path, "1")
    server = preloaded.preloaded().process.pid
    before = held()
    for number in range(30):
        run(tmp_path, "import subprocess; _ = subprocess.Popen(['sleep', '600'])", f"print({number})")
    after = held()
    assert len(after[0]) <= len(before[0])  # one of them is ps itself
    assert after[1:3] == before[1:3]
    assert not [name for name in after[3] - before[3] if "optlib" in name or "ipykernel" in name]


def test_what_a_notebook_has_started_ends_with_it(tmp_path: Path) -> None:
    """Programs left running in the background are ended."""
    (outputs,) = run(tmp_path, "import subprocess\nprint(subprocess.Popen(['sleep', '600']).pid)")
    assert is_gone(int(text(outputs)))


def test_exit_handlers_run_unless_the_end_is_immediate(tmp_path: Path) -> None:
    """What a notebook has registered with atexit runs, as when a kernel shuts down; not where it is killed."""
    cell = "import atexit, pathlib\n_ = atexit.register(pathlib.Path('said').write_text, 'bye')"
    run(tmp_path, cell, shutdown_kernel="immediate")
    assert not (tmp_path / "said").exists()
    run(tmp_path, cell)
    assert (tmp_path / "said").read_text(encoding="utf-8") == "bye"


def test_children_die_with_their_owner(tmp_path: Path) -> None:
    """Where the process that called papermill is killed, the notebook's process and what it has started end."""
    path = written(
        tmp_path,
        "import os, pathlib, subprocess, time\nother = subprocess.Popen(['sleep', '600'])\n"
        "pathlib.Path('new').write_text(f'{os.getpid()} {os.getppid()} {other.pid}')\nos.rename('new', 'pids')\n"
        "time.sleep(600)",
    )
    command = [sys.executable, "-m", "papermill", str(path), str(tmp_path / "out.ipynb"), "--engine", "optlib"]
    owner = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not (tmp_path / "pids").exists():
        assert owner.poll() is None
        time.sleep(0.05)
    owner.send_signal(signal.SIGKILL)
    owner.wait()
    assert all(is_gone(int(pid)) for pid in (tmp_path / "pids").read_text(encoding="utf-8").split())


def test_notebooks_run_side_by_side(tmp_path: Path) -> None:
    """Threads of one owner share the parent, and each gets its own results."""

    def one(number: int) -> list[str]:
        folder = tmp_path / str(number)
        folder.mkdir()
        path = written(folder, f"import os\n{number}", "os.getpid()")
        where = {"metadata": {"path": str(folder)}}
        cells = executed(path, "optlib", cwd=None, resources=where).cells
        return [*shown(cells[0].outputs), *shown(cells[1].outputs)]

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(one, range(12)))
    assert [number for number, _ in found] == [str(number) for number in range(12)]
    assert len({pid for _, pid in found}) == 12


# Where there is no fork


def test_the_engine_is_chosen_by_a_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Notebooks are forked here; OPTLIB_ENGINE=nbclient gives them kernels of their own."""
    assert shown(run(tmp_path, KIND)[0]) == ["'ForkedKernel'"]
    monkeypatch.setenv("OPTLIB_ENGINE", "nbclient")
    assert shown(run(tmp_path, KIND)[0]) == ["'IPythonKernel'"]


def test_a_parent_with_threads_isnt_forked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Where something gives the parent a second thread, the notebook has a kernel of its own, and the log says why."""
    (tmp_path / "sitecustomize.py").write_text(
        "import threading\nthreading.Thread(target=threading.Event().wait, daemon=True).start()", encoding="utf-8"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert shown(run(tmp_path, KIND)[0]) == ["'IPythonKernel'"]
    assert "has threads" in caplog.text


def test_a_parent_that_doesnt_start_is_got_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Where the parent can't import what it should, the notebook has a kernel of its own."""
    (tmp_path / "scipy").mkdir()
    (tmp_path / "scipy" / "__init__.py").write_text("raise ImportError('broken')", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert shown(run(tmp_path, KIND)[0]) == ["'IPythonKernel'"]
    assert "didn't start" in caplog.text


def test_kernels_of_another_python_are_left_to_papermill(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A kernel that isn't this Python's ipykernel is run as papermill runs it."""
    folder = tmp_path / "kernels" / "other"
    folder.mkdir(parents=True)
    argv = ["/usr/bin/env", sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec = {"argv": argv, "display_name": "Other", "language": "python"}
    (folder / "kernel.json").write_text(json.dumps(spec), encoding="utf-8")
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    assert shown(run(tmp_path, KIND, kernel_name="other")[0]) == ["'IPythonKernel'"]


def test_only_linux_forks(monkeypatch: pytest.MonkeyPatch) -> None:
    """On macOS and Windows there is the plain engine."""
    assert preloaded.can_fork()
    monkeypatch.setattr(sys, "platform", "darwin")
    assert not preloaded.can_fork()


def test_a_process_can_be_forked_from_as_it_is(tmp_path: Path) -> None:
    """A process that has imported what notebooks need forks its own server; nothing is left when it ends."""
    path = written(tmp_path, KIND, "import os\nprint(os.getpid(), os.getppid())")
    code = (
        "import papermill\nfrom optlib.engine import preloaded, server\nserver.preload()\npreloaded.fork_from_here()\n"
        f"made = papermill.execute_notebook({str(path)!r}, {str(tmp_path / 'executed.ipynb')!r},"
        " engine_name='optlib', progress_bar=False)\n"
        "print(preloaded.preloaded().process.pid)"
    )
    environment = {**os.environ, **preloaded.ONE_THREAD}
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, env=environment)
    kind, pids = left(tmp_path).cells
    assert shown(kind.outputs) == ["'ForkedKernel'"]
    child, server = map(int, text(pids.outputs).split())
    assert int(done.stdout) == server
    assert is_gone(child)
    assert is_gone(server)


def test_a_process_with_threads_is_not_forked_from() -> None:
    """A thread that a fork would leave behind is an error at once."""
    threading.Thread(target=threading.Event().wait, args=(3,)).start()
    with pytest.raises(preloaded.CantForkError, match="has threads"):
        preloaded.fork_from_here()
