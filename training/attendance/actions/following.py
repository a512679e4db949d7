"""Marks and sums follow the schedule: a meeting that moved, was dropped or is over changes who was there."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from training.attendance.actions.summing import sum_up_enrollments
from training.attendance.events import AttendanceMarked
from training.attendance.queries.marks import MeetingMark, list_marks_in, list_touched, lock_session_row
from training.attendance.queries.overall import has_overall, list_outdated
from training.attendance.rules.moving import MOVED, moved_away
from training.attendance.rules.statuses import Status, Way
from training.attendance.tables import MarkChange
from training.base.database import marks as placeholders
from training.base.work import Work
from training.schedule.events import MeetingsMoved


class OfOneSession(Protocol):
    """An event about a whole session."""

    @property
    def session_id(self) -> UUID: ...


async def leave_old_times(work: Work, event: MeetingsMoved) -> None:
    """Reaction: whoever was marked, or checked in, at a time that a meeting has no more was not at the new one.

    Each mark is taken back, and the history keeps why. Nothing for a meeting that begins when it did, or has begun.
    One statement where nobody touched the roster.
    """
    away = moved_away(event.moves, work.now)
    if not away:
        return
    await work.flush()
    meeting_ids = await list_touched(away)
    if not meeting_ids:
        return
    await lock_session_row(event.session_id)
    found = await list_marks_in(meeting_ids)
    chosen = placeholders(meeting_ids)
    await work.execute(f"DELETE FROM check_in WHERE meeting_id IN ({chosen})", *meeting_ids)
    sql = "UPDATE roster SET closed_at = NULL, closed_by = NULL, version = version + 1"
    await work.execute(f"{sql} WHERE id IN ({chosen})", *meeting_ids)
    await work.execute(
        "UPDATE mark SET status = 'not recorded', minutes_late = 0, minutes_early = 0, minutes = NULL, reason = {},"
        " way = {}, made_at = {}, marked_at = {}, marked_by = {}, version = version + 1"
        f" WHERE meeting_id IN ({chosen}) AND status <> 'not recorded'",
        MOVED,
        Way.ROSTER.value,
        work.now,
        work.now,
        work.actor.person_id,
        *meeting_ids,
    )
    for meeting_id in meeting_ids:
        _say(work, event.session_id, meeting_id, [one for one in found if one.meeting_id == meeting_id])


def _say(work: Work, session_id: UUID, meeting_id: UUID, taken_back: Sequence[MeetingMark]) -> None:
    if not taken_back:
        return
    for one in taken_back:
        work.add(
            MarkChange,
            id=work.new_id(),
            meeting_id=meeting_id,
            enrollment_id=one.enrollment_id,
            status=Status.NOT_RECORDED,
            reason=MOVED,
            way=Way.ROSTER,
            made_at=work.now,
            marked_at=work.now,
            marked_by=work.actor.person_id,
        )
    enrollments = tuple(one.enrollment_id for one in taken_back)
    work.emit(AttendanceMarked(meeting_id=meeting_id, session_id=session_id, enrollments=enrollments, way="moved"))


async def sum_up_session(work: Work, event: OfOneSession) -> None:
    """Reaction: how many meetings were held may have changed. One statement for a session that nobody was marked in."""
    await work.flush()
    if await has_overall(event.session_id):
        await lock_session_row(event.session_id)
        await sum_up_enrollments(work, event.session_id)


async def sum_up_due(work: Work, most: int) -> int:
    """Compute the sums of sessions anew in which a meeting began, or is over, since they were; returns of how many."""
    due = await list_outdated(work.now, most)
    for session_id in due:
        await lock_session_row(session_id)
        await sum_up_enrollments(work, session_id)
    return len(due)
