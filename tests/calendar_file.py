"""Calendar files (RFC 5545) as an admin might send them."""

from __future__ import annotations

from datetime import date, timedelta


def calendar_file(*days: tuple[str, str]) -> bytes:
    """Return a file of whole days, each an ISO date with a name."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//tests//"]
    for number, (day, name) in enumerate(days):
        first = date.fromisoformat(day)
        lines += ["BEGIN:VEVENT", f"UID:{number}@tests", "DTSTAMP:20260101T000000Z"]
        lines += [f"DTSTART;VALUE=DATE:{first:%Y%m%d}", f"DTEND;VALUE=DATE:{first + timedelta(days=1):%Y%m%d}"]
        lines += [f"SUMMARY:{name}", "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()
