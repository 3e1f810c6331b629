"""A doctor's own time zone, by region and city, or typed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import cache
from zoneinfo import available_timezones, ZoneInfo

from bot.front import Front, Handler
from bot.handlers.own import own_doctor_id
from bot.protection import protected
from bot.screen import button, DONE, in_rows, menu_button, Row, Screen
from bot.taps.dates import PickZone, SetZone, ShowZones, UndoDates
from bot.taps.tap import Open, Place
from bot.times import change_line, seen_hours
from bot.turn import Turn
from bot.words import Words
from clinic.calendar import ResolvedDay, today
from clinic.dates import DateSpan
from clinic.search import folded
from clinic.use_cases.dates import checked_zone, set_zone
from clinic.use_cases.hours import read_schedule
from clinic.use_cases.schedules import DoctorSchedule

REGIONS = (
    "Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific",
)  # fmt: skip
"""The areas of the tz database that name places."""
CLINICS_OWN = "clinic"
PAGE = 24
MOST_FOUND = 12
WEEK = timedelta(days=6)


def handlers(front: Front) -> list[Handler]:
    return [
        front.on_command("zone", zone),
        front.on_place(Place.ZONE, show_regions),
        front.on_tap(ShowZones, show_cities),
        front.on_tap(PickZone, review_zone),
        protected(front, SetZone, save_zone),
    ]


@cache
def zone_names() -> tuple[str, ...]:
    """Return the names of the places that have a time zone, in order, and UTC."""
    return (*sorted(name for name in available_timezones() if name.partition("/")[0] in REGIONS), "UTC")


def city(name: str) -> str:
    """Return a zone's place as a person writes it: ``New York``, ``Buenos Aires, Argentina``."""
    _, *parts = name.replace("_", " ").split("/")
    return ", ".join(reversed(parts)) if parts else name


async def zone(turn: Turn, typed: str) -> None:
    """Answer ``/zone``: the regions, or with a part of a city's name the cities whom it fits."""
    own_doctor_id(turn)
    wanted = folded(typed).replace("_", " ")
    if not wanted:
        await show_regions(turn, None)
        return
    found = [name for name in zone_names() if wanted in folded(name.replace("_", " "))]
    exact = [name for name in found if folded(name.replace("_", " ").rpartition("/")[2]) == wanted]
    if len(exact or found) == 1:
        await review_zone(turn, PickZone(zone=(exact or found)[0]))
        return
    words = turn.words
    text = words.rich("Which one?") if found else words.rich("I know no city “{name}”. Pick a region.", name=typed[:40])
    rows: list[Row] = [[button(city(name), PickZone(zone=name))] for name in found[:MOST_FOUND]]
    await turn.show(Screen(text, [*rows, *_region_rows(turn)] if not found else [*rows, _foot(words)]))


async def show_regions(turn: Turn, _given: object) -> None:
    read = await _read(turn)
    words = turn.words
    text = words.rich(
        "<b>Your time zone: {zone}</b>\nYour hours are on its clock. Pick another region, or type "
        "<code>/zone</code> and a city.",
        zone=read.schedule.zone.key,
    )
    await turn.show(Screen(text, _region_rows(turn)))


def _region_rows(turn: Turn) -> list[Row]:
    words = turn.words
    rows = in_rows((button(region, ShowZones(region=region, page=0)) for region in REGIONS), 2)
    clinics = words.say("The clinic's: {zone}", zone=turn.clinic.zone.key)
    return [[button(clinics, PickZone(zone=CLINICS_OWN))], *rows, [menu_button(words)]]


def _foot(words: Words) -> Row:
    return [button(words.say("Regions"), Open(place=Place.ZONE)), menu_button(words)]


async def show_cities(turn: Turn, tap: ShowZones) -> None:
    own_doctor_id(turn)
    words = turn.words
    names = [name for name in zone_names() if name.partition("/")[0] == tap.region]
    page = min(tap.page, max(0, len(names) - 1) // PAGE)
    shown = names[page * PAGE : (page + 1) * PAGE]
    rows = in_rows((button(city(name), PickZone(zone=name)) for name in shown), 2)
    arrows = [button("◀", ShowZones(region=tap.region, page=page - 1))] if page else []
    if (page + 1) * PAGE < len(names):
        arrows.append(button("▶", ShowZones(region=tap.region, page=page + 1)))
    text = words.rich("<b>{region}</b>: which city's clock do you work by?", region=tap.region)
    await turn.show(Screen(text, [*rows, *([arrows] if arrows else []), _foot(words)]))


async def _read(turn: Turn) -> DoctorSchedule:
    day = today(turn.clinic.clock(), turn.clinic.zone)
    return await read_schedule(turn.clinic, turn.actor, own_doctor_id(turn), DateSpan(day, day + WEEK))


async def review_zone(turn: Turn, tap: PickZone) -> None:
    """Show which of the coming days move, and how the clinic will see them, before anything is saved."""
    words = turn.words
    read = await _read(turn)
    chosen = turn.clinic.zone if tap.zone == CLINICS_OWN else checked_zone(tap.zone)
    if chosen.key == read.schedule.zone.key:
        await turn.show(Screen(words.rich("Your time zone is {zone} already.", zone=chosen.key), [_foot(words)]))
        return
    lines = list(_moved(turn, read, chosen))
    text = words.rich("<b>{zone}</b>: is this right? Nothing is saved yet.", zone=chosen.key)
    text += "\n" + words.rich("Your hours stay as they are on your clock: 09:00 is 09:00 in {zone}.", zone=chosen.key)
    if lines:
        text += "\n\n" + words.rich("For the clinic ({zone}) they move:", zone=turn.clinic.zone.key)
        text += "\n" + "\n".join(lines)
    else:
        text += "\n\n" + words.rich("No hours of the coming week move for the clinic.")
    save = button(words.say("Save"), SetZone(zone=tap.zone), DONE)
    await turn.show(Screen(text, [[save], _foot(words)]))


def _moved(turn: Turn, read: DoctorSchedule, chosen: ZoneInfo) -> Iterator[str]:
    """Yield as HTML the coming dates whose instants move, on the clinic's clock before and after."""
    first = today(turn.clinic.clock(), turn.clinic.zone)
    week = DateSpan(first, first + WEEK)
    for was, will in zip(read.schedule.days(week), replace(read.schedule, zone=chosen).days(week), strict=True):
        if was.slots != will.slots:
            yield change_line(turn.words.short_date(was.day), _seen(was, turn), _seen(will, turn))


def _seen(day: ResolvedDay, turn: Turn) -> str:
    return ", ".join(seen_hours(day, turn.clinic.zone, turn.words)) or turn.words.say("off")


async def save_zone(turn: Turn, tap: SetZone) -> None:
    words = turn.words
    zone = None if tap.zone == CLINICS_OWN else tap.zone
    change = await set_zone(turn.clinic, turn.actor, own_doctor_id(turn), zone, bookings=turn.bookings)
    read = await _read(turn)
    text = words.rich("✓ <b>Saved.</b> Your time zone is {zone}.", zone=read.schedule.zone.key)
    rows: list[Row] = [[button(words.say("My week"), Open(place=Place.WEEK)), menu_button(words)]]
    if change.change_id:
        rows = [[button(words.say("↩ Undo"), UndoDates(change=change.change_id))], *rows]
    await turn.show(Screen(text, rows))
