"""Callback data: what a button carries comes back as it was, and nothing else comes back at all."""

from __future__ import annotations

from datetime import date
from enum import Enum
from typing import Any
from zoneinfo import available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import AfterValidator

from bot.taps.bookings import BookSlot, CancelReason, Despite, MoveBooking
from bot.taps.dates import Form, PickDate, SayToday, SetZone
from bot.taps.form import NoHoursKind, PickDay, PickDays, PickFrom, PickRepeat, Save, Step
from bot.taps.people import ChooseLanguage
from bot.taps.tap import Id, Minutes, MOST_BYTES, Open, Place, Tap
from bot.taps.week import ShowWeek, SwitchDay, Undo
from bot.words import LANGUAGES
from clinic.booking import Affected
from clinic.dates import TimeOffKind
from clinic.people import Role
from clinic.plan import Repeat
from clinic.week import monday_of, Weekday

KINDS = list(Tap.kinds.values())
LARGEST_ID = 2**53
LARGEST_VERSION = 2**31

LIMITS: dict[tuple[str, str], tuple[int, int]] = {
    ("PickDays", "days"): (0, 127),
    ("SaveOver", "version"): (0, LARGEST_VERSION),
    ("Undo", "version"): (1, LARGEST_VERSION),
    ("ShowDoctors", "page"): (0, 10_000),
    ("ShowPeople", "page"): (0, 10_000),
    ("ShowZones", "page"): (0, 100),
    ("ShowBoard", "first"): (0, 10_000_000),
    ("ShowBoardBefore", "end"): (1, 10_000_000),
    ("ShowNow", "page"): (0, 10_000),
    ("CopyBoard", "first"): (0, 10_000_000),
    ("DrawBoard", "first"): (0, 10_000_000),
    ("ShowConfirmed", "first"): (0, 10_000_000),
    ("ShowConfirmedBefore", "end"): (1, 10_000_000),
    ("SayToday", "start"): (0, 2880),
    ("SayToday", "end"): (0, 2880),
    ("ShowFree", "page"): (0, 200),
    ("ShowFree", "minutes"): (5, 240),
    ("WhyNoneFree", "minutes"): (5, 240),
    ("BookAt", "start"): (15_780_000, 120_900_000),
    ("MoveBooking", "start"): (15_780_000, 120_900_000),
    ("ListBookings", "doctor"): (0, LARGEST_ID),
    ("ShowHistory", "doctor"): (0, LARGEST_ID),
    ("ShowChange", "doctor"): (0, LARGEST_ID),
    ("AskRevert", "doctor"): (0, LARGEST_ID),
    ("Revert", "doctor"): (0, LARGEST_ID),
    ("SetSlots", "minutes"): (5, 240),
    ("SetSlots", "buffer"): (0, 120),
    ("Send", "at"): (0, 2**32),
    ("SendTime", "minutes"): (0, 1439),
    ("PickRemindTime", "minutes"): (0, 1439),
    ("PickNag", "minutes"): (1, 10_080),
}
"""The bounds of the numbers that are neither ids nor minutes."""

KNOWN_FIELDS: dict[str, tuple[int, int]] = {
    "doctor": (1, LARGEST_ID),
    "user": (1, LARGEST_ID),
    "invitation": (1, LARGEST_ID),
    "change": (1, LARGEST_ID),
    "number": (1, LARGEST_ID),
    "seen": (1, LARGEST_ID),
    "minutes": (0, 2880),
    "page": (0, 10_000),
    "booking": (1, LARGEST_ID),
    "proposal": (1, LARGEST_ID),
    "moves": (0, LARGEST_ID),
    "broadcast": (1, LARGEST_ID),
    "reminder": (1, LARGEST_ID),
    "version": (1, LARGEST_VERSION),
}

TEXTS: dict[str, list[str]] = {
    "language": [*LANGUAGES, "auto", "abcd-ZZ"],
    "key": ["1", str(LARGEST_ID), "2026-12-24"],
    "skill": ["s0123456789ab"],
    "region": ["America", "Z" * 40],
    "data": ["sv", "sd|7|6|0|2026-03-02", "zs|" + "Z" * 40],
    "seen": ["0123456789ab"],
    "whom": ["d1", f"d{LARGEST_ID}", "s0123456789ab"],
    "zone": ["UTC", "Etc/GMT+12", max(available_timezones(), key=len), "Z" * 40],
}
"""What the fields that are words may hold, the longest of it too."""
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2199, 12, 31)


def values_of(kind: type[Tap], name: str) -> st.SearchStrategy[Any]:
    """Return everything that a field of a kind may hold."""
    annotation: Any = kind.model_fields[name].annotation
    if annotation is bool:
        return st.booleans()
    if annotation is date and any(isinstance(rule, AfterValidator) for rule in kind.model_fields[name].metadata):
        return st.dates(FIRST_DAY, LAST_DAY).map(monday_of).filter(lambda monday: monday >= FIRST_DAY)
    if annotation is date:
        return st.dates(FIRST_DAY, LAST_DAY) if kind.model_fields[name].metadata else st.dates()
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return st.sampled_from(list(annotation))
    if annotation is str:
        return st.sampled_from(TEXTS[name])
    lowest, highest = LIMITS.get((kind.__name__, name)) or KNOWN_FIELDS.get(name) or (0, 0)
    assert highest, f"{kind.__name__}.{name} is new: say what it may hold"
    return st.one_of(st.integers(lowest, highest), st.sampled_from([lowest, highest]))


def taps_of(kind: type[Tap]) -> st.SearchStrategy[Tap]:
    return st.builds(kind, **{name: values_of(kind, name) for name in kind.model_fields})


any_tap = st.one_of([taps_of(kind) for kind in KINDS])


@given(tap=any_tap)
@settings(max_examples=500)
def test_every_tap_comes_back_as_it_was(tap: Tap) -> None:
    """Packing and unpacking gives the same tap again."""
    assert type(tap).unpack(tap.pack()) == tap


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_kind_is_among_what_is_tried(kind: type[Tap]) -> None:
    """A kind that the strategies do not know fails here and not in silence."""
    assert {name: values_of(kind, name) for name in kind.model_fields}.keys() == kind.model_fields.keys()


@given(tap=any_tap)
@settings(max_examples=500)
def test_no_tap_is_longer_than_telegram_takes(tap: Tap) -> None:
    """Callback data takes 1 to 64 bytes of UTF-8, the greatest ids included."""
    assert 1 <= len(tap.pack().encode()) <= MOST_BYTES


@pytest.mark.parametrize(
    "tap",
    [
        SwitchDay(doctor=LARGEST_ID, day=Weekday.SUN, on=True, monday=date.max),
        ShowWeek(doctor=LARGEST_ID, monday=date.max),
        Undo(doctor=LARGEST_ID, version=LARGEST_VERSION),
        SayToday(kind=TimeOffKind.PLANNED, day=LAST_DAY, start=2880, end=2880),
        PickRepeat(repeat=Repeat.EVERY_OTHER_WEEK, day=LAST_DAY),
        SetZone(zone="Z" * 40),
        BookSlot(whom=f"d{LARGEST_ID}", day=LAST_DAY, page=10_000, moves=LARGEST_ID),
        MoveBooking(booking=LARGEST_ID, version=LARGEST_VERSION, doctor=LARGEST_ID, start=120_900_000),
        Despite.of(Affected.TELL, SetZone(zone="Z" * 40)),
        Despite.of(Affected.TELL, SwitchDay(doctor=LARGEST_ID, day=Weekday.SUN, on=True, monday=date.max)),
    ],
    ids=lambda tap: type(tap).__name__,
)
def test_the_longest_taps_leave_room(tap: Tap) -> None:
    """The widest kinds at their extremes stay below the limit."""
    assert len(tap.pack().encode()) <= MOST_BYTES


def test_too_long_data_is_refused_where_it_is_made() -> None:
    """A tap that outgrows the limit fails when it is packed, not at Telegram."""
    tap = ChooseLanguage.model_construct(language="x" * MOST_BYTES)
    with pytest.raises(ValueError, match="longer than 64 bytes"):
        tap.pack()


def test_prefixes_are_unique() -> None:
    """No two kinds answer to the same prefix, and none has a colon in it."""
    prefixes = [kind.prefix for kind in Tap.__subclasses__()]
    assert len(set(prefixes)) == len(prefixes)
    assert not any(":" in prefix for prefix in prefixes)


def test_a_second_kind_of_one_prefix_is_refused() -> None:
    """Two kinds of one prefix are a mistake that the import shows."""
    with pytest.raises(TypeError, match="share the prefix"):
        type("Twin", (Tap,), {}, prefix=PickDay.prefix)


@given(tap=any_tap)
def test_one_tap_is_of_one_kind(tap: Tap) -> None:
    """Only the kind that packed the data reads it."""
    assert [kind for kind in KINDS if kind.unpack(tap.pack()) is not None] == [type(tap)]


FORGED = [
    "",
    ":",
    "pd",
    "pd:",
    "pd:0",
    "pd:0:1:0",
    "pd:7:1",
    "pd:-1:1",
    "pd:mon:1",
    "pd:0:2",
    "pd:0:",
    "PD:0:1",
    " pd:0:1",
    "pd:٣٣:1",
    "pd:🙂:1",
    "pd:0\x00:1",
    "ps:128",
    "ps:-1",
    "ps:1e3",
    "pf:-1",
    "pf:2881",
    "pf:nan",
    "pf:" + "9" * 5000,
    "nx:",
    "nx:days",
    "nx:D",
    "cx:1",
    "wk:0:2026-03-02",
    "wk:-5:2026-03-02",
    f"wk:{LARGEST_ID + 1}:2026-03-02",
    "wk:1:2026-02-30",
    "wk:1:02.03.2026",
    "wk:1:10000-01-01",
    "wk:1",
    "sd:1:0:1",
    "un:1:0",
    f"un:1:{LARGEST_VERSION + 1}",
    "op:zz",
    "op:menu",
    "ir:owner",
    "ir:ADMIN",
    "ds:-1",
    "ds:10001",
    "la:english",
    "la:en-us",
    "la:en_US",
    "la:",
    "la:../../etc",
    "da:1999-12-31:1",
    "da:2200-01-01:1",
    "da:2026-12-24:",
    "da:1772582400:1:1",
    "dl:0001-01-01",
    "dl:9999-12-31",
    "sm:9999-12-01",
    "sm:0001-01-01",
    "pr:every week:9999-12-27",
    "pr:never:2026-03-02",
    "dp:9999-12-31:0",
    "fo:x",
    "rs:o:" + "9" * 17,
    "rx:o:1; drop table",
    "rc:d:٣",
    "ud:0",
    f"ud:{LARGEST_ID + 1}",
    "td:holiday:2026-03-02:0:0",
    "td:sick:2026-03-02:0:2881",
    "zr:Europe:101",
    "zp:../../etc/passwd",
    "zp:" + "Z" * 41,
    "zs:",
    "bf:keep:sv",
    "bf:flag:",
    "bf:flag:sv:",
    "bf:flag:sv|",
    "bf:flag:rx|o|1; drop table",
    "bf:flag:zs|" + "Z" * 41,
    "bf:flag:" + "zs|a" * 20,
    "bw:0:-1",
    "by:d0:2026-03-01:0",
    "by:x1:2026-03-01:0",
    "bs:d1:2026-03-01:0:1:1",
    "ba:1:120900001:0",
    "bv:1",
    "bm:1:0:1:29540000",
    "bl:-1:2026-03-01:0",
    "bz:1:1:boredom",
    "bn:1:1:maybe",
    "st:1:4:0",
    "st:1:30:121",
    "availability:mon:0900:1300",
    "a" * 64,
    "a" * 10_000,
    "�",
    "\ud800",
    "\u202epd:0:1",
]


@pytest.mark.parametrize("data", FORGED, ids=range(len(FORGED)))
def test_forged_data_is_nobodys(data: str) -> None:
    """Foreign, truncated, over-long and impossible data unpacks to none, by every kind."""
    assert [kind.unpack(data) for kind in KINDS] == [None] * len(KINDS)


@given(data=st.one_of(st.text(), st.text(alphabet="pdwksn:0123456789-", max_size=64)))
@settings(max_examples=300)
def test_any_text_raises_nothing(data: str) -> None:
    """Whatever a stranger sends as callback data is a tap within its bounds, or none."""
    for kind in KINDS:
        tap = kind.unpack(data)
        assert tap is None or kind.unpack(tap.pack()) == tap


@given(tap=any_tap, keep=st.integers(0, 63))
def test_truncated_data_is_another_tap_or_none(tap: Tap, keep: int) -> None:
    """Data that was cut off never raises."""
    cut = tap.pack()[:keep]
    assert all(found is None or found.pack() for found in (kind.unpack(cut) for kind in KINDS))


def test_bounds_are_those_of_the_fields() -> None:
    """The bounds tried here are the ones that the fields declare."""
    assert Id.__metadata__[0].metadata[1].le == LARGEST_ID  # type: ignore[attr-defined]
    assert Minutes.__metadata__[0].metadata[1].le == KNOWN_FIELDS["minutes"][1]  # type: ignore[attr-defined]


def test_words_of_the_wire_do_not_change() -> None:
    """Buttons that hang in chats for months are still read: these very strings."""
    assert PickDay(day=Weekday.MON, on=True).pack() == "pd:0:1"
    assert PickDays(days=31).pack() == "ps:31"
    assert PickFrom(minutes=540).pack() == "pf:540"
    assert Open(place=Place.EDITOR).pack() == "op:e"
    assert SwitchDay(doctor=7, day=Weekday.SUN, on=False, monday=date(2026, 3, 2)).pack() == "sd:7:6:0:2026-03-02"
    assert PickDate(day=date(2026, 12, 24), on=True).pack() == "da:2026-12-24:1"
    assert PickRepeat(repeat=Repeat.ONE_WEEK, day=date(2026, 3, 2)).pack() == "pr:one week:2026-03-02"
    assert Despite.of(Affected.FLAG, Save()).pack() == "bf:flag:sv"


@pytest.mark.parametrize(
    "vocabulary", [Step, Place, NoHoursKind, Role, Form, Repeat, TimeOffKind, Affected, CancelReason]
)
def test_no_word_has_a_colon(vocabulary: type[Enum]) -> None:
    """A field's word never looks like two."""
    assert not any(":" in str(word) for word in vocabulary)
