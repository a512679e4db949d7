"""Telling is one unit of work: versions that are told, and the messages of it."""

from tests.conftest import FrozenClock
from tests.materials.prepared import follow, prepare, publish
from tests.reminders.made import enrolled_scene
from training.base.database import execute
from training.base.work import Works
from training.materials.actions.telling import tell_course, told_next
from training.materials.jobs.telling import TELLER


async def test_versions_are_told_once_whether_anybody_follows_or_not(works: Works, clock: FrozenClock) -> None:
    scene = await enrolled_scene(works)
    material_id = await prepare(works, scene)
    version_id = await publish(works, scene, material_id)
    clock.move(minutes=10)
    assert await works.run(TELLER, tell_course, scene.course_id) == 1
    assert await works.run(TELLER, tell_course, scene.course_id) == 0
    (row,) = await execute("SELECT told_at FROM material_version WHERE id = {} AND told_at IS NOT NULL", version_id)
    assert row
    assert await execute("SELECT id FROM message WHERE kind = 'material-changed'") == []


async def test_drafts_are_told_to_nobody(works: Works) -> None:
    scene = await enrolled_scene(works)
    await prepare(works, scene, published=False)
    assert await works.run(TELLER, tell_course, scene.course_id) == 0


async def test_who_hears_of_it_is_asked_by_the_instant(works: Works, clock: FrozenClock) -> None:
    scene = await enrolled_scene(works)
    await follow(works, scene)
    await publish(works, scene, await prepare(works, scene))
    clock.move(minutes=10)
    await works.run(TELLER, tell_course, scene.course_id)
    args = {"course_id": str(scene.course_id), "at": clock.now, "now": clock.now}
    assert len(await told_next(args, "", 10)) == 1
    clock.move(minutes=1)
    assert await told_next(args | {"at": clock.now}, "", 10) == []
