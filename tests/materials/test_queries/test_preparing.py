"""When each place first opened and acknowledged what."""

from datetime import timedelta

from tests.booking.made import make_scene
from tests.materials.prepared import enrollment_of, opened, prepare, went_through
from tests.reminders.made import enrolled_scene
from training.base.database import execute, watch_statements
from training.base.work import Works
from training.materials.queries.preparing import Unprepared, count_unprepared, get_preparation


async def test_the_first_time_of_each(works: Works) -> None:
    scene = await enrolled_scene(works, 0, 1)
    slides, film = await prepare(works, scene, "Slides"), await prepare(works, scene, "A film", of_course=True)
    for ago in (1, 3, 2):
        await opened(works, scene, slides, ago=timedelta(hours=ago))
    await opened(works, scene, film, 1)
    await went_through(works, scene, film, 1)
    first, second = [await enrollment_of(scene, number) for number in (0, 1)]
    with watch_statements() as seen:
        known = await get_preparation(scene.session_id)
    now = works.clock()
    assert known.opened == {(first, slides): now - timedelta(hours=3), (second, film): now}
    assert known.done == {(second, film): now}
    assert len(seen) == 2


async def test_how_many_have_something_left_to_do(works: Works) -> None:
    scene = await enrolled_scene(works, 0, 1, 2)
    other = await make_scene(works, tag="-other")
    now = works.clock()
    asked = [scene.session_id, other.session_id]
    with watch_statements() as seen:
        assert await count_unprepared(asked, now) == {}
    assert len(seen) == 1
    slides, film = await prepare(works, scene, "Slides"), await prepare(works, scene, "A film")
    await prepare(works, scene, "Later", opens="before", offset_minutes=60)
    for material_id in (slides, film):
        await went_through(works, scene, material_id)
    await went_through(works, scene, slides, 1)
    await execute("UPDATE enrollment SET state = 'cancelled' WHERE person_id = {}", scene.people[2])
    with watch_statements() as seen:
        found = await count_unprepared(asked, now)
    assert found == {scene.session_id: Unprepared(people=2, missing=1)}
    assert len(seen) == 4
    assert await count_unprepared([], now) == {}
