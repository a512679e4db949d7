"""What is asked of somebody who comes without a place: for which organization, and whether in the room or online."""

from uuid import UUID

from training.base.database import fetch, fetch_one
from training.base.errors import NotFound
from training.base.structs import Frozen
from training.catalogue.rules import Mode


class Door(Frozen, frozen=True, kw_only=True):
    """A session as whoever stands in its door knows it. `self_enrollment`: people may come for themselves."""

    mode: Mode
    audience: str
    self_enrollment: bool
    overbooking: int


class DoorPartner(Frozen, frozen=True, kw_only=True):
    """An organization whose people may come."""

    id: UUID
    name: str


async def get_door(session_id: UUID) -> Door:
    """What the session offers to whoever comes. Judges nobody's right to it. Raises NotFound."""
    found = await fetch_one(
        Door, "SELECT s.mode, s.audience, s.self_enrollment, s.overbooking FROM session s WHERE s.id = {}", session_id
    )
    if found is None:
        raise NotFound
    return found


async def list_door_partners(session_id: UUID, program_id: UUID, audience: str) -> list[DoorPartner]:
    """The organizations of the program that may book the session, and those that were invited to it, by name, at most
    500."""
    invited = "SELECT i.partner_id FROM session_partner i WHERE i.session_id = {}"
    joined = "SELECT j.partner_id FROM participation j WHERE j.program_id = {} AND j.ended_at IS NULL"
    sql = "SELECT o.id, o.name FROM partner o WHERE o.id IN ({}) ORDER BY o.folded_name LIMIT 500"
    if audience == "invited":
        return await fetch(DoorPartner, sql.replace("{}", invited, 1), session_id)
    return await fetch(DoorPartner, sql.replace("{}", f"{joined} UNION {invited}", 1), program_id, session_id)
