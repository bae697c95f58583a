"""What became of each workbook: a small file for each report, so that nothing is done twice, and one for the batch."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from ..atomic import write_atomically
from ..errors import OptlibError
from .names import STATE

FORMAT = "optlib-batch/1"
Status = Literal["made", "unchanged", "failed"]


@dataclass(frozen=True)
class Result:
    """What became of one workbook.

    `about` is what a reader wants to know of the project without opening the report; `error` says what went wrong,
    `signal` what killed its process, and `log` holds the end of what that process had printed.
    """

    workbook: str
    report: str
    status: Status
    seconds: float = 0.0
    attempts: int = 0
    about: dict[str, Any] = field(default_factory=dict)
    error: str = ""
    signal: str = ""
    log: str = ""


def unchanged(folder: Path, report: str, key: str, beside: Iterable[Path] = ()) -> Result | None:
    """The result of a report that is there, with what is to be beside it, made of just the same; None if not."""
    try:
        state = json.loads(_state_path(folder, report).read_text("utf-8"))
        known = Result(**state["result"])
        whole = all(path.is_file() for path in beside)
        same = whole and state["key"] == key and _is_as_written(folder / report, state["file"])
    except (OSError, ValueError, TypeError, KeyError):
        return None
    return replace(known, status="unchanged", seconds=0.0, attempts=0) if same else None


def remember(folder: Path, result: Result, key: str) -> None:
    """Note of what a report was made. Raises OptlibError where that can't be written."""
    place = _state_path(folder, result.report)
    state = {"key": key, "file": _of_file(folder / result.report), "result": asdict(result)}
    _write(place, state)


def forget(folder: Path, report: str) -> None:
    """A report that failed is made again in any case."""
    with suppress(OSError):
        _state_path(folder, report).unlink(missing_ok=True)


def write_results(folder: Path, results: Iterable[Result], facts: dict[str, Any]) -> None:
    """Write `results.json`: facts about the batch, counts, and the results in the order of their reports."""
    rows = sorted(results, key=lambda result: result.report)
    counts = {status: sum(row.status == status for row in rows) for status in ("made", "unchanged", "failed")}
    _write(folder / "results.json", {"format": FORMAT} | facts | counts | {"results": [asdict(row) for row in rows]})


def _state_path(folder: Path, report: str) -> Path:
    return folder / STATE / f"{report}.json"


def _of_file(path: Path) -> dict[str, Any]:
    seen = path.stat()
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return {"size": seen.st_size, "changed": seen.st_mtime_ns, "sha256": digest}


def _is_as_written(path: Path, known: dict[str, Any]) -> bool:
    """Whether a file is the one that was written; its bytes are compared only where its time differs."""
    seen = path.stat()
    if seen.st_size != known["size"]:
        return False
    same_time = seen.st_mtime_ns == known["changed"]
    return bool(same_time or hashlib.sha256(path.read_bytes()).hexdigest() == known["sha256"])


def _write(place: Path, value: Any) -> None:
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(place, f"{json.dumps(value, ensure_ascii=False, indent=1)}\n".encode())
    except OSError as error:
        raise OptlibError(f"{place}: the result can't be written: {error.strerror}") from None
