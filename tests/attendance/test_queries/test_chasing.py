"""Which rosters are open and who is asked; the rest is tried through the tick (tests/attendance/test_jobs.py)."""

from datetime import timedelta

from tests.attendance.made import make_day, mark
from tests.attendance.test_actions.test_absences import letters
from tests.attendance.test_jobs import over
from tests.conftest import FrozenClock
from training.attendance.actions.marking import save_marks
from training.attendance.jobs import ask_for_rosters
from training.attendance.queries.chasing import (
    find_asked,
    find_open_roster,
    get_to_record,
    list_open_rosters,
    list_still_asked,
    list_trainers_to_ask,
)
from training.attendance.rules.statuses import Status
from training.base.database import execute
from training.base.work import Works
from training.booking.actions import cancel_enrollment
from training.desk.queries.overdue import list_left_open


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


async def test_who_left_is_not_counted(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    a, b, _ = day.enrollments
    clock.move(minutes=-30)
    await works.run(day.lead, save_marks, day.meeting_id, [mark(key, Status.EXCUSED, reason="Ill") for key in (a, b)])
    await works.run(day.manager, cancel_enrollment, a)
    clock.move(hours=5)
    for _ in range(3):
        await ask_for_rosters(works)
        clock.move(hours=24)
    said = [" ".join(letter.text.split()) for letter in await letters("roster-open")]
    assert ["1 of 2 people were recorded when this was written." in text for text in said] == [True] * len(said)
    assert said
    (row,) = await list_left_open(day.manager, None)
    assert (row.recorded, row.people) == (1, 2)
