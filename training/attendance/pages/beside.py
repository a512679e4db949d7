"""What the page of a place is told of checking in: it is handed it by the application (`state.attendance`), because its
room does not know this one."""

from datetime import datetime
from uuid import UUID

from training.attendance.queries.check_in import OpenMeeting, list_open_for
from training.attendance.rules.check_in import already


class Attending:
    """Who is in."""

    async def checked_in(self, person_id: UUID, enrollment_id: UUID, now: datetime) -> OpenMeeting | None:
        """The meeting that somebody is recorded at while people can check in to it; None for nobody. One statement."""
        found = await list_open_for(person_id, now, enrollment_id)
        return next((one for one in found if already(one.status)), None)
