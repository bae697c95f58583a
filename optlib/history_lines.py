"""The lines of a history file: one entry each, as JSON with a checksum. A line that isn't whole is never an entry."""

from __future__ import annotations

import json
import zlib
from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from .text_patch import Patch

_SUM = b',"sum":"'
_LONGEST_WORDS = 300
_LONGEST_TEXT = 20_000_000


@dataclass(frozen=True)
class Entry:
    """One version of the text and how it came about.

    `kind` is start, outside, save, undo, redo, restore or back; one that isn't known is a version like others.
    `before` and `after` are the hashes of the texts; `patch` leads from one to the other, and is None where the text
    before is not that of the entry before; `whole` is the text after, packed, where it is needed. `of` is the number of
    the entry that was undone, redone or restored.
    """

    number: int
    when: str
    who: str
    what: str
    kind: str
    before: str
    after: str
    of: int = 0
    patch: Patch | None = None
    whole: str = ""

    @property
    def time(self) -> datetime:
        """When it was made, in the time zone of this machine."""
        return datetime.fromisoformat(self.when).astimezone()

    @property
    def root(self) -> int:
        """The number of the change that it is about: its own, or that of what it undoes or redoes."""
        return self.of if self.kind in ("undo", "redo") else self.number


def digest(text: str) -> str:
    """The hash by which a text is known."""
    return sha256(text.encode()).hexdigest()


def now() -> str:
    """The moment, as entries write it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def packed(text: str) -> str:
    """A text made small."""
    return b64encode(zlib.compress(text.encode())).decode("ascii")


def unpacked(whole: str) -> str:
    """A packed text as it was; raises ValueError where it isn't one, or one too large to be a workbook."""
    try:
        unpacker = zlib.decompressobj()
        content = unpacker.decompress(b64decode(whole), _LONGEST_TEXT)
    except zlib.error as error:
        raise ValueError(str(error)) from None
    if not unpacker.eof:
        raise ValueError("a text that is cut off")
    return content.decode()


def line_of(entry: Entry) -> bytes:
    """The entry as a line, with its end."""
    fields = {name: value for name, value in vars(entry).items() if value not in (0, "", None)}
    body = json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()[:-1]
    return body + _SUM + _checksum(body) + b'"}\n'


def entry_in(line: bytes) -> Entry | None:
    """The entry of a line without its end; None where the line is torn, garbled, or says what no entry says."""
    body, found, tail = line.rpartition(_SUM)
    if not found or tail != _checksum(body) + b'"}':
        return None
    try:
        fields = json.loads(body + b"}")
        return _entry(fields) if isinstance(fields, dict) else None
    except (ValueError, TypeError, KeyError, OverflowError, OSError, RecursionError):
        return None


def words(text: Any) -> str:
    """Words that a terminal can show: the file may come from anywhere."""
    shown = " ".join(str(text)[:_LONGEST_WORDS].split())
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in shown)


def _checksum(body: bytes) -> bytes:
    return sha256(body).hexdigest()[:16].encode()


def _entry(fields: dict[str, Any]) -> Entry:
    entry = Entry(
        number=int(fields["number"]),
        when=str(fields["when"]),
        who=words(fields.get("who", "")),
        what=words(fields.get("what", "")),
        kind=str(fields["kind"]),
        before=str(fields.get("before", "")),
        after=str(fields["after"]),
        of=int(fields.get("of", 0)),
        patch=_patch(fields.get("patch")),
        whole=str(fields.get("whole", "")),
    )
    entry.time.isoformat()  # a day that no calendar has is no entry's
    return entry


def _patch(spans: Any) -> Patch | None:
    return None if spans is None else tuple((int(at), str(old), str(new)) for at, old, new in spans)
