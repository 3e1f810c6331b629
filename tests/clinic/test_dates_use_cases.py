"""Other hours on dates, and a doctor's own zone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta, UTC
from zoneinfo import ZoneInfo

import pytest

from clinic.dates import DateChange, DateOverride, DateSpan, DoctorZone, TimeOff, week_span
from clinic.errors import (
    AccessSuspended,
    DateIsPast,
    DraftHasMoved,
    NotAllowed,
    NotInvited,
    RangesOverlap,
    UnknownDateRule,
    UnknownZone,
)
from clinic.people import Actor, Role
from clinic.plan import Recurrence, Repeat, Stamp
from clinic.ports import Clinic
from clinic.ports.conversation import Draft
from clinic.use_cases.dates import coming, NO_CHANGE, remove_date, set_dates, set_zone, take_time_off
from clinic.use_cases.hours import read_schedule, set_days
from clinic.week import Weekday
from tests.clinic.conftest import Join, Watch
from tests.clinic.hours_of import day, utc

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TODAY, TUE, WED = date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 4)
STAMP = Stamp(11, "Ana Müller", NOW)


def draft(message_id: int = 1, revision: int = 0) -> Draft:
    return Draft(5, message_id, "{}", NOW + timedelta(days=1), revision=revision)


def override(on: date, *ranges: str, doctor_id: int = 1) -> DateOverride:
    return DateOverride(doctor_id, on, day(*ranges))


async def kept(clinic: Clinic, actor: Actor) -> set[DateOverride]:
    return set((await coming(clinic, actor, 1)).schedule.rules.overrides)


async def set_weekday(clinic: Clinic, actor: Actor, weekday: Weekday, *ranges: str) -> None:
    every_week = Recurrence(Repeat.EVERY_WEEK, TODAY)
    await set_days(clinic, actor, 1, {weekday: day(*ranges)}, every_week, drawn_from=0, closing=draft(99))


async def test_other_hours_are_kept_with_who_set_them_and_when(clinic: Clinic, doctor: Actor) -> None:
    """One date or several, in one change."""
    both = (override(TUE, "10:00-14:00"), override(WED, "10:00-14:00"))
    change = await set_dates(clinic, doctor, 1, both)
    assert await kept(clinic, doctor) == set(both)
    assert {found.stamp for found in await kept(clinic, doctor)} == {STAMP}
    assert (change.before, set(change.after)) == ((), set(both))


async def test_other_hours_replace_those_that_the_date_had(clinic: Clinic, doctor: Actor) -> None:
    """There is one override a date; the change says which it took."""
    await set_dates(clinic, doctor, 1, [override(TUE, "10:00-14:00")])
    change = await set_dates(clinic, doctor, 1, [override(TUE, "11:00-15:00")])
    assert change.before == (override(TUE, "10:00-14:00"),)
    assert await kept(clinic, doctor) == {override(TUE, "11:00-15:00")}


async def test_an_override_is_the_doctors_whose_dates_are_set(clinic: Clinic, doctor: Actor) -> None:
    """What stands in the value cannot put hours into a colleague's calendar."""
    await set_dates(clinic, doctor, 1, [override(TUE, "10:00-14:00", doctor_id=2)])
    assert await kept(clinic, doctor) == {override(TUE, "10:00-14:00")}


async def test_a_moved_override_leaves_none_behind(clinic: Clinic, doctor: Actor) -> None:
    """The old date has its weekly hours again."""
    await set_dates(clinic, doctor, 1, [override(TUE, "10:00-14:00")])
    await set_dates(clinic, doctor, 1, [override(WED, "10:00-14:00")], moved_from=TUE)
    assert await kept(clinic, doctor) == {override(WED, "10:00-14:00")}


async def test_dates_between_the_old_and_the_new_are_left_alone(clinic: Clinic, doctor: Actor) -> None:
    """Only the dates that are named change."""
    await set_dates(clinic, doctor, 1, [override(TODAY, "10:00-14:00"), override(TUE, "08:00-12:00")])
    await set_dates(clinic, doctor, 1, [override(WED, "10:00-14:00")], moved_from=TODAY)
    assert await kept(clinic, doctor) == {override(TUE, "08:00-12:00"), override(WED, "10:00-14:00")}


@pytest.mark.parametrize("moved_from", [None, TODAY])
async def test_a_tap_that_comes_again_changes_nothing_more(
    clinic: Clinic, doctor: Actor, date_changes: Callable[[], list[DateChange]], moved_from: date | None
) -> None:
    """The same dates twice, in any order, moved or not, are one change."""
    await set_dates(clinic, doctor, 1, [override(TODAY, "08:00-12:00")])
    days = [override(WED, "10:00-14:00"), override(TUE, "10:00-14:00")]
    await set_dates(clinic, doctor, 1, days, moved_from=moved_from)
    before = date_changes()
    again = await set_dates(clinic, doctor, 1, list(reversed(days)), moved_from=moved_from)
    assert (again.change_id, again.before, date_changes()) == (NO_CHANGE, (), before)


async def test_setting_dates_closes_the_draft_in_the_same_commit(
    clinic: Clinic, doctor: Actor, commits: Callable[[], int], kept_draft: Callable[[int, int], Draft | None]
) -> None:
    """One tap, one transaction; a second finds the draft closed."""
    await set_dates(clinic, doctor, 1, [override(TUE)], closing=draft())
    with pytest.raises(DraftHasMoved):
        await set_dates(clinic, doctor, 1, [override(WED)], closing=draft())
    assert (commits(), kept_draft(5, 1)) == (1, draft(revision=1))


async def test_dates_that_are_so_already_close_their_draft(
    clinic: Clinic, doctor: Actor, kept_draft: Callable[[int, int], Draft | None]
) -> None:
    """A draft that changes nothing is done all the same."""
    await set_dates(clinic, doctor, 1, [override(TUE)])
    await set_dates(clinic, doctor, 1, [override(TUE)], closing=draft())
    assert kept_draft(5, 1) == draft(revision=1)


async def test_no_date_of_several_may_be_past(
    clinic: Clinic, doctor: Actor, commits: Callable[[], int], kept_draft: Callable[[int, int], Draft | None]
) -> None:
    """With one past date none is set; the error names it, and the draft stays open."""
    yesterday = TODAY - timedelta(days=1)
    with pytest.raises(DateIsPast) as refused:
        await set_dates(clinic, doctor, 1, [override(TUE), override(yesterday)], closing=draft())
    assert (refused.value.day, commits(), kept_draft(5, 1)) == (yesterday, 0, None)


async def test_a_night_into_the_next_dates_hours_is_refused(clinic: Clinic, doctor: Actor) -> None:
    """An override's night meets the weekly hours of the date after; both are named."""
    await set_weekday(clinic, doctor, Weekday.WED, "05:00-12:00")
    with pytest.raises(RangesOverlap) as refused:
        await set_dates(clinic, doctor, 1, [override(TUE, "22:00-06:00")])
    assert (refused.value.first_day, refused.value.second_day) == (Weekday.TUE, Weekday.WED)


async def test_a_night_into_a_date_that_is_replaced_too_is_clipped(clinic: Clinic, doctor: Actor) -> None:
    """Where the next date has other hours of its own, the night ends at its midnight and meets nothing."""
    await set_weekday(clinic, doctor, Weekday.WED, "05:00-12:00")
    await set_dates(clinic, doctor, 1, [override(TUE, "22:00-06:00"), override(WED, "05:00-09:00")])
    assert len(await kept(clinic, doctor)) == 2


async def test_a_night_into_a_date_that_was_replaced_before_is_clipped(clinic: Clinic, doctor: Actor) -> None:
    """So it is where the next date's override was set earlier."""
    await set_weekday(clinic, doctor, Weekday.WED, "05:00-12:00")
    await set_dates(clinic, doctor, 1, [override(WED)])
    await set_dates(clinic, doctor, 1, [override(TUE, "22:00-06:00")])
    assert len(await kept(clinic, doctor)) == 2


async def test_a_night_into_the_date_that_an_override_moves_from_is_refused(clinic: Clinic, doctor: Actor) -> None:
    """There the weekly hours come back."""
    await set_weekday(clinic, doctor, Weekday.WED, "05:00-12:00")
    await set_dates(clinic, doctor, 1, [override(WED, "14:00-16:00")])
    with pytest.raises(RangesOverlap):
        await set_dates(clinic, doctor, 1, [override(TUE, "22:00-06:00")], moved_from=WED)


async def test_a_removed_override_brings_the_weekly_hours_back(clinic: Clinic, doctor: Actor) -> None:
    """The second tap finds none to remove."""
    await set_weekday(clinic, doctor, Weekday.TUE, "09:00-17:00")
    await set_dates(clinic, doctor, 1, [override(TUE)])
    await remove_date(clinic, doctor, 1, TUE)
    with pytest.raises(UnknownDateRule):
        await remove_date(clinic, doctor, 1, TUE)
    found = (await read_schedule(clinic, doctor, 1, week_span(TODAY))).schedule
    assert found.day(TUE).hours == day("09:00-17:00").ranges


async def test_an_own_zone_moves_instants_and_leaves_clock_times(clinic: Clinic, doctor: Actor) -> None:
    """09:00 stays 09:00, on other clocks."""
    await set_weekday(clinic, doctor, Weekday.TUE, "09:00-17:00")
    change = await set_zone(clinic, doctor, 1, "America/New_York")
    assert (change.before, change.after) == ((DoctorZone(1, None),), (DoctorZone(1, "America/New_York"),))
    found = (await read_schedule(clinic, doctor, 1, week_span(TODAY))).schedule.day(TUE)
    assert (found.hours, found.slots[0].start) == (day("09:00-17:00").ranges, utc("2026-03-03T14:00"))


async def test_without_an_own_zone_the_clinics_holds_again(clinic: Clinic, doctor: Actor) -> None:
    """None is the clinic's."""
    await set_zone(clinic, doctor, 1, "America/New_York")
    await set_zone(clinic, doctor, 1, None)
    assert (await coming(clinic, doctor, 1)).schedule.zone == ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc/passwd", "Europe", "x" * 300, "Europe/\0Berlin"])
async def test_what_is_no_zone_is_refused(clinic: Clinic, doctor: Actor, commits: Callable[[], int], name: str) -> None:
    """The error carries what was typed."""
    with pytest.raises(UnknownZone) as refused:
        await set_zone(clinic, doctor, 1, name, closing=draft())
    assert (refused.value.name, commits()) == (name, 0)


async def test_the_same_zone_again_changes_nothing(
    clinic: Clinic,
    doctor: Actor,
    date_changes: Callable[[], list[DateChange]],
    kept_draft: Callable[[int, int], Draft | None],
) -> None:
    """A tap that comes again is one change, and closes its draft."""
    await set_zone(clinic, doctor, 1, "America/New_York")
    again = await set_zone(clinic, doctor, 1, "America/New_York", closing=draft())
    assert (again.change_id, len(date_changes()), kept_draft(5, 1)) == (NO_CHANGE, 1, draft(revision=1))


async def test_a_zone_is_set_once_a_draft(clinic: Clinic, doctor: Actor) -> None:
    """A second save of one draft finds it closed."""
    await set_zone(clinic, doctor, 1, "America/New_York", closing=draft())
    with pytest.raises(DraftHasMoved):
        await set_zone(clinic, doctor, 1, None, closing=draft())


async def test_today_is_the_doctors_own_date(clinic: Clinic, doctor: Actor, watch: Watch) -> None:
    """At 02:00 in UTC it is still yesterday in New York: that is the date that is kept, and not past."""
    await set_zone(clinic, doctor, 1, "America/New_York")
    watch.now = utc("2026-03-03T02:00")
    await set_dates(clinic, doctor, 1, [override(TODAY, "21:30-23:00")])
    await take_time_off(clinic, doctor, TimeOff(1, DateSpan(TODAY, TODAY)))
    rules = (await coming(clinic, doctor, 1)).schedule.rules
    assert ([found.day for found in rules.overrides], [found.span.first for found in rules.time_off]) == (
        [TODAY],
        [TODAY],
    )


async def test_what_is_past_in_the_doctors_zone_is_refused(clinic: Clinic, doctor: Actor, watch: Watch) -> None:
    """At the same moment it is the next day in Berlin, and yesterday is over there."""
    watch.now = utc("2026-03-03T02:00")
    with pytest.raises(DateIsPast):
        await set_dates(clinic, doctor, 1, [override(TODAY, "21:30-23:00")])


@pytest.mark.parametrize(
    ("actor", "error"),
    [
        pytest.param(Actor(1), NotInvited, id="a stranger"),
        pytest.param(Actor(11, "A", frozenset({Role.DOCTOR}), 1, suspended=True), AccessSuspended, id="the suspended"),
        pytest.param(Actor(12, "B", frozenset({Role.DOCTOR}), 2), NotAllowed, id="a colleague"),
        pytest.param(Actor(21, "R", frozenset({Role.RECEPTIONIST})), NotAllowed, id="the desk"),
        pytest.param(Actor(31, "Z", frozenset({Role.ADMIN})), NotAllowed, id="an admin"),
    ],
)
async def test_nobody_sets_a_doctors_dates_or_zone(
    clinic: Clinic, doctor: Actor, commits: Callable[[], int], actor: Actor, error: type[Exception]
) -> None:
    """The doctor's own account alone does."""
    await set_dates(clinic, doctor, 1, [override(TUE)])
    uses = (
        set_dates(clinic, actor, 1, [override(WED)]),
        remove_date(clinic, actor, 1, TUE),
        set_zone(clinic, actor, 1, "America/New_York"),
    )
    for use in uses:
        with pytest.raises(error):
            await use
    assert commits() == 1


async def test_an_account_that_is_the_doctors_no_longer_sets_nothing(
    clinic: Clinic, doctor: Actor, join: Join, commits: Callable[[], int]
) -> None:
    """On a new phone the old one sets neither dates nor the zone."""
    await join(replace(doctor, user_id=13))
    uses = (
        set_dates(clinic, doctor, 1, [override(WED)]),
        remove_date(clinic, doctor, 1, TUE),
        set_zone(clinic, doctor, 1, "America/New_York"),
    )
    for use in uses:
        with pytest.raises(NotInvited):
            await use
    assert commits() == 0
