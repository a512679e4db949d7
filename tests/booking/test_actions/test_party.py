"""A party that waits may split, or keep together, by its own choice."""

import pytest

from tests.booking.asked import counters, order
from tests.booking.made import make_scene
from training.base.errors import NotFound
from training.base.work import Works
from training.booking.actions import book_places, change_party
from training.booking.rules import NobodyWaits


async def test_a_party_that_splits_takes_what_there_is(works: Works) -> None:
    scene = await make_scene(works, capacity_in_person=3)
    await works.run(scene.coordinator, book_places, order(scene, 0))
    booked = await works.run(scene.coordinator, book_places, order(scene, 1, 2, 3, together=True))
    assert booked.booking_id is not None
    assert await counters(scene) == (1, 0, 3)
    split = await works.run(scene.coordinator, change_party, booked.booking_id, together=False)
    assert (split.waiting, len(split.promoted)) == (3, 2)
    assert await counters(scene) == (3, 0, 1)
    again = await works.run(scene.coordinator, change_party, booked.booking_id, together=False)
    assert (again.waiting, again.promoted) == (1, ())


async def test_those_who_wait_may_stay_together_from_now_on(works: Works) -> None:
    scene = await make_scene(works, capacity_in_person=2)
    await works.run(scene.coordinator, book_places, order(scene, 0, 1))
    booked = await works.run(scene.coordinator, book_places, order(scene, 2, 3))
    assert booked.booking_id is not None
    await works.run(scene.coordinator, change_party, booked.booking_id, together=True)
    with pytest.raises(NotFound):
        await works.run(scene.other_coordinator, change_party, booked.booking_id, together=False)


async def test_without_anybody_who_waits_there_is_nothing_to_split(works: Works) -> None:
    scene = await make_scene(works)
    booked = await works.run(scene.coordinator, book_places, order(scene, 0))
    assert booked.booking_id is not None
    with pytest.raises(NobodyWaits):
        await works.run(scene.coordinator, change_party, booked.booking_id, together=False)
