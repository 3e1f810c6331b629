"""Time off, other hours on dates, closures and zones: read for some dates, and by their ids."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, datetime, timedelta, UTC
from pathlib import Path

import pytest

from clinic.dates import (
    ClinicClosure,
    DateChange,
    DateOverride,
    DateRule,
    DateRules,
    DateSpan,
    DoctorZone,
    TimeOff,
    TimeOffKind,
)
from clinic.people import Actor
from clinic.plan import Stamp
from clinic.time_range import TimeRange
from storage import SqlStorage

MakeDoctor = Callable[[str, int], Awaitable[Actor]]
Rows = dict[str, list[tuple[object, ...]]]

AT = datetime(2026, 7, 6, 18, 30, 15, 250, tzinfo=UTC)
DAY, ONE = date(2026, 8, 3), timedelta(days=1)
TODAY = DateSpan(DAY, DAY)
MORNING, NIGHT = TimeRange(540, 780), TimeRange(1320, 1800)
TABLES = ("time_off", "date_overrides", "override_ranges", "closures", "doctors", "date_changes")


@pytest.fixture
def stamp(ada: Actor) -> Stamp:
    return Stamp(7, "Ada", AT)


@pytest.fixture
def rules(stamp: Stamp) -> dict[str, DateRule]:
    """One rule of every kind, as Ada sets them."""
    return {
        "time off": TimeOff(1, DateSpan(DAY, DAY + ONE), MORNING, "Dentist", TimeOffKind.LATE, stamp),
        "override": DateOverride.of(1, DAY, [NIGHT, MORNING], stamp),
        "closure": ClinicClosure(DateSpan(DAY, DAY + ONE), "Summer", stamp),
        "zone": DoctorZone(1, "Asia/Tokyo"),
    }


async def save(storage: SqlStorage, change: DateChange) -> DateChange:
    async with storage.write() as work:
        saved = await work.dates.save(change)
        await work.commit()
    return saved


async def read(storage: SqlStorage, span: DateSpan = TODAY, doctor_id: int = 1) -> DateRules:
    async with storage.read() as work:
        return await work.dates.of_doctor(doctor_id, span)


async def test_nothing_is_set(storage: SqlStorage, ada: Actor) -> None:
    """Where nothing was ever set there are no rules, and no ids mean any."""
    assert await read(storage) == DateRules()
    async with storage.read() as work:
        assert await work.dates.of_everybody(TODAY) == {}
        assert await work.dates.time_off(1) is None
        assert await work.dates.closure(1) is None
        assert await work.dates.change(1) is None


async def test_each_is_found_by_its_id(storage: SqlStorage, stamp: Stamp, rules: dict[str, DateRule]) -> None:
    """Time off and closures get ids, by which they are found as they were saved; the line of the history as well."""
    saved = await save(storage, DateChange(1, (), tuple(rules.values()), stamp))

    time_off, _, closure, _ = saved.after
    assert isinstance(time_off, TimeOff)
    assert isinstance(closure, ClinicClosure)
    assert time_off.time_off_id
    assert closure.closure_id
    assert repr(replace(time_off, time_off_id=0)) == repr(rules["time off"])
    async with storage.read() as work:
        assert repr(await work.dates.time_off(time_off.time_off_id)) == repr(time_off)
        assert repr(await work.dates.closure(closure.closure_id)) == repr(closure)
        assert repr(await work.dates.change(saved.change_id)) == repr(saved)
        assert await work.dates.time_off(99) is None
        assert await work.dates.closure(99) is None


async def test_rules_of_other_dates_are_not_read(storage: SqlStorage, stamp: Stamp) -> None:
    """What ends before the span, or starts after it, is left out; what touches its first or last date is not."""
    days = [DAY + ONE * number for number in range(4)]
    spans = [DateSpan(first, last) for first in days for last in days if first <= last]
    time_off = tuple(TimeOff(1, span) for span in spans)
    closures = tuple(ClinicClosure(span, "") for span in spans)
    overrides = tuple(DateOverride.of(1, day, [MORNING]) for day in days)
    await save(storage, DateChange(1, (), (*time_off, *closures, *overrides), stamp))

    for span in spans:
        found = await read(storage, span)
        assert found == DateRules(
            tuple(each for each in time_off if each.span.overlaps(span)),
            tuple(each for each in overrides if each.day in span),
            tuple(each for each in closures if each.span.overlaps(span)),
        )


async def test_rules_come_in_order(storage: SqlStorage, file: Path, stamp: Stamp) -> None:
    """Whatever order they were saved in, and whatever a database likes best, each kind comes by its dates."""
    days = [DAY + ONE * number for number in (2, 0, 1)]
    overrides = [DateOverride.of(1, day, [NIGHT, MORNING]) for day in days]
    spans = [DateSpan(day, day) for day in days]
    others: list[DateRule] = [*(TimeOff(1, span) for span in spans), *(ClinicClosure(span, "") for span in spans)]
    await save(storage, DateChange(1, (), (*others, *overrides), stamp))
    async with storage._database.reading() as connection:
        await connection.exec_driver_sql("PRAGMA reverse_unordered_selects = ON")

    found = await read(storage, DateSpan(date.min, date.max))

    in_order = sorted(days)
    assert [override.day for override in found.overrides] == in_order
    assert found.overrides[0].availability.ranges == (MORNING, NIGHT)
    assert [off.span.first for off in found.time_off] == in_order
    assert [closure.span.first for closure in found.closures] == in_order


async def test_doctors_do_not_share_rules(storage: SqlStorage, make_doctor: MakeDoctor, stamp: Stamp) -> None:
    """Everybody's rules come by doctor, and the closures, which are all's, under 0; one doctor's with the closures."""
    await make_doctor("Eva", 8)
    await make_doctor("Ben", 9)
    off, override = TimeOff(1, TODAY), DateOverride.of(2, DAY, [])
    closure = ClinicClosure(TODAY, "Summer")
    own = DateOverride.of(1, DAY, [MORNING])
    await save(storage, DateChange(None, (), (off, override, closure, own), stamp))

    async with storage.read() as work:
        everybody = await work.dates.of_everybody(TODAY)
    assert everybody == {
        0: DateRules(closures=(closure,)),
        1: DateRules((off,), (own,)),
        2: DateRules(overrides=(override,)),
    }
    assert await read(storage, doctor_id=1) == DateRules((off,), (own,), (closure,))
    assert await read(storage, doctor_id=3) == DateRules(closures=(closure,))


async def test_a_zone_is_read_with_the_doctor(storage: SqlStorage, make_doctor: MakeDoctor, stamp: Stamp) -> None:
    """Wherever a doctor is read, the own zone is; another doctor's stays."""
    await make_doctor("Eva", 8)
    await save(storage, DateChange(1, (DoctorZone(1, None),), (DoctorZone(1, "Asia/Tokyo"),), stamp))

    async with storage.read() as work:
        for doctor_id, zone in ((1, "Asia/Tokyo"), (2, None)):
            doctor = await work.doctors.get(doctor_id)
            found = await work.weeks.find(doctor_id, TODAY)
            assert doctor
            assert found
            assert doctor.zone == found[0].zone == zone
        zones = ["Asia/Tokyo", None]
        assert [doctor.zone for doctor in await work.doctors.everybody()] == zones
        assert [doctor.zone for doctor, _ in await work.weeks.everybody(TODAY)] == zones
