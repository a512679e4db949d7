"""Rooms, with the venue each belongs to."""

from collections.abc import Sequence
from uuid import UUID

from training.base.database import fetch, fetch_one, for_update, marks
from training.base.errors import NotFound
from training.schedule.rules.sessions import Room

_ROOM = (
    "SELECT r.id, r.venue_id, v.name AS venue_name, v.zone, r.name, r.places, r.access_notes, r.version"
    " FROM room r JOIN venue v ON v.id = r.venue_id"
)


async def list_rooms(venue_id: UUID | None = None) -> list[Room]:
    """The rooms of a venue, or all rooms, by venue and name."""
    if venue_id is None:
        return await fetch(Room, f"{_ROOM} ORDER BY v.name, v.id, r.name, r.id")
    return await fetch(Room, f"{_ROOM} WHERE r.venue_id = {{}} ORDER BY r.name, r.id", venue_id)


async def find_room(room_id: UUID) -> Room | None:
    """A room by its id, or None."""
    return await fetch_one(Room, f"{_ROOM} WHERE r.id = {{}}", room_id)


async def get_room(room_id: UUID) -> Room:
    """A room by its id. Raises NotFound."""
    found = await find_room(room_id)
    if found is None:
        raise NotFound
    return found


async def lock_rooms(room_ids: Sequence[UUID]) -> list[Room]:
    """These rooms, their rows locked in order of id."""
    if not room_ids:
        return []
    return await fetch(Room, f"{_ROOM} WHERE r.id IN ({marks(room_ids)}) ORDER BY r.id{for_update('r')}", *room_ids)
