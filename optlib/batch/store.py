"""The folder of a batch, on this machine's disk or behind a URL: what is in it is seen, read, and written whole."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any, Protocol

from ..atomic import write_atomically
from ..errors import OptlibError
from .names import STATE
from .urls import AwayError, is_url, is_web, without_secrets

_NOTE = b"What optlib knows of the reports in this folder. Without it, all of them are made again.\n"
hurry = Event()  # set where a batch was interrupted: nobody waits any more for a store that is away


@dataclass(frozen=True)
class Seen:
    """What is known of a file without reading it: its size, and a mark that is another one once it is written anew."""

    size: int
    mark: str


class Store(Protocol):
    """A folder; every file in it is named by its path from there, with slashes."""

    def shown(self, name: str = "") -> str:
        """The folder, or a file in it, as a reader may see it."""

    def prepare(self) -> None:
        """Make sure that files can be written. Raises OptlibError where they can't."""

    def look(self) -> Callable[[str], Seen | None]:
        """What tells of many files whether they are there. Raises OptlibError where nothing can be seen."""

    def seen(self, name: str) -> Seen | None:
        """What is known of a file now, None where there is none. Raises OptlibError where that can't be seen."""

    def read(self, names: Iterable[str]) -> dict[str, bytes]:
        """The content of those files that are there. Raises OptlibError where the store is away."""

    def write(self, name: str, content: bytes) -> None:
        """Write a file whole or not at all. Raises OptlibError where it can't be written."""


class Folder:
    """A folder on this machine's disk."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def shown(self, name: str = "") -> str:
        """The path."""
        return str(self._path / name)

    def prepare(self) -> None:
        """Make the folder."""
        said = f"{self._path}: reports can't be put here"
        try:
            self._path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OptlibError(f"{said}: {error.strerror}; name a folder with -o") from None
        if not os.access(self._path, os.W_OK):
            raise OptlibError(f"{said}: it can't be written to; name another folder with -o")

    def look(self) -> Callable[[str], Seen | None]:
        """Each file is looked at when it is asked for."""
        return self.seen

    def seen(self, name: str) -> Seen | None:
        """Size and time of a file."""
        try:
            state = (self._path / name).stat()
        except OSError:
            return None
        return Seen(state.st_size, str(state.st_mtime_ns))

    def read(self, names: Iterable[str]) -> dict[str, bytes]:
        """Read what can be read."""
        found = {}
        for name in names:
            with suppress(OSError):
                found[name] = (self._path / name).read_bytes()
        return found

    def write(self, name: str, content: bytes) -> None:
        """Write a file, its folder made."""
        place = self._path / name
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(place, content)
        except OSError as error:
            raise OptlibError(f"{place}: can't be written: {error.strerror}") from None


class Objects:
    """A folder behind a URL; what is put there is whole as soon as anybody sees it."""

    def __init__(self, url: str) -> None:
        from .remote import remote

        if is_web(url):
            raise OptlibError(
                f"{without_secrets(url)}: reports can't be put there; name a folder, or s3://, gs:// or abfs://"
            )
        self._url = url.rstrip("/")
        self._remote = remote(url)

    def shown(self, name: str = "") -> str:
        """The URL, without what is secret in it."""
        return without_secrets(self._of(name) if name else self._url)

    def prepare(self) -> None:
        """Put an object there that says what lies beside it."""
        self.write(f"{STATE}/README.txt", _NOTE)

    def look(self) -> Callable[[str], Seen | None]:
        """All are listed at once."""
        listed = {name: _seen(info) for name, info in self._remote.below(self._url).items()}
        return listed.get

    def seen(self, name: str) -> Seen | None:
        """Size and ETag of an object."""
        info = self._remote.info(self._of(name))
        return _seen(info) if info else None

    def read(self, names: Iterable[str]) -> dict[str, bytes]:
        """Read many at once."""
        urls = {self._of(name): name for name in names}
        found = self._remote.read(list(urls))
        for content in found.values():
            if isinstance(content, AwayError):
                raise content
        return {urls[url]: content for url, content in found.items() if isinstance(content, bytes)}

    def write(self, name: str, content: bytes) -> None:
        """Put one object."""
        self._remote.write(self._of(name), content)

    def _of(self, name: str) -> str:
        return f"{self._url}/{name}"


def store_of(folder: str) -> Store:
    """The folder of a batch, by its path or URL. Raises OptlibError where nothing can be written to such a URL."""
    return Objects(folder) if is_url(folder) else Folder(Path(folder))


def _seen(info: dict[str, Any]) -> Seen:
    """An object's size and ETag, which is another one where other bytes are put there; some give it in quotes."""
    mark = info.get("ETag") or info.get("etag") or ""
    return Seen(int(info.get("size") or 0), str(mark).strip('"'))
