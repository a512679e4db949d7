"""What a calendar entry tells its reader of a meeting, and what is kept of that. Pure."""

import hashlib
from datetime import datetime
from enum import StrEnum

from training.base.structs import Frozen
from training.schedule.rules.places import room_words
from training.schedule.rules.sessions import Meeting

_MARK_LETTERS = 16
CLOCKS = "rules for clocks (the local time stays)"
_CLOCK = ("local_start", "local_end", "zone", "start_fold", "end_fold")


class Role(StrEnum):
    """As what somebody is invited."""

    LEARNER = "learner"
    TRAINER = "trainer"


class Told(Frozen, frozen=True, kw_only=True):
    """What an entry says. Two that are equal need no telling.

    `link` is a mark of the address at which the meeting is held: never the address itself, which is for the click.
    """

    title: str
    local_start: datetime
    local_end: datetime
    zone: str
    start_fold: int
    end_fold: int
    starts_at: datetime
    ends_at: datetime
    place: str = ""
    mode: str = ""
    link: str = ""
    trainers: tuple[str, ...] = ()
    part: int = 1
    parts: int = 1


class Memory(Frozen, frozen=True, kw_only=True):
    """What is kept of the tellings of an invite: the last, the one before it while the last may not have left, and
    whether any ever left."""

    told: Told
    was: Told | None = None
    ever: bool = False


def title_of(session_title: str, meeting_title: str) -> str:
    """What an entry is called: the session, and the meeting where it has a name of its own."""
    own = meeting_title.strip()
    return f"{session_title}: {own}" if own and own != session_title else session_title


def place_of(meeting: Meeting) -> str:
    """Where it is, in one line: the room, the venue and its address."""
    return room_words(meeting.room_name, meeting.venue_name, meeting.venue_address)


def link_mark(link: str) -> str:
    """A short mark that is another one when the link is; empty without a link. It tells nothing of the link."""
    return hashlib.sha256(link.encode()).hexdigest()[:_MARK_LETTERS] if link else ""


def changes(was: Told, now: Told) -> tuple[str, ...]:
    """What a reader sees differently, in words: some of title, times, time zone, place, link, trainers, parts; or the
    rules for clocks, when nobody moved anything."""
    moved = (was.starts_at, was.ends_at) != (now.starts_at, now.ends_at)
    same_clock = all(getattr(was, name) == getattr(now, name) for name in _CLOCK)
    retimed = was.zone == now.zone and (was.local_start, was.local_end) != (now.local_start, now.local_end)
    named = {
        "title": was.title != now.title,
        CLOCKS: moved and same_clock,
        "times": (moved and not same_clock) or retimed,
        "time zone": was.zone != now.zone,
        "place": (was.place, was.mode) != (now.place, now.mode),
        "link": was.link != now.link,
        "trainers": was.trainers != now.trainers,
        "parts": (was.part, was.parts) != (now.part, now.parts),
    }
    return tuple(name for name, differs in named.items() if differs)
