"""Sums of whole sessions as they are read."""

from uuid import UUID

from tests.attendance.made import make_day, mark, overall
from tests.conftest import FrozenClock
from training.attendance.actions.correcting import Correction, correct_overall
from training.attendance.actions.marking import close_roster, reopen_roster, save_marks
from training.attendance.queries.overall import (
    find_overall,
    has_overall,
    list_attendance,
    list_outdated,
    list_overall_rows,
    list_told_sums,
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


async def test_what_people_may_know_is_what_closed_rosters_say(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock, meetings=2)
    a, b, _ = day.enrollments
    assert await list_told_sums([], clock.now) == {}
    await works.run(day.lead, save_marks, day.meeting_id, [mark(a, Status.LATE, minutes_late=20), mark(b)])
    assert await list_told_sums(day.enrollments, clock.now) == {}
    await works.run(day.lead, close_roster, day.meeting_id, rest="no-show")
    clock.move(days=1)
    await works.run(day.lead, save_marks, day.meeting_ids[1], [mark(a)])
    with watch_statements() as seen:
        told = await list_told_sums([a, b], clock.now)
    assert len(seen) == 1
    assert {key: (one.meetings, one.minutes) for key, one in told.items()} == {a: (1, 100), b: (1, 120)}
    await works.run(day.manager, reopen_roster, day.meeting_id, "Once more")
    assert await list_told_sums([a, b], clock.now) == {}


async def test_what_is_out_of_date(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock, meetings=2)
    await works.run(day.lead, save_marks, day.meeting_id, [mark(day.enrollments[0])])
    assert await list_outdated(clock.now, 10) == []
    clock.move(days=2)
    assert await list_outdated(clock.now, 10) == [day.session_id]
    clock.move(days=30)
    assert await list_outdated(clock.now, 10) == []
