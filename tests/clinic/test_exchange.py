"""Doctors and hours out and in: all or nothing, found out first by the same way."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clinic.errors import RangesOverlap, UnknownDoctor
from clinic.people import Actor
from clinic.plan import WeekChange
from clinic.ports import Clinic
from clinic.time_range import TimeRange
from clinic.use_cases.exchange import Effect, Entry, export_doctors, import_doctors, ImportRefused
from clinic.week import DayAvailability, Weekday

MORNING = DayAvailability((TimeRange(540, 720),), on=True)
NIGHT = DayAvailability((TimeRange(1320, 2000),), on=True)
MON = {Weekday.MON: MORNING}
Kept = Callable[[], str]


async def test_what_comes_out_changes_nothing(clinic: Clinic, working: Actor, everything_kept: Kept) -> None:
    """Put in again, each doctor is as before, and the history has no line of it."""
    before = everything_kept()
    entries = [
        Entry(number, each.doctor.doctor_id, each.doctor.name, each.doctor.specialization, each.days)
        for number, each in enumerate(await export_doctors(clinic))
    ]
    assert await import_doctors(clinic, entries, keep=True) == [Effect.SAME]
    assert everything_kept() == before


async def test_it_is_found_out_first(clinic: Clinic, working: Actor, everything_kept: Kept) -> None:
    """Without being kept it tells the same, and nothing is changed."""
    before = everything_kept()
    entries = [Entry(2, None, "Bo Ek", "GP", MON), Entry(3, 1, "Ana Müller", "GP", {Weekday.SUN: None})]
    effects = await import_doctors(clinic, entries, keep=False)
    assert everything_kept() == before
    assert await import_doctors(clinic, entries, keep=True) == effects == [Effect.NEW, Effect.CHANGED]


async def test_hours_are_set_from_today_on(
    clinic: Clinic, working: Actor, history: Callable[[int], list[WeekChange]]
) -> None:
    """In the history they are the import's; a day that is off keeps its hours."""
    await import_doctors(clinic, [Entry(2, 1, "Ana Müller", "GP", {Weekday.SUN: None})], keep=True)
    assert history(1)[-1].stamp.name == "import"
    (ana,) = await export_doctors(clinic)
    assert ana.days[Weekday.SUN] == MORNING.switched(on=False)
    assert ana.days[Weekday.MON] == MORNING


async def test_a_second_import_adds_nobody_again(clinic: Clinic) -> None:
    """Who has no id is found by name and specialization."""
    entries = [Entry(2, None, "Bo Ek", "GP", MON)]
    assert await import_doctors(clinic, entries, keep=True) == [Effect.NEW]
    assert await import_doctors(clinic, entries, keep=True) == [Effect.SAME]
    assert len(await export_doctors(clinic)) == 1


async def test_one_bad_line_keeps_all_out(clinic: Clinic, working: Actor, everything_kept: Kept) -> None:
    """Every problem is told with its line."""
    before = everything_kept()
    entries = [
        Entry(2, None, "Bo Ek", "GP", MON),
        Entry(3, 1, "Somebody Else", "GP", {}),
        Entry(4, None, "Ada", "GP", {Weekday.MON: NIGHT, Weekday.TUE: MORNING}),
    ]
    with pytest.raises(ImportRefused) as refused:
        await import_doctors(clinic, entries, keep=True)
    assert [(line, type(error)) for line, error in refused.value.problems] == [(3, UnknownDoctor), (4, RangesOverlap)]
    assert everything_kept() == before
