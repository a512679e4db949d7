"""What is to be done before sessions, and who says that they did it."""

from datetime import timedelta

import pytest

from tests.booking.made import make_scene
from tests.materials.prepared import enrollment_of, place, prepare, publish, went_through
from tests.reminders.made import enrolled_scene
from training.base.database import execute, watch_statements
from training.base.work import Works
from training.materials.queries.prework import list_acknowledged, list_prework


async def test_of_the_course_and_of_the_session_in_the_order_of_the_list(works: Works) -> None:
    scene = await enrolled_scene(works)
    own = await prepare(works, scene, "Own", position=1)
    course = await prepare(works, scene, "Course", of_course=True, position=5)
    await prepare(works, scene, "No pre-work", prework=False)
    await prepare(works, scene, "A draft", published=False)
    await prepare(works, scene, "For trainers", audience="trainers")
    await prepare(works, scene, "Afterwards", opens="after")
    gone = await prepare(works, scene, "Gone")
    await execute("UPDATE material SET withdrawn_at = created_at WHERE id = {}", gone)
    found = await list_prework([scene.session_id])
    assert [one.material_id for one in found[scene.session_id]] == [course, own]
    assert {one.due_at for one in found[scene.session_id]} == {works.clock() + timedelta(days=14)}


@pytest.mark.parametrize(
    ("values", "asked"),
    [
        ({"hidden": True}, False),
        ({"prework": False}, False),
        ({"prework": True}, True),
        ({"audience": "trainers"}, False),
        ({"opens": "after"}, False),
        ({"opens": "before", "offset_minutes": 60}, True),
    ],
)
async def test_as_the_session_places_it(works: Works, values: dict[str, object], asked: bool) -> None:
    scene = await enrolled_scene(works)
    material_id = await prepare(works, scene, of_course=True)
    other = await make_scene(works, tag="-other")
    await execute("UPDATE session SET course_id = {} WHERE id = {}", scene.course_id, other.session_id)
    await place(works, scene, material_id, **values)
    found = await list_prework([scene.session_id, other.session_id])
    assert (scene.session_id in found, other.session_id in found) == (asked, True)


async def test_whoever_went_through_an_earlier_version_went_through_it(works: Works) -> None:
    scene = await enrolled_scene(works, 0, 1)
    material_id = await prepare(works, scene)
    await went_through(works, scene, material_id)
    await publish(works, scene, material_id)
    first, second = [await enrollment_of(scene, number) for number in (0, 1)]
    assert await list_acknowledged([scene.session_id]) == {first: frozenset({material_id})}
    assert await list_acknowledged([scene.session_id], [scene.people[1]]) == {}
    assert second not in await list_acknowledged([scene.session_id], scene.people)
    assert await list_acknowledged([]) == {}


async def test_the_number_of_statements_is_fixed(works: Works) -> None:
    scene = await enrolled_scene(works)
    with watch_statements() as seen:
        assert await list_prework([scene.session_id]) == {}
        assert await list_prework([]) == {}
    assert len(seen) == 1
    for number in range(3):
        await prepare(works, scene, f"Number {number}")
        with watch_statements() as seen:
            await list_prework([scene.session_id])
        assert len(seen) == 2
