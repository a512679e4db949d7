"""Who waits and where, read back in order of arrival."""

from tests.booking.asked import order
from tests.booking.made import make_scene
from training.base.work import Works
from training.booking.actions import book_places
from training.booking.queries import list_contacts, list_enrollments, list_positions, list_queue


async def test_the_queue_is_in_order_of_arrival(works: Works) -> None:
    scene = await make_scene(works, capacity_in_person=1)
    await works.run(scene.coordinator, book_places, order(scene, 0, 1))
    await works.run(scene.other_coordinator, book_places, order(scene, 0, other=True))
    await works.run(scene.coordinator, book_places, order(scene, 2))
    queue = await list_queue(scene.session_id)
    waiting = [e.id for e in await list_enrollments(scene.manager, scene.session_id) if e.state == "waitlisted"]
    assert [entry.key for entry in queue] == waiting
    assert await list_positions(waiting) == {waiting[0]: 1, waiting[1]: 2, waiting[2]: 3}
    assert [c.id for c in await list_contacts(scene.session_id, waiting)] == waiting
