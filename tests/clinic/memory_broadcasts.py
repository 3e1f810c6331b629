"""The broadcasts' part of the clinic in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from clinic.broadcast import (
    Audience,
    AudienceKind,
    Broadcast,
    BroadcastState,
    Delivery,
    DeliveryState,
    Progress,
    Reach,
    Result,
    Undelivered,
)
from clinic.people import Actor, Role
from tests.clinic.memory_bookings import BookingTables

OPEN = {BroadcastState.SCHEDULED, BroadcastState.RUNNING}


@dataclass(frozen=True)
class Kept:
    """A delivery as it is kept."""

    delivery: Delivery
    state: DeliveryState
    due: datetime
    at: datetime | None = None
    reason: str = ""


@dataclass
class BroadcastTables(BookingTables):
    """What is kept of broadcasts."""

    people: dict[int, Actor] = field(default_factory=dict)
    broadcasts: dict[int, Broadcast] = field(default_factory=dict)
    progress_due: dict[int, datetime] = field(default_factory=dict)
    deliveries: dict[int, Kept] = field(default_factory=dict)
    held: dict[str, float] = field(default_factory=dict)


def _reached(tables: BroadcastTables, audience: Audience) -> Iterator[Actor]:
    for person in sorted(tables.people.values(), key=lambda one: one.name):
        match audience.kind:
            case AudienceKind.DOCTORS:
                meant = Role.DOCTOR in person.roles
            case AudienceKind.RECEPTIONISTS:
                meant = Role.RECEPTIONIST in person.roles
            case AudienceKind.EVERYONE:
                meant = bool(person.roles) or person.user_id in audience.user_ids
            case AudienceKind.PICKED:
                meant = person.user_id in audience.user_ids
            case _:
                raise AssertionError(f"the storage does not know who {audience} are")
        if meant and not person.suspended:
            yield person


@dataclass
class FakeBroadcasts:
    tables: BroadcastTables

    async def reach(self, audience: Audience) -> Reach:
        found = list(_reached(self.tables, audience))
        names = [person.name for person in found if not person.blocked]
        return Reach(audience, len(names), tuple(names[:3]), len(found) - len(names))

    async def people(self, audience: Audience) -> Sequence[Actor]:
        return [person for person in _reached(self.tables, audience) if not person.blocked]

    async def add(self, broadcast: Broadcast) -> Broadcast:
        kept = replace(broadcast, broadcast_id=self.tables.next_id())
        self.tables.broadcasts[kept.broadcast_id] = kept
        if kept.begun_at:
            self.tables.progress_due[kept.broadcast_id] = kept.begun_at
        return kept

    async def of_ids(self, broadcast_ids: Collection[int]) -> Mapping[int, Broadcast]:
        return {one: self.tables.broadcasts[one] for one in broadcast_ids if one in self.tables.broadcasts}

    async def page(self, skip: int, most: int) -> Sequence[Broadcast]:
        every = sorted(self.tables.broadcasts.values(), key=lambda one: -one.broadcast_id)
        coming = sorted((one for one in every if one.state is BroadcastState.SCHEDULED), key=lambda one: one.due)
        return [*coming, *(one for one in every if one not in coming)][skip : skip + most]

    async def have_work(self, now: datetime) -> bool:
        waiting = (one.due for one in self.tables.deliveries.values() if one.state is DeliveryState.WAITING)
        coming = (one.due for one in self.tables.broadcasts.values() if one.state is BroadcastState.SCHEDULED)
        return any(due <= now for due in [*waiting, *coming, *self.tables.progress_due.values()])

    async def begin(self, now: datetime) -> Broadcast | None:
        for one in self.tables.broadcasts.values():
            if one.state is BroadcastState.SCHEDULED and one.due <= now:
                begun = replace(one, state=BroadcastState.RUNNING, begun_at=now, message_id=None)
                self.tables.broadcasts[one.broadcast_id] = begun
                self.tables.progress_due[one.broadcast_id] = now
                return begun
        return None

    async def end(self, broadcast: Broadcast) -> bool:
        present = self.tables.broadcasts[broadcast.broadcast_id]
        if present.state not in OPEN:
            return False
        ended = replace(present, state=broadcast.state, ended_at=broadcast.ended_at)
        self.tables.broadcasts[broadcast.broadcast_id] = ended
        return True

    async def run_again(self, broadcast: Broadcast) -> None:
        assert broadcast.begun_at
        self.tables.broadcasts[broadcast.broadcast_id] = replace(broadcast, ended_at=None)
        self.tables.progress_due[broadcast.broadcast_id] = broadcast.begun_at

    async def claim_progress(self, now: datetime, until: datetime) -> Broadcast | None:
        for broadcast_id, due in self.tables.progress_due.items():
            if due <= now:
                self.tables.progress_due[broadcast_id] = until
                return self.tables.broadcasts[broadcast_id]
        return None

    async def show_progress(self, broadcast: Broadcast, due: datetime | None) -> None:
        present = self.tables.broadcasts[broadcast.broadcast_id]
        self.tables.broadcasts[broadcast.broadcast_id] = replace(present, message_id=broadcast.message_id)
        self.tables.progress_due.pop(broadcast.broadcast_id, None)
        if due:
            self.tables.progress_due[broadcast.broadcast_id] = due


@dataclass
class FakeDeliveries:
    tables: BroadcastTables

    async def address(self, broadcast_id: int, audience: Audience, due: datetime) -> None:
        for person in _reached(self.tables, audience):
            if not person.blocked:
                delivery = Delivery(self.tables.next_id(), broadcast_id, person.user_id)
                self.tables.deliveries[delivery.delivery_id] = Kept(delivery, DeliveryState.WAITING, due)

    async def claim(self, most: int, now: datetime, until: datetime) -> Sequence[Delivery]:
        since = now - timedelta(seconds=1)
        busy = {one.delivery.user_id for one in self.tables.deliveries.values() if one.at and one.at > since}
        found = [
            one
            for one in self._of(DeliveryState.WAITING)
            if one.due <= now
            and one.delivery.user_id not in busy
            and self.tables.broadcasts[one.delivery.broadcast_id].state is BroadcastState.RUNNING
        ]
        for one in found[:most]:
            self.tables.deliveries[one.delivery.delivery_id] = replace(one, due=until, at=until)
        return [one.delivery for one in found[:most]]

    async def reserve(self, slots: int, a_second: float) -> float:
        assert slots / a_second > 0
        return self.tables.held.get("broadcasts", 0.0)

    async def hold(self, seconds: float) -> None:
        self.tables.held["broadcasts"] = seconds

    async def settle(self, results: Sequence[Result], at: datetime) -> None:
        for result in results:
            key = result.delivery.delivery_id
            kept = replace(self.tables.deliveries[key], state=result.state, reason=result.reason, at=at)
            delivery = replace(result.delivery, tries=result.tries)
            self.tables.deliveries[key] = replace(kept, delivery=delivery, due=result.due or kept.due)
            if result.state is DeliveryState.BLOCKED:
                person = self.tables.people[result.delivery.user_id]
                self.tables.people[person.user_id] = replace(person, blocked=True)

    async def cancel(self, broadcast_id: int, most: int) -> None:
        for one in self._of(DeliveryState.WAITING, broadcast_id)[:most]:
            self.tables.deliveries[one.delivery.delivery_id] = replace(one, state=DeliveryState.CANCELLED)

    async def retry(self, broadcast_id: int, due: datetime) -> int:
        tried = [*self._of(DeliveryState.FAILED, broadcast_id), *self._of(DeliveryState.BLOCKED, broadcast_id)]
        again = [one for one in tried if not self.tables.people[one.delivery.user_id].blocked]
        for one in again:
            waiting = replace(one, state=DeliveryState.WAITING, due=due, reason="")
            self.tables.deliveries[one.delivery.delivery_id] = waiting
        return len(again)

    async def totals(self) -> Mapping[DeliveryState, int]:
        return Counter(one.state for one in self.tables.deliveries.values())

    async def progress(self, broadcast_ids: Collection[int]) -> Mapping[int, Progress]:
        return {
            broadcast_id: Progress(**{state.value: len(self._of(state, broadcast_id)) for state in DeliveryState})
            for broadcast_id in broadcast_ids
        }

    async def undelivered(self, broadcast_id: int, skip: int, most: int) -> Sequence[Undelivered]:
        tried = [*self._of(DeliveryState.BLOCKED, broadcast_id), *self._of(DeliveryState.FAILED, broadcast_id)]
        found = [
            Undelivered(one.delivery.user_id, self.tables.people[one.delivery.user_id].name, one.state, one.reason)
            for one in tried
        ]
        return found[skip : skip + most]

    def _of(self, state: DeliveryState, broadcast_id: int | None = None) -> list[Kept]:
        return [
            one
            for one in self.tables.deliveries.values()
            if one.state is state and broadcast_id in {None, one.delivery.broadcast_id}
        ]
