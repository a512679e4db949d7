"""What happened lately on a partner's page."""

import httpx

from tests.booking.asked import order
from tests.booking.made import make_scene
from tests.booking.test_pages.made import enter, words
from training.base.work import Works
from training.booking.actions import book_places, cancel_enrollment, undo_booking
from training.portal.pages.lately import lately_of


async def test_a_booking_taken_back_is_one_line(works: Works, client: httpx.AsyncClient) -> None:
    scene = await make_scene(works, capacity_in_person=9)
    alone = await works.run(scene.coordinator, book_places, order(scene, 0))
    booked = await works.run(scene.coordinator, book_places, order(scene, 1, 2, 3))
    assert booked.booking_id is not None
    await works.run(scene.coordinator, undo_booking, booked.booking_id)
    lines = await lately_of(scene.coordinator, scene.partner_id)
    assert len(lines) == 2
    kept = alone.verdicts[0].enrollment_id
    assert kept is not None
    await works.run(scene.coordinator, cancel_enrollment, kept)
    assert len(await lately_of(scene.coordinator, scene.partner_id)) == 2
    await enter(works, client, scene.coordinator)
    said = words((await client.get(f"/partners/{scene.partner_id}")).text)
    assert "took a booking back: 3 people" in said
