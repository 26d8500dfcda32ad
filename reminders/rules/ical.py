"""A calendar file by RFC 5545: all-day events, folded at 75 octets, escaped, with lines that end in CR LF. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

LONGEST_LINE = 75
PRODUCT = "-//Guildhall//Guildhall//ZH"


@dataclass(frozen=True)
class Event:
    """One day on which something is due. ``uid`` stays the same as long as it is about the same thing."""

    uid: str
    day: date
    summary: str


def calendar_file(name: str, events: Sequence[Event], stamp: datetime, refresh_hours: int = 6) -> str:
    """The whole file. ``stamp`` is when it was made; programs are asked to look again after so many hours."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{PRODUCT}",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{escaped(name)}",
        f"REFRESH-INTERVAL;VALUE=DURATION:PT{refresh_hours}H",
    ]
    for event in events:
        lines += _event(event, stamp)
    return "".join(f"{folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"])


def _event(event: Event, stamp: datetime) -> list[str]:
    """The end of an all-day event is the day after it."""
    return [
        "BEGIN:VEVENT",
        f"UID:{escaped(event.uid)}",
        f"DTSTAMP:{stamp.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{event.day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{event.day + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{escaped(event.summary)}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def escaped(text: str) -> str:
    """A text value: backslash, semicolon, comma and line break as the standard writes them (section 3.3.11)."""
    text = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")
    return "".join(c for c in text if c >= " " and c != "\x7f")


def folded(line: str) -> str:
    """The line in pieces of at most 75 octets, never inside a character (section 3.1)."""
    pieces, piece, size = [], "", 0
    for character in line:
        width = len(character.encode("utf-8", "surrogatepass"))
        if size + width > LONGEST_LINE:
            pieces.append(piece)
            piece, size = " ", 1
        piece, size = piece + character, size + width
    return "\r\n".join([*pieces, piece])
