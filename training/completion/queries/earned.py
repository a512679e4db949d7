"""What the certificates of enrollments would say now, and what the newest ones say."""

from collections.abc import Sequence
from datetime import datetime
from typing import LiteralString
from uuid import UUID

import msgspec

from training.attendance.queries.overall import counted_sql, planned_sql
from training.base.database import fetch, marks
from training.base.structs import Frozen, without_directions
from training.booking.queries.enrollments import EMAIL_SQL
from training.completion.rules.certificates import Earned, Issued, Said


class Holder(Frozen, frozen=True, kw_only=True):
    """Whom to write to about a certificate, and how they read times."""

    enrollment_id: UUID
    person_id: UUID
    email: str
    zone: str
    locale: str


class _Row(Frozen, frozen=True, kw_only=True):
    enrollment_id: UUID
    session_id: UUID
    course_id: UUID
    program_id: UUID
    person_id: UUID
    partner_id: UUID | None
    state: str
    state_at: datetime
    completed_at: datetime | None
    valid_until: datetime | None
    holder: str
    email: str
    person_zone: str
    person_locale: str
    title: str
    course: str
    program: str
    language: str
    zone: str
    starts_at: datetime | None
    ends_at: datetime | None
    minutes: int
    wanted: bool


class _Teaches(Frozen, frozen=True, kw_only=True):
    session_id: UUID
    name: str


class _IssuedRow(Frozen, frozen=True, kw_only=True):
    id: UUID
    code: str
    enrollment_id: UUID
    holder: str
    said_json: str
    edition: int
    issued_at: datetime
    valid_until: datetime | None
    revoked_at: datetime | None
    revoked_by_hand: bool
    again_at: datetime | None
    version: int


# The name that the partner uses, as on the roster; a certificate never says an address instead of a name.
_HOLDER: LiteralString = "COALESCE(NULLIF(m.name, ''), p.name)"
# The nearest rule holds: of the session (rs), of the course (rc), of the program (rp).
_HOURS: LiteralString = (
    "CASE WHEN rs.id IS NOT NULL THEN rs.hours_minutes WHEN rc.id IS NOT NULL THEN rc.hours_minutes"
    " ELSE rp.hours_minutes END"
)
_WANTED: LiteralString = (
    "CASE WHEN rs.id IS NOT NULL THEN rs.certificate WHEN rc.id IS NOT NULL THEN rc.certificate"
    " WHEN rp.id IS NOT NULL THEN rp.certificate ELSE TRUE END"
)
_EARNED: LiteralString = (
    "SELECT e.id AS enrollment_id, e.session_id, s.course_id, s.program_id, e.person_id, e.partner_id, e.state,"
    f" e.state_at, e.completed_at, e.valid_until, {_HOLDER} AS holder, {EMAIL_SQL} AS email, p.zone AS person_zone,"
    " p.locale AS person_locale, s.title, c.title AS course, g.name AS program, s.language, s.zone, s.starts_at,"
    f" s.ends_at, {_WANTED} AS wanted,"
)
_OF: LiteralString = (
    " AS minutes FROM enrollment e JOIN session s ON s.id = e.session_id JOIN course c ON c.id = s.course_id"
    " JOIN program g ON g.id = s.program_id JOIN person p ON p.id = e.person_id"
    " LEFT JOIN membership m ON m.id = e.membership_id LEFT JOIN overall o ON o.id = e.id"
    " LEFT JOIN completion_rule rs ON rs.session_id = s.id LEFT JOIN completion_rule rc ON rc.course_id = s.course_id"
    " LEFT JOIN completion_rule rp ON rp.program_id = s.program_id"
)
_TEACHES = (
    "SELECT t.session_id, p.name FROM trainer_assignment t JOIN person p ON p.id = t.person_id"
    " JOIN meeting g ON g.id = t.meeting_id AND g.cancelled_at IS NULL"
    " WHERE t.role IN ('lead', 'co') AND p.name <> '' AND t.session_id IN"
)


async def list_earned(enrollment_ids: Sequence[UUID], issuer: str) -> tuple[list[Earned], dict[UUID, Holder]]:
    """What certificates of these enrollments would say now, in the order of their ids, and their holders by
    enrollment. Two statements however many there are. Judges nobody's right to them."""
    if not enrollment_ids:
        return [], {}
    minutes = f"COALESCE({_HOURS}, {counted_sql(planned_sql())})"
    sql = f"{_EARNED} {minutes}{_OF} WHERE e.id IN ({marks(enrollment_ids)}) ORDER BY e.id"
    rows = await fetch(_Row, sql, *enrollment_ids)
    taught = await _trainers(sorted({row.session_id for row in rows}))
    holders = {
        row.enrollment_id: Holder(
            enrollment_id=row.enrollment_id,
            person_id=row.person_id,
            email=row.email,
            zone=row.person_zone,
            locale=row.person_locale,
        )
        for row in rows
    }
    return [_earned(row, taught.get(row.session_id, ()), issuer) for row in rows], holders


async def latest_of(enrollment_ids: Sequence[UUID]) -> dict[UUID, Issued]:
    """The newest certificate of each of these enrollments that has one, revoked or not."""
    rows = await fetch(
        _IssuedRow,
        "SELECT c.id, c.code, c.enrollment_id, c.holder, CAST(c.said AS TEXT) AS said_json, c.edition, c.issued_at,"
        " c.valid_until, c.revoked_at, c.revoked_by_hand, c.again_at, c.version FROM certificate c"
        f" WHERE c.enrollment_id IN ({marks(enrollment_ids)}) AND c.replaced_by IS NULL ORDER BY c.edition",
        *enrollment_ids,
    )
    return {row.enrollment_id: _issued(row) for row in rows}


def read_said(text: str) -> Said:
    """What a certificate says, from the JSON text of its row."""
    return msgspec.json.decode(text, type=Said)


async def _trainers(session_ids: Sequence[UUID]) -> dict[UUID, tuple[str, ...]]:
    """Who taught each session: those who led more of its meetings first."""
    rows = await fetch(
        _Teaches,
        f"{_TEACHES} ({marks(session_ids)}) GROUP BY t.session_id, p.id, p.name"
        " ORDER BY SUM(CASE WHEN t.role = 'lead' THEN 1 ELSE 0 END) DESC, COUNT(*) DESC, p.name, p.id",
        *session_ids,
    )
    taught: dict[UUID, tuple[str, ...]] = {}
    for row in rows:
        taught[row.session_id] = (*taught.get(row.session_id, ()), row.name)
    return taught


def _earned(row: _Row, trainers: tuple[str, ...], issuer: str) -> Earned:
    said = Said(
        title=row.title,
        course=row.course,
        program=row.program,
        issuer=issuer,
        language=row.language,
        zone=row.zone,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        completed_at=row.completed_at,
        minutes=row.minutes,
        trainers=trainers,
    )
    return Earned(
        enrollment_id=row.enrollment_id,
        session_id=row.session_id,
        course_id=row.course_id,
        program_id=row.program_id,
        person_id=row.person_id,
        partner_id=row.partner_id,
        # A name that was kept before names lost them must not turn round what stands beside it.
        holder=without_directions(row.holder).strip(),
        said=said,
        valid_until=row.valid_until,
        completed=row.state == "completed",
        wanted=row.wanted,
        state_at=row.state_at,
    )


def _issued(row: _IssuedRow) -> Issued:
    return Issued(
        id=row.id,
        code=row.code,
        enrollment_id=row.enrollment_id,
        holder=row.holder,
        said=read_said(row.said_json),
        edition=row.edition,
        issued_at=row.issued_at,
        valid_until=row.valid_until,
        revoked_at=row.revoked_at,
        revoked_by_hand=row.revoked_by_hand,
        again_at=row.again_at,
        version=row.version,
    )
