"""The rosters of a session, and how far they are."""

from tests.attendance.made import make_day, mark
from tests.conftest import FrozenClock
from training.attendance.actions.marking import close_roster, save_marks
from training.attendance.queries.meetings import list_roster_meetings
from training.attendance.rules.statuses import Status
from training.base.work import Works


async def test_each_says_how_many_are_recorded(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock, meetings=2)
    marks = [mark(day.enrollments[0]), mark(day.enrollments[1], Status.NO_SHOW)]
    await works.run(day.lead, save_marks, day.meeting_id, marks)
    clock.move(minutes=1)
    await works.run(day.lead, save_marks, day.meeting_id, [mark(day.enrollments[1], Status.NOT_RECORDED)])
    found = await list_roster_meetings(day.session_id)
    assert [(each.number, each.recorded, each.expected, each.closed_at) for each in found] == [
        (1, 1, 3, None),
        (2, 0, 3, None),
    ]
    await works.run(day.lead, close_roster, day.meeting_id, rest="present")
    first = (await list_roster_meetings(day.session_id))[0]
    assert (first.recorded, first.closed_at) == (3, clock.now)
