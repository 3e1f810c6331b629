"""A doctor sets a working week: taps through days, from, to, review; or types it in one line."""

from __future__ import annotations

from datetime import date

from telegram.ext import ConversationHandler

from bot.booking_draft import BookingDraft
from bot.draft import AnyWeekDraft, WeekDraft
from bot.editor import closed_screen, editor_screen
from bot.front import Context, Front, Handler
from bot.handlers import dates, forms, patient
from bot.handlers.delegate import show_represented
from bot.handlers.own import name_unless_own, own_doctor_id
from bot.handlers.proposals import propose
from bot.handlers.start import show_menu
from bot.handlers.week import show_week_of
from bot.picking import HoursDraft
from bot.protection import protected
from bot.screen import Screen
from bot.summary import this_monday
from bot.taps.bookings import DropBooking
from bot.taps.confirmations import ChangeWeek
from bot.taps.dates import LastDate, PickDate, ShowMonth, SomeHours, WholeDays
from bot.taps.form import (
    AddHours,
    Back,
    Cancel,
    EndByDay,
    Next,
    PickDay,
    PickDays,
    PickFrom,
    PickNoHours,
    PickRepeat,
    PickTo,
    SaveOver,
    ShowForm,
    ShowNight,
    Step,
)
from bot.taps.roles import Propose
from bot.taps.tap import Place, Tap
from bot.taps.week import EditWeek
from bot.turn import Turn
from bot.typed import grammar_for
from clinic import policy
from clinic.errors import DateIsPast, WeekHasChanged
from clinic.plan import Recurrence, Repeat
from clinic.use_cases.dates import coming
from clinic.use_cases.drafts import keep_week_draft
from clinic.use_cases.hours import set_days, today_of
from clinic.week import monday_of

PICKS: dict[Step, tuple[type[Tap], ...]] = {
    Step.DAYS: (PickDay, PickDays, Next),
    Step.DATES: (PickDate, ShowMonth),
    Step.LAST: (LastDate, WholeDays, SomeHours),
    Step.FROM: (PickFrom, PickNoHours, ShowNight),
    Step.TO: (PickTo,),
    Step.REVIEW: (AddHours, Back, Cancel, ShowForm),
    Step.WHEN: (PickRepeat,),
    Step.NIGHT: (EndByDay,),
}
OF_DATES = (PickDate, ShowMonth, LastDate, WholeDays, SomeHours)


def conversation(front: Front, typed: Handler) -> ConversationHandler[Context]:
    """Return the walk through the steps.

    Every step's taps are entry points too, and what is typed finds its draft in the storage: no step depends on what
    this process remembers.
    """
    walks: dict[object, list[Handler]] = {
        step: [front.on_tap(kind, pick) for kind in kinds] for step, kinds in PICKS.items()
    }
    saves: list[Handler] = [protected(front, kind, save) for kind in forms.SAVES.values()]
    taps = [handler for handlers in walks.values() for handler in handlers] + saves
    entries = [
        front.on_command("availability", open_editor),
        front.on_command("cancel", cancel),
        front.on_place(Place.EDITOR, open_editor),
        front.on_tap(ChangeWeek, change_week),
        front.on_tap(EditWeek, edit_week),
        front.on_tap(Propose, propose),
        *dates.entries(front),
        *taps,
        typed,
    ]
    states = {**walks, Step.NIGHT: [*walks[Step.NIGHT], *saves], Step.CHANGED: saves, Step.NAME: [typed]}
    return ConversationHandler(entries, states, fallbacks=[], allow_reentry=True)


@forms.settled
async def open_editor(turn: Turn, _given: object) -> Step | int:
    """Begin with the days: over the message of the tapped button, or in a new one. A mere delegate is asked whose."""
    if turn.actor.doctor_id is None and turn.actor.delegate_of:
        await show_represented(turn, None)
        return ConversationHandler.END
    return await forms.begin(turn, await _new_draft(turn, own_doctor_id(turn)))


@forms.settled
async def edit_week(turn: Turn, tap: EditWeek) -> Step:
    """Begin with the days of one's own week, or of a doctor's whom one stands in for."""
    return await forms.begin(turn, await _new_draft(turn, tap.doctor))


@forms.settled
async def change_week(turn: Turn, tap: ChangeWeek) -> Step:
    """Begin with the days of one week, whose hours, once they are saved, are the answer for it."""
    draft = await _new_draft(turn, own_doctor_id(turn))
    only = Recurrence(Repeat.ONE_WEEK, tap.monday)
    if only.is_over(draft.today):
        raise DateIsPast(tap.monday)
    asked = {"repeat": only.repeat, "day": only.day, "answers": only.day}
    return await forms.begin(turn, draft.model_copy(update=asked))


@forms.settled
async def cancel(turn: Turn, _given: object) -> int:
    """Answer ``/cancel``: close the form that waits for a text, or show the menu where none does."""
    draft = turn.draft
    if isinstance(draft, HoursDraft):
        cancelled = draft.at(Step.CANCELLED)
        await forms.keep(cancelled, turn, turn.waiting)
        await forms.show_form(turn, cancelled, turn.waiting)
    elif isinstance(draft, BookingDraft):
        await patient.drop(turn, DropBooking())
    else:
        await show_menu(turn, None)
    return ConversationHandler.END


async def type_week(turn: Turn, text: str) -> Step:
    """Show a typed week beside the present one for review, in a new message."""
    draft = await _new_draft(turn, own_doctor_id(turn))
    return await forms.begin(turn, draft.with_typed(grammar_for(turn.words).read(text)))


async def type_into_week(turn: Turn, draft: AnyWeekDraft, text: str) -> Step:
    """Take a typed week for the form of another's week that is open."""
    return await forms.type_into(turn, draft, lambda: draft.with_typed(grammar_for(turn.words).read(text)))


async def type_time(turn: Turn, draft: HoursDraft, minutes: int) -> Step:
    """Take a typed time for the step that waits for one."""
    return await forms.type_into(turn, draft, lambda: draft.after_time(minutes))


@forms.settled
async def pick(turn: Turn, tap: Tap) -> Step | int:
    """Move the form that the tap is on."""
    draft = turn.draft
    return await forms.pick(turn, draft, tap) if isinstance(draft, HoursDraft) else await _begin_anew(turn, tap)


@forms.settled
async def save(turn: Turn, tap: Tap) -> Step | int:
    """Save the form that the tap is on."""
    draft = turn.draft
    return await forms.save(turn, draft, tap) if isinstance(draft, HoursDraft) else await _begin_anew(turn, tap)


@forms.screen_of.register
async def _(draft: AnyWeekDraft, turn: Turn) -> Screen:
    return editor_screen(draft, turn.words)


@forms.keep.register
async def _(draft: WeekDraft, turn: Turn, message_id: int) -> None:
    await keep_week_draft(turn.clinic, turn.actor, turn.draft_row(draft, message_id), draft.doctor_id)


@forms.finish.register
async def _(draft: WeekDraft, turn: Turn, tap: Tap) -> Step | int:
    if isinstance(tap, SaveOver):
        if tap.version != draft.their_version or draft.theirs is None:
            return await forms.move(turn, draft)
        draft = draft.over_theirs()
    closing = turn.draft_row(draft.at(Step.SAVED), turn.tapped)
    try:
        record = await set_days(
            turn.clinic,
            turn.actor,
            draft.doctor_id,
            draft.changes(),
            draft.recurrence,
            drawn_from=draft.version,
            closing=closing,
            bookings=turn.bookings,
            answers=draft.answers,
        )
    except WeekHasChanged as changed:
        theirs = {"theirs": changed.current.hours, "their_version": changed.current.version}
        return await forms.move(turn, draft.at(Step.CHANGED, **theirs))
    if record.version == draft.version:
        notice = turn.words.rich("The week was like this already.")
    else:
        notice = turn.words.rich("✓ <b>Saved.</b>")
    await show_week_of(turn, draft.doctor_id, _shown_after(turn, draft), notice=notice)
    return ConversationHandler.END


def _shown_after(turn: Turn, draft: WeekDraft) -> date:
    """Return the Monday of the first week that the change holds in."""
    return this_monday(turn.clinic) if draft.repeat is Repeat.EVERY_WEEK else monday_of(draft.day)


@forms.show_finished.register
async def _(draft: WeekDraft, turn: Turn) -> int:
    notice = turn.words.rich("✓ <b>Saved.</b>")
    await show_week_of(turn, draft.doctor_id, _shown_after(turn, draft), notice=notice)
    return ConversationHandler.END


async def _new_draft(turn: Turn, doctor_id: int) -> WeekDraft:
    """Return a form drawn from the present hours.

    Raises:
        NotAllowed, UnknownDoctor.
    """
    read = await coming(turn.clinic, turn.actor, doctor_id)
    whose = name_unless_own(turn, read.doctor)
    return WeekDraft.drawn_from(read.record, today_of(turn.clinic, read.doctor), whose)


def _needs_its_draft(tap: Tap) -> bool:
    """Whether there is nothing to go on from: it saves what was picked, or a form of dates may have shown it."""
    return isinstance(tap, (*OF_DATES, *forms.SAVES.values())) or (
        isinstance(tap, Next | Back) and tap.step in {Step.LAST, Step.NAME}
    )


async def _begin_anew(turn: Turn, tap: Tap) -> Step | int:
    """Go on from a form whose draft has expired: with the days, the tap among them where it picks some."""
    others = bool(turn.actor.delegate_of) or policy.is_desk(turn.actor)  # it may have been another's week
    own = turn.actor.doctor_id is not None and not others
    if isinstance(tap, Cancel) and own:
        await turn.show(closed_screen(turn.words))
        return ConversationHandler.END
    if _needs_its_draft(tap) or not own:
        return await forms.too_old(turn)
    draft = (await _new_draft(turn, own_doctor_id(turn))).after(tap)
    toast = "" if isinstance(tap, PickDay | PickDays) else turn.words.say("This form was too old. Please begin again.")
    return await forms.begin(turn, draft.at(Step.DAYS), toast)
