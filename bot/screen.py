"""What a person sees: a text, and the buttons below it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from telegram import CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.constants import KeyboardButtonStyle

from bot.taps import Open, Place, Tap
from bot.words import Words

Row = Sequence[InlineKeyboardButton]

GO = KeyboardButtonStyle.PRIMARY
DONE = KeyboardButtonStyle.SUCCESS
DANGER = KeyboardButtonStyle.DANGER


@dataclass(frozen=True, slots=True)
class Screen:
    """One message: HTML of at most 4,096 characters, and at most 100 buttons in rows (Bot API, sendMessage)."""

    text: str
    rows: Sequence[Row] = ()

    @property
    def markup(self) -> InlineKeyboardMarkup | None:
        return InlineKeyboardMarkup(self.rows) if self.rows else None


def button(text: str, tap: Tap, style: str | None = None) -> InlineKeyboardButton:
    return InlineKeyboardButton(text, callback_data=tap.pack(), style=style)


def link_button(text: str, url: str) -> InlineKeyboardButton:
    return InlineKeyboardButton(text, url=url)


def copy_button(text: str, copied: str) -> InlineKeyboardButton:
    return InlineKeyboardButton(text, copy_text=CopyTextButton(copied))


def in_rows(buttons: Iterable[InlineKeyboardButton], width: int) -> list[Row]:
    every = list(buttons)
    return [every[begin : begin + width] for begin in range(0, len(every), width)]


def menu_button(words: Words) -> InlineKeyboardButton:
    """Return the way back from every screen."""
    return button(words.say("☰ Menu"), Open(place=Place.MENU))


def page_buttons(before: Tap | None, after: Tap | None) -> list[Row]:
    """Return one row that turns pages, without the arrows that lead nowhere."""
    row = [button(arrow, tap) for arrow, tap in (("◀", before), ("▶", after)) if tap]
    return [row] if row else []
