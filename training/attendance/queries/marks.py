"""What stands in a roster, for whoever is about to change it, and marks by their meetings for sums."""

from collections.abc import Sequence
from datetime import datetime
from typing import LiteralString
from uuid import UUID

from training.attendance.rules.marks import Mark
from training.attendance.rules.overall import Held
from training.attendance.rules.rosters import ON_ROSTER_SQL
from training.attendance.rules.statuses import Status, Way
from training.base.database import fetch, fetch_one, for_change, marks
from training.base.errors import NotFound
from training.base.structs import Frozen
from training.booking.queries import NAME_SQL


class Standing(Frozen, frozen=True, kw_only=True):
    """One enrollment on a roster and its mark, if any. `on_roster`: it has a place now (cancelled ones have not), and
    has it since `placed_at`."""

    enrollment_id: UUID
    name: str
    on_roster: bool
    placed_at: datetime
    mark_id: UUID | None = None
    mark: Mark | None = None


class RosterRow(Frozen, frozen=True, kw_only=True):
    """The roster's own row, locked; `there` is false while there is none. `starts_at` is the meeting's."""

    id: UUID
    closed_at: datetime | None
    version: int
    starts_at: datetime
    there: bool


class Attempt(Frozen, frozen=True, kw_only=True):
    """An attempt that was kept, by the device's id of it."""

    operation: UUID
    meeting_id: UUID
    enrollment_id: UUID
    taken: bool
    why: str


class MeetingMark(Mark, frozen=True, kw_only=True):
    """A mark with its meeting."""

    meeting_id: UUID


class _Id(Frozen, frozen=True, kw_only=True):
    id: UUID


class MarkColumns(Frozen, frozen=True, kw_only=True):
    """The columns of `MARK_SQL`: all null where nobody has been marked."""

    status: Status | None
    minutes_late: int | None
    minutes_early: int | None
    minutes: int | None
    reason: str | None
    way: Way | None
    made_at: datetime | None
    marked_at: datetime | None
    marked_by: UUID | None
    version: int | None


class _Row(MarkColumns, frozen=True, kw_only=True):
    enrollment_id: UUID
    name: str
    on_roster: bool
    placed_at: datetime
    mark_id: UUID | None


MARK_SQL = (
    "k.status, k.minutes_late, k.minutes_early, k.minutes, k.reason, k.way, k.made_at, k.marked_at, k.marked_by,"
    " k.version"
)
# Whoever is on the rosters of their session (e): they have a place, or had one until the session was cancelled, so that
# meetings which were held before that keep their people. Both were written at the same instant.
ROSTERED_SQL: LiteralString = (
    f"(e.{ON_ROSTER_SQL} OR (e.state = 'cancelled' AND e.was_state = 'enrolled' AND EXISTS (SELECT 1 FROM session z"
    " WHERE z.id = e.session_id AND z.state = 'cancelled' AND z.cancelled_at = e.state_at)))"
)
# Since when somebody (e) has their place: from the beginning, or whenever they got one after they had waited or asked.
# What the enrollment is now says less: being judged and judged anew moves its last change.
PLACED_SQL: LiteralString = (
    "COALESCE((SELECT MAX(g.at) FROM journal_entry g WHERE g.subject_id = e.id"
    " AND g.event IN ('PlaceGiven', 'EnrollmentPromoted', 'OfferTaken', 'WalkInAdded')), e.created_at)"
)
# Whom (e) the roster of a meeting (m) waits for: whoever had a place before it was over, or is recorded all the same.
EXPECTED_SQL: LiteralString = (
    f"({PLACED_SQL} < m.ends_at OR EXISTS (SELECT 1 FROM mark x WHERE x.meeting_id = m.id AND x.enrollment_id = e.id"
    " AND x.status <> 'not recorded'))"
)
# A meeting (m) that is held, or was: neither called off nor cancelled with its session (s). What was over when the rest
# of a session was cancelled was held.
HELD_SQL: LiteralString = (
    "(m.cancelled_at IS NULL AND (s.state <> 'cancelled'"
    " OR (s.published_at IS NOT NULL AND m.ends_at <= s.cancelled_at)))"
)
_STANDING = (
    f"SELECT e.id AS enrollment_id, {NAME_SQL} AS name,"
    f" CASE WHEN {ROSTERED_SQL} THEN TRUE ELSE FALSE END AS on_roster,"
    f" {PLACED_SQL} AS placed_at, k.id AS mark_id, {MARK_SQL} FROM enrollment e JOIN person p ON p.id = e.person_id"
    " LEFT JOIN membership m ON m.id = e.membership_id"
    " LEFT JOIN mark k ON k.enrollment_id = e.id AND k.meeting_id = {} WHERE e.session_id = {}"
)


async def lock_session_row(session_id: UUID) -> None:
    """Hold the session's row until the unit of work ends: whoever changes its marks or its places does so alone.

    Those who only refer to the session by its key need not wait. Raises NotFound.
    """
    sql = f"SELECT s.id FROM session s WHERE s.id = {{}}{for_change('s')}"
    if await fetch_one(_Id, sql, session_id) is None:
        raise NotFound


async def find_roster(meeting_id: UUID) -> RosterRow | None:
    """The roster's own row, once its session is held; None for a meeting that is gone."""
    return await fetch_one(
        RosterRow,
        "SELECT m.id, r.closed_at, COALESCE(r.version, 0) AS version, m.starts_at,"
        " CASE WHEN r.id IS NULL THEN FALSE ELSE TRUE END AS there FROM meeting m"
        " LEFT JOIN roster r ON r.id = m.id WHERE m.id = {}",
        meeting_id,
    )


async def list_standing(
    meeting_id: UUID, session_id: UUID, enrollment_ids: Sequence[UUID] | None = None
) -> list[Standing]:
    """These enrollments of the session with their marks in this meeting; without ids everybody on the roster."""
    only: LiteralString = ROSTERED_SQL if enrollment_ids is None else f"e.id IN ({marks(enrollment_ids)})"
    rows = await fetch(
        _Row, f"{_STANDING} AND {only} ORDER BY 2, e.id", meeting_id, session_id, *(enrollment_ids or ())
    )
    return [
        Standing(
            enrollment_id=row.enrollment_id,
            name=row.name,
            on_roster=row.on_roster,
            placed_at=row.placed_at,
            mark_id=row.mark_id,
            mark=_mark(row) if row.mark_id else None,
        )
        for row in rows
    ]


def _mark(row: _Row) -> Mark:
    values = {name: getattr(row, name) for name in Mark.__struct_fields__}
    return Mark(**values)


async def list_attempts(operations: Sequence[UUID]) -> dict[UUID, Attempt]:
    """Those of these operations that were done before. No statement for none."""
    if not operations:
        return {}
    rows = await fetch(
        Attempt,
        "SELECT c.operation, c.meeting_id, c.enrollment_id, c.taken, c.why FROM mark_change c"
        f" WHERE c.operation IN ({marks(operations)})",
        *operations,
    )
    return {row.operation: row for row in rows}


async def list_held(session_id: UUID) -> list[Held]:
    """The meetings of a session that are not cancelled, by start."""
    return await fetch(
        Held,
        "SELECT m.id AS meeting_id, m.starts_at, m.ends_at FROM meeting m"
        " WHERE m.session_id = {} AND m.cancelled_at IS NULL ORDER BY m.starts_at, m.id",
        session_id,
    )


async def list_touched(meeting_ids: Sequence[UUID]) -> list[UUID]:
    """Those of these meetings whose rosters somebody touched: no other has a mark or a check-in."""
    sql = f"SELECT r.id FROM roster r WHERE r.id IN ({marks(meeting_ids)}) ORDER BY r.id"
    rows = await fetch(_Id, sql, *meeting_ids)
    return [row.id for row in rows]


async def list_marks_in(meeting_ids: Sequence[UUID]) -> list[MeetingMark]:
    """What is recorded in the rosters of these meetings."""
    return await fetch(
        MeetingMark,
        f"SELECT k.meeting_id, k.enrollment_id, {MARK_SQL} FROM mark k WHERE k.meeting_id IN ({marks(meeting_ids)})"
        " AND k.status <> 'not recorded' ORDER BY k.meeting_id, k.enrollment_id",
        *meeting_ids,
    )


class LeftBehind(Frozen, frozen=True, kw_only=True):
    """What meetings leave behind when they are moved: marks, and check-ins that wait for somebody to look at them."""

    marks: int = 0
    doubtful: int = 0


async def count_left_behind(meeting_ids: Sequence[UUID]) -> LeftBehind:
    """How much is in the rosters of these meetings, of people who are on them. One statement, and none for no
    meeting."""
    if not meeting_ids:
        return LeftBehind()
    chosen = marks(meeting_ids)
    found = await fetch_one(
        LeftBehind,
        "SELECT (SELECT COUNT(*) FROM mark k JOIN enrollment e ON e.id = k.enrollment_id"
        f" WHERE k.meeting_id IN ({chosen}) AND k.status <> 'not recorded' AND {ROSTERED_SQL}) AS marks,"
        " (SELECT COUNT(*) FROM check_in i JOIN enrollment e ON e.id = i.enrollment_id"
        f" WHERE i.meeting_id IN ({chosen}) AND i.doubtful <> '' AND i.decided_at IS NULL AND {ROSTERED_SQL})"
        " AS doubtful",
        *meeting_ids,
        *meeting_ids,
    )
    return found or LeftBehind()


async def list_marks(session_id: UUID, enrollment_ids: Sequence[UUID] | None = None) -> dict[UUID, dict[UUID, Mark]]:
    """All marks of a session, or of these enrollments in it: enrollment -> meeting -> mark."""
    only: LiteralString = "" if enrollment_ids is None else f" AND k.enrollment_id IN ({marks(enrollment_ids)})"
    rows = await fetch(
        MeetingMark,
        f"SELECT k.meeting_id, k.enrollment_id, {MARK_SQL} FROM mark k WHERE k.session_id = {{}}{only}",
        session_id,
        *(enrollment_ids or ()),
    )
    found: dict[UUID, dict[UUID, Mark]] = {}
    for row in rows:
        found.setdefault(row.enrollment_id, {})[row.meeting_id] = row
    return found
