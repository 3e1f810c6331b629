"""Admins invite people, see them, suspend and restore them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from urllib.parse import quote

from bot.draft import InviteDraft, InviteStep
from bot.front import Front, Handler
from bot.handlers.start import role_names, set_commands
from bot.screen import button, copy_button, DANGER, DONE, GO, link_button, menu_button, page_buttons, Row, Screen
from bot.taps.people import (
    InviteAgain,
    InviteRole,
    MakeAgain,
    ShowInvitation,
    ShowPeople,
    ShowPerson,
    Suspend,
    Withdraw,
)
from bot.taps.tap import Open, Place
from bot.turn import Turn
from clinic import policy
from clinic.errors import DraftHasMoved, InvitationUnknown, UnknownPerson
from clinic.people import Actor, Invitation, Role
from clinic.ports.conversation import Draft
from clinic.use_cases import people
from clinic.use_cases.drafts import keep_invitation_draft

PAGE = 8


def handlers(front: Front) -> list[Handler]:
    return [
        front.on_command("invite", ask_role),
        front.on_command("people", show_people),
        front.on_place(Place.INVITE, ask_role),
        front.on_place(Place.PEOPLE, show_people),
        front.on_tap(InviteRole, invite_role),
        front.on_tap(InviteAgain, invite_again),
        front.on_tap(MakeAgain, make_again),
        front.on_tap(ShowInvitation, show_invitation),
        front.on_tap(Withdraw, withdraw),
        front.on_tap(ShowPeople, show_people),
        front.on_tap(ShowPerson, show_person),
        front.on_tap(Suspend, suspend),
    ]


async def ask_role(turn: Turn, _given: object) -> None:
    policy.ensure_can_manage_people(turn.actor)
    words = turn.words
    roles = (
        (words.say("Doctor"), Role.DOCTOR),
        (words.say("Receptionist"), Role.RECEPTIONIST),
        (words.say("Administrator"), Role.ADMIN),
    )
    rows = [[button(name, InviteRole(role=role))] for name, role in roles]
    screen = Screen(words.rich("<b>Whom do you invite?</b>"), [*rows, [menu_button(words)]])
    await _ask(turn, InviteDraft(), screen)


async def _ask(turn: Turn, draft: InviteDraft, screen: Screen) -> None:
    """Keep what is asked and show the question: kept first where its message exists, else after it is sent."""
    if turn.update.callback_query:
        await keep_invitation_draft(turn.clinic, turn.actor, turn.draft_row(draft, turn.tapped))
        await turn.show(screen)
    else:
        sent = await turn.show(screen)
        await keep_invitation_draft(turn.clinic, turn.actor, turn.draft_row(draft, sent))


def _at(turn: Turn, step: InviteStep) -> InviteDraft | None:
    """Return the message's draft if it waits at the step; a second tap on the same button finds it further on."""
    draft = turn.draft
    return draft if isinstance(draft, InviteDraft) and draft.step is step else None


def _closing(turn: Turn, draft: InviteDraft) -> Draft:
    message_id = turn.stored.message_id if turn.stored else turn.tapped
    return turn.draft_row(draft.model_copy(update={"step": InviteStep.DONE}), message_id)


async def invite_role(turn: Turn, tap: InviteRole) -> None:
    """Make the link at once, or ask for a doctor's name and specialization first."""
    draft = _at(turn, InviteStep.ROLE)
    if not draft:
        await _too_late(turn)
    elif tap.role is Role.DOCTOR:
        await _ask(turn, draft.model_copy(update={"step": InviteStep.NAME}), _ask_doctor(turn))
    else:
        made = await people.invite(turn.clinic, turn.actor, tap.role, closing=_closing(turn, draft))
        await turn.show(_link_screen(turn, *made))


async def _too_late(turn: Turn) -> None:
    policy.ensure_can_manage_people(turn.actor)
    await turn.answer(turn.words.say("This was answered already. Open /invite for another invitation."))


def _ask_doctor(turn: Turn) -> Screen:
    text = turn.words.rich(
        "<b>Which doctor?</b>\nType the name and the specialization with a comma between, for example:\n"
        "<code>Ana Ruiz, cardiology</code>"
    )
    return Screen(text, [[button(turn.words.say("Back"), Open(place=Place.INVITE)), menu_button(turn.words)]])


async def type_doctor(turn: Turn, draft: InviteDraft, text: str) -> None:
    """Make the link for the doctor that an admin typed; the form waits on where the name cannot be.

    A form that may be forgotten is first shown again: what was typed may be no name at all.
    """
    if turn.forgotten:
        await _ask_again(turn, draft)
        return
    name, comma, specialization = text.partition(",")
    if not comma:
        await turn.say(turn.words.say("Please type both, with a comma between: Ana Ruiz, cardiology"))
        return
    closing = _closing(turn, draft)
    made = await people.invite(turn.clinic, turn.actor, Role.DOCTOR, name, specialization, closing=closing)
    await turn.show(_link_screen(turn, *made), over=closing.message_id)


async def _ask_again(turn: Turn, draft: InviteDraft) -> None:
    """Ask for the doctor in a new message; the old one waits no more."""
    since = turn.words.moment(turn.clinic.clock() - turn.untouched, turn.clinic.zone)
    asked = turn.words.rich("You left this question open on {when}. To go on, type the answer again.", when=since)
    screen = _ask_doctor(turn)
    await _ask(turn, draft, replace(screen, text=f"{asked}\n\n{screen.text}"))
    with suppress(DraftHasMoved):
        await keep_invitation_draft(turn.clinic, turn.actor, _closing(turn, draft))


async def invite_again(turn: Turn, tap: InviteAgain) -> None:
    """Ask before a doctor's link for a new phone is made: it takes the old phone's access away."""
    policy.ensure_can_manage_people(turn.actor)
    words = turn.words
    text = words.rich(
        "<b>A new phone for this doctor?</b>\nYou get a link to send. Once it is opened, the old phone loses access."
    )
    rows = [
        [button(words.say("Make the link"), MakeAgain(), GO)],
        [button(words.say("People"), Open(place=Place.PEOPLE)), menu_button(words)],
    ]
    await _ask(turn, InviteDraft(step=InviteStep.AGAIN, doctor_id=tap.doctor), Screen(text, rows))


async def make_again(turn: Turn, _tap: MakeAgain) -> None:
    draft = _at(turn, InviteStep.AGAIN)
    if not draft or draft.doctor_id is None:
        await _too_late(turn)
        return
    made = await people.invite_again(turn.clinic, turn.actor, draft.doctor_id, closing=_closing(turn, draft))
    await turn.show(_link_screen(turn, *made))


def _link_screen(turn: Turn, token: str, invitation: Invitation) -> Screen:
    words = turn.words
    link = f"https://t.me/{turn.bot.username}?start={token}"
    rows = [
        [copy_button(words.say("Copy link"), link), link_button(words.say("Share"), _share(link))],
        [button(words.say("Withdraw"), Withdraw(invitation=invitation.invitation_id), DANGER), menu_button(words)],
    ]
    text = words.rich("Send this link to the person. It opens Rota once, for whoever taps it first.")
    return Screen(f"{_invitation_text(turn, invitation)}\n{text}\n\n{link}", rows)


def _invitation_text(turn: Turn, invitation: Invitation) -> str:
    words = turn.words
    match invitation:
        case Invitation(role=Role.DOCTOR, name=str(name), specialization=specialization):
            whom = words.rich("<b>{name}</b> · {specialization}", name=name, specialization=specialization)
        case Invitation(role=Role.DOCTOR):
            whom = words.rich("<b>A doctor on a new phone</b>")
        case Invitation(role=Role.RECEPTIONIST):
            whom = words.rich("<b>A receptionist</b>")
        case _:
            whom = words.rich("<b>An administrator</b>")
    until = words.rich("Invitation, valid until {until}.", until=words.moment(invitation.expires_at, turn.clinic.zone))
    return f"{whom}\n{until}"


async def show_invitation(turn: Turn, tap: ShowInvitation) -> None:
    roster = await people.roster(turn.clinic, turn.actor)
    invitation = next((found for found in roster.pending if found.invitation_id == tap.invitation), None)
    if not invitation:
        raise InvitationUnknown
    words = turn.words
    rows = [
        [button(words.say("Withdraw"), Withdraw(invitation=tap.invitation), DANGER)],
        [button(words.say("People"), Open(place=Place.PEOPLE)), menu_button(words)],
    ]
    text = words.rich("Nobody has opened the link yet. Withdraw it if it went to the wrong person.")
    await turn.show(Screen(f"{_invitation_text(turn, invitation)}\n{text}", rows))


def _share(link: str) -> str:
    return f"https://t.me/share/url?url={quote(link, safe='')}"


async def withdraw(turn: Turn, tap: Withdraw) -> None:
    guest = await people.withdraw(turn.clinic, turn.actor, tap.invitation)
    if guest:
        await turn.show(_used_screen(turn, guest))
        return
    text = turn.words.rich("Withdrawn: that link no longer lets anybody in.")
    again = button(turn.words.say("Invite"), Open(place=Place.INVITE), GO)
    everybody = button(turn.words.say("People"), Open(place=Place.PEOPLE))
    await turn.show(Screen(text, [[again, everybody], [menu_button(turn.words)]]))


def _used_screen(turn: Turn, guest: Actor) -> Screen:
    words = turn.words
    text = words.rich(
        "<b>{name}</b> has come in by this link already, so it cannot be withdrawn.\n"
        "If that was the wrong person, tap the name and suspend them.",
        name=guest.name or guest.user_id,
    )
    who = button(_person_label(turn, guest), ShowPerson(user=guest.user_id), GO)
    return Screen(text, [[who], [button(words.say("People"), Open(place=Place.PEOPLE)), menu_button(words)]])


async def show_people(turn: Turn, tap: object) -> None:
    """Show everybody by role and name, the unopened invitations last, a page at a time."""
    words = turn.words
    roster = await people.roster(turn.clinic, turn.actor)
    shown = [(_person_label(turn, person), ShowPerson(user=person.user_id)) for person in _in_order(roster.people)]
    rows = [[button(label, tap)] for label, tap in shown]
    rows += [
        [button(f"✉ {_invited(turn, invitation)}", ShowInvitation(invitation=invitation.invitation_id))]
        for invitation in roster.pending
    ]
    asked = tap.page if isinstance(tap, ShowPeople) else 0
    page = min(asked, max(0, len(rows) - 1) // PAGE)
    before = ShowPeople(page=page - 1) if page else None
    after = ShowPeople(page=page + 1) if (page + 1) * PAGE < len(rows) else None
    text = words.rich("<b>People</b>\nTap somebody to suspend or restore them.")
    if not roster.people:
        text = words.rich("Nobody is here yet. Invite the first person.")
    foot: list[Row] = [[button(words.say("Invite"), Open(place=Place.INVITE), GO), menu_button(words)]]
    await turn.show(Screen(text, [*rows[page * PAGE : (page + 1) * PAGE], *page_buttons(before, after), *foot]))


def _person_label(turn: Turn, person: Actor) -> str:
    mark = "⏸ " if person.suspended else ""
    return f"{mark}{person.name or person.user_id} · {role_names(person, turn.words)}"


def _in_order(everybody: Sequence[Actor]) -> list[Actor]:
    """Return doctors first, then receptionists, then admins, each by name."""
    roles = list(Role)
    return sorted(
        everybody, key=lambda person: (min(map(roles.index, person.roles), default=9), person.name.casefold())
    )


def _invited(turn: Turn, invitation: Invitation) -> str:
    if invitation.name:
        return invitation.name
    return role_names(Actor(0, roles=frozenset({invitation.role})), turn.words)


async def show_person(turn: Turn, tap: ShowPerson) -> None:
    roster = await people.roster(turn.clinic, turn.actor)
    person = next((found for found in roster.people if found.user_id == tap.user), None)
    if not person:
        raise UnknownPerson(tap.user)
    await turn.show(_person_screen(turn, person))


def _person_screen(turn: Turn, person: Actor) -> Screen:
    words = turn.words
    text = words.rich("<b>{name}</b>\n{roles}", name=person.name or person.user_id, roles=role_names(person, words))
    rows: list[Row] = []
    if person.suspended:
        text += "\n" + words.rich("Suspended: the bot does not answer this person.")
        rows.append([button(words.say("Restore"), Suspend(user=person.user_id, suspended=False), DONE)])
    elif person.fixed:
        text += "\n" + words.rich("Named in the settings (ADMIN_IDS), so cannot be suspended here.")
    elif person.user_id != turn.actor.user_id:
        rows.append([button(words.say("Suspend"), Suspend(user=person.user_id, suspended=True), DANGER)])
    if person.doctor_id is not None:
        rows.append([button(words.say("Invite on a new phone"), InviteAgain(doctor=person.doctor_id))])
    rows.append([button(words.say("People"), Open(place=Place.PEOPLE)), menu_button(words)])
    return Screen(text, rows)


async def suspend(turn: Turn, tap: Suspend) -> None:
    person = await people.suspend(turn.clinic, turn.actor, tap.user, suspended=tap.suspended)
    await turn.show(_person_screen(turn, person))
    await set_commands(turn.bot, person)
