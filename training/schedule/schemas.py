"""What comes in and goes out about the schedule as JSON."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from msgspec import Meta

from training.base.paging import Page
from training.base.structs import Frozen, Input, ShortLine
from training.catalogue.rules import Audience, Inheritable, Mode, only
from training.schedule.queries import OwnSource
from training.schedule.rules.inheritance import differing
from training.schedule.rules.sessions import (
    Listed,
    Meeting,
    Room,
    SessionView,
    State,
    Trainer,
    TrainerRole,
    bookable,
)
from training.schedule.rules.steps import Readiness
from training.schedule.rules.values import Assignment, MeetingChange, MeetingPatch, MeetingValues, SessionValues


class SessionIn(SessionValues, frozen=True, kw_only=True):
    """A session to draft. What is left out is inherited from the course."""

    course_id: UUID
    meetings: Annotated[tuple[MeetingValues, ...], Meta(max_length=100)] = ()
    accept_warnings: bool = False

    def values(self) -> SessionValues:
        """What is said about the session itself."""
        return SessionValues(**only(SessionValues, self))


class MeetingIn(MeetingValues, frozen=True, kw_only=True):
    """A meeting to add. Wall times carry no offset: `zone` says where, `*_fold` which of two equal ones."""

    accept_warnings: bool = False


class MeetingPatchIn(MeetingPatch, frozen=True, kw_only=True):
    """Fields of a meeting to change; what is left out stays."""

    accept_warnings: bool = False

    def change(self, meeting_id: UUID) -> MeetingChange:
        """The same for the meeting of this id."""
        return MeetingChange(meeting_id=meeting_id, **only(MeetingPatch, self))


class MoveIn(Input, frozen=True, kw_only=True):
    """Meetings of a session to change together, all or none."""

    meetings: Annotated[tuple[MeetingChange, ...], Meta(min_length=1, max_length=100)]
    accept_warnings: bool = False


class CancelIn(Input, frozen=True, kw_only=True):
    """Why a session is cancelled: everybody concerned will read it."""

    reason: Annotated[str, Meta(min_length=1, max_length=2_000)]


class TrainerIn(Assignment, frozen=True, kw_only=True):
    """A trainer for some meetings of a session; no `meeting_ids` means all of them."""

    accept_warnings: bool = False

    def assignment(self) -> Assignment:
        """Who teaches what."""
        return Assignment(**only(Assignment, self))


class RoomOut(Frozen, frozen=True, kw_only=True):
    """A room, for those who plan."""

    id: UUID
    venue_id: UUID
    venue_name: str
    zone: str
    name: str
    places: int
    access_notes: str
    version: int

    @classmethod
    def of(cls, room: Room) -> "RoomOut":
        """The same as the domain knows it."""
        return cls(**only(cls, room))


class RoomsOut(Frozen, frozen=True, kw_only=True):
    """Rooms, by venue and name."""

    items: list[RoomOut]


class MeetingOut(Frozen, frozen=True, kw_only=True):
    """A meeting. `link` and `room_notes` are null for those who do not take part."""

    id: UUID
    number: int
    title: str
    local_start: datetime
    local_end: datetime
    zone: str
    start_fold: int
    end_fold: int
    starts_at: datetime
    ends_at: datetime
    room_id: UUID | None
    room_name: str | None
    venue_id: UUID | None
    venue_name: str | None
    venue_address: str | None
    link: str | None
    room_notes: str | None
    sequence: int
    cancelled_at: datetime | None

    @classmethod
    def of(cls, meeting: Meeting, *, joining: bool) -> "MeetingOut":
        """The meeting for somebody who may or may not know how to get in."""
        values = only(cls, meeting)
        if not joining:
            values |= {"link": None, "room_notes": None}
        return cls(**values)


class MeetingsOut(Frozen, frozen=True, kw_only=True):
    """The meetings of a session, by number."""

    items: list[MeetingOut]


class TrainerOut(Frozen, frozen=True, kw_only=True):
    """Who teaches a meeting. `email` is null for those who do not manage the session."""

    meeting_id: UUID
    person_id: UUID
    name: str
    role: TrainerRole
    email: str | None

    @classmethod
    def of(cls, trainer: Trainer, *, manages: bool) -> "TrainerOut":
        """The trainer for somebody who may or may not write to them."""
        return cls(**{**only(cls, trainer), "email": trainer.email if manages else None})


class TrainersOut(Frozen, frozen=True, kw_only=True):
    """Who teaches the meetings of a session."""

    items: list[TrainerOut]


class BookableOut(Frozen, frozen=True, kw_only=True):
    """Whether places can be booked now; if not, why, and the instant it depends on."""

    now: bool
    code: str | None = None
    reason: str | None = None
    at: datetime | None = None
    zone: str | None = None

    @classmethod
    def of(cls, session: SessionView | Listed, now: datetime) -> "BookableOut":
        """As things stand at `now`."""
        reason = bookable(session, now)
        if reason is None:
            return cls(now=True)
        return cls(now=False, code=reason.code, reason=reason.sentence, at=reason.at, zone=reason.zone)


class ManagedOut(Frozen, frozen=True, kw_only=True):
    """What only those who manage a session see of it."""

    own_fields: list[str]
    differs_from_course: list[str]
    access_code: str
    partner_ids: list[UUID]
    import_notes: list[str]
    warnings: list[str]
    missing: list[str]


class SessionOut(Inheritable, frozen=True, kw_only=True):
    """A session. `joining_details` is empty for those who do not take part; `managed` is null for most people."""

    id: UUID
    program_id: UUID
    program_name: str
    course_id: UUID
    course_title: str
    state: State
    overbooking: int
    taken_in_person: int
    taken_online: int
    free_in_person: int
    free_online: int
    waiting: int
    booking_opens_at: datetime | None
    booking_closes_at: datetime | None
    zone: str
    starts_at: datetime | None
    ends_at: datetime | None
    published_at: datetime | None
    cancelled_at: datetime | None
    cancel_reason: str
    version: int
    bookable: BookableOut
    meetings: list[MeetingOut]
    trainers: list[TrainerOut]
    managed: ManagedOut | None = None


class Seen(Frozen, frozen=True, kw_only=True):
    """A session with what belongs to it, and how much of it the reader may see."""

    session: SessionView
    meetings: Sequence[Meeting]
    trainers: Sequence[Trainer]
    joining: bool
    managed: ManagedOut | None


def session_out(seen: Seen, now: datetime) -> SessionOut:
    """The session as JSON for this reader."""
    session = seen.session
    values: dict[str, Any] = {
        name: getattr(session, name) for name in SessionOut.__struct_fields__ if hasattr(session, name)
    }
    if not seen.joining:
        values["joining_details"] = ""
    return SessionOut(
        **values,
        bookable=BookableOut.of(session, now),
        meetings=[MeetingOut.of(meeting, joining=seen.joining) for meeting in seen.meetings],
        trainers=[TrainerOut.of(trainer, manages=seen.managed is not None) for trainer in seen.trainers],
        managed=seen.managed,
    )


def managed_out(session: SessionView, course: Inheritable, partner_ids: Sequence[UUID], ready: Readiness) -> ManagedOut:
    """What those who manage a session see of it."""
    return ManagedOut(
        own_fields=sorted(session.own_fields),
        differs_from_course=list(differing(session.own_fields, session.values, course)),
        access_code=session.access_code,
        partner_ids=list(partner_ids),
        import_notes=list(session.import_notes),
        warnings=list(ready.warnings),
        missing=list(ready.missing),
    )


class ListedOut(Frozen, frozen=True, kw_only=True):
    """A session as one line of a list."""

    id: UUID
    program_id: UUID
    program_name: str
    course_id: UUID
    course_title: str
    title: str
    summary: str
    language: str
    mode: Mode
    state: State
    audience: Audience
    self_enrollment: bool
    capacity_in_person: int
    capacity_online: int
    taken_in_person: int
    taken_online: int
    free_in_person: int
    free_online: int
    waiting: int
    zone: str
    starts_at: datetime | None
    ends_at: datetime | None
    next_starts_at: datetime | None
    meeting_count: int
    venue_name: str | None
    version: int
    bookable: BookableOut


class SessionPage(Frozen, frozen=True, kw_only=True):
    """A page of sessions and the cursor of the next page."""

    items: list[ListedOut]
    next_cursor: str | None

    @classmethod
    def of(cls, page: Page[Listed], now: datetime) -> "SessionPage":
        """The page as JSON."""
        names = [name for name in ListedOut.__struct_fields__ if name != "bookable"]
        return cls(
            items=[
                ListedOut(**{name: getattr(line, name) for name in names}, bookable=BookableOut.of(line, now))
                for line in page.items
            ],
            next_cursor=page.next_cursor,
        )


class BusySourceIn(Input, frozen=True, kw_only=True):
    """The address of a calendar of one's own (https or webcal) and what to call it."""

    address: Annotated[str, Meta(min_length=1, max_length=2_000)]
    label: ShortLine = ""


class BusySourceOut(Frozen, frozen=True, kw_only=True):
    """A calendar that is read. `server` is all that is told of its address; `error` says why it could not be read."""

    id: UUID
    label: str
    server: str
    next_at: datetime
    read_at: datetime | None
    error: str
    times: int

    @classmethod
    def of(cls, source: OwnSource) -> "BusySourceOut":
        """The same as its owner may know it."""
        return cls(**{name: getattr(source, name) for name in cls.__struct_fields__})


class BusySources(Frozen, frozen=True, kw_only=True):
    """The calendars of a person."""

    items: list[BusySourceOut]


class BusyTimeOut(Frozen, frozen=True, kw_only=True):
    """Busy from `starts_at`, included, to `ends_at`, excluded."""

    starts_at: datetime
    ends_at: datetime


class BusyTimes(Frozen, frozen=True, kw_only=True):
    """When somebody is busy, by start."""

    items: list[BusyTimeOut]
