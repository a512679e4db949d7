"""What the page of a place is told of checking in and of rosters: it is handed it by the application
(`state.attendance`), because its room does not know this one."""

from datetime import datetime
from uuid import UUID

from training.attendance.queries.check_in import list_open_for
from training.attendance.queries.contests import list_own_meetings
from training.attendance.rules.check_in import arrived


class Attending:
    """Who is in, and who was recorded."""

    async def arrived(self, person_id: UUID, enrollment_id: UUID, now: datetime) -> dict[UUID, int]:
        """The meetings in which people check in themselves and to which this one came, with how many minutes late.

        One statement.
        """
        found = await list_open_for(person_id, now, enrollment_id)
        return {one.meeting_id: one.minutes_late for one in found if arrived(one, one.status, one.minutes_late, now)}

    async def recorded(self, enrollment_id: UUID, session_id: UUID) -> bool:
        """Whether somebody on the rosters of a session, or who was until it was cancelled, has one that is closed.

        One statement.
        """
        meetings = await list_own_meetings(enrollment_id, session_id)
        return any(one.on_roster and one.closed_at is not None for one in meetings)
