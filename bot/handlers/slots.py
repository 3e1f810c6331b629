"""``/slots``: how long a doctor's bookings are, and the pause after each."""

from __future__ import annotations

import re
from datetime import timedelta

from bot.front import Front, Handler
from bot.handlers.find import ask_whom
from bot.screen import button, in_rows, menu_button, Row, Screen
from bot.taps.bookings import SetSlots, ShowSlots
from bot.taps.tap import Open, Place
from bot.turn import Turn
from clinic import policy
from clinic.booking import SlotLength
from clinic.dates import DateSpan
from clinic.errors import Action, NotAllowed
from clinic.people import Doctor, LONGEST_NAME, Role
from clinic.use_cases.free_slots import set_slot_length
from clinic.use_cases.hours import read_schedule

LENGTHS = (10, 15, 20, 30, 40, 45, 60, 90)
PAUSES = (0, 5, 10, 15, 30)
_TYPED = re.compile(r"(?P<who>.*?)(?:(?:^|\s)(?P<minutes>\d{1,4})(?:[\s+,]+(?P<pause>\d{1,4}))?)?\s*")


def handlers(front: Front) -> list[Handler]:
    return [
        front.on_command("slots", slots),
        front.on_place(Place.SLOTS, show_own),
        front.on_tap(ShowSlots, show_slots),
        front.on_tap(SetSlots, set_slots),
    ]


async def show_own(turn: Turn, _given: object) -> None:
    await slots(turn, "")


async def slots(turn: Turn, text: str) -> None:
    """Answer ``/slots``, ``/slots 25 5``, and an admin's ``/slots ruiz 25 5``."""
    match = _TYPED.fullmatch(" ".join(text.split())[: LONGEST_NAME + 16])
    who = match["who"].strip() if match else ""
    size = SlotLength(int(match["minutes"]), int(match["pause"] or 0)) if match and match["minutes"] else None
    if Role.ADMIN in turn.actor.roles and (who or turn.actor.doctor_id is None):
        await _of_somebody(turn, who, size)
    elif turn.actor.doctor_id is None:
        raise NotAllowed(Action.SET_SLOTS)
    else:
        await turn.show(await _screen(turn, turn.actor.doctor_id, size))


async def _of_somebody(turn: Turn, who: str, size: SlotLength | None) -> None:
    question = turn.words.rich("<b>Whose bookings?</b>")
    doctor = await ask_whom(turn, who, lambda doctor: ShowSlots(doctor=doctor.doctor_id), question)
    if doctor:
        await turn.show(await _screen(turn, doctor.doctor_id, size))


async def show_slots(turn: Turn, tap: ShowSlots) -> None:
    await turn.show(await _screen(turn, tap.doctor))


async def set_slots(turn: Turn, tap: SetSlots) -> None:
    """Set both; the same tap twice sets them once."""
    doctor = await set_slot_length(turn.clinic, turn.actor, tap.doctor, SlotLength(tap.minutes, tap.buffer))
    await turn.show(_shown(turn, doctor, notice=turn.words.rich("✓ <b>Saved.</b>")))


async def _screen(turn: Turn, doctor_id: int, typed: SlotLength | None = None) -> Screen:
    """Show what holds, or what was typed to be saved."""
    policy.ensure_can_set_slots(turn.actor, doctor_id)
    now = turn.clinic.clock().date()
    read = await read_schedule(turn.clinic, turn.actor, doctor_id, DateSpan(now, now))
    return _shown(turn, read.doctor, typed)


def _shown(turn: Turn, doctor: Doctor, typed: SlotLength | None = None, *, notice: str = "") -> Screen:
    words, size = turn.words, typed or doctor.slots
    lines = [notice] if notice else []
    if typed:
        lines.append(words.rich("<b>Is this right?</b> Nothing is saved yet."))
    lines += [
        words.rich(
            "<b>Bookings of {name}</b>: {length} each, then a pause of {pause}.",
            name=doctor.name,
            length=words.length(size.length),
            pause=words.length(size.pause),
        ),
        words.rich(
            "Tap a length or a pause; others can be typed, in minutes: <code>/slots 25 5</code>. "
            "Bookings that were made stay as they are."
        ),
    ]
    rows: list[Row] = []
    if typed:
        save = SetSlots(doctor=doctor.doctor_id, minutes=size.minutes, buffer=size.buffer)
        rows.append([button(words.say("Save"), save)])
    rows += in_rows(
        (
            button(
                _marked(words.length(timedelta(minutes=each)), on=each == size.minutes),
                SetSlots(doctor=doctor.doctor_id, minutes=each, buffer=size.buffer),
            )
            for each in LENGTHS
        ),
        4,
    )
    rows += in_rows(
        (
            button(
                _marked(f"+ {words.length(timedelta(minutes=each))}", on=each == size.buffer),
                SetSlots(doctor=doctor.doctor_id, minutes=size.minutes, buffer=each),
            )
            for each in PAUSES
        ),
        3,
    )
    other = [button(words.say("Somebody else"), Open(place=Place.SLOTS))] if turn.actor.doctor_id is None else []
    return Screen("\n".join(lines), [*rows, [*other, menu_button(words)]])


def _marked(label: str, *, on: bool) -> str:
    return f"✓ {label}" if on else label
