"""A doctor types a whole week in one line, wherever in the chat."""

from __future__ import annotations

import pytest

from bot.taps.form import Back, Step
from tests.phone import handled, review, save, say, tap, type_into, type_week
from tests.rota import DAYS, Rota

pytestmark = pytest.mark.asyncio(loop_scope="session")

SPLIT = "09:00-13:00, 15:00-19:00"
MON_TO_THU = dict.fromkeys(DAYS[:4], SPLIT)
WORKING_DAYS = dict.fromkeys(DAYS[:5], "09:00-17:00")

UNDERSTOOD = {
    "mon-thu 9-13, 15-19; fri 8-14; sat off": {**MON_TO_THU, "Fri": "08:00-14:00"},
    "weekdays 9-17": WORKING_DAYS,
    "weekend 10-12": dict.fromkeys(DAYS[5:], "10:00-12:00"),
    "daily 0-24": dict.fromkeys(DAYS, "00:00-24:00"),
    "every day 8-9": dict.fromkeys(DAYS, "08:00-09:00"),
    "Monday 9-17, TUESDAY 9-17": dict.fromkeys(DAYS[:2], "09:00-17:00"),
    "monday to friday 9am to 5pm": WORKING_DAYS,
    "mon, wed 0915-10.45\nfri 14:00–15:00": {**dict.fromkeys(("Mon", "Wed"), "09:15-10:45"), "Fri": "14:00-15:00"},
    "fri-mon 9-10": dict.fromkeys(("Mon", "Fri", "Sat", "Sun"), "09:00-10:00"),
    "sat 22-6": {"Sat": "22:00-30:00"},
    "mon-fri from 9 to 17": WORKING_DAYS,
    "mon and tue 9-17; sun - off": dict.fromkeys(DAYS[:2], "09:00-17:00"),
}


@pytest.mark.parametrize("typed", UNDERSTOOD)
async def test_a_typed_week_is_saved_as_meant(rota: Rota, typed: str) -> None:
    """What people write is shown for review, saved with a tap, and stored."""
    doctor = await rota.doctor()
    await save(doctor, typed)
    assert rota.week(doctor) == UNDERSTOOD[typed]


@pytest.mark.parametrize(
    ("language", "typed"),
    [
        ("es", "lun-jue 9-13, 15-19; vie 8-14"),
        ("es", "lunes-jueves 9-13, 15-19; viernes 8-14"),
        ("es-MX", "lunes a jueves 9-13, 15-19; VIERNES 8-14"),
        ("ru", "пн-чт 9-13, 15-19; пт 8-14"),
        ("ru", "понедельник-четверг 9-13, 15-19; пятница 8-14"),
        ("es", "mon-thu 9-13, 15-19; fri 8-14"),
        ("ru", "mon-thu 9-13, 15-19; fri 8-14"),
    ],
)
async def test_days_are_understood_in_the_persons_language_and_in_english(
    rota: Rota, language: str, typed: str
) -> None:
    """Day names are those of the person's language, short or in full, and English always."""
    doctor = await rota.doctor(language=language)
    form = await say(doctor, typed)
    doctor.press(form.id, "sv")
    await doctor.until(lambda _: any(entity.type == "pre" for entity in form.entities))
    assert rota.week(doctor) == {**MON_TO_THU, "Fri": "08:00-14:00"}


async def test_accents_of_day_names_may_be_left_out(rota: Rota) -> None:
    """`mie` and `sab` are what is typed on a phone for mié and sáb."""
    doctor = await rota.doctor(language="es")
    form = await say(doctor, "mie 9-13; sabado 10-12")
    doctor.press(form.id, "sv")
    await doctor.until(lambda _: any(entity.type == "pre" for entity in form.entities))
    assert rota.week(doctor) == {"Wed": "09:00-13:00", "Sat": "10:00-12:00"}


async def test_nothing_is_saved_before_the_tap(rota: Rota) -> None:
    """A typed week is a question first."""
    doctor = await rota.doctor()
    form = await type_week(doctor, "mon 9-17")
    assert "Nothing is saved yet." in form.text
    assert form.labels == ["Every week ▾", "Save", "Cancel"]
    assert "If something is wrong, type it again." in form.text
    assert rota.week(doctor) == {}


async def test_days_that_are_not_named_stay(rota: Rota) -> None:
    """Only what is typed changes."""
    doctor = await rota.doctor()
    await save(doctor, "mon-tue 9-17")
    await save(doctor, "tue 8-12; wed 8-12")
    assert rota.week(doctor) == {"Mon": "09:00-17:00", "Tue": "08:00-12:00", "Wed": "08:00-12:00"}


async def test_off_keeps_the_hours_and_clear_removes_them(rota: Rota) -> None:
    """The two words mean what the two buttons mean."""
    doctor = await rota.doctor()
    await save(doctor, "mon-tue 9-17")
    await save(doctor, "mon off; tue clear")
    assert rota.week(doctor) == {"Mon": "off 09:00-17:00"}


ZONE = "hours are in the clinic's own time, without a zone or an offset"
WRONG = {
    "mon-thu 9-13; fri 8-25": ("8-25", "after “mon-thu 9-13; fri”", "that is no time of day"),
    "mon 9-17; xyz 9-17": ("xyz", "after “mon 9-17”", "that is no day of the week"),
    "mon 9-17; tue 9-9": ("9-9", "after “mon 9-17; tue”", "a range must end after it starts"),
    "mon-wed 9-17; tue 8-9": ("tue", "after “mon-wed 9-17”", "that day is named twice"),
    "mon mon 9-17": ("mon mon", "at the beginning", "that day is named twice"),
    "mon 9-17; tue": ("tue", "after “mon 9-17”", "there are no hours after the days"),
    "mon 9:00Z-17:00": (
        "9:00Z-17:00",
        "after “mon”",
        "hours are in the clinic's own time, without a zone or an offset",
    ),
    "mon 9-13, 15": ("15", "after “mon 9-13”", "that is no time of day"),
}


@pytest.mark.parametrize("typed", WRONG)
async def test_the_wrong_part_is_quoted_with_its_place(rota: Rota, typed: str) -> None:
    """One wrong part refuses the whole week, and the sentence says which, where and why."""
    part, place, reason = WRONG[typed]
    doctor = await rota.doctor()
    answer = await say(doctor, typed)
    assert f"“{part}” ({place}): {reason}." in answer.text
    assert "Nothing was changed." in answer.text
    assert rota.rows("SELECT * FROM drafts WHERE chat_id = ?", doctor.user_id) == []


@pytest.mark.parametrize("typed", ["mon 9-13, 12-15", "mon 22-6; tue 5-9", "sun 22-6; mon 5-9"])
async def test_hours_that_overlap_are_refused(rota: Rota, typed: str) -> None:
    """Two ranges that share time, over midnight and over the week's end too, are named."""
    doctor = await rota.doctor()
    assert "overlap. Choose hours that do not share time." in (await say(doctor, typed)).text


async def test_more_than_six_ranges_are_refused(rota: Rota) -> None:
    """A bound keeps the week in one message."""
    doctor = await rota.doctor()
    ranges = ", ".join(f"{hour}-{hour}:30" for hour in range(8, 15))
    assert "at most 6 ranges" in (await say(doctor, f"mon {ranges}")).text


async def test_a_text_of_any_length_is_answered(rota: Rota) -> None:
    """The longest message that Telegram takes is too long for a week, and says so."""
    doctor = await rota.doctor()
    assert "that is too long for a week" in (await say(doctor, "mon 9-17; " * 400)).text


async def test_a_week_is_understood_while_a_form_waits_for_a_time(rota: Rota) -> None:
    """The typed week gets a form of its own; the one that waits goes on waiting."""
    doctor = await rota.doctor()
    waiting = await say(doctor, "/availability")
    await tap(doctor, "Mon · off", "Next", form=waiting)
    await save(doctor, "tue 8-12")
    assert rota.week(doctor) == {"Tue": "08:00-12:00"}
    await type_into(doctor, "9", waiting)
    assert "From 09:00" in waiting.text


async def test_back_never_drops_a_typed_week(rota: Rota) -> None:
    """The Back of an older form's review leaves the typed hours standing."""
    doctor = await rota.doctor()
    form = await type_week(doctor, "mon-tue 9-17")
    doctor.press(form.id, Back(step=Step.REVIEW).pack())
    await handled(doctor)
    await tap(doctor, "Save", form=form)
    assert rota.week(doctor) == dict.fromkeys(DAYS[:2], "09:00-17:00")


async def test_a_typed_slip_is_mended_with_a_tap(rota: Rota) -> None:
    """`9-5` typed for the working days is offered as 9 to 17:00."""
    doctor = await rota.doctor()
    form = await type_week(doctor, "mon-fri 9-5; sat off")
    await tap(doctor, "Save", "No, until 17:00", "Save", form=form)
    assert rota.week(doctor) == WORKING_DAYS


async def test_a_typed_night_is_asked_about_once_more(rota: Rota) -> None:
    """Typed or tapped, a range that ends on the next day wants a second yes."""
    doctor = await rota.doctor()
    form = await say(doctor, "mon-fri 9-5")
    await tap(doctor, "Save", form=form)
    assert "Mon–Fri: from 09:00 until 05:00 on the next day, 20 h" in form.text
    assert rota.week(doctor) == {}


async def test_a_receptionists_week_does_nothing(rota: Rota) -> None:
    """The same line from a receptionist opens no form."""
    rosa = await rota.receptionist()
    answer = await say(rosa, "mon-fri 9-17")
    assert "I did not understand that." in answer.text
    assert rota.rows("SELECT * FROM drafts WHERE chat_id = ?", rosa.user_id) == []


async def test_small_talk_is_no_week(rota: Rota) -> None:
    """A sentence is answered with what can be typed."""
    doctor = await rota.doctor()
    assert "You can type your week" in (await say(doctor, "thanks, see you later!")).text


async def test_a_typed_week_and_a_tapped_one_are_the_same(rota: Rota) -> None:
    """Two doctors, one by taps and one by typing, end with the same week."""
    tapping, typing = await rota.doctor(), await rota.doctor()
    await tap(tapping, "Save", form=await review(tapping))
    await save(typing, "mon-fri 9-17")
    assert rota.week(tapping) == rota.week(typing) == WORKING_DAYS
