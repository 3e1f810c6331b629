"""What decides a date, in words: the lines of ``Why?``, of the coming list, and of the desk's notices."""

from __future__ import annotations

from datetime import date, timedelta

from bot.words import Words
from clinic.calendar import ResolvedDay, Rule
from clinic.dates import ClinicClosure, DateOverride, TimeOff, TimeOffKind
from clinic.people import Actor
from clinic.plan import Stamp, WeekPlan
from clinic.ports import Clinic
from clinic.time_range import TimeRange
from clinic.week import weekday_of


def rule_text(rule: Rule, words: Words) -> str:  # noqa: PLR0911 - one table
    """Return what a rule says, as plain text: ``Off: holiday, 24 Dec – 2 Jan``."""
    match rule:
        case ClinicClosure(name=name, span=span):
            return words.say("Clinic closed: {name}, {dates}", name=name, dates=words.dates(span.first, span.last))
        case TimeOff():
            return time_off_text(rule, words)
        case DateOverride(day=day, availability=availability):
            hours = ", ".join(map(words.hours, availability.open_ranges)) or words.say("off")
            return words.say("Other hours on {date}: {hours}", date=words.short_date(day), hours=hours)
        case WeekPlan(once=True, starts=starts, ends=ends):
            return words.say("Hours of the week {dates} alone", dates=words.dates(starts, ends))
        case WeekPlan(weeks=(_, _)):
            return words.say("Hours of every other week")
        case WeekPlan(starts=starts) if starts > date.min:
            return words.say("Weekly hours since {date}", date=words.date(starts))
        case WeekPlan():
            return words.say("Weekly hours")


def time_off_text(off: TimeOff, words: Words) -> str:
    """Return time off in one line, what was said on the day itself in its own words."""
    dates = words.span(off.span)
    hours = words.hours(off.hours) if off.hours else ""
    match off.kind:
        case TimeOffKind.SICK:
            return words.say("Off sick, {dates}", dates=dates)
        case TimeOffKind.LATE if off.hours:
            return words.say("Running late: from {time}, {dates}", time=words.clock(off.hours.end), dates=dates)
        case TimeOffKind.EARLY if off.hours:
            return words.say("Leaving early: until {time}, {dates}", time=words.clock(off.hours.start), dates=dates)
    what = f"{dates}, {hours}" if hours else dates
    if off.reason:
        return words.say("Off: {reason}, {dates}", reason=off.reason, dates=what)
    return words.say("Off: {dates}", dates=what)


def why_lines(day: ResolvedDay, actor: Actor, clinic: Clinic, words: Words) -> list[str]:
    """Return the rules that speak of a date, the one that decides first, each with who set it and when."""
    return [_signed(rule_text(rule, words), rule.stamp, actor, clinic, words) for rule in day.rules if _says(rule)]


def _says(rule: Rule) -> bool:
    return not isinstance(rule, WeekPlan) or rule.stamp is not None or not rule.is_empty


def _signed(what: str, stamp: Stamp | None, actor: Actor, clinic: Clinic, words: Words) -> str:
    if not stamp:
        return what
    when = words.day_and_month(stamp.at.astimezone(clinic.zone).date())
    if stamp.user_id == actor.user_id and not stamp.on_behalf:
        return words.say("{what}, set by you on {date}", what=what, date=when)
    name = signers(stamp.name, stamp.on_behalf, words)
    return words.say("{what}, set by {name} on {date}", what=what, name=name, date=when)


def signers(name: str, on_behalf: str, words: Words) -> str:
    """Return who set something; with both names where a delegate did it in a doctor's."""
    return words.say("{name} for {doctor}", name=name, doctor=on_behalf) if on_behalf else name


def mark_of(day: ResolvedDay) -> str:
    """Return the sign that a date's hours are not the usual ones, or nothing."""
    return "" if day.hours == day.usual else " *"


def clock_note(day: ResolvedDay, words: Words) -> str:
    """Return what a clock change makes of a date's hours, or nothing."""
    on_the_wall = timedelta(minutes=sum(hours.minutes for hours in day.hours))
    if day.length == on_the_wall or not day.hours:
        return ""
    if not day.length:
        return words.say("{date}: the clocks change, these hours do not happen.", date=words.short_date(day.day))
    return words.say(
        "{date}: the clocks change, these hours last {length}.",
        date=words.short_date(day.day),
        length=words.length(day.length),
    )


def off_label(day: ResolvedDay, words: Words) -> str:
    """Return why a date without hours has none, short: ``off · holiday``."""
    return off_reason(day, words) or words.say("off") + mark_of(day)


def off_reason(day: ResolvedDay, words: Words) -> str:
    """Return the label of a date that is off for a reason that has a name; else nothing."""
    match day.rules[0]:
        case ClinicClosure(name=name):
            return words.say("closed · {name}", name=name)
        case TimeOff(kind=TimeOffKind.SICK):
            return words.say("off · sick")
        case TimeOff(reason=reason, hours=hours) if reason and (hours is None or _hours_beneath(day)):
            return words.say("off · {reason}", reason=reason)
    return ""


def _hours_beneath(day: ResolvedDay) -> tuple[TimeRange, ...]:
    """Return the hours of a date that time off is taken from."""
    for rule in day.rules:
        match rule:
            case DateOverride(availability=availability):
                return availability.open_ranges
            case WeekPlan():
                return rule.week_of(day.day)[weekday_of(day.day)].open_ranges
    return ()
