"""Whatever the rules can build comes back as it was saved, stamps and all, as often as it is saved again."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import date, datetime, UTC
from operator import attrgetter

from hypothesis import given, settings
from hypothesis import strategies as st

from clinic.dates import ClinicClosure, DateChange, DateOverride, DateRule, DateRules, DateSpan, DoctorZone, TimeOff
from clinic.plan import Stamp, WeekChange, WeekPlan
from storage import SqlStorage
from tests.storage.drawn import PLANS, rules_of

ALWAYS = DateSpan(date.min, date.max)
STAMP = Stamp(7, "Ada", datetime(2026, 7, 6, 18, 30, 15, 250, tzinfo=UTC))

Run = Callable[[Callable[[SqlStorage], Coroutine[None, None, None]]], None]


async def new_doctor(storage: SqlStorage) -> int:
    async with storage.write() as work:
        doctor = await work.doctors.add("Ada", "Cardiology")
        await work.commit()
    return doctor.doctor_id


async def rows_of(storage: SqlStorage, *statements: str, without_id: bool = False) -> list[list[str]]:
    """Return the rows of each statement as Python writes them, in an order of their own."""
    async with storage._database.reading() as connection:
        answers = [(await connection.exec_driver_sql(sql)).all() for sql in statements]
    return [sorted(repr(row[without_id:]) for row in answer) for answer in answers]


async def plans_of(storage: SqlStorage, doctor_id: int) -> tuple[WeekPlan, ...]:
    async with storage.read() as work:
        found = await work.weeks.find(doctor_id, ALWAYS)
    assert found
    return found[1].hours.plans


async def keep_plans(storage: SqlStorage, plans: list[WeekPlan]) -> None:
    """Save plans, read them, and save ten times what was read; ids are new each time, all else is the same."""
    doctor_id = await new_doctor(storage)
    change = WeekChange(doctor_id, 1, (), tuple(plans), STAMP)
    async with storage.write() as work:
        await work.weeks.save(change)
        await work.commit()
    own = f"plan_id, starts, once FROM week_plans WHERE doctor_id = {doctor_id}"
    asked = [
        f"SELECT * FROM {table} JOIN (SELECT {own}) USING (plan_id)"  # noqa: S608  own names
        for table in ("week_plans", "day_availability", "time_ranges")
    ]
    first = await rows_of(storage, *asked, without_id=True)

    found = await plans_of(storage, doctor_id)
    assert repr(found) == repr(tuple(sorted(plans, key=attrgetter("once", "starts"))))
    for version in range(2, 12):
        found = await plans_of(storage, doctor_id)
        async with storage.write() as work:
            assert repr(await work.weeks.change(doctor_id, 1)) == repr(change)
            await work.weeks.save(WeekChange(doctor_id, version, found, found, STAMP))
            await work.commit()
    assert await rows_of(storage, *asked, without_id=True) == first


async def rules_now(storage: SqlStorage, doctor_id: int) -> DateRules:
    async with storage.read() as work:
        found = await work.dates.of_doctor(doctor_id, ALWAYS)
        everybody = await work.dates.of_everybody(ALWAYS)
    both = everybody.get(doctor_id, DateRules()), everybody.get(0, DateRules())
    assert repr(found) == repr(replace(both[0], closures=both[1].closures))
    return found


def in_order(rules: tuple[DateRule, ...]) -> DateRules:
    """Return stored rules as they are to be read."""
    time_off = sorted((r for r in rules if isinstance(r, TimeOff)), key=lambda off: (off.span.first, off.time_off_id))
    overrides = sorted((r for r in rules if isinstance(r, DateOverride)), key=lambda override: override.day)
    closures = sorted((r for r in rules if isinstance(r, ClinicClosure)), key=lambda c: (c.span.first, c.closure_id))
    return DateRules(tuple(time_off), tuple(overrides), tuple(closures))


async def keep_rules(storage: SqlStorage, rules: list[DateRule], doctor_id: int) -> None:
    """Save rules, read them, save ten times what was read, and take all of it back."""
    async with storage.write() as work:
        saved = await work.dates.save(DateChange(doctor_id, (), tuple(rules), STAMP))
        await work.commit()
    zones = [rule for rule in saved.after if isinstance(rule, DoctorZone)]
    tables = ("time_off", "date_overrides", "override_ranges", "closures", "doctors")
    asked = [f"SELECT * FROM {table}" for table in tables]  # noqa: S608  own names
    first = await rows_of(storage, *asked)

    for _ in range(10):
        found = await rules_now(storage, doctor_id)
        assert repr(found) == repr(in_order(saved.after))
        there: tuple[DateRule, ...] = (*found.time_off, *found.overrides, *found.closures, *zones)
        async with storage.write() as work:
            assert repr(await work.dates.change(saved.change_id)) == repr(saved)
            again = await work.dates.save(DateChange(doctor_id, there, there, STAMP))
            await work.commit()
        assert repr(again.after) == repr(there)
    assert await rows_of(storage, *asked) == first
    async with storage.write() as work:
        back = DateChange(doctor_id, saved.after, (), STAMP, undoes=saved.change_id)
        await work.dates.save(back)
        undone = await work.dates.change(saved.change_id)
        doctor = await work.doctors.get(doctor_id)
        await work.commit()
    assert undone
    assert undone.undone
    assert doctor
    assert doctor.zone is None
    assert await rules_now(storage, doctor_id) == DateRules()


@settings(max_examples=60, deadline=None)
@given(plans=PLANS)
def test_plans_come_back(run: Run, plans: list[WeekPlan]) -> None:
    """Plans, their weeks, the hours of days that are off, and the line of the history are as they were saved."""
    run(lambda storage: keep_plans(storage, plans))


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_rules_come_back(run: Run, data: st.DataObject) -> None:
    """Rules of every kind, their ids, and the line of the history are as they were saved."""

    async def drawn(storage: SqlStorage) -> None:
        async with storage._database.writing() as connection:  # what an example that failed has left
            for table in ("time_off", "date_overrides", "closures"):
                await connection.exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608  own names
            await connection.commit()
        doctor_id = await new_doctor(storage)
        await keep_rules(storage, [*data.draw(rules_of(doctor_id))], doctor_id)

    run(drawn)
