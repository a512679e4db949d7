"""Rows of marks and sums, written in bulk: one statement for any number of them."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from training.attendance.queries.overall import OverallRow
from training.attendance.rules.marks import Mark
from training.attendance.rules.rosters import RosterMeeting
from training.base.work import Work

_MARK = (
    "INSERT INTO mark (id, meeting_id, session_id, enrollment_id, status, minutes_late, minutes_early, minutes, reason,"
    " way, made_at, marked_at, marked_by, version) VALUES "
)
_MARK_AGAIN = (
    " ON CONFLICT (id) DO UPDATE SET status = excluded.status, minutes_late = excluded.minutes_late,"
    " minutes_early = excluded.minutes_early, minutes = excluded.minutes, reason = excluded.reason,"
    " way = excluded.way, made_at = excluded.made_at, marked_at = excluded.marked_at,"
    " marked_by = excluded.marked_by, version = excluded.version"
)
_OVERALL = (
    "INSERT INTO overall (id, enrollment_id, session_id, status, meetings, meetings_held, meetings_recorded, minutes,"
    " corrected, corrected_minutes, corrected_reason, corrected_at, corrected_by, changed_at, version) VALUES "
)
# The session is held from the reading on, so a correction that the rows bring is the one that stands, or what is left
# of it.
_OVERALL_AGAIN = (
    " ON CONFLICT (id) DO UPDATE SET status = excluded.status, meetings = excluded.meetings,"
    " meetings_held = excluded.meetings_held, meetings_recorded = excluded.meetings_recorded,"
    " minutes = excluded.minutes, corrected = excluded.corrected, corrected_minutes = excluded.corrected_minutes,"
    " corrected_reason = excluded.corrected_reason, corrected_at = excluded.corrected_at,"
    " corrected_by = excluded.corrected_by, changed_at = excluded.changed_at, version = excluded.version"
)
_ONE_MARK = f"({', '.join(['{}'] * 14)})"
_ONE_OVERALL = f"({', '.join(['{}'] * 15)})"


async def write_marks(work: Work, meeting: RosterMeeting, marks: Collection[Mark], ids: Mapping[UUID, UUID]) -> None:
    """Put these marks into the roster of a meeting. `ids`: of the rows that are there, by enrollment."""
    values: list[Any] = []
    for mark in marks:
        values += [ids.get(mark.enrollment_id) or work.new_id(), meeting.meeting_id, meeting.session_id]
        values += [mark.enrollment_id, mark.status.value, mark.minutes_late, mark.minutes_early, mark.minutes]
        values += [mark.reason, mark.way.value, mark.made_at, mark.marked_at, mark.marked_by, mark.version]
    if values:
        await work.execute(_MARK + ", ".join([_ONE_MARK] * len(marks)) + _MARK_AGAIN, *values)


async def write_overalls(work: Work, rows: Collection[OverallRow]) -> None:
    """Put these sums in place of those that are there."""
    values: list[Any] = []
    for row in rows:
        values += [row.enrollment_id, row.enrollment_id, row.session_id, row.status.value, row.meetings]
        values += [row.meetings_held, row.meetings_recorded, row.minutes, row.corrected, row.corrected_minutes]
        values += [row.corrected_reason, row.corrected_at, row.corrected_by, row.changed_at, row.version]
    if values:
        await work.execute(_OVERALL + ", ".join([_ONE_OVERALL] * len(rows)) + _OVERALL_AGAIN, *values)
