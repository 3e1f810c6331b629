"""What a person has picked so far: the week in the making, the invitation, and how any draft is read back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from bot.booking_draft import BookingDraft
from bot.broadcast_draft import BroadcastDraft
from bot.dates_draft import DatesDraft
from bot.picking import HoursDraft
from bot.reminder_draft import ReminderDraft
from bot.taps.dates import PickDate
from bot.taps.form import Back, Cancel, EndByDay, Next, NoHoursKind, PickDay, PickDays, PickNoHours, PickRepeat, Step
from bot.taps.tap import Tap
from clinic.plan import Recurrence, Repeat, WeeklyHours, WeekRecord
from clinic.time_range import MINUTES_A_DAY, TimeRange
from clinic.week import DAY_OFF, DayAvailability, monday_of, Weekday, WeeklyAvailability

LIFE = timedelta(days=14)
"""How long a draft is kept after its last change."""
FORGOTTEN = timedelta(hours=1)
"""After so long what is typed may be meant for something else: the form is shown again before it takes a text."""

_HALF_DAY = 12 * 60


class AnyWeekDraft(HoursDraft):
    """A doctor's week in the making: the hours and version that it was drawn from, and the picks.

    ``hours`` are the plans as they stood, ``repeat`` and ``day`` on which dates the picks are to hold (``Recurrence``),
    ``today`` the doctor's date when the form was opened. ``theirs`` is what another change has made of the hours since.
    ``answers`` is the Monday of a week that the doctor was asked to confirm.
    """

    doctor_id: int
    hours: WeeklyHours
    version: int
    today: date
    repeat: Repeat = Repeat.EVERY_WEEK
    day: date
    step: Step = Step.DAYS
    days: frozenset[Weekday] = frozenset()
    no_hours: NoHoursKind | None = None
    typed: dict[Weekday, DayAvailability | None] | None = None
    theirs: WeeklyHours | None = None
    their_version: int = 0
    answers: date | None = None

    @classmethod
    def drawn_from(cls, record: WeekRecord, today: date, whose: str) -> Self:
        """Return a form drawn from the present hours; where two weeks take turns, on this one of the two."""
        draft = cls(
            doctor_id=record.doctor_id, hours=record.hours, version=record.version, today=today, day=today, whose=whose
        )
        if len(record.hours.repeating_on(today).weeks) == 1:
            return draft
        return draft.model_copy(update={"repeat": Repeat.EVERY_OTHER_WEEK, "day": monday_of(today)})

    @property
    def waits_for_text(self) -> bool:
        """Whether a typed time answers it, or a typed week: in no form, that would be the week of whoever types it."""
        return super().waits_for_text or (bool(self.whose) and self.step in {Step.DAYS, Step.REVIEW})

    def with_typed(self, days: dict[Weekday, DayAvailability | None]) -> Self:
        """Return the draft with a typed week for review.

        Raises:
            RangesOverlap, TooManyRanges.
        """
        typed = self.at(Step.REVIEW, typed=days, days=frozenset(days), ranges=(), start=None, no_hours=None)
        typed.check()
        return typed

    @property
    def recurrence(self) -> Recurrence:
        return Recurrence(self.repeat, self.day)

    @property
    def base(self) -> WeeklyAvailability:
        """The week that the change is made on."""
        return self.hours.base_of(self.recurrence)

    def changes(self) -> Mapping[Weekday, DayAvailability]:
        """Return the picked days as they would be.

        Raises:
            RangesOverlap, TooManyRanges: the ranges cannot stand on one day.
        """
        if self.typed is not None:
            return {day: self._switched_off(day) if now is None else now for day, now in self.typed.items()}
        if self.no_hours is NoHoursKind.CLEAR:
            return dict.fromkeys(self.days, DAY_OFF)
        if self.no_hours is NoHoursKind.OFF:
            return {day: self._switched_off(day) for day in self.days}
        return {day: DayAvailability.of(day, self.ranges) for day in self.days}

    def _switched_off(self, day: Weekday) -> DayAvailability:
        """Return the day off with the hours of the present base: over another week, they are that week's."""
        return self.base[day].switched(on=False)

    def changed_hours(self) -> WeeklyHours:
        """Return all plans as they would be.

        Raises:
            RangesOverlap: a night range meets the next day's hours.
        """
        return self.hours.changed(self.changes(), self.recurrence, self.today)

    def check(self) -> None:
        self.changed_hours()

    def night_ranges(self) -> list[tuple[Weekday, TimeRange]]:
        """Return the changed ranges that end on the next day."""
        return [(day, hours) for day, now in sorted(self.changes().items()) for hours in now.open_ranges if hours.tail]

    @property
    def day_end(self) -> int | None:
        """The end that its one night range would have if it were a slip, as 9 to 5 is for 9 to 17; else none."""
        nights = {hours for _, hours in self.night_ranges()}
        ends = [night.end - _HALF_DAY for night in nights if night.start < night.end - _HALF_DAY <= MINUTES_A_DAY]
        return ends[0] if len(nights) == len(ends) == 1 else None

    def begun_anew(self) -> Self:
        return self.at(Step.DAYS, start=None, ranges=())

    def over_theirs(self) -> Self:
        """Return the draft drawn from the hours that came between."""
        return self.model_copy(update={"hours": self.theirs or self.hours, "version": self.their_version})

    def after(self, tap: Tap) -> Self:  # noqa: C901, PLR0911, PLR0912 - one table of moves
        """Return the draft as the tap leaves it.

        Raises:
            BadTimeRange, RangesOverlap, TooManyRanges: what was picked cannot be; the draft stays.
        """
        if self.step in {Step.SAVED, Step.CANCELLED}:
            return self
        match tap:
            case Cancel():
                return self.at(Step.CANCELLED)
            case Back(step=self.step):
                return self._back()
        picked = self.after_picking(tap)
        if picked is not None:
            return picked
        match self.step, tap:
            case Step.DAYS, PickDay(day=day, on=on):
                return self.model_copy(update={"days": self.days | {day} if on else self.days - {day}})
            case Step.DAYS, PickDays(days=mask):
                return self.model_copy(update={"days": frozenset(day for day in Weekday if mask >> day & 1)})
            case Step.DAYS, Next(step=Step.DAYS) if self.days:
                return self.at(Step.FROM)
            case Step.FROM, PickNoHours(kind=kind):
                return self.at(Step.REVIEW, no_hours=kind, ranges=())
            case Step.NIGHT, EndByDay(minutes=minutes) if minutes == self.day_end:
                return self._ended_by_day(minutes)
            case Step.REVIEW, Next(step=Step.REVIEW):
                return self.at(Step.WHEN)
            case Step.WHEN, PickRepeat(repeat=Repeat.FROM_DATE):
                return self.at(Step.DATES, month=self.today.replace(day=1))
            case Step.WHEN, PickRepeat(repeat=repeat, day=day):
                return self._holding(repeat, day)
            case Step.DATES, PickDate(day=day) if day >= self.today:
                return self._holding(Repeat.FROM_DATE, day)
        return self

    def _holding(self, repeat: Repeat, day: date) -> Self:
        monday = repeat in {Repeat.ONE_WEEK, Repeat.EVERY_OTHER_WEEK}
        if monday and (day.weekday() or day < monday_of(self.today)):
            return self  # forged, or from a week that is over
        moved = self.at(Step.REVIEW, repeat=repeat, day=day if repeat is not Repeat.EVERY_WEEK else self.today)
        moved.check()
        return moved

    def _ended_by_day(self, end: int) -> Self:
        def by_day(hours: TimeRange) -> TimeRange:
            return TimeRange(hours.start, end) if hours.tail else hours

        typed = self.typed and {
            day: DayAvailability.of(day, map(by_day, now.ranges)) if now and now.on else now
            for day, now in self.typed.items()
        }
        moved = self.at(Step.REVIEW, ranges=tuple(sorted(map(by_day, self.ranges))), typed=typed)
        moved.check()
        return moved

    def _back(self) -> Self:  # noqa: PLR0911 - one table of moves
        match self.step:
            case Step.FROM:
                return self.at(Step.REVIEW if self.ranges else Step.DAYS)
            case Step.TO:
                return self.at(Step.FROM, start=None)
            case Step.WHEN:
                return self.at(Step.REVIEW)
            case Step.DATES:
                return self.at(Step.WHEN)
            case Step.REVIEW if self.no_hours:
                return self.at(Step.FROM, no_hours=None)
            case Step.REVIEW if self.typed is None:  # what was typed is typed anew, not taken apart
                return self.before_end()
            case Step.NIGHT | Step.CHANGED:
                return self.at(Step.REVIEW)
        return self


class WeekDraft(AnyWeekDraft):
    """A week that is saved by whoever fills in the form, the doctor or a delegate."""

    kind: Literal["week"] = "week"


class ProposalDraft(AnyWeekDraft):
    """A week that is sent to the doctor, who accepts or refuses it."""

    kind: Literal["proposal"] = "proposal"


class InviteStep(StrEnum):
    """What an invitation in the making waits for."""

    ROLE = "role"
    NAME = "name"
    AGAIN = "again"
    DONE = "done"


class InviteDraft(BaseModel):
    """An invitation in the making; ``doctor_id`` is who is invited again on a new phone."""

    model_config = ConfigDict(frozen=True)

    kind: Literal["invite"] = "invite"
    step: InviteStep = InviteStep.ROLE
    doctor_id: int | None = None

    @property
    def waits_for_text(self) -> bool:
        """Whether a typed name answers it."""
        return self.step is InviteStep.NAME


AnyDraft = WeekDraft | ProposalDraft | DatesDraft | InviteDraft | BookingDraft | BroadcastDraft | ReminderDraft
_ANY_DRAFT: TypeAdapter[AnyDraft] = TypeAdapter(Annotated[AnyDraft, Field(discriminator="kind")])


def read_draft(body: str) -> AnyDraft:
    """Read a draft back.

    Raises:
        pydantic.ValidationError: an older or a newer program wrote it.
    """
    return _ANY_DRAFT.validate_json(body)
