"""Reads of single pages: what is offered to filter by, one's own places, what happened lately."""

from tests.booking.made import make_scene
from tests.portal.made import more_sessions
from tests.schedule.made import a_room
from training.base.database import execute
from training.base.structs import ANONYMOUS, Viewer
from training.base.work import Works
from training.booking.actions import Order, Wanted, book_places, cancel_enrollment
from training.portal.queries import find_by_code, list_choices, list_lately, list_own_places, list_visible


async def test_only_what_can_be_seen_is_offered(works: Works) -> None:
    scene = await make_scene(works, language="de")
    await a_room(works)
    await execute("UPDATE meeting SET room_id = (SELECT id FROM room)")
    offered = [(c.kind, c.label, c.part_of) for c in await list_choices(scene.coordinator, works.clock())]
    assert offered == [
        ("course", "Course", "Program"),
        ("language", "de", ""),
        ("program", "Program", ""),
        ("venue", "House of the Blue room", ""),
    ]
    assert await list_choices(ANONYMOUS, works.clock()) == []
    await execute("UPDATE session SET audience = 'public', ends_at = {}", works.clock())
    assert await list_choices(ANONYMOUS, works.clock()) == []


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


async def test_a_code_opens_what_is_published(works: Works) -> None:
    scene = await make_scene(works, access_code="KX7M-RT4P")
    await more_sessions(works, scene, 1)
    found = await find_by_code("KX7M-RT4P")
    assert found is not None
    assert found.id == scene.session_id
    assert await find_by_code("") is None
    assert await find_by_code("KX7M") is None
    await execute("UPDATE session SET state = 'draft'")
    assert await find_by_code("KX7M-RT4P") is None


async def test_which_sessions_have_a_page(works: Works) -> None:
    scene = await make_scene(works)
    public = await more_sessions(works, scene, 1)
    ids = [scene.session_id, *public]
    assert await list_visible(scene.coordinator, ids) == frozenset(ids)
    assert await list_visible(ANONYMOUS, ids) == frozenset(public)
    assert await list_visible(ANONYMOUS, []) == frozenset()
