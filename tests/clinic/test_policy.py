"""Who may do what: the whole table, one row a person."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace

import pytest

from clinic import policy
from clinic.errors import AccessSuspended, CannotDelegate, CannotSuspend, ClinicError, NotAllowed, NotInvited
from clinic.people import Actor, Role

DOC, REC, ADM = Role.DOCTOR, Role.RECEPTIONIST, Role.ADMIN

PEOPLE = {
    "stranger": Actor(1),
    "doctor": Actor(2, "D", frozenset({DOC}), doctor_id=7),
    "receptionist": Actor(3, "R", frozenset({REC})),
    "admin": Actor(4, "A", frozenset({ADM})),
    "admin+doctor": Actor(5, "AD", frozenset({ADM, DOC}), doctor_id=7),
    "doctor+receptionist": Actor(6, "DR", frozenset({DOC, REC}), doctor_id=7),
    "fixed admin": Actor(8, "F", frozenset({ADM}), fixed=True),
    "delegate": Actor(10, "De", frozenset({DOC}), doctor_id=8, delegate_of=frozenset({7})),
}
ACTIONS: dict[str, Callable[[Actor], object]] = {
    "set own": lambda actor: policy.ensure_can_set_hours(actor, 7),
    "set other": lambda actor: policy.ensure_can_set_hours(actor, 9),
    "read own": lambda actor: policy.ensure_can_read_hours(actor, 7),
    "read other": lambda actor: policy.ensure_can_read_hours(actor, 9),
    "search": policy.ensure_can_search_doctors,
    "watch": policy.ensure_can_watch,
    "manage": policy.ensure_can_manage_people,
    "close": policy.ensure_can_close_clinic,
    "book": policy.ensure_can_book,
    "see own": lambda actor: policy.ensure_can_read_bookings(actor, 7),
    "see other": lambda actor: policy.ensure_can_read_bookings(actor, 9),
    "cancel own": lambda actor: policy.ensure_can_cancel_booking(actor, 7),
    "cancel other": lambda actor: policy.ensure_can_cancel_booking(actor, 9),
    "length own": lambda actor: policy.ensure_can_set_slots(actor, 7),
    "length other": lambda actor: policy.ensure_can_set_slots(actor, 9),
    "name": policy.ensure_can_name_delegate,
    "propose": policy.ensure_can_propose_hours,
    "answer own": lambda actor: policy.ensure_can_answer_proposal(actor, 7),
    "answer other": lambda actor: policy.ensure_can_answer_proposal(actor, 9),
    "withdraw own": lambda actor: policy.ensure_can_withdraw_proposal(actor, actor.user_id),
    "withdraw other": lambda actor: policy.ensure_can_withdraw_proposal(actor, 99),
}
NAMES = {
    "set": "set hours",
    "read": "read hours",
    "search": "read hours",
    "watch": "read hours",
    "manage": "manage people",
    "close": "close the clinic",
    "book": "book",
    "see": "read bookings",
    "cancel": "cancel a booking",
    "length": "set slots",
    "name": "name a delegate",
    "propose": "propose hours",
    "answer": "answer a proposal",
    "withdraw": "withdraw a proposal",
}

# "own" is doctor 7, whose account every doctor below has but the delegate, who is doctor 8.
TABLE = """
person               set own  set other  read own  read other  search  watch  manage  close
stranger             out      out        out       out         out     out    out     out
doctor               yes      no         yes       no          no      no     no      no
receptionist         no       no         yes       yes         yes     yes    no      no
admin                no       no         yes       yes         yes     yes    yes     yes
admin+doctor         yes      no         yes       yes         yes     yes    yes     yes
doctor+receptionist  yes      no         yes       yes         yes     yes    no      no
fixed admin          no       no         yes       yes         yes     yes    yes     yes
delegate             yes      no         yes       no          no      no     no      no
"""
BOOKINGS = """
person               book  see own  see other  cancel own  cancel other  length own  length other
stranger             out   out      out        out         out           out         out
doctor               no    yes      no         yes         no            yes         no
receptionist         yes   yes      yes        yes         yes           no          no
admin                yes   yes      yes        yes         yes           yes         yes
admin+doctor         yes   yes      yes        yes         yes           yes         yes
doctor+receptionist  yes   yes      yes        yes         yes           yes         no
fixed admin          yes   yes      yes        yes         yes           yes         yes
delegate             no    no       no         no          no            no          no
"""
PROPOSALS = """
person               name  propose  answer own  answer other  withdraw own  withdraw other
stranger             out   out      out         out           out           out
doctor               yes   no       yes         no            yes           no
receptionist         no    yes      no          no            yes           no
admin                no    yes      no          no            yes           no
admin+doctor         yes   yes      yes         no            yes           no
doctor+receptionist  yes   yes      yes         no            yes           no
fixed admin          no    yes      no          no            yes           no
delegate             yes   no       no          no            yes           no
"""


def rows() -> list[tuple[str, str, str]]:
    """Read the tables: person, action, verdict."""
    found = []
    for table in (TABLE, BOOKINGS, PROPOSALS):
        head, *lines = (
            [cell.strip() for cell in line.split("  ") if cell.strip()] for line in table.split("\n") if line
        )
        found += [(row[0], action, verdict) for row in lines for action, verdict in zip(head[1:], row[1:], strict=True)]
    return found


def verdict_of(ask: Callable[[Actor], object], actor: Actor) -> str:
    try:
        ask(actor)
    except NotAllowed:
        return "no"
    except NotInvited:
        return "out"
    except AccessSuspended:
        return "suspended"
    return "yes"


def test_the_tables_are_whole() -> None:
    """Every person meets every action."""
    assert {(person, action) for person, action, _ in rows()} == {(p, a) for p in PEOPLE for a in ACTIONS}


@pytest.mark.parametrize(("person", "action", "verdict"), [pytest.param(*row, id=" | ".join(row)) for row in rows()])
def test_who_may_do_what(person: str, action: str, verdict: str) -> None:
    """The table says who may, who may not, and who stands outside."""
    assert verdict_of(ACTIONS[action], PEOPLE[person]) == verdict


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("person", PEOPLE)
def test_the_suspended_may_do_nothing(person: str, action: str) -> None:
    """A suspension outweighs every role, and is what the person hears of."""
    assert verdict_of(ACTIONS[action], replace(PEOPLE[person], suspended=True)) == "suspended"


@pytest.mark.parametrize("action", ACTIONS)
def test_a_refusal_names_the_action(action: str) -> None:
    """What is not allowed is said in the error."""
    refusing = {action: person for person, action, verdict in rows() if verdict == "no"}
    if action not in refusing:
        assert action in {"read own", "withdraw own"}
        return
    with pytest.raises(NotAllowed) as refused:
        ACTIONS[action](PEOPLE[refusing[action]])
    assert refused.value.action == NAMES[action.split(maxsplit=1)[0]]


@pytest.mark.parametrize("person", [person for person in PEOPLE if person != "stranger"])
def test_whoever_has_a_role_is_known(person: str) -> None:
    """Any role lets a person in."""
    assert verdict_of(policy.ensure_known, PEOPLE[person]) == "yes"


def test_a_stranger_is_not_known() -> None:
    """No role at all stands outside."""
    assert verdict_of(policy.ensure_known, PEOPLE["stranger"]) == "out"


@pytest.mark.parametrize("person", PEOPLE)
def test_the_suspended_are_kept_out(person: str) -> None:
    """Both questions that are asked before any other refuse a suspended account."""
    suspended = replace(PEOPLE[person], suspended=True)
    assert verdict_of(policy.ensure_known, suspended) == "suspended"
    assert verdict_of(policy.ensure_not_suspended, suspended) == "suspended"


@pytest.mark.parametrize("person", PEOPLE)
def test_whoever_is_not_suspended_stops_watching(person: str) -> None:
    """Those who have left the clinic too: they may have a message left with the button in it."""
    assert verdict_of(policy.ensure_can_stop_watching, PEOPLE[person]) == "yes"
    suspended = replace(PEOPLE[person], suspended=True)
    assert verdict_of(policy.ensure_can_stop_watching, suspended) == "suspended"


@pytest.mark.parametrize("person", PEOPLE)
def test_nobody_is_called_suspended_who_is_not(person: str) -> None:
    """Strangers included, whoever is not suspended passes that question."""
    assert verdict_of(policy.ensure_not_suspended, PEOPLE[person]) == "yes"


def test_a_doctors_role_without_that_doctors_number_sets_nothing() -> None:
    """The role alone is not enough, nor is the number alone."""
    number_alone = Actor(9, "N", frozenset({REC}), doctor_id=7)
    role_alone = Actor(9, "N", frozenset({DOC}))
    assert [verdict_of(ACTIONS["set own"], actor) for actor in (number_alone, role_alone)] == ["no", "no"]


@pytest.mark.parametrize("action", ["see own", "cancel own", "length own"])
def test_bookings_are_a_doctors_by_role_and_number(action: str) -> None:
    """Of the two neither alone is enough to see a doctor's bookings."""
    number_alone = Actor(9, "N", frozenset(), doctor_id=7)
    role_alone = Actor(9, "N", frozenset({DOC}))
    assert [verdict_of(ACTIONS[action], actor) for actor in (number_alone, role_alone)] == ["out", "no"]


DELEGATES = {
    "stranger": CannotDelegate,
    "doctor": CannotDelegate,
    "receptionist": None,
    "admin": None,
    "admin+doctor": CannotDelegate,
    "doctor+receptionist": CannotDelegate,
    "fixed admin": None,
    "delegate": None,
}
"""Who can stand in for doctor 7."""


@pytest.mark.parametrize("person", PEOPLE)
def test_who_can_stand_in_for_a_doctor(person: str) -> None:
    """Whoever has a role, but for the doctor and the suspended."""
    refused = DELEGATES[person]
    with pytest.raises(refused) if refused else nullcontext():
        policy.ensure_can_be_delegate(PEOPLE[person], 7)
    with pytest.raises(CannotDelegate):
        policy.ensure_can_be_delegate(replace(PEOPLE[person], suspended=True), 7)


OTHER_ADMIN = Actor(40, "A2", frozenset({ADM}))


@pytest.mark.parametrize(
    ("actor", "person", "error"),
    [
        pytest.param("admin", PEOPLE["doctor"], None, id="admin, a doctor"),
        pytest.param("admin", PEOPLE["receptionist"], None, id="admin, a receptionist"),
        pytest.param("admin", OTHER_ADMIN, None, id="admin, another admin"),
        pytest.param("fixed admin", OTHER_ADMIN, None, id="fixed admin, an admin"),
        pytest.param("admin", PEOPLE["admin"], CannotSuspend, id="admin, themselves"),
        pytest.param("fixed admin", PEOPLE["fixed admin"], CannotSuspend, id="fixed admin, themselves"),
        pytest.param("admin", PEOPLE["fixed admin"], CannotSuspend, id="admin, a fixed admin"),
        pytest.param("receptionist", PEOPLE["doctor"], NotAllowed, id="receptionist, a doctor"),
        pytest.param("doctor", PEOPLE["doctor"], NotAllowed, id="doctor, themselves"),
        pytest.param("stranger", PEOPLE["doctor"], NotInvited, id="stranger, a doctor"),
    ],
)
def test_who_may_suspend_whom(actor: str, person: Actor, error: type[ClinicError] | None) -> None:
    """Admins suspend anybody but themselves and those whom the settings name."""
    if error is None:
        policy.ensure_can_suspend(PEOPLE[actor], person)
        return
    with pytest.raises(error):
        policy.ensure_can_suspend(PEOPLE[actor], person)


def test_a_suspended_admin_suspends_nobody() -> None:
    """A suspension holds for admins too."""
    with pytest.raises(AccessSuspended):
        policy.ensure_can_suspend(replace(PEOPLE["admin"], suspended=True), PEOPLE["doctor"])
