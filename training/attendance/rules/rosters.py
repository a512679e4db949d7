"""The roster of a meeting: when it may be read, marked, closed, and what is refused."""

from datetime import datetime, timedelta
from uuid import UUID

from training.base.errors import Conflict, Gone, Invalid
from training.base.structs import Frozen

OPENS_BEFORE = timedelta(minutes=60)
MARKED_FOR = timedelta(days=30)
MOST_MARKS = 500
# Enrollments in these states are on the roster.
ON_ROSTER_SQL = "state IN ('enrolled', 'completed', 'not completed')"


class NoRoster(Gone):
    """This meeting was cancelled or its session is not published, so there is no roster."""

    code = "no-roster"


class RosterNotOpen(Conflict):
    """This roster opens one hour before the meeting begins."""

    code = "roster-not-open"


class RosterShut(Conflict):
    """This meeting was more than 30 days ago. A program manager can still change its roster."""

    code = "roster-shut"


class MeetingNotBegun(Conflict):
    """The meeting has not begun, so its roster cannot be complete."""

    code = "meeting-not-begun"


class RosterClosedAlready(Conflict):
    """This roster is closed already."""

    code = "roster-closed"


class RosterIsOpen(Conflict):
    """This roster is open, so there is nothing to open again."""

    code = "roster-open"


class NotAllRecorded(Conflict):
    """Somebody on this roster is not recorded yet. Mark them, or say how all who are left were."""

    code = "not-all-recorded"


class MadeByAnother(Conflict):
    """These marks were made by somebody else than who is signed in here. They wait until that person signs in again."""

    code = "made-by-another"


class ReasonMissing(Invalid):
    """This needs a reason."""

    code = "reason-missing"


class NotOnRoster(Invalid):
    """Somebody named here is not on this roster."""

    code = "not-on-roster"


class RosterMeeting(Frozen, frozen=True, kw_only=True):
    """A meeting as whoever may open its roster knows it. All instants in UTC; `zone` is the meeting's.

    `may_mark`: lead, co-trainer or assistant of the session, or a manager; a shadow only reads. `may_manage`: of the
    program, who is bound to no time. `closed_at` is None while the roster is open; `version` is 0 before anybody
    touched it. `meeting_count` counts the session's meetings that are not cancelled. `rest_cancelled_at`: when the
    session was cancelled, after this meeting was held; nobody gets a place in it any more.
    """

    meeting_id: UUID
    session_id: UUID
    program_id: UUID
    course_id: UUID
    session_title: str
    session_state: str
    program_name: str
    mode: str
    number: int
    title: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    meeting_count: int
    may_mark: bool
    may_manage: bool
    room_name: str | None = None
    venue_name: str | None = None
    closed_at: datetime | None = None
    closed_by: UUID | None = None
    self_check_in: bool = False
    version: int = 0
    rest_cancelled_at: datetime | None = None

    @property
    def opens_at(self) -> datetime:
        """From when on it may be marked by those who teach."""
        return self.starts_at - OPENS_BEFORE

    @property
    def marked_until(self) -> datetime:
        """Until when it may be marked by those who teach."""
        return self.ends_at + MARKED_FOR

    @property
    def minutes(self) -> int:
        """How long the meeting is."""
        return minutes_between(self.starts_at, self.ends_at)

    def early(self, now: datetime) -> bool:
        """Whether nobody can have come yet: it has not opened. A manager may mark it even then, on purpose."""
        return self.may_mark and now < self.opens_at

    def begun(self, now: datetime) -> bool:
        """Whether it has begun: before that nobody can say that its roster is complete."""
        return self.starts_at <= now

    def can_mark(self, now: datetime) -> bool:
        """Whether this viewer may mark it now."""
        return self.may_manage or (self.may_mark and self.opens_at <= now <= self.marked_until)


def placed_later(placed_at: datetime, meeting: RosterMeeting) -> bool:
    """Whether somebody got their place once the meeting was over: nobody but who looks can say that they were there, so
    they are never filled in with all others."""
    return placed_at >= meeting.ends_at


def minutes_between(starts_at: datetime, ends_at: datetime) -> int:
    """Whole minutes, never below 0."""
    return max(0, int((ends_at - starts_at).total_seconds() // 60))


def check_open(meeting: RosterMeeting, now: datetime) -> None:
    """Raises RosterNotOpen or RosterShut, with the instant and the zone, unless it may be marked now. The former with
    `now`, by which a device sees how far its clock is ahead."""
    if meeting.may_manage:
        return
    if now < meeting.opens_at:
        raise RosterNotOpen(at=meeting.opens_at, zone=meeting.zone, now=now)
    if now > meeting.marked_until:
        raise RosterShut(at=meeting.marked_until, zone=meeting.zone)
