"""Which meetings the sessions of a course have."""

from uuid import UUID

from training.attendance.queries.marks import HELD_SQL
from training.base.database import fetch
from training.base.structs import Frozen


class _Number(Frozen, frozen=True, kw_only=True):
    number: int | None


async def find_meeting_numbers(course_id: UUID) -> frozenset[int] | None:
    """The numbers of all meetings that are held, or were before the rest was cancelled; None where no session is."""
    rows = await fetch(
        _Number,
        f"SELECT DISTINCT m.number FROM session s LEFT JOIN meeting m ON m.session_id = s.id AND {HELD_SQL}"
        " WHERE s.course_id = {} AND s.state <> 'draft' AND (s.state <> 'cancelled' OR m.id IS NOT NULL)",
        course_id,
    )
    return frozenset(row.number for row in rows if row.number is not None) if rows else None
