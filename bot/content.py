"""What a broadcast sends to each person: an admin's message as it is, or its text filled in for them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict
from telegram import Bot, Message, MessageEntity

from bot.network import call
from bot.sharing import plain_week
from bot.summary import zone_text
from bot.words import Words, words_of
from clinic.people import Actor
from clinic.ports import Clinic
from clinic.use_cases.broadcasts import coming_monday
from clinic.use_cases.deliveries import week_of

BLANK = re.compile(r"\{(name|week)\}", re.IGNORECASE)
"""What is filled in for each person."""


class Content(BaseModel):
    """An admin's message. ``text`` is set where its text, or the caption of its picture or file, has blanks to fill."""

    model_config = ConfigDict(frozen=True)

    kind: Literal["message"] = "message"
    chat_id: int
    message_id: int
    text: str = ""
    entities: tuple[dict[str, Any], ...] = ()
    captions: bool = False

    @classmethod
    def of(cls, message: Message) -> Self:
        text = message.text or message.caption or ""
        entities = message.entities or message.caption_entities
        if not BLANK.search(text):
            return cls(chat_id=message.chat_id, message_id=message.message_id)
        return cls(
            chat_id=message.chat_id,
            message_id=message.message_id,
            text=text,
            entities=tuple(entity.to_dict() for entity in entities),
            captions=message.text is None,
        )

    async def send(
        self, bot: Bot, clinic: Clinic, person: Actor, *, chat_id: int | None = None, paid: bool = False
    ) -> None:
        """Send it to a person, or into another chat as the person would see it.

        Raises:
            TelegramError: it did not arrive, or nobody knows whether it did.
        """
        chat_id = chat_id or person.user_id
        paid_broadcast = paid or None
        if not self.text:
            await call(
                bot,
                "copyMessage",
                chat_id=chat_id,
                from_chat_id=self.chat_id,
                message_id=self.message_id,
                allow_paid_broadcast=paid_broadcast,
            )
            return
        text, found = filled(self.text, self.entities, await _values(self.text, clinic, person))
        entities = MessageEntity.de_list(found, bot)
        if self.captions:
            await bot.copy_message(
                chat_id,
                self.chat_id,
                self.message_id,
                caption=text,
                caption_entities=entities,
                allow_paid_broadcast=paid_broadcast,
            )
        else:
            await bot.send_message(chat_id, text, entities=entities, allow_paid_broadcast=paid_broadcast)


async def _values(text: str, clinic: Clinic, person: Actor) -> Mapping[str, str]:
    values = {"name": person.name}
    if "week" in {blank.lower() for blank in BLANK.findall(text)}:
        values["week"] = await _week_text(clinic, person, words_of(person))
    return values


async def _week_text(clinic: Clinic, person: Actor, words: Words) -> str:
    """Return a doctor's coming week in lines; of who is no doctor, that there is none."""
    monday = coming_monday(clinic)
    read = await week_of(clinic, person, monday)
    if read is None:
        return words.say("(no working week)")
    return plain_week(read, monday, zone_text(read.schedule.zone, monday), words).partition("\n")[2]


def filled(
    text: str, entities: tuple[dict[str, Any], ...], values: Mapping[str, str]
) -> tuple[str, list[dict[str, Any]]]:
    """Return a text with its blanks filled in, and what is bold in it and so on moved along.

    Offsets and lengths are in UTF-16 code units (Bot API, MessageEntity). What is around a blank grows with it.
    """
    parts: list[str] = []
    moves: list[tuple[int, int, int]] = []
    """Of each blank: where it begins and ends, and by how much all behind it moves."""
    end = 0
    for blank in BLANK.finditer(text):
        value = values[blank[1].lower()]
        parts += [text[end : blank.start()], value]
        end = blank.end()
        begins = _units(text[: blank.start()])
        moves.append((begins, begins + len(blank[0]), _units(value) - len(blank[0])))
    moved = [_moved(entity, moves) for entity in entities]
    return "".join([*parts, text[end:]]), [entity for entity in moved if entity["length"] > 0]


def _moved(entity: dict[str, Any], moves: list[tuple[int, int, int]]) -> dict[str, Any]:
    start, stop = entity["offset"], entity["offset"] + entity["length"]
    offset = start + sum(by for _, ends, by in moves if ends <= start)
    length = stop - start + sum(by for begins, ends, by in moves if ends > start and begins < stop)
    return entity | {"offset": offset, "length": length}


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
