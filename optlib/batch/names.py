"""Which workbooks a batch is about, and where the report of each goes: no two to one file, none out of the folder."""

from __future__ import annotations

import glob
import hashlib
import os
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePath, PurePosixPath

from ..errors import OptlibError
from .urls import fixed_part, is_page, is_url, is_url_pattern, name_of, path_below, without_secrets

STATE = ".optlib-batch"
_MAGIC = re.compile(r"[*?\[]")
_UNSAFE = re.compile(r'[<>:"|?*\\/]')
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)
_LONGEST = 120  # characters of a part: no file system allows more than 255 bytes, and endings are added


@dataclass(frozen=True)
class Job:
    """A workbook, as it is shown and where it lies, and the path of its report below the folder of the batch."""

    shown: str
    source: str
    report: str


def is_batch(arguments: Iterable[str], out: str = "") -> bool:
    """Whether what is named is several workbooks, or a pattern, or one whose report is to go to a folder's URL."""
    given = list(arguments)
    return len(given) > 1 or any(map(_is_pattern, given)) or (is_url(out) and not is_page(out))


def jobs(arguments: Iterable[str], here: Path) -> tuple[Job, ...]:
    """The jobs of a batch, each workbook once, in the order named and in that of the alphabet within a pattern.

    Raises OptlibError where a pattern finds nothing or a folder is named.
    """
    found: dict[str, tuple[str, str, PurePath]] = {}
    for argument in arguments:
        if is_url(argument):
            found |= {one[1]: one for one in _urls(argument) if one[1] not in found}
        else:
            for path in _paths(argument):
                place = Path(os.path.normpath(here / path))
                found.setdefault(str(place.resolve()), (path, str(place), _below(place, argument, here)))
    names = _without_collisions({source: (shown, below) for shown, source, below in found.values()})
    return tuple(Job(shown, source, str(names[source])) for shown, source, _ in found.values())


def place_of(folder: Path, report: str) -> Path:
    """Where a report goes, its folder made. Raises OptlibError where a link would lead it out of the batch's folder."""
    place = folder / report
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        inside = place.parent.resolve().is_relative_to(folder.resolve()) and not place.is_symlink()
    except OSError as error:
        raise OptlibError(f"{place.parent}: the folder can't be made: {error.strerror}") from None
    if not inside:
        raise OptlibError(f"{place}: leads out of {folder} by a link; remove the link or choose another folder with -o")
    return place


def _is_pattern(argument: str) -> bool:
    if is_url(argument):
        return is_url_pattern(argument)
    return bool(_MAGIC.search(argument)) and not os.path.lexists(argument)


def _urls(argument: str) -> Iterable[tuple[str, str, PurePath]]:
    """The URLs that one stands for, each as it is shown and with its path below the fixed part of a pattern."""
    from .remote import urls_of

    start = fixed_part(argument) if is_url_pattern(argument) else ""
    for url in urls_of(argument):
        yield without_secrets(url), url, path_below(url, start) if start else PurePosixPath(name_of(url))


def _paths(argument: str) -> list[str]:
    if os.path.isdir(argument):
        example = os.path.join(argument, "**", "*.yaml")
        raise OptlibError(f"{argument}: is a folder; name the workbooks in it, for example '{example}'")
    if not _is_pattern(argument):
        return [argument]
    paths = [path for path in sorted(glob.glob(argument, recursive=True)) if os.path.isfile(path)]
    if not paths:
        raise OptlibError(f"{argument}: no file matches this pattern; ** stands for any folders, in quotes")
    return paths


def _below(place: Path, argument: str, here: Path) -> PurePath:
    """The workbook's path below the current folder; elsewhere, below the part of its argument without a pattern."""
    start = here if place.is_relative_to(here) else _fixed(Path(os.path.normpath(here / argument)))
    return place.relative_to(start)


def _fixed(pattern: Path) -> Path:
    return next(part for part in pattern.parents if not _MAGIC.search(str(part)))


def _without_collisions(below: dict[str, tuple[str, PurePath]]) -> dict[str, PurePosixPath]:
    """The report's path of each workbook; those that would fall together are told apart by where they lie.

    Upper and lower case count as the same, and so do the ways to write an accent, as they are for some file systems.
    What is shown of a URL tells apart as long as it can: a signature in it is another one each time.
    """
    names = {source: _safe(path) for source, (_, path) in below.items()}
    for where in ({source: _lies(source, shown) for source, (shown, _) in below.items()}, {one: one for one in below}):
        taken = Counter(map(_key, names.values()))
        names = {
            source: name if taken[_key(name)] == 1 else _told_apart(name, where[source])
            for source, name in names.items()
        }
    return names


def _lies(source: str, shown: str) -> str:
    return shown if is_url(source) else source


def _key(name: PurePosixPath) -> str:
    return unicodedata.normalize("NFC", str(name)).casefold()


def _told_apart(name: PurePosixPath, place: str) -> PurePosixPath:
    mark = hashlib.sha256(os.fsencode(place)).hexdigest()[:8]
    return name.with_name(f"{name.name.removesuffix('.report.html')}-{mark}.report.html")


def _safe(path: PurePath) -> PurePosixPath:
    *folders, name = path.parts
    return PurePosixPath(*map(_folder, folders), f"{_part(PurePath(name).stem)}.report.html")


def _folder(text: str) -> str:
    """A folder's name, never that of a file that a batch writes."""
    return _part(text, "_" if text.casefold().endswith((".html", ".json")) else "")


def _part(text: str, end: str = "") -> str:
    """A part of a path that every system can hold; what had to be changed gets a mark, so that it stays apart."""
    readable = "".join(one if one.isprintable() else "_" for one in text)
    safe = _UNSAFE.sub("_", readable)[:_LONGEST].rstrip(". ") + end
    if not safe or safe.startswith(".") or _DEVICES.match(safe):
        safe = f"_{safe}"
    mark = hashlib.sha256(os.fsencode(text)).hexdigest()[:8]
    return safe if safe == text else f"{safe}-{mark}"
