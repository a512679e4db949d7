"""What became of the days themselves: trainers mark their rosters and close them, as they would on a phone."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from training.attendance.actions.marking import close_roster, save_marks
from training.attendance.queries.access import get_roster_meeting
from training.attendance.queries.roster import load_roster
from training.attendance.rules.marks import MarkInput
from training.base.structs import Viewer
from training.base.work import Works
from training.cli.demo.story import Marked
from training.schedule.queries import list_meetings

# So long after a meeting its roster is closed.
AFTERWARDS = timedelta(minutes=10)


async def closings(session_id: UUID) -> list[tuple[datetime, UUID]]:
    """When the roster of each meeting of a session is closed, by its id."""
    return [(each.ends_at + AFTERWARDS, each.id) for each in await list_meetings([session_id])]


async def keep_roster(works: Works, trainer: Viewer, meeting_id: UUID, marked: Sequence[Marked]) -> None:
    """A trainer marks these people by their addresses, everybody else as present, and closes the roster."""
    roster = await load_roster(await get_roster_meeting(trainer, meeting_id))
    known: Mapping[str, UUID] = {entry.email: entry.enrollment_id for entry in roster.entries}
    marks = [
        MarkInput(
            enrollment_id=known[each.address],
            status=each.status,
            minutes_late=each.late,
            minutes_early=each.early,
            reason=each.reason,
        )
        for each in marked
        if each.address in known
    ]
    if marks:
        await works.run(trainer, save_marks, meeting_id, marks)
    await works.run(trainer, close_roster, meeting_id, rest="present")
