"""What parameters are made of: the types that a call carries as JSON (Bot API, "Available types")."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class Part(BaseModel):
    """A part of a call's parameters: JSON, so that types are meant as written, and nothing unknown is let through."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class MessageEntity(Part):
    type: str
    offset: int = Field(ge=0)
    length: int = Field(gt=0)
    url: str | None = None
    user: dict[str, Any] | None = None
    language: str | None = None
    custom_emoji_id: str | None = None
    unix_time: int | None = None
    date_time_format: str | None = None


class LinkPreviewOptions(Part):
    is_disabled: bool | None = None
    url: str | None = None
    prefer_small_media: bool | None = None
    prefer_large_media: bool | None = None
    show_above_text: bool | None = None


class ReplyParameters(Part):
    message_id: int
    chat_id: int | str | None = None
    allow_sending_without_reply: bool | None = None
    quote: str | None = None
    quote_parse_mode: str | None = None
    quote_entities: list[MessageEntity] | None = None
    quote_position: int | None = None
    checklist_task_id: int | None = None
    poll_option_id: str | None = None


class BotCommand(Part):
    command: str
    description: str


class BotCommandScope(Part):
    type: Literal[
        "default",
        "all_private_chats",
        "all_group_chats",
        "all_chat_administrators",
        "chat",
        "chat_administrators",
        "chat_member",
    ]
    chat_id: int | str | None = None
    user_id: int | None = None


class MenuButton(Part):
    type: Literal["commands", "web_app", "default"]
    text: str | None = None
    web_app: dict[str, Any] | None = None
