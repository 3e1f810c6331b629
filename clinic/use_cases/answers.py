"""Keep a doctor's answer for a week, inside another use case."""

from __future__ import annotations

from datetime import date

from clinic.confirmation import Answer, Confirmation, fingerprint
from clinic.dates import week_span
from clinic.plan import Stamp
from clinic.ports import UnitOfWork
from clinic.use_cases.schedules import DoctorSchedule


async def keep_answer(
    work: UnitOfWork, read: DoctorSchedule, monday: date, answer: Answer, stamp: Stamp
) -> Confirmation:
    """Keep an answer for a week as it was read; the same one again stays that of before."""
    seen = fingerprint(read.schedule.days(week_span(monday)))
    before = read.schedule.rules.confirmation(monday)
    if before and (before.answer, before.seen) == (answer, seen):
        return before
    kept = Confirmation(read.doctor.doctor_id, monday, answer, seen, stamp)
    await work.confirmations.put(kept)
    return kept
