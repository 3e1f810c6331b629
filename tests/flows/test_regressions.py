"""The faults of the design that Rota replaces, each at the level of the chat: none may come back."""

from __future__ import annotations

import pytest

from bot.taps.form import Save
from bot.taps.week import ShowWeek, SwitchDay, Undo
from clinic.week import Weekday
from tests.phone import data, handled, review, save, say, table, tap
from tests.rota import DAYS, Rota

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_the_first_week_of_a_doctor_can_be_set(rota: Rota) -> None:
    """A doctor of whom nothing is stored yet saves a week at the first attempt."""
    doctor = await rota.doctor()
    assert rota.week(doctor) == {}
    await save(doctor, "mon-fri 9-17")
    assert rota.week(doctor) == dict.fromkeys(DAYS[:5], "09:00-17:00")


async def test_a_day_set_again_is_replaced_and_not_doubled(rota: Rota) -> None:
    """The second save of a day is neither an error nor a second row."""
    doctor = await rota.doctor()
    await save(doctor, "mon 9-17")
    await save(doctor, "mon 8-12")
    assert rota.week(doctor) == {"Mon": "08:00-12:00"}


async def test_one_bad_day_of_several_saves_none(rota: Rota) -> None:
    """Six good days and a bad one leave the week as it was."""
    doctor = await rota.doctor()
    await save(doctor, "sun 9-10")
    answer = await say(doctor, "mon 9-17; tue 9-17; wed 9-17; thu 9-17; fri 9-17; sat 9-29")
    assert "“9-29”" in answer.text
    assert rota.week(doctor) == {"Sun": "09:00-10:00"}


async def test_the_same_day_twice_in_one_request_is_refused(rota: Rota) -> None:
    """Neither the first nor the last wins in silence."""
    doctor = await rota.doctor()
    assert "that day is named twice" in (await say(doctor, "mon 9-12; mon 13-17")).text
    assert rota.week(doctor) == {}


@pytest.mark.parametrize(
    "text",
    [
        "mon",
        "mon 9",
        "mon -",
        "mon 9--17",
        "mon 9-",
        "mon 9-17-18",
        "mon 99-100",
        "mon 09:00:00-10:00:00",
        "mon: ;",
        "mon;;;",
        ";;; mon 9",
        "mon- 9-17",
        "mon-xyz 9-17",
        '[{"day": "Mon", "start": "09:00"}]',
        "null",
        "mon 9-17 \u0000",
        "mon ٩-١٧-٥",
        "mon <b>9-17",
    ],
)
async def test_malformed_input_is_answered_and_saves_nothing(rota: Rota, text: str) -> None:
    """Whatever is sent gets a sentence; nothing is stored, and nothing breaks."""
    doctor = await rota.doctor()
    answer = await say(doctor, text)
    assert "understand" in answer.text
    assert rota.week(doctor) == {}


async def test_days_are_shown_from_monday_whatever_the_order_of_typing(rota: Rota) -> None:
    """The week's order is the calendar's, not the request's or the alphabet's."""
    doctor = await rota.doctor()
    lines = table(await save(doctor, "sun 9-10; fri 9-10; wed 9-10; mon 9-10; sat 9-10; thu 9-10; tue 9-10"))
    assert [line[:3] for line in lines] == list(DAYS)


async def test_a_night_midnight_two_shifts_and_a_day_off_stand_in_one_week(rota: Rota) -> None:
    """What the old design refused or mangled is stored as it was meant."""
    doctor = await rota.doctor()
    await save(doctor, "thu 9-17")
    await save(doctor, "mon 22-6; tue 18-24; wed 9-13, 15-19; thu off")
    stored = {"Mon": "22:00-30:00", "Tue": "18:00-24:00", "Wed": "09:00-13:00, 15:00-19:00", "Thu": "off 09:00-17:00"}
    assert rota.week(doctor) == stored


@pytest.mark.parametrize("typed", ["mon 09:00+02:00-17:00+02:00", "mon 9-17 UTC", "mon 09:00Z-17:00Z", "mon 9-17 +2"])
async def test_an_offset_is_refused_aloud(rota: Rota, typed: str) -> None:
    """An offset is neither dropped nor converted: hours are on the clinic's clock, and it says so."""
    doctor = await rota.doctor()
    assert "hours are in the clinic's own time" in (await say(doctor, typed)).text
    assert rota.week(doctor) == {}


async def test_nobody_edits_another_doctors_week(rota: Rota) -> None:
    """Forged taps that name another doctor are refused, whoever sends them."""
    ana = await rota.doctor()
    saved = await save(ana, "mon 9-17")
    ana_id = int(data(saved, "✓ Mon").split(":")[1])
    monday = ShowWeek.unpack(data(saved, "▶"))
    assert monday
    forged = (SwitchDay(doctor=ana_id, day=Weekday.MON, on=False, monday=monday.monday), Undo(doctor=ana_id, version=1))
    for other in (await rota.doctor("Ben Adler"), await rota.receptionist(), await rota.claimed()):
        menu = await say(other, "/help")
        for wanted in forged:
            other.press(menu.id, wanted.pack())
        await other.until(lambda someone: len([one for one in someone.toasts if one.alert]) >= 2)
    assert rota.week(ana) == {"Mon": "09:00-17:00"}
    assert len(rota.history(ana)) == 1


async def test_nobody_saves_another_doctors_form(rota: Rota) -> None:
    """A draft belongs to its chat: the same tap on the same message id elsewhere finds nothing to save."""
    ana, ben = await rota.doctor(), await rota.doctor("Ben Adler")
    form = await review(ana)
    ben.press(form.id, Save().pack())
    await handled(ben)
    assert rota.week(ana) == {}
    assert rota.week(ben) == {}


async def test_a_stranger_changes_nothing(rota: Rota) -> None:
    """Whoever was not invited is told whose bot it is, and may neither read nor write."""
    ana = await rota.doctor()
    saved = await save(ana, "mon 9-17")
    stranger = rota.person("Sam Stone")
    assert "ask the clinic's administrator" in (await say(stranger, "mon 9-17")).text
    stranger.press(saved.id, data(saved, "✓ Mon"))
    await stranger.toast("ask the clinic's administrator")
    assert rota.week(ana) == {"Mon": "09:00-17:00"}


async def test_a_toggle_sent_twice_is_not_taken_back(rota: Rota) -> None:
    """Off twice is off: a repeated request does not flip the day on again."""
    doctor = await rota.doctor()
    shown = await save(doctor, "mon 9-17")
    off = data(shown, "✓ Mon")
    for _ in range(2):
        doctor.press(shown.id, off)
        await handled(doctor)
    assert rota.week(doctor) == {"Mon": "off 09:00-17:00"}


async def test_days_can_be_cleared(rota: Rota) -> None:
    """A day that was set can be taken away again, down to an empty week."""
    doctor = await rota.doctor()
    await save(doctor, "mon-tue 9-17")
    form = await save(doctor, "daily clear")
    assert rota.week(doctor) == {}
    assert "No hours yet." in form.text


@pytest.mark.parametrize("name", ["Funday", "m", "t", "s", "mo-nday", "lun", "montag", "8"])
async def test_an_unknown_day_is_refused_by_name(rota: Rota, name: str) -> None:
    """A day that is none of the seven, or that could be two, is not guessed."""
    doctor = await rota.doctor()
    answer = await say(doctor, f"{name} 9-17")
    assert "understand" in answer.text
    assert rota.week(doctor) == {}


async def test_reversed_hours_are_a_question_and_never_saved_as_they_are(rota: Rota) -> None:
    """17 to 9 is a night to be confirmed; whoever did not mean it goes back."""
    doctor = await rota.doctor()
    form = await say(doctor, "mon 17-9")
    await tap(doctor, "Save", form=form)
    assert "from 17:00 until 09:00 on the next day, 16 h" in form.text
    await tap(doctor, "Back", "Cancel", form=form)
    assert rota.week(doctor) == {}


async def test_hours_of_no_length_are_refused(rota: Rota) -> None:
    """From nine to nine is neither nothing nor a whole day."""
    doctor = await rota.doctor()
    assert "a range must end after it starts" in (await say(doctor, "mon 9-9")).text
