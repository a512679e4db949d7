"""What stands in a roster, and marks by their meetings."""

from datetime import timedelta
from uuid import UUID

import pytest

from tests.attendance.made import make_day, mark
from tests.conftest import FrozenClock
from training.attendance.actions.marking import save_marks
from training.attendance.queries.marks import (
    LeftBehind,
    count_left_behind,
    find_roster,
    list_attempts,
    list_held,
    list_marks,
    list_marks_in,
    list_standing,
    list_touched,
    lock_session_row,
)
from training.attendance.rules.statuses import Status
from training.base.database import execute
from training.base.errors import NotFound
from training.base.work import Works

DEVICE = UUID(int=77)


async def test_what_stands(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock, meetings=2)
    a, b, c = day.enrollments
    assert await find_roster(UUID(int=404)) is None
    untouched = await find_roster(day.meeting_id)
    assert untouched is not None
    assert (untouched.there, untouched.version, untouched.closed_at) == (False, 0, None)
    await works.run(day.lead, save_marks, day.meeting_id, [mark(a, Status.LATE, minutes_late=3, operation=DEVICE)])
    await execute("UPDATE enrollment SET state = 'cancelled', mode = '' WHERE id = {}", c)
    everybody = await list_standing(day.meeting_id, day.session_id)
    assert [(one.enrollment_id, one.mark is not None) for one in everybody] == [(a, True), (b, False)]
    (gone,) = await list_standing(day.meeting_id, day.session_id, [c])
    assert (gone.on_roster, gone.name) == (False, "Northern Line 2")
    assert await list_standing(day.meeting_ids[1], day.session_id, [UUID(int=404)]) == []
    found = await find_roster(day.meeting_id)
    assert found is not None
    assert (found.there, found.closed_at, found.version) == (True, None, 1)
    assert found.starts_at == untouched.starts_at == clock.now - timedelta(minutes=10)
    assert await list_touched(day.meeting_ids) == [day.meeting_id]
    assert [(one.meeting_id, one.enrollment_id) for one in await list_marks_in(day.meeting_ids)] == [
        (day.meeting_id, a)
    ]
    assert await count_left_behind(day.meeting_ids) == LeftBehind(marks=1, doubtful=0)
    assert await count_left_behind([day.meeting_ids[1]]) == await count_left_behind([]) == LeftBehind()
    attempts = await list_attempts([DEVICE, UUID(int=78)])
    assert (list(attempts), attempts[DEVICE].taken) == ([DEVICE], True)
    assert await list_attempts([]) == {}
    assert {key: list(of) for key, of in (await list_marks(day.session_id)).items()} == {a: [day.meeting_id]}
    assert await list_marks(day.session_id, [b]) == {}


async def test_meetings_that_are_not_cancelled(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock, meetings=3)
    await execute("UPDATE meeting SET cancelled_at = changed_at WHERE id = {}", day.meeting_ids[1])
    assert [held.meeting_id for held in await list_held(day.session_id)] == [day.meeting_ids[0], day.meeting_ids[2]]


async def test_a_session_that_is_gone(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    await lock_session_row(day.session_id)
    with pytest.raises(NotFound):
        await lock_session_row(UUID(int=404))
