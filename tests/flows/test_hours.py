"""The hours of the picked days: from, to, typed times, several ranges, nights, and the way back."""

from __future__ import annotations

import pytest

from bot.sandbox import Person
from bot.sandbox.messages import Message
from tests.phone import handled, review, save, say, tap, type_into
from tests.rota import Rota

pytestmark = pytest.mark.asyncio(loop_scope="session")

NO_TIME = "I need a time of day here: 9, 9:15, 0915, 9am or 21.30."


async def monday(doctor: Person, *labels: str) -> Message:
    """Open a form for Monday and tap on from there."""
    form = await say(doctor, "/availability")
    return await tap(doctor, "Mon · off", "Next", *labels, form=form)


def clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


async def test_from_shows_the_day_four_a_row(rota: Rota) -> None:
    """The times from 06:00 to 21:30 stand in eight rows of four."""
    form = await monday(await rota.doctor())
    rows = [[one.text for one in row] for row in form.keyboard[:8]]
    assert {len(row) for row in rows} == {4}
    assert [label for row in rows for label in row] == [clock(minutes) for minutes in range(6 * 60, 22 * 60, 30)]
    assert form.labels[32:] == ["Night hours", "Day off", "Clear hours", "Back", "Cancel"]


async def test_night_hours_are_the_rest_of_the_day(rota: Rota) -> None:
    """`Night hours` shows what the day leaves out, and leads back."""
    form = await monday(await rota.doctor(), "Night hours")
    nights = [*range(0, 6 * 60, 30), *range(22 * 60, 24 * 60, 30)]
    assert form.labels[: len(nights)] == [clock(minutes) for minutes in nights]
    assert form.labels[len(nights)] == "Day hours"


async def test_to_shows_only_later_times_with_their_lengths(rota: Rota) -> None:
    """From 21:00 a day can end at six times, the last of them 24:00."""
    form = await monday(await rota.doctor(), "21:00")
    lengths = ["21:30 · ½h", "22:00 · 1h", "22:30 · 1½h", "23:00 · 2h", "23:30 · 2½h", "24:00 · 3h"]
    assert form.labels == [*lengths, "Next day (+1)", "Back", "Cancel"]


async def test_the_next_day_offers_night_ends(rota: Rota) -> None:
    """Past midnight the ends are marked as the next day's, up to noon."""
    form = await monday(await rota.doctor(), "20:00", "Next day (+1)")
    ends = form.labels[:-3]
    assert ends[0] == "00:30 (+1) · 4½h"
    assert ends[-1] == "12:00 (+1) · 16h"
    assert all("(+1)" in label for label in ends)
    assert form.labels[-3:] == ["Same day", "Back", "Cancel"]


async def test_a_range_takes_less_than_a_whole_day_past_midnight(rota: Rota) -> None:
    """A range from 08:00 ends before 08:00 of the next day."""
    form = await monday(await rota.doctor(), "08:00", "Next day (+1)")
    assert form.labels[-4] == "07:30 (+1) · 23½h"


async def test_a_day_may_end_at_midnight(rota: Rota) -> None:
    """24:00 is the day's end, not a night that has to be confirmed."""
    doctor = await rota.doctor()
    form = await monday(doctor, "21:00", "24:00", "Save")
    assert "Saved." in form.text
    assert rota.week(doctor) == {"Mon": "21:00-24:00"}


TYPED = {"9": "09:00", "9:15": "09:15", "0915": "09:15", "9am": "09:00", "21.30": "21:30"}


@pytest.mark.parametrize("typed", TYPED)
async def test_a_start_can_be_typed(rota: Rota, typed: str) -> None:
    """A time typed at From, however it is written, moves the form on to To."""
    doctor = await rota.doctor()
    form = await monday(doctor)
    await type_into(doctor, typed, form)
    assert f"From {TYPED[typed]} to what time?" in form.text


@pytest.mark.parametrize("typed", TYPED)
async def test_an_end_can_be_typed(rota: Rota, typed: str) -> None:
    """A time typed at To moves the form on to the review."""
    doctor = await rota.doctor()
    form = await monday(doctor, "08:00")
    await type_into(doctor, typed, form)
    assert f"Mon  08:00–{TYPED[typed]}" in form.text


async def test_a_typed_end_of_midnight_is_the_days_end(rota: Rota) -> None:
    """`00:00` at To means 24:00."""
    doctor = await rota.doctor()
    form = await monday(doctor, "08:00")
    await type_into(doctor, "00:00", form)
    assert "Mon  08:00–24:00" in form.text


@pytest.mark.parametrize("typed", ["25", "9:75", "24:00", "soon", "9 o'clock"])
async def test_a_wrong_start_gets_a_clear_sentence(rota: Rota, typed: str) -> None:
    """What is no start is answered with what would be one, and the form stays as it is."""
    doctor = await rota.doctor()
    form = await monday(doctor)
    before = form.edited
    assert NO_TIME in (await say(doctor, typed)).text
    assert form.edited == before
    await type_into(doctor, "9", form)
    assert "From 09:00" in form.text


@pytest.mark.parametrize(("typed", "sentence"), [("25", NO_TIME), ("09:00", "The end must differ from the start.")])
async def test_a_wrong_end_gets_a_clear_sentence(rota: Rota, typed: str, sentence: str) -> None:
    """What is no end is answered, and the form goes on waiting for one."""
    doctor = await rota.doctor()
    form = await monday(doctor, "09:00")
    before = form.edited
    assert sentence in (await say(doctor, typed)).text
    assert form.edited == before
    await type_into(doctor, "10", form)
    assert "Mon  09:00–10:00" in form.text


async def test_a_typed_time_speaks_to_the_newest_form_that_waits(rota: Rota) -> None:
    """With two forms open, a time goes to the one further down."""
    doctor = await rota.doctor()
    older = await monday(doctor)
    newer = await monday(doctor)
    before = older.edited
    await type_into(doctor, "9", newer)
    assert older.edited == before


async def test_a_time_typed_while_nothing_waits_changes_nothing(rota: Rota) -> None:
    """A lone number is answered with what can be typed instead."""
    doctor = await rota.doctor()
    assert "I did not understand that." in (await say(doctor, "9")).text


async def test_two_ranges_make_a_lunch_break(rota: Rota) -> None:
    """`Add hours` at the review adds a second range to the same days."""
    doctor = await rota.doctor()
    form = await monday(doctor, "09:00", "13:00", "Add hours", "15:00", "19:00")
    assert "Mon  09:00–13:00, 15:00–19:00" in form.text
    await tap(doctor, "Save", form=form)
    assert rota.week(doctor) == {"Mon": "09:00-13:00, 15:00-19:00"}


async def test_three_ranges_stand_in_order(rota: Rota) -> None:
    """Ranges added in any order are shown and kept by time."""
    doctor = await rota.doctor()
    labels = ("18:00", "20:00", "Add hours", "08:00", "10:00", "Add hours", "12:00", "14:00", "Save")
    await monday(doctor, *labels)
    assert rota.week(doctor) == {"Mon": "08:00-10:00, 12:00-14:00, 18:00-20:00"}


async def test_ranges_that_touch_are_taken(rota: Rota) -> None:
    """A range may begin when the one before ends."""
    doctor = await rota.doctor()
    await monday(doctor, "09:00", "13:00", "Add hours", "13:00", "15:00", "Save")
    assert rota.week(doctor) == {"Mon": "09:00-13:00, 13:00-15:00"}


async def test_an_overlapping_range_is_refused_and_the_form_stays(rota: Rota) -> None:
    """An alert names both ranges, and another end can be picked at once."""
    doctor = await rota.doctor()
    form = await monday(doctor, "09:00", "13:00", "Add hours", "08:00")
    doctor.tap("10:00", form.id)
    toast = await doctor.toast("overlap")
    assert toast.alert
    assert toast.text.startswith("Mon 08:00–10:00 and Mon 09:00–13:00 overlap.")
    await tap(doctor, "09:00 · 1h", form=form)
    assert "Mon  08:00–09:00, 09:00–13:00" in form.text


async def test_an_overlapping_typed_end_is_refused_in_a_message(rota: Rota) -> None:
    """What is typed is answered by a message, and the form goes on waiting."""
    doctor = await rota.doctor()
    form = await monday(doctor, "09:00", "13:00", "Add hours", "08:00")
    assert "overlap" in (await say(doctor, "9:30")).text
    await type_into(doctor, "8:30", form)
    assert "Mon  08:00–08:30, 09:00–13:00" in form.text


async def test_a_day_takes_six_ranges_and_no_more(rota: Rota) -> None:
    """With six ranges the review no longer offers to add hours."""
    doctor = await rota.doctor()
    form = await monday(doctor, "08:00", "08:30")
    for hour in range(9, 14):
        assert "Add hours" in form.labels
        await tap(doctor, "Add hours", f"{hour:02}:00", f"{hour:02}:30", form=form)
    assert "Add hours" not in form.labels
    await tap(doctor, "Save", form=form)
    assert len(rota.week(doctor)["Mon"].split(", ")) == 6


async def test_a_night_is_asked_about_once_more(rota: Rota) -> None:
    """A range that ends on the next day is saved only after a second yes."""
    doctor = await rota.doctor()
    form = await monday(doctor, "20:00", "Next day (+1)", "06:00 (+1)", "Save")
    assert "Mon: from 20:00 until 06:00 on the next day, 10 h" in form.text
    assert rota.week(doctor) == {}
    await tap(doctor, "Yes, they end the next day", form=form)
    assert rota.week(doctor) == {"Mon": "20:00-30:00"}


async def test_a_typed_end_before_the_start_is_asked_about_as_a_night(rota: Rota) -> None:
    """Nine to five, meant as 17:00, does not become twenty hours by a slip."""
    doctor = await rota.doctor()
    form = await monday(doctor, "09:00")
    await type_into(doctor, "5", form)
    await tap(doctor, "Save", form=form)
    assert "from 09:00 until 05:00 on the next day, 20 h" in form.text
    await tap(doctor, "Back", "Back", form=form)
    await type_into(doctor, "17", form)
    await tap(doctor, "Save", form=form)
    assert rota.week(doctor) == {"Mon": "09:00-17:00"}


async def test_a_slip_is_offered_as_it_was_meant(rota: Rota) -> None:
    """Nine to five becomes nine to 17:00 with one tap, and is looked at once more before it is saved."""
    doctor = await rota.doctor()
    form = await monday(doctor, "09:00")
    await type_into(doctor, "5", form)
    await tap(doctor, "Save", "No, until 17:00", form=form)
    assert "Mon  09:00–17:00" in form.text
    await tap(doctor, "Save", form=form)
    assert rota.week(doctor) == {"Mon": "09:00-17:00"}


async def test_a_night_is_not_offered_as_a_slip(rota: Rota) -> None:
    """From 20:00 to 06:00 was meant."""
    form = await monday(await rota.doctor(), "20:00", "Next day (+1)", "06:00 (+1)", "Save")
    assert form.labels == ["Yes, they end the next day", "Back", "Cancel"]


async def test_a_double_tapped_save_does_not_confirm_the_night(rota: Rota) -> None:
    """The second tap on Save is not an answer to the question that the first has raised."""
    doctor = await rota.doctor()
    form = await monday(doctor, "20:00", "Next day (+1)", "06:00 (+1)")
    doctor.tap("Save", form.id)
    doctor.tap("Save", form.id)
    await handled(doctor)
    assert "Night hours?" in form.text
    assert rota.week(doctor) == {}


async def test_a_night_may_not_run_into_the_next_day_of_the_form(rota: Rota) -> None:
    """Sunday's night meets Monday's morning: both are named and nothing moves."""
    doctor = await rota.doctor()
    await save(doctor, "mon 6-14")
    form = await say(doctor, "/availability")
    await tap(doctor, "Sun · off", "Next", "20:00", "Next day (+1)", form=form)
    doctor.tap("07:00 (+1)", form.id)
    toast = await doctor.toast("overlap")
    assert toast.text.startswith("Sun 20:00–07:00 (+1) and Mon 06:00–14:00 overlap.")
    await tap(doctor, "06:00 (+1)", "Save", "Yes", form=form)
    assert rota.week(doctor) == {"Mon": "06:00-14:00", "Sun": "20:00-30:00"}


BACK = {
    "from": ((), "Which days?"),
    "to": (("09:00",), "From what time?"),
    "review": (("09:00", "13:00"), "From 09:00 to what time?"),
    "review of a day off": (("Day off",), "From what time?"),
    "night": (("20:00", "Next day (+1)", "06:00 (+1)", "Save"), "Is this right?"),
    "from of a second range": (("09:00", "13:00", "Add hours"), "Is this right?"),
    "to of a second range": (("09:00", "13:00", "Add hours", "15:00"), "From what time?"),
    "review of a second range": (("09:00", "13:00", "Add hours", "15:00", "19:00"), "From 15:00 to what time?"),
}


@pytest.mark.parametrize("step", BACK)
async def test_back_leads_to_the_question_before(rota: Rota, step: str) -> None:
    """Back shows the step before, whichever way led here."""
    labels, question = BACK[step]
    form = await monday(await rota.doctor(), *labels, "Back")
    assert question in form.text


async def test_back_from_the_review_leads_to_the_days_in_the_end(rota: Rota) -> None:
    """Whoever gave up adding hours can still walk back to the first question."""
    doctor = await rota.doctor()
    form = await monday(doctor, "09:00", "13:00", "Add hours", "Back", "Back")
    assert "From 09:00 to what time?" in form.text
    await tap(doctor, "Back", "Back", form=form)
    assert "✓ Mon · off" in form.labels


async def test_back_tapped_twice_goes_one_step_back(rota: Rota) -> None:
    """The second tap of a double tap on Back does not go further than the person saw."""
    doctor = await rota.doctor()
    form = await review(doctor)
    doctor.tap("Back", form.id)
    doctor.tap("Back", form.id)
    await handled(doctor)
    assert "From 09:00 to what time?" in form.text
