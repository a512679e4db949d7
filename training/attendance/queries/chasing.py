"""Rosters that nobody closed, and who is asked for them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import LiteralString
from uuid import UUID

from training.attendance.queries.marks import EXPECTED_SQL
from training.attendance.rules.chasing import FIRST, LINK_KEPT, Asked, OpenRoster
from training.attendance.rules.rosters import ON_ROSTER_SQL
from training.base.database import fetch, fetch_one, marks
from training.base.structs import Frozen

MOST_AT_ONCE = 2_000
# A meeting that begins before this and ends after it would be a day long; only so that an index helps.
_LONGEST_MEETING = timedelta(days=2)

_OPEN: LiteralString = (
    "SELECT m.id AS meeting_id, m.session_id, m.ends_at, COALESCE(r.chases, 0) AS chases, r.chased_at, r.escalated_at"
    " FROM meeting m JOIN session s ON s.id = m.session_id LEFT JOIN roster r ON r.id = m.id"
    " WHERE m.cancelled_at IS NULL AND s.state NOT IN ('draft', 'cancelled') AND r.closed_at IS NULL"
    f" AND EXISTS (SELECT 1 FROM enrollment e WHERE e.session_id = s.id AND e.{ON_ROSTER_SQL} AND {EXPECTED_SQL})"
)


async def list_open_rosters(now: datetime) -> list[OpenRoster]:
    """The rosters that may be asked for now and are on no board yet, by the end of their meetings.

    Nobody is asked for a roster on which nobody is, or only who got their place after the meeting.
    """
    return await fetch(
        OpenRoster,
        f"{_OPEN} AND r.escalated_at IS NULL AND m.starts_at > {{}} AND m.starts_at < {{}} AND m.ends_at > {{}}"
        " AND m.ends_at <= {} ORDER BY m.ends_at, m.id LIMIT {}",
        now - LINK_KEPT - _LONGEST_MEETING,
        now,
        now - LINK_KEPT,
        now - FIRST,
        MOST_AT_ONCE,
    )


async def find_open_roster(meeting_id: UUID) -> OpenRoster | None:
    """One of them, as it stands now; None when it was closed, or there is nothing to close any more."""
    return await fetch_one(OpenRoster, f"{_OPEN} AND m.id = {{}}", meeting_id)


_ASKED = (
    "SELECT t.id AS assignment_id, t.meeting_id, t.person_id, COALESCE(NULLIF(p.name, ''), p.email) AS name, p.email,"
    " p.zone, p.locale, t.role, m.ends_at FROM trainer_assignment t JOIN person p ON p.id = t.person_id"
    " JOIN meeting m ON m.id = t.meeting_id WHERE p.disabled_at IS NULL"
)


async def list_trainers_to_ask(meeting_id: UUID) -> list[Asked]:
    """Everybody who teaches a meeting in any role, by name."""
    return await fetch(Asked, f"{_ASKED} AND t.meeting_id = {{}} ORDER BY p.name, t.id", meeting_id)


async def find_asked(assignment_id: UUID) -> Asked | None:
    """Whom a link in a message was for; None when they do not teach that meeting any more."""
    return await fetch_one(Asked, f"{_ASKED} AND t.id = {{}}", assignment_id)


class ToRecord(Frozen, frozen=True, kw_only=True):
    """What a message says of an open roster. `people` are on it, `recorded` of them have a mark. Whoever got their
    place after the meeting counts only with a mark."""

    meeting_id: UUID
    session_id: UUID
    program_id: UUID
    title: str
    number: int
    meeting_count: int
    starts_at: datetime
    ends_at: datetime
    zone: str
    place: str
    people: int
    recorded: int


async def get_to_record(meeting_id: UUID) -> ToRecord:
    """What a message says of the roster of a meeting that is there."""
    found = await fetch_one(
        ToRecord,
        "SELECT m.id AS meeting_id, m.session_id, s.program_id, s.title, m.number, m.starts_at, m.ends_at, m.zone,"
        " COALESCE(v.name, '') AS place, (SELECT count(*) FROM meeting n WHERE n.session_id = s.id"
        " AND n.cancelled_at IS NULL) AS meeting_count, (SELECT count(*) FROM enrollment e"
        f" WHERE e.session_id = s.id AND e.{ON_ROSTER_SQL} AND {EXPECTED_SQL}) AS people, (SELECT count(*) FROM mark k"
        " JOIN enrollment e ON e.id = k.enrollment_id WHERE k.meeting_id = m.id AND k.status <> 'not recorded'"
        f" AND e.{ON_ROSTER_SQL}) AS recorded FROM meeting m"
        " JOIN session s ON s.id = m.session_id LEFT JOIN room r ON r.id = m.room_id"
        " LEFT JOIN venue v ON v.id = r.venue_id WHERE m.id = {}",
        meeting_id,
    )
    if found is None:
        raise LookupError("A roster belongs to a meeting")
    return found


class _Open(Frozen, frozen=True, kw_only=True):
    id: UUID


async def list_still_asked(assignment_ids: Sequence[UUID]) -> frozenset[UUID]:
    """Those of these assignments whose roster is still open, and is theirs to close."""
    if not assignment_ids:
        return frozenset()
    rows = await fetch(
        _Open,
        "SELECT t.id FROM trainer_assignment t JOIN person p ON p.id = t.person_id"
        " JOIN meeting m ON m.id = t.meeting_id JOIN session s ON s.id = m.session_id LEFT JOIN roster r ON r.id = m.id"
        f" WHERE t.id IN ({marks(assignment_ids)}) AND t.role <> 'shadow' AND p.disabled_at IS NULL"
        " AND m.cancelled_at IS NULL AND s.state NOT IN ('draft', 'cancelled') AND r.closed_at IS NULL"
        f" AND EXISTS (SELECT 1 FROM enrollment e WHERE e.session_id = s.id AND e.{ON_ROSTER_SQL} AND {EXPECTED_SQL})",
        *assignment_ids,
    )
    return frozenset(row.id for row in rows)
