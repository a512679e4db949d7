"""Who closed a roster, by name and never by address."""

from tests.booking.made import make_scene
from training.attendance.queries.closers import find_name
from training.base.database import execute
from training.base.work import Works


async def test_a_name_and_never_an_address(works: Works) -> None:
    scene = await make_scene(works)
    assert scene.manager.person_id is not None
    assert await find_name(scene.manager.person_id) == "Mona"
    await execute("UPDATE person SET name = email")
    assert await find_name(scene.manager.person_id) == ""
    assert await find_name(scene.session_id) == ""
