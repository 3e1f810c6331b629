"""The calendar's part of the clinic in memory: time off, overrides, closures, zones, and notices of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TypeVar

from clinic.confirmation import Confirmation
from clinic.dates import ClinicClosure, DateChange, DateOverride, DateRule, DateRules, DateSpan, DoctorZone, TimeOff
from clinic.errors import DatesHaveChanged
from clinic.people import Doctor
from clinic.ports import BookingNotice, Notice

Owed = TypeVar("Owed", Notice, BookingNotice)


@dataclass
class DateTables:
    """What is kept of the calendar; an id is never given twice."""

    doctors: dict[int, Doctor] = field(default_factory=dict)
    time_off: dict[int, TimeOff] = field(default_factory=dict)
    overrides: dict[tuple[int, date], DateOverride] = field(default_factory=dict)
    closures: dict[int, ClinicClosure] = field(default_factory=dict)
    date_changes: dict[int, DateChange] = field(default_factory=dict)
    confirmations: dict[tuple[int, date], Confirmation] = field(default_factory=dict)
    notices: dict[Notice, datetime | None] = field(default_factory=dict)
    booking_notices: dict[BookingNotice, datetime | None] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)

    def next_id(self) -> int:
        self.ids["last"] = self.ids.get("last", 0) + 1
        return self.ids["last"]


@dataclass
class FakeDates:
    tables: DateTables

    async def of_doctor(self, doctor_id: int, span: DateSpan) -> DateRules:
        rules = await self.of_everybody(span)
        own = rules.get(doctor_id, DateRules())
        return replace(own, closures=rules.get(0, DateRules()).closures)

    async def of_everybody(self, span: DateSpan) -> Mapping[int, DateRules]:
        time_off = [off for off in self.tables.time_off.values() if off.span.overlaps(span)]
        overrides = [override for override in self.tables.overrides.values() if override.day in span]
        closures = [closure for closure in self.tables.closures.values() if closure.span.overlaps(span)]
        answers = [answer for answer in self.tables.confirmations.values() if answer.monday in span]
        found = {
            doctor_id: DateRules(
                tuple(off for off in time_off if off.doctor_id == doctor_id),
                tuple(override for override in overrides if override.doctor_id == doctor_id),
                confirmations=tuple(answer for answer in answers if answer.doctor_id == doctor_id),
            )
            for doctor_id in self.tables.doctors
        }
        return {**found, 0: DateRules(closures=tuple(closures))}

    async def time_off(self, time_off_id: int) -> TimeOff | None:
        return self.tables.time_off.get(time_off_id)

    async def closure(self, closure_id: int) -> ClinicClosure | None:
        return self.tables.closures.get(closure_id)

    async def save(self, change: DateChange) -> DateChange:
        for rule in change.before:
            self._take(rule)
        after = tuple(self._put(rule) for rule in change.after)
        kept = replace(change, after=after, change_id=self.tables.next_id())
        self.tables.date_changes[kept.change_id] = kept
        if change.undoes is not None:
            undone = self.tables.date_changes[change.undoes]
            self.tables.date_changes[change.undoes] = replace(undone, undone=True)
        return kept

    def _take(self, rule: DateRule) -> None:
        taken: DateRule | None
        match rule:
            case TimeOff():
                taken = self.tables.time_off.pop(rule.time_off_id, None)
            case DateOverride():
                taken = self.tables.overrides.pop((rule.doctor_id, rule.day), None)
            case ClinicClosure():
                taken = self.tables.closures.pop(rule.closure_id, None)
            case DoctorZone():
                taken = DoctorZone(rule.doctor_id, self.tables.doctors[rule.doctor_id].zone)
        if taken != rule:
            raise DatesHaveChanged

    def _put(self, rule: DateRule) -> DateRule:
        put: DateRule = rule
        match rule:
            case TimeOff():
                put = off = replace(rule, time_off_id=rule.time_off_id or self.tables.next_id())
                self.tables.time_off[off.time_off_id] = off
            case DateOverride():
                if (rule.doctor_id, rule.day) in self.tables.overrides:
                    raise DatesHaveChanged
                self.tables.overrides[rule.doctor_id, rule.day] = rule
            case ClinicClosure():
                put = closure = replace(rule, closure_id=rule.closure_id or self.tables.next_id())
                self.tables.closures[closure.closure_id] = closure
            case DoctorZone():
                doctor = self.tables.doctors[rule.doctor_id]
                self.tables.doctors[rule.doctor_id] = replace(doctor, zone=rule.zone)
        return put

    async def change(self, change_id: int) -> DateChange | None:
        return self.tables.date_changes.get(change_id)


@dataclass
class FakeConfirmations:
    tables: DateTables

    async def put(self, confirmation: Confirmation) -> None:
        self.tables.confirmations[confirmation.doctor_id, confirmation.monday] = confirmation


@dataclass
class FakeNotices:
    tables: DateTables

    async def owe(self, change_id: int, user_ids: Sequence[int]) -> None:
        assert change_id, "a notice is about a change that is kept"
        self.tables.notices.update(dict.fromkeys(Notice(user_id, change_id) for user_id in user_ids))

    async def owe_bookings(self, booking_ids: Sequence[int], user_ids: Sequence[int]) -> None:
        for user_id in user_ids:
            self.tables.booking_notices[BookingNotice(user_id, tuple(booking_ids), self.tables.next_id())] = None

    async def claim(self, now: datetime, until: datetime) -> Notice | None:
        return _claim(self.tables.notices, now, until)

    async def claim_bookings(self, now: datetime, until: datetime) -> BookingNotice | None:
        return _claim(self.tables.booking_notices, now, until)

    async def done(self, notice: Notice | BookingNotice) -> None:
        if isinstance(notice, BookingNotice):
            self.tables.booking_notices.pop(notice, None)
        else:
            self.tables.notices.pop(notice, None)


def _claim(notices: dict[Owed, datetime | None], now: datetime, until: datetime) -> Owed | None:
    notice = next((notice for notice, held in notices.items() if held is None or held <= now), None)
    if notice is not None:
        notices[notice] = until
    return notice
