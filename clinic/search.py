"""Find doctors by a part of their name, and put them in a reader's order."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from clinic.people import Doctor, LONGEST_NAME

_MOST_CACHED = 1 << 16
_BETWEEN = "\x1f"
"""Sorts before every letter, so that a name goes before one that it begins."""
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


def board_order(doctor: Doctor) -> tuple[str, int]:
    """Return what doctors are sorted by on a board: the specialization, then the name, then the id."""
    return sort_key(doctor.specialization, doctor.name), doctor.doctor_id


def sort_key(specialization: str, name: str) -> str:
    """Return the part of ``board_order`` that an index holds; it sorts by code points, as its UTF-8 does by bytes.

    Spellings of one specialization stand beside each other, each by itself. Folded, a text may be many times as long:
    each part ends where a name would, for an entry of an index must not be as long as that.
    """
    parts = (folded(specialization), specialization, folded(name))
    return _BETWEEN.join(part[:LONGEST_NAME] for part in parts)
