"""Where a workbook lies on disk: read, locked and written, every fault said with what to do about it."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from .atomic import write_atomically
from .beside import FOLDER, Busy, beside, saving_alone, set_aside
from .errors import Problem, SaveError, WorkbookError
from .yaml_tree import MAX_BYTES

LOCK_SECONDS = 5.0
"""How long a save waits for another one; it takes a tenth of a second."""

_MORE_ROOM = "free some space on the disk, then save again"
_PERMISSIONS = f"check the permissions of the file, of its folder and of {FOLDER} there, or copy the workbook elsewhere"
_REMEDIES = {
    errno.ENOSPC: _MORE_ROOM,
    errno.EFBIG: _MORE_ROOM,
    getattr(errno, "EDQUOT", errno.ENOSPC): _MORE_ROOM,
    errno.EACCES: _PERMISSIONS,
    errno.EPERM: _PERMISSIONS,
    errno.EROFS: _PERMISSIONS,
}


class Place:
    """Where a workbook lies: the path as it was named, and the file that it leads to from wherever that was."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._absolute = Path(os.path.abspath(path))

    @property
    def target(self) -> Path:
        """The file itself, behind symbolic links."""
        return self._absolute.resolve()

    @property
    def signature(self) -> tuple[int, ...]:
        """What changes when the file is changed, but for tricks; nothing where there is no file."""
        try:
            found = self._absolute.stat()
        except OSError:
            return ()
        return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns

    def read(self) -> bytes:
        """The bytes of the file; raises SaveError where it is gone, WorkbookError where it can't be read."""
        content = self.content()
        if content is None:
            raise self._gone()
        return content

    def content(self) -> bytes | None:
        """The bytes of the file, or None where there is none; raises WorkbookError where it can't be read."""
        try:
            return _read_bytes(self._absolute)
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise WorkbookError(str(self.path), [Problem((), f"can't be read: {reason(error)}")]) from None

    @contextmanager
    def alone(self, seconds: float = LOCK_SECONDS, needs_file: bool = True) -> Iterator[None]:
        """Be the only program that saves this file; raises SaveError where it can't be saved now."""
        target = self.target
        if not target.parent.is_dir() or (needs_file and not target.is_file()):
            raise self._gone()
        if target.exists() and not os.access(target, os.W_OK):
            raise self.fault(f"is write-protected, so nothing was saved; {_PERMISSIONS}")
        with ExitStack() as stack:
            try:
                stack.enter_context(saving_alone(target, seconds))
            except Busy as busy:
                who = f" ({busy})" if str(busy) else ""
                message = (
                    f"is being saved by another program{who}, so nothing was saved; try again, or end that program"
                )
                raise self.fault(message) from None
            except OSError as error:
                raise self._unsaved(error) from None
            yield

    def write(self, text: str, instead_of: bytes | None) -> bool:
        """Replace what the file holds (None: nothing is there); say whether it still held that.

        Raises SaveError and leaves the file as it was.
        """
        try:
            return write_atomically(self.target, text.encode(), lambda: self.content() == instead_of)
        except OSError as error:
            raise self._unsaved(error) from None

    def set_aside(self) -> Path:
        """Keep what stands there under another name; raises SaveError."""
        try:
            return set_aside(self.target)
        except OSError as error:
            raise self._unsaved(error) from None

    def fault(self, message: str, is_lost: bool = False) -> SaveError:
        """An error that is about the file as a whole."""
        return SaveError(str(self.path), [Problem((), message)], is_lost)

    def _gone(self) -> SaveError:
        folder = self.target.parent
        if not folder.is_dir():
            return self.fault(
                f"is gone with its folder {folder}; bring that back (is a disk or a share not connected?)"
            )
        return self.fault("was moved or deleted since it was opened; put it back, then save again", is_lost=True)

    def _unsaved(self, error: OSError) -> SaveError:
        remedy = _REMEDIES.get(error.errno or 0, "try again, or copy the workbook elsewhere")
        if error.errno in (errno.ELOOP, errno.EISDIR):
            remedy = f"delete {error.filename}, then save again"
        return self.fault(f"can't be saved: {reason(error)}; {remedy}. The file is as it was")


def bytes_to_open(path: Path) -> bytes:
    """The bytes of a file to be opened; raises WorkbookError, which says what to do."""
    try:
        return _read_bytes(path)
    except FileNotFoundError:
        history = beside(path.resolve(), "history.jsonl")
        back = f", or bring one back that was there: optlib history {path}" if history.exists() else ""
        message = f"there is no such file; make one with: optlib new {path}{back}"
    except IsADirectoryError:
        message = "is a folder; name a workbook file, for example decisions.yaml"
    except (OSError, ValueError) as error:
        message = f"can't be read: {reason(error)}"
    raise WorkbookError(str(path), [Problem((), message)])


def _read_bytes(path: Path) -> bytes:
    """The bytes of a file that isn't a pipe or a device, and no more than show that it is too large; raises OSError."""
    if path.exists() and not path.is_file() and not path.is_dir():
        raise OSError(errno.EINVAL, "it is a pipe or a device; name a workbook file")
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


def reason(error: Exception) -> str:
    """What the system says of an error."""
    return getattr(error, "strerror", None) or str(error)
