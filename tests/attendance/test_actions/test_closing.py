"""Closing and opening again: what the row says, and that everybody's sum is there afterwards."""

from datetime import timedelta

import pytest

from tests.attendance.made import make_day, mark, overall
from tests.booking.asked import one
from tests.conftest import FrozenClock
from tests.schedule.made import events
from training.attendance.actions.closing import record_closing, record_reopening
from training.attendance.actions.marking import close_roster, save_marks
from training.attendance.queries.access import find_roster_meeting, get_roster_meeting
from training.attendance.queries.changes import page_changes
from training.attendance.rules.rosters import NotAllRecorded
from training.attendance.rules.statuses import Status, Way
from training.base.database import execute
from training.base.structs import ANONYMOUS
from training.base.work import Works


async def test_closing_by_a_link_and_opening_again(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock, meetings=2)
    await works.run(day.lead, save_marks, day.meeting_id, [mark(day.enrollments[0])])
    await execute("UPDATE roster SET self_check_in = {} WHERE id = {}", True, day.meeting_id)
    meeting = await find_roster_meeting(day.meeting_id)
    saved = await works.run(ANONYMOUS, record_closing, meeting, rest="present", way=Way.MAIL)
    assert len(saved.marks) == 2
    closed = await get_roster_meeting(day.lead, day.meeting_id)
    assert (closed.closed_at, closed.closed_by, closed.self_check_in) == (clock.now, None, False)
    assert closed.version == saved.version == 3
    assert [(await overall(key)).status for key in day.enrollments] == [Status.PRESENT] * 3
    told = "RosterClosed", "RosterReopened"
    assert await events(*told) == ["RosterClosed"]
    assert await works.run(day.lead, record_reopening, meeting, "Somebody is missing") == 4
    assert (await get_roster_meeting(day.lead, day.meeting_id)).closed_at is None
    assert await events(*told) == ["RosterClosed", "RosterReopened"]


async def test_a_roster_of_nobody_can_be_closed(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock, people=0, capacity_in_person=3)
    meeting = await find_roster_meeting(day.meeting_id)
    saved = await works.run(day.lead, record_closing, meeting, rest="", way=Way.ROSTER)
    assert (saved.marks, await one("SELECT count(*) AS n FROM overall")) == ((), 0)


async def test_everybody_is_present_comes_after_the_closing(works: Works, clock: FrozenClock) -> None:
    """A device said so before; whoever closed the roster did not know. What was corrected since stays."""
    day = await make_day(works, clock)
    made_at = clock.now
    clock.now += timedelta(minutes=5)
    await works.run(day.manager, close_roster, day.meeting_id, rest="no-show")
    clock.now += timedelta(minutes=5)
    corrected = mark(day.enrollments[0], Status.EXCUSED, reason="Called in the morning")
    await works.run(day.manager, save_marks, day.meeting_id, [corrected])
    clock.now += timedelta(minutes=5)
    all_of_them = [mark(key, made_at=made_at, base_version=0) for key in day.enrollments]
    saved = await works.run(day.lead, save_marks, day.meeting_id, all_of_them, way=Way.ALL, sent_at=clock.now)
    assert [each.code for each in saved.marks] == ["person-said", "", ""]
    kept = (await page_changes(day.meeting_id)).items
    assert [each.taken for each in kept if each.marked_by == day.lead.person_id] == [True, True, False]
    assert [(await overall(key)).status for key in day.enrollments] == [Status.EXCUSED, Status.PRESENT, Status.PRESENT]


async def test_only_those_who_were_named_are_filled_in(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    a, b, c = day.enrollments
    with pytest.raises(NotAllRecorded) as refused:
        await works.run(day.lead, close_roster, day.meeting_id, rest="no-show", named=[a, b])
    assert refused.value.data["enrollments"] == [str(c)]
    saved = await works.run(day.lead, close_roster, day.meeting_id, rest="no-show", named=[a, b, c])
    assert len(saved.marks) == 3
