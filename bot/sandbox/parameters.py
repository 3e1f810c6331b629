"""The parameters of every method that the stand-in speaks (Bot API 10.1), as one pydantic model a method.

A scalar may arrive as a string, since forms know nothing else; what is no scalar arrives as JSON, or as a string that
holds JSON. Unknown parameters are refused: Telegram ignores them, but here they are a slip of the caller's.
"""

import json
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from bot.sandbox.inline import InlineQueryResultArticle, InlineQueryResultsButton
from bot.sandbox.keyboards import AnyMarkup, chosen_markup, InlineKeyboardMarkup
from bot.sandbox.parts import (
    BotCommand,
    BotCommandScope,
    LinkPreviewOptions,
    MenuButton,
    MessageEntity,
    ReplyParameters,
)


def _decoded(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except json.JSONDecodeError as error:
        raise ValueError("Can't parse JSON object") from error


_JSON = BeforeValidator(_decoded)


def _number(value: object) -> object:
    return int(value) if isinstance(value, str) and value.removeprefix("-").isdecimal() else value


ChatId = Annotated[int | str, BeforeValidator(_number)]
Entities = Annotated[list[MessageEntity] | None, _JSON]
Object = Annotated[dict[str, Any] | None, _JSON]
Strings = Annotated[list[str] | None, _JSON]
Markup = Annotated[AnyMarkup | None, BeforeValidator(chosen_markup), _JSON]
InlineMarkup = Annotated[InlineKeyboardMarkup | None, _JSON]
Scope = Annotated[BotCommandScope | None, _JSON]


class Parameters(BaseModel):
    """One method's parameters; `files` names those that may arrive as an uploaded file."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    files: ClassVar[frozenset[str]] = frozenset()


class Nothing(Parameters):
    """For methods that take no parameters."""


class GetUpdates(Parameters):
    offset: int | None = None
    limit: int = Field(default=100, ge=1, le=100)
    timeout: int = Field(default=0, ge=0)
    allowed_updates: Strings = None


class SetWebhook(Parameters):
    files = frozenset({"certificate"})
    url: str
    certificate: str | None = None
    ip_address: str | None = None
    max_connections: int = Field(default=40, ge=1, le=100)
    allowed_updates: Strings = None
    drop_pending_updates: bool = False
    secret_token: str | None = None


class DeleteWebhook(Parameters):
    drop_pending_updates: bool = False


class Sending(Parameters):
    """What every method that puts a message into a chat has in common."""

    chat_id: ChatId
    message_thread_id: int | None = None
    direct_messages_topic_id: int | None = None
    parse_mode: str | None = None
    disable_notification: bool | None = None
    protect_content: bool | None = None
    allow_paid_broadcast: bool | None = None
    message_effect_id: str | None = None
    suggested_post_parameters: Object = None
    reply_parameters: Annotated[ReplyParameters | None, _JSON] = None
    reply_markup: Markup = None


class SendMessage(Sending):
    business_connection_id: str | None = None
    text: str
    entities: Entities = None
    link_preview_options: Annotated[LinkPreviewOptions | None, _JSON] = None


class Captioned(Sending):
    caption: str | None = None
    caption_entities: Entities = None


class SendPhoto(Captioned):
    files = frozenset({"photo"})
    business_connection_id: str | None = None
    photo: str
    show_caption_above_media: bool | None = None
    has_spoiler: bool | None = None


class SendDocument(Captioned):
    files = frozenset({"document", "thumbnail"})
    business_connection_id: str | None = None
    document: str
    thumbnail: str | None = None
    disable_content_type_detection: bool | None = None


class CopyMessage(Captioned):
    from_chat_id: ChatId
    message_id: int
    video_start_timestamp: int | None = None
    show_caption_above_media: bool | None = None


class Editing(Parameters):
    business_connection_id: str | None = None
    chat_id: ChatId | None = None
    message_id: int | None = None
    inline_message_id: str | None = None
    reply_markup: InlineMarkup = None


class EditMessageText(Editing):
    text: str | None = None
    parse_mode: str | None = None
    entities: Entities = None
    link_preview_options: Annotated[LinkPreviewOptions | None, _JSON] = None
    rich_message: Object = None


class EditMessageReplyMarkup(Editing):
    pass


class DeleteMessage(Parameters):
    chat_id: ChatId
    message_id: int


class AnswerCallbackQuery(Parameters):
    callback_query_id: str
    text: str | None = None
    show_alert: bool = False
    url: str | None = None
    cache_time: int | None = None


class AnswerInlineQuery(Parameters):
    inline_query_id: str
    results: Annotated[list[InlineQueryResultArticle], _JSON]
    cache_time: int | None = None
    is_personal: bool | None = None
    next_offset: str | None = None
    button: Annotated[InlineQueryResultsButton | None, _JSON] = None


class SendChatAction(Parameters):
    business_connection_id: str | None = None
    chat_id: ChatId
    message_thread_id: int | None = None
    action: str


class OfCommands(Parameters):
    scope: Scope = None
    language_code: str = ""


class SetMyCommands(OfCommands):
    commands: Annotated[list[BotCommand], _JSON]


class OfLanguage(Parameters):
    language_code: str = ""


class SetMyDescription(OfLanguage):
    description: str = Field(default="", max_length=512)


class SetMyShortDescription(OfLanguage):
    short_description: str = Field(default="", max_length=120)


class GetFile(Parameters):
    file_id: str


class SetChatMenuButton(Parameters):
    chat_id: int | None = None
    menu_button: Annotated[MenuButton | None, _JSON] = None


METHODS: dict[str, type[Parameters]] = {
    "getMe": Nothing,
    "getUpdates": GetUpdates,
    "setWebhook": SetWebhook,
    "deleteWebhook": DeleteWebhook,
    "getWebhookInfo": Nothing,
    "sendMessage": SendMessage,
    "sendPhoto": SendPhoto,
    "sendDocument": SendDocument,
    "copyMessage": CopyMessage,
    "sendChatAction": SendChatAction,
    "editMessageText": EditMessageText,
    "editMessageReplyMarkup": EditMessageReplyMarkup,
    "deleteMessage": DeleteMessage,
    "answerCallbackQuery": AnswerCallbackQuery,
    "answerInlineQuery": AnswerInlineQuery,
    "setMyCommands": SetMyCommands,
    "getMyCommands": OfCommands,
    "deleteMyCommands": OfCommands,
    "setMyDescription": SetMyDescription,
    "getMyDescription": OfLanguage,
    "setMyShortDescription": SetMyShortDescription,
    "getMyShortDescription": OfLanguage,
    "setChatMenuButton": SetChatMenuButton,
    "getFile": GetFile,
}
