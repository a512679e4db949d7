"""Until when what can be done."""

from datetime import datetime, timedelta

# How long somebody has to confirm by the mailed link, and how long a person is asked who would now clash.
REQUEST_KEPT = timedelta(minutes=60)
OFFER_KEPT = timedelta(hours=24)
# How long a booking, a cancellation or another change can be taken back.
UNDO_WINDOW = timedelta(minutes=30)
# An open place of a session without a date ends this long after it was booked.
OPEN_PLACE_LONGEST = timedelta(days=180)


def cutoff(starts_at: datetime, hours: int) -> datetime:
    """Until when the waitlist moves by itself."""
    return starts_at - timedelta(hours=hours)


def cancel_until(starts_at: datetime, hours: int) -> datetime:
    """Until when a place can be given back without asking."""
    return starts_at - timedelta(hours=hours)


def kept_until(now: datetime, starts_at: datetime | None) -> datetime:
    """Until when a request keeps its place: an hour, or until the session starts when that is earlier."""
    return min(now + REQUEST_KEPT, starts_at) if starts_at and starts_at > now else now + REQUEST_KEPT


def offered_until(now: datetime, starts_at: datetime | None) -> datetime:
    """Until when somebody may take a place that was offered: a day, or until the session starts."""
    return min(now + OFFER_KEPT, starts_at) if starts_at and starts_at > now else now + OFFER_KEPT


def undo_until(now: datetime, starts_at: datetime | None) -> datetime | None:
    """Until when what is done at `now` can be taken back: half an hour, never after the start; None when never."""
    if starts_at is None:
        return now + UNDO_WINDOW
    return min(now + UNDO_WINDOW, starts_at) if starts_at > now else None


def name_until(starts_at: datetime | None, hours: int, keep_until: datetime) -> datetime:
    """Until when an open place must have a name: so many hours before the session starts, but never for ever.

    `keep_until` was said when the place was booked; it ends a place whose session has no date or was put far off.
    """
    return min(starts_at - timedelta(hours=hours), keep_until) if starts_at else keep_until
