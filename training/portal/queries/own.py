"""What somebody takes part in, and what they teach."""

from collections.abc import Sequence
from datetime import datetime
from typing import LiteralString
from uuid import UUID

from training.attendance.queries.marks import ROSTERED_SQL
from training.base.database import fetch, fetch_one, marks
from training.base.structs import Frozen, Viewer
from training.booking.queries import ACTIVE_SQL, NAME_SQL
from training.booking.rules import State
from training.people.rules import Permission, reach

# A meeting that is not called off was held, or will be, also where the rest of its session was cancelled.
_RECORDED: LiteralString = (
    "SELECT DISTINCT e.id FROM enrollment e JOIN roster r ON r.session_id = e.session_id JOIN meeting m ON m.id = r.id"
    f" WHERE {ROSTERED_SQL} AND r.closed_at IS NOT NULL AND m.cancelled_at IS NULL"
)


class _Id(Frozen, frozen=True, kw_only=True):
    id: UUID


class OwnPlace(Frozen, frozen=True, kw_only=True):
    """A place, or a spot on the waitlist, of the viewer or of somebody the viewer books for. `party`: how many wait
    together in its booking."""

    id: UUID
    booking_id: UUID
    booking_code: str
    person_id: UUID
    name: str
    partner_id: UUID | None
    partner_name: str | None
    state: State
    mode: str
    position: int | None
    party: int
    calendar_answer: str
    declines_at: datetime | None


async def list_own_places(viewer: Viewer, session_id: UUID) -> list[OwnPlace]:
    """The viewer's own place in a session and those of the partners they coordinate: places first, then who waits."""
    if viewer.person_id is None:
        return []
    partners = tuple(reach(viewer, Permission.PLACES_BOOK).scope_ids)
    return await fetch(
        OwnPlace,
        f"SELECT e.id, e.booking_id, b.code AS booking_code, e.person_id, {NAME_SQL} AS name,"
        " e.partner_id, o.name AS partner_name, e.state, e.mode, CASE WHEN e.state = 'waitlisted' THEN"
        " (SELECT count(*) FROM enrollment w WHERE w.session_id = e.session_id AND w.state = 'waitlisted'"
        " AND w.arrival <= e.arrival) END AS position, CASE WHEN b.together AND e.state = 'waitlisted' THEN"
        " (SELECT count(*) FROM enrollment y WHERE y.booking_id = e.booking_id AND y.state = 'waitlisted')"
        " ELSE 0 END AS party, e.calendar_answer, e.declines_at FROM enrollment e JOIN booking b ON b.id = e.booking_id"
        " JOIN person p ON p.id = e.person_id LEFT JOIN membership m ON m.id = e.membership_id"
        " LEFT JOIN partner o ON o.id = e.partner_id"
        f" WHERE e.session_id = {{}} AND e.{ACTIVE_SQL}"
        f" AND (e.person_id = {{}} OR e.partner_id IN ({marks(partners)}))"
        " ORDER BY CASE WHEN e.state = 'waitlisted' THEN 1 ELSE 0 END, e.arrival, e.id LIMIT 500",
        session_id,
        viewer.person_id,
        *partners,
    )


async def list_recorded(enrollment_ids: Sequence[UUID]) -> frozenset[UUID]:
    """Which of these enrollments have a closed roster, so that their people can see how they were recorded; also those
    that ended with their session, for the meetings that were held before.

    One statement, none without enrollments. Judges nobody's right to them.
    """
    if not enrollment_ids:
        return frozenset()
    rows = await fetch(
        _Id,
        f"{_RECORDED} AND e.id IN ({marks(enrollment_ids)})",
        *enrollment_ids,
    )
    return frozenset(row.id for row in rows)


async def find_recorded(viewer: Viewer, session_id: UUID) -> UUID | None:
    """The viewer's own enrollment in a session, if it has a closed roster, although it may have ended with the session;
    None where they have none. One statement, none for a visitor."""
    if viewer.person_id is None:
        return None
    sql = f"{_RECORDED} AND e.session_id = {{}} AND e.person_id = {{}}"
    found = await fetch_one(_Id, sql, session_id, viewer.person_id)
    return found.id if found else None


class Teaching(Frozen, frozen=True, kw_only=True):
    """A meeting that somebody teaches. `people` have a place in its session."""

    meeting_id: UUID
    session_id: UUID
    title: str
    number: int
    starts_at: datetime
    ends_at: datetime
    zone: str
    mode: str
    link: str
    room_name: str | None
    venue_name: str | None
    people: int


async def list_teaching(viewer: Viewer, now: datetime, limit: int = 50) -> list[Teaching]:
    """The meetings still to come that the viewer teaches, the next first. One statement."""
    if viewer.person_id is None:
        return []
    return await fetch(
        Teaching,
        "SELECT m.id AS meeting_id, s.id AS session_id, s.title, m.number, m.starts_at, m.ends_at, m.zone, s.mode,"
        " m.link, r.name AS room_name, v.name AS venue_name, s.taken_in_person + s.taken_online AS people"
        " FROM trainer_assignment t JOIN meeting m ON m.id = t.meeting_id JOIN session s ON s.id = m.session_id"
        " LEFT JOIN room r ON r.id = m.room_id LEFT JOIN venue v ON v.id = r.venue_id"
        " WHERE t.person_id = {} AND m.ends_at > {} AND m.cancelled_at IS NULL AND s.state <> 'cancelled'"
        " ORDER BY m.starts_at, m.id LIMIT {}",
        viewer.person_id,
        now,
        limit,
    )
