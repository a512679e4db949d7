"""Who is told of a week, and how partners stand in what is to come."""

from tests.booking.asked import order
from tests.conftest import FrozenClock
from tests.reminders.made import coordinate, enrolled_scene
from training.base.database import execute
from training.base.work import Works
from training.booking.actions import book_places
from training.reminders.jobs import gather_weeks
from training.reminders.queries.digests import list_candidates, list_done, list_standings


async def test_coordinators_who_want_it(works: Works, clock: FrozenClock) -> None:
    scene = await enrolled_scene(works)
    assert await list_candidates() == []
    await coordinate(works, scene)
    (one,) = await list_candidates()
    assert (one.person_id, one.partner_id, one.partner_name) == (
        scene.coordinator.person_id,
        scene.partner_id,
        "Northern Line",
    )
    await gather_weeks(works)
    assert [done.week for done in await list_done(("2026-W19",))] == ["2026-W19"]
    assert await list_done(("2026-W20",)) == []
    sql = "INSERT INTO mail_choice (id, person_id, sort, off_at) VALUES ({}, {}, 'digests', {})"
    await execute(sql, scene.session_id, scene.coordinator.person_id, clock.now)
    assert await list_candidates() == []


async def test_how_a_partner_stands(works: Works, clock: FrozenClock) -> None:
    scene = await enrolled_scene(works, 0, 1, capacity_in_person=4)
    await works.run(scene.coordinator, book_places, order(scene, open_places=2))
    await works.run(scene.coordinator, book_places, order(scene, 4))
    (one,) = await list_standings([scene.partner_id, scene.other_partner_id], clock.now)
    assert (one.partner_id, one.enrolled, one.unnamed, one.waiting) == (scene.partner_id, 2, 2, 1)
    assert one.keep_until is not None
    clock.move(days=15)
    assert await list_standings([scene.partner_id], clock.now) == []
