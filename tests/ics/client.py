"""A small model of a calendar program: what one person sees after mails and feeds came, in any order, late or twice.

It follows RFC 5546 (2.1.5): of two versions of an event the one with the higher sequence counts, then the later stamp;
and it is as strict as the strictest of the programs people use: a withdrawal whose sequence is not higher is outdated,
a time that changes without one is a mistake, and so is an organizer that changes or a version that says two things.
Everything read passes the strict checker first. A mistake of the sender is an AssertionError.
"""

import email
import email.policy
from dataclasses import dataclass
from datetime import datetime

from tests.ics import checker
from tests.ics.checker import Part


@dataclass(frozen=True)
class Shown:
    """An event as somebody looks at it. Instants are in UTC; an event without an end has none of its own length."""

    uid: str
    start: datetime
    end: datetime
    title: str
    place: str
    description: str
    cancelled: bool
    blocks_time: bool


@dataclass(frozen=True)
class Version:
    """What a program keeps of an event."""

    sequence: int
    stamp: str
    organizer: str
    shown: Shown

    @property
    def age(self) -> tuple[int, str]:
        """What decides which of two versions counts."""
        return self.sequence, self.stamp


class Client:
    """The calendar of one person, who reads mail at `address`."""

    def __init__(self, address: str) -> None:
        self.address = address.casefold()
        self._invited: dict[str, Version] = {}
        self._feeds: dict[str, dict[str, Version]] = {}
        self._known: dict[tuple[str, str], dict[tuple[int, str], Version]] = {}

    def receive(self, data: bytes) -> None:
        """Take the calendar of one mail, a REQUEST or a CANCEL for this person. Older ones and doubles do nothing."""
        calendar = checker.read(data)
        method, event = calendar.text("METHOD"), calendar.all("VEVENT")[0]
        assert method in ("REQUEST", "CANCEL"), "a mail without a method is a file"
        assert mailbox(event, "ATTENDEE") == self.address, "an invitation of somebody else"
        version = version_of(calendar, event)
        self._consistent("mail", version)
        held = self._invited.get(version.shown.uid)
        if held is None:
            # Also a withdrawal that overtook its invitation is kept, so that the invitation comes too late.
            self._invited[version.shown.uid] = version
            return
        assert version.organizer == held.organizer, "another organizer: programs take it for another event"
        if version.age <= held.age:
            return
        times_differ = (version.shown.start, version.shown.end) != (held.shown.start, held.shown.end)
        assert version.sequence > held.sequence or not times_differ, "a new time without a new sequence"
        assert version.sequence > held.sequence or method == "REQUEST", "a withdrawal that programs call outdated"
        self._invited[version.shown.uid] = version

    def open(self, mail: bytes) -> None:
        """Take a whole message: one calendar among its alternatives, of the method and the sender that it says."""
        message = email.message_from_bytes(mail, policy=email.policy.default)
        parts = [
            part for part in message.walk() if part.get_content_type() == "text/calendar" and not part.is_attachment()
        ]
        assert len(parts) == 1, "a mail of an invitation has one calendar that is shown"
        payload = parts[0].get_payload(decode=True)
        assert isinstance(payload, bytes)
        calendar = checker.read(payload)
        assert str(parts[0].get_param("method")).upper() == calendar.text("METHOD")
        assert str(parts[0].get_content_charset()).casefold() == "utf-8"
        self.receive(payload)

    def subscribe(self, feed: str, data: bytes) -> None:
        """Fetch a feed, as it is now: what is no longer in it is gone."""
        calendar = checker.read(data)
        assert not calendar.has("METHOD"), "a feed has no method"
        found: dict[str, Version] = {}
        for event in calendar.all("VEVENT"):
            version = version_of(calendar, event)
            self._consistent(feed, version)
            held = self._feeds.get(feed, {}).get(version.shown.uid)
            assert held is None or version.age >= held.age, "a version went back"
            found[version.shown.uid] = version
        self._feeds[feed] = found

    def invited(self) -> dict[str, Shown]:
        """What invitations that are not withdrawn show, by uid."""
        return {uid: version.shown for uid, version in self._invited.items() if not version.shown.cancelled}

    def withdrawn(self) -> set[str]:
        """The uids of invitations that are shown struck out, or not at all."""
        return {uid for uid, version in self._invited.items() if version.shown.cancelled}

    def subscribed(self, feed: str) -> dict[str, Shown]:
        """What a feed shows, by uid; cancelled events too, which programs strike out."""
        return {uid: version.shown for uid, version in self._feeds.get(feed, {}).items()}

    def shown(self) -> dict[str, Shown]:
        """Everything that takes place, from mails and feeds together: one event for each uid."""
        found: dict[str, Shown] = {}
        for events in [self.invited(), *(self.subscribed(feed) for feed in self._feeds)]:
            found |= {uid: event for uid, event in events.items() if not event.cancelled}
        return found

    def _consistent(self, source: str, version: Version) -> None:
        """One version of an event says one thing for ever: programs that know it do not look at it again."""
        known = self._known.setdefault((source, version.shown.uid), {})
        assert known.setdefault(version.age, version).shown == version.shown, "one version says two things"


def version_of(calendar: Part, event: Part) -> Version:
    """What a VEVENT says."""
    start = checker.instant(calendar, event.one("DTSTART"))
    return Version(
        sequence=int(event.text("SEQUENCE")),
        stamp=event.text("DTSTAMP"),
        organizer=mailbox(event, "ORGANIZER") if event.has("ORGANIZER") else "",
        shown=Shown(
            uid=event.text("UID"),
            start=start,
            end=checker.instant(calendar, event.one("DTEND")) if event.has("DTEND") else start,
            title=event.text("SUMMARY"),
            place=event.text("LOCATION"),
            description=event.text("DESCRIPTION"),
            cancelled=event.text("STATUS") == "CANCELLED",
            blocks_time=event.text("TRANSP") == "OPAQUE",
        ),
    )


def mailbox(event: Part, name: str) -> str:
    """The address of an organizer or attendee, in lower case."""
    return event.one(name).value.removeprefix("mailto:").casefold()
