"""`/date`: other hours on some dates, picked or typed, and the weeks that are not like the others."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bot.sandbox import Message, Person
from bot.taps.form import PickRepeat
from clinic.plan import Repeat
from tests.phone import data, dated, day_lines, keep_dates, press, save, say, table, tap, type_into, type_week, week_of
from tests.rota import Rota

pytestmark = pytest.mark.asyncio(loop_scope="session")


def overrides(rota: Rota, doctor: Person) -> list[tuple[Any, ...]]:
    return rota.rows(
        "SELECT day, is_on, start, end FROM date_overrides LEFT JOIN override_ranges USING (doctor_id, day)"
        " WHERE doctor_id = ? ORDER BY day, start",
        rota.doctor_id(doctor),
    )


async def test_several_dates_get_the_same_hours(timed: Rota) -> None:
    """Dates are ticked and unticked, then the times of `/availability` follow; a closed day opens too."""
    doctor = await timed.doctor()
    await save(doctor, "mon-fri 9-17")
    form = await tap(doctor, "10", "14", "15", "15✓", "Next", "10:00", "14:00", form=await type_week(doctor, "/date"))
    assert f"{dated(date(2026, 3, 14))}: off → 10:00–14:00" in form.text
    assert overrides(timed, doctor) == []
    await tap(doctor, "Save", form=form)
    assert overrides(timed, doctor) == [("2026-03-10", 1, 600, 840), ("2026-03-14", 1, 600, 840)]


async def test_seven_quick_taps_all_count(timed: Rota) -> None:
    """A week of dates tapped faster than the calendar changes."""
    doctor = await timed.doctor()
    form = await type_week(doctor, "/date")
    for day in range(10, 17):
        doctor.tap(str(day), form.id)
    await tap(doctor, "Next", "Day off", "Save", form=form)
    assert [row[0] for row in overrides(timed, doctor)] == [f"2026-03-{day}" for day in range(10, 17)]


async def test_a_date_can_have_several_ranges(timed: Rota) -> None:
    """`Add hours` is there as in the week."""
    doctor = await timed.doctor()
    form = await tap(doctor, "10", "Next", "09:00", "12:00", "Add hours", form=await type_week(doctor, "/date"))
    await tap(doctor, "15:00", "18:00", "Save", form=form)
    assert [row[2:] for row in overrides(timed, doctor)] == [(540, 720), (900, 1080)]


async def test_a_date_can_be_off(timed: Rota) -> None:
    """`Day off` takes the hours of the date, and the week shows it as not usual."""
    doctor = await timed.doctor()
    await save(doctor, "tue 9-17")
    await tap(doctor, "3", "Next", "Day off", "Save", form=await type_week(doctor, "/date"))
    assert overrides(timed, doctor) == [("2026-03-03", 0, None, None)]
    assert day_lines(await say(doctor, "/week"), "Tue  3") == ["off *"]


async def test_a_typed_date_is_saved_as_meant(timed: Rota) -> None:
    """`5 may 10-14` is asked about and kept, and it takes the place of what was typed for it before."""
    doctor = await timed.doctor()
    await keep_dates(doctor, "5 may 8-9")
    await keep_dates(doctor, "5 may 10-14")
    assert overrides(timed, doctor) == [("2026-05-05", 1, 600, 840)]


async def test_a_night_is_asked_about(timed: Rota) -> None:
    """Hours that end on the next day are saved after a yes alone."""
    doctor = await timed.doctor()
    form = await tap(doctor, "Save", form=await type_week(doctor, "10 mar 22-6"))
    assert "from 22:00 until 06:00 on the next day, 8 h" in form.text
    assert overrides(timed, doctor) == []
    await tap(doctor, "Yes", form=form)
    assert overrides(timed, doctor) == [("2026-03-10", 1, 1320, 1800)]


async def test_a_moved_date_leaves_none_behind(timed: Rota) -> None:
    """Changed to the day after, with its hours."""
    doctor = await timed.doctor()
    await keep_dates(doctor, "10 mar 10-14")
    form = await tap(doctor, "Coming: 1", "Other hours on", "Change", form=await type_week(doctor, "/date"))
    await tap(doctor, "11", "Next", "Save", form=form)
    assert overrides(timed, doctor) == [("2026-03-11", 1, 600, 840)]


async def test_a_removed_date_has_the_weekly_hours_again(timed: Rota) -> None:
    """And with Undo it has its own again."""
    doctor = await timed.doctor()
    await save(doctor, "tue 9-17")
    form = await keep_dates(doctor, "3 mar 10-14")
    await tap(doctor, "What is coming", "Other hours on", "Remove", form=form)
    assert day_lines(await say(doctor, "/week"), "Tue  3") == ["09:00–17:00"]
    await tap(doctor, "↩ Undo", form=form)
    assert day_lines(await say(doctor, "/week"), "Tue  3") == ["10:00–14:00 *"]


async def test_a_night_into_the_next_days_hours_is_refused(timed: Rota) -> None:
    """Nothing is kept of other hours that would overlap the usual ones."""
    doctor = await timed.doctor()
    await save(doctor, "wed 5-12")
    form = await tap(doctor, "Save", form=await type_week(doctor, "10 mar 22-6"))
    doctor.tap("Yes", form.id)
    assert "overlap" in (await doctor.toast("22:00–06:00 (+1)")).text
    assert overrides(timed, doctor) == []


async def test_the_legend_is_there_only_where_it_is_needed(timed: Rota) -> None:
    """A usual week has no legend, one with other hours explains its star; the zone always stands there."""
    doctor = await timed.doctor()
    usual = await save(doctor, "tue 9-17")
    assert "not the usual hours" not in usual.text
    await keep_dates(doctor, "3 mar 10-14")
    shown = await say(doctor, "/week")
    assert "* not the usual hours" in shown.text
    assert all("2–8 Mar 2026 · UTC" in message.text for message in (usual, shown))


@pytest.mark.parametrize("language", ["en", "en-US", "es", "ru"])
async def test_no_line_of_the_table_is_wider_than_a_phone(timed: Rota, language: str) -> None:
    """With the longest reasons, marks and times."""
    doctor = await timed.doctor(language=language)
    for typed in (f"off 3 mar {'long ' * 12}", "3/5/2026 10:35-12:35, 22:45-00:15", "6 mar 22:45-05:30"):
        form = await type_week(doctor, typed)
        for answer in ("sv", "sy"):
            doctor.press(form.id, answer)
        await doctor.until(lambda person: not person.unanswered)
    lines = table(await type_week(doctor, "/week"))
    assert len(lines) >= 7
    assert max(map(len, lines)) <= 32


async def repeated(doctor: Person, typed: str, repeat: Repeat, day: date) -> Message:
    """Type a week and choose in which weeks it holds; return the review."""
    form = await tap(doctor, "▾", form=await type_week(doctor, typed))
    await press(doctor, form, PickRepeat(repeat=repeat, day=day))
    return form


async def test_one_week_alone(timed: Rota) -> None:
    """The review names the week, the weeks around it stay, and one tap brings the usual hours back."""
    doctor = await timed.doctor()
    await save(doctor, "mon 9-17")
    form = await tap(doctor, "▾", "Only the week of 9–15 Mar", form=await type_week(doctor, "mon 10-12"))
    assert "Only the week of 9–15 Mar" in form.text
    await tap(doctor, "Save", form=form)
    assert day_lines(form, "Mon  9") == ["10:00–12:00 *"]
    await tap(doctor, "▶", form=form)
    assert day_lines(form, "Mon 16") == ["09:00–17:00"]
    await tap(doctor, "◀", "Usual hours this week", form=form)
    assert day_lines(form, "Mon  9") == ["09:00–17:00"]


async def test_hours_from_a_date_on_show_the_first_four_dates(timed: Rota) -> None:
    """Until then nothing changes; what they will be stands in the review, and the present ones come back by a tap."""
    doctor = await timed.doctor()
    await save(doctor, "mon 9-17")
    form = await tap(doctor, "▾", "From a date on", "18", form=await type_week(doctor, "mon 10-12"))
    changes = [f"{dated(day)}: 09:00–17:00 → 10:00–12:00" for day in map(date.fromisoformat, MONDAYS)]
    assert form.text.splitlines()[-4:] == changes
    await tap(doctor, "Save", form=form)
    assert day_lines(form, "Mon 16") == ["09:00–17:00"]
    await tap(doctor, "▶", form=form)
    assert day_lines(form, "Mon 23") == ["10:00–12:00"]
    await tap(doctor, "Drop the hours from 18 Mar on", form=form)
    shown = await week_of(doctor, timed.doctor_id(doctor), date(2026, 3, 23))
    assert day_lines(shown, "Mon 23") == ["09:00–17:00"]


MONDAYS = ("2026-03-23", "2026-03-30", "2026-04-06", "2026-04-13")


async def test_two_weeks_take_turns_and_their_anchor_stays(timed: Rota) -> None:
    """Saved again three weeks later, on either of the two weeks, the turns are as they were."""
    doctor = await timed.doctor()
    await save(doctor, "mon 9-17")
    form = await repeated(doctor, "mon 10-12", Repeat.EVERY_OTHER_WEEK, date(2026, 3, 9))
    assert "Every other week, as 9–15 Mar" in form.text
    await tap(doctor, "Save", form=form)
    anchor = plans(timed, doctor)
    timed.set_clock("2026-03-25 09:00")
    for monday in (date(2026, 3, 23), date(2026, 3, 30)):
        form = await repeated(doctor, "tue 8-9", Repeat.EVERY_OTHER_WEEK, monday)
        await tap(doctor, "Save", form=form)
    assert plans(timed, doctor) == anchor
    shown = await week_of(doctor, timed.doctor_id(doctor), date(2026, 3, 23))
    assert day_lines(shown, "Mon 23") == ["10:00–12:00"]
    await tap(doctor, "▶", form=shown)
    assert day_lines(shown, "Mon 30") == ["09:00–17:00"]


def plans(rota: Rota, doctor: Person) -> list[tuple[Any, ...]]:
    return rota.rows(
        "SELECT week_count, anchor FROM week_plans WHERE doctor_id = ? ORDER BY starts", rota.doctor_id(doctor)
    )


async def test_every_week_is_what_a_review_begins_with(timed: Rota) -> None:
    """The choice can be taken back before it is saved."""
    doctor = await timed.doctor()
    form = await type_week(doctor, "mon 9-17")
    assert "Every week ▾" in form.labels
    await tap(doctor, "Every week", "Only the week of 9–15 Mar", "▾", "Every week", "Save", form=form)
    assert timed.week(doctor) == {"Mon": "09:00-17:00"}


async def test_an_expired_repeat_is_not_chosen(timed: Rota) -> None:
    """A week that is over by the time of Save is refused."""
    doctor = await timed.doctor()
    form = await repeated(doctor, "mon 9-17", Repeat.ONE_WEEK, date(2026, 3, 2))
    timed.set_clock("2026-03-09 09:00")
    doctor.tap("Save", form.id)
    assert "is over" in (await doctor.toast("is over")).text
    assert plans(timed, doctor) == []


async def test_a_late_tap_of_another_step_changes_nothing(timed: Rota) -> None:
    """A date tapped on the calendar of before, once the hours are asked for, is not added."""
    doctor = await timed.doctor()
    form = await type_week(doctor, "/date")
    late = data(form, "12")
    await tap(doctor, "10", "Next", form=form)
    doctor.press(form.id, late)
    await type_into(doctor, "9", form)
    await tap(doctor, "10:00", "Save", form=form)
    assert [row[0] for row in overrides(timed, doctor)] == ["2026-03-10"]
