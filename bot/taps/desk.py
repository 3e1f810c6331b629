"""Taps on the boards of everybody's hours and among free slots."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from bot.taps.tap import Day, Page, Passed, Skipped, Tap
from clinic.booking import LONGEST, SHORTEST


class ShowBoard(Tap, prefix="bd"):
    """Everybody's hours of a date, from a doctor on."""

    day: Day
    first: Skipped


class ShowBoardBefore(Tap, prefix="bb"):
    """The page that ends right before a doctor."""

    day: Day
    end: Passed


class ShowNow(Tap, prefix="nw"):
    page: Page


class CopyBoard(Tap, prefix="cb"):
    day: Day
    first: Skipped


class DrawBoard(Tap, prefix="db"):
    day: Day
    first: Skipped


Whom = Annotated[str, Field(pattern=r"^(d[1-9][0-9]{0,15}|s[0-9a-f]{12})$")]
"""A doctor by the id, or a specialization by the hash of its name, which may be longer than a tap."""
SlotMinutes = Annotated[int, Field(ge=SHORTEST, le=LONGEST)]


class FreeWhom(Tap, prefix="fw"):
    """Everybody of whom a free slot can be looked for."""

    page: Page


class FreeLength(Tap, prefix="fl"):
    whom: Whom


class ShowFree(Tap, prefix="fr"):
    """The next free slots of a length, a page of them behind those that were shown."""

    whom: Whom
    minutes: SlotMinutes
    page: Annotated[int, Field(ge=0, le=200)]


class WhyNoneFree(Tap, prefix="fy"):
    whom: Whom
    minutes: SlotMinutes
