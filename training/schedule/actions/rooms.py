"""Adding and editing rooms."""

from uuid import UUID

from training.base.database import fetch
from training.base.errors import NotFound, Stale
from training.base.structs import Frozen, as_data
from training.base.work import Work
from training.catalogue.events import VenueEdited
from training.people.rules import Permission, require
from training.schedule import tables
from training.schedule.actions.sessions import raise_in_rooms
from training.schedule.events import RoomAdded, RoomEdited
from training.schedule.queries import list_rooms, lock_rooms
from training.schedule.rules.sessions import RoomNameTaken
from training.schedule.rules.values import RoomValues


class _Key(Frozen, frozen=True, kw_only=True):
    id: UUID


async def add_room(work: Work, venue_id: UUID, values: RoomValues) -> UUID:
    """Add a room to a venue and return its id. Raises RoomNameTaken, NotFound."""
    require(work.actor, Permission.VENUE_MANAGE)
    await work.flush()
    if not await fetch(_Key, "SELECT id FROM venue WHERE id = {}", venue_id):
        raise NotFound
    await _check_name(venue_id, values.name, None)
    room_id = work.new_id()
    work.add(tables.Room, id=room_id, venue_id=venue_id, **as_data(values))
    work.emit(RoomAdded(room_id=room_id, venue_id=venue_id, name=values.name), after=as_data(values))
    return room_id


async def edit_room(work: Work, room_id: UUID, values: RoomValues, *, expected_version: int | None = None) -> int:
    """Change a room and return its new version. Raises RoomNameTaken, NotFound, Stale."""
    require(work.actor, Permission.VENUE_MANAGE)
    await work.flush()
    found = await lock_rooms([room_id])
    if not found:
        raise NotFound
    room = found[0]
    if expected_version is not None and expected_version != room.version:
        raise Stale(version=room.version)
    after = as_data(values)
    changed = tuple(name for name, value in after.items() if getattr(room, name) != value)
    if not changed:
        return room.version
    await _check_name(room.venue_id, values.name, room_id)
    if "name" in changed:
        await raise_in_rooms(work, [room_id])
    work.change(tables.Room, room_id, **after, version=room.version + 1)
    before = {name: getattr(room, name) for name in changed}
    work.emit(RoomEdited(room_id=room_id, changed=changed), before=before, after={n: after[n] for n in changed})
    return room.version + 1


async def follow_venue(work: Work, event: VenueEdited) -> None:
    """Reaction: a venue has another name or address, which every calendar entry of a meeting there says."""
    if {"name", "address"} & set(event.changed):
        await work.flush()
        rooms = await fetch(_Key, "SELECT id FROM room WHERE venue_id = {} ORDER BY id", event.venue_id)
        await raise_in_rooms(work, [room.id for room in rooms])


async def _check_name(venue_id: UUID, name: str, but: UUID | None) -> None:
    if any(room.name == name and room.id != but for room in await list_rooms(venue_id)):
        raise RoomNameTaken(fields={"name": "This venue has a room of this name already."})
