"""Calendar files (RFC 5545) for a departure or an appointment: one event that any telephone or mail program takes up.

Pure: the same event gives the same bytes. Times are instants in UTC, so that no time zone has to be described.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

PRODUCT: Final = "-//Duijie//Duijie//EN"
MOST_OCTETS: Final = 75  # of a line without its end (3.1)
MEDIA_TYPE: Final = "text/calendar; charset=utf-8"


@dataclass(frozen=True)
class Event:
    """What stands in the calendar.

    ``uid`` names the event for ever, ``sequence`` counts its changes from 0: a program that knows the event replaces
    it. ``begins`` is an aware moment, or a day for what lasts all of it; ``lasts`` is above zero, whole days for a day.
    ``remind_before`` rings so long before it begins.
    """

    uid: str
    summary: str
    begins: datetime | date
    lasts: timedelta
    stamped_at: datetime
    location: str = ""
    description: str = ""
    sequence: int = 0
    cancelled: bool = False
    remind_before: timedelta | None = None

    def __post_init__(self) -> None:
        if isinstance(self.begins, datetime) and self.begins.tzinfo is None:
            raise ValueError("the beginning is an aware moment, or a day")
        if self.lasts <= timedelta() or (not isinstance(self.begins, datetime) and self.lasts % timedelta(days=1)):
            raise ValueError("an event lasts longer than nothing, and one of days lasts whole days")
        if not self.uid or any(sign < " " for sign in self.uid):
            raise ValueError("the uid is a line of text")


def calendar_file(event: Event) -> bytes:
    """The event as a calendar of its own: lines of at most 75 octets, each ended by CRLF."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{PRODUCT}",
        f"METHOD:{'CANCEL' if event.cancelled else 'PUBLISH'}",
        "BEGIN:VEVENT",
        f"UID:{_text(event.uid)}",
        f"DTSTAMP:{_moment(event.stamped_at)}",
        f"SEQUENCE:{event.sequence}",
        *_times(event),
        f"SUMMARY:{_text(event.summary)}",
        *([f"LOCATION:{_text(event.location)}"] if event.location else []),
        *([f"DESCRIPTION:{_text(event.description)}"] if event.description else []),
        f"STATUS:{'CANCELLED' if event.cancelled else 'CONFIRMED'}",
        *_alarm(event),
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return b"".join(fold(line) for line in lines)


def _times(event: Event) -> list[str]:
    ends = event.begins + event.lasts
    if isinstance(event.begins, datetime):
        return [f"DTSTART:{_moment(event.begins)}", f"DTEND:{_moment(ends)}"]
    return [f"DTSTART;VALUE=DATE:{event.begins:%Y%m%d}", f"DTEND;VALUE=DATE:{ends:%Y%m%d}"]


def _alarm(event: Event) -> list[str]:
    if event.remind_before is None or event.cancelled:
        return []
    minutes = int(event.remind_before.total_seconds() // 60)
    trigger = f"TRIGGER:-PT{minutes}M"
    return ["BEGIN:VALARM", "ACTION:DISPLAY", f"DESCRIPTION:{_text(event.summary)}", trigger, "END:VALARM"]


def _moment(value: datetime | date) -> str:
    assert isinstance(value, datetime)
    return f"{value.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(value: str) -> str:
    """A TEXT value (3.3.11): backslash, semicolon, comma and line ends escaped, control characters left out."""
    value = value.replace("\r\n", "\n").replace("\r", "\n")
    value = "".join(sign for sign in value if sign in "\n\t" or (sign >= " " and sign != "\x7f"))
    for plain, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        value = value.replace(plain, escaped)
    return value


def fold(line: str) -> bytes:
    """A content line, folded so that no part is longer than 75 octets and no character is torn apart."""
    parts: list[bytes] = []
    part = b""
    for sign in line:
        octets = sign.encode()
        if len(part) + len(octets) > MOST_OCTETS:
            parts.append(part)
            part = b" "  # which counts as one of the octets of the next line
        part += octets
    return b"\r\n".join([*parts, part]) + b"\r\n"
