"""The chat page: what a person without Telegram clicks through. It does only what `Person` does."""

import asyncio
import json
from collections.abc import Callable
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from bot.sandbox.inline import Offers
from bot.sandbox.ledger import Ledger
from bot.sandbox.messages import Message, Toast
from bot.sandbox.people import Person

_SCRIPTS = ("chat.js", "bubbles.js", "composer.js", "dialogs.js", "dom.js", "inline.js", "tabs.js")
_ASSETS = {
    "/": ("index.html", "text/html"),
    "/page/style.css": ("style.css", "text/css"),
    **{f"/page/{name}": (name, "text/javascript") for name in _SCRIPTS},
}
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
_PING_SECONDS = 15.0
_SHOWN = 200  # messages of a chat that a page is given when it opens
_STRANGERS = ("Sam", "Noor", "Yuki", "Ida", "Leo", "Mara", "Omar", "Zoë")
_FIRST_STRANGER = 900_000_001
_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}

Meet = Callable[..., Person]


class Page:
    """The page's files, its stream of events, and what its buttons ask for."""

    def __init__(self, ledger: Ledger, people: dict[int, Person], meet: Meet) -> None:
        self._ledger = ledger
        self._people = people
        self._meet = meet

    def add_routes(self, app: web.Application) -> None:
        for path in _ASSETS:
            app.router.add_get(path, self._asset)
        app.router.add_get("/page/events", self._events)
        app.router.add_get("/page/files/{file}", self._file)
        app.router.add_post("/page/people", self._stranger)
        app.router.add_post("/page/people/{person}/file", self._upload)
        app.router.add_post("/page/people/{person}/{action}", self._act)

    def close(self) -> None:
        """End the streams of all open pages; they come back when there is a stand-in again."""
        self._ledger.tell({"type": "close"})

    async def _asset(self, request: web.Request) -> web.Response:
        _ensure_ours(request)
        name, kind = _ASSETS[request.path]
        text = files("bot.sandbox").joinpath("page", name).read_text("utf-8")
        return web.Response(text=text, content_type=kind, headers=_HEADERS)

    async def _events(self, request: web.Request) -> web.StreamResponse:
        _ensure_ours(request)
        headers = {**_HEADERS, "Content-Type": "text/event-stream"}
        response = web.StreamResponse(headers=headers)
        await response.prepare(request)
        queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._ledger.listeners.add(queue)
        try:
            await _say(response, self._everything())
            while True:
                try:
                    event = await asyncio.wait_for(queue.get(), _PING_SECONDS)
                except TimeoutError:
                    await response.write(b": still here\n\n")
                    continue
                if event["type"] == "close":
                    break
                await _say(response, self._wire(event))
        except ConnectionResetError:
            pass  # the page was closed
        finally:
            self._ledger.listeners.discard(queue)
        return response

    def _everything(self) -> dict[str, Any]:
        people = [
            {**self._person(one), "messages": [_message(message) for message in one.messages[-_SHOWN:]]}
            for one in self._people.values()
        ]
        return {"type": "everything", "bot": self._ledger.bot, "people": people}

    def _person(self, person: Person) -> dict[str, Any]:
        return {
            "id": person.user_id,
            "name": person.name,
            "hint": person.hint,
            "language": person.language_code,
            "started": person.started,
            "blocked": person.blocked,
            "commands": person.commands,
            "keyboard": person.reply_keyboard,
            "description": self._ledger.description("description", person.language_code or ""),
        }

    def _wire(self, event: dict[str, Any]) -> dict[str, Any]:
        wire = dict(event)
        if event["type"] == "person":
            wire = {"type": "person", **self._person(self._people[event["person"]])}
        if isinstance(event.get("message"), Message):
            wire["message"] = _message(event["message"])
            wire["keyboard"] = self._people[event["person"]].reply_keyboard
        if isinstance(event.get("offers"), Offers):
            wire["offers"] = _offers(event["offers"])
        if isinstance(event.get("toast"), Toast):
            wire["toast"] = {"text": event["toast"].text, "alert": event["toast"].alert}
        return wire

    async def _stranger(self, request: web.Request) -> web.Response:
        body = await _body(request)
        number = max([_FIRST_STRANGER - 1, *self._people]) + 1
        name = str(body.get("name") or _STRANGERS[(number - _FIRST_STRANGER) % len(_STRANGERS)])
        person = self._meet(number, name, None, body.get("language") or "en", hint="stranger")
        return web.json_response(self._person(person))

    async def _act(self, request: web.Request) -> web.Response:
        body = await _body(request)
        person = self._one(request)
        try:
            done: int | str | None = None
            match request.match_info["action"]:
                case "say":
                    done = person.say(str(body["text"]))
                case "tap":
                    done = person.press(int(body["message"]), str(body["data"]))
                case "inline":
                    done = person.inline(str(body["query"]), str(body.get("offset") or ""))
                case "pick":
                    done = person.pick(str(body["query"]), str(body["result"]))
                case "open":
                    done = person.open(str(body["link"]))
                case "language":
                    person.language_code = str(body["code"]) or None
                case "block":
                    person.block() if body["on"] else person.unblock()
                case _:
                    raise web.HTTPNotFound
        except (LookupError, TypeError, ValueError) as error:
            raise web.HTTPBadRequest(text=str(error)) from None
        return web.json_response({"done": done})

    async def _upload(self, request: web.Request) -> web.Response:
        _ensure_ours(request)
        part = (await request.post()).get("file")
        if not isinstance(part, web.FileField):
            raise web.HTTPBadRequest(text="No file")
        person, content = self._one(request), part.file.read()
        send = person.send_photo if part.content_type in _PICTURES else person.send_document
        return web.json_response({"done": send(part.filename, content)})

    async def _file(self, request: web.Request) -> web.Response:
        _ensure_ours(request)
        file = self._ledger.files.get(request.match_info["file"])
        if file is None:
            raise web.HTTPNotFound
        shown = file.mime_type in _PICTURES
        # Anything but a picture is for saving: a stranger's HTML must not run on this page's origin.
        kind = file.mime_type if shown else "application/octet-stream"
        headers = {**_HEADERS, "Content-Disposition": "inline" if shown else "attachment"}
        return web.Response(body=file.content, content_type=kind, headers=headers)

    def _one(self, request: web.Request) -> Person:
        try:
            return self._people[int(request.match_info["person"])]
        except (KeyError, ValueError):
            raise web.HTTPNotFound from None


def _ensure_ours(request: web.Request) -> None:
    """Refuse other sites: a name that was rebound to this machine, or a page elsewhere that posts here."""
    host = request.headers.get("Host", "")
    origin = request.headers.get("Origin")
    if urlsplit(f"//{host}").hostname not in _LOOPBACK:
        raise web.HTTPForbidden(text="Only as localhost")
    if origin is not None and origin != f"http://{host}":
        raise web.HTTPForbidden(text="Only from the sandbox's own page")


async def _body(request: web.Request) -> dict[str, Any]:
    _ensure_ours(request)
    if request.content_type != "application/json":  # what another site cannot send without asking first
        raise web.HTTPUnsupportedMediaType
    try:
        body = await request.json()
    except ValueError:
        raise web.HTTPBadRequest(text="No JSON") from None
    if not isinstance(body, dict):
        raise web.HTTPBadRequest(text="No JSON object")
    return body


async def _say(response: web.StreamResponse, event: dict[str, Any]) -> None:
    await response.write(b"data: " + json.dumps(event).encode() + b"\n\n")


def _offers(offers: Offers) -> dict[str, Any]:
    return {
        "results": [{"id": one.id, "title": one.title, "description": one.description} for one in offers.results],
        "next": offers.next_offset,
        "button": offers.button,
        "start": offers.start_parameter,
    }


def _message(message: Message) -> dict[str, Any]:
    media = message.media
    return {
        "id": message.id,
        "bot": message.from_bot,
        "via": message.via_bot and message.via_bot["username"],
        "date": message.date,
        "edited": message.edited,
        "text": message.text,
        "entities": [one.wire() for one in message.entities],
        "rows": message.rows,
        "reply_to": message.reply_to.id if message.reply_to else None,
        "file": media
        and {"id": media.id, "name": media.name, "size": len(media.content), "picture": bool(message.photo)},
    }
