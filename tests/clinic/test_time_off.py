"""Take time off, change it, take it back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta, UTC

import pytest

from clinic.dates import DateChange, DateSpan, LONGEST_SPAN, TimeOff, TimeOffKind
from clinic.errors import (
    AccessSuspended,
    BadDates,
    BadReason,
    DateIsPast,
    DraftHasMoved,
    NotAllowed,
    NotInvited,
    UnknownDateRule,
    UnknownDoctor,
)
from clinic.people import Actor, Role
from clinic.plan import Stamp
from clinic.ports import Clinic
from clinic.ports.conversation import Draft
from clinic.ports.notices import Notice
from clinic.use_cases.dates import coming, NO_CHANGE, remove_time_off, take_time_off
from tests.clinic.conftest import Join
from tests.clinic.hours_of import hours

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)
STAMP = Stamp(11, "Ana Müller", NOW)


def off(first: int, last: int | None = None, at: str = "", *, doctor_id: int = 1, reason: str = "") -> TimeOff:
    """On dates of March."""
    span = DateSpan(date(2026, 3, first), date(2026, 3, last or first))
    return TimeOff(doctor_id, span, hours(at) if at else None, reason)


SICK = replace(off(2), kind=TimeOffKind.SICK)


def draft(revision: int = 0) -> Draft:
    return Draft(5, 1, "{}", NOW + timedelta(days=1), revision=revision)


async def kept(clinic: Clinic, actor: Actor) -> tuple[TimeOff, ...]:
    return (await coming(clinic, actor, 1)).schedule.rules.time_off


def only(change: DateChange) -> TimeOff:
    """The one time off that a change put."""
    (found,) = change.after
    assert isinstance(found, TimeOff)
    return found


async def test_time_off_is_kept_with_who_set_it_and_when(clinic: Clinic, doctor: Actor) -> None:
    """It is listed among what is coming, under an id by which it can be changed."""
    change = await take_time_off(clinic, doctor, off(24, 26, reason=" holiday "))
    (found,) = await kept(clinic, doctor)
    assert (found, found.stamp) == (off(24, 26, reason="holiday"), STAMP)
    assert (only(change).time_off_id, change.before, change.stamp) == (found.time_off_id, (), STAMP)
    assert min(found.time_off_id, change.change_id) > 0


async def test_a_year_off_is_one_rule(clinic: Clinic, doctor: Actor) -> None:
    """However long a span is, one row keeps it."""
    await take_time_off(clinic, doctor, TimeOff(1, DateSpan(TODAY, TODAY + LONGEST_SPAN)))
    assert len(await kept(clinic, doctor)) == 1


async def test_taking_time_off_closes_its_draft_in_the_same_commit(
    clinic: Clinic, doctor: Actor, commits: Callable[[], int], kept_draft: Callable[[int, int], Draft | None]
) -> None:
    """One tap, one transaction."""
    await take_time_off(clinic, doctor, off(24), closing=draft())
    assert (commits(), kept_draft(5, 1)) == (1, draft(1))


async def test_a_second_save_of_one_draft_finds_it_closed(
    clinic: Clinic, doctor: Actor, date_changes: Callable[[], list[DateChange]]
) -> None:
    """Of two quick taps one is done."""
    await take_time_off(clinic, doctor, off(24), closing=draft())
    with pytest.raises(DraftHasMoved):
        await take_time_off(clinic, doctor, off(25), closing=draft())
    assert len(date_changes()) == 1


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param(off(1), id="past"),
        pytest.param(off(24, reason="x" * 65), id="a long reason"),
        pytest.param(replace(off(24), time_off_id=99), id="in the place of nothing"),
        pytest.param(TimeOff(1, DateSpan(TODAY, TODAY + LONGEST_SPAN + timedelta(days=1))), id="a mistyped year"),
    ],
)
async def test_time_off_that_is_refused_leaves_its_draft_open(
    clinic: Clinic,
    doctor: Actor,
    commits: Callable[[], int],
    kept_draft: Callable[[int, int], Draft | None],
    bad: TimeOff,
) -> None:
    """What is wrong is said, and nothing is kept."""
    with pytest.raises((DateIsPast, BadReason, UnknownDateRule, BadDates)):
        await take_time_off(clinic, doctor, bad, closing=draft())
    assert (commits(), kept_draft(5, 1)) == (0, None)


async def test_time_off_that_began_in_the_past_may_still_be_set(clinic: Clinic, doctor: Actor) -> None:
    """Who is ill since Sunday says so on Monday."""
    assert only(await take_time_off(clinic, doctor, off(1, 2))) == off(1, 2)


async def test_overlapping_time_off_becomes_one(clinic: Clinic, doctor: Actor) -> None:
    """The change says what it took the place of."""
    first = only(await take_time_off(clinic, doctor, off(20, 24, reason="holiday")))
    change = await take_time_off(clinic, doctor, off(24, 26))
    assert (change.before, change.after) == ((first,), (off(20, 26, reason="holiday"),))
    assert await kept(clinic, doctor) == (off(20, 26, reason="holiday"),)


async def test_time_off_that_touches_another_stays_apart(clinic: Clinic, doctor: Actor) -> None:
    """Two spans without a common date are two."""
    await take_time_off(clinic, doctor, off(20, 24))
    await take_time_off(clinic, doctor, off(25, 26))
    assert await kept(clinic, doctor) == (off(20, 24), off(25, 26))


async def test_a_colleagues_time_off_is_not_joined(clinic: Clinic, doctor: Actor, other_doctor: Actor) -> None:
    """Days off are each doctor's own."""
    await take_time_off(clinic, other_doctor, off(20, 24, doctor_id=2))
    change = await take_time_off(clinic, doctor, off(20, 26))
    assert change.before == ()


@pytest.mark.parametrize(
    "present",
    [
        pytest.param([], id="alone"),
        pytest.param([off(20, 24)], id="joined with another"),
        pytest.param([off(20, 28)], id="within another"),
    ],
)
@pytest.mark.parametrize("new", [off(24, 26), off(24, 24, "00:00-24:00")], ids=["days", "hours"])
async def test_a_tap_that_comes_again_changes_nothing_more(
    clinic: Clinic, doctor: Actor, date_changes: Callable[[], list[DateChange]], present: list[TimeOff], new: TimeOff
) -> None:
    """The same time off twice, joined or not, is one change; the second has nothing to undo."""
    for each in present:
        await take_time_off(clinic, doctor, each)
    await take_time_off(clinic, doctor, new)
    before, stood = date_changes(), await kept(clinic, doctor)
    again = await take_time_off(clinic, doctor, new)
    assert (again.change_id, again.before) == (NO_CHANGE, ())
    assert (date_changes(), await kept(clinic, doctor)) == (before, stood)


async def test_what_was_so_already_is_answered_as_it_stands(clinic: Clinic, doctor: Actor) -> None:
    """The answer of a repeated tap names the time off that is kept, by its id."""
    first = only(await take_time_off(clinic, doctor, off(20, 28)))
    again = only(await take_time_off(clinic, doctor, off(24, 26)))
    assert (again, again.time_off_id) == (first, first.time_off_id)


async def test_what_was_so_already_closes_its_draft(
    clinic: Clinic, doctor: Actor, kept_draft: Callable[[int, int], Draft | None]
) -> None:
    """A draft that changes nothing is done all the same."""
    await take_time_off(clinic, doctor, off(24))
    await take_time_off(clinic, doctor, off(24), closing=draft())
    assert kept_draft(5, 1) == draft(1)


async def test_another_reason_is_a_change(clinic: Clinic, doctor: Actor) -> None:
    """The same dates with a new reason are the same rule, corrected."""
    await take_time_off(clinic, doctor, off(24, reason="holiday"))
    change = await take_time_off(clinic, doctor, off(24, reason="congress"))
    assert change.change_id != NO_CHANGE
    assert await kept(clinic, doctor) == (off(24, reason="congress"),)


async def test_time_off_is_changed_by_its_id(clinic: Clinic, doctor: Actor) -> None:
    """The new dates take the place of the old ones, and nothing is left there."""
    first = only(await take_time_off(clinic, doctor, off(24, 26)))
    change = await take_time_off(clinic, doctor, replace(off(10, 11), time_off_id=first.time_off_id))
    assert (change.before, await kept(clinic, doctor)) == ((first,), (off(10, 11),))


async def test_time_off_can_be_made_shorter(clinic: Clinic, doctor: Actor) -> None:
    """What is changed is not joined with what it was."""
    first = only(await take_time_off(clinic, doctor, off(24, 26)))
    await take_time_off(clinic, doctor, replace(off(24), time_off_id=first.time_off_id))
    assert await kept(clinic, doctor) == (off(24),)


async def test_time_off_that_is_changed_into_another_is_one_with_it(clinic: Clinic, doctor: Actor) -> None:
    """Moved onto dates that are off already, it does not stay where it was."""
    await take_time_off(clinic, doctor, off(10, 11))
    moved = only(await take_time_off(clinic, doctor, off(24, 26)))
    await take_time_off(clinic, doctor, replace(off(10, 11), time_off_id=moved.time_off_id))
    assert await kept(clinic, doctor) == (off(10, 11),)


async def test_a_change_to_the_same_is_none(clinic: Clinic, doctor: Actor) -> None:
    """Changed by id to what it is, time off keeps its stamp and its id."""
    first = only(await take_time_off(clinic, doctor, off(24, 26)))
    assert (await take_time_off(clinic, doctor, first)).change_id == NO_CHANGE
    assert [found.time_off_id for found in await kept(clinic, doctor)] == [first.time_off_id]


async def test_nobody_changes_a_colleagues_time_off_by_its_id(
    clinic: Clinic, doctor: Actor, other_doctor: Actor
) -> None:
    """An id of another doctor's is as good as none."""
    first = only(await take_time_off(clinic, doctor, off(24, 26)))
    with pytest.raises(UnknownDateRule):
        await take_time_off(clinic, other_doctor, replace(off(10, doctor_id=2), time_off_id=first.time_off_id))
    with pytest.raises(UnknownDateRule):
        await remove_time_off(clinic, other_doctor, 2, first.time_off_id)
    assert await kept(clinic, doctor) == (off(24, 26),)


async def test_time_off_is_removed_once(clinic: Clinic, doctor: Actor, commits: Callable[[], int]) -> None:
    """The second tap finds it gone."""
    first = only(await take_time_off(clinic, doctor, off(24, 26)))
    change = await remove_time_off(clinic, doctor, 1, first.time_off_id)
    with pytest.raises(UnknownDateRule):
        await remove_time_off(clinic, doctor, 1, first.time_off_id)
    assert (change.before, change.after, await kept(clinic, doctor)) == ((first,), (), ())
    assert commits() == 2


@pytest.mark.parametrize(
    "kind", [pytest.param(kind, id=kind) for kind in TimeOffKind if kind is not TimeOffKind.PLANNED]
)
async def test_what_is_said_on_the_day_is_owed_to_the_desk(
    clinic: Clinic,
    doctor: Actor,
    receptionist: Actor,
    admin: Actor,
    owed: Callable[[], list[Notice]],
    kind: TimeOffKind,
) -> None:
    """Every receptionist hears of it, and nobody else."""
    change = await take_time_off(clinic, doctor, replace(off(2), kind=kind))
    assert owed() == [Notice(21, change.change_id)]


async def test_planned_time_off_is_owed_to_nobody(
    clinic: Clinic, doctor: Actor, receptionist: Actor, owed: Callable[[], list[Notice]]
) -> None:
    """A holiday is read in the calendar."""
    change = await take_time_off(clinic, doctor, off(24))
    await remove_time_off(clinic, doctor, 1, only(change).time_off_id)
    assert owed() == []


async def test_the_desk_is_told_once(
    clinic: Clinic, doctor: Actor, receptionist: Actor, owed: Callable[[], list[Notice]]
) -> None:
    """The same tap again owes no second notice."""
    await take_time_off(clinic, doctor, SICK)
    await take_time_off(clinic, doctor, SICK)
    assert len(owed()) == 1


async def test_every_receptionist_is_told_but_the_suspended(
    clinic: Clinic, doctor: Actor, receptionist: Actor, join: Join, owed: Callable[[], list[Notice]]
) -> None:
    """Whoever is shut out hears nothing."""
    await join(Actor(22, "Sam", frozenset({Role.RECEPTIONIST}), suspended=True))
    await join(Actor(23, "Tom", frozenset({Role.RECEPTIONIST, Role.ADMIN})))
    await take_time_off(clinic, doctor, SICK)
    assert [notice.user_id for notice in owed()] == [21, 23]


async def test_taking_back_what_was_said_on_the_day_is_told_too(
    clinic: Clinic, doctor: Actor, receptionist: Actor, owed: Callable[[], list[Notice]]
) -> None:
    """Whoever heard that a doctor is ill hears that they come after all."""
    said = await take_time_off(clinic, doctor, SICK)
    back = await remove_time_off(clinic, doctor, 1, only(said).time_off_id)
    assert owed() == [Notice(21, said.change_id), Notice(21, back.change_id)]


async def test_nobody_takes_time_off_for_a_doctor(
    clinic: Clinic, doctor: Actor, other_doctor: Actor, receptionist: Actor, admin: Actor, commits: Callable[[], int]
) -> None:
    """Not a colleague, not the desk, not an admin."""
    change = await take_time_off(clinic, doctor, off(24))
    for actor in (other_doctor, receptionist, admin):
        with pytest.raises(NotAllowed):
            await take_time_off(clinic, actor, off(25))
        with pytest.raises(NotAllowed):
            await remove_time_off(clinic, actor, 1, only(change).time_off_id)
    assert commits() == 1


@pytest.mark.parametrize(
    ("actor", "error"),
    [
        pytest.param(Actor(1), NotInvited, id="a stranger"),
        pytest.param(Actor(11, "A", frozenset({Role.DOCTOR}), 1, suspended=True), AccessSuspended, id="the suspended"),
    ],
)
async def test_whoever_stands_outside_takes_none(
    clinic: Clinic, doctor: Actor, actor: Actor, error: type[Exception]
) -> None:
    """Strangers and the suspended neither take time off nor read of it."""
    for use in (take_time_off(clinic, actor, off(24)), remove_time_off(clinic, actor, 1, 1), coming(clinic, actor, 1)):
        with pytest.raises(error):
            await use


async def test_an_account_that_is_the_doctors_no_longer_takes_none(clinic: Clinic, doctor: Actor, join: Join) -> None:
    """On a new phone the old one sets nothing, whatever it remembers."""
    await join(replace(doctor, user_id=13))
    with pytest.raises(NotInvited):
        await take_time_off(clinic, doctor, off(24))


async def test_an_unknown_doctor_takes_none(clinic: Clinic) -> None:
    """An account of a doctor who is not kept."""
    ghost = Actor(77, "G", frozenset({Role.DOCTOR}), doctor_id=99)
    with pytest.raises(UnknownDoctor):
        await take_time_off(clinic, ghost, off(24, doctor_id=99))


async def test_doctors_do_not_read_each_others_coming_dates(
    clinic: Clinic, doctor: Actor, other_doctor: Actor, receptionist: Actor
) -> None:
    """What is coming is read to be changed: neither a colleague nor the desk may."""
    assert (await coming(clinic, doctor, 1)).doctor.name == "Ana Müller"
    for other in (other_doctor, receptionist):
        with pytest.raises(NotAllowed):
            await coming(clinic, other, 1)


async def test_what_is_long_past_is_not_coming(
    clinic: Clinic, doctor: Actor, later: Callable[[timedelta], None]
) -> None:
    """After its last date time off is listed no more."""
    await take_time_off(clinic, doctor, off(3, 4))
    later(timedelta(days=7))
    assert await kept(clinic, doctor) == ()
