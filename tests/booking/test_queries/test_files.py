"""Which sessions a file may mean."""

from tests.booking.made import make_scene
from training.base.database import execute
from training.base.structs import ANONYMOUS
from training.base.work import Works
from training.booking.queries.files import list_titled


async def test_only_what_can_be_seen_and_booked_is_meant(works: Works) -> None:
    scene = await make_scene(works)
    assert [one.title for one in await list_titled(scene.coordinator, works.clock())] == ["Safe messaging"]
    assert await list_titled(ANONYMOUS, works.clock()) == []
    await execute("UPDATE session SET state = 'draft'")
    assert await list_titled(scene.manager, works.clock()) == []
    await execute("UPDATE session SET state = 'published', starts_at = {}", works.clock())
    assert await list_titled(scene.coordinator, works.clock()) == []
