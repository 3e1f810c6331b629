"""A doctor's hours as a calendar file that phones take (RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event
from icalendar.enums import TRANSP

from bot.calendar_zone import clock_changes, zone_component
from clinic.calendar import instant, ResolvedDay, Schedule, Slot, slot
from clinic.dates import DateSpan
from clinic.people import Doctor
from clinic.plan import ONE_DAY, ONE_WEEK, WeekPlan
from clinic.time_range import MINUTES_A_DAY, TimeRange
from clinic.week import monday_of, Weekday, weekday_of

CLOCKS_AHEAD = timedelta(days=2 * 366)
"""For how long hours over a clock change are events of their own: calendars read a recurrence there each in its way."""
ZONE_AHEAD = timedelta(days=12 * 366)
A_SECOND = timedelta(seconds=1)
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True, slots=True)
class _Series:
    """The same hours on some weekdays of each week, or each other, from the first of the dates to the last."""

    uid: str
    hours: TimeRange
    weekdays: frozenset[Weekday]
    interval: int
    dates: DateSpan

    def __contains__(self, day: date) -> bool:
        weeks = (monday_of(day) - monday_of(self.dates.first)) // ONE_WEEK
        return day in self.dates and weekday_of(day) in self.weekdays and weeks % self.interval == 0


def calendar_file(doctor: Doctor, schedule: Schedule, first: date, now: datetime) -> bytes | None:
    """Return the hours from ``first`` on: what repeats as recurring events, what differs on a date as one of its own.

    The schedule must have been read from ``first`` to the end of time. A recurring event leaves out the dates that
    differ (EXDATE). The same hours have the same UIDs each time, so that a file opened again adds nothing twice.
    Without any hours there is no file: a calendar must hold something.
    """
    plans = [plan for plan in schedule.hours.plans if not plan.once and plan.ends >= first]
    series = [each for plan in plans for each in _series_of(plan, first, schedule.zone)]
    differing = [schedule.day(day) for day in sorted(_may_differ(schedule, first))]
    calendar = Calendar.new(name=doctor.name, prodid="-//Rota//Rota//EN", uid=f"hours-{doctor.doctor_id}@rota")
    for uid, event in (*_recurring(series, differing, schedule.zone), *_single(series, differing)):
        event.uid = f"{uid}-{doctor.doctor_id}@rota"
        event.stamp = now
        event.summary = f"{doctor.name} · {doctor.specialization}"
        event.transparency = TRANSP.TRANSPARENT
        calendar.add_component(event)
    if not calendar.events:
        return None
    if calendar.get_missing_tzids():
        calendar.add_component(zone_component(schedule.zone, DateSpan(first - ONE_WEEK, first + ZONE_AHEAD)))
    content: bytes = calendar.to_ical()
    return content


def _series_of(plan: WeekPlan, first: date, zone: ZoneInfo) -> Iterator[_Series]:
    """Yield what recurs of a plan; each begins on a date on which no clock change makes it another length."""
    dates = DateSpan(max(plan.starts, first), plan.ends)
    for turn, week in enumerate(plan.weeks):
        weekdays: dict[TimeRange, set[Weekday]] = {}
        for weekday, day in week:
            for hours in day.open_ranges:
                weekdays.setdefault(hours, set()).add(weekday)
        for hours, on in weekdays.items():
            meant = (day for day in dates if weekday_of(day) in on and plan.turn(day) == turn)
            begins = next((day for day in meant if _is_plain(day, hours, slot(day, hours, zone), zone)), None)
            if begins:
                uid = f"{plan.starts:%Y%m%d}-{turn}-{hours.start}-{hours.end}"
                yield _Series(uid, hours, frozenset(on), len(plan.weeks), DateSpan(begins, plan.ends))


def _may_differ(schedule: Schedule, first: date) -> set[date]:
    """Return the dates on which hours may be others than those that repeat, the nights beside them included."""
    rules = schedule.rules
    spans = [off.span for off in rules.time_off]
    spans += [closure.span for closure in rules.closures]
    spans += [DateSpan(override.day, override.day) for override in rules.overrides]
    spans += [DateSpan(plan.starts, plan.ends) for plan in schedule.hours.plans if plan.once]
    for change in clock_changes(schedule.zone, DateSpan(first - ONE_WEEK, first + CLOCKS_AHEAD)):
        spans.append(DateSpan(change.before.date(), change.after.date()))
    wide = (DateSpan(span.first - 2 * ONE_DAY, span.last + 2 * ONE_DAY) for span in spans)
    return {day for span in wide for day in span if day >= first}


def _recurring(
    series: Iterable[_Series], differing: Sequence[ResolvedDay], zone: ZoneInfo
) -> Iterator[tuple[str, Event]]:
    for each in series:
        begins = each.dates.first
        event = Event.new(start=_local(begins, each.hours.start, zone), end=_local(begins, each.hours.end, zone))
        rule: dict[str, object] = {"FREQ": "WEEKLY", "BYDAY": [_WEEKDAYS[day] for day in sorted(each.weekdays)]}
        if each.interval > 1:
            rule |= {"INTERVAL": each.interval, "WKST": "MO"}
        if each.dates.last < date.max:
            rule["UNTIL"] = instant(each.dates.last, MINUTES_A_DAY, zone) - A_SECOND
        event.add("RRULE", rule)
        left_out = [day.day for day in differing if day.day in each and each.hours not in _plain(day)]
        if left_out:
            event.add("EXDATE", [_local(day, each.hours.start, zone) for day in left_out])
        yield each.uid, event


def _single(series: Sequence[_Series], differing: Iterable[ResolvedDay]) -> Iterator[tuple[str, Event]]:
    """Yield the hours that no series has, as they happen: a start that the clocks skip is after the change."""
    for day in differing:
        repeated = {each.hours for each in series if day.day in each} & _plain(day)
        for hours in day.hours:
            found = slot(day.day, hours, day.zone)
            if found and hours not in repeated:
                event = Event.new(start=found.start.astimezone(day.zone), end=found.end.astimezone(day.zone))
                yield f"{day.day:%Y%m%d}-{hours.start}", event


def _plain(day: ResolvedDay) -> set[TimeRange]:
    """Return the hours of a date that are what a recurrence makes of them in every calendar."""
    return {hours for hours in day.hours if _is_plain(day.day, hours, slot(day.day, hours, day.zone), day.zone)}


def _is_plain(day: date, hours: TimeRange, found: Slot | None, zone: ZoneInfo) -> bool:
    """Whether hours begin when the clock on the wall says, and last as long as it says."""
    if not found or found.length != timedelta(minutes=hours.minutes):
        return False
    return found.start.astimezone(zone).replace(tzinfo=None) == _local(day, hours.start, zone).replace(tzinfo=None)


def _local(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    """Return what the clock on the wall shows, whether it ever does or not."""
    return datetime.combine(day, time(), zone) + timedelta(minutes=minutes)
