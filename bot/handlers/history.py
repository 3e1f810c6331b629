"""``/history``: who changed which hours, before and after, and what was before brought back."""

from __future__ import annotations

from bot.front import Front, Handler
from bot.handlers.find import ask_whom, doctor_pages
from bot.history import change_text, entry_text, review_text, whose
from bot.notices import try_notices
from bot.protection import protected
from bot.screen import button, DANGER, GO, in_rows, menu_button, page_buttons, Row, Screen
from bot.summary import this_monday
from bot.taps.history import AskRevert, PickHistory, Revert, ShowChange, ShowHistory
from bot.taps.week import ShowWeek
from bot.turn import Turn
from clinic import policy
from clinic.errors import CannotRevert
from clinic.history import HoursChange
from clinic.people import Doctor
from clinic.plan import WeekChange
from clinic.use_cases.history import ChangeKey, ChangeKind, number_of, PastChange, read_change, read_history, revert

PAGE = 8
CLINIC = 0
"""Stands for a doctor where the clinic's own changes are meant."""


def handlers(front: Front) -> list[Handler]:
    return [
        front.on_command("history", history),
        front.on_tap(PickHistory, pick_history),
        front.on_tap(ShowHistory, show_history),
        front.on_tap(ShowChange, show_change),
        front.on_tap(AskRevert, ask_revert),
        protected(front, Revert, bring_back),
    ]


def _of(doctor: Doctor) -> ShowHistory:
    return ShowHistory(doctor=doctor.doctor_id, page=0)


async def history(turn: Turn, name: str) -> None:
    """Answer ``/history NAME``; without a name ask whose."""
    policy.ensure_can_revert(turn.actor)
    if not name:
        await pick_history(turn, PickHistory(page=0))
        return
    doctor = await ask_whom(turn, name, _of)
    if doctor:
        await show_history(turn, _of(doctor))


async def pick_history(turn: Turn, tap: PickHistory) -> None:
    """Ask whose history, a page at a time; the clinic's own stands first."""
    policy.ensure_can_revert(turn.actor)
    words = turn.words
    rows = await doctor_pages(turn, tap.page, _of, lambda page: PickHistory(page=page))
    closures = button(whose(None, words), ShowHistory(doctor=CLINIC, page=0))
    text = words.rich("<b>Whose history?</b>\nTap a doctor, or type <code>/history ruiz</code>.")
    await turn.show(Screen(text, [*rows, [closures], [menu_button(words)]]))


async def show_history(turn: Turn, tap: ShowHistory) -> None:
    """Show a page of changes, the newest first, each with a button that shows it in full."""
    words, clinic = turn.words, turn.clinic
    doctor_id = tap.doctor or None
    doctor, found = await read_history(clinic, turn.actor, doctor_id, tap.page * PAGE, PAGE + 1)
    lines = [words.rich("<b>{name}</b> · who changed what, the newest first", name=whose(doctor, words))]
    numbered = list(enumerate(found[:PAGE], tap.page * PAGE + 1))
    if numbered:
        lines.append(words.rich("On the clock of {zone}. Tap a number to see it in full.", zone=clinic.zone.key))
    elif tap.page:
        lines.append(words.rich("There are no older changes."))
    elif doctor:
        lines.append(words.rich("No hours were ever set. The doctor does that with /availability."))
    else:
        lines.append(words.rich("The clinic was never closed. Close it with /closed."))
    lines += [f"\n<b>{number}</b> · {entry_text(change, clinic, words)}" for number, change in numbered]
    rows: list[Row] = in_rows((button(str(number), _shown(tap.doctor, change)) for number, change in numbered), 4)
    before = ShowHistory(doctor=tap.doctor, page=tap.page - 1) if tap.page else None
    after = ShowHistory(doctor=tap.doctor, page=tap.page + 1) if len(found) > PAGE else None
    rows += page_buttons(before, after)
    other = button(words.say("Somebody else"), PickHistory(page=0))
    await turn.show(Screen("\n".join(lines), [*rows, [other, menu_button(words)]]))


def _shown(doctor: int, change: HoursChange) -> ShowChange:
    kind = ChangeKind.WEEK if isinstance(change, WeekChange) else ChangeKind.DATES
    return ShowChange(doctor=doctor, kind=kind, number=number_of(change))


def _key(tap: ShowChange | AskRevert | Revert) -> ChangeKey:
    return ChangeKey(tap.doctor or None, tap.kind, tap.number)


async def show_change(turn: Turn, tap: ShowChange) -> None:
    """Show one change in full, and the way to take it back where there is one."""
    past = await read_change(turn.clinic, turn.actor, _key(tap))
    await turn.show(_change_screen(turn, tap, past))


def _change_screen(turn: Turn, tap: ShowChange | AskRevert | Revert, past: PastChange) -> Screen:
    words = turn.words
    rows: list[Row] = []
    if past.back:
        ask = AskRevert(doctor=tap.doctor, kind=tap.kind, number=tap.number)
        rows.append([button(words.say("Revert"), ask)])
    back = button(words.say("Back"), ShowHistory(doctor=tap.doctor, page=0))
    return Screen(change_text(past, turn.clinic, words), [*rows, [back, menu_button(words)]])


async def ask_revert(turn: Turn, tap: AskRevert) -> None:
    """Show what would change now; where it has become too late, why."""
    words = turn.words
    past = await read_change(turn.clinic, turn.actor, _key(tap))
    if not past.back:
        await turn.show(_change_screen(turn, tap, past))
        return
    yes = Revert(doctor=tap.doctor, kind=tap.kind, number=tap.number, seen=past.newest)
    back = ShowChange(doctor=tap.doctor, kind=tap.kind, number=tap.number)
    rows = [[button(words.say("Yes, bring it back"), yes, DANGER)], [button(words.say("Back"), back)]]
    await turn.show(Screen(review_text(past, turn.clinic, words), rows))


async def bring_back(turn: Turn, tap: Revert) -> None:
    """Bring back what was before a change, or show what came between."""
    words, clinic = turn.words, turn.clinic
    try:
        await revert(clinic, turn.actor, _key(tap), tap.seen, bookings=turn.bookings)
    except CannotRevert:
        past = await read_change(clinic, turn.actor, _key(tap))
        await turn.show(_change_screen(turn, tap, past), words.say("Hours were changed meanwhile."), alert=True)
        return
    history = button(words.say("History"), ShowHistory(doctor=tap.doctor, page=0))
    week = [button(words.say("See the week"), ShowWeek(doctor=tap.doctor, monday=this_monday(clinic)), GO)]
    text = words.rich("✓ <b>Brought back.</b> It stands in the history as a change of yours.")
    await turn.show(Screen(text, [[*(week if tap.doctor else []), history], [menu_button(words)]]))
    await try_notices(clinic, turn.bot)
