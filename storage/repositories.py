"""Rows <-> people, doctors, invitations and drafts. Repositories never commit."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import compress, groupby, product
from operator import attrgetter
from typing import Any

from sqlalchemy import (
    and_,
    bindparam,
    ColumnElement,
    delete,
    FromClause,
    func,
    insert,
    literal_column,
    Row,
    Select,
    select,
    true,
    update,
)
from sqlalchemy.orm import aliased

from clinic.booking import SlotLength
from clinic.errors import InvitationUsed
from clinic.people import Actor, Doctor, Invitation, Role
from clinic.ports.conversation import Draft
from clinic.ports.people import MOST_AHEAD
from clinic.search import folded, sort_key
from storage.tables import DelegateRow, DoctorRow, DraftRow, InvitationRow, PersonRow
from storage.transaction import Transaction

_NAMED, _HOLDER = aliased(DelegateRow), aliased(PersonRow)
_STANDS_IN = _HOLDER.doctor_id.label("stands_in_for")


def _with_doctors(people: FromClause) -> FromClause:
    """Return people with the doctors whom each stands in for, but those who are suspended: a row each."""
    able = and_(_HOLDER.doctor_id == _NAMED.doctor_id, _HOLDER.suspended.is_(False))
    return people.outerjoin(_NAMED, _NAMED.user_id == PersonRow.user_id).outerjoin(_HOLDER, able)


_PEOPLE = select(*PersonRow.__table__.c, _STANDS_IN).select_from(_with_doctors(PersonRow.__table__))
_EVERYBODY = _PEOPLE.order_by(PersonRow.user_id)
_PERSON = _PEOPLE.where(PersonRow.user_id == bindparam("person"))
_SOME = _EVERYBODY.where(PersonRow.user_id.in_(bindparam("people", expanding=True)))


def _caller(which: ColumnElement[bool]) -> Select[Any]:
    """Return the question for an account and a draft: one row, or one a doctor stood in for."""
    one = select(literal_column("1").label("one")).subquery("one")
    live = and_(which, DraftRow.chat_id == bindparam("chat_id"), DraftRow.expires_at > bindparam("now"))
    people = one.outerjoin(PersonRow, PersonRow.user_id == bindparam("user_id"))
    joined = _with_doctors(people.outerjoin(DraftRow, live))
    return select(*PersonRow.__table__.c, *DraftRow.__table__.c, _STANDS_IN).select_from(joined)


_WAITING = (
    select(func.max(DraftRow.message_id))
    .where(
        DraftRow.chat_id == bindparam("chat_id"),
        DraftRow.waits_for_text.is_(True),
        DraftRow.expires_at > bindparam("now"),
    )
    .correlate(None)
    .scalar_subquery()
)
_CALLER_OF_MESSAGE = _caller(DraftRow.message_id == bindparam("message_id"))
_CALLER_OF_CHAT = _caller(DraftRow.message_id == _WAITING)
_DOCTORS = select(
    DoctorRow.doctor_id,
    DoctorRow.name,
    DoctorRow.specialization,
    PersonRow.user_id,
    DoctorRow.zone,
    DoctorRow.slot_minutes,
    DoctorRow.slot_buffer,
).outerjoin_from(DoctorRow, PersonRow, PersonRow.doctor_id == DoctorRow.doctor_id)
_IN_ORDER = (
    select(DoctorRow.doctor_id, DoctorRow.sort_key)
    .order_by(DoctorRow.sort_key, DoctorRow.doctor_id)
    .offset(bindparam("skipped"))
)
_STANDING = _IN_ORDER.limit(bindparam("most")).subquery("standing")
_AHEAD = _IN_ORDER.limit(bindparam("counted")).subquery("ahead")
_COUNTED = select(func.count().label("counted")).select_from(_AHEAD).subquery("counted")
_ON_BOARD = (
    select(_COUNTED.c.counted, _STANDING.c.doctor_id)
    .outerjoin_from(_COUNTED, _STANDING, true())
    .order_by(_STANDING.c.sort_key, _STANDING.c.doctor_id)
)
"""The count stands beside each id, and alone where there is none."""
_DOCTOR_COUNT = select(func.count().label("total")).select_from(DoctorRow)
_FIRST = select(func.min(DoctorRow.specialization).label("name")).cte("names", recursive=True)
_NEXT = select(func.min(DoctorRow.specialization)).where(DoctorRow.specialization > _FIRST.c.name).scalar_subquery()
_NAMES = _FIRST.union_all(select(_NEXT).where(_FIRST.c.name.is_not(None)))
_SPECIALIZATIONS = select(_NAMES.c.name).where(_NAMES.c.name.is_not(None))
"""One step in the index a specialization; DISTINCT would read all doctors' entries."""
_OF_SPECIALIZATIONS = _DOCTORS.where(DoctorRow.specialization.in_(bindparam("spellings", expanding=True)))
_INVITATIONS = select(*InvitationRow.__table__.c)
_ROLES = {
    held: frozenset(compress((Role.DOCTOR, Role.RECEPTIONIST, Role.ADMIN), held))
    for held in product((False, True), repeat=3)
}
"""The roles of who is a doctor, a receptionist, an admin."""
_DRAFT_AS_READ = update(DraftRow).where(
    DraftRow.chat_id == bindparam("chat"),
    DraftRow.message_id == bindparam("message"),
    DraftRow.revision == bindparam("read"),
)
_EXPIRED = delete(DraftRow).where(DraftRow.expires_at <= bindparam("now"))


class People:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def caller(
        self, user_id: int, chat_id: int, message_id: int | None, now: datetime
    ) -> tuple[Actor | None, Draft | None]:
        """Return an account and the live draft that its update speaks to, in one statement; ``now`` is aware.

        A draft whose ``expires_at`` is ``now`` or before is not found, whether it still stands there or not.
        """
        asked = {"user_id": user_id, "chat_id": chat_id, "now": now}
        if message_id is None:
            rows = await self._transaction.read(_CALLER_OF_CHAT, asked)
        else:
            rows = await self._transaction.read(_CALLER_OF_MESSAGE, asked | {"message_id": message_id})
        row = rows[0]
        return None if row.user_id is None else _person(rows), None if row.revision is None else _draft(row)

    async def get(self, user_id: int) -> Actor | None:
        rows = await self._transaction.read(_PERSON, {"person": user_id})
        return _person(rows) if rows else None

    async def everybody(self) -> Sequence[Actor]:
        """Return all accounts by name as a reader looks for it: neither case nor accents count."""
        people = _people(await self._transaction.read(_EVERYBODY))
        return sorted(people, key=lambda person: (folded(person.name), person.user_id))

    async def has_admin(self) -> bool:
        """Whether anybody can act as an admin; one who is suspended cannot."""
        able = select(PersonRow.user_id).where(PersonRow.is_admin.is_(True), PersonRow.suspended.is_(False))
        return bool(await self._transaction.read(able.limit(1)))

    async def put(self, actor: Actor) -> None:
        """Insert or replace the account; a doctor's account is taken from whoever had it before.

        What the settings add to an account (``fixed``) is not kept.
        """
        self._transaction.ensure_covers(None)
        if actor.doctor_id is not None:
            holder = update(PersonRow).where(PersonRow.doctor_id == actor.doctor_id)
            await self._transaction.change(holder.values(doctor_id=None))
        kept = {
            "name": actor.name,
            "is_admin": Role.ADMIN in actor.roles,
            "is_receptionist": Role.RECEPTIONIST in actor.roles,
            "doctor_id": actor.doctor_id,
            "language": actor.language,
            "telegram_language": actor.telegram_language,
            "suspended": actor.suspended,
            "blocked": actor.blocked,
        }
        added = self._transaction.insert(PersonRow).values(user_id=actor.user_id, **kept)
        await self._transaction.change(added.on_conflict_do_update(index_elements=["user_id"], set_=kept))

    async def of_ids(self, user_ids: Collection[int]) -> Mapping[int, Actor]:
        rows = await self._transaction.read(_SOME, {"people": user_ids})
        return {person.user_id: person for person in _people(rows)}

    async def seen(self, user_id: int, language: str | None) -> None:
        person = update(PersonRow).where(PersonRow.user_id == user_id)
        await self._transaction.change(person.values(blocked=False, telegram_language=language))


class Doctors:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, name: str, specialization: str) -> Doctor:
        self._transaction.ensure_covers(None)
        key = sort_key(specialization, name).encode()
        added = insert(DoctorRow).values(name=name, specialization=specialization, sort_key=key)
        doctor_id: int = (await self._transaction.change(added.returning(DoctorRow.doctor_id))).scalar_one()
        return Doctor(doctor_id, name, specialization)

    async def get(self, doctor_id: int) -> Doctor | None:
        rows = await self._transaction.read(_DOCTORS.where(DoctorRow.doctor_id == doctor_id))
        return doctor_of(rows[0]) if rows else None

    async def everybody(self) -> Sequence[Doctor]:
        """Return all doctors by name as a reader looks for it: neither case nor accents count."""
        return _by_name(await self._transaction.read(_DOCTORS))

    async def on_board(self, first: int, most: int) -> tuple[Sequence[int], int]:
        """Return the ids of ``most`` doctors in the order of a board behind ``first`` others, and how many follow.

        A page far behind costs a step in the index a doctor before it: 100,000 are some milliseconds.
        """
        asked = {"most": most, "skipped": first, "counted": most + MOST_AHEAD + 1}
        rows = await self._transaction.read(_ON_BOARD, asked)
        found = [row.doctor_id for row in rows if row.doctor_id is not None]
        return found, rows[0].counted - len(found)

    async def count(self) -> int:
        (row,) = await self._transaction.read(_DOCTOR_COUNT)
        total: int = row.total
        return total

    async def specializations(self) -> Sequence[str]:
        return [row.name for row in await self._transaction.read(_SPECIALIZATIONS)]

    async def of_specializations(self, spellings: Collection[str]) -> Sequence[Doctor]:
        return _by_name(await self._transaction.read(_OF_SPECIALIZATIONS, {"spellings": list(spellings)}))

    async def set_slots(self, doctor_id: int, slots: SlotLength) -> None:
        self._transaction.ensure_covers(doctor_id)
        theirs = update(DoctorRow).where(DoctorRow.doctor_id == doctor_id)
        await self._transaction.change(theirs.values(slot_minutes=slots.minutes, slot_buffer=slots.buffer))


class Delegates:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def of_doctor(self, doctor_id: int) -> Actor | None:
        named = select(DelegateRow.user_id).where(DelegateRow.doctor_id == doctor_id).scalar_subquery()
        rows = await self._transaction.read(_PEOPLE.where(PersonRow.user_id == named))
        return _person(rows) if rows else None

    async def put(self, doctor_id: int, user_id: int | None) -> None:
        await self._transaction.change(delete(DelegateRow).where(DelegateRow.doctor_id == doctor_id))
        if user_id is not None:
            await self._transaction.change(insert(DelegateRow).values(doctor_id=doctor_id, user_id=user_id))


class Invitations:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, invitation: Invitation) -> Invitation:
        self._transaction.ensure_covers(None)
        added = insert(InvitationRow).values(
            token_hash=invitation.token_hash,
            role=invitation.role.value,
            created_by=invitation.created_by,
            expires_at=invitation.expires_at,
            name=invitation.name,
            specialization=invitation.specialization,
            doctor_id=invitation.doctor_id,
        )
        result = await self._transaction.change(added.returning(InvitationRow.invitation_id))
        return replace(invitation, invitation_id=result.scalar_one())

    async def find(self, token_hash: str) -> Invitation | None:
        rows = await self._transaction.read(_INVITATIONS.where(InvitationRow.token_hash == token_hash))
        return _invitation(rows[0]) if rows else None

    async def get(self, invitation_id: int) -> Invitation | None:
        rows = await self._transaction.read(_INVITATIONS.where(InvitationRow.invitation_id == invitation_id))
        return _invitation(rows[0]) if rows else None

    async def pending(self, now: datetime) -> Sequence[Invitation]:
        """Return what people made and nobody has opened or waited out at ``now`` (aware), newest first."""
        waiting = _INVITATIONS.where(
            InvitationRow.created_by.is_not(None), InvitationRow.used_by.is_(None), InvitationRow.expires_at > now
        )
        rows = await self._transaction.read(waiting.order_by(InvitationRow.invitation_id.desc()))
        return [_invitation(row) for row in rows]

    async def use(self, invitation_id: int, user_id: int, at: datetime) -> None:
        """Mark it as opened at ``at`` (aware).

        Raises:
            InvitationUsed: it was opened before, or is gone; a database that lets two in at once shows it here.
        """
        self._transaction.ensure_covers(None)
        unused = update(InvitationRow).where(
            InvitationRow.invitation_id == invitation_id, InvitationRow.used_by.is_(None)
        )
        result = await self._transaction.change(unused.values(used_by=user_id, used_at=at))
        if not result.rowcount:
            raise InvitationUsed

    async def withdraw(self, invitation_id: int) -> None:
        """Delete it unless it was opened: who came by which link stays known."""
        self._transaction.ensure_covers(None)
        unused = delete(InvitationRow).where(InvitationRow.used_by.is_(None))
        await self._transaction.change(unused.where(InvitationRow.invitation_id == invitation_id))

    async def withdraw_claims(self) -> None:
        self._transaction.ensure_covers(None)
        unused = delete(InvitationRow).where(InvitationRow.used_by.is_(None))
        await self._transaction.change(unused.where(InvitationRow.created_by.is_(None)))


class Drafts:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def put(self, draft: Draft) -> bool:
        """Write it over ``draft.revision``, the compare and the swap in one statement; return whether it was there."""
        kept = {
            "body": draft.body,
            "revision": draft.revision + 1,
            "waits_for_text": draft.waits_for_text,
            "expires_at": draft.expires_at,
        }
        if draft.revision:
            read = {"chat": draft.chat_id, "message": draft.message_id, "read": draft.revision}
            written = self._transaction.passing(_DRAFT_AS_READ)
            return bool((await self._transaction.change(written, read | kept)).rowcount)
        added = self._transaction.insert(DraftRow).on_conflict_do_nothing().returning(DraftRow.revision)
        new = {"chat_id": draft.chat_id, "message_id": draft.message_id}
        return (await self._transaction.change(self._transaction.passing(added), new | kept)).first() is not None

    async def forget_expired(self, now: datetime) -> None:
        await self._transaction.change(_EXPIRED, {"now": now})


def actor_of(row: Row[Any], delegate_of: frozenset[int] = frozenset()) -> Actor:
    return Actor(
        row.user_id,
        row.name,
        _ROLES[row.doctor_id is not None, row.is_receptionist, row.is_admin],
        row.doctor_id,
        row.language,
        row.suspended,
        blocked=row.blocked,
        delegate_of=delegate_of,
        telegram_language=row.telegram_language,
    )


def _person(rows: Sequence[Row[Any]]) -> Actor:
    """Return the account of its rows, one a doctor whom the person stands in for."""
    return actor_of(rows[0], frozenset(row.stands_in_for for row in rows if row.stands_in_for is not None))


def _people(rows: Sequence[Row[Any]]) -> list[Actor]:
    return [_person(list(own)) for _, own in groupby(rows, key=attrgetter("user_id"))]


def doctor_of(row: Row[Any]) -> Doctor:
    slots = SlotLength(row.slot_minutes, row.slot_buffer)
    return Doctor(row.doctor_id, row.name, row.specialization, row.user_id, row.zone, slots)


def _by_name(rows: Sequence[Row[Any]]) -> Sequence[Doctor]:
    return sorted(map(doctor_of, rows), key=lambda doctor: (folded(doctor.name), doctor.doctor_id))


def _invitation(row: Row[Any]) -> Invitation:
    return Invitation(
        row.token_hash,
        Role(row.role),
        row.created_by,
        row.expires_at,
        row.name,
        row.specialization,
        row.doctor_id,
        row.invitation_id,
        row.used_by,
    )


def _draft(row: Row[Any]) -> Draft:
    return Draft(row.chat_id, row.message_id, row.body, row.expires_at, row.waits_for_text, row.revision)
