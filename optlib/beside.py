"""The folder `.optlib` beside a workbook: what optlib keeps for itself, and the lock under which one program saves.

Whoever made the folder (a clone, a share) may have put anything in it: no link is followed, and no file is waited for.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import stat
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from getpass import getuser
from hashlib import sha256
from pathlib import Path
from platform import node

from filelock import FileLock, Timeout

FOLDER = ".optlib"
_LONGEST_NAME = 150
_LONGEST_LINE = 10_000
_NO_LINK = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)


class Busy(Exception):  # noqa: N818 - no fault: it says who saves now
    """Another program holds the lock of a workbook."""


def beside(target: Path, kind: str) -> Path:
    """Where something of a workbook is kept."""
    name, content = target.name, os.fsencode(target.name)
    if len(content) > _LONGEST_NAME:
        name = f"{name[: _LONGEST_NAME // 4]}-{sha256(content).hexdigest()[:16]}"
    return target.parent / FOLDER / f"{name}.{kind}"


def open_beside(place: Path, flags: int, target: Path) -> int:
    """Open a plain file in the folder, with the rights that the workbook has; raises OSError."""
    mode = _mode(target)
    handle = os.open(place, flags | _NO_LINK, mode)
    found = os.fstat(handle)
    if not stat.S_ISREG(found.st_mode):
        os.close(handle)
        raise OSError(errno.EINVAL, f"{place} is no plain file; delete it", str(place))
    if flags & os.O_CREAT and hasattr(os, "fchmod"):
        with suppress(OSError):
            if found.st_mode & 0o777 != mode:
                os.fchmod(handle, mode)
            _give_like(target, place)
    return handle


def make_folder(target: Path) -> None:
    """Make the folder, hidden from git, for whoever may write in the workbook's own; raises OSError."""
    folder = target.parent / FOLDER
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise OSError(errno.ENOTDIR, f"{folder} is a link or a file, but must be a folder; delete it", str(folder))
    if not folder.exists():
        folder.mkdir(exist_ok=True)
        parent = stat.S_IMODE(target.parent.stat().st_mode)
        if not parent & stat.S_ISVTX:
            folder.chmod(parent | stat.S_IRWXU)
        _give_like(target.parent, folder)
    with suppress(OSError):
        _hide(folder / ".gitignore")


@contextmanager
def saving_alone(target: Path, seconds: float) -> Iterator[None]:
    """Hold the workbook's lock; it ends with the process, so one that was killed holds nothing.

    Raises Busy, which says who holds it, after so many seconds, and OSError where there can't be a lock.
    """
    make_folder(target)
    lock = FileLock(beside(target, "lock"), timeout=seconds, mode=_mode(target))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            lock.acquire(poll_interval=0.005)
    except Timeout:
        raise Busy(_holder(target)) from None
    except NotImplementedError:
        raise OSError(errno.ENOSYS, "this file system knows no locks; copy the workbook to another one") from None
    try:
        _give_like(target, beside(target, "lock"))
        _name_holder(target)
        yield
    finally:
        lock.release()


def set_aside(target: Path) -> Path:
    """Keep what stands at the workbook's place under another name in the folder; raises OSError."""
    make_folder(target)
    stamp = f"{datetime.now():%Y%m%d-%H%M%S}"
    names = (f"replaced-{stamp}" + (f"-{count}" if count > 1 else "") for count in range(1, 1000))
    place = next(place for name in names if not os.path.lexists(place := beside(target, name)))
    try:
        os.link(target, place)
    except OSError:
        shutil.copyfile(target, place)
    return place


def user() -> str:
    """The name of who runs this; their number where the system doesn't know it."""
    try:
        return getuser()
    except (OSError, KeyError, ImportError):
        return f"uid {os.getuid()}" if hasattr(os, "getuid") else "unknown"


def _hide(place: Path) -> None:
    handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(b"*\n")
    except OSError:
        place.unlink()
        raise


def _give_like(pattern: Path, place: Path) -> None:
    """What root makes is its owner's who has the workbook: they save there too."""
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        with suppress(OSError):
            owner = pattern.stat()
            if owner.st_uid != place.lstat().st_uid:
                os.chown(place, owner.st_uid, owner.st_gid, follow_symlinks=False)


def _mode(target: Path) -> int:
    """The rights that files in the folder have: those of the workbook, and where it is gone only one's own."""
    return target.stat().st_mode & 0o666 | 0o600 if target.exists() else 0o600


def _name_holder(target: Path) -> None:
    """Say who holds the lock; a wrong name is worse than none."""
    place = beside(target, "holder")
    holder = {"user": user(), "host": node(), "process": os.getpid(), "since": f"{datetime.now():%Y-%m-%d %H:%M:%S}"}
    try:
        with os.fdopen(open_beside(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, target), "wb") as file:
            file.write(json.dumps(holder).encode())
    except OSError:
        with suppress(OSError):
            place.unlink()


def _holder(target: Path) -> str:
    try:
        with os.fdopen(open_beside(beside(target, "holder"), os.O_RDONLY, target), "rb") as file:
            found = json.loads(file.read(_LONGEST_LINE))
        words = f"{found['user']} on {found['host']}, process {found['process']}, since {found['since']}"
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return ""
    return "".join(sign for sign in words[:200] if sign.isprintable())
