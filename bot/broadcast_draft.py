"""A broadcast in the making: the message, to whom it goes, and when."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict

from bot.content import Content
from bot.taps.broadcasts import BroadcastStep
from clinic.broadcast import Audience, AudienceKind


class BroadcastDraft(BaseModel):
    """What an admin has chosen so far; without ``due`` it is sent now. ``said`` is what people are looked for by.

    ``month`` is the first of the month that the calendar shows, ``previewed`` whether the message was shown as it is.
    """

    model_config = ConfigDict(frozen=True)

    kind: Literal["broadcast"] = "broadcast"
    step: BroadcastStep = BroadcastStep.MESSAGE
    content: Content | None = None
    audience: Audience | None = None
    picked: frozenset[int] = frozenset()
    said: str = ""
    page: int = 0
    month: date | None = None
    day: date | None = None
    night: bool = False
    due: AwareDatetime | None = None
    previewed: bool = False

    @property
    def waits_for_text(self) -> bool:
        """Whether what is sent next answers it."""
        return self.step in {BroadcastStep.MESSAGE, BroadcastStep.PEOPLE, BroadcastStep.DAY, BroadcastStep.TIME}

    @property
    def goes_on(self) -> bool:
        return self.step not in {BroadcastStep.SENT, BroadcastStep.CLOSED}

    def at(self, step: BroadcastStep, **changes: object) -> Self:
        return self.model_copy(update={"step": step, "night": False, **changes})

    def with_content(self, content: Content) -> Self:
        return self.at(BroadcastStep.AUDIENCE, content=content, previewed=False)

    def to(self, audience: Audience) -> Self:
        """Return it for review; what is filled in for each person is shown anew for another audience."""
        seen = self.previewed and self.content is not None and not self.content.text
        return self.at(BroadcastStep.PREVIEW, audience=audience, previewed=seen)

    def with_person(self, user_id: int, *, on: bool) -> Self:
        picked = self.picked | {user_id} if on else self.picked - {user_id}
        return self.model_copy(update={"picked": picked})

    def to_picked(self) -> Self:
        return self.to(Audience(AudienceKind.PICKED, user_ids=tuple(sorted(self.picked))))

    def on(self, day: date) -> Self:
        return self.at(BroadcastStep.TIME, day=day)

    def later(self, due: datetime) -> Self:
        return self.at(BroadcastStep.PREVIEW, due=due)
