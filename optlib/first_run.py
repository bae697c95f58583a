"""Makes sure that there is a workbook to edit: offers to make one, and says what was meant where a name is misspelt."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from difflib import get_close_matches
from pathlib import Path
from shlex import quote

import click

from .catalogue import load_catalogue
from .errors import OptlibError
from .starting import DEFAULT_LEVEL, new_workbook

_BEGINNING = 4_000
_MARK = b"format: decision-workbook/"
_ALIKE = 0.75


def make_sure_of(path: Path, create: bool = False) -> None:
    """Return once there is a file at the path; where there is none, make it if told to, or if somebody says yes.

    Raises OptlibError, which says what to do, where there is none in the end.
    """
    if os.path.isdir(path):
        raise OptlibError(_about_folder(path))
    if os.path.exists(path):
        return
    if not os.path.isdir(path.parent):
        raise OptlibError(f"{path}: there is no folder {path.parent}; make it, then try again")
    new_workbook(path, DEFAULT_LEVEL if create else _asked(path))
    click.echo(f"Wrote {path}")


def workbooks_in(folder: Path) -> Iterator[Path]:
    """The workbooks in a folder, in the order of their names; none where it can't be looked into."""
    with suppress(OSError):
        for path in sorted(folder.iterdir()):
            if path.suffix in (".yaml", ".yml") and os.path.isfile(path):
                with suppress(OSError), path.open("rb") as file:
                    if _MARK in file.read(_BEGINNING):
                        yield path


def _asked(path: Path) -> str:
    """Ask whether to make the file, and at which level; raises OptlibError where nobody can answer, or says no."""
    meant = _meant(path)
    hint = f", but there is {meant}" if meant else ""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise OptlibError(f"{path}: there is no such file{hint}; to make it: optlib edit --create {quote(str(path))}")
    click.echo(f"There is no {path}{hint}.")
    if not click.confirm(f"Make {path.name}?", default=not meant):
        instead = f"; to open the other: optlib edit {quote(str(meant))}" if meant else ""
        raise OptlibError(f"{path}: was not made{instead}")
    return _asked_level()


def _asked_level() -> str:
    levels = load_catalogue().levels
    click.echo("How much rigour is the project held to? It can be changed at any time.")
    for info in levels:
        click.echo(f"  {info.id}: {info.guidance}")
    choice = click.Choice([info.id for info in levels])
    return str(click.prompt("Quality level", type=choice, default=DEFAULT_LEVEL))


def _meant(path: Path) -> Path | None:
    """The workbook beside it whose name is nearly the same."""
    there = {other.name.lower(): other for other in workbooks_in(path.parent)}
    meant = {path.name.lower(), path.stem.lower()}
    same_stem = [name for name, other in there.items() if other.stem.lower() in meant]
    alike = same_stem or get_close_matches(path.name.lower(), list(there), n=1, cutoff=_ALIKE)
    return there[alike[0]] if alike else None


def _about_folder(folder: Path) -> str:
    found = list(workbooks_in(folder))
    if not found:
        example = quote(str(folder / "decisions.yaml"))
        return f"{folder}: is a folder without a workbook; to make one: optlib edit {example}"
    commands = "\n".join(f"  optlib edit {quote(str(path))}" for path in found)
    return f"{folder}: is a folder; name the workbook in it:\n{commands}"
