"""What a calendar shows: one entry per meeting, in frozen values. No iCalendar here; `writing` makes bytes of them."""

from datetime import datetime
from typing import Literal

from training.base.structs import Frozen

Answer = Literal["", "accepted", "tentative", "declined"]
"""What a person answered to an invitation; empty while they have not."""


class Organizer(Frozen, frozen=True, kw_only=True):
    """Who invites. `address` is where answers go; in a mail it must be the sender's too, or answers get lost."""

    name: str
    address: str


class Attendee(Frozen, frozen=True, kw_only=True):
    """The one person who is invited: the reader. `rsvp` asks for an answer."""

    name: str
    address: str
    rsvp: bool = False
    answer: Answer = ""


class Entry(Frozen, frozen=True, kw_only=True):
    """One meeting as a calendar shows it.

    The local times with zone and fold are the promise, the aware UTC instants are what follows from it; both are given,
    so that nothing here has to resolve a time. `stamp` is when what an attendee sees last changed, `sequence` how
    often. `part` of `parts` goes into the title when there is more than one; so does a cancellation. Both are added
    by `summary_of`: give the plain title.

    With `all_day` only the dates of the local times count, and the end is the first day that no longer belongs to it.
    `url` is our page about it; `conference` is the address at which to join, both of ours. `related` holds the uids of
    the other meetings of the session. `alarm_minutes` above 0 asks for an alarm so long before.
    """

    uid: str
    local_start: datetime
    local_end: datetime
    zone: str
    starts_at: datetime
    ends_at: datetime
    title: str
    stamp: datetime
    start_fold: int = 0
    end_fold: int = 0
    description: str = ""
    place: str = ""
    url: str = ""
    conference: str = ""
    sequence: int = 0
    created: datetime | None = None
    cancelled: bool = False
    blocks_time: bool = True
    all_day: bool = False
    part: int = 1
    parts: int = 1
    related: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    organizer: Organizer | None = None
    attendee: Attendee | None = None
    alarm_minutes: int = 0


class CalendarName(Frozen, frozen=True, kw_only=True):
    """What a subscribed calendar is called, and how often a client should look again.

    `source_url` is where it can be fetched; leave it empty for a private feed, whose secret must not be in its bytes.
    """

    name: str
    description: str = ""
    refresh_minutes: int = 60
    source_url: str = ""


def summary_of(entry: Entry) -> str:
    """The title that a calendar shows: "Cancelled: Deploying with care (part 2 of 3)"."""
    title = " ".join(entry.title.split())
    part = f" (part {entry.part} of {entry.parts})" if entry.parts > 1 else ""
    return f"{'Cancelled: ' if entry.cancelled else ''}{title}{part}"
