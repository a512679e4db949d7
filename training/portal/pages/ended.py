"""What a cancelled session ended for a partner's people, as one line: nobody of them gave anything up."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from training.base.structs import Frozen
from training.booking.queries import EnrollmentView
from training.portal.queries import Told, list_told
from training.portal.rules import Attending


class Ended(Frozen, frozen=True, kw_only=True):
    """A session that was cancelled. `by` is a name, '' where nobody wrote it down."""

    session_id: UUID
    title: str
    by: str
    reason: str
    at: datetime
    enrolled: int
    waiting: int


class _Booked(Frozen, frozen=True, kw_only=True):
    waitlisted: tuple[UUID, ...] = ()


async def ended_with_session(groups: Iterable[Attending[EnrollmentView]]) -> dict[UUID, Ended]:
    """What each cancelled session among these ended, by its id. No statement where none was cancelled."""
    gone = [group for group in groups if group.cancelled]
    asked = {key for group in gone for row in group.people for key in (row.id, row.booking_id, row.session_id)}
    told = await list_told(asked)
    return {group.session.session_id: ended_of(group, told) for group in gone}


def ended_of(group: Attending[EnrollmentView], told: Sequence[Told]) -> Ended:
    """Who waited until the end is whom a booking put on the waitlist and nobody moved up since."""
    session = group.session
    by = {one.subject_id: one.actor_name for one in told if one.event == "SessionCancelled"}
    booked = [one.said_json for one in told if one.event == "PlacesBooked"]
    waited = {key for text in booked for key in msgspec.json.decode(text, type=_Booked).waitlisted}
    waited -= {one.subject_id for one in told if one.event == "EnrollmentPromoted"}
    waiting = sum(row.id in waited for row in group.people)
    return Ended(
        session_id=session.session_id,
        title=session.session_title,
        by=by.get(session.session_id, ""),
        reason=session.state_reason,
        at=session.state_at,
        enrolled=len(group.people) - waiting,
        waiting=waiting,
    )
