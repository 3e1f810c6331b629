"""`/bookings`, `/attention`, `/slots`: what is booked, and what is done about it."""

from __future__ import annotations

from datetime import datetime, UTC
from typing import Any

import pytest

from bot.sandbox import Message, Person
from bot.sandbox.entities import cut
from bot.taps.bookings import AskCancel, CancelBooking, CancelReason, KeepBooking, MarkNoShow, SetSlots, ShowBooking
from tests.phone import handled, press, save, say, tap, type_into, type_week
from tests.rota import Rota

pytestmark = pytest.mark.asyncio(loop_scope="session")

TUESDAY = "2026-03-03"


async def booked(rota: Rota, name: str, rosa: Person, time: str = "tue 10:30", reference: str = "P-1042") -> Person:
    """Return a new doctor with one booking."""
    doctor = await rota.doctor(name)
    await save(doctor, "mon-fri 9-12")
    await book(rosa, f"book {name} {time} {reference}")
    return doctor


async def book(rosa: Person, typed: str) -> None:
    form = await type_week(rosa, typed)
    await tap(rosa, "Save", form=form)
    assert form.text.startswith("✓ Booked."), form


def booking_of(rota: Rota, doctor: Person) -> int:
    ((found,),) = rota.rows("SELECT booking_id FROM bookings WHERE doctor_id = ?", rota.doctor_id(doctor))
    return int(found)


def stored(rota: Rota, doctor: Person) -> tuple[Any, ...]:
    ((start, status, reason),) = rota.rows(
        "SELECT start, status, reason FROM bookings WHERE doctor_id = ?", rota.doctor_id(doctor)
    )
    return str(start)[:16], status, reason


async def opened(person: Person, doctor: Person, rota: Rota) -> Message:
    """Return a new message that shows the doctor's one booking."""
    shown = await type_week(person, "/help")
    await press(person, shown, ShowBooking(booking=booking_of(rota, doctor)))
    return shown


async def test_a_days_list_leads_to_a_booking_and_back(timed: Rota) -> None:
    """By date, with whose it is; the arrows turn days."""
    rosa = await timed.receptionist()
    await booked(timed, "Ida Listed", rosa, "5 mar 10:30", "P-LIST")
    form = await type_week(rosa, "/bookings 5 mar")
    assert "10:30–11:00 P-LIST · Ida Listed" in form.text
    await tap(rosa, "10:30 P-LIST", form=form)
    assert form.text.startswith("Thu 5 Mar, 10:30–11:00\nIda Listed, cardiology\nPatient: P-LIST")
    assert "Booked by Rosa Klein, 2 Mar 2026, 09:00" in form.text
    await tap(rosa, "Back", "▶", form=form)
    assert "Fri, 6 Mar 2026" in form.text
    assert "P-LIST" not in form.text
    await tap(rosa, "◀", form=form)
    assert "P-LIST" in form.text


async def test_a_booking_says_when_it_is_on_the_readers_own_clock(timed: Rota) -> None:
    """Its date and time are a moment to the phone, which shows it there however the text has it."""
    rosa = await timed.receptionist()
    doctor = await booked(timed, "Ina Abroad", rosa, "5 mar 10:30", "P-ZONE")
    form = await opened(rosa, doctor, timed)
    (moment,) = (entity for entity in form.entities if entity.type == "date_time")
    assert cut(form.text, moment.offset, moment.end) == "Thu 5 Mar, 10:30–11:00"
    assert moment.unix_time == datetime(2026, 3, 5, 10, 30, tzinfo=UTC).timestamp()
    assert moment.date_time_format is None


async def test_a_doctors_week_is_found_by_name(timed: Rota) -> None:
    """From today on."""
    rosa = await timed.receptionist()
    await booked(timed, "Bea Byname", rosa)
    form = await type_week(rosa, "/bookings byname")
    assert form.text.startswith("Bookings of Bea Byname\n2–8 Mar\n")
    assert "10:30–11:00 P-1042" in form.text
    assert "No doctor has “nobody”" in (await say(rosa, "/bookings nobody")).text


async def test_a_doctor_sees_and_cancels_own_bookings_only(timed: Rota) -> None:
    """No other doctor's are shown, and none are moved."""
    rosa = await timed.receptionist()
    own, other = await booked(timed, "Ole Own", rosa, reference="P-OWN"), await booked(timed, "Oda Other", rosa)
    form = await type_week(own, "/bookings")
    assert form.text.startswith("Bookings of Ole Own")
    assert "10:30 P-OWN" in form.labels
    assert "Book" not in form.labels
    assert "P-1042" not in (await type_week(own, "/bookings other")).text
    await tap(own, "10:30 P-OWN", form=form)
    assert form.labels == ["Cancel the booking", "Back", "☰ Menu"]
    another = booking_of(timed, other)
    for made in (
        ShowBooking(booking=another),
        AskCancel(booking=another),
        CancelBooking(booking=another, version=1, reason=CancelReason.CLINIC),
        MarkNoShow(booking=another, version=1, missed=True),
        KeepBooking(booking=another, version=1),
    ):
        await press(own, form, made)
    assert "P-1042" not in form.text
    assert stored(timed, other)[1] == "booked"
    await tap(own, "Cancel the booking", "The clinic had to cancel", form=form)
    assert stored(timed, own)[1:] == ("cancelled", "clinic")


async def test_a_reason_can_be_typed(timed: Rota) -> None:
    """It stands where the booking is shown, and the next text is no reason."""
    rosa = await timed.receptionist()
    doctor = await booked(timed, "Rea Reason", rosa)
    form = await opened(rosa, doctor, timed)
    await tap(rosa, "Cancel the booking", form=form)
    await type_into(rosa, "snowed in", form)
    assert "Cancelled: snowed in" in form.text
    assert "Last changed by Rosa Klein" in form.text
    await say(rosa, "something else")
    assert stored(timed, doctor)[1:] == ("cancelled", "snowed in")


async def test_a_reason_that_was_left_cancels_nothing(timed: Rota) -> None:
    """After `Back`, and after `/cancel`, a text is for something else."""
    rosa = await timed.receptionist()
    doctor = await booked(timed, "Lia Leaves", rosa)
    form = await opened(rosa, doctor, timed)
    await tap(rosa, "Cancel the booking", "Back", form=form)
    await say(rosa, "not a reason")
    await tap(rosa, "Cancel the booking", form=form)
    await say(rosa, "/cancel")
    await say(rosa, "not a reason")
    assert stored(timed, doctor)[1] == "booked"


async def test_a_booking_is_moved_to_another_slot(timed: Rota) -> None:
    """Its own length, reviewed before it is done; its old time is free again."""
    rosa = await timed.receptionist()
    doctor = await booked(timed, "Mia Moved", rosa)
    form = await opened(rosa, doctor, timed)
    await tap(rosa, "Move", "4", "09:00", form=form)
    assert "Move P-1042? Nothing is saved yet." in form.text
    assert "→ Wed 4 Mar, 09:00–09:30, Mia Moved" in form.text
    await tap(rosa, "Move", form=form)
    assert form.text.startswith("✓ Moved.\n\nWed 4 Mar, 09:00–09:30")
    assert stored(timed, doctor)[0] == "2026-03-04 09:00"


async def test_a_move_onto_a_taken_slot_offers_others(timed: Rota) -> None:
    """They move the same booking."""
    rosa, rick = await timed.receptionist(), await timed.receptionist("Rick")
    doctor = await booked(timed, "Max Blocked", rosa)
    form = await opened(rosa, doctor, timed)
    await tap(rosa, "Move", "4", "09:00", form=form)
    await book(rick, "book blocked 4 mar 9:00 P-7")
    await tap(rosa, "Move", form=form)
    assert "P-7 has that time" in form.text
    assert "Rick has booked it." in form.text
    await tap(rosa, "Wed 4 Mar, 09:30", "Move", form=form)
    found = timed.rows(
        "SELECT reference, start FROM bookings WHERE doctor_id = ? ORDER BY start", timed.doctor_id(doctor)
    )
    assert found == [("P-7", "2026-03-04 09:00:00.000000"), ("P-1042", "2026-03-04 09:30:00.000000")]


async def test_a_booking_that_has_changed_is_shown_anew(timed: Rota) -> None:
    """A move drawn from what it was does nothing."""
    rosa, rick = await timed.receptionist(), await timed.receptionist("Rick")
    doctor = await booked(timed, "Cleo Changed", rosa)
    form = await opened(rosa, doctor, timed)
    await tap(rosa, "Move", "4", "09:00", form=form)
    seen = await opened(rick, doctor, timed)
    await tap(rick, "Cancel the booking", "The patient cannot come", form=seen)
    await tap(rosa, "Move", form=form)
    assert "Cancelled: the patient cannot come" in form.text
    assert rosa.toasts[-1].text.startswith("Somebody has changed this booking")
    assert stored(timed, doctor) == (f"{TUESDAY} 10:30", "cancelled", "patient")


async def test_no_show_and_came_after_all(timed: Rota) -> None:
    """Once the booking has begun."""
    rosa = await timed.receptionist()
    doctor = await booked(timed, "Noa Noshow", rosa)
    form = await opened(rosa, doctor, timed)
    assert "Did not come" not in form.labels
    await press(rosa, form, MarkNoShow(booking=booking_of(timed, doctor), version=1, missed=True))
    assert rosa.toasts[-1].text.startswith("This booking has not begun")
    timed.set_clock("2026-03-03 10:45")
    form = await opened(rosa, doctor, timed)
    await tap(rosa, "Did not come", form=form)
    assert stored(timed, doctor)[1] == "no-show"
    assert "did not come" in (await type_week(rosa, "/bookings noshow")).text
    await tap(rosa, "Came after all", form=form)
    assert stored(timed, doctor)[1] == "booked"


async def test_flagged_bookings_wait_for_attention(timed: Rota) -> None:
    """Until somebody keeps, moves or cancels them."""
    rosa = await timed.receptionist()
    doctor = await booked(timed, "Fay Flagged", rosa, reference="P-FLAG")
    found = booking_of(timed, doctor)
    timed.rows("UPDATE bookings SET flagged = 1 WHERE booking_id = ?", found)
    timed.rows(
        "UPDATE booking_changes SET after = json_set(after, '$.flagged', json('true')) WHERE booking_id = ?", found
    )
    form = await type_week(rosa, "/attention")
    assert "10:30–11:00 P-FLAG · Fay Flagged · ⚠ no hours" in form.text
    await tap(rosa, "10:30 P-FLAG", form=form)
    assert {"Move", "Cancel the booking", "Keep it"} <= set(form.labels)
    await tap(rosa, "Keep it", form=form)
    assert "P-FLAG" not in form.text
    assert stored(timed, doctor)[1] == "booked"


async def test_strangers_see_nothing(timed: Rota) -> None:
    """Neither by command nor by tap."""
    rosa = await timed.receptionist()
    doctor = await booked(timed, "Sia Strange", rosa, reference="P-HIDDEN")
    found, sam = booking_of(timed, doctor), timed.person("Sam Stone")
    for command in ("/bookings", "/attention", "/slots", f"/bookings {TUESDAY}"):
        await say(sam, command)
    for made in (ShowBooking(booking=found), CancelBooking(booking=found, version=1, reason=CancelReason.CLINIC)):
        sam.press(sam.last.id, made.pack())
    await sam.until(lambda someone: not someone.unanswered)
    assert "P-HIDDEN" not in "\n".join(message.text for message in sam.messages)
    assert stored(timed, doctor)[1] == "booked"


def slots(rota: Rota, doctor: Person) -> tuple[Any, ...]:
    found: tuple[Any, ...] = rota.rows(
        "SELECT slot_minutes, slot_buffer FROM doctors WHERE doctor_id = ?", rota.doctor_id(doctor)
    )[0]
    return found


async def test_a_doctor_sets_the_length_of_bookings(timed: Rota) -> None:
    """By buttons, each saved at once; what is typed is asked about first."""
    doctor = await timed.doctor("Sol Slots")
    form = await type_week(doctor, "/slots")
    await tap(doctor, "20 min", "+ 10 min", form=form)
    assert slots(timed, doctor) == (20, 10)
    assert {"✓ 20 min", "✓ + 10 min"} <= set(form.labels)
    form = await type_week(doctor, "/slots 25 5")
    assert slots(timed, doctor) == (20, 10)
    await tap(doctor, "Save", form=form)
    assert slots(timed, doctor) == (25, 5)
    assert "A booking takes 5 to 240 minutes" in (await say(doctor, "/slots 3")).text


async def test_an_admin_sets_a_doctors_by_name_and_the_desk_does_not(timed: Rota) -> None:
    """To the desk it is given, as hours are."""
    doctor, rosa, admin = await timed.doctor("Ada Adminned"), await timed.receptionist(), await timed.claimed()
    form = await type_week(admin, "/slots adminned")
    await tap(admin, "45 min", form=form)
    assert slots(timed, doctor) == (45, 0)
    assert "only the doctor and administrators" in (await say(rosa, "/slots adminned")).text
    for person in (rosa, await timed.doctor("Una Other")):
        person.press(person.last.id, SetSlots(doctor=timed.doctor_id(doctor), minutes=60, buffer=0).pack())
        await handled(person)
    assert slots(timed, doctor) == (45, 0)


async def test_the_menu_leads_there(timed: Rota) -> None:
    """For the desk to all of it, for a doctor to the own."""
    doctor, rosa = await timed.doctor(), await timed.receptionist()
    assert {"Book", "Bookings", "Without hours"} <= set((await type_week(rosa, "/start")).labels)
    labels = set((await type_week(doctor, "/start")).labels)
    assert {"Bookings", "Length of bookings"} <= labels
    assert not {"Book", "Without hours"} & labels
    assert {"book", "bookings", "attention"} <= set(dict(rosa.commands))
    assert {"bookings", "slots"} <= set(dict(doctor.commands))


async def test_old_bookings_are_erased_from_the_start_on(timed: Rota) -> None:
    """The running bot does it, and says how many."""
    await timed.receptionist()
    assert "old bookings erased: 0" in timed.log
