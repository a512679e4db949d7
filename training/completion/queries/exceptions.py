"""An enrollment and what somebody decided about it by hand."""

from datetime import datetime
from uuid import UUID

from training.base.database import fetch_one
from training.base.errors import NotFound
from training.base.structs import Frozen, Viewer
from training.booking.queries.enrollments import NAME_SQL
from training.booking.rules.states import State
from training.people.rules import Permission, require


class Excepted(Frozen, frozen=True, kw_only=True):
    """An enrollment; `completed` is what was decided by hand, None while the rule decides. `version` is that of the
    decision, 0 when there never was one."""

    id: UUID
    session_id: UUID
    program_id: UUID
    title: str
    name: str
    state: State
    state_reason: str
    completed: bool | None
    reason: str | None
    decided_at: datetime | None
    decided_by: str | None
    version: int


async def get_excepted(viewer: Viewer, enrollment_id: UUID) -> Excepted:
    """An enrollment whose completion the viewer may decide. Raises NotFound for a foreign and a missing one alike."""
    found = await fetch_one(
        Excepted,
        f"SELECT e.id, e.session_id, s.program_id, s.title, {NAME_SQL} AS name, e.state, e.state_reason, x.completed,"
        " x.reason, x.decided_at, COALESCE(NULLIF(d.name, ''), d.email) AS decided_by,"
        " COALESCE(h.version, 0) AS version"
        " FROM enrollment e JOIN session s ON s.id = e.session_id JOIN person p ON p.id = e.person_id"
        " LEFT JOIN membership m ON m.id = e.membership_id LEFT JOIN completion_exception h ON h.id = e.id"
        " LEFT JOIN completion_exception x ON x.id = e.id AND x.ended_at IS NULL"
        " LEFT JOIN person d ON d.id = x.decided_by WHERE e.id = {}",
        enrollment_id,
    )
    if found is None:
        raise NotFound
    require(viewer, Permission.CERTIFICATE_MANAGE, found.program_id)
    return found
