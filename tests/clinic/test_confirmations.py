"""A doctor answers for a week: of what was shown, once, in the change that it is part of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta, UTC

import pytest

from clinic.booking import Affected
from clinic.confirmation import Answer, Confirmation, fingerprint, last_change
from clinic.dates import ClinicClosure, DateSpan, TimeOff, week_span
from clinic.errors import BookingsAffected, DateIsPast, NotAllowed, NotInvited, WeekHasChanged
from clinic.people import Actor, Role
from clinic.plan import Recurrence, Repeat, Stamp
from clinic.ports import Clinic
from clinic.ports.conversation import Draft
from clinic.search import board_order
from clinic.use_cases.bookings import book
from clinic.use_cases.closures import close_clinic
from clinic.use_cases.confirmations import (
    coming_week,
    confirm_week,
    DoctorWeek,
    read_answers,
    Standing,
    take_week_off,
)
from clinic.use_cases.dates import take_time_off, undo_dates
from clinic.use_cases.hours import read_schedule, set_days
from clinic.week import Weekday
from tests.clinic.conftest import Join, NOW
from tests.clinic.hours_of import day, slots
from tests.clinic.memory import Memory

MONDAY = date(2026, 3, 9)
DRAFT = Draft(5, 1, "{}", NOW + timedelta(days=1))
HOUR = timedelta(hours=1)
ONE_WEEK = Recurrence(Repeat.ONE_WEEK, MONDAY)


async def seen(clinic: Clinic, actor: Actor, monday: date = MONDAY) -> str:
    read = await read_schedule(clinic, actor, actor.doctor_id or 0, week_span(monday))
    return fingerprint(read.schedule.days(week_span(monday)))


async def confirm(clinic: Clinic, actor: Actor) -> Confirmation:
    return await confirm_week(clinic, actor, 1, MONDAY, await seen(clinic, actor))


async def answer_of(clinic: Clinic, actor: Actor) -> DoctorWeek:
    return (await read_answers(clinic, replace(actor, roles=frozenset({Role.RECEPTIONIST})), MONDAY, 0, 9)).weeks[0]


async def test_a_week_is_confirmed_as_it_was_shown(clinic: Clinic, working: Actor) -> None:
    """The answer is kept with who gave it and when, and the board says so."""
    kept = await confirm(clinic, working)
    assert (kept.answer, kept.stamp) == (Answer.SAME, Stamp(11, "Ana Müller", NOW))
    found = await answer_of(clinic, working)
    assert (found.standing, found.confirmation) == (Standing.CONFIRMED, kept)


async def test_twice_is_once(clinic: Clinic, working: Actor, later: Callable[[timedelta], None]) -> None:
    """A second tap is no later answer."""
    first = await confirm(clinic, working)
    later(HOUR)
    assert await confirm(clinic, working) == first


async def test_another_week_than_was_shown_is_not_confirmed(clinic: Clinic, working: Actor) -> None:
    """Hours off since then make it another one; nothing is kept."""
    shown = await seen(clinic, working)
    await take_time_off(clinic, working, TimeOff(1, DateSpan(MONDAY, MONDAY)))
    with pytest.raises(WeekHasChanged):
        await confirm_week(clinic, working, 1, MONDAY, shown)
    assert (await answer_of(clinic, working)).standing is Standing.NO_ANSWER


async def test_a_change_of_other_weeks_is_none(clinic: Clinic, working: Actor) -> None:
    """What was shown still holds, so that it can be confirmed though the version has moved on."""
    shown = await seen(clinic, working)
    other = Recurrence(Repeat.ONE_WEEK, MONDAY + timedelta(days=7))
    await set_days(clinic, working, 1, {Weekday.MON: day("10:00-11:00")}, other, drawn_from=1, closing=DRAFT)
    assert (await confirm_week(clinic, working, 1, MONDAY, shown)).answer is Answer.SAME


async def test_a_week_that_is_changed_later_counts_as_changed(clinic: Clinic, working: Actor, admin: Actor) -> None:
    """Whoever changes it; the answer stays, so that nobody is asked again; as it was before, it is confirmed again."""
    kept = await confirm(clinic, working)
    closed = await close_clinic(clinic, admin, [ClinicClosure(DateSpan(MONDAY, MONDAY), "Fiesta")])
    found = await answer_of(clinic, working)
    assert (found.standing, found.confirmation) == (Standing.CHANGED, kept)
    await undo_dates(clinic, admin, closed.change_id)
    assert (await answer_of(clinic, working)).standing is Standing.CONFIRMED


async def test_what_is_saved_for_the_week_is_the_answer(clinic: Clinic, working: Actor) -> None:
    """In one change with the hours."""
    hours = {Weekday.MON: day("10:00-11:00")}
    await set_days(clinic, working, 1, hours, ONE_WEEK, drawn_from=1, closing=DRAFT, answers=MONDAY)
    found = await answer_of(clinic, working)
    assert found.confirmation
    assert (found.standing, found.confirmation.answer) == (Standing.CHANGED, Answer.CHANGED)


async def test_a_week_that_was_saved_as_it_is_is_the_same(clinic: Clinic, working: Actor) -> None:
    """The editor was opened, and nothing came of it."""
    every_week = Recurrence(Repeat.EVERY_WEEK, NOW.date())
    hours = {Weekday.MON: day("09:00-12:00")}
    await set_days(clinic, working, 1, hours, every_week, drawn_from=1, closing=DRAFT, answers=MONDAY)
    assert (await answer_of(clinic, working)).standing is Standing.CONFIRMED


async def test_a_week_off_is_time_off_and_an_answer(clinic: Clinic, working: Actor, commits: Callable[[], int]) -> None:
    """Both in one commit; asked twice, it is done once."""
    change = await take_week_off(clinic, working, 1, MONDAY)
    assert change.after == (TimeOff(1, week_span(MONDAY)),)
    assert commits() == 1
    assert (await answer_of(clinic, working)).standing is Standing.OFF
    assert (await take_week_off(clinic, working, 1, MONDAY)).change_id == 0


async def test_a_week_off_asks_about_bookings(clinic: Clinic, working: Actor, receptionist: Actor) -> None:
    """Before the doctor has said what becomes of them, neither is kept."""
    (slot,) = slots("09:00-09:30", on="2026-03-10")
    await book(clinic, receptionist, 1, slot.start, "P-1", closing=DRAFT)
    with pytest.raises(BookingsAffected):
        await take_week_off(clinic, working, 1, MONDAY)
    assert (await answer_of(clinic, working)).standing is Standing.NO_ANSWER
    await take_week_off(clinic, working, 1, MONDAY, bookings=Affected.FLAG)
    assert (await answer_of(clinic, working)).standing is Standing.OFF


async def test_the_present_week_can_be_answered_for_until_it_is_over(
    clinic: Clinic, working: Actor, later: Callable[[timedelta], None]
) -> None:
    """On the Sunday still, on the Monday after no more: on the doctor's own calendar."""
    later(datetime(2026, 3, 15, 22, 59, tzinfo=UTC) - NOW)
    shown = await seen(clinic, working)
    await confirm_week(clinic, working, 1, MONDAY, shown)
    later(timedelta(minutes=1))
    with pytest.raises(DateIsPast):
        await confirm_week(clinic, working, 1, MONDAY, shown)
    with pytest.raises(DateIsPast):
        await take_week_off(clinic, working, 1, MONDAY)


async def test_nobody_answers_for_another(clinic: Clinic, working: Actor, other_doctor: Actor, join: Join) -> None:
    """Nor does the account that the doctor had before a new phone."""
    shown = await seen(clinic, working)
    for actor, error in ((other_doctor, NotAllowed), (replace(working, user_id=99), NotInvited)):
        with pytest.raises(error):
            await confirm_week(clinic, actor, 1, MONDAY, shown)
        with pytest.raises(error):
            await take_week_off(clinic, actor, 1, MONDAY)


async def test_doctors_do_not_see_the_board(clinic: Clinic, working: Actor) -> None:
    """It is the desk's."""
    with pytest.raises(NotAllowed):
        await read_answers(clinic, working, MONDAY, 0, 9)


async def test_who_cannot_be_asked_is_not_reached(clinic: Clinic, receptionist: Actor, memory: Memory) -> None:
    """A doctor whose account nobody has opened, or that is suspended."""
    for name in ("Ana", "Bo"):
        async with memory.write() as work:
            await work.doctors.add(name, "GP")
            await work.commit()
    async with memory.write() as work:
        await work.people.put(Actor(12, "Bo", frozenset({Role.DOCTOR}), doctor_id=2, suspended=True))
        await work.commit()
    board = (await read_answers(clinic, receptionist, MONDAY, 0, 9)).weeks
    assert [week.standing for week in board] == [Standing.NOT_REACHED] * 2


async def test_answers_are_read_by_pages(clinic: Clinic, working: Actor, receptionist: Actor, memory: Memory) -> None:
    """Pages meet, each counts the answers of all, and behind the last one is the last one."""
    await confirm_week(clinic, working, 1, MONDAY, await seen(clinic, working))
    async with memory.write() as work:
        for number in range(4):
            await work.doctors.add(f"D{number}", "zoology")
        await work.commit()
    pages = [await read_answers(clinic, receptionist, MONDAY, first, 2) for first in (0, 2, 4, 100)]
    assert [(page.first, page.total, page.answered) for page in pages] == [(at, 5, 1) for at in (0, 2, 4, 4)]
    met = [week.read.doctor for page in pages[:3] for week in page.weeks]
    assert met == sorted(memory.tables.doctors.values(), key=board_order)
    assert [week.read.doctor for week in pages[3].weeks] == met[4:]


async def test_the_last_change_is_of_whatever_speaks_of_the_week(
    clinic: Clinic, working: Actor, later: Callable[[timedelta], None]
) -> None:
    """Hours that were saved, or later time off in it; time off in another week does not count."""
    for ahead, hours in ((7, 1), (0, 1)):
        later(HOUR * hours)
        off = DateSpan(MONDAY + timedelta(days=ahead), MONDAY + timedelta(days=ahead))
        await take_time_off(clinic, working, TimeOff(1, off))
    read = await read_schedule(clinic, working, 1, week_span(MONDAY))
    assert last_change(read.record, read.schedule.days(week_span(MONDAY))) == NOW + 2 * HOUR


async def test_the_coming_week_begins_on_the_doctors_next_monday(
    clinic: Clinic, working: Actor, later: Callable[[timedelta], None]
) -> None:
    """On a Sunday evening it is tomorrow's, after midnight in Berlin the one after it."""
    doctor = (await read_schedule(clinic, working, 1, week_span(MONDAY))).doctor
    later(datetime(2026, 3, 8, 22, 59, tzinfo=UTC) - NOW)
    assert coming_week(clinic, doctor) == MONDAY
    later(timedelta(minutes=1))
    assert coming_week(clinic, doctor) == MONDAY + timedelta(days=7)


def test_a_week_begins_on_a_monday() -> None:
    """No answer is for seven days that are no week."""
    with pytest.raises(ValueError, match="Monday"):
        Confirmation(1, date(2026, 3, 10), Answer.SAME, "", Stamp(1, "", NOW))
