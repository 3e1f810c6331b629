"""Reminders and what follows them: kept as they are, found when they are due, each turn for one process alone."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from clinic.broadcast import Audience, AudienceKind
from clinic.people import Actor
from clinic.ports import Clinic
from clinic.reminder import Occurrence, Reminder
from clinic.use_cases.reminding import Matter, remind
from clinic.week import Weekday
from storage import open_storage, SqlStorage
from tests.clinic.hours_of import utc

DUE = utc("2026-07-10T07:00")
DAY = date(2026, 7, 10)
FRIDAYS = Reminder(
    frozenset({Weekday.FRI, Weekday.MON}), 540, Audience(AudienceKind.DOCTORS), nags=(240, 1440), due=DUE, day=DAY
)
HOUR = timedelta(hours=1)


async def put(storage: SqlStorage, reminder: Reminder) -> Reminder:
    async with storage.write() as work:
        kept = await work.reminders.put(reminder)
        await work.commit()
    return kept


@pytest.mark.parametrize(
    "reminder",
    [
        FRIDAYS,
        replace(FRIDAYS, nags=(), body='{"kind": "message"}', own_zone=True, by_user_id=7, by_name="Ada", version=3),
        replace(FRIDAYS, audience=Audience(AudienceKind.SPECIALIZATION, "GP"), due=None, day=None),
        replace(FRIDAYS, audience=Audience(AudienceKind.PICKED, user_ids=(7, 2**40))),
    ],
)
async def test_a_reminder_is_found_as_it_was_kept(storage: SqlStorage, ada: Actor, reminder: Reminder) -> None:
    """New, and in the place of the one with its id."""
    kept = await put(storage, FRIDAYS)
    assert await put(storage, replace(reminder, reminder_id=kept.reminder_id)) == replace(
        reminder, reminder_id=kept.reminder_id
    )
    async with storage.read() as work:
        assert await work.reminders.get(kept.reminder_id) == replace(reminder, reminder_id=kept.reminder_id)
        assert await work.reminders.get(99) is None
        assert len(await work.reminders.everything()) == 1


async def test_the_first_that_is_due_is_found(storage: SqlStorage, ada: Actor) -> None:
    """To the instant, and none that is paused."""
    later, first = await put(storage, replace(FRIDAYS, due=DUE + HOUR)), await put(storage, FRIDAYS)
    await put(storage, replace(FRIDAYS, due=None, day=None))
    async with storage.read() as work:
        assert await work.reminders.due(DUE - timedelta(microseconds=1)) is None
        assert not await work.reminders.have_due(DUE - timedelta(microseconds=1))
        assert await work.reminders.have_due(DUE)
        assert await work.reminders.due(DUE + HOUR) == first
    await put(storage, replace(first, due=DUE + 2 * HOUR))
    async with storage.read() as work:
        assert await work.reminders.due(DUE + HOUR) == later


async def test_what_follows_is_kept_until_it_is_over(storage: SqlStorage, ada: Actor) -> None:
    """It moves on, is dropped, and goes with its reminder."""
    kept = await put(storage, FRIDAYS)
    one = Occurrence(kept.reminder_id, DAY, 540, date(2026, 7, 13), (240, 1440), DUE + 4 * HOUR)
    async with storage.write() as work:
        await work.reminders.put_occurrence(one)
        found = await work.reminders.due_occurrence(one.due)
        assert found is not None
        assert found == replace(one, occurrence_id=found.occurrence_id)
        await work.reminders.put_occurrence(replace(found, asked=2, due=DUE + 24 * HOUR))
        assert await work.reminders.due_occurrence(DUE + 23 * HOUR) is None
        assert (await work.reminders.due_occurrence(DUE + 24 * HOUR)) == replace(found, asked=2, due=DUE + 24 * HOUR)
        await work.reminders.drop_occurrence(found.occurrence_id)
        assert not await work.reminders.due_occurrence(DUE + 99 * HOUR)
        await work.reminders.put_occurrence(one)
        await work.reminders.delete(kept.reminder_id)
        assert await work.reminders.due_occurrence(DUE + 99 * HOUR) is None
        await work.commit()


async def test_two_processes_take_a_turn_once(storage: SqlStorage, url: str, ada: Actor) -> None:
    """Each with a connection of its own: whoever waits for the lock finds the turn taken."""
    await put(storage, FRIDAYS)
    other = await open_storage(url)
    clinic = Clinic("Rota", ZoneInfo("Europe/Berlin"), frozenset(), storage, lambda: DUE)

    def written(matter: Matter) -> str:
        return repr(matter)

    both = (clinic, replace(clinic, storage=other))
    took = await asyncio.gather(*(remind(each, written) for each in both * 3))
    await other.close()
    assert sorted(took) == [False] * 5 + [True]
    async with storage.read() as work:
        assert len(await work.broadcasts.page(0, 10)) == 1
