"""The chat page: who may use it, and how it looks to a person with a browser."""

import asyncio
import re
import shutil
import struct
import zlib
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import aiohttp
import pytest
from playwright.async_api import async_playwright, ConsoleMessage, expect, FilePayload, Page

from bot.sandbox import Person, StandIn

Call = Callable[..., Coroutine[Any, Any, dict[str, Any]]]

_CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture
async def page(stand_in: StandIn) -> AsyncIterator[Page]:
    """The page in a browser of a phone's size; an error in its scripts fails the test."""
    if _CHROMIUM is None:
        pytest.skip("No Chromium on this machine")
    errors: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=_CHROMIUM, args=_FLAGS)
        page = await browser.new_page(viewport={"width": 390, "height": 844})
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: errors.append(message.text) if _is_ours(message) else None)
        await page.goto(stand_in.url)
        yield page
        await browser.close()
    assert errors == []


def _is_ours(message: ConsoleMessage) -> bool:
    """Whether a line of the console tells of a mistake, and not of a stand-in that is away."""
    return message.type == "error" and "net::ERR_" not in message.text


def keys(*labels: str, **more: Any) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": label, "callback_data": label, **more} for label in labels]]}


def picture() -> bytes:
    """A PNG of one pixel."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header, pixel = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0), zlib.compress(b"\0\0\0\0")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixel) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    "headers",
    [{"Host": "rota.example.org"}, {"Origin": "https://example.org"}, {"Origin": "null"}],
    ids=["rebound name", "other site", "sandboxed frame"],
)
async def test_other_sites_get_nowhere(
    session: aiohttp.ClientSession,
    stand_in: StandIn,
    ada: Person,
    headers: dict[str, str],
) -> None:
    """Neither by a name that leads to this machine nor by posting here from elsewhere."""
    url = f"{stand_in.url}/page/people/{ada.user_id}/say"
    async with session.post(url, json={"text": "forged"}, headers=headers) as response:
        assert response.status == 403
    assert len(ada.messages) == 1


async def test_a_form_of_another_site_is_no_json(
    session: aiohttp.ClientSession, stand_in: StandIn, ada: Person
) -> None:
    """What needs no leave to be sent across sites is not taken."""
    async with session.post(f"{stand_in.url}/page/people/{ada.user_id}/say", data={"text": "forged"}) as response:
        assert response.status == 415


async def test_a_persons_file_is_for_saving(session: aiohttp.ClientSession, stand_in: StandIn, ada: Person) -> None:
    """An HTML file never runs on the page's origin."""
    ada.send_document("evil.html", b"<script>alert(1)</script>")
    document = ada.messages[-1].document
    assert document is not None
    async with session.get(f"{stand_in.url}/page/files/{document.id}") as response:
        assert response.headers["Content-Disposition"] == "attachment"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.content_type == "application/octet-stream"


@pytest.mark.browser
async def test_an_empty_chat_starts_with_a_button(page: Page, stand_in: StandIn, call: Call) -> None:
    """It says what the bot can do, and Start says /start."""
    await call("setMyDescription", description="I keep hours.")
    grace = stand_in.person(7, "Grace", hint="receptionist")
    await expect(page.locator("[data-description]")).to_have_text("I keep hours.")
    await expect(page.locator("[data-person='7']")).to_contain_text("receptionist")
    await page.click("[data-start]")
    await grace.until(lambda person: person.started)
    await expect(page.locator("[data-form]")).to_be_visible()
    assert [message.text for message in grace.messages] == ["/start"]


@pytest.mark.browser
async def test_a_message_is_rendered_from_its_entities(page: Page, ada: Person, call: Call) -> None:
    """Bold is bold, code is code, links lead out safely."""
    text = '<b>Hi 👩‍⚕️ <i>both</i></b> <code>9-13</code>\n<pre>Mon</pre>\n<a href="https://example.org/">go</a>'
    text += ' <tg-time unix="1647531900">at noon</tg-time>'
    await call("sendMessage", chat_id=ada.user_id, text=text, parse_mode="HTML")
    shown = page.locator(f"[data-message='{ada.last.id}'] [data-text]")
    await expect(shown.locator("b")).to_have_text("Hi 👩‍⚕️ both")
    await expect(shown.locator("b i")).to_have_text("both")
    await expect(shown.locator("pre")).to_have_text("Mon")
    await expect(shown.locator("a")).to_have_attribute("href", "https://example.org/")
    await expect(shown.locator("a")).to_have_attribute("rel", "noopener noreferrer")
    await expect(shown.locator("time[title]")).to_have_text("at noon")
    await expect(shown.locator("time[title]")).to_have_attribute("title", re.compile("March 17, 2022"))


@pytest.mark.browser
async def test_an_inline_query_is_asked_and_a_result_picked(page: Page, ada: Person, call: Call) -> None:
    """The bot's @name and words ask; the answers stand above the text box, and one that is clicked is posted."""
    await page.fill("[data-input]", "@rota_sandbox_bot ruiz")
    query = await _asked(ada, call)
    content = {"message_text": "<b>Mon</b> 9-13", "parse_mode": "HTML"}
    result = {"type": "article", "id": "1", "title": "Ana <Ruiz>", "input_message_content": content}
    given = {"results": [{**result, "description": "9-13"}], "next_offset": "1"}
    await call("answerInlineQuery", inline_query_id=query, **given)
    await expect(page.locator("[data-offer='1'] b")).to_have_text("Ana <Ruiz>")
    await expect(page.locator("[data-offer='1'] span")).to_have_text("9-13")
    await page.locator("[data-more]").dispatch_event("mousedown")
    query = await _asked(ada, call, offset="1")
    await call("answerInlineQuery", inline_query_id=query, results=[{**result, "id": "2", "title": "Bo Ek"}])
    await expect(page.locator("[data-offer]")).to_have_count(2)
    await page.locator("[data-offer='2']").dispatch_event("mousedown")
    await ada.until(lambda person: person.messages[-1].via_bot is not None)
    shown = page.locator(f"[data-message='{ada.messages[-1].id}']")
    await expect(shown.locator("[data-text] b")).to_have_text("Mon")
    await expect(shown.locator(".via")).to_have_text("via @rota_sandbox_bot")
    await expect(page.locator("[data-offers]")).to_be_hidden()
    await expect(page.locator("[data-input]")).to_have_value("")


@pytest.mark.browser
async def test_the_button_above_inline_results_opens_the_bot(page: Page, ada: Person, call: Call) -> None:
    """It starts the bot with the button's word."""
    await page.fill("[data-input]", "@rota_sandbox_bot ")
    query = await _asked(ada, call)
    button = {"text": "Open the bot", "start_parameter": "inline"}
    await call("answerInlineQuery", inline_query_id=query, results=[], button=button)
    await page.locator("[data-opener]").dispatch_event("mousedown")
    await ada.until(lambda person: person.messages[-1].text == "/start inline")


async def _asked(person: Person, call: Call, offset: str = "") -> str:
    """Wait for the inline query that the page sends, as a bot would, and return its id."""
    seen = 0
    while True:
        for update in (await call("getUpdates", timeout=5, offset=seen))["result"]:
            seen = update["update_id"] + 1
            query = update.get("inline_query")
            if query and query["offset"] == offset:
                assert query["from"] == person.account
                return str(query["id"])


@pytest.mark.browser
async def test_hostile_words_are_shown_as_written(page: Page, stand_in: StandIn, call: Call) -> None:
    """A name, a text and a label of HTML stay text."""
    name = "<img src=x onerror=alert(1)>"
    eve = stand_in.person(666, name)
    eve.say("<script>alert(1)</script>")
    await call("sendMessage", chat_id=666, text=f"Hello {name}", reply_markup=keys(name[:20]))
    await expect(page.locator(f"[data-message='{eve.last.id}'] [data-text]")).to_contain_text(f"Hello {name}")
    await expect(page.locator("[data-person='666'] b")).to_have_text(name)
    assert await page.locator("img").count() == 0


@pytest.mark.browser
async def test_a_tap_waits_for_its_answer_and_the_edit_stays_in_place(page: Page, ada: Person, call: Call) -> None:
    """The key is busy until then; the edited message keeps its elements and the focus."""
    await call("sendMessage", chat_id=ada.user_id, text="Days", reply_markup=keys("Mon", "Tue", style="primary"))
    message = ada.last
    await page.click("[data-key='Mon']")
    await expect(page.locator("[data-key='Mon']")).to_have_attribute("data-busy", "")
    (query,) = ada.unanswered
    await call(
        "editMessageText", chat_id=ada.user_id, message_id=message.id, text="Days!", reply_markup=keys("✓ Mon", "Tue")
    )
    await call("answerCallbackQuery", callback_query_id=query, text="Picked")
    await expect(page.locator("[data-toast]")).to_have_text("Picked")
    await expect(page.locator("[data-key='✓ Mon']")).to_be_focused()
    await expect(page.locator("[data-key='✓ Mon']")).not_to_have_attribute("data-busy", "")
    await expect(page.locator(f"[data-message='{message.id}'] [data-text]")).to_contain_text("Days!")


@pytest.mark.browser
async def test_an_alert_is_a_dialog(page: Page, ada: Person, call: Call) -> None:
    """It stays until OK."""
    await call("sendMessage", chat_id=ada.user_id, text="x", reply_markup=keys("Go"))
    await page.click("[data-key='Go']")
    await ada.until(lambda person: bool(person.unanswered))
    await call(
        "answerCallbackQuery", callback_query_id=next(iter(ada.unanswered)), text="Night hours!", show_alert=True
    )
    await expect(page.locator("dialog[open]")).to_contain_text("Night hours!")
    await page.click("dialog[open] button")
    await expect(page.locator("dialog[open]")).to_have_count(0)


@pytest.mark.browser
async def test_the_menu_filters_as_one_types(page: Page, ada: Person, call: Call) -> None:
    """Arrow keys choose, Enter sends; the language chooses the list."""
    commands = [{"command": name, "description": name.title()} for name in ("week", "who", "invite")]
    await call("setMyCommands", commands=commands)
    await page.fill("[data-input]", "/w")
    await expect(page.locator("[data-command]")).to_have_count(2)
    await page.press("[data-input]", "ArrowDown")
    await page.press("[data-input]", "Enter")
    await ada.until(lambda person: person.messages[-1].text == "/who")
    await call("setMyCommands", commands=[{"command": "semana", "description": "Semana"}], language_code="es")
    await page.select_option("[data-language]", "es")
    await ada.until(lambda person: person.language_code == "es")
    await page.click("[data-menu]")
    await expect(page.locator("[data-command]")).to_have_text("/semanaSemana")


@pytest.mark.browser
async def test_a_deep_link_opens_as_a_stranger(page: Page, ada: Person, stand_in: StandIn, call: Call) -> None:
    """By default somebody new follows it, else whoever is chosen."""
    link = f"https://t.me/{stand_in.username}?start=inv_1"
    await call("sendMessage", chat_id=ada.user_id, text=f"Join: {link}")
    await page.click(f"a[href='{link}']")
    await page.click("[data-chooser-open]")
    await expect(page.locator("[data-log]")).to_contain_text("/start inv_1")
    (stranger,) = (person for person in stand_in.people.values() if person is not ada)
    assert [message.text for message in stranger.messages] == ["/start inv_1"]
    await page.click(f"[data-person='{ada.user_id}']")
    await page.click(f"a[href='{link}']")
    await page.check(f"[data-choices] input[value='{ada.user_id}']")
    await page.click("[data-chooser-open]")
    await ada.until(lambda person: person.messages[-1].text == "/start inv_1")


@pytest.mark.browser
async def test_an_unread_chat_has_a_dot(page: Page, ada: Person, stand_in: StandIn, call: Call) -> None:
    """Until it is looked at."""
    stand_in.person(7, "Grace").say("/start")
    await expect(page.locator("[data-person='7']")).to_be_visible()
    await call("sendMessage", chat_id=7, text="News")
    await expect(page.locator("[data-person='7'] [data-unread]")).to_have_count(1)
    await page.click("[data-person='7']")
    await expect(page.locator("[data-unread]")).to_have_count(0)
    await expect(page.locator("[data-log]")).to_contain_text("News")


@pytest.mark.browser
async def test_files_are_sent_and_shown(page: Page, ada: Person, call: Call) -> None:
    """A picture is a picture, anything else is a file to save."""
    csv = FilePayload(name="week.csv", mimeType="text/csv", buffer=b"a,b\n")
    await page.set_input_files("[data-file]", csv)
    await expect(page.locator("[data-document='week.csv']")).to_be_visible()
    assert ada.messages[-1].document is not None
    ada.send_photo("dot.png", picture())
    await expect(page.locator("[data-picture='dot.png']")).to_be_visible()


@pytest.mark.browser
async def test_monospace_of_32_characters_neither_wraps_nor_scrolls(page: Page, ada: Person, call: Call) -> None:
    """A week's lines fit a phone of 390 px."""
    await call("sendMessage", chat_id=ada.user_id, text=f"<pre>{'0' * 32}\n1</pre>", parse_mode="HTML")
    pre = page.locator("pre")
    await expect(pre).to_be_visible()
    assert await pre.evaluate("one => one.scrollWidth <= one.clientWidth")
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.browser
async def test_the_page_comes_back_to_a_stand_in_that_was_restarted(page: Page, stand_in: StandIn, ada: Person) -> None:
    """It finds its way back by itself, with what is there then."""
    await expect(page.locator("[data-log]")).to_contain_text("/start")
    port = int(stand_in.url.rpartition(":")[2])
    await stand_in.stop()
    await asyncio.sleep(0.1)
    ada.say("while away")
    await stand_in.start(port=port)
    await expect(page.locator("[data-log]")).to_contain_text("while away", timeout=15_000)
