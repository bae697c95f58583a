"""The problem of a name that leads nowhere, with what was probably meant."""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches
from itertools import islice

from .errors import Location, Problem

_NAMES_LISTED = 40
_NAMES_COMPARED = 500


def unknown_name(where: Location, kind: str, name: str, known: Collection[str], remedy: str = "") -> Problem:
    """The problem of a name that isn't known, with the nearest ones that are, and the remedy where it is a new one."""
    near = get_close_matches(name, islice(known, _NAMES_COMPARED), n=1)
    more = f" and {len(known) - _NAMES_LISTED} more" if len(known) > _NAMES_LISTED else ""
    listed = f"known are: {', '.join(islice(known, _NAMES_LISTED))}{more}" if known else "there are none yet"
    offer = f"did you mean {near[0]!r}?" if near else listed
    new = f"{' If it is new,' if near else ';'} {remedy}" if remedy else ""
    return Problem(where, f"there is no {kind} {shown(name)}; {offer}{new}")


def shown(name: str) -> str:
    """A name in quotes, shortened."""
    return repr(name if len(name) <= 40 else name[:37] + "...")
