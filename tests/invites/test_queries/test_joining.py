"""Who stands before the door of a meeting."""

from uuid import UUID

import pytest

from tests.booking.asked import order
from tests.booking.made import make_scene
from training.base.errors import NotFound
from training.base.structs import Viewer
from training.base.work import Works
from training.booking.actions import book_places, cancel_enrollment
from training.booking.rules import State
from training.invites.queries.joining import get_door


async def test_whoever_had_a_place_knows_the_meeting_and_others_do_not(works: Works) -> None:
    scene = await make_scene(works)
    booked = await works.run(scene.coordinator, book_places, order(scene, 0))
    ada, ben = (Viewer(person_id=person) for person in scene.people[:2])
    door = await get_door(ada, scene.meeting_ids[0])
    assert (door.state, door.mode, door.inside) == (State.ENROLLED, "in_person", False)
    (enrollment,) = [verdict.enrollment_id for verdict in booked.verdicts if verdict.enrollment_id]
    await works.run(scene.coordinator, cancel_enrollment, enrollment)
    assert (await get_door(ada, scene.meeting_ids[0])).state is State.CANCELLED
    await works.run(scene.coordinator, book_places, order(scene, 0))
    assert (await get_door(ada, scene.meeting_ids[0])).state is State.ENROLLED
    assert (await get_door(scene.manager, scene.meeting_ids[0])).inside
    for viewer, meeting_id in ((ben, scene.meeting_ids[0]), (ada, UUID(int=404)), (scene.coordinator, door.meeting_id)):
        with pytest.raises(NotFound):
            await get_door(viewer, meeting_id)
