"""Which meetings the sessions of a course have."""

from uuid import UUID

from training.base.database import fetch
from training.base.structs import Frozen


class _Number(Frozen, frozen=True, kw_only=True):
    number: int | None


async def find_meeting_numbers(course_id: UUID) -> frozenset[int] | None:
    """The numbers of all meetings that are not cancelled, in sessions that are held; None where no session is."""
    rows = await fetch(
        _Number,
        "SELECT DISTINCT m.number FROM session s LEFT JOIN meeting m ON m.session_id = s.id AND m.cancelled_at IS NULL"
        " WHERE s.course_id = {} AND s.state NOT IN ('draft', 'cancelled')",
        course_id,
    )
    return frozenset(row.number for row in rows if row.number is not None) if rows else None
