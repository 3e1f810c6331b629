"""People come in by link: once, for a week, in the role that was meant."""

from __future__ import annotations

import pytest

from bot.taps.people import InviteRole, Withdraw
from clinic.people import Role
from tests.asking import asked_for_a_doctor, invitations, invited, link_in, opened, pressed, reply, rows, STRANGER
from tests.rota import LINK, Rota

pytestmark = pytest.mark.asyncio(loop_scope="session")

USED, UNKNOWN, EXPIRED = "was used already", "is not valid", "has expired"


async def test_the_claim_link_makes_one_administrator(own_rota: Rota) -> None:
    """Whoever opens it first; a second person is told kindly that it was used."""
    assert own_rota.claim_link
    link = own_rota.claim_link
    await own_rota.claimed()
    second = own_rota.person("Ben")
    assert USED in (await opened(second, link)).text
    assert rows(own_rota, "SELECT count(*) FROM people WHERE is_admin") == [(1,)]


@pytest.mark.parametrize(("label", "role"), [("Receptionist", "receptionist"), ("Administrator", "administrator")])
async def test_a_link_gives_its_role(rota: Rota, label: str, role: str) -> None:
    """Whoever opens it is greeted with the role."""
    link, _ = await invited(rota, label)
    newcomer = rota.person("Nora")
    assert f"Hello Nora, you are here as: {role}." in (await opened(newcomer, link)).text


async def test_a_doctor_comes_in_under_the_invited_name(rota: Rota) -> None:
    """Not under the name that the phone says; the first comma parts the name from the specialization."""
    admin, form = await asked_for_a_doctor(rota)
    admin.say("Eva Sol, ear, nose & throat")
    await admin.until(lambda person: LINK.search(str(person.message(form))) is not None)
    doctor = rota.person("E-V-A")
    assert "Hello Eva Sol, you are here as: doctor." in (await opened(doctor, link_in(admin.message(form)))).text
    found = rows(rota, "SELECT name, specialization FROM doctors WHERE name LIKE 'Eva Sol%'")
    assert found == [("Eva Sol", "ear, nose & throat")]


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("Ana Ruiz", "with a comma between"),
        (", cardiology", "1 to 64 characters"),
        ("Ana Ruiz,", "1 to 64 characters"),
        (" , ", "1 to 64 characters"),
        ("A" * 65 + ", cardiology", "1 to 64 characters"),
        ("Ana Ruiz, " + "c" * 65, "1 to 64 characters"),
        ("Ana\u202eRuiz, cardiology", "1 to 64 characters"),
        ("A" * 4096, "with a comma between"),
    ],
    ids=range(8),
)
async def test_a_doctors_name_that_cannot_be_is_asked_for_again(rota: Rota, typed: str, answer: str) -> None:
    """The form waits on, and takes the right one afterwards."""
    admin, form = await asked_for_a_doctor(rota)
    before = invitations(rota)
    assert answer in (await reply(admin, typed)).text
    assert invitations(rota) == before
    admin.say("Ana Ruiz, cardiology")
    await admin.until(lambda person: LINK.search(str(person.message(form))) is not None)
    assert invitations(rota) == before + 1


async def test_something_that_is_no_text_is_no_name(rota: Rota) -> None:
    """A picture sent to the form is asked for again as a text."""
    admin, _ = await asked_for_a_doctor(rota)
    sent = admin.send_photo("a.jpg", b"picture", "Ana Ruiz, cardiology")
    assert "as a text" in (await admin.sees("", after=sent)).text


async def left(rota: Rota) -> None:
    """Let the admin ask for a doctor's link, and forget about it for three days."""
    admin, _ = await asked_for_a_doctor(rota)
    rows(rota, "UPDATE drafts SET expires_at = datetime(expires_at, '-3 days') WHERE chat_id = ?", admin.user_id)


async def test_a_forgotten_question_is_asked_again_before_it_takes_an_answer(own_rota: Rota) -> None:
    """What is typed days later may be no doctor: no link is made of it, and the second time one is."""
    await left(own_rota)
    admin = await own_rota.claimed()
    before = invitations(own_rota)
    again = await reply(admin, "well, good night")
    assert again.text.startswith("You left this question open on ")
    assert "Type the name and the specialization" in again.text
    assert invitations(own_rota) == before
    await reply(admin, "/help")
    admin.say("Ana Ruiz, cardiology")
    await admin.until(lambda person: LINK.search(str(person.message(again.id))) is not None)
    assert "I did not understand that." in (await reply(admin, "good night, again")).text


async def test_an_admins_own_week_goes_before_a_forgotten_question(own_rota: Rota) -> None:
    """In a small clinic the admin is a doctor, who types a week and has it."""
    link, _ = await invited(own_rota, "Administrator")
    doctor = await own_rota.doctor()
    await opened(doctor, link)
    own_rota.admin = doctor
    await left(own_rota)
    assert "Is this right?" in (await reply(doctor, "mon 9-13, 15-19")).text


async def test_a_link_is_for_one_person(rota: Rota) -> None:
    """The second one to open it stays outside and is told what to do."""
    link, _ = await invited(rota, "Receptionist")
    first, second = rota.person("First"), rota.person("Second")
    await opened(first, link)
    assert USED in (await opened(second, link)).text
    assert STRANGER in (await reply(second, "/start")).text


async def test_a_link_opened_twice_by_one_person_greets_twice(rota: Rota) -> None:
    """Tapping the link again is no mistake."""
    link, _ = await invited(rota, "Receptionist")
    person = rota.person("Twice")
    await opened(person, link)
    assert "you are here as: receptionist" in (await opened(person, link)).text


async def test_a_withdrawn_link_opens_nothing(rota: Rota) -> None:
    """The admin takes it back by its button, once or twice."""
    link, form = await invited(rota, "Receptionist")
    admin = await rota.claimed()
    data = next(button.data for row in admin.last.keyboard for button in row if button.text == "Withdraw")
    assert data
    admin.tap("Withdraw", form)
    await admin.sees("no longer lets anybody in")
    await pressed(admin, data, form)
    assert UNKNOWN in (await opened(rota.person("Late"), link)).text


async def test_a_withdrawal_takes_no_role_away(rota: Rota) -> None:
    """Whoever has come in stays: the admin is told who it is, and led to where they can be suspended."""
    link, form = await invited(rota, "Receptionist")
    person = rota.person("In Deed")
    await opened(person, link)
    last = rows(rota, "SELECT max(invitation_id) FROM invitations")[0][0]
    admin = await rota.claimed()
    await pressed(admin, Withdraw(invitation=last).pack(), form)
    await admin.sees("In Deed has come in by this link already", after=form - 1)
    admin.tap("In Deed · receptionist", form)
    await admin.sees("Suspend", after=form - 1)
    assert "receptionist" in (await reply(person, "/start")).text


async def test_an_expired_link_opens_nothing(rota: Rota) -> None:
    """After a week it is over, and the person is told so."""
    link, _ = await invited(rota, "Receptionist")
    newest = "invitation_id = (SELECT max(invitation_id) FROM invitations)"
    rows(rota, f"UPDATE invitations SET expires_at = '2020-01-01 00:00:00.000000' WHERE {newest}")  # noqa: S608
    person = rota.person("Late")
    assert EXPIRED in (await opened(person, link)).text
    assert STRANGER in (await reply(person, "/start")).text


@pytest.mark.parametrize("token", ["abc", "A" * 22, "'; DROP TABLE people; --", "ё", "x" * 4000, "a b c", "%00", "0"])
async def test_an_unknown_link_opens_nothing(rota: Rota, token: str) -> None:
    """One that was made up gets a kind refusal."""
    assert UNKNOWN in (await reply(rota.person("Guess"), f"/start {token}")).text


async def test_the_database_keeps_no_token(rota: Rota) -> None:
    """Neither the file nor its log of writes has what opens the door, before it is opened and after."""
    link, _ = await invited(rota, "Receptionist")
    token = link.partition("start=")[2].encode()
    for step in ("waiting", "used"):
        files = list(rota.folder.glob("rota.db*"))
        assert len(files) >= 2
        assert not any(token in file.read_bytes() for file in files), step
        await opened(rota.person("Nora"), link)
    assert token.decode() not in rota.log


@pytest.mark.parametrize("role", [Role.RECEPTIONIST, Role.ADMIN])
async def test_a_double_tap_makes_one_invitation(rota: Rota, role: Role) -> None:
    """Three taps on one button are one link."""
    admin = await rota.claimed()
    form = (await reply(admin, "/invite")).id
    before = invitations(rota)
    queries = [admin.press(form, InviteRole(role=role).pack()) for _ in range(3)]
    await admin.until(lambda person: not person.unanswered & set(queries))
    assert invitations(rota) == before + 1
    assert LINK.search(str(admin.message(form)))
