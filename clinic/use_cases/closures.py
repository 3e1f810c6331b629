"""The clinic closes on dates, for everybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from clinic import policy
from clinic.booking import Affected
from clinic.calendar import today
from clinic.dates import checked_text, ClinicClosure, DateChange, DateRules, ensure_plausible
from clinic.errors import DateIsPast, UnknownDateRule
from clinic.people import Actor
from clinic.plan import ONE_DAY
from clinic.ports import Clinic, UnitOfWork
from clinic.ports.conversation import Draft
from clinic.use_cases.dates import NO_CHANGE
from clinic.use_cases.drafts import write_draft
from clinic.use_cases.hours import from_now_on, stamp_of
from clinic.use_cases.protection import save_dates


async def coming_closures(clinic: Clinic, actor: Actor) -> Sequence[ClinicClosure]:
    """Return the closures from today on, the earliest first.

    Raises:
        NotAllowed.
    """
    policy.ensure_can_close_clinic(actor)
    async with clinic.storage.read() as work:
        rules = await work.dates.of_everybody(from_now_on(clinic))
    now = today(clinic.clock(), clinic.zone)
    closures = (closure for closure in rules.get(0, DateRules()).closures if closure.span.last >= now)
    return sorted(closures, key=lambda closure: closure.span)


async def close_clinic(
    clinic: Clinic,
    actor: Actor,
    closures: Sequence[ClinicClosure],
    *,
    closing: Draft | None = None,
    bookings: Affected | None = None,
) -> DateChange:
    """Close the clinic on dates, all of them or none; those that are closed under the same name already are left out.

    A closure with an id takes that one's place.

    Raises:
        NotAllowed, BadDates, BadReason.
        DateIsPast: one of them is over.
        UnknownDateRule: what one should take the place of is gone.
        BookingsAffected: bookings would lose their hours, and ``bookings`` does not say what becomes of them.
        DraftHasMoved: another tap on the same message came between.
    """
    policy.ensure_can_close_clinic(actor)
    stamp = stamp_of(clinic, actor)
    for closure in closures:
        ensure_plausible(closure.span)
        if closure.span.last < clinic.clock().date() - ONE_DAY:
            raise DateIsPast(closure.span.last)
    async with clinic.storage.write() as work:
        if closing:
            await write_draft(clinic, work, closing)
        before = [await _closure(work, closure.closure_id) for closure in closures if closure.closure_id]
        present = (await work.dates.of_everybody(from_now_on(clinic))).get(0, DateRules()).closures
        kept = [closure for closure in present if closure not in before]
        named = (replace(closure, name=checked_text(closure.name), stamp=stamp, closure_id=0) for closure in closures)
        after = tuple(closure for closure in dict.fromkeys(named) if closure not in kept)
        if set(before) == set(after):
            await work.commit()
            return DateChange(None, (), tuple(before), stamp, change_id=NO_CHANGE)
        change = await save_dates(clinic, work, DateChange(None, tuple(before), after, stamp), bookings)
        await work.commit()
        return change


async def remove_closure(
    clinic: Clinic, actor: Actor, closure_id: int, *, bookings: Affected | None = None
) -> DateChange:
    """Open the clinic again.

    Raises:
        NotAllowed, BookingsAffected.
        UnknownDateRule: the closure is gone already.
    """
    policy.ensure_can_close_clinic(actor)
    async with clinic.storage.write() as work:
        found = await _closure(work, closure_id)
        change = await save_dates(clinic, work, DateChange(None, (found,), (), stamp_of(clinic, actor)), bookings)
        await work.commit()
        return change


async def _closure(work: UnitOfWork, closure_id: int) -> ClinicClosure:
    found = await work.dates.closure(closure_id)
    if not found:
        raise UnknownDateRule
    return found
