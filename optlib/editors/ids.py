"""Ids made from what a person has written. Knows no widgets."""

from __future__ import annotations

import re
from collections.abc import Collection
from unicodedata import normalize

_LONGEST = 40


def id_from(words: str, taken: Collection[str] = ()) -> str:
    """Make an id of words that isn't taken yet, cut at the end of a word; empty where they hold no letter."""
    plain = normalize("NFKD", words).encode("ascii", "ignore").decode()
    whole = re.sub(r"[^a-z0-9]+", "-", plain.lower()).lstrip("-0123456789").rstrip("-")
    short = whole if len(whole) <= _LONGEST else whole[: _LONGEST + 1].rpartition("-")[0] or whole[:_LONGEST]
    numbers = (f"{short}-{number}" for number in range(2, len(taken) + 3))
    return short if not short or short not in taken else next(name for name in numbers if name not in taken)
