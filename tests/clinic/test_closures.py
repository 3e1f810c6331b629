"""The clinic closes on dates, and opens again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta, UTC

import pytest

from clinic.dates import ClinicClosure, DateChange, DateSpan, LONGEST_SPAN
from clinic.errors import (
    AccessSuspended,
    BadDates,
    BadReason,
    DateIsPast,
    DraftHasMoved,
    NotAllowed,
    NotInvited,
    UnknownDateRule,
)
from clinic.people import Actor, Role
from clinic.plan import Stamp
from clinic.ports import Clinic
from clinic.ports.conversation import Draft
from clinic.use_cases.closures import close_clinic, coming_closures, remove_closure
from clinic.use_cases.dates import coming, NO_CHANGE
from tests.clinic.conftest import Watch
from tests.clinic.hours_of import utc

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)


def closed(first: int, last: int | None = None, name: str = "Holiday") -> ClinicClosure:
    """On dates of March."""
    return ClinicClosure(DateSpan(date(2026, 3, first), date(2026, 3, last or first)), name)


def draft(revision: int = 0) -> Draft:
    return Draft(5, 1, "{}", NOW + timedelta(days=1), revision=revision)


def only(change: DateChange) -> ClinicClosure:
    (found,) = change.after
    assert isinstance(found, ClinicClosure)
    return found


async def test_closures_are_kept_with_who_set_them_and_when(clinic: Clinic, admin: Actor) -> None:
    """Several at once are one change, listed from the earliest on."""
    change = await close_clinic(clinic, admin, [closed(24, 26, " Easter  week "), closed(10)])
    found = await coming_closures(clinic, admin)
    assert list(found) == [closed(10), closed(24, 26, "Easter week")]
    assert {closure.stamp for closure in found} == {Stamp(31, "Zoe", NOW)}
    assert (change.doctor_id, change.before, len(change.after)) == (None, (), 2)


async def test_a_closure_is_every_doctors(clinic: Clinic, admin: Actor, doctor: Actor, other_doctor: Actor) -> None:
    """It stands among the rules of each."""
    await close_clinic(clinic, admin, [closed(24)])
    found = [(await coming(clinic, actor, number)).schedule for number, actor in ((1, doctor), (2, other_doctor))]
    assert [each.rules.closures for each in found] == [(closed(24),), (closed(24),)]


async def test_what_is_closed_under_the_same_name_is_left_out(clinic: Clinic, admin: Actor) -> None:
    """A file of holidays that is imported again adds what is new in it."""
    await close_clinic(clinic, admin, [closed(24)])
    change = await close_clinic(clinic, admin, [closed(24), closed(25), closed(25)])
    assert change.after == (closed(25),)


async def test_a_tap_that_comes_again_changes_nothing_more(
    clinic: Clinic,
    admin: Actor,
    date_changes: Callable[[], list[DateChange]],
    kept_draft: Callable[[int, int], Draft | None],
) -> None:
    """The same closures twice are one change; the draft is closed all the same."""
    await close_clinic(clinic, admin, [closed(24), closed(25)])
    again = await close_clinic(clinic, admin, [closed(24), closed(25)], closing=draft())
    assert (again.change_id, len(date_changes()), kept_draft(5, 1)) == (NO_CHANGE, 1, draft(1))


async def test_another_name_on_the_same_dates_is_another_closure(clinic: Clinic, admin: Actor) -> None:
    """Two holidays may fall on one date."""
    await close_clinic(clinic, admin, [closed(24)])
    await close_clinic(clinic, admin, [closed(24, name="Renovation")])
    assert len(await coming_closures(clinic, admin)) == 2


async def test_a_closure_is_changed_by_its_id(clinic: Clinic, admin: Actor) -> None:
    """The new dates and name take the place of the old."""
    first = only(await close_clinic(clinic, admin, [closed(24)]))
    change = await close_clinic(clinic, admin, [replace(closed(25, name="Moved"), closure_id=first.closure_id)])
    assert (change.before, list(await coming_closures(clinic, admin))) == ((first,), [closed(25, name="Moved")])


async def test_a_closure_that_is_changed_to_the_same_is_not_changed(
    clinic: Clinic, admin: Actor, date_changes: Callable[[], list[DateChange]]
) -> None:
    """It keeps its id and its stamp."""
    first = only(await close_clinic(clinic, admin, [closed(24)]))
    assert (await close_clinic(clinic, admin, [first])).change_id == NO_CHANGE
    assert len(date_changes()) == 1


async def test_a_closure_that_is_changed_into_another_is_one_with_it(clinic: Clinic, admin: Actor) -> None:
    """Moved onto the dates of one of the same name, it does not stay where it was."""
    await close_clinic(clinic, admin, [closed(10)])
    moved = only(await close_clinic(clinic, admin, [closed(24)]))
    await close_clinic(clinic, admin, [replace(closed(10), closure_id=moved.closure_id)])
    assert list(await coming_closures(clinic, admin)) == [closed(10)]


async def test_closing_closes_the_draft_in_the_same_commit(
    clinic: Clinic, admin: Actor, commits: Callable[[], int], kept_draft: Callable[[int, int], Draft | None]
) -> None:
    """One tap, one transaction; a second finds the draft closed."""
    await close_clinic(clinic, admin, [closed(24)], closing=draft())
    with pytest.raises(DraftHasMoved):
        await close_clinic(clinic, admin, [closed(25)], closing=draft())
    assert (commits(), kept_draft(5, 1)) == (1, draft(1))


@pytest.mark.parametrize(
    ("bad", "error"),
    [
        pytest.param(ClinicClosure(DateSpan(TODAY - timedelta(days=9), TODAY - timedelta(days=2)), "H"), DateIsPast),
        pytest.param(closed(24, name="x" * 65), BadReason),
        pytest.param(replace(closed(24), closure_id=99), UnknownDateRule),
        pytest.param(ClinicClosure(DateSpan(TODAY, TODAY + LONGEST_SPAN + timedelta(days=1)), "H"), BadDates),
    ],
)
async def test_one_bad_closure_of_several_keeps_all_out(
    clinic: Clinic,
    admin: Actor,
    commits: Callable[[], int],
    kept_draft: Callable[[int, int], Draft | None],
    bad: ClinicClosure,
    error: type[Exception],
) -> None:
    """All of them or none, and the draft stays open."""
    with pytest.raises(error):
        await close_clinic(clinic, admin, [closed(10), bad], closing=draft())
    assert (commits(), kept_draft(5, 1)) == (0, None)


async def test_a_closure_is_removed_once(clinic: Clinic, admin: Actor, commits: Callable[[], int]) -> None:
    """The second tap finds it gone."""
    first = only(await close_clinic(clinic, admin, [closed(24)]))
    change = await remove_closure(clinic, admin, first.closure_id)
    with pytest.raises(UnknownDateRule):
        await remove_closure(clinic, admin, first.closure_id)
    assert (change.before, change.after, list(await coming_closures(clinic, admin))) == ((first,), (), [])
    assert commits() == 2


async def test_a_closure_may_end_today_where_the_day_is_longest(clinic: Clinic, admin: Actor, watch: Watch) -> None:
    """While it is still yesterday anywhere, yesterday can be closed: a doctor may live there."""
    watch.now = utc("2026-03-03T09:00")
    assert only(await close_clinic(clinic, admin, [closed(2)])) == closed(2)


async def test_closures_that_are_over_are_not_coming(
    clinic: Clinic, admin: Actor, later: Callable[[timedelta], None]
) -> None:
    """On its last date a closure is listed, on the next no more."""
    await close_clinic(clinic, admin, [closed(2, 3)])
    later(timedelta(days=1))
    assert list(await coming_closures(clinic, admin)) == [closed(2, 3)]
    later(timedelta(days=1))
    assert list(await coming_closures(clinic, admin)) == []


@pytest.mark.parametrize(
    ("actor", "error"),
    [
        pytest.param(Actor(1), NotInvited, id="a stranger"),
        pytest.param(Actor(31, "Z", frozenset({Role.ADMIN}), suspended=True), AccessSuspended, id="the suspended"),
        pytest.param(Actor(11, "A", frozenset({Role.DOCTOR}), 1), NotAllowed, id="a doctor"),
        pytest.param(Actor(21, "R", frozenset({Role.RECEPTIONIST})), NotAllowed, id="the desk"),
    ],
)
async def test_only_admins_close_and_open_the_clinic(
    clinic: Clinic, admin: Actor, commits: Callable[[], int], actor: Actor, error: type[Exception]
) -> None:
    """Nobody else closes, opens, or asks for the list."""
    first = only(await close_clinic(clinic, admin, [closed(24)]))
    uses = (
        close_clinic(clinic, actor, [closed(25)]),
        remove_closure(clinic, actor, first.closure_id),
        coming_closures(clinic, actor),
    )
    for use in uses:
        with pytest.raises(error):
            await use
    assert commits() == 1


async def test_an_admin_of_the_settings_closes_the_clinic(clinic: Clinic, settings_admin: Actor) -> None:
    """Nothing of them is stored, and they may all the same."""
    assert only(await close_clinic(clinic, settings_admin, [closed(24)])) == closed(24)
