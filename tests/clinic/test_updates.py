"""Each update is handled once, whoever it was delivered to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from clinic.ports import Clinic
from clinic.use_cases.updates import Claim, claim_update, COMES_AGAIN, forget_updates, KEPT, LEASE

Later = Callable[[timedelta], None]


async def test_an_update_is_one_processs_alone(clinic: Clinic) -> None:
    """Who asks second hears that it is another's."""
    assert await claim_update(clinic, 7, 11) is Claim.OURS
    assert await claim_update(clinic, 7, 11) is Claim.OTHERS


async def test_a_person_has_one_update_under_way(clinic: Clinic) -> None:
    """The next one is free when the first is handled; other people's, and nobody's, are free meanwhile."""
    await claim_update(clinic, 7, 11)
    assert await claim_update(clinic, 8, 11) is Claim.OTHERS
    assert [await claim_update(clinic, *other) for other in ((9, 12), (10, None), (11, None))] == [Claim.OURS] * 3
    await clinic.storage.finish_update(7)
    assert await claim_update(clinic, 8, 11) is Claim.OURS


async def test_what_a_killed_process_had_begun_goes_before_what_came_after_it(clinic: Clinic, later: Later) -> None:
    """A tap on a form waits until the message that asked for the form has come again."""
    await claim_update(clinic, 7, 11)
    later(LEASE)
    assert await claim_update(clinic, 8, 11) is Claim.OTHERS
    assert await claim_update(clinic, 7, 11) is Claim.OURS
    await clinic.storage.finish_update(7)
    assert await claim_update(clinic, 8, 11) is Claim.OURS


async def test_what_does_not_come_again_holds_nobody_up_for_ever(clinic: Clinic, later: Later) -> None:
    """The next update goes first then, and the one that was begun is free as well if it comes after all."""
    await claim_update(clinic, 7, 11)
    later(LEASE + COMES_AGAIN - timedelta(microseconds=1))
    assert await claim_update(clinic, 8, 11) is Claim.OTHERS
    later(timedelta(microseconds=1))
    assert await claim_update(clinic, 8, 11) is Claim.OURS
    await clinic.storage.finish_update(8)
    assert await claim_update(clinic, 7, 11) is Claim.OURS


async def test_what_a_killed_process_had_is_taken_over(clinic: Clinic, later: Later) -> None:
    """Not before its lease is over."""
    await claim_update(clinic, 7, 11)
    later(LEASE - timedelta(microseconds=1))
    assert await claim_update(clinic, 7, 11) is Claim.OTHERS
    later(timedelta(microseconds=1))
    assert await claim_update(clinic, 7, 11) is Claim.OURS


async def test_what_was_handled_stays_handled(clinic: Clinic, later: Later) -> None:
    """For as long as Telegram may deliver it again, whatever the lease."""
    await claim_update(clinic, 7, 11)
    await clinic.storage.finish_update(7)
    later(KEPT)
    await forget_updates(clinic)
    assert await claim_update(clinic, 7, 11) is Claim.HANDLED


async def test_what_will_not_come_again_is_forgotten(clinic: Clinic, later: Later) -> None:
    """The ids of years do not pile up."""
    await claim_update(clinic, 7, 11)
    await clinic.storage.finish_update(7)
    later(KEPT + LEASE + timedelta(seconds=1))
    await forget_updates(clinic)
    assert await claim_update(clinic, 7, 11) is Claim.OURS
