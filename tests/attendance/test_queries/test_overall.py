"""Sums of whole sessions as they are read."""

from uuid import UUID

from tests.attendance.made import make_day, mark, overall
from tests.conftest import FrozenClock
from training.attendance.actions.correcting import Correction, correct_overall
from training.attendance.actions.marking import save_marks
from training.attendance.queries.overall import (
    find_overall,
    has_overall,
    list_attendance,
    list_outdated,
    list_overall_rows,
)
from training.attendance.rules.statuses import Status
from training.base.database import watch_statements
from training.base.work import Works


async def test_everybody_with_what_counts(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    a, b, c = day.enrollments
    assert not await has_overall(day.session_id)
    await works.run(day.lead, save_marks, day.meeting_id, [mark(a), mark(b, Status.NO_SHOW)])
    await works.run(day.lead, correct_overall, b, Correction(status="partial", minutes=30, reason="Came to the end"))
    with watch_statements() as seen:
        people = await list_attendance(day.session_id)
    assert len(seen) == 2
    assert [(one.enrollment_id, one.counts, one.corrected_by_name) for one in people] == [
        (a, Status.PRESENT, ""),
        (b, Status.PARTIAL, "Lea"),
        (c, Status.NOT_RECORDED, ""),
    ]
    assert people[2].overall is None
    assert (await overall(b)).counted_minutes == 30
    assert (await overall(a)).counted_minutes == 120
    assert [row.enrollment_id for row in await list_overall_rows(day.session_id, [b])] == [b]
    assert await find_overall(UUID(int=404)) is None
    assert await has_overall(day.session_id)


async def test_what_is_out_of_date(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock, meetings=2)
    await works.run(day.lead, save_marks, day.meeting_id, [mark(day.enrollments[0])])
    assert await list_outdated(clock.now, 10) == []
    clock.move(days=2)
    assert await list_outdated(clock.now, 10) == [day.session_id]
    clock.move(days=30)
    assert await list_outdated(clock.now, 10) == []
