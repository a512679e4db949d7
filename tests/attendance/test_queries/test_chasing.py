"""Which rosters are open and who is asked; the rest is tried through the tick (tests/attendance/test_jobs.py)."""

from datetime import timedelta

from tests.attendance.test_jobs import over
from tests.conftest import FrozenClock
from training.attendance.queries.chasing import (
    find_asked,
    find_open_roster,
    get_to_record,
    list_open_rosters,
    list_still_asked,
    list_trainers_to_ask,
)
from training.base.database import execute
from training.base.work import Works


async def test_what_is_open_and_what_is_said_of_it(works: Works, clock: FrozenClock) -> None:
    scene, trainer = await over(works, clock, hours=2)
    (row,) = await list_open_rosters(clock.now)
    assert row == await find_open_roster(scene.meeting_ids[0])
    told = await get_to_record(scene.meeting_ids[0])
    assert (told.people, told.recorded, told.meeting_count) == (2, 0, 1)
    (asked,) = await list_trainers_to_ask(scene.meeting_ids[0])
    assert asked.person_id == trainer.person_id
    assert await find_asked(asked.assignment_id) == asked
    assert await list_still_asked([asked.assignment_id]) == {asked.assignment_id}
    await execute("UPDATE meeting SET cancelled_at = {}", clock.now)
    assert await list_still_asked([asked.assignment_id]) == frozenset()
    assert await list_still_asked([]) == frozenset()
    assert await list_open_rosters(clock.now + timedelta(hours=1)) == []
