"""Deadlines as iCalendar (RFC 5545): number and date, no title, no place, no name.

Only matters that wait for a move of this person. Visits, contact points and planned days are in no
calendar (四不两直).
"""

from datetime import UTC, timedelta

from django.utils.translation import gettext as _

from outreach.models import Matter

MOST = 500
_DAY = "%Y%m%d"


def rows(user, *, last):
    """[(number, due, key)] of the matters that wait for this person, the soonest first."""
    waiting = Matter.objects.waiting_for(user).open().filter(due_on__lte=last)
    found = waiting.order_by("due_on", "pk").only(
        "number_area", "number_year", "number", "due_on", "status"
    )
    return [(one.number_label, one.due_on, one.pk) for one in found[:MOST]]


def of(user, *, at, last):
    """The calendar of a person, as text."""
    stamp = at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Grassroots Service Portal//deadlines//ZH",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_text(_('Deadlines'))}",
    ]
    for number, due, key in rows(user, last=last):
        lines += [
            "BEGIN:VEVENT",
            f"UID:matter-{key}@grassroots-service-portal",
            f"DTSTAMP:{stamp}",
            f"DTSTART;VALUE=DATE:{due.strftime(_DAY)}",
            f"DTEND;VALUE=DATE:{(due + timedelta(days=1)).strftime(_DAY)}",
            f"SUMMARY:{_text(number)}",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _text(words):
    """Escape a text for iCalendar."""
    for mark in ("\\", ";", ","):
        words = words.replace(mark, f"\\{mark}")
    return words.replace("\n", "\\n")


def _folded(line):
    """Fold a line: at most 75 bytes, continued on lines that begin with a space."""
    parts, rest = [], line
    while len(rest.encode()) > 73:
        n = 73
        while len(rest[:n].encode()) > 73:
            n -= 1
        parts.append(rest[:n])
        rest = rest[n:]
    return "\r\n ".join([*parts, rest])
