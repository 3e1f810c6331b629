"""Who is free when, in words: of whom it is asked, the next free slots, and why there may be none."""

from __future__ import annotations

import hashlib
import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import auto, Enum
from functools import lru_cache
from itertools import groupby
from zoneinfo import ZoneInfo

from bot.screen import bold
from bot.words import Words
from clinic.calendar import joined, Schedule
from clinic.dates import ClinicClosure, DateSpan
from clinic.errors import UnknownDoctor
from clinic.people import Actor, Doctor
from clinic.ports import Clinic
from clinic.search import folded
from clinic.use_cases.desk import find_doctor, find_specialists
from clinic.use_cases.free_slots import Offer

_MOST_CACHED = 4096


@dataclass(frozen=True, slots=True)
class Whom:
    """A doctor, or all of a specialization; ``key`` is how a tap says so."""

    key: str
    label: str
    doctors: tuple[Doctor, ...]

    @property
    def doctor_ids(self) -> list[int]:
        return [doctor.doctor_id for doctor in self.doctors]


def key_of(doctor: Doctor) -> str:
    return f"d{doctor.doctor_id}"


@lru_cache(_MOST_CACHED)
def specialization_key(specialization: str) -> str:
    """Return a specialization as a tap says it; case and accents make no other."""
    return "s" + hashlib.sha256(folded(specialization).encode()).hexdigest()[:12]


def everybody(doctors: Iterable[Doctor]) -> list[Whom]:
    """Return all of whom a free slot can be asked: the specializations by name, then the doctors as they come."""
    every = list(doctors)
    by_skill = sorted(every, key=lambda doctor: folded(doctor.specialization))
    skills = [tuple(own) for _, own in groupby(by_skill, key=lambda doctor: folded(doctor.specialization))]
    return [
        *(Whom(specialization_key(own[0].specialization), own[0].specialization, own) for own in skills),
        *(Whom(key_of(doctor), doctor.name, (doctor,)) for doctor in every),
    ]


def whom_of(key: str, doctors: Iterable[Doctor]) -> Whom | None:
    """Return whom a tap means; none where nobody is it any more."""
    return next((whom for whom in everybody(doctors) if whom.key == key), None)


async def find_whom(clinic: Clinic, actor: Actor, key: str) -> Whom:
    """Return whom a tap means, without a look at anybody else.

    Raises:
        NotAllowed.
        UnknownDoctor: nobody is it, or nobody any more.
    """
    doctor_id = int(key[1:]) if key.startswith("d") else 0
    if doctor_id:
        doctor = await find_doctor(clinic, actor, doctor_id)
        found: Sequence[Doctor] = [doctor] if doctor else []
    else:
        found = await find_specialists(clinic, actor, lambda each: specialization_key(each) == key)
    whom = whom_of(key, found)
    if not whom:
        raise UnknownDoctor(doctor_id)
    return whom


def whom_found(found: Sequence[Doctor], doctors: Iterable[Doctor]) -> Whom | None:
    """Return whom doctors that a text has found are together: one, or all of one specialization; else none."""
    if len(found) == 1:
        return whom_of(key_of(found[0]), doctors)
    ids = {doctor.doctor_id for doctor in found}
    return next((whom for whom in everybody(doctors) if {doctor.doctor_id for doctor in whom.doctors} == ids), None)


class Reason(Enum):
    """Why a doctor has no free slot."""

    NO_HOURS = auto()
    CLOSED = auto()
    OFF = auto()
    TOO_SHORT = auto()
    NO_ROOM = auto()


def reasons(schedule: Schedule, length: timedelta, span: DateSpan, now: datetime) -> tuple[set[Reason], timedelta]:
    """Return why none of a doctor's hours on the dates has room, and how long the longest of them are."""
    days = schedule.days(span)
    hours = joined(slot for day in days for slot in day.slots)
    longest = max((each.length for each in hours if each.end > now), default=timedelta())
    if longest >= length:
        return {Reason.NO_ROOM}, longest
    found = {Reason.TOO_SHORT} if longest else set()
    for day in days:
        if day.usual and not day.hours:
            closed = isinstance(day.rules[0], ClinicClosure)
            found |= {Reason.CLOSED if closed else Reason.OFF}
    return found or {Reason.NO_HOURS}, longest


def reason_text(found: set[Reason], longest: timedelta, words: Words) -> str:
    texts = {
        Reason.TOO_SHORT: words.say("hours too short, {length} at most", length=words.length(longest)),
        Reason.CLOSED: words.say("clinic closed"),
        Reason.OFF: words.say("off"),
        Reason.NO_ROOM: words.say("no room left"),
        Reason.NO_HOURS: words.say("no hours"),
    }
    return ", ".join(text for reason, text in texts.items() if reason in found)


def offers_text(offers: Sequence[Offer], clinic: Clinic, words: Words, *, named: bool) -> str:
    """Return slots as HTML by date on the clinic's clock; each with its doctors' names where there may be several."""
    parts = []
    for day, of_day in groupby(offers, key=lambda offer: offer.slot.start.astimezone(clinic.zone).date()):
        lines = []
        for start, at_once in groupby(of_day, key=lambda offer: offer.slot.start):
            time = _clock(start, clinic.zone, words)
            whose = [(f" {offer.doctor.name}" if named else "") + _own_clock(offer, clinic, words) for offer in at_once]
            lines.append(time + ",".join(whose))
        body = "\n".join(lines) if named else " · ".join(lines)
        parts.append(f"{bold(words.short_date(day))}\n{html.escape(body, quote=False)}")
    return "\n\n".join(parts) + own_clock_note(offers, clinic, words)


def own_clock_note(offers: Sequence[Offer], clinic: Clinic, words: Words) -> str:
    """Return as HTML what brackets mean, to be put behind slots that have some; else nothing."""
    if all(clinic.zone_of(offer.doctor).key == clinic.zone.key for offer in offers):
        return ""
    return "\n\n" + words.rich("<i>In brackets: the doctor's own clock</i>")


def offer_label(offer: Offer, clinic: Clinic, words: Words, *, named: bool) -> str:
    """Return a slot as a button has it: its date and time on the clinic's clock, and its doctor's name."""
    day = offer.slot.start.astimezone(clinic.zone).date()
    time = _clock(offer.slot.start, clinic.zone, words) + _own_clock(offer, clinic, words)
    label = f"{words.short_date(day)}, {time}"
    return f"{label} · {offer.doctor.name}" if named else label


def _own_clock(offer: Offer, clinic: Clinic, words: Words) -> str:
    """Return the start on the doctor's clock where it is another, with how many dates it is off."""
    zone, start = clinic.zone_of(offer.doctor), offer.slot.start
    if zone.key == clinic.zone.key:
        return ""
    shift = (start.astimezone(zone).date() - start.astimezone(clinic.zone).date()).days
    return f" ({_clock(start, zone, words)}{f' {shift:+}' if shift else ''})"


def _clock(moment: datetime, zone: ZoneInfo, words: Words) -> str:
    local = moment.astimezone(zone)
    return words.clock(local.hour * 60 + local.minute)
