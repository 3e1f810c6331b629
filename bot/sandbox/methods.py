"""What the methods do to the chats: sending, editing and deleting (Bot API, "Available methods")."""

import time
from typing import Any

from bot.sandbox.entities import Entity
from bot.sandbox.errors import bad_request
from bot.sandbox.keyboards import (
    ForceReply,
    inline_rows,
    InlineKeyboardMarkup,
    ReplyKeyboardMarkup,
)
from bot.sandbox.ledger import Ledger
from bot.sandbox.limits import Limits
from bot.sandbox.messages import File, Message, Toast
from bot.sandbox.parameters import (
    AnswerCallbackQuery,
    ChatId,
    CopyMessage,
    DeleteMessage,
    Editing,
    EditMessageReplyMarkup,
    EditMessageText,
    SendChatAction,
    SendDocument,
    Sending,
    SendMessage,
    SendPhoto,
)
from bot.sandbox.people import Person
from bot.sandbox.texts import caption_text, message_text

_SAME = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current content "
    "and reply markup of the message"
)
_TOAST_LENGTH = 200
_PHOTO_BYTES = 10 << 20
_ACTIONS = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    },
)

Uploads = dict[str, tuple[str, bytes]]


class ChatMethods:
    """The methods that a chat shows; uploads are (name, content) by the name of the form's part."""

    def __init__(self, ledger: Ledger, people: dict[int, Person], limits: Limits) -> None:
        self._ledger = ledger
        self._people = people
        self._limits = limits

    def send_message(self, call: SendMessage, _: Uploads) -> dict[str, Any]:
        text, entities = message_text(call.text, call.parse_mode, call.entities)
        return self._sent(call, text, entities).wire()

    def send_photo(self, call: SendPhoto, uploads: Uploads) -> dict[str, Any]:
        text, entities = caption_text(call.caption, call.parse_mode, call.caption_entities)
        photo = self._file(call.photo, uploads)
        if len(photo.content) > _PHOTO_BYTES:
            raise bad_request("PHOTO_INVALID_DIMENSIONS")
        return self._sent(call, text, entities, photo=photo).wire()

    def send_document(self, call: SendDocument, uploads: Uploads) -> dict[str, Any]:
        text, entities = caption_text(call.caption, call.parse_mode, call.caption_entities)
        return self._sent(call, text, entities, document=self._file(call.document, uploads)).wire()

    def copy_message(self, call: CopyMessage, _: Uploads) -> dict[str, Any]:
        source = self._person(call.from_chat_id).message(call.message_id)
        if source is None:
            raise bad_request("message to copy not found")
        text, entities = source.text, source.entities
        if source.media and call.caption is not None:
            text, entities = caption_text(call.caption, call.parse_mode, call.caption_entities)
        copy = self._sent(call, text, entities, photo=source.photo, document=source.document, voice=source.voice)
        return {"message_id": copy.id}

    def send_chat_action(self, call: SendChatAction, _: Uploads) -> bool:
        if call.action not in _ACTIONS:
            raise bad_request("wrong parameter action in request")
        person = self._person(call.chat_id)
        person.ensure_reachable()
        person.changed({"type": "action", "person": person.user_id, "action": call.action})
        return True

    def edit_message_text(self, call: EditMessageText, _: Uploads) -> dict[str, Any]:
        text, entities = message_text(call.text or "", call.parse_mode, call.entities)
        rows = inline_rows(call.reply_markup)
        person, message = self._to_edit(call)
        if message.media:
            raise bad_request("there is no text in the message to edit")
        if (text, entities, rows) == (message.text, message.entities, message.rows):
            raise bad_request(_SAME)
        message.text, message.entities, message.rows = text, entities, rows
        person.edited(message)
        return message.wire()

    def edit_message_reply_markup(self, call: EditMessageReplyMarkup, _: Uploads) -> dict[str, Any]:
        rows = inline_rows(call.reply_markup)
        person, message = self._to_edit(call)
        if rows == message.rows:
            raise bad_request(_SAME)
        message.rows = rows
        person.edited(message)
        return message.wire()

    def delete_message(self, call: DeleteMessage, _: Uploads) -> bool:
        person = self._person(call.chat_id)
        if person.message(call.message_id) is None:
            raise bad_request("message to delete not found")
        person.remove(call.message_id)
        return True

    def answer_callback_query(self, call: AnswerCallbackQuery, _: Uploads) -> bool:
        if call.text is not None and len(call.text) > _TOAST_LENGTH:
            raise bad_request("MESSAGE_TOO_LONG")
        person = self._people[self._ledger.close_tap(call.callback_query_id)]
        toast = Toast(call.text, call.show_alert) if call.text else None
        person.answered(call.callback_query_id, toast, call.url)
        return True

    def _person(self, chat_id: ChatId | None) -> Person:
        if chat_id is None or chat_id == "":
            raise bad_request("chat_id is empty")
        try:
            return self._people[int(chat_id)]
        except (KeyError, ValueError):
            raise bad_request("chat not found") from None

    def _to_edit(self, call: Editing) -> tuple[Person, Message]:
        if call.message_id is None:
            raise bad_request("message identifier is not specified")
        person = self._person(call.chat_id)
        message = person.message(call.message_id)
        if message is None:
            raise bad_request("message to edit not found")
        if not message.from_bot:
            raise bad_request("message can't be edited")
        return person, message

    def _sent(
        self,
        call: Sending,
        text: str,
        entities: list[Entity],
        *,
        photo: File | None = None,
        document: File | None = None,
        voice: File | None = None,
    ) -> Message:
        markup = call.reply_markup
        rows = inline_rows(markup) if isinstance(markup, InlineKeyboardMarkup) else []
        person = self._person(call.chat_id)
        person.ensure_reachable()
        answered = self._answered(person, call)
        self._limits.take(person.user_id, paid=bool(call.allow_paid_broadcast))
        message = Message(
            id=self._ledger.next_message_id(),
            from_bot=True,
            date=int(time.time()),
            chat=person.chat,
            sender=self._ledger.bot,
            text=text,
            entities=entities,
            rows=rows,
            photo=photo,
            document=document,
            voice=voice,
            reply_to=answered,
        )
        if isinstance(markup, ReplyKeyboardMarkup):
            person.reply_keyboard = [[button.text for button in row] for row in markup.keyboard]
        elif markup is not None and not isinstance(markup, InlineKeyboardMarkup | ForceReply):
            person.reply_keyboard = []
        person.add(message)
        return message

    def _answered(self, person: Person, call: Sending) -> Message | None:
        reply = call.reply_parameters
        if reply is None:
            return None
        message = person.message(reply.message_id)
        if message is None and not reply.allow_sending_without_reply:
            raise bad_request("message to be replied not found")
        return message

    def _file(self, given: str, uploads: Uploads) -> File:
        part = given.removeprefix("attach://")
        if part in uploads:
            name, content = uploads[part]
            if not content:
                raise bad_request("file must be non-empty")
            return self._ledger.keep(name, content)
        if given in self._ledger.files:
            return self._ledger.files[given]
        if given.startswith(("http://", "https://")):
            raise bad_request("failed to get HTTP URL content")  # the sandbox never leaves this machine
        raise bad_request("wrong file identifier/HTTP URL specified")
