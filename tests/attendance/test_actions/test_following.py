"""Sums follow the schedule."""

from datetime import timedelta

from tests.attendance.made import make_day, mark, overall
from tests.conftest import FrozenClock
from training.attendance.actions.following import sum_up_due, sum_up_session
from training.attendance.actions.marking import save_marks
from training.attendance.rules.statuses import Status
from training.base.database import execute, watch_statements
from training.base.structs import Viewer
from training.base.work import Works
from training.cli.days import find_wrong_days
from training.schedule.actions import cancel_session
from training.schedule.events import SessionClosed
from training.schedule.jobs import advance

WORKER = Viewer.machine("worker")


async def test_a_meeting_that_is_over_counts(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock, meetings=2)
    a = day.enrollments[0]
    await works.run(day.lead, save_marks, day.meeting_id, [mark(a)])
    assert await works.run(WORKER, sum_up_due, 10) == 0
    clock.move(hours=2)
    # The first meeting is over, but it counted before, because somebody was marked there.
    assert await works.run(WORKER, sum_up_due, 10) == 1
    assert (await overall(a)).status is Status.PRESENT
    clock.move(days=1)
    assert await works.run(WORKER, sum_up_due, 10) == 1
    assert (await overall(a)).status is Status.PARTIAL


async def test_a_session_that_closes_or_is_cancelled(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock, meetings=2)
    a = day.enrollments[0]
    await works.run(day.lead, save_marks, day.meeting_id, [mark(a)])
    clock.move(days=2)
    await advance(works)
    assert (await overall(a)).meetings_held == 2
    assert await find_wrong_days() == []


async def test_a_session_nobody_was_marked_in_costs_one_statement(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    with watch_statements() as seen:
        await works.run(WORKER, sum_up_session, SessionClosed(session_id=day.session_id))
    assert len([text for text in seen if "overall" in text]) == len(seen) == 1


async def test_a_cancelled_session_was_attended_by_nobody(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock, meetings=2)
    await works.run(day.manager, save_marks, day.meeting_ids[1], [mark(day.enrollments[0])])
    await execute("UPDATE session SET state = 'published' WHERE id = {}", day.session_id)
    await works.run(day.manager, cancel_session, day.session_id, "Nobody can come")
    assert (await overall(day.enrollments[0])).meetings == 0
    assert await find_wrong_days() == []


async def test_what_was_imported_anew_is_found_by_the_tick(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock, meetings=2)
    await works.run(day.lead, save_marks, day.meeting_id, [mark(day.enrollments[0])])
    clock.move(minutes=5)
    shorter = clock.now + timedelta(hours=1)
    await execute("UPDATE meeting SET ends_at = {}, changed_at = {} WHERE id = {}", shorter, clock.now, day.meeting_id)
    assert await find_wrong_days() == []
    assert [await works.run(WORKER, sum_up_due, 10) for _ in range(2)] == [1, 0]
    assert (await overall(day.enrollments[0])).minutes == 75
