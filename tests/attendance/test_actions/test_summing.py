"""Sums of whole sessions: written in bulk, numbered by their changes, corrections untouched."""

from tests.attendance.made import make_day, mark, overall
from tests.conftest import FrozenClock
from training.attendance.actions.correcting import Correction, correct_overall
from training.attendance.actions.marking import save_marks
from training.attendance.actions.summing import sum_up_enrollments
from training.attendance.rules.statuses import Status
from training.base.database import watch_statements
from training.base.structs import Viewer
from training.base.work import Works

WORKER = Viewer.machine("worker")


async def test_sums_follow_and_corrections_stay(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock, meetings=2)
    a, b, _ = day.enrollments
    await works.run(day.lead, save_marks, day.meeting_id, [mark(a), mark(b, Status.NO_SHOW)])
    await works.run(day.manager, correct_overall, b, Correction(status="excused", reason="Ill"))
    clock.move(days=1, hours=3)
    assert set(await works.run(WORKER, sum_up_enrollments, day.session_id)) == {a, b}
    after = await overall(a)
    assert (after.status, after.meetings_held, after.version) == (Status.PARTIAL, 2, 2)
    assert (await overall(b)).counts is Status.EXCUSED
    assert await works.run(WORKER, sum_up_enrollments, day.session_id) == []
    assert (await overall(a)).version == 2
    assert await works.run(WORKER, sum_up_enrollments, day.session_id, []) == []


async def test_any_number_by_the_same_statements(works: Works, clock: FrozenClock) -> None:
    counted = []
    for people in (2, 30):
        clock.now = FrozenClock().now
        day = await make_day(works, clock, people=people, tag=f" {people}")
        await works.run(day.lead, save_marks, day.meeting_id, [mark(key) for key in day.enrollments])
        with watch_statements() as seen:
            await works.run(WORKER, sum_up_enrollments, day.session_id)
        counted.append(len(seen))
    assert counted[0] == counted[1] <= 4
