"""When trainers are busy by their own calendars: what is kept of these, how often they are read, and by whom."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from training.base.errors import Conflict, TooMany
from training.base.structs import Frozen
from training.schedule.rules.times import Span

MOST_SOURCES = 3
MOST_TIMES = 5_000
READ_EVERY = timedelta(hours=6)
# After so many failures in a row, so long until the next try; after more of them as often as usual, at last daily.
_PAUSES = (READ_EVERY, timedelta(minutes=15), timedelta(hours=1), timedelta(hours=3))
_HOPELESS = 40
_DAILY = timedelta(days=1)
# Whoever presses "read it now" asks a server of somebody else.
_BETWEEN_PRESSES = timedelta(minutes=10)
# What has just ended is kept a day, so that a meeting that moves backwards is still judged.
BEHIND = timedelta(days=1)
AHEAD = timedelta(days=366)
LEASE = timedelta(minutes=2)


class TooManySources(Conflict):
    """There are 3 addresses already. Please remove one that you no longer need."""

    code = "too-many-calendars"


class SourceKnown(Conflict):
    """This address is on your list already."""

    code = "calendar-known"


class ReadJustNow(TooMany):
    """This calendar was read a moment ago. Please wait ten minutes."""

    code = "calendar-read-just-now"


class Leased(Frozen, frozen=True, kw_only=True):
    """An address that one worker reads now, and nobody else. `email` and `zone` are its owner's: whose declined
    invitations count for nothing, and where times without a zone are."""

    id: UUID
    person_id: UUID
    address: str
    etag: str
    modified: str
    read_at: datetime | None
    failures: int
    email: str
    zone: str
    by: str = ""


class Learned(Frozen, frozen=True, kw_only=True):
    """What reading came to: busy times (None: the same as before), or `error`, a sentence for the owner."""

    etag: str = ""
    modified: str = ""
    times: tuple[Span, ...] | None = None
    error: str = ""


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same times as few spans as possible, by start: overlapping and touching ones become one, empty ones none."""
    found: list[Span] = []
    for span in sorted((span for span in spans if span.start < span.end), key=lambda span: span.start):
        if found and span.start <= found[-1].end:
            found[-1] = Span(start=found[-1].start, end=max(found[-1].end, span.end))
        else:
            found.append(span)
    return tuple(found)


def kept(spans: Iterable[Span], now: datetime) -> tuple[Span, ...]:
    """What of a calendar is kept at `now`: merged, from a day ago to a year ahead, the first MOST_TIMES of it."""
    since, until = now - BEHIND, now + AHEAD
    inside = (s for s in spans if s.start < until and s.end > since)
    return merged(Span(start=max(s.start, since), end=min(s.end, until)) for s in inside)[:MOST_TIMES]


def pause_after(failures: int) -> timedelta:
    """How long after a reading the next one is due, by the number of failures in a row."""
    if failures >= _HOPELESS:
        return _DAILY
    return _PAUSES[failures] if failures < len(_PAUSES) else READ_EVERY


def asks_for_changes(read_at: datetime | None, now: datetime) -> bool:
    """Whether a server may answer that nothing changed.

    Once a day (UTC) it may not: as time goes on, more of what repeats without end comes into the year that is kept.
    """
    return read_at is not None and read_at.date() == now.date()


def check_not_just_read(next_at: datetime, failures: int, now: datetime) -> None:
    """Raise ReadJustNow when an address was asked a moment ago. What is due anyway may be asked for again."""
    asked_at = next_at - pause_after(failures)
    if next_at > now and now - asked_at < _BETWEEN_PRESSES:
        raise ReadJustNow(retry_after=int((asked_at + _BETWEEN_PRESSES - now).total_seconds()) + 1)
