"""Typed callback data: what a button says when it is tapped. Only the modules here know its strings.

A tap carries what was tapped as a target (``on=True``), never as a flip, and never who taps: the same tap twice asks
for the same thing, and what it asks for is authorised on every use.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

MOST_BYTES = 64
"""Bot API, InlineKeyboardButton.callback_data."""
Id = Annotated[int, Field(ge=1, le=2**53)]
Minutes = Annotated[int, Field(ge=0, le=2 * 24 * 60)]
Page = Annotated[int, Field(ge=0, le=10_000)]
Skipped = Annotated[int, Field(ge=0, le=10_000_000)]
"""How many doctors stand on a board before those who are shown."""
Passed = Annotated[int, Field(ge=1, le=10_000_000)]
"""The same where a page ends right before a doctor: how many fit on it is not known before it is read."""
Version = Annotated[int, Field(ge=1, le=2**31)]
DrawnFrom = Annotated[int, Field(ge=0, le=2**31)]
"""The version of a week that somebody saw; 0 where none was ever set."""
Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2199, 12, 31))]
"""A date that somebody can mean; next to a forged one there may be no other."""


class Place(StrEnum):
    """A screen that a menu leads to."""

    MENU = "m"
    EDITOR = "e"
    WEEK = "w"
    DOCTORS = "d"
    INVITE = "i"
    PEOPLE = "p"
    LANGUAGE = "l"
    HELP = "h"
    TODAY = "t"
    ZONE = "z"
    FREE = "f"
    BOARD = "b"
    NOW = "n"
    BOOK = "o"
    BOOKINGS = "k"
    ATTENTION = "a"
    SLOTS = "s"
    CONFIRMED = "c"
    BROADCAST = "bc"
    BROADCASTS = "bs"
    WATCHING = "v"
    REMINDERS = "r"
    DELEGATE = "g"
    REPRESENTED = "j"
    PROPOSALS = "pr"


class Tap(BaseModel):
    """Callback data ``prefix:field:field``; fields are short words and numbers without a colon."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)  # of many kinds, most at no time soon
    prefix: ClassVar[str]
    kinds: ClassVar[dict[str, type[Tap]]] = {}

    def __init_subclass__(cls, prefix: str) -> None:
        super().__init_subclass__()
        cls.prefix = prefix
        if Tap.kinds.setdefault(prefix, cls) is not cls:
            raise TypeError(f"two taps share the prefix {prefix!r}")

    def pack(self) -> str:
        data = ":".join([self.prefix, *map(_packed, vars(self).values())])
        if len(data.encode()) > MOST_BYTES:
            raise ValueError(f"{data!r} is longer than {MOST_BYTES} bytes")
        return data

    @classmethod
    def unpack(cls, data: str) -> Self | None:
        """Return the tap, or none where the data is not this kind's: another's, an older version's, or forged."""
        prefix, *values = data.split(":")
        if prefix != cls.prefix or len(values) != len(cls.model_fields):
            return None
        try:
            return cls.model_validate(dict(zip(cls.model_fields, values, strict=True)))
        except ValidationError:
            return None


def _packed(value: object) -> str:
    return str(int(value)) if isinstance(value, int) else str(value)  # of int are flags and IntEnum too


class Open(Tap, prefix="op"):
    place: Place


class Inert(Tap, prefix="z"):
    """A cell of a calendar that is no date to pick."""
