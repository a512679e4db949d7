"""Announcements as JSON and as forms."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec import UNSET, Meta, UnsetType

from training.base.errors import Invalid
from training.base.structs import Frozen, Input, Line
from training.base.zones import zone_typed
from training.catalogue.rules import Mode
from training.reminders.queries.announcements import Progress
from training.reminders.rules.announcements import MOST_PARTNERS, Announcement, Details, Group, Numbers, Segment, When
from training.schedule.pages.typed import wall_time
from training.schedule.rules.times import resolve

Words = Annotated[
    str, Meta(min_length=1, max_length=20_000, description="Plain text; an empty line begins a paragraph.")
]
PartnerIds = Annotated[tuple[UUID, ...], Meta(max_length=MOST_PARTNERS)]
Groups = Annotated[tuple[Group, ...], Meta(max_length=20)]
Modes = Annotated[tuple[Mode, ...], Meta(max_length=5)]
About = Literal["program", "course", "session"]


def _segment(of: Any) -> Segment:
    # Cleaning input turns members of a StrEnum into plain text.
    return Segment(
        groups=tuple(Group(group) for group in of.groups),
        partner_ids=of.partner_ids,
        modes=tuple(Mode(mode) for mode in of.modes),
        when=When(of.when),
    )


class SegmentIn(Input, frozen=True, kw_only=True):
    """To whom: people of these groups, narrowed to partners and modes (none: all), of coming or past sessions."""

    groups: Annotated[tuple[Group, ...], Meta(min_length=1, max_length=20)] = (Group.ENROLLED,)
    partner_ids: PartnerIds = ()
    modes: Modes = ()
    when: When = When.COMING


class AnnouncementIn(Input, frozen=True, kw_only=True):
    """An announcement to begin. It is about exactly one of program, course and session."""

    subject: Line
    words: Words
    program_id: UUID | None = None
    course_id: UUID | None = None
    session_id: UUID | None = None
    segment: SegmentIn = SegmentIn()

    def about(self) -> tuple[str, UUID]:
        """What it is about. Raises Invalid unless that is exactly one thing."""
        given = {"program": self.program_id, "course": self.course_id, "session": self.session_id}
        found = [(kind, subject_id) for kind, subject_id in given.items() if subject_id is not None]
        if len(found) != 1:
            raise Invalid("Say which program, course or session it is about: exactly one of them.")
        return found[0]

    def details(self) -> Details:
        """What is to be kept."""
        return Details(subject=self.subject, words=self.words, segment=_segment(self.segment))


class AnnouncementChange(Input, frozen=True, kw_only=True):
    """Fields of a draft to change; what is left out stays."""

    subject: Line | UnsetType = UNSET
    words: Words | UnsetType = UNSET
    segment: SegmentIn | UnsetType = UNSET

    def details(self, now: Announcement) -> Details:
        """What is to be kept, with what is `now` for whatever was left out."""
        return Details(
            subject=now.subject if self.subject is UNSET else self.subject,
            words=now.words if self.words is UNSET else self.words,
            segment=now.segment if self.segment is UNSET else _segment(self.segment),
        )


class ScheduleIn(Input, frozen=True, kw_only=True):
    """When it goes out: a wall time in a zone, or at once without one. `fold` chooses between two equal wall times."""

    local_time: datetime | None = None
    zone: Annotated[str, Meta(max_length=64)] = "UTC"
    fold: Literal[0, 1] | None = None

    def at(self) -> datetime | None:
        """The instant; None for at once. Raises Invalid for a time that does not exist there, or exists twice."""
        if self.local_time is None:
            return None
        if self.local_time.tzinfo is not None:
            raise Invalid(fields={"local_time": "Please give the time on the clock there, without an offset."})
        return resolve(self.local_time, self.zone, self.fold).at


class AnnouncementForm(Input, frozen=True, kw_only=True):
    """The form of an announcement. `version` is what was looked at."""

    subject: Line
    words: Words
    groups: Groups = ()
    partner_ids: PartnerIds = ()
    modes: Modes = ()
    when: When = When.COMING
    version: int = 0

    def details(self) -> Details:
        """What is to be kept."""
        return Details(subject=self.subject, words=self.words, segment=_segment(self))


class ScheduleForm(Input, frozen=True, kw_only=True):
    """The form that lets it go out. `how`: "now", or "later" at a wall time. `version` is what was looked at."""

    how: Literal["now", "later"] = "later"
    local_time: Annotated[str, Meta(max_length=30)] = ""
    zone: Annotated[str, Meta(max_length=64)] = ""
    fold: Literal["", "0", "1"] = ""
    version: int = 0

    def at(self, zone: str) -> datetime | None:
        """The instant on the clocks of the chosen zone, else of `zone`; None for at once. Raises Invalid."""
        if self.how == "now":
            return None
        local = wall_time("local_time", self.local_time)
        try:
            return resolve(local, zone_typed(self.zone) or zone, int(self.fold) if self.fold else None).at
        except Invalid as error:
            field = "zone" if error.code == "unknown-zone" else "local_time"
            raise Invalid(fields={field: error.detail}) from error


class AboutQuery(Input, frozen=True, kw_only=True):
    """What a new announcement is about; the first that is given counts."""

    session: UUID | None = None
    course: UUID | None = None
    program: UUID | None = None

    def about(self) -> tuple[str, UUID] | None:
        """The kind and the id; None when nothing was chosen yet."""
        for kind in ("session", "course", "program"):
            if getattr(self, kind) is not None:
                return kind, getattr(self, kind)
        return None


class ListQuery(Input, frozen=True, kw_only=True):
    """Which announcements to list."""

    program: UUID | None = None
    session: UUID | None = None
    cursor: Annotated[str, Meta(max_length=500)] = ""


class SegmentOut(Frozen, frozen=True, kw_only=True):
    """To whom."""

    groups: tuple[Group, ...]
    partner_ids: tuple[UUID, ...]
    modes: tuple[Mode, ...]
    when: When


class AnnouncementOut(Frozen, frozen=True, kw_only=True):
    """An announcement. `recipients` is how many it was for when it went out; instants are UTC."""

    id: UUID
    program_id: UUID
    course_id: UUID | None
    session_id: UUID | None
    title: str
    subject: str
    words: str
    segment: SegmentOut
    state: str
    send_at: datetime | None
    tested_at: datetime | None
    sent_at: datetime | None
    recipients: int
    author: str
    created_at: datetime
    version: int

    @classmethod
    def of(cls, announcement: Announcement) -> "AnnouncementOut":
        """From the action's result."""
        segment = announcement.segment
        return cls(
            segment=SegmentOut(
                groups=segment.groups, partner_ids=segment.partner_ids, modes=segment.modes, when=segment.when
            ),
            **{name: getattr(announcement, name) for name in cls.__struct_fields__ if name != "segment"},
        )


class AnnouncementPage(Frozen, frozen=True, kw_only=True):
    """Announcements, the newest first."""

    items: list[AnnouncementOut]
    next_cursor: str | None = None


class CountOut(Frozen, frozen=True, kw_only=True):
    """How many people of something."""

    name: str
    people: int


class ReachOut(Frozen, frozen=True, kw_only=True):
    """Whom it reaches now: how many get a copy, how many want no announcements, and of which groups and partners.

    Mail to the addresses of `unreached` of those who get a copy comes back, so those copies fail. After it went out,
    `messages` says how many copies are in which state.
    """

    people: int
    switched_off: int
    unreached: int
    by_group: list[CountOut]
    by_partner: list[CountOut]
    messages: dict[str, int]

    @classmethod
    def of(cls, numbers: Numbers, progress: Progress) -> "ReachOut":
        """From the numbers of the segment and of the messages."""
        return cls(
            people=numbers.people,
            switched_off=numbers.off,
            unreached=numbers.unreached,
            by_group=[CountOut(name=group.value, people=count) for group, count in numbers.by_group],
            by_partner=[CountOut(name=name, people=count) for name, count in numbers.by_partner],
            messages=progress.states,
        )
