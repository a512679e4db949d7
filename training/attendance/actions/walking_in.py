"""Somebody came without a place: they get one by the rules of booking, and are marked present."""

from uuid import UUID

from training.attendance.actions.marking import get_markable
from training.attendance.actions.recording import record_marks
from training.attendance.events import WalkInAdded
from training.attendance.rules.marks import MarkInput, SavedMark
from training.attendance.rules.rosters import RosterMeeting, minutes_between
from training.attendance.rules.statuses import Status, Way
from training.base.structs import Frozen
from training.base.work import Work
from training.booking.actions.walk_in import walk_in
from training.booking.rules.walk_ins import Comer, WalkedIn

# Whoever comes later than this is late; check-in says the same.
LATE_AFTER_MINUTES = 10
_MOST_LATE = 600


class Added(Frozen, frozen=True, kw_only=True):
    """A walk-in with a place and a mark; `version` is the roster's."""

    place: WalkedIn
    mark: SavedMark
    version: int


async def add_walk_in(work: Work, meeting_id: UUID, comer: Comer) -> Added:
    """Give somebody who came a place in the session, and mark them present at this meeting; late, when it has been
    going on for more than ten minutes. On a closed roster only with a reason.

    Raises what `save_marks` and `walk_in` raise.
    """
    meeting = await get_markable(work.actor, meeting_id, work.now)
    place = await walk_in(work, meeting.session_id, comer)
    await work.flush()
    asked = _mark(work, meeting, place.enrollment_id, comer.reason)
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


def _mark(work: Work, meeting: RosterMeeting, enrollment_id: UUID, reason: str) -> MarkInput:
    late = minutes_between(meeting.starts_at, min(work.now, meeting.ends_at))
    # Whoever is added once it is over, or long after the start, was there for we do not know how long.
    counts = LATE_AFTER_MINUTES < late <= _MOST_LATE and work.now < meeting.ends_at
    return MarkInput(
        enrollment_id=enrollment_id,
        status=Status.LATE if counts else Status.PRESENT,
        minutes_late=late if counts else 0,
        reason=reason.strip() or "Came without a place.",
        base_version=0,
    )
