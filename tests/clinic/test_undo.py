"""Take the last change of a week back, once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta, UTC

import pytest

from clinic.dates import week_span
from clinic.errors import NotAllowed, NothingToUndo, UnknownDoctor, WeekHasChanged
from clinic.people import Actor, Role
from clinic.plan import NO_WEEKLY_HOURS, Recurrence, Repeat, Stamp, WeekChange, WeeklyHours, WeekPlan, WeekRecord
from clinic.ports import Clinic
from clinic.ports.conversation import Draft
from clinic.time_range import TimeRange
from clinic.use_cases.hours import read_schedule, set_days, switch_day, undo
from clinic.week import DayAvailability, NO_HOURS, Weekday

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)
EVERY_WEEK = Recurrence(Repeat.EVERY_WEEK, TODAY)
OFFICE = DayAvailability((TimeRange(540, 1020),), on=True)
LATE = DayAvailability((TimeRange(720, 1200),), on=True)


async def save(clinic: Clinic, actor: Actor, version: int, day: DayAvailability = OFFICE) -> WeekRecord:
    """Set Monday as the change that makes ``version``."""
    closing = Draft(5, version, "{}", NOW)
    days = {Weekday.MON: day}
    return await set_days(clinic, actor, 1, days, EVERY_WEEK, drawn_from=version - 1, closing=closing)


async def read(clinic: Clinic, actor: Actor) -> WeekRecord:
    return (await read_schedule(clinic, actor, 1, week_span(TODAY))).record


async def test_undo_brings_the_week_before_back(clinic: Clinic, doctor: Actor) -> None:
    """The days stand as before the save; the undo is a version of its own that cannot be undone."""
    await save(clinic, doctor, 1)
    await save(clinic, doctor, 2, LATE)
    record = await undo(clinic, doctor, 1, 2)
    hours = WeeklyHours((WeekPlan((NO_HOURS.with_days({Weekday.MON: OFFICE}),)),))
    assert record == WeekRecord(1, hours, 3, NOW, "Ana Müller", undoable=False)
    assert await read(clinic, doctor) == record


async def test_the_first_save_can_be_undone(clinic: Clinic, doctor: Actor) -> None:
    """Before the first set of a week there was an empty one."""
    await save(clinic, doctor, 1)
    record = await undo(clinic, doctor, 1, 1)
    assert record.hours == NO_WEEKLY_HOURS


async def test_undo_commits_once_and_says_what_it_undid(
    clinic: Clinic, doctor: Actor, commits: Callable[[], int], history: Callable[[int], list[WeekChange]]
) -> None:
    """An undo is a line of the history that names the version it took back."""
    saved = await save(clinic, doctor, 1)
    await undo(clinic, doctor, 1, 1)
    assert commits() == 2
    assert history(1)[-1] == WeekChange(1, 2, saved.hours.plans, (), Stamp(11, "Ana Müller", NOW), undoes=1)


async def test_an_undo_asked_twice_is_done_once(
    clinic: Clinic, doctor: Actor, history: Callable[[int], list[WeekChange]], later: Callable[[timedelta], None]
) -> None:
    """The same tap again finds it done and answers the same."""
    await save(clinic, doctor, 1)
    first = await undo(clinic, doctor, 1, 1)
    later(timedelta(minutes=1))
    assert await undo(clinic, doctor, 1, 1) == first
    assert len(history(1)) == 2


async def test_an_undo_is_not_undone(clinic: Clinic, doctor: Actor, commits: Callable[[], int]) -> None:
    """There is one step back, not a walk to and fro."""
    await save(clinic, doctor, 1)
    await undo(clinic, doctor, 1, 1)
    with pytest.raises(NothingToUndo):
        await undo(clinic, doctor, 1, 2)
    assert commits() == 2


async def test_a_save_after_an_undo_can_be_undone(clinic: Clinic, doctor: Actor) -> None:
    """Every save has its one step back."""
    await save(clinic, doctor, 1)
    await undo(clinic, doctor, 1, 1)
    await save(clinic, doctor, 3, LATE)
    record = await undo(clinic, doctor, 1, 3)
    assert (record.hours, record.version) == (NO_WEEKLY_HOURS, 4)


async def test_an_undo_of_a_change_that_was_changed_since_is_refused(clinic: Clinic, doctor: Actor) -> None:
    """Another change on top is not lost; the error carries it."""
    await save(clinic, doctor, 1)
    switched = await switch_day(clinic, doctor, 1, TODAY, on=False)
    with pytest.raises(WeekHasChanged) as changed:
        await undo(clinic, doctor, 1, 1)
    assert changed.value.current == switched


async def test_an_undo_asked_again_after_a_change_is_refused(clinic: Clinic, doctor: Actor) -> None:
    """Done once and changed since, the old tap takes nothing back."""
    await save(clinic, doctor, 1)
    await undo(clinic, doctor, 1, 1)
    saved = await save(clinic, doctor, 3, LATE)
    with pytest.raises(WeekHasChanged):
        await undo(clinic, doctor, 1, 1)
    assert await read(clinic, doctor) == saved


async def test_a_week_that_was_never_saved_has_nothing_to_undo(clinic: Clinic, doctor: Actor) -> None:
    """Version 0 is no change."""
    with pytest.raises(NothingToUndo):
        await undo(clinic, doctor, 1, 0)


async def test_nobody_undoes_a_colleagues_change(
    clinic: Clinic, doctor: Actor, other_doctor: Actor, admin: Actor
) -> None:
    """Undo is a change of hours: the doctor's own alone, an admin's included."""
    await save(clinic, doctor, 1)
    for actor in (other_doctor, admin):
        with pytest.raises(NotAllowed):
            await undo(clinic, actor, 1, 1)


async def test_an_unknown_doctor_has_nothing_to_undo(clinic: Clinic) -> None:
    """An account of a doctor who is not kept undoes nothing."""
    with pytest.raises(UnknownDoctor):
        await undo(clinic, Actor(77, "G", frozenset({Role.DOCTOR}), doctor_id=99), 99, 1)
