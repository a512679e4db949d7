"""Announcements: words that somebody wrote to a segment of a program, a course or a session. Pure."""

import re
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from training.base.errors import Conflict, Invalid
from training.base.structs import Frozen
from training.catalogue.rules import Mode

MOST_PARTNERS = 500
_BLANK_LINES = re.compile(r"\n\s*\n")


class Group(StrEnum):
    """Whom a segment reaches. Somebody in more than one gets one copy, for the first of them."""

    TRAINERS = "trainers"
    ENROLLED = "enrolled"
    OFFERED = "offered"
    WAITLISTED = "waitlisted"
    REQUESTED = "requested"
    COMPLETED = "completed"
    OPEN_PLACES = "open_places"
    COORDINATORS = "coordinators"


GROUPS = tuple(Group)
"""In the order in which a person's one copy is for them."""
GROUP_WORDS: dict[Group, str] = {
    Group.ENROLLED: "Enrolled",
    Group.WAITLISTED: "On the waitlist",
    Group.OFFERED: "Have an offer",
    Group.REQUESTED: "Have asked and not confirmed yet",
    Group.COMPLETED: "Had a place, whether completed or not",
    Group.TRAINERS: "Trainers",
    Group.OPEN_PLACES: "Coordinators with places without a name",
    Group.COORDINATORS: "All coordinators",
}
"""What a file calls each group, as the pages do."""
STATES: dict[Group, tuple[str, ...]] = {
    Group.ENROLLED: ("enrolled",),
    Group.OFFERED: ("offered",),
    Group.WAITLISTED: ("waitlisted",),
    Group.REQUESTED: ("requested",),
    Group.COMPLETED: ("completed", "not completed"),
}
"""Which enrollments the groups of learners mean."""


class When(StrEnum):
    """Which sessions of a program or a course are meant."""

    COMING = "coming"
    PAST = "past"
    ANY = "any"


class AnnouncementState(StrEnum):
    """A draft can be edited. What is scheduled goes out at its time; what is sent may still be going out."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    SENT = "sent"
    STOPPED = "stopped"


class Scope(Frozen, frozen=True, kw_only=True):
    """What an announcement is about: one session, one course, or a whole program."""

    program_id: UUID
    course_id: UUID | None = None
    session_id: UUID | None = None


class Segment(Frozen, frozen=True, kw_only=True):
    """To whom: groups of people, narrowed to partners and modes (none: all), and to coming or past sessions.

    Trainers belong to no partner and are not narrowed. For one session it does not matter when it is.
    """

    groups: tuple[Group, ...] = (Group.ENROLLED,)
    partner_ids: tuple[UUID, ...] = ()
    modes: tuple[Mode, ...] = ()
    when: When = When.COMING


class Details(Frozen, frozen=True, kw_only=True):
    """What somebody writes, and to whom."""

    subject: str
    words: str
    segment: Segment


class Announcement(Frozen, frozen=True, kw_only=True):
    """An announcement as it stands. `zone` is that of its session or program; `recipients` how many it was for."""

    id: UUID
    program_id: UUID
    program_name: str
    course_id: UUID | None
    session_id: UUID | None
    title: str
    zone: str
    segment: Segment
    subject: str
    words: str
    state: AnnouncementState
    send_at: datetime | None
    tested_at: datetime | None
    recipients: int
    fan_out_id: UUID | None
    author: str
    created_at: datetime
    sent_at: datetime | None
    version: int

    @property
    def scope(self) -> Scope:
        """What it is about."""
        return Scope(program_id=self.program_id, course_id=self.course_id, session_id=self.session_id)

    @property
    def topic(self) -> str:
        """What its messages are called in the outbox."""
        return f"announcement:{self.id}"


class Tally(Frozen, frozen=True, kw_only=True):
    """How many people of one group and one partner a segment reaches; `off` of them want no announcements, and mail to
    the addresses of `unreached` of the others comes back."""

    group: Group
    partner_name: str
    people: int
    off: int
    unreached: int = 0


class Numbers(Frozen, frozen=True, kw_only=True):
    """Whom a segment reaches: how many get a copy, how many want none, and of which groups and partners they are.

    `unreached` of those who get one have an address from which mail comes back, so their copy fails.
    """

    people: int
    off: int
    unreached: int = 0
    by_group: tuple[tuple[Group, int], ...]
    by_partner: tuple[tuple[str, int], ...]


class AnnouncementNotDraft(Conflict):
    """This announcement is not a draft any more. Stop it first if it waits for its time."""

    code = "announcement-not-draft"


class AnnouncementOver(Conflict):
    """Nothing of this announcement is left to stop: it is a draft, or every message has left."""

    code = "announcement-over"


class NobodyReached(Conflict):
    """Nobody is in these groups now, so there is nobody to send it to. Choose other people, or a later time."""

    code = "announcement-reaches-nobody"


def checked(details: Details) -> Details:
    """The details as they are kept. Raises Invalid with a sentence per field."""
    wrong: dict[str, str] = {}
    if not details.subject.strip():
        wrong["subject"] = "Please fill this in."
    if not details.words.strip():
        wrong["words"] = "Please fill this in."
    if not details.segment.groups:
        wrong["groups"] = "Please choose at least one group of people."
    if Mode.HYBRID in details.segment.modes:
        wrong["modes"] = "Somebody takes part in the room or online."
    if wrong:
        raise Invalid("Please look at the marked fields.", fields=wrong)
    segment = Segment(
        groups=tuple(group for group in GROUPS if group in details.segment.groups),
        partner_ids=tuple(dict.fromkeys(details.segment.partner_ids)),
        modes=tuple(mode for mode in (Mode.IN_PERSON, Mode.ONLINE) if mode in details.segment.modes),
        when=When(details.segment.when),
    )
    return Details(subject=details.subject.strip(), words=details.words.strip(), segment=segment)


def check_draft(announcement: Announcement) -> None:
    """Raise AnnouncementNotDraft unless it can be edited."""
    if announcement.state is not AnnouncementState.DRAFT:
        raise AnnouncementNotDraft(state=announcement.state.value)


def paragraphs(words: str) -> list[list[str]]:
    """Words as paragraphs of lines: an empty line begins a paragraph."""
    return [part.strip("\n").split("\n") for part in _BLANK_LINES.split(words.strip()) if part.strip()]


def added_up(tallies: Sequence[Tally]) -> Numbers:
    """The numbers of a segment. Groups stand in their order, partners by name; whoever belongs to none is left out."""
    groups: dict[Group, int] = {}
    partners: dict[str, int] = {}
    for tally in tallies:
        count = tally.people - tally.off
        groups[tally.group] = groups.get(tally.group, 0) + count
        if tally.partner_name:
            partners[tally.partner_name] = partners.get(tally.partner_name, 0) + count
    return Numbers(
        people=sum(tally.people - tally.off for tally in tallies),
        off=sum(tally.off for tally in tallies),
        unreached=sum(tally.unreached for tally in tallies),
        by_group=tuple((group, groups[group]) for group in GROUPS if groups.get(group)),
        by_partner=tuple(sorted((name, count) for name, count in partners.items() if count)),
    )
