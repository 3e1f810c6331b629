"""A real Bot API client takes the stand-in for Telegram."""

from collections.abc import AsyncIterator

import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeChat,
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    LinkPreviewOptions,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    ReplyParameters,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, InvalidToken, RetryAfter
from telegram.request import HTTPXRequest

from bot.sandbox import Person, StandIn


@pytest.fixture
async def bot(stand_in: StandIn) -> AsyncIterator[Bot]:
    async with Bot(stand_in.token, f"{stand_in.url}/bot", f"{stand_in.url}/file/bot") as bot:
        yield bot


async def test_it_knows_who_it_is(bot: Bot, stand_in: StandIn) -> None:
    """GetMe gives the sandbox's name."""
    assert bot.username == stand_in.username


async def test_a_wrong_token_is_told(stand_in: StandIn) -> None:
    """As Telegram tells it."""
    async with HTTPXRequest() as request:
        with pytest.raises(InvalidToken):
            await Bot("1:x", f"{stand_in.url}/bot", request=request).get_me()


async def test_a_message_with_everything(bot: Bot, ada: Person) -> None:
    """Styles, links, copying, previews and replies go through and come back."""
    keyboard = [
        [InlineKeyboardButton("Save", callback_data="save", api_kwargs={"style": "success"})],
        [
            InlineKeyboardButton("Open", url="https://example.org"),
            InlineKeyboardButton("Copy", copy_text=CopyTextButton("secret")),
            InlineKeyboardButton("Write", switch_inline_query_current_chat="mon "),
        ],
    ]
    sent = await bot.send_message(
        ada.user_id,
        "<b>Hi</b> 👩‍⚕️ <code>9-13</code>",
        parse_mode=ParseMode.HTML,
        reply_markup=InlineKeyboardMarkup(keyboard),
        link_preview_options=LinkPreviewOptions(is_disabled=True),
        reply_parameters=ReplyParameters(ada.messages[0].id),
        disable_notification=True,
        protect_content=True,
    )
    assert sent.text_html == ada.last.html
    assert sent.reply_to_message is not None
    assert [[button.text for button in row] for row in ada.last.keyboard] == [["Save"], ["Open", "Copy", "Write"]]
    assert ada.last.keyboard[0][0].style == "success"
    assert ada.last.keyboard[1][1].copy == "secret"


async def test_an_update_comes_through(bot: Bot, ada: Person) -> None:
    """Messages and taps are what the client expects."""
    await bot.send_message(
        ada.user_id, "x", reply_markup=InlineKeyboardMarkup.from_button(InlineKeyboardButton("Go", callback_data="go"))
    )
    ada.tap("Go")
    ada.block()
    start, tap, block = await bot.get_updates(timeout=1)
    assert start.message is not None
    assert start.message.text == "/start"
    assert tap.callback_query is not None
    assert tap.callback_query.data == "go"
    assert await tap.callback_query.answer("Gone", show_alert=True)
    assert block.my_chat_member is not None
    assert ada.toasts[-1].alert


async def test_files_go_both_ways(bot: Bot, ada: Person) -> None:
    """An uploaded file comes to the chat, a person's to the bot."""
    await bot.send_document(ada.user_id, InputFile(b"a,b\n", "week.csv"), caption="<b>Week</b>", parse_mode="HTML")
    assert ada.last.document is not None
    assert (ada.last.document.name, ada.last.document.content) == ("week.csv", b"a,b\n")
    assert (ada.last.text, ada.last.html) == ("Week", "<b>Week</b>")
    await bot.send_photo(ada.user_id, b"\x89PNG", filename="week.png")
    assert ada.last.photo is not None
    ada.send_document("mine.csv", b"c,d\n", caption="Mine")
    update = (await bot.get_updates(timeout=1))[-1]
    assert update.message is not None
    assert update.message.document is not None
    assert update.message.document.mime_type == "text/csv"
    file = await update.message.document.get_file()
    assert await file.download_as_bytearray() == b"c,d\n"


async def test_a_copy_has_its_own_keyboard(bot: Bot, ada: Person, stand_in: StandIn) -> None:
    """CopyMessage takes text and entities along, not the buttons."""
    grace = stand_in.person(7, "Grace")
    grace.say("/start")
    sent = await bot.send_message(ada.user_id, "<i>News</i>", parse_mode="HTML")
    copy = await bot.copy_message(grace.user_id, ada.user_id, sent.message_id)
    assert (grace.last.id, grace.last.html) == (copy.message_id, "<i>News</i>")


async def test_the_profile_is_kept(bot: Bot, ada: Person) -> None:
    """Commands by scope, descriptions by language."""
    scope = BotCommandScopeChat(ada.user_id)
    await bot.set_my_commands([BotCommand("week", "My week")], scope=scope, language_code="en")
    assert ada.commands == [("week", "My week")]
    assert (await bot.get_my_commands(scope, "en"))[0].command == "week"
    await bot.set_my_description("Keeps hours", language_code="en")
    assert (await bot.get_my_description("en")).description == "Keeps hours"
    await bot.set_my_short_description("Hours")
    assert (await bot.get_my_short_description("es")).short_description == "Hours"
    assert await bot.set_chat_menu_button()
    assert await bot.send_chat_action(ada.user_id, "typing")


async def test_a_reply_keyboard_is_shown_and_removed(bot: Bot, ada: Person) -> None:
    """It belongs to the chat, not to a message."""
    await bot.send_message(ada.user_id, "x", reply_markup=ReplyKeyboardMarkup([["Yes", "No"]]))
    assert ada.reply_keyboard == [["Yes", "No"]]
    await bot.send_message(ada.user_id, "x", reply_markup=ReplyKeyboardRemove())
    assert ada.reply_keyboard == []


async def test_refusals_are_the_clients_own_errors(
    bot: Bot,
    ada: Person,
    stand_in: StandIn,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """BadRequest, Forbidden and RetryAfter, each with Telegram's words."""
    monkeypatch.setenv("PTB_TIMEDELTA", "1")  # the client warns of its own change otherwise
    with pytest.raises(BadRequest, match="Message text is empty"):
        await bot.send_message(ada.user_id, "")
    ada.block()
    with pytest.raises(Forbidden, match="blocked by the user"):
        await bot.send_message(ada.user_id, "x")
    ada.unblock()
    stand_in.fail("sendMessage", status=429, retry_after=3)
    with pytest.raises(RetryAfter):
        await bot.send_message(ada.user_id, "x")
