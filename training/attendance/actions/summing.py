"""Sums of whole sessions, computed anew from the marks that they follow from."""

from collections.abc import Sequence
from uuid import UUID

from msgspec.structs import replace

from training.attendance.actions.writing import write_overalls
from training.attendance.queries.marks import list_held, list_marks
from training.attendance.queries.overall import OverallRow, list_overall_rows
from training.attendance.rules.overall import most_minutes, sum_up
from training.base.work import Work


async def sum_up_enrollments(work: Work, session_id: UUID, enrollment_ids: Sequence[UUID] | None = None) -> list[UUID]:
    """Compute the overall attendance of these enrollments anew (of all that were ever marked, without ids), and return
    those whose sum changed. The session must be held. Five statements at most, however many people."""
    await work.flush()
    rows = {row.enrollment_id: row for row in await list_overall_rows(session_id, enrollment_ids)}
    wanted = rows if enrollment_ids is None else enrollment_ids
    if enrollment_ids is not None and not enrollment_ids:
        return []
    meetings = await list_held(session_id)
    most = most_minutes(meetings, work.now)
    marks = await list_marks(session_id, enrollment_ids)
    changed, written = [], []
    for key in dict.fromkeys([*wanted, *marks]):
        summed = sum_up(meetings, marks.get(key, {}), work.now)
        before = rows.get(key)
        after = replace(
            before or OverallRow(enrollment_id=key, session_id=session_id, changed_at=work.now, version=0),
            status=summed.status,
            meetings=summed.meetings,
            meetings_held=summed.meetings_held,
            meetings_recorded=summed.meetings_recorded,
            minutes=summed.minutes,
        )
        if after.corrected_minutes is not None:
            # What was said by hand stays, but nobody can have been there for longer than there was anything.
            after = replace(after, corrected_minutes=min(after.corrected_minutes, most))
        if before != after:
            changed.append(key)
        written.append(replace(after, changed_at=work.now, version=after.version + (before != after)))
    await write_overalls(work, written)
    return changed
