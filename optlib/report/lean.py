"""Imports of a process that is ours alone, without what they only cost."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

_GRAMMAR = "rfc3987_syntax"


@contextmanager
def without_grammar() -> Iterator[None]:
    """Import nbformat without the grammar of internationalised addresses, which is built for a second at each start.

    Where jupyter_server is installed, jsonschema finds that library and has it build its grammar (jsonschema's issue
    1428, jupyter_server's 1559), to check a format that no notebook has. Only for processes of our own: it leaves
    jsonschema without that format for good.
    """
    if _GRAMMAR in sys.modules:
        yield
        return
    sys.modules[_GRAMMAR] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[_GRAMMAR]
