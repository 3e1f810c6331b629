"""Doctors and hours out and in: all or nothing, found out first by the same way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from clinic.errors import RangesOverlap, UnknownDoctor
from clinic.people import Actor
from clinic.plan import ONE_WEEK, WeekChange
from clinic.ports import Clinic
from clinic.time_range import TimeRange
from clinic.use_cases.exchange import Effect, Entry, export_doctors, import_doctors, ImportRefused
from clinic.week import DayAvailability, Weekday

MORNING = DayAvailability((TimeRange(540, 720),), on=True)
NIGHT = DayAvailability((TimeRange(1320, 2000),), on=True)
MON = {Weekday.MON: MORNING}
Kept = Callable[[], str]
Later = Callable[[timedelta], None]
TODAY = date(2026, 3, 2)
"""A Monday."""


async def exported(clinic: Clinic) -> list[Entry]:
    """Return what comes out as what goes in."""
    found = []
    for line, each in enumerate(await export_doctors(clinic)):
        weeks = tuple(dict(week) for week in each.weeks)
        doctor = each.doctor
        monday = each.monday if len(weeks) > 1 else None
        found.append(Entry(line, doctor.doctor_id, doctor.name, doctor.specialization, weeks, monday))
    return found


async def test_what_comes_out_changes_nothing(clinic: Clinic, working: Actor, everything_kept: Kept) -> None:
    """Put in again, each doctor is as before, and the history has no line of it."""
    before = everything_kept()
    assert await import_doctors(clinic, await exported(clinic), keep=True) == [Effect.SAME]
    assert everything_kept() == before


async def test_two_weeks_that_take_turns_come_out_and_in(
    clinic: Clinic, working: Actor, everything_kept: Kept, later: Later
) -> None:
    """Put in again, now or when it is the other's turn, they are as before; a new doctor gets the same."""
    off_on_sundays = replace((await exported(clinic))[0], weeks=({}, {Weekday.SUN: None}), monday=TODAY)
    assert await import_doctors(clinic, [off_on_sundays], keep=True) == [Effect.CHANGED]
    (before,) = await export_doctors(clinic)
    assert [week[Weekday.SUN].on for week in before.weeks] == [True, False]
    kept, entries = everything_kept(), await exported(clinic)
    for _ in range(2):
        assert await import_doctors(clinic, entries, keep=True) == [Effect.SAME]
        assert everything_kept() == kept
        later(ONE_WEEK)
    await import_doctors(clinic, [replace(entries[0], doctor_id=None, name="Bo Ek")], keep=True)
    later(ONE_WEEK)
    ana, bo = await export_doctors(clinic)
    assert [week[Weekday.SUN].on for week in ana.weeks] == [week[Weekday.SUN].on for week in bo.weeks] == [False, True]


async def test_a_single_week_ends_turns(clinic: Clinic, working: Actor) -> None:
    """Though its hours are those of this week already: those of the other would stay."""
    (entry,) = await exported(clinic)
    await import_doctors(clinic, [replace(entry, weeks=({}, {Weekday.SUN: None}), monday=TODAY)], keep=True)
    assert await import_doctors(clinic, [entry], keep=True) == [Effect.CHANGED]
    assert await exported(clinic) == [entry]


async def test_it_is_found_out_first(clinic: Clinic, working: Actor, everything_kept: Kept) -> None:
    """Without being kept it tells the same, and nothing is changed."""
    before = everything_kept()
    entries = [Entry(2, None, "Bo Ek", "GP", (MON,)), Entry(3, 1, "Ana Müller", "GP", ({Weekday.SUN: None},))]
    effects = await import_doctors(clinic, entries, keep=False)
    assert everything_kept() == before
    assert await import_doctors(clinic, entries, keep=True) == effects == [Effect.NEW, Effect.CHANGED]


async def test_hours_are_set_from_today_on(
    clinic: Clinic, working: Actor, history: Callable[[int], list[WeekChange]]
) -> None:
    """In the history they are the import's; a day that is off keeps its hours."""
    await import_doctors(clinic, [Entry(2, 1, "Ana Müller", "GP", ({Weekday.SUN: None},))], keep=True)
    assert history(1)[-1].stamp.name == "import"
    (ana,) = await export_doctors(clinic)
    assert ana.weeks[0][Weekday.SUN] == MORNING.switched(on=False)
    assert ana.weeks[0][Weekday.MON] == MORNING


async def test_a_second_import_adds_nobody_again(clinic: Clinic) -> None:
    """Who has no id is found by name and specialization."""
    entries = [Entry(2, None, "Bo Ek", "GP", (MON,))]
    assert await import_doctors(clinic, entries, keep=True) == [Effect.NEW]
    assert await import_doctors(clinic, entries, keep=True) == [Effect.SAME]
    assert len(await export_doctors(clinic)) == 1


async def test_one_bad_line_keeps_all_out(clinic: Clinic, working: Actor, everything_kept: Kept) -> None:
    """Every problem is told with its line."""
    before = everything_kept()
    entries = [
        Entry(2, None, "Bo Ek", "GP", (MON,)),
        Entry(3, 1, "Somebody Else", "GP"),
        Entry(4, None, "Ada", "GP", ({Weekday.MON: NIGHT, Weekday.TUE: MORNING},)),
    ]
    with pytest.raises(ImportRefused) as refused:
        await import_doctors(clinic, entries, keep=True)
    assert [(line, type(error)) for line, error in refused.value.problems] == [(3, UnknownDoctor), (4, RangesOverlap)]
    assert everything_kept() == before
