"""Renewing the link to one's place."""

import asyncio

import pytest

from tests.booking.asked import booked_one, one
from tests.booking.made import make_scene
from training.base.errors import NotFound
from training.base.structs import ANONYMOUS, Viewer
from training.base.work import Works
from training.booking.actions.guest import renew_link


async def test_each_time_the_next_generation(works: Works) -> None:
    scene = await make_scene(works)
    enrollment_id = await booked_one(works, scene)
    guest = Viewer(person_id=scene.people[0])
    runs = [works.run(guest, renew_link, enrollment_id) for _ in range(4)]
    assert sorted(await asyncio.gather(*runs)) == [2, 3, 4, 5]
    assert await one("SELECT count(*) AS n FROM message WHERE kind = 'booking-new-link'") == 4


async def test_for_whoever_may_see_it_only(works: Works) -> None:
    scene = await make_scene(works)
    enrollment_id = await booked_one(works, scene)
    for viewer in (ANONYMOUS, scene.other_coordinator, Viewer(person_id=scene.people[1])):
        with pytest.raises(NotFound):
            await works.run(viewer, renew_link, enrollment_id)
