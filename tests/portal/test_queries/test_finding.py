"""What can be found, and what has a page."""

from tests.booking.made import make_scene
from tests.portal.made import more_sessions
from tests.schedule.made import a_room
from training.base.database import execute
from training.base.structs import ANONYMOUS
from training.base.work import Works
from training.portal.queries import find_by_code, list_choices, list_visible


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
