"""The times at which somebody is busy elsewhere, from a calendar that others keep.

Every octet is hostile. Nothing here raises anything but Unreadable, takes longer than its limits allow, or reads a
title, a place or a description.
"""

from collections.abc import Sequence
from datetime import datetime

from training.ics.lines import Component, Unreadable, events_in, read_calendars
from training.ics.recurring import Budget, Busy, busy_times
from training.ics.replies import address_of

LARGEST_CALENDAR = 2 * 1024 * 1024
_CALENDAR_LINES = 100_000
_MOST_EVENTS = 10_000
_IN_CALENDARS = frozenset(
    "UID DTSTART DTEND DURATION RRULE RDATE EXDATE RECURRENCE-ID STATUS TRANSP ATTENDEE SEQUENCE "
    "X-MICROSOFT-CDO-BUSYSTATUS".split()
)


def read_busy(
    data: bytes, *, since: datetime, until: datetime, most: int, zone: str, addresses: Sequence[str] = ()
) -> tuple[Busy, ...]:
    """When whoever keeps this calendar is busy between two aware instants: merged, in order, at most so many.

    Times without a zone, whole days and zones that nobody knows are read in `zone` (an IANA name), the owner's. What is
    cancelled, marked as free, or declined by one of the owner's `addresses` is left out. Rules of recurrence are worked
    out within the two instants only; those that run more often than daily happen once, and whatever goes beyond the
    budget of work is left out.
    Raises Unreadable for what is no calendar or larger than `LARGEST_CALENDAR`.
    """
    return read_busy_but(data, frozenset(), Budget(since=since, until=until, most=most, zone=zone), addresses)


def read_busy_but(
    data: bytes, known: frozenset[str], budget: Budget, addresses: Sequence[str] = ()
) -> tuple[Busy, ...]:
    """The same, without entries whose uid is `known`: what we put into that calendar ourselves makes nobody busy."""
    if len(data) > LARGEST_CALENDAR:
        raise Unreadable("The calendar is too large")
    events = list(events_in(read_calendars(data, wanted=_IN_CALENDARS, most_lines=_CALENDAR_LINES)))
    if len(events) > _MOST_EVENTS:
        raise Unreadable("There are too many entries")
    mine = frozenset(address.casefold() for address in addresses)
    free = frozenset(id(event) for event in events if event.value("UID").strip() in known or _free(event, mine))
    return busy_times(events, free, budget)


def _free(event: Component, mine: frozenset[str]) -> bool:
    if event.value("STATUS").upper() == "CANCELLED" or event.value("TRANSP").upper() == "TRANSPARENT":
        return True
    if event.value("X-MICROSOFT-CDO-BUSYSTATUS").upper() == "FREE":
        return True
    declined = (one for one in event.all("ATTENDEE") if one.parameters.get("PARTSTAT", "").upper() == "DECLINED")
    return any(address_of(one) in mine for one in declined)
