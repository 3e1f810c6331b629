"""Telegram's side of the wire, for a bot without a token: a Bot API stand-in and a chat page."""

from bot.sandbox.messages import Button, File, Message, Toast
from bot.sandbox.people import Person
from bot.sandbox.server import StandIn

__all__ = ["Button", "File", "Message", "Person", "StandIn", "Toast"]
