"""Who sees which enrollments."""

from tests.booking.asked import order
from tests.booking.made import make_scene
from training.base.structs import Viewer
from training.base.work import Works
from training.booking.actions import Order, Wanted, book_places
from training.booking.queries import list_enrollments, list_of_partner, list_positions


async def test_partners_see_their_own_people_only(works: Works) -> None:
    scene = await make_scene(works)
    await works.run(scene.coordinator, book_places, order(scene, 0, 1))
    await works.run(scene.other_coordinator, book_places, order(scene, 0, 1, other=True))
    assert len(await list_enrollments(scene.manager, scene.session_id)) == 4
    seen = await list_enrollments(scene.coordinator, scene.session_id)
    assert {e.partner_id for e in seen} == {scene.partner_id}
    assert await list_of_partner(scene.coordinator, scene.other_partner_id) == []
    assert await list_enrollments(Viewer(), scene.session_id) == []
    mine = await list_enrollments(scene.other_coordinator, scene.session_id)
    assert await list_positions([e.id for e in mine]) == {mine[1].id: 1}


async def test_a_partner_never_reads_the_name_of_an_account(works: Works) -> None:
    """Whoever is booked by address alone is shown by that address, whatever name the account has."""
    scene = await make_scene(works)
    stranger = Wanted(email="harbour-0@example.org")
    wanted = Order(session_id=scene.session_id, partner_id=scene.partner_id, people=(stranger,))
    booked = await works.run(scene.coordinator, book_places, wanted)
    seen = await list_enrollments(scene.coordinator, scene.session_id)
    assert [verdict.name for verdict in booked.verdicts] == ["harbour-0@example.org"]
    assert [e.name for e in seen] == ["harbour-0@example.org"]
