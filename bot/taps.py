"""What a button says when it is tapped: typed callback data, and the only place that knows its strings.

A tap carries what was tapped as a target (``on=True``), never as a flip, and never who taps: the same tap twice asks
for the same thing, and what it asks for is authorised on every use.
"""

from __future__ import annotations

from datetime import date
from enum import IntEnum, StrEnum
from typing import Annotated, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

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
