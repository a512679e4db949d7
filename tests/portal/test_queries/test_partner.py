"""What happened to the places of a partner."""

from tests.booking.made import make_scene
from training.base.work import Works
from training.booking.actions import Order, Wanted, book_places, cancel_enrollment
from training.portal.queries import list_lately


async def test_what_happened_lately(works: Works) -> None:
    scene = await make_scene(works)
    people = tuple(Wanted(membership_id=key) for key in scene.members[:2])
    order = Order(session_id=scene.session_id, partner_id=scene.partner_id, people=people)
    booked = await works.run(scene.coordinator, book_places, order)
    left = booked.verdicts[0].enrollment_id
    assert left is not None
    await works.run(scene.coordinator, cancel_enrollment, left, reason="ill")
    lately = await list_lately(scene.coordinator, scene.partner_id)
    assert {(one.name, one.state.value, one.state_reason, one.booked_by) for one in lately} == {
        ("Northern Line 0", "cancelled", "ill", "Cora"),
        ("Northern Line 1", "enrolled", "", "Cora"),
    }
    assert await list_lately(scene.other_coordinator, scene.partner_id) == []
