"""What can happen in the schedule. The first field names the subject."""

from uuid import UUID

from training.base.structs import Event
from training.schedule.rules.clashes import Clash
from training.schedule.rules.inheritance import Kept
from training.schedule.rules.placing import MeetingFacts, MeetingMove, Renumbered
from training.schedule.rules.sessions import State, TrainerRole


class SessionDrafted(Event, frozen=True, kw_only=True):
    """A session was created; nobody but its makers sees it yet."""

    session_id: UUID
    program_id: UUID
    course_id: UUID
    title: str


class SessionEdited(Event, frozen=True, kw_only=True):
    """The named values of a session changed, by hand or because its course changed (`inherited`)."""

    session_id: UUID
    changed: tuple[str, ...]
    inherited: bool = False


class CourseNotFollowed(Event, frozen=True, kw_only=True):
    """A session kept values although its course changed them; they are its own from now on."""

    session_id: UUID
    course_id: UUID
    kept: tuple[Kept, ...]


class SessionResized(Event, frozen=True, kw_only=True):
    """A capacity or the overbooking allowance changed: there may be places for those who wait."""

    session_id: UUID


class SessionPublished(Event, frozen=True, kw_only=True):
    """The session's audience sees it and can book. `imported`: as a row of a file, so nobody teaches it yet."""

    session_id: UUID
    imported: bool = False


class SessionConfirmed(Event, frozen=True, kw_only=True):
    """The session will take place."""

    session_id: UUID


class SessionStarted(Event, frozen=True, kw_only=True):
    """The first meeting has begun."""

    session_id: UUID


class SessionClosed(Event, frozen=True, kw_only=True):
    """The last meeting is over."""

    session_id: UUID


class SessionCancelled(Event, frozen=True, kw_only=True):
    """The session will not take place. `meeting_ids` are the meetings that were still to come."""

    session_id: UUID
    reason: str
    was_published: bool
    meeting_ids: tuple[UUID, ...]


class MeetingAdded(Event, frozen=True, kw_only=True):
    """A session has one more meeting. `announced`: people could already have booked."""

    session_id: UUID
    meeting_id: UUID
    facts: MeetingFacts
    announced: bool


class MeetingsEdited(Event, frozen=True, kw_only=True):
    """Meetings of a draft changed; nobody relied on them. `zone_data`: as with MeetingsMoved."""

    session_id: UUID
    moves: tuple[MeetingMove, ...]
    zone_data: str = ""


class MeetingsMoved(Event, frozen=True, kw_only=True):
    """Meetings that people rely on changed in something an attendee sees; their sequences rose.

    `zone_data` names the release of zone data when nobody moved them: their wall times are the same.
    """

    session_id: UUID
    moves: tuple[MeetingMove, ...]
    zone_data: str = ""


class MeetingDropped(Event, frozen=True, kw_only=True):
    """A meeting will not take place, although the session does. `announced`: people could already have booked."""

    session_id: UUID
    meeting_id: UUID
    facts: MeetingFacts
    announced: bool = False


class MeetingsRenumbered(Event, frozen=True, kw_only=True):
    """Meetings of a session are counted anew, because one was added, moved or dropped: only those whose number changed.

    Whatever names a meeting by its number has to follow, or it would name another one.
    """

    session_id: UUID
    meetings: tuple[Renumbered, ...]


class ClashesAccepted(Event, frozen=True, kw_only=True):
    """Somebody planned a trainer or a room twice at the same time, knowingly."""

    session_id: UUID
    clashes: tuple[Clash, ...]


class TrainerAssigned(Event, frozen=True, kw_only=True):
    """A trainer teaches these meetings."""

    session_id: UUID
    person_id: UUID
    role: TrainerRole
    meeting_ids: tuple[UUID, ...]


class TrainerWithdrawn(Event, frozen=True, kw_only=True):
    """A trainer no longer teaches these meetings."""

    session_id: UUID
    person_id: UUID
    meeting_ids: tuple[UUID, ...]


class RoomAdded(Event, frozen=True, kw_only=True):
    """A venue has one more room."""

    room_id: UUID
    venue_id: UUID
    name: str


class RoomEdited(Event, frozen=True, kw_only=True):
    """Name, places or access notes of a room changed."""

    room_id: UUID
    changed: tuple[str, ...]


class SessionImported(Event, frozen=True, kw_only=True):
    """A row of a file became a session. `external_key` is what the row is recognised by."""

    session_id: UUID
    program_id: UUID
    course_id: UUID
    partner_id: UUID
    external_key: str
    title: str
    state: State


class SessionReimported(Event, frozen=True, kw_only=True):
    """A session nobody relied on was changed to what its row says now."""

    session_id: UUID
    partner_id: UUID
    external_key: str
    state: State


class BusySourceAdded(Event, frozen=True, kw_only=True):
    """A trainer gave the address of a calendar of their own. The address is a secret and in no event."""

    source_id: UUID
    person_id: UUID
    label: str


class BusySourceRemoved(Event, frozen=True, kw_only=True):
    """A trainer took the address of a calendar of their own away, and with it what was read there."""

    source_id: UUID
    person_id: UUID
    label: str


class BusySourceCalledUp(Event, frozen=True, kw_only=True):
    """A trainer had a calendar of their own read out of turn."""

    source_id: UUID
    person_id: UUID
    label: str
