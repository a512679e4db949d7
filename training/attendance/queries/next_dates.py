"""The next sessions of a course that somebody could take part in instead."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from training.base.database import fetch, marks
from training.base.structs import Frozen, Grant, Viewer
from training.schedule.rules.visibility import visibility

MOST_PROPOSED = 3


class NextDate(Frozen, frozen=True, kw_only=True):
    """A session that can be booked now and has places left."""

    session_id: UUID
    title: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    meeting_count: int
    free: int


async def list_dates_for(course_id: UUID, session_id: UUID, partner_id: UUID | None, now: datetime) -> list[NextDate]:
    """Up to three other sessions of a course that the coordinators of this partner may book, the next first; without
    a partner, those in which anybody may take part by their own wish. Only with places left. One statement."""
    grants = frozenset({Grant(role="coordinator", scope_id=partner_id)} if partner_id else ())
    visible, values = visibility(Viewer(grants=grants), "s")
    alone = "" if partner_id else " AND s.audience = 'public' AND s.self_enrollment"
    return await fetch(
        NextDate,
        "SELECT d.session_id, d.title, d.starts_at, d.ends_at, d.zone, d.free, d.meeting_count FROM ("
        "SELECT s.id AS session_id, s.title, s.starts_at, s.ends_at, s.zone,"
        " CASE WHEN s.capacity_in_person > s.taken_in_person THEN s.capacity_in_person - s.taken_in_person ELSE 0 END"
        " + CASE WHEN s.capacity_online > s.taken_online THEN s.capacity_online - s.taken_online ELSE 0 END AS free,"
        " (SELECT count(*) FROM meeting t WHERE t.session_id = s.id AND t.cancelled_at IS NULL) AS meeting_count"
        " FROM session s WHERE s.course_id = {} AND s.id <> {} AND s.state IN ('published', 'confirmed')"
        " AND s.starts_at > {} AND (s.booking_opens_at IS NULL OR s.booking_opens_at <= {})"
        f" AND (s.booking_closes_at IS NULL OR s.booking_closes_at > {{}}){alone} AND {visible}) d"
        " WHERE d.free > 0 ORDER BY d.starts_at, d.session_id LIMIT {}",
        course_id,
        session_id,
        now,
        now,
        now,
        *values,
        MOST_PROPOSED,
    )


class _Placed(Frozen, frozen=True, kw_only=True):
    person_id: UUID


async def find_placed(person_ids: Sequence[UUID], course_id: UUID, session_id: UUID, now: datetime) -> frozenset[UUID]:
    """Who of these people has a place in another session of the course that is not over, or has asked for one or is
    offered one: nobody needs to book one for them. One statement, none without people."""
    if not person_ids:
        return frozenset()
    rows = await fetch(
        _Placed,
        "SELECT DISTINCT v.person_id FROM enrollment v JOIN session u ON u.id = v.session_id"
        f" WHERE v.person_id IN ({marks(person_ids)}) AND u.course_id = {{}} AND u.id <> {{}} AND u.ends_at > {{}}"
        " AND v.state IN ('enrolled', 'requested', 'offered') AND u.state IN ('published', 'confirmed', 'running')",
        *person_ids,
        course_id,
        session_id,
        now,
    )
    return frozenset(row.person_id for row in rows)


class Proposal(Frozen, frozen=True, kw_only=True):
    """For whom a message proposes next dates, and instead of which session."""

    message_id: UUID
    kind: str
    person_id: UUID
    partner_id: UUID | None
    session_id: UUID
    course_id: UUID


async def list_proposals(message_ids: Sequence[UUID]) -> list[Proposal]:
    """What these messages about absences propose dates for. One statement, none without messages."""
    if not message_ids:
        return []
    return await fetch(
        Proposal,
        "SELECT m.id AS message_id, m.kind, m.person_id, m.partner_id, s.id AS session_id, s.course_id FROM message m"
        " LEFT JOIN enrollment e ON e.id = m.subject_id JOIN session s ON s.id = COALESCE(e.session_id, m.subject_id)"
        f" WHERE m.kind IN ('absence', 'absence-people') AND m.id IN ({marks(message_ids)}) ORDER BY m.id",
        *message_ids,
    )
