"""Which people an audience is."""

from __future__ import annotations

from sqlalchemy import and_, ColumnElement, or_

from clinic.broadcast import Audience, AudienceKind
from storage.tables import PersonRow


def reached(audience: Audience) -> ColumnElement[bool]:
    """Return which rows of ``people`` an audience is; those who have blocked the bot are among them.

    Raises:
        ValueError: only the rules can tell who that is.
    """
    return and_(PersonRow.suspended.is_(False), _which(audience))


def _which(audience: Audience) -> ColumnElement[bool]:
    match audience.kind:
        case AudienceKind.DOCTORS:
            return PersonRow.doctor_id.is_not(None)
        case AudienceKind.RECEPTIONISTS:
            return PersonRow.is_receptionist.is_(True)
        case AudienceKind.EVERYONE:
            has_role = (PersonRow.is_admin.is_(True), PersonRow.is_receptionist.is_(True))
            return or_(PersonRow.doctor_id.is_not(None), *has_role, PersonRow.user_id.in_(audience.user_ids))
        case AudienceKind.PICKED:
            return PersonRow.user_id.in_(audience.user_ids)
    raise ValueError(f"the storage does not know who {audience.kind} are")
