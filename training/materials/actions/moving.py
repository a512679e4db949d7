"""Whoever goes to another date of the same course takes along what they said of the materials."""

from datetime import datetime
from uuid import UUID

from training.base.database import fetch
from training.base.structs import Frozen
from training.base.work import Work
from training.booking.events import PersonMoved
from training.materials import tables


class _Said(Frozen, frozen=True, kw_only=True):
    material_id: UUID
    version_id: UUID
    at: datetime


async def take_along(work: Work, event: PersonMoved) -> None:
    """Reaction: what they went through of the materials of the course counts there, too, since the same is given
    there; and who wants to hear of changes hears of those of the session that they go to now."""
    said = await fetch(
        _Said,
        "SELECT k.material_id, k.version_id, k.at FROM acknowledgement k JOIN material m ON m.id = k.material_id"
        " WHERE k.enrollment_id = {} AND m.course_id IS NOT NULL ORDER BY k.at, k.id",
        event.enrollment_id,
    )
    for one in said:
        work.add(
            tables.Acknowledgement,
            id=work.new_id(),
            enrollment_id=event.new_enrollment_id,
            material_id=one.material_id,
            version_id=one.version_id,
            at=one.at,
        )
    await work.execute(
        "UPDATE material_follow SET id = {}, enrollment_id = {}, session_id = {} WHERE id = {}",
        event.new_enrollment_id,
        event.new_enrollment_id,
        event.new_session_id,
        event.enrollment_id,
    )
