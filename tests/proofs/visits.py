"""What a doctor does in a visit to the bot, all by chat, and what the rows must hold of what the chat has said."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta, UTC

from bot.bookings import minute_of
from bot.sandbox import Message, Person
from bot.taps.bookings import AskCancel, BookAt, CancelBooking
from tests.rota import DAYS, Rota

PATIENCE = 300.0
BUSY = "I am busy just now"
TELLING = 10
"""One in so many is off sick today: all of it is told to one desk, whose chat takes a message a second."""
ANEW = "Please begin again."
HALF_HOUR = timedelta(minutes=30)

Hours = tuple[tuple[int, int], ...]
Week = dict[str, Hours]


@dataclass(slots=True)
class Kept:
    """What is stored of one doctor: bookings by reference, as start, status and note; and how many changes of each."""

    week: Week = field(default_factory=dict)
    weeks: int = 0
    time_off: set[str] = field(default_factory=set)
    other_hours: dict[str, Hours] = field(default_factory=dict)
    dates: int = 0
    bookings: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    moves: int = 0


class _BeginAgain(Exception):
    """The form is not known: the process was killed when it had sent it, and another has sent a second one."""


class Visitor:
    """A doctor who is an admin as well, to book; it keeps what the chat has confirmed.

    ``serving`` is waited for before something is asked again that the bot was too busy for.
    """

    def __init__(self, person: Person, doctor_id: int, number: int) -> None:
        self.person = person
        self.number = number
        self.confirmed = Kept()
        self.visits = 0
        self.told_busy = 0
        self.serving = asyncio.Event()
        self.serving.set()
        self.doctor_id = doctor_id
        self._next: Week = {}
        self._today = datetime.now(UTC).date()

    async def visit(self) -> None:
        """Do one thing after the other, each begun when the chat has said that the one before is saved."""
        weekly = (self._week_by_taps, self._week_typed, self._day_toggled)
        for step in (*weekly, self._away, self._short, self._sick, self._booked, self._booked_and_cancelled):
            while True:
                try:
                    await step()
                    break
                except _BeginAgain:
                    continue
        self.visits += 1

    def may_have(self, week: Week) -> bool:
        """Return whether a week is one that was saved whole: the one that the chat has confirmed, or the next."""
        return week in (self.confirmed.week, self._next)

    @property
    def _typed_hours(self) -> Hours:
        return (((self.number + self.visits) % 60, 1440),)

    async def _week_by_taps(self) -> None:
        form = await self._say("/availability", "Mon–Fri")
        await self._tap(form, "Mon–Fri", "✓ Fri")
        await self._tap(form, "Next", "From what time?")
        await self._tap(form, "09:00", "From 09:00 to what time?")
        await self._tap(form, "17:00", "Is this right?")
        await self._save_week(form, self.confirmed.week | dict.fromkeys(DAYS[:5], ((540, 1020),)))

    async def _week_typed(self) -> None:
        form = await self._say(f"daily 0:{self._typed_hours[0][0]:02}-24", "Save")
        await self._save_week(form, dict.fromkeys(DAYS, self._typed_hours))

    async def _save_week(self, form: Message, week: Week) -> None:
        self._next = week
        await self._tap(form, "Save", "Saved.")
        self._confirm_week(week)

    def _confirm_week(self, week: Week) -> None:
        self.confirmed.week = week
        self.confirmed.weeks += 1

    async def _day_toggled(self) -> None:
        before = self.confirmed.week
        self._next = {day: hours for day, hours in before.items() if day != "Tue"}
        form = await self._say("/week", "✓ Tue")
        await self._tap(form, "✓ Tue", "✕ Tue")
        self._confirm_week(self._next)
        self._next = before
        await self._tap(form, "↩ Undo", "Undone.")
        self._confirm_week(before)

    async def _away(self) -> None:
        away = self._today + timedelta(days=100 + self.visits)
        await self._keep_dates(f"/off {away} flu")
        self.confirmed.time_off.add(str(away))

    async def _short(self) -> None:
        short = self._today + timedelta(days=200 + self.visits)
        await self._keep_dates(f"/date {short} 10-12")
        self.confirmed.other_hours[str(short)] = ((600, 720),)

    async def _keep_dates(self, typed: str) -> None:
        form = await self._say(typed, "Save")
        await self._tap(form, "Save", "Saved.")
        self.confirmed.dates += 1

    @property
    def notices(self) -> int:
        """How many notices the desk is owed of the visits."""
        return 2 * self.visits if self._tells else 0

    @property
    def _tells(self) -> bool:
        return self.number % TELLING == 0

    async def _sick(self) -> None:
        if not self._tells:
            return
        form = await self._say("/today", "Off sick today")
        await self._tap(form, "Off sick today", "↩ Undo")
        self.confirmed.dates += 1
        await self._tap(form, "↩ Undo", "Undone.")
        self.confirmed.dates += 1

    async def _booked(self) -> None:
        await self._book(f"P-{self.number}-{self.visits}-A", self._ten)

    async def _booked_and_cancelled(self) -> None:
        await self._book(f"P-{self.number}-{self.visits}-B", self._ten + HALF_HOUR)

    @property
    def _ten(self) -> datetime:
        return datetime.combine(self._today + timedelta(days=7 + self.visits), time(10), UTC)

    async def _book(self, reference: str, start: datetime) -> None:
        """Book, and move it to the afternoon where it is an A; cancel it where it is a B."""
        form = await self._say("/book", "Any of cardiology")
        await self._press(form, BookAt(doctor=self.doctor_id, start=minute_of(start), moves=0).pack(), "No names")
        await self._type(reference, form, "Is this right?")
        await self._tap(form, "Save", "✓ Booked.")
        self._confirm_booking(reference, start, "booked")
        booking = self._booking(form)
        if reference.endswith("A"):
            later = start + timedelta(hours=4)
            moves = BookAt(doctor=self.doctor_id, start=minute_of(later), moves=booking)
            await self._press(form, moves.pack(), "Nothing is saved yet.")
            await self._tap(form, "Move", "✓ Moved.")
            self._confirm_booking(reference, later, "booked")
        else:
            await self._press(form, AskCancel(booking=booking).pack(), "The patient cannot come")
            await self._tap(form, "The patient cannot come", "Cancelled: the patient cannot come")
            self._confirm_booking(reference, start, "cancelled")

    def _confirm_booking(self, reference: str, start: datetime, status: str) -> None:
        self.confirmed.bookings[reference] = (f"{start:%Y-%m-%d %H:%M}", status, "")
        self.confirmed.moves += 1

    def _booking(self, form: Message) -> int:
        (found,) = (undo for row in form.keyboard for one in row if (undo := CancelBooking.unpack(one.data or "")))
        return found.booking

    async def _say(self, text: str, wanted: str) -> Message:
        """Say something until it is answered with a button that is wanted; return the message that has it.

        A process that is killed on its way leaves a message without buttons, and another sends the whole of it.
        """
        while True:
            said = self.person.say(text)
            await self._until(lambda said=said: self._with(said, wanted) or self._after(said, BUSY))  # type: ignore[misc]
            if form := self._with(said, wanted):
                return form
            await self._again()

    async def _type(self, text: str, form: Message, wanted: str) -> None:
        while not form.contains(wanted):
            said = self.person.say(text)
            await self._until(lambda said=said: form.contains(wanted) or self._after(said, BUSY))  # type: ignore[misc]
            if not form.contains(wanted):
                await self._again()

    async def _tap(self, form: Message, label: str, wanted: str) -> None:
        await self._until(lambda: form.contains(label))
        _, button = self.person._find(label, form.id)
        assert button.data
        await self._press(form, button.data, wanted)

    async def _press(self, form: Message, data: str, wanted: str) -> None:
        """Tap until the message shows what is wanted."""
        while True:
            told = len(self.person.toasts)
            self.person.press(form.id, data)
            await self._until(
                lambda told=told: form.contains(wanted) or form.contains(ANEW) or self._is_busy(told)  # type: ignore[misc]
            )
            if form.contains(wanted):
                return
            if form.contains(ANEW):
                raise _BeginAgain
            await self._again()

    async def _again(self) -> None:
        self.told_busy += 1
        await self.serving.wait()

    def _is_busy(self, told: int) -> bool:
        return any(BUSY in toast.text for toast in self.person.toasts[told:])

    def _with(self, said: int, label: str) -> Message | None:
        return next((one for one in self.person.messages if one.id > said and label in one.labels), None)

    def _after(self, said: int, text: str) -> bool:
        return any(text in one.text for one in self.person.messages if one.id > said and one.from_bot)

    async def _until(self, holds: Callable[[], object]) -> None:
        await self.person.until(lambda _: bool(holds()), PATIENCE)


def kept(rota: Rota, visitors: Iterable[Visitor]) -> dict[int, Kept]:
    """Return what is stored of each, by their numbers."""
    numbers = {visitor.doctor_id: visitor.number for visitor in visitors}
    found = {doctor_id: Kept() for doctor_id in numbers}
    for doctor_id, week in weeks(rota).items():
        found[doctor_id].week = week
    for doctor_id, first in rota.rows("SELECT doctor_id, first FROM time_off"):
        found[doctor_id].time_off.add(str(first))
    for doctor_id, day, start, end in rota.rows('SELECT doctor_id, day, start, "end" FROM override_ranges'):
        found[doctor_id].other_hours[str(day)] = ((start, end),)
    booked = "SELECT doctor_id, reference, start, status, note FROM bookings"
    for doctor_id, reference, start, status, note in rota.rows(booked):
        once = reference if reference not in found[doctor_id].bookings else f"{reference} again"
        found[doctor_id].bookings[once] = (str(start)[:16], status, note)
    for name, statement in COUNTS.items():
        for doctor_id, count in rota.rows(statement):
            setattr(found[doctor_id], name, count)
    return {numbers[doctor_id]: one for doctor_id, one in found.items()}


COUNTS = {
    "weeks": "SELECT doctor_id, count(*) FROM week_changes GROUP BY doctor_id",
    "dates": "SELECT doctor_id, count(*) FROM date_changes GROUP BY doctor_id",
    "moves": "SELECT doctor_id, count(*) FROM booking_changes JOIN bookings USING (booking_id) GROUP BY doctor_id",
}


def weeks(rota: Rota) -> dict[int, Week]:
    """Return the hours of the days that are on of each doctor's week, all read at one moment."""
    rows = rota.rows(
        'SELECT doctor_id, weekday, start, "end" FROM week_plans JOIN day_availability USING (plan_id)'
        " JOIN time_ranges USING (plan_id, week, weekday) WHERE ends >= '9999-12-31' AND is_on"
        " ORDER BY doctor_id, weekday, start"
    )
    found: dict[int, Week] = defaultdict(dict)
    for doctor_id, weekday, start, end in rows:
        found[doctor_id][DAYS[weekday]] = (*found[doctor_id].get(DAYS[weekday], ()), (start, end))
    return found
