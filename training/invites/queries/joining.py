"""A meeting as somebody stands before its door."""

from uuid import UUID

from training.base.database import fetch_one
from training.base.errors import NotFound
from training.base.structs import Viewer
from training.invites.rules.joining import Door
from training.people.rules import Permission, may


class _Door(Door, frozen=True, kw_only=True):
    program_id: UUID
    draft: bool


# Of several enrollments the one that is not over.
_OWN = (
    "FROM enrollment e WHERE e.session_id = s.id AND e.person_id = {}"
    " ORDER BY CASE WHEN e.state IN ('cancelled', 'declined', 'removed') THEN 1 ELSE 0 END, e.state_at DESC LIMIT 1"
)


async def get_door(viewer: Viewer, meeting_id: UUID) -> Door:
    """The meeting, for who has or had a place in its session, teaches it or manages it.

    Raises NotFound for everybody else, by the same one statement as for a meeting that does not exist.
    """
    found = await fetch_one(
        _Door,
        "SELECT m.id AS meeting_id, m.session_id, s.title, m.starts_at, m.ends_at, m.zone, m.link, s.program_id,"
        " s.state AS session_state, m.cancelled_at, r.name AS room_name, v.name AS venue_name,"
        " CASE WHEN s.state = 'draft' THEN TRUE ELSE FALSE END AS draft,"
        f" (SELECT e.state {_OWN}) AS state, COALESCE((SELECT e.mode {_OWN}), '') AS mode,"
        " CASE WHEN EXISTS (SELECT 1 FROM trainer_assignment t WHERE t.session_id = s.id AND t.person_id = {})"
        " THEN TRUE ELSE FALSE END AS inside"
        " FROM meeting m JOIN session s ON s.id = m.session_id LEFT JOIN room r ON r.id = m.room_id"
        " LEFT JOIN venue v ON v.id = r.venue_id WHERE m.id = {}",
        viewer.person_id,
        viewer.person_id,
        viewer.person_id,
        meeting_id,
    )
    if found is None:
        raise NotFound
    inside = found.inside or may(viewer, Permission.SESSION_MANAGE, found.program_id)
    if not inside and (found.state is None or found.draft):
        raise NotFound
    return Door(**{name: getattr(found, name) for name in Door.__struct_fields__} | {"inside": inside})
