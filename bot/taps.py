"""What a button says when it is tapped: typed callback data, and the only place that knows its strings.

A tap carries what was tapped as a target (``on=True``), never as a flip, and never who taps: the same tap twice asks
for the same thing, and what it asks for is authorised on every use.
"""

from __future__ import annotations

from datetime import date
from enum import IntEnum, StrEnum
from typing import Annotated, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from clinic.booking import Affected, LONGEST, LONGEST_BUFFER, SHORTEST
from clinic.dates import TimeOffKind
from clinic.people import Role
from clinic.plan import Repeat
from clinic.week import Weekday

MOST_BYTES = 64
"""Bot API, InlineKeyboardButton.callback_data."""

Id = Annotated[int, Field(ge=1, le=2**53)]
Minutes = Annotated[int, Field(ge=0, le=2 * 24 * 60)]
Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2199, 12, 31))]
"""A date that somebody can mean; next to a forged one there may be no other."""


class Step(StrEnum):
    """Where a draft of a week stands."""

    DAYS = "d"
    FROM = "f"
    TO = "t"
    REVIEW = "r"
    NIGHT = "n"
    CHANGED = "c"
    SAVED = "s"
    CANCELLED = "x"
    DATES = "a"
    LAST = "l"
    NAME = "m"
    WHEN = "w"


class Place(StrEnum):
    """A screen that a menu leads to."""

    MENU = "m"
    EDITOR = "e"
    WEEK = "w"
    DOCTORS = "d"
    INVITE = "i"
    PEOPLE = "p"
    LANGUAGE = "l"
    HELP = "h"
    TODAY = "t"
    ZONE = "z"
    FREE = "f"
    BOARD = "b"
    NOW = "n"
    BOOK = "o"
    BOOKINGS = "k"
    ATTENTION = "a"
    SLOTS = "s"


class Form(StrEnum):
    """What dates are picked for."""

    OFF = "o"
    DATE = "d"
    CLOSED = "c"


class Tap(BaseModel):
    """Callback data ``prefix:field:field``; fields are short words and numbers without a colon."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    prefix: ClassVar[str]
    kinds: ClassVar[dict[str, type[Tap]]] = {}

    def __init_subclass__(cls, prefix: str) -> None:
        super().__init_subclass__()
        cls.prefix = prefix
        if Tap.kinds.setdefault(prefix, cls) is not cls:
            raise TypeError(f"two taps share the prefix {prefix!r}")

    def pack(self) -> str:
        values = [getattr(self, name) for name in type(self).model_fields]
        data = ":".join([self.prefix, *(_packed(value) for value in values)])
        if len(data.encode()) > MOST_BYTES:
            raise ValueError(f"{data!r} is longer than {MOST_BYTES} bytes")
        return data

    @classmethod
    def unpack(cls, data: str) -> Self | None:
        """Return the tap, or none where the data is not this kind's: another's, an older version's, or forged."""
        prefix, *values = data.split(":")
        if prefix != cls.prefix or len(values) != len(cls.model_fields):
            return None
        try:
            return cls.model_validate(dict(zip(cls.model_fields, values, strict=True)))
        except ValidationError:
            return None


def _packed(value: object) -> str:
    match value:
        case bool() | IntEnum():
            return str(int(value))
        case date():
            return value.isoformat()
        case _:
            return str(value)


class PickDay(Tap, prefix="pd"):
    day: Weekday
    on: bool


class PickDays(Tap, prefix="ps"):
    """A shortcut: exactly these days, one bit a day from Monday's 1."""

    days: Annotated[int, Field(ge=0, le=127)]


class Next(Tap, prefix="nx"):
    step: Step


class Back(Tap, prefix="bk"):
    step: Step


class Cancel(Tap, prefix="cx"):
    pass


class ShowNight(Tap, prefix="sn"):
    """The other half of the times: night hours at From, the next day's at To."""

    step: Step
    on: bool


class PickFrom(Tap, prefix="pf"):
    minutes: Minutes


class PickTo(Tap, prefix="pt"):
    minutes: Minutes


class NoHoursKind(StrEnum):
    OFF = "o"
    CLEAR = "c"


class PickNoHours(Tap, prefix="pn"):
    """The days off with their hours kept, or cleared of them."""

    kind: NoHoursKind


class AddHours(Tap, prefix="ah"):
    pass


class Save(Tap, prefix="sv"):
    pass


class SaveNight(Tap, prefix="sy"):
    """Yes, the night range ends on the next day."""


class EndByDay(Tap, prefix="ed"):
    """No, the night range was a slip: it ends at this time of the same day."""

    minutes: Minutes


class SaveOver(Tap, prefix="so"):
    """Yes, over what was saved meanwhile: that version and no later one."""

    version: Annotated[int, Field(ge=0, le=2**31)]


class ShowWeek(Tap, prefix="wk"):
    doctor: Id
    monday: date


class SwitchDay(Tap, prefix="sd"):
    doctor: Id
    day: Weekday
    on: bool
    monday: date


class Undo(Tap, prefix="un"):
    doctor: Id
    version: Annotated[int, Field(ge=1, le=2**31)]


class Open(Tap, prefix="op"):
    place: Place


class ShowDoctors(Tap, prefix="ds"):
    page: Annotated[int, Field(ge=0, le=10_000)]


class InviteRole(Tap, prefix="ir"):
    role: Role


class ShowPeople(Tap, prefix="pp"):
    page: Annotated[int, Field(ge=0, le=10_000)]


class ShowPerson(Tap, prefix="pe"):
    user: Id


class Suspend(Tap, prefix="su"):
    user: Id
    suspended: bool


class InviteAgain(Tap, prefix="ia"):
    doctor: Id


class MakeAgain(Tap, prefix="ma"):
    """Yes, make the link for the doctor's new phone."""


class ShowInvitation(Tap, prefix="iv"):
    invitation: Id


class Withdraw(Tap, prefix="wi"):
    invitation: Id


class ChooseLanguage(Tap, prefix="la"):
    """A tag of ``words.LANGUAGES``; ``auto`` follows Telegram."""

    language: Annotated[str, Field(pattern=r"^[A-Za-z]{2,4}(-[A-Z]{2})?$")]


class Inert(Tap, prefix="z"):
    """A cell of a calendar that is no date to pick."""


class ShowMonth(Tap, prefix="sm"):
    month: Day


class PickDate(Tap, prefix="da"):
    """A date, or the first of a span; where several are picked, whether this one is."""

    day: Day
    on: bool


class LastDate(Tap, prefix="dl"):
    day: Day


class WholeDays(Tap, prefix="wd"):
    pass


class SomeHours(Tap, prefix="sh"):
    pass


class OpenForm(Tap, prefix="fo"):
    form: Form


class ListRules(Tap, prefix="lr"):
    """What is coming of one kind, to change it or take it back."""

    form: Form


Key = Annotated[str, Field(pattern=r"^[0-9-]{1,16}$")]
"""An id, or the date of other hours."""


class ShowRule(Tap, prefix="rs"):
    form: Form
    key: Key


class ChangeRule(Tap, prefix="rc"):
    form: Form
    key: Key


class RemoveRule(Tap, prefix="rx"):
    form: Form
    key: Key


class UndoDates(Tap, prefix="ud"):
    change: Id


class SayToday(Tap, prefix="td"):
    """What is said on the day itself: away in these minutes of this date, all of it where both are 0."""

    kind: TimeOffKind
    day: Day
    start: Minutes
    end: Minutes


class ShowWhy(Tap, prefix="wy"):
    doctor: Id
    monday: date


ZoneName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_+/-]{1,40}$")]


class ShowZones(Tap, prefix="zr"):
    region: ZoneName
    page: Annotated[int, Field(ge=0, le=100)]


class PickZone(Tap, prefix="zp"):
    zone: ZoneName


class SetZone(Tap, prefix="zs"):
    zone: ZoneName


class PickRepeat(Tap, prefix="pr"):
    """On which dates the hours hold; the date is a Monday for one week and for every other."""

    repeat: Repeat
    day: Day


class DropPlan(Tap, prefix="dp"):
    starts: Day
    once: bool


Page = Annotated[int, Field(ge=0, le=10_000)]


class ShowBoard(Tap, prefix="bd"):
    """Everybody's hours of a date."""

    day: Day
    page: Page


class ShowNow(Tap, prefix="nw"):
    page: Page


class CopyWeek(Tap, prefix="cw"):
    doctor: Id
    monday: Day


class CopyBoard(Tap, prefix="cb"):
    day: Day
    page: Page


class DrawWeek(Tap, prefix="dw"):
    doctor: Id
    monday: Day


class DrawBoard(Tap, prefix="db"):
    day: Day
    page: Page


class SendCalendar(Tap, prefix="sc"):
    """A doctor's hours as a calendar file."""

    doctor: Id


Whom = Annotated[str, Field(pattern=r"^(d[1-9][0-9]{0,15}|s[0-9a-f]{12})$")]
"""A doctor by the id, or a specialization by the hash of its name, which may be longer than a tap."""
SlotMinutes = Annotated[int, Field(ge=SHORTEST, le=LONGEST)]


class FreeWhom(Tap, prefix="fw"):
    """Everybody of whom a free slot can be looked for."""

    page: Page


class FreeLength(Tap, prefix="fl"):
    whom: Whom


class ShowFree(Tap, prefix="fr"):
    """The next free slots of a length, a page of them behind those that were shown."""

    whom: Whom
    minutes: SlotMinutes
    page: Annotated[int, Field(ge=0, le=200)]


class WhyNoneFree(Tap, prefix="fy"):
    whom: Whom
    minutes: SlotMinutes


class ShowForm(Tap, prefix="sf"):
    """The form of the message as it stands."""


class Despite(Tap, prefix="bf"):
    """What becomes of the bookings in the way of a change of hours, and the tap that asks for the change."""

    choice: Affected
    data: Annotated[str, Field(pattern=r"^[a-z]{1,2}(\|[A-Za-z0-9_+/-]{1,40})*$", max_length=56)]
    """The packed tap, its colons as bars."""

    @classmethod
    def of(cls, choice: Affected, tap: Tap) -> Self:
        return cls(choice=choice, data=tap.pack().replace(":", "|"))

    def around(self, kind: type[Tap]) -> Tap | None:
        """Return the tap that it is around, or none where that is not of this kind."""
        return kind.unpack(self.data.replace("|", ":"))


Moved = Annotated[int, Field(ge=0, le=2**53)]
"""The booking that gets another slot; 0 where a new one is made."""
Moment = Annotated[int, Field(ge=15_780_000, le=120_900_000)]
"""An instant, in minutes from 1970: one that has a ``Day`` in every zone."""
Version = Annotated[int, Field(ge=1, le=2**31)]


class BookWhom(Tap, prefix="bw"):
    """Everybody who can be booked."""

    page: Page
    moves: Moved


class BookDay(Tap, prefix="by"):
    whom: Whom
    month: Day
    moves: Moved


class BookSlot(Tap, prefix="bs"):
    """The free slots of a date."""

    whom: Whom
    day: Day
    page: Page
    moves: Moved


class BookAt(Tap, prefix="ba"):
    doctor: Id
    start: Moment
    moves: Moved


class AskReference(Tap, prefix="br"):
    """Ask for the patient's reference again."""


class SaveBooking(Tap, prefix="bv"):
    pass


class DropBooking(Tap, prefix="bx"):
    """Close the form: nothing is booked."""


class MoveBooking(Tap, prefix="bm"):
    """Yes, move it: in that version and no later one."""

    booking: Id
    version: Version
    doctor: Id
    start: Moment


class ListBookings(Tap, prefix="bl"):
    """Everybody's bookings of a date, or a doctor's from it on; doctor 0 is everybody."""

    doctor: Annotated[int, Field(ge=0, le=2**53)]
    day: Day
    page: Page


class ListAttention(Tap, prefix="at"):
    page: Page


class ShowBooking(Tap, prefix="bi"):
    booking: Id


class AskCancel(Tap, prefix="bq"):
    booking: Id


class CancelReason(StrEnum):
    """Why a booking is cancelled, where it is not typed; kept as it stands here, and said in the reader's language."""

    PATIENT = "patient"
    CLINIC = "clinic"
    MISTAKE = "mistake"


class CancelBooking(Tap, prefix="bz"):
    booking: Id
    version: Version
    reason: CancelReason


class MarkNoShow(Tap, prefix="bn"):
    booking: Id
    version: Version
    missed: bool


class KeepBooking(Tap, prefix="kb"):
    """It stands, though its hours have gone."""

    booking: Id
    version: Version


class ShowSlots(Tap, prefix="ss"):
    """How long a doctor's bookings are."""

    doctor: Id


class SetSlots(Tap, prefix="st"):
    doctor: Id
    minutes: SlotMinutes
    buffer: Annotated[int, Field(ge=0, le=LONGEST_BUFFER)]
