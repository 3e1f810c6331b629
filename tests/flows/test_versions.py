"""Forms that have grown old: the week changed elsewhere, drafts or messages are gone, buttons are another version's."""

from __future__ import annotations

import re

import pytest

from bot.sandbox import Person
from bot.sandbox.messages import Message
from bot.taps.form import PickDay
from clinic.week import Weekday
from tests.phone import data, handled, review, save, say, tap, type_into, type_week
from tests.rota import DAYS, Rota

pytestmark = pytest.mark.asyncio(loop_scope="session")

MINE = dict.fromkeys(DAYS[:5], "09:00-17:00")
THEIRS = {"Mon": "10:00-12:00", "Sat": "08:00-09:00"}


async def overtaken(rota: Rota) -> tuple[Person, Message]:
    """Return a doctor whose form was overtaken by a change in another message, and the form after its Save."""
    doctor = await rota.doctor()
    form = await review(doctor)
    await save(doctor, "mon 10-12; sat 8-9")
    await tap(doctor, "Save", form=form)
    return doctor, form


async def test_a_week_that_was_changed_meanwhile_is_shown_beside_mine(rota: Rota) -> None:
    """Save on the form that was overtaken shows both weeks and asks; nothing of it is saved yet."""
    doctor, form = await overtaken(rota)
    assert "The week was changed meanwhile" in form.text
    assert "Sat  08:00–09:00" in form.text
    assert "Mon  09:00–17:00\nuntil now 10:00–12:00" in form.text
    assert "Tue–Fri  09:00–17:00\nuntil now off" in form.text
    assert form.labels == ["Save mine over it", "Keep it as it now is"]
    assert rota.week(doctor) == THEIRS


async def test_mine_may_be_saved_over_it(rota: Rota) -> None:
    """`Save mine over it` replaces the days of the form and leaves the others as they now are."""
    doctor, form = await overtaken(rota)
    await tap(doctor, "Save mine over it", form=form)
    assert rota.week(doctor) == {**THEIRS, **MINE}
    assert "Saved." in form.text


async def test_what_was_saved_over_comes_back_by_undo(rota: Rota) -> None:
    """Undo after it brings back the other change, not the week before both."""
    doctor, form = await overtaken(rota)
    await tap(doctor, "Save mine over it", "↩ Undo", form=form)
    assert rota.week(doctor) == THEIRS


async def test_the_other_change_may_be_kept(rota: Rota) -> None:
    """`Keep it as it now is` closes the form, says so, and shows ways on."""
    doctor, form = await overtaken(rota)
    await tap(doctor, "Keep it as it now is", form=form)
    assert form.text == "The week stays as it now is. Nothing of this form was saved."
    assert form.labels == ["My week", "Change hours", "☰ Menu"]
    assert rota.week(doctor) == THEIRS
    assert len(rota.history(doctor)) == 1


@pytest.mark.parametrize("how", ["typed", "picked"])
async def test_a_day_off_saved_over_another_change_keeps_its_hours(rota: Rota, how: str) -> None:
    """Off is the day as it now is, switched off: what comes back one day is what was set last."""
    doctor = await rota.doctor()
    await save(doctor, "mon 9-17")
    if how == "typed":
        form = await type_week(doctor, "mon off")
    else:
        form = await say(doctor, "/availability")
        await tap(doctor, "Mon · 09:00–17:00", "Next", "Day off", form=form)
    await save(doctor, "mon 10-12")
    await tap(doctor, "Save", form=form)
    assert "Mon  off (10:00–12:00)\nuntil now 10:00–12:00" in form.text
    await tap(doctor, "Save mine over it", form=form)
    assert rota.week(doctor) == {"Mon": "off 10:00-12:00"}


async def test_a_third_change_is_asked_about_again(rota: Rota) -> None:
    """Yes to one version is no yes to a later one."""
    doctor, form = await overtaken(rota)
    await save(doctor, "sun 7-8")
    await tap(doctor, "Save mine over it", form=form)
    assert "Sun  07:00–08:00" in form.text
    assert rota.week(doctor) == {**THEIRS, "Sun": "07:00-08:00"}
    await tap(doctor, "Save mine over it", form=form)
    assert rota.week(doctor) == {**THEIRS, **MINE, "Sun": "07:00-08:00"}


async def test_a_double_tap_does_not_answer_the_question(rota: Rota) -> None:
    """The second tap on Save is no yes to saving over the other change."""
    doctor = await rota.doctor()
    form = await review(doctor)
    await save(doctor, "mon 10-12; sat 8-9")
    doctor.tap("Save", form.id)
    doctor.tap("Save", form.id)
    await handled(doctor)
    assert "The week was changed meanwhile" in form.text
    assert rota.week(doctor) == THEIRS


async def test_a_switched_day_overtakes_a_form_too(rota: Rota) -> None:
    """Any change counts, not only a saved form."""
    doctor = await rota.doctor()
    shown = await save(doctor, "mon 9-17")
    form = await say(doctor, "mon 8-12")
    await tap(doctor, "✓ Mon", form=shown)
    await tap(doctor, "Save", form=form)
    assert "The week was changed meanwhile" in form.text


async def test_two_forms_do_not_share_their_picks(rota: Rota) -> None:
    """Taps on an older form move the older form alone."""
    doctor = await rota.doctor()
    older = await say(doctor, "/availability")
    newer = await say(doctor, "/availability")
    await tap(doctor, "Mon · off", form=newer)
    await tap(doctor, "Sat · off", "Next", "09:00", "10:00", "Save", form=older)
    assert rota.week(doctor) == {"Sat": "09:00-10:00"}
    assert "✓ Mon · off" in newer.labels


async def test_an_older_steps_button_shows_where_the_form_stands(rota: Rota) -> None:
    """A tap that was sent on a screen of before changes nothing, and the present step is shown."""
    doctor = await rota.doctor()
    form = await say(doctor, "/availability")
    late = data(form, "Sun · off")
    await tap(doctor, "Mon · off", "Next", form=form)
    doctor.press(form.id, late)
    await handled(doctor)
    assert form.text.startswith("Mon\nFrom what time?")


async def test_a_tap_on_a_saved_form_shows_the_week(rota: Rota) -> None:
    """A late tap of the form that was saved meanwhile changes nothing more."""
    doctor = await rota.doctor()
    form = await say(doctor, "/availability")
    late = data(form, "Sun · off")
    await tap(doctor, "Mon–Fri", "Next", "09:00", "17:00", "Save", form=form)
    doctor.press(form.id, late)
    await handled(doctor)
    assert "Saved." in form.text
    assert rota.week(doctor) == MINE


async def test_a_day_tapped_on_a_form_without_a_draft_is_not_lost(rota: Rota) -> None:
    """The form begins anew with the tapped day ticked."""
    doctor = await rota.doctor()
    form = await say(doctor, "/availability")
    rota.rows("DELETE FROM drafts WHERE chat_id = ?", doctor.user_id)
    await tap(doctor, "Tue · off", form=form)
    assert [label for label in form.labels if label.startswith("✓")] == ["✓ Tue · off"]
    await tap(doctor, "Next", "09:00", "10:00", "Save", form=form)
    assert rota.week(doctor) == {"Tue": "09:00-10:00"}


async def test_a_save_on_a_form_without_a_draft_saves_nothing(rota: Rota) -> None:
    """What was picked is gone, and it says so: the form may have been one of dates as well."""
    doctor = await rota.doctor()
    form = await review(doctor)
    rota.rows("DELETE FROM drafts WHERE chat_id = ?", doctor.user_id)
    await tap(doctor, "Save", form=form)
    assert form.text == "This form was too old and is closed. Nothing was changed. Please begin again."
    assert rota.week(doctor) == {}


async def test_a_cancel_on_a_form_without_a_draft_closes_it(rota: Rota) -> None:
    """Nobody who wants no form gets a fresh one."""
    doctor = await rota.doctor()
    form = await review(doctor)
    rota.rows("DELETE FROM drafts WHERE chat_id = ?", doctor.user_id)
    await tap(doctor, "Cancel", form=form)
    assert form.text == "This form is closed. Your hours stay as they are."
    assert form.labels == ["My week", "Change hours", "☰ Menu"]


async def test_an_expired_draft_is_as_good_as_none(rota: Rota) -> None:
    """After its days a draft is not found, though it still stands there: a day tapped on its form begins anew."""
    doctor = await rota.doctor()
    form = await say(doctor, "/availability")
    rota.rows("UPDATE drafts SET expires_at = '2020-01-01 00:00:00.000000' WHERE chat_id = ?", doctor.user_id)
    await tap(doctor, "Sun · off", "Next", "09:00", "10:00", "Save", form=form)
    assert rota.week(doctor) == {"Sun": "09:00-10:00"}


@pytest.mark.parametrize(
    "body",
    [
        "",
        "no JSON",
        '{"kind": "week"}',
        '{"kind": "other"}',
        '{"kind": "week", "doctor_id": 1, "base": {"days": []}, "version": 0}',
        '{"kind": "week", "doctor_id": 1, "base": {}, "version": 0, "step": "t", "ranges": [{"start": 9, "end": 9}]}',
    ],
)
async def test_a_draft_that_cannot_be_read_begins_anew(rota: Rota, body: str) -> None:
    """A draft of another version, or one that breaks a rule, is no dead end."""
    doctor = await rota.doctor()
    form = await say(doctor, "/availability")
    rota.rows("UPDATE drafts SET body = ? WHERE chat_id = ?", body, doctor.user_id)
    await tap(doctor, "Tue · off", "Next", "09:00", "10:00", "Save", form=form)
    assert rota.week(doctor) == {"Tue": "09:00-10:00"}


@pytest.mark.parametrize(
    "retired", ["zz", "day:toggle:3", "pd:9:1", "pd:0", "pd:0:1:1", "nx:?", "🙂" * 16, ":", "wk:1:x"]
)
async def test_a_button_of_another_version_gets_a_fresh_menu(rota: Rota, retired: str) -> None:
    """Nobody's button is answered kindly, with a menu in its place."""
    doctor = await rota.doctor()
    form = await say(doctor, "/availability")
    doctor.press(form.id, retired)
    await doctor.toast("That button is from an older version.")
    await doctor.until(lambda _: "Set my hours" in form.labels)


async def test_a_form_whose_message_was_deleted_goes_on_in_a_new_one(rota: Rota) -> None:
    """The step is sent anew, and the next tap on it goes on with what was picked."""
    doctor = await rota.doctor()
    form = await say(doctor, "/availability")
    await tap(doctor, "Mon · off", "Next", form=form)
    late = data(form, "09:00")
    doctor.remove(form.id)
    doctor.press(form.id, late)
    anew = await doctor.sees("From 09:00 to what time?")
    assert anew.id > form.id
    await tap(doctor, "10:00", "Save", form=anew)
    assert rota.week(doctor) == {"Mon": "09:00-10:00"}


async def test_a_time_typed_for_a_deleted_form_goes_on_in_a_new_one(rota: Rota) -> None:
    """Whoever deletes the form and types the time gets the next step, and can go on."""
    doctor = await rota.doctor()
    form = await say(doctor, "/availability")
    await tap(doctor, "Mon · off", "Next", form=form)
    doctor.remove(form.id)
    anew = await say(doctor, "9")
    await tap(doctor, "10:00", "Save", form=anew)
    assert rota.week(doctor) == {"Mon": "09:00-10:00"}


async def test_a_message_that_can_no_longer_be_edited_is_sent_anew(rota: Rota) -> None:
    """Telegram refuses to edit it, and the form goes on further down."""
    doctor = await rota.doctor()
    form = await review(doctor)
    rota.stand_in.fail("editMessageText", status=400, description="Bad Request: message can't be edited")
    doctor.tap("Save", form.id)
    shown = await doctor.sees("Saved.")
    assert shown.id > form.id
    assert rota.week(doctor) == MINE


async def left(rota: Rota, doctor: Person, time: str) -> Message:
    """Return a form that waits for a start on Monday, and was left so long ago."""
    form = await say(doctor, "/availability")
    await tap(doctor, "Mon · off", "Next", form=form)
    earlier = f"-{time}"
    rota.rows("UPDATE drafts SET expires_at = datetime(expires_at, ?) WHERE chat_id = ?", earlier, doctor.user_id)
    return form


async def test_a_form_out_of_sight_is_brought_down_by_a_typed_time(rota: Rota) -> None:
    """A form from before has scrolled away: the answer to a typed time comes as a new message."""
    doctor = await rota.doctor()
    form = await left(rota, doctor, "20 minutes")
    below = await say(doctor, "9")
    assert below.id > form.id
    await tap(doctor, "10:00", "Save", form=below)
    assert rota.week(doctor) == {"Mon": "09:00-10:00"}


async def test_a_forgotten_form_is_shown_again_before_it_takes_a_time(rota: Rota) -> None:
    """A number typed days later may be meant for something else: the form asks once more, where it stood."""
    doctor = await rota.doctor()
    await left(rota, doctor, "3 days")
    below = await say(doctor, "9")
    assert re.match(
        r"You left this form on .+, \d\d:\d\d\. To go on, choose the time again; or tap Cancel\.", below.text
    )
    assert below.text.endswith("Mon\nFrom what time?\nTap or type a time: 9, 9:15, 9am.")
    await doctor.until(lambda _: bool(below.rows))
    await type_into(doctor, "9", below)
    await tap(doctor, "10:00", "Save", form=below)
    assert rota.week(doctor) == {"Mon": "09:00-10:00"}


async def test_a_forgotten_form_that_was_brought_down_waits_no_more(rota: Rota) -> None:
    """With the one below cancelled nothing takes a time, and the old message begins with its days."""
    doctor = await rota.doctor()
    form = await left(rota, doctor, "3 days")
    below = await say(doctor, "9")
    late = data(form, "09:00")
    await tap(doctor, "Cancel", form=below)
    assert "I did not understand that." in (await say(doctor, "9")).text
    doctor.press(form.id, late)
    await doctor.until(lambda _: "✓ Mon · off" in form.labels)


async def test_talk_is_not_taken_for_a_forgotten_forms_time(rota: Rota) -> None:
    """Nobody is asked for a time that they no longer think of."""
    doctor = await rota.doctor()
    await left(rota, doctor, "3 days")
    assert "You can type your week" in (await say(doctor, "thanks, see you later!")).text


@pytest.mark.parametrize("refusal", ["query is too old and response timeout expired or query ID is invalid"])
async def test_a_tap_that_is_too_old_to_be_answered_still_counts(rota: Rota, refusal: str) -> None:
    """Telegram takes no answer to a tap from before an outage: the form moves on and nobody apologises."""
    doctor = await rota.doctor()
    form = await say(doctor, "/availability")
    rota.stand_in.fail("answerCallbackQuery", status=400, description=f"Bad Request: {refusal}")
    doctor.tap("Mon–Fri", form.id)
    await doctor.until(lambda _: "Next" in form.labels)
    await tap(doctor, "Next", form=form)
    assert doctor.toasts == []


async def test_the_same_tap_again_is_no_error(rota: Rota) -> None:
    """Telegram calls an edit without a change an error; nobody else does."""
    doctor = await rota.doctor()
    form = await say(doctor, "/availability")
    await tap(doctor, "Mon · off", form=form)
    doctor.press(form.id, PickDay(day=Weekday.MON, on=True).pack())
    await handled(doctor)
    assert not doctor.unanswered
    assert doctor.toasts == []


async def test_a_form_of_before_a_typed_week_goes_on_waiting(rota: Rota) -> None:
    """A typed time goes to the form that waits, though a typed week was asked about since."""
    doctor = await rota.doctor()
    form = await say(doctor, "/availability")
    await tap(doctor, "Mon · off", "Next", form=form)
    await say(doctor, "tue 9-10")
    await type_into(doctor, "8", form)
    assert "From 08:00" in form.text
