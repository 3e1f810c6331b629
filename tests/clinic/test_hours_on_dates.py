"""Weekly hours for one week, in turns and from a date on, as a doctor sets, switches, drops and undoes them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta, UTC

import pytest

from clinic.dates import DateSpan
from clinic.errors import AccessSuspended, DateIsPast, NotAllowed, RangesOverlap, UnknownDateRule
from clinic.people import Actor
from clinic.plan import Recurrence, Repeat, Stamp, WeekChange, WeeklyHours, WeekRecord
from clinic.ports import Clinic
from clinic.ports.conversation import Draft
from clinic.use_cases.dates import coming, set_zone
from clinic.use_cases.hours import drop_plan, read_schedule, set_days, switch_day, undo
from clinic.week import DAY_OFF, DayAvailability, Weekday
from tests.clinic.conftest import Watch
from tests.clinic.hours_of import day, utc

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TODAY, NEXT_MONDAY, IN_MAY = date(2026, 3, 2), date(2026, 3, 9), date(2026, 5, 4)
NINE, TEN = day("09:00-17:00"), day("10:00-18:00")
EVERY_WEEK = Recurrence(Repeat.EVERY_WEEK, TODAY)
RECURRENCES = [
    EVERY_WEEK,
    Recurrence(Repeat.EVERY_OTHER_WEEK, TODAY),
    Recurrence(Repeat.EVERY_OTHER_WEEK, NEXT_MONDAY),
    Recurrence(Repeat.ONE_WEEK, TODAY),
    Recurrence(Repeat.ONE_WEEK, NEXT_MONDAY),
    Recurrence(Repeat.FROM_DATE, TODAY),
    Recurrence(Repeat.FROM_DATE, IN_MAY),
]


async def save(
    clinic: Clinic,
    actor: Actor,
    version: int,
    recurrence: Recurrence = EVERY_WEEK,
    found: DayAvailability = NINE,
    weekday: Weekday = Weekday.MON,
) -> WeekRecord:
    """Set one weekday as the change that makes ``version``."""
    closing = Draft(5, version, "{}", NOW + timedelta(days=99))
    return await set_days(clinic, actor, 1, {weekday: found}, recurrence, drawn_from=version - 1, closing=closing)


async def kept(clinic: Clinic, actor: Actor) -> WeekRecord:
    return (await coming(clinic, actor, 1)).record


@pytest.mark.parametrize("first", RECURRENCES)
@pytest.mark.parametrize("second", RECURRENCES)
async def test_undo_brings_back_exactly_what_was(
    clinic: Clinic, doctor: Actor, first: Recurrence, second: Recurrence
) -> None:
    """Whatever stood there and whatever was put over it, plans included that were cut or replaced."""
    before = await save(clinic, doctor, 1, first)
    made = await save(clinic, doctor, 2, second, TEN)
    back = await undo(clinic, doctor, 1, 2)
    assert made.hours != before.hours
    assert back.hours == before.hours
    assert await kept(clinic, doctor) == back


@pytest.mark.parametrize("first", RECURRENCES)
@pytest.mark.parametrize("second", RECURRENCES)
async def test_what_a_save_returns_is_what_is_read(
    clinic: Clinic, doctor: Actor, first: Recurrence, second: Recurrence
) -> None:
    """The record that a change hands back is the stored one, its plans in the same order."""
    await save(clinic, doctor, 1, first)
    assert await save(clinic, doctor, 2, second, TEN) == await kept(clinic, doctor)


@pytest.mark.parametrize("recurrence", RECURRENCES)
async def test_the_same_change_again_makes_no_version(
    clinic: Clinic, doctor: Actor, recurrence: Recurrence, history: Callable[[int], list[WeekChange]]
) -> None:
    """A save that changes nothing is none, however the hours recur."""
    await save(clinic, doctor, 1)
    made = await save(clinic, doctor, 2, recurrence, TEN)
    assert await save(clinic, doctor, 3, recurrence, TEN) == made
    assert len(history(1)) == 2


async def test_plans_are_stamped_by_who_set_them(clinic: Clinic, doctor: Actor, watch: Watch) -> None:
    """`Why?` can say who set the hours and when; those that were only cut keep their stamp."""
    await save(clinic, doctor, 1)
    watch.move(timedelta(hours=1))
    record = await save(clinic, doctor, 2, Recurrence(Repeat.FROM_DATE, IN_MAY), TEN)
    name = "Ana Müller"
    assert [plan.stamp for plan in record.hours.plans] == [
        Stamp(11, name, NOW),
        Stamp(11, name, NOW + timedelta(hours=1)),
    ]


async def test_a_read_has_the_plans_of_its_span_alone(clinic: Clinic, doctor: Actor) -> None:
    """And of the dates beside it, which reach into its hours."""
    await save(clinic, doctor, 1)
    await save(clinic, doctor, 2, Recurrence(Repeat.FROM_DATE, IN_MAY), TEN)
    counts = [
        len((await read_schedule(clinic, doctor, 1, DateSpan(on, on))).record.hours.plans)
        for on in (TODAY, IN_MAY - timedelta(days=1), IN_MAY, IN_MAY + timedelta(days=1))
    ]
    assert counts == [1, 2, 2, 1]


@pytest.mark.parametrize(
    ("recurrence", "past"),
    [
        pytest.param(Recurrence(Repeat.FROM_DATE, TODAY - timedelta(days=1)), True, id="from yesterday on"),
        pytest.param(Recurrence(Repeat.FROM_DATE, TODAY), False, id="from today on"),
        pytest.param(Recurrence(Repeat.ONE_WEEK, TODAY - timedelta(days=7)), True, id="last week alone"),
        pytest.param(Recurrence(Repeat.ONE_WEEK, TODAY), False, id="this week alone"),
    ],
)
async def test_what_is_over_is_not_set(
    clinic: Clinic, doctor: Actor, commits: Callable[[], int], recurrence: Recurrence, *, past: bool
) -> None:
    """Hours are set from today on; a week that has begun may still be."""
    if past:
        with pytest.raises(DateIsPast):
            await save(clinic, doctor, 1, recurrence)
    else:
        await save(clinic, doctor, 1, recurrence)
    assert commits() == (0 if past else 1)


async def test_from_today_on_is_the_doctors_today(clinic: Clinic, doctor: Actor, watch: Watch) -> None:
    """At 02:00 in UTC it is still Monday in New York."""
    await set_zone(clinic, doctor, 1, "America/New_York")
    watch.now = utc("2026-03-03T02:00")
    record = await save(clinic, doctor, 1, Recurrence(Repeat.FROM_DATE, TODAY))
    assert (record.hours.on(TODAY), record.hours.plans[0].starts) == (NINE, TODAY)


@pytest.mark.parametrize("on", [True, False])
async def test_a_day_is_switched_in_the_week_that_its_date_stands_in(
    clinic: Clinic, doctor: Actor, *, on: bool
) -> None:
    """Of two weeks in turn the other keeps its Monday."""
    await save(clinic, doctor, 1, found=NINE.switched(on=not on))
    await save(clinic, doctor, 2, Recurrence(Repeat.EVERY_OTHER_WEEK, TODAY), weekday=Weekday.TUE)
    record = await switch_day(clinic, doctor, 1, NEXT_MONDAY, on=on)
    found = [record.hours.on(TODAY + timedelta(weeks=ahead)).on for ahead in range(4)]
    assert found == [not on, on, not on, on]


async def test_a_day_of_one_week_alone_is_switched_in_it(clinic: Clinic, doctor: Actor) -> None:
    """The weeks around it keep theirs, and asked twice it is switched once."""
    await save(clinic, doctor, 1)
    await save(clinic, doctor, 2, Recurrence(Repeat.ONE_WEEK, NEXT_MONDAY), TEN)
    records = [await switch_day(clinic, doctor, 1, NEXT_MONDAY, on=False) for _ in range(2)]
    assert records[0] == records[1]
    assert [records[0].hours.on(TODAY + timedelta(weeks=ahead)).on for ahead in range(3)] == [True, False, True]


async def test_switching_off_what_has_no_hours_yet_changes_nothing(clinic: Clinic, doctor: Actor) -> None:
    """Hours that are planned from a later date on stay, and no version is made."""
    made = await save(clinic, doctor, 1, Recurrence(Repeat.FROM_DATE, IN_MAY))
    assert await switch_day(clinic, doctor, 1, TODAY, on=False) == made
    assert await kept(clinic, doctor) == made


async def test_one_week_off_is_kept(clinic: Clinic, doctor: Actor) -> None:
    """A week of one's own without hours is a plan of its own, where nothing else is set too."""
    record = await save(clinic, doctor, 1, Recurrence(Repeat.ONE_WEEK, NEXT_MONDAY), DAY_OFF)
    await save(clinic, doctor, 2)
    assert record.version == 1
    assert not (await kept(clinic, doctor)).hours.on(NEXT_MONDAY).on


async def test_a_week_of_ones_own_is_dropped(clinic: Clinic, doctor: Actor) -> None:
    """What repeats holds there again; the second tap finds none to drop."""
    before = await save(clinic, doctor, 1)
    await save(clinic, doctor, 2, Recurrence(Repeat.ONE_WEEK, NEXT_MONDAY), TEN)
    record = await drop_plan(clinic, doctor, 1, NEXT_MONDAY, once=True)
    with pytest.raises(UnknownDateRule):
        await drop_plan(clinic, doctor, 1, NEXT_MONDAY, once=True)
    assert (record.hours, record.version) == (before.hours, 3)


async def test_hours_from_a_later_date_on_are_dropped(clinic: Clinic, doctor: Actor) -> None:
    """The present ones go on, and the drop can be undone."""
    before = await save(clinic, doctor, 1)
    planned = await save(clinic, doctor, 2, Recurrence(Repeat.FROM_DATE, IN_MAY), TEN)
    dropped = await drop_plan(clinic, doctor, 1, IN_MAY, once=False)
    assert (dropped.hours, await kept(clinic, doctor)) == (before.hours, dropped)
    assert (await undo(clinic, doctor, 1, 3)).hours == planned.hours


@pytest.mark.parametrize(("once", "left"), [(False, [DAY_OFF, NINE]), (True, [TEN, TEN])])
async def test_of_two_plans_that_start_on_one_date_the_one_that_is_meant_is_dropped(
    clinic: Clinic, doctor: Actor, left: list[DayAvailability], *, once: bool
) -> None:
    """A week of one's own and later hours may begin on the same Monday."""
    await save(clinic, doctor, 1)
    await save(clinic, doctor, 2, Recurrence(Repeat.FROM_DATE, IN_MAY), TEN)
    await save(clinic, doctor, 3, Recurrence(Repeat.ONE_WEEK, IN_MAY), DAY_OFF)
    record = await drop_plan(clinic, doctor, 1, IN_MAY, once=once)
    assert [record.hours.on(IN_MAY), record.hours.on(IN_MAY + timedelta(weeks=1))] == left


@pytest.mark.parametrize(("starts", "once"), [(date.min, False), (NEXT_MONDAY, True), (IN_MAY, False)])
async def test_present_hours_and_those_that_are_not_there_are_not_dropped(
    clinic: Clinic, doctor: Actor, commits: Callable[[], int], starts: date, *, once: bool
) -> None:
    """What holds today is changed, not dropped."""
    await save(clinic, doctor, 1)
    with pytest.raises(UnknownDateRule):
        await drop_plan(clinic, doctor, 1, starts, once=once)
    assert commits() == 1


async def test_hours_that_began_today_are_not_dropped(clinic: Clinic, doctor: Actor) -> None:
    """From the first date on, later hours are the present ones."""
    await save(clinic, doctor, 1)
    await save(clinic, doctor, 2, Recurrence(Repeat.FROM_DATE, TODAY), TEN)
    with pytest.raises(UnknownDateRule):
        await drop_plan(clinic, doctor, 1, TODAY, once=False)


async def test_nobody_drops_a_doctors_hours(
    clinic: Clinic, doctor: Actor, other_doctor: Actor, receptionist: Actor, admin: Actor, commits: Callable[[], int]
) -> None:
    """Not a colleague, not the desk, not an admin."""
    await save(clinic, doctor, 1, Recurrence(Repeat.ONE_WEEK, NEXT_MONDAY))
    for actor in (other_doctor, receptionist, admin):
        with pytest.raises(NotAllowed):
            await drop_plan(clinic, actor, 1, NEXT_MONDAY, once=True)
    assert commits() == 1


async def test_a_suspended_doctor_drops_nothing(clinic: Clinic, doctor: Actor) -> None:
    """Nor does the doctor while shut out."""
    await save(clinic, doctor, 1, Recurrence(Repeat.ONE_WEEK, NEXT_MONDAY))
    with pytest.raises(AccessSuspended):
        await drop_plan(clinic, replace(doctor, suspended=True), 1, NEXT_MONDAY, once=True)


async def test_a_refused_border_keeps_nothing(clinic: Clinic, doctor: Actor, commits: Callable[[], int]) -> None:
    """A last night that meets the first morning is said, and the hours stay."""
    record = await save(clinic, doctor, 1, found=day("22:00-04:00"), weekday=Weekday.SUN)
    with pytest.raises(RangesOverlap):
        await save(clinic, doctor, 2, Recurrence(Repeat.FROM_DATE, IN_MAY), day("03:00-12:00"))
    assert (await kept(clinic, doctor), commits()) == (record, 1)


async def test_changes_years_apart_leave_each_others_dates_alone(clinic: Clinic, doctor: Actor, watch: Watch) -> None:
    """Hours that are long over are not read for a change, and not touched by it."""
    await save(clinic, doctor, 1)
    await save(clinic, doctor, 2, Recurrence(Repeat.FROM_DATE, IN_MAY), TEN)
    watch.move(timedelta(days=900))
    await save(clinic, doctor, 3, Recurrence(Repeat.EVERY_WEEK, watch.now.date()), day("11:00-19:00"))
    whole: WeeklyHours = (await read_schedule(clinic, doctor, 1, DateSpan(date.min, date.max))).record.hours
    assert [whole.on(on) for on in (TODAY, IN_MAY + timedelta(weeks=200))] == [NINE, day("11:00-19:00")]
    assert len(whole.plans) == 2
