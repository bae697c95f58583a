"""What a report is made of, as one number: while it stays the same, the report needn't be made again.

The git commit that a report names is left out: a report that is there says at which commit it was made.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from importlib.metadata import distributions
from pathlib import Path
from platform import python_version
from typing import Any

from ..places import catalogue_folder, notebooks_folder
from ..views.pictures import place_beside

_PACKAGE = Path(__file__).resolve().parent.parent
_LARGEST_PICTURE = 500_001  # of a larger one the report only says that it is too large
# Where Markdown names a file, in a text or in a list of addresses below it. What isn't a picture changes nothing.
_ADDRESS = re.compile(rb"\]\(\s*<?([^)>\s]+)|\]:\s*<?([^>\s]+)")


def program_key(options: dict[str, Any], notebooks: Path | None) -> str:
    """The part that all workbooks of a batch share: program, versions, catalogue, notebooks, options with the day."""
    known = hashlib.sha256()
    versions = sorted(f"{one.metadata['Name']} {one.version}" for one in distributions())
    known.update(json.dumps([python_version(), versions, options], sort_keys=True, default=str).encode())
    for folder in (_PACKAGE, catalogue_folder(), notebooks or notebooks_folder()):
        for path in _files(folder):
            known.update(f"\0{path.relative_to(folder).as_posix()}\0".encode())
            known.update(_content(path))
    return known.hexdigest()


def workbook_key(program: str, workbook: Path) -> str:
    """The key of one workbook's report; an unreadable workbook has one too, which changes when it can be read."""
    content = _content(workbook)
    known = hashlib.sha256(f"{program}\0{workbook.name}\0".encode())
    known.update(content)
    for place in sorted(set(_pictures(content))):
        known.update(f"\0{place}\0".encode())
        known.update(_content(workbook.parent / place, _LARGEST_PICTURE))
    return known.hexdigest()


def _pictures(content: bytes) -> Iterable[str]:
    for groups in _ADDRESS.findall(content):
        place = place_beside(b"".join(groups).decode(errors="replace"))
        if place is not None:
            yield str(place)


def _files(folder: Path) -> list[Path]:
    found = (path for path in folder.rglob("*") if "__pycache__" not in path.parts and path.is_file())
    return sorted(found, key=lambda path: path.relative_to(folder).as_posix())


def _content(path: Path, most: int = -1) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(most)
    except (OSError, ValueError):
        return b""
