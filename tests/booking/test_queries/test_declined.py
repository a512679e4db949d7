"""Which places go back because a calendar declined."""

from datetime import timedelta

from tests.booking.asked import booked_one
from tests.booking.made import make_scene
from tests.conftest import FrozenClock
from training.base.database import execute
from training.base.work import Works
from training.booking.queries.declined import find_declined, list_declined


async def test_only_whose_window_is_over(works: Works, clock: FrozenClock) -> None:
    scene = await make_scene(works)
    enrollment_id = await booked_one(works, scene)
    assert await list_declined(clock.now) == []
    await execute("UPDATE enrollment SET declines_at = {}", clock.now + timedelta(minutes=1))
    assert await find_declined(enrollment_id, clock.now) is None
    clock.move(minutes=1)
    (found,) = await list_declined(clock.now)
    assert found == await find_declined(enrollment_id, clock.now)
    assert (found.id, found.person_id, found.person_zone) == (enrollment_id, scene.people[0], "UTC")
    assert await list_declined(clock.now, skip=1) == []
