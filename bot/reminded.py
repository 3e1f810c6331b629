"""What reminders send that is built in: the question for a week, who has not answered it, and what was missed."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter
from telegram import Bot
from telegram.constants import ParseMode

from bot.confirmation import question_screen
from bot.content import Content
from bot.screen import bold, button, GO, menu_button, Screen
from bot.summary import week_text
from bot.taps.confirmations import ShowConfirmed
from bot.taps.reminders import ListReminders, ShowReminder
from bot.words import Words, words_of
from clinic.people import Actor, Doctor
from clinic.ports import Clinic
from clinic.use_cases.deliveries import week_of
from clinic.use_cases.reminding import Matter, Missed, Question, read_unanswered, Unanswered

MOST_NAMED = 60


class NotWanted(Exception):
    """What was to be sent has no sense any more: it was answered, or what it is about is gone."""


class BuiltIn(BaseModel):
    """A message with buttons, put into each person's words when it is sent."""

    model_config = ConfigDict(frozen=True)

    async def send(
        self, bot: Bot, clinic: Clinic, person: Actor, *, chat_id: int | None = None, paid: bool = False
    ) -> None:
        """Send it to a person, or into another chat as the person would see it.

        Raises:
            NotWanted: there is no need any more.
            TelegramError: it did not arrive, or nobody knows whether it did.
        """
        screen = await self.screen(clinic, person, words_of(person))
        await bot.send_message(
            chat_id or person.user_id,
            screen.text,
            ParseMode.HTML,
            reply_markup=screen.markup,
            allow_paid_broadcast=paid or None,
        )

    async def screen(self, clinic: Clinic, person: Actor, words: Words) -> Screen:
        """Return it as a person is to see it now.

        Raises:
            NotWanted.
        """
        raise NotImplementedError


class WeekQuestion(BuiltIn):
    """Confirm your week: to a doctor who has not answered."""

    kind: Literal["week"] = "week"
    monday: date
    asked: int = 0

    async def screen(self, clinic: Clinic, person: Actor, words: Words) -> Screen:
        read = await week_of(clinic, person, self.monday)
        if read is None or read.schedule.rules.confirmation(self.monday):
            raise NotWanted
        week = week_text(clinic, read, self.monday, words, read.schedule.zone)
        return question_screen(read, self.monday, week, words, again=self.asked > 0)


class UnansweredList(BuiltIn):
    """Who has not answered, to an admin, once everybody was asked for the last time."""

    kind: Literal["unanswered"] = "unanswered"
    reminder_id: int
    monday: date

    async def screen(self, clinic: Clinic, person: Actor, words: Words) -> Screen:  # noqa: ARG002 - every admin's alike
        doctors = await read_unanswered(clinic, Unanswered(self.reminder_id, self.monday))
        if doctors is None:
            raise NotWanted
        dates = words.dates(self.monday, self.monday + timedelta(days=6))
        lines = [bold(words.say("Confirm your week")), words.rich("The week of {dates}", dates=dates), ""]
        if doctors:
            lines.append(words.rich("All have been asked for the last time. No answer from:"))
            lines += _named(doctors, words)
        else:
            lines.append(words.rich("✓ Everybody has answered."))
        board = button(words.say("Confirmed weeks"), ShowConfirmed(monday=self.monday, first=0), GO)
        return Screen("\n".join(lines), [[board], [menu_button(words)]])


def _named(doctors: list[Doctor], words: Words) -> list[str]:
    named = [
        words.rich("… {name} · {specialization}", name=one.name, specialization=one.specialization) for one in doctors
    ]
    if len(named) > MOST_NAMED:
        return [*named[:MOST_NAMED], words.rich("… and {n} more", n=len(named) - MOST_NAMED)]
    return named


class MissedNote(BuiltIn):
    """A reminder did not go out, to an admin."""

    kind: Literal["missed"] = "missed"
    reminder_id: int
    days: tuple[date, ...]
    people: int = 0

    async def screen(self, clinic: Clinic, person: Actor, words: Words) -> Screen:  # noqa: ARG002 - every admin's alike
        dates = ", ".join(words.short_date(day) for day in self.days[-MOST_NAMED:])
        lines = [words.rich("⚠ <b>A reminder was missed:</b> {dates}", dates=dates)]
        lines.append(words.rich("The bot was not running then, nor in the six hours after."))
        if self.people:
            lines.append(words.count("{n} person did not get it.", "{n} people did not get it.", self.people))
        lines.append(words.rich("To send it now all the same, open it."))
        shown = button(words.say("Open the reminder"), ShowReminder(reminder=self.reminder_id), GO)
        return Screen(
            "\n".join(lines), [[shown], [button(words.say("Reminders"), ListReminders()), menu_button(words)]]
        )


Body = Content | WeekQuestion | UnansweredList | MissedNote
_BODY: TypeAdapter[Body] = TypeAdapter(Annotated[Body, Field(discriminator="kind")])


@lru_cache(maxsize=16)
def read_body(body: str) -> Body:
    """Read back what is sent: the same to each of a broadcast's people.

    Raises:
        pydantic.ValidationError: an older or a newer program wrote it.
    """
    return _BODY.validate_json(body)


def written(matter: Matter) -> str:
    """Return what is sent about a matter as it is kept."""
    match matter:
        case Question(monday=monday, asked=asked):
            return WeekQuestion(monday=monday, asked=asked).model_dump_json()
        case Unanswered(reminder_id=reminder_id, monday=monday):
            return UnansweredList(reminder_id=reminder_id, monday=monday).model_dump_json()
        case Missed(reminder_id=reminder_id, days=days, people=people):
            return MissedNote(reminder_id=reminder_id, days=days, people=people).model_dump_json()
