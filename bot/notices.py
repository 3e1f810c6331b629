"""Tell the desk what doctors said on the day itself, which bookings have lost their hours, and who has other hours."""

from __future__ import annotations

import html
import logging
from collections.abc import Sequence
from contextlib import suppress

from telegram import Bot
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.agenda import time_off_text
from bot.bookings import when
from bot.history import few_words
from bot.proposals import answer_screen, proposal_screen
from bot.screen import bold, button, GO, menu_button, Screen
from bot.summary import this_monday
from bot.taps.tap import Open, Place
from bot.taps.week import ShowWeek
from bot.watching import hours_screen
from bot.words import Words, words_of
from clinic.booking import Booking
from clinic.dates import DateChange, TimeOff
from clinic.errors import StorageBusy
from clinic.history import HoursChange
from clinic.people import Doctor
from clinic.ports import Clinic
from clinic.ports.notices import About
from clinic.use_cases.notices import (
    claim_notice,
    finish_notice,
    Owed,
    OwedBookings,
    OwedHours,
    OwedPersonal,
    OwedRevert,
    until_due,
)

log = logging.getLogger(__name__)

PAUSE_SECONDS = 20.0
"""So often what did not get through, or what a killed process had taken upon itself, is looked for."""
MOST_TOLD = 10


async def send_notices(clinic: Clinic, bot: Bot) -> None:
    """Send all that is owed. What Telegram does not take now stays owed; whom it cannot reach is left alone.

    A process that is killed between sending one and noting it sends that one again.
    """
    while owed := await claim_notice(clinic):
        screen = _screen(owed, clinic)
        try:
            await bot.send_message(owed.person.user_id, screen.text, ParseMode.HTML, reply_markup=screen.markup)
        except (BadRequest, Forbidden) as error:
            log.info("a notice cannot be delivered (%s)", type(error).__name__)
        except TelegramError as error:
            log.warning("a notice stays owed (%s)", type(error).__name__)
            return
        await finish_notice(clinic, owed)


async def pause(clinic: Clinic) -> float:
    """Return for how many seconds nobody need look for notices: until the next is due, and never for long."""
    due = await until_due(clinic)
    return PAUSE_SECONDS if due is None else min(due.total_seconds(), PAUSE_SECONDS)


async def try_notices(clinic: Clinic, bot: Bot) -> None:
    """Send what is owed; what is kept from it now is sent by whoever looks next, and nobody's change has failed."""
    with suppress(StorageBusy):
        await send_notices(clinic, bot)


def _screen(owed: Owed, clinic: Clinic) -> Screen:
    words = words_of(owed.person)
    if isinstance(owed, OwedBookings):
        return bookings_screen(clinic, owed.bookings, words)
    if isinstance(owed, OwedHours):
        return hours_screen(clinic, owed, words)
    if isinstance(owed, OwedRevert):
        return reverted_screen(clinic, owed.change, words)
    if isinstance(owed, OwedPersonal):
        return _personal_screen(owed, clinic, words)
    return Screen(notice_text(owed.doctor.name, owed.change, words))


def reverted_screen(clinic: Clinic, change: HoursChange, words: Words) -> Screen:
    """Return who has brought back which of a doctor's earlier hours."""
    said = words.rich("<b>{name} has brought back earlier hours of yours.</b>", name=change.stamp.name)
    what = html.escape(few_words(change, clinic, words), quote=False)
    return Screen(f"{said}\n{what}", [[button(words.say("My week"), Open(place=Place.WEEK), GO)]])


def _personal_screen(owed: OwedPersonal, clinic: Clinic, words: Words) -> Screen:
    if isinstance(owed.subject, Doctor):
        return _delegate_screen(clinic, owed.subject, owed.notice.about, words)
    if owed.notice.about is About.PROPOSED:
        return proposal_screen(clinic, owed.subject, owed.person, words)
    return answer_screen(clinic, owed.subject, words)


def _delegate_screen(clinic: Clinic, doctor: Doctor, about: About, words: Words) -> Screen:
    if about is About.DELEGATE_DROPPED:
        return Screen(words.rich("You no longer set the hours of {name}.", name=doctor.name), [[menu_button(words)]])
    text = words.rich(
        "<b>{name} has named you delegate.</b>\nYou set the doctor's hours in the doctor's name; both names are shown.",
        name=doctor.name,
    )
    week = ShowWeek(doctor=doctor.doctor_id, monday=this_monday(clinic))
    return Screen(text, [[button(words.say("The week"), week, GO)], [menu_button(words)]])


def bookings_screen(clinic: Clinic, bookings: Sequence[tuple[Doctor, Booking]], words: Words) -> Screen:
    """Return which bookings have lost their hours, the first few of many, with the way to the list of all."""
    many = len(bookings)
    lines = [bold(words.count("{n} booking has lost its hours", "{n} bookings have lost their hours", many))]
    lines += [booking_line(clinic, doctor, booking, words) for doctor, booking in bookings[:MOST_TOLD]]
    if many > MOST_TOLD:
        lines.append(words.rich("… and {n} more", n=many - MOST_TOLD))
    lines += ["", words.rich("Each of them waits to be moved, cancelled or kept.")]
    return Screen("\n".join(lines), [[button(words.say("Without hours"), Open(place=Place.ATTENTION), GO)]])


def booking_line(clinic: Clinic, doctor: Doctor, booking: Booking, words: Words, *, named: bool = True) -> str:
    """Return as HTML when a booking is and whose, with its doctor's name where that is not known."""
    name = [doctor.name] if named else []
    parts = [when(booking.slot, doctor, clinic, words), *name, booking.reference]
    return html.escape(" · ".join(parts), quote=False)


def notice_text(doctor: str, change: DateChange, words: Words) -> str:
    """Return as HTML what a change of today means to the desk."""
    said = [rule for rule in change.after if isinstance(rule, TimeOff)]
    taken = [rule for rule in change.before if isinstance(rule, TimeOff)]
    if said:
        lines = [html.escape(time_off_text(off, words), quote=False) for off in said]
    else:
        lines = [words.rich("No longer: {what}", what=time_off_text(off, words)) for off in taken]
    return "\n".join([bold(doctor), *lines])
