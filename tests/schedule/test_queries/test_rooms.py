"""Rooms as they are read and locked."""

from tests.schedule.made import MISSING, a_room
from training.base.work import Works
from training.schedule.queries import find_room, list_rooms, lock_rooms


async def test_rooms_are_found_listed_and_locked_in_order(works: Works) -> None:
    keys = [await a_room(works), await a_room(works, "Red room")]
    assert {room.id for room in await list_rooms()} == set(keys)
    assert [room.id for room in await lock_rooms([*keys, MISSING])] == sorted(keys)
    assert await lock_rooms([]) == []
    assert await find_room(MISSING) is None
