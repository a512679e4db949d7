"""Sums of whole sessions, computed anew from the marks that they follow from."""

from collections.abc import Sequence
from uuid import UUID

from msgspec.structs import replace

from training.attendance.actions.writing import write_overalls
from training.attendance.events import OverallCorrected
from training.attendance.queries.marks import list_held, list_marks
from training.attendance.queries.overall import OverallRow, list_overall_rows
from training.attendance.rules.overall import begun_of, most_minutes, sum_up
from training.base.work import Work

NOTHING_LEFT = "No meeting of the session is left that has begun."


async def sum_up_enrollments(work: Work, session_id: UUID, enrollment_ids: Sequence[UUID] | None = None) -> list[UUID]:
    """Compute the overall attendance of these enrollments anew (of all that were ever marked, without ids), and return
    those whose sum changed. The session must be held. Five statements at most, however many people.

    Where no meeting is left that has begun, what was said by hand is taken back: nobody can have been there.
    """
    await work.flush()
    rows = {row.enrollment_id: row for row in await list_overall_rows(session_id, enrollment_ids)}
    wanted = rows if enrollment_ids is None else enrollment_ids
    if enrollment_ids is not None and not enrollment_ids:
        return []
    meetings = await list_held(session_id)
    begun, most = begun_of(meetings, work.now), most_minutes(meetings, work.now)
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
        if after.corrected and not begun:
            after = _taken_back(work, after)
        if after.corrected_minutes is not None:
            # What was said by hand stays, but nobody can have been there for longer than there was anything.
            after = replace(after, corrected_minutes=min(after.corrected_minutes, most))
        if before != after:
            changed.append(key)
        written.append(replace(after, changed_at=work.now, version=after.version + (before != after)))
    await write_overalls(work, written)
    return changed


def _taken_back(work: Work, row: OverallRow) -> OverallRow:
    """The same without what was said by hand; the history keeps it, and why it is gone."""
    after = replace(
        row,
        corrected="",
        corrected_minutes=None,
        corrected_reason="",
        corrected_at=None,
        corrected_by=None,
        planned_minutes=0,
    )
    work.emit(
        OverallCorrected(enrollment_id=row.enrollment_id, session_id=row.session_id, status="", reason=NOTHING_LEFT),
        before={"status": row.counts, "minutes": row.counted_minutes},
        after={"status": after.counts, "minutes": after.counted_minutes},
    )
    return after
