"""Somebody came without a place: they get one by the rules of booking, and are marked present."""

from uuid import UUID

from msgspec.structs import replace

from training.attendance.actions.marking import get_markable
from training.attendance.actions.recording import record_marks
from training.attendance.events import WalkInAdded
from training.attendance.rules.marks import MarkInput, SavedMark
from training.attendance.rules.rosters import RosterMeeting, minutes_between
from training.attendance.rules.statuses import Status, Way
from training.base.errors import Invalid
from training.base.structs import Frozen
from training.base.work import Work
from training.booking.actions.walk_in import walk_in
from training.booking.rules.walk_ins import Comer, WalkedIn

# Whoever comes later than this is late; check-in says the same.
LATE_AFTER_MINUTES = 10
_MOST_LATE = 600
# Until they have a place.
NOBODY = UUID(int=0)
NOT_OVER = "The meeting is not over, so they are marked as arriving now. Leave out how they were."


class PresenceUnclear(Invalid):
    """This meeting is over. Say how they were: there for all of it, or for how many minutes."""

    code = "presence-unclear"


class There(Frozen, frozen=True, kw_only=True):
    """How somebody was at a meeting that is over: present, or partial with so many minutes; None where nobody said."""

    status: Status | None = None
    minutes: int | None = None


class Added(Frozen, frozen=True, kw_only=True):
    """A walk-in with a place and a mark; `version` is the roster's."""

    place: WalkedIn
    mark: SavedMark
    version: int


async def add_walk_in(work: Work, meeting_id: UUID, comer: Comer, there: There | None = None) -> Added:
    """Give somebody who came a place in the session, and mark them as arriving now at this meeting: present, or late,
    when it has been going on for more than ten minutes. Once it is over nobody arrives: `there` says how they were.

    Raises PresenceUnclear when it does not, or does before the end, and what `save_marks` and `walk_in` raise.
    """
    meeting = await get_markable(work.actor, meeting_id, work.now)
    arrived = _seen(meeting, there) if work.now >= meeting.ends_at else _arriving(work, meeting, there)
    place = await walk_in(work, meeting.session_id, comer)
    await work.flush()
    reason = comer.reason.strip() or "Came without a place."
    asked = replace(arrived, enrollment_id=place.enrollment_id, reason=reason)
    saved = await record_marks(work, meeting, [asked], way=Way.WALK_IN)
    work.emit(
        WalkInAdded(
            enrollment_id=place.enrollment_id,
            session_id=place.session_id,
            meeting_id=meeting.meeting_id,
            person_id=place.person_id,
            above_capacity=place.above_capacity,
            reason=comer.reason.strip(),
            partner_id=place.partner_id,
        )
    )
    return Added(place=place, mark=saved.marks[0], version=saved.version)


def _arriving(work: Work, meeting: RosterMeeting, there: There | None) -> MarkInput:
    """They come now, whatever they may be later. Raises PresenceUnclear when that is said already."""
    if there is not None:
        field = "status" if there.status else "minutes"
        raise PresenceUnclear(NOT_OVER, fields={field: NOT_OVER})
    late = minutes_between(meeting.starts_at, work.now)
    # Whoever comes long after the start was there for we do not know how long.
    counts = LATE_AFTER_MINUTES < late <= _MOST_LATE
    status = Status.LATE if counts else Status.PRESENT
    return MarkInput(enrollment_id=NOBODY, status=status, minutes_late=late if counts else 0, base_version=0)


def _seen(meeting: RosterMeeting, there: There | None) -> MarkInput:
    """What somebody says of whoever was there. Raises PresenceUnclear."""
    if there is None or there.status not in (Status.PRESENT, Status.PARTIAL):
        raise PresenceUnclear(fields={"status": "The meeting is over: say how they were."})
    minutes = there.minutes
    # Which of the two they meant is for them to say: the hours of somebody hang on it.
    if there.status is Status.PRESENT and minutes is not None:
        raise PresenceUnclear(fields={"minutes": "For all of it, or for these minutes? Minutes are for a part only."})
    if there.status is Status.PARTIAL and not minutes:
        raise PresenceUnclear(fields={"minutes": "Say for how many minutes they were there."})
    if minutes is not None and minutes > meeting.minutes:
        raise PresenceUnclear(fields={"minutes": f"The meeting lasted {meeting.minutes} minutes."})
    return MarkInput(enrollment_id=NOBODY, status=there.status, minutes=minutes, base_version=0)
