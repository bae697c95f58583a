"""Runs the notebooks with papermill, each in a process of its own."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import nbformat
import papermill
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat.validator import NotebookValidationError
from papermill.engines import papermill_engines
from papermill.exceptions import PapermillExecutionError

from ..engine.engine import OptlibEngine
from ..errors import RunError

ENGINE = "optlib"
KERNEL = "python3"
CELL_SECONDS = 300
START_SECONDS = 120

papermill_engines.register(ENGINE, OptlibEngine)  # also where the package's entry points aren't installed


@contextmanager
def quiet() -> Iterator[None]:
    """While notebooks run, no warnings of libraries and of papermill's log: what goes wrong is an error of ours."""
    log = logging.getLogger("papermill")
    level = log.level
    log.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        log.setLevel(level)


def run_notebook(notebook: Path, workbook: Path, today: date, folder: Path, keep: bool = False) -> Any:
    """Execute one notebook on a workbook in a folder and return it executed; to keep it, also write it there.

    The parameters are a fixed set of ours and only ever values; nothing in the workbook chooses what runs. Raises
    RunError naming the notebook, the cell and the error.
    """
    current = ["?"]

    def note(cell: Any, **_: Any) -> None:
        current[0] = str(cell.get("id", "?"))

    output = folder / notebook.name
    parameters = {"workbook_path": str(workbook.resolve()), "as_of": today.isoformat()}
    try:
        executed = papermill.execute_notebook(
            _literal(notebook),
            _literal(output) if keep else None,
            parameters=parameters,
            engine_name=ENGINE,
            kernel_name=KERNEL,
            progress_bar=False,
            request_save_on_cell_execute=False,
            execution_timeout=CELL_SECONDS,
            start_timeout=START_SECONDS,
            # papermill's own `cwd` would change the folder of this process, and so of other threads' reports.
            resources={"metadata": {"path": str(folder)}},
            shutdown_kernel="immediate",
            on_cell_start=note,
        )
    except PapermillExecutionError as error:
        raise RunError(notebook.name, current[0], f"{error.ename}: {error.evalue}") from None
    except CellTimeoutError:
        raise RunError(notebook.name, current[0], f"took longer than {CELL_SECONDS} s") from None
    except DeadKernelError:
        raise RunError(notebook.name, current[0], "the kernel died (out of memory?)") from None
    except NotebookValidationError as error:
        shown = f"shows something that no notebook can hold: {error.message}"
        raise RunError(notebook.name, current[0], shown) from None
    _forget_times(executed)
    if keep:
        nbformat.write(executed, str(output))  # type: ignore[no-untyped-call]
    return executed


def _literal(path: Path) -> str:
    """A path as papermill takes it: it formats paths with the parameters, so braces are doubled."""
    return str(path.resolve()).replace("{", "{{").replace("}", "}}")


def _forget_times(notebook: Any) -> None:
    """Drop what papermill and nbclient note of when each cell ran, so that the same run gives the same notebook."""
    notebook.metadata.pop("papermill", None)
    for cell in notebook.cells:
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
