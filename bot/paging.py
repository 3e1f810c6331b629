"""Lines under their headings, cut into pages that a message can hold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Protocol, TypeVar

from bot.screen import bold, Button, button, Row
from bot.taps.tap import Tap

MOST_CHARACTERS = 4096
"""Bot API, sendMessage: text. The mark-up is counted too, which Telegram does not: so it never comes near."""


class Line(Protocol):
    """One line of a page as HTML, and the plain heading that it stands under."""

    @property
    def html(self) -> str: ...

    @property
    def under(self) -> str: ...


AnyLine = TypeVar("AnyLine", bound=Line)


def in_pages(lines: Iterable[AnyLine], room: int, most: int = MOST_CHARACTERS) -> list[list[AnyLine]]:
    """Return the lines in pages of at most ``room`` characters, headings included, and of at most ``most`` lines.

    Without any lines it is one empty page.
    """
    pages: list[list[AnyLine]] = [[]]
    left = room
    for line in lines:
        page = pages[-1]
        goes_on = page and page[-1].under == line.under
        need = len(line.html) + 1 + (0 if goes_on else len(bold(line.under)) + 2)
        if page and (need > left or len(page) == most):
            pages.append([])
            left, need = room, len(line.html) + len(bold(line.under)) + 3
        pages[-1].append(line)
        left -= need
    return pages


def one_page(lines: Sequence[AnyLine], room: int, most: int, *, backwards: bool) -> list[AnyLine]:
    """Return as many of the lines as stand on one page, the first ones, or ``backwards`` the last."""
    if backwards:
        return in_pages(lines[::-1], room, most)[0][::-1]
    return in_pages(lines, room, most)[0]


def page_of(first: int, rest: int, most: int) -> tuple[int, int]:
    """Return which page stands behind ``first`` lines, from 0 on, and how many there are if ``rest`` stand behind it.

    It is as if the others held as many lines as a page can: where lines are long there are more.
    """
    page = -(-first // most)
    return page, page + 1 + -(-rest // most)


def blocks(lines: Sequence[Line]) -> str:
    """Return lines as HTML, each heading once above those that stand under it."""
    grouped = groupby(lines, key=lambda line: line.under)
    return "\n\n".join("\n".join([bold(heading), *(line.html for line in under)]) for heading, under in grouped)


def page_row(page: int, pages: int, before: Tap, after: Tap, *, more: bool = False) -> list[Row]:
    """Return one row that turns pages and says where one is; none where there is one page.

    ``more`` where there may be more pages than were counted.
    """
    row: list[Button] = []
    last = f"{pages}+" if more else pages
    if page:
        row.append(button(f"« {page}/{last}", before))
    if page + 1 < pages:
        row.append(button(f"{page + 2}/{last} »", after))
    return [row] if row else []
