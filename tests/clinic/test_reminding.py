"""Reminders' turns: who is asked, asked again, listed; what was missed; and all of it once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from clinic.broadcast import Audience, AudienceKind, BroadcastState
from clinic.confirmation import fingerprint
from clinic.dates import week_span
from clinic.errors import NotAllowed, ReminderHasChanged, UnknownReminder
from clinic.people import Actor, Role
from clinic.ports import Clinic
from clinic.ports.conversation import Draft
from clinic.reminder import Reminder
from clinic.use_cases import reminders
from clinic.use_cases.confirmations import confirm_week
from clinic.use_cases.dates import set_zone
from clinic.use_cases.hours import read_schedule
from clinic.use_cases.reminding import have_due, Matter, Missed, Question, read_unanswered, remind, Unanswered
from clinic.week import Weekday
from tests.clinic.conftest import Join, NOW, Watch
from tests.clinic.hours_of import utc
from tests.clinic.memory import Memory

FRIDAY = date(2026, 3, 6)
MONDAY = date(2026, 3, 9)
ASK = Reminder(frozenset({Weekday.FRI}), 540, Audience(AudienceKind.DOCTORS), nags=(240, 1440))
TEXT = replace(ASK, audience=Audience(AudienceKind.EVERYONE), body='{"text": 1}', nags=())
DRAFT = Draft(31, 1, "{}", NOW + timedelta(days=1))
HOUR = timedelta(hours=1)

Sent = Callable[[], list[tuple[str, dict[int, str]]]]
At = Callable[[str], Awaitable[None]]


def written(matter: Matter) -> str:
    return repr(matter)


@pytest.fixture
def sent(memory: Memory) -> Sent:
    """What each broadcast sends, and to whom, from when on."""

    def found() -> list[tuple[str, dict[int, str]]]:
        kept = memory.tables.deliveries.values()
        return [
            (
                one.body,
                {
                    each.delivery.user_id: f"{each.due:%a %H:%M}"
                    for each in kept
                    if each.delivery.broadcast_id == one.broadcast_id
                },
            )
            for one in memory.tables.broadcasts.values()
        ]

    return found


@pytest.fixture
def at(clinic: Clinic, watch: Watch) -> At:
    """Set the clock, and take every turn that is due."""

    async def moved(moment: str) -> None:
        watch.now = utc(moment)
        while await have_due(clinic):
            assert await remind(clinic, written)
        assert not await remind(clinic, written)

    return moved


async def keep(clinic: Clinic, admin: Actor, one: Reminder = ASK, **changes: Any) -> Reminder:
    """Keep a reminder in a draft of its own."""
    draft = replace(DRAFT, message_id=len(await reminders.everything(clinic, admin)) + 1)
    return await reminders.keep(clinic, admin, replace(one, **changes), closing=draft)


async def confirm(clinic: Clinic, doctor: Actor) -> None:
    assert doctor.doctor_id
    read = await read_schedule(clinic, doctor, doctor.doctor_id, week_span(MONDAY))
    await confirm_week(clinic, doctor, doctor.doctor_id, MONDAY, fingerprint(read.schedule.days(week_span(MONDAY))))


QUESTION = [repr(Question(MONDAY, asked)) for asked in range(3)]
LIST = repr(Unanswered(1, MONDAY))


async def test_answering_ends_the_nagging(
    clinic: Clinic, admin: Actor, doctor: Actor, other_doctor: Actor, at: At, sent: Sent
) -> None:
    """Both are asked, and then the one who has not answered; the admins get the list an hour after the last time."""
    kept = await keep(clinic, admin)
    await at("2026-03-06T07:59")
    assert sent() == []
    await at("2026-03-06T08:00")
    assert sent() == [(QUESTION[0], {11: "Fri 08:00", 12: "Fri 08:00"})]
    await confirm(clinic, doctor)
    await at("2026-03-06T12:00")
    assert sent()[1:] == [(QUESTION[1], {12: "Fri 12:00"})]
    await at("2026-03-07T08:00")
    assert sent()[2:] == [(QUESTION[2], {12: "Sat 08:00"})]
    await at("2026-03-07T08:59")
    assert len(sent()) == 3
    await at("2026-03-07T09:00")
    matter = Unanswered(kept.reminder_id, MONDAY)
    assert sent()[3:] == [(repr(matter), {31: "Sat 09:00"})]
    assert [one.name for one in await read_unanswered(clinic, matter) or []] == ["Bo Ek"]
    await at("2026-03-08T23:00")
    assert len(sent()) == 4


async def test_the_next_turn_is_a_week_later(clinic: Clinic, admin: Actor, doctor: Actor, at: At, sent: Sent) -> None:
    """And asks about the week after it."""
    await keep(clinic, admin, nags=())
    await at("2026-03-06T08:00")
    await at("2026-03-13T08:00")
    questions = [body for body, _ in sent() if body.startswith("Question")]
    assert questions == [repr(Question(MONDAY)), repr(Question(MONDAY + timedelta(days=7)))]


async def test_who_has_answered_before_is_not_asked(
    clinic: Clinic, admin: Actor, doctor: Actor, other_doctor: Actor, at: At, sent: Sent
) -> None:
    """Whatever the audience is."""
    await confirm(clinic, doctor)
    await keep(clinic, admin)
    await at("2026-03-06T08:00")
    assert sent() == [(QUESTION[0], {12: "Fri 08:00"})]


async def test_a_message_goes_to_its_audience_once(
    clinic: Clinic, admin: Actor, doctor: Actor, receptionist: Actor, at: At, sent: Sent
) -> None:
    """Nobody answers it, so that nothing follows."""
    await keep(clinic, admin, TEXT)
    await at("2026-03-06T08:00")
    await at("2026-03-08T08:00")
    assert sent() == [(TEXT.body, {11: "Fri 08:00", 21: "Fri 08:00", 31: "Fri 08:00"})]


async def test_an_hour_late_it_goes_out_once(clinic: Clinic, admin: Actor, doctor: Actor, at: At, sent: Sent) -> None:
    """When a process runs again."""
    await keep(clinic, admin, nags=())
    await at("2026-03-06T09:00")
    assert sent() == [(QUESTION[0], {11: "Fri 09:00"})]


async def test_seven_hours_late_it_is_reported_as_missed(
    clinic: Clinic, admin: Actor, doctor: Actor, at: At, sent: Sent
) -> None:
    """To the admins, with its date, and nobody else hears of it; those of weeks at once."""
    kept = await keep(clinic, admin)
    await at("2026-03-06T15:00")
    assert sent() == [(repr(Missed(kept.reminder_id, (FRIDAY,))), {31: "Fri 15:00"})]
    await at("2026-03-21T10:00")
    weeks = (date(2026, 3, 13), date(2026, 3, 20))
    assert sent()[1:] == [(repr(Missed(kept.reminder_id, weeks)), {31: "Sat 10:00"})]


async def test_quiet_hours_delay_each_on_their_own_clock(
    clinic: Clinic, admin: Actor, doctor: Actor, other_doctor: Actor, at: At, sent: Sent
) -> None:
    """Nine in Berlin is three in New York: there it waits until seven, and is not late at noon in Berlin."""
    await set_zone(clinic, other_doctor, 2, "America/New_York")
    await keep(clinic, admin, nags=())
    await at("2026-03-06T08:00")
    assert sent() == [(QUESTION[0], {11: "Fri 08:00", 12: "Fri 12:00"})]


async def test_each_doctors_own_clock(
    clinic: Clinic, admin: Actor, doctor: Actor, other_doctor: Actor, at: At, sent: Sent
) -> None:
    """Nine is nine; whom it is late for by six hours does not get it, and the admins are told."""
    await set_zone(clinic, other_doctor, 2, "America/New_York")
    kept = await keep(clinic, admin, nags=(), own_zone=True)
    await at("2026-03-06T15:00")
    assert sent() == [
        (repr(Missed(kept.reminder_id, (FRIDAY,), 1)), {31: "Fri 15:00"}),
        (QUESTION[0], {12: "Fri 15:00"}),
    ]


async def test_late_in_the_evening_it_waits_until_the_morning(
    clinic: Clinic, admin: Actor, doctor: Actor, at: At, sent: Sent
) -> None:
    """A process that comes back in quiet hours wakes nobody."""
    await keep(clinic, admin, minutes=20 * 60, nags=())
    await at("2026-03-06T21:00")
    assert sent() == [(QUESTION[0], {11: "Sat 06:00"})]


async def test_two_processes_take_a_turn_once(
    clinic: Clinic, admin: Actor, doctor: Actor, watch: Watch, sent: Sent
) -> None:
    """At the same moment."""
    await keep(clinic, admin)
    watch.now = utc("2026-03-06T08:00")
    took = await asyncio.gather(*(remind(clinic, written) for _ in range(4)))
    assert sorted(took) == [False, False, False, True]
    assert len(sent()) == 1


async def test_a_paused_one_sends_nothing(
    clinic: Clinic, admin: Actor, doctor: Actor, memory: Memory, at: At, sent: Sent
) -> None:
    """Not what waits for the morning either, nor again; resumed, it goes on with what comes next."""
    kept = await keep(clinic, admin, minutes=22 * 60)
    await at("2026-03-07T06:00")
    for _ in range(2):
        await reminders.pause(clinic, admin, kept.reminder_id, paused=True)
    assert {one.state for one in memory.tables.broadcasts.values()} == {BroadcastState.CANCELLED}
    await at("2026-03-21T12:00")
    assert len(sent()) == 1
    resumed = await reminders.pause(clinic, admin, kept.reminder_id, paused=False)
    assert resumed.due == utc("2026-03-28T06:00")


async def test_send_now_is_done_once_a_version(clinic: Clinic, admin: Actor, doctor: Actor, sent: Sent, at: At) -> None:
    """It asks again as ever, and its own turn stays where it was."""
    kept = await keep(clinic, admin)
    assert await reminders.send_now(clinic, admin, kept.reminder_id, 1, written) == 1
    with pytest.raises(ReminderHasChanged):
        await reminders.send_now(clinic, admin, kept.reminder_id, 1, written)
    assert sent() == [(QUESTION[0], {11: "Mon 09:00"})]
    await at("2026-03-02T13:00")
    assert sent()[1:] == [(QUESTION[1], {11: "Mon 13:00"})]
    assert (await reminders.read(clinic, admin, kept.reminder_id)).reminder.due == kept.due


async def test_an_edit_is_of_the_version_that_was_seen(clinic: Clinic, admin: Actor, doctor: Actor) -> None:
    """The next turn is that of the new time; over another change it is refused."""
    kept = await keep(clinic, admin)
    assert kept.due == utc("2026-03-06T08:00")
    later = await reminders.keep(clinic, admin, replace(kept, minutes=600), closing=replace(DRAFT, message_id=8))
    assert (later.due, later.version) == (utc("2026-03-06T09:00"), 2)
    with pytest.raises(ReminderHasChanged):
        await reminders.keep(clinic, admin, replace(kept, minutes=660), closing=replace(DRAFT, message_id=9))


async def test_a_deleted_one_is_gone(clinic: Clinic, admin: Actor, doctor: Actor, at: At, sent: Sent) -> None:
    """With all that was to follow; a second tap changes nothing."""
    kept = await keep(clinic, admin)
    await at("2026-03-06T08:00")
    for _ in range(2):
        await reminders.delete(clinic, admin, kept.reminder_id)
    await at("2026-03-20T09:00")
    assert len(sent()) == 1
    with pytest.raises(UnknownReminder):
        await reminders.read(clinic, admin, kept.reminder_id)
    assert await read_unanswered(clinic, Unanswered(kept.reminder_id, MONDAY)) is None


@pytest.mark.parametrize("role", [Role.DOCTOR, Role.RECEPTIONIST])
async def test_admins_alone_remind(clinic: Clinic, admin: Actor, join: Join, role: Role) -> None:
    """Nobody else sees, makes, changes or sends one."""
    kept = await keep(clinic, admin)
    other = await join(Actor(51, "Nobody", frozenset({role}), doctor_id=5 if role is Role.DOCTOR else None))
    for attempt in (
        reminders.everything(clinic, other),
        reminders.foresee(clinic, other, ASK),
        reminders.read(clinic, other, kept.reminder_id),
        reminders.keep(clinic, other, ASK, closing=replace(DRAFT, message_id=7)),
        reminders.pause(clinic, other, kept.reminder_id, paused=True),
        reminders.delete(clinic, other, kept.reminder_id),
        reminders.send_now(clinic, other, kept.reminder_id, 1, written),
    ):
        with pytest.raises(NotAllowed):
            await attempt
