"""What pages of rooms below say of materials: they are handed it by the application (`state.materials`), because they
do not know this room."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from training.base.structs import Viewer
from training.materials.queries.counting import Counted, count_of_place, count_public


class Beside:
    """Counts for the page of a place and for that of a program."""

    async def of_place(self, guest: Viewer, session_id: UUID, enrollment_id: UUID, now: datetime) -> Counted | None:
        """What whoever came by the link to this place sees of its session; None for nothing."""
        return await count_of_place(guest, session_id, enrollment_id, now)

    async def of_courses(self, course_ids: Sequence[UUID]) -> dict[UUID, int]:
        """How many materials each course gives to everybody; courses without any are left out."""
        return await count_public(course_ids)
