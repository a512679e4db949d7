"""Who was absent in a closed roster and what they were told of it; who is told about the people of a partner."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import json

from training.attendance.queries.marks import ROSTERED_SQL
from training.attendance.rules.contests import CONTESTED_FOR, LEAST_TIME
from training.attendance.rules.statuses import Status
from training.base.database import fetch, marks
from training.base.structs import Frozen
from training.booking.queries import EMAIL_SQL, NAME_SQL


class Absence(Frozen, frozen=True, kw_only=True):
    """A mark in a closed roster that differs from what its person was told: `told` is the absence that they know of,
    '' for none; `answered_id` is the objection to it that was answered last; `cancelled`: the rest of the session
    was cancelled since. Name and address are those that their partner uses."""

    mark_id: UUID
    enrollment_id: UUID
    meeting_id: UUID
    session_id: UUID
    program_id: UUID
    course_id: UUID
    title: str
    number: int
    meeting_count: int
    starts_at: datetime
    ends_at: datetime
    session_ends_at: datetime | None
    zone: str
    place: str
    closed_at: datetime
    person_id: UUID
    partner_id: UUID | None
    partner_name: str | None
    name: str
    email: str
    person_zone: str
    person_locale: str
    link_generation: int
    status: Status
    reason: str
    told: str
    answered_id: UUID | None
    cancelled: bool

    @property
    def contest_until(self) -> datetime:
        """Until when the person can say that it is wrong."""
        return max(self.ends_at + CONTESTED_FOR, self.closed_at + LEAST_TIME)


async def list_marked(meeting_id: UUID) -> list[Absence]:
    """The marks of a meeting's closed roster, by partner and name, with what people know of each.

    Empty while the roster is open, and for a meeting that was not held. Only of who has a place still, or had it until
    the rest of the session was cancelled. One statement.
    """
    return await fetch(
        Absence,
        "SELECT k.id AS mark_id, k.enrollment_id, k.meeting_id, k.session_id, s.program_id, s.course_id, s.title,"
        " t.number, t.starts_at, t.ends_at, t.zone, COALESCE(v.name, '') AS place, r.closed_at, e.person_id,"
        f" e.partner_id, o.name AS partner_name, {NAME_SQL} AS name, {EMAIL_SQL} AS email, p.zone AS person_zone,"
        " p.locale AS person_locale, e.link_generation, k.status, k.reason, k.told,"
        " (SELECT c.id FROM contest c WHERE c.enrollment_id = e.id AND c.meeting_id = t.id"
        " AND c.state IN ('granted', 'refused') ORDER BY c.decided_at DESC, c.id DESC LIMIT 1) AS answered_id,"
        " s.state = 'cancelled' AS cancelled,"
        " s.ends_at AS session_ends_at, (SELECT count(*) FROM meeting n"
        " WHERE n.session_id = s.id AND n.cancelled_at IS NULL) AS meeting_count FROM mark k"
        " JOIN roster r ON r.id = k.meeting_id JOIN meeting t ON t.id = k.meeting_id"
        " JOIN enrollment e ON e.id = k.enrollment_id JOIN session s ON s.id = k.session_id"
        " JOIN person p ON p.id = e.person_id LEFT JOIN membership m ON m.id = e.membership_id"
        " LEFT JOIN partner o ON o.id = e.partner_id LEFT JOIN room x ON x.id = t.room_id"
        " LEFT JOIN venue v ON v.id = x.venue_id"
        f" WHERE k.meeting_id = {{}} AND r.closed_at IS NOT NULL AND {ROSTERED_SQL}"
        " AND (s.state <> 'cancelled' OR t.ends_at <= s.cancelled_at) ORDER BY 16, 17, k.id",
        meeting_id,
    )


class Reader(Frozen, frozen=True, kw_only=True):
    """A coordinator who is told about the people of their partner, with the clocks they read."""

    partner_id: UUID
    person_id: UUID
    name: str
    email: str
    zone: str
    locale: str


async def list_readers(partner_ids: Sequence[UUID]) -> list[Reader]:
    """The coordinators of these partners, by partner and name; none without partners."""
    if not partner_ids:
        return []
    return await fetch(
        Reader,
        "SELECT g.scope_id AS partner_id, p.id AS person_id, COALESCE(NULLIF(p.name, ''), p.email) AS name, p.email,"
        " p.zone, p.locale FROM role_grant g JOIN person p ON p.id = g.person_id WHERE g.role = 'coordinator'"
        f" AND g.scope_id IN ({marks(partner_ids)}) AND p.disabled_at IS NULL ORDER BY g.scope_id, p.name, p.id",
        *partner_ids,
    )


class Written(Frozen, frozen=True, kw_only=True):
    """A message about absences, or the answer to an objection, in the order written. `left`: it left, or may have; else
    it `waits` for that, or never will. `kept` is its values as JSON."""

    id: UUID
    topic: str
    subject_id: UUID | None
    left: bool
    waits: bool
    created_at: datetime
    kept: str

    def told(self) -> dict[UUID, str]:
        """How it says that these enrollments are recorded, in words."""
        values = json.decode(self.kept)
        people = values.get("people", [])
        if people:
            return {UUID(key): one["status"] for key, one in zip(values["enrollments"], people, strict=True)}
        return {self.subject_id: values["status"]} if self.subject_id else {}


_AT_ONCE = 500


async def list_written(topics: Sequence[str]) -> list[Written]:
    """What was written under these topics, the oldest first. One statement for 500 of them."""
    found: list[Written] = []
    for first in range(0, len(topics), _AT_ONCE):
        some = topics[first : first + _AT_ONCE]
        found += await fetch(
            Written,
            "SELECT id, topic, subject_id, state IN ('sent', 'failed', 'bounced') OR state IN ('waiting', 'claimed')"
            " AND (begun_at IS NOT NULL OR kind = 'contest-decided') AS \"left\","
            " state IN ('waiting', 'claimed') AND begun_at IS NULL AND kind <> 'contest-decided' AS waits, created_at,"
            f' CAST("values" AS TEXT) AS kept FROM message WHERE topic IN ({marks(some)}) ORDER BY created_at, id',
            *some,
        )
    return found


class Stands(Frozen, frozen=True, kw_only=True):
    """How an enrollment stands in a meeting whose roster is closed. `cancelled`: as in `Absence`."""

    enrollment_id: UUID
    meeting_id: UUID
    status: Status
    cancelled: bool


async def list_statuses(enrollment_ids: Sequence[UUID]) -> dict[tuple[UUID, UUID], Stands]:
    """How these enrollments stand in meetings that were held and have a closed roster, by enrollment and meeting."""
    if not enrollment_ids:
        return {}
    rows = await fetch(
        Stands,
        "SELECT k.enrollment_id, k.meeting_id, k.status, s.state = 'cancelled' AS cancelled FROM mark k"
        " JOIN roster r ON r.id = k.meeting_id JOIN meeting t ON t.id = k.meeting_id"
        " JOIN session s ON s.id = k.session_id JOIN enrollment e ON e.id = k.enrollment_id"
        f" WHERE k.enrollment_id IN ({marks(enrollment_ids)}) AND r.closed_at IS NOT NULL AND {ROSTERED_SQL}"
        " AND (s.state <> 'cancelled' OR t.ends_at <= s.cancelled_at)",
        *enrollment_ids,
    )
    return {(row.enrollment_id, row.meeting_id): row for row in rows}


class _Id(Frozen, frozen=True, kw_only=True):
    id: UUID


async def list_unreadable(message_ids: Sequence[UUID]) -> frozenset[UUID]:
    """Those of these messages whose readers are nobody to tell any more: their account is off, or they coordinate the
    organization no more that it is about. One statement."""
    if not message_ids:
        return frozenset()
    rows = await fetch(
        _Id,
        "SELECT m.id FROM message m JOIN person p ON p.id = m.person_id WHERE (p.disabled_at IS NOT NULL"
        " OR (m.kind = 'absence-people' AND NOT EXISTS (SELECT 1 FROM role_grant g WHERE g.person_id = m.person_id"
        f" AND g.role = 'coordinator' AND g.scope_id = m.partner_id))) AND m.id IN ({marks(message_ids)})",
        *message_ids,
    )
    return frozenset(row.id for row in rows)
