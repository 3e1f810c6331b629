"""Find doctors by a part of their name."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from clinic.people import Doctor

_MOST_CACHED = 1 << 16
_WHOLE = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"})
"""Letters that Unicode does not take apart into a plain one and its mark; ``casefold`` has made ``ss`` of ``ß``."""


@lru_cache(_MOST_CACHED)
def folded(text: str) -> str:
    """Return the letters without case and accents, as ``müller`` and ``MULLER`` are one name to a person.

    Remembered by the text alone: every list is sorted by it, and the names in it are mostly those of the list before.
    """
    apart = unicodedata.normalize("NFKD", text.casefold()).translate(_WHOLE)
    return " ".join("".join(letter for letter in apart if not unicodedata.combining(letter)).split())


def matching(text: str, doctors: Iterable[Doctor]) -> tuple[Doctor, ...]:
    """Return the doctors whose name has every word of ``text`` in it, in the order they come."""
    words = folded(text).split()
    return tuple(doctor for doctor in doctors if all(word in folded(doctor.name) for word in words))
