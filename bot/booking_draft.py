"""A booking in the making, and the cancelling of one: what a typed text is meant for."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict


class BookingStep(StrEnum):
    """What it waits for. A free slot is picked by taps that say all they mean: until then there is nothing to keep."""

    SLOT = "slot"
    REFERENCE = "reference"
    REVIEW = "review"
    REASON = "reason"
    SAVED = "saved"
    CLOSED = "closed"


class BookingDraft(BaseModel):
    """A doctor's slot and the patient's reference and note; or with ``booking_id`` the booking to be cancelled."""

    model_config = ConfigDict(frozen=True)

    kind: Literal["booking"] = "booking"
    step: BookingStep = BookingStep.SLOT
    doctor_id: int = 0
    start: AwareDatetime | None = None
    reference: str = ""
    note: str = ""
    booking_id: int = 0
    version: int = 0

    @property
    def waits_for_text(self) -> bool:
        """Whether a typed reference, note or reason answers it."""
        return self.step in {BookingStep.REFERENCE, BookingStep.REVIEW, BookingStep.REASON}

    @property
    def goes_on(self) -> bool:
        """Whether it is a booking that can still be saved."""
        return self.step in {BookingStep.SLOT, BookingStep.REFERENCE, BookingStep.REVIEW}

    def at(self, step: BookingStep) -> Self:
        return self.model_copy(update={"step": step})

    def with_slot(self, doctor_id: int, start: datetime) -> Self:
        """Return it with a slot; a patient who was named before is not asked for again."""
        step = BookingStep.REVIEW if self.reference else BookingStep.REFERENCE
        return self.model_copy(update={"step": step, "doctor_id": doctor_id, "start": start})

    def with_patient(self, reference: str, note: str) -> Self:
        """Return it for review; a note that was typed before stays where none comes with the reference."""
        update = {"step": BookingStep.REVIEW, "reference": reference, "note": note or self.note}
        return self.model_copy(update=update)

    def with_note(self, note: str) -> Self:
        return self.model_copy(update={"note": note})

    def put_aside(self) -> Self:
        """Return it waiting for no text, as after a way back."""
        return self.at(BookingStep.SLOT if self.goes_on else BookingStep.CLOSED)
