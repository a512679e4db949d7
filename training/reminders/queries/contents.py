"""What messages of reminders say beside the facts: the sessions whole, their meetings, numbers of partners."""

from collections.abc import Sequence
from uuid import UUID

from training.base.database import fetch, marks
from training.base.structs import Frozen
from training.booking.queries import list_positions
from training.booking.queries.asking import count_open_of
from training.reminders.rules.facts import Reader
from training.reminders.rules.plans import Audience
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
    """What is known of some sessions and their readers for the words to them.

    `positions` are those of waiting enrollments, `needed` is how much is still asked of a learner in a session.
    """

    sessions: dict[UUID, Session]
    meetings: dict[UUID, list[Meeting]]
    standings: dict[UUID, list[Standing]]
    positions: dict[UUID, int]
    needed: dict[tuple[UUID, UUID], int]


_LEARNERS = frozenset({Audience.ENROLLED, Audience.UNPREPARED, Audience.WAITLISTED})


async def list_contents(readers: Sequence[Reader]) -> Contents:
    """Everything that messages to these readers say; how partners stand in a session only where somebody is told.

    At most eight statements, however many readers.
    """
    session_ids = sorted({reader.session_id for reader in readers})
    if not session_ids:
        return Contents(sessions={}, meetings={}, standings={}, positions={}, needed={})
    sql = f"SELECT {COLUMNS} FROM session s WHERE s.id IN ({marks(session_ids)})"
    sessions = await fetch(Session, sql, *session_ids)
    meetings: dict[UUID, list[Meeting]] = {key: [] for key in session_ids}
    for meeting in await list_meetings(session_ids):
        if meeting.cancelled_at is None:
            meetings[meeting.session_id].append(meeting)
    stand: dict[UUID, list[Standing]] = {key: [] for key in session_ids}
    told = any(reader.audience not in _LEARNERS for reader in readers)
    for standing in await _list_standings(session_ids) if told else ():
        stand[standing.session_id].append(standing)
    waiting = [reader.subject_id for reader in readers if reader.audience is Audience.WAITLISTED]
    placed = {(reader.session_id, reader.person_id) for reader in readers if reader.audience is Audience.ENROLLED}
    return Contents(
        sessions={session.id: session for session in sessions},
        meetings=meetings,
        standings=stand,
        positions=await list_positions(waiting),
        needed=await count_open_of(sorted(placed)),
    )


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
