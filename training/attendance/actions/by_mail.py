"""A roster is closed by the link in a message: who was there is one form and one button."""

from collections.abc import Collection
from uuid import UUID

from training.attendance.actions.marking import close_roster, get_markable, save_marks
from training.attendance.actions.recording import hold_roster
from training.attendance.queries.roster import load_roster
from training.attendance.rules.marks import MarkInput
from training.attendance.rules.one_tap import Stands, changes_of
from training.attendance.rules.rosters import RosterClosedAlready
from training.attendance.rules.statuses import Way
from training.base.work import Work


async def close_by_mail(
    work: Work, meeting_id: UUID, *, shown: Collection[UUID], present: Collection[UUID]
) -> tuple[int, int]:
    """Everybody who was shown and is ticked was there, the others were not; then the roster is closed.

    Whoever is recorded more exactly stays so: late and ticked stays late, excused and not ticked stays excused. Returns
    how many were there and how many were not. Raises RosterClosedAlready, NotAllRecorded when somebody came on the
    roster who was not shown, and what `close_roster` raises.
    """
    meeting = await get_markable(work.actor, meeting_id, work.now)
    held = await hold_roster(work, meeting)
    if held.closed_at is not None:
        raise RosterClosedAlready(at=held.closed_at, zone=meeting.zone)
    entries = (await load_roster(meeting)).entries
    stands = [Stands(key=one.enrollment_id, status=one.status) for one in entries]
    versions = {one.enrollment_id: one.mark.version if one.mark else 0 for one in entries}
    marks = [
        MarkInput(enrollment_id=key, status=status, base_version=versions[key])
        for key, status in changes_of(stands, shown=frozenset(shown), present=frozenset(present)).items()
    ]
    if marks:
        await save_marks(work, meeting_id, marks, way=Way.MAIL)
        await work.flush()
    await close_roster(work, meeting_id, way=Way.MAIL)
    there = sum(one.enrollment_id in present for one in entries)
    return there, len(entries) - there
