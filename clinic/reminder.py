"""Reminders: when they are due on the wall clock, whom quiet hours let sleep, and when they ask again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from clinic.broadcast import Audience
from clinic.calendar import instant, slot
from clinic.plan import ONE_DAY, ONE_WEEK
from clinic.time_range import MINUTES_A_DAY, TimeRange
from clinic.week import monday_of, Weekday, weekday_of

MOST_NAGS = 3
FRESH = timedelta(hours=6)
"""What nothing ran for goes out late by less than this, and is missed from then on."""
LIST_AFTER = timedelta(hours=1)
"""So long the last ask can be answered before the admins get the list of those who have not."""
SHOWN = 4
USUAL_QUIET = TimeRange(21 * 60, (24 + 7) * 60)


@dataclass(frozen=True, slots=True)
class Reminder:
    """A message that goes out again and again, on ``days`` at ``minutes`` of the clinic's clock or each doctor's own.

    ``body`` is the bot's own JSON of what is sent; with none it asks doctors to confirm their coming week, and those
    who have not answered once more ``nags`` minutes later, on the wall clock as well. ``due`` is the instant (aware)
    at which it is its turn next, for the date ``day``; one that is paused has neither. ``broadcast_id`` is what it has
    sent last. ``version`` counts the changes that people make.

    Raises:
        ValueError: no days, no time of day, or nags that are too many, out of order or of what wants no answer.
    """

    days: frozenset[Weekday]
    minutes: int
    audience: Audience
    body: str = ""
    own_zone: bool = False
    nags: tuple[int, ...] = ()
    by_user_id: int = 0
    by_name: str = ""
    due: datetime | None = None
    day: date | None = None
    broadcast_id: int | None = None
    version: int = 1
    reminder_id: int = 0

    def __post_init__(self) -> None:
        if not self.days or not 0 <= self.minutes < MINUTES_A_DAY:
            raise ValueError("a reminder has days and a time of day")
        if len(self.nags) > MOST_NAGS or list(self.nags) != sorted({nag for nag in self.nags if nag > 0}):
            raise ValueError("it asks again three times at most, each later than the one before")
        if (self.nags and self.body) or (self.due is None) != (self.day is None):
            raise ValueError("only a question is asked again, and what is due is due on a date")

    @property
    def asks(self) -> bool:
        """Whether it wants an answer: it is the built-in question."""
        return not self.body

    @property
    def paused(self) -> bool:
        return self.due is None

    def dates(self, since: date) -> Iterator[date]:
        """Yield the dates on which it is due, from ``since`` on."""
        day = since
        while True:
            if weekday_of(day) in self.days:
                yield day
            day += ONE_DAY

    def _after(self, now: datetime, clocks: Clocks) -> Iterator[tuple[date, datetime]]:
        """Yield the dates whose turn comes after ``now``, each with the instant at which it does."""
        for day in self.dates(clocks.earliest_date(now)):
            due = clocks.first(day, self.minutes)
            if due > now:
                yield day, due

    def scheduled(self, now: datetime, clocks: Clocks) -> Reminder:
        """Return it with its turn on the first date that comes after ``now``."""
        day, due = next(self._after(now, clocks))
        return replace(self, day=day, due=due)

    def coming(self, now: datetime, clocks: Clocks) -> list[tuple[date, datetime]]:
        """Return its next four dates, each with the instant at which the first people get it."""
        return list(islice(self._after(now, clocks), SHOWN))


@dataclass(frozen=True, slots=True)
class Clocks:
    """The wall clocks that a reminder goes by.

    ``zone`` is the one that its times are on, none where they are on each person's own; ``zones`` are all people's, and
    on those stand the hours in which they are let sleep.

    Raises:
        ValueError: no people's clock at all.
    """

    zone: ZoneInfo | None
    zones: frozenset[ZoneInfo]
    quiet: TimeRange | None = USUAL_QUIET

    def __post_init__(self) -> None:
        if not self.zones:
            raise ValueError("people have clocks")

    def at(self, day: date, minutes: int, zone: ZoneInfo) -> datetime:
        """Return the instant (UTC) at which a time reaches people in ``zone``; past 1440 it is a later date's."""
        return self.awake(instant(day, minutes, self.zone or zone), zone)

    def first(self, day: date, minutes: int) -> datetime:
        """Return the instant at which a time reaches the first people."""
        return min(self.at(day, minutes, zone) for zone in self.zones)

    def unhindered(self, day: date, minutes: int) -> datetime:
        """Return when a time would reach the first people if there were no quiet hours."""
        return min(instant(day, minutes, self.zone or zone) for zone in self.zones)

    def last(self, day: date, minutes: int) -> datetime:
        return max(self.at(day, minutes, zone) for zone in self.zones)

    def earliest_date(self, now: datetime) -> date:
        """Return the date before the earliest that a clock shows: what was due then may wait until the morning."""
        return min(now.astimezone(zone).date() for zone in (*self.zones, *filter(None, [self.zone]))) - ONE_DAY

    def awake(self, moment: datetime, zone: ZoneInfo) -> datetime:
        """Return an instant itself, or the end of the quiet hours on ``zone``'s clocks in which it lies."""
        if self.quiet is None:
            return moment
        local = moment.astimezone(zone).date()
        for day in (local - ONE_DAY, local):
            asleep = slot(day, self.quiet, zone)
            if asleep and asleep.start <= moment < asleep.end:
                return asleep.end
        return moment


@dataclass(frozen=True, slots=True)
class Turn:
    """What a reminder's turn is: the dates that were missed, the one that goes out, and the reminder as it is then."""

    missed: tuple[date, ...]
    day: date | None
    then: Reminder


def turn_of(reminder: Reminder, now: datetime, clocks: Clocks) -> Turn:
    """Return what is to be done with a reminder at ``now``.

    Of the dates that have passed only the last can go out, until it is ``FRESH`` past on everybody's clock.

    Raises:
        ValueError: it is paused.
    """
    if reminder.day is None:
        raise ValueError("a paused reminder has no turn")
    passed: list[date] = []
    following = reminder.day
    for following in reminder.dates(reminder.day):
        if clocks.first(following, reminder.minutes) > now:
            break
        passed.append(following)
    fresh = bool(passed) and now - clocks.last(passed[-1], reminder.minutes) < FRESH
    then = replace(reminder, day=following, due=clocks.first(following, reminder.minutes))
    return Turn(tuple(passed[:-1] if fresh else passed), passed[-1] if fresh else None, then)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time that a reminder has asked, and what follows: at ``due`` those are asked again who have not answered.

    ``day`` and ``minutes`` are the wall-clock time at which it began, ``monday`` is the week that it asks about.
    ``asked`` counts the asks; behind the last of them, at ``due`` the admins get the list.
    """

    reminder_id: int
    day: date
    minutes: int
    monday: date
    nags: tuple[int, ...]
    due: datetime
    asked: int = 1
    occurrence_id: int = 0

    @property
    def is_over(self) -> bool:
        """Whether everybody was asked for the last time, so that only the list is left."""
        return self.asked > len(self.nags)

    def passed(self, now: datetime, clocks: Clocks) -> int | None:
        """Return the minute of ``day`` of the last ask that has come by ``now``; none where it is stale."""
        nags = [self.minutes + nag for nag in self.nags[self.asked - 1 :]]
        passed = [minutes for minutes in nags if clocks.first(self.day, minutes) <= now]
        return passed[-1] if passed and now - clocks.last(self.day, passed[-1]) < FRESH else None

    def moved_on(self, now: datetime, clocks: Clocks) -> Occurrence:
        """Return it with its next ask, or the list, due after ``now``, at which it has asked.

        Asks that quiet hours bring together, or a time in which nothing ran, are one.
        """
        asked = self.asked
        while asked <= len(self.nags) and clocks.first(self.day, self.minutes + self.nags[asked - 1]) <= now:
            asked += 1
        if asked <= len(self.nags):
            return replace(self, asked=asked, due=clocks.first(self.day, self.minutes + self.nags[asked - 1]))
        offset = self.nags[-1] if self.nags else 0
        heard = max(now, clocks.last(self.day, self.minutes + offset))
        return replace(self, asked=asked, due=heard + LIST_AFTER)


def asked_monday(day: date) -> date:
    """Return the Monday of the week that a question of this date is about: the one after it."""
    return monday_of(day) + ONE_WEEK
