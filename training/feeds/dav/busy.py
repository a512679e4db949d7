"""The free-busy-query: when the meetings of a calendar take its reader's time, and nothing else about them."""

from collections.abc import Iterable
from datetime import UTC, datetime

from training.base.work import Works
from training.feeds.dav.filters import Span, overlaps, read_span
from training.feeds.dav.holdings import Contents
from training.feeds.dav.names import Refusal, cal, dav
from training.feeds.dav.paths import Kind
from training.feeds.dav.reports import Asked, readable

_BEGIN = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//training//training//EN", "BEGIN:VFREEBUSY")
_END = ("END:VFREEBUSY", "END:VCALENDAR", "")


async def free_busy(works: Works, asked: Asked) -> bytes:
    """The answer as a calendar. Raises Refusal: 404, and 403 without both ends of a span or in another place."""
    found = asked.node.child(cal("time-range"))
    if asked.place.kind is not Kind.CALENDAR:
        raise Refusal(403, dav("supported-report"))
    if found is None or not {"start", "end"} <= found.attributes.keys():
        raise Refusal(403, cal("valid-filter"))
    contents = await readable(works, asked.viewer, asked.place)
    span = read_span(found)
    lines = (
        *_BEGIN,
        f"UID:busy-{contents.calendar.key.replace(':', '-')}",
        f"DTSTAMP:{_digits(works.clock())}",
        f"DTSTART:{_digits(span.start)}",
        f"DTEND:{_digits(span.end)}",
        *(f"FREEBUSY;FBTYPE=BUSY:{_digits(busy.start)}/{_digits(busy.end)}" for busy in merged(_taken(contents, span))),
        *_END,
    )
    return "\r\n".join(lines).encode()


def _taken(contents: Contents, span: Span) -> Iterable[Span]:
    for one in contents.held.values():
        entry = one.entry
        if entry.blocks_time and not entry.cancelled and not entry.all_day and overlaps(one, span):
            yield Span(start=max(entry.starts_at, span.start), end=min(entry.ends_at, span.end))


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same time in as few spans as there can be, in order."""
    found: list[Span] = []
    for span in sorted(spans, key=lambda each: each.start):
        if found and span.start <= found[-1].end:
            found[-1] = Span(start=found[-1].start, end=max(found[-1].end, span.end))
        else:
            found.append(span)
    return found


def _digits(at: datetime) -> str:
    # Not by strftime: it leaves out the zeros of early years.
    at = at.astimezone(UTC)
    return f"{at.year:04}{at.month:02}{at.day:02}T{at.hour:02}{at.minute:02}{at.second:02}Z"
