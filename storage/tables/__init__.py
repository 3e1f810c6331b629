"""The tables, private to ``storage``. The migrations make them; a test holds the two together."""

from __future__ import annotations

from storage.tables.base import Base, Instant, Signed, Stamped
from storage.tables.bookings import BookingChangeRow, BookingNoticeRow, BookingRow
from storage.tables.broadcasts import BroadcastRow, DeliveryRow, RateGateRow
from storage.tables.dates import (
    ClosureRow,
    ConfirmationRow,
    DateChangeRow,
    NoticeRow,
    OverrideRangeRow,
    OverrideRow,
    RevertNoticeRow,
    TimeOffRow,
)
from storage.tables.people import DelegateRow, DoctorRow, DraftRow, InvitationRow, PersonRow
from storage.tables.proposals import PersonalNoticeRow, ProposalRow
from storage.tables.reminders import OccurrenceRow, ReminderRow
from storage.tables.updates import UpdateRow
from storage.tables.watching import HoursNoticeRow, WatchRow
from storage.tables.weeks import ChangeRow, DayRow, PlanRow, RangeRow

__all__ = [
    "Base",
    "BookingChangeRow",
    "BookingNoticeRow",
    "BookingRow",
    "BroadcastRow",
    "ChangeRow",
    "ClosureRow",
    "ConfirmationRow",
    "DateChangeRow",
    "DayRow",
    "DelegateRow",
    "DeliveryRow",
    "DoctorRow",
    "DraftRow",
    "HoursNoticeRow",
    "Instant",
    "InvitationRow",
    "NoticeRow",
    "OccurrenceRow",
    "OverrideRangeRow",
    "OverrideRow",
    "PersonRow",
    "PersonalNoticeRow",
    "PlanRow",
    "ProposalRow",
    "RangeRow",
    "RateGateRow",
    "ReminderRow",
    "RevertNoticeRow",
    "Signed",
    "Stamped",
    "TimeOffRow",
    "UpdateRow",
    "WatchRow",
]
