"""Runs the notebooks with papermill, each in a kernel of its own."""

from __future__ import annotations

import logging
import warnings
from datetime import date
from pathlib import Path
from typing import Any

import nbformat
import papermill
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat.validator import NotebookValidationError
from papermill.exceptions import PapermillExecutionError

from ..errors import RunError

KERNEL = "python3"
CELL_SECONDS = 300
START_SECONDS = 120
# ipykernel warns of unencrypted TCP at every start (its issue 1515) and of its own shutdown; these kernels listen on
# 127.0.0.1 only, and what goes wrong in a cell comes back as a message, not as a log line.
QUIET_KERNEL = ["--IPKernelApp.log_level=50"]


def run_notebook(notebook: Path, output: Path, workbook: Path, today: date) -> None:
    """Execute one notebook on a workbook, and write the executed notebook to `output`.

    The parameters are a fixed set of ours and only ever values; nothing in the workbook chooses what runs. Raises
    RunError naming the notebook, the cell and the error.
    """
    current = ["?"]

    def note(cell: Any, **_: Any) -> None:
        current[0] = str(cell.get("id", "?"))

    parameters = {"workbook_path": str(workbook.resolve()), "as_of": today.isoformat()}
    logging.getLogger("papermill").setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            papermill.execute_notebook(
                _literal(notebook),
                _literal(output),
                parameters=parameters,
                kernel_name=KERNEL,
                progress_bar=False,
                request_save_on_cell_execute=False,
                execution_timeout=CELL_SECONDS,
                start_timeout=START_SECONDS,
                cwd=str(output.parent),
                extra_arguments=QUIET_KERNEL,
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
        raise RunError(
            notebook.name, current[0], f"shows something that no notebook can hold: {error.message}"
        ) from None
    _without_times(output)


def _literal(path: Path) -> str:
    """A path as papermill takes it: it formats paths with the parameters, so braces are doubled."""
    return str(path.resolve()).replace("{", "{{").replace("}", "}}")


def _without_times(path: Path) -> None:
    """Drop what papermill and nbclient note of when each cell ran, so that the same run gives the same notebook."""
    notebook = nbformat.read(str(path), as_version=4)  # type: ignore[no-untyped-call]
    notebook.metadata.pop("papermill", None)
    for cell in notebook.cells:
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
    nbformat.write(notebook, str(path))  # type: ignore[no-untyped-call]
