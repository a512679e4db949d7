"""What sessions there are to find, and which of them have a page for somebody."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from training.base.database import fetch, fetch_one, marks
from training.base.structs import Frozen, Viewer
from training.schedule.rules.visibility import visibility

MOST_CHOICES = 200


class Choice(Frozen, frozen=True, kw_only=True):
    """Something to filter by: a program, course or venue with its id, or a language."""

    kind: str
    id: UUID | None
    label: str
    part_of: str


async def list_choices(viewer: Viewer, now: datetime) -> list[Choice]:
    """What the sessions that `viewer` may see and that are not over can be filtered by, by kind and name.

    One statement. A venue is offered only to those who see a session there: some are shelters.
    """
    visible, values = visibility(viewer, "s")
    seen = f"s.ends_at > {{}} AND {visible}"
    given: list[Any] = [now, *values]
    at_venue = "SELECT r.venue_id FROM room r JOIN meeting m ON m.room_id = r.id JOIN session s ON s.id = m.session_id"
    return await fetch(
        Choice,
        "SELECT kind, id, label, part_of FROM ("
        "SELECT 'program' AS kind, p.id AS id, p.name AS label, '' AS part_of FROM program p"
        f" WHERE EXISTS (SELECT 1 FROM session s WHERE s.program_id = p.id AND {seen})"
        " UNION ALL SELECT 'course', c.id, c.title, p.name FROM course c JOIN program p ON p.id = c.program_id"
        f" WHERE EXISTS (SELECT 1 FROM session s WHERE s.course_id = c.id AND {seen})"
        f" UNION ALL SELECT 'venue', v.id, v.name, v.country FROM venue v WHERE v.id IN ({at_venue} WHERE {seen})"
        " UNION ALL SELECT 'language', NULL, spoken.language, '' FROM"
        f" (SELECT DISTINCT s.language FROM session s WHERE {seen}) spoken"
        ") choice ORDER BY kind, part_of, label, id LIMIT {}",
        *given * 4,
        4 * MOST_CHOICES,
    )


class Found(Frozen, frozen=True, kw_only=True):
    """A session that was looked for."""

    id: UUID


async def find_by_code(code: str) -> Found | None:
    """The session with this access code, unless it is a draft still."""
    sql = "SELECT id FROM session WHERE access_code = {} AND access_code <> '' AND state <> 'draft' ORDER BY id"
    return await fetch_one(Found, sql, code)


async def list_visible(viewer: Viewer, session_ids: Iterable[UUID]) -> frozenset[UUID]:
    """Which of these sessions have a page for the viewer.

    Somebody may wait for a session, or have booked it by its code, without belonging to its audience.
    """
    wanted = tuple(dict.fromkeys(session_ids))
    if not wanted:
        return frozenset()
    visible, values = visibility(viewer, "s")
    sql = f"SELECT s.id FROM session s WHERE s.id IN ({marks(wanted)}) AND {visible}"
    return frozenset(row.id for row in await fetch(Found, sql, *wanted, *values))


class NextDate(Frozen, frozen=True, kw_only=True):
    """A session of a course that can be booked now. `free` counts places in every mode."""

    course_id: UUID
    session_id: UUID
    title: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    meeting_count: int
    free: int


async def list_next_dates(
    viewer: Viewer, course_ids: Iterable[UUID], now: datetime, before: datetime | None
) -> list[NextDate]:
    """The next sessions of these courses that the viewer may see and that can be booked now, at most three of each.

    `before`: only those that are over by then. One statement, none without courses.
    """
    wanted = tuple(dict.fromkeys(course_ids))
    if not wanted:
        return []
    visible, values = visibility(viewer, "s")
    in_time = " AND s.ends_at <= {}" if before else ""
    return await fetch(
        NextDate,
        "SELECT d.course_id, d.id AS session_id, d.title, d.starts_at, d.ends_at, d.zone, d.free,"
        " (SELECT count(*) FROM meeting t WHERE t.session_id = d.id AND t.cancelled_at IS NULL) AS meeting_count"
        " FROM (SELECT s.id, s.course_id, s.title, s.starts_at, s.ends_at, s.zone,"
        " CASE WHEN s.capacity_in_person > s.taken_in_person THEN s.capacity_in_person - s.taken_in_person ELSE 0 END"
        " + CASE WHEN s.capacity_online > s.taken_online THEN s.capacity_online - s.taken_online ELSE 0 END AS free,"
        " row_number() OVER (PARTITION BY s.course_id ORDER BY s.starts_at, s.id) AS place FROM session s"
        f" WHERE s.course_id IN ({marks(wanted)}) AND s.state IN ('published', 'confirmed') AND s.starts_at > {{}}"
        " AND (s.booking_opens_at IS NULL OR s.booking_opens_at <= {})"
        f" AND (s.booking_closes_at IS NULL OR s.booking_closes_at > {{}}){in_time} AND {visible}) d"
        " WHERE d.place <= 3 ORDER BY d.starts_at, d.id",
        *wanted,
        now,
        now,
        now,
        *([before] if before else []),
        *values,
    )


class Over(Frozen, frozen=True, kw_only=True):
    """How many sessions of a program are over, and its name where there is one at least."""

    count: int
    program_name: str | None


async def count_over(viewer: Viewer, program_id: UUID, now: datetime) -> Over:
    """The sessions of a program that are over, as far as the viewer may see them. One statement."""
    visible, values = visibility(viewer, "s")
    found = await fetch_one(
        Over,
        "SELECT count(*) AS count, min(p.name) AS program_name FROM session s JOIN program p ON p.id = s.program_id"
        f" WHERE s.program_id = {{}} AND s.ends_at <= {{}} AND {visible}",
        program_id,
        now,
        *values,
    )
    return found or Over(count=0, program_name=None)
