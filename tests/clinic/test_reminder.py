"""When reminders are due: on wall clocks, over clock changes, outside quiet hours, and what has been missed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta, UTC
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic.broadcast import Audience, AudienceKind
from clinic.plan import ONE_DAY
from clinic.reminder import asked_monday, Clocks, LIST_AFTER, Occurrence, Reminder, turn_of, USUAL_QUIET
from clinic.time_range import TimeRange
from clinic.week import Weekday
from tests.clinic.hours_of import utc

BERLIN, NEW_YORK, TOKYO = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York"), ZoneInfo("Asia/Tokyo")
MON, TUE, WED, THU, FRI, SAT, SUN = Weekday
DAILY = frozenset(Weekday)
HOUR = timedelta(hours=1)


def reminder(*days: Weekday, at: int = 540, **more: Any) -> Reminder:
    return Reminder(frozenset(days) or DAILY, at, Audience(AudienceKind.DOCTORS), **more)


def on(zone: ZoneInfo, *others: ZoneInfo, quiet: TimeRange | None = None, own: bool = False) -> Clocks:
    """The clocks of a clinic in a zone, with people there and elsewhere."""
    return Clocks(None if own else zone, frozenset({zone, *others}), quiet)


def coming(one: Reminder, now: str, clocks: Clocks) -> list[str]:
    return [f"{at:%a %d %b %H:%M}" for _, at in one.coming(utc(now), clocks)]


def test_the_next_four_are_on_the_wall_clock_over_berlins_spring_change() -> None:
    """Fridays at nine: eight in winter's UTC, seven in summer's."""
    assert coming(reminder(FRI), "2026-03-19T12:00", on(BERLIN)) == [
        "Fri 20 Mar 08:00",
        "Fri 27 Mar 08:00",
        "Fri 03 Apr 07:00",
        "Fri 10 Apr 07:00",
    ]


def test_the_next_four_are_on_the_wall_clock_over_new_yorks_autumn_change() -> None:
    """Daily at nine, over the first of November."""
    assert coming(reminder(), "2026-10-31T00:00", on(NEW_YORK)) == [
        "Sat 31 Oct 13:00",
        "Sun 01 Nov 14:00",
        "Mon 02 Nov 14:00",
        "Tue 03 Nov 14:00",
    ]


@pytest.mark.parametrize(
    ("zone", "minutes", "now", "first"),
    [
        (BERLIN, 150, "2026-03-28T12:00", "Sun 29 Mar 01:00"),
        (BERLIN, 150, "2026-10-24T12:00", "Sun 25 Oct 00:30"),
        (NEW_YORK, 150, "2026-03-07T12:00", "Sun 08 Mar 07:00"),
        (NEW_YORK, 90, "2026-10-31T12:00", "Sun 01 Nov 05:30"),
    ],
)
def test_a_skipped_time_is_at_the_transition_and_of_a_repeated_one_the_first(
    zone: ZoneInfo, minutes: int, now: str, first: str
) -> None:
    """As hours are read: half past two in Berlin's gap is three o'clock, in its fold the summer's one."""
    assert coming(reminder(at=minutes), now, on(zone))[0] == first


def test_what_is_due_now_is_not_to_come() -> None:
    """The next is the one after it."""
    assert coming(reminder(FRI), "2026-03-20T08:00", on(BERLIN))[0] == "Fri 27 Mar 08:00"
    assert coming(reminder(FRI), "2026-03-20T07:59", on(BERLIN))[0] == "Fri 20 Mar 08:00"


@pytest.mark.parametrize(
    ("minutes", "at"),
    [(1259, "18:59"), (1260, "05:00"), (0, "05:00"), (419, "05:00"), (420, "05:00"), (421, "05:01")],
)
def test_quiet_hours_delay_until_they_end(minutes: int, at: str) -> None:
    """From nine in the evening until seven: to the minute, on summer's clock."""
    clocks = on(BERLIN, quiet=USUAL_QUIET)
    assert f"{clocks.at(date(2026, 7, 3), minutes, BERLIN):%H:%M}" == at


def test_quiet_hours_end_on_the_wall_clock_of_a_changed_night() -> None:
    """The night of the spring change is an hour shorter, the one of the autumn change longer."""
    clocks = on(BERLIN, quiet=USUAL_QUIET)
    assert clocks.at(date(2026, 3, 28), 1320, BERLIN) == utc("2026-03-29T05:00")
    assert clocks.at(date(2026, 10, 24), 1320, BERLIN) == utc("2026-10-25T06:00")


def test_everybody_is_let_sleep_on_their_own_clock() -> None:
    """Nine in Berlin is three in New York, where it waits until seven; in Tokyo it is five in the afternoon."""
    clocks = on(BERLIN, NEW_YORK, TOKYO, quiet=USUAL_QUIET)
    day = date(2026, 7, 3)
    assert clocks.at(day, 540, NEW_YORK) == utc("2026-07-03T11:00")
    assert clocks.at(day, 540, TOKYO) == clocks.at(day, 540, BERLIN) == utc("2026-07-03T07:00")


def test_each_doctors_own_clock() -> None:
    """Nine is nine for everybody; the turn comes with the first of them."""
    clocks = on(BERLIN, NEW_YORK, TOKYO, own=True)
    day = date(2026, 7, 3)
    assert [clocks.at(day, 540, zone).hour for zone in (TOKYO, BERLIN, NEW_YORK)] == [0, 7, 13]
    assert (clocks.first(day, 540).hour, clocks.last(day, 540).hour) == (0, 13)


def due_reminder(now: str = "2026-03-20T07:00", **more: Any) -> Reminder:
    return reminder(FRI, **more).scheduled(utc(now), on(BERLIN))


@pytest.mark.parametrize(
    ("now", "missed", "day"),
    [
        ("2026-03-20T08:00", (), date(2026, 3, 20)),
        ("2026-03-20T13:59", (), date(2026, 3, 20)),
        ("2026-03-20T14:00", (date(2026, 3, 20),), None),
        ("2026-03-27T08:30", (date(2026, 3, 20),), date(2026, 3, 27)),
        ("2026-04-03T20:00", (date(2026, 3, 20), date(2026, 3, 27), date(2026, 4, 3)), None),
    ],
)
def test_late_by_less_than_six_hours_it_goes_out_once(now: str, missed: tuple[date, ...], day: date | None) -> None:
    """Later it is missed; of several that have passed the last alone goes out, and the next turn lies ahead."""
    turn = turn_of(due_reminder(), utc(now), on(BERLIN))
    assert (turn.missed, turn.day) == (missed, day)
    assert turn.then.due
    assert turn.then.due > utc(now)


def test_quiet_hours_make_nothing_late() -> None:
    """Ten in the evening is due at seven: at noon it is five hours late, and goes out."""
    clocks = on(BERLIN, quiet=USUAL_QUIET)
    late = reminder(FRI, at=1320).scheduled(utc("2026-03-20T12:00"), clocks)
    assert late.due == utc("2026-03-21T06:00")
    assert turn_of(late, utc("2026-03-21T11:00"), clocks).day == date(2026, 3, 20)


def test_a_paused_one_has_no_turn() -> None:
    """Nor a date."""
    with pytest.raises(ValueError, match="paused"):
        turn_of(reminder(), utc("2026-03-20T08:00"), on(BERLIN))


@pytest.mark.parametrize(
    "wrong",
    [
        {"days": frozenset()},
        {"minutes": 1440},
        {"nags": (60, 60)},
        {"nags": (120, 60)},
        {"nags": (0,)},
        {"nags": (1, 2, 3, 4)},
        {"nags": (60,), "body": "{}"},
        {"due": utc("2026-03-20T08:00")},
    ],
)
def test_what_is_no_reminder_cannot_be(wrong: dict[str, Any]) -> None:
    """Its rules hold wherever one is made."""
    with pytest.raises(ValueError, match=r"reminder|again|question"):
        replace(reminder(), **wrong)


def asked(*nags: int, at: int = 540, clocks: Clocks | None = None) -> tuple[Occurrence, Clocks]:
    """What follows a question of Friday, 20 March, in Berlin."""
    clocks = clocks or on(BERLIN)
    now = clocks.first(date(2026, 3, 20), at)
    begun = Occurrence(1, date(2026, 3, 20), at, date(2026, 3, 23), nags, now)
    return begun.moved_on(now, clocks), clocks


def test_it_asks_again_and_then_lists() -> None:
    """Four hours later, on the next day at the same time, and the list an hour after that."""
    one, clocks = asked(240, 1440)
    assert one.due == utc("2026-03-20T12:00")
    two = replace(one, asked=2).moved_on(one.due, clocks)
    assert two.due == utc("2026-03-21T08:00")
    over = replace(two, asked=3).moved_on(two.due, clocks)
    assert (over.is_over, over.due) == (True, two.due + LIST_AFTER)


def test_days_later_is_the_same_time_of_day_over_a_clock_change() -> None:
    """Nine on the Monday after Berlin's spring change."""
    begun = Occurrence(1, date(2026, 3, 27), 540, date(2026, 3, 30), (3 * 1440,), utc("2026-03-27T08:00"))
    assert begun.moved_on(utc("2026-03-27T08:00"), on(BERLIN)).due == utc("2026-03-30T07:00")


def test_asks_that_quiet_hours_bring_together_are_one() -> None:
    """After eight in the evening, two and four hours later are both at seven."""
    one, clocks = asked(120, 240, at=1200, clocks=on(BERLIN, quiet=USUAL_QUIET))
    assert one.due == utc("2026-03-21T06:00")
    assert one.passed(one.due, clocks) == 1200 + 240
    assert replace(one, asked=2).moved_on(one.due, clocks).is_over


def test_a_stale_ask_is_not_made() -> None:
    """Where nothing ran for six hours after it; the last that has passed counts."""
    one, clocks = asked(60, 120)
    assert one.passed(utc("2026-03-20T10:30"), clocks) == 540 + 120
    assert one.passed(utc("2026-03-20T15:59"), clocks) == 540 + 120
    assert one.passed(utc("2026-03-20T16:00"), clocks) is None


def test_the_question_is_about_the_week_after() -> None:
    """On a Sunday it is tomorrow's, on a Monday the one after this."""
    assert asked_monday(date(2026, 3, 22)) == date(2026, 3, 23)
    assert asked_monday(date(2026, 3, 23)) == date(2026, 3, 30)


def slow_due(minutes: int, day: date, zone: ZoneInfo) -> datetime:
    """The first minute of UTC at which the zone's clock shows the time of the date or, where it is skipped, later."""
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC) - 15 * HOUR
    wanted = datetime.combine(day, time()) + timedelta(minutes=minutes)
    while moment.astimezone(zone).replace(tzinfo=None) < wanted:
        moment += timedelta(minutes=1)
    return moment


def slow_awake(moment: datetime, zone: ZoneInfo) -> datetime:
    """The first minute from then on at which it is neither after nine in the evening nor before seven."""
    while not 7 <= moment.astimezone(zone).hour < 21:
        moment += timedelta(minutes=1)
    return moment


CHANGES = [date(2026, 3, 8), date(2026, 3, 29), date(2026, 10, 25), date(2026, 11, 1)]
near_a_change = st.builds(lambda day, ahead: day + ahead * ONE_DAY, st.sampled_from(CHANGES), st.integers(-2, 1))


@given(
    day=near_a_change,
    minutes=st.integers(0, 1439),
    zone=st.sampled_from([BERLIN, NEW_YORK, TOKYO]),
    sleeper=st.sampled_from([BERLIN, NEW_YORK, TOKYO]),
)
def test_times_are_those_of_a_slow_clock(day: date, minutes: int, zone: ZoneInfo, sleeper: ZoneInfo) -> None:
    """Minute by minute, in the days around each change, on the clinic's clock and in the sleep of others."""
    clocks = Clocks(zone, frozenset({sleeper}), USUAL_QUIET)
    assert clocks.at(day, minutes, sleeper) == slow_awake(slow_due(minutes, day, zone), sleeper)


@given(
    days=st.frozensets(st.sampled_from(Weekday), min_size=1),
    minutes=st.integers(0, 1439),
    start=near_a_change,
    own=st.booleans(),
    looks=st.lists(st.integers(1, 60 * 24 * 9), min_size=1, max_size=12),
)
def test_every_date_is_either_sent_once_or_missed_once(
    days: frozenset[Weekday], minutes: int, start: date, own: bool, looks: list[int]
) -> None:
    """However seldom anybody looks: none is lost, none comes twice, and none goes out six hours late or more."""
    clocks = on(BERLIN, NEW_YORK, quiet=USUAL_QUIET, own=own)
    now = datetime(start.year, start.month, start.day, tzinfo=UTC)
    one = reminder(*days, at=minutes).scheduled(now, clocks)
    assert one.day
    expected, handled = one.day, list[date]()
    for pause in looks:
        now += timedelta(minutes=pause)
        if one.due and one.due <= now:
            turn = turn_of(one, now, clocks)
            handled += [*turn.missed, *([turn.day] if turn.day else [])]
            assert turn.day is None or now - clocks.last(turn.day, minutes) < 6 * HOUR
            one = turn.then
    passed = []
    for day in one.dates(expected):
        if clocks.first(day, minutes) > now:
            break
        passed.append(day)
    assert handled == passed
