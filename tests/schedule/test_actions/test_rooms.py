"""Rooms against the real database."""

from uuid import UUID

import pytest

from tests.schedule.made import MISSING, NOBODY, STAFF, a_room, events
from training.base.errors import NotFound, Stale
from training.base.work import Works
from training.schedule.actions import add_room, edit_room
from training.schedule.queries import get_room, list_rooms
from training.schedule.rules.sessions import Room, RoomNameTaken
from training.schedule.rules.values import RoomValues


async def venue_of(room_id: UUID) -> UUID:
    return (await get_room(room_id)).venue_id


async def test_rooms_are_added_and_edited(works: Works) -> None:
    blue = await a_room(works)
    venue = await venue_of(blue)
    values = RoomValues(name="Attic", places=12, access_notes="Third floor, no lift.")
    attic = await works.run(STAFF, add_room, venue, values)
    assert [room.id for room in await list_rooms(venue)] == [attic, blue]
    assert await works.run(STAFF, edit_room, attic, RoomValues(name="Attic", places=14), expected_version=1) == 2
    assert await works.run(STAFF, edit_room, attic, RoomValues(name="Attic", places=14), expected_version=2) == 2
    assert await get_room(attic) == Room(
        id=attic,
        venue_id=venue,
        venue_name="House of the Blue room",
        zone="Europe/Berlin",
        name="Attic",
        places=14,
        access_notes="",
        version=2,
    )
    assert await events("RoomAdded", "RoomEdited") == ["RoomAdded", "RoomAdded", "RoomEdited"]
    with pytest.raises(Stale):
        await works.run(STAFF, edit_room, attic, RoomValues(name="Cellar"), expected_version=1)


async def test_a_name_is_used_once_in_a_venue(works: Works) -> None:
    blue, red = await a_room(works), await a_room(works, "Red room")
    with pytest.raises(RoomNameTaken):
        await works.run(STAFF, add_room, await venue_of(blue), RoomValues(name="Blue room"))
    await works.run(STAFF, edit_room, red, RoomValues(name="Blue room"))


async def test_what_is_missing_or_out_of_reach_is_not_found(works: Works) -> None:
    blue = await a_room(works)
    for viewer, verb, key in ((STAFF, add_room, MISSING), (STAFF, edit_room, MISSING), (NOBODY, edit_room, blue)):
        with pytest.raises(NotFound):
            await works.run(viewer, verb, key, RoomValues(name="Any"))
    with pytest.raises(NotFound):
        await get_room(MISSING)
