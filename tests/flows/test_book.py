"""`/book`: a receptionist books a patient into a free slot, by taps or in one line."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any

import pytest

from bot.sandbox import Message, Person
from bot.taps.bookings import BookAt, BookDay, BookSlot, BookWhom, DropBooking, ListBookings, MoveBooking, SaveBooking
from tests.phone import data, handled, press, save, say, tap, type_into, type_week, zoned
from tests.rota import Rota

pytestmark = pytest.mark.asyncio(loop_scope="session")

TUESDAY = "Tue 3 Mar"


def bookings(rota: Rota, doctor: Person) -> list[tuple[Any, ...]]:
    return rota.rows(
        'SELECT start, "end", reference, note, status FROM bookings WHERE doctor_id = ? ORDER BY start, booking_id',
        rota.doctor_id(doctor),
    )


def kept(time: str, end: str, reference: str = "P-1042", note: str = "") -> tuple[Any, ...]:
    return (f"2026-03-03 {time}:00.000000", f"2026-03-03 {end}:00.000000", reference, note, "booked")


async def working(rota: Rota, name: str, hours: str = "mon-fri 9-12", skill: str = "cardiology") -> Person:
    doctor = await rota.doctor(name, skill)
    await save(doctor, hours)
    return doctor


async def reviewed(rosa: Person, typed: str) -> Message:
    """Type a booking and return its review."""
    form = await type_week(rosa, typed)
    assert "Is this right?" in form.text, form
    return form


async def test_taps_lead_from_the_doctor_to_the_booking(timed: Rota) -> None:
    """Specialization, day, slot, the reference typed, Save; nothing is kept before the last tap."""
    doctor, rosa = await working(timed, "Eva Stein", skill="tapology"), await timed.receptionist()
    form = await type_week(rosa, "/book")
    await press(rosa, form, BookWhom(page=0, moves=0))
    while "Any of tapology" not in form.labels:
        await tap(rosa, "▶", form=form)
    await tap(rosa, "Any of tapology", form=form)
    assert {"3", "7✕", "8✕"} <= set(form.labels)
    await tap(rosa, "3", form=form)
    assert form.labels[:6] == ["09:00", "09:30", "10:00", "10:30", "11:00", "11:30"]
    await tap(rosa, "10:30", form=form)
    assert f"{TUESDAY}, 10:30–11:00\nEva Stein, tapology" in form.text
    assert "No names, please." in form.text
    await type_into(rosa, "P-1042, first visit", form)
    assert "Patient: P-1042\nNote: first visit" in form.text
    assert bookings(timed, doctor) == []
    await tap(rosa, "Save", form=form)
    assert bookings(timed, doctor) == [kept("10:30", "11:00", note="first visit")]
    assert form.text.startswith("✓ Booked.")


async def test_a_typed_booking_is_reviewed_and_undone(timed: Rota) -> None:
    """One line says it all; `Undo` frees the time again."""
    doctor, rosa = await working(timed, "Olga Typed"), await timed.receptionist()
    form = await reviewed(rosa, "book typed tue 10:15 P-1042")
    assert f"{TUESDAY}, 10:15–10:45\nOlga Typed, cardiology\nPatient: P-1042" in form.text
    await type_into(rosa, "with an X-ray", form)
    await tap(rosa, "Save", form=form)
    assert bookings(timed, doctor) == [kept("10:15", "10:45", note="with an X-ray")]
    await tap(rosa, "↩ Undo", form=form)
    assert "Cancelled: booked by mistake" in form.text
    assert [row[-1] for row in bookings(timed, doctor)] == ["cancelled"]


async def test_a_reference_that_comes_again_is_no_note(timed: Rota) -> None:
    """A process may be killed after it has kept what was typed, and before Telegram hears of it."""
    await working(timed, "Rea Again")
    rosa = await timed.receptionist()
    form = await reviewed(rosa, "book again tue 10:15 P-1042, first visit")
    for typed in ("P-1042", "P-1042, first visit"):
        rosa.say(typed)
        await handled(rosa)
        assert "Patient: P-1042\nNote: first visit" in form.text


@pytest.mark.parametrize(
    ("language", "typed"),
    [("es", "reservar idioma mar 10:30 P-1042"), ("ru", "запись idioma вт 10:30 P-1042")],
)
async def test_it_is_typed_in_the_persons_language(timed: Rota, language: str, typed: str) -> None:
    """And read as in English."""
    doctor = await working(timed, f"Idioma{language} Sol")
    rosa = await timed.receptionist(language=language)
    form = await type_week(rosa, typed.replace("idioma", f"idioma{language}"))
    rosa.press(form.id, SaveBooking().pack())
    await rosa.until(lambda _: form.text.startswith("✓"))
    assert bookings(timed, doctor) == [kept("10:30", "11:00")]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("book half", "Which day?"),
        ("book half tue", "Which time?"),
        ("book half tue 10:30", "Which patient?"),
    ],
)
async def test_what_was_not_typed_is_asked_for(timed: Rota, typed: str, said: str) -> None:
    """The form begins where the text ends."""
    if not timed.rows("SELECT 1 FROM doctors WHERE name = 'Hans Half'"):
        await working(timed, "Hans Half")
    assert said in (await type_week(await timed.receptionist(), typed)).text


@pytest.mark.parametrize(
    ("typed", "reason"),
    [("book ruiz tue noon P-1", "that is no time of day"), ("book ruiz 10:30 P-1", "comes a date, then the time")],
)
async def test_what_is_not_understood_is_quoted(timed: Rota, typed: str, reason: str) -> None:
    """With the reason and an example."""
    said = (await say(await timed.receptionist(), typed)).text
    assert reason in said
    assert "For example: book ruiz tue 10:30 P-1042" in said


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("book far 1999-01-01 10:30 P-1", "is over"),
        ("book far 2250-01-01", "too far off"),
        ("book far 2150-01-01 9:00", "too far off"),
    ],
)
async def test_dates_on_which_nobody_is_booked_are_refused(timed: Rota, typed: str, said: str) -> None:
    """Before a form is begun."""
    assert said in (await say(await timed.receptionist(), typed)).text


async def test_taps_of_impossible_times_book_nothing(timed: Rota) -> None:
    """The first and the last that a tap can say, and an unknown doctor's."""
    doctor, rosa = await working(timed, "Ivo Impossible"), await timed.receptionist()
    form = await reviewed(rosa, "book impossible tue 10:30 P-1")
    for start in (15_780_000, 120_900_000):
        for doctor_id in (timed.doctor_id(doctor), 999_999):
            await press(rosa, form, BookAt(doctor=doctor_id, start=start, moves=0))
            await press(rosa, form, BookAt(doctor=doctor_id, start=start, moves=999_999))
            await press(rosa, form, SaveBooking())
            await press(rosa, form, MoveBooking(booking=999_999, version=1, doctor=doctor_id, start=start))
    for day in (date(2000, 1, 1), date(2199, 12, 31)):
        await press(rosa, form, BookDay(whom=f"d{timed.doctor_id(doctor)}", month=day, moves=0))
        await press(rosa, form, BookSlot(whom=f"d{timed.doctor_id(doctor)}", day=day, page=9, moves=0))
        await press(rosa, form, ListBookings(doctor=0, day=day, page=9))
    assert bookings(timed, doctor) == []


async def test_a_taken_slot_is_answered_with_who_has_it_and_the_next(timed: Rota) -> None:
    """At once, before anybody is asked to save; the offers are buttons that keep the patient."""
    doctor, rosa = await working(timed, "Tom Taken"), await timed.receptionist("Rosa First")
    rick = await timed.receptionist("Rick Second")
    await tap(rosa, "Save", form=await reviewed(rosa, "book taken tue 10:30 P-1042"))
    form = await type_week(rick, "book taken tue 10:45 P-7, urgent")
    assert "P-1042 has that time" in form.text
    assert "Rosa First has booked it." in form.text
    assert form.labels[:3] == [f"{TUESDAY}, {time}" for time in ("11:00", "11:30")] + ["Wed 4 Mar, 09:00"]
    await tap(rick, f"{TUESDAY}, 11:00", form=form)
    assert "Patient: P-7\nNote: urgent" in form.text
    await tap(rick, "Save", form=form)
    assert bookings(timed, doctor) == [kept("10:30", "11:00"), kept("11:00", "11:30", "P-7", "urgent")]


async def test_outside_hours_the_next_slots_are_offered(timed: Rota) -> None:
    """And a time that is over is refused too."""
    _, rosa = await working(timed, "Otto Outside"), await timed.receptionist()
    form = await type_week(rosa, "book outside tue 20:00 P-1")
    assert "is outside the doctor's hours" in form.text
    assert form.labels[0] == "Wed 4 Mar, 09:00"
    form = await type_week(rosa, "book outside today 8:30 P-1")
    assert "is over. Choose a later time." in form.text


async def test_two_receptionists_race_for_one_slot(timed: Rota) -> None:
    """One has it, the other is told who."""
    doctor = await working(timed, "Rita Race")
    desk = [await timed.receptionist(f"Desk {n}") for n in range(2)]
    forms = [await reviewed(person, f"book race tue 10:30 P-{n}") for n, person in enumerate(desk)]
    for person, form in zip(desk, forms, strict=True):
        person.press(form.id, SaveBooking().pack())
    await asyncio.gather(*(handled(person) for person in desk))
    assert len(bookings(timed, doctor)) == 1
    assert sorted(form.text.startswith("✓ Booked.") for form in forms) == [False, True]
    lost = next(form for form in forms if not form.text.startswith("✓"))
    assert "has booked it." in lost.text
    assert len(lost.labels) == 5


async def test_a_double_tap_books_once(timed: Rota) -> None:
    """A second Save, even one that comes late, shows what the first has done."""
    doctor, rosa = await working(timed, "Dora Double"), await timed.receptionist()
    form = await reviewed(rosa, "book double tue 9:00 P-1042")
    rosa.press(form.id, SaveBooking().pack())
    await press(rosa, form, SaveBooking())
    await press(rosa, form, DropBooking())
    assert bookings(timed, doctor) == [kept("09:00", "09:30")]
    assert form.text.startswith("✓ Booked.")


async def test_a_form_that_was_left_takes_no_text(timed: Rota) -> None:
    """After `Other time` and after `Cancel`, what is typed is no patient's reference."""
    doctor, rosa = await working(timed, "Lea Left"), await timed.receptionist()
    form = await type_week(rosa, "book left tue 10:30")
    await tap(rosa, "Other time", form=form)
    assert "Which patient?" not in (await say(rosa, "P-1042")).text
    assert "10:30" in form.labels
    await tap(rosa, "11:00", "Cancel", form=form)
    assert form.text == "Closed. Nothing was booked."
    await say(rosa, "P-1042")
    await press(rosa, form, SaveBooking())
    assert bookings(timed, doctor) == []


@pytest.mark.parametrize("typed", ["x" * 33, "P-1, " + "y" * 201])
async def test_what_is_too_long_is_asked_for_again(timed: Rota, typed: str) -> None:
    """The form waits on."""
    if not timed.rows("SELECT 1 FROM doctors WHERE name = 'Lars Long'"):
        await working(timed, "Lars Long")
    rosa = await timed.receptionist()
    form = await type_week(rosa, "book lars tue 10:30")
    assert "Please type it again." in (await say(rosa, typed)).text
    await type_into(rosa, "P-1", form)
    assert "Patient: P-1" in form.text


async def test_the_doctors_clock_stands_beside(timed: Rota) -> None:
    """Where it is another than the clinic's."""
    doctor, rosa = await timed.doctor("Zoe Zone"), await timed.receptionist()
    await zoned(doctor, "Tokyo")
    await save(doctor, "mon-fri 18-20")
    form = await reviewed(rosa, "book zone tue 10:00 P-1")
    assert "10:00–10:30 (19:00–19:30 for the doctor)" in form.text
    await tap(rosa, "Save", form=form)
    assert bookings(timed, doctor) == [kept("10:00", "10:30", "P-1")]


async def test_free_slots_lead_into_a_booking(timed: Rota) -> None:
    """Of the length that the doctor's bookings have, and of no other."""
    _, rosa = await working(timed, "Flo Free"), await timed.receptionist()
    form = await type_week(rosa, "/free flo 60")
    assert [label for label in form.labels if "2 Mar" in label] == []
    await tap(rosa, "30 min", "Mon 2 Mar, 09:30", form=form)
    assert "Mon 2 Mar, 09:30–10:00\nFlo Free" in form.text


async def test_an_expired_form_says_so(timed: Rota) -> None:
    """Nothing is booked from a draft that is gone."""
    doctor, rosa = await working(timed, "Ed Expired"), await timed.receptionist()
    form = await reviewed(rosa, "book expired tue 10:30 P-1")
    timed.rows("DELETE FROM drafts WHERE chat_id = ?", rosa.user_id)
    await tap(rosa, "Save", form=form)
    assert "too old" in form.text
    assert bookings(timed, doctor) == []


async def test_others_book_nothing(timed: Rota) -> None:
    """A doctor, a stranger, and a receptionist who was suspended with the review open."""
    doctor, rosa = await working(timed, "Olaf Others"), await timed.receptionist()
    form = await reviewed(rosa, "book olaf tue 10:30 P-1")
    timed.rows("UPDATE people SET suspended = 1 WHERE user_id = ?", rosa.user_id)
    saving = data(form, "Save")
    stranger = timed.person("Sam Stone")
    start = BookAt(doctor=timed.doctor_id(doctor), start=29_542_230, moves=0)
    for person in (rosa, doctor, stranger):
        for pressed in (saving, start.pack(), BookWhom(page=0, moves=0).pack(), DropBooking().pack()):
            person.press(person.last.id if person.messages else 1, pressed)
        person.say("/book olaf tue 10:30 P-1")
        await person.until(lambda someone: not someone.unanswered)
    await handled(doctor)
    assert bookings(timed, doctor) == []


async def test_the_log_has_no_patients(timed: Rota) -> None:
    """Neither references nor notes."""
    _, rosa = await working(timed, "Lo Logged"), await timed.receptionist()
    form = await reviewed(rosa, "book logged tue 10:30 P-SECRET hushed")
    await tap(rosa, "Save", form=form)
    assert "SECRET" not in timed.log
    assert "hushed" not in timed.log
