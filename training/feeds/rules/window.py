"""What a calendar holds: from when on, how many entries, how many bytes, and what is left out first.

Days are those of UTC: a window that moved with every second would make other bytes at every fetch.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import msgspec

from training.base.structs import Frozen
from training.ics.entries import Entry

PAST_DAYS = 90
CANCELLED_DAYS = 30
MOST_ENTRIES = 1_000
MOST_BYTES = 900_000
# What one entry takes beside its description, at the most that is usual.
_BARE_ENTRY = 600
# How long descriptions may be, tried one after the other until everything fits.
_LENGTHS = (4_000, 600, 200, 0)


class Window(Frozen, frozen=True, kw_only=True):
    """From when on meetings are shown, and from when on those that were cancelled. `until`: when it moves on."""

    day: datetime
    past: datetime
    cancelled: datetime
    until: datetime


def window_at(now: datetime) -> Window:
    """The window of the day of `now`."""
    day = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return Window(
        day=day,
        past=day - timedelta(days=PAST_DAYS),
        cancelled=day - timedelta(days=CANCELLED_DAYS),
        until=day + timedelta(days=1),
    )


def fitted(entries: Sequence[Entry], most_bytes: int = MOST_BYTES) -> tuple[tuple[Entry, ...], bool, bool]:
    """The entries as far as they fit, whether texts were shortened, and whether entries had to be left out.

    Texts go before entries do: a calendar without a date is worse than one without its description. Of the entries the
    last ones go first, so give the most important ones first.
    """
    kept = shorter = tuple(entries)
    for length in _LENGTHS:
        shorter = tuple(_shortened(entry, length) for entry in kept)
        if _size(shorter) <= most_bytes:
            return shorter, shorter != kept, False
    room, fitting = most_bytes, []
    for entry in shorter:
        room -= _entry_size(entry)
        if room < 0:
            break
        fitting.append(entry)
    return tuple(fitting), True, True


def _shortened(entry: Entry, length: int) -> Entry:
    if len(entry.description) <= length:
        return entry
    short = entry.description[: length - 1].rstrip() + "…" if length else ""
    return msgspec.structs.replace(entry, description=short)


def _size(entries: Sequence[Entry]) -> int:
    return sum(_entry_size(entry) for entry in entries)


def _entry_size(entry: Entry) -> int:
    # Escapes, folds and the longest letters: an estimate from above that costs little.
    texts = sum(len(text.encode()) for text in (entry.description, entry.title, entry.place))
    return _BARE_ENTRY + texts * 11 // 10 + 100 * len(entry.related)


def about(shortened: bool, left_out: bool) -> str:
    """What a calendar says of itself: what it shows, and what it does not."""
    told = f"Meetings of the last {PAST_DAYS} days and all to come; cancelled ones are kept for {CANCELLED_DAYS} days."
    if left_out:
        told += " This calendar is too large for calendar programs: it holds the next meetings only, not all of them."
    if shortened:
        told += " Descriptions are shortened."
    return told
