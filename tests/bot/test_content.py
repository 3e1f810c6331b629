"""What is filled in for each person, and what was bold stays where it belongs."""

from __future__ import annotations

from typing import Any

import pytest

from bot.content import filled
from bot.sandbox.entities import cut

NAMED = {"name": "Zoë 👩‍⚕️", "week": "Mon 9–13\nTue off"}


def bold(offset: int, length: int) -> dict[str, Any]:
    return {"type": "bold", "offset": offset, "length": length}


@pytest.mark.parametrize(
    ("text", "marked", "became"),
    [
        ("Dear {name}!", "Dear", "Dear"),
        ("Dear {name}!", "{name}", NAMED["name"]),
        ("Dear {name}!", "!", "!"),
        ("🙂 {name}, {week} – 🙂 end", "🙂 end", "🙂 end"),
        ("🙂 {name}, {week} – end", "{name}, {week}", f"{NAMED['name']}, {NAMED['week']}"),
        ("🙂 {name}, {week} – end", "me}, {we", f"{NAMED['name']}, {NAMED['week']}"),
        ("{NAME} {Week}", " ", " "),
    ],
)
def test_marks_move_along(text: str, marked: str, became: str) -> None:
    """Before, around, inside and behind what is filled in, counted as Telegram counts."""
    before = len(text[: text.index(marked)].encode("utf-16-le")) // 2
    shown, (mark,) = filled(text, (bold(before, len(marked.encode("utf-16-le")) // 2),), NAMED)
    part = cut(shown, mark["offset"], mark["offset"] + mark["length"])
    assert part == became or (marked == "me}, {we" and part in became)
    assert "{" not in shown


def test_an_empty_name_takes_its_mark_along() -> None:
    """Telegram refuses a mark of no length."""
    assert filled("{name}!", (bold(0, 6), bold(6, 1)), {"name": ""}) == ("!", [bold(0, 1)])


def test_braces_of_others_stay() -> None:
    """Only the blanks are filled in, and what is filled in is not read again."""
    assert filled("{nme} {name}", (), {"name": "{week}"}) == ("{nme} {week}", [])
