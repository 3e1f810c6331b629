"""Every command and every button, by everybody: what changes, and whose hours are shown, is what policy allows."""

from __future__ import annotations

import itertools
import json
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, UTC
from typing import Any

import pytest
import pytest_asyncio

from bot.booking_draft import BookingDraft, BookingStep
from bot.bookings import minute_of
from bot.broadcast_draft import BroadcastDraft
from bot.content import Content
from bot.dates_draft import DatesDraft
from bot.draft import AnyDraft, InviteDraft, InviteStep, ProposalDraft, WeekDraft
from bot.free import specialization_key
from bot.reminder_draft import ReminderDraft
from bot.sandbox import Person
from bot.taps.bookings import (
    AskCancel,
    AskReference,
    BookAt,
    BookDay,
    BookSlot,
    BookWhom,
    CancelBooking,
    CancelReason,
    Despite,
    DropBooking,
    KeepBooking,
    ListAttention,
    ListBookings,
    MarkNoShow,
    MoveBooking,
    SaveBooking,
    SetSlots,
    ShowBooking,
    ShowSlots,
)
from bot.taps.broadcasts import (
    BroadcastStep,
    CancelBroadcast,
    GoTo,
    ListBroadcasts,
    PickAudience,
    PickPerson,
    PickSkill,
    RetryFailed,
    Send,
    SendDay,
    SendMonth,
    SendTime,
    SendTimes,
    ShowBroadcast,
    TurnPeople,
    Whom,
)
from bot.taps.confirmations import AskWeek, ChangeWeek, ConfirmWeek, ShowConfirmed, ShowConfirmedBefore, TakeWeekOff
from bot.taps.dates import (
    ChangeRule,
    Form,
    LastDate,
    ListRules,
    OpenForm,
    PickDate,
    PickZone,
    RemoveRule,
    SayToday,
    SetZone,
    ShowMonth,
    ShowRule,
    ShowZones,
    SomeHours,
    UndoDates,
    WholeDays,
)
from bot.taps.desk import (
    CopyBoard,
    DrawBoard,
    FreeLength,
    FreeWhom,
    ShowBoard,
    ShowBoardBefore,
    ShowFree,
    ShowNow,
    WhyNoneFree,
)
from bot.taps.form import (
    AddHours,
    Back,
    Cancel,
    EndByDay,
    Next,
    NoHoursKind,
    PickDay,
    PickDays,
    PickFrom,
    PickNoHours,
    PickRepeat,
    PickTo,
    Save,
    SaveNight,
    SaveOver,
    ShowForm,
    ShowNight,
    Step,
)
from bot.taps.history import AskRevert, PickHistory, Revert, ShowChange, ShowHistory
from bot.taps.people import (
    ChooseLanguage,
    InviteAgain,
    InviteRole,
    MakeAgain,
    ShowInvitation,
    ShowPeople,
    ShowPerson,
    Suspend,
    Withdraw,
)
from bot.taps.reminders import (
    AskDelete,
    AskSendNow,
    DeleteReminder,
    EditReminder,
    GoToReminder,
    ListReminders,
    NewReminder,
    PauseReminder,
    PickClock,
    PickNag,
    PickQuestion,
    PickRemindDay,
    PickReminded,
    PickRemindedPerson,
    PickRemindedSkill,
    PickRemindTime,
    ReminderStep,
    SaveReminder,
    SendReminder,
    ShowReminder,
    TurnReminded,
    TurnRemindTimes,
)
from bot.taps.roles import (
    AcceptProposal,
    DropDelegate,
    NameDelegate,
    Propose,
    RefuseProposal,
    ShowDelegate,
    ShowProposal,
    WithdrawProposal,
)
from bot.taps.tap import Inert, Open, Place, Tap
from bot.taps.watching import ListWatching, StopWatching, Watch
from bot.taps.week import (
    CopyWeek,
    DrawWeek,
    DropPlan,
    EditWeek,
    SendCalendar,
    ShowDoctors,
    ShowWeek,
    ShowWhy,
    SwitchDay,
    Undo,
)
from clinic.booking import Affected
from clinic.broadcast import Audience, AudienceKind
from clinic.dates import TimeOffKind
from clinic.people import Role
from clinic.plan import NO_WEEKLY_HOURS, Repeat
from clinic.time_range import TimeRange
from clinic.use_cases.history import ChangeKind
from clinic.week import DayAvailability, monday_of, Weekday
from tests.calendar_file import calendar_file
from tests.phone import keep_dates, press, save, tap, type_week
from tests.rota import Rota, running

pytestmark = pytest.mark.asyncio(loop_scope="session")

HOURS = {"doctors", "week_plans", "day_availability", "time_ranges", "week_changes"}
TIME_OFF, OTHER_HOURS = {"time_off", "date_changes"}, {"date_overrides", "override_ranges", "date_changes"}
BOOKINGS, SLOTS = {"bookings", "booking_changes"}, {"doctors"}
WEEK_OFF = TIME_OFF | {"confirmations"}
CLOSURES, ZONE = {"closures", "date_changes"}, {"doctors", "date_changes"}
WATCHES = {"watches"}
REMINDERS = {"reminders"}
PEOPLE, LINKS = {"people"}, {"invitations"}
DELEGATES, PROPOSALS = {"delegates", "personal_notices"}, {"proposals", "personal_notices"}
SHOWN_HOURS = "09:07"
TODAY = datetime.now(UTC).date()
"""The clinic's date; whoever runs this over midnight runs it again."""
LATER = TODAY + timedelta(days=40)
NEXT_MONDAY = monday_of(TODAY) + timedelta(days=7)
HOLIDAYS = calendar_file(("2099-01-06", "Reyes"))
ROOM = datetime.combine(NEXT_MONDAY, time(10), UTC)
"""Where a doctor has hours and no booking."""
NEW = {Weekday.MON: DayAvailability.of(Weekday.MON, [TimeRange(600, 720)])}
ROWS = (
    "stranger",
    "suspended, own",
    "suspended, another's",
    "doctor, own",
    "doctor, another's",
    "delegate",
    "receptionist",
    "admin",
)
KNOWN = {"doctor, own", "doctor, another's", "delegate", "receptionist", "admin"}
READERS = {"doctor, own", "delegate", "receptionist", "admin"}
"""Who reads the doctor's hours, in an inline query too: whoever works at the desk, the doctor, and the delegate."""

DESK = {
    **dict.fromkeys(("SaveBooking", "MoveBooking", "CancelBooking", "MarkNoShow", "KeepBooking"), BOOKINGS),
    "Watch": WATCHES,
    "Save, proposal": PROPOSALS,
}
IN_THE_DOCTORS_NAME: dict[str, set[str]] = {
    "Save": HOURS,
    "SaveNight": HOURS,
    "SaveOver": HOURS,
    "SwitchDay": HOURS,
    "Undo": HOURS,
    "DropPlan": HOURS,
    "Despite": HOURS,
    "Save, time off": TIME_OFF,
    "Save, other hours": OTHER_HOURS,
    "RemoveRule, time off": TIME_OFF,
    "RemoveRule, other hours": OTHER_HOURS,
    "UndoDates": TIME_OFF,
}
"""What a delegate changes as the doctor does."""
OF_ONES_OWN: dict[str, set[str]] = {
    "SayToday": TIME_OFF,
    "SetZone": ZONE,
    "NameDelegate": DELEGATES,
    "TakeWeekOff": WEEK_OFF,
}
"""What names no doctor, and is about one's own."""
CHANGES: dict[str, dict[str, set[str]]] = {
    "doctor, own": {
        **IN_THE_DOCTORS_NAME,
        **OF_ONES_OWN,
        "CancelBooking": BOOKINGS,
        "SetSlots": SLOTS,
        "DropDelegate": DELEGATES,
        "AcceptProposal": HOURS | PROPOSALS,
        "RefuseProposal": PROPOSALS,
    },
    "doctor, another's": OF_ONES_OWN,
    "delegate": {**IN_THE_DOCTORS_NAME, **OF_ONES_OWN},
    "receptionist": {**DESK, "WithdrawProposal": PROPOSALS},
    "admin": {
        **DESK,
        "SetSlots": SLOTS,
        "Save, closure": CLOSURES,
        "RemoveRule, closure": CLOSURES,
        "UndoDates, closure": CLOSURES,
        "Revert": HOURS,
        "Revert, time off": TIME_OFF,
        "Revert, closure": CLOSURES,
        "InviteRole": LINKS,
        "MakeAgain": LINKS,
        "Withdraw": LINKS,
        "Suspend": PEOPLE,
        "a name for the invitation": LINKS,
        "Send": {"broadcasts", "deliveries"},
        "CancelBroadcast": {"broadcasts"},
        "SaveReminder": REMINDERS,
        "PauseReminder": REMINDERS,
        "DeleteReminder": REMINDERS,
        "SendReminder": REMINDERS | {"broadcasts", "deliveries", "occurrences"},
    },
}
"""All that the policy lets anybody change, besides one's own language."""

COMMANDS = [
    "/start", "/start 4711", "/availability", "/week", "/week Ana", "/toggle", "/invite", "/people", "/language",
    "/help", "/cancel", "/claim", "hello", "tue 10-12", "9:15", "/off", "/off tomorrow flu", "/date",
    "/date tomorrow 10-12", "/closed", "/closed tomorrow party", "/today", "/zone", "/zone Madrid",
    "/day", "/day tomorrow", "/now", "/watching",
    "off tomorrow 14-18", "31 dec 10-14", "/free", "/free ana 30", "/book", "book ana tomorrow 10:00 P-1",
    "/bookings", "/bookings ana", "/attention", "/slots", "/slots ana 25 5", "/history", "/history ana",
    "/confirmed", "/broadcast", "/broadcasts", "/reminders", "/delegate", "/proposals",
]  # fmt: skip

INLINE = ["", "ana", "ana tomorrow", "cardiology"]


@dataclass(frozen=True)
class Cell:
    """What an attempt did: the tables that it changed, and whether it showed the doctor's hours."""

    name: str
    changed: set[str]
    shown: bool


@dataclass(frozen=True)
class Target:
    """What an attempt is aimed at: a doctor with time off, somebody to suspend, a link to withdraw, a closure.

    The doctor has a delegate, and a proposal of the receptionist's waits for an answer.
    """

    doctor: int
    version: int
    user: int
    invitation: int
    time_off: int
    change: int
    closure: int
    closing: int
    newest: int
    booking: int
    watched: int
    delegate: int
    proposal: int


def booking_taps(target: Target) -> list[Tap]:
    """Return a tap of every kind about a booking that has begun, is flagged, and is the target doctor's."""
    whom, booking = f"d{target.doctor}", target.booking
    return [
        BookWhom(page=0, moves=booking),
        BookDay(whom=whom, month=TODAY, moves=0),
        BookSlot(whom=whom, day=NEXT_MONDAY, page=0, moves=0),
        BookAt(doctor=target.doctor, start=minute_of(ROOM), moves=0),
        AskReference(),
        SaveBooking(),
        DropBooking(),
        MoveBooking(booking=booking, version=1, doctor=target.doctor, start=minute_of(ROOM)),
        ListBookings(doctor=target.doctor, day=TODAY, page=0),
        ListAttention(page=0),
        ShowBooking(booking=booking),
        AskCancel(booking=booking),
        CancelBooking(booking=booking, version=1, reason=CancelReason.PATIENT),
        MarkNoShow(booking=booking, version=1, missed=True),
        KeepBooking(booking=booking, version=1),
        ShowSlots(doctor=target.doctor),
        SetSlots(doctor=target.doctor, minutes=25, buffer=5),
    ]


def broadcast_taps(target: Target) -> list[Tap]:
    """Return a tap of every kind about a broadcast that has not begun."""
    return [
        PickAudience(whom=Whom.EVERYONE),
        PickSkill(skill=specialization_key("cardiology")),
        PickPerson(user=target.user, on=True),
        TurnPeople(page=0),
        GoTo(step=BroadcastStep.AUDIENCE),
        SendMonth(month=LATER.replace(day=1)),
        SendDay(day=LATER),
        SendTimes(night=True),
        SendTime(minutes=600),
        Send(at=0),
        ShowBroadcast(broadcast=1, page=0),
        ListBroadcasts(page=0),
        CancelBroadcast(broadcast=1),
        RetryFailed(broadcast=1),
    ]


def reminder_taps(target: Target) -> list[Tap]:
    """Return a tap of every kind about a reminder, or about one in the making."""
    return [
        ListReminders(),
        ShowReminder(reminder=1),
        PauseReminder(reminder=1, paused=True),
        AskSendNow(reminder=1),
        SendReminder(reminder=1, version=1),
        AskDelete(reminder=1),
        DeleteReminder(reminder=1),
        NewReminder(),
        EditReminder(reminder=1),
        GoToReminder(step=ReminderStep.DAYS),
        PickQuestion(),
        PickRemindDay(day=Weekday.MON, on=True),
        PickRemindTime(minutes=600),
        TurnRemindTimes(night=True),
        PickClock(own=True),
        PickReminded(kind=AudienceKind.DOCTORS),
        PickRemindedSkill(skill=specialization_key("cardiology")),
        PickRemindedPerson(user=target.user, on=True),
        TurnReminded(page=0),
        PickNag(minutes=240, on=True),
        SaveReminder(),
    ]


def taps(target: Target) -> dict[str, Tap]:
    """Return a tap of every kind that there is, with the ids of real people; of some there is one a form."""
    monday, doctor = date(2026, 3, 2), target.doctor
    made: list[Tap] = [
        PickDay(day=Weekday.MON, on=True),
        PickDays(days=31),
        Next(step=Step.DAYS),
        Back(step=Step.REVIEW),
        Cancel(),
        ShowNight(step=Step.FROM, on=True),
        PickFrom(minutes=540),
        PickTo(minutes=1020),
        PickNoHours(kind=NoHoursKind.CLEAR),
        AddHours(),
        Save(),
        SaveNight(),
        EndByDay(minutes=1020),
        SaveOver(version=target.version),
        ShowWeek(doctor=doctor, monday=monday),
        SwitchDay(doctor=doctor, day=Weekday.MON, on=False, monday=monday),
        Undo(doctor=doctor, version=target.version),
        Open(place=Place.MENU),
        ShowDoctors(page=0),
        InviteRole(role=Role.ADMIN),
        ShowPeople(page=0),
        ShowPerson(user=target.user),
        Suspend(user=target.user, suspended=True),
        InviteAgain(doctor=doctor),
        MakeAgain(),
        ShowInvitation(invitation=target.invitation),
        Withdraw(invitation=target.invitation),
        ChooseLanguage(language="en-US"),
        Inert(),
        ShowMonth(month=LATER.replace(day=1)),
        PickDate(day=LATER, on=True),
        LastDate(day=LATER),
        WholeDays(),
        SomeHours(),
        UndoDates(change=target.change),
        SayToday(kind=TimeOffKind.SICK, day=TODAY, start=0, end=0),
        ShowWhy(doctor=doctor, monday=monday_of(TODAY)),
        ShowZones(region="America", page=0),
        PickZone(zone="America/New_York"),
        SetZone(zone="America/New_York"),
        PickRepeat(repeat=Repeat.ONE_WEEK, day=NEXT_MONDAY),
        EditWeek(doctor=doctor),
        DropPlan(doctor=doctor, starts=NEXT_MONDAY, once=True),
        ShowBoard(day=TODAY, first=0),
        ShowBoardBefore(day=TODAY, end=1),
        ShowNow(page=0),
        CopyWeek(doctor=doctor, monday=monday),
        CopyBoard(day=TODAY, first=0),
        DrawWeek(doctor=doctor, monday=monday),
        DrawBoard(day=TODAY, first=0),
        SendCalendar(doctor=doctor),
        FreeWhom(page=0),
        FreeLength(whom=f"d{doctor}"),
        ShowFree(whom=f"d{doctor}", minutes=30, page=0),
        WhyNoneFree(whom=f"d{doctor}", minutes=30),
        *booking_taps(target),
        *broadcast_taps(target),
        *reminder_taps(target),
        PickHistory(page=0),
        ShowHistory(doctor=doctor, page=0),
        ShowChange(doctor=doctor, kind=ChangeKind.WEEK, number=target.version),
        AskRevert(doctor=doctor, kind=ChangeKind.WEEK, number=target.version),
        Revert(doctor=doctor, kind=ChangeKind.WEEK, number=target.version, seen=target.version),
        AskWeek(monday=NEXT_MONDAY),
        ConfirmWeek(monday=NEXT_MONDAY, seen="c0ffeec0ffee"),
        ChangeWeek(monday=NEXT_MONDAY),
        TakeWeekOff(monday=NEXT_MONDAY),
        ShowConfirmed(monday=NEXT_MONDAY, first=0),
        ShowConfirmedBefore(monday=NEXT_MONDAY, end=1),
        Watch(doctor=doctor, on=True, monday=monday, told=False),
        ListWatching(page=0),
        StopWatching(doctor=target.watched, page=0),
        ShowDelegate(page=0),
        NameDelegate(user=target.user),
        DropDelegate(user=target.delegate),
        Propose(doctor=doctor),
        ShowProposal(proposal=target.proposal),
        AcceptProposal(proposal=target.proposal, version=target.version),
        RefuseProposal(proposal=target.proposal),
        WithdrawProposal(proposal=target.proposal),
        ShowForm(),
        ShowBoard(day=TODAY, first=0),
        ShowBoardBefore(day=TODAY, end=1),
        ShowNow(page=0),
        CopyBoard(day=TODAY, first=0),
        DrawBoard(day=TODAY, first=0),
        CopyWeek(doctor=doctor, monday=monday),
        DrawWeek(doctor=doctor, monday=monday),
        SendCalendar(doctor=doctor),
        Despite.of(Affected.TELL, SwitchDay(doctor=doctor, day=Weekday.MON, on=False, monday=monday_of(TODAY))),
    ]
    named: dict[str, Tap] = {type(tap).__name__: tap for tap in made}
    keys = {Form.OFF: str(target.time_off), Form.DATE: TODAY.isoformat(), Form.CLOSED: str(target.closure)}
    for form, name in FORMS.items():
        named[f"Save, {name}"] = Save()
        whose = 0 if form is Form.CLOSED else doctor
        named[f"OpenForm, {name}"] = OpenForm(form=form, doctor=whose)
        named[f"ListRules, {name}"] = ListRules(form=form, doctor=whose)
        for kind in (ShowRule, ChangeRule, RemoveRule):
            named[f"{kind.__name__}, {name}"] = kind(form=form, key=keys[form], doctor=whose)
    named["Save, proposal"] = Save()
    named["Watch, to stop"] = Watch(doctor=target.watched, on=False, monday=monday, told=True)
    named["UndoDates, closure"] = UndoDates(change=target.closing)
    of_dates = {"time off": (target.change, target.newest), "closure": (target.closing, target.closing)}
    for name, (change, seen) in of_dates.items():
        named[f"Revert, {name}"] = Revert(doctor=doctor, kind=ChangeKind.DATES, number=change, seen=seen)
    return named


FORMS = {Form.OFF: "time off", Form.DATE: "other hours", Form.CLOSED: "closure"}
STEPS = {
    "SaveNight": Step.NIGHT,
    "SaveOver": Step.CHANGED,
    "PickFrom": Step.FROM,
    "PickTo": Step.TO,
    "Next": Step.DAYS,
    "PickRepeat": Step.WHEN,
}
BROADCAST_STEPS = {
    "PickAudience": BroadcastStep.AUDIENCE,
    "PickSkill": BroadcastStep.SKILLS,
    "PickPerson": BroadcastStep.PEOPLE,
    "TurnPeople": BroadcastStep.PEOPLE,
    "GoTo": BroadcastStep.PREVIEW,
    "SendMonth": BroadcastStep.DAY,
    "SendDay": BroadcastStep.DAY,
    "SendTimes": BroadcastStep.TIME,
    "SendTime": BroadcastStep.TIME,
    "Send": BroadcastStep.PREVIEW,
}
REMINDER_STEPS = {
    "GoToReminder": ReminderStep.CARD,
    "PickQuestion": ReminderStep.MESSAGE,
    "PickRemindDay": ReminderStep.DAYS,
    "PickRemindTime": ReminderStep.TIME,
    "TurnRemindTimes": ReminderStep.TIME,
    "PickClock": ReminderStep.CARD,
    "PickReminded": ReminderStep.AUDIENCE,
    "PickRemindedSkill": ReminderStep.AUDIENCE,
    "PickRemindedPerson": ReminderStep.PEOPLE,
    "TurnReminded": ReminderStep.PEOPLE,
    "PickNag": ReminderStep.NAGS,
    "SaveReminder": ReminderStep.CARD,
}
DATE_STEPS = {
    "PickDate": Step.DATES,
    "ShowMonth": Step.DATES,
    "Inert": Step.DATES,
    "LastDate": Step.LAST,
    "WholeDays": Step.LAST,
    "SomeHours": Step.LAST,
}


def dates_draft(form: Form, target: Target, step: Step = Step.REVIEW) -> DatesDraft:
    """Return a form about a date on which nothing is planned, filled in."""
    day, doctor_id = LATER + timedelta(days=5), 0 if form is Form.CLOSED else target.doctor
    ranges = (TimeRange(600, 720),) if form is Form.DATE else ()
    return DatesDraft(form=form, doctor_id=doctor_id, step=step, dates=(day,), ranges=ranges, text="Fiesta")


def draft_for(kind: str, target: Target) -> AnyDraft:  # noqa: PLR0911 - one table
    """Return what stands behind a message on which this button would do most, as if the person had once been let."""
    if kind == "MakeAgain":
        return InviteDraft(step=InviteStep.AGAIN, doctor_id=target.doctor)
    if kind in {"InviteRole", "a name for the invitation"}:
        return InviteDraft(step=InviteStep.ROLE if kind == "InviteRole" else InviteStep.NAME)
    if kind in BROADCAST_STEPS:
        content = Content(chat_id=1, message_id=1)
        receptionists = Audience(AudienceKind.RECEPTIONISTS)
        return BroadcastDraft(step=BROADCAST_STEPS[kind], content=content, audience=receptionists, day=LATER)
    if kind in REMINDER_STEPS:
        return ReminderDraft(step=REMINDER_STEPS[kind])
    if kind in {"SaveBooking", "AskReference", "DropBooking"}:
        return BookingDraft(step=BookingStep.REVIEW, doctor_id=target.doctor, start=ROOM, reference="P-1")
    for form, name in FORMS.items():
        if kind == f"Save, {name}":
            return dates_draft(form, target)
    if kind in DATE_STEPS:
        return dates_draft(Form.OFF, target, DATE_STEPS[kind])
    draft = (ProposalDraft if kind == "Save, proposal" else WeekDraft)(
        doctor_id=target.doctor,
        hours=NO_WEEKLY_HOURS,
        version=target.version,
        today=TODAY,
        day=TODAY,
        days=frozenset(NEW),
        typed=NEW,
    )
    theirs = {"theirs": NO_WEEKLY_HOURS, "their_version": target.version}
    return draft.at(STEPS.get(kind, Step.REVIEW), start=540, **theirs)


async def plan(doctor: Person, start: str) -> None:
    """Let a doctor have weekly hours, those of one week, time off, and other hours today; all begin at ``start``."""
    await save(doctor, "mon-fri 8-9")
    await save(doctor, f"mon-fri {start}-13")
    form = await type_week(doctor, f"mon-fri {start}-12")
    await tap(doctor, "Every week", form=form)
    await press(doctor, form, PickRepeat(repeat=Repeat.ONE_WEEK, day=NEXT_MONDAY))
    await tap(doctor, "Save", form=form)
    await keep_dates(doctor, f"/off {LATER} {start}-10 flu")
    await keep_dates(doctor, f"/date {TODAY} {start}-11")


Dump = dict[str, list[Any]]


class Stage:
    """One bot with somebody of each kind, whose database is put back after every attempt."""

    def __init__(self, rota: Rota) -> None:
        self.rota = rota
        self.people: dict[str, Person] = {}
        self.targets: dict[str, Target] = {}
        self._ids = itertools.count(101)
        self._kept: Dump = {}

    async def begin(self) -> None:
        ana, ben = await self.rota.doctor("Ana Ruiz"), await self.rota.doctor("Ben Ek")
        sus, rosa = await self.rota.doctor("Sus Pended"), await self.rota.receptionist()
        dan = await self.rota.doctor("Dan Low")
        victim = await self.rota.receptionist("Vic Tim")
        admin = await self.rota.claimed()
        for doctor in (ana, sus, ben, dan):
            await plan(doctor, "9:07" if doctor in {ana, sus} else "7:07")
        await keep_dates(admin, f"/closed {LATER + timedelta(days=9)} Fiesta")
        with self._database() as database:
            database.execute("UPDATE people SET suspended = 1 WHERE user_id = ?", (sus.user_id,))
            links = "INSERT INTO invitations (token_hash, role, created_by, expires_at) VALUES ('x', 'admin', 1, ?)"
            link = database.execute(links, ("2099-01-01 00:00:00.000000",)).lastrowid
            database.execute("UPDATE rate_gates SET free_at = 1e12")  # what is sent here never leaves
            columns = "body, audience, specialization, user_ids, due, by_user_id, by_name, state, settled_before"
            database.execute(
                f"INSERT INTO broadcasts ({columns}) VALUES ('{{}}', 'doctors', '', '[]', ?, 1, '', 'scheduled', 0)",  # noqa: S608
                ("2099-01-01 00:00:00.000000",),
            )
            columns = "days, minutes, own_zone, audience, specialization, user_ids, body, nags, by_user_id, by_name"
            database.execute(
                f"INSERT INTO reminders ({columns}, due, day, version)"  # noqa: S608
                " VALUES (1, 540, 0, 'doctors', '', '[]', '', '[]', 1, '', ?, '2099-01-05', 1)",
                ("2099-01-05 09:00:00.000000",),
            )
        assert link
        anas, own = (self._target(doctor, victim, link, dan, rosa) for doctor in (ana, sus))
        everybody = (self.rota.person("Sam Stone"), sus, sus, ana, ben, dan, rosa, admin)
        self.people = dict(zip(ROWS, everybody, strict=True))
        self.targets = {row: own if row == "suspended, own" else anas for row in ROWS}
        with self._database() as database:
            for person in everybody:
                database.execute("INSERT OR IGNORE INTO watches VALUES (?, ?)", (anas.watched, person.user_id))
        self._kept = self.dump()

    def _database(self) -> closing[sqlite3.Connection]:
        return closing(sqlite3.connect(self.rota.database, timeout=10, isolation_level=None))

    def _target(self, doctor: Person, victim: Person, link: int, delegate: Person, proposer: Person) -> Target:
        ((doctor_id, time_off, change),) = self.rota.rows(
            "SELECT doctor_id, time_off_id, min(change_id) FROM people JOIN time_off USING (doctor_id)"
            " JOIN date_changes USING (doctor_id) WHERE user_id = ?",
            doctor.user_id,
        )
        ((closure, closing),) = self.rota.rows(
            "SELECT closure_id, change_id FROM closures, date_changes WHERE doctor_id IS NULL"
        )
        own = "SELECT max(change_id) FROM date_changes WHERE doctor_id = ? OR doctor_id IS NULL"
        ((newest,),) = self.rota.rows(own, doctor_id)
        self.rota.rows("INSERT INTO delegates VALUES (?, ?)", doctor_id, delegate.user_id)
        self.rota.rows(
            "INSERT INTO proposals (doctor_id, days, repeat, day, answer, at, by_user_id, by_name)"
            " VALUES (?, ?, 'every week', ?, 'waiting', ?, ?, 'Rosa')",
            doctor_id,
            json.dumps({"0": [True, [[600, 720]]]}),
            f"{TODAY}",
            f"{TODAY} 00:00:00.000000",
            proposer.user_id,
        )
        ((proposal,),) = self.rota.rows("SELECT max(proposal_id) FROM proposals")
        ids = (time_off, change, closure, closing, newest, self._booked(doctor_id), self._watched())
        return Target(doctor_id, 3, victim.user_id, link, *ids, delegate.user_id, proposal)

    def _watched(self) -> int:
        """Keep a doctor without hours and return the id: nobody can change what those who watch are told of."""
        with self._database() as database:
            insert = "INSERT INTO doctors (name, specialization, sort_key) VALUES ('Wat Ched', 'GP', x'')"
            added = database.execute(insert).lastrowid
        assert added
        return added

    def _booked(self, doctor_id: int) -> int:
        """Keep a booking of the night, which no change of hours takes hours from; it waits for attention."""
        night = TODAY - timedelta(days=1)
        start, end = f"{night} 03:00:00.000000", f"{night} 04:00:00.000000"
        stamp = {"user_id": 1, "name": "Rosa", "at": f"{TODAY}T00:00:00+00:00"}
        with self._database() as database:
            columns = 'doctor_id, start, "end", reference, note, status, flagged, reason, version'
            added = database.execute(
                f"INSERT INTO bookings ({columns}, set_by_id, set_by, set_at)"  # noqa: S608
                " VALUES (?, ?, ?, 'P-1', '', 'booked', 1, '', 1, 1, 'Rosa', ?)",
                (doctor_id, start, end, f"{TODAY} 00:00:00.000000"),
            ).lastrowid
            assert added
            after = {
                "booking_id": added,
                "doctor_id": doctor_id,
                "slot": [f"{night}T03:00:00+00:00", f"{night}T04:00:00+00:00"],
                "reference": "P-1",
                "note": "",
                "status": "booked",
                "flagged": True,
                "reason": "",
                "stamp": stamp,
                "version": 1,
            }
            database.execute(
                "INSERT INTO booking_changes (booking_id, version, at, by_user_id, by_name, after)"
                " VALUES (?, 1, ?, 1, 'Rosa', ?)",
                (added, f"{TODAY} 00:00:00.000000", json.dumps(after)),
            )
        return added

    def dump(self) -> Dump:
        """Return every row of every table but the drafts."""
        with self._database() as database:
            names = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
            tables = {name for (name,) in database.execute(names)} - {"drafts"}
            return {name: database.execute(f"SELECT * FROM {name}").fetchall() for name in sorted(tables)}  # noqa: S608

    def _put_back(self) -> None:
        with self._database() as database:
            database.execute("BEGIN IMMEDIATE")
            for name, stored in self._kept.items():
                database.execute(f"DELETE FROM {name}")  # noqa: S608
                for row in stored:
                    database.execute(f"INSERT INTO {name} VALUES ({', '.join('?' * len(row))})", row)  # noqa: S608
            database.execute("COMMIT")

    def keep(self, person: Person, draft: AnyDraft) -> int:
        """Store a draft behind a message of the person's and return the message's id."""
        message_id = next(self._ids)
        row = (
            person.user_id,
            message_id,
            draft.model_dump_json(),
            1,
            draft.waits_for_text,
            "2099-01-01 00:00:00.000000",
        )
        columns = "chat_id, message_id, body, revision, waits_for_text, expires_at"
        with self._database() as database:
            database.execute(f"INSERT INTO drafts ({columns}) VALUES (?, ?, ?, ?, ?, ?)", row)  # noqa: S608
        return message_id

    async def attempt(self, row: str, act: Callable[[Person], object]) -> tuple[set[str], Dump, bool]:
        """Let the person act; return which tables changed, all rows, and whether the doctor's hours were shown."""
        person = self.people[row]
        written, told = (person.messages[-1].id if person.messages else 0), len(person.toasts)
        offered = set(person.offers)
        act(person)
        await self._done(row, person)
        after = self.dump()
        said = [message.text for message in person.messages if message.from_bot and message.id > written]
        said += [toast.text for toast in person.toasts[told:]]
        said += [one.text for number in person.offers.keys() - offered for one in person.offers[number].results]
        changed = {name for name in after if after[name] != self._kept[name]}
        if changed:
            self._put_back()
        self.rota.rows("DELETE FROM drafts")
        return changed, after, SHOWN_HOURS in "\n".join(said)

    async def _done(self, row: str, person: Person) -> None:
        """Wait until all that the person did is handled; one person's updates are handled in order."""
        said = person.say("/help")
        await person.sees("What you can do" if row in KNOWN else "administrator", after=said)
        await person.until(lambda someone: not someone.unanswered)

    def own_row(self, dump: Dump, row: str) -> list[Any]:
        """Return the people of a dump but for the actor."""
        return [line for line in dump["people"] if line[0] != self.people[row].user_id]


def pressing(tap: Tap, message_id: int) -> Callable[[Person], object]:
    return lambda person: person.press(message_id, tap.pack())


def asking(query: str) -> Callable[[Person], object]:
    return lambda person: person.inline(query)


def saying(text: str) -> Callable[[Person], object]:
    return lambda person: person.say(text)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with running(tmp_path_factory.mktemp("roles"), {}) as rota:
        made = Stage(rota)
        await made.begin()
        yield made
        assert "ERROR" not in rota.log


async def buttons(stage: Stage, row: str) -> list[Cell]:
    """Send a forged tap of every kind, each on a message with a fitting draft behind it."""
    target, cells = stage.targets[row], []
    made = taps(target)
    assert set(map(type, made.values())) == set(Tap.kinds.values()), "a new kind of tap: say here what it may change"
    for name, wanted in made.items():
        message_id = stage.keep(stage.people[row], draft_for(name, target))
        changed, _, shown = await stage.attempt(row, pressing(wanted, message_id))
        cells.append(Cell(name, changed, shown))
    return cells


async def commands(stage: Stage, row: str) -> list[Cell]:
    attempts = [(text, await stage.attempt(row, saying(text))) for text in COMMANDS]
    return [Cell(text, changed, shown) for text, (changed, _, shown) in attempts]


async def inline_queries(stage: Stage, row: str) -> list[Cell]:
    attempts = [(query, await stage.attempt(row, asking(query))) for query in INLINE]
    return [Cell(f"@bot {query}", changed, shown) for query, (changed, _, shown) in attempts]


def allowed(row: str, kind: str) -> set[str]:
    if kind == "StopWatching" and row in KNOWN:
        return WATCHES
    if kind == "Watch, to stop" and not row.startswith("suspended"):
        return WATCHES
    if kind == "ChooseLanguage" and row in KNOWN:
        return PEOPLE
    return CHANGES.get(row, {}).get(kind, set())


@pytest.mark.parametrize("row", ROWS)
async def test_buttons_change_what_policy_allows(stage: Stage, row: str) -> None:
    """A forged tap of every kind, on a message with a fitting draft behind it."""
    for cell in await buttons(stage, row):
        assert cell.changed <= allowed(row, cell.name), (row, cell)
        assert bool(cell.changed) is bool(allowed(row, cell.name)), (row, cell)
        assert not cell.shown or row in READERS, (row, cell)


@pytest.mark.parametrize("row", ROWS)
async def test_commands_change_nothing(stage: Stage, row: str) -> None:
    """No command and no text changes anything but a draft: there is always a button to tap first."""
    cells = await commands(stage, row)
    assert [cell for cell in cells if cell.changed] == []
    assert [cell for cell in cells if cell.shown and row not in READERS] == []


@pytest.mark.parametrize("row", ROWS)
async def test_a_typed_name_invites_for_admins_alone(stage: Stage, row: str) -> None:
    """Though a form that waits for it is there."""
    name = "a name for the invitation"
    stage.keep(stage.people[row], draft_for(name, stage.targets[row]))
    changed, _, _ = await stage.attempt(row, saying("Eva Sol, surgery"))
    assert changed == allowed(row, name)


@pytest.mark.parametrize("row", sorted(KNOWN))
async def test_a_language_is_ones_own(stage: Stage, row: str) -> None:
    """Choosing it changes one row of one table."""
    before = stage.own_row(stage.dump(), row)
    _, after, _ = await stage.attempt(row, pressing(ChooseLanguage(language="en-US"), 99))
    assert stage.own_row(after, row) == before


@pytest.mark.parametrize("row", ROWS)
async def test_inline_queries_show_what_policy_allows(stage: Stage, row: str) -> None:
    """No query changes anything, and the doctor is found by whoever may look the hours up."""
    for cell in await inline_queries(stage, row):
        assert cell.changed == set(), (row, cell)
        assert cell.shown is (row in READERS), (row, cell)


async def test_readers_do_read(stage: Stage) -> None:
    """What is hidden from others is shown to these: the check above can tell."""
    for name in ("ShowWeek", "ShowWhy"):
        wanted = taps(stage.targets["admin"])[name]
        shown = {row: (await stage.attempt(row, pressing(wanted, 98)))[2] for row in ROWS}
        assert {row for row, seen in shown.items() if seen} == READERS, name


@pytest.mark.parametrize("name", OF_ONES_OWN)
async def test_what_names_no_doctor_is_about_ones_own(stage: Stage, name: str) -> None:
    """A date or a zone is the sender's own, and no row of another doctor changes."""
    row = "doctor, another's"
    target, before = stage.targets[row], stage.dump()
    _, after, _ = await stage.attempt(row, pressing(taps(target)[name], 97))
    of_doctor = {
        "doctors": 0,
        "delegates": 0,
        "time_off": 1,
        "date_changes": 1,
        "date_overrides": 0,
        "override_ranges": 0,
    }
    for table, column in {**of_doctor, "week_plans": 1}.items():
        kept, now = ({line for line in dump[table] if line[column] == target.doctor} for dump in (before, after))
        assert now == kept, table


async def test_a_sent_file_changes_nothing(stage: Stage) -> None:
    """Holidays are shown for review, and only to an admin; nobody's file closes the clinic by itself."""
    for row in ROWS:
        changed, _, _ = await stage.attempt(row, lambda person: person.send_document("holidays.ics", HOLIDAYS))
        assert changed == set(), row
