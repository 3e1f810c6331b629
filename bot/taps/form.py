"""Taps in the form of a working week, whose time picker other forms share."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from bot.taps.tap import Day, DrawnFrom, Minutes, Tap
from clinic.plan import Repeat
from clinic.week import Weekday


class Step(StrEnum):
    """Where a draft of a week stands."""

    DAYS = "d"
    FROM = "f"
    TO = "t"
    REVIEW = "r"
    NIGHT = "n"
    CHANGED = "c"
    SAVED = "s"
    CANCELLED = "x"
    DATES = "a"
    LAST = "l"
    NAME = "m"
    WHEN = "w"


class PickDay(Tap, prefix="pd"):
    day: Weekday
    on: bool


class PickDays(Tap, prefix="ps"):
    """A shortcut: exactly these days, one bit a day from Monday's 1."""

    days: Annotated[int, Field(ge=0, le=127)]


class Next(Tap, prefix="nx"):
    step: Step


class Back(Tap, prefix="bk"):
    step: Step


class Cancel(Tap, prefix="cx"):
    pass


class ShowNight(Tap, prefix="sn"):
    """The other half of the times: night hours at From, the next day's at To."""

    step: Step
    on: bool


class PickFrom(Tap, prefix="pf"):
    minutes: Minutes


class PickTo(Tap, prefix="pt"):
    minutes: Minutes


class NoHoursKind(StrEnum):
    OFF = "o"
    CLEAR = "c"


class PickNoHours(Tap, prefix="pn"):
    """The days off with their hours kept, or cleared of them."""

    kind: NoHoursKind


class AddHours(Tap, prefix="ah"):
    pass


class Save(Tap, prefix="sv"):
    pass


class SaveNight(Tap, prefix="sy"):
    """Yes, the night range ends on the next day."""


class EndByDay(Tap, prefix="ed"):
    """No, the night range was a slip: it ends at this time of the same day."""

    minutes: Minutes


class SaveOver(Tap, prefix="so"):
    """Yes, over what was saved meanwhile: that version and no later one."""

    version: DrawnFrom


class PickRepeat(Tap, prefix="pr"):
    """On which dates the hours hold; the date is a Monday for one week and for every other."""

    repeat: Repeat
    day: Day


class ShowForm(Tap, prefix="sf"):
    """The form of the message as it stands."""
