"""The engine that papermill finds by the name `optlib`: forked children where that is safe, else nbclient's kernels."""

from __future__ import annotations

import os
import sys
from typing import Any

from papermill.engines import Engine, NBClientEngine

# ipykernel warns of unencrypted TCP at every start (its issue 1515) and of its own shutdown; these kernels listen on
# 127.0.0.1 only, and what goes wrong in a cell comes back as a message, not as a log line.
QUIET_KERNEL = "--IPKernelApp.log_level=50"
IOPUB_SECONDS = 60
_PYTHONS = {"python", f"python{sys.version_info[0]}", f"python{sys.version_info[0]}.{sys.version_info[1]}"}


class OptlibEngine(Engine):  # type: ignore[misc]
    """Runs each notebook in a fresh child of one preloaded process.

    Takes papermill's options and those of nbclient's NotebookClient, as papermill's own engine does. Kernels other
    than this Python's ipykernel, systems where forking isn't safe, and OPTLIB_ENGINE=nbclient go to that engine.
    """

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> Any:
        """Run a notebook's cells; raises what papermill's own engine raises."""
        environment = _environment(kernel_name)
        if environment is None:
            return _run_plain(nb_man, kernel_name, options)
        from .preloaded import CantForkError

        try:
            return _run_forked(nb_man, kernel_name, environment, options)
        except CantForkError as error:
            from papermill.log import logger

            logger.warning("Running the notebook in a kernel of its own instead of a forked one: %s", error)
            return _run_plain(nb_man, kernel_name, options)


def _environment(kernel_name: str) -> dict[str, str] | None:
    """The environment of a child that stands for this kernel, None where none can."""
    from .preloaded import may_fork

    if not may_fork():
        return None
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    try:
        spec = KernelSpecManager().get_kernel_spec(kernel_name)
    except NoSuchKernel:
        return None  # and let nbclient say so
    is_ours = spec.argv[:1] == [sys.executable] or spec.argv[0] in _PYTHONS
    if not is_ours or "ipykernel_launcher" not in spec.argv:
        return None
    return {**os.environ, **spec.env}


def _run_forked(nb_man: Any, kernel_name: str, environment: dict[str, str], options: dict[str, Any]) -> Any:
    from papermill.log import logger

    from .manager import ForkedManager, ForkedNotebookClient

    options = {name: value for name, value in options.items() if name != "input_path"}
    timeout = options.pop("execution_timeout", None) or options.pop("timeout", None)
    manager = ForkedManager(environment, options.pop("start_timeout", 60))
    client = ForkedNotebookClient(nb_man, km=manager, kernel_name=kernel_name, timeout=timeout, log=logger, **options)
    return client.execute(cleanup_kc=True)


def _run_plain(nb_man: Any, kernel_name: str, options: dict[str, Any]) -> Any:
    from .roomy import RoomyManager

    tuned = {"kernel_manager_class": RoomyManager, "iopub_timeout": IOPUB_SECONDS, **options}
    tuned["extra_arguments"] = [QUIET_KERNEL, *options.get("extra_arguments", [])]
    return NBClientEngine.execute_managed_notebook(nb_man, kernel_name, **tuned)
