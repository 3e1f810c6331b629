"""What reminders send that is built in, and the screens on which they are made, in every language."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, UTC
from zoneinfo import ZoneInfo

import pytest

from bot.content import Content
from bot.reminded import MissedNote, NotWanted, read_body, UnansweredList, WeekQuestion, written
from bot.reminder_draft import NAGS, ReminderDraft
from bot.reminder_form import (
    audience_screen,
    card_screen,
    days_screen,
    message_screen,
    nags_screen,
    people_screen,
    time_screen,
)
from bot.reminder_page import ask_delete_screen, ask_send_screen, list_screen, reminder_screen
from bot.taps.reminders import GoToReminder, PickNag, PickQuestion, PickRemindDay, PickRemindedPerson, ReminderStep
from bot.words import Words
from clinic.broadcast import Audience, AudienceKind, Reach
from clinic.confirmation import fingerprint
from clinic.dates import week_span
from clinic.people import Actor, Role
from clinic.ports import Clinic
from clinic.reminder import Clocks, Reminder
from clinic.use_cases.confirmations import confirm_week
from clinic.use_cases.hours import read_schedule
from clinic.use_cases.reminders import Foreseen
from clinic.use_cases.reminding import Missed, Question, Unanswered
from clinic.week import Weekday
from tests.bot.weeks import assert_telegram_takes, ENGLISH, OFFERED
from tests.clinic.memory import Memory

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 5, 9, tzinfo=UTC)
MONDAY = date(2026, 3, 9)
ANA = Actor(11, "Ana Ruiz", frozenset({Role.DOCTOR}), 1)
ADMIN = Actor(31, "Zoe", frozenset({Role.ADMIN}))
DRAFT = ReminderDraft()
MESSAGE = DRAFT.with_content(Content(chat_id=1, message_id=1))


@pytest.fixture
async def clinic() -> Clinic:
    """A clinic of one doctor, whose hours are kept in memory."""
    memory = Memory()
    async with memory.write() as work:
        await work.doctors.add("Ana Ruiz", "cardiology")
        await work.people.put(ANA)
        await work.people.put(ADMIN)
        await work.commit()
    return Clinic("Hill Street", BERLIN, frozenset(), memory, lambda: NOW)


async def keep(clinic: Clinic) -> int:
    async with clinic.storage.write() as work:
        kept = await work.reminders.put(DRAFT.reminder())
        await work.commit()
    return kept.reminder_id


async def confirm(clinic: Clinic) -> None:
    read = await read_schedule(clinic, ANA, 1, week_span(MONDAY))
    await confirm_week(clinic, ANA, 1, MONDAY, fingerprint(read.schedule.days(week_span(MONDAY))))


async def test_who_has_answered_is_not_asked_any_more(clinic: Clinic) -> None:
    """Though the question was written down before the answer: it is looked at when it is sent."""
    question = WeekQuestion(monday=MONDAY)
    assert "Ana Ruiz" in (await question.screen(clinic, ANA, ENGLISH)).text
    await confirm(clinic)
    with pytest.raises(NotWanted):
        await question.screen(clinic, ANA, ENGLISH)


async def test_whoever_is_no_doctor_any_more_is_not_asked(clinic: Clinic) -> None:
    """There is no week to confirm."""
    with pytest.raises(NotWanted):
        await WeekQuestion(monday=MONDAY).screen(clinic, replace(ANA, doctor_id=None), ENGLISH)


async def test_the_list_is_of_the_moment_when_it_is_read(clinic: Clinic) -> None:
    """Who has answered since the last ask is not on it; of a deleted reminder there is none."""
    listed = UnansweredList(reminder_id=await keep(clinic), monday=MONDAY)
    assert "Ana Ruiz · cardiology" in (await listed.screen(clinic, ADMIN, ENGLISH)).text
    await confirm(clinic)
    assert "Everybody has answered" in (await listed.screen(clinic, ADMIN, ENGLISH)).text
    with pytest.raises(NotWanted):
        await UnansweredList(reminder_id=99, monday=MONDAY).screen(clinic, ADMIN, ENGLISH)


@pytest.mark.parametrize(
    ("matter", "body"),
    [
        (Question(MONDAY, 2), WeekQuestion(monday=MONDAY, asked=2)),
        (Unanswered(1, MONDAY), UnansweredList(reminder_id=1, monday=MONDAY)),
        (Missed(1, (MONDAY,), 3), MissedNote(reminder_id=1, days=(MONDAY,), people=3)),
    ],
)
def test_what_is_kept_is_read_back(matter: Question | Unanswered | Missed, body: object) -> None:
    """As what it was."""
    assert read_body(written(matter)) == body


@pytest.mark.parametrize("tag", OFFERED)
async def test_telegram_takes_what_is_built_in(clinic: Clinic, tag: str) -> None:
    """The list of a year that was missed too."""
    words = OFFERED[tag]
    number = await keep(clinic)
    missed = MissedNote(reminder_id=number, days=(MONDAY,) * 366, people=2)
    for body in (WeekQuestion(monday=MONDAY, asked=1), UnansweredList(reminder_id=number, monday=MONDAY), missed):
        assert_telegram_takes(await body.screen(clinic, ANA, words))


def foreseen(draft: ReminderDraft) -> Foreseen:
    clocks = Clocks(None if draft.own else BERLIN, frozenset({BERLIN}))
    one = replace(draft.reminder(), reminder_id=1)
    return Foreseen(one, one.coming(NOW, clocks), clocks)


@pytest.mark.parametrize("tag", OFFERED)
@pytest.mark.parametrize("draft", [DRAFT, MESSAGE, DRAFT.model_copy(update={"own": True, "minutes": 1380})])
def test_telegram_takes_every_screen(clinic: Clinic, draft: ReminderDraft, tag: str) -> None:
    """Of every step, and of the reminder that comes of it."""
    words: Words = OFFERED[tag]
    seen = foreseen(draft)
    people = [Actor(number, f"Person {number}") for number in range(1, 30)]
    reaches = [Reach(Audience(kind), 3, ("Ana", "Bo", "Cy"), 1, 1) for kind in draft.kinds]
    for screen in (
        list_screen([], words),
        list_screen([seen.reminder] * 30, words),
        reminder_screen(clinic, seen, words, "✓"),
        ask_send_screen(seen.reminder, reaches[0], words),
        ask_send_screen(seen.reminder, Reach(draft.audience, 0, (), 0), words),
        ask_delete_screen(seen.reminder, words),
        card_screen(clinic, draft, seen, words),
        card_screen(clinic, draft, None, words),
        message_screen(words),
        days_screen(draft, words),
        time_screen(draft, words),
        nags_screen(draft, words),
        audience_screen(draft, reaches, ["cardiology", "dermatology", "surgery"], words),
        people_screen(draft, people, words),
    ):
        assert_telegram_takes(screen)


def test_quiet_hours_are_told_where_they_delay(clinic: Clinic) -> None:
    """And nowhere else."""
    late = DRAFT.model_copy(update={"minutes": 1380})
    assert "Quiet hours" in card_screen(clinic, late, foreseen(late), ENGLISH).text
    assert "Quiet hours" not in card_screen(clinic, DRAFT, foreseen(DRAFT), ENGLISH).text


def test_it_asks_again_three_times_at_most() -> None:
    """A fourth tap changes nothing; one that is taken back makes room."""
    draft = DRAFT.at(ReminderStep.NAGS)
    for minutes in NAGS:
        draft = draft.after(PickNag(minutes=minutes, on=True))
    assert draft.nags == NAGS[:3]
    assert draft.after(PickNag(minutes=NAGS[1], on=False)).nags == (NAGS[0], NAGS[2])
    assert draft.after(PickNag(minutes=7, on=False)) == draft


def test_a_message_is_not_asked_again_and_the_question_is_for_doctors() -> None:
    """What does not fit is dropped with the choice."""
    draft = DRAFT.model_copy(update={"nags": (240,)}).with_content(Content(chat_id=1, message_id=1))
    assert draft.nags == ()
    everyone = draft.model_copy(update={"audience": Audience(AudienceKind.EVERYONE)})
    assert everyone.at(ReminderStep.MESSAGE).after(PickQuestion()).audience == Audience(AudienceKind.UNCONFIRMED)


def test_a_day_and_somebody_are_missing_until_they_are_picked() -> None:
    """So that it cannot be saved."""
    no_day = DRAFT.at(ReminderStep.DAYS).after(PickRemindDay(day=Weekday.FRI, on=False))
    assert no_day.missing is ReminderStep.DAYS
    nobody = DRAFT.at(ReminderStep.PEOPLE).after(PickRemindedPerson(user=1, on=False))
    assert nobody.missing is ReminderStep.PEOPLE
    assert nobody.after(PickRemindedPerson(user=1, on=True)).missing is None


def test_a_closed_form_stays_closed() -> None:
    """An old button moves nothing."""
    closed = DRAFT.at(ReminderStep.CLOSED)
    assert closed.after(GoToReminder(step=ReminderStep.CARD)) == closed


def test_what_is_changed_is_what_was_kept() -> None:
    """A draft of a reminder makes the same reminder."""
    kept = Reminder(
        frozenset({Weekday.MON}), 600, Audience(AudienceKind.DOCTORS), "", True, (240,), reminder_id=3, version=4
    )
    assert ReminderDraft.of(kept).reminder() == kept
