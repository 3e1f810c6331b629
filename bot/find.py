"""Find doctors by what a person types in haste: a part of a name, a specialization, either with slips."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import auto, Enum
from functools import lru_cache

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from clinic.people import Doctor, LONGEST_NAME
from clinic.search import folded

ALIKE = 0.75
"""How alike two words must be to be one that was mistyped: of four letters, one may be wrong, missing, too many, or
swapped with its neighbour. Words of three letters have no room for a slip."""

_MOST_CACHED = 1 << 16
_LATIN = str.maketrans({
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ж": "zh", "з": "z", "и": "i", "к": "k", "л": "l",
    "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "kh", "ц": "ts",
    "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "yu", "я": "ya",
})  # fmt: skip
_TITLES = frozenset({
    "dr", "dra", "drs", "d-r", "doc", "doctor", "doctora", "doktor", "vrach", "prof", "professor", "profesor",
    "profesora", "mr", "mrs", "ms", "sr", "sra", "srta",
})  # fmt: skip
"""Said before a name and no part of it, in the letters that ``letters`` makes of them."""

_PART = re.compile(r"\w+")
_AROUND = '.,;:!?¡¿@"“”«»'


class By(Enum):
    """What it was in a doctor that the text has found."""

    NAME = auto()
    SPECIALIZATION = auto()
    LIKENESS = auto()


@dataclass(frozen=True, slots=True)
class Found:
    """The doctors whom a text means, and by what; of those found by likeness, the most alike first."""

    doctors: tuple[Doctor, ...]
    by: By


@lru_cache(_MOST_CACHED)
def letters(text: str) -> str:
    """Return a text in plain Latin letters: ``Мюллер`` and ``MÜLLER`` come near to each other.

    Remembered by the text alone, so that a name that another process has changed is not missed.
    """
    return folded(text).translate(_LATIN)


@lru_cache(_MOST_CACHED)
def _parts(text: str) -> tuple[str, ...]:
    return tuple(_PART.findall(letters(text)))


def typed_words(text: str) -> list[str]:
    """Return the words that say who is meant; a title is left out unless it is all that was typed."""
    words = [word for word in (each.strip(_AROUND) for each in letters(text[:LONGEST_NAME]).split()) if word]
    return [word for word in words if word not in _TITLES] or words


def find(text: str, doctors: Sequence[Doctor]) -> Found:
    """Return the doctors whom a text means, in their order: all of them for no text.

    A name or a specialization that has every word in it goes before words that are only alike.
    """
    words = typed_words(text)
    named = [doctor for doctor in doctors if _has(words, letters(doctor.name))]
    if named:
        whole = " ".join(words)
        also = (doctor for doctor in doctors if words and letters(doctor.specialization) == whole)
        return Found(tuple(dict.fromkeys([*named, *also])), By.NAME)
    skilled = [doctor for doctor in doctors if _has(words, f"{letters(doctor.specialization)} {letters(doctor.name)}")]
    if skilled:
        return Found(tuple(skilled), By.SPECIALIZATION)
    return Found(_alike(words, doctors), By.LIKENESS)


def _has(words: Iterable[str], written: str) -> bool:
    return all(word in written for word in words)


def _alike(words: Sequence[str], doctors: Sequence[Doctor]) -> tuple[Doctor, ...]:
    """Return the doctors who have something like each of the words, the most alike first."""
    of_doctor = [(*_parts(doctor.name), *_parts(doctor.specialization)) for doctor in doctors]
    vocabulary = list({part for parts in of_doctor for part in parts})
    likenesses = [_likenesses(word, vocabulary) for word in words]
    scored = (
        (min(max((likeness.get(part, 0.0) for part in parts), default=0.0) for likeness in likenesses), doctor)
        for parts, doctor in zip(of_doctor, doctors, strict=True)
    )
    found = sorted((each for each in scored if each[0]), key=lambda each: -each[0])
    return tuple(doctor for _, doctor in found)


def _likenesses(word: str, vocabulary: Sequence[str]) -> Mapping[str, float]:
    """Return how alike a word is to each part that is like it; what has it inside is like it wholly."""
    near = extract(word, vocabulary, scorer=OSA.normalized_similarity, score_cutoff=ALIKE, limit=None)
    return {part: likeness for part, likeness, _ in near} | {part: 1.0 for part in vocabulary if word in part}
