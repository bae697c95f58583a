"""What a report is made of, as one number: while it stays the same, the report needn't be made again.

The git commit that a report names is left out: a report that is there says at which commit it was made.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import distributions
from pathlib import Path
from platform import python_version
from typing import Any

from ..errors import OptlibError
from ..places import catalogue_folder, notebooks_folder
from ..views.pictures import place_beside
from ..yaml_tree import MAX_BYTES
from .urls import AwayError, beside, is_url, name_of

_PACKAGE = Path(__file__).resolve().parent.parent
LARGEST_PICTURE = 500_001  # bytes to read: of a larger one the report only says that it is too large
LARGEST_WORKBOOK = MAX_BYTES + 1
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


@dataclass(frozen=True)
class Inputs:
    """A workbook as it lies there: its file's name, its content, and the pictures beside it by their places."""

    name: str
    content: bytes
    pictures: dict[str, bytes]

    @property
    def digest(self) -> str:
        """One number for all of it; what can't be read is as if it were empty, and another number once it can be."""
        known = hashlib.sha256(f"{self.name}\0".encode())
        known.update(self.content)
        for place, content in sorted(self.pictures.items()):
            known.update(f"\0{place}\0".encode())
            known.update(content)
        return known.hexdigest()


def key_of(program: str, inputs: Inputs) -> str:
    """The key of one workbook's report; `program_of` gives the first part of it back."""
    return f"{program}-{inputs.digest}"


def program_of(key: str) -> str:
    """The part of a key that all workbooks of a batch share."""
    return key.partition("-")[0]


def inputs_of(sources: Sequence[str]) -> list[Inputs | OptlibError]:
    """What lies at each of these paths and URLs, or what is wrong with a URL: of a file, whoever opens it says that."""
    contents = _read(sources, LARGEST_WORKBOOK)
    places = {source: _addresses(source, content) for source, content in contents.items()}
    pictures = _read([address for beside in places.values() for address in beside.values()], LARGEST_PICTURE)
    return [
        _inputs(source, contents[source], {place: pictures[address] for place, address in places[source].items()})
        for source in sources
    ]


def pictures_beside(content: bytes) -> list[str]:
    """The paths that a workbook's texts name, from its folder downwards, in order and each once."""
    found = (place_beside(b"".join(groups).decode(errors="replace")) for groups in _ADDRESS.findall(content))
    return sorted({str(place) for place in found if place is not None})


def _addresses(source: str, content: bytes | OptlibError) -> dict[str, str]:
    """Where the files lie that a workbook names, by their places."""
    if isinstance(content, OptlibError):
        return {}
    beside_url = is_url(source)
    return {
        place: beside(source, place) if beside_url else str(Path(source).parent / place)
        for place in pictures_beside(content)
    }


def _inputs(
    source: str, content: bytes | OptlibError, pictures: dict[str, bytes | OptlibError]
) -> Inputs | OptlibError:
    """What was read. A picture that isn't there is as if it were empty; one that can't be had now is an error."""
    if isinstance(content, OptlibError):
        return content
    found = {}
    for place, picture in pictures.items():
        if isinstance(picture, AwayError):
            return picture
        found[place] = b"" if isinstance(picture, OptlibError) else picture
    return Inputs(name_of(source) if is_url(source) else Path(source).name, content, found)


def _read(addresses: Iterable[str], most: int) -> dict[str, bytes | OptlibError]:
    """The content of files and URLs, `most` bytes at most; a file that can't be read is as if it were empty."""
    given = list(addresses)
    found: dict[str, bytes | OptlibError] = {path: _content(Path(path), most) for path in given if not is_url(path)}
    urls = [url for url in given if is_url(url)]
    if urls:
        from .remote import read_urls

        found |= read_urls(urls, most)
    return found


def _files(folder: Path) -> list[Path]:
    found = (path for path in folder.rglob("*") if "__pycache__" not in path.parts and path.is_file())
    return sorted(found, key=lambda path: path.relative_to(folder).as_posix())


def _content(path: Path, most: int = -1) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(most)
    except (OSError, ValueError):
        return b""
