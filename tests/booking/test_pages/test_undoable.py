"""What is offered to be taken back: what can be had again, and for how many people in as many statements."""

from datetime import timedelta

from tests.booking.asked import order
from tests.booking.made import Scene, make_scene
from training.base.database import watch_statements
from training.base.structs import Viewer
from training.base.work import Works
from training.booking.actions import book_places, cancel_enrollment
from training.booking.pages.undoable import is_taken, list_undoable
from training.booking.queries import EnrollmentView, list_enrollments


async def left(works: Works, scene: Scene, people: int, leaving: int) -> list[EnrollmentView]:
    """Those who left of so many who booked, in the order of booking."""
    await works.run(scene.coordinator, book_places, order(scene, *range(people)))
    rows = await list_enrollments(scene.manager, scene.session_id)
    for row in rows[:leaving]:
        await works.run(scene.coordinator, cancel_enrollment, row.id)
    now = {row.id: row for row in await list_enrollments(scene.manager, scene.session_id, active=False)}
    return [now[row.id] for row in rows[:leaving]]


async def test_a_place_can_be_had_again_for_half_an_hour(works: Works) -> None:
    scene = await make_scene(works)
    (row,) = await left(works, scene, 1, 1)
    end = works.clock() + timedelta(minutes=30)
    assert await list_undoable(scene.coordinator, [row], works.clock()) == {row.id: end}
    assert await list_undoable(scene.coordinator, [row], end) == {row.id: end}
    assert await list_undoable(scene.coordinator, [row], end + timedelta(microseconds=1)) == {}


async def test_never_once_the_session_has_begun(works: Works) -> None:
    scene = await make_scene(works, starts_in=timedelta(minutes=40), cancellation_hours=0)
    (row,) = await left(works, scene, 1, 1)
    assert row.starts_at
    (end,) = (await list_undoable(scene.coordinator, [row], works.clock())).values()
    assert end <= row.starts_at


async def test_what_who_waited_has_is_gone(works: Works) -> None:
    scene = await make_scene(works, capacity_in_person=1)
    (row,) = await left(works, scene, 2, 1)
    assert await is_taken(row, works.clock())
    assert await list_undoable(scene.coordinator, [row], works.clock()) == {}


async def test_many_cost_what_one_costs(works: Works) -> None:
    scene = await make_scene(works, capacity_in_person=8)
    rows = await left(works, scene, 6, 6)
    counts = []
    for some in (rows[:1], rows):
        with watch_statements() as seen:
            assert len(await list_undoable(scene.coordinator, some, works.clock())) == len(some)
        counts.append(len(seen))
    assert counts[0] == counts[1]
    with watch_statements() as seen:
        assert await list_undoable(Viewer(), [], works.clock()) == {}
    assert len(seen) == 0
