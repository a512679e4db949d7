"""Whoever goes to another date takes along what they said of the materials."""

from uuid import UUID

from tests.booking.asked import booked_one
from tests.booking.made import Scene
from tests.booking.test_actions.test_move import two_dates
from tests.conftest import FrozenClock
from tests.materials.prepared import prepare, publish
from training.base.database import execute
from training.base.structs import Viewer
from training.base.work import Works
from training.booking.actions import Target, move_over
from training.booking.rules.guests import guest_of
from training.materials.actions.acknowledging import acknowledge
from training.materials.actions.following import follow
from training.materials.jobs.telling import tell_changed
from training.materials.queries.counting import Counted, count_materials
from training.materials.queries.showing import list_materials


async def moved(works: Works, scene: Scene, session_id: UUID, enrollment: UUID) -> UUID:
    target = Target(session_id=session_id)
    return (await works.run(scene.coordinator, move_over, enrollment, target)).new_enrollment_id


async def told() -> list[str]:
    return [row["recipient"] for row in await execute("SELECT recipient FROM message WHERE kind = 'material-changed'")]


async def went_through_and_follows(works: Works, scene: Scene) -> tuple[UUID, UUID, Viewer]:
    """A place, a film of the course, and whose place it is: they went through it, and follow."""
    enrollment = await booked_one(works, scene)
    film = await prepare(works, scene, "A film of three hours", of_course=True)
    me = guest_of(scene.people[0], "Ana", "UTC")
    await works.run(me, acknowledge, enrollment, film)
    await works.run(me, follow, enrollment)
    return enrollment, film, me


async def test_what_was_done_for_the_course_counts_there(works: Works, clock: FrozenClock) -> None:
    first, second = await two_dates(works)
    enrollment, _, me = await went_through_and_follows(works, first)
    here = await prepare(works, first, "Only here")
    await prepare(works, second, "Only there")
    await works.run(me, acknowledge, enrollment, here)
    at = clock.now
    clock.move(hours=1)
    there = await moved(works, first, second.session_id, enrollment)
    assert await count_materials(me, [second.session_id], clock.now) == {second.session_id: Counted(open=2, left=1)}
    listed = await list_materials(me, second.session_id, clock.now, enrollment_id=there)
    assert [(one.title, one.acknowledged_at) for one in listed.items] == [
        ("A film of three hours", at),
        ("Only there", None),
    ]
    returned = await moved(works, first, first.session_id, there)
    listed = await list_materials(me, first.session_id, clock.now, enrollment_id=returned)
    assert [one.acknowledged_at for one in listed.items] == [at, None], "what belongs to one date is to be done anew"


async def test_who_wants_to_hear_of_changes_hears_of_those_there(works: Works, clock: FrozenClock) -> None:
    first, second = await two_dates(works)
    enrollment, film, _ = await went_through_and_follows(works, first)
    there = await moved(works, first, second.session_id, enrollment)
    (followed,) = await execute("SELECT id, enrollment_id, session_id FROM material_follow")
    assert [UUID(str(one)) for one in followed.values()] == [there, there, second.session_id]
    clock.move(hours=1)
    await publish(works, first, film)
    clock.move(hours=1)
    await tell_changed(works)
    assert len(await told()) == 1


async def test_who_said_nothing_takes_nothing_along(works: Works) -> None:
    first, second = await two_dates(works)
    enrollment = await booked_one(works, first)
    await prepare(works, first, of_course=True)
    await moved(works, first, second.session_id, enrollment)
    for table in ("acknowledgement", "material_follow"):
        assert await execute(f"SELECT id FROM {table}") == []
