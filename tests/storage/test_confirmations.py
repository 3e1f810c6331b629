"""Answers for weeks: one a week, the last one given, read with the dates."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, datetime, timedelta, UTC

import pytest

from clinic.confirmation import Answer, Confirmation
from clinic.dates import DateSpan, week_span
from clinic.people import Actor
from clinic.plan import Stamp
from storage import SqlStorage

MONDAY = date(2026, 8, 3)
SAME = Confirmation(
    1, MONDAY, Answer.SAME, "c0ffeec0ffee", Stamp(7, "Ada", datetime(2026, 7, 30, 9, 0, 1, 2, tzinfo=UTC))
)


async def put(storage: SqlStorage, *answers: Confirmation) -> None:
    async with storage.write() as work:
        for answer in answers:
            await work.confirmations.put(answer)
        await work.commit()


@pytest.mark.parametrize("answer", Answer)
async def test_an_answer_is_read_as_it_was_kept(storage: SqlStorage, ada: Actor, answer: Answer) -> None:
    """With who gave it and when, to the microsecond: the doctor's, and among everybody's."""
    kept = replace(SAME, answer=answer)
    await put(storage, kept)
    async with storage.read() as work:
        assert (await work.dates.of_doctor(1, week_span(MONDAY))).confirmations == (kept,)
        assert (await work.dates.of_everybody(week_span(MONDAY)))[1].confirmations == (kept,)


async def test_the_last_answer_counts(storage: SqlStorage, ada: Actor) -> None:
    """It takes the place of the one before, and that of no other week."""
    later = replace(SAME, answer=Answer.OFF, seen="facade", stamp=Stamp(8, "Bo", SAME.stamp.at + timedelta(hours=1)))
    other = replace(SAME, monday=MONDAY + timedelta(days=7))
    await put(storage, SAME, other, later)
    async with storage.read() as work:
        rules = await work.dates.of_doctor(1, DateSpan(MONDAY, other.monday))
        assert [await work.confirmations.count(MONDAY + timedelta(days=ahead)) for ahead in (-7, 0, 7)] == [0, 1, 1]
    assert rules.confirmation(MONDAY) == later
    assert rules.confirmation(other.monday) == other
    assert rules.confirmation(MONDAY - timedelta(days=7)) is None


async def test_answers_are_each_doctors_own(
    storage: SqlStorage, ada: Actor, make_doctor: Callable[[str, int], Awaitable[Actor]]
) -> None:
    """Nobody's week is confirmed by another."""
    await make_doctor("Bo", 8)
    await put(storage, SAME)
    async with storage.read() as work:
        assert (await work.dates.of_doctor(2, week_span(MONDAY))).confirmations == ()
