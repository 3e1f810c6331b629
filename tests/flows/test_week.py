"""The saved week: its table, switches, undo, other weeks, and other people's."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.taps.week import ShowWeek, Undo
from tests.phone import data, handled, save, say, table, tap, type_week
from tests.rota import Rota

pytestmark = pytest.mark.asyncio(loop_scope="session")

MADRID = ZoneInfo("Europe/Madrid")


def clock_change(month: int) -> date:
    """Return the Sunday of next year on which Madrid's clocks change in March or in October."""
    last = date(datetime.now(MADRID).year + 1, month, 31)
    return last - timedelta(days=(last.weekday() + 1) % 7)


async def test_a_switched_off_day_gets_its_hours_back(rota: Rota) -> None:
    """Off and on again by two taps: the hours are the ones from before."""
    doctor = await rota.doctor()
    shown = await save(doctor, "mon 9-13, 15-19; tue 8-14")
    await tap(doctor, "✓ Mon", form=shown)
    assert rota.week(doctor) == {"Mon": "off 09:00-13:00, 15:00-19:00", "Tue": "08:00-14:00"}
    assert "Total: 6 h" in shown.text
    await tap(doctor, "✕ Mon", form=shown)
    assert rota.week(doctor) == {"Mon": "09:00-13:00, 15:00-19:00", "Tue": "08:00-14:00"}


async def test_a_switch_tapped_twice_switches_once(rota: Rota) -> None:
    """A switch carries its target: the second tap of a double tap changes nothing."""
    doctor = await rota.doctor()
    shown = await save(doctor, "mon 9-17")
    off = data(shown, "✓ Mon")
    doctor.press(shown.id, off)
    doctor.press(shown.id, off)
    await handled(doctor)
    assert rota.week(doctor) == {"Mon": "off 09:00-17:00"}
    assert len(rota.history(doctor)) == 2


async def test_a_switch_says_what_it_has_done(rota: Rota) -> None:
    """The day's name in full, in a line that passes."""
    doctor = await rota.doctor()
    shown = await save(doctor, "mon 9-17")
    await tap(doctor, "✓ Mon", form=shown)
    assert not (await doctor.toast("Monday is off")).alert
    await tap(doctor, "✕ Mon", form=shown)
    await doctor.toast("Monday is on")


async def test_a_day_cannot_be_switched_on_into_a_neighbours_night(rota: Rota) -> None:
    """A kept morning that a new night now covers is refused, and the day stays off."""
    doctor = await rota.doctor()
    shown = await save(doctor, "tue 5-12")
    await tap(doctor, "✓ Tue", form=shown)
    shown = await save(doctor, "mon 22-6")
    doctor.tap("✕ Tue", shown.id)
    assert (await doctor.toast("Mon 22:00–06:00 (+1) and Tue 05:00–12:00 overlap.")).alert
    assert rota.week(doctor)["Tue"] == "off 05:00-12:00"


async def test_toggle_shows_the_switches(rota: Rota) -> None:
    """`/toggle` shows the week with a switch a day and says what they do."""
    doctor = await rota.doctor()
    await save(doctor, "mon-fri 9-17")
    shown = await say(doctor, "/toggle")
    assert "Its hours are kept." in shown.text
    assert shown.labels[:7] == ["✓ Mon", "✓ Tue", "✓ Wed", "✓ Thu", "✓ Fri", "✕ Sat", "✕ Sun"]
    await tap(doctor, "✓ Fri", form=shown)
    assert rota.week(doctor)["Fri"] == "off 09:00-17:00"


async def test_a_week_without_hours_has_no_switches(rota: Rota) -> None:
    """Before the first week is set there is nothing to switch, but the way to set it."""
    doctor = await rota.doctor()
    shown = await say(doctor, "/toggle")
    assert "No hours yet." in shown.text
    assert shown.labels == ["Change hours", "◀", "Why?", "▶", "Copy", "Picture", "Calendar file", "☰ Menu"]


async def test_undo_brings_the_week_back_as_it_was(rota: Rota) -> None:
    """The week before the last save comes back, with the days that were off."""
    doctor = await rota.doctor()
    shown = await save(doctor, "mon-fri 9-17")
    await tap(doctor, "✓ Mon", form=shown)
    before = rota.week(doctor)
    shown = await save(doctor, "daily 10-11")
    await tap(doctor, "↩ Undo", form=shown)
    assert "Undone. This is the week as before." in shown.text
    assert rota.week(doctor) == before


async def test_undo_is_offered_once_a_save(rota: Rota) -> None:
    """After an undo there is nothing to undo until the next save."""
    doctor = await rota.doctor()
    shown = await save(doctor, "mon 9-17")
    await tap(doctor, "↩ Undo", form=shown)
    assert "↩ Undo" not in shown.labels
    assert "↩ Undo" not in (await say(doctor, "/week")).labels
    assert "↩ Undo" in (await save(doctor, "tue 9-17")).labels


async def test_undo_tapped_twice_is_done_once(rota: Rota) -> None:
    """The second tap of a double tap finds it done and says the same."""
    doctor = await rota.doctor()
    await save(doctor, "mon 9-17")
    shown = await save(doctor, "mon 10-12")
    back = data(shown, "↩ Undo")
    doctor.press(shown.id, back)
    doctor.press(shown.id, back)
    await handled(doctor)
    assert rota.week(doctor) == {"Mon": "09:00-17:00"}
    assert rota.history(doctor) == [(1, None), (2, None), (3, 2)]
    assert doctor.toasts == []


async def test_undo_after_another_change_is_refused(rota: Rota) -> None:
    """An old message's Undo does not take back what came after it."""
    doctor = await rota.doctor()
    older = await save(doctor, "mon 9-17")
    await save(doctor, "tue 9-17")
    doctor.tap("↩ Undo", older.id)
    assert (await doctor.toast("The week has changed since, so this was not undone.")).alert
    assert rota.week(doctor) == {"Mon": "09:00-17:00", "Tue": "09:00-17:00"}


async def test_a_forged_undo_of_nothing_is_refused(rota: Rota) -> None:
    """A week that was never saved has nothing to undo."""
    doctor = await rota.doctor()
    shown = await say(doctor, "/week")
    doctor.press(shown.id, Undo(doctor=rota.doctor_id(doctor), version=1).pack())
    assert (await doctor.toast("")).alert
    assert rota.history(doctor) == []


async def test_save_tapped_twice_saves_once(rota: Rota) -> None:
    """A double tap on Save is one change, and both taps are answered with the saved week."""
    doctor = await rota.doctor()
    form = await type_week(doctor, "mon 9-17")
    doctor.tap("Save", form.id)
    doctor.tap("Save", form.id)
    await handled(doctor)
    assert rota.history(doctor) == [(1, None)]
    assert "Saved." in form.text
    assert not doctor.unanswered


async def test_a_save_that_telegram_delivers_twice_saves_once(rota: Rota) -> None:
    """The same update once more, though another week was saved between, brings nothing old back."""
    doctor = await rota.doctor()
    form = await say(doctor, "mon 9-17")
    await tap(doctor, "Save", form=form)
    (delivered,) = (
        number
        for number, update in rota.stand_in._ledger.updates._recent.items()
        if update.get("callback_query", {}).get("from", {}).get("id") == doctor.user_id
    )
    await save(doctor, "mon 10-12")
    rota.stand_in.redeliver(delivered)
    await handled(doctor)
    assert rota.history(doctor) == [(1, None), (2, None)]
    assert rota.week(doctor) == {"Mon": "10:00-12:00"}
    assert "10:00–12:00" in form.text


async def test_the_arrows_walk_weeks(rota: Rota) -> None:
    """Forward, back, and `This week` wherever it is another."""
    doctor = await rota.doctor()
    shown = await save(doctor, "mon 9-17")
    first = shown.text.split("\n")[3]
    assert "This week" not in shown.labels
    await tap(doctor, "▶", form=shown)
    second = shown.text.split("\n")[1]
    await tap(doctor, "▶", form=shown)
    third = shown.text.split("\n")[1]
    assert len({first, second, third}) == 3
    await tap(doctor, "◀", form=shown)
    assert shown.text.split("\n")[1] == second
    await tap(doctor, "This week", form=shown)
    assert shown.text.split("\n")[1] == first


async def test_a_switch_in_another_week_stays_in_that_week(rota: Rota) -> None:
    """Whoever looks at next week and switches a day still looks at next week."""
    doctor = await rota.doctor()
    shown = await save(doctor, "mon 9-17")
    await tap(doctor, "▶", form=shown)
    dates = shown.text.split("\n")[1]
    await tap(doctor, "✓ Mon", form=shown)
    assert shown.text.split("\n")[1] == dates


@pytest.mark.parametrize("monday", [date(1, 1, 1), date(9999, 12, 31)])
async def test_a_date_that_nobody_plans_shows_the_present_week(rota: Rota, monday: date) -> None:
    """A forged week at the end of time is no error."""
    doctor = await rota.doctor()
    shown = await save(doctor, "mon 9-17")
    present = shown.text.split("\n")[3]
    doctor.press(shown.id, ShowWeek(doctor=rota.doctor_id(doctor), monday=monday).pack())
    await doctor.until(lambda _: "Saved." not in shown.text)
    assert shown.text.split("\n")[1] == present


async def test_a_night_is_shown_on_the_day_after_too(rota: Rota) -> None:
    """The tail stands on the next day, above that day's own hours."""
    doctor = await rota.doctor()
    lines = table(await save(doctor, "mon 22-6; tue 9-12"))
    assert [line[8:] for line in lines[:3]] == ["22:00–06:00 (+1)", "until 06:00", "09:00–12:00"]


async def test_sundays_night_is_shown_on_monday(rota: Rota) -> None:
    """The week's end meets its beginning."""
    doctor = await rota.doctor()
    lines = table(await save(doctor, "sun 22-6"))
    assert lines[0].startswith("Mon")
    assert lines[0].endswith("until 06:00")


async def test_a_night_of_a_day_that_is_off_has_no_tail(rota: Rota) -> None:
    """Switched off, the night is gone from the next day as well."""
    doctor = await rota.doctor()
    shown = await save(doctor, "mon 22-6")
    await tap(doctor, "✓ Mon", form=shown)
    assert "until" not in shown.text


@pytest.mark.parametrize("language", ["en", "en-US", "es", "ru"])
async def test_no_line_of_the_table_is_wider_than_a_phone(rota: Rota, language: str) -> None:
    """At most 32 characters, with the longest times that a clock shows."""
    doctor = await rota.doctor(language=language)
    form = await say(doctor, "daily 12:30-13:35, 22:45-00:15")
    doctor.press(form.id, "sv")
    doctor.press(form.id, "sy")
    await doctor.until(lambda _: any(entity.type == "pre" for entity in form.entities))
    lines = table(form)
    assert len(lines) == 21
    assert max(map(len, lines)) <= 32


@pytest.mark.parametrize(
    ("typed", "month", "total"),
    [("sun 0-24", 3, "23 h"), ("sun 0-24", 10, "25 h"), ("sat 22-6", 3, "7 h"), ("mon-fri 9-17", 3, "40 h")],
)
async def test_the_total_counts_real_hours_where_clocks_change(rota: Rota, typed: str, month: int, total: str) -> None:
    """In Madrid an hour is missing in March and comes twice in October."""
    doctor = await rota.doctor()
    shown = await save(doctor, typed)
    doctor.press(shown.id, ShowWeek(doctor=rota.doctor_id(doctor), monday=clock_change(month)).pack())
    await doctor.until(lambda _: "Saved." not in shown.text)
    assert f"Total: {total}\n" in shown.text
