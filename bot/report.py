"""What became of a broadcast, in words: its progress with a bar, its report, whom it did not reach."""

from __future__ import annotations

import html
from collections.abc import Sequence
from datetime import timedelta

from bot.screen import button, DANGER, GO, menu_button, page_buttons, Row, Screen
from bot.taps.broadcasts import CancelBroadcast, ListBroadcasts, RetryFailed, ShowBroadcast
from bot.words import Words
from clinic.broadcast import (
    Audience,
    AudienceKind,
    Broadcast,
    BroadcastState,
    DeliveryState,
    Progress,
    Undelivered,
)
from clinic.ports import Clinic
from clinic.use_cases.deliveries import FIRST_UNDELIVERED

BAR = 12
LONGEST_REASON = 60


def audience_text(audience: Audience, words: Words) -> str:
    """Return whom an audience means, as plain text."""
    names = {
        AudienceKind.DOCTORS: words.say("All doctors"),
        AudienceKind.NO_HOURS: words.say("Doctors without hours next week"),
        AudienceKind.UNCONFIRMED: words.say("Doctors who have not confirmed"),
        AudienceKind.RECEPTIONISTS: words.say("Receptionists"),
        AudienceKind.EVERYONE: words.say("Everyone"),
    }
    match audience.kind:
        case AudienceKind.SPECIALIZATION:
            return audience.specialization
        case AudienceKind.PICKED:
            many = len(audience.user_ids)
            return words.count("{n} picked person", "{n} picked people", many)
    return names[audience.kind]


def progress_screen(
    clinic: Clinic,
    broadcast: Broadcast,
    progress: Progress,
    undelivered: Sequence[Undelivered],
    words: Words,
    page: int = 0,
) -> Screen:
    """Return how far a broadcast is, or its report; of those whom it did not reach, a page by name."""
    whom = words.rich("To: {whom}", whom=audience_text(broadcast.audience, words))
    lines = [*_head(clinic, broadcast, progress, words), whom]
    if broadcast.state is BroadcastState.RUNNING:
        lines += _running(clinic, broadcast, progress, words)
    elif broadcast.begun_at:
        lines += _counts(progress, words)
    lines += _unreached(undelivered, words)
    rest = progress.undelivered - len(undelivered) - page * FIRST_UNDELIVERED
    if rest > 0:
        lines.append(words.rich("… and {n} more", n=rest))
    return Screen("\n".join(lines), _rows(broadcast, progress, page, words, more=rest > 0))


def _head(clinic: Clinic, broadcast: Broadcast, progress: Progress, words: Words) -> list[str]:
    match broadcast.state:
        case BroadcastState.SCHEDULED:
            when = words.moment(broadcast.due, clinic.zone)
            return [words.rich("🕒 <b>Goes out on {when}</b>", when=when)]
        case BroadcastState.RUNNING:
            return [words.rich("📣 <b>Sending…</b>")]
        case BroadcastState.CANCELLED if broadcast.begun_at:
            gone = words.rich("{n} of {total} had gone out.", n=progress.sent, total=progress.total)
            return [words.rich("✖ <b>Cancelled.</b>"), gone]
        case BroadcastState.CANCELLED:
            return [words.rich("✖ <b>Cancelled.</b> Nobody got it.")]
    return [words.rich("✓ <b>Sent on {when}</b>", when=words.moment(broadcast.ended_at or broadcast.due, clinic.zone))]


def _running(clinic: Clinic, broadcast: Broadcast, progress: Progress, words: Words) -> list[str]:
    share = progress.settled / (progress.total or 1)
    full = round(share * BAR)
    lines = [f"<code>{'▓' * full}{'░' * (BAR - full)} {share:.0%}</code>"]
    lines.append(
        words.rich(
            "sent {sent} · waiting {waiting} · failed {failed}",
            sent=progress.sent,
            waiting=progress.waiting,
            failed=progress.undelivered,
        )
    )
    elapsed = (clinic.clock() - (broadcast.begun_at or broadcast.due)).total_seconds()
    through = progress.settled - broadcast.settled_before
    if through > 0 and elapsed >= 1:
        left = timedelta(seconds=progress.waiting * elapsed / through)
        rate = f"{through / elapsed:.0f}" if through >= elapsed else f"{through / elapsed:.1f}"
        lines.append(words.rich("{rate} a second, {left} left", rate=rate, left=_short(left, words)))
    return lines


def _short(length: timedelta, words: Words) -> str:
    seconds = round(length.total_seconds())
    return words.say("{seconds} s", seconds=seconds) if seconds < 100 else words.length(length)  # noqa: PLR2004 - two digits


def _counts(progress: Progress, words: Words) -> list[str]:
    lines = [words.rich("Sent: {n} of {total}", n=progress.sent, total=progress.total)]
    if progress.blocked:
        lines.append(words.rich("Have blocked the bot: {n}", n=progress.blocked))
    if progress.failed:
        lines.append(words.rich("Failed: {n}", n=progress.failed))
    return lines


def _unreached(undelivered: Sequence[Undelivered], words: Words) -> list[str]:
    lines = ["", words.rich("<b>Did not get it</b>")] if undelivered else []
    for one in undelivered:
        blocked = one.state is DeliveryState.BLOCKED
        reason = words.say("has blocked the bot") if blocked else one.reason[:LONGEST_REASON]
        lines.append(html.escape(f"{one.name or one.user_id} – {reason}", quote=False))
    return lines


def _rows(broadcast: Broadcast, progress: Progress, page: int, words: Words, *, more: bool) -> list[Row]:
    number = broadcast.broadcast_id
    before = ShowBroadcast(broadcast=number, page=page - 1) if page else None
    after = ShowBroadcast(broadcast=number, page=page + 1) if more else None
    rows: list[Row] = [*page_buttons(before, after)]
    if broadcast.state in {BroadcastState.SCHEDULED, BroadcastState.RUNNING}:
        rows.append([button(words.say("Cancel broadcast"), CancelBroadcast(broadcast=number), DANGER)])
    elif broadcast.state is BroadcastState.DONE and progress.undelivered:
        rows.append([button(words.say("Retry failed"), RetryFailed(broadcast=number), GO)])
    return [*rows, [button(words.say("Broadcasts"), ListBroadcasts(page=0)), menu_button(words)]]


def broadcast_line(clinic: Clinic, broadcast: Broadcast, progress: Progress, words: Words) -> str:
    """Return a broadcast in a line, as it stands on a button of the list."""
    marks = {
        BroadcastState.SCHEDULED: "🕒",
        BroadcastState.RUNNING: "📣",
        BroadcastState.DONE: "✓",
        BroadcastState.CANCELLED: "✖",
    }
    day = (broadcast.begun_at or broadcast.due).astimezone(clinic.zone)
    clock = words.clock(day.hour * 60 + day.minute)
    when = f"{words.day_and_month(day.date())}, {clock}"
    count = f" · {progress.sent}/{progress.total}" if broadcast.begun_at else ""
    return f"{marks[broadcast.state]} {when} · {audience_text(broadcast.audience, words)}{count}"
