"""Rosters are found in order after a day at work, and each thing that was broken on purpose is found."""

from datetime import timedelta
from uuid import UUID

import pytest

from tests.attendance.made import Day, make_day, mark
from tests.conftest import FrozenClock
from training.attendance.actions.correcting import Correction, correct_overall
from training.attendance.actions.following import sum_up_due
from training.attendance.actions.marking import close_roster, reopen_roster, save_all_but, save_marks
from training.attendance.rules.statuses import Status, Way
from training.base.database import execute
from training.base.structs import Viewer
from training.base.work import Works
from training.cli.days import DAY_CHECKS, find_wrong_days

S = Status
WORKER = Viewer.machine("worker")


async def worked(works: Works, clock: FrozenClock) -> Day:
    """A day on which much was marked, closed, corrected and brought later."""
    day = await make_day(works, clock, people=4, meetings=3)
    a, b, c, d = day.enrollments
    await works.run(day.lead, save_marks, day.meeting_id, [mark(a), mark(b, S.LATE, minutes_late=20)])
    before = mark(c, S.PARTIAL, base_version=0, made_at=clock.now - timedelta(minutes=3))
    await works.run(day.lead, save_all_but, day.meeting_id, [d])
    await works.run(day.assistant, save_marks, day.meeting_id, [before], way=Way.OFFLINE, sent_at=clock.now)
    await works.run(day.lead, close_roster, day.meeting_id)
    clock.move(hours=1)
    await works.run(day.lead, save_marks, day.meeting_id, [mark(d, S.EXCUSED, reason="Ill")])
    await works.run(day.lead, reopen_roster, day.meeting_id, "Once more")
    clock.move(days=1)
    await works.run(day.lead, save_marks, day.meeting_ids[1], [mark(a, S.LEFT_EARLY, minutes_early=30)])
    await works.run(day.manager, correct_overall, b, Correction(status="present", minutes=100, reason="Caught up"))
    clock.move(days=1, hours=3)
    return day


async def test_a_day_at_work_is_in_order(works: Works, clock: FrozenClock) -> None:
    day = await worked(works, clock)
    assert await find_wrong_days() == []
    assert await works.run(WORKER, sum_up_due, 10) == 1
    assert await works.run(WORKER, sum_up_due, 10) == 0
    assert await find_wrong_days() == []
    rows = await execute("SELECT meetings_held AS n FROM overall WHERE session_id = {}", day.session_id)
    assert {row["n"] for row in rows} == {3}


PLANTED = {
    "somebody who waits was marked": ("marks", "UPDATE enrollment SET state = 'waitlisted', mode = '' WHERE id = {}"),
    "who left before was marked": (
        "marks",
        "UPDATE enrollment SET state = 'cancelled', mode = '', state_at = created_at WHERE id = {}",
    ),
    "a mark without an attempt": ("mark history", "DELETE FROM mark_change WHERE enrollment_id = {}"),
    "a sum of its own": ("attendance", "UPDATE overall SET minutes = minutes + 1 WHERE enrollment_id = {}"),
    "no sum at all": ("attendance", "DELETE FROM overall WHERE enrollment_id = {}"),
}


@pytest.mark.parametrize("what", PLANTED)
async def test_what_is_broken_is_found(works: Works, clock: FrozenClock, what: str) -> None:
    day = await worked(works, clock)
    check, sql = PLANTED[what]
    await execute(sql, day.enrollments[0])
    assert {(wrong.check, wrong.subject_id) for wrong in await find_wrong_days()} == {(check, day.enrollments[0])}


async def test_closed_and_open_for_check_in(works: Works, clock: FrozenClock) -> None:
    day = await worked(works, clock)
    await works.run(day.lead, close_roster, day.meeting_id)
    await execute("UPDATE roster SET self_check_in = {} WHERE id = {}", True, day.meeting_id)
    (wrong,) = await find_wrong_days()
    assert (wrong.check, wrong.subject_id) == ("closed rosters", day.meeting_id)
    assert {wrong.check} <= set(DAY_CHECKS)
    assert isinstance(wrong.subject_id, UUID)
