"""Opens a workbook for editing: JupyterLab on its notebooks, or the same notebooks as an app."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import click

from .errors import OptlibError
from .notebook_copies import Copies, copy_notebooks
from .words import listed
from .workbook_file import ENVIRONMENT_VARIABLE, open_workbook

FIRST = "0_project_basics.ipynb"


@dataclass(frozen=True)
class How:
    """How a workbook is opened: as an app, in which theme, in a browser; and what the server is told as it stands."""

    app: bool = False
    theme: str = "system"
    browser: bool = True
    arguments: tuple[str, ...] = ()


def edit(workbook: Path, notebooks: Path, how: How) -> int:
    """Serve the notebooks on this workbook until the server is ended; returns its exit code.

    Raises WorkbookError where the workbook can't be read, and OptlibError where what serves them isn't installed or the
    notebooks can't be copied.
    """
    open_workbook(workbook)
    _require("voila" if how.app else "jupyterlab", "Voilà" if how.app else "JupyterLab")
    _tell(copy_notebooks(notebooks))
    return _app(workbook, notebooks, how) if how.app else _lab(workbook, notebooks, how)


def _require(module: str, name: str) -> None:
    if find_spec(module) is None:
        raise OptlibError(f"{name} isn't installed; install it with: python -m pip install 'optlib[lab]'")


def _tell(copies: Copies) -> None:
    """Say what happened to notebooks that were there."""
    if copies.updated:
        click.echo(f"Brought up to date with this version of optlib: {listed(copies.updated)}")
    if copies.kept:
        click.echo(
            f"Left as they are, since you changed them, although this version of optlib has newer ones: "
            f"{listed(copies.kept)}. To get the newer ones, rename yours."
        )


def _lab(workbook: Path, notebooks: Path, how: How) -> int:
    environment = {**os.environ, ENVIRONMENT_VARIABLE: str(workbook.resolve())}
    first = notebooks.resolve() / FIRST
    options = ["--ServerApp.ip=127.0.0.1", f"--ServerApp.root_dir={first.parent.parent}"]
    options += [] if how.browser else ["--no-browser"]
    command = [sys.executable, "-m", "jupyterlab", *options, str(first), *how.arguments]
    return subprocess.run(command, env=environment, check=False).returncode  # noqa: S603 - our own interpreter


def _app(workbook: Path, notebooks: Path, how: How) -> int:
    from .app import Shelf, serve

    browser = () if how.browser else ("--no-browser",)
    serve(Shelf(workbook.resolve(), notebooks.resolve(), how.theme), (*browser, *how.arguments))
    return 0
