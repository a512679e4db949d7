"""Enrollments that somebody may know of, out of some that are named."""

from tests.booking.asked import order
from tests.booking.made import make_scene
from training.base.structs import ANONYMOUS
from training.base.work import Works
from training.booking.actions import book_places
from training.booking.queries.seen import list_seen


async def test_only_those_within_reach_in_the_order_given(works: Works) -> None:
    scene = await make_scene(works)
    own = (await works.run(scene.coordinator, book_places, order(scene, 0))).verdicts[0].enrollment_id
    other = (await works.run(scene.other_coordinator, book_places, order(scene, 0, other=True))).verdicts[0]
    assert own is not None
    assert other.enrollment_id is not None
    asked = (other.enrollment_id, own)
    assert await list_seen(scene.manager, asked) == asked
    assert await list_seen(scene.coordinator, asked) == (own,)
    assert await list_seen(ANONYMOUS, asked) == ()
    assert await list_seen(scene.manager, ()) == ()
