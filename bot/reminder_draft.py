"""A reminder in the making."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict

from bot.content import Content
from bot.taps.reminders import (
    GoToReminder,
    PickClock,
    PickNag,
    PickQuestion,
    PickRemindDay,
    PickReminded,
    PickRemindedPerson,
    PickRemindTime,
    ReminderStep,
    TurnReminded,
    TurnRemindTimes,
)
from bot.taps.tap import Tap
from clinic.broadcast import Audience, AudienceKind
from clinic.reminder import MOST_NAGS, Reminder
from clinic.week import Weekday

UNCONFIRMED = Audience(AudienceKind.UNCONFIRMED)
A_DAY = 24 * 60
NAGS = (120, 240, 480, A_DAY, 2 * A_DAY, 3 * A_DAY)
"""What can be picked: how many minutes later it asks again."""
OF_DOCTORS = (AudienceKind.UNCONFIRMED, AudienceKind.DOCTORS, AudienceKind.NO_HOURS)
OF_ALL = (*OF_DOCTORS, AudienceKind.RECEPTIONISTS, AudienceKind.EVERYONE)
"""The audiences that one tap means."""


class ReminderDraft(BaseModel):
    """What an admin has chosen so far; without ``content`` it asks doctors to confirm their week.

    ``reminder_id`` and ``version`` are those of the reminder that it changes, 0 for a new one.
    """

    model_config = ConfigDict(frozen=True)

    kind: Literal["reminder"] = "reminder"
    step: ReminderStep = ReminderStep.CARD
    content: Content | None = None
    audience: Audience = UNCONFIRMED
    days: frozenset[Weekday] = frozenset({Weekday.FRI})
    minutes: int = 9 * 60
    own: bool = False
    nags: tuple[int, ...] = ()
    page: int = 0
    night: bool = False
    reminder_id: int = 0
    version: int = 1

    @classmethod
    def of(cls, reminder: Reminder) -> Self:
        return cls(
            content=Content.model_validate_json(reminder.body) if reminder.body else None,
            audience=reminder.audience,
            days=reminder.days,
            minutes=reminder.minutes,
            own=reminder.own_zone,
            nags=reminder.nags,
            reminder_id=reminder.reminder_id,
            version=reminder.version,
        )

    @property
    def waits_for_text(self) -> bool:
        """Whether what is sent next answers it."""
        return self.step in {ReminderStep.MESSAGE, ReminderStep.TIME}

    @property
    def kinds(self) -> tuple[AudienceKind, ...]:
        """The audiences that one tap means: the question is for doctors alone."""
        return OF_ALL if self.content else OF_DOCTORS

    @property
    def goes_on(self) -> bool:
        return self.step not in {ReminderStep.SAVED, ReminderStep.CLOSED}

    @property
    def missing(self) -> ReminderStep | None:
        """Where something has to be picked before it can be saved; none where nothing has."""
        if not self.days:
            return ReminderStep.DAYS
        if self.audience.kind is AudienceKind.PICKED and not self.audience.user_ids:
            return ReminderStep.PEOPLE
        return None

    def reminder(self) -> Reminder:
        """Return what it makes.

        Raises:
            ValueError: something is ``missing``.
        """
        body = self.content.model_dump_json() if self.content else ""
        made = Reminder(self.days, self.minutes, self.audience, body, self.own, self.nags)
        return replace(made, reminder_id=self.reminder_id, version=self.version)

    def at(self, step: ReminderStep, **changes: object) -> Self:
        return self.model_copy(update={"step": step, "night": False, "page": 0, **changes})

    def with_content(self, content: Content) -> Self:
        """Return it with a message, which nobody answers, so that nobody is asked again."""
        return self.at(ReminderStep.CARD, content=content, nags=())

    def after(self, tap: Tap) -> Self:  # noqa: C901, PLR0911 - one table of moves
        """Return the form as the tap leaves it; one that does not fit the step changes nothing."""
        if not self.goes_on:
            return self
        match self.step, tap:
            case _, GoToReminder(step=step) if step is not ReminderStep.SAVED:
                return self.at(step)
            case ReminderStep.MESSAGE, PickQuestion():
                kind = self.audience.kind
                doctors = kind in {*OF_DOCTORS, AudienceKind.SPECIALIZATION, AudienceKind.PICKED}
                return self.at(ReminderStep.CARD, content=None, audience=self.audience if doctors else UNCONFIRMED)
            case ReminderStep.DAYS, PickRemindDay(day=day, on=on):
                return self.model_copy(update={"days": self.days | {day} if on else self.days - {day}})
            case ReminderStep.TIME, PickRemindTime(minutes=minutes):
                return self.at(ReminderStep.CARD, minutes=minutes)
            case ReminderStep.TIME, TurnRemindTimes(night=night):
                return self.model_copy(update={"night": night})
            case ReminderStep.CARD, PickClock(own=own):
                return self.model_copy(update={"own": own})
            case ReminderStep.AUDIENCE, PickReminded(kind=kind) if kind in self.kinds:
                return self.at(ReminderStep.CARD, audience=Audience(kind))
            case ReminderStep.PEOPLE, PickRemindedPerson(user=user, on=on):
                return self.model_copy(update={"audience": self._with_person(user, on=on)})
            case ReminderStep.PEOPLE, TurnReminded(page=page):
                return self.model_copy(update={"page": page})
            case ReminderStep.NAGS, PickNag(minutes=minutes, on=on) if minutes in NAGS:
                nags = {*self.nags, minutes} if on else {*self.nags} - {minutes}
                return self.model_copy(update={"nags": tuple(sorted(nags))}) if len(nags) <= MOST_NAGS else self
        return self

    def _with_person(self, user_id: int, *, on: bool) -> Audience:
        present = self.audience.user_ids if self.audience.kind is AudienceKind.PICKED else ()
        picked = {*present, user_id} if on else {*present} - {user_id}
        return Audience(AudienceKind.PICKED, user_ids=tuple(sorted(picked)))
