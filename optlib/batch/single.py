"""One workbook whose file or report lies behind a URL, at hand on this machine while its report is made."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ..errors import OptlibError
from ..report.make import default_report_path
from .errand import put_down
from .keys import inputs_of
from .store import store_of
from .urls import beside, is_url, without_secrets


@dataclass(frozen=True)
class AtHand:
    """The workbook's file here, the file here to write the report to, and the folder's URL where that goes."""

    workbook: Path
    out: Path
    folder: str = ""

    def put(self, path: Path) -> str:
        """Put a file that was written where it belongs, and say where that is. Raises OptlibError where it can't be."""
        if not self.folder:
            return str(path)
        store = store_of(self.folder)
        store.write(path.name, path.read_bytes())
        return store.shown(path.name)


@contextmanager
def at_hand(workbook: str, out: str) -> Iterator[AtHand]:
    """A workbook and its report as files of this machine; what lies behind a URL is fetched first.

    Without `out` the report lies beside the workbook, that of a URL in the current folder. Raises OptlibError where a
    store can't be used or is away.
    """
    with tempfile.TemporaryDirectory(prefix="optlib-") as scratch:
        fetched, made = Path(scratch) / "fetched", Path(scratch) / "made"
        here = _fetched(workbook, fetched) if is_url(workbook) else Path(workbook)
        if not is_url(out):
            default = default_report_path(Path(here.name) if is_url(workbook) else here)
            place = AtHand(here, Path(out) if out else default)
        else:
            made.mkdir()
            folder, _, name = out.rpartition("/")
            place = AtHand(here, made / name, f"{folder}/")
        try:
            yield place
        except OptlibError as error:
            if not (is_url(workbook) or is_url(out)):
                raise
            said = str(error).replace(f"{fetched}/", _folder_of(workbook)).replace(f"{made}/", _folder_of(out))
            raise OptlibError(said) from error


def _fetched(url: str, folder: Path) -> Path:
    (inputs,) = inputs_of([url])
    if isinstance(inputs, OptlibError):
        raise inputs
    return put_down(inputs, folder)


def _folder_of(text: str) -> str:
    return without_secrets(beside(text, "")) if is_url(text) else ""
