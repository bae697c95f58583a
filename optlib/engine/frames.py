"""Messages as bytes on a stream: a header that counts and measures the parts, then the parts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from struct import Struct

Part = bytes | memoryview

_COUNT = Struct("!I")
CHUNK = 1 << 20


def framed(parts: Sequence[Part]) -> bytes:
    """One message of several parts."""
    views = [memoryview(part).cast("B") for part in parts]
    sizes = Struct(f"!{len(views)}Q").pack(*(view.nbytes for view in views))
    return b"".join([_COUNT.pack(len(views)), sizes, *views])


class Frames:
    """Takes bytes as they come and gives the messages that are complete."""

    def __init__(self) -> None:
        self._bytes = bytearray()

    def feed(self, data: bytes) -> Iterator[list[bytes]]:
        """The messages that these bytes complete, each a list of its parts."""
        self._bytes += data
        start = 0
        while message := self._message(start):
            parts, start = message
            yield parts
        del self._bytes[:start]

    def _message(self, start: int) -> tuple[list[bytes], int] | None:
        place = start + _COUNT.size
        if len(self._bytes) < place:
            return None
        (count,) = _COUNT.unpack_from(self._bytes, start)
        sizes = Struct(f"!{count}Q")
        if len(self._bytes) < place + sizes.size:
            return None
        parts = []
        lengths = sizes.unpack_from(self._bytes, place)
        place += sizes.size
        if len(self._bytes) < place + sum(lengths):
            return None
        for length in lengths:
            parts.append(bytes(self._bytes[place : place + length]))
            place += length
        return parts, place
