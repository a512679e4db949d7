"""For which partners somebody may book."""

from tests.booking.asked import order, outcomes
from tests.booking.made import make_scene
from training.base.database import execute
from training.base.structs import ANONYMOUS
from training.base.work import Work, Works
from training.booking.actions import book_places
from training.booking.queries import list_booking_partners, list_program_managers, partner_in_audience
from training.schedule.queries import get_session
from training.schedule.tables import SessionPartner


async def test_a_coordinator_books_for_their_own_and_a_manager_for_all_that_take_part(works: Works) -> None:
    scene = await make_scene(works)
    session = await get_session(scene.manager, scene.session_id)
    assert [p.id for p in await list_booking_partners(scene.coordinator, session)] == [scene.partner_id]
    both = {p.id for p in await list_booking_partners(scene.manager, session)}
    assert both == {scene.partner_id, scene.other_partner_id}
    assert await list_booking_partners(ANONYMOUS, session) == []
    assert await list_program_managers(ANONYMOUS, [scene.program_id]) == []


async def test_an_invited_session_is_for_the_invited(works: Works) -> None:
    scene = await make_scene(works, audience="invited")
    asked = (scene.session_id, scene.program_id, scene.partner_id)
    assert not await partner_in_audience(*asked, "invited")
    assert await partner_in_audience(*asked, "participating")
    assert await partner_in_audience(*asked, "public")


async def test_who_is_invited_to_a_session_for_participants_books_it(works: Works) -> None:
    """As after a booking by code: what the page offers is what the action lets in."""
    scene = await make_scene(works)
    session = await get_session(scene.manager, scene.session_id)
    await execute("DELETE FROM participation WHERE partner_id = {}", scene.partner_id)
    assert await list_booking_partners(scene.coordinator, session) == []

    async def invite(work: Work) -> None:
        work.add(SessionPartner, id=work.new_id(), session_id=scene.session_id, partner_id=scene.partner_id)

    await works.run(scene.manager, invite)
    assert [p.id for p in await list_booking_partners(scene.coordinator, session)] == [scene.partner_id]
    both = {p.id for p in await list_booking_partners(scene.manager, session)}
    assert both == {scene.partner_id, scene.other_partner_id}
    assert outcomes(await works.run(scene.coordinator, book_places, order(scene, 0))) == ["enrolled"]
