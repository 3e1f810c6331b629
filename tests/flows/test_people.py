"""People are seen, suspended, restored, moved to a new phone, and spoken to in their language."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bot.sandbox import Person, Toast
from bot.taps.people import ChooseLanguage, ShowPerson, Suspend
from bot.taps.tap import Open, Place
from bot.words import words_for
from tests.asking import invited, link_in, opened, pressed, reply, rows, STRANGER
from tests.phone import save
from tests.rota import LINK, Rota

pytestmark = pytest.mark.asyncio(loop_scope="session")

SUSPENDED = "Your access is suspended. Please ask the administrator of the clinic."
DESK = ["today", "day", "now", "week", "confirmed", "watching", "free", "book", "bookings", "attention"]
COMMANDS = {
    "doctor": [
        *("availability", "week", "toggle", "today", "off", "date", "zone", "bookings", "slots"),
        *("delegate", "proposals", "language", "help"),
    ],
    "receptionist": [*DESK, "proposals", "language", "help"],
    "admin": [
        *(*DESK, "slots", "proposals", "invite", "people", "history", "reminders", "closed", "broadcast", "broadcasts"),
        *("language", "help"),
    ],
}


async def test_people_are_listed_by_role_and_name(own_rota: Rota) -> None:
    """Doctors, receptionists, administrators, and the links that nobody has opened yet."""
    await own_rota.receptionist("Rosa Klein")
    await own_rota.doctor("Ben Müller", "dermatology")
    await own_rota.doctor("Ana Ruiz")
    await invited(own_rota, "Receptionist")
    admin = await own_rota.claimed()
    assert (await reply(admin, "/people")).labels == [
        "Ana Ruiz · doctor",
        "Ben Müller · doctor",
        "Rosa Klein · receptionist",
        "Alma Vidal · administrator",
        "✉ receptionist",
        "Invite",
        "☰ Menu",
    ]


async def test_the_list_of_people_has_pages(own_rota: Rota) -> None:
    """Nine lines are two pages, and the arrows lead there and back."""
    await own_rota.claimed()
    rows(
        own_rota,
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 8) "
        "INSERT INTO people (user_id, name, is_admin, is_receptionist, suspended) "
        "SELECT 90 + i, 'Rosa ' || i, 0, 1, 0 FROM n",
    )
    admin = await own_rota.claimed()
    form = (await reply(admin, "/people")).id
    admin.tap("▶", form)
    await admin.sees("Alma Vidal · administrator")
    admin.tap("◀", form)
    await admin.sees("Rosa 1 · receptionist")


async def suspend(rota: Rota, person: Person, *, suspended: bool = True) -> None:
    admin = await rota.claimed()
    form = (await reply(admin, "/people")).id
    await pressed(admin, ShowPerson(user=person.user_id).pack(), form)
    label = "Suspend" if suspended else "Restore"
    await admin.until(lambda someone: label in someone.last.labels)
    admin.tap(label, form)
    await admin.sees("Suspended: the bot" if suspended else "Suspend", after=admin.last.id - 1)
    await person.until(lambda someone: (len(someone.commands) == 1) is suspended)


async def test_a_suspended_person_gets_one_line(rota: Rota) -> None:
    """Every command and every button in an old message gets the same sentence, without a menu."""
    doctor = await rota.doctor("Sus Pended")
    old = doctor.last
    buttons = [button.data for row in old.keyboard for button in row if button.data]
    await suspend(rota, doctor)
    for text in ("/start", "/availability", "/week", "/toggle", "/help", "/language", "/cancel", "mon 9-13", "hello"):
        answer = await reply(doctor, text)
        assert (answer.text, answer.labels) == (SUSPENDED, []), text
    for data in buttons:
        assert await pressed(doctor, data, old.id) == Toast(SUSPENDED, alert=True)
    assert doctor.message(old.id) == old


async def test_a_suspended_person_is_not_let_in_by_a_link(rota: Rota) -> None:
    """A new invitation does not lift a suspension, and is not used up by the attempt."""
    person = await rota.receptionist("Out")
    await suspend(rota, person)
    link, _ = await invited(rota, "Administrator")
    assert (await opened(person, link)).text == SUSPENDED
    assert "administrator" in (await opened(rota.person("Other"), link)).text


async def test_a_restored_person_goes_on(rota: Rota) -> None:
    """Same roles, same hours, and the menu of commands is back."""
    doctor = await rota.doctor("Back Again")
    before = rows(rota, "SELECT * FROM people WHERE user_id = ?", doctor.user_id)
    await suspend(rota, doctor)
    await suspend(rota, doctor, suspended=False)
    assert rows(rota, "SELECT * FROM people WHERE user_id = ?", doctor.user_id) == before
    assert [name for name, _ in doctor.commands] == COMMANDS["doctor"]
    assert "Which days?" in (await reply(doctor, "/availability")).text


@pytest.mark.parametrize("language", ["es", "ru", "en", None])
async def test_a_restored_persons_menu_speaks_their_telegrams_language(rota: Rota, language: str | None) -> None:
    """Though it was the admin who restored them, and they never chose a language."""
    person = await rota.receptionist("Back Again", language=language)
    before = person.commands
    await suspend(rota, person)
    await suspend(rota, person, suspended=False)
    help_line = words_for(language).say("What you can do here")
    await person.until(lambda someone: dict(someone.commands).get("help") == help_line)
    assert person.commands == before


async def test_admins_do_not_suspend_themselves(rota: Rota) -> None:
    """There is no button for it, and a forged one is refused."""
    admin = await rota.claimed()
    await reply(admin, "/people")
    await pressed(admin, ShowPerson(user=admin.user_id).pack())
    await admin.until(lambda person: "Suspend" not in person.last.labels)
    toast = await pressed(admin, Suspend(user=admin.user_id, suspended=True).pack())
    assert toast is not None
    assert "cannot suspend yourself" in toast.text
    assert rows(rota, "SELECT suspended FROM people WHERE user_id = ?", admin.user_id) == [(0,)]


async def on_a_new_phone(rota: Rota, doctor: Person) -> str:
    """Let the admin make the link for a doctor's new phone."""
    admin = await rota.claimed()
    form = (await reply(admin, "/people")).id
    await pressed(admin, ShowPerson(user=doctor.user_id).pack(), form)
    await admin.sees("Invite on a new phone", after=form - 1)
    admin.tap("Invite on a new phone", form)
    await admin.sees("the old phone loses access")
    admin.tap("Make the link", form)
    await admin.until(lambda person: LINK.search(str(person.message(form))) is not None)
    return link_in(admin.message(form))


async def test_a_doctor_moves_to_a_new_phone(rota: Rota) -> None:
    """The hours come along, and the old phone is a stranger's."""
    old = await rota.doctor("Mo Ving")
    await save(old, "mon 9-13")
    new = rota.person("New Phone")
    assert "Hello Mo Ving" in (await opened(new, await on_a_new_phone(rota, old))).text
    assert "09:00–13:00" in (await reply(new, "/week")).text
    await old.until(lambda person: [name for name, _ in person.commands] == ["start"])
    assert STRANGER in (await reply(old, "/week")).text
    toast = await pressed(old, Open(place=Place.EDITOR).pack())
    assert toast is not None
    assert STRANGER in toast.text


async def test_a_doctor_does_not_become_another(rota: Rota) -> None:
    """Another doctor's link says whose phone this is, changes nothing, and is still good for the right person."""
    ben = await rota.doctor("Ben")
    ana = await rota.doctor("Ana")
    link = await on_a_new_phone(rota, ana)
    assert "You are Ben here already." in (await opened(ben, link)).text
    assert "Hello Ana" in (await opened(rota.person("Ana's new phone"), link)).text
    assert "Hello Ben" in (await reply(ben, "/start")).text


async def choose(person: Person, tag: str) -> None:
    form = (await reply(person, "/language")).id
    await pressed(person, ChooseLanguage(language=tag).pack(), form)
    await person.until(lambda someone: any(label.startswith("✓") for label in someone.message(form).labels))  # type: ignore[union-attr]


@pytest.mark.parametrize("tag", ["es", "ru"])
async def test_the_language_changes_replies_and_the_menu(rota: Rota, tag: str) -> None:
    """What the person chose goes before what Telegram says, and Telegram's comes back when asked for."""
    person = await rota.receptionist("Poly Glot")
    assert dict(person.commands)["help"] == "What you can do here"
    words = words_for(tag)
    await choose(person, tag)
    heading = words.rich("<b>What you can do</b>").removeprefix("<b>").removesuffix("</b>")
    assert heading != "What you can do"
    assert words.say("What you can do here") in dict(person.commands)["help"]
    assert (await reply(person, "/help")).text.startswith(heading)
    await choose(person, "auto")
    assert (await reply(person, "/help")).text.startswith("What you can do")
    assert dict(person.commands)["help"] == "What you can do here"


async def test_the_language_and_the_people_survive_a_restart(own_rota: Rota) -> None:
    """A process that was killed knows everybody, and what they chose."""
    person = await own_rota.receptionist()
    await choose(person, "es")
    await own_rota.kill_and_start()
    assert words_for("es").say("What you can do here") in (await reply(person, "/help")).text


async def test_every_language_is_offered(rota: Rota) -> None:
    """Each under its own name, the present choice ticked."""
    person = await rota.receptionist()
    assert (await reply(person, "/language")).labels[:5] == [
        "English",
        "English (12-hour clock)",
        "Español",
        "Русский",
        "✓ As in Telegram",
    ]


async def of_role(rota: Rota, role: str) -> Person:
    if role == "admin":
        return await rota.claimed()
    return await (rota.doctor() if role == "doctor" else rota.receptionist())


@pytest.mark.parametrize("role", COMMANDS)
async def test_commands_by_role(rota: Rota, role: str) -> None:
    """The menu of commands has what the role can do, and nothing else."""
    person = await of_role(rota, role)
    assert [name for name, _ in person.commands] == COMMANDS[role]


@pytest.mark.parametrize("role", COMMANDS)
async def test_help_by_role(rota: Rota, role: str) -> None:
    """``/help`` explains exactly the commands of the menu."""
    person = await of_role(rota, role)
    answer = await reply(person, "/help")
    named = [line.partition(" ")[0].removeprefix("/") for line in answer.text.splitlines() if line.startswith("/")]
    assert named == COMMANDS[role]
    assert ("type your week" in answer.text) is (role == "doctor")


def menu(role: str) -> Sequence[str]:
    own = ["Set my hours", "My week", "Today", "Time off", "Other hours", "Time zone"]
    own += ["Length of bookings", "Delegate", "Bookings", "Proposals"]
    reads = ["Today's board", "Who is in now?", "Doctors' weeks", "Confirmed weeks", "Watching", "Free slots", "Book"]
    reads += ["Bookings", "Proposals", "Without hours"]
    manages = ["Invite", "People", "Closed days", "Reminders", "Write to everyone", "History"]
    return {"doctor": own, "receptionist": reads, "admin": [*reads, *manages]}[role]


@pytest.mark.parametrize("role", COMMANDS)
async def test_the_menu_by_role(rota: Rota, role: str) -> None:
    """``/start`` shows what the role can do, then language and help."""
    person = await of_role(rota, role)
    assert (await reply(person, "/start")).labels == [*menu(role), "Language", "Help"]


async def test_a_hostile_name_is_shown_as_written(rota: Rota) -> None:
    """Tags, entities and braces in a doctor's name are but letters."""
    name = "<b>&amp;</b> {name} %s_*[x](y)"
    doctor = await rota.doctor(name, "<i>{0}</i>")
    assert f"Hello {name}, you are" in doctor.last.text
    assert (await reply(doctor, "/week")).text.startswith(f"{name} · <i>{{0}}</i>")
    receptionist = await rota.receptionist()
    assert name in (await reply(receptionist, "/week {name} &amp;")).text


@pytest.mark.parametrize("text", ["/start", "/help", "hello", "/availability", "mon 9-13"])
async def test_a_stranger_gets_one_polite_sentence(rota: Rota, text: str) -> None:
    """Exactly one message, no buttons, no commands but /start, and nothing is kept of the person."""
    stranger = rota.person("Sam Stone")
    answer = await reply(stranger, text)
    await reply(await rota.claimed(), "/help")
    assert answer.text == f"This is the availability bot of the clinic. {STRANGER}"
    assert [message.id for message in stranger.messages if message.from_bot] == [answer.id]
    assert answer.labels == []
    assert [name for name, _ in stranger.commands] == ["start"]
    assert rows(rota, "SELECT * FROM people WHERE user_id = ?", stranger.user_id) == []
