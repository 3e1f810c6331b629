"""Read, set, switch and find: a doctor's week as its people use it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date, datetime, timedelta, UTC

import pytest

from clinic.dates import week_span
from clinic.errors import NoHours, NotAllowed, RangesOverlap, UnknownDoctor, WeekHasChanged
from clinic.people import Actor, Role
from clinic.plan import Recurrence, Repeat, Stamp, WeekChange, WeeklyHours, WeekPlan, WeekRecord
from clinic.ports import Clinic
from clinic.ports.conversation import Draft
from clinic.time_range import TimeRange
from clinic.use_cases.drafts import keep_week_draft
from clinic.use_cases.hours import find_doctors, read_schedule, set_days, switch_day
from clinic.use_cases.schedules import DoctorSchedule
from clinic.week import DayAvailability, NO_HOURS, Weekday, WeeklyAvailability

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TODAY, TUESDAY, WEDNESDAY = date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 4)
EVERY_WEEK = Recurrence(Repeat.EVERY_WEEK, TODAY)
MON, TUE, WED, THU, FRI, SAT, SUN = Weekday
OFFICE = DayAvailability((TimeRange(540, 1020),), on=True)
NIGHT = DayAvailability((TimeRange(1320, 1800),), on=True)
MORNING = DayAvailability((TimeRange(300, 600),), on=True)
CHAT = 5


def draft(message_id: int = 1, revision: int = 0, body: str = "{}") -> Draft:
    return Draft(CHAT, message_id, body, NOW + timedelta(days=1), revision=revision)


async def set_hours(
    clinic: Clinic, actor: Actor, days: dict[Weekday, DayAvailability], *, drawn_from: int = 0, message_id: int = 1
) -> WeekRecord:
    assert actor.doctor_id is not None
    closing = draft(message_id)
    return await set_days(clinic, actor, actor.doctor_id, days, EVERY_WEEK, drawn_from=drawn_from, closing=closing)


async def read(clinic: Clinic, actor: Actor, doctor_id: int) -> DoctorSchedule:
    """The doctor and all of this week."""
    return await read_schedule(clinic, actor, doctor_id, week_span(TODAY))


def every_week(week: WeeklyAvailability) -> WeekPlan:
    return WeekPlan((week,))


async def test_a_week_that_was_never_set_is_empty(clinic: Clinic, doctor: Actor) -> None:
    """Before the first save there is a record of version 0 with nothing in it."""
    found = await read(clinic, doctor, 1)
    assert (found.doctor.name, found.record) == ("Ana Müller", WeekRecord(1))


async def test_days_that_are_set_are_read_back(clinic: Clinic, doctor: Actor) -> None:
    """What one reads after a save is what the save returned: days, version, time and name."""
    saved = await set_hours(clinic, doctor, {MON: OFFICE})
    hours = WeeklyHours((every_week(NO_HOURS.with_days({MON: OFFICE})),))
    assert saved == WeekRecord(1, hours, 1, NOW, "Ana Müller", undoable=True)
    assert (await read(clinic, doctor, 1)).record == saved


async def test_setting_days_commits_once(clinic: Clinic, doctor: Actor, commits: Callable[[], int]) -> None:
    """Week, history and draft are kept in one transaction."""
    await set_hours(clinic, doctor, {MON: OFFICE, TUE: OFFICE})
    assert commits() == 1


async def test_reading_commits_nothing(clinic: Clinic, receptionist: Actor, commits: Callable[[], int]) -> None:
    """A question changes nothing, even one about a doctor whom nobody knows."""
    with pytest.raises(UnknownDoctor) as unknown:
        await read(clinic, receptionist, 99)
    assert (unknown.value.doctor_id, commits()) == (99, 0)


async def test_the_history_keeps_both_sides(
    clinic: Clinic, doctor: Actor, history: Callable[[int], list[WeekChange]]
) -> None:
    """Every save writes one line: what it took and put, when and by whom."""
    await set_hours(clinic, doctor, {MON: OFFICE})
    await set_hours(clinic, doctor, {TUE: NIGHT}, drawn_from=1, message_id=2)
    first, both = NO_HOURS.with_days({MON: OFFICE}), NO_HOURS.with_days({MON: OFFICE, TUE: NIGHT})
    stamp = Stamp(11, "Ana Müller", NOW)
    assert history(1) == [
        WeekChange(1, 1, (), (every_week(first),), stamp),
        WeekChange(1, 2, (every_week(first),), (every_week(both),), stamp),
    ]


async def test_two_doctors_keep_their_own_weeks(clinic: Clinic, doctor: Actor, other_doctor: Actor) -> None:
    """A save of one doctor's week leaves another's alone."""
    await set_hours(clinic, doctor, {MON: OFFICE})
    assert (await read(clinic, other_doctor, 2)).record == WeekRecord(2)


async def test_days_that_meet_a_kept_one_are_refused_whole(
    clinic: Clinic, doctor: Actor, commits: Callable[[], int], kept_draft: Callable[[int, int], Draft | None]
) -> None:
    """One day that runs into another of the stored week keeps all of them out, and the draft stays open."""
    saved = await set_hours(clinic, doctor, {TUE: MORNING})
    with pytest.raises(RangesOverlap):
        await set_hours(clinic, doctor, {FRI: OFFICE, MON: NIGHT}, drawn_from=1, message_id=2)
    assert (await read(clinic, doctor, 1)).record == saved
    assert (commits(), kept_draft(CHAT, 2)) == (1, None)


async def test_a_week_that_has_moved_on_is_not_overwritten(
    clinic: Clinic, doctor: Actor, commits: Callable[[], int], kept_draft: Callable[[int, int], Draft | None]
) -> None:
    """A draft of an older version is refused with the week as it is, and stays open."""
    saved = await set_hours(clinic, doctor, {MON: OFFICE})
    with pytest.raises(WeekHasChanged) as changed:
        await set_hours(clinic, doctor, {MON: NIGHT}, drawn_from=0, message_id=2)
    assert changed.value.current == saved
    assert (commits(), kept_draft(CHAT, 2)) == (1, None)


async def test_a_version_that_is_not_there_yet_is_refused(clinic: Clinic, doctor: Actor) -> None:
    """A draft can be drawn from the present version alone."""
    with pytest.raises(WeekHasChanged):
        await set_hours(clinic, doctor, {MON: OFFICE}, drawn_from=1)


async def test_saving_closes_the_draft(
    clinic: Clinic, doctor: Actor, kept_draft: Callable[[int, int], Draft | None]
) -> None:
    """The closed draft is what is kept of the message."""
    await keep_week_draft(clinic, doctor, draft(body="open"), 1)
    closing = draft(revision=1, body="closed")
    await set_days(clinic, doctor, 1, {MON: OFFICE}, EVERY_WEEK, drawn_from=0, closing=closing)
    assert kept_draft(CHAT, 1) == draft(revision=2, body="closed")


async def test_two_saves_of_one_draft_at_once_are_one(
    clinic: Clinic, doctor: Actor, history: Callable[[int], list[WeekChange]]
) -> None:
    """Of two quick taps on Save the second finds the draft closed."""
    both = [set_hours(clinic, doctor, {MON: OFFICE}) for _ in range(2)]
    results = await asyncio.gather(*both, return_exceptions=True)
    assert sorted(type(result).__name__ for result in results) == ["DraftHasMoved", "WeekRecord"]
    assert len(history(1)) == 1


async def test_a_save_that_changes_nothing_makes_no_version(
    clinic: Clinic, doctor: Actor, history: Callable[[int], list[WeekChange]]
) -> None:
    """The same days again leave version, time and history as they were."""
    saved = await set_hours(clinic, doctor, {MON: OFFICE})
    again = await set_hours(clinic, doctor, {MON: OFFICE}, drawn_from=1, message_id=2)
    assert (again, len(history(1))) == (saved, 1)


async def test_a_save_that_changes_nothing_closes_its_draft(
    clinic: Clinic, doctor: Actor, kept_draft: Callable[[int, int], Draft | None]
) -> None:
    """An unchanged week is saved as well: its draft does not stay open."""
    await set_hours(clinic, doctor, {})
    assert kept_draft(CHAT, 1) == draft(revision=1)


@pytest.mark.parametrize("on", [True, False])
async def test_a_day_is_switched_to_its_target(clinic: Clinic, doctor: Actor, *, on: bool) -> None:
    """On or off is what was asked for, and the hours stay."""
    await set_hours(clinic, doctor, {MON: OFFICE.switched(on=not on)})
    record = await switch_day(clinic, doctor, 1, TODAY, on=on)
    assert record.hours.on(TODAY) == OFFICE.switched(on=on)


async def test_switching_a_day_commits_once(clinic: Clinic, doctor: Actor, commits: Callable[[], int]) -> None:
    """One switch, one transaction."""
    await set_hours(clinic, doctor, {MON: OFFICE})
    await switch_day(clinic, doctor, 1, TODAY, on=False)
    assert commits() == 2


async def test_a_switch_can_be_undone(clinic: Clinic, doctor: Actor) -> None:
    """A switch is a change like any other: counted, dated and undoable."""
    await set_hours(clinic, doctor, {MON: OFFICE})
    record = await switch_day(clinic, doctor, 1, TODAY, on=False)
    assert (record.version, record.undoable) == (2, True)


async def test_a_refused_switch_changes_nothing(clinic: Clinic, doctor: Actor, commits: Callable[[], int]) -> None:
    """Into a neighbour's tail or without hours, the week stays."""
    saved = await set_hours(clinic, doctor, {MON: NIGHT, TUE: MORNING.switched(on=False)})
    with pytest.raises(RangesOverlap):
        await switch_day(clinic, doctor, 1, TUESDAY, on=True)
    with pytest.raises(NoHours):
        await switch_day(clinic, doctor, 1, WEDNESDAY, on=True)
    assert ((await read(clinic, doctor, 1)).record, commits()) == (saved, 1)


async def test_hours_of_an_unknown_doctor_are_not_set(clinic: Clinic) -> None:
    """An account of a doctor who is not kept sets nothing."""
    ghost = Actor(77, "G", frozenset({Role.DOCTOR}), doctor_id=99)
    with pytest.raises(UnknownDoctor):
        await set_hours(clinic, ghost, {MON: OFFICE})
    with pytest.raises(UnknownDoctor):
        await switch_day(clinic, ghost, 99, TODAY, on=False)


async def test_nobody_reads_a_colleagues_hours(clinic: Clinic, doctor: Actor, other_doctor: Actor) -> None:
    """Doctors read their own week."""
    with pytest.raises(NotAllowed):
        await read(clinic, doctor, 2)


@pytest.mark.parametrize("text", ["muller", "MÜLLER", "ana"])
async def test_doctors_are_found_without_case_and_accents(
    clinic: Clinic, doctor: Actor, other_doctor: Actor, receptionist: Actor, text: str
) -> None:
    """A receptionist finds Ana Müller however she types the name."""
    assert [found.name for found in await find_doctors(clinic, receptionist, text)] == ["Ana Müller"]


async def test_no_text_finds_all_doctors_by_name(
    clinic: Clinic, other_doctor: Actor, doctor: Actor, admin: Actor
) -> None:
    """The list of everybody is the search for nothing."""
    assert [found.name for found in await find_doctors(clinic, admin, "")] == ["Ana Müller", "Bo Ek"]


async def test_doctors_do_not_look_each_other_up(clinic: Clinic, doctor: Actor) -> None:
    """A search is for receptionists and admins."""
    with pytest.raises(NotAllowed):
        await find_doctors(clinic, doctor, "")
