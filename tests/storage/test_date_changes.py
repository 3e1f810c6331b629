"""What is set on dates is changed and taken back, or refused where it is not there as it was."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, datetime, timedelta, UTC

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
from clinic.errors import DatesHaveChanged
from clinic.people import Actor, Role
from clinic.plan import Stamp
from clinic.ports import Clinic
from clinic.time_range import TimeRange
from clinic.use_cases import dates
from storage import SqlStorage
from tests.storage.plain import Plain, Row

MakeDoctor = Callable[[str, int], Awaitable[Actor]]

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


KINDS = ("time off", "override", "closure", "zone")


async def save(storage: SqlStorage, change: DateChange) -> DateChange:
    async with storage.write() as work:
        saved = await work.dates.save(change)
        await work.commit()
    return saved


async def read(storage: SqlStorage, span: DateSpan = TODAY, doctor_id: int = 1) -> DateRules:
    async with storage.read() as work:
        return await work.dates.of_doctor(doctor_id, span)


async def rows(storage: SqlStorage) -> dict[str, list[Row]]:
    kept = await Plain(storage._database).rows()
    return {table: kept[table] for table in TABLES}


@pytest.mark.parametrize("kind", KINDS)
async def test_a_change_is_undone(storage: SqlStorage, stamp: Stamp, rules: dict[str, DateRule], kind: str) -> None:
    """An undo takes what the change put, and the line says that it was undone."""
    before = (DoctorZone(1, None),) if kind == "zone" else ()
    saved = await save(storage, DateChange(1, before, (rules[kind],), stamp))

    back = await save(storage, DateChange(1, saved.after, saved.before, stamp, undoes=saved.change_id))

    assert await read(storage) == DateRules()
    async with storage.read() as work:
        assert await work.dates.change(saved.change_id) == replace(saved, undone=True)
        assert await work.dates.change(back.change_id) == back
        doctor = await work.doctors.get(1)
    assert doctor
    assert doctor.zone is None


@pytest.mark.parametrize("kind", KINDS)
async def test_a_removal_is_undone(storage: SqlStorage, stamp: Stamp, rules: dict[str, DateRule], kind: str) -> None:
    """An undo of a removal brings the very rows back: ids, and who had set them when."""
    before = (DoctorZone(1, None),) if kind == "zone" else ()
    saved = await save(storage, DateChange(1, before, (rules[kind],), stamp))
    there = {table: kept for table, kept in (await rows(storage)).items() if table != "date_changes"}
    later = replace(stamp, name="Eva", at=stamp.at + ONE)
    removed = await save(storage, DateChange(1, saved.after, before, later))

    back = await save(storage, DateChange(1, removed.after, removed.before, later, undoes=removed.change_id))

    assert back.after == saved.after
    assert {table: kept for table, kept in (await rows(storage)).items() if table != "date_changes"} == there


async def test_undone_one_after_the_other(clinic: Clinic, ada: Actor, storage: SqlStorage) -> None:
    """Time off that was set and then moved can be moved back, and then taken back: it is the same one all along."""
    set_first = await dates.take_time_off(clinic, ada, TimeOff(1, TODAY))
    (first,) = set_first.after
    assert isinstance(first, TimeOff)
    moved = await dates.take_time_off(clinic, ada, replace(first, span=DateSpan(DAY + ONE, DAY + ONE)))

    await dates.undo_dates(clinic, ada, moved.change_id)
    assert (await read(storage)).time_off == (first,)
    await dates.undo_dates(clinic, ada, set_first.change_id)

    assert (await read(storage)).time_off == ()


async def test_undone_once_a_change(clinic: Clinic, ada: Actor, storage: SqlStorage) -> None:
    """Asked ten times at once, an undo is one change."""
    change = await dates.take_time_off(clinic, ada, TimeOff(1, TODAY))

    await asyncio.gather(*(dates.undo_dates(clinic, ada, change.change_id) for _ in range(10)))

    assert (await read(storage)).time_off == ()
    assert len((await rows(storage))["date_changes"]) == 2


def others_than(rule: DateRule) -> list[DateRule]:
    """Return rules that differ from a stored one in one thing each."""
    later = Stamp(7, "Ada", AT + ONE)
    longer, shorter = DateSpan(DAY - ONE, DAY + ONE), DateSpan(DAY, DAY)
    match rule:
        case TimeOff():
            off = [replace(rule, time_off_id=99), replace(rule, time_off_id=0), replace(rule, stamp=None)]
            off += [replace(rule, span=span) for span in (longer, shorter)]
            off += [replace(rule, hours=hours) for hours in (NIGHT, None)]
            return [*off, replace(rule, reason=""), replace(rule, kind=TimeOffKind.SICK), replace(rule, stamp=later)]
        case DateOverride():
            ranges = [[MORNING], [MORNING, TimeRange(800, 900), NIGHT], [], [TimeRange(541, 780), NIGHT]]
            ranges.append([TimeRange(540, 781), NIGHT])
            off_day = replace(rule, availability=rule.availability.switched(on=False))
            on_other_dates = [replace(rule, day=DAY + ONE), replace(rule, doctor_id=2)]
            hours = [DateOverride.of(1, DAY, each, rule.stamp) for each in ranges]
            return [*hours, off_day, *on_other_dates, replace(rule, stamp=later)]
        case ClinicClosure():
            closed = [replace(rule, closure_id=99), replace(rule, span=shorter), replace(rule, span=longer)]
            return [*closed, replace(rule, name="Winter"), replace(rule, stamp=later)]
        case DoctorZone():
            return [replace(rule, zone=None), replace(rule, zone="UTC")]


@pytest.mark.parametrize("kind", KINDS)
async def test_what_has_changed_is_not_taken(
    storage: SqlStorage, stamp: Stamp, rules: dict[str, DateRule], kind: str
) -> None:
    """A change of a rule that is stored in another form is refused, and leaves nothing of its other parts."""
    saved = await save(storage, DateChange(1, (), tuple(rules.values()), stamp))
    there = await rows(storage)
    place = KINDS.index(kind)

    for other in others_than(saved.after[place]):
        before = (*saved.after[:place], other, *saved.after[place + 1 :])
        with pytest.raises(DatesHaveChanged):
            await save(storage, DateChange(1, before, (TimeOff(1, TODAY),), stamp))

        assert await rows(storage) == there


@pytest.mark.parametrize("kind", ["time off", "override", "closure"])
async def test_what_is_there_again_is_not_put_twice(
    storage: SqlStorage, stamp: Stamp, rules: dict[str, DateRule], kind: str
) -> None:
    """Where a date has other hours by now, or a rule was brought back by another, an undo of its removal is refused."""
    saved = await save(storage, DateChange(1, (), (rules[kind],), stamp))
    there = await rows(storage)

    with pytest.raises(DatesHaveChanged):
        await save(storage, DateChange(1, (), (TimeOff(1, TODAY), *saved.after), stamp))

    assert await rows(storage) == there


async def test_taken_once_of_many(storage: SqlStorage, stamp: Stamp, rules: dict[str, DateRule]) -> None:
    """Of ten that take the same rules away at once one does; the others hear that they have changed."""
    saved = await save(storage, DateChange(1, (), tuple(rules.values()), stamp))

    outcomes = await asyncio.gather(
        *(save(storage, DateChange(1, saved.after, (), stamp)) for _ in range(10)), return_exceptions=True
    )

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["DateChange"] + ["DatesHaveChanged"] * 9
    assert len((await rows(storage))["date_changes"]) == 2


async def test_sickness_is_owed_to_the_desk(clinic: Clinic, ada: Actor, storage: SqlStorage) -> None:
    """What is said on the day itself is written with the notices of it."""
    async with storage.write() as work:
        await work.people.put(Actor(8, "Ben", frozenset({Role.RECEPTIONIST})))
        await work.commit()

    change = await dates.take_time_off(clinic, ada, TimeOff(1, TODAY, kind=TimeOffKind.SICK))

    async with storage.write() as work:
        notice = await work.notices.claim(clinic.clock(), clinic.clock())
    assert notice
    assert (notice.user_id, notice.change_id) == (8, change.change_id)
