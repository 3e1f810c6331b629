"""Dates in the making: every move of the three forms, and none that the step does not take."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.dates_draft import DatesDraft, ImportedClosure, MOST_DATES
from bot.dates_editor import dates_screen, Known
from bot.draft import read_draft
from bot.taps.dates import Form, LastDate, PickDate, ShowMonth, SomeHours, WholeDays
from bot.taps.form import (
    AddHours,
    Back,
    Cancel,
    Next,
    NoHoursKind,
    PickFrom,
    PickNoHours,
    PickTo,
    Save,
    SaveNight,
    ShowNight,
    Step,
)
from bot.taps.tap import Tap
from clinic.calendar import Schedule
from clinic.dates import ClinicClosure, DateOverride, DateSpan, LONGEST_SPAN, NO_RULES, TimeOff
from clinic.errors import BadDates, BadTimeRange, ClinicError, RangesOverlap, TooManyRanges
from clinic.time_range import TimeRange
from clinic.week import WeeklyAvailability
from tests.bot.weeks import assert_telegram_takes, OFFERED, repeating, weeks, ZONE

EVE, CHRISTMAS, NEW_YEAR = date(2026, 12, 24), date(2026, 12, 25), date(2027, 1, 2)
MORNING, EVENING, NIGHT = TimeRange(540, 780), TimeRange(900, 1140), TimeRange(1320, 1800)

OFF = DatesDraft(form=Form.OFF, doctor_id=1, month=date(2026, 12, 1))
OFF_LAST = OFF.at(Step.LAST, dates=(EVE, EVE))
OFF_SPAN = OFF.at(Step.LAST, dates=(EVE, NEW_YEAR))
OFF_FROM = OFF_SPAN.at(Step.FROM)
OFF_TO = OFF_FROM.at(Step.TO, start=540)
OFF_HOURS = OFF_TO.at(Step.REVIEW, ranges=(MORNING,))
OFF_WHOLE = OFF_SPAN.at(Step.REVIEW)
OFF_NIGHT = OFF_HOURS.at(Step.NIGHT, ranges=(NIGHT,))

DATE = DatesDraft(form=Form.DATE, doctor_id=1)
DATE_PICKED = DATE.at(Step.DATES, dates=(EVE, NEW_YEAR))
DATE_FROM = DATE_PICKED.at(Step.FROM)
DATE_TO = DATE_FROM.at(Step.TO, start=540)
DATE_REVIEW = DATE_TO.at(Step.REVIEW, ranges=(MORNING,))
DATE_OFF = DATE_FROM.at(Step.REVIEW, off=True)
MOVED = DATE.at(Step.DATES, dates=(EVE,), ranges=(MORNING,), moved_from=EVE)

CLOSED = DatesDraft(form=Form.CLOSED)
CLOSED_LAST = CLOSED.at(Step.LAST, dates=(CHRISTMAS, CHRISTMAS))
CLOSED_NAME = CLOSED_LAST.at(Step.NAME)
CLOSED_REVIEW = CLOSED_NAME.at(Step.REVIEW, text="Christmas")
IMPORTED = CLOSED.at(
    Step.REVIEW,
    dates=(CHRISTMAS, CHRISTMAS),
    imported=(ImportedClosure(first=CHRISTMAS, last=CHRISTMAS, name="Christmas"),),
)
DRAFTS = [
    OFF, OFF_LAST, OFF_SPAN, OFF_FROM, OFF_TO, OFF_HOURS, OFF_WHOLE, OFF_NIGHT,
    DATE, DATE_PICKED, DATE_FROM, DATE_TO, DATE_REVIEW, DATE_OFF, MOVED,
    CLOSED, CLOSED_LAST, CLOSED_NAME, CLOSED_REVIEW, IMPORTED,
    OFF_WHOLE.at(Step.SAVED), DATE_REVIEW.at(Step.CANCELLED),
]  # fmt: skip
"""A draft of every form at each of its steps."""

MOVES: list[tuple[DatesDraft, Tap, DatesDraft]] = [
    (OFF, PickDate(day=EVE, on=True), OFF_LAST),
    (OFF, ShowMonth(month=date(2027, 1, 1)), OFF.at(Step.DATES, month=date(2027, 1, 1))),
    (OFF_LAST, ShowMonth(month=date(2027, 1, 1)), OFF_LAST.at(Step.LAST, month=date(2027, 1, 1))),
    (OFF_LAST, LastDate(day=NEW_YEAR), OFF_SPAN),
    (OFF_SPAN, LastDate(day=NEW_YEAR), OFF_SPAN),
    (OFF_SPAN, LastDate(day=EVE), OFF_LAST),
    (OFF_SPAN, LastDate(day=date(2026, 12, 1)), OFF.at(Step.LAST, dates=(date(2026, 12, 1), date(2026, 12, 1)))),
    (OFF_SPAN, WholeDays(), OFF_WHOLE),
    (OFF_SPAN, SomeHours(), OFF_FROM),
    (OFF_SPAN, Back(step=Step.LAST), OFF),
    (OFF_FROM, PickFrom(minutes=540), OFF_TO),
    (OFF_FROM, PickFrom(minutes=1440), OFF_FROM),
    (OFF_FROM, ShowNight(step=Step.FROM, on=True), OFF_FROM.model_copy(update={"night": True})),
    (OFF_FROM, Back(step=Step.FROM), OFF_SPAN),
    (OFF_TO, PickTo(minutes=780), OFF_HOURS),
    (OFF_TO, Back(step=Step.TO), OFF_FROM),
    (OFF_HOURS, Back(step=Step.REVIEW), OFF_TO),
    (OFF_WHOLE, Back(step=Step.REVIEW), OFF_SPAN),
    (OFF_NIGHT, Back(step=Step.NIGHT), OFF_NIGHT.at(Step.REVIEW)),
    (OFF_SPAN.at(Step.LAST, ranges=(MORNING,)), Next(step=Step.LAST), OFF_SPAN.at(Step.REVIEW, ranges=(MORNING,))),
    (OFF_SPAN.at(Step.LAST, ranges=(MORNING,)), WholeDays(), OFF_WHOLE),
    (OFF_SPAN.at(Step.LAST, ranges=(MORNING,)), SomeHours(), OFF_FROM),
    (DATE, PickDate(day=NEW_YEAR, on=True), DATE.at(Step.DATES, dates=(NEW_YEAR,))),
    (DATE.at(Step.DATES, dates=(NEW_YEAR,)), PickDate(day=EVE, on=True), DATE_PICKED),
    (DATE_PICKED, PickDate(day=EVE, on=True), DATE_PICKED),
    (DATE_PICKED, PickDate(day=EVE, on=False), DATE.at(Step.DATES, dates=(NEW_YEAR,))),
    (DATE_PICKED, Next(step=Step.DATES), DATE_FROM),
    (DATE_FROM, PickNoHours(kind=NoHoursKind.OFF), DATE_OFF),
    (DATE_FROM, Back(step=Step.FROM), DATE_PICKED),
    (DATE_FROM, PickFrom(minutes=540), DATE_TO),
    (DATE_TO, PickTo(minutes=780), DATE_REVIEW),
    (DATE_REVIEW, AddHours(), DATE_REVIEW.at(Step.FROM, start=None)),
    (DATE_REVIEW.at(Step.FROM, start=None), Back(step=Step.FROM), DATE_REVIEW.at(Step.REVIEW, start=None)),
    (DATE_REVIEW, Back(step=Step.REVIEW), DATE_TO),
    (DATE_OFF, Back(step=Step.REVIEW), DATE_FROM),
    (MOVED, PickDate(day=CHRISTMAS, on=True), MOVED.at(Step.DATES, dates=(CHRISTMAS,))),
    (MOVED, PickDate(day=EVE, on=False), MOVED),
    (MOVED, Next(step=Step.DATES), MOVED.at(Step.REVIEW)),
    (CLOSED, PickDate(day=CHRISTMAS, on=True), CLOSED_LAST),
    (CLOSED_LAST, Next(step=Step.LAST), CLOSED_NAME),
    (CLOSED_LAST.at(Step.LAST, text="Christmas"), Next(step=Step.LAST), CLOSED_REVIEW),
    (CLOSED_NAME, Back(step=Step.NAME), CLOSED_LAST),
    (CLOSED_REVIEW, Back(step=Step.REVIEW), CLOSED_REVIEW.at(Step.NAME)),
    (IMPORTED, Back(step=Step.REVIEW), IMPORTED.at(Step.DATES, imported=(), dates=())),
    (OFF_LAST, Cancel(), OFF_LAST.at(Step.CANCELLED)),
    (DATE_REVIEW, Cancel(), DATE_REVIEW.at(Step.CANCELLED)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "tap", "after"),
    MOVES,
    ids=[f"{row[0].form.name}-{row[0].step.name}-{row[1].pack()}-{row[2].step.name}" for row in MOVES],
)
def test_moves(before: DatesDraft, tap: Tap, after: DatesDraft) -> None:
    """A tap at its step leaves exactly this draft."""
    assert before.after(tap) == after


ALWAYS = {(form, step, Cancel) for form in Form for step in Step}
MEANT = ALWAYS | {(before.form, before.step, type(tap)) for before, tap, _ in MOVES} | {
    (Form.OFF, Step.TO, ShowNight),
    (Form.DATE, Step.DATES, ShowMonth),
    (Form.DATE, Step.FROM, ShowNight),
    (Form.DATE, Step.TO, ShowNight),
    (Form.DATE, Step.TO, Back),
    (Form.CLOSED, Step.DATES, ShowMonth),
    (Form.CLOSED, Step.LAST, ShowMonth),
    (Form.CLOSED, Step.LAST, LastDate),
    (Form.CLOSED, Step.LAST, Back),
}  # fmt: skip
"""Which taps move which form at which step; every other one moves nothing."""

NEAR = st.dates(EVE - timedelta(days=40), EVE + timedelta(days=40))
ANY_DAY = st.one_of(NEAR, st.dates(date(2000, 1, 1), date(2199, 12, 31)))
FORM_TAPS = st.one_of(
    st.builds(PickDate, day=ANY_DAY, on=st.booleans()),
    st.builds(LastDate, day=ANY_DAY),
    st.builds(ShowMonth, month=ANY_DAY),
    st.builds(Next, step=st.sampled_from(Step)),
    st.builds(Back, step=st.sampled_from(Step)),
    st.builds(ShowNight, step=st.sampled_from(Step), on=st.booleans()),
    st.builds(PickFrom, minutes=st.integers(0, 2880)),
    st.builds(PickTo, minutes=st.integers(0, 2880)),
    st.builds(PickNoHours, kind=st.sampled_from(NoHoursKind)),
    st.sampled_from([Cancel(), AddHours(), WholeDays(), SomeHours(), Save(), SaveNight()]),
)
STRAIGHT_ON: dict[Form, list[Tap]] = {
    Form.OFF: [
        PickDate(day=EVE, on=True),
        LastDate(day=NEW_YEAR),
        SomeHours(),
        PickFrom(minutes=1320),
        PickTo(minutes=1800),
    ],
    Form.DATE: [
        PickDate(day=EVE, on=True),
        PickDate(day=NEW_YEAR, on=True),
        Next(step=Step.DATES),
        PickFrom(minutes=540),
        PickTo(minutes=780),
        AddHours(),
    ],
    Form.CLOSED: [PickDate(day=EVE, on=True), LastDate(day=CHRISTMAS), Next(step=Step.LAST)],
}
"""A walk that leads somewhere: random ones begin with a part of it."""


@st.composite
def walks(draw: st.DrawFn) -> DatesDraft:
    """Return a draft that random taps have led to, refused ones skipped."""
    start = draw(st.sampled_from([OFF, DATE, MOVED, CLOSED, IMPORTED, OFF_SPAN.at(Step.LAST, replaces=7)]))
    straight_on = STRAIGHT_ON[start.form]
    begun = straight_on[: draw(st.integers(0, len(straight_on)))]
    taps = draw(st.lists(st.one_of(FORM_TAPS, st.sampled_from(straight_on)), max_size=20))
    return taken(start, [*begun, *taps])


def taken(draft: DatesDraft, taps: Iterable[Tap]) -> DatesDraft:
    """Walk through taps as a person does who goes on after each refusal."""
    for tap in taps:
        try:
            draft = draft.after(tap)
        except ClinicError:
            continue
    return draft


@given(draft=st.sampled_from(DRAFTS), tap=FORM_TAPS)
@settings(max_examples=500)
def test_a_tap_that_does_not_fit_changes_nothing(draft: DatesDraft, tap: Tap) -> None:
    """A double tap, one redelivered, one from an older screen or of another form leaves the draft as it is."""
    if (draft.form, draft.step, type(tap)) not in MEANT or draft.step in {Step.SAVED, Step.CANCELLED}:
        assert draft.after(tap) == draft


@given(draft=walks(), tap=FORM_TAPS)
@settings(max_examples=300)
def test_a_tap_twice_is_the_tap_once(draft: DatesDraft, tap: Tap) -> None:
    """Taps carry targets: whatever moved on is not moved again by the same tap."""
    if isinstance(tap, Back):
        return  # goes back from the step that it names, and may meet that step again
    once = taken(draft, [tap])
    assert taken(once, [tap]) == once


@given(draft=walks())
@settings(max_examples=300)
def test_every_draft_is_read_back_as_it_was(draft: DatesDraft) -> None:
    """What is stored on the way is the same draft again."""
    assert read_draft(draft.model_dump_json()) == draft


@given(draft=walks(), week=weeks(), tag=st.sampled_from(sorted(OFFERED)))
@settings(max_examples=300)
def test_every_walk_ends_on_a_screen_that_telegram_takes(draft: DatesDraft, week: WeeklyAvailability, tag: str) -> None:
    """At most 100 buttons in rows of 1 to 8, 4,096 characters and no empty label, wherever the taps have led."""
    if draft.step is Step.SAVED:
        return
    screen = dates_screen(draft, Known(EVE, Schedule(ZONE, repeating(week), NO_RULES)), OFFERED[tag])
    assert_telegram_takes(screen)


@given(draft=walks())
@settings(max_examples=300)
def test_what_is_reviewed_can_be_saved(draft: DatesDraft) -> None:
    """A draft that has come as far as the review makes valid rules."""
    if draft.step in {Step.REVIEW, Step.NIGHT}:
        match draft.form:
            case Form.OFF:
                assert draft.time_off().span == draft.span
            case Form.DATE:
                assert [override.day for override in draft.overrides()] == list(draft.dates)
            case Form.CLOSED:
                assert draft.closures()


@given(draft=walks())
@settings(max_examples=300)
def test_back_leads_to_the_dates(draft: DatesDraft) -> None:
    """Whoever goes back again and again stands at the beginning at last."""
    for _ in range(20):
        draft = draft.after(Back(step=draft.step))
    assert draft.step in {Step.DATES, Step.CANCELLED}


def test_time_off_that_is_drawn() -> None:
    """Whole dates, or the one range of hours, with the reason and what it takes the place of."""
    assert OFF_WHOLE.time_off() == TimeOff(1, DateSpan(EVE, NEW_YEAR))
    changed = OFF_HOURS.model_copy(update={"text": "holiday", "replaces": 7})
    assert changed.time_off() == TimeOff(1, DateSpan(EVE, NEW_YEAR), MORNING, "holiday")
    assert changed.time_off().time_off_id == 7


def test_other_hours_that_are_drawn() -> None:
    """The same hours on each of the dates, or none on any."""
    assert DATE_REVIEW.overrides() == [DateOverride.of(1, day, [MORNING]) for day in (EVE, NEW_YEAR)]
    assert DATE_OFF.overrides() == [DateOverride.of(1, day, []) for day in (EVE, NEW_YEAR)]


def test_closures_that_are_drawn() -> None:
    """The named dates, or those of the file."""
    closure = ClinicClosure(DateSpan(CHRISTMAS, CHRISTMAS), "Christmas")
    assert CLOSED_REVIEW.closures() == [closure]
    assert IMPORTED.closures() == [closure]


def test_changing_other_hours_keeps_them() -> None:
    """Another date is picked, the hours go with it, and the date that they leave is remembered."""
    moved = taken(MOVED, [PickDate(day=CHRISTMAS, on=True), Next(step=Step.DATES)])
    assert moved.overrides() == [DateOverride.of(1, CHRISTMAS, [MORNING])]
    assert moved.moved_from == EVE


def test_a_day_off_taken_back_has_its_hours_picked() -> None:
    """Back from a date without hours, and on with some."""
    walked = taken(DATE_OFF, [Back(step=Step.REVIEW), PickFrom(minutes=540), PickTo(minutes=780)])
    assert walked == DATE_REVIEW


def test_a_change_to_whole_days_drops_the_hours() -> None:
    """Time off for hours becomes time off for whole days, and the other way round."""
    hours = OFF_SPAN.at(Step.LAST, ranges=(MORNING,))
    assert hours.after(WholeDays()).time_off().hours is None
    assert taken(hours, [SomeHours(), PickFrom(minutes=900), PickTo(minutes=1140)]).time_off().hours == EVENING


def test_time_off_takes_one_range() -> None:
    """A second range would be lost on saving: it cannot be added."""
    assert OFF_HOURS.after(AddHours()) == OFF_HOURS


def test_an_overlap_is_refused() -> None:
    """Hours that share time with those picked before cannot be added."""
    with pytest.raises(RangesOverlap):
        DATE_REVIEW.after(AddHours()).after(PickFrom(minutes=600)).after(PickTo(minutes=660))


def test_a_seventh_range_is_refused() -> None:
    """A date takes six ranges."""
    six = DATE_REVIEW.at(Step.REVIEW, ranges=tuple(TimeRange(hour * 60, hour * 60 + 30) for hour in range(6)))
    with pytest.raises(TooManyRanges):
        six.after(AddHours()).after(PickFrom(minutes=1200)).after(PickTo(minutes=1260))


def test_an_end_that_makes_no_range_is_refused() -> None:
    """A tapped end is not before the start, nor a day after it."""
    for end in (540, 500, 540 + 1440):
        with pytest.raises(BadTimeRange):
            OFF_TO.after(PickTo(minutes=end))


def test_a_typed_time_is_the_tap_of_its_button() -> None:
    """At From and at To; an end before the start is the next day's."""
    assert OFF_FROM.after_time(540) == OFF_TO
    assert OFF_TO.after_time(780) == OFF_HOURS
    assert OFF_TO.at(Step.TO, start=1320).after_time(360).ranges == (NIGHT,)


def test_no_more_dates_than_a_form_takes() -> None:
    """The tap that would be one too many changes nothing, and picks no other date's place."""
    days = [EVE + timedelta(days=ahead) for ahead in range(MOST_DATES + 1)]
    full = taken(DATE, [PickDate(day=day, on=True) for day in days[1:]])
    assert full.after(PickDate(day=days[0], on=True)).dates == tuple(days[1:])
    with pytest.raises(BadDates):
        DATE.with_dates(DateSpan(days[0], days[-1]))


def test_a_span_longer_than_anybody_is_away_is_refused() -> None:
    """Tapped or typed, before anything is drawn from it."""
    far = EVE + LONGEST_SPAN + timedelta(days=1)
    with pytest.raises(BadDates):
        OFF_LAST.after(LastDate(day=far))
    with pytest.raises(BadDates):
        OFF.with_dates(DateSpan(EVE, far))


def test_typed_dates() -> None:
    """A span asks on for its last date; other hours take each of the dates."""
    span = DateSpan(EVE, CHRISTMAS)
    assert OFF.with_dates(span) == OFF.at(Step.LAST, dates=(EVE, CHRISTMAS))
    assert DATE.with_dates(span) == DATE.at(Step.FROM, dates=(EVE, CHRISTMAS))


def test_typed_hours() -> None:
    """In any order, for review; those that overlap are refused."""
    assert DATE_FROM.with_hours((EVENING, MORNING)).ranges == (MORNING, EVENING)
    with pytest.raises(RangesOverlap):
        DATE_FROM.with_hours((MORNING, TimeRange(600, 660)))


def test_begun_anew() -> None:
    """The first step again, without the picks; what is changed stays what it was."""
    assert OFF_HOURS.model_copy(update={"replaces": 7}).begun_anew() == OFF.model_copy(update={"replaces": 7})
    assert DATE_OFF.begun_anew() == DATE
    assert IMPORTED.begun_anew() == CLOSED


@pytest.mark.parametrize(
    ("draft", "waits"),
    [
        (OFF, True),
        (OFF_LAST, True),
        (OFF_FROM, True),
        (OFF_TO, True),
        (OFF_WHOLE, True),
        (DATE_REVIEW, False),
        (CLOSED_NAME, True),
        (CLOSED_REVIEW, False),
        (OFF_NIGHT, False),
        (OFF_WHOLE.at(Step.SAVED), False),
        (OFF_WHOLE.at(Step.CANCELLED), False),
    ],
)
def test_what_waits_for_a_text(draft: DatesDraft, waits: bool) -> None:
    """Dates, a time, a name, and the reason of time off under review can be typed."""
    assert draft.waits_for_text is waits


def test_night_ranges_are_named() -> None:
    """Those that end on the next day are asked about."""
    assert DATE_REVIEW.model_copy(update={"ranges": (MORNING, NIGHT)}).night_ranges() == [NIGHT]
