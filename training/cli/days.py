"""What must be true of rosters at every moment, asked of the database: an empty answer is a proof.

Every statement reads whole tables, so this is for operators and tests and not for requests.
"""

from datetime import datetime
from uuid import UUID

from training.attendance.queries.overall import OverallRow
from training.attendance.rules.marks import Mark
from training.attendance.rules.overall import Held, Sum, sum_up
from training.base.database import fetch
from training.base.structs import Frozen
from training.cli.checks import Violation

# The checks of rosters by their names.
DAY_CHECKS = ("marks", "mark history", "attendance", "closed rosters")
_MOST_TOLD = 200

# Whoever gave the place back later was marked while they had it; whoever never had one cannot be marked.
_MARKS = (
    "SELECT k.enrollment_id AS subject_id, 'marked without a place' AS found FROM mark k"
    " JOIN enrollment e ON e.id = k.enrollment_id"
    # A meeting that moved takes all its marks back, also of those who left before: they say nothing any more.
    " WHERE k.status <> 'not recorded' AND (e.state IN ('requested', 'waitlisted', 'offered')"
    " OR (e.state IN ('cancelled', 'declined', 'removed') AND e.state_at < k.marked_at AND NOT EXISTS"
    # Whose place ended with the session stays on the rosters of the meetings that were held before.
    " (SELECT 1 FROM session s WHERE s.id = e.session_id AND s.state = 'cancelled' AND s.cancelled_at = e.state_at)))"
    " UNION ALL SELECT k.enrollment_id, 'marked in a meeting of another session' FROM mark k"
    " JOIN enrollment e ON e.id = k.enrollment_id JOIN meeting m ON m.id = k.meeting_id"
    " WHERE e.session_id <> k.session_id OR m.session_id <> k.session_id"
    " UNION ALL SELECT k.enrollment_id, 'marked in a meeting without a roster' FROM mark k"
    " WHERE NOT EXISTS (SELECT 1 FROM roster r WHERE r.id = k.meeting_id)"
    " UNION ALL SELECT k.enrollment_id, 'excused without a reason' FROM mark k"
    " WHERE k.status = 'excused' AND k.reason = ''"
)
# A mark is what an attempt that was taken said, and nothing was marked without an attempt that is kept.
_HISTORY = (
    "SELECT k.enrollment_id AS subject_id, 'a mark that no attempt in the history said' AS found FROM mark k"
    " WHERE NOT EXISTS (SELECT 1 FROM mark_change c WHERE c.meeting_id = k.meeting_id"
    " AND c.enrollment_id = k.enrollment_id AND c.taken AND c.status = k.status AND c.marked_at = k.marked_at)"
)
_CLOSED = (
    "SELECT r.id AS subject_id, 'closed before its meeting began' AS found FROM roster r"
    " JOIN meeting m ON m.id = r.meeting_id WHERE r.closed_at < m.starts_at AND m.changed_at < r.closed_at"
    " UNION ALL SELECT r.id, 'lets people check in although it is closed' FROM roster r"
    " WHERE r.closed_at IS NOT NULL AND r.self_check_in"
)


class _Row(Frozen, frozen=True, kw_only=True):
    subject_id: UUID
    found: str


class _Meeting(Held, frozen=True, kw_only=True):
    session_id: UUID
    changed_at: datetime


class _Mark(Mark, frozen=True, kw_only=True):
    meeting_id: UUID


async def find_wrong_days() -> list[Violation]:
    """Everything in rosters that cannot be; at most 200 of each kind."""
    wrong: list[Violation] = []
    for check, sql in (("marks", _MARKS), ("mark history", _HISTORY), ("closed rosters", _CLOSED)):
        rows = await fetch(_Row, f"{sql} LIMIT {_MOST_TOLD}")
        wrong += [Violation(check=check, subject_id=row.subject_id, detail=row.found) for row in rows]
    return wrong + await _wrong_sums()


async def _wrong_sums() -> list[Violation]:
    """Sums that are not what their marks come to at the moment at which they were computed."""
    meetings: dict[UUID, list[_Meeting]] = {}
    for meeting in await fetch(
        _Meeting,
        "SELECT m.session_id, m.id AS meeting_id, m.starts_at, m.ends_at, m.changed_at FROM meeting m"
        " WHERE m.cancelled_at IS NULL"
        " AND EXISTS (SELECT 1 FROM overall v WHERE v.session_id = m.session_id) ORDER BY m.starts_at, m.id",
    ):
        meetings.setdefault(meeting.session_id, []).append(meeting)
    marks: dict[UUID, dict[UUID, Mark]] = {}
    for mark in await fetch(
        _Mark,
        "SELECT k.meeting_id, k.enrollment_id, k.status, k.minutes_late, k.minutes_early, k.minutes, k.reason, k.way,"
        " k.made_at, k.marked_at, k.marked_by, k.version FROM mark k",
    ):
        marks.setdefault(mark.enrollment_id, {})[mark.meeting_id] = mark
    rows = await fetch(
        OverallRow,
        "SELECT v.enrollment_id, v.session_id, v.status, v.meetings, v.meetings_held, v.meetings_recorded, v.minutes,"
        " v.corrected, v.corrected_minutes, v.corrected_reason, v.corrected_at, v.corrected_by, v.changed_at,"
        " v.version FROM overall v",
    )
    kept = {row.enrollment_id: row for row in rows}
    wrong = [
        key
        for key, row in kept.items()
        # What was imported anew meanwhile is summed up with the next tick.
        if all(meeting.changed_at <= row.changed_at for meeting in meetings.get(row.session_id, ()))
        and _summed(row) != _due(row, meetings, marks)
    ]
    wrong += [key for key in marks if key not in kept]
    said = "their attendance of the whole is not what the marks come to"
    return [Violation(check="attendance", subject_id=key, detail=said) for key in wrong[:_MOST_TOLD]]


def _due(row: OverallRow, meetings: dict[UUID, list[_Meeting]], marks: dict[UUID, dict[UUID, Mark]]) -> Sum:
    at: datetime = row.changed_at
    return sum_up(meetings.get(row.session_id, []), marks.get(row.enrollment_id, {}), at)


def _summed(row: OverallRow) -> Sum:
    return Sum(
        status=row.status,
        meetings=row.meetings,
        meetings_held=row.meetings_held,
        meetings_recorded=row.meetings_recorded,
        minutes=row.minutes,
    )
