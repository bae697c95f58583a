"""What became of each workbook: a small file for each report, so that nothing is done twice, and one for the batch."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

from ..errors import OptlibError
from .names import STATE
from .store import Seen, Store

FORMAT = "optlib-batch/1"
Status = Literal["made", "unchanged", "failed"]
Look = Callable[[str], Seen | None]


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


def unchanged(
    store: Store, wanted: Mapping[str, str], beside: Callable[[str], Iterable[str]], look: Look | None = None
) -> dict[str, Result]:
    """The results of those reports that are there, made of just the same, with what is to be beside them.

    `wanted` has the key of each report, `look` tells what is there, by default by asking for each file. Raises
    OptlibError where the store is away.
    """
    seen = look or store.seen
    states = [_state(report) for report in wanted if all(map(seen, (report, _state(report), *beside(report))))]
    found = store.read(states) if states else {}
    known = {report: _known(found.get(_state(report), b""), key) for report, key in wanted.items()}
    return {
        report: replace(result, status="unchanged", seconds=0.0, attempts=0)
        for report, (result, file) in known.items()
        if result is not None and _is_as_written(store, report, file, seen(report))
    }


def remember(store: Store, result: Result, key: str, content: bytes | None = None) -> None:
    """Note of what a report was made; `content` is what was written, where it isn't to be read again.

    Raises OptlibError where that can't be written.
    """
    seen = store.seen(result.report)
    written = store.read([result.report]).get(result.report) if content is None else content
    if seen is None or written is None:
        raise OptlibError(f"{store.shown(result.report)}: was written, and is gone; run the same again")
    file = {"size": seen.size, "changed": seen.mark, "sha256": hashlib.sha256(written).hexdigest()}
    store.write(_state(result.report), _json({"key": key, "file": file, "result": asdict(result)}))


def write_results(store: Store, name: str, results: Iterable[Result], facts: dict[str, Any]) -> None:
    """Write `results.json`: facts about the batch, counts, and the results in the order of their reports."""
    rows = sorted(results, key=lambda result: result.report)
    counts = {status: sum(row.status == status for row in rows) for status in ("made", "unchanged", "failed")}
    store.write(name, _json({"format": FORMAT} | facts | counts | {"results": [asdict(row) for row in rows]}))


def _state(report: str) -> str:
    return f"{STATE}/{report}.json"


def _known(state: bytes, key: str) -> tuple[Result | None, dict[str, Any]]:
    """The result that a state holds, and the report's file as it was written; nothing where it was made otherwise."""
    try:
        held = json.loads(state)
        return (Result(**held["result"]), dict(held["file"])) if held["key"] == key else (None, {})
    except (ValueError, TypeError, KeyError):
        return None, {}


def _is_as_written(store: Store, report: str, known: dict[str, Any], seen: Seen | None) -> bool:
    """Whether a report is the one that was written; its bytes are compared only where its mark differs."""
    if seen is None or seen.size != known.get("size"):
        return False
    if seen.mark and seen.mark == known.get("changed"):
        return True
    content = store.read([report]).get(report, b"")
    return hashlib.sha256(content).hexdigest() == known.get("sha256")


def _json(value: Any) -> bytes:
    return f"{json.dumps(value, ensure_ascii=False, indent=1)}\n".encode()
