"""Inline queries: what a person asks in any chat, and what Telegram takes for an answer."""

from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from bot.sandbox import Person, StandIn

Call = Callable[..., Coroutine[Any, Any, dict[str, Any]]]


def article(number: int = 1, **more: Any) -> dict[str, Any]:
    content = {"message_text": "<b>Hours</b>", "parse_mode": "HTML"}
    return {"type": "article", "id": str(number), "title": "Ana", "input_message_content": content, **more}


def saying(text: str) -> dict[str, Any]:
    return {"input_message_content": {"message_text": text}}


def button(**more: Any) -> dict[str, Any]:
    return {"button": {"text": "Open", **more}}


async def test_a_query_comes_as_telegram_sends_it(stand_in: StandIn, call: Call, ada: Person) -> None:
    """With who asks, the words, the offset, and the kind of chat; no chat is named."""
    await call("getUpdates", allowed_updates=["inline_query"])
    query = ada.inline("ruiz", "20", chat_type="group")
    (update,) = [one for one in (await call("getUpdates"))["result"] if "inline_query" in one]
    asked = {"id": query, "from": ada.account, "query": "ruiz", "offset": "20", "chat_type": "group"}
    assert update["inline_query"] == asked
    assert len(ada.inline("x" * 300)) > 0
    assert len((await call("getUpdates"))["result"][-1]["inline_query"]["query"]) == 256


async def test_an_answer_is_shown_and_a_result_picked(call: Call, ada: Person) -> None:
    """Picking posts the result's text in the person's name, via the bot, and the bot sees it in its own chat."""
    query = ada.inline("ruiz")
    given = [article(description="9-13"), article(2, title="Bo")]
    more = {"next_offset": "2", "cache_time": 5, "is_personal": True}
    assert (await call("answerInlineQuery", inline_query_id=query, results=given, **more))["ok"]
    offers = ada.offers[query]
    assert (offers.titles, offers.results[0].description, offers.next_offset) == (["Ana", "Bo"], "9-13", "2")
    assert (offers.cache_time, offers.is_personal, offers.button) == (5, True, None)
    posted = ada.message(ada.pick(query, "Bo"))
    assert posted
    assert (posted.html, posted.from_bot, posted.labels) == ("<b>Hours</b>", False, [])
    update = (await call("getUpdates"))["result"][-1]["message"]
    assert update["via_bot"]["is_bot"]
    assert update["from"] == ada.account
    with pytest.raises(LookupError, match="there are: \\['Ana', 'Bo'\\]"):
        ada.pick(query, "Cem")


async def test_a_button_opens_the_bot(call: Call, ada: Person) -> None:
    """It may stand alone, above no result."""
    query = ada.inline("")
    await call("answerInlineQuery", inline_query_id=query, results=[], **button(start_parameter="in-line_1"))
    assert (ada.offers[query].button, ada.offers[query].start_parameter) == ("Open", "in-line_1")


@pytest.mark.parametrize(
    ("parameters", "reason"),
    [
        ({"results": [article(number) for number in range(51)]}, "RESULTS_TOO_MUCH"),
        ({"results": [article(), article()]}, "RESULT_ID_DUPLICATE"),
        ({"results": [article(id="")]}, "RESULT_ID_EMPTY"),
        ({"results": [article(id="é" * 33)]}, "RESULT_ID_INVALID"),
        ({"results": [article(title=" ")]}, "ARTICLE_TITLE_EMPTY"),
        ({"results": [article(**saying(""))]}, "message text is empty"),
        ({"results": [article(**saying("x" * 4097))]}, "message is too long"),
        ({"results": [article(reply_markup={"inline_keyboard": [[{"text": "Go", "callback_data": "x" * 65}]]})]},
         "BUTTON_DATA_INVALID"),
        ({"next_offset": "é" * 33}, "NEXT_OFFSET_INVALID"),
        (button(), "InlineQueryResultsButton must have exactly one optional field"),
        (button(start_parameter="x", web_app={"url": "https://example.org"}),
         "InlineQueryResultsButton must have exactly one optional field"),
        (button(text=" ", start_parameter="x"), "SWITCH_PM_TEXT_EMPTY"),
        (button(start_parameter=""), "can't use empty start_parameter"),
        (button(start_parameter="x" * 65), "too long start_parameter specified"),
        (button(start_parameter="a b"), "unallowed characters in start_parameter are used"),
        ({"switch_pm_text": "Open"}, 'unknown parameter "switch_pm_text"'),
        ({"inline_query_id": "1"}, "query is too old and response timeout expired or query ID is invalid"),
    ],
)  # fmt: skip
async def test_an_answer_that_telegram_refuses(
    call: Call, ada: Person, parameters: dict[str, Any], reason: str
) -> None:
    """Each refusal is a 400 with its reason; the person sees nothing, and the query may still be answered."""
    query = ada.inline("ruiz")
    answer = await call("answerInlineQuery", **{"inline_query_id": query, "results": [article()], **parameters})
    assert answer == {"ok": False, "error_code": 400, "description": f"Bad Request: {reason}"}
    assert ada.offers == {}
    assert (await call("answerInlineQuery", inline_query_id=query, results=[]))["ok"]


@pytest.mark.parametrize("results", [[article(type="photo")], [article(colour="red")], [article(id=1)], "{", [{}]])
async def test_what_is_no_article_is_refused(call: Call, ada: Person, results: Any) -> None:
    """The sandbox shows articles alone, and takes nothing unknown in one."""
    answer = await call("answerInlineQuery", inline_query_id=ada.inline(""), results=results)
    assert answer["description"].startswith('Bad Request: can\'t parse parameter "results"')


async def test_a_query_is_answered_once(call: Call, ada: Person) -> None:
    """A second answer comes too late."""
    query = ada.inline("")
    assert (await call("answerInlineQuery", inline_query_id=query, results=[]))["ok"]
    assert "query is too old" in (await call("answerInlineQuery", inline_query_id=query, results=[]))["description"]


async def test_an_answer_is_kept_for_five_minutes_unless_said(call: Call, ada: Person) -> None:
    """The default is Telegram's, and so are its bounds."""
    for given, kept in ((None, 300), (-1, 0), (10**6, 86_400)):
        query = ada.inline("")
        await call("answerInlineQuery", inline_query_id=query, results=[], cache_time=given)
        assert ada.offers[query].cache_time == kept
