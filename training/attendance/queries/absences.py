"""Who was absent in a closed roster and what they were told of it; who is told about the people of a partner."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import json

from training.attendance.rules.contests import CONTESTED_FOR, LEAST_TIME
from training.attendance.rules.rosters import ON_ROSTER_SQL
from training.attendance.rules.statuses import Status
from training.base.database import fetch, marks
from training.base.structs import Frozen
from training.booking.queries import EMAIL_SQL, NAME_SQL


class Absence(Frozen, frozen=True, kw_only=True):
    """A mark in a closed roster that differs from what its person was told: `told` is the absence that they know of,
    '' for none. Name and address are those that their partner uses."""

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

    @property
    def contest_until(self) -> datetime:
        """Until when the person can say that it is wrong."""
        return max(self.ends_at + CONTESTED_FOR, self.closed_at + LEAST_TIME)


async def list_marked(meeting_id: UUID) -> list[Absence]:
    """The marks of a meeting's closed roster, by partner and name, with what people know of each.

    Empty while the roster is open. Only of who has a place still. One statement.
    """
    return await fetch(
        Absence,
        "SELECT k.id AS mark_id, k.enrollment_id, k.meeting_id, k.session_id, s.program_id, s.course_id, s.title,"
        " t.number, t.starts_at, t.ends_at, t.zone, COALESCE(v.name, '') AS place, r.closed_at, e.person_id,"
        f" e.partner_id, o.name AS partner_name, {NAME_SQL} AS name, {EMAIL_SQL} AS email, p.zone AS person_zone,"
        " p.locale AS person_locale, e.link_generation, k.status, k.reason, k.told,"
        " s.ends_at AS session_ends_at, (SELECT count(*) FROM meeting n"
        " WHERE n.session_id = s.id AND n.cancelled_at IS NULL) AS meeting_count FROM mark k"
        " JOIN roster r ON r.id = k.meeting_id JOIN meeting t ON t.id = k.meeting_id"
        " JOIN enrollment e ON e.id = k.enrollment_id JOIN session s ON s.id = k.session_id"
        " JOIN person p ON p.id = e.person_id LEFT JOIN membership m ON m.id = e.membership_id"
        " LEFT JOIN partner o ON o.id = e.partner_id LEFT JOIN room x ON x.id = t.room_id"
        " LEFT JOIN venue v ON v.id = x.venue_id"
        f" WHERE k.meeting_id = {{}} AND r.closed_at IS NOT NULL AND e.{ON_ROSTER_SQL}"
        " ORDER BY 16, 17, k.id",
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
    """A message about absences, in the order written. `left`: it left, or may have. `kept` is its values as JSON."""

    topic: str
    left: bool
    kept: str

    def told(self) -> dict[UUID, str]:
        """How it says that these enrollments are recorded, in words."""
        values = json.decode(self.kept)
        people = values.get("people", [])
        if people:
            return {UUID(key): one["status"] for key, one in zip(values["enrollments"], people, strict=True)}
        return {UUID(self.topic.rpartition(":")[2]): values["status"]}


_AT_ONCE = 500


async def list_written(topics: Sequence[str]) -> list[Written]:
    """What was written under these topics, the oldest first. One statement for 500 of them."""
    found: list[Written] = []
    for first in range(0, len(topics), _AT_ONCE):
        some = topics[first : first + _AT_ONCE]
        found += await fetch(
            Written,
            "SELECT topic, state IN ('sent', 'failed', 'bounced', 'waiting', 'claimed') AS \"left\","
            f' CAST("values" AS TEXT) AS kept FROM message WHERE topic IN ({marks(some)}) ORDER BY created_at, id',
            *some,
        )
    return found


class _Stands(Frozen, frozen=True, kw_only=True):
    enrollment_id: UUID
    meeting_id: UUID
    status: Status


async def list_statuses(enrollment_ids: Sequence[UUID]) -> dict[tuple[UUID, UUID], Status]:
    """How these enrollments stand in each meeting whose roster is closed, by enrollment and meeting."""
    if not enrollment_ids:
        return {}
    rows = await fetch(
        _Stands,
        "SELECT k.enrollment_id, k.meeting_id, k.status FROM mark k JOIN roster r ON r.id = k.meeting_id"
        f" JOIN enrollment e ON e.id = k.enrollment_id WHERE k.enrollment_id IN ({marks(enrollment_ids)})"
        f" AND r.closed_at IS NOT NULL AND e.{ON_ROSTER_SQL}",
        *enrollment_ids,
    )
    return {(row.enrollment_id, row.meeting_id): row.status for row in rows}
