"""An errand on its way to a machine that may not see the batch's folder, and what comes back from there.

Where the worker sees the same files as the driver, it reads and writes them in place. Elsewhere the workbook with its
pictures, and notebooks of one's own, travel as bytes, and so do the files of the report, which the driver puts in their
places.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from secrets import token_hex

from ..atomic import write_atomically
from ..errors import OptlibError
from ..report.mail import summary_path
from .errand import Errand, run_errand
from .keys import LARGEST_PICTURE, pictures_beside
from .names import STATE, place_of
from .results import Result, remember, unchanged
from .workers import Worker

Files = dict[str, bytes]


@dataclass(frozen=True)
class Inputs:
    """What an errand reads of this machine: the workbook with its pictures and the notebooks, by place."""

    beside: Files
    notebooks: Files

    @property
    def digest(self) -> str:
        """One number for all of it."""
        known = hashlib.sha256()
        for files in (self.beside, self.notebooks):
            for place, content in sorted(files.items()):
                known.update(f"{place}\0{len(content)}\0".encode())
                known.update(content)
            known.update(b"\0")
        return known.hexdigest()


@dataclass(frozen=True)
class Parcel:
    """An errand, the mark and the digest by which a worker knows that it sees the same files, and else those files."""

    errand: Errand
    mark: str
    digest: str
    inputs: Inputs | None = None


@dataclass(frozen=True)
class Answer:
    """What became of a parcel, and the files to be put into the batch's folder and among the kept notebooks.

    Without a result, the worker doesn't see the driver's files and has to be given them.
    """

    result: Result | None = None
    files: Files = field(default_factory=dict)
    kept: Files = field(default_factory=dict)


@contextmanager
def marked(folder: str) -> Iterator[str]:
    """A mark: the name of a file in the batch's folder, which another machine's folder of that path doesn't have.

    Raises OptlibError where it can't be written.
    """
    mark = token_hex(16)
    place = _place_of_mark(folder, mark)
    try:
        place.parent.mkdir(exist_ok=True)
        place.touch()
    except OSError as error:
        raise OptlibError(f"{place}: can't be written: {error.strerror}; name another folder with -o") from None
    try:
        yield mark
    finally:
        place.unlink(missing_ok=True)


def packed(errand: Errand, mark: str, with_inputs: bool) -> Parcel:
    """A parcel of an errand, with all that it reads or only the digest of it."""
    inputs = _inputs(errand)
    return Parcel(errand, mark, inputs.digest, inputs if with_inputs else None)


def answered(parcel: Parcel, worker: Worker) -> Answer:
    """Carry out what is in a parcel, on any machine."""
    if _sees_the_same(parcel):
        return Answer(_made_before(parcel.errand) or run_errand(parcel.errand, worker))
    if parcel.inputs is None:
        return Answer()
    with tempfile.TemporaryDirectory(prefix="optlib-parcel-", ignore_cleanup_errors=True) as scratch:
        return _carried_out_apart(parcel.errand, parcel.inputs, Path(scratch).resolve(), worker)


def taken_in(answer: Answer, errand: Errand) -> Result:
    """The result of an errand, its files put in their places; where they can't be, the result says so."""
    result, folder = answer.result or errand.result, Path(errand.folder)
    try:
        for place, content in answer.kept.items():
            _write(Path(errand.task.keep) / Path(place).name, content)
        for place, content in answer.files.items():
            _write(place_of(folder, place), content)
        if answer.files and result.status == "made":
            remember(folder, result, errand.key)
    except OptlibError as error:
        return replace(result, status="failed", error=str(error))
    return result


def _sees_the_same(parcel: Parcel) -> bool:
    """Whether this machine has the files that the driver has, may write where it may, and no file is kept elsewhere."""
    folder, keep = Path(parcel.errand.folder), parcel.errand.task.keep
    return (
        _place_of_mark(parcel.errand.folder, parcel.mark).is_file()
        and os.access(folder, os.W_OK)
        and (not keep or Path(keep).is_relative_to(folder))
        and _inputs(parcel.errand).digest == parcel.digest
    )


def _made_before(errand: Errand) -> Result | None:
    """The result of an errand that a worker carried out before it was lost: the driver hasn't heard of it yet."""
    known = unchanged(Path(errand.folder), errand.result.report, errand.key, _beside(errand))
    return replace(known, status="made", attempts=1) if known else None


def _carried_out_apart(errand: Errand, inputs: Inputs, scratch: Path, worker: Worker) -> Answer:
    """Carry out an errand among copies; its words name the places that the user knows."""
    own = _apart(errand, scratch)
    _unpack(inputs.beside, scratch / "beside")
    _unpack(inputs.notebooks, scratch / "notebooks")
    (scratch / "reports").mkdir()
    result = run_errand(own, worker)
    theirs = {
        str(scratch / "beside"): str(Path(errand.source).parent),
        str(scratch / "notebooks"): errand.task.notebooks,
        str(scratch / "reports"): errand.folder,
    }
    for here, there in theirs.items():
        result = replace(result, error=result.error.replace(here, there), log=result.log.replace(here, there))
    return Answer(result, _files_of_report(own), _files_in(scratch / "kept"))


def _apart(errand: Errand, scratch: Path) -> Errand:
    task = replace(
        errand.task,
        notebooks=str(scratch / "notebooks") if errand.task.notebooks else "",
        keep=str(scratch / "kept") if errand.task.keep else "",
    )
    source = scratch / "beside" / Path(errand.source).name
    return replace(errand, task=task, source=str(source), folder=str(scratch / "reports"))


def _files_of_report(errand: Errand) -> Files:
    """What was made, the report last: once it is there, all is."""
    report = Path(errand.folder) / errand.result.report
    wanted = [path for path in (*_beside(errand), report) if path.is_file()]
    return {path.relative_to(errand.folder).as_posix(): path.read_bytes() for path in wanted}


def _beside(errand: Errand) -> list[Path]:
    """What is to be written beside the report."""
    report, task = Path(errand.folder) / errand.result.report, errand.task
    wanted = [(task.pdf, report.with_suffix(".pdf")), (task.summary, summary_path(report))]
    return [path for is_wanted, path in wanted if is_wanted]


def _files_in(folder: Path) -> Files:
    return {path.name: path.read_bytes() for path in folder.glob("*") if path.is_file()}


def _inputs(errand: Errand) -> Inputs:
    workbook, notebooks = Path(errand.source), Path(errand.task.notebooks or os.devnull)
    read = _read_all(workbook.parent, [workbook.name])
    pictures = [place for place in pictures_beside(read.get(workbook.name, b"")) if _is_inside(workbook.parent, place)]
    return Inputs(
        beside=read | _read_all(workbook.parent, pictures, LARGEST_PICTURE),
        notebooks=_read_all(notebooks, [path.name for path in notebooks.glob("*.ipynb")]),
    )


def _read_all(folder: Path, places: Iterable[str], most: int = -1) -> Files:
    """The files at these places of a folder; what can't be read is left out, and missed by whoever reads the copy."""
    found = {}
    for place in places:
        with suppress(OSError, ValueError), (folder / place).open("rb") as file:
            found[place] = file.read(most)
    return found


def _is_inside(folder: Path, place: str) -> bool:
    """Whether no link leads a place out of its folder."""
    try:
        return (folder / place).resolve().is_relative_to(folder.resolve())
    except (OSError, ValueError, RuntimeError):
        return False


def _unpack(files: Files, folder: Path) -> None:
    folder.mkdir()
    for place, content in files.items():
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        (folder / place).write_bytes(content)


def _write(place: Path, content: bytes) -> None:
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(place, content)
    except OSError as error:
        raise OptlibError(f"{place}: can't be written: {error.strerror}") from None


def _place_of_mark(folder: str, mark: str) -> Path:
    return Path(folder) / STATE / f"seen-{mark}"
