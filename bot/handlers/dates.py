"""Time off, other hours on a date, the clinic's closures: picked on a calendar or typed, listed, changed, removed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date

from telegram.ext import ConversationHandler

from bot.agenda import rule_text
from bot.dates_draft import DatesDraft
from bot.dates_editor import after_rows, dates_screen, Known, saved_screen
from bot.front import Front, Handler
from bot.handlers import forms
from bot.handlers.own import name_unless_own, own_doctor_id
from bot.protection import protected
from bot.screen import bold, button, DANGER, GO, menu_button, of_doctor, Row, Screen
from bot.taps.dates import ChangeRule, Form, ListRules, OpenForm, RemoveRule, ShowRule
from bot.taps.form import Step
from bot.taps.tap import Tap
from bot.turn import Turn
from bot.typed_dates import date_grammar_for, TypedDates
from bot.words import Words
from clinic.calendar import Schedule, today
from clinic.dates import checked_text, ClinicClosure, DateChange, DateOverride, DateRules, TimeOff
from clinic.errors import UnknownDateRule
from clinic.plan import NO_WEEKLY_HOURS
from clinic.ports.conversation import Draft
from clinic.use_cases.closures import close_clinic, coming_closures, remove_closure
from clinic.use_cases.dates import coming, remove_date, remove_time_off, set_dates, take_time_off
from clinic.use_cases.drafts import keep_closure_draft, keep_week_draft

MOST_LISTED = 20
COMMANDS = {"off": Form.OFF, "date": Form.DATE, "closed": Form.CLOSED}

AnyRule = TimeOff | DateOverride | ClinicClosure


def handlers(front: Front) -> list[Handler]:
    return [
        front.on_tap(ListRules, list_rules),
        front.on_tap(ShowRule, show_rule),
        protected(front, RemoveRule, remove_rule),
    ]


def entries(front: Front) -> list[Handler]:
    """Return what begins a form."""
    return [
        *(front.on_command(name, _command(form)) for name, form in COMMANDS.items()),
        front.on_tap(OpenForm, open_form),
        front.on_tap(ChangeRule, change_rule),
    ]


async def known_of(turn: Turn, form: Form, doctor_id: int) -> Known:
    """Read what the calendar holds from today on: the doctor's, or for ``Form.CLOSED`` the closures alone.

    Raises:
        NotAllowed.
    """
    if form is Form.CLOSED:
        closures = tuple(await coming_closures(turn.clinic, turn.actor))
        schedule, whose = Schedule(turn.clinic.zone, NO_WEEKLY_HOURS, DateRules(closures=closures)), ""
    else:
        read = await coming(turn.clinic, turn.actor, doctor_id)
        schedule, whose = read.schedule, name_unless_own(turn, read.doctor)
    return Known(today(turn.clinic.clock(), schedule.zone), schedule, whose)


def _own_calendar(turn: Turn, form: Form) -> int:
    """Return what a command or a typed date is about: the doctor that the person is, 0 for the clinic.

    Raises:
        NotAllowed.
    """
    return 0 if form is Form.CLOSED else own_doctor_id(turn)


@forms.settled
async def open_form(turn: Turn, tap: OpenForm) -> Step:
    """Begin with the calendar."""
    return await forms.begin(turn, _new(tap.form, tap.doctor, await known_of(turn, tap.form, tap.doctor)))


def _command(form: Form) -> Callable[[Turn, str], Awaitable[Step | int | None]]:
    """Return what answers a form's command: the calendar, or with dates after it their review."""

    @forms.settled
    async def run(turn: Turn, typed: str) -> Step:
        doctor_id = _own_calendar(turn, form)
        known = await known_of(turn, form, doctor_id)
        read = date_grammar_for(turn.words).fill(form, typed, known.today)
        draft = _new(form, doctor_id, known)
        return await forms.begin(turn, _as_typed(draft, read) if read else draft)

    return run


def _new(form: Form, doctor_id: int, known: Known) -> DatesDraft:
    return DatesDraft(form=form, doctor_id=doctor_id, month=known.today.replace(day=1), whose=known.whose)


def _as_typed(draft: DatesDraft, read: TypedDates) -> DatesDraft:
    """Return a form as far as a text fills it in.

    Raises:
        RangesOverlap, TooManyRanges, BadReason.
    """
    dated = draft.with_dates(read.span)
    text = checked_text(read.rest)
    match draft.form:
        case Form.OFF:
            return dated.model_copy(update={"text": text}).with_hours(read.hours[:1])
        case Form.DATE:
            return dated.with_hours(read.hours) if read.hours else dated
        case Form.CLOSED:
            return dated.at(Step.REVIEW, text=text) if text else dated.at(Step.NAME)


async def type_dates(turn: Turn, form: Form, read: Callable[[date], TypedDates | None]) -> Step | None:
    """Show typed dates for review, in a new message; none where ``read``, given a date for today, finds none.

    What is today is the doctor's own calendar's to say; the clinic's is asked first, whether there are dates at all.
    """
    if not read(today(turn.clinic.clock(), turn.clinic.zone)):
        return None
    doctor_id = _own_calendar(turn, form)
    known = await known_of(turn, form, doctor_id)
    dates = read(known.today)
    return await forms.begin(turn, _as_typed(_new(form, doctor_id, known), dates)) if dates else None


async def type_into_dates(turn: Turn, draft: DatesDraft, text: str) -> Step | None:
    """Take a text for the form that waits for it; none where it answers nothing there."""
    match draft.step:
        case Step.DATES | Step.LAST:
            known = await known_of(turn, draft.form, draft.doctor_id)
            read = date_grammar_for(turn.words).fill(draft.form, text, known.today)
            return await forms.type_into(turn, draft, lambda: _as_typed(draft, read)) if read else None
        case Step.NAME:
            return await forms.type_into(turn, draft, lambda: draft.at(Step.REVIEW, text=checked_text(text)))
        case Step.REVIEW if draft.form is Form.OFF:
            return await forms.type_into(turn, draft, lambda: draft.at(Step.REVIEW, text=checked_text(text)))
    return None


@forms.screen_of.register
async def _(draft: DatesDraft, turn: Turn) -> Screen:
    return dates_screen(draft, await known_of(turn, draft.form, draft.doctor_id), turn.words)


@forms.keep.register
async def _(draft: DatesDraft, turn: Turn, message_id: int) -> None:
    row = turn.draft_row(draft, message_id)
    if draft.form is Form.CLOSED:
        await keep_closure_draft(turn.clinic, turn.actor, row)
    else:
        await keep_week_draft(turn.clinic, turn.actor, row, draft.doctor_id)


@forms.finish.register
async def _(draft: DatesDraft, turn: Turn, _tap: Tap) -> int:
    change = await _save(turn, draft, turn.draft_row(draft.at(Step.SAVED), turn.tapped))
    await turn.show(of_doctor(saved_screen(draft, change, turn.words), draft.whose, turn.words))
    return ConversationHandler.END


async def _save(turn: Turn, draft: DatesDraft, closing: Draft) -> DateChange:
    clinic, actor, bookings = turn.clinic, turn.actor, turn.bookings
    match draft.form:
        case Form.OFF:
            return await take_time_off(clinic, actor, draft.time_off(), closing=closing, bookings=bookings)
        case Form.DATE:
            return await set_dates(
                clinic,
                actor,
                draft.doctor_id,
                draft.overrides(),
                moved_from=draft.moved_from,
                closing=closing,
                bookings=bookings,
            )
        case Form.CLOSED:
            return await close_clinic(clinic, actor, draft.closures(), closing=closing, bookings=bookings)


@forms.show_finished.register
async def _(draft: DatesDraft, turn: Turn) -> int:
    notice = turn.words.rich("✓ <b>Saved.</b> This is how it is now:")
    await list_rules(turn, ListRules(form=draft.form, doctor=draft.doctor_id), notice=notice)
    return ConversationHandler.END


async def list_rules(turn: Turn, tap: ListRules, *, notice: str = "") -> None:
    """Show what is coming of one kind, each to be changed or removed, below a notice where there is one."""
    words = turn.words
    known = await known_of(turn, tap.form, tap.doctor)
    rules = known.coming(tap.form)
    rows: list[Row] = [
        [button(rule_text(rule, words), ShowRule(form=tap.form, key=key_of(rule), doctor=tap.doctor))]
        for rule in rules[:MOST_LISTED]
    ]
    add = button(_add_label(tap.form, words), OpenForm(form=tap.form, doctor=tap.doctor), GO)
    rows.append([add, menu_button(words)])
    text = _list_heading(tap.form, words) if rules else _nothing_coming(tap.form, words)
    said = f"{notice}\n\n{text}" if notice else text
    await turn.show(of_doctor(Screen(said, rows), known.whose, words))


def _list_heading(form: Form, words: Words) -> str:
    match form:
        case Form.OFF:
            return words.rich("<b>Time off</b>\nTap one to change or remove it.")
        case Form.DATE:
            return words.rich("<b>Other hours</b>\nTap a date to change or remove them.")
        case Form.CLOSED:
            return words.rich("<b>The clinic is closed</b>\nTap one to change or remove it.")


def _nothing_coming(form: Form, words: Words) -> str:
    match form:
        case Form.OFF:
            return words.rich("No time off is planned.")
        case Form.DATE:
            return words.rich("There are no other hours on any date.")
        case Form.CLOSED:
            return words.rich("The clinic is closed on no coming date.")


def _add_label(form: Form, words: Words) -> str:
    match form:
        case Form.OFF:
            return words.say("Take time off")
        case Form.DATE:
            return words.say("Set other hours")
        case Form.CLOSED:
            return words.say("Close the clinic")


def key_of(rule: AnyRule) -> str:
    """Return what a button calls a rule by."""
    match rule:
        case TimeOff(time_off_id=found) | ClinicClosure(closure_id=found):
            return str(found)
        case DateOverride(day=day):
            return day.isoformat()


def _found(known: Known, form: Form, key: str) -> AnyRule:
    found = next((rule for rule in known.coming(form) if key_of(rule) == key), None)
    if found is None:
        raise UnknownDateRule
    return found


async def show_rule(turn: Turn, tap: ShowRule) -> None:
    words = turn.words
    known = await known_of(turn, tap.form, tap.doctor)
    rule = _found(known, tap.form, tap.key)
    change = button(words.say("Change"), ChangeRule(form=tap.form, key=tap.key, doctor=tap.doctor))
    remove = button(words.say("Remove"), RemoveRule(form=tap.form, key=tap.key, doctor=tap.doctor), DANGER)
    back = button(words.say("Back"), ListRules(form=tap.form, doctor=tap.doctor))
    text = bold(rule_text(rule, words))
    await turn.show(of_doctor(Screen(text, [[change, remove], [back, menu_button(words)]]), known.whose, words))


async def remove_rule(turn: Turn, tap: RemoveRule) -> None:
    """Take a rule back at once; the undo beside it brings it back."""
    change = await _remove(turn, tap)
    words = turn.words
    what = "\n".join(rule_text(rule, words) for rule in change.before if isinstance(rule, AnyRule))
    text = words.rich("<b>Removed.</b>\n{what}", what=what)
    screen = Screen(text, after_rows(tap.form, change, words))
    on_behalf = change.stamp.on_behalf  # whoever removes a rule of another's does it in that doctor's name
    await turn.show(of_doctor(screen, on_behalf, words))


async def _remove(turn: Turn, tap: RemoveRule) -> DateChange:
    clinic, actor, bookings = turn.clinic, turn.actor, turn.bookings
    try:
        match tap.form:
            case Form.OFF:
                return await remove_time_off(clinic, actor, tap.doctor, int(tap.key), bookings=bookings)
            case Form.DATE:
                day = date.fromisoformat(tap.key)
                return await remove_date(clinic, actor, tap.doctor, day, bookings=bookings)
            case Form.CLOSED:
                return await remove_closure(clinic, actor, int(tap.key), bookings=bookings)
    except ValueError:  # a forged key
        raise UnknownDateRule from None


@forms.settled
async def change_rule(turn: Turn, tap: ChangeRule) -> Step:
    """Begin the form with what the rule says now."""
    known = await known_of(turn, tap.form, tap.doctor)
    draft = _new(tap.form, tap.doctor, known)
    match _found(known, tap.form, tap.key):
        case TimeOff(span=span, hours=hours, reason=reason, time_off_id=found):
            ranges = (hours,) if hours else ()
            draft = draft.at(Step.LAST, dates=(span.first, span.last), ranges=ranges, text=reason, replaces=found)
        case DateOverride(day=day, availability=present):
            draft = draft.at(Step.DATES, dates=(day,), ranges=present.open_ranges, moved_from=day)
        case ClinicClosure(span=span, name=name, closure_id=found):
            draft = draft.at(Step.LAST, dates=(span.first, span.last), text=name, replaces=found)
    return await forms.begin(turn, draft.model_copy(update={"month": draft.dates[0].replace(day=1)}))
