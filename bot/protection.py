"""What is asked before hours go that bookings stand in, and the same change again with the answer."""

from __future__ import annotations

import html
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date

from bot.bookings import day_of, when
from bot.front import Callback, Front, Handler
from bot.notices import booking_line, try_notices
from bot.screen import bold, button, GO, of_doctor, Screen
from bot.summary import this_monday
from bot.taps.bookings import Despite
from bot.taps.confirmations import AskWeek, TakeWeekOff
from bot.taps.dates import PickZone, RemoveRule, SayToday, SetZone, ShowRule
from bot.taps.form import Save, SaveNight, SaveOver, ShowForm
from bot.taps.history import Revert, ShowChange
from bot.taps.roles import AcceptProposal, ShowProposal
from bot.taps.tap import Open, Place, Tap
from bot.taps.week import DropPlan, ShowWeek, SwitchDay, Undo
from bot.times import seen
from bot.turn import Turn
from bot.words import Words
from clinic.booking import Affected, Booking
from clinic.calendar import Slot
from clinic.dates import DateSpan
from clinic.errors import BookingsAffected, NotAllowed
from clinic.people import Doctor
from clinic.ports import Clinic
from clinic.use_cases.desk import bookings_of_doctor
from clinic.use_cases.hours import read_schedule
from clinic.week import monday_of

MOST_SHOWN = 5
"""How many of the hours that go are shown, and how many bookings."""

Readable = Sequence[tuple[Doctor, Booking]]


def protected(front: Front, kind: type[Tap], callback: Callback) -> Handler:
    """Handle a button that changes hours: where bookings are in the way, ask; the answer is the same tap once more.

    The callback passes ``turn.bookings`` on to its use case, which authorises the change each time.
    """

    def unpack(data: str) -> Tap | None:
        despite = Despite.unpack(data)
        return despite if despite and despite.around(kind) else kind.unpack(data)

    async def run(turn: Turn, tap: Tap) -> object:
        if isinstance(tap, Despite):
            result = await callback(replace(turn, bookings=tap.choice), tap.around(kind))
            if tap.choice is Affected.TELL:
                await try_notices(turn.clinic, turn.bot)
            return result
        try:
            return await callback(turn, tap)
        except BookingsAffected as affected:
            shown = await _readable(turn, affected.bookings[:MOST_SHOWN])
            text = affected_text(turn.clinic, affected, shown, turn.actor.doctor_id, turn.words)
            screen = affected_screen(text, tap, this_monday(turn.clinic), turn.words)
            await turn.show(of_doctor(screen, await _whose(turn, affected), turn.words))
            return None

    return front.on_unpacked(unpack, run)


async def _whose(turn: Turn, affected: BookingsAffected) -> str:
    """Return the doctor's name where a delegate changes the hours; a closure's doctors stand beside the bookings."""
    doctor_id, now = affected.bookings[0].doctor_id, turn.clinic.clock().date()
    if doctor_id not in turn.actor.delegate_of:
        return ""
    return (await read_schedule(turn.clinic, turn.actor, doctor_id, DateSpan(now, now))).doctor.name


async def _readable(turn: Turn, bookings: Sequence[Booking]) -> Readable:
    """Return those of the bookings that the person may see, with their doctors."""
    doctors: dict[int, Doctor] = {}
    for booking in bookings:
        day = booking.slot.start.date()
        if booking.doctor_id not in doctors:
            with suppress(NotAllowed):
                found = await bookings_of_doctor(turn.clinic, turn.actor, booking.doctor_id, DateSpan(day, day))
                doctors[booking.doctor_id] = found[0]
    return [(doctors[each.doctor_id], each) for each in bookings if each.doctor_id in doctors]


def affected_text(clinic: Clinic, affected: BookingsAffected, shown: Readable, own_id: int | None, words: Words) -> str:
    """Return as HTML which hours go and which bookings stand in them, the first few of many.

    Whoever is the doctor (``own_id``) needs no name beside a booking.
    """
    many = len(affected.bookings)
    asked = words.count("{n} booking would lose its hours.", "{n} bookings would lose their hours.", many)
    lines = [f"{bold(asked)} " + words.rich("Nothing is changed yet."), ""]
    one = shown[0][0] if shown and len({booking.doctor_id for booking in affected.bookings}) == 1 else None
    for gone in affected.gone[:MOST_SHOWN]:
        count = sum(_meet(booking.slot, gone) for booking in affected.bookings)
        hours = _hours(gone, one, clinic, words)
        goes = words.count("{hours} goes: {n} booking", "{hours} goes: {n} bookings", count, hours=hours)
        lines.append(html.escape(goes, quote=False))
    if len(affected.gone) > MOST_SHOWN:
        lines.append(words.rich("… and {n} more", n=len(affected.gone) - MOST_SHOWN))
    if shown:
        lines += ["", *(booking_line(clinic, *each, words, named=each[0].doctor_id != own_id) for each in shown)]
        if many > len(shown):
            lines.append(words.rich("… and {n} more", n=many - len(shown)))
    lines += ["", words.rich("No booking is cancelled: they stay, flagged on the desk's list.")]
    return "\n".join(lines)


def _hours(gone: Slot, doctor: Doctor | None, clinic: Clinic, words: Words) -> str:
    """Return hours with their date, the doctor's clock beside the clinic's where it is one doctor's."""
    if doctor:
        return when(gone, doctor, clinic, words)
    day = day_of(gone.start, clinic)
    return f"{words.short_date(day)}, {seen(gone, day, clinic.zone, words)}"


def _meet(one: Slot, other: Slot) -> bool:
    return one.start < other.end and other.start < one.end


def affected_screen(text: str, tap: Tap, now: date, words: Words) -> Screen:
    """Return the question with its answers: the tap again, in two ways, or back to where it was tapped."""
    keep = button(words.say("Keep them, flag"), Despite.of(Affected.FLAG, tap))
    tell = button(words.say("Tell the desk"), Despite.of(Affected.TELL, tap), GO)
    return Screen(text, [[keep], [tell], [button(words.say("Back"), way_back(tap, now))]])


def way_back(tap: Tap, now: date) -> Tap:  # noqa: C901, PLR0911 - one table
    """Return what shows the screen again on which a tap was made; the menu where it cannot be told.

    ``now`` is a date of the present week.
    """
    match tap:
        case Save() | SaveNight() | SaveOver():
            return ShowForm()
        case SwitchDay(doctor=doctor, monday=monday):
            return ShowWeek(doctor=doctor, monday=monday)
        case DropPlan(doctor=doctor, starts=starts):
            return ShowWeek(doctor=doctor, monday=monday_of(starts))
        case Undo(doctor=doctor):
            return ShowWeek(doctor=doctor, monday=now)
        case RemoveRule(form=form, key=key, doctor=doctor):
            return ShowRule(form=form, key=key, doctor=doctor)
        case TakeWeekOff(monday=monday):
            return AskWeek(monday=monday)
        case Revert(doctor=doctor, kind=kind, number=number):
            return ShowChange(doctor=doctor, kind=kind, number=number)
        case SetZone(zone=zone):
            return PickZone(zone=zone)
        case SayToday():
            return Open(place=Place.TODAY)
        case AcceptProposal(proposal=proposal):
            return ShowProposal(proposal=proposal)
    return Open(place=Place.MENU)
