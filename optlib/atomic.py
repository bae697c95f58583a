"""Writes a file whole or not at all."""

from __future__ import annotations

import glob
import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from secrets import token_hex

_STALE_SECONDS = 600
_LONGEST_PREFIX = 50


def write_atomically(path: Path, content: bytes, still: Callable[[], bool] = lambda: True) -> bool:
    """Replace the file's content: a reader, or a power cut, meets the old file or the new one, never a part.

    A symlink's target is replaced; the file's mode is kept, and its owner where that may be. `still` is asked at the
    last moment whether to replace it after all; the answer is returned. Raises OSError and leaves the old file as it
    was.
    """
    target = path.resolve()
    _sweep(target)
    # Named before it is made, so that an interruption at any moment finds it to delete.
    name = str(target.parent / f"{_prefix(target)}{token_hex(8)}.tmp")
    try:
        with open(name, "xb", opener=_opened_for_oneself) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        _take_after(target, name)
        if not still():
            Path(name).unlink()
            return False
        os.replace(name, target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    _sync_folder(target.parent)
    return True


def _opened_for_oneself(name: str, flags: int) -> int:
    return os.open(name, flags, 0o600)


def _prefix(target: Path) -> str:
    """How the temporary files of a target begin, within the longest name that file systems allow."""
    return f".{target.name[:_LONGEST_PREFIX]}."


def _take_after(target: Path, name: str) -> None:
    """Give the new file the mode of the one it replaces, and where that is allowed its owner and group."""
    try:
        old = target.stat()
    except FileNotFoundError:
        os.chmod(name, 0o666 & ~_umask())
        return
    if hasattr(os, "chown") and (old.st_uid, old.st_gid) != (os.geteuid(), os.getegid()):
        with suppress(OSError):
            os.chown(name, -1, old.st_gid)
            os.chown(name, old.st_uid, -1)
    os.chmod(name, old.st_mode & 0o7777)


def _sweep(target: Path) -> None:
    """Delete what a save left beside the file when it was killed, some time ago."""
    for left in target.parent.glob(f"{glob.escape(_prefix(target))}*.tmp"):
        with suppress(FileNotFoundError):
            if time.time() - left.stat().st_mtime > _STALE_SECONDS:
                left.unlink()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _sync_folder(folder: Path) -> None:
    """Have the folder on disk too; the file is whole in any case, and some file systems can't do it."""
    if os.name == "posix":
        with suppress(OSError):
            handle = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
