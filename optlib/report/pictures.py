"""Puts pictures into the report: files beside the workbook and pictures that cells made, as data of the page itself.

A picture is taken by what its bytes are, never by its name, and only in formats that can hold no script.
"""

from __future__ import annotations

import base64
import binascii
import re
from html import escape, unescape
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote

from ..views.pictures import is_elsewhere, place_beside, words_instead
from ..views.render import link

LARGEST = 500_000
LARGEST_TOGETHER = 2_000_000
TYPES = ("image/png", "image/jpeg", "image/gif", "image/webp")
# What nh3 writes: attributes in double quotes, and no quotes within them.
_IMG = re.compile(r'<img((?:\s+[\w-]+="[^"]*")*)\s*/?>')
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')
_DATA = re.compile(r"data:image/[a-z]+;base64,(.*)", re.DOTALL)


class NoPictureError(Exception):
    """Why a picture is not shown, in words."""


class Pictures:
    """The pictures of one report, taken from a folder as long as there is room."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._left = LARGEST_TOGETHER

    def put_in(self, html: str) -> str:
        """Sanitised HTML with the picture in place of each `img`, or with words that say why it isn't there."""
        return _IMG.sub(lambda tag: self._shown(tag[1]), html)

    def _shown(self, written: str) -> str:
        attributes = {name: unescape(value) for name, value in _ATTRIBUTE.findall(written)}
        address, alt = attributes.get("src", ""), attributes.get("alt", "")
        if is_elsewhere(address):
            return f"{link(address, alt)} {words_instead('', 'there', 'nothing is loaded from elsewhere')}"
        try:
            content = self._content(address)
            return f'<img src="{self._embedded(content)}" alt="{escape(alt)}">'
        except NoPictureError as why:
            return str(words_instead(alt, _name(address), str(why)))

    def _content(self, address: str) -> bytes:
        if made := _DATA.fullmatch(address):
            return _decoded(made[1])
        place = place_beside(address)
        if place is None or self._folder is None:
            raise NoPictureError("it is not a file in the workbook's folder")
        return _read(self._folder, place)

    def _embedded(self, content: bytes) -> str:
        """The picture as a data address, its room taken."""
        kind = picture_type(content)
        if not kind:
            raise NoPictureError("it is not a PNG, JPEG, GIF or WebP picture")
        if len(content) > LARGEST:
            raise NoPictureError(f"it is larger than {LARGEST // 1000} kB")
        if len(content) > self._left:
            raise NoPictureError(f"the report's pictures are larger than {LARGEST_TOGETHER // 1_000_000} MB together")
        self._left -= len(content)
        return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def picture_of(output: Any) -> str:
    """The picture that a cell shows, as an `img` whose data is still to be judged; nothing where it shows none."""
    kind = next((kind for kind in TYPES if kind in output.data), "")
    if not kind:
        return ""
    plain = str(output.data.get("text/plain", ""))
    of_kind = output.metadata.get(kind)
    said = (of_kind.get("alt", "") if isinstance(of_kind, dict) else "") or output.metadata.get("alt", "")
    alt = said or (plain if plain and not plain.startswith("<") else "A picture that a cell of the notebook made")
    data = re.sub(r"\s", "", str(output.data[kind]))
    return f'<p><img src="data:{kind};base64,{escape(data)}" alt="{escape(str(alt))}"></p>'


def picture_type(content: bytes) -> str:
    """The type that a picture's first bytes tell; nothing for all else, SVG among it."""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    return "image/webp" if content[:4] == b"RIFF" and content[8:12] == b"WEBP" else ""


def _read(folder: Path, place: PurePosixPath) -> bytes:
    """The file's bytes, one more than is allowed at most; links are followed, but not out of the folder."""
    try:
        path = (folder / place).resolve(strict=True)
        if not path.is_relative_to(folder.resolve()):
            raise NoPictureError("it lies outside the workbook's folder")
        if not path.is_file():
            raise NoPictureError("it is not a file")
        with path.open("rb") as file:
            return file.read(LARGEST + 1)
    except FileNotFoundError:
        raise NoPictureError("there is no such file beside the workbook") from None
    except (OSError, RuntimeError, ValueError):
        raise NoPictureError("it can't be read") from None


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text)
    except (binascii.Error, ValueError):
        raise NoPictureError("its data is broken") from None


def _name(address: str) -> str:
    """What to call a picture that isn't shown."""
    return "of a cell" if address.startswith("data:") else unquote(address) or "without an address"
