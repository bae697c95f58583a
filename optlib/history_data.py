"""The history of a workbook file as plain data, and as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import unified_diff
from pathlib import Path
from typing import Any

from .disk import Place
from .errors import HistoryError
from .history import Version
from .past import Past
from .workbook_file import recovered

_NOT_ENDED = "\n\\ No newline at end of file\n"


def versions(path: Path) -> list[dict[str, Any]]:
    """Every version of a file, newest first, also where the file itself is gone; raises HistoryError."""
    return [_version(version) for version in _past(path).versions()]


def versions_text(path: Path) -> str:
    """The versions for a terminal, a line each, newest first; raises HistoryError."""
    found = _past(path).versions()
    width, who = len(str(found[0].number)), max(len(version.who) for version in found)
    lines = [_line(version, width, who) for version in found]
    if not any(version.is_current for version in found):
        lines.append("None of these is what the file holds now.")
    return "\n".join(lines)


def version_text(path: Path, number: int) -> str:
    """The whole text of a version; raises HistoryError where there is none of that number."""
    return _past(path).text(number)


def difference(path: Path, number: int) -> str:
    """What a change did to the text, as a unified diff; raises HistoryError where there is none of that number."""
    past = _past(path)
    before, after = past.text_before(number), past.text(number)
    return "".join(_diff_lines(before, after, f"{path.name} version {number}"))


def restore(path: Path, number: int) -> None:
    """Make a version current again, also where the file is gone or broken; raises HistoryError and WorkbookError."""
    _past(path)
    recovered(path).restore(number)


def _past(path: Path) -> Past:
    past = Past(Place(path))
    if not past.versions():
        there = "has no history yet; the first change that is saved in a notebook begins one"
        message = there if path.exists() else "is no file, and there is no history of one; is the path right?"
        raise HistoryError(f"{path} {message}")
    return past


def _version(version: Version) -> dict[str, Any]:
    return {
        "number": version.number,
        "when": version.when.isoformat(),
        "who": version.who,
        "what": version.what,
        "current": version.is_current,
        "undone": version.is_undone,
    }


def _line(version: Version, width: int, who: int) -> str:
    mark = "current" if version.is_current else "undone" if version.is_undone else ""
    when = f"{version.when:%Y-%m-%d %H:%M:%S}"
    return f"{version.number:>{width}}  {when}  {version.who:<{who}}  {mark:<7}  {version.what}"


def _diff_lines(before: str, after: str, name: str) -> Iterator[str]:
    old, new = (text.splitlines(keepends=True) for text in (before, after))
    for line in unified_diff(old, new, f"before {name}", name):
        yield line if line.endswith("\n") else line + _NOT_ENDED
