"""What others send: answers to our invitations, and the times at which somebody is busy elsewhere.

Every octet is hostile. Nothing here raises anything but Unreadable, takes longer than its limits allow, or reads a
title, a place or a description.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Literal
from urllib.parse import unquote

from training.base.structs import Frozen
from training.ics.lines import Component, Property, Unreadable, events_in, read_calendars
from training.ics.recurring import Budget, Busy, busy_times

Partstat = Literal["accepted", "tentative", "declined"]
Reason = Literal[
    "too-large",
    "not-a-calendar",
    "not-a-reply",
    "not-one-event",
    "one-of-a-series",
    "not-one-attendee",
    "delegated",
    "no-answer",
    "no-uid",
    "no-stamp",
]
"""Why a reply was refused. `delegated` also stands for one that somebody sent for somebody else."""

LARGEST_REPLY = 256 * 1024
LARGEST_CALENDAR = 2 * 1024 * 1024
_REPLY_LINES = 5_000
_CALENDAR_LINES = 100_000
_MOST_EVENTS = 10_000
_IN_REPLIES = frozenset("METHOD UID DTSTAMP SEQUENCE ATTENDEE RECURRENCE-ID RRULE".split())
_IN_CALENDARS = frozenset(
    "UID DTSTART DTEND DURATION RRULE RDATE EXDATE RECURRENCE-ID STATUS TRANSP ATTENDEE SEQUENCE "
    "X-MICROSOFT-CDO-BUSYSTATUS".split()
)
_PARTSTATS: dict[str, Partstat] = {"ACCEPTED": "accepted", "TENTATIVE": "tentative", "DECLINED": "declined"}
_STAMP = re.compile(r"([0-9]{8}T[0-9]{6})Z?")
_MAILBOX = re.compile(r"[^@\s<>\"]+@[^@\s<>\"]+")
_LONGEST_UID = 255
_LARGEST_NUMBER = 2**31 - 1


class Reply(Frozen, frozen=True, kw_only=True):
    """What one attendee answers. `attendee` is an address in lower case, `stamp` an aware UTC instant.

    Nothing is proven by it: who sent it, and whether the sequence is today's, is for the caller to judge.
    """

    uid: str
    attendee: str
    partstat: Partstat
    sequence: int
    stamp: datetime


class Refused(Frozen, frozen=True, kw_only=True):
    """Not an answer we take. `uid` and `attendee` are what was understood, for whoever looks at it."""

    reason: Reason
    uid: str = ""
    attendee: str = ""


def read_reply(data: bytes) -> Reply | Refused:
    """The answer in a `text/calendar` part: METHOD:REPLY, one event that is no series, one attendee. Never raises."""
    if len(data) > LARGEST_REPLY:
        return Refused(reason="too-large")
    try:
        calendars = read_calendars(data, wanted=_IN_REPLIES, most_lines=_REPLY_LINES)
    except Unreadable:
        return Refused(reason="not-a-calendar")
    if len(calendars) != 1 or [found.value.strip().upper() for found in calendars[0].all("METHOD")] != ["REPLY"]:
        return Refused(reason="not-a-reply")
    events = list(events_in(calendars))
    if len(events) != 1:
        return Refused(reason="not-one-event")
    return _reply(events[0])


def _reply(event: Component) -> Reply | Refused:
    uid, attendees = _plain(event.value("UID")), event.all("ATTENDEE")
    attendee = _address(attendees[0]) if len(attendees) == 1 else ""
    if reason := _fault(event, uid, attendee):
        return Refused(reason=reason, uid=uid, attendee=attendee)
    partstat = _PARTSTATS.get(attendees[0].parameters.get("PARTSTAT", "").upper())
    if partstat is None:
        return Refused(reason="no-answer", uid=uid, attendee=attendee)
    stamp = _stamp(event.value("DTSTAMP"))
    if stamp is None:
        return Refused(reason="no-stamp", uid=uid, attendee=attendee)
    sequence = event.value("SEQUENCE")
    number = int(sequence) if sequence.isascii() and sequence.isdigit() and len(sequence) <= 10 else 0
    return Reply(uid=uid, attendee=attendee, partstat=partstat, sequence=min(number, _LARGEST_NUMBER), stamp=stamp)


def _fault(event: Component, uid: str, attendee: str) -> Reason | None:
    if not uid or len(event.all("UID")) != 1:
        return "no-uid"
    if event.all("RECURRENCE-ID") or event.all("RRULE"):
        return "one-of-a-series"
    if not attendee:
        return "not-one-attendee"
    given = event.all("ATTENDEE")[0].parameters
    if {"DELEGATED-TO", "DELEGATED-FROM", "SENT-BY"} & given.keys() or given.get("PARTSTAT", "").upper() == "DELEGATED":
        return "delegated"
    return None


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
    return any(_address(one) in mine for one in declined)


def _address(attendee: Property) -> str:
    scheme, _, address = attendee.value.strip().partition(":")
    if scheme.casefold() != "mailto":
        address = attendee.parameters.get("EMAIL", "")
    address = unquote(address).strip().casefold()
    return address if len(address) <= _LONGEST_UID and _MAILBOX.fullmatch(address) and address.isprintable() else ""


def _plain(uid: str) -> str:
    plain = re.sub(r"\\([\\;,])", r"\1", uid)
    return plain if len(plain) <= _LONGEST_UID and plain.isprintable() else ""


def _stamp(text: str) -> datetime | None:
    found = _STAMP.fullmatch(text)
    try:
        return datetime.strptime(found[1], "%Y%m%dT%H%M%S").replace(tzinfo=UTC) if found else None
    except ValueError:
        return None
