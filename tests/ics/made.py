"""Entries for tests: plain ones, awkward times in awkward zones, and 71 hostile texts."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from training.base.zones import zone_named
from training.ics.entries import Attendee, CalendarName, Entry, Organizer

STAMP = datetime(2026, 11, 1, 12, 30, tzinfo=UTC)
ORGANIZER = Organizer(name="Training program", address="training+0192.abc@mail.example")
ATTENDEE = Attendee(name="Zoë Müller", address="zoe@learners.example", rsvp=True)
CALENDAR = CalendarName(name="My sessions", description="All of them", refresh_minutes=60)

HOSTILE = (
    "Two\r\nBEGIN:VEVENT", "Two\nATTENDEE:mailto:x@y.example", "Two\rEND:VCALENDAR", "\r\n", "\n\n\n", "\r", "\r\r\n\n",
    "Two\r\n X", "\r\n\tX", "Two\x0bX", "Two\x0cX", "Two\x85X", "Two\u2028X", "Two\u2029X", "Two\x1cX", "Two\x1dX",
    "Two\x1eX",
    "\x00", "a\x00b", "\x07\x08\x1b[31m", "\x7f", "\x80\x9f", "\ufeffBOM", "a\ufeffb", "\ufffe\uffff",
    "\ud800", "\udfffx",
    "\\", "\\\\", "\\n", "\\N", "\\,", "\\;", ";", ",", ":", "a;b,c:d\\e", "\\\r\nX", 'He said "yes"', '"', "'",
    "^n^^^'", "^",
    "=", "a=b;c=d", ";TZID=X:", ":::", "X;CN=\"a:b\":c", "END:VEVENT", "BEGIN:VEVENT\\nX:1",
    "<script>alert(1)</script>",
    "&amp; <b>", "%0D%0AX:1", "{0} %s ${x} {{y}}", "`", "\t", "a\tb", " leading and trailing ", "  ",
    "a" * 74, "a" * 75,
    "é" * 37 + "x" * 3, "😀" * 100, "👩‍👩‍👧‍👦" * 20, "नमस्ते दुनिया " * 20, "مرحبا بالعالم " * 20,
    "\u202egnirts desrever", "\u2066x", "e\u0301" * 80, "漢" * 2000, "x" * 20_000,
)  # fmt: skip


def entry(**changes: Any) -> Entry:
    """A meeting in Berlin on 3 May 2027 from 9 to 11, with whatever a test wants to be different.

    `local_start`, `local_end`, `zone` and the folds decide; the instants follow unless they are given.
    """
    values: dict[str, Any] = {
        "uid": "01920000-0000-7000-8000-000000000001",
        "local_start": datetime(2027, 5, 3, 9, 0),
        "zone": "Europe/Berlin",
        "title": "Deploying with care",
        "stamp": STAMP,
    }
    values |= changes
    values.setdefault("local_end", values["local_start"] + timedelta(hours=2))
    zone = zone_named(values["zone"]) or UTC
    for name, local, fold in (("starts_at", "local_start", "start_fold"), ("ends_at", "local_end", "end_fold")):
        wall = values[local].replace(tzinfo=zone, fold=values.get(fold, 0))
        values.setdefault(name, wall.astimezone(UTC))
    return Entry(**values)


def invitation(**changes: Any) -> Entry:
    """The same as one person is invited to it."""
    return entry(**({"organizer": ORGANIZER, "attendee": ATTENDEE} | changes))


def full(text: str, **changes: Any) -> Entry:
    """An entry with the same text everywhere a text can stand, and with every other field filled."""
    values: dict[str, Any] = {
        "title": text,
        "description": text,
        "place": text,
        "categories": (text, "Course"),
        "url": "https://training.example/sessions/1",
        "conference": "https://training.example/join/1",
        "related": ("01920000-0000-7000-8000-000000000002",),
        "created": STAMP,
        "part": 2,
        "parts": 3,
        "alarm_minutes": 15,
        "organizer": Organizer(name=text, address=ORGANIZER.address),
        "attendee": Attendee(name=text, address=ATTENDEE.address, rsvp=True),
    }
    return entry(**(values | changes))


# Zones whose rules are unusual, changed lately, have no rule, or are far from whole hours.
AWKWARD_ZONES = (
    "Europe/Dublin Africa/Casablanca Africa/El_Aaiun Asia/Gaza Asia/Hebron Africa/Cairo America/Santiago "
    "Pacific/Easter America/Asuncion Asia/Jerusalem Asia/Beirut Australia/Lord_Howe Antarctica/Troll "
    "Asia/Kathmandu Pacific/Chatham Pacific/Apia Pacific/Kiritimati Europe/Istanbul Africa/Windhoek "
    "America/Vancouver America/Edmonton America/Havana America/Nuuk America/Scoresbysund Asia/Tehran Asia/Almaty "
    "America/Mexico_City America/New_York Europe/London Europe/Berlin Australia/Sydney America/St_Johns "
    "Asia/Kolkata Africa/Juba Europe/Volgograd America/Argentina/ComodRivadavia "
    "Etc/GMT+5 EST5EDT UTC Etc/UTC GMT"
).split()


def changes_in(zone: ZoneInfo, year: int) -> list[datetime]:
    """What clocks show within the hour after each time that they are set."""
    found, hour = [], timedelta(hours=1)
    for number in range(366):
        day = datetime(year, 1, 1, tzinfo=UTC) + timedelta(days=number)
        if day.astimezone(zone).utcoffset() == (day + timedelta(days=1)).astimezone(zone).utcoffset():
            continue
        hours = [(day + hour * i).astimezone(zone) for i in range(25)]
        found += [b.replace(tzinfo=None) for a, b in pairwise(hours) if a.utcoffset() != b.utcoffset()]
    return found


def around_changes(zone: str, years: tuple[int, ...] = (2026, 2027, 2040)) -> list[Entry]:
    """Meetings of two hours in a zone: in each quarter and around each change, in and after gaps and folds."""
    found = zone_named(zone)
    assert found is not None
    moments = []
    for year in years:
        moments += [datetime(year, month, 15, 9, 30) for month in (1, 4, 7, 10)]
        for local in changes_in(found, year):
            moments += [local + timedelta(minutes=minutes) for minutes in (-1500, -181, -90, -31, 0, 29, 61, 90, 1500)]
    entries = []
    for local in sorted(set(moments)):
        for fold in (0, 1):
            made = entry(
                uid=f"{zone}-{local:%Y%m%dT%H%M}-{fold}",
                local_start=local,
                zone=zone,
                start_fold=fold,
                end_fold=fold,
                title=f"{zone} {local:%d %b %Y %H:%M}",
            )
            if made.ends_at > made.starts_at:
                entries.append(made)
    return entries
