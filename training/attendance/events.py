"""What can happen to rosters. The first field names the subject; no names or addresses of people are in events."""

from uuid import UUID

from training.base.structs import Event


class AttendanceMarked(Event, frozen=True, kw_only=True):
    """These enrolled people were marked in the roster of a meeting; their overall attendance was computed anew."""

    meeting_id: UUID
    session_id: UUID
    enrollments: tuple[UUID, ...]
    way: str


class RosterClosed(Event, frozen=True, kw_only=True):
    """Somebody said that the roster of a meeting is complete. `way`: roster, or mail for the link in a message."""

    meeting_id: UUID
    session_id: UUID
    way: str


class RosterReopened(Event, frozen=True, kw_only=True):
    """A closed roster is worked on again."""

    meeting_id: UUID
    session_id: UUID
    reason: str


class OverallCorrected(Event, frozen=True, kw_only=True):
    """What counts for the whole session was set by hand; with an empty `status` the computed one counts again."""

    enrollment_id: UUID
    session_id: UUID
    status: str
    reason: str


class WalkInAdded(Event, frozen=True, kw_only=True):
    """Somebody came without a place and has one now; above the capacity only for a reason."""

    enrollment_id: UUID
    session_id: UUID
    meeting_id: UUID
    person_id: UUID
    above_capacity: bool
    reason: str
    partner_id: UUID | None = None


class CheckedIn(Event, frozen=True, kw_only=True):
    """Somebody was checked in by their code (qr), or checked in themselves by the code on the screen or the word."""

    enrollment_id: UUID
    meeting_id: UUID
    session_id: UUID
    way: str
    doubtful: bool


class SelfCheckInSwitched(Event, frozen=True, kw_only=True):
    """People may check in themselves from now on, or no longer; or the code and the word were made anew."""

    meeting_id: UUID
    session_id: UUID
    on: bool


class CheckInDecided(Event, frozen=True, kw_only=True):
    """Somebody who teaches said whether a doubtful check-in was right."""

    enrollment_id: UUID
    meeting_id: UUID
    session_id: UUID
    confirmed: bool


class MarkContested(Event, frozen=True, kw_only=True):
    """A learner said that a mark is wrong."""

    contest_id: UUID
    session_id: UUID
    meeting_id: UUID
    enrollment_id: UUID


class ContestWithdrawn(Event, frozen=True, kw_only=True):
    """A learner took back, before anybody answered, that a mark is wrong."""

    contest_id: UUID
    session_id: UUID
    meeting_id: UUID
    enrollment_id: UUID


class ContestDropped(Event, frozen=True, kw_only=True):
    """Nobody answers a contested mark any more: its meeting was cancelled while it ran."""

    contest_id: UUID
    session_id: UUID
    meeting_id: UUID
    enrollment_id: UUID


class ContestDecided(Event, frozen=True, kw_only=True):
    """Somebody who runs the session answered a contested mark."""

    contest_id: UUID
    session_id: UUID
    meeting_id: UUID
    enrollment_id: UUID
    granted: bool


class RosterEscalated(Event, frozen=True, kw_only=True):
    """A roster stayed open although its trainers were asked, so it stands on the manager's board now."""

    meeting_id: UUID
    session_id: UUID


class OnlineListTaken(Event, frozen=True, kw_only=True):
    """The list of participants of an online platform was brought in, to be matched with the roster."""

    import_id: UUID
    meeting_id: UUID
    session_id: UUID
    people: int


class OnlineListApplied(Event, frozen=True, kw_only=True):
    """The list of participants of an online platform was matched and marked the roster."""

    import_id: UUID
    meeting_id: UUID
    session_id: UUID
    marked: int
