"""URLs of workbooks and folders, as text: which can be used, what may be shown of them, and what lies beside them."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from posixpath import dirname
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from ..errors import OptlibError

# By scheme, the extra that brings its library.
EXTRAS = {"s3": "s3", "gs": "gs", "gcs": "gs", "abfs": "abfs", "abfss": "abfs", "http": "http", "https": "http"}
WEB = ("http", "https")
_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_IN_TEXT = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^\s'\"<>]+")
_MAGIC = re.compile(r"[*?\[]")


class AwayError(OptlibError):
    """A store that should be there wasn't, for as long as one may be away."""


def is_url(text: str) -> bool:
    """Whether a text is a URL and no path."""
    return _URL.match(text) is not None


def scheme_of(url: str) -> str:
    """The scheme, in lower case. Raises OptlibError where it is none that a batch can use."""
    scheme = url.partition("://")[0].lower()
    if scheme not in EXTRAS:
        message = f"{without_secrets(url)}: {scheme}:// can't be used; what can is s3://, gs://, abfs:// and"
        raise OptlibError(f"{message}, for reading, http:// and https://")
    try:
        urlsplit(url)
    except ValueError as error:
        raise OptlibError(f"{without_secrets(url)}: is no URL: {error}") from None
    return scheme


def is_web(url: str) -> bool:
    """Whether a URL is one of the web, which has no listing, can't be written to, and may have a query."""
    return scheme_of(url) in WEB


def is_page(url: str) -> bool:
    """Whether a URL names one report, not a folder of them."""
    return url.lower().endswith((".html", ".htm"))


def without_secrets(url: str) -> str:
    """A URL as it may be shown: without a user, a password, and the query that may hold a signature.

    What stands before the @ of an `abfs` URL is the container, and a ? may be part of an object's name.
    """
    scheme, _, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    if scheme.lower() in WEB:
        host, path = host.partition("?")[0].partition("#")[0], re.split(r"[?#]", path, maxsplit=1)[0]
        host = host.rpartition("@")[2]
    else:
        path = re.split(r"\?(?=[^/]*=)", path, maxsplit=1)[0]
        user, _, name = host.rpartition("@")
        host = name if ":" in user else host
    return f"{scheme}://{host}{slash}{path}"


def text_without_secrets(text: str) -> str:
    """A text, such as that of a library's error, with each URL in it as it may be shown."""
    return _IN_TEXT.sub(lambda found: without_secrets(found[0]), text)


def name_of(url: str) -> str:
    """The name of the file that a URL leads to, as a folder of this machine can hold it."""
    path = unquote(urlsplit(url).path) if is_web(url) else url.partition("://")[2].partition("/")[2]
    name = "".join(one if one.isprintable() else "_" for one in re.split(r"[/\\]", path)[-1])
    return "workbook.yaml" if name in {"", ".", ".."} else name


def beside(url: str, place: str) -> str:
    """The URL of a file by its path from the folder of another one."""
    if not is_web(url):
        return f"{url.rpartition('/')[0]}/{place}"
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"{dirname(parts.path).rstrip('/')}/{quote(place)}", query="", fragment=""))


def is_url_pattern(url: str) -> bool:
    """Whether a URL stands for all that match it. Raises OptlibError for one of the web, which has no listing."""
    if not is_web(url):
        return _MAGIC.search(url.partition("://")[2]) is not None
    if re.search(r"[*\[]", urlsplit(url).path):
        message = f"{without_secrets(url)}: a pattern can't be used over http, where nothing lists the files"
        raise OptlibError(f"{message}; name each workbook")
    return False


def fixed_part(pattern: str) -> str:
    """The folder of a pattern above its first wildcard."""
    scheme, _, rest = pattern.partition("://")
    start = _MAGIC.search(rest)
    return f"{scheme}://{rest[: start.start() if start else None].rpartition('/')[0]}"


def path_below(url: str, start: str) -> PurePosixPath:
    """The path of a URL below a folder."""
    return PurePosixPath(url.removeprefix(f"{start}/"))
