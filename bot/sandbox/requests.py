"""The ways in which a call's parameters arrive (Bot API, "Making requests")."""

import json
from typing import Any

from aiohttp import web

from bot.sandbox.errors import bad_request
from bot.sandbox.methods import Uploads


async def read_parameters(request: web.Request) -> tuple[dict[str, Any], Uploads, bool]:
    """The raw parameters of a call, its uploaded files, and whether the scalars are typed (a JSON body).

    Raises:
        ApiError: 400, a body that cannot be read.
    """
    raw: dict[str, Any] = dict(request.query) if request.query_string else {}
    uploads: Uploads = {}
    if not request.body_exists:
        return raw, uploads, False
    if request.content_type == "application/json":
        return {**raw, **_json_object(await request.read())}, uploads, not raw
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            uploads[name] = (value.filename, value.file.read())
        elif isinstance(value, str):
            raw[name] = value
        else:
            raw[name] = bytes(value).decode(errors="replace")
    return raw, uploads, False


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body)
    except ValueError:
        raise bad_request("can't parse JSON in the request body") from None
    if not isinstance(value, dict):
        raise bad_request("the request body is no JSON object")
    return value
