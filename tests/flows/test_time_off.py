"""`/off`: days and hours off, picked on a calendar or typed, listed, changed, removed, undone."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bot.sandbox import Person
from tests.phone import data, dated, handled, keep_dates, save, say, tap, type_into, type_week, week_of
from tests.rota import Rota

pytestmark = pytest.mark.asyncio(loop_scope="session")


def time_off(rota: Rota, doctor: Person) -> list[tuple[Any, ...]]:
    return rota.rows(
        "SELECT first, last, start, end, reason FROM time_off WHERE doctor_id = ? ORDER BY first",
        rota.doctor_id(doctor),
    )


HOLIDAY = ("2026-03-10", "2026-03-12", None, None, "holiday")


async def test_whole_days_are_picked_on_a_calendar(timed: Rota) -> None:
    """First day, last day, whole days, a typed reason, save; nothing is kept before the last tap."""
    doctor = await timed.doctor()
    await save(doctor, "mon-fri 9-17")
    form = await tap(doctor, "10", "12", "Whole days", form=await type_week(doctor, "/off"))
    await type_into(doctor, "holiday", form)
    assert "Off: holiday, 10–12 Mar" in form.text
    assert f"{dated(date(2026, 3, 10))}: 09:00–17:00 → off" in form.text
    assert time_off(timed, doctor) == []
    await tap(doctor, "Save", form=form)
    assert time_off(timed, doctor) == [HOLIDAY]


async def test_hours_of_a_day_are_picked_as_in_the_week(timed: Rota) -> None:
    """`Some hours` leads to the same times, to be tapped or typed."""
    doctor = await timed.doctor()
    form = await tap(doctor, "25", "Some hours", "14:00", form=await type_week(doctor, "/off"))
    await type_into(doctor, "18", form)
    await tap(doctor, "Save", form=form)
    assert time_off(timed, doctor) == [("2026-03-25", "2026-03-25", 840, 1080, "")]


TYPED = {
    "off 24 dec - 2 jan holiday": ("2026-12-24", "2027-01-02", None, None, "holiday"),
    "off tomorrow 14-18": ("2026-03-03", "2026-03-03", 840, 1080, ""),
    "/off 10.3. flu": ("2026-03-10", "2026-03-10", None, None, "flu"),
}


@pytest.mark.parametrize("typed", TYPED)
async def test_typed_time_off_is_saved_as_meant(timed: Rota, typed: str) -> None:
    """Both ends are included; it is asked about first."""
    doctor = await timed.doctor()
    await keep_dates(doctor, typed)
    assert time_off(timed, doctor) == [TYPED[typed]]


async def test_dates_typed_into_the_form_are_time_off_with_their_hours(timed: Rota) -> None:
    """What would be other hours elsewhere is time off where a form asks when one is away."""
    doctor = await timed.doctor()
    form = await type_week(doctor, "/off")
    await type_into(doctor, "10 mar 14-18 dentist", form)
    await tap(doctor, "Save", form=form)
    await type_into(doctor, "11 mar 14-18", form := await type_week(doctor, "/off"))
    await tap(doctor, "Save", form=form)
    assert [row[0] for row in time_off(timed, doctor)] == ["2026-03-10", "2026-03-11"]


async def test_time_off_that_overlaps_becomes_one_and_says_so(timed: Rota) -> None:
    """The later span takes in the earlier, with its reason."""
    doctor = await timed.doctor()
    first = await keep_dates(doctor, "off 10 mar - 12 mar holiday")
    assert "It is one with" not in first.text
    form = await keep_dates(doctor, "off 12 mar - 14 mar")
    assert "It is one with the time off that was there already." in form.text
    assert time_off(timed, doctor) == [("2026-03-10", "2026-03-14", None, None, "holiday")]


async def test_undo_takes_apart_what_became_one(timed: Rota) -> None:
    """The time off of before is back as it was."""
    doctor = await timed.doctor()
    await keep_dates(doctor, "off 10 mar - 12 mar holiday")
    form = await keep_dates(doctor, "off 12 mar - 14 mar")
    await tap(doctor, "↩ Undo", form=form)
    assert "Undone." in form.text
    assert time_off(timed, doctor) == [HOLIDAY]


async def test_the_list_shows_what_is_coming(timed: Rota) -> None:
    """The nearest first; what is over is not there."""
    doctor = await timed.doctor()
    await keep_dates(doctor, "off 20 mar")
    await keep_dates(doctor, "off 10 mar 14-18 dentist")
    await keep_dates(doctor, "off 2 mar flu")
    timed.set_clock("2026-03-03 09:00")
    form = await tap(doctor, "Coming: 2", form=await type_week(doctor, "/off"))
    dentist, away = dated(date(2026, 3, 10)), dated(date(2026, 3, 20))
    assert form.labels[:2] == [f"Off: dentist, {dentist}, 14:00–18:00", f"Off: {away}"]


async def test_time_off_is_changed_from_the_list(timed: Rota) -> None:
    """The form opens on its month with what it says now; the changed one takes its place."""
    doctor = await timed.doctor()
    await keep_dates(doctor, "off 10 apr - 12 apr holiday")
    form = await tap(doctor, "Coming: 1", "Off: holiday", "Change", form=await type_week(doctor, "/off"))
    assert "April 2026" in form.labels
    assert "11✓" in form.labels
    await tap(doctor, "16", "Whole days", "Save", form=form)
    assert time_off(timed, doctor) == [("2026-04-10", "2026-04-16", None, None, "holiday")]


async def test_time_off_is_removed_and_brought_back(timed: Rota) -> None:
    """One tap removes it, and Undo below brings it back."""
    doctor = await timed.doctor()
    form = await keep_dates(doctor, "off 10 mar - 12 mar holiday")
    await tap(doctor, "What is coming", "Off: holiday", "Remove", form=form)
    assert "Removed." in form.text
    assert time_off(timed, doctor) == []
    await tap(doctor, "↩ Undo", form=form)
    assert time_off(timed, doctor) == [HOLIDAY]


async def test_an_old_list_says_what_is_gone(timed: Rota) -> None:
    """Change and Remove of time off that was removed elsewhere change nothing, and say so."""
    doctor = await timed.doctor()
    form = await keep_dates(doctor, "off 10 mar holiday")
    await tap(doctor, "What is coming", "Off: holiday", form=form)
    late = [data(form, "Change"), data(form, "Remove")]
    await tap(doctor, "Remove", form=form)
    for each in late:
        doctor.press(form.id, each)
    await handled(doctor)
    assert [toast.text for toast in doctor.toasts] == ["That is no longer in the calendar. Open the list again."] * 2


async def test_a_change_of_what_was_removed_meanwhile_saves_nothing(timed: Rota) -> None:
    """Two phones, one removes what the other changes."""
    doctor = await timed.doctor()
    await keep_dates(doctor, "off 10 mar holiday")
    one = await tap(doctor, "Coming: 1", "Off: holiday", "Change", form=await type_week(doctor, "/off"))
    other = await tap(doctor, "Coming: 1", "Off: holiday", "Remove", form=await type_week(doctor, "/off"))
    assert "Removed." in other.text
    await tap(doctor, "12", "Whole days", form=one)
    doctor.tap("Save", one.id)
    assert (await doctor.toast("That is no longer in the calendar.")).alert
    assert time_off(timed, doctor) == []


async def test_two_forms_do_not_share_their_dates(timed: Rota) -> None:
    """Each message has a form of its own."""
    doctor = await timed.doctor()
    one, other = await type_week(doctor, "/off"), await type_week(doctor, "/off")
    await tap(doctor, "10", form=one)
    await tap(doctor, "20", form=other)
    await tap(doctor, "Whole day", "Save", form=one)
    assert [row[0] for row in time_off(timed, doctor)] == ["2026-03-10"]


async def test_save_tapped_twice_saves_once(timed: Rota) -> None:
    """The second tap shows what is coming, with the one that was saved."""
    doctor = await timed.doctor()
    form = await type_week(doctor, "off 10 mar - 12 mar holiday")
    doctor.tap("Save", form.id)
    doctor.tap("Save", form.id)
    await handled(doctor)
    assert time_off(timed, doctor) == [HOLIDAY]
    assert "Time off" in form.text


async def test_cancel_changes_nothing(timed: Rota) -> None:
    """A form that is cancelled stays so, whatever is tapped late."""
    doctor = await timed.doctor()
    form = await type_week(doctor, "off 10 mar - 12 mar holiday")
    late = data(form, "Save")
    await tap(doctor, "Cancel", form=form)
    doctor.press(form.id, late)
    await handled(doctor)
    assert form.text == "Cancelled. The calendar is as it was."
    assert time_off(timed, doctor) == []


async def test_past_days_and_blanks_do_nothing(timed: Rota) -> None:
    """A dot, a blank, a weekday's name, the month: the spinner stops, and the form stays as it is."""
    timed.set_clock("2026-03-05 09:00")
    doctor = await timed.doctor()
    form = await type_week(doctor, "/off")
    before = str(form)
    assert form.labels.count("·") == 3
    for label in ("·", "\u2800", "Mo", "March 2026"):
        doctor.press(form.id, next(one.data for row in form.keyboard for one in row if one.text == label) or "")
    await doctor.until(lambda person: not person.unanswered)
    await handled(doctor)
    assert (str(form), doctor.toasts) == (before, [])


@pytest.mark.parametrize(("language", "monday"), [("en", "Mo"), ("en-US", "Su"), ("ru", "Пн")])
async def test_weeks_begin_as_in_the_persons_country(timed: Rota, language: str, monday: str) -> None:
    """The first column is the locale's first day."""
    doctor = await timed.doctor(language=language)
    form = await type_week(doctor, "/off")
    assert form.keyboard[1][0].text == monday


async def test_a_calendar_marks_what_is_off_already(timed: Rota) -> None:
    """✕ is off, * has other hours."""
    doctor = await timed.doctor()
    await keep_dates(doctor, "off 10 mar")
    await keep_dates(doctor, "off 11 mar 10-12")
    await keep_dates(doctor, "/date 12 mar 10-12")
    form = await type_week(doctor, "/off")
    assert {"9", "10✕", "11*", "12*", "13"} <= set(form.labels)


async def test_the_week_says_why_a_day_is_off(timed: Rota) -> None:
    """With its reason in the table, and with its rule under `Why?`."""
    doctor, rosa = await timed.doctor(), await timed.receptionist()
    await save(doctor, "mon-fri 9-17")
    await keep_dates(doctor, "off 3 mar - 4 mar holiday")
    shown = await say(doctor, "/week")
    assert shown.text.count("off · holiday") == 2
    await tap(doctor, "Why?", form=shown)
    assert "Off: holiday, 3–4 Mar, set by you on 2 Mar\nWeekly hours, set by you on 2 Mar" in shown.text
    seen = await week_of(rosa, timed.doctor_id(doctor), date(2026, 3, 3))
    await tap(rosa, "Why?", form=seen)
    assert "Off: holiday, 3–4 Mar, set by Ana Ruiz on 2 Mar" in seen.text


async def test_an_expired_form_says_so(timed: Rota) -> None:
    """A date, the last date, how to go on, and Save, tapped on a form that is gone: nothing changes."""
    doctor = await timed.doctor()
    for late, *before in (["10"], ["Whole day", "10"], ["Back", "10"], ["Save", "10", "Whole day"]):
        form = await type_week(doctor, "/off")
        if before:
            await tap(doctor, *before, form=form)
        await handled(doctor)
        timed.rows("DELETE FROM drafts WHERE chat_id = ?", doctor.user_id)
        await tap(doctor, late, form=form)
        assert form.text == "This form was too old and is closed. Nothing was changed. Please begin again."
    assert time_off(timed, doctor) == []
