"""What the page of a place is told of checking in: it is handed it by the application (`state.attendance`), because its
room does not know this one."""

from datetime import datetime
from uuid import UUID

from training.attendance.queries.check_in import list_open_for
from training.attendance.rules.check_in import arrived


class Attending:
    """Who is in."""

    async def arrived(self, person_id: UUID, enrollment_id: UUID, now: datetime) -> dict[UUID, int]:
        """The meetings in which people check in themselves and to which this one came, with how many minutes late.

        One statement.
        """
        found = await list_open_for(person_id, now, enrollment_id)
        return {one.meeting_id: one.minutes_late for one in found if arrived(one, one.status, one.minutes_late, now)}
