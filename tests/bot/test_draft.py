"""A week in the making: every move of a draft, and none that the step does not take."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.draft import InviteDraft, InviteStep, read_draft, WeekDraft
from bot.editor import editor_screen
from bot.taps.dates import PickDate, ShowMonth
from bot.taps.form import (
    AddHours,
    Back,
    Cancel,
    EndByDay,
    Next,
    NoHoursKind,
    PickDay,
    PickDays,
    PickFrom,
    PickNoHours,
    PickRepeat,
    PickTo,
    Save,
    SaveNight,
    SaveOver,
    ShowNight,
    Step,
)
from bot.taps.tap import Tap
from clinic.errors import BadTimeRange, ClinicError, RangesOverlap, TooManyRanges
from clinic.plan import Repeat
from clinic.time_range import TimeRange
from clinic.week import DAY_OFF, DayAvailability, NO_HOURS, Weekday, weekday_of, WeeklyAvailability
from tests.bot.weeks import assert_telegram_takes, every_day, OFFERED, repeating, TODAY, week_draft, weeks

MON, TUE = Weekday.MON, Weekday.TUE
MORNING, EVENING, NIGHT = TimeRange(540, 780), TimeRange(900, 1140), TimeRange(1320, 1800)
DAYS = week_draft(every_day((600, 660)), version=3)
PICKED = DAYS.model_copy(update={"days": frozenset({MON, TUE})})
FROM = PICKED.at(Step.FROM)
TO = FROM.at(Step.TO, start=540)
REVIEW = TO.at(Step.REVIEW, ranges=(MORNING,))
TYPED = DAYS.at(Step.REVIEW, typed={MON: DAY_OFF}, days=frozenset({MON}))
SLIP = REVIEW.at(Step.NIGHT, ranges=(TimeRange(540, 1740),))
"""From 9 to 5, read as five in the morning."""
AT = {
    Step.DAYS: PICKED,
    Step.FROM: FROM,
    Step.TO: TO,
    Step.REVIEW: REVIEW,
    Step.WHEN: REVIEW.at(Step.WHEN),
    Step.DATES: REVIEW.at(Step.DATES, month=TODAY.replace(day=1)),
    Step.NIGHT: REVIEW.at(Step.NIGHT, ranges=(NIGHT,)),
    Step.CHANGED: REVIEW.at(Step.CHANGED, theirs=repeating(NO_HOURS), their_version=4),
    Step.SAVED: REVIEW.at(Step.SAVED),
    Step.CANCELLED: REVIEW.at(Step.CANCELLED),
}
"""A draft at every step."""

MEANT: dict[type[Tap], set[Step]] = {
    PickDay: {Step.DAYS},
    PickDays: {Step.DAYS},
    Next: {Step.DAYS, Step.REVIEW},
    PickFrom: {Step.FROM},
    PickNoHours: {Step.FROM},
    ShowNight: {Step.FROM, Step.TO},
    PickTo: {Step.TO},
    AddHours: {Step.REVIEW},
    PickRepeat: {Step.WHEN},
    ShowMonth: {Step.DATES},
    PickDate: {Step.DATES},
    EndByDay: {Step.NIGHT},
    Back: {Step.FROM, Step.TO, Step.REVIEW, Step.WHEN, Step.DATES, Step.NIGHT, Step.CHANGED},
    Cancel: set(Step) - {Step.SAVED, Step.CANCELLED},
}
"""Which steps each tap is for; every other kind moves no draft at all."""

MONDAY = TODAY - timedelta(days=2)
ANY_DATE = st.one_of(
    st.dates(date(2000, 1, 1), date(2199, 12, 31)),
    st.sampled_from([MONDAY, MONDAY - timedelta(days=7), MONDAY + timedelta(days=7), TODAY]),
)
EDITOR_TAPS = st.one_of(
    st.builds(PickDay, day=st.sampled_from(Weekday), on=st.booleans()),
    st.builds(PickDays, days=st.integers(0, 127)),
    st.builds(Next, step=st.sampled_from(Step)),
    st.builds(Back, step=st.sampled_from(Step)),
    st.builds(ShowNight, step=st.sampled_from(Step), on=st.booleans()),
    st.builds(PickFrom, minutes=st.integers(0, 2880)),
    st.builds(PickTo, minutes=st.integers(0, 2880)),
    st.builds(EndByDay, minutes=st.integers(0, 2880)),
    st.builds(PickNoHours, kind=st.sampled_from(NoHoursKind)),
    st.builds(PickRepeat, repeat=st.sampled_from(Repeat), day=ANY_DATE),
    st.builds(ShowMonth, month=ANY_DATE),
    st.builds(PickDate, day=ANY_DATE, on=st.booleans()),
    st.sampled_from([Cancel(), AddHours(), Save(), SaveNight(), SaveOver(version=1)]),
)
STRAIGHT_ON: list[Tap] = [
    PickDay(day=MON, on=True),
    Next(step=Step.DAYS),
    PickFrom(minutes=1080),
    PickTo(minutes=1090),
    AddHours(),
    Back(step=Step.FROM),
    Next(step=Step.REVIEW),
    PickRepeat(repeat=Repeat.ONE_WEEK, day=MONDAY),
]
"""A walk that leads somewhere: random ones begin with a part of it."""
WALKS = st.builds(
    lambda steps, taps: [*STRAIGHT_ON[:steps], *taps],
    st.integers(0, len(STRAIGHT_ON)),
    st.lists(st.one_of(EDITOR_TAPS, st.sampled_from(STRAIGHT_ON)), max_size=20),
)

MOVES: list[tuple[WeekDraft, Tap, WeekDraft]] = [
    (DAYS, PickDay(day=MON, on=True), DAYS.at(Step.DAYS, days=frozenset({MON}))),
    (PICKED, PickDay(day=MON, on=True), PICKED),
    (PICKED, PickDay(day=MON, on=False), PICKED.at(Step.DAYS, days=frozenset({TUE}))),
    (PICKED, PickDays(days=0), DAYS),
    (PICKED, PickDays(days=127), PICKED.at(Step.DAYS, days=frozenset(Weekday))),
    (PICKED, PickDays(days=0b1000001), PICKED.at(Step.DAYS, days=frozenset({MON, Weekday.SUN}))),
    (PICKED, Next(step=Step.DAYS), FROM),
    (DAYS, Next(step=Step.DAYS), DAYS),
    (PICKED, Next(step=Step.FROM), PICKED),
    (FROM, PickFrom(minutes=540), TO),
    (FROM, PickFrom(minutes=0), FROM.at(Step.TO, start=0)),
    (FROM, PickFrom(minutes=1440), FROM),
    (FROM, ShowNight(step=Step.FROM, on=True), FROM.model_copy(update={"night": True})),
    (FROM, ShowNight(step=Step.TO, on=True), FROM),
    (FROM, PickNoHours(kind=NoHoursKind.OFF), FROM.at(Step.REVIEW, no_hours=NoHoursKind.OFF)),
    (FROM, PickNoHours(kind=NoHoursKind.CLEAR), FROM.at(Step.REVIEW, no_hours=NoHoursKind.CLEAR)),
    (FROM, Back(step=Step.FROM), PICKED),
    (FROM.at(Step.FROM, ranges=(MORNING,)), Back(step=Step.FROM), FROM.at(Step.REVIEW, ranges=(MORNING,))),
    (TO, PickTo(minutes=780), REVIEW),
    (TO, ShowNight(step=Step.TO, on=True), TO.model_copy(update={"night": True})),
    (TO, Back(step=Step.TO), FROM),
    (TO, Back(step=Step.FROM), TO),
    (REVIEW, AddHours(), REVIEW.at(Step.FROM, start=None)),
    (FROM.at(Step.REVIEW, no_hours=NoHoursKind.OFF), AddHours(), FROM.at(Step.REVIEW, no_hours=NoHoursKind.OFF)),
    (REVIEW, Back(step=Step.REVIEW), TO),
    (FROM.at(Step.REVIEW, no_hours=NoHoursKind.OFF), Back(step=Step.REVIEW), FROM),
    (REVIEW.at(Step.REVIEW, start=None), Back(step=Step.REVIEW), TO),
    (TYPED, Back(step=Step.REVIEW), TYPED),
    (SLIP, EndByDay(minutes=1020), REVIEW.at(Step.REVIEW, ranges=(TimeRange(540, 1020),))),
    (SLIP, EndByDay(minutes=1050), SLIP),
    (SLIP.at(Step.REVIEW), EndByDay(minutes=1020), SLIP.at(Step.REVIEW)),
    (REVIEW.at(Step.NIGHT), Back(step=Step.NIGHT), REVIEW),
    (REVIEW, Next(step=Step.REVIEW), REVIEW.at(Step.WHEN)),
    (REVIEW, Next(step=Step.DAYS), REVIEW),
    (AT[Step.WHEN], Back(step=Step.WHEN), REVIEW),
    (AT[Step.DATES], Back(step=Step.DATES), AT[Step.DATES].at(Step.WHEN)),
    (AT[Step.DATES], ShowMonth(month=date(2026, 5, 1)), AT[Step.DATES].at(Step.DATES, month=date(2026, 5, 1))),
    (REVIEW, Cancel(), REVIEW.at(Step.CANCELLED)),
]


@pytest.mark.parametrize(
    ("before", "tap", "after"), MOVES, ids=[f"{row[0].step.name}-{row[1].pack()}-{row[2].step.name}" for row in MOVES]
)
def test_moves(before: WeekDraft, tap: Tap, after: WeekDraft) -> None:
    """A tap at its step leaves exactly this draft."""
    assert before.after(tap) == after


@pytest.mark.parametrize("step", AT, ids=lambda step: step.name)
@given(tap=EDITOR_TAPS)
@settings(max_examples=60)
def test_a_tap_that_does_not_fit_changes_nothing(step: Step, tap: Tap) -> None:
    """A double tap, one redelivered or one from an older screen leaves the draft as it is."""
    if step not in MEANT.get(type(tap), set()):
        assert AT[step].after(tap) == AT[step]


def test_every_step_has_a_draft_that_is_tried() -> None:
    """A new step of the week without a draft here fails; two belong to the forms of dates alone."""
    assert set(AT) == set(Step) - {Step.LAST, Step.NAME}


def taken(draft: WeekDraft, taps: Iterable[Tap]) -> WeekDraft:
    """Walk through taps as a person does who goes on after each refusal."""
    for tap in taps:
        try:
            draft = draft.after(tap)
        except ClinicError:
            continue
    return draft


@given(base=weeks(), walk=WALKS, tag=st.sampled_from(sorted(OFFERED)))
@settings(max_examples=300)
def test_every_walk_ends_on_a_screen_that_telegram_takes(base: WeeklyAvailability, walk: list[Tap], tag: str) -> None:
    """At most 100 buttons, 4,096 characters and no empty label, wherever the taps have led."""
    draft = taken(week_draft(base), walk)
    screen = editor_screen(draft, OFFERED[tag])
    assert_telegram_takes(screen)


@given(base=weeks(), walk=WALKS)
@settings(max_examples=200)
def test_a_walk_taken_twice_is_the_same_walk(base: WeeklyAvailability, walk: list[Tap]) -> None:
    """Every draft on the way comes back from the storage as it was."""
    draft = taken(week_draft(base), walk)
    assert read_draft(draft.model_dump_json()) == draft


@given(base=weeks(), walk=WALKS)
@settings(max_examples=200)
def test_what_is_reviewed_can_be_saved(base: WeeklyAvailability, walk: list[Tap]) -> None:
    """A draft that has come as far as the review makes valid hours, in which only the picked days differ."""
    draft = taken(week_draft(base), walk)
    if draft.step is Step.REVIEW:
        changed = draft.hours.changed_dates(draft.changed_hours(), TODAY, 366)
        assert set(map(weekday_of, changed)) <= draft.days


@given(base=weeks(), walk=WALKS)
@settings(max_examples=200)
def test_back_leads_to_the_days(base: WeeklyAvailability, walk: list[Tap]) -> None:
    """Whoever goes back again and again stands at the beginning at last."""
    draft = taken(week_draft(base), walk)
    for _ in range(20):
        draft = draft.after(Back(step=draft.step))
    assert draft.step in {Step.DAYS, Step.SAVED, Step.CANCELLED}


def test_seven_quick_taps_all_count() -> None:
    """Taps carry targets: every one of them counts, in any order."""
    assert taken(DAYS, [PickDay(day=day, on=True) for day in reversed(Weekday)]).days == frozenset(Weekday)


def test_hours_are_added_in_order() -> None:
    """A second range typed before the first stands before it."""
    assert taken(REVIEW, [AddHours(), PickFrom(minutes=480), PickTo(minutes=510)]).ranges == (
        TimeRange(480, 510),
        MORNING,
    )


def test_an_overlap_is_refused() -> None:
    """Hours that share time with those picked before cannot be added."""
    with pytest.raises(RangesOverlap):
        REVIEW.after(AddHours()).after(PickFrom(minutes=600)).after(PickTo(minutes=660))


def test_a_night_that_meets_the_next_day_is_refused() -> None:
    """The tail after midnight is met with the hours of a day that is not picked."""
    with pytest.raises(RangesOverlap):
        FROM.after(PickFrom(minutes=1320)).after(PickTo(minutes=1440 + 630))


def test_a_seventh_range_is_refused() -> None:
    """A day takes six ranges."""
    six = REVIEW.at(Step.REVIEW, ranges=tuple(TimeRange(hour * 60, hour * 60 + 30) for hour in range(6)))
    with pytest.raises(TooManyRanges):
        six.after(AddHours()).after(PickFrom(minutes=1200)).after(PickTo(minutes=1260))


@pytest.mark.parametrize("end", [540, 500, 0, 540 + 1440, 2880])
def test_an_end_that_makes_no_range_is_refused(end: int) -> None:
    """A tapped end is on the draft's own scale: not before the start, not a whole day after it."""
    with pytest.raises(BadTimeRange):
        TO.after(PickTo(minutes=end))


@pytest.mark.parametrize(("minutes", "end"), [(780, 780), (0, 1440), (1440, 1440), (360, 1800)])
def test_a_typed_end(minutes: int, end: int) -> None:
    """Midnight is the day's end, and a time before the start is the next day's."""
    lonely = week_draft().at(Step.TO, start=540, days=frozenset({MON}))
    assert lonely.after_time(minutes).ranges == (TimeRange(540, end),)


def test_a_typed_start() -> None:
    """At From a typed time is what its button would be."""
    assert FROM.after_time(540) == TO


@pytest.mark.parametrize("step", [step for step in AT if step not in {Step.FROM, Step.TO}])
def test_a_typed_time_is_for_from_and_to_alone(step: Step) -> None:
    """No other step takes a time, and none of them waits for one."""
    assert AT[step].after_time(600) == AT[step]
    assert not AT[step].waits_for_text


def test_off_keeps_hours_and_clear_drops_them() -> None:
    """Day off switches the picked days off, Clear hours empties them."""
    off = FROM.after(PickNoHours(kind=NoHoursKind.OFF)).changed_hours().week_of(TODAY)
    clear = FROM.after(PickNoHours(kind=NoHoursKind.CLEAR)).changed_hours().week_of(TODAY)
    assert (off[MON], clear[MON]) == (DayAvailability((TimeRange(600, 660),), on=False), DAY_OFF)


NINE, FIVE_A_M = 540, 1740
DAY_ENDS = {
    "9 to 5": ([(NINE, FIVE_A_M)], 1020),
    "17 to 9 in the evening": ([(1020, 1980)], 1260),
    "13 to 12 at midnight": ([(780, 2160)], 1440),
    "20 to 6, a night": ([(1200, 1800)], None),
    "15 to 14, past noon": ([(900, 2280)], None),
    "two different nights": ([(NINE, FIVE_A_M), (600, FIVE_A_M)], None),
    "a day": ([(NINE, 1020)], None),
}


@pytest.mark.parametrize(("ranges", "end"), DAY_ENDS.values(), ids=DAY_ENDS)
def test_a_night_that_looks_like_a_slip(ranges: list[tuple[int, int]], end: int | None) -> None:
    """A range whose end makes sense twelve hours earlier was likely meant to end there."""
    days = {Weekday(2 * n): DayAvailability.of(MON, [TimeRange(*hours)]) for n, hours in enumerate(ranges)}
    assert DAYS.at(Step.NIGHT, typed=days).day_end == end


def test_a_slip_is_mended_on_every_typed_day() -> None:
    """The range that crossed midnight ends by day on all its days; the other days stay as they were typed."""
    slip = DayAvailability.of(MON, [TimeRange(360, 420), TimeRange(NINE, FIVE_A_M)])
    mended = DayAvailability.of(MON, [TimeRange(360, 420), TimeRange(NINE, 1020)])
    day = DayAvailability.of(MON, [MORNING])
    draft = week_draft().at(Step.NIGHT)
    typed = {MON: slip, Weekday.WED: slip, Weekday.FRI: day, Weekday.SAT: None, Weekday.SUN: DAY_OFF}
    after = draft.model_copy(update={"typed": typed}).after(EndByDay(minutes=1020))
    assert (after.step, after.typed) == (Step.REVIEW, {**typed, MON: mended, Weekday.WED: mended})


def test_a_slip_whose_day_hours_overlap_is_refused() -> None:
    """Mended, it may meet other hours of the day."""
    with pytest.raises(RangesOverlap):
        week_draft().at(Step.NIGHT, days=frozenset({MON}), ranges=(TimeRange(360, 600), TimeRange(540, 1740))).after(
            EndByDay(minutes=1020)
        )


@pytest.mark.parametrize("off", [{"typed": {MON: None}}, {"no_hours": NoHoursKind.OFF, "days": frozenset({MON})}])
def test_off_keeps_the_hours_of_whichever_week_it_is_saved_over(off: dict[str, object]) -> None:
    """Typed or tapped, off switches off the hours that there are, not those that there were."""
    other = every_day((900, 960))
    for week in (DAYS.base, other):
        draft = week_draft(week).model_copy(update=off)
        assert draft.changes() == {MON: week[MON].switched(on=False)}


def test_night_ranges_are_named() -> None:
    """The ranges to be confirmed are those that end on the next day."""
    assert TO.model_copy(update={"ranges": (MORNING, NIGHT)}).night_ranges() == [(MON, NIGHT), (TUE, NIGHT)]


@pytest.mark.parametrize("draft", [*AT.values(), TYPED, *(InviteDraft(step=step, doctor_id=2) for step in InviteStep)])
def test_json_and_back(draft: WeekDraft | InviteDraft) -> None:
    """What is stored is read back as it was, each kind as itself."""
    assert read_draft(draft.model_dump_json()) == draft


@pytest.mark.parametrize(
    "body", ["", "{}", "[]", '{"kind":"week"}', '{"kind":"bookings"}', '{"kind":"invite","step":"x"}']
)
def test_another_programs_draft_is_refused(body: str) -> None:
    """A body that this version does not know is a ValueError, as pydantic's errors are."""
    with pytest.raises(ValueError, match="validation error"):
        read_draft(body)
