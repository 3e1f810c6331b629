"""What a person sees: a text, and the buttons below it."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from telegram import InlineKeyboardMarkup
from telegram.constants import KeyboardButtonStyle, ParseMode

from bot.taps.tap import Open, Place, Tap
from bot.words import Words

GO = KeyboardButtonStyle.PRIMARY
DONE = KeyboardButtonStyle.SUCCESS
DANGER = KeyboardButtonStyle.DANGER


class Button(NamedTuple):
    """The Bot API's InlineKeyboardButton. PTB's own class takes an eighth of a tap's CPU, to be made and to be sent."""

    text: str
    callback_data: str | None = None
    url: str | None = None
    copy_text: Mapping[str, str] | None = None
    style: str | None = None

    def as_json(self) -> dict[str, object]:
        return {name: value for name, value in zip(self._fields, self, strict=True) if value is not None}


Row = Sequence[Button]


@dataclass(frozen=True, slots=True)
class Screen:
    """One message: HTML of at most 4,096 characters, and at most 100 buttons in rows (Bot API, sendMessage)."""

    text: str
    rows: Sequence[Row] = ()

    @property
    def markup(self) -> InlineKeyboardMarkup | None:
        return InlineKeyboardMarkup((), api_kwargs=self._keyboard()) if self.rows else None

    def as_json(self) -> dict[str, Any]:
        """Return it as parameters of a call (Bot API, sendMessage and editMessageText)."""
        text = {"text": self.text, "parse_mode": ParseMode.HTML}
        return text | {"reply_markup": self._keyboard()} if self.rows else text

    def _keyboard(self) -> dict[str, Any]:
        return {"inline_keyboard": [[one.as_json() for one in row] for row in self.rows]}


def button(text: str, tap: Tap, style: str | None = None) -> Button:
    return Button(text, callback_data=tap.pack(), style=style)


def link_button(text: str, url: str) -> Button:
    return Button(text, url=url)


def copy_button(text: str, copied: str) -> Button:
    return Button(text, copy_text={"text": copied})


def of_doctor(screen: Screen, name: str, words: Words) -> Screen:
    """Return a screen that says first whose hours it is about; without a ``name`` they are the reader's own."""
    if not name:
        return screen
    return replace(screen, text=words.rich("<b>{name}'s hours</b>", name=name) + f"\n\n{screen.text}")


def bold(text: str) -> str:
    """Return plain text as HTML in bold letters."""
    return f"<b>{html.escape(text, quote=False)}</b>"


def clocked(shown: str, at: datetime) -> str:
    """Return HTML, shown as it is, of which a phone can say when it is on its own clock (Bot API, date_time)."""
    return f'<tg-time unix="{int(at.timestamp())}">{shown}</tg-time>'


def in_rows(buttons: Iterable[Button], width: int) -> list[Row]:
    every = list(buttons)
    return [every[begin : begin + width] for begin in range(0, len(every), width)]


def menu_button(words: Words) -> Button:
    """Return the way back from every screen."""
    return button(words.say("☰ Menu"), Open(place=Place.MENU))


def too_old_screen(words: Words) -> Screen:
    """Return what is left of a form whose draft has expired."""
    text = words.rich("This form was too old and is closed. Nothing was changed. Please begin again.")
    return Screen(text, [[menu_button(words)]])


def page_buttons(before: Tap | None, after: Tap | None) -> list[Row]:
    """Return one row that turns pages, without the arrows that lead nowhere."""
    row = [button(arrow, tap) for arrow, tap in (("◀", before), ("▶", after)) if tap]
    return [row] if row else []
