"""Which weekly hours hold on which dates: every week, in turn with another week, from a date on, or for one week."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from clinic.errors import RangesOverlap
from clinic.week import DayAvailability, monday_of, NO_HOURS, Weekday, weekday_of, WeeklyAvailability

ONE_DAY = timedelta(days=1)
ONE_WEEK = timedelta(days=7)
A_MONDAY = date(2001, 1, 1)
"""What a plan of one week counts from: any Monday does."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who set something, and when (UTC); a delegate did it in the name of the doctor ``on_behalf``."""

    user_id: int
    name: str
    at: datetime
    on_behalf: str = ""


class Repeat(StrEnum):
    """How hours recur (RFC 5545, RRULE): each week, each second week, in one week alone, or each week from a date."""

    EVERY_WEEK = "every week"
    EVERY_OTHER_WEEK = "every other week"
    ONE_WEEK = "one week"
    FROM_DATE = "from a date"


@dataclass(frozen=True, slots=True)
class Recurrence:
    """On which dates a change of weekly hours holds.

    ``day`` is the date from which on, the Monday of the one week, or the Monday of one of the weeks that take turns;
    with ``Repeat.EVERY_WEEK`` it is today, on whose hours the change is made.

    Raises:
        ValueError: a week begins on no Monday.
    """

    repeat: Repeat
    day: date

    def __post_init__(self) -> None:
        if self.repeat in {Repeat.EVERY_OTHER_WEEK, Repeat.ONE_WEEK} and self.day.weekday():
            raise ValueError(f"{self.day} is no Monday")

    def on(self, today: date) -> Recurrence:
        """Return what it means when ``today`` is no longer the day that it was made on."""
        return replace(self, day=today) if self.repeat is Repeat.EVERY_WEEK else self

    def is_over(self, today: date) -> bool:
        """Whether it would change what is past: one week that has ended, or hours from a date before ``today`` on."""
        lasting = ONE_WEEK - ONE_DAY if self.repeat is Repeat.ONE_WEEK else timedelta()
        return self.repeat in {Repeat.ONE_WEEK, Repeat.FROM_DATE} and self.day + lasting < today


def ensure_night_ends(weekday: Weekday, night: DayAvailability, following: DayAvailability) -> None:
    """Refuse a night that runs into the hours of the day after it.

    Raises:
        RangesOverlap: it names both.
    """
    for late in night.open_ranges[-1:]:
        for early in following.open_ranges[:1]:
            if late.shares_a_minute_with(early, days_later=1):
                raise RangesOverlap(weekday, late, weekday.next, early)


@dataclass(frozen=True, slots=True)
class WeekPlan:
    """The weekly hours of the dates from ``starts`` to ``ends``, both included: one week, or two that take turns.

    ``anchor`` is a Monday on which the first of the weeks begins. ``once`` marks the hours of one week alone; they
    stand before those of a plan that repeats.

    Raises:
        RangesOverlap: a night on the Sunday of one week runs into the Monday of the other.
        ValueError: not one or two weeks, the end before the start, the anchor on no Monday, or more than a week once.
    """

    weeks: tuple[WeeklyAvailability, ...] = (NO_HOURS,)
    starts: date = date.min
    ends: date = date.max
    once: bool = False
    anchor: date = A_MONDAY
    stamp: Stamp | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        if len(self.weeks) not in {1, 2} or self.ends < self.starts or self.anchor.weekday():
            raise ValueError("a plan has one or two weeks, ends after it starts, and counts from a Monday")
        if self.once and (
            len(self.weeks) > 1 or self.starts.weekday() or self.ends - self.starts != ONE_WEEK - ONE_DAY
        ):
            raise ValueError("hours of one week alone hold from its Monday to its Sunday")
        for before, after in zip(self.weeks, reversed(self.weeks), strict=True):
            ensure_night_ends(Weekday.SUN, before[Weekday.SUN], after[Weekday.MON])

    def __contains__(self, day: date) -> bool:
        return self.starts <= day <= self.ends

    @property
    def is_empty(self) -> bool:
        """Whether it says no more than no plan does: a week without hours of one's own does say something."""
        return not self.once and all(week.is_empty for week in self.weeks)

    def turn(self, day: date) -> int:
        """Return which of the weeks ``day`` stands in, 0 or 1."""
        return (monday_of(day) - self.anchor) // ONE_WEEK % len(self.weeks)

    def week_of(self, day: date) -> WeeklyAvailability:
        return self.weeks[self.turn(day)]

    def with_week(self, day: date, week: WeeklyAvailability) -> WeekPlan:
        """Return the plan with the week that ``day`` stands in replaced; the other one and the anchor stay."""
        weeks = list(self.weeks)
        weeks[self.turn(day)] = week
        return replace(self, weeks=tuple(weeks))


NO_PLAN = WeekPlan()


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """A doctor's plans: those that repeat follow one another, those for one week stand before them.

    Where only the plans of some dates were read, it speaks of those dates alone.
    """

    plans: tuple[WeekPlan, ...] = ()

    def plan_on(self, day: date) -> WeekPlan:
        """Return the plan whose hours hold on ``day``; one without hours where nothing was ever set."""
        once = next((plan for plan in self.plans if plan.once and day in plan), None)
        return once or self.repeating_on(day)

    def repeating_on(self, day: date) -> WeekPlan:
        """Return the plan that would hold on ``day`` without the hours of one week alone.

        Where nothing was set yet it is one without hours, until the first that is planned later.
        """
        for plan in self.plans:
            if not plan.once and day in plan:
                return plan
        later = (plan.starts - ONE_DAY for plan in self.plans if not plan.once and plan.starts > day)
        return replace(NO_PLAN, ends=min(later, default=date.max))

    def on(self, day: date) -> DayAvailability:
        return self.plan_on(day).week_of(day)[weekday_of(day)]

    def week_of(self, day: date) -> WeeklyAvailability:
        """Return the seven days of the week that ``day`` stands in, whichever plans they come from.

        Raises:
            RangesOverlap: two plans meet within the week, and a night of one runs into the other's hours.
        """
        monday = monday_of(day)
        return WeeklyAvailability(tuple(self.on(monday + timedelta(days=weekday)) for weekday in Weekday))

    def base_of(self, recurrence: Recurrence) -> WeeklyAvailability:
        """Return the week that a change would be made on."""
        if recurrence.repeat is Repeat.ONE_WEEK:
            return self.week_of(recurrence.day)
        return self._present(recurrence).week_of(recurrence.day)

    def _present(self, recurrence: Recurrence) -> WeekPlan:
        """Return the plan that a change which repeats is made on; for turns, the one that goes on after their week."""
        if recurrence.repeat is Repeat.EVERY_OTHER_WEEK:
            return self.repeating_on(recurrence.day + ONE_WEEK - ONE_DAY)
        return self.repeating_on(recurrence.day)

    def changed(
        self,
        days: Mapping[Weekday, DayAvailability],
        recurrence: Recurrence,
        today: date,
        stamp: Stamp | None = None,
    ) -> WeeklyHours:
        """Return the plans with these weekdays replaced on the dates that the recurrence names.

        Days that are not named stay as in the week of ``recurrence.day``: every week, and every week from a date, end
        the turns of two weeks. What is planned from a later date on stays, unless these are hours from a date on.

        Raises:
            RangesOverlap: a night range would run into the next day's hours, at a border between plans too.
        """
        return self.with_plan(replace(self._made(days, recurrence), stamp=stamp), today)

    def _made(self, days: Mapping[Weekday, DayAvailability], recurrence: Recurrence) -> WeekPlan:
        day = recurrence.day
        present = self._present(recurrence)
        week = present.week_of(day).with_days(days)
        match recurrence.repeat:
            case Repeat.EVERY_WEEK:
                return replace(present, weeks=(week,))
            case Repeat.FROM_DATE:
                return replace(present, weeks=(week,), starts=day, ends=date.max)
            case Repeat.EVERY_OTHER_WEEK:
                two = present if len(present.weeks) > 1 else replace(present, weeks=present.weeks * 2, anchor=day)
                return two.with_week(day, week)
            case Repeat.ONE_WEEK:
                week = self.week_of(day).with_days(days)
                return WeekPlan((week,), day, day + ONE_WEEK - ONE_DAY, once=True)

    def with_plan(self, made: WeekPlan, today: date) -> WeeklyHours:
        """Return the plans with ``made`` in its dates' place; one that repeats ends those that it reaches into.

        Raises:
            RangesOverlap: from ``today`` on a night range would run into the next day's hours.
        """
        kept = [cut for plan in self.plans for cut in _beside(plan, made)]
        hours = WeeklyHours(tuple(sorted([*kept, made], key=lambda plan: (plan.once, plan.starts))))
        hours.ensure_nights_end(today)
        return hours

    def without(self, dropped: WeekPlan, today: date) -> WeeklyHours:
        """Return the plans without one: those beneath a week's own show again, the one before a later one goes on.

        Raises:
            RangesOverlap: from ``today`` on a night range would run into the next day's hours.
        """
        kept = [plan for plan in self.plans if plan != dropped]
        if not dropped.once:
            eve = dropped.starts - ONE_DAY if dropped.starts > date.min else dropped.starts
            kept = [replace(plan, ends=dropped.ends) if not plan.once and plan.ends == eve else plan for plan in kept]
        hours = WeeklyHours(tuple(kept))
        hours.ensure_nights_end(today)
        return hours

    def undone(self, change: WeekChange) -> WeeklyHours:
        """Return the plans as they were before a change that they stand after."""
        kept = [plan for plan in self.plans if plan not in change.after]
        return WeeklyHours(tuple(sorted([*kept, *change.before], key=lambda plan: (plan.once, plan.starts))))

    def ensure_nights_end(self, since: date) -> None:
        """Refuse hours that share a minute where one plan follows another.

        Raises:
            RangesOverlap: it names both.
        """
        for day in sorted({border for plan in self.plans for border in _borders(plan, since)}):
            before = day - ONE_DAY
            ensure_night_ends(weekday_of(before), self.on(before), self.on(day))

    def changed_dates(self, other: WeeklyHours, since: date, count: int) -> list[date]:
        """Return the first ``count`` dates from ``since`` on, within a year, whose weekly hours differ."""
        year = (since + timedelta(days=ahead) for ahead in range(366))
        differing = (day for day in year if self.on(day) != other.on(day))
        return [day for day, _ in zip(differing, range(count), strict=False)]


NO_WEEKLY_HOURS = WeeklyHours()


@dataclass(frozen=True, slots=True)
class WeekRecord:
    """A doctor's stored weekly hours: what they are, which change made them so, when (UTC) and by whom.

    ``version`` counts the changes from 1; 0 is hours that were never saved, with neither time nor name. ``undoable`` is
    false where the last change was an undo, or where there is none. ``on_behalf`` is the stamp's (``Stamp``).
    """

    doctor_id: int
    hours: WeeklyHours = NO_WEEKLY_HOURS
    version: int = 0
    changed_at: datetime | None = None
    changed_by: str | None = None
    undoable: bool = False
    on_behalf: str = ""


@dataclass(frozen=True, slots=True)
class WeekChange:
    """One line of the weekly hours' history: the change that made ``version``, with the plans that it took and put.

    ``undoes`` is the version that it took back, where it did.
    """

    doctor_id: int
    version: int
    before: tuple[WeekPlan, ...]
    after: tuple[WeekPlan, ...]
    stamp: Stamp
    undoes: int | None = None


def _beside(plan: WeekPlan, made: WeekPlan) -> Iterator[WeekPlan]:
    """Yield what stays of a plan when ``made`` takes its dates; a plan for one week and one that repeats go apart."""
    if plan.once != made.once or plan.ends < made.starts or made.ends < plan.starts:
        yield plan
    elif plan.starts < made.starts:
        yield replace(plan, ends=made.starts - ONE_DAY)


def _borders(plan: WeekPlan, since: date) -> Iterator[date]:
    """Yield dates from ``since`` on before which another plan's hours may hold than on them."""
    if plan.starts >= since:
        yield plan.starts
    if since <= plan.ends < date.max:
        yield plan.ends + ONE_DAY
