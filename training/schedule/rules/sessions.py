"""What a session, a meeting, a room and a trainer's assignment are, and what follows from one of them alone."""

import unicodedata
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import msgspec

from training.base.errors import Conflict, Invalid
from training.base.structs import Frozen
from training.catalogue.rules import INHERITED, Audience, Inheritable, Mode, only
from training.schedule.rules.joining import is_open, joining_opens

__all__ = ["INHERITED", "Audience", "Inheritable", "Mode"]


class State(StrEnum):
    """Where a session stands in its life."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CONFIRMED = "confirmed"
    RUNNING = "running"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class TrainerRole(StrEnum):
    """What a trainer does in a meeting."""

    LEAD = "lead"
    CO = "co"
    ASSISTANT = "assistant"
    SHADOW = "shadow"


OPEN_STATES = frozenset({State.PUBLISHED, State.CONFIRMED})
"""States in which places can be booked."""
SEEN_STATES = frozenset({State.PUBLISHED, State.CONFIRMED, State.RUNNING})
"""States in which attendees rely on what is written."""
OVER_STATES = frozenset({State.CLOSED, State.CANCELLED})


class SessionOver(Conflict):
    """This session is closed or cancelled and cannot be changed any more."""

    code = "session-over"


class CapacityBelowTaken(Conflict):
    """There cannot be fewer places than are taken already. Move or cancel some of the people first."""

    code = "capacity-below-taken"


class ModeWaitedFor(CapacityBelowTaken):
    """Somebody waits for a mode that the session would not have any more. Give them a place or take them off first."""

    code = "mode-waited-for"


class NoSuchPartner(Invalid):
    """One of these partners does not exist."""

    code = "no-such-partner"


class NoSuchTrainer(Invalid):
    """This person does not exist."""

    code = "no-such-trainer"


class TrainerUnknownHere(Invalid):
    """Nobody who teaches in this program has this address. Staff can add a trainer."""

    code = "trainer-unknown-here"


class RoomNameTaken(Invalid):
    """This venue has a room of this name already."""

    code = "room-name-taken"


class Session(Inheritable, frozen=True, kw_only=True):
    """A session's row. Every inheritable value is the effective one; `own_fields` were set here on purpose.

    `taken_*` counts places, `waiting` people who wait, `waiting_*` those of them who would accept that mode.
    """

    id: UUID
    program_id: UUID
    course_id: UUID
    state: State
    access_code: str
    taken_in_person: int
    taken_online: int
    waiting_in_person: int
    waiting_online: int
    waiting: int
    overbooking: int
    arrivals: int
    booking_opens_at: datetime | None
    booking_closes_at: datetime | None
    own_json: str
    zone: str
    starts_at: datetime | None
    ends_at: datetime | None
    external_key: str | None
    notes_json: str
    published_at: datetime | None
    cancelled_at: datetime | None
    cancel_reason: str
    created_at: datetime
    version: int

    @property
    def own_fields(self) -> frozenset[str]:
        """The inheritable fields that were set here and do not follow the course."""
        return frozenset(msgspec.json.decode(self.own_json, type=list[str]))

    @property
    def import_notes(self) -> tuple[str, ...]:
        """What was assumed when this was imported."""
        return tuple(msgspec.json.decode(self.notes_json, type=list[str]))

    @property
    def values(self) -> Inheritable:
        """The effective values of what a course can say too."""
        return Inheritable(**only(Inheritable, self))

    @property
    def free_in_person(self) -> int:
        """Places in the room that nobody has, never below 0."""
        return max(0, self.capacity_in_person - self.taken_in_person)

    @property
    def free_online(self) -> int:
        """Places online that nobody has, never below 0."""
        return max(0, self.capacity_online - self.taken_online)


class SessionView(Session, frozen=True, kw_only=True):
    """A session as somebody looks at it: with the names around it and what that person is in it."""

    course_title: str
    program_name: str
    viewer_learns: bool
    viewer_trains: bool
    meeting_count: int = 1


class Listed(Frozen, frozen=True, kw_only=True):
    """A session as one line of a list. `next_starts_at` is the start of the first meeting that is not over."""

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
    waiting: int
    overtaking: bool
    booking_opens_at: datetime | None
    booking_closes_at: datetime | None
    zone: str
    starts_at: datetime | None
    ends_at: datetime | None
    version: int
    meeting_count: int
    venue_name: str | None
    next_starts_at: datetime | None

    @property
    def free_in_person(self) -> int:
        """Places in the room that nobody has, never below 0."""
        return max(0, self.capacity_in_person - self.taken_in_person)

    @property
    def free_online(self) -> int:
        """Places online that nobody has, never below 0."""
        return max(0, self.capacity_online - self.taken_online)


class Meeting(Frozen, frozen=True, kw_only=True):
    """A meeting with the names of its room and venue. `link` and `room_notes` are for those who take part."""

    id: UUID
    session_id: UUID
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
    link: str
    sequence: int
    changed_at: datetime
    cancelled_at: datetime | None
    room_name: str | None = None
    room_notes: str | None = None
    venue_id: UUID | None = None
    venue_name: str | None = None
    venue_address: str | None = None
    venue_zone: str | None = None

    @property
    def joining_opens(self) -> datetime:
        """From when learners find the link to it."""
        return joining_opens(self.starts_at)

    def joinable(self, now: datetime) -> bool:
        """Whether learners can join it now."""
        return self.cancelled_at is None and is_open(self.starts_at, self.ends_at, now)

    def for_strangers(self) -> "Meeting":
        """The same without what only those who take part may know."""
        return msgspec.structs.replace(self, link="", room_notes="")


class MonthMeeting(Frozen, frozen=True, kw_only=True):
    """A meeting on a calendar page, with what is needed of its session."""

    meeting_id: UUID
    session_id: UUID
    number: int
    meeting_count: int
    title: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    mode: Mode
    state: State
    capacity_in_person: int
    capacity_online: int
    taken_in_person: int
    taken_online: int
    venue_name: str | None


class Trainer(Frozen, frozen=True, kw_only=True):
    """Who teaches a meeting, as what. `id` is the assignment's."""

    id: UUID
    session_id: UUID
    meeting_id: UUID
    person_id: UUID
    name: str
    email: str
    role: TrainerRole


class Room(Frozen, frozen=True, kw_only=True):
    """A room with the name and zone of its venue. `places` is 0 when nobody said."""

    id: UUID
    venue_id: UUID
    venue_name: str
    zone: str
    name: str
    places: int
    access_notes: str
    version: int


class NotBookable(Frozen, frozen=True, kw_only=True):
    """Why places cannot be booked now. `at` is the instant it depends on, to be shown in `zone` and the reader's."""

    code: str
    sentence: str
    at: datetime | None = None
    zone: str = "UTC"


def bookable(session: Session | Listed, now: datetime) -> NotBookable | None:
    """None while places can be booked, otherwise the reason. Whether any are free is another question.

    Booking ends when the session starts unless an earlier time was set.
    """
    started = NotBookable(code="started", sentence="This session has started.", at=session.starts_at, zone=session.zone)
    reasons = {
        State.DRAFT: NotBookable(code="not-published", sentence="This session has not been published yet."),
        State.RUNNING: started,
        State.CLOSED: NotBookable(code="over", sentence="This session is over.", at=session.ends_at, zone=session.zone),
        State.CANCELLED: NotBookable(code="cancelled", sentence="This session has been cancelled."),
    }
    if session.state in reasons:
        return reasons[session.state]
    if session.starts_at is not None and session.starts_at <= now:
        return started
    if session.booking_opens_at is not None and now < session.booking_opens_at:
        return NotBookable(
            code="not-open-yet", sentence="Booking has not opened yet.", at=session.booking_opens_at, zone=session.zone
        )
    if session.booking_closes_at is not None and session.booking_closes_at <= now:
        return NotBookable(
            code="booking-closed", sentence="Booking has closed.", at=session.booking_closes_at, zone=session.zone
        )
    return None


def sees_joining_details(session: SessionView, *, manages: bool) -> bool:
    """Whether links, joining details and room notes may be shown: to enrolled people, trainers and managers."""
    return manages or session.viewer_learns or session.viewer_trains


def folded(*texts: str) -> str:
    """Texts as one line for searching: without accents, case, odd spaces or what cannot be printed."""
    plain = unicodedata.normalize("NFKD", " ".join(texts))
    bare = "".join(c if c.isprintable() else " " for c in plain if not unicodedata.combining(c))
    return " ".join(bare.casefold().split())


def search_text(values: Inheritable, course_title: str, meetings: Iterable[Meeting]) -> str:
    """What a session is found by: its title, its course's, its summary, and where it takes place."""
    places = {name: None for m in meetings for name in (m.venue_name, m.room_name) if name}
    return folded(values.title, course_title, values.summary, *places)


def denormalised(meetings: Iterable[Meeting]) -> dict[str, Any]:
    """What a session repeats of its meetings: first start, last end, and the zone of the first."""
    going_on = sorted((m for m in meetings if m.cancelled_at is None), key=lambda m: (m.starts_at, m.id))
    if not going_on:
        return {"starts_at": None, "ends_at": None}
    ends_at = max(meeting.ends_at for meeting in going_on)
    return {"starts_at": going_on[0].starts_at, "ends_at": ends_at, "zone": going_on[0].zone}
