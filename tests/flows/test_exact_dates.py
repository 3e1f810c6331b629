"""The clocks' changes, nights and the order of rules, with exact figures, as a person reads them in the chat."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.sandbox import Person
from tests.phone import dated, day_lines, keep_dates, save, say, tap, type_week, week_of, zoned
from tests.rota import Rota, running

pytestmark = pytest.mark.asyncio(loop_scope="session")


@dataclass(frozen=True)
class Change:
    """Hours on a date: how long they last, what the reception in UTC sees of them, and what the doctor is told."""

    city: str
    typed: str
    day: date
    total: str
    in_utc: str | None
    note: str | None = None


SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)
CHANGES = {
    "New York, the day": Change("new york", "sun 13-18", date(2026, 3, 8), "5 h", "17:00–22:00"),
    "New York, a week before": Change("new york", "sun 13-18", date(2026, 3, 1), "5 h", "18:00–23:00"),
    "Berlin, into the gap's end": Change("berlin", "sun 2:30-3:30", SPRING, "30 min", "01:00–01:30", "last 30 min"),
    "Berlin, into the gap": Change("berlin", "sun 1:30-2:30", SPRING, "30 min", "00:30–01:00", "last 30 min"),
    "Berlin, the gap": Change("berlin", "sun 2-3", SPRING, "0 min", None, "do not happen"),
    "Berlin, into the fold": Change("berlin", "sun 1:30-2:30", AUTUMN, "1 h", "23:30–00:30 (-1)"),
    "Berlin, the fold": Change("berlin", "sun 2-3", AUTUMN, "2 h", "00:00–02:00", "last 2 h"),
    "Berlin, a night in spring": Change("berlin", "sat 22-6", SPRING, "7 h", "21:00–04:00 (+1)", "last 7 h"),
    "Berlin, a night in autumn": Change("berlin", "sat 22-6", AUTUMN, "9 h", "20:00–05:00 (+1)", "last 9 h"),
    "Cairo, a whole day": Change("cairo", "fri 0-24", date(2026, 4, 24), "23 h", "22:00–21:00 (-1)", "last 23 h"),
}


@pytest.mark.parametrize("name", CHANGES)
async def test_hours_over_a_clock_change(timed: Rota, name: str) -> None:
    """The total and the note are the doctor's; the instants are what the reception reads on a clock in UTC."""
    case = CHANGES[name]
    doctor, rosa = await timed.doctor(), await timed.receptionist()
    await zoned(doctor, case.city)
    await save(doctor, case.typed)
    own = await week_of(doctor, timed.doctor_id(doctor), case.day)
    seen = await week_of(rosa, timed.doctor_id(doctor), case.day)
    notes = [line for line in own.text.splitlines() if "the clocks change" in line]
    assert f"Total: {case.total}\n" in own.text
    assert [line.strip(" .").endswith(str(case.note)) for line in notes] == ([True] if case.note else [])
    assert [line.strip() for line in seen.text.splitlines() if line.strip().startswith("= ")] == [
        *([f"= {case.in_utc}", "= on the clock of UTC"] if case.in_utc else [])
    ]


async def test_a_night_that_is_off_leaves_no_tail(timed: Rota) -> None:
    """Monday from 23:00 to 01:00 switched off takes Tuesday's `until 01:00` with it."""
    doctor = await timed.doctor()
    shown = await save(doctor, "mon 23-1")
    assert day_lines(shown, "Tue  3") == ["until 01:00"]
    await tap(doctor, "✓ Mon", form=shown)
    assert (day_lines(shown, "Mon  2"), day_lines(shown, "Tue  3")) == (["off"], ["off"])


async def test_other_hours_end_the_night_before_and_say_so_before_saving(timed: Rota) -> None:
    """Monday's night ends at 24:00 where Tuesday has other hours; nothing has changed when that is said."""
    doctor = await timed.doctor()
    await save(doctor, "mon 22-6")
    form = await type_week(doctor, "/date 10 mar 10-14")
    assert f"The night of {dated(date(2026, 3, 9))} then ends at 24:00." in form.text
    assert f"{dated(date(2026, 3, 9))}: 22:00–06:00 (+1) → 22:00–24:00" in form.text
    assert f"{dated(date(2026, 3, 10))}: off → 10:00–14:00" in form.text
    assert timed.rows("SELECT * FROM date_overrides WHERE doctor_id = ?", timed.doctor_id(doctor)) == []
    await tap(doctor, "Save", form=form)
    shown = await week_of(doctor, timed.doctor_id(doctor), date(2026, 3, 9))
    assert day_lines(shown, "Mon  9") == ["22:00–24:00 *"]
    assert day_lines(shown, "Tue 10") == ["10:00–14:00 *"]


async def test_today_is_the_doctors_own_date(timed: Rota) -> None:
    """At 02:00 in UTC it is yesterday in New York: what is saved for today stands there, after a restart too."""
    timed.set_clock("2026-03-10 02:00")
    doctor = await timed.doctor()
    await zoned(doctor, "new york")
    await keep_dates(doctor, "off today 22:30-23 call")
    await keep_dates(doctor, "/date today 20-23:30")
    await timed.kill_and_start()
    coming = await type_week(doctor, "/off")
    await tap(doctor, "Coming: 1", form=coming)
    assert coming.labels[0] == f"Off: call, {dated(date(2026, 3, 9))}, 22:30–23:00"
    shown = await say(doctor, "/week")
    assert day_lines(shown, "Mon  9") == ["20:00–22:30 *", "23:00–23:30 *"]
    stored = timed.rows("SELECT day FROM date_overrides WHERE doctor_id = ?", timed.doctor_id(doctor))
    assert stored == [("2026-03-09",)]


KEPT = ("week_plans", "day_availability", "time_ranges", "date_overrides", "override_ranges", "time_off", "doctors")


async def test_loading_and_saving_moves_nothing(tmp_path: Path) -> None:
    """Ten times the same form on a server whose zone is another than the doctor's: the rows stay as they are."""
    async with running(tmp_path, {"TZ": "Pacific/Kiritimati"}, "2026-03-07 23:30") as rota:
        doctor = await rota.doctor()
        await zoned(doctor, "new york")
        await save(doctor, "sat 22-6")
        await keep_dates(doctor, "/date 8 mar 7-9")
        await keep_dates(doctor, "off 9 mar - 11 mar trip")
        before = {name: rota.rows(f"SELECT * FROM {name}") for name in KEPT}  # noqa: S608
        for _ in range(10):
            form = await say(doctor, "/availability")
            await tap(doctor, "Sat", "Next", "Night hours", "22:00", "Next day", "06:00", "Save", "Yes", form=form)
            await resave(doctor, "/date", "Other hours on", "Next", "Save")
            await resave(doctor, "/off", "Off: trip", "Whole days", "Save")
        assert {name: rota.rows(f"SELECT * FROM {name}") for name in KEPT} == before  # noqa: S608


async def resave(doctor: Person, command: str, rule: str, *labels: str) -> None:
    """Open a rule from the list of what is coming and save it as it is."""
    form = await type_week(doctor, command)
    await tap(doctor, "Coming: 1", rule, "Change", *labels, form=form)
    assert "The calendar was like this already." in form.text


RULES = {
    "closure": ("/closed {day} Fiesta", "closed · Fiesta"),
    "time off": ("/off {day} flu", "off · flu"),
    "other hours": ("/date {day} 10-14", "10:00–14:00 *"),
    "weekly hours": ("{weekday} 9-17", "09:00–17:00"),
}
ORDER = list(RULES)
PAIRS = [(over, under) for place, over in enumerate(ORDER) for under in ORDER[place + 1 :]]
BOTH_WAYS = [(over, under, first) for over, under in PAIRS for first in (over, under)]


@pytest.mark.parametrize(("over", "under", "first"), BOTH_WAYS)
async def test_the_order_of_rules(timed: Rota, over: str, under: str, first: str) -> None:
    """Closure, time off, other hours, weekly hours: the first of two decides, whichever was set first."""
    doctor, admin = await timed.doctor(), await timed.claimed()
    day = date(2026, 6, 1) + timedelta(days=BOTH_WAYS.index((over, under, first)))
    for rule in (first, under if first == over else over):
        who = admin if rule == "closure" else doctor
        await keep_dates(who, RULES[rule][0].format(day=day, weekday=f"{day:%a}"))
    shown = await week_of(doctor, timed.doctor_id(doctor), day)
    assert day_lines(shown, f"{day:%a} {day.day:>2}") == [RULES[over][1]]
