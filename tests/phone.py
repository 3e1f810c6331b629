"""What people do on a phone, each step waited for as a person would: by what the chat shows."""

from __future__ import annotations

from datetime import date

from bot.sandbox.entities import cut
from bot.sandbox.messages import Message
from bot.sandbox.people import Person
from bot.taps.tap import Tap
from bot.taps.week import ShowWeek
from bot.words import words_for
from clinic.week import monday_of

OVER = "What you can do"


async def say(person: Person, text: str) -> Message:
    """Say something and return the message that the bot answers with."""
    said = person.say(text)
    await person.until(lambda someone: someone.messages[-1].id > said)
    return person.last


async def type_week(person: Person, text: str) -> Message:
    """Type a week and return the form that asks whether it is right, once it can be tapped."""
    form = await say(person, text)
    await person.until(lambda _: bool(form.rows))
    return form


async def type_into(person: Person, text: str, form: Message) -> None:
    """Type what a form waits for, and wait until the form has moved on."""
    before = form.edited
    person.say(text)
    await person.until(lambda _: form.edited > before)


async def tap(person: Person, *labels: str, form: Message | None = None) -> Message:
    """Tap one button after the other, each as soon as the screen before has it; return the message that was tapped."""
    for label in labels:
        form = await _tap(person, label, form.id if form else None)
    assert form
    return form


async def _tap(person: Person, label: str, message_id: int | None) -> Message:
    await person.until(lambda someone: _has(someone, label, message_id))
    message, _ = person._find(label, message_id)
    before = message.edited
    query = person.tap(label, message.id)
    await person.until(lambda someone: message.edited > before and query not in someone.unanswered)
    return message


def _has(person: Person, label: str, within: int | None) -> bool:
    try:
        person._find(label, within)
    except LookupError:
        return False
    return True


async def press(person: Person, form: Message, wanted: Tap) -> None:
    """Send a button's data for a message, be it there or not, and wait until the tap is answered."""
    query = person.press(form.id, wanted.pack())
    await person.until(lambda _: query not in person.unanswered)
    await handled(person)


async def handled(person: Person) -> None:
    """Wait until the bot is through with everything sent so far: one person's updates are handled in order."""
    said = person.say("/help")
    await person.sees(OVER, after=said)


def data(message: Message, label: str) -> str:
    """Return a button's callback data, to be tapped when it is long gone."""
    (found,) = (one.data for row in message.keyboard for one in row if one.text == label)
    assert found
    return found


async def review(person: Person, days: str = "Mon–Fri", start: str = "09:00", end: str = "17:00") -> Message:
    """Open a new form and walk to its review."""
    form = await say(person, "/availability")
    await tap(person, days, "Next", start, end, form=form)
    return form


async def save(person: Person, typed: str) -> Message:
    """Type a week and save it, night hours confirmed; return the message that shows it."""
    form = await say(person, typed)
    assert "Is this right?" in form.text, form
    await tap(person, "Save", form=form)
    if "Night hours?" in form.text:
        await tap(person, "Yes", form=form)
    assert "Saved." in form.text, form
    return form


async def keep_dates(person: Person, typed: str) -> Message:
    """Type dates and save them, a night confirmed; return the message that says so."""
    form = await type_week(person, typed)
    assert "Is this right?" in form.text, form
    await tap(person, "Save", form=form)
    if "Night hours?" in form.text:
        await tap(person, "Yes", form=form)
    assert "Saved." in form.text, form
    return form


async def zoned(person: Person, city: str) -> None:
    """Let a doctor work by a city's clock."""
    form = await type_week(person, f"/zone {city}")
    await tap(person, "Save", form=form)
    assert "Saved." in form.text, form


async def week_of(person: Person, doctor_id: int, day: date) -> Message:
    """Return a new message that shows a doctor's week with a date in it."""
    shown = await type_week(person, "/help")
    await press(person, shown, ShowWeek(doctor=doctor_id, monday=monday_of(day)))
    return shown


def dated(day: date) -> str:
    """Return a date as a message in English has it."""
    return words_for("en").short_date(day)


def day_lines(message: Message, day: str) -> list[str]:
    """Return what the week shows for a day, ``Sun  8``, a line each."""
    lines: list[str] = []
    for line in table(message):
        label, shown = line[: len(day)], line[len(day) :].strip()
        if label == day or (lines and not label.strip()):
            lines.append(shown)
        elif lines:
            break
    return lines


def table(message: Message) -> list[str]:
    """Return the lines of the week, as they stand in the message."""
    (found,) = (one for one in message.entities if one.type == "pre")
    return cut(message.text, found.offset, found.end).splitlines()
