"""What calendar programs answer to our invitations. Nothing here expands a recurrence, so that rules may read it.

Every octet is hostile. Nothing here raises, takes longer than its limits allow, or reads a title, a place or a
description.
"""

import re
from datetime import UTC, datetime
from typing import Literal
from urllib.parse import unquote

from training.base.structs import Frozen
from training.ics.lines import Component, Property, Unreadable, events_in, read_calendars

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
    "no-sequence",
]
"""Why a reply was refused. `delegated` also stands for one that somebody sent for somebody else."""

LARGEST_REPLY = 256 * 1024
_REPLY_LINES = 5_000
_IN_REPLIES = frozenset("METHOD UID DTSTAMP SEQUENCE ATTENDEE RECURRENCE-ID RRULE".split())
_PARTSTATS: dict[str, Partstat] = {"ACCEPTED": "accepted", "TENTATIVE": "tentative", "DECLINED": "declined"}
_STAMP = re.compile(r"([0-9]{8}T[0-9]{6})Z?")
_SEQUENCE = re.compile(r"\+?[0-9]{1,10}")
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
    attendee = address_of(attendees[0]) if len(attendees) == 1 else ""
    if reason := _fault(event, uid, attendee):
        return Refused(reason=reason, uid=uid, attendee=attendee)
    partstat = _PARTSTATS.get(attendees[0].parameters.get("PARTSTAT", "").upper())
    if partstat is None:
        return Refused(reason="no-answer", uid=uid, attendee=attendee)
    stamp = _stamp(event.value("DTSTAMP"))
    if stamp is None:
        return Refused(reason="no-stamp", uid=uid, attendee=attendee)
    sequence = _sequence(event)
    if sequence is None:
        return Refused(reason="no-sequence", uid=uid, attendee=attendee)
    return Reply(uid=uid, attendee=attendee, partstat=partstat, sequence=sequence, stamp=stamp)


def _sequence(event: Component) -> int | None:
    """The version that is answered: the first where none is named, None for what is no version."""
    given = [found.value.strip() for found in event.all("SEQUENCE")] or ["0"]
    if len(given) != 1 or not _SEQUENCE.fullmatch(given[0]):
        return None
    return min(int(given[0]), _LARGEST_NUMBER)


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


def address_of(attendee: Property) -> str:
    """The address of an attendee in lower case; empty for what is none."""
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
