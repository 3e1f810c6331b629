"""Admins see who changed what, and bring back what was before, where it still stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta, UTC

import pytest

from clinic.booking import Affected
from clinic.dates import ClinicClosure, DateChange, DateOverride, DateSpan, TimeOff, TimeOffKind, week_span
from clinic.errors import (
    BookingsAffected,
    CannotRevert,
    DateIsPast,
    NotAllowed,
    RangesOverlap,
    UnknownDateRule,
    UnknownDoctor,
)
from clinic.people import Actor, Role
from clinic.plan import Recurrence, Repeat, WeekChange, WeeklyHours
from clinic.ports import Clinic
from clinic.ports.conversation import Draft
from clinic.ports.notices import Notice
from clinic.use_cases.bookings import book
from clinic.use_cases.closures import close_clinic
from clinic.use_cases.dates import coming, remove_time_off, set_dates, set_zone, take_time_off, undo_dates
from clinic.use_cases.history import ChangeKey, ChangeKind, number_of, read_change, read_history, revert
from clinic.use_cases.hours import drop_plan, read_schedule, set_days, undo
from clinic.use_cases.notices import claim_notice, finish_notice, OwedRevert
from clinic.week import Weekday
from tests.clinic.conftest import Join
from tests.clinic.hours_of import day

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TODAY, TUE = date(2026, 3, 2), date(2026, 3, 3)
EVERY_WEEK = Recurrence(Repeat.EVERY_WEEK, TODAY)
NEXT_WEEK = Recurrence(Repeat.ONE_WEEK, date(2026, 3, 9))
FROM_APRIL = Recurrence(Repeat.FROM_DATE, date(2026, 4, 1))
HOLIDAY = ClinicClosure(DateSpan(TUE, TUE), "Holiday")
Later = Callable[[timedelta], None]
History = Callable[[int], list[WeekChange]]


def off(first: int, last: int, **kept: object) -> TimeOff:
    return replace(TimeOff(1, DateSpan(date(2026, 3, first), date(2026, 3, last))), **kept)  # type: ignore[arg-type]


async def save(clinic: Clinic, doctor: Actor, version: int, hours: str, when: Recurrence = EVERY_WEEK) -> int:
    """Set Monday's hours as the change that makes ``version``; return it."""
    days, closing = {Weekday.MON: day(hours)}, Draft(5, version, "{}", NOW)
    await set_days(clinic, doctor, 1, days, when, drawn_from=version - 1, closing=closing)
    return version


async def monday(clinic: Clinic, doctor: Actor, on: date = TODAY) -> object:
    return (await read_schedule(clinic, doctor, 1, week_span(on))).schedule.hours.on(on)


async def all_hours(clinic: Clinic, doctor: Actor) -> WeeklyHours:
    return (await read_schedule(clinic, doctor, 1, DateSpan(TODAY, date.max))).record.hours


def of_week(version: int) -> ChangeKey:
    return ChangeKey(1, ChangeKind.WEEK, version)


def of_dates(change: DateChange) -> ChangeKey:
    return ChangeKey(1, ChangeKind.DATES, change.change_id)


async def bring_back(clinic: Clinic, admin: Actor, key: ChangeKey, bookings: Affected | None = None) -> None:
    """Look and tap."""
    past = await read_change(clinic, admin, key)
    await revert(clinic, admin, key, past.newest, bookings=bookings)


async def test_the_history_is_of_both_kinds_and_the_newest_first(
    clinic: Clinic, doctor: Actor, other_doctor: Actor, admin: Actor, later: Later
) -> None:
    """Weekly hours, dates and the clinic's closures, and nothing of another doctor's."""
    await save(clinic, doctor, 1, "09:00-17:00")
    later(timedelta(minutes=1))
    closed = await close_clinic(clinic, admin, [HOLIDAY])
    later(timedelta(minutes=1))
    taken = await take_time_off(clinic, doctor, off(10, 11))
    await take_time_off(clinic, other_doctor, replace(off(10, 11), doctor_id=2))
    found, changes = await read_history(clinic, admin, 1, 0, 10)
    assert found
    assert [number_of(change) for change in changes] == [taken.change_id, closed.change_id, 1]
    assert [change.stamp.name for change in changes] == ["Ana Müller", "Zoe", "Ana Müller"]
    assert [len((await read_history(clinic, admin, 1, skipped, 2))[1]) for skipped in (0, 2, 3)] == [2, 1, 0]
    assert (await read_history(clinic, admin, None, 0, 10)) == (None, [closed])


async def test_an_older_week_comes_back_as_a_new_change(
    clinic: Clinic, doctor: Actor, admin: Actor, history: History
) -> None:
    """Nothing of the history is written anew, and the newest line is the admin's."""
    await save(clinic, doctor, 1, "09:00-17:00")
    await save(clinic, doctor, 2, "10:00-12:00")
    before = history(1)
    await bring_back(clinic, admin, of_week(2))
    assert await monday(clinic, doctor) == day("09:00-17:00")
    assert history(1)[:2] == before
    assert (history(1)[2].stamp.name, history(1)[2].undoes) == ("Zoe", None)


async def test_a_change_comes_back_from_beneath_one_of_other_dates(clinic: Clinic, doctor: Actor, admin: Actor) -> None:
    """A later change of one week alone is in nobody's way, and stays."""
    await save(clinic, doctor, 1, "09:00-17:00")
    await save(clinic, doctor, 2, "10:00-12:00")
    await save(clinic, doctor, 3, "14:00-15:00", NEXT_WEEK)
    await bring_back(clinic, admin, of_week(2))
    assert await monday(clinic, doctor) == day("09:00-17:00")
    assert await monday(clinic, doctor, NEXT_WEEK.day) == day("14:00-15:00")


async def test_what_was_changed_since_is_not_lost(clinic: Clinic, doctor: Actor, admin: Actor) -> None:
    """The admin is told what came after, and by whom; nothing is brought back."""
    await save(clinic, doctor, 1, "09:00-17:00")
    await save(clinic, doctor, 2, "10:00-12:00")
    await save(clinic, doctor, 3, "14:00-15:00", NEXT_WEEK)
    await save(clinic, doctor, 4, "11:00-12:00")
    past = await read_change(clinic, admin, of_week(2))
    assert (past.back, [number_of(change) for change in past.since]) == (None, [4])
    with pytest.raises(CannotRevert):
        await revert(clinic, admin, of_week(2), past.newest)
    assert await monday(clinic, doctor) == day("11:00-12:00")


async def test_what_stands_again_can_be_brought_back(clinic: Clinic, doctor: Actor, admin: Actor) -> None:
    """A later change that was taken back is none."""
    await save(clinic, doctor, 1, "09:00-17:00")
    await save(clinic, doctor, 2, "10:00-12:00")
    await save(clinic, doctor, 3, "11:00-12:00")
    await undo(clinic, doctor, 1, 3)
    await bring_back(clinic, admin, of_week(2))
    assert await monday(clinic, doctor) == day("09:00-17:00")


async def test_a_revert_can_be_reverted_and_done_again(clinic: Clinic, doctor: Actor, admin: Actor) -> None:
    """To and fro, each a line of its own."""
    await save(clinic, doctor, 1, "09:00-17:00")
    await save(clinic, doctor, 2, "10:00-12:00")
    await bring_back(clinic, admin, of_week(2))
    await bring_back(clinic, admin, of_week(3))
    assert await monday(clinic, doctor) == day("10:00-12:00")
    await bring_back(clinic, admin, of_week(2))
    assert await monday(clinic, doctor) == day("09:00-17:00")


async def test_hours_from_a_date_on_are_taken_back_whole(clinic: Clinic, doctor: Actor, admin: Actor) -> None:
    """The plan that they ended goes on as before."""
    await save(clinic, doctor, 1, "09:00-17:00")
    before = await all_hours(clinic, doctor)
    await save(clinic, doctor, 2, "10:00-12:00", FROM_APRIL)
    await bring_back(clinic, admin, of_week(2))
    assert await all_hours(clinic, doctor) == before


async def test_a_dropped_week_does_not_come_back_over_a_new_one(clinic: Clinic, doctor: Actor, admin: Actor) -> None:
    """The week has other hours of its own by now."""
    await save(clinic, doctor, 1, "14:00-15:00", NEXT_WEEK)
    await drop_plan(clinic, doctor, 1, NEXT_WEEK.day, once=True)
    await save(clinic, doctor, 3, "16:00-17:00", NEXT_WEEK)
    past = await read_change(clinic, admin, of_week(2))
    assert (past.back, [number_of(change) for change in past.since]) == (None, [3])


async def test_a_week_that_is_over_is_not_brought_back(
    clinic: Clinic, doctor: Actor, admin: Actor, later: Later
) -> None:
    """There is nobody left to work it."""
    await save(clinic, doctor, 1, "14:00-15:00", NEXT_WEEK)
    later(timedelta(days=14))
    past = await read_change(clinic, admin, of_week(1))
    assert (past.is_over, past.back, past.since) == (True, None, [])
    with pytest.raises(DateIsPast):
        await revert(clinic, admin, of_week(1), 1)


async def test_a_night_that_would_run_into_new_hours_is_refused(clinic: Clinic, doctor: Actor, admin: Actor) -> None:
    """The week alone stands, but the night before it would not end in time."""
    await save(clinic, doctor, 1, "22:00-06:00")
    days, closing = {Weekday.SUN: day("22:00-06:00"), Weekday.MON: day("12:00-13:00")}, Draft(5, 2, "{}", NOW)
    await set_days(clinic, doctor, 1, days, EVERY_WEEK, drawn_from=1, closing=closing)
    off_again = {Weekday.SUN: day()}
    await set_days(clinic, doctor, 1, off_again, EVERY_WEEK, drawn_from=2, closing=replace(closing, message_id=3))
    await save(clinic, doctor, 4, "05:00-07:00", NEXT_WEEK)
    with pytest.raises(RangesOverlap):
        await bring_back(clinic, admin, of_week(3))


async def test_the_same_tap_twice_brings_back_once(
    clinic: Clinic, doctor: Actor, admin: Actor, history: History, date_changes: Callable[[], list[DateChange]]
) -> None:
    """The second finds it done, and answers the same."""
    await save(clinic, doctor, 1, "09:00-17:00")
    taken = await take_time_off(clinic, doctor, off(10, 11))
    for key, seen in ((of_week(1), 1), (of_dates(taken), taken.change_id)):
        assert await revert(clinic, admin, key, seen) == await revert(clinic, admin, key, seen)
    assert (len(history(1)), len(date_changes())) == (2, 2)


async def test_a_change_that_the_admin_has_not_seen_stops_it(clinic: Clinic, doctor: Actor, admin: Actor) -> None:
    """Though what is to be brought back still could be."""
    await save(clinic, doctor, 1, "09:00-17:00")
    await save(clinic, doctor, 2, "14:00-15:00", NEXT_WEEK)
    with pytest.raises(CannotRevert):
        await revert(clinic, admin, of_week(1), 1)
    assert await monday(clinic, doctor) == day("09:00-17:00")


async def test_time_off_is_taken_back(clinic: Clinic, doctor: Actor, admin: Actor) -> None:
    """A joined one becomes the shorter that it was."""
    await take_time_off(clinic, doctor, off(10, 11))
    longer = await take_time_off(clinic, doctor, off(11, 14))
    await bring_back(clinic, admin, of_dates(longer))
    assert (await coming(clinic, doctor, 1)).schedule.rules.time_off == (off(10, 11),)


async def test_removed_time_off_comes_back_once(clinic: Clinic, doctor: Actor, admin: Actor) -> None:
    """Not when the doctor's own undo has brought it back already."""
    taken = await take_time_off(clinic, doctor, off(10, 11))
    (kept,) = taken.after
    assert isinstance(kept, TimeOff)
    removed = await remove_time_off(clinic, doctor, 1, kept.time_off_id)
    back = await undo_dates(clinic, doctor, removed.change_id)
    past = await read_change(clinic, admin, of_dates(removed))
    assert (past.back, list(past.since)) == (None, [back])


async def test_other_hours_that_were_set_again_stay(clinic: Clinic, doctor: Actor, admin: Actor) -> None:
    """The date has newer ones."""
    first = await set_dates(clinic, doctor, 1, [DateOverride(1, TUE, day("10:00-14:00"))])
    second = await set_dates(clinic, doctor, 1, [DateOverride(1, TUE, day("11:00-15:00"))])
    past = await read_change(clinic, admin, of_dates(first))
    assert (past.back, [number_of(change) for change in past.since]) == (None, [second.change_id])


async def test_a_time_zone_is_taken_back(clinic: Clinic, doctor: Actor, admin: Actor) -> None:
    """The clinic's holds again."""
    moved = await set_zone(clinic, doctor, 1, "Asia/Tokyo")
    await bring_back(clinic, admin, of_dates(moved))
    assert (await coming(clinic, doctor, 1)).doctor.zone is None


async def test_a_closure_is_taken_back_from_a_doctors_history(clinic: Clinic, doctor: Actor, admin: Actor) -> None:
    """It stands there, for it decides the doctor's hours."""
    closed = await close_clinic(clinic, admin, [HOLIDAY])
    await bring_back(clinic, admin, of_dates(closed))
    assert (await coming(clinic, doctor, 1)).schedule.rules.closures == ()


async def test_what_would_change_is_known_before(clinic: Clinic, working: Actor, admin: Actor) -> None:
    """The doctor's dates as they are, and as they would be."""
    taken = await take_time_off(clinic, working, off(3, 3))
    past = await read_change(clinic, admin, of_dates(taken))
    assert past.read
    assert past.then
    assert [len(schedule.day(TUE).hours) for schedule in (past.read.schedule, past.then)] == [0, 1]


async def test_bookings_are_protected(clinic: Clinic, doctor: Actor, admin: Actor, receptionist: Actor) -> None:
    """What a revert leaves without hours is asked about first, and flagged then."""
    await save(clinic, doctor, 1, "09:00-17:00")
    booked = await book(clinic, receptionist, 1, datetime(2026, 3, 9, 10, tzinfo=UTC), "P-1")
    with pytest.raises(BookingsAffected) as refused:
        await bring_back(clinic, admin, of_week(1))
    assert [booking.booking_id for booking in refused.value.bookings] == [booked.booking_id]
    assert await monday(clinic, doctor) == day("09:00-17:00")
    await bring_back(clinic, admin, of_week(1), Affected.FLAG)
    assert await monday(clinic, doctor) == day()


async def test_a_sick_day_that_is_taken_back_is_told_to_the_desk(
    clinic: Clinic, doctor: Actor, admin: Actor, receptionist: Actor, owed: Callable[[], list[Notice]]
) -> None:
    """As when the doctor takes it back."""
    sick = await take_time_off(clinic, doctor, off(2, 2, kind=TimeOffKind.SICK))
    await bring_back(clinic, admin, of_dates(sick))
    assert [notice.user_id for notice in owed() if notice.change_id != sick.change_id and notice.user_id != 11] == [21]


async def test_only_admins_see_and_revert(
    clinic: Clinic, doctor: Actor, receptionist: Actor, commits: Callable[[], int]
) -> None:
    """Not the desk, and not the doctor."""
    await save(clinic, doctor, 1, "09:00-17:00")
    for actor in (doctor, receptionist, replace(doctor, roles=frozenset({Role.DOCTOR, Role.RECEPTIONIST}))):
        with pytest.raises(NotAllowed):
            await read_history(clinic, actor, 1, 0, 10)
        with pytest.raises(NotAllowed):
            await read_change(clinic, actor, of_week(1))
        with pytest.raises(NotAllowed):
            await revert(clinic, actor, of_week(1), 1)
    assert commits() == 1


async def test_a_change_is_found_in_its_own_history_alone(
    clinic: Clinic, doctor: Actor, other_doctor: Actor, admin: Actor
) -> None:
    """Not under another doctor, nor where there is none."""
    taken = await take_time_off(clinic, other_doctor, replace(off(10, 11), doctor_id=2))
    for key in (of_dates(taken), of_week(1), ChangeKey(None, ChangeKind.WEEK, 1), ChangeKey(7, ChangeKind.WEEK, 1)):
        with pytest.raises(UnknownDateRule):
            await read_change(clinic, admin, key)
    with pytest.raises(UnknownDoctor):
        await read_history(clinic, admin, 7, 0, 10)


async def test_the_doctor_is_told_once(clinic: Clinic, doctor: Actor, admin: Actor) -> None:
    """Of a week and of dates; of one's own, who is an admin too, nobody is told."""
    await save(clinic, doctor, 1, "09:00-17:00")
    taken = await take_time_off(clinic, doctor, off(10, 11))
    for key in (of_week(1), of_dates(taken)):
        await bring_back(clinic, admin, key)
        owed = await claim_notice(clinic)
        assert isinstance(owed, OwedRevert)
        assert (owed.person.user_id, owed.change.after, owed.change.stamp.name) == (11, (), "Zoe")
        await finish_notice(clinic, owed)
        assert await claim_notice(clinic) is None
    both = replace(doctor, roles=doctor.roles | {Role.ADMIN})
    await save(clinic, doctor, 3, "09:00-17:00")
    await bring_back(clinic, both, of_week(3))
    assert await claim_notice(clinic) is None


async def test_an_account_that_is_the_doctors_no_longer_is_not_told(
    clinic: Clinic, doctor: Actor, admin: Actor, join: Join
) -> None:
    """The doctor has another phone by now."""
    await save(clinic, doctor, 1, "09:00-17:00")
    await bring_back(clinic, admin, of_week(1))
    await join(replace(doctor, user_id=13))
    assert await claim_notice(clinic) is None
