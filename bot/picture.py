"""A week or a board as a picture: hours as bars over a common clock, in rows that a phone shows well."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.bars import Bar, Picture, Row
from bot.canvas import Box, Canvas, Colour, font, RADIUS, wrapped
from bot.words import Words
from clinic.time_range import MINUTES_A_DAY

WIDTH, MARGIN, PADDING = 1080, 36, 28
LABELS = 150
"""The width of the column of weekdays."""
TRACK = 34
INSET = 6
"""By so much a booking is lower than the hours that it lies on."""
TITLE, LINE, GROUP, AXIS, LEGEND, GAP = 68, 46, 50, 66, 44, 17
"""Heights, in pixels."""
SHORTEST_AXIS = 8 * 60
USUAL_AXIS = (8 * 60, 18 * 60)
STEPS = (60, 120, 180, 240, 360)


@dataclass(frozen=True, slots=True)
class _Axis:
    """Which minutes a picture shows, and where."""

    first: int
    last: int
    left: int
    right: int

    def x(self, minute: int) -> int:
        return self.left + round((minute - self.first) * (self.right - self.left) / (self.last - self.first))

    @classmethod
    def of(cls, bars: Iterable[Bar], left: int, right: int) -> _Axis:
        """Return whole hours around the bars, no fewer than a short day's."""
        every = list(bars)
        first = min((bar.start for bar in every), default=USUAL_AXIS[0]) // 60 * 60
        last = -(-max((bar.end for bar in every), default=USUAL_AXIS[1]) // 60) * 60
        if last - first < SHORTEST_AXIS:
            first = max(0, min(first, MINUTES_A_DAY - SHORTEST_AXIS))
            last = max(last, first + SHORTEST_AXIS)
        return cls(first, last, left, right)


class _Faces:
    """The letters of one picture."""

    def __init__(self) -> None:
        self.title, self.label, self.text, self.small = font(54, bold=True), font(38, bold=True), font(36), font(29)
        self.group = font(31, bold=True)


@dataclass(frozen=True, slots=True)
class _Placed:
    """A row with its text in lines, and the pixels that it takes."""

    row: Row
    title: Sequence[str]
    text: Sequence[str]
    top: int

    @property
    def text_top(self) -> int:
        return self.top + GAP + (GROUP if self.row.group else 0) + LINE * len(self.title)

    @property
    def track(self) -> int:
        return self.text_top + LINE * len(self.text) + 6

    @property
    def bottom(self) -> int:
        return self.track + TRACK + GAP


@dataclass(frozen=True, slots=True)
class _Named:
    """A shade of the legend with its name, ``x`` pixels from the left."""

    colour: Colour
    label: str
    x: int


def draw(picture: Picture, words: Words) -> bytes:
    """Return a picture as PNG. It takes a tenth of a second and more: not for the event loop."""
    faces = _Faces()
    by_day = any(row.weekday for row in picture.rows)
    left, right = MARGIN + PADDING + (LABELS if by_day else 0), WIDTH - MARGIN - PADDING
    axis = _Axis.of((bar for row in picture.rows for bar in (*row.bars, *row.booked)), left, right)
    title = wrapped(picture.title, faces.title, WIDTH - 2 * MARGIN)
    lines = [line for each in picture.lines for line in wrapped(each, faces.text, WIDTH - 2 * MARGIN)]
    card = MARGIN + TITLE * len(title) + LINE * len(lines) + GAP
    placed, top = [], card + AXIS
    for row in picture.rows:
        name = wrapped(row.title, faces.label, right - left) if row.title else []
        placed.append(_Placed(row, name, wrapped(row.text, faces.text, right - left), top))
        top = placed[-1].bottom
    legend = _legend(picture.rows, faces, words)
    canvas = Canvas(WIDTH, top + GAP + LEGEND * len(legend) + MARGIN)
    y = MARGIN
    for line in title:
        canvas.text((MARGIN, y), line, faces.title)
        y += TITLE
    for line in lines:
        canvas.text((MARGIN, y), line, faces.text, Colour.FAINT)
        y += LINE
    canvas.bar(Box(MARGIN, card, WIDTH - MARGIN, top + GAP // 2), Colour.CARD, 2 * RADIUS)
    ticks = _ticks(axis, faces, words)
    _draw_axis(canvas, axis, ticks, faces, card)
    for each in placed:
        _draw_text(canvas, each, axis, faces)
        _draw_bars(canvas, each, axis, ticks)
        if picture.now is not None and axis.first <= picture.now <= axis.last:
            canvas.upright(axis.x(picture.now), each.track - 6, each.track + TRACK + 5, Colour.NOW, 5)
    _draw_legend(canvas, legend, faces, top + GAP + 8)
    return canvas.png()


def _ticks(axis: _Axis, faces: _Faces, words: Words) -> dict[int, str]:
    """Return the hours that are named, as many as there is room for side by side."""
    named: dict[int, str] = {}
    for step in STEPS:
        named = {at: words.clock(at) for at in range(-(-axis.first // step) * step, axis.last + 1, step)}
        if max(map(faces.small.getlength, named.values())) + 22 <= axis.x(axis.first + step) - axis.left:
            break
    return named


def _draw_axis(canvas: Canvas, axis: _Axis, ticks: dict[int, str], faces: _Faces, top: int) -> None:
    edge = MARGIN + 8
    for minute, label in ticks.items():
        half = round(faces.small.getlength(label) / 2)
        x = min(max(axis.x(minute), edge + half), WIDTH - edge - half)
        canvas.text((x, top + 18), label, faces.small, Colour.FAINT, anchor="ma")


def _draw_text(canvas: Canvas, placed: _Placed, axis: _Axis, faces: _Faces) -> None:
    row, side = placed.row, MARGIN + PADDING
    if row.group:
        canvas.text((side, placed.top + GAP), row.group, faces.group, Colour.FAINT)
    if row.weekday:
        canvas.text((side, placed.text_top), row.weekday, faces.label)
        canvas.text((side, placed.text_top + LINE), row.day, faces.text, Colour.FAINT)
    y = placed.text_top - LINE * len(placed.title)
    for line in placed.title:
        canvas.text((axis.left, y), line, faces.label)
        y += LINE
    for line in placed.text:
        canvas.text((axis.left, y), line, faces.text, Colour.TEXT if row.bars else Colour.FAINT)
        y += LINE


def _draw_bars(canvas: Canvas, placed: _Placed, axis: _Axis, ticks: Iterable[int]) -> None:
    row, top, bottom = placed.row, placed.track, placed.track + TRACK
    if row.bars:
        canvas.bar(Box(axis.left, top, axis.right, bottom), Colour.TRACK)
        for minute in ticks:
            if axis.first < minute < axis.last:
                canvas.upright(axis.x(minute), top, bottom - 1, Colour.CARD, 3)
    else:
        canvas.hatched(Box(axis.left, top, axis.right, bottom), row.empty)
    for bar in row.bars:
        colour = Colour.HOURS if bar.usual else Colour.OTHER_HOURS
        canvas.bar(Box(axis.x(bar.start) + 1, top, axis.x(bar.end) - 1, bottom), colour)
    for bar in row.booked:
        box = Box(axis.x(bar.start) + 2, top + INSET, axis.x(bar.end) - 2, bottom - INSET)
        canvas.bar(box, Colour.BOOKED, RADIUS - INSET)


def _legend(rows: Sequence[Row], faces: _Faces, words: Words) -> list[list[_Named]]:
    """Return the shades that the picture has with their names, in lines that it has room for."""
    bars = [bar for row in rows for bar in row.bars]
    empty = {row.empty for row in rows if not row.bars}
    shades = (
        (any(bar.usual for bar in bars), Colour.HOURS, words.say("hours")),
        (any(not bar.usual for bar in bars), Colour.OTHER_HOURS, words.say("not the usual hours")),
        (any(row.booked for row in rows), Colour.BOOKED, words.say("booked")),
        (Colour.OFF in empty, Colour.OFF, words.say("no hours")),
        (Colour.AWAY in empty, Colour.AWAY, words.say("time off")),
        (Colour.CLOSED in empty, Colour.CLOSED, words.say("clinic closed")),
    )
    lines: list[list[_Named]] = [[]]
    x = MARGIN
    for there, colour, label in shades:
        width = TRACK + 12 + round(faces.small.getlength(label))
        if not there:
            continue
        if lines[-1] and x + width > WIDTH - MARGIN:
            lines.append([])
            x = MARGIN
        lines[-1].append(_Named(colour, label, x))
        x += width + 30
    return lines


def _draw_legend(canvas: Canvas, lines: Sequence[Sequence[_Named]], faces: _Faces, top: int) -> None:
    for number, line in enumerate(lines):
        y = top + number * LEGEND
        for named in line:
            box = Box(named.x, y, named.x + TRACK, y + TRACK)
            draw_shade = canvas.hatched if named.colour in {Colour.OFF, Colour.AWAY, Colour.CLOSED} else canvas.bar
            draw_shade(box, named.colour)
            canvas.text((named.x + TRACK + 12, y - 2), named.label, faces.small, Colour.FAINT)
