"""``/delegate``: a doctor says who sets hours in the doctor's name, and a delegate sees for whom that is."""

from __future__ import annotations

from bot.front import Front, Handler
from bot.handlers.start import role_names
from bot.notices import try_notices
from bot.screen import Button, button, DANGER, GO, menu_button, page_buttons, Row, Screen
from bot.summary import this_monday
from bot.taps.roles import DropDelegate, NameDelegate, ShowDelegate
from bot.taps.tap import Open, Place
from bot.taps.week import ShowWeek
from bot.turn import Turn
from clinic.people import Actor, Role
from clinic.use_cases.delegates import drop_delegate, name_delegate, read_delegation, represented

PAGE = 8


def handlers(front: Front) -> list[Handler]:
    return [
        front.on_command("delegate", show_delegate),
        front.on_place(Place.DELEGATE, show_delegate),
        front.on_tap(ShowDelegate, show_delegate),
        front.on_tap(NameDelegate, name),
        front.on_tap(DropDelegate, drop),
        front.on_place(Place.REPRESENTED, show_represented),
    ]


async def show_delegate(turn: Turn, given: object) -> None:
    """Show a doctor the delegate with everybody else who could be it, and a mere delegate the doctors."""
    if Role.DOCTOR not in turn.actor.roles and turn.actor.delegate_of:
        await show_represented(turn, None)
    else:
        await turn.show(await _screen(turn, given.page if isinstance(given, ShowDelegate) else 0))


async def _screen(turn: Turn, asked: int = 0, notice: str = "") -> Screen:
    words = turn.words
    found = await read_delegation(turn.clinic, turn.actor)
    others = [person for person in found.candidates if not found.delegate or person.user_id != found.delegate.user_id]
    page = min(asked, max(0, len(others) - 1) // PAGE)
    rows: list[Row] = []
    if found.delegate:
        who = found.delegate.name or str(found.delegate.user_id)
        text = words.rich("<b>Your delegate: {name}</b>\nSets your hours in your name; both names are shown.", name=who)
        if found.delegate.suspended:
            text += "\n" + words.rich("Suspended now, so nothing can be set.")
        take_back = words.say("Remove {name}", name=who)
        rows.append([button(take_back, DropDelegate(user=found.delegate.user_id), DANGER)])
        if others:
            text += "\n\n" + words.rich("Tap somebody to name them instead.")
    elif others:
        text = words.rich(
            "<b>You have no delegate.</b>\nA delegate sets your hours in your name; both names are shown. "
            "Tap whom you trust with it."
        )
    else:
        text = words.rich("<b>You have no delegate.</b>\nNobody else is here yet who could be one.")
    rows += [[_candidate(turn, person)] for person in others[page * PAGE : (page + 1) * PAGE]]
    before = ShowDelegate(page=page - 1) if page else None
    after = ShowDelegate(page=page + 1) if (page + 1) * PAGE < len(others) else None
    foot = [menu_button(words)]
    if turn.actor.delegate_of:
        foot = [button(words.say("I stand in for …"), Open(place=Place.REPRESENTED)), *foot]
    return Screen(f"{notice}\n\n{text}" if notice else text, [*rows, *page_buttons(before, after), foot])


def _candidate(turn: Turn, person: Actor) -> Button:
    name = person.name or person.user_id
    return button(f"{name} · {role_names(person, turn.words)}", NameDelegate(user=person.user_id))


async def name(turn: Turn, tap: NameDelegate) -> None:
    await name_delegate(turn.clinic, turn.actor, tap.user)
    await turn.show(await _screen(turn, notice=turn.words.rich("✓ <b>Saved.</b> They are told.")))
    await try_notices(turn.clinic, turn.bot)


async def drop(turn: Turn, tap: DropDelegate) -> None:
    await drop_delegate(turn.clinic, turn.actor, tap.user)
    await turn.show(await _screen(turn, notice=turn.words.rich("✓ <b>Saved.</b> They are told.")))
    await try_notices(turn.clinic, turn.bot)


async def show_represented(turn: Turn, _given: object) -> None:
    """Show the doctors whose hours the person sets in their name."""
    words = turn.words
    now = this_monday(turn.clinic)
    doctors = await represented(turn.clinic, turn.actor)
    rows: list[Row] = [
        [button(f"{doctor.name} · {doctor.specialization}", ShowWeek(doctor=doctor.doctor_id, monday=now), GO)]
        for doctor in doctors
    ]
    text = words.rich("<b>You stand in for</b>\nTap a doctor to set the hours in the doctor's name.")
    if not doctors:
        text = words.rich("You stand in for nobody. A doctor names a delegate with /delegate.")
    await turn.show(Screen(text, [*rows, [menu_button(words)]]))
