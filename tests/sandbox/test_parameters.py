"""The parameter models against the Bot API as data."""

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from bot.sandbox import inline, keyboards, parameters, parts
from bot.sandbox.dispatch import Dispatch
from bot.sandbox.ledger import Ledger
from bot.sandbox.limits import Limits

_API = Path(__file__).resolve().parents[2].parent / "shared" / "bot-api.json"
_PARTS: list[type[BaseModel]] = [
    inline.InlineQueryResultArticle,
    inline.InlineQueryResultsButton,
    inline.InputTextMessageContent,
    keyboards.CopyTextButton,
    keyboards.ForceReply,
    keyboards.InlineKeyboardButton,
    keyboards.InlineKeyboardMarkup,
    keyboards.KeyboardButton,
    keyboards.ReplyKeyboardMarkup,
    keyboards.ReplyKeyboardRemove,
    parts.BotCommand,
    parts.LinkPreviewOptions,
    parts.MessageEntity,
    parts.ReplyParameters,
]
_SCALARS = {"Integer": "int", "String": "str", "Boolean": "bool"}


@pytest.fixture(scope="module")
def api() -> dict[str, Any]:
    if not _API.exists():
        pytest.skip(f"The Bot API as data is not at {_API}")
    data: dict[str, Any] = json.loads(_API.read_text("utf-8"))
    return data


def required(model: type[BaseModel]) -> dict[str, bool]:
    return {name: field.is_required() for name, field in model.model_fields.items()}


def declared(entry: dict[str, Any]) -> dict[str, bool]:
    return {field["name"]: field["required"] for field in entry.get("fields", [])}


@pytest.mark.parametrize("method", sorted(parameters.METHODS))
def test_a_method_has_the_parameters_of_the_bot_api(api: dict[str, Any], method: str) -> None:
    """All of them, no other, and required where the Bot API requires them."""
    assert required(parameters.METHODS[method]) == declared(api["methods"][method])


@pytest.mark.parametrize("method", sorted(parameters.METHODS))
def test_a_scalar_has_the_type_of_the_bot_api(api: dict[str, Any], method: str) -> None:
    """Integers are int, strings str, booleans bool."""
    for field in api["methods"][method].get("fields", []):
        if field["types"][0] in _SCALARS and len(field["types"]) == 1:
            annotation = str(parameters.METHODS[method].model_fields[field["name"]].annotation)
            assert _SCALARS[field["types"][0]] in annotation, field["name"]


@pytest.mark.parametrize("part", _PARTS, ids=lambda part: str(part.__name__))
def test_a_part_has_the_fields_of_the_bot_api(api: dict[str, Any], part: type[BaseModel]) -> None:
    """The same for what parameters are made of."""
    assert required(part) == declared(api["types"][part.__name__])


def test_every_method_is_done() -> None:
    """No method has parameters and nothing behind them."""
    dispatch = Dispatch(Ledger(username="x_bot", bot_id=1), {}, Limits(per_chat=None, overall=None))
    elsewhere = {"getUpdates", "setWebhook", "deleteWebhook"}
    assert set(parameters.METHODS) == set(dispatch._methods) | elsewhere
