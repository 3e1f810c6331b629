"""Errors as a person is told them: what is wrong, and what to do next."""

from __future__ import annotations

import logging
import secrets
from typing import Any

from telegram import Bot, Update
from telegram.error import BadRequest, NetworkError, TelegramError
from telegram.ext import CallbackContext

from bot.logs import described
from bot.metrics import note, Outcome
from bot.typed import NotUnderstood
from bot.words import Words, words_for
from clinic import errors
from clinic.ports import Clinic
from clinic.week import MOST_RANGES_A_DAY

log = logging.getLogger(__name__)

LONGEST_QUOTE = 60
MOST_BEFORE = 5
"""How many words before a part say where it stands: about a day and its hours."""


def explain(error: errors.ClinicError | NotUnderstood, clinic: Clinic, words: Words) -> str:  # noqa: C901, PLR0911, PLR0912 - one table
    """Return the plain sentence for an error."""
    match error:
        case NotUnderstood(text=text, start=start, end=end, reason=reason, example=example):
            return words.say(
                "I did not understand “{part}” ({place}): {reason}.\nNothing was changed. For example: {example}",
                part=_quoted(text[start:end]),
                place=_place(text[:start], words),
                reason=words.say(reason),
                example=words.say(example),
            )
        case errors.NotInvited():
            return words.say(
                "This is the availability bot of {clinic}. Please ask the clinic's administrator for an invitation.",
                clinic=words.clinic(clinic.name),
            )
        case errors.AccessSuspended():
            return words.say(
                "Your access is suspended. Please ask the administrator of {clinic}.", clinic=words.clinic(clinic.name)
            )
        case errors.RangesOverlap(first_day=first_day, first=first, second_day=second_day, second=second):
            return words.say(
                "{first_day} {first} and {second_day} {second} overlap. Choose hours that do not share time.",
                first_day=words.weekday(first_day),
                first=words.hours(first),
                second_day=words.weekday(second_day),
                second=words.hours(second),
            )
        case errors.TooManyRanges():
            return words.say("A day can have at most {most} ranges of hours.", most=MOST_RANGES_A_DAY)
        case errors.BadTimeRange():
            return words.say("The end must differ from the start. Choose another time.")
        case errors.NoHours(day=day):
            return words.say("{day} has no hours yet. Set them with /availability.", day=words.weekday_in_full(day))
        case errors.WeekHasChanged():
            return words.say("The week has changed since, so this was not undone. Look at it again.")
        case errors.NothingToUndo():
            return words.say("There is nothing to undo.")
        case errors.InvitationUnknown():
            return words.say("This invitation link is not valid. Please ask the administrator for a new one.")
        case errors.InvitationUsed():
            return words.say("This invitation link was used already. Please ask the administrator for a new one.")
        case errors.InvitationExpired():
            return words.say("This invitation link has expired. Please ask the administrator for a new one.")
        case errors.AlreadyDoctor(doctor_name=name):
            return words.say("You are {name} here already. Open this link with the other person's phone.", name=name)
        case errors.BadName():
            return words.say("A name takes 1 to 64 characters in one line. Please type it again.")
        case errors.CannotSuspend():
            return words.say("You cannot suspend yourself, nor an administrator named in the settings.")
        case errors.BadDates(first=first, last=last) if last < first:
            return words.say("The last date is before the first. Please choose again.")
        case errors.BadDates(first=first, last=last):
            return words.say("That is too far off, or longer than a year. Please choose nearer dates.")
        case errors.BadReason():
            return words.say("A reason or a name takes at most 64 characters in one line. Please type it again.")
        case errors.DateIsPast(day=day):
            return words.say("{date} is over. Please choose today or a later date.", date=words.date(day))
        case errors.UnknownDateRule():
            return words.say("That is no longer in the calendar. Open the list again.")
        case errors.DatesHaveChanged():
            return words.say("The calendar has changed since, so this was not undone. Open the list again.")
        case errors.CannotRevert():
            return words.say("Hours were changed meanwhile, so nothing was brought back. Open the history again.")
        case errors.UnknownZone(name=name):
            return words.say("I know no time zone “{name}”. Pick one with /zone.", name=_quoted(name))
        case errors.NotWorkingThen(day=day):
            return words.say("There are no hours on {date}, so nothing was changed.", date=words.date(day))
        case errors.UnknownDoctor() | errors.UnknownPerson():
            return words.say("That person is no longer here. Open the list again.")
        case errors.StorageBusy():
            return words.say("I am busy just now and nothing was changed. Please try again in a moment.")
        case errors.DraftHasMoved():
            return words.say("That was answered on another device already. Look at the message again.")
        case errors.CannotDelegate():
            return words.say("That person cannot be your delegate now. Choose somebody else with /delegate.")
        case errors.UnknownProposal():
            return words.say("That proposal is no longer there. Open /proposals again.")
        case errors.NobodyToAnswer(doctor_name=name):
            return words.say(
                "{name} has no account here that could answer, so nothing was sent. The administrator invites doctors.",
                name=name,
            )
        case errors.NotAllowed(action=action):
            return _refusal(action, words)
    return _explain_booking(error, clinic, words)


def _explain_booking(error: errors.ClinicError, clinic: Clinic, words: Words) -> str:  # noqa: C901, PLR0911 - one table
    """Return the plain sentence for an error about bookings."""
    match error:
        case errors.BadReference():
            return words.say("A patient's reference takes 1 to 32 characters in one line. Please type it again.")
        case errors.BadSlotLength():
            return words.say("A booking takes 5 to 240 minutes, and the pause after it at most 120.")
        case errors.SlotTaken(booking=booking):
            when = words.moment(booking.slot.start, clinic.zone)
            return words.say(
                "{reference} has that time: {when}. Choose another.", reference=booking.reference, when=when
            )
        case errors.OutsideHours(slot=slot):
            when = words.moment(slot.start, clinic.zone)
            return words.say("{when} is outside the doctor's hours. Choose another time.", when=when)
        case errors.SlotIsPast(start=start):
            return words.say("{when} is over. Choose a later time.", when=words.moment(start, clinic.zone))
        case errors.UnknownBooking():
            return words.say("That booking is no longer there. Open /bookings again.")
        case errors.BookingHasChanged():
            return words.say("Somebody has changed this booking meanwhile. This is how it is now.")
        case errors.BookingIsSettled():
            return words.say("This booking was cancelled or missed already.")
        case errors.BookingNotDue():
            return words.say("This booking has not begun, so nobody can have missed it.")
        case errors.BookingsAffected(bookings=bookings):
            return words.count(
                "Nothing was changed: {n} booking would be left without hours.",
                "Nothing was changed: {n} bookings would be left without hours.",
                len(bookings),
            )
    return _explain_broadcast(error, clinic, words)


def _explain_broadcast(error: errors.ClinicError, clinic: Clinic, words: Words) -> str:
    """Return the plain sentence for an error about broadcasts."""
    match error:
        case errors.NobodyToReach():
            return words.say("There is nobody to send it to. Choose another audience.")
        case errors.UnknownReminder():
            return words.say("That reminder is no longer there. See /reminders.")
        case errors.ReminderHasChanged():
            return words.say("The reminder was changed meanwhile. See /reminders.")
        case errors.UnknownBroadcast():
            return words.say("That broadcast is no longer there. Open /broadcasts again.")
        case errors.BroadcastIsPast(due=due):
            return words.say(
                "{when} is over, or more than a year away. Choose another time.", when=words.moment(due, clinic.zone)
            )
    raise TypeError(f"{type(error).__name__} has no words")


def _refusal(action: errors.Action, words: Words) -> str:  # noqa: C901, PLR0911, PLR0912 - one table
    """Return who may do what was refused."""
    match action:
        case errors.Action.SET_HOURS:
            return words.say("Only a doctor sets hours, or the doctor's delegate. See /help for what you can do.")
        case errors.Action.READ_HOURS:
            return words.say("You can see your own hours: /week. Other doctors' hours are for the reception.")
        case errors.Action.CLOSE_CLINIC:
            return words.say("Only administrators close the clinic. See /help for what you can do.")
        case errors.Action.REVERT:
            return words.say("Only administrators see the history. See /help for what you can do.")
        case errors.Action.MANAGE_PEOPLE:
            return words.say("Only administrators invite and manage people. See /help for what you can do.")
        case errors.Action.BROADCAST:
            return words.say("Only administrators write to everyone. See /help for what you can do.")
        case errors.Action.BOOK:
            return words.say("Only the reception books patients. See /help for what you can do.")
        case errors.Action.READ_BOOKINGS:
            return words.say("You can see your own bookings: /bookings. Other doctors' are for the reception.")
        case errors.Action.CANCEL_BOOKING:
            return words.say("Only the reception and the doctor cancel a booking.")
        case errors.Action.NAME_DELEGATE:
            return words.say("Only doctors name a delegate, and you stand in for nobody.")
        case errors.Action.PROPOSE_HOURS:
            return words.say("Only the reception proposes hours to a doctor. See /help for what you can do.")
        case errors.Action.ANSWER_PROPOSAL:
            return words.say("Only the doctor whom it asks answers a proposal.")
        case errors.Action.WITHDRAW_PROPOSAL:
            return words.say("Only whoever made a proposal withdraws it.")
        case errors.Action.SET_SLOTS:
            return words.say("How long bookings are, only the doctor and administrators say. See /slots.")


def _place(before: str, words: Words) -> str:
    """Return where a part stands, by the few words before it."""
    every = before.strip(" \t\n,;").split()
    if not every:
        return words.say("at the beginning")
    few = " ".join(every[-MOST_BEFORE:])
    cut = len(every) > MOST_BEFORE or len(few) > LONGEST_QUOTE
    return words.say("after “{words}”", words=f"…{few[1 - LONGEST_QUOTE :]}" if cut else few)


def _quoted(part: str) -> str:
    return part if len(part) <= LONGEST_QUOTE else part[: LONGEST_QUOTE - 1] + "…"


async def on_error(update: object, context: CallbackContext[Any, Any, Any, Any]) -> None:
    """Take what was raised outside of any turn: of the person's language, only Telegram's word is known."""
    user = update.effective_user if isinstance(update, Update) else None
    await apologise(context.bot, update, context.error, words_for(user.language_code if user else None))


async def apologise(bot: Bot, update: object, error: Exception | None, words: Words) -> None:
    """Log what nobody foresaw under an incident id, and say sorry with the same id; texts and tokens stay out."""
    incident = secrets.token_hex(4)
    note(Outcome.FAILED)
    unreached = isinstance(error, NetworkError) and not isinstance(error, BadRequest)
    what = type(error).__name__ if error is None or unreached else described(error)
    log.error("incident %s: an update was not handled: %s", incident, what, extra={"incident": incident})
    if not isinstance(update, Update) or not update.effective_user:
        return
    text = words.say("Sorry, something went wrong (incident {id}). Please try again.", id=incident)
    try:
        if update.callback_query and await _alerted(bot, update.callback_query.id, text):
            return
        if update.effective_chat and update.effective_chat.id == update.effective_user.id:
            await bot.send_message(update.effective_user.id, text)
    except TelegramError as again:
        what = type(again).__name__
        log.warning("incident %s: the apology did not arrive (%s)", incident, what, extra={"incident": incident})


async def _alerted(bot: Bot, query_id: str, text: str) -> bool:
    """Return whether the tap took the alert: its spinner may have been stopped before things went wrong."""
    try:
        return await bot.answer_callback_query(query_id, text, show_alert=True)
    except BadRequest:
        return False
