"""What a batch says while it runs and at its end."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from .results import Result
from .run import Batch, Tell

_WORDS = {"made": "Wrote", "unchanged": "Unchanged", "failed": "FAILED"}


@contextmanager
def progress() -> Iterator[Tell]:
    """A bar with rate and time left on stderr, failures above it; a line for each workbook where it is no terminal."""
    if not sys.stderr.isatty():
        yield lambda result, done, total: print(f"[{done}/{total}] {line(result)}", file=sys.stderr)  # noqa: T201
        return
    from tqdm import tqdm

    bar = tqdm(total=1, unit=" reports", leave=False, dynamic_ncols=True)

    def tell(result: Result, done: int, total: int) -> None:
        bar.total = total
        if result.status == "failed":
            bar.write(line(result), file=sys.stderr)
        bar.update(done - bar.n)

    try:
        yield tell
    finally:
        bar.close()


def line(result: Result) -> str:
    """One result in a line."""
    if result.status == "failed":
        again = f" (tried {result.attempts} times)" if result.attempts > 1 else ""
        first, *more = result.error.splitlines() or [""]
        rest = f" (and {len(more)} more, in results.json)" if more else ""
        return f"{_WORDS['failed']} {result.workbook}{again}: {first}{rest}"
    seconds = f" in {result.seconds:.1f} s" if result.seconds else ""
    return f"{_WORDS[result.status]} {result.report}{seconds}"


def summary(batch: Batch) -> str:
    """What a batch came to, the failures last, where a reader looks."""
    counts = ", ".join(f"{batch.count(status)} {status}" for status in ("made", "unchanged", "failed"))
    lines = [f"{len(batch.results)} workbooks in {batch.seconds:.1f} s: {counts}", f"Wrote {batch.index}"]
    failed = [result for result in batch.results if result.status == "failed"]
    return "\n".join([*lines, *(line(result) for result in failed)])
