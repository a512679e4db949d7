"""Rows in bulk: new ones and those that are there, in one statement."""

from msgspec.structs import replace

from tests.attendance.made import make_day
from tests.conftest import FrozenClock
from training.attendance.actions.recording import hold_roster
from training.attendance.actions.writing import write_marks, write_overalls
from training.attendance.queries.access import find_roster_meeting
from training.attendance.queries.marks import list_marks, list_standing
from training.attendance.queries.overall import OverallRow, list_overall_rows
from training.attendance.rules.marks import Mark
from training.attendance.rules.statuses import Status, Way
from training.base.database import watch_statements
from training.base.structs import ANONYMOUS
from training.base.work import Work, Works


async def test_marks_new_and_again(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    meeting = await find_roster_meeting(day.meeting_id)
    first = [
        Mark(
            enrollment_id=key, status=Status.PRESENT, way=Way.ROSTER, made_at=clock.now, marked_at=clock.now, version=1
        )
        for key in day.enrollments
    ]

    async def write(work: Work, marks: list[Mark]) -> int:
        await hold_roster(work, meeting)
        ids = {o.enrollment_id: o.mark_id for o in await list_standing(meeting.meeting_id, day.session_id) if o.mark_id}
        await work.flush()
        with watch_statements() as seen:
            await write_marks(work, meeting, marks, ids)
        return len(seen)

    assert await works.run(ANONYMOUS, write, first[:2]) == 1
    changed = [replace(each, status=Status.LATE, minutes_late=3, version=2) for each in first]
    assert await works.run(ANONYMOUS, write, changed) == 1
    assert await works.run(ANONYMOUS, write, []) == 0
    found = await list_marks(day.session_id)
    assert {key: of[day.meeting_id].value for key, of in found.items()} == dict.fromkeys(
        day.enrollments, (Status.LATE, 3, 0, None)
    )


async def test_sums_new_and_again(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    rows = [
        OverallRow(enrollment_id=key, session_id=day.session_id, minutes=5, changed_at=clock.now)
        for key in day.enrollments
    ]
    await works.run(ANONYMOUS, write_overalls, rows[:2])
    again = [replace(row, minutes=9, version=2, corrected="present", corrected_reason="Not written") for row in rows]
    await works.run(ANONYMOUS, write_overalls, [replace(row, corrected="", corrected_reason="") for row in again])
    await works.run(ANONYMOUS, write_overalls, [])
    found = await list_overall_rows(day.session_id)
    assert [(row.minutes, row.version, row.corrected) for row in found] == [(9, 2, "")] * 3
