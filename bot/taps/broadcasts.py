"""Taps that make a broadcast, and that ask what became of one."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from bot.taps.tap import Day, Id, Page, Tap
from clinic.time_range import MINUTES_A_DAY


class Whom(StrEnum):
    """An audience that is meant by one tap."""

    DOCTORS = "d"
    NO_HOURS = "n"
    UNCONFIRMED = "u"
    RECEPTIONISTS = "r"
    EVERYONE = "e"


class BroadcastStep(StrEnum):
    """Where a broadcast in the making stands."""

    MESSAGE = "m"
    AUDIENCE = "a"
    SKILLS = "s"
    PEOPLE = "p"
    PREVIEW = "v"
    DAY = "d"
    TIME = "t"
    SENT = "x"
    CLOSED = "c"


class PickAudience(Tap, prefix="qa"):
    whom: Whom


class PickSkill(Tap, prefix="qs"):
    """A specialization, by the hash of its name."""

    skill: Annotated[str, Field(pattern=r"^s[0-9a-f]{12}$")]


class PickPerson(Tap, prefix="qp"):
    user: Id
    on: bool


class TurnPeople(Tap, prefix="qt"):
    """Another page of those who can be picked."""

    page: Page


class GoTo(Tap, prefix="qg"):
    """Another step of the form, forth or back."""

    step: BroadcastStep


class SendMonth(Tap, prefix="qm"):
    month: Day


class SendDay(Tap, prefix="qy"):
    day: Day


class SendTimes(Tap, prefix="qn"):
    """The other half of the times of day."""

    night: bool


class SendTime(Tap, prefix="qh"):
    minutes: Annotated[int, Field(ge=0, lt=MINUTES_A_DAY)]


class Send(Tap, prefix="qx"):
    """Yes, to those whom the form names, at this minute since 1970; 0 is now."""

    at: Annotated[int, Field(ge=0, le=2**32)]


class ShowBroadcast(Tap, prefix="qw"):
    """A broadcast, with a page of those whom it did not reach."""

    broadcast: Id
    page: Page


class ListBroadcasts(Tap, prefix="ql"):
    page: Page


class CancelBroadcast(Tap, prefix="qc"):
    broadcast: Id


class RetryFailed(Tap, prefix="qr"):
    broadcast: Id
