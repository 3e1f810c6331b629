"""Taps that make a reminder, and that pause, send or delete one."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from bot.taps.desk import Whom as Skill
from bot.taps.tap import Id, Page, Tap, Version
from clinic.broadcast import AudienceKind
from clinic.time_range import MINUTES_A_DAY
from clinic.week import Weekday


class ReminderStep(StrEnum):
    """Where a reminder in the making stands: on its card, or at one of the things that are chosen for it."""

    CARD = "c"
    MESSAGE = "m"
    AUDIENCE = "a"
    PEOPLE = "p"
    DAYS = "d"
    TIME = "t"
    NAGS = "n"
    SAVED = "s"
    CLOSED = "x"


class ListReminders(Tap, prefix="rl"):
    pass


class ShowReminder(Tap, prefix="rr"):
    reminder: Id


class PauseReminder(Tap, prefix="rp"):
    reminder: Id
    paused: bool


class AskSendNow(Tap, prefix="rq"):
    reminder: Id


class SendReminder(Tap, prefix="rn"):
    """Yes, now, as it is in this version: a second tap finds another."""

    reminder: Id
    version: Version


class AskDelete(Tap, prefix="re"):
    reminder: Id


class DeleteReminder(Tap, prefix="rd"):
    reminder: Id


class NewReminder(Tap, prefix="ro"):
    pass


class EditReminder(Tap, prefix="ri"):
    reminder: Id


class GoToReminder(Tap, prefix="rg"):
    """Another step of the form, forth or back."""

    step: ReminderStep


class PickQuestion(Tap, prefix="rk"):
    """It asks doctors to confirm their week."""


class PickRemindDay(Tap, prefix="ra"):
    day: Weekday
    on: bool


class PickRemindTime(Tap, prefix="rt"):
    minutes: Annotated[int, Field(ge=0, lt=MINUTES_A_DAY)]


class TurnRemindTimes(Tap, prefix="rh"):
    """The other half of the times of day."""

    night: bool


class PickClock(Tap, prefix="rz"):
    """Each doctor's own clock, or the clinic's."""

    own: bool


class PickReminded(Tap, prefix="rw"):
    """An audience that one tap means."""

    kind: AudienceKind


class PickRemindedSkill(Tap, prefix="rf"):
    skill: Skill


class PickRemindedPerson(Tap, prefix="ru"):
    user: Id
    on: bool


class TurnReminded(Tap, prefix="rv"):
    """Another page of those who can be picked."""

    page: Page


class PickNag(Tap, prefix="rb"):
    """So many minutes later it asks those again who have not answered, or does not."""

    minutes: Annotated[int, Field(ge=1, le=7 * MINUTES_A_DAY)]
    on: bool


class SaveReminder(Tap, prefix="ry"):
    pass
