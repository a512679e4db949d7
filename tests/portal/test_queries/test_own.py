"""Places of one's own."""

from tests.booking.made import make_scene
from training.base.structs import ANONYMOUS, Viewer
from training.base.work import Works
from training.booking.actions import Order, Wanted, book_places
from training.portal.queries import list_own_places


async def test_own_places(works: Works) -> None:
    scene = await make_scene(works, capacity_in_person=1)
    for coordinator, partner_id, members in (
        (scene.other_coordinator, scene.other_partner_id, scene.other_members),
        (scene.coordinator, scene.partner_id, scene.members),
    ):
        people = tuple(Wanted(membership_id=key) for key in members[:2])
        await works.run(
            coordinator, book_places, Order(session_id=scene.session_id, partner_id=partner_id, people=people)
        )
    seen = await list_own_places(scene.coordinator, scene.session_id)
    assert [(p.name, p.state.value, p.position) for p in seen] == [
        ("Northern Line 0", "waitlisted", 2),
        ("Northern Line 1", "waitlisted", 3),
    ]
    own = await list_own_places(Viewer(person_id=scene.people[1]), scene.session_id)
    assert [(p.name, p.position) for p in own] == [("Northern Line 1", 3)]
    assert await list_own_places(scene.manager, scene.session_id) == []
    assert await list_own_places(ANONYMOUS, scene.session_id) == []
