"""Taps about dates: calendars, what differs on a date, time zones."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from bot.taps.tap import Day, Id, Minutes, Tap
from clinic.dates import TimeOffKind


class Form(StrEnum):
    """What dates are picked for."""

    OFF = "o"
    DATE = "d"
    CLOSED = "c"


class ShowMonth(Tap, prefix="sm"):
    month: Day


class PickDate(Tap, prefix="da"):
    """A date, or the first of a span; where several are picked, whether this one is."""

    day: Day
    on: bool


class LastDate(Tap, prefix="dl"):
    day: Day


class WholeDays(Tap, prefix="wd"):
    pass


class SomeHours(Tap, prefix="sh"):
    pass


Whose = Annotated[int, Field(ge=0, le=2**53)]
"""The doctor whose calendar it is; 0 is the clinic."""


class OpenForm(Tap, prefix="fo"):
    form: Form
    doctor: Whose


class ListRules(Tap, prefix="lr"):
    """What is coming of one kind, to change it or take it back."""

    form: Form
    doctor: Whose


Key = Annotated[str, Field(pattern=r"^[0-9-]{1,16}$")]
"""An id, or the date of other hours."""


class ShowRule(Tap, prefix="rs"):
    form: Form
    key: Key
    doctor: Whose


class ChangeRule(Tap, prefix="rc"):
    form: Form
    key: Key
    doctor: Whose


class RemoveRule(Tap, prefix="rx"):
    form: Form
    key: Key
    doctor: Whose


class UndoDates(Tap, prefix="ud"):
    change: Id


class SayToday(Tap, prefix="td"):
    """What is said on the day itself: away in these minutes of this date, all of it where both are 0."""

    kind: TimeOffKind
    day: Day
    start: Minutes
    end: Minutes


ZoneName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_+/-]{1,40}$")]


class ShowZones(Tap, prefix="zr"):
    region: ZoneName
    page: Annotated[int, Field(ge=0, le=100)]


class PickZone(Tap, prefix="zp"):
    zone: ZoneName


class SetZone(Tap, prefix="zs"):
    zone: ZoneName
