"""Pictures in a workbook's texts: which addresses may name one, and the words that stand where none is shown."""

from __future__ import annotations

from pathlib import PurePosixPath
from urllib.parse import unquote

from markupsafe import Markup


def place_beside(address: str) -> PurePosixPath | None:
    """The file that a picture's address names, if it is a path from the workbook's folder downwards."""
    path = unquote(address)
    if not path.isprintable() or any(character in path for character in ":\\"):
        return None
    place = PurePosixPath(path)
    return None if place.is_absolute() or ".." in place.parts or not place.name else place


def is_elsewhere(address: str) -> bool:
    """Whether an address leads to another machine."""
    return address.lower().startswith(("http://", "https://"))


def words_instead(alt: str, name: str, why: str) -> Markup:
    """What a reader gets in place of a picture: its alternative text, which picture it is, and why it isn't shown."""
    said = Markup("<em>(the picture {} is not shown: {})</em>").format(name, why)
    return Markup("{} {}").format(alt, said) if alt else said
