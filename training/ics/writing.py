"""Calendars as bytes: feeds, downloads and invitations, strict RFC 5545 in octets.

Our own writer, because it is fast enough to render every entry when it changes and never cares what a text holds. It
is judged by parsers of other families in tests/ics. The same entries give the same bytes, at any time, anywhere.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Literal

from training.base.structs import Frozen
from training.base.zones import zone_named
from training.ics.entries import Attendee, CalendarName, Entry, Organizer, summary_of
from training.ics.texts import (
    Unwritable,
    checked_uid,
    content,
    escaped,
    is_address,
    mailto,
    named,
    one_line,
)
from training.ics.zones import UTC_NAMES, zone_block

Method = Literal["REQUEST", "CANCEL"]
MEDIA_TYPE = "text/calendar; charset=utf-8"
_BEGIN = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//training//training//EN\r\nCALSCALE:GREGORIAN\r\n"
_END = "END:VCALENDAR\r\n"
# What a wrong type or an instant at the edge of time raises. Nothing else is expected of frozen values.
_BAD = (ValueError, TypeError, OverflowError, AttributeError)
_UNTITLED = "Session"
_MOST_RELATED = 100
_MOST_SEQUENCE = 2**31 - 1
_ANSWERS = {"": "NEEDS-ACTION", "accepted": "ACCEPTED", "tentative": "TENTATIVE", "declined": "DECLINED"}


class Written(Frozen, frozen=True, kw_only=True):
    """A calendar as bytes, and the uids of the entries that could not be written (or came twice): log them."""

    data: bytes
    left_out: tuple[str, ...] = ()


class _Event(Frozen, frozen=True, kw_only=True):
    """One rendered VEVENT. `zone` is the zone whose definition it needs; empty when its times are in UTC."""

    text: str
    zone: str = ""
    first_year: int = 0
    last_year: int = 0


def write_calendar(entries: Iterable[Entry], *, name: CalendarName) -> Written:
    """A calendar to subscribe to: no METHOD, entries in the order given, one per uid. One bad entry is left out."""
    title, about = one_line(name.name) or _UNTITLED, escaped(name.description)
    every = f"PT{name.refresh_minutes}M"
    head = [f"NAME:{title}", f"X-WR-CALNAME:{title}"]
    if about:
        head += [f"DESCRIPTION:{about}", f"X-WR-CALDESC:{about}"]
    head += [f"REFRESH-INTERVAL;VALUE=DURATION:{every}", f"X-PUBLISHED-TTL:{every}"]
    if is_address(name.source_url):
        head.append(f"SOURCE;VALUE=URI:{name.source_url}")
    return _written(entries, content(head))


def write_download(entries: Iterable[Entry]) -> Written:
    """Entries to open once, or one entry as a CalDAV resource: no METHOD, and no name, which would make a calendar."""
    return _written(entries, "")


def write_invite(entry: Entry, method: Method) -> bytes:
    """The calendar of one invitation mail: exactly one event, its organizer, and its reader as the only attendee.

    CANCEL withdraws it (STATUS:CANCELLED) whether the session is cancelled or only the person's place; the title says
    "Cancelled" only if the entry is. Raises Unwritable if the entry cannot be written, and if a REQUEST is cancelled.
    """
    if entry.organizer is None or entry.attendee is None:
        raise Unwritable("An invitation has an organizer and an attendee")
    if method == "REQUEST" and entry.cancelled:
        raise Unwritable("What is cancelled cannot be asked for")
    try:
        event = _render(entry, method)
    except _BAD as error:
        raise Unwritable(f"The entry {entry.uid!r} cannot be written: {error}") from error
    return f"{_BEGIN}METHOD:{method}\r\n{_zones([event])}{event.text}{_END}".encode()


def write_entry(entry: Entry) -> bytes:
    """One VEVENT as it stands in feeds. Rendered once per value and kept. Raises Unwritable.

    Whoever wants bytes that change exactly when the entry does hashes these.
    """
    try:
        return _rendered(entry).text.encode()
    except _BAD as error:
        raise Unwritable(f"The entry cannot be written: {error}") from error


def _written(entries: Iterable[Entry], head: str) -> Written:
    events, left_out, seen = [], [], set[str]()
    for entry in entries:
        try:
            event = _rendered(entry)
        except _BAD:
            left_out.append(str(entry.uid))
            continue
        if entry.uid in seen:
            left_out.append(entry.uid)
            continue
        seen.add(entry.uid)
        events.append(event)
    body = "".join([event.text for event in events])
    return Written(data=f"{_BEGIN}{head}{_zones(events)}{body}{_END}".encode(), left_out=tuple(left_out))


def _zones(events: Sequence[_Event]) -> str:
    """The definitions of all zones used. A calendar without events holds that of UTC: an empty one is invalid."""
    spans: dict[str, tuple[int, int]] = {}
    for event in events:
        if event.zone:
            first, last = spans.get(event.zone, (event.first_year, event.last_year))
            spans[event.zone] = min(first, event.first_year), max(last, event.last_year)
    if not events:
        return zone_block("Etc/UTC", 1970, 1970)
    return "".join([zone_block(zone, *spans[zone]) for zone in sorted(spans)])


@lru_cache(maxsize=8192)
def _rendered(entry: Entry) -> _Event:
    return _render(entry)


def _render(entry: Entry, method: Method | None = None) -> _Event:
    """The event of an entry. Raises one of `_BAD` if it has none."""
    start, end, zone = _times(entry)
    summary, stamp = one_line(summary_of(entry)) or _UNTITLED, _utc(entry.stamp)
    lines = ["BEGIN:VEVENT", f"UID:{checked_uid(entry.uid)}", f"DTSTAMP:{stamp}", f"LAST-MODIFIED:{stamp}"]
    lines += [f"DTSTART{start}", f"DTEND{end}"] if end else [f"DTSTART{start}"]
    lines += [f"SEQUENCE:{min(max(entry.sequence, 0), _MOST_SEQUENCE)}", f"SUMMARY:{summary}"]
    lines += _details(entry)
    off = entry.cancelled or method == "CANCEL"
    lines.append(f"STATUS:{'CANCELLED' if off else 'CONFIRMED'}")
    lines.append(f"TRANSP:{'OPAQUE' if entry.blocks_time and not off else 'TRANSPARENT'}")
    lines += _people(entry.organizer, entry.attendee)
    if method == "REQUEST":
        # Outlook then offers no other time: nobody here could take one.
        lines.append("X-MICROSOFT-DISALLOW-COUNTER:TRUE")
    if entry.alarm_minutes > 0 and not off:
        alarm = ["BEGIN:VALARM", "ACTION:DISPLAY", f"DESCRIPTION:{summary}"]
        lines += [*alarm, f"TRIGGER:-PT{entry.alarm_minutes}M", "END:VALARM"]
    lines.append("END:VEVENT")
    years = (entry.local_start.year, entry.local_end.year) if zone else (0, 0)
    return _Event(text=content(lines), zone=zone, first_year=years[0], last_year=years[1])


def _details(entry: Entry) -> Iterable[str]:
    # A property without a value is an error to libical.
    if (description := escaped(entry.description)).strip(" "):
        yield f"DESCRIPTION:{description}"
    if place := one_line(entry.place):
        yield f"LOCATION:{place}"
    if is_address(entry.url):
        yield f"URL:{entry.url}"
    if is_address(entry.conference):
        yield f"CONFERENCE;VALUE=URI;FEATURE=VIDEO;LABEL=Join online:{entry.conference}"
    for uid in entry.related[:_MOST_RELATED]:
        yield f"RELATED-TO;RELTYPE=SIBLING:{checked_uid(uid)}"
    if words := [word for category in entry.categories if (word := one_line(category))]:
        yield f"CATEGORIES:{','.join(words)}"
    if entry.created is not None:
        yield f"CREATED:{_utc(entry.created)}"


def _people(organizer: Organizer | None, attendee: Attendee | None) -> Iterable[str]:
    if organizer is not None:
        yield f"ORGANIZER{named(organizer.name)}:{mailto(organizer.address)}"
    if attendee is not None:
        wanted = f"PARTSTAT={_ANSWERS[attendee.answer]};RSVP={'TRUE' if attendee.rsvp else 'FALSE'}"
        who = f"{named(attendee.name)};CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;{wanted}"
        yield f"ATTENDEE{who}:{mailto(attendee.address)}"


def _times(entry: Entry) -> tuple[str, str, str]:
    """What follows DTSTART and DTEND, and the zone they are in; the end is empty if the entry has no length."""
    start, end = entry.local_start, entry.local_end
    if start.tzinfo is not None or end.tzinfo is not None:
        raise Unwritable("Local times have no zone of their own")
    if entry.all_day:
        if end.date() <= start.date():
            raise Unwritable("An entry cannot end before it starts")
        return f";VALUE=DATE:{_digits(start)[:8]}", f";VALUE=DATE:{_digits(end)[:8]}", ""
    offsets = _offsets(entry)
    if offsets is None:
        if entry.ends_at < entry.starts_at:
            raise Unwritable("An entry cannot end before it starts")
        start_text, end_text = f":{_utc(entry.starts_at)}", f":{_utc(entry.ends_at)}"
        return start_text, end_text if end_text != start_text else "", ""
    if end - offsets[1] < start - offsets[0] or end < start:
        raise Unwritable("An entry cannot end before it starts")
    within = f";TZID={entry.zone}:"
    return within + _digits(start), within + _digits(end) if end > start else "", entry.zone


def _offsets(entry: Entry) -> tuple[timedelta, timedelta] | None:
    """The offsets of both times; None if they are better told in UTC.

    That is so in UTC, in zones nobody knows, in offsets with seconds (long ago), and for times that happen twice or
    never: a reader of calendars cannot be told which of two is meant, and some take the wrong one.
    """
    zone = None if entry.zone in UTC_NAMES else zone_named(entry.zone)
    if zone is None:
        return None
    offsets = []
    for local in (entry.local_start, entry.local_end):
        first = local.replace(tzinfo=zone, fold=0).utcoffset()
        if first is None or first.seconds % 60 or first != local.replace(tzinfo=zone, fold=1).utcoffset():
            return None
        offsets.append(first)
    return offsets[0], offsets[1]


def _utc(at: datetime) -> str:
    if at.tzinfo is None:
        raise Unwritable("An instant has a zone")
    return _digits(at.astimezone(UTC)) + "Z"


def _digits(at: datetime) -> str:
    return at.isoformat()[:19].replace("-", "").replace(":", "")
