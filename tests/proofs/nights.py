"""Nights in which the clocks change, on a clock that is set by hand: what is bookable when, and when reminders ring.

The oracle walks along UTC minute by minute and looks at the wall; it shares no line with the bot.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, UTC
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.bookings import minute_of
from bot.sandbox import Person
from bot.taps.bookings import BookAt
from bot.taps.reminders import PickRemindTime
from clinic.week import Weekday
from tests.clinic.test_calendar_properties import walked
from tests.phone import press, save, tap, type_into, type_week
from tests.proofs.broadcasts import until
from tests.proofs.verdict import Verdict
from tests.rota import Rota, running

ZONE = ZoneInfo("Europe/Madrid")
NIGHTS = {"spring": date(2026, 3, 29), "autumn": date(2026, 10, 25)}
"""The Sundays in which a wall clock jumps from 02:00 to 03:00, and goes back from 03:00 to 02:00."""
STEP, SLOT = timedelta(minutes=10), timedelta(minutes=30)
HOURS = {"Ana Night": (Weekday.SAT, "22-6"), "Ben Small": (Weekday.SUN, "0-5"), "Cleo Gap": (Weekday.SUN, "2:30-4")}
RINGS = (90, 150, 210)
"""Minutes past midnight on the Sunday's wall: before, at and after the change."""


@dataclass(slots=True)
class Night:
    """One night: who is there, and what came of it."""

    rota: Rota
    sunday: date
    rosa: Person
    doctors: dict[str, Person]
    rang: dict[str, datetime] = field(default_factory=dict)
    booked: set[tuple[str, datetime]] = field(default_factory=set)

    def steps(self) -> Iterator[datetime]:
        """Yield the instants from before the first hours to after the last."""
        now = datetime.combine(self.sunday, datetime.min.time(), UTC) - timedelta(hours=5)
        while now <= walked(self.sunday, 7 * 60, ZONE):
            yield now
            now += STEP

    def hours(self, name: str) -> tuple[datetime, datetime]:
        """Return the instants between which a doctor works, by the oracle."""
        weekday, typed = HOURS[name]
        start, end = (_minutes(part) for part in typed.split("-"))
        end += 24 * 60 if end < start else 0
        day = self.sunday - timedelta(days=1) if weekday is Weekday.SAT else self.sunday
        return walked(day, start, ZONE), walked(day, end, ZONE)

    def expected(self) -> set[tuple[str, datetime]]:
        """Return what can be booked, by the oracle: each slot half an hour before it, on the half-hours."""
        starts = [now + SLOT for now in self.steps() if now.minute % 30 == 0]
        spans = {name: self.hours(name) for name in HOURS}
        return {
            (name, at) for name, (first, last) in spans.items() for at in starts if first <= at and at + SLOT <= last
        }

    def rings(self) -> dict[str, datetime]:
        """Return when each reminder rings, by the oracle."""
        return {_text(minutes): walked(self.sunday, minutes, ZONE) for minutes in RINGS}


def _minutes(clock: str) -> int:
    hour, _, minute = clock.partition(":")
    return int(hour) * 60 + int(minute or 0)


def _text(minutes: int) -> str:
    return f"It is {minutes // 60:02}:{minutes % 60:02}"


async def prove(folder: Path, nights: Mapping[str, date]) -> Verdict:
    """Live through the nights, ten minutes a step."""
    said, wrong = [], 0
    for name, sunday in nights.items():
        night = await _lived(folder / name, sunday)
        booked, rang = night.booked ^ night.expected(), set(night.rang.items()) ^ set(night.rings().items())
        wrong += len(booked) + len(rang) + _doubled(night)
        said.append(f"{name}: {len(night.booked)} slots booked, {len(booked)} unlike the oracle's,")
        said.append(f"{len(night.rang)} reminders, {len(rang)} at another moment, {_doubled(night)} doubled;")
    return Verdict("nights", " ".join(said).rstrip(";"), holds=not wrong)


async def _lived(folder: Path, sunday: date) -> Night:
    folder.mkdir(parents=True)  # noqa: ASYNC240 - nothing else runs yet
    settings = {"CLINIC_TIME_ZONE": ZONE.key, "QUIET_HOURS": "off"}
    async with running(folder, settings, f"{sunday - timedelta(days=1)} 12:00") as rota:
        night = Night(rota, sunday, await rota.receptionist(), {name: await rota.doctor(name) for name in HOURS})
        for name, (weekday, typed) in HOURS.items():
            await save(night.doctors[name], f"{weekday.name.lower()} {typed}")
        for minutes in RINGS:
            await _remind(await rota.claimed(), minutes)
        numbers = count(1)
        for now in night.steps():
            rota.set_clock(f"{now:%Y-%m-%d %H:%M}")
            await _ring(night, now)
            if now.minute % 30 == 0:
                for name in HOURS:
                    await _book(night, name, now + SLOT, f"P-{next(numbers)}")
    return night


async def _remind(admin: Person, minutes: int) -> None:
    """Make a reminder for receptionists, on Sundays at a time of the wall."""
    form = await type_week(admin, "/reminders")
    await tap(admin, "New reminder", "What", form=form)
    form = await type_week(admin, _text(minutes))
    await tap(admin, "Who", "Receptionists", "Days", "✓ Fri", "Sun", "Done", "Time", form=form)
    await press(admin, form, PickRemindTime(minutes=minutes))
    await tap(admin, "Save", form=form)
    assert "✓ Saved." in form.text, form


async def _ring(night: Night, now: datetime) -> None:
    """Wait for what is due by the oracle, and note when all that has come has come."""
    due = {text for text, at in night.rings().items() if at <= now}
    await until(lambda: due <= {message.text for message in night.rosa.messages}, 10)
    for message in night.rosa.messages:
        if message.text.startswith("It is "):
            night.rang.setdefault(message.text, now)


async def _book(night: Night, name: str, start: datetime, reference: str) -> None:
    """Try to book a slot; keep it where the bot has said that it is booked and the rows hold it."""
    rota, rosa = night.rota, night.rosa
    form = await type_week(rosa, "/book")
    doctor_id = rota.doctor_id(night.doctors[name])
    await press(rosa, form, BookAt(doctor=doctor_id, start=minute_of(start), moves=0))
    if "No names, please." in form.text:
        await type_into(rosa, reference, form)
        await tap(rosa, "Save", form=form)
    stored = rota.rows("SELECT start FROM bookings WHERE doctor_id = ? AND reference = ?", doctor_id, reference)
    if stored and form.text.startswith("✓ Booked."):
        night.booked.add((name, datetime.fromisoformat(stored[0][0]).replace(tzinfo=UTC)))


def _doubled(night: Night) -> int:
    texts = [message.text for message in night.rosa.messages if message.text.startswith("It is ")]
    return len(texts) - len(set(texts))
