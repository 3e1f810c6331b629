"""Every doctor's hours of one date at once."""

from __future__ import annotations

from datetime import date, datetime, timedelta, UTC

import pytest

from clinic.calendar import ResolvedDay
from clinic.dates import ClinicClosure, DateOverride, DateSpan, TimeOff, week_span
from clinic.errors import AccessSuspended, NotAllowed, NotInvited
from clinic.people import Actor, Role
from clinic.plan import Recurrence, Repeat
from clinic.ports import Clinic
from clinic.ports.conversation import Draft
from clinic.use_cases.board import read_stretch
from clinic.use_cases.closures import close_clinic
from clinic.use_cases.dates import set_dates, set_zone, take_time_off
from clinic.use_cases.hours import read_day, read_schedule, set_days
from clinic.week import Weekday
from tests.clinic.hours_of import day, hours, utc

TODAY, TUE = date(2026, 3, 2), date(2026, 3, 3)
EVERY_WEEK = Recurrence(Repeat.EVERY_WEEK, TODAY)


async def set_hours(clinic: Clinic, actor: Actor, *ranges: str) -> None:
    """The same on every day."""
    assert actor.doctor_id is not None
    closing = Draft(actor.user_id, 1, "{}", datetime(2026, 3, 9, tzinfo=UTC))
    days = dict.fromkeys(Weekday, day(*ranges))
    await set_days(clinic, actor, actor.doctor_id, days, EVERY_WEEK, drawn_from=0, closing=closing)


async def board(clinic: Clinic, actor: Actor, on: date = TUE) -> dict[str, ResolvedDay]:
    return {doctor.name: found for doctor, found in await read_day(clinic, actor, on)}


@pytest.fixture
async def both(clinic: Clinic, doctor: Actor, other_doctor: Actor) -> None:
    """Ana from nine in Berlin, Bo from nine in New York."""
    await set_hours(clinic, doctor, "09:00-17:00")
    await set_hours(clinic, other_doctor, "09:00-17:00")
    await set_zone(clinic, other_doctor, 2, "America/New_York")


async def test_everybodys_day_is_by_name(
    clinic: Clinic, other_doctor: Actor, doctor: Actor, receptionist: Actor
) -> None:
    """Doctors without any hours are on the board too."""
    assert [found.name for found, _ in await read_day(clinic, receptionist, TUE)] == ["Ana Müller", "Bo Ek"]


@pytest.mark.usefixtures("both")
async def test_each_doctors_day_is_on_their_own_clocks(clinic: Clinic, receptionist: Actor) -> None:
    """The same hours of the same date are other instants elsewhere."""
    found = await board(clinic, receptionist)
    assert found["Ana Müller"].slots[0].start == utc("2026-03-03T08:00")
    assert found["Bo Ek"].slots[0].start == utc("2026-03-03T14:00")


@pytest.mark.usefixtures("both")
async def test_the_board_says_what_a_doctors_own_week_says(
    clinic: Clinic, doctor: Actor, other_doctor: Actor, receptionist: Actor, admin: Actor
) -> None:
    """Nights, time off, other hours and closures are the same by both ways of asking."""
    await set_dates(clinic, doctor, 1, [DateOverride(1, TODAY, day("22:00-06:00"))])
    await take_time_off(clinic, doctor, TimeOff(1, DateSpan(TODAY, TUE), hours("10:00-11:00")))
    await take_time_off(clinic, other_doctor, TimeOff(2, DateSpan(TUE, TUE)))
    await close_clinic(clinic, admin, [ClinicClosure(DateSpan(date(2026, 3, 5), date(2026, 3, 5)), "Holiday")])
    for on in week_span(TODAY):
        for found, resolved in await read_day(clinic, receptionist, on):
            own = await read_schedule(clinic, receptionist, found.doctor_id, DateSpan(on, on))
            assert resolved == own.schedule.day(on)


@pytest.mark.usefixtures("both")
async def test_one_doctors_exceptions_are_not_anothers(clinic: Clinic, doctor: Actor, receptionist: Actor) -> None:
    """Who is off is off alone."""
    await take_time_off(clinic, doctor, TimeOff(1, DateSpan(TUE, TUE)))
    found = await board(clinic, receptionist)
    assert [bool(found[name].hours) for name in ("Ana Müller", "Bo Ek")] == [False, True]


@pytest.mark.usefixtures("both")
async def test_a_closed_clinic_is_everybodys_day_off(clinic: Clinic, admin: Actor) -> None:
    """A closure is on each row, for whoever has rules of their own and for whoever has none."""
    await close_clinic(clinic, admin, [ClinicClosure(DateSpan(TUE, TUE), "Holiday")])
    assert [found.hours for found in (await board(clinic, admin)).values()] == [(), ()]


async def test_what_the_dates_beside_it_hold_reaches_into_a_day(
    clinic: Clinic, doctor: Actor, receptionist: Actor
) -> None:
    """The night before leaves its tail, and the date after clips the night."""
    await set_hours(clinic, doctor, "22:00-06:00")
    wednesday = TUE + timedelta(days=1)
    await take_time_off(clinic, doctor, TimeOff(1, DateSpan(wednesday, wednesday)))
    found = (await board(clinic, receptionist))["Ana Müller"]
    assert (found.tails, found.hours) == ((hours("22:00-06:00"),), (hours("22:00-24:00"),))


@pytest.mark.parametrize(
    ("actor", "error"),
    [
        pytest.param(Actor(1), NotInvited, id="a stranger"),
        pytest.param(Actor(21, "R", frozenset({Role.ADMIN}), suspended=True), AccessSuspended, id="the suspended"),
        pytest.param(Actor(11, "A", frozenset({Role.DOCTOR}), 1), NotAllowed, id="a doctor"),
    ],
)
async def test_the_board_is_the_desks(clinic: Clinic, actor: Actor, error: type[Exception]) -> None:
    """Receptionists and admins ask for everybody's day."""
    with pytest.raises(error):
        await read_day(clinic, actor, TUE)
    with pytest.raises(error):
        await read_stretch(clinic, actor, DateSpan(TUE, TUE), 0, 40)
