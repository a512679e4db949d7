"""How people attended whole sessions: the sums that are kept, and what was corrected by hand."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import LiteralString
from uuid import UUID

from training.attendance.queries.marks import HELD_SQL, MARK_SQL, ROSTERED_SQL, MeetingMark
from training.attendance.rules.overall import Amount, Held, Sum, counting, sum_up
from training.attendance.rules.statuses import Status
from training.base.database import fetch, fetch_one, marks, minutes_sql
from training.base.structs import Frozen
from training.booking.queries import EMAIL_SQL, NAME_SQL
from training.booking.rules import State


class OverallRow(Frozen, frozen=True, kw_only=True):
    """Somebody's attendance of a whole session as it is kept. What is `corrected` counts instead of `status`;
    `planned_minutes` are those of the whole session, 0 where nothing depends on them."""

    enrollment_id: UUID
    session_id: UUID
    status: Status = Status.NOT_RECORDED
    meetings: int = 0
    meetings_held: int = 0
    meetings_recorded: int = 0
    minutes: int = 0
    corrected: str = ""
    corrected_minutes: int | None = None
    corrected_reason: str = ""
    corrected_at: datetime | None = None
    corrected_by: UUID | None = None
    changed_at: datetime
    version: int = 1
    planned_minutes: int = 0

    @property
    def counts(self) -> Status:
        """The status that counts."""
        return Status(self.corrected) if self.corrected else self.status

    @property
    def counted_minutes(self) -> int:
        """The minutes that count: none for who was absent."""
        return self._counted.minutes

    @property
    def counted_meetings(self) -> int:
        """The meetings that count as attended: none for who was absent."""
        return self._counted.meetings

    @property
    def _counted(self) -> Amount:
        computed = Amount(meetings=self.meetings, minutes=self.minutes)
        whole = Amount(meetings=self.meetings_held, minutes=self.planned_minutes)
        return counting(self.corrected, self.corrected_minutes, computed, whole)


class Attendance(Frozen, frozen=True, kw_only=True):
    """One person of a session with their attendance of the whole of it; `overall` is None before the first mark."""

    enrollment_id: UUID
    person_id: UUID
    partner_id: UUID | None
    partner_name: str | None
    name: str
    email: str
    state: State
    mode: str
    overall: OverallRow | None = None
    corrected_by_name: str = ""

    @property
    def counts(self) -> Status:
        """The status that counts; not recorded before the first mark."""
        return self.overall.counts if self.overall else Status.NOT_RECORDED


# A worker that was off for longer finds the sums computed anew as soon as the roster is closed or its session is.
_LOOKS_BACK = timedelta(days=8)
_COLUMNS: LiteralString = (
    "v.enrollment_id, v.session_id, v.status, v.meetings, v.meetings_held, v.meetings_recorded, v.minutes, v.corrected,"
    " v.corrected_minutes, v.corrected_reason, v.corrected_at, v.corrected_by, v.changed_at, v.version"
)


def planned_sql() -> LiteralString:
    """The minutes of all meetings of a session (s) that are held or were, as an expression of the engine in use."""
    minutes = minutes_sql("m.starts_at", "m.ends_at")
    return f"COALESCE((SELECT sum({minutes}) FROM meeting m WHERE m.session_id = s.id AND {HELD_SQL}), 0)"


def counted_sql(planned: LiteralString) -> LiteralString:
    """The minutes that count of somebody's attendance (o) of a session of so many, as `counting` says it; none where
    nothing is kept. What was planned is looked at only where it counts."""
    return (
        "CASE WHEN o.corrected IN ('excused', 'no-show', 'not recorded') THEN 0"
        " WHEN o.corrected_minutes IS NOT NULL THEN o.corrected_minutes"
        f" WHEN o.corrected = 'present' AND o.minutes < {planned} THEN {planned} ELSE COALESCE(o.minutes, 0) END"
    )


def _rows_sql() -> LiteralString:
    whole = f"CASE WHEN v.corrected = 'present' AND v.corrected_minutes IS NULL THEN {planned_sql()} ELSE 0 END"
    return f"SELECT {_COLUMNS}, {whole} AS planned_minutes FROM overall v JOIN session s ON s.id = v.session_id"


async def list_overall_rows(session_id: UUID, enrollment_ids: Sequence[UUID] | None = None) -> list[OverallRow]:
    """The sums of a session that are kept, or those of these enrollments."""
    only: LiteralString = "" if enrollment_ids is None else f" AND v.enrollment_id IN ({marks(enrollment_ids)})"
    sql = f"{_rows_sql()} WHERE v.session_id = {{}}{only}"
    return await fetch(OverallRow, sql, session_id, *(enrollment_ids or ()))


async def find_overall(enrollment_id: UUID) -> OverallRow | None:
    """The sum of one enrollment; None before it was ever marked. Judges nobody's right to it."""
    return await fetch_one(OverallRow, f"{_rows_sql()} WHERE v.id = {{}}", enrollment_id)


class _Person(Frozen, frozen=True, kw_only=True):
    enrollment_id: UUID
    person_id: UUID
    partner_id: UUID | None
    partner_name: str | None
    name: str
    email: str
    state: State
    mode: str
    corrected_by_name: str


async def list_attendance(session_id: UUID) -> list[Attendance]:
    """Everybody on the rosters of a session with their sums, by name. Two statements; judges nobody's right."""
    people = await fetch(
        _Person,
        f"SELECT e.id AS enrollment_id, e.person_id, e.partner_id, o.name AS partner_name, {NAME_SQL} AS name,"
        f" {EMAIL_SQL} AS email, e.state, e.mode, COALESCE(NULLIF(b.name, ''), b.email, '') AS corrected_by_name"
        " FROM enrollment e JOIN person p ON p.id = e.person_id LEFT JOIN membership m ON m.id = e.membership_id"
        " LEFT JOIN partner o ON o.id = e.partner_id LEFT JOIN overall v ON v.id = e.id"
        " LEFT JOIN person b ON b.id = v.corrected_by"
        f" WHERE e.session_id = {{}} AND {ROSTERED_SQL} ORDER BY 5, e.id",
        session_id,
    )
    sums = {row.enrollment_id: row for row in await list_overall_rows(session_id)}
    return [
        Attendance(
            **{name: getattr(person, name) for name in _Person.__struct_fields__},
            overall=sums.get(person.enrollment_id),
        )
        for person in people
    ]


class _ToldMark(MeetingMark, frozen=True, kw_only=True):
    starts_at: datetime
    ends_at: datetime


async def list_told_sums(enrollment_ids: Sequence[UUID], now: datetime) -> dict[UUID, Sum]:
    """What the marks of these enrollments come to that their people may know of: those in rosters that are closed.

    Nothing of who has none. One statement, none without enrollments. Judges nobody's right to them.
    """
    if not enrollment_ids:
        return {}
    found: dict[UUID, list[_ToldMark]] = {}
    rows = await fetch(
        _ToldMark,
        f"SELECT k.meeting_id, k.enrollment_id, {MARK_SQL}, m.starts_at, m.ends_at FROM mark k"
        " JOIN meeting m ON m.id = k.meeting_id AND m.cancelled_at IS NULL"
        " JOIN roster r ON r.id = m.id AND r.closed_at IS NOT NULL"
        f" WHERE k.enrollment_id IN ({marks(enrollment_ids)})",
        *enrollment_ids,
    )
    for row in rows:
        found.setdefault(row.enrollment_id, []).append(row)
    return {key: _summed(some, now) for key, some in found.items()}


def _summed(some: Sequence[_ToldMark], now: datetime) -> Sum:
    meetings = [Held(meeting_id=one.meeting_id, starts_at=one.starts_at, ends_at=one.ends_at) for one in some]
    return sum_up(meetings, {one.meeting_id: one for one in some}, now)


class _Session(Frozen, frozen=True, kw_only=True):
    session_id: UUID


async def has_overall(session_id: UUID) -> bool:
    """Whether anybody was ever marked in a session."""
    sql = "SELECT v.session_id FROM overall v WHERE v.session_id = {} LIMIT 1"
    return await fetch_one(_Session, sql, session_id) is not None


async def list_outdated(now: datetime, most: int) -> list[UUID]:
    """Sessions with a meeting of the last days that began, ended, or was changed, after their sums were computed; by
    id. With the beginning counts what was marked ahead."""
    rows = await fetch(
        _Session,
        "SELECT DISTINCT m.session_id FROM meeting m WHERE m.starts_at > {} AND m.starts_at <= {} AND EXISTS"
        " (SELECT 1 FROM overall v WHERE v.session_id = m.session_id AND (v.changed_at < m.changed_at"
        " OR (m.cancelled_at IS NULL AND (v.changed_at < m.starts_at"
        " OR (m.ends_at <= {} AND v.changed_at < m.ends_at)))))"
        " ORDER BY m.session_id LIMIT {}",
        now - _LOOKS_BACK,
        now,
        now,
        most,
    )
    return [row.session_id for row in rows]
