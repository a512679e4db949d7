"""Own places as far as materials need them: whose they are, and whether their people follow the materials."""

from uuid import UUID

from training.attendance.rules.rosters import ON_ROSTER_SQL
from training.base.database import fetch_one, for_update
from training.base.errors import NotFound
from training.base.structs import Frozen, Viewer
from training.outbox.rules.kinds import Sort

_PLACE = (
    "SELECT e.id AS enrollment_id, e.session_id, e.person_id,"
    f" CASE WHEN e.{ON_ROSTER_SQL} THEN TRUE ELSE FALSE END AS enrolled,"
    " (EXISTS (SELECT 1 FROM material_follow w WHERE w.id = e.id) AND NOT EXISTS (SELECT 1 FROM mail_choice h"
    f" WHERE h.person_id = e.person_id AND h.sort = '{Sort.MATERIALS.value}')) AS following FROM enrollment e"
    " WHERE e.id = {} AND e.person_id = {}"
)


class Place(Frozen, frozen=True, kw_only=True):
    """A place in a session. `enrolled`: it counts; `following`: they want to hear when its materials change, and
    did not switch all such mail off."""

    enrollment_id: UUID
    session_id: UUID
    person_id: UUID
    enrolled: bool
    following: bool


async def get_own_place(viewer: Viewer, enrollment_id: UUID) -> Place:
    """A place of the viewer's own; whoever came by its link is its person (`guests.guest_of`). Raises NotFound."""
    return _found(await fetch_one(Place, _PLACE, enrollment_id, viewer.person_id))


async def lock_own_place(viewer: Viewer, enrollment_id: UUID) -> Place:
    """The same, its row locked until the unit of work ends."""
    return _found(await fetch_one(Place, _PLACE + for_update("e"), enrollment_id, viewer.person_id))


def _found(place: Place | None) -> Place:
    if place is None:
        raise NotFound
    return place
