"""A doctor sets a week from a phone: days, review, save."""

from __future__ import annotations

import pytest

from tests.phone import data, handled, review, save, say, tap
from tests.rota import DAYS, Rota

pytestmark = pytest.mark.asyncio(loop_scope="session")

NINE_TO_FIVE = dict.fromkeys(DAYS[:5], "09:00-17:00")


async def test_monday_to_friday_nine_to_five_is_five_taps(rota: Rota) -> None:
    """Mon–Fri, Next, 09:00, 17:00, Save: and the week is shown as saved."""
    doctor = await rota.doctor()
    doctor.say("/availability")
    for label, shown in (("Mon–Fri", "✓ Mon"), ("Next", "From what time"), ("09:00", "17:00 · 8h")):
        await doctor.sees("Which days" if label == "Mon–Fri" else label)
        doctor.tap(label)
        await doctor.sees(shown)
    doctor.tap("17:00")
    await doctor.sees("Is this right?")
    doctor.tap("Save")
    saved = await doctor.sees("Saved.")
    assert saved.text.count("09:00–17:00") == 5
    assert "Total: 40 h" in saved.text
    assert rota.week(doctor) == NINE_TO_FIVE


async def test_all_steps_stay_in_one_message(rota: Rota) -> None:
    """The form is edited in place from the first question to the saved week: the chat does not fill up."""
    doctor = await rota.doctor()
    form = await review(doctor)
    await tap(doctor, "Save", form=form)
    assert doctor.last.id == form.id
    assert [one.from_bot for one in doctor.messages[-2:]] == [False, True]


async def test_the_menu_leads_to_the_form(rota: Rota) -> None:
    """`Set my hours` opens the days in place of the menu."""
    doctor = await rota.doctor()
    menu = await tap(doctor, "Set my hours")
    assert "Which days?" in menu.text


async def test_seven_quick_taps_on_seven_days_all_count(rota: Rota) -> None:
    """Seven days tapped before the first answer has come are seven days ticked."""
    doctor = await rota.doctor()
    form = await say(doctor, "/availability")
    for day in DAYS:
        doctor.tap(f"{day} · off", form.id)
    await doctor.until(lambda _: sum(label.startswith("✓") for label in form.labels) == 7)


async def test_next_tapped_right_after_the_days_takes_them_all(rota: Rota) -> None:
    """Three days and Next, all sent at once, ask for the hours of the three days."""
    doctor = await rota.doctor()
    form = await say(doctor, "/availability")
    go_on = data(await tap(doctor, "Mon · off", form=form), "Next")
    for day in DAYS[1:3]:
        doctor.tap(f"{day} · off", form.id)
    doctor.press(form.id, go_on)
    await doctor.sees("Mon–Wed\nFrom what time?")


async def test_a_day_tapped_twice_is_ticked_once(rota: Rota) -> None:
    """A double tap asks for the same thing twice and does not untick the day."""
    doctor = await rota.doctor()
    form = await say(doctor, "/availability")
    doctor.tap("Tue · off", form.id)
    doctor.tap("Tue · off", form.id)
    await handled(doctor)
    assert "✓ Tue · off" in form.labels


async def test_a_ticked_day_is_unticked_by_another_tap(rota: Rota) -> None:
    """A tap on a day that shows its tick takes it away again."""
    doctor = await rota.doctor()
    form = await say(doctor, "/availability")
    await tap(doctor, "Tue · off", "✓ Tue · off", form=form)
    assert "Tue · off" in form.labels


@pytest.mark.parametrize(("shortcut", "ticked"), [("Mon–Fri", 5), ("All", 7), ("Clear", 0)])
async def test_a_shortcut_ticks_exactly_its_days(rota: Rota, shortcut: str, ticked: int) -> None:
    """A shortcut replaces what was ticked before."""
    doctor = await rota.doctor()
    form = await say(doctor, "/availability")
    await tap(doctor, "Sun · off", shortcut, form=form)
    assert sum(label.startswith("✓") for label in form.labels) == ticked


async def test_next_is_there_only_with_days(rota: Rota) -> None:
    """Next comes with the first day and goes with the last."""
    doctor = await rota.doctor()
    form = await say(doctor, "/availability")
    assert "Next" not in form.labels
    await tap(doctor, "Sat · off", form=form)
    assert "Next" in form.labels
    await tap(doctor, "✓ Sat · off", form=form)
    assert "Next" not in form.labels


async def test_the_hours_that_a_day_has_stand_beside_it(rota: Rota) -> None:
    """The days show their present hours, kept ones in brackets."""
    doctor = await rota.doctor()
    await save(doctor, "mon 9-13, 15-19; tue 22-6")
    await tap(doctor, "✓ Tue")
    form = await say(doctor, "/availability")
    shown = ["Mon · 09:00–13:00, 15:00–19:00", "Tue · off (22:00–06:00 (+1))", "Wed · off"]
    assert form.labels[:3] == shown


async def test_the_review_shows_before_and_after(rota: Rota) -> None:
    """Days with the same change stand together, each with what it was."""
    doctor = await rota.doctor()
    await save(doctor, "tue 8-12")
    form = await review(doctor, "Mon–Fri", "09:00", "17:00")
    assert "Mon, Wed–Fri  09:00–17:00\nuntil now off" in form.text
    assert "Tue  09:00–17:00\nuntil now 08:00–12:00" in form.text
    assert "Nothing is saved yet" in form.text


async def test_nothing_is_stored_before_save(rota: Rota) -> None:
    """A form at its review has changed nothing."""
    doctor = await rota.doctor()
    await review(doctor)
    assert rota.week(doctor) == {}


async def test_a_saved_day_replaces_the_hours_that_it_had(rota: Rota) -> None:
    """New hours take the place of a day's old ones; days that were not picked stay."""
    doctor = await rota.doctor()
    await save(doctor, "mon 8-12, 14-18; tue 8-12")
    form = await review(doctor, "Mon · 08:00–12:00, 14:00–18:00", "09:00", "10:00")
    await tap(doctor, "Save", form=form)
    assert rota.week(doctor) == {"Mon": "09:00-10:00", "Tue": "08:00-12:00"}


async def test_an_unchanged_week_says_so(rota: Rota) -> None:
    """Saving what is there already is told as that, and makes no line of history."""
    doctor = await rota.doctor()
    await save(doctor, "mon-fri 9-17")
    form = await review(doctor)
    assert "as it is now" in form.text
    await tap(doctor, "Save", form=form)
    assert "The week was like this already." in form.text
    assert rota.history(doctor) == [(1, None)]


async def test_a_day_off_keeps_its_hours(rota: Rota) -> None:
    """`Day off` switches the days off; their hours come back with a tap."""
    doctor = await rota.doctor()
    await save(doctor, "mon-tue 9-17")
    form = await say(doctor, "/availability")
    await tap(doctor, "Mon · 09:00–17:00", "Next", "Day off", form=form)
    assert "Mon  off (09:00–17:00)" in form.text
    await tap(doctor, "Save", form=form)
    assert rota.week(doctor) == {"Mon": "off 09:00-17:00", "Tue": "09:00-17:00"}
    await tap(doctor, "✕ Mon", form=form)
    assert rota.week(doctor) == {"Mon": "09:00-17:00", "Tue": "09:00-17:00"}


async def test_clear_hours_removes_them(rota: Rota) -> None:
    """`Clear hours` leaves nothing to be switched on again."""
    doctor = await rota.doctor()
    await save(doctor, "mon-tue 9-17")
    form = await say(doctor, "/availability")
    await tap(doctor, "Mon · 09:00–17:00", "Next", "Clear hours", "Save", form=form)
    assert rota.week(doctor) == {"Tue": "09:00-17:00"}
    doctor.tap("✕ Mon", form.id)
    assert (await doctor.toast("Monday has no hours yet")).alert


WALK = ("Mon–Fri", "Next", "22:00", "Next day (+1)", "06:00 (+1)", "Save")
STEPS = {"days": 1, "from": 2, "to": 4, "review": 5, "night": 6}


@pytest.mark.parametrize("step", STEPS)
async def test_cancel_changes_nothing(rota: Rota, step: str) -> None:
    """Cancel stands at every step, ends the form, and leaves the hours as they were."""
    doctor = await rota.doctor()
    form = await say(doctor, "/availability")
    for label in WALK[: STEPS[step]]:
        await tap(doctor, *(["Night hours"] if label == "22:00" else []), label, form=form)
    await tap(doctor, "Cancel", form=form)
    assert form.text == "Cancelled. The hours are as they were."
    assert rota.week(doctor) == {}


async def test_a_cancelled_form_stays_cancelled(rota: Rota) -> None:
    """A Save that comes after Cancel, tapped in haste, saves nothing."""
    doctor = await rota.doctor()
    form = await review(doctor)
    late = data(form, "Save")
    await tap(doctor, "Cancel", form=form)
    doctor.press(form.id, late)
    await handled(doctor)
    assert form.text == "Cancelled. The hours are as they were."
    assert rota.week(doctor) == {}


async def test_a_cancelled_form_can_be_begun_again(rota: Rota) -> None:
    """`Change hours` below the cancelled form opens it at the days."""
    doctor = await rota.doctor()
    form = await say(doctor, "/availability")
    await tap(doctor, "Mon–Fri", "Cancel", "Change hours", form=form)
    assert "Which days?" in form.text
    assert not any(label.startswith("✓") for label in form.labels)
