"""Imports of a process that is ours alone, without what they only cost."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

# jsonschema checks formats with what it finds: where jupyter_server is installed it builds a grammar of international
# addresses for a second at each start (jsonschema's issue 1428, jupyter_server's 1559), for formats no notebook has.
_FORMATS = ("isoduration", "rfc3986_validator", "rfc3987_syntax")
# papermill imports whatever it could read notebooks from; ours are files.
_STORES = ("azure", "boto3", "gcsfs", "github", "pyarrow")


@contextmanager
def lean() -> Iterator[None]:
    """Import papermill and nbformat without libraries that they use where they are installed, and we never do.

    Only for processes of our own: it leaves jsonschema without those formats, and papermill without those stores, for
    good. The libraries themselves can be imported afterwards.
    """
    left_out = [name for name in _FORMATS + _STORES if name not in sys.modules]
    sys.modules |= dict.fromkeys(left_out)  # type: ignore[arg-type]  # None says that there is no such module
    try:
        yield
    finally:
        for name in left_out:
            sys.modules.pop(name, None)
