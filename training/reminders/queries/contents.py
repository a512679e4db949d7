"""What messages of reminders say beside the facts: the sessions whole, their meetings, numbers of partners."""

from collections.abc import Sequence
from uuid import UUID

from training.base.database import fetch, marks
from training.base.structs import Frozen
from training.schedule.queries import list_meetings
from training.schedule.queries.sessions import COLUMNS
from training.schedule.rules.sessions import Meeting, Session


class Standing(Frozen, frozen=True, kw_only=True):
    """How a partner stands in a session, or a booking of it: who has a place, who waits, what has no name yet."""

    session_id: UUID
    partner_id: UUID | None
    partner_name: str
    booking_id: UUID
    booking_code: str
    enrolled: int
    waiting: int
    unnamed: int


class Contents(Frozen, frozen=True, kw_only=True):
    """What is known of some sessions for the words about them."""

    sessions: dict[UUID, Session]
    meetings: dict[UUID, list[Meeting]]
    standings: dict[UUID, list[Standing]]


async def list_contents(session_ids: Sequence[UUID], *, standings: bool) -> Contents:
    """Everything that messages about these sessions say; how partners stand in them only where somebody is told.

    Three statements.
    """
    sql = f"SELECT {COLUMNS} FROM session s WHERE s.id IN ({marks(session_ids)})"
    sessions = await fetch(Session, sql, *session_ids)
    meetings: dict[UUID, list[Meeting]] = {key: [] for key in session_ids}
    for meeting in await list_meetings(session_ids):
        if meeting.cancelled_at is None:
            meetings[meeting.session_id].append(meeting)
    stand: dict[UUID, list[Standing]] = {key: [] for key in session_ids}
    for standing in await _list_standings(session_ids) if standings else ():
        stand[standing.session_id].append(standing)
    return Contents(sessions={session.id: session for session in sessions}, meetings=meetings, standings=stand)


async def _list_standings(session_ids: Sequence[UUID]) -> list[Standing]:
    """Booking by booking; `partner_name` is empty for who booked for themselves."""
    return await fetch(
        Standing,
        "SELECT b.session_id, b.partner_id, COALESCE(r.name, '') AS partner_name, b.id AS booking_id,"
        " b.code AS booking_code,"
        " (SELECT count(*) FROM enrollment e WHERE e.booking_id = b.id AND e.state = 'enrolled') AS enrolled,"
        " (SELECT count(*) FROM enrollment w WHERE w.booking_id = b.id AND w.state = 'waitlisted') AS waiting,"
        " (SELECT count(*) FROM open_place o WHERE o.booking_id = b.id AND o.state = 'open') AS unnamed"
        " FROM booking b LEFT JOIN partner r ON r.id = b.partner_id"
        f" WHERE b.session_id IN ({marks(session_ids)}) ORDER BY b.created_at, b.id",
        *session_ids,
    )
