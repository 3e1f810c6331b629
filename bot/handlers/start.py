"""Come in, see the menu, get help, choose a language."""

from __future__ import annotations

import asyncio
import logging

from telegram import Bot, BotCommand, BotCommandScopeChat
from telegram.error import TelegramError

from bot.front import Front, Handler
from bot.screen import button, GO, in_rows, menu_button, Row, Screen
from bot.taps.dates import Form, OpenForm
from bot.taps.history import PickHistory
from bot.taps.people import ChooseLanguage
from bot.taps.tap import Open, Place
from bot.turn import Turn
from bot.words import LANGUAGES, MENU_LANGUAGES, Words, words_for
from clinic import policy
from clinic.people import Actor, Role
from clinic.use_cases.people import accept, choose_language

log = logging.getLogger(__name__)

FOLLOW_TELEGRAM = "auto"
OPENED = "inline"
"""What the bot is started with from an inline query, in a token's place: shorter than any token."""


def handlers(front: Front) -> list[Handler]:
    return [
        front.on_command("start", start, strangers=True),
        front.on_command("help", show_help),
        front.on_command("language", show_languages),
        front.on_place(Place.MENU, show_menu),
        front.on_place(Place.HELP, show_help),
        front.on_place(Place.LANGUAGE, show_languages),
        front.on_tap(ChooseLanguage, pick_language),
    ]


async def start(turn: Turn, token: str) -> None:
    """Let an invited person in, or show a known one the menu; who came from an inline query brings no token."""
    if token and token != OPENED:
        actor, old_phone = await accept(turn.clinic, turn.actor, token)
        turn = turn.spoken_to(actor)
        if old_phone:
            await set_commands(turn.bot, old_phone)
    policy.ensure_known(turn.actor)
    await set_commands(turn.bot, turn.actor)
    await show_menu(turn, None)


def role_names(actor: Actor, words: Words) -> str:
    names = {
        Role.DOCTOR: words.say("doctor"),
        Role.RECEPTIONIST: words.say("receptionist"),
        Role.ADMIN: words.say("administrator"),
    }
    return ", ".join(name for role, name in names.items() if role in actor.roles)


async def show_menu(turn: Turn, _given: object, toast: str = "") -> None:
    """Show what each of the person's roles can do, the most frequent first."""
    words, roles = turn.words, turn.actor.roles
    buttons = []
    if Role.DOCTOR in roles:
        buttons.append(button(words.say("Set my hours"), Open(place=Place.EDITOR), GO))
        buttons.append(button(words.say("My week"), Open(place=Place.WEEK)))
        buttons.append(button(words.say("Today"), Open(place=Place.TODAY)))
        buttons.append(button(words.say("Time off"), OpenForm(form=Form.OFF, doctor=turn.actor.doctor_id or 0)))
        buttons.append(button(words.say("Other hours"), OpenForm(form=Form.DATE, doctor=turn.actor.doctor_id or 0)))
        buttons.append(button(words.say("Time zone"), Open(place=Place.ZONE)))
        buttons.append(button(words.say("Length of bookings"), Open(place=Place.SLOTS)))
        buttons.append(button(words.say("Delegate"), Open(place=Place.DELEGATE)))
    if turn.actor.delegate_of:
        buttons.append(button(words.say("I stand in for …"), Open(place=Place.REPRESENTED)))
    if roles & {Role.RECEPTIONIST, Role.ADMIN}:
        buttons.append(button(words.say("Today's board"), Open(place=Place.BOARD)))
        buttons.append(button(words.say("Who is in now?"), Open(place=Place.NOW)))
        buttons.append(button(words.say("Doctors' weeks"), Open(place=Place.DOCTORS)))
        buttons.append(button(words.say("Confirmed weeks"), Open(place=Place.CONFIRMED)))
        buttons.append(button(words.say("Watching"), Open(place=Place.WATCHING)))
        buttons.append(button(words.say("Free slots"), Open(place=Place.FREE)))
        buttons.append(button(words.say("Book"), Open(place=Place.BOOK)))
    buttons.append(button(words.say("Bookings"), Open(place=Place.BOOKINGS)))
    buttons.append(button(words.say("Proposals"), Open(place=Place.PROPOSALS)))
    if roles & {Role.RECEPTIONIST, Role.ADMIN}:
        buttons.append(button(words.say("Without hours"), Open(place=Place.ATTENTION)))
    if Role.ADMIN in roles:
        buttons.append(button(words.say("Invite"), Open(place=Place.INVITE)))
        buttons.append(button(words.say("People"), Open(place=Place.PEOPLE)))
        buttons.append(button(words.say("Closed days"), OpenForm(form=Form.CLOSED, doctor=0)))
        buttons.append(button(words.say("Reminders"), Open(place=Place.REMINDERS)))
        buttons.append(button(words.say("Write to everyone"), Open(place=Place.BROADCAST)))
        buttons.append(button(words.say("History"), PickHistory(page=0)))
    settings = [
        button(words.say("Language"), Open(place=Place.LANGUAGE)),
        button(words.say("Help"), Open(place=Place.HELP)),
    ]
    text = words.rich(
        "<b>{clinic}</b>\nHello {name}, you are here as: {roles}.",
        clinic=words.clinic(turn.clinic.name),
        name=turn.actor.name,
        roles=role_names(turn.actor, words),
    )
    await turn.show(Screen(text, [*in_rows(buttons, 2), settings]), toast)


def commands(actor: Actor, words: Words) -> list[tuple[str, str]]:
    """Return the commands of the person's roles with what each does."""
    doctor, reader = Role.DOCTOR in actor.roles, bool(actor.roles & {Role.RECEPTIONIST, Role.ADMIN})
    admin = Role.ADMIN in actor.roles
    table = (
        (doctor, "availability", words.say("Set your working week")),
        (doctor, "week", words.say("See your week")),
        (doctor, "toggle", words.say("Switch a day off or on")),
        (doctor, "today", words.say("Late, leaving early or off sick today")),
        (doctor, "off", words.say("Take time off, see what is coming")),
        (doctor, "date", words.say("Set other hours on a date")),
        (doctor, "zone", words.say("Choose your time zone")),
        (reader and not doctor, "today", words.say("See everybody's hours today")),
        (reader, "day", words.say("See everybody's hours of a date")),
        (reader, "now", words.say("See who is in now, and who comes next")),
        (reader and not doctor, "week", words.say("See a doctor's week")),
        (reader, "confirmed", words.say("See which doctors have confirmed their week")),
        (reader, "watching", words.say("See whom you watch, and stop")),
        (reader, "free", words.say("Find the next free slots")),
        (reader, "book", words.say("Book a patient")),
        (reader, "bookings", words.say("See, move and cancel bookings")),
        (reader, "attention", words.say("Bookings that were left without hours")),
        (doctor and not reader, "bookings", words.say("See and cancel your bookings")),
        (doctor or admin, "slots", words.say("Set how long bookings are")),
        (doctor, "delegate", words.say("Let somebody set your hours for you")),
        (bool(actor.delegate_of) and not doctor, "delegate", words.say("Whose hours you set for them")),
        (True, "proposals", words.say("Hours that are proposed and not answered")),
        (admin, "invite", words.say("Invite a doctor, receptionist or administrator")),
        (admin, "people", words.say("See, suspend and restore people")),
        (admin, "history", words.say("See who changed hours, bring back what was")),
        (admin, "reminders", words.say("Remind people, and ask again who has not answered")),
        (admin, "closed", words.say("Close the clinic on dates")),
        (admin, "broadcast", words.say("Write to everyone, or to some")),
        (admin, "broadcasts", words.say("Past and coming broadcasts")),
        (True, "language", words.say("Choose your language")),
        (True, "help", words.say("What you can do here")),
    )
    return [(name, text) for applies, name, text in table if applies]


async def show_help(turn: Turn, _given: object) -> None:
    words = turn.words
    lines = [f"/{name} – {text}" for name, text in commands(turn.actor, words)]
    parts = [words.rich("<b>What you can do</b>"), "\n".join(lines)]
    if Role.DOCTOR in turn.actor.roles:
        parts.append(
            words.rich(
                "You can also type your week at any time:\n<code>mon-thu 9-13, 15-19; fri 8-14; sat off</code>\n"
                "Days that you do not name stay as they are, and nothing is saved before you tap Save."
            )
        )
        parts.append(
            words.rich(
                "Dates too: <code>off 24 dec - 2 jan holiday</code>, <code>off tomorrow 14-18</code>, "
                "<code>5 may 10-14</code>."
            )
        )
    if turn.actor.roles & {Role.RECEPTIONIST, Role.ADMIN}:
        parts.append(
            words.rich(
                "To find a doctor, type a name or a specialization; a slip does no harm. "
                "For free slots: <code>/free ruiz 30</code>."
            )
        )
        parts.append(
            words.rich(
                "To book, type <code>book ruiz tue 10:30 P-1042</code>: the desk's own reference, never a name. "
                "It is shown for review first."
            )
        )
    parts.append(
        words.rich(
            "In any chat, type <code>@{bot}</code> and a blank: a week is offered to post there.",
            bot=turn.bot.username,
        )
    )
    await turn.show(Screen("\n\n".join(parts), [[menu_button(words)]]))


async def set_commands(bot: Bot, actor: Actor) -> None:
    """Give the person's chat the commands of its roles, or take them away (Bot API, BotCommandScopeChat).

    Where no language was chosen the menu follows Telegram's, which only the person's own updates tell: so there is a
    menu for each.
    """
    await asyncio.gather(
        *(_set_menu(bot, actor, code, words_for(actor.language, tag)) for code, tag in MENU_LANGUAGES.items())
    )


async def _set_menu(bot: Bot, actor: Actor, code: str | None, words: Words) -> None:
    """Set one menu. It is a convenience: where Telegram refuses it (a chat that is gone), the roles still hold."""
    scope = BotCommandScopeChat(actor.user_id)
    try:
        if actor.suspended or not actor.roles:
            await bot.delete_my_commands(scope, code)
        else:
            menu = [BotCommand(name, text) for name, text in commands(actor, words)]
            await bot.set_my_commands(menu, scope, code)
    except TelegramError as error:
        log.warning("the menu of commands was not set (%s)", type(error).__name__)


async def show_languages(turn: Turn, _given: object) -> None:
    chosen = turn.actor.language or FOLLOW_TELEGRAM
    names = {**LANGUAGES, FOLLOW_TELEGRAM: turn.words.say("As in Telegram")}
    rows: list[Row] = [
        [button(f"{'✓ ' if tag == chosen else ''}{name}", ChooseLanguage(language=tag))] for tag, name in names.items()
    ]
    await turn.show(Screen(turn.words.rich("<b>Which language?</b>"), [*rows, [menu_button(turn.words)]]))


async def pick_language(turn: Turn, tap: ChooseLanguage) -> None:
    language = tap.language if tap.language in LANGUAGES else None
    turn = turn.spoken_to(await choose_language(turn.clinic, turn.actor, language))
    await set_commands(turn.bot, turn.actor)
    await show_languages(turn, None)
