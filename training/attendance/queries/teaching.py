"""What trainers teach and taught: for themselves, and for those who run programs."""

from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from training.attendance.queries.marks import HELD_SQL, ROSTERED_SQL
from training.attendance.rules.teaching import Person, Taught
from training.base.database import fetch, marks
from training.base.structs import Viewer
from training.people.rules import Permission, reach

MOST_OWN = 5_000
MOST_OF_ALL = 20_000
_TAUGHT: LiteralString = (
    "SELECT m.id AS meeting_id, s.id AS session_id, s.program_id, g.name AS program_name, a.person_id, s.title,"
    " m.number, c.meetings AS meeting_count, m.starts_at, m.ends_at, m.zone, s.mode, a.role,"
    " COALESCE(n.people, 0) AS people, r.closed_at,"
    f" CASE WHEN {HELD_SQL} THEN FALSE ELSE TRUE END AS gone,"
    " CASE WHEN s.state = 'draft' THEN TRUE ELSE FALSE END AS draft"
    " FROM trainer_assignment a JOIN meeting m ON m.id = a.meeting_id"
    " JOIN session s ON s.id = a.session_id JOIN program g ON g.id = s.program_id LEFT JOIN roster r ON r.id = m.id"
)
# A roster that waits for somebody, once its meeting is over.
_OPEN: LiteralString = (
    f"(r.closed_at IS NULL AND n.people > 0 AND a.role <> 'shadow' AND s.state <> 'draft' AND {HELD_SQL})"
)


def _counted(chosen: LiteralString) -> LiteralString:
    """Meetings and people of the sessions that are chosen, counted in one go for all of them."""
    return (
        " JOIN (SELECT t.session_id, count(*) AS meetings FROM meeting t WHERE t.cancelled_at IS NULL"
        f" AND t.session_id IN ({chosen}) GROUP BY t.session_id) c ON c.session_id = s.id"
        " LEFT JOIN (SELECT e.session_id, count(*) AS people FROM enrollment e"
        f" WHERE {ROSTERED_SQL} AND e.session_id IN ({chosen}) GROUP BY e.session_id) n ON n.session_id = s.id"
    )


async def list_taught(viewer: Viewer, limit: int = MOST_OWN) -> list[Taught]:
    """Every meeting that the viewer teaches or taught, in any role, by start; drafts too. One statement.

    Of more than `limit` the oldest are left out. A session whose meetings were all cancelled is not among them.
    """
    if viewer.person_id is None:
        return []
    chosen: LiteralString = "SELECT o.session_id FROM trainer_assignment o WHERE o.person_id = {}"
    rows = await fetch(
        Taught,
        f"{_TAUGHT}{_counted(chosen)} WHERE a.person_id = {{}} ORDER BY m.starts_at DESC, m.id DESC LIMIT {{}}",
        viewer.person_id,
        viewer.person_id,
        viewer.person_id,
        limit,
    )
    return list(reversed(rows))


async def list_waiting(viewer: Viewer, now: datetime, limit: int = 20) -> list[Taught]:
    """The rosters that wait for the viewer: of meetings that are over, with people on them, not closed; the oldest
    first. One statement, and none for who never taught."""
    if viewer.person_id is None or not viewer.teaches:
        return []
    chosen: LiteralString = "SELECT o.session_id FROM trainer_assignment o WHERE o.person_id = {}"
    return await fetch(
        Taught,
        f"{_TAUGHT}{_counted(chosen)} WHERE a.person_id = {{}} AND m.ends_at <= {{}} AND {_OPEN}"
        " ORDER BY m.starts_at, m.id LIMIT {}",
        viewer.person_id,
        viewer.person_id,
        viewer.person_id,
        now,
        limit,
    )


async def list_taught_in(
    viewer: Viewer, program_id: UUID | None, since: datetime, limit: int = MOST_OF_ALL
) -> list[Taught]:
    """The meetings since an instant of the programs whose hours the viewer may see (or of one of them), and those
    before it whose roster is still open; once for each who teaches them, by start. One statement."""
    condition, values = _within(viewer, program_id)
    chosen: LiteralString = f"SELECT s.id FROM session s WHERE {condition}"
    return await fetch(
        Taught,
        f"{_TAUGHT}{_counted(chosen)} WHERE (m.starts_at >= {{}} OR {_OPEN}) AND s.state <> 'draft' AND {condition}"
        " ORDER BY m.starts_at, m.id, a.id LIMIT {}",
        *values,
        *values,
        since,
        *values,
        limit,
    )


async def list_trainers_in(viewer: Viewer, program_id: UUID | None) -> list[Person]:
    """Everybody who teaches or taught in these programs, by name; at most 2,000. One statement."""
    condition, values = _within(viewer, program_id)
    return await fetch(
        Person,
        "SELECT p.id, COALESCE(NULLIF(p.name, ''), p.email) AS name, p.email FROM person p WHERE p.id IN"
        " (SELECT a.person_id FROM trainer_assignment a JOIN session s ON s.id = a.session_id"
        f" WHERE s.state <> 'draft' AND {condition}) ORDER BY 2, p.id LIMIT 2000",
        *values,
    )


def _within(viewer: Viewer, program_id: UUID | None) -> tuple[LiteralString, list[Any]]:
    granted = reach(viewer, Permission.HOURS_SEE)
    if program_id is not None:
        return ("s.program_id = {}", [program_id]) if granted.covers(program_id) else ("1 = 0", [])
    if granted.everywhere:
        return "1 = 1", []
    ids = sorted(granted.scope_ids)
    return f"s.program_id IN ({marks(ids)})", list(ids)
