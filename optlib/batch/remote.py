"""Files behind URLs, through fsspec: read many at a time, written whole, asked for again while their store is away.

fsspec and the library of a store are imported where a URL is first used, and never for a batch on this machine's disk.
"""

from __future__ import annotations

import asyncio
import logging
import mimetypes
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import cache
from typing import Any

from tenacity import RetryCallState, Retrying, retry_if_exception, sleep_using_event, wait_exponential

from ..errors import OptlibError
from .store import hurry
from .urls import (
    EXTRAS,
    AwayError,
    fixed_part,
    is_url_pattern,
    is_web,
    scheme_of,
    text_without_secrets,
    without_secrets,
)

PATIENCE = 90.0  # seconds for which a store may be away
_ANSWER = 60.0  # seconds in which it has to answer
_LONGEST_PAUSE = 10.0  # seconds
_WHOLE = 1 << 40
_EMPTY = 416  # what HTTP says where a part of an empty file is asked for
_AGAIN = (408, 409, 425, 429)  # of all that HTTP calls an error of the client's, those that pass
_FINAL = (FileNotFoundError, PermissionError, IsADirectoryError, NotADirectoryError, FileExistsError)
_MISTAKES = (ValueError, TypeError, LookupError, AttributeError, NotImplementedError, ImportError)
_NO_CREDENTIALS = ("Credential", "Auth", "Refresh", "Profile")  # in the names of the libraries' errors
_NO_BUCKET = "there is no such bucket; make it first, or name another one"
_CONTENT_TYPE: dict[str, Callable[[str], dict[str, Any]]] = {
    "s3": lambda kind: {"ContentType": kind},
    "gs": lambda kind: {"content_type": kind},
    "abfs": lambda kind: {"content_settings": {"content_type": kind}},
}


class Remote:
    """A store: a bucket, a container or a host."""

    def __init__(self, url: str) -> None:
        self._scheme = scheme_of(url)
        self._shown = without_secrets(url)
        self._files = _file_system(url, self._scheme)
        self._away_since: float | None = None

    def read(self, urls: Sequence[str], most: int = _WHOLE) -> dict[str, bytes | OptlibError]:
        """The content of each, `most` bytes at most, or what is wrong with it; all are asked for at once."""
        found: dict[str, Any] = {}

        def once() -> None:
            left = [url for url in urls if url not in found]
            paths = [self._path(url) for url in left]
            answers = dict(zip(left, self._run(self._files._cat_ranges, paths, 0, most), strict=True))
            found.update({url: answer for url, answer in answers.items() if not _passes(answer)})
            for answer in answers.values():
                if _passes(answer):
                    raise answer

        try:
            self._patiently(once)
        except Exception as error:
            found |= {url: error for url in urls if url not in found}
        return {url: _content(url, answer, most) for url, answer in found.items()}

    def write(self, url: str, content: bytes) -> None:
        """Put a whole object; until it is there, nothing or the old one is. Raises OptlibError where it can't be."""
        kind = mimetypes.guess_type(url)[0] or "application/octet-stream"
        more = _CONTENT_TYPE[EXTRAS[self._scheme]](kind)
        self._asked(url, self._files._pipe_file, self._path(url), content, **more)

    def info(self, url: str) -> dict[str, Any] | None:
        """What the store says of a file, None where there is none. Raises OptlibError where it can't be asked."""
        try:
            return dict(self._patiently(lambda: self._run(self._files._info, self._path(url))))
        except FileNotFoundError:
            return None
        except Exception as error:
            raise _said(url, error) from None

    def below(self, folder: str) -> dict[str, dict[str, Any]]:
        """What the store says of every file below a folder, by its path from there."""
        start = self._path(folder).rstrip("/")
        found = self._asked(folder, self._files._find, start, detail=True, withdirs=False)
        return {path.removeprefix(f"{start}/"): info for path, info in found.items()}

    def matching(self, pattern: str) -> list[str]:
        """The URLs of all that match a pattern. Raises OptlibError where nothing does."""
        fixed = fixed_part(pattern)
        start = self._path(fixed).rstrip("/")
        paths = self._asked(pattern, self._files._glob, self._path(pattern), withdirs=False)
        if not paths and self.info(pattern):
            return [pattern]
        if not paths:
            self._see_bucket(start)
            raise OptlibError(f"{without_secrets(pattern)}: nothing matches this pattern; ** stands for any folders")
        return [f"{fixed}/{path.removeprefix(f'{start}/')}" for path in sorted(paths)]

    def _see_bucket(self, path: str) -> None:
        """Raises OptlibError where what a path begins with isn't there; a listing of nothing doesn't tell."""
        bucket = path.partition("/")[0]
        if self.info(f"{self._scheme}://{bucket}") is None:
            raise OptlibError(f"{self._shown}: {_NO_BUCKET}")

    def _path(self, url: str) -> str:
        return str(self._files._strip_protocol(url))

    def _run(self, act: Callable[..., Awaitable[Any]], *arguments: Any, **more: Any) -> Any:
        from fsspec.asyn import sync

        return sync(self._files.loop, act, *arguments, timeout=_ANSWER, **more)

    def _asked(self, url: str, act: Callable[..., Awaitable[Any]], *arguments: Any, **more: Any) -> Any:
        """What a store answers that finds all it is asked for, unless it lacks the bucket itself."""
        try:
            return self._patiently(lambda: self._run(act, *arguments, **more))
        except Exception as error:
            if _is_missing(error):
                raise OptlibError(f"{without_secrets(url)}: {_NO_BUCKET}") from None
            raise _said(url, error) from None

    def _patiently(self, act: Callable[[], Any]) -> Any:
        """What an act gives, tried again with growing pauses for as long as the store may be away.

        A store that has been away for as long as that is asked once, until it answers again.
        """

        def too_long(state: RetryCallState) -> bool:
            self._away_since = self._away_since or time.monotonic()
            away = time.monotonic() - self._away_since
            return hurry.is_set() or max(away, state.seconds_since_start or 0) > PATIENCE

        retrying = Retrying(
            stop=too_long,
            wait=wait_exponential(0.5, _LONGEST_PAUSE),
            sleep=sleep_using_event(hurry),
            retry=retry_if_exception(_passes),
            reraise=True,
        )
        result = retrying(act)
        self._away_since = None
        return result


def remote(url: str) -> Remote:
    """The store that a URL leads to. Raises OptlibError where it can't be used, or its library isn't installed."""
    scheme, _, rest = url.partition("://")
    return _remote(f"{scheme}://{rest.partition('/')[0]}/")


def read_urls(urls: Iterable[str], most: int) -> dict[str, bytes | OptlibError]:
    """The content of each URL, whatever store it is in, or what is wrong with it."""
    of_store: dict[Remote, list[str]] = {}
    found: dict[str, bytes | OptlibError] = {}
    for url in urls:
        try:
            of_store.setdefault(remote(url), []).append(url)
        except OptlibError as error:
            found[url] = error
    for store, theirs in of_store.items():
        found |= store.read(theirs, most)
    return found


def urls_of(argument: str) -> list[str]:
    """The URLs that an argument stands for. Raises OptlibError where a pattern finds nothing, or a folder is named."""
    if argument.endswith("/"):
        example = f"{without_secrets(argument)}**/*.yaml"
        message = "each workbook in it" if is_web(argument) else f"the workbooks in it, for example '{example}'"
        raise OptlibError(f"{without_secrets(argument)}: is a folder; name {message}")
    return remote(argument).matching(argument) if is_url_pattern(argument) else [argument]


@cache
def _remote(root: str) -> Remote:
    return Remote(root)


def _file_system(url: str, scheme: str) -> Any:
    extra = EXTRAS[scheme]
    try:
        import fsspec

        logging.getLogger("gcsfs").setLevel(logging.CRITICAL)  # of what it raises it also prints the traceback
        kind = fsspec.get_filesystem_class(scheme)
        return kind(**kind._get_kwargs_from_urls(url), use_listings_cache=False)
    except ImportError as error:
        message = f"{without_secrets(url)}: a library is missing for {scheme}:// ({error})"
        raise OptlibError(f"{message}; install it with: python -m pip install 'optlib[{extra}]'") from None
    except Exception as error:
        raise _said(url, error) from None


def _passes(error: Any) -> bool:
    """Whether what went wrong may pass by itself: the store didn't answer, or said that it can't at the moment."""
    if not isinstance(error, Exception) or isinstance(error, _FINAL):
        return False
    status = _status(error)
    if status:
        return status >= 500 or status in _AGAIN
    if isinstance(error, OSError | asyncio.TimeoutError):
        return True
    return not isinstance(error, _MISTAKES) and not _lacks_credentials(error)


def _status(error: BaseException | None) -> int:
    """The HTTP status that an error, or the one it came from, has; 0 where there is none."""
    if type(error) is OSError and str(error).startswith("Forbidden"):  # as gcsfs says it
        return 403
    while error is not None:
        answer = getattr(error, "response", None)
        told = answer.get("ResponseMetadata", {}).get("HTTPStatusCode") if isinstance(answer, dict) else None
        for status in (told, *(getattr(error, name, None) for name in ("status", "status_code", "code"))):
            if isinstance(status, int) and status >= 400:
                return status
        error = error.__cause__
    return 0


def _is_missing(error: Exception) -> bool:
    return isinstance(error, FileNotFoundError) or _status(error) == 404


def _lacks_credentials(error: Exception) -> bool:
    return any(word in type(error).__name__ for word in _NO_CREDENTIALS)


def _content(url: str, answer: Any, most: int) -> bytes | OptlibError:
    if isinstance(answer, bytes):
        return answer[:most]  # a server may give all, whatever it was asked for
    return b"" if _status(answer) == _EMPTY else _said(url, answer)


def _said(url: str, error: Exception) -> OptlibError:
    """The error that is ours to say."""
    return (AwayError if _passes(error) else OptlibError)(f"{without_secrets(url)}: {_words(error)}")


def _words(error: Exception) -> str:
    """What went wrong, in words that say what to do, and with nothing secret in them."""
    said = text_without_secrets(str(error).partition("\n")[0]) or type(error).__name__
    status = _status(error)
    if _is_missing(error):
        return _NO_BUCKET if "bucket does not exist" in said else "there is no such file"
    if isinstance(error, PermissionError) or status in (401, 403) or _lacks_credentials(error):
        return f"access is refused ({said}); check the credentials and what they allow"
    away = f"it can't be reached ({said}); see that it is there, and run the same again"
    return away if _passes(error) else said
