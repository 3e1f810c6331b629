"""The calendar's part of the clinic in memory: time off, overrides, closures, zones, and notices of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TypeVar

from clinic.confirmation import Confirmation
from clinic.dates import ClinicClosure, DateChange, DateOverride, DateRule, DateRules, DateSpan, DoctorZone, TimeOff
from clinic.errors import DatesHaveChanged
from clinic.people import Doctor
from clinic.ports.notices import About, AnyNotice, BookingNotice, HoursNotice, Notice, PersonalNotice, RevertNotice

Owed = TypeVar("Owed", Notice, BookingNotice, HoursNotice, RevertNotice, PersonalNotice)


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
    hours_notices: dict[HoursNotice, datetime | None] = field(default_factory=dict)
    watches: dict[tuple[int, int], None] = field(default_factory=dict)
    revert_notices: dict[RevertNotice, datetime | None] = field(default_factory=dict)
    personal_notices: dict[PersonalNotice, datetime | None] = field(default_factory=dict)
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

    async def of_everybody(self, span: DateSpan, doctor_ids: Collection[int] | None = None) -> Mapping[int, DateRules]:
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
            if doctor_ids is None or doctor_id in doctor_ids
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

    async def count(self, monday: date) -> int:
        return sum(answered == monday for _, answered in self.tables.confirmations)


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

    async def gathering(self, doctor_ids: Collection[int], now: datetime) -> Sequence[HoursNotice]:
        waiting = (notice for notice, held in self.tables.hours_notices.items() if held is None)
        return [notice for notice in waiting if notice.doctor_id in doctor_ids and notice.due_at > now]

    async def owe_hours(self, notices: Sequence[HoursNotice]) -> None:
        written = {notice.notice_id for notice in notices}
        kept = {n: held for n, held in self.tables.hours_notices.items() if n.notice_id not in written}
        new = (replace(notice, notice_id=notice.notice_id or self.tables.next_id()) for notice in notices)
        self.tables.hours_notices = kept | dict.fromkeys(new)

    async def claim_hours(self, now: datetime, until: datetime) -> HoursNotice | None:
        due = {notice: held for notice, held in self.tables.hours_notices.items() if notice.due_at <= now}
        notice = _claim(due, now, until)
        self.tables.hours_notices |= due
        return notice

    async def owe_revert(self, notice: RevertNotice) -> None:
        self.tables.revert_notices[replace(notice, notice_id=self.tables.next_id())] = None

    async def claim_revert(self, now: datetime, until: datetime) -> RevertNotice | None:
        return _claim(self.tables.revert_notices, now, until)

    async def next_due(self, now: datetime) -> datetime | None:
        return min((n.due_at for n in self.tables.hours_notices if n.due_at > now), default=None)

    async def owe_person(self, user_id: int, about: About, subject: int) -> None:
        self.tables.personal_notices[PersonalNotice(user_id, about, subject, self.tables.next_id())] = None

    async def claim_personal(self, now: datetime, until: datetime) -> PersonalNotice | None:
        return _claim(self.tables.personal_notices, now, until)

    async def done(self, notice: AnyNotice) -> None:
        match notice:
            case Notice():
                self.tables.notices.pop(notice, None)
            case RevertNotice():
                self.tables.revert_notices.pop(notice, None)
            case BookingNotice():
                self.tables.booking_notices.pop(notice, None)
            case PersonalNotice():
                self.tables.personal_notices.pop(notice, None)
            case HoursNotice():
                same = [n for n in self.tables.hours_notices if n.notice_id == notice.notice_id]
                for each in same:
                    del self.tables.hours_notices[each]


@dataclass
class FakeWatches:
    tables: DateTables

    async def of_doctor(self, doctor_id: int | None) -> Mapping[int, Collection[int]]:
        watchers: dict[int, list[int]] = {}
        for watched, user_id in self.tables.watches:
            if doctor_id in {None, watched}:
                watchers.setdefault(watched, []).append(user_id)
        return watchers

    async def of_user(self, user_id: int) -> Collection[int]:
        return {doctor_id for doctor_id, watcher in self.tables.watches if watcher == user_id}

    async def start(self, user_id: int, doctor_id: int) -> None:
        self.tables.watches[doctor_id, user_id] = None

    async def stop(self, user_id: int, doctor_id: int) -> None:
        self.tables.watches.pop((doctor_id, user_id), None)
        for notice in [n for n in self.tables.hours_notices if (n.user_id, n.doctor_id) == (user_id, doctor_id)]:
            del self.tables.hours_notices[notice]


def _claim(notices: dict[Owed, datetime | None], now: datetime, until: datetime) -> Owed | None:
    notice = next((notice for notice, held in notices.items() if held is None or held <= now), None)
    if notice is not None:
        notices[notice] = until
    return notice
