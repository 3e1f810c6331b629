"""Broadcasts: who sends them, to whom they go, and what becomes of each delivery."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from clinic.broadcast import (
    Audience,
    AudienceKind,
    Broadcast,
    BroadcastState,
    Delivery,
    DeliveryState,
    LEASE,
    MOST_TRIES,
    Progress,
    Result,
)
from clinic.errors import BroadcastIsPast, DraftHasMoved, NobodyToReach, NotAllowed, NotInvited, UnknownBroadcast
from clinic.people import Actor
from clinic.ports import Clinic
from clinic.ports.conversation import Draft
from clinic.use_cases import broadcasts, deliveries
from tests.clinic.conftest import NOW

EVERYONE = Audience(AudienceKind.EVERYONE)
HOUR = timedelta(hours=1)
Move = Callable[[timedelta], None]


def draft(revision: int = 0) -> Draft:
    return Draft(31, 5, "{}", NOW + HOUR, revision=revision)


async def sent(clinic: Clinic, admin: Actor, audience: Audience = EVERYONE) -> Broadcast:
    return await broadcasts.send(clinic, admin, "{}", audience, due=None, closing=draft())


async def progress(clinic: Clinic, admin: Actor, broadcast: Broadcast) -> Progress:
    return (await broadcasts.read(clinic, admin, broadcast.broadcast_id, 0, 9)).progress


async def test_everyone_gets_it_once(clinic: Clinic, admin: Actor, doctor: Actor, receptionist: Actor) -> None:
    """Confirmed a second time, from another phone or after a restart, it is not sent again."""
    broadcast = await sent(clinic, admin)
    with pytest.raises(DraftHasMoved):
        await sent(clinic, admin)
    assert await progress(clinic, admin, broadcast) == Progress(waiting=3)


async def test_admins_alone(clinic: Clinic, admin: Actor, doctor: Actor, receptionist: Actor) -> None:
    """Nobody else sends, reads, cancels or retries one."""
    broadcast = await sent(clinic, admin)
    for actor in (doctor, receptionist, Actor(99)):
        for attempt in (
            sent(clinic, actor),
            broadcasts.survey(clinic, actor, [EVERYONE]),
            broadcasts.read(clinic, actor, broadcast.broadcast_id, 0, 9),
            broadcasts.page(clinic, actor, 0, 9),
            broadcasts.cancel(clinic, actor, broadcast.broadcast_id),
            broadcasts.retry(clinic, actor, broadcast.broadcast_id, 5),
        ):
            with pytest.raises((NotAllowed, NotInvited)):
                await attempt


async def test_nobody_to_reach(clinic: Clinic, admin: Actor) -> None:
    """What would reach nobody is refused, and the form stays open."""
    with pytest.raises(NobodyToReach):
        await sent(clinic, admin, Audience(AudienceKind.RECEPTIONISTS))
    await sent(clinic, admin)


@pytest.mark.parametrize("ahead", [-HOUR, timedelta(), timedelta(days=367)])
async def test_a_time_that_cannot_be(clinic: Clinic, admin: Actor, ahead: timedelta) -> None:
    """A broadcast is sent later than now, and within a year."""
    with pytest.raises(BroadcastIsPast):
        await broadcasts.send(clinic, admin, "{}", EVERYONE, due=NOW + ahead, closing=draft())


async def test_later_goes_to_who_is_there_then(clinic: Clinic, admin: Actor, later: Move, receptionist: Actor) -> None:
    """Who comes in before it begins gets it too; it begins once."""
    broadcast = await broadcasts.send(clinic, admin, "{}", EVERYONE, due=NOW + HOUR, closing=draft())
    assert not await deliveries.begin_due(clinic)
    later(HOUR)
    assert await deliveries.have_work(clinic)
    assert await deliveries.begin_due(clinic)
    assert not await deliveries.begin_due(clinic)
    assert await progress(clinic, admin, broadcast) == Progress(waiting=2)


async def test_who_has_no_hours_next_week(clinic: Clinic, admin: Actor, working: Actor, other_doctor: Actor) -> None:
    """Only the doctor who does not work from next Monday on is meant."""
    (reach,) = await broadcasts.survey(clinic, admin, [Audience(AudienceKind.NO_HOURS)])
    assert (reach.count, reach.first_names) == (1, (other_doctor.name,))


async def test_a_broadcast_ends(clinic: Clinic, admin: Actor, receptionist: Actor, later: Move) -> None:
    """When nothing waits any more its report is shown, once."""
    await sent(clinic, admin)
    batch = await deliveries.claim(clinic, 10, 25)
    shown = await deliveries.claim_progress(clinic)
    assert shown
    assert (shown.progress, shown.last) == (Progress(waiting=2), False)
    results = [Result.sent(batch.addressed[0].delivery), Result.failed(batch.addressed[1].delivery, "chat not found")]
    await deliveries.settle(clinic, results)
    later(HOUR)
    shown = await deliveries.claim_progress(clinic)
    assert shown
    assert (shown.broadcast.state, shown.last) == (BroadcastState.DONE, True)
    assert [one.reason for one in shown.undelivered] == ["chat not found"]
    await deliveries.keep_progress(clinic, shown)
    later(HOUR)
    assert await deliveries.claim_progress(clinic) is None


async def test_a_cancelled_one_counts_what_was_under_way(
    clinic: Clinic, admin: Actor, receptionist: Actor, later: Move
) -> None:
    """Its report waits for what was on the wire; nothing else goes out."""
    broadcast = await sent(clinic, admin)
    (addressed,) = (await deliveries.claim(clinic, 1, 25)).addressed
    await broadcasts.cancel(clinic, admin, broadcast.broadcast_id)
    assert not (await deliveries.claim(clinic, 9, 25)).addressed
    shown = await deliveries.claim_progress(clinic)
    assert shown
    assert not shown.last
    await deliveries.settle(clinic, [Result.sent(addressed.delivery)])
    later(LEASE)
    shown = await deliveries.claim_progress(clinic)
    assert shown
    assert (shown.progress, shown.last) == (Progress(sent=1, cancelled=1), True)


async def test_slots_far_off_are_not_taken(clinic: Clinic, admin: Actor) -> None:
    """While Telegram asks to wait nothing is claimed, so that no lease runs out meanwhile."""
    await sent(clinic, admin)
    await deliveries.hold(clinic, 30)
    assert not (await deliveries.claim(clinic, 9, 25)).addressed
    await deliveries.hold(clinic, 0)
    assert (await deliveries.claim(clinic, 9, 25)).addressed


async def test_a_chat_gets_one_of_two(clinic: Clinic, admin: Actor, later: Move) -> None:
    """Two broadcasts to the same person are a second apart."""
    await sent(clinic, admin)
    await broadcasts.send(clinic, admin, "{}", EVERYONE, due=None, closing=Draft(31, 6, "{}", NOW + HOUR))
    assert len((await deliveries.claim(clinic, 9, 25)).addressed) == 1


async def test_what_failed_is_retried_once(clinic: Clinic, admin: Actor, receptionist: Actor, later: Move) -> None:
    """Those who failed wait again, and a second tap does nothing."""
    broadcast = await sent(clinic, admin)
    one, two = (await deliveries.claim(clinic, 9, 25)).addressed
    await deliveries.settle(clinic, [Result.failed(one.delivery, "no"), Result.blocked(two.delivery)])
    assert await broadcasts.retry(clinic, admin, broadcast.broadcast_id, 8) == 0
    await deliveries.claim_progress(clinic)
    assert await broadcasts.retry(clinic, admin, broadcast.broadcast_id, 8) == 1
    assert await broadcasts.retry(clinic, admin, broadcast.broadcast_id, 8) == 0
    assert await progress(clinic, admin, broadcast) == Progress(waiting=1, blocked=1)


async def test_no_such_broadcast(clinic: Clinic, admin: Actor) -> None:
    """An old or forged button names none."""
    with pytest.raises(UnknownBroadcast):
        await broadcasts.cancel(clinic, admin, 4711)


def test_tries_come_ever_later() -> None:
    """Each waits twice as long as the one before, and the eighth is the last."""
    waits, tries = [], 0
    while True:
        result = Result.again(Delivery(1, 1, 1, tries), "Bad Gateway", NOW)
        if result.state is DeliveryState.FAILED:
            break
        assert result.due
        waits.append((result.due - NOW).total_seconds())
        tries = result.tries
    assert waits == [1, 2, 4, 8, 16, 32, 64]
    assert len(waits) + 1 == MOST_TRIES


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": AudienceKind.SPECIALIZATION},
        {"kind": AudienceKind.DOCTORS, "specialization": "cardiology"},
        {"kind": AudienceKind.DOCTORS, "user_ids": (1,)},
    ],
)
def test_no_other_audience(wrong: dict[str, object]) -> None:
    """A specialization or people belong to their kinds alone."""
    with pytest.raises(ValueError, match=r"picked|belongs"):
        Audience(**wrong)  # type: ignore[arg-type]
