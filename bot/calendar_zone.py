"""A time zone as calendar files spell it out (RFC 5545, VTIMEZONE).

icalendar can derive one too, but its summer times begin an hour late: an onset stands on the clock from before it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta, UTC
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

from clinic.dates import DateSpan

A_DAY, A_SECOND = timedelta(days=1), timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class ClockChange:
    """The first instant (UTC) of another offset, and the local times before and after it."""

    at: datetime
    before: datetime
    after: datetime


def clock_changes(zone: ZoneInfo, span: DateSpan) -> Iterator[ClockChange]:
    """Yield the clock changes of a zone between two dates, found by halving each day that has one."""
    at, end = (datetime.combine(day, time(), UTC) for day in (span.first, span.last))
    while at < end:
        following = at + A_DAY
        if at.astimezone(zone).utcoffset() != following.astimezone(zone).utcoffset():
            early, late = at, following
            while late - early > A_SECOND:
                middle = early + (late - early) // 2
                same = middle.astimezone(zone).utcoffset() == at.astimezone(zone).utcoffset()
                early, late = (middle, late) if same else (early, middle)
            late = late.replace(microsecond=0)
            yield ClockChange(late, (late - A_SECOND).astimezone(zone), late.astimezone(zone))
        at = following


def zone_component(zone: ZoneInfo, span: DateSpan) -> Timezone:
    """Return the zone with its clock changes between two dates."""
    first = datetime.combine(span.first, time(), zone)
    component = Timezone()
    component.add("TZID", zone.key)
    component.add_component(_observance([first.replace(tzinfo=None)], first, first))
    alike: dict[tuple[timedelta | None, timedelta | None, str | None], list[ClockChange]] = {}
    for change in clock_changes(zone, span):
        after = change.after
        alike.setdefault((change.before.utcoffset(), after.utcoffset(), after.tzname()), []).append(change)
    for changes in alike.values():
        before, after = changes[0].before, changes[0].after
        onsets = [(change.at + (before.utcoffset() or timedelta())).replace(tzinfo=None) for change in changes]
        component.add_component(_observance(onsets, before, after))
    return component


def _observance(onsets: list[datetime], before: datetime, after: datetime) -> TimezoneStandard | TimezoneDaylight:
    """Return what holds from each onset on, which stands on the clock from before it."""
    observance = TimezoneDaylight() if after.dst() else TimezoneStandard()
    observance.add("DTSTART", onsets[0])
    if onsets[1:]:
        observance.add("RDATE", onsets[1:])
    observance.add("TZOFFSETFROM", before.utcoffset())
    observance.add("TZOFFSETTO", after.utcoffset())
    observance.add("TZNAME", after.tzname())
    return observance
