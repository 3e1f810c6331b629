"""What pictures are drawn with: letters that every offered language has, colours, bars."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache

from PIL import Image, ImageDraw, ImageFont
from pymupdf_fonts import fontbuffers  # type: ignore[import-untyped]  # it has no types

Font = ImageFont.FreeTypeFont

SMOOTH = 4
"""How many times finer a bar's outline is drawn than it is shown: Pillow's own corners have steps."""
RADIUS = 10
HATCH = 20


class Colour(StrEnum):
    """On a ground of its own, so that the chat's, light or dark, never shows through; all text has 4.5 to 1 on it."""

    GROUND = "#eef2f6"
    CARD = "#ffffff"
    TEXT = "#17212b"
    FAINT = "#4d5b69"
    TRACK = "#edf1f5"
    HOURS = "#14805e"
    OTHER_HOURS = "#c2620a"
    BOOKED = "#15264d"
    OFF = "#cdd6df"
    AWAY = "#b9a3e3"
    CLOSED = "#e9aea7"
    NOW = "#d1343f"


@cache
def _letters(name: str) -> bytes:
    """Return FiraGO, Latin and Cyrillic alike, as the font package keeps it; Pillow's own font is Latin alone."""
    content: bytes = fontbuffers[name]()
    return content


def font(size: int, *, bold: bool = False) -> Font:
    """Return a font of one's own: FreeType's are not to be shared by threads."""
    return ImageFont.truetype(io.BytesIO(_letters("figbo" if bold else "figo")), size)


def wrapped(text: str, face: Font, width: int) -> list[str]:
    """Return a text in lines no wider than ``width`` pixels: cut behind commas, else at blanks, else with ``…``."""
    lines: list[str] = []
    for unit in text.split(", "):
        joined = f"{lines[-1]}, {unit}" if lines else unit
        if face.getlength(joined) <= width:
            lines[-1:] = [joined]
            continue
        if lines:
            lines[-1] += ","
        lines += _at_blanks(unit, face, width)
    return lines


def _at_blanks(text: str, face: Font, width: int) -> Iterator[str]:
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if face.getlength(longer) <= width:
            line = longer
            continue
        if line:
            yield line
        line = word
        while face.getlength(f"{line}…") > width and len(line) > 1 and line != word[:1]:
            line = line[:-1]
        line += "" if line == word else "…"
    yield line


@dataclass(frozen=True, slots=True)
class Box:
    """Pixels from ``left`` and ``top`` to ``right`` and ``bottom``, both excluded."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def size(self) -> tuple[int, int]:
        return max(self.right - self.left, 3), self.bottom - self.top


class Canvas:
    """A picture being drawn."""

    def __init__(self, width: int, height: int) -> None:
        self._image = Image.new("RGB", (width, height), Colour.GROUND)
        self._draw = ImageDraw.Draw(self._image)

    def png(self) -> bytes:
        content = io.BytesIO()
        self._image.save(content, "PNG")
        return content.getvalue()

    def text(
        self, at: tuple[int, int], text: str, face: Font, colour: Colour = Colour.TEXT, *, anchor: str = "la"
    ) -> None:
        """Write one line; its anchor is Pillow's: the left and the ascender unless another is given."""
        self._draw.text(at, text, colour, face, anchor=anchor)

    def bar(self, box: Box, colour: Colour, radius: int = RADIUS) -> None:
        self._image.paste(colour, (box.left, box.top), _outline(*box.size, radius))

    def hatched(self, box: Box, colour: Colour) -> None:
        """Draw a bar of stripes, which is told from a full one by its pattern too."""
        width, height = box.size
        stripes = Image.new("RGB", (width, height), Colour.TRACK)
        draw = ImageDraw.Draw(stripes)
        for x in range(-height, width, HATCH):
            draw.line((x, height, x + height, 0), colour, HATCH // 3)
        self._image.paste(stripes, (box.left, box.top), _outline(width, height, RADIUS))

    def upright(self, x: int, top: int, bottom: int, colour: Colour, width: int = 2) -> None:
        self._draw.line((x, top, x, bottom), colour, width)


@lru_cache(maxsize=256)
def _outline(width: int, height: int, radius: int) -> Image.Image:
    """Return where a bar with round corners covers its box, as opacity."""
    fine = Image.new("L", (width * SMOOTH, height * SMOOTH), 0)
    round_to = min(radius, width // 2, height // 2) * SMOOTH
    ImageDraw.Draw(fine).rounded_rectangle((0, 0, width * SMOOTH - 1, height * SMOOTH - 1), round_to, 255)
    return fine.resize((width, height), Image.Resampling.BOX)
