"""An errand on its way to a machine that may not see the same files, and what comes back from there.

Where the worker sees what the driver sees, it reads and writes in place. Elsewhere the workbook with its pictures, and
notebooks of one's own, travel as bytes, and so do the files of the report, which the driver puts in their places. What
lies behind a URL the worker fetches and puts there itself.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from secrets import token_hex

from ..errors import OptlibError
from ..report.mail import summary_path
from .errand import Errand, files_in, put_down, run_errand
from .keys import Inputs, inputs_of, key_of, program_of
from .names import STATE, place_of
from .results import Result, remember, unchanged
from .standing import Standing, standing_of
from .store import Folder, store_of
from .urls import is_url
from .workers import Worker

Files = dict[str, bytes]


@dataclass(frozen=True)
class Copies:
    """What an errand reads of the driver's machine: the workbook, what git says of it, and notebooks of one's own."""

    notebooks: Files
    inputs: Inputs | None = None
    standing: Standing = field(default_factory=Standing)


@dataclass(frozen=True)
class Parcel:
    """An errand, what tells a worker whether it sees the same files, and else those files.

    `mark` is the name of a file in the batch's folder, `notebooks` the digest of the notebooks.
    """

    errand: Errand
    mark: str
    notebooks: str
    copies: Copies | None = None


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
    if is_url(folder):
        yield mark
        return
    Folder(Path(folder)).write(_name_of_mark(mark), b"")
    try:
        yield mark
    finally:
        (Path(folder) / _name_of_mark(mark)).unlink(missing_ok=True)


def packed(errand: Errand, mark: str, with_copies: bool) -> Parcel:
    """A parcel of an errand, with copies of what it reads of this machine or without."""
    notebooks = _notebooks(errand)
    return Parcel(errand, mark, _digest(notebooks), _copies(errand, notebooks) if with_copies else None)


def answered(parcel: Parcel, worker: Worker) -> Answer:
    """Carry out what is in a parcel, on any machine."""
    if _sees_the_same(parcel):
        return Answer(_made_before(parcel.errand) or run_errand(parcel.errand, worker))
    if parcel.copies is None:
        return Answer()
    with tempfile.TemporaryDirectory(prefix="optlib-parcel-", ignore_cleanup_errors=True) as scratch:
        return _carried_out_apart(parcel.errand, parcel.copies, Path(scratch).resolve(), worker)


def taken_in(answer: Answer, errand: Errand) -> Result:
    """The result of an errand, its files put in their places; where they can't be, the result says so."""
    result = answer.result or errand.result
    try:
        for name, content in answer.kept.items():
            Folder(Path(errand.task.keep)).write(Path(name).name, content)
        if answer.files:
            _put_in_place(answer.files, result, errand)
    except OptlibError as error:
        return replace(result, status="failed", error=str(error))
    return result


def _put_in_place(files: Files, result: Result, errand: Errand) -> None:
    """Write what was made, the report last, and note of what."""
    store = store_of(errand.folder)
    for name in sorted(files, key=lambda name: name == result.report):
        place_of(Path(errand.folder), name)
        store.write(name, files[name])
    if result.status == "made":
        remember(store, result, errand.key, files[result.report])


def _sees_the_same(parcel: Parcel) -> bool:
    """Whether this machine has the files that the driver has, may write where it may, and no file is kept elsewhere."""
    errand, mark = parcel.errand, parcel.mark
    folder, keep = Path(errand.folder), errand.task.keep
    return (
        (is_url(errand.folder) or ((folder / _name_of_mark(mark)).is_file() and os.access(folder, os.W_OK)))
        and (is_url(errand.source) or _is_of_key(errand))
        and (not keep or (Path(keep).is_relative_to(folder) and not is_url(errand.folder)))
        and _digest(_notebooks(errand)) == parcel.notebooks
    )


def _is_of_key(errand: Errand) -> bool:
    """Whether the workbook that is seen here is the one that the errand's key was made of."""
    (inputs,) = inputs_of([errand.source])
    return isinstance(inputs, Inputs) and key_of(program_of(errand.key), inputs) == errand.key


def _made_before(errand: Errand) -> Result | None:
    """The result of an errand that a worker carried out before it was lost: the driver hasn't heard of it yet."""
    report = errand.result.report
    beside = [(errand.task.pdf, Path(report).with_suffix(".pdf")), (errand.task.summary, summary_path(Path(report)))]
    wanted = [path.as_posix() for is_wanted, path in beside if is_wanted]
    try:
        known = unchanged(store_of(errand.folder), {report: errand.key}, lambda _: wanted).get(report)
    except OptlibError:  # which carrying it out will meet again, and put into words
        return None
    return replace(known, status="made", attempts=1, workbook=errand.result.workbook) if known else None


def _carried_out_apart(errand: Errand, copies: Copies, scratch: Path, worker: Worker) -> Answer:
    """Carry out an errand among copies; its words name the places that the user knows."""
    root = scratch / "root"
    beside = root / copies.standing.below
    own, places = _apart(errand, scratch, beside)
    if copies.inputs:
        beside.parent.mkdir(parents=True, exist_ok=True)
        put_down(copies.inputs, beside)
        copies.standing.put_down(root)
    _write_all(copies.notebooks, scratch / "notebooks")
    (scratch / "made").mkdir()
    result = run_errand(own, worker)
    for here, there in places.items():
        result = replace(result, error=result.error.replace(here, there), log=result.log.replace(here, there))
    made = {name: content for name, content in files_in(scratch / "made").items() if not name.startswith(STATE)}
    return Answer(result, made, files_in(scratch / "kept"))


def _apart(errand: Errand, scratch: Path, beside: Path) -> tuple[Errand, dict[str, str]]:
    """An errand with places of its own for all that isn't behind a URL, and what these places stand for."""
    own, task, places = errand, errand.task, {}
    if not is_url(errand.source):
        own = replace(own, source=str(beside / Path(errand.source).name))
        places[str(beside)] = str(Path(errand.source).parent)
    if not is_url(errand.folder):
        own = replace(own, folder=str(scratch / "made"))
        places[own.folder] = errand.folder
    if task.notebooks:
        places[str(scratch / "notebooks")] = task.notebooks
    notebooks = str(scratch / "notebooks") if task.notebooks else ""
    return replace(
        own, task=replace(task, notebooks=notebooks, keep=str(scratch / "kept") if task.keep else "")
    ), places


def _copies(errand: Errand, notebooks: Files) -> Copies:
    source = Path(errand.source)
    if is_url(errand.source) or not source.is_file():  # that it isn't there is said by whoever opens it
        return Copies(notebooks)
    (inputs,) = inputs_of([errand.source])
    assert isinstance(inputs, Inputs)  # noqa: S101 - only of a URL it may be an error
    pictures = {place: content for place, content in inputs.pictures.items() if _is_inside(source.parent, place)}
    return Copies(notebooks, replace(inputs, pictures=pictures), standing_of(source))


def _is_inside(folder: Path, place: str) -> bool:
    """Whether no link leads a place out of its folder: a copy would hide that from the report, which refuses it."""
    try:
        return (folder / place).resolve().is_relative_to(folder.resolve())
    except (OSError, ValueError, RuntimeError):
        return False


def _notebooks(errand: Errand) -> Files:
    """Notebooks of one's own; that one is missing is said by whoever runs them."""
    folder, found = Path(errand.task.notebooks or os.devnull), {}
    for path in folder.glob("*.ipynb"):
        with suppress(OSError):
            found[path.name] = path.read_bytes()
    return found


def _digest(files: Files) -> str:
    known = hashlib.sha256()
    for name, content in sorted(files.items()):
        known.update(f"{name}\0{len(content)}\0".encode())
        known.update(content)
    return known.hexdigest()


def _write_all(files: Files, folder: Path) -> None:
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)


def _name_of_mark(mark: str) -> str:
    return f"{STATE}/seen-{mark}"
