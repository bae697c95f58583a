"""A workbook's own copy of the notebooks: put beside it, and brought up to date where nobody changed it."""

from __future__ import annotations

import json
import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from .beside import beside, make_folder, open_beside
from .errors import OptlibError
from .places import notebooks_folder

_RECORD = "copied.json"
_LONGEST_RECORD = 10_000


@dataclass(frozen=True)
class Copies:
    """What became of each notebook: written anew, brought up to date, or left alone although a newer one is shipped."""

    written: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()


def default_notebooks_folder(workbook_path: Path) -> Path:
    """Where a workbook's own copy of the notebooks lies: `NAME-notebooks` beside it."""
    return workbook_path.with_name(f"{workbook_path.stem}-notebooks")


def copy_notebooks(folder: Path) -> Copies:
    """Copy the shipped notebooks into a folder; what is there is replaced only where it is as a former version put it.

    Raises OptlibError where the folder can't be written.
    """
    record = _read_record(folder)
    fates: dict[str, list[str]] = {"written": [], "updated": [], "kept": []}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for source in sorted(notebooks_folder().glob("*.ipynb")):
            fate = _fate(folder / source.name, contents(source), record.get(source.name))
            if fate:
                fates[fate].append(source.name)
            if fate in ("written", "updated"):
                shutil.copyfile(source, folder / source.name)
            if fate != "kept":
                record[source.name] = contents(source)
    except OSError as error:
        raise OptlibError(f"{folder}: notebooks can't be copied here: {error.strerror}") from None
    _write_record(folder, record)
    return Copies(**{fate: tuple(names) for fate, names in fates.items()})


def contents(notebook: Path) -> str:
    """A hash of what a person writes in a notebook: running it, which adds outputs, changes nothing."""
    text = notebook.read_bytes()
    try:
        cells = json.loads(text)["cells"]
        told = [[cell["cell_type"], cell.get("id"), _tags(cell), "".join(cell["source"])] for cell in cells]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return sha256(text).hexdigest()
    return sha256(json.dumps(told).encode()).hexdigest()


def _tags(cell: dict[str, Any]) -> list[str]:
    return sorted(cell["metadata"].get("tags", []))


def _fate(place: Path, shipped: str, copied: str | None) -> str:
    """What is to become of one notebook; nothing where it is up to date, or changed and nothing newer is shipped."""
    if not place.exists():
        return "written"
    found = contents(place)
    if shipped in (found, copied):
        return ""
    return "updated" if found == copied else "kept"


def _read_record(folder: Path) -> dict[str, str]:
    """The hash of each notebook as it was copied last; empty where nobody knows."""
    with suppress(OSError, ValueError, RecursionError):
        with os.fdopen(open_beside(beside(folder.absolute(), _RECORD), os.O_RDONLY, folder), "rb") as file:
            found = json.loads(file.read(_LONGEST_RECORD))
        if isinstance(found, dict):
            return {str(name): str(value) for name, value in found.items()}
    return {}


def _write_record(folder: Path, record: dict[str, str]) -> None:
    """Keep the hashes; without them a later version leaves the notebooks alone, which is safe."""
    if record == _read_record(folder):
        return
    with suppress(OSError):
        make_folder(folder.absolute())
        place = beside(folder.absolute(), _RECORD)
        with os.fdopen(open_beside(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, folder), "wb") as file:
            file.write(json.dumps(record, indent=1).encode())
