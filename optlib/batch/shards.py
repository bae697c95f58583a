"""Splits a batch into parts that machines make without knowing of each other, and puts one index over all parts."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from ..errors import OptlibError
from .index import index_page
from .store import Store

_GIVEN = re.compile(r"([0-9]{1,6})/([0-9]{1,6})")
_MOST = 10_000
INDEX = "index.html"


@dataclass(frozen=True)
class Shard:
    """A part of a batch, counted from 1; the first of one is all of it."""

    number: int = 1
    of: int = 1

    @property
    def results(self) -> str:
        """The file that says what became of this part."""
        return _results(self.number, self.of) if self.of > 1 else "results.json"

    def has(self, report: str) -> bool:
        """Whether a report is in this part, which hangs on nothing but the report's path."""
        digest = hashlib.sha256(report.encode(errors="surrogateescape")).digest()
        return int.from_bytes(digest[:8]) % self.of == self.number - 1


WHOLE = Shard()


def read_shard(text: str) -> Shard:
    """The part that `2/5` names. Raises OptlibError where a text names none."""
    given = _GIVEN.fullmatch(text.strip())
    number, of = (int(given[1]), int(given[2])) if given else (0, 0)
    if not 1 <= number <= of <= _MOST:
        message = f"--shard {text}: write I/N, the part and how many there are, for example 1/4 to 4/4"
        raise OptlibError(f"{message}; there can be {_MOST:,} at most")
    return Shard(number, of)


def write_index(store: Store, shard: Shard, today: date) -> None:
    """Write `index.html` over all parts that are there, and again where one came or changed meanwhile.

    So it is whole as soon as the last part is, whichever that is. Raises OptlibError where it can't be written.
    """
    names = [_results(number, shard.of) for number in range(1, shard.of + 1)] if shard.of > 1 else [shard.results]
    written = None
    while (there := store.read(names)) != written:
        rows = [row for name in sorted(there) for row in _rows(store.shown(name), there[name])]
        store.write(INDEX, index_page(rows, today).encode())
        written = there


def _results(number: int, of: int) -> str:
    return f"results-{number}-of-{of}.json"


def _rows(shown: str, content: bytes) -> list[dict[str, Any]]:
    try:
        return list(json.loads(content)["results"])
    except (ValueError, TypeError, KeyError):
        raise OptlibError(f"{shown}: doesn't hold results of a batch; delete it and run the same again") from None
