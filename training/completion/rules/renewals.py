"""When somebody is told that what they completed ends, and how a renewal stands. Pure."""

from datetime import datetime, timedelta
from enum import StrEnum

FIRST = timedelta(days=60)
LAST = timedelta(days=14)
# How long after its end a coordinator still sees it in the list.
LOOKS_BACK = timedelta(days=180)
# How long after a session whoever sat in it and is not decided yet counts as renewing it.
WAITS = timedelta(days=60)


class Letter(StrEnum):
    """The two messages about an end: 60 days and 14 days before it."""

    FIRST = "first"
    LAST = "last"


def due_letter(valid_until: datetime, told_at: datetime | None, now: datetime) -> Letter | None:
    """The message that is due now; None for none. Each goes out once, and the two are at least 14 days apart."""
    if not now < valid_until <= now + FIRST:
        return None
    if valid_until > now + LAST:
        return Letter.FIRST if told_at is None else None
    return Letter.LAST if told_at is None or told_at < now - LAST else None


class Renewal(StrEnum):
    """How a completion that ends stands: it ends soon, it ended, a place to renew it is booked, or they sat in such a
    session and nobody has decided yet."""

    ENDS = "ends"
    ENDED = "ended"
    BOOKED = "booked"
    HELD = "held"


def standing_of(valid_until: datetime, now: datetime, booked_until: datetime | None = None) -> Renewal:
    """How it stands at `now`. `booked_until`: the end of the session in which it is renewed."""
    if booked_until is not None:
        return Renewal.BOOKED if booked_until > now else Renewal.HELD
    return Renewal.ENDED if valid_until <= now else Renewal.ENDS
