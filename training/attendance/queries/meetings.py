"""The meetings of a session with how far their rosters are."""

from datetime import datetime
from uuid import UUID

from training.attendance.queries.marks import EXPECTED_SQL, ROSTERED_SQL
from training.base.database import fetch
from training.base.structs import Frozen


class MeetingRoster(Frozen, frozen=True, kw_only=True):
    """One meeting and its roster: `recorded` of `expected` people are marked; `closed_at` is None while it is open.
    Whoever got their place after it is expected only once they are marked all the same."""

    id: UUID
    number: int
    title: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    closed_at: datetime | None
    expected: int
    recorded: int


async def list_roster_meetings(session_id: UUID) -> list[MeetingRoster]:
    """The meetings of a session that are not cancelled, by start. One statement; judges nobody's right."""
    return await fetch(
        MeetingRoster,
        "SELECT m.id, m.number, m.title, m.starts_at, m.ends_at, m.zone, r.closed_at,"
        f" (SELECT COUNT(*) FROM enrollment e WHERE e.session_id = m.session_id AND {ROSTERED_SQL}"
        f" AND {EXPECTED_SQL}) AS expected,"
        " (SELECT COUNT(*) FROM mark k JOIN enrollment e ON e.id = k.enrollment_id WHERE k.meeting_id = m.id"
        f" AND k.status <> 'not recorded' AND {ROSTERED_SQL}) AS recorded"
        " FROM meeting m LEFT JOIN roster r ON r.id = m.id"
        " WHERE m.session_id = {} AND m.cancelled_at IS NULL ORDER BY m.starts_at, m.id",
        session_id,
    )
