"""Which meetings there are in the sessions of a course."""

from uuid import uuid4

from tests.attendance.made import make_day
from tests.conftest import FrozenClock
from training.base.database import execute
from training.base.work import Works
from training.materials.queries.meetings import find_meeting_numbers


async def test_those_that_are_held(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock, meetings=2)
    course_id = day.scene.course_id
    assert await find_meeting_numbers(course_id) == frozenset({1, 2})
    await execute("UPDATE meeting SET cancelled_at = {} WHERE number = 2", clock.now)
    assert await find_meeting_numbers(course_id) == frozenset({1})
    await execute("UPDATE meeting SET cancelled_at = {}", clock.now)
    assert await find_meeting_numbers(course_id) == frozenset()
    await execute("UPDATE session SET state = 'cancelled'")
    assert await find_meeting_numbers(course_id) is None
    assert await find_meeting_numbers(uuid4()) is None
